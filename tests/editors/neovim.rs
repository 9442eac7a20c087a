//! Neovim: the real editor without a screen, with its built-in client and the plugin folder of this repository.

use crate::{passes, workspace};
use flow_tests::editor_tools::debian_program;
use flow_tests::skip::or_skip;
use flow_tests::{bin, repository};
use std::process::Command;

#[test]
fn a_file_in_neovim_has_colours_diagnostics_completion_hover_and_definitions() {
    let Some(nvim) = or_skip("the plugin in Neovim", debian_program("nvim", &["neovim"])) else { return };
    let workspace = workspace().unwrap();
    let home = tempfile::tempdir().unwrap();
    let script = repository().join("tests/editors/neovim");
    let server = bin("flow-lsp");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(server.parent().unwrap().to_owned()).chain(std::env::split_paths(&path));
    let mut editor = Command::new(nvim);
    editor
        .current_dir(workspace.path())
        .args(["--headless", "-n", "-i", "NONE", "-u"])
        .arg(script.join("init.lua"))
        .arg("notes.flow")
        .arg("-c")
        .arg(format!("luafile {}", script.join("drive.lua").display()))
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("HOME", home.path())
        .env("FLOW_PLUGIN", repository().join("editors/neovim"));
    for folder in ["CONFIG", "DATA", "STATE", "CACHE"] {
        editor.env(format!("XDG_{folder}_HOME"), home.path().join(folder));
    }
    passes(&mut editor);
}
