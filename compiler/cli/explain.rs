//! `flowc explain`

use crate::{Outcome, complain, print};
use clap::Args;
use flow_compiler::diagnostics::codes;

/// Say what a code means, why it is one, and how to mend it
#[derive(Args)]
#[command(after_help = "Examples:\n  flowc explain E0301\n  flowc explain          list every code")]
pub(crate) struct Arguments {
    /// The code; a list of all without it
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Some(code) = &arguments.code else {
        let lines: String = codes::all().map(|page| format!("{}  {}\n", page.code, page.title)).collect();
        print(&lines);
        return Ok(Outcome::Clean);
    };
    match codes::find(code) {
        Some(page) => {
            print(page.page);
            Ok(Outcome::Clean)
        }
        None => {
            let hint =
                codes::nearest(code).map_or_else(String::new, |hint| format!("; did you mean `{hint}`?"));
            complain(&format!("there is no code `{code}`{hint}\n  `flowc explain` lists every code"));
            Ok(Outcome::Usage)
        }
    }
}
