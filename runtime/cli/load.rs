//! From a path to a verified program, and where its sources are.

use std::path::{Path, PathBuf};

use flow_ir::{Program, ProgramHash};

use crate::exit::Failed;

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
pub(crate) fn load(path: &Path, flow: Option<&str>) -> Result<Loaded, Failed> {
    if path.is_dir() || path.extension().is_some_and(|extension| extension == "flow") {
        return crate::run::compile(path, flow);
    }
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
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

/// The sources of a program that differ from what it was made of.
pub(crate) fn changed_sources(program: &Program, root: &Path) -> Vec<String> {
    let differs = |file: &&flow_ir::SourceFile| {
        let content = std::fs::read(root.join(&file.path));
        content.is_ok_and(|content| flow_runtime::boundary::workspace::hash_bytes(&content) != file.sha256)
    };
    program.sources.files.iter().filter(differs).map(|file| file.path.clone()).collect()
}
