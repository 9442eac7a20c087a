//! Checks a program, and compares what is found with what its comments expect.

use crate::expect::{Expected, What, expectations};
use crate::page::{Part, Program};
use flow_compiler::check::{check_file, has_errors, notes};
use flow_compiler::db::{Database, Files, Origin, Rules, SourceFile};
use flow_compiler::diagnostics::{Diagnostic, Place};
use flow_compiler::ide::hover;
use flow_compiler::lower::lower_flow;
use flow_compiler::project::{self, Project};
use flow_compiler::resolve::DefKind;
use flow_compiler::syntax::{Role, items};
use flow_grammar::format::format;
use salsa::Setter as _;
use std::collections::{BTreeMap, BTreeSet};

/// What was found in a file, on a line from 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) line: usize,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The text that it points at.
    on: String,
}

/// A file beside what was found in it.
pub(crate) struct Compared<'p> {
    pub(crate) part: &'p Part,
    /// What is expected, with what became of it.
    pub(crate) expected: Vec<(Expected, Outcome)>,
    /// What is found and not expected.
    pub(crate) unexpected: Vec<Found>,
}

/// What became of an expectation.
pub(crate) enum Outcome {
    /// This was found.
    Found(Found),
    /// The type is as it is said.
    Revealed,
    /// Something else is there.
    Instead(String),
}

/// A program in a database, as the compiler has it.
pub(crate) struct Loaded {
    db: Database,
    files: BTreeMap<String, SourceFile>,
    project: Vec<Found>,
}

/// Checks a program.
///
/// # Errors
/// When an expectation is not written as it must be: with the line of the page.
pub(crate) fn compare<'p>(
    loaded: &Loaded,
    program: &'p Program,
) -> Result<Vec<Compared<'p>>, (usize, String)> {
    let mut found = loaded.findings();
    program
        .files
        .iter()
        .map(|part| {
            let expected =
                expectations(&part.path, &part.text).map_err(|(line, why)| (part.first + line, why))?;
            let mut unexpected = found.remove(&part.path).unwrap_or_default();
            let expected = expected
                .into_iter()
                .map(|it| {
                    let outcome = match &it.what {
                        What::Revealed { name, ty } => loaded
                            .instead_of_type(part, it.line, name, ty)
                            .map_or(Outcome::Revealed, Outcome::Instead),
                        what => match unexpected.iter().position(|found| found.meets(it.line, what)) {
                            Some(at) => Outcome::Found(unexpected.remove(at)),
                            None => Outcome::Instead("it is not found".to_owned()),
                        },
                    };
                    (it, outcome)
                })
                .collect();
            Ok(Compared { part, expected, unexpected })
        })
        .collect()
}

/// What a program that checks must do beyond that: the formatter keeps what it says, and each flow becomes a document that
/// the verifier takes. Each failure with its line of the page.
pub(crate) fn beyond(Loaded { db, files, .. }: &Loaded, program: &Program) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let modules = program.files.iter().filter(|part| part.path.ends_with(".flow"));
    for part in modules.clone() {
        let done = format(&part.text);
        if !done.defects.is_empty() {
            out.push((part.first, "the formatter would change what this says".to_owned()));
        }
        if format(&done.text).text != done.text {
            out.push((part.first, "what the formatter makes of this, it formats again".to_owned()));
        }
    }
    if files.values().any(|file| file.origin(db) == Origin::Project && has_errors(db, *file)) {
        return out;
    }
    for part in modules {
        for item in items(db, files[&part.path]) {
            if !matches!(item.role(db), Role::Declares(DefKind::Flow)) {
                continue;
            }
            let name = item.name(db);
            match lower_flow(db, &item.key(db)) {
                Err(why) => out.push((part.first, format!("`{name}` is not lowered: {why}"))),
                Ok(built) => {
                    let wrong = built.verify().err().unwrap_or_default();
                    out.extend(wrong.iter().map(|it| (part.first, format!("`{name}` is built wrong: {it}"))));
                }
            }
        }
    }
    out
}

impl Loaded {
    pub(crate) fn new(program: &Program) -> Self {
        let mut db = Database::default();
        let mut out = BTreeMap::new();
        let mut project = Vec::new();
        for part in &program.files {
            if part.path == "flow.toml" {
                let (Project { policy, lints, .. }, findings) = project::parse(&part.text);
                Rules::get(&db).set_policy(&mut db).to(policy);
                Rules::get(&db).set_lints(&mut db).to(lints);
                Rules::get(&db).set_is_project(&mut db).to(true);
                project.extend(findings.into_iter().map(|it| {
                    let (start, end) =
                        it.labels.first().map_or((0, 0), |label| (label.span.start, label.span.end));
                    Found::new(it.code.0, it.message, &part.text, start as usize..end as usize)
                }));
                continue;
            }
            let origin = if part.path.ends_with(".flow") { Origin::Project } else { Origin::Prompt };
            out.insert(part.path.clone(), SourceFile::new(&db, part.path.clone(), part.text.clone(), origin));
        }
        Files::get(&db).set_by_path(&mut db).to(out.clone());
        Self { db, files: out, project }
    }

    /// What is wrong with each file. What is said of a prompt may come from several modules.
    fn findings(&self) -> BTreeMap<String, Vec<Found>> {
        let mut out: BTreeMap<String, BTreeSet<Found>> = BTreeMap::new();
        out.insert("flow.toml".to_owned(), self.project.iter().cloned().collect());
        for file in self.files.values().filter(|file| file.origin(&self.db) == Origin::Project) {
            for diagnostic in check_file(&self.db, *file).iter().chain(&notes(&self.db, *file)) {
                if let Some((path, found)) = self.found(diagnostic) {
                    out.entry(path).or_default().insert(found);
                }
            }
        }
        out.into_iter().map(|(path, found)| (path, found.into_iter().collect())).collect()
    }

    fn found(&self, diagnostic: &Diagnostic) -> Option<(String, Found)> {
        let Place::File(file, span) = diagnostic.labels.first()?.place else { return None };
        let message = diagnostic.message.clone();
        let found = Found::new(diagnostic.code.0, message, file.text(&self.db), span.range());
        Some((file.path(&self.db).clone(), found))
    }

    /// The line of code that an editor shows of a byte of a file.
    fn shown(&self, part: &Part, at: usize) -> String {
        let shown = hover(&self.db, self.files[&part.path], u32::try_from(at).unwrap());
        shown.and_then(|it| it.markdown.lines().nth(1).map(str::to_owned)).unwrap_or_default()
    }

    /// What the type of a name is, where it is not the one expected.
    fn instead_of_type(&self, part: &Part, line: usize, name: &str, ty: &str) -> Option<String> {
        let start: usize = part.text.split_inclusive('\n').take(line).map(str::len).sum();
        let text = part.text[start..].lines().next().unwrap_or_default();
        let code = &text[..crate::expect::start(&part.path, text).unwrap_or(text.len())];
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        let whole =
            |at: &usize| !code[..*at].ends_with(is_letter) && !code[at + name.len()..].starts_with(is_letter);
        // A method may have the name of what is bound to its value: a value says its type behind a colon.
        let places = code.rmatch_indices(name).map(|(at, _)| at).filter(whole);
        let mut shown = places.map(|at| self.shown(part, start + at));
        let Some(last) = shown.next() else { return Some(format!("there is no `{name}` on the line")) };
        let of_value = |text: &str| {
            let text = text.trim_start_matches("let ").trim_start_matches("var ");
            Some(text.strip_prefix(name)?.strip_prefix(": ")?.to_owned())
        };
        let found = of_value(&last).or_else(|| shown.find_map(|text| of_value(&text))).unwrap_or(last);
        (found != ty).then(|| format!("it is `{found}`"))
    }
}

impl Found {
    fn new(code: &'static str, message: String, text: &str, span: std::ops::Range<usize>) -> Self {
        let line = text[..span.start].matches('\n').count();
        // What is missing at the end of a text is missing on its last line.
        let line = line.min(text.lines().count().saturating_sub(1));
        Self { line, code, message, on: text[span].to_owned() }
    }

    fn meets(&self, line: usize, what: &What) -> bool {
        let What::Finding { code, on, part } = what else { return false };
        self.line == line
            && self.code == code
            && self.message.contains(part.as_str())
            && on.as_ref().is_none_or(|on| self.on == *on)
    }

    /// How it would be expected.
    pub(crate) fn text(&self) -> String {
        let severity = match &self.code[..1] {
            "E" => "error",
            "W" => "warning",
            _ => "note",
        };
        format!("{severity}[{}]: {}", self.code, self.message)
    }
}
