//! From a path to a verified program, and where its sources are.

use std::path::{Path, PathBuf};

use flow_compiler::db::SourceFile;
use flow_compiler::diagnostics::ItemKey;
use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::diagnostics::report::Report;
use flow_compiler::host::{Request, Session, regular};
use flow_compiler::lower::{self, lower_flow, source_hash};
use flow_compiler::resolve::suggest;
use flow_ir::{Program, ProgramHash};

use crate::drive::edraw;
use crate::exit::Failed;
use crate::place::current_dir;

/// A program that can run.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) program: Program,
    /// Its document, byte for byte.
    pub(crate) document: String,
    /// The directory to which the paths of its sources are relative; absent for a document without sources.
    pub(crate) sources: Option<PathBuf>,
}

/// Loads the program at a path: a document, a source file, or a directory with sources.
pub(crate) fn load(path: &Path, flow: Option<&str>, quietly: bool) -> Result<Loaded, Failed> {
    if path.is_dir() || path.extension().is_some_and(|extension| extension == "flow") {
        return compile(path, flow, quietly);
    }
    let text =
        regular(path).and_then(|_| std::fs::read_to_string(path)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Failed::usage(format!("there is no `{}`", path.display())),
            _ => Failed::usage(format!("cannot read `{}`: {error}", path.display())),
        })?;
    if !text.trim_start().starts_with('{') {
        let message = format!(
            "`{}` is neither a source file (`*.flow`) nor a program that `flowc build` wrote",
            path.display()
        );
        return Err(Failed::usage(message));
    }
    let program = parse(&text, &path.display().to_string())?;
    if let Some(flow) = flow.filter(|flow| *flow != program.flow) {
        let message =
            format!("`{}` is the program of the flow `{}`, not of `{flow}`", path.display(), program.flow);
        return Err(Failed::usage(message));
    }
    Ok(Loaded { program, document: text, sources: None })
}

/// Reads and verifies a document.
pub(crate) fn parse(document: &str, name: &str) -> Result<Program, Failed> {
    let program =
        Program::from_document(document).map_err(|error| Failed::usage(format!("`{name}`: {error}")))?;
    program.verify().map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(|error| format!("\n  {error}")).collect();
        let hash = ProgramHash::of(document);
        Failed::usage(format!("`{name}` ({}) is not a program that can run:{}", hash.short(), lines.concat()))
    })?;
    Ok(program)
}

/// Compiles the sources at a path. Warnings are told, unless `quietly`.
fn compile(path: &Path, flow: Option<&str>, quietly: bool) -> Result<Loaded, Failed> {
    let request = Request { directory: current_dir()?, paths: vec![path.to_owned()], stdin: None };
    let session = Session::open(&request).map_err(Failed::usage)?;
    let report = session.check();
    if report.has_errors() {
        edraw(shown(&report).trim_end());
        return Err(Failed::usage(format!("`{}` does not check, so nothing ran", path.display())));
    }
    if !report.findings.is_empty() && !quietly {
        edraw(shown(&report).trim_end());
    }
    let key = choose(&session, path, flow)?;
    let program = lower_flow(&session.db, &key).map_err(Failed::usage)?;
    let document = program.to_document().map_err(Failed::usage)?;
    // What the compiler wrote is held to the same rules as what is read.
    let program = parse(&document, &format!("the program of {}", key.name))?;
    Ok(Loaded { program, document, sources: Some(session.directory) })
}

/// Findings as text: rich for a person, a line each for a file.
pub(crate) fn shown(report: &Report) -> String {
    use std::io::IsTerminal as _;
    let terminal = std::io::stderr().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    render(report, if terminal { Format::Rich } else { Format::Short }, terminal && !plain)
}

/// The flow that is meant: the one that is named, the only one, or the one that is called like its file or `main`.
fn choose(session: &Session, path: &Path, wanted: Option<&str>) -> Result<ItemKey, Failed> {
    let flows: Vec<(SourceFile, ItemKey)> = session
        .roots
        .iter()
        .flat_map(|root| lower::flows(&session.db, *root).into_iter().map(|key| (*root, key)))
        .collect();
    let names = || flows.iter().map(|(_, key)| key.name.as_str());
    let stem = |root: &SourceFile| {
        let path = root.path(&session.db).to_string();
        Path::new(&path).file_stem().map(|stem| stem.to_string_lossy().into_owned())
    };
    let place = path.display();
    if let Some(wanted) = wanted {
        return match flows.iter().find(|(_, key)| key.name == wanted) {
            Some((_, key)) => Ok(key.clone()),
            None => {
                let hint = suggest(wanted, names()).map(|name| format!("; did you mean `{name}`?"));
                Err(Failed::usage(format!(
                    "there is no flow `{wanted}` in `{place}`{}",
                    hint.unwrap_or_default()
                )))
            }
        };
    }
    let evident: Vec<_> = match flows.as_slice() {
        [] => return Err(Failed::usage(format!("there is no flow in `{place}`"))),
        [only] => vec![only],
        several => {
            let called = several.iter().filter(|(root, key)| {
                key.name == "main" || stem(root).is_some_and(|stem| key.name == stem.as_str())
            });
            called.collect()
        }
    };
    match evident.as_slice() {
        [(_, key)] => Ok(key.clone()),
        _ => {
            let names: Vec<_> = names().map(|name| format!("`{name}`")).collect();
            Err(Failed::usage(format!(
                "there are several flows in `{place}`; say which: {}",
                names.join(", ")
            )))
        }
    }
}

/// The sources of a program that differ from what it was made of.
pub(crate) fn changed_sources(program: &Program, root: &Path) -> Vec<String> {
    let differs = |file: &&flow_ir::SourceFile| {
        let content = std::fs::read_to_string(root.join(&file.path));
        content.is_ok_and(|content| source_hash(&content) != file.sha256)
    };
    program.sources.files.iter().filter(differs).map(|file| file.path.clone()).collect()
}
