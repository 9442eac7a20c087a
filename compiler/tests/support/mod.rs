//! A project in memory, for tests.

#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests may")]
#![allow(dead_code, reason = "each test file uses its own part")]

use flow_compiler::check::{check_file, notes};
use flow_compiler::db::{Database, Files, Origin, Rules, SourceFile};
use flow_compiler::diagnostics::{Diagnostic, Label, Place};
use flow_compiler::syntax::in_file;
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
    /// A project of these files; `flow.toml` is what it is elsewhere, others that do not end in `.flow` are prompts.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let sink = Arc::clone(&log);
        let mut db = Database::with_events(Box::new(move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                sink.lock().unwrap().push(format!("{database_key:?}"));
            }
        }));
        if let Some((_, text)) = files.iter().find(|(path, _)| *path == "flow.toml") {
            let (project, findings) = flow_compiler::project::parse(text);
            assert!(findings.is_empty(), "{findings:?}");
            Rules::get(&db).set_policy(&mut db).to(project.policy);
            Rules::get(&db).set_lints(&mut db).to(project.lints);
            Rules::get(&db).set_is_project(&mut db).to(true);
        }
        let by_path: BTreeMap<String, SourceFile> = files
            .iter()
            .filter(|(path, _)| *path != "flow.toml")
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

    /// Replaces the text of a file.
    pub(crate) fn write(&mut self, path: &str, text: &str) {
        self.file(path).set_text(&mut self.db).to(text.to_owned());
    }

    /// Adds a module.
    pub(crate) fn add(&mut self, path: &str, text: &str) {
        let file = SourceFile::new(&self.db, path.to_owned(), text.to_owned(), Origin::Project);
        let files = Files::get(&self.db);
        let mut by_path = files.by_path(&self.db).clone();
        by_path.insert(path.to_owned(), file);
        files.set_by_path(&mut self.db).to(by_path);
    }

    /// Checks every module and tells which queries ran and how often, by name.
    pub(crate) fn ran(&self) -> Vec<(String, usize)> {
        self.log.lock().unwrap().clear();
        for file in self.modules() {
            check_file(&self.db, file);
        }
        let log = std::mem::take(&mut *self.log.lock().unwrap());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for key in &log {
            *counts.entry(key.split('(').next().unwrap().to_owned()).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// The diagnostics of every module, as people read them in tests.
    pub(crate) fn report(&self) -> String {
        let mut out = String::new();
        for file in self.modules() {
            for found in check_file(&self.db, file) {
                self.show(&mut out, found);
            }
        }
        out
    }

    /// What is worth knowing of every module, as people read it in tests.
    pub(crate) fn notes(&self) -> String {
        let mut out = String::new();
        for file in self.modules() {
            notes(&self.db, file).iter().for_each(|found| self.show(&mut out, found));
        }
        out
    }

    fn show(&self, out: &mut String, found: &Diagnostic) {
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
    pub(crate) fn place(&self, place: &Place) -> String {
        let (file, span) = in_file(&self.db, place).unwrap();
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

/// A project written as one text: `// file: a.flow` begins a file; without such a line it is `main.flow`.
pub(crate) fn project(text: &str) -> Project {
    let parts: Vec<(&str, &str)> = match text.strip_prefix("// file: ") {
        None => vec![("main.flow", text)],
        Some(rest) => {
            rest.split("\n// file: ").map(|part| part.split_once('\n').unwrap_or((part, ""))).collect()
        }
    };
    Project::new(&parts)
}

/// The programs of the corpus, with what they import and name.
pub(crate) fn corpus() -> Project {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/corpus/valid");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "flow"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    assert!(files.len() >= 7, "the corpus is missing");
    files.extend(BESIDE.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Project::new(&files)
}

/// What the programs of the corpus import and name.
const BESIDE: &[(&str, &str)] = &[
    (
        "prompts/writer.md",
        "Write a ${direction.poem_type} about ${direction.subject}.\n\nThe brief: ${brief}\n",
    ),
    ("prompts/design.md", "Design what ${ticket} asks. Findings so far: ${findings}\n"),
    ("prompts/plan.md", "Plan ${design}.\n"),
    ("prompts/implement.md", "Do ${plan}. Feedback: ${feedback ?? \"none yet\"}\n"),
    (
        "shared/tickets.flow",
        "type Severity = Low | High\n\ntype Ticket { id: string, title: string, severity: Severity = Low }\n",
    ),
    (
        "shared/checks.flow",
        "type Outcome { passed: bool, summary: string }\n\ncommand test_suite() -> Outcome { run: [\"./test\"] }\n",
    ),
];

/// A text with what is wrong in it, as a snapshot keeps it.
pub(crate) fn snapshot(text: &str) -> String {
    format!("{}\n──\n{}", text.trim_end(), project(text).report())
}

/// Tests, one a line: a sentence as the name, and a text whose diagnostics are kept in a snapshot.
#[macro_export]
macro_rules! reports {
    ($($name:ident: $text:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(support::snapshot($text));
            });
        })*
    };
}
