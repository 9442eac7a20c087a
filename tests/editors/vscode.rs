//! Visual Studio Code: the extension and its package.

use flow_tests::editor_tools::{Found, code_server, npm_project, or_skip, run, tools};
use flow_tests::repository;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn extension() -> PathBuf {
    repository().join("editors/vscode")
}

/// Builds the extension's package with its own script, in a copy of its folder.
fn package(node: &Path) -> Found<PathBuf> {
    let project = npm_project("vscode-extension", &extension())?;
    let package = tools()?.join("flow.vsix");
    run(Command::new(node)
        .current_dir(project)
        .arg("package.mjs")
        .arg(&package)
        .env("FLOW_REPOSITORY", repository()))?;
    Ok(package)
}

#[test]
fn the_package_of_the_extension_is_built_by_its_own_script() {
    let built = code_server().and_then(|server| package(&server.node));
    let Some(package) = or_skip("the package of the extension", built) else { return };
    assert!(package.is_file());
}

#[test]
fn the_search_for_the_server_passes_its_own_tests() {
    let server = code_server();
    let Some(server) = or_skip("the extension's search for the server", server) else { return };
    run(Command::new(&server.node).current_dir(extension()).args(["--test", "test/server.test.js"])).unwrap();
}

#[test]
fn the_extension_has_the_version_of_the_workspace_and_its_lock_names_no_registry() {
    let read = |file: &str| std::fs::read_to_string(extension().join(file)).unwrap();
    let manifest: Value = serde_json::from_str(&read("package.json")).unwrap();
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let lock: Value = serde_json::from_str(&read("package-lock.json")).unwrap();
    assert_eq!(lock["version"], manifest["version"]);
    for (name, package) in lock["packages"].as_object().unwrap() {
        assert!(package.get("resolved").is_none(), "{name} names where it was fetched from");
    }
}
