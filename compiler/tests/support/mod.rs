//! A project in memory, for tests.
#![allow(dead_code, reason = "each test file uses its own part")]

use flow_compiler::check::check_file;
use flow_compiler::db::{Database, Files, Origin, SourceFile};
use flow_compiler::diagnostics::{Diagnostic, Label, Place};
use salsa::Setter as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

/// A project whose queries are logged.
pub(crate) struct Project {
    pub(crate) db: Database,
    log: Arc<Mutex<Vec<String>>>,
}

impl Project {
    /// A project of these files; those that do not end in `.flow` are prompts.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let sink = Arc::clone(&log);
        let mut db = Database::with_events(Box::new(move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                sink.lock().unwrap().push(format!("{database_key:?}"));
            }
        }));
        let by_path: BTreeMap<String, SourceFile> = files
            .iter()
            .map(|&(path, text)| {
                let origin = if path.ends_with(".flow") { Origin::Project } else { Origin::Prompt };
                (path.to_owned(), SourceFile::new(&db, path.to_owned(), text.to_owned(), origin))
            })
            .collect();
        Files::get(&db).set_by_path(&mut db).to(by_path);
        Self { db, log }
    }

    pub(crate) fn file(&self, path: &str) -> SourceFile {
        Files::get(&self.db).by_path(&self.db)[path]
    }

    pub(crate) fn modules(&self) -> Vec<SourceFile> {
        let files = Files::get(&self.db).by_path(&self.db).values().copied();
        files.filter(|file| file.origin(&self.db) == Origin::Project).collect()
    }

    /// Replaces text in a file.
    pub(crate) fn edit(&mut self, path: &str, old: &str, new: &str) {
        let file = self.file(path);
        let text = file.text(&self.db);
        assert!(text.contains(old), "`{old}` is not in {path}");
        let text = text.replacen(old, new, 1);
        file.set_text(&mut self.db).to(text);
    }

    /// Checks every module and tells which queries ran: each as `name ×n`, sorted.
    pub(crate) fn ran(&self) -> String {
        self.log.lock().unwrap().clear();
        for file in self.modules() {
            check_file(&self.db, file);
        }
        let log = std::mem::take(&mut *self.log.lock().unwrap());
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for key in &log {
            *counts.entry(key.split('(').next().unwrap()).or_default() += 1;
        }
        counts.iter().map(|(name, count)| format!("{name} ×{count}")).collect::<Vec<_>>().join(", ")
    }

    /// The diagnostics of every module, as people read them in tests.
    pub(crate) fn report(&self) -> String {
        let mut out = String::new();
        for file in self.modules() {
            for found in check_file(&self.db, file) {
                self.write(&mut out, found);
            }
        }
        out
    }

    fn write(&self, out: &mut String, found: &Diagnostic) {
        for (index, Label { place, text }) in found.labels.iter().enumerate() {
            let at = self.place(place);
            let _ = if index == 0 {
                writeln!(out, "{at}: {}: {}{}", found.code, found.message, note(text))
            } else {
                writeln!(out, "    {at}{}", note(text))
            };
        }
        for note in &found.notes {
            let _ = writeln!(out, "    note: {note}");
        }
        if let Some(help) = &found.help {
            let _ = writeln!(out, "    help: {help}");
        }
        for fix in &found.fixes {
            let edits: Vec<String> = fix
                .edits
                .iter()
                .map(|edit| format!("{} → {:?}", self.place(&edit.place), edit.text))
                .collect();
            let _ = writeln!(out, "    fix: {} [{}]", fix.title, edits.join("; "));
        }
    }

    /// `a.flow:3:5 "text"`
    fn place(&self, place: &Place) -> String {
        let Place::File(file, span) = place else { panic!("{place:?} is not in a file") };
        let text = file.text(&self.db);
        let before = &text[..span.start as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
        let shown = text[span.range()].lines().next().unwrap_or_default();
        format!("{}:{line}:{column} `{shown}`", file.path(&self.db))
    }
}

fn note(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
