//! The files of a workspace: read, written, listed, looked for.

use std::rc::Rc;

use flow_ir::Type;

use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, PathError, Workspace};
use crate::engine::Work;
use crate::interp::pure::Pure;
use crate::mask::Mask;
use crate::value::failure::kind;
use crate::value::{Failure, File, Value};

/// How long a file may be that is read into memory, in bytes.
pub(crate) const LONGEST_FILE: u64 = 64 * 1024 * 1024;

/// The failure of a path.
pub(crate) fn path_failure(error: &PathError) -> Failure {
    let kind = match error {
        PathError::Outside(_) | PathError::LinkOutside { .. } => kind::OUTSIDE_WORKSPACE,
        PathError::Pattern { .. } => kind::BAD_ARGUMENT,
        _ => kind::FILE_ERROR,
    };
    Failure::new(kind, error.to_string())
}

impl From<PathError> for Failure {
    fn from(error: PathError) -> Self {
        path_failure(&error)
    }
}

/// Carries out an effect on files; `None` for any other.
pub(crate) fn perform(
    workspace: &Workspace,
    pure: &Pure,
    mask: &Mask,
    work: &Work,
    result: &Type,
) -> Option<Result<Value, Failure>> {
    Some(match work {
        Work::Read(file) => read(workspace, mask, file).map(Value::string),
        Work::ReadJson(file) => read_json(workspace, pure, mask, file, result),
        Work::Write { path, text } => {
            workspace.write(path, text).map(|file| Value::File(Rc::new(file))).map_err(Failure::from)
        }
        Work::Glob(pattern) => glob(workspace, pattern),
        Work::Exists(path) => match workspace.existing(path) {
            Ok(_) => Ok(Value::Bool(true)),
            Err(PathError::Missing(_)) => Ok(Value::Bool(false)),
            Err(error) => Err(error.into()),
        },
        _ => return None,
    })
}

/// The first file by path that matches a pattern, if one is there.
pub(crate) fn first(workspace: &Workspace, pattern: &str) -> Result<Option<File>, Failure> {
    let paths = workspace.matching(pattern)?;
    let Some(path) = paths.first() else { return Ok(None) };
    match workspace.file(path) {
        Ok(file) => Ok(Some(file)),
        // It was removed since it was listed.
        Err(PathError::Missing(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read(workspace: &Workspace, mask: &Mask, file: &File) -> Result<String, Failure> {
    let text = workspace.read(&file.path, LONGEST_FILE)?;
    Ok(mask.text(&text).into())
}

fn read_json(
    workspace: &Workspace,
    pure: &Pure,
    mask: &Mask,
    file: &File,
    result: &Type,
) -> Result<Value, Failure> {
    let text = read(workspace, mask, file)?;
    let json = serde_json::from_str(&text)
        .map_err(|error| Failure::new(kind::CONTRACT, format!("`{}` is no JSON: {error}", file.path)))?;
    let files = Handover { workspace, before: None };
    let decoder = Decoder { pure, files: &files, extra: Extra::Ignore };
    decoder.decode(&json, result).map_err(|error| {
        Failure::new(kind::CONTRACT, format!("`{}` is not what is expected: {error}", file.path))
    })
}

fn glob(workspace: &Workspace, pattern: &str) -> Result<Value, Failure> {
    let mut files = Vec::new();
    for path in workspace.matching(pattern)? {
        match workspace.file(&path) {
            Ok(file) => files.push(Value::File(Rc::new(file))),
            // It was removed since it was listed.
            Err(PathError::Missing(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Value::list(files))
}
