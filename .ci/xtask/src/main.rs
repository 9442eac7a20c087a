//! The project's chores, one module each: `cargo xtask CHORE`.

mod grammar;
mod vsix;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["grammar"] => grammar::write(),
        ["vsix"] => vsix::build(),
        _ => bail!(
            "usage: cargo xtask CHORE\n\n\
             grammar   generate the parser from grammar/src/flow.lalrpop\n\
             vsix      package the extension for Visual Studio Code (wants Node)"
        ),
    }
}
