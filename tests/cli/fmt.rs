//! `flowc fmt`: what it writes, prints and leaves alone.

use crate::bench::Bench;
use std::fs;

const MESSY: &str = "flow  f( n:int )->int{n+1}\n";
const TIDY: &str = "flow f(n: int) -> int { n + 1 }\n";
const BROKEN: &str = "fn  bad( )->int{1+}\n\n\nfn  good( )->int{1}\n";

fn ended(bench: &Bench, arguments: &[&str]) -> (i32, String, String) {
    let ended = bench.flowc(arguments);
    (ended.code, ended.out, ended.err)
}

fn silent(code: i32) -> (i32, String, String) {
    (code, String::new(), String::new())
}

#[test]
fn files_and_directories_are_formatted_where_they_lie() {
    let bench = Bench::new(&[
        ("a.flow", MESSY),
        ("sub/b.flow", MESSY),
        ("target/c.flow", MESSY),
        ("prompts/p.md", "Say  ${ x }\n"),
    ]);
    assert_eq!(ended(&bench, &["fmt", "sub"]), silent(0));
    assert_eq!((bench.read("a.flow"), bench.read("sub/b.flow")), (MESSY.into(), TIDY.into()));
    assert_eq!(ended(&bench, &["fmt"]), silent(0));
    assert_eq!(bench.read("a.flow"), TIDY);
    assert_eq!(bench.read("target/c.flow"), MESSY);
    assert_eq!(bench.read("prompts/p.md"), "Say  ${ x }\n");
    assert_eq!(ended(&bench, &["fmt", "target/c.flow"]), silent(0));
    assert_eq!(bench.read("target/c.flow"), TIDY);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let bench = Bench::new(&[("a.flow", MESSY)]);
    let done = bench.fed(["fmt", "-"], MESSY);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, TIDY, ""));
    let done = bench.fed(["fmt", "-"], TIDY);
    assert_eq!((done.code, done.out.as_str()), (0, TIDY));
    assert_eq!(bench.read("a.flow"), MESSY);
    let done = bench.fed(["fmt", "--check", "--stdin-filename", "new.flow", "-"], MESSY);
    assert_eq!((done.code, done.out.as_str()), (1, "new.flow\n"));
    let done = bench.fed(["fmt", "-"], "");
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "", ""));
}

#[test]
fn check_names_what_would_change_and_changes_nothing() {
    let bench = Bench::new(&[("a.flow", MESSY), ("b.flow", TIDY), ("sub/c.flow", MESSY)]);
    assert_eq!(ended(&bench, &["fmt", "--check"]), (1, "a.flow\nsub/c.flow\n".into(), String::new()));
    assert_eq!(bench.read("a.flow"), MESSY);
    assert_eq!(ended(&bench, &["fmt", "--check", "b.flow"]), silent(0));
}

#[test]
fn diff_shows_what_would_change_and_changes_nothing() {
    let bench = Bench::new(&[("a.flow", format!("// kept\n{MESSY}")), ("b.flow", TIDY.into())]);
    let diff = format!("--- a.flow\n+++ a.flow\n@@ -1,2 +1,2 @@\n // kept\n-{MESSY}+{TIDY}");
    assert_eq!(ended(&bench, &["fmt", "--diff"]), (1, diff.clone(), String::new()));
    assert_eq!(ended(&bench, &["fmt", "--check", "--diff"]), (1, diff, String::new()));
    assert_eq!(bench.read("a.flow"), format!("// kept\n{MESSY}"));
    assert_eq!(ended(&bench, &["fmt", "--diff", "b.flow"]), silent(0));
    assert_eq!(ended(&bench, &["fmt", "--diff", "--check", "b.flow"]), silent(0));
    let last = Bench::new(&[("a.flow", TIDY.trim_end())]);
    let diff = format!(
        "--- a.flow\n+++ a.flow\n@@ -1 +1 @@\n-{}\n\\ No newline at end of file\n+{TIDY}",
        TIDY.trim_end()
    );
    assert_eq!(ended(&last, &["fmt", "--diff"]), (1, diff, String::new()));
}

#[test]
fn a_broken_item_is_told_and_left_as_it_is_and_the_rest_is_formatted() {
    let bench = Bench::new(&[("a.flow", BROKEN)]);
    let told = "a.flow:1:19: error[E0040]: expected an expression, found `}`\nflowc: what is broken is left as it is\n";
    assert_eq!(ended(&bench, &["fmt", "--check"]), (1, "a.flow\n".into(), told.into()));
    assert_eq!(ended(&bench, &["fmt"]), (1, String::new(), told.into()));
    assert_eq!(bench.read("a.flow"), "fn  bad( )->int{1+}\n\nfn good() -> int { 1 }\n");
    // There is nothing left to change, but the mistake is still there.
    assert_eq!(ended(&bench, &["fmt", "--check"]), (1, String::new(), told.into()));
    let done = bench.fed(["fmt", "-"], BROKEN);
    assert_eq!((done.code, done.out), (1, bench.read("a.flow")));
}

#[test]
fn what_cannot_be_read_is_told_and_the_other_files_are_formatted() {
    let bench = Bench::new(&[("a.flow", b"fn f() \xff".as_slice()), ("b.flow", MESSY.as_bytes())]);
    let done = bench.flowc(["fmt"]);
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert!(done.err.starts_with("a.flow:1:8: error[E0601]: `a.flow` is not UTF-8"), "{}", done.err);
    assert_eq!(bench.read("b.flow"), TIDY);
}

#[test]
fn what_is_no_program_is_not_touched() {
    let bench = Bench::new(&[("p.md", "# Title\n"), ("a.flow", MESSY)]);
    bench.flowc(["fmt", "a.flow", "p.md"]).refused("flowc: `p.md` is not a `.flow` file\n");
    assert_eq!(bench.read("a.flow"), MESSY);
    bench.flowc(["fmt", "missing.flow"]).refused("flowc: there is no file or directory `missing.flow`\n");
}

#[cfg(unix)]
#[test]
fn permissions_links_and_unchanged_files_stay() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let bench =
        Bench::new(&[("a.flow", MESSY), ("real.flow", MESSY), ("tidy.flow", TIDY), ("one.flow", MESSY)]);
    let at = |path: &str| bench.directory.path().join(path);
    fs::set_permissions(at("a.flow"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.flow", at("link.flow")).unwrap();
    fs::hard_link(at("one.flow"), at("two.flow")).unwrap();
    let before = fs::metadata(at("tidy.flow")).unwrap();
    assert_eq!(ended(&bench, &["fmt", "a.flow", "link.flow", "tidy.flow", "one.flow"]), silent(0));
    assert_eq!(fs::metadata(at("a.flow")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(at("link.flow")).unwrap().is_symlink());
    assert_eq!((bench.read("real.flow"), bench.read("two.flow")), (TIDY.into(), TIDY.into()));
    let after = fs::metadata(at("tidy.flow")).unwrap();
    assert_eq!((before.ino(), before.modified().unwrap()), (after.ino(), after.modified().unwrap()));
    let left: Vec<_> =
        fs::read_dir(bench.directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 6, "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_read_only_file_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new(&[("a.flow", MESSY), ("b.flow", MESSY)]);
    let path = bench.directory.path().join("a.flow");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let done = bench.flowc(["fmt"]);
    assert_eq!((done.code, done.out.as_str()), (2, ""));
    assert!(
        done.err.starts_with("flowc: cannot write `") && done.err.ends_with("read-only\n"),
        "{}",
        done.err
    );
    assert_eq!((bench.read("a.flow"), bench.read("b.flow")), (MESSY.into(), TIDY.into()));
}

#[test]
fn newlines_of_windows_become_newlines() {
    let bench = Bench::new(&[("a.flow", TIDY.replace('\n', "\r\n"))]);
    assert_eq!(ended(&bench, &["fmt", "--check"]).0, 1);
    assert_eq!(ended(&bench, &["fmt"]), silent(0));
    assert_eq!(bench.read("a.flow"), TIDY);
}

#[test]
fn many_files_are_formatted_at_once_and_named_in_order() {
    let names: Vec<String> = (0..60).map(|number| format!("m_{number:02}.flow")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), MESSY)).collect();
    let bench = Bench::new(&files);
    let (code, out, _) = ended(&bench, &["fmt", "--check"]);
    assert_eq!((code, out.lines().collect::<Vec<_>>()), (1, names.iter().map(String::as_str).collect()));
    assert_eq!(ended(&bench, &["fmt"]), silent(0));
    assert_eq!(ended(&bench, &["fmt", "--check"]), silent(0));
}
