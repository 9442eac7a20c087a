//! `flowc check --fix`, `--diff` and `--watch`.

use crate::bench::Bench;
use flow_tests::bin;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

const BAD: &str = "import std/review.{Finding}\n\nfn f(wide: bool) -> int {\n  var n = 1\n  let unused = 2\n  if wide == false { n } else { 0 }\n}\n";
const GOOD: &str =
    "fn f(wide: bool) -> int {\n  let n = 1\n  let unused = 2\n  if not wide { n } else { 0 }\n}\n";

#[test]
fn fix_mends_what_is_certain_and_tells_the_rest() {
    let bench = Bench::new(&[("a.flow", BAD), ("sub/b.flow", BAD), ("c.flow", "fn g() -> int { 1 }\n")]);
    let ended = bench.flowc(["check", "--fix"]);
    assert_eq!(bench.read("a.flow"), GOOD);
    assert_eq!(bench.read("sub/b.flow"), GOOD);
    assert_eq!(
        ended.out,
        "a.flow:3:7: warning[W0101]: `unused` is never used\nsub/b.flow:3:7: warning[W0101]: `unused` is never used\n"
    );
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let again = bench.flowc(["check", "--fix", "--format", "rich", "--quiet"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
}

#[test]
fn fix_tells_people_how_much_it_mended() {
    let bench = Bench::new(&[("a.flow", "fn f(wide: bool) -> bool { wide == true }\n")]);
    let ended = bench.flowc(["check", "--fix", "--format", "rich"]);
    assert_eq!(ended.out, "mended 1 thing in 1 file\nnothing wrong in 1 file\n");
    assert_eq!(bench.read("a.flow"), "fn f(wide: bool) -> bool { wide }\n");
}

#[test]
fn a_comment_beside_what_is_not_used_is_left_to_people() {
    let text = "import std/review.{\n  Finding, // used\n  Verdict, // not used\n}\n\nfn f(found: Finding) -> Finding { found }\n";
    let bench = Bench::new(&[("a.flow", text)]);
    let ended = bench.flowc(["check", "--fix"]);
    assert_eq!(bench.read("a.flow"), text);
    assert_eq!(ended.out, "a.flow:3:3: warning[W0206]: `Verdict` is imported but never used\n");
}

#[test]
fn a_file_with_errors_is_mended_where_that_is_certain_and_still_fails() {
    let text = "fn f(wide: bool) -> bool { wide == true }\nfn g() -> int { missing }\n";
    let bench = Bench::new(&[("a.flow", text)]);
    let ended = bench.flowc(["check", "--fix"]);
    assert_eq!(bench.read("a.flow"), text.replace("wide == true", "wide"));
    ended.found(&["a.flow:2:17: error[E0106]: there is nothing named `missing`"]);
}

#[test]
fn diff_shows_what_fix_would_change_and_changes_nothing() {
    let bench = Bench::new(&[("sub/a.flow", BAD)]);
    let ended = bench.flowc(["check", "--diff"]);
    assert_eq!(bench.read("sub/a.flow"), BAD);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(
        ended.out.starts_with("--- sub/a.flow\n+++ sub/a.flow\n@@ -1,7 +1,5 @@\n-import"),
        "{}",
        ended.out
    );
    let changed: Vec<&str> = ended.out.lines().filter(|line| line.starts_with('+')).collect();
    assert_eq!(changed, ["+++ sub/a.flow", "+  let n = 1", "+  if not wide { n } else { 0 }"]);
}

#[test]
fn only_files_that_were_asked_for_are_mended() {
    let bench = Bench::new(&[("a.flow", "import ./b.{f}\n\nfn g() -> int { f(true) }\n"), ("b.flow", BAD)]);
    bench.flowc(["check", "--fix", "a.flow"]);
    assert_eq!(bench.read("b.flow"), BAD);
}

#[test]
fn what_cannot_go_together_is_refused() {
    let bench = Bench::new(&[("a.flow", BAD)]);
    for options in [["--fix", "--diff"], ["--fix", "--watch"], ["--diff", "--watch"]] {
        let ended = bench.flowc(["check", options[0], options[1]]);
        assert!(ended.code == 2 && ended.err.contains("cannot be used with"), "{}", ended.err);
    }
    bench.fed(["check", "--fix", "-"], BAD).refused("flowc: standard input cannot be mended: name a file\n");
    bench
        .fed(["check", "--watch", "-"], BAD)
        .refused("flowc: standard input cannot be watched: name a file\n");
}

#[test]
fn watch_checks_again_whenever_something_changes_until_it_is_interrupted() {
    let bench = Bench::new(&[
        ("a.flow", "import ./b.{x}\n\nfn f() -> int { x() }\n"),
        ("flow.toml", "[project]\nname = \"p\"\n"),
    ]);
    let directory = bench.directory.path().to_owned();
    let mut child = Command::new(bin("flowc"))
        .args(["check", "--watch", "a.flow"])
        .current_dir(&directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut round = || assert_eq!(told.next().unwrap().unwrap(), "flowc: watching 1 file; Ctrl-C ends");
    round();
    // A file that is imported and comes into being.
    fs::write(directory.join("b.flow"), "fn x() -> string { \"x\" }\n").unwrap();
    round();
    // One that changes, in a way that changes its length.
    fs::write(directory.join("b.flow"), "fn x() -> int {\n  var n = 12\n  n\n}\n").unwrap();
    round();
    // The project's file.
    fs::write(directory.join("flow.toml"), "[lint]\nunused_binding = \"deny\"\n").unwrap();
    round();
    let text = "import ./b.{x}\n\nfn f() -> int {\n  let y = x()\n  2\n}\n";
    fs::write(directory.join("a.flow"), text).unwrap();
    round();
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let ended = child.wait().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(2));
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    assert!(lines[0].starts_with("a.flow:1:8: error[E0101]"), "{out}");
    assert!(lines[1].starts_with("a.flow:3:17: error[E0301]"), "{out}");
    assert_eq!(lines[2], "a.flow:4:7: error[W0101]: `y` is never used");
}
