//! From paths to tests: each file that has some becomes a verified document of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use flow_compiler::db::{Files, SourceFile};
use flow_compiler::host::{Request, Session};
use flow_compiler::lower::{Extent, lower_tests};
use flow_compiler::syntax::{Role, items};
use flow_ir::{At, Name, Program};
use flow_runtime::testing::coverage::Coverage;

use crate::drive::edraw;
use crate::exit::Failed;
use crate::load::{parse, shown};
use crate::place::current_dir;

/// The tests of one file.
#[derive(Debug)]
pub(crate) struct Suite {
    /// The file as people see it.
    pub(crate) file: String,
    /// The tests, in the order of the text.
    pub(crate) tests: Vec<Name>,
    /// The document.
    pub(crate) program: Program,
    /// The ways through it, if they are counted.
    pub(crate) coverage: Option<Coverage>,
    texts: Arc<Texts>,
}

/// The texts of the sources by their path, and how their paths are shown.
#[derive(Debug, Default)]
struct Texts {
    by_path: BTreeMap<String, (String, String)>,
}

/// A place in a source, for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) end_line: u32,
    pub(crate) end_column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Suite {
    /// Where something stands.
    pub(crate) fn place(&self, at: At) -> Option<Place> {
        let (file, line, column, end_line, end_column) =
            *self.program.sources.spans.get(usize::try_from(at).ok()?)?;
        let path = &self.program.sources.files.get(usize::try_from(file).ok()?)?.path;
        let file = self.texts.by_path.get(path).map_or(path, |(shown, _)| shown).clone();
        Some(Place { file, line, column, end_line, end_column })
    }

    /// A line of the source, and the text at a place as far as it stands on that line.
    pub(crate) fn source(&self, at: At) -> Option<(String, String)> {
        let (file, line, column, end_line, end_column) =
            *self.program.sources.spans.get(usize::try_from(at).ok()?)?;
        let path = &self.program.sources.files.get(usize::try_from(file).ok()?)?.path;
        let (_, text) = self.texts.by_path.get(path)?;
        let whole = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let from = usize::try_from(column).ok()?.checked_sub(1)?;
        let part: String = match end_line == line {
            true => {
                let to = usize::try_from(end_column).ok()?.checked_sub(1)?;
                whole.chars().skip(from).take(to.saturating_sub(from)).collect()
            }
            false => whole.chars().skip(from).collect(),
        };
        Some((whole.to_owned(), part))
    }

    /// Where a test stands.
    pub(crate) fn place_of(&self, test: &Name) -> Option<Place> {
        self.place(self.program.tests.get(test)?.frame.at)
    }
}

/// The tests of some paths.
#[derive(Debug)]
pub(crate) struct Suites {
    pub(crate) suites: Vec<Suite>,
    /// Files without tests, whose ways nobody takes; only where ways are counted.
    pub(crate) others: Vec<Suite>,
}

/// Compiles the files at some paths.
pub(crate) fn load(paths: &[PathBuf], counting: bool, quietly: bool) -> Result<Suites, Failed> {
    let request = Request { directory: current_dir()?, paths: paths.to_vec(), stdin: None };
    let session = Session::open(&request).map_err(Failed::usage)?;
    let report = session.check();
    if report.has_errors() {
        edraw(shown(&report).trim_end());
        return Err(Failed::usage("the program does not check, so no test ran"));
    }
    if !report.findings.is_empty() && !quietly {
        edraw(shown(&report).trim_end());
    }
    let files = Files::get(&session.db).by_path(&session.db);
    let text = |(path, file): (&String, &SourceFile)| {
        (path.clone(), (session.shown(path), file.text(&session.db).clone()))
    };
    let texts = Arc::new(Texts { by_path: files.iter().map(text).collect() });
    let mut out = Suites { suites: Vec::new(), others: Vec::new() };
    for &root in &session.roots {
        let has_tests = items(&session.db, root).iter().any(|item| item.role(&session.db) == Role::Test);
        if !has_tests && !counting {
            continue;
        }
        let extent = if counting { Extent::Whole } else { Extent::Reached };
        let lowered = lower_tests(&session.db, root, extent).map_err(Failed::usage)?;
        let suite = suite(session.shown(root.path(&session.db)), lowered, counting, Arc::clone(&texts))?;
        if has_tests { out.suites.push(suite) } else { out.others.push(suite) }
    }
    Ok(out)
}

fn suite(file: String, lowered: Program, counting: bool, texts: Arc<Texts>) -> Result<Suite, Failed> {
    let program = if lowered.tests.is_empty() {
        lowered
    } else {
        // What the compiler wrote is held to the same rules as what is read.
        let document = lowered.to_document().map_err(Failed::usage)?;
        parse(&document, &format!("the tests of {file}"))?
    };
    let mut tests: Vec<Name> = program.tests.keys().cloned().collect();
    let line = |name: &Name| {
        let at = program.tests.get(name).map_or(0, |test| test.frame.at);
        usize::try_from(at).ok().and_then(|at| program.sources.spans.get(at)).map(|span| (span.1, span.2))
    };
    tests.sort_by_key(line);
    let coverage = counting.then(|| Coverage::of(&program));
    Ok(Suite { file, tests, program, coverage, texts })
}

/// The suites with only the tests whose name or file contains a text.
pub(crate) fn matching(suites: Vec<Suite>, filter: Option<&str>) -> Vec<Suite> {
    let Some(filter) = filter else { return suites };
    let kept = suites.into_iter().map(|mut suite| {
        let whole = suite.file.contains(filter);
        suite.tests.retain(|name| whole || name.contains(filter));
        suite
    });
    kept.filter(|suite| !suite.tests.is_empty()).collect()
}
