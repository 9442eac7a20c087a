//! What `cargo install` builds for `flowc` stays small.

use flow_tests::repository;
use std::process::Command;

#[test]
fn flowc_needs_neither_the_runtime_nor_the_server_nor_the_generator_of_the_parser() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .current_dir(repository())
        .args(["tree", "--package", "flowc", "--edges", "normal,build", "--prefix", "none", "--locked"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).unwrap();
    let mut packages: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    packages.sort_unstable();
    packages.dedup();
    for wanted in ["flow-compiler", "flow-grammar", "salsa"] {
        assert!(packages.contains(&wanted), "the list is not that of flowc: {packages:?}");
    }
    for unwanted in ["lalrpop", "tokio", "tower-lsp", "flow-runtime", "flow-lsp", "flow-tests"] {
        assert!(!packages.contains(&unwanted), "`{unwanted}` became a dependency of flowc");
    }
    assert!(packages.len() <= 110, "flowc needs {} packages", packages.len());
}
