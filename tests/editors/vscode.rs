//! Visual Studio Code: the extension's package, installed into the real editor and driven in a real browser.

use crate::{passes, workspace};
use flow_tests::editor_tools::{
    CodeServer, code_server, debian_program, npm_packages, npm_project, run, screenshots, tools,
};
use flow_tests::skip::{Found, or_skip};
use flow_tests::{bin, repository};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const PLAYWRIGHT: &str = "playwright-core@1.65.1";

fn extension() -> PathBuf {
    repository().join("editors/vscode")
}

/// All that the test in the editor needs.
struct Parts {
    server: CodeServer,
    browser: PathBuf,
    playwright: PathBuf,
    package: PathBuf,
    shots: PathBuf,
}

impl Parts {
    fn find() -> Found<Self> {
        let browser = debian_program("chromium", &["chromium", "fonts-dejavu-core"])?;
        let server = code_server()?;
        let playwright = npm_packages("playwright", &[PLAYWRIGHT])?.join("playwright-core");
        let package = package(&server.node)?;
        Ok(Self { server, browser, playwright, package, shots: screenshots()?.join("vscode") })
    }
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
fn a_file_in_the_editor_has_colours_errors_as_they_are_typed_completion_and_hover() {
    let name = "the extension in Visual Studio Code";
    let Some(parts) = or_skip(name, Parts::find()) else { return };
    let workspace = workspace().unwrap();
    let mut driver = Command::new(&parts.server.node);
    driver
        .arg(repository().join("tests/editors/vscode/drive.mjs"))
        .env("FLOW_WORKSPACE", workspace.path())
        .env("FLOW_LSP", bin("flow-lsp"))
        .env("FLOW_VSIX", &parts.package)
        .env("FLOW_CODE_SERVER", &parts.server.entry)
        .env("FLOW_CHROMIUM", &parts.browser)
        .env("FLOW_PLAYWRIGHT", &parts.playwright)
        .env("FLOW_SCREENSHOTS", &parts.shots);
    passes(&mut driver);
    assert!(
        parts.shots.join("12-again.png").is_file(),
        "the screenshots are kept in {}",
        parts.shots.display()
    );
}

#[test]
fn the_search_for_the_server_passes_its_own_tests() {
    let server = code_server();
    let Some(server) = or_skip("the extension's search for the server", server) else { return };
    passes(Command::new(&server.node).current_dir(extension()).args(["--test", "test/server.test.js"]));
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
