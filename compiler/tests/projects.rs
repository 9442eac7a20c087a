//! Projects on the disk: which `flow.toml` counts for a file, and which prompts it may read.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may")]

use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::host::{Request, Session};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A directory with these files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

/// What is found in files by who stands in a directory of a tree: the lines with a place.
fn found(tree: &TempDir, directory: &str, paths: &[&str]) -> Vec<String> {
    let request = Request {
        directory: tree.path().join(directory),
        paths: paths.iter().map(PathBuf::from).collect(),
        stdin: None,
    };
    let report = Session::open(&request).unwrap().check();
    let lines = render(&report, Format::Short, false);
    lines.lines().filter(|line| line.contains(": error")).map(str::to_owned).collect()
}

const NOTHING: [&str; 0] = [];

/// A module with an agent whose prompt is a file.
fn reads(path: &str) -> String {
    format!("agent a() -> string {{ prompt: file(\"{path}\") }}\n")
}

#[test]
fn each_file_is_of_the_project_around_it_whichever_is_named_first() {
    let above = reads("../prompts/p.md");
    let tree = tree(&[
        ("a/flow.toml", ""),
        ("a/m.flow", "fn f() -> int { 1 }\n"),
        ("b/flow.toml", "[lint]\nunused_parameter = \"deny\"\n"),
        ("b/prompts/p.md", "Write.\n"),
        ("b/sub/m.flow", &format!("{above}fn f(x: int) -> int {{ 1 }}\n")),
    ]);
    let denied = |file: &str| [format!("{file}:2:6: error[W0102]: the parameter `x` is never used")];
    assert_eq!(found(&tree, "", &["b", "a"]), denied("b/sub/m.flow"));
    assert_eq!(found(&tree, "", &["a", "b"]), denied("b/sub/m.flow"));
    assert_eq!(found(&tree, "a", &["m.flow", "../b"]), denied("../b/sub/m.flow"));
}

#[test]
fn the_nearest_project_around_a_file_counts() {
    let above = reads("../prompts/p.md");
    let inner = [
        ("flow.toml", ""),
        ("a.flow", "fn f() -> int { 1 }\n"),
        ("prompts/p.md", "Write.\n"),
        ("sub/flow.toml", ""),
        ("sub/m.flow", above.as_str()),
    ];
    let tree = tree(&inner);
    for paths in [&["."] as &[&str], &["sub", "a.flow"], &["a.flow", "sub"], &["sub/m.flow"]] {
        let outside = |line: &String| line.starts_with("sub/m.flow:1:36: error[E0228]");
        let found = found(&tree, "", paths);
        assert!(found.len() == 1 && found.iter().all(outside), "{paths:?}: {found:?}");
    }
    // The file of another directory is of the project around that, also of one above where paths start from.
    fs::remove_file(tree.path().join("sub/flow.toml")).unwrap();
    fs::create_dir_all(tree.path().join("x/y")).unwrap();
    let other = self::tree(&[("m.flow", "fn f() -> int { 1 }\n")]);
    let other = other.path().join("m.flow");
    assert_eq!(found(&tree, "x/y", &[other.to_str().unwrap(), "../../sub/m.flow"]), NOTHING);
}

#[test]
fn a_mistake_in_the_project_file_of_any_project_is_told() {
    let module = "fn f() -> int { 1 }\n";
    let tree = tree(&[
        ("flow.toml", "[project]\nnmae = \"above\"\n"),
        ("a/flow.toml", ""),
        ("a/m.flow", module),
        ("b/flow.toml", "[project]\nnmae = \"b\"\n"),
        ("b/m.flow", module),
    ]);
    let told = ["b/flow.toml:2:1: error[E0611]: `nmae` is no key of `[project]`"];
    assert_eq!(found(&tree, "", &["a", "b"]), told);
    assert_eq!(found(&tree, "", &["b", "a"]), told);
}

#[test]
fn a_prompt_outside_is_refused_also_where_the_module_is_above() {
    let tree = tree(&[("x.md", "Write.\n"), ("top/main.flow", &reads("../x.md")), ("top/cwd/y.md", "")]);
    let told =
        |file: &str, path: &str| [format!("{file}:1:36: error[E0228]: `{path}` lies outside of the project")];
    assert_eq!(found(&tree, "top", &["main.flow"]), told("main.flow", "../x.md"));
    assert_eq!(found(&tree, "top/cwd", &["../main.flow"]), told("../main.flow", "../../x.md"));
    fs::write(tree.path().join("top/main.flow"), reads("cwd/../cwd/y.md")).unwrap();
    assert_eq!(found(&tree, "top/cwd", &["../main.flow"]), NOTHING);
}

#[test]
fn a_prompt_that_is_refused_is_never_read() {
    let tree = tree(&[("p/flow.toml", ""), ("p/sub/m.flow", &reads("../../x.md")), ("x.md", "Write.\n")]);
    let path = tree.path().join("p/y.md");
    fs::write(&path, "Write.\n").unwrap();
    fs::write(tree.path().join("p/n.flow"), reads(path.to_str().unwrap())).unwrap();
    let request = Request { directory: tree.path().join("p"), paths: vec![".".into()], stdin: None };
    let session = Session::open(&request).unwrap();
    let read: Vec<PathBuf> = session.read_files().into_keys().collect();
    let root = |path: &str| tree.path().join("p").join(path);
    assert_eq!(read, [root("flow.toml"), root("n.flow"), root("sub/m.flow")]);
    assert_eq!(session.check().findings.len(), 2);
}

#[test]
fn a_prompt_that_is_the_directory_of_the_project_is_shown_as_one() {
    let tree = tree(&[("flow.toml", ""), ("a/b/m.flow", &reads("../.."))]);
    let told = ["a/b/m.flow:1:36: error[E0216]: cannot read `.`: it is a directory"];
    assert_eq!(found(&tree, "", &["."]), told);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_project_is_refused_and_one_within_is_read() {
    let tree = tree(&[
        ("p/flow.toml", ""),
        ("p/real.md", "Write ${missing}.\n"),
        ("p/a.flow", &reads("out.md")),
        ("p/b.flow", &reads("folder/x.md")),
        ("p/c.flow", &reads("in.md")),
        ("q/x.md", "Write.\n"),
    ]);
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, tree.path().join(from)).unwrap();
    link("../q/x.md", "p/out.md");
    link("../q", "p/folder");
    link("real.md", "p/in.md");
    let target = tree.path().canonicalize().unwrap().join("q/x.md");
    let refused = |path: &str| {
        let target = target.display();
        format!("error[E0228]: `{path}` leads by a link to `{target}`, outside of the project")
    };
    let told = [
        format!("a.flow:1:36: {}", refused("out.md")),
        format!("b.flow:1:36: {}", refused("folder/x.md")),
        "in.md:1:9: error[E0106]: there is nothing named `missing`".to_owned(),
    ];
    assert_eq!(found(&tree, "p", &["."]), told);
    // A link above the project is of no matter, whether paths go through it or start behind it.
    link("p", "way");
    assert_eq!(found(&tree, "way", &["c.flow"]), told[2..]);
    assert_eq!(found(&tree, "", &["way/c.flow"]), [format!("way/{}", told[2])]);
}

#[test]
fn an_absolute_path_into_the_project_is_told_with_the_one_to_write() {
    let tree = tree(&[("flow.toml", ""), ("prompts/x.md", "Write.\n")]);
    let path = tree.path().join("prompts/x.md");
    fs::create_dir(tree.path().join("a")).unwrap();
    fs::write(tree.path().join("a/m.flow"), reads(path.to_str().unwrap())).unwrap();
    let request = Request { directory: tree.path().into(), paths: vec!["a".into()], stdin: None };
    let report = Session::open(&request).unwrap().check();
    let [found] = report.findings.as_slice() else { unreachable!("{:?}", report.findings) };
    assert_eq!(found.message, format!("`{}` is a path of this machine alone", path.display()));
    assert_eq!(found.help.as_deref(), Some("write `../prompts/x.md`, its path from here"));
}
