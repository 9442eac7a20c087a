//! `flowc explain`

use crate::{Outcome, complain, print};
use clap::Args;
use flow_compiler::diagnostics::codes;
use flow_compiler::lints::{self, NoLint};

/// Say what a code means, why it is one, and how to mend it
#[derive(Args)]
#[command(
    after_help = "Examples:\n  flowc explain E0301\n  flowc explain unused_binding\n  flowc explain          list every code"
)]
pub(crate) struct Arguments {
    /// The code, or the name of a lint; a list of all without it
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Some(code) = &arguments.code else {
        let line = |page: codes::Page| match lints::find(page.code) {
            Ok(lint) => format!("{}  {} ({})\n", page.code, page.title, lint.name),
            Err(_) => format!("{}  {}\n", page.code, page.title),
        };
        print(&codes::all().map(line).collect::<String>());
        return Ok(Outcome::Clean);
    };
    let lint = lints::find(code);
    let page = codes::find(code).or_else(|| lint.as_ref().ok()?.page());
    match page {
        Some(page) => {
            print(page.page);
            if let Ok(lint) = lints::find(page.code) {
                print(&lint.how_to_set());
            }
            Ok(Outcome::Clean)
        }
        None => {
            let near = codes::nearest(code).or(match lint {
                Err(NoLint::Unknown(near)) => near,
                _ => None,
            });
            let hint = near.map_or_else(String::new, |hint| format!("; did you mean `{hint}`?"));
            complain(&format!("there is no code or lint `{code}`{hint}\n  `flowc explain` lists every one"));
            Ok(Outcome::Usage)
        }
    }
}
