//! The tutorial, line by line: its files are written, its commands run, and they print what stands there. `FLOW_UPDATE=1`
//! writes what they print.

use crate::project::Project;
use flow_tests::{bin, repository};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

/// What the directory of the project is called on the page.
const HOME: &str = "/home/ada/lines";

/// A block of the page: the path in front of it, its language, its text.
struct Block<'p> {
    path: Option<&'p str>,
    language: &'p str,
    text: &'p str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut out = Vec::new();
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once("\n```") {
        let (language, behind) = behind.split_once('\n').unwrap();
        let (text, behind) = behind.split_once("```\n").unwrap();
        let path =
            before.trim_end().lines().last().and_then(|line| line.strip_prefix('`')?.strip_suffix("`:"));
        out.push(Block { path, language, text });
        rest = behind;
    }
    out
}

fn write(project: &Project, path: &str, text: &str) {
    project.write(path, text);
    if text.starts_with("#!") {
        fs::set_permissions(project.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// What a line prints in the project, both outputs in their order.
fn printed(project: &Project, line: &str) -> String {
    let programs: Vec<_> = ["flow", "flowc"].map(|name| bin(name).parent().unwrap().to_owned()).into();
    let system = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(programs.into_iter().chain(std::env::split_paths(&system))).unwrap();
    let said = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(project.root())
        .env("PATH", path)
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap().replace(project.root().to_str().unwrap(), HOME);
    if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" }
}

/// A session of a console, as it goes now.
fn console(project: &Project, session: &str) -> String {
    let lines = session.lines().filter_map(|line| line.strip_prefix("$ "));
    lines.map(|line| format!("$ {line}\n{}", printed(project, line))).collect()
}

/// The text without what differs from one time to the next: numbers in front of a unit of time, and moments.
fn timeless(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_unit =
        |word: Option<&&str>| word.is_some_and(|word| matches!(word.split('\n').next(), Some("ms" | "s")));
    let timeless = words.iter().enumerate().map(|(at, word)| {
        let is_time = word.len() > 20 && word.starts_with("20") && word.ends_with('Z');
        let is_number = word.parse::<f64>().is_ok() && is_unit(words.get(at + 1));
        if is_time || is_number { "…" } else { word }
    });
    timeless.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_tutorial_says_what_happens() {
    let path = repository().join("docs/tutorial.md");
    let page = fs::read_to_string(&path).unwrap();
    let project = Project::new();
    let (mut updated, mut wrong, mut sessions) = (page.clone(), String::new(), 0);
    for block in blocks(&page) {
        match (block.path, block.language) {
            (Some(path), _) => write(&project, path, block.text),
            (None, "console") => {
                sessions += 1;
                let found = console(&project, block.text);
                if timeless(&found) != timeless(block.text) {
                    updated = updated.replace(block.text, &found);
                    wrong.push_str(&found);
                }
            }
            (None, language) => panic!("nobody knows what to do with this {language}"),
        }
    }
    if std::env::var_os("FLOW_UPDATE").is_some() {
        fs::write(&path, &updated).unwrap();
        return;
    }
    assert!(sessions >= 6, "{sessions}");
    assert!(wrong.is_empty(), "the tutorial says something else; run this test with FLOW_UPDATE=1:\n{wrong}");
}

#[test]
fn only_times_are_passed_over() {
    let one = "+ a after 28 ms\n> b took 3 s\nat 2026-11-21T12:36:48.296Z  x";
    let other = "+ a after 103 ms\n> b took 0.5 s\nat 2025-01-01T00:00:00.000Z  x";
    assert_eq!(timeless(one), timeless(other));
    for changed in ["+ a after 28 mm", "+ c after 28 ms", "+ a after x ms"] {
        assert_ne!(timeless(one), timeless(changed));
    }
    assert!(Path::new(HOME).is_absolute());
}
