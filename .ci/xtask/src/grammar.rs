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
        .and_then(|()| Ok(fs::read_to_string(out.join("flow.rs"))?));
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
