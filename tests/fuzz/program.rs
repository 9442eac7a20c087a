//! A project in memory, and what is asked of it.

use flow_compiler::check::check_file;
use flow_compiler::db::{Database, Files, Origin, SourceFile};
use flow_compiler::diagnostics::{Place, Severity};
use flow_compiler::ide;
use flow_compiler::lower::{self, Extent, lower_flow, lower_tests};
use salsa::Setter as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A project whose queries are counted.
pub(crate) struct Program {
    db: Database,
    ran: Arc<AtomicUsize>,
}

impl Program {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let ran = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&ran);
        let mut db = Database::with_events(Box::new(move |event| {
            if matches!(event.kind, salsa::EventKind::WillExecute { .. }) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }));
        let file = |(path, text): &(&str, &str)| {
            let file = SourceFile::new(&db, (*path).to_owned(), (*text).to_owned(), Origin::Project);
            ((*path).to_owned(), file)
        };
        let by_path: BTreeMap<String, SourceFile> = files.iter().map(file).collect();
        Files::get(&db).set_by_path(&mut db).to(by_path);
        Self { db, ran }
    }

    pub(crate) fn db(&self) -> &Database {
        &self.db
    }

    pub(crate) fn db_mut(&mut self) -> &mut Database {
        &mut self.db
    }

    pub(crate) fn file(&self, path: &str) -> SourceFile {
        Files::get(&self.db).by_path(&self.db)[path]
    }

    fn files(&self) -> Vec<SourceFile> {
        let files = Files::get(&self.db).by_path(&self.db).values();
        files.copied().filter(|file| file.origin(&self.db) == Origin::Project).collect()
    }

    pub(crate) fn write(&mut self, path: &str, text: &str) {
        self.file(path).set_text(&mut self.db).to(text.to_owned());
    }

    /// Everything that is told, with places that are proven to lie in their texts.
    pub(crate) fn report(&self) -> String {
        let mut out = String::new();
        for found in self.files().into_iter().flat_map(|file| check_file(&self.db, file)) {
            let _ = write!(out, "{} {} {:?} {:?}", found.code, found.message, found.notes, found.help);
            for label in &found.labels {
                let _ = write!(out, " [{} {}]", self.shown(&label.place), label.text);
            }
            for edit in found.fixes.iter().flat_map(|fix| &fix.edits) {
                let _ = write!(out, " {} → {:?}", self.shown(&edit.place), edit.text);
            }
            out.push('\n');
        }
        out
    }

    fn shown(&self, place: &Place) -> String {
        let Place::File(file, span) = place else { panic!("{place:?} is in no file") };
        let text = file.text(&self.db);
        assert!(text.get(span.range()).is_some(), "{span:?} is not in\n{text}");
        format!("{} {}..{}", file.path(&self.db), span.start, span.end)
    }

    /// Asks what an editor asks at a place of the first file.
    pub(crate) fn ask(&self, offset: u32) {
        let file = self.file("main.flow");
        ide::hover(&self.db, file, offset);
        ide::definition(&self.db, file, offset);
        ide::completions(&self.db, file, offset, true);
        ide::symbols(&self.db, file);
    }

    /// The errors, each with its place and the text there.
    pub(crate) fn errors(&self) -> Vec<String> {
        let found = self.files().into_iter().flat_map(|file| check_file(&self.db, file));
        let errors = found.filter(|found| found.code.severity() == Severity::Error);
        let shown = errors.map(|found| {
            let places: Vec<String> = found
                .labels
                .iter()
                .map(|label| format!("{} {}", self.shown(&label.place), label.text))
                .collect();
            format!("{}: {} {places:?}", found.code, found.message)
        });
        shown.collect()
    }

    /// The documents of all flows, without where they stand in the source.
    pub(crate) fn lowered(&self) -> Vec<flow_ir::Program> {
        let keys = self.files().into_iter().flat_map(|file| lower::flows(&self.db, file));
        let programs = keys.map(|key| {
            let program = lower_flow(&self.db, &key).unwrap_or_else(|why| panic!("{why}"));
            flow_ir::Program { sources: flow_ir::Sources::default(), ..program }
        });
        programs.collect()
    }

    /// The document of the tests of the first file, verified.
    ///
    /// # Errors
    /// When it is not lowered, or refused.
    pub(crate) fn tests(&self) -> Result<flow_ir::Program, String> {
        let program = lower_tests(&self.db, self.file("main.flow"), Extent::Reached);
        let program = program.map_err(|why| why.to_string())?;
        verified(&program).map(|()| program)
    }

    /// How many queries run to check it all.
    pub(crate) fn queries(&self) -> usize {
        self.report();
        self.ran.load(Ordering::Relaxed)
    }

    /// Lowers every flow of a project that checks, and verifies the document; how many there are.
    ///
    /// # Errors
    /// When one is not lowered, or refused.
    pub(crate) fn prove(&self) -> Result<usize, String> {
        let files = self.files();
        let is_wrong = |file: &SourceFile| {
            check_file(&self.db, *file).iter().any(|found| found.code.severity() == Severity::Error)
        };
        if files.iter().any(is_wrong) {
            return Ok(0);
        }
        let mut lowered = 0;
        for file in files {
            for key in lower::flows(&self.db, file) {
                let program = lower_flow(&self.db, &key).map_err(|why| why.to_string())?;
                verified(&program)?;
                lowered += 1;
            }
        }
        Ok(lowered)
    }
}

fn verified(program: &flow_ir::Program) -> Result<(), String> {
    let told: Vec<String> = program.verify().err().iter().flatten().map(ToString::to_string).collect();
    if told.is_empty() { Ok(()) } else { Err(told.join("\n")) }
}
