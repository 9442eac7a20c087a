//! `flowc audit`: what flows may do.

use crate::check::{Output, open};
use crate::{Outcome, print};
use clap::Args;
use flow_compiler::analyses::touch::reach;
use flow_compiler::host::Session;
use flow_compiler::syntax::{DefKind, Role, items};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Say what each flow may do, itself or through what it calls: agents, programs, files, secrets
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc audit                       every flow below this directory\n  \
    flowc audit --format json ship.flow\n\n\
    `[policy]` in flow.toml forbids what no flow of a project may do.")]
pub(crate) struct Arguments {
    /// Files and directories; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
    /// The path that standard input goes by, for imports and messages
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let session = open(&arguments.paths, &arguments.stdin_filename)?;
    let report = session.check();
    if report.has_errors() {
        print(&arguments.output.render(&report));
        return Ok(Outcome::Errors);
    }
    print(&text(&session, arguments.output.is_json()));
    Ok(Outcome::Clean)
}

fn text(session: &Session, as_json: bool) -> String {
    let mut out = String::new();
    for root in &session.roots {
        for item in items(&session.db, *root) {
            let Role::Declares(DefKind::Flow | DefKind::Tool) = item.role(&session.db) else { continue };
            let key = item.key(&session.db);
            let Some(found) = reach(&session.db, &key) else { continue };
            let path = session.shown(root.path(&session.db));
            if as_json {
                let mut object = json!({ "flow": key.name.as_str(), "path": path });
                for (name, values) in found.rows() {
                    object[name] = Value::from(values);
                }
                let _ = writeln!(out, "{object}");
            } else {
                let gap = if out.is_empty() { "" } else { "\n" };
                let _ = writeln!(out, "{gap}{path}: {}", key.name);
                let rows = found.rows();
                let rows: Vec<_> = rows.iter().filter(|(_, values)| !values.is_empty()).collect();
                if rows.is_empty() {
                    let _ = writeln!(out, "  touches nothing");
                }
                for (name, values) in rows {
                    let _ = writeln!(out, "  {name:9}  {}", values.join(", "));
                }
            }
        }
    }
    out
}
