//! Generates the parser. The result is checked in, so that building the compiler never builds LALRPOP.

use anyhow::{Context, anyhow};
use std::path::PathBuf;
use std::{env, fs, process};

/// Generates the parser and writes it beside the grammar.
pub(crate) fn write() -> anyhow::Result<()> {
    let generated = generate()?;
    let target = source_dir().join("generated.rs");
    fs::write(&target, generated).with_context(|| format!("cannot write {}", target.display()))
}

fn source_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../grammar/src")
}

/// What the crate reads of the parser: its tables and what a reduction does, which LALRPOP keeps for itself.
const TABLES: [&str; 10] = [
    "mod __parse__Entry ",
    "struct __StateMachine<",
    "const __EOF_ACTION:",
    "const __TERMINAL:",
    "fn __action(",
    "fn __goto(",
    "fn __reduce<",
    "fn __simulate_reduce<",
    "fn __token_to_integer<",
    "fn __token_to_symbol<",
];

/// With the tables visible to the rest of the crate.
fn opened(source: &str) -> String {
    let open = |line: &str| {
        let item = line.trim_start();
        let is_table = TABLES.iter().any(|table| item.starts_with(table));
        let (indent, public) = (&line[..line.len() - item.len()], if is_table { "pub(crate) " } else { "" });
        format!("{indent}{public}{item}")
    };
    source.split_inclusive('\n').map(open).collect()
}

/// The parser's source for the grammar as it is now.
fn generate() -> anyhow::Result<String> {
    let out = env::temp_dir().join(format!("flow-grammar-{}", process::id()));
    fs::create_dir_all(&out)?;
    let result = lalrpop::Configuration::new()
        .set_in_dir(source_dir())
        .set_out_dir(&out)
        .force_build(true)
        .log_quiet()
        .process()
        .map_err(|error| anyhow!("flow.lalrpop is no valid grammar: {error}"))
        .and_then(|()| Ok(opened(&fs::read_to_string(out.join("flow.rs"))?)));
    fs::remove_dir_all(&out)?;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_parser_is_that_of_the_grammar() {
        let checked_in = fs::read_to_string(source_dir().join("generated.rs")).unwrap();
        // No `assert_eq!`: it would print two megabytes.
        assert!(checked_in == generate().unwrap(), "run `cargo xtask grammar`");
    }
}
