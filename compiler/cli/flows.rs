//! What `build`, `graph` and `schema` share: a file that must check, and its flows.

use crate::check::Output;
use crate::{Outcome, complain, print};
use flow_compiler::db::SourceFile;
use flow_compiler::diagnostics::ItemKey;
use flow_compiler::host::Session;
use flow_compiler::lower::{self, lower_flow};
use flow_compiler::resolve::suggest;
use flow_ir::Program;
use std::path::PathBuf;

/// A checked file, or how the command ends because it does not check.
pub(crate) fn checked(
    file: &PathBuf,
    output: &Output,
) -> anyhow::Result<Result<(Session, SourceFile), Outcome>> {
    let session = crate::check::open(std::slice::from_ref(file), "<stdin>")?;
    let report = session.check();
    if report.has_errors() {
        print(&output.render(&report));
        return Ok(Err(Outcome::Errors));
    }
    match session.roots.as_slice() {
        [root] => {
            let root = *root;
            Ok(Ok((session, root)))
        }
        _ => {
            complain(&format!("`{}` is a directory; name one file", file.display()));
            Ok(Err(Outcome::Usage))
        }
    }
}

/// The flows that a command means: the one that it names, or all of the file. Generic flows have no form of their own.
pub(crate) fn chosen(
    session: &Session,
    root: SourceFile,
    name: Option<&str>,
) -> Result<Vec<ItemKey>, Outcome> {
    let flows = lower::flows(&session.db, root);
    let path = session.shown(root.path(&session.db));
    let Some(name) = name else {
        if flows.is_empty() {
            complain(&format!("there is no flow in `{path}`"));
            return Err(Outcome::Usage);
        }
        return Ok(flows);
    };
    match flows.iter().find(|key| key.name == name) {
        Some(key) => Ok(vec![key.clone()]),
        None => {
            let hint = suggest(name, flows.iter().map(|key| key.name.as_str()));
            let hint = hint.map_or_else(String::new, |hint| format!("; did you mean `{hint}`?"));
            complain(&format!("there is no flow `{name}` in `{path}`{hint}"));
            Err(Outcome::Usage)
        }
    }
}

/// The program of a flow.
pub(crate) fn program(session: &Session, key: &ItemKey) -> Result<Program, Outcome> {
    lower_flow(&session.db, key).map_err(|error| {
        complain(&error.to_string());
        Outcome::Errors
    })
}
