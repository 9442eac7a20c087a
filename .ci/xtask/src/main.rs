//! The project's chores, one module each: `cargo xtask CHORE`.

mod grammar;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["grammar"] => grammar::write(),
        _ => bail!("usage: cargo xtask CHORE\n\ngrammar   generate the parser from grammar/src/flow.lalrpop"),
    }
}
