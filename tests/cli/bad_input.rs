//! Whatever it is given: a message with a place, an exit code, never a crash.

use crate::bench::{Bench, check};
use flow_tests::bin;

#[test]
fn a_missing_file_is_a_wrong_call() {
    let ended = Bench::new(&[("a.flow", "")]).flowc(["check", "missing.flow"]);
    ended.refused("flowc: there is no file or directory `missing.flow`\n");
}

#[test]
fn a_directory_without_flows_is_a_wrong_call() {
    let ended = Bench::new(&[("docs/readme.md", "# Nothing\n")]).flowc(["check", "docs"]);
    ended.refused("flowc: there is no `.flow` file in `docs`\n");
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_told_and_a_reader_that_went_away_is_no_failure() {
    let run = |to: std::process::Stdio| {
        let mut flowc = std::process::Command::new(bin("flowc"));
        let ended = flowc.args(["explain", "E0106"]).stdout(to).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    };
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let told = "flowc: cannot write to standard output: No space left on device (os error 28)\n";
    assert_eq!(run(full.into()), (Some(2), told.to_owned()));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(run(writer.into()), (Some(0), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_told_too() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = std::process::Command::new(bin("flowc")).arg("--help").stdout(full).output().unwrap();
    let told = "flowc: cannot write to standard output: No space left on device (os error 28)\n";
    assert_eq!((ended.status.code(), String::from_utf8(ended.stderr).unwrap()), (Some(2), told.to_owned()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_or_a_device_in_place_of_a_file_is_refused_and_not_waited_for() {
    let bench = Bench::new(&[("main.flow", "import ./b.{c}\n")]);
    let made = std::process::Command::new("mkfifo").arg("a.flow").current_dir(&bench.directory).status();
    assert!(made.unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", bench.directory.path().join("zero.flow")).unwrap();
    for command in ["check", "build", "graph"] {
        for file in ["a.flow", "zero.flow"] {
            let ended = bench.flowc([command, file]);
            let told = format!("{file}:1:1: error[E0602]: cannot read `{file}`: it is no regular file\n");
            assert_eq!(format!("{}{}", ended.out, ended.err), told, "{command}");
            assert_eq!(ended.code, 1);
        }
    }
}

#[test]
fn lines_that_end_with_a_carriage_return_alone_are_lines() {
    check("fn f() -> int {\r  // One.\r  1\r}\rfn g() -> string { 1 }\r")
        .found(&["a.flow:5:20: error[E0301]: `g` returns `string`, not `int`"]);
}

#[test]
fn a_control_character_is_told_and_never_printed() {
    let text = "fn f() -> string { \"a\u{1b}[2Jb\" } // \u{7}\n";
    check(text).found(&[
        "a.flow:1:22: error[E0003]: an invisible character, U+001B, stands here",
        "a.flow:1:34: error[E0003]: an invisible character, U+0007, stands here",
    ]);
    let rich = Bench::new(&[("a.flow", text)]).flowc(["check", "--format", "rich"]);
    assert!(rich.out.contains("\"a␛[2Jb\" } // ␇"), "{}", rich.out);
    assert!(!rich.out.contains(['\u{1b}', '\u{7}']), "{:?}", rich.out);
    // As an escape it is text like any other.
    let mended = check("fn f() -> string { \"a\\u{1B}[2Jb\" }\n");
    assert_eq!((mended.code, mended.out.as_str()), (0, ""));
}

#[test]
fn items_behind_more_mistakes_than_are_told_are_left_out_and_right_ones_kept() {
    let wrong = |count: usize| "@a\n\nflow b\n\n".repeat(count);
    let right = "fn f() -> int { 1 }\n";
    let bench = Bench::new(&[
        ("a.flow", format!("{}{right}{}", wrong(600), wrong(20_000))),
        ("b.flow", "import ./a.{f, g}\nfn h() -> int { f() + g() }\n".to_owned()),
    ]);
    let ended = bench.flowc(["check"]);
    let lines: Vec<&str> = ended.out.lines().filter(|line| line.starts_with("a.flow")).collect();
    assert_eq!(lines.len(), 501, "{}", ended.out);
    assert!(lines[500].contains("error[E0036]") && lines[500].contains("more mistakes"), "{}", lines[500]);
    // The others know what is right of it.
    assert!(!ended.out.contains("`f`"), "{}", ended.out);
    // What is left out of the check is not left out of the text.
    let before = bench.read("a.flow");
    bench.flowc(["fmt", "a.flow"]);
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&bench.read("a.flow")), words(&before));
}

#[test]
fn a_file_that_is_not_utf8_is_told_with_the_byte() {
    check(b"fn f() -> int { 1 }\xff\n")
        .found(&["a.flow:1:20: error[E0601]: `a.flow` is not UTF-8: byte 19 is 0xff"]);
}

#[test]
fn garbage_is_told_and_not_read() {
    let mut state = 88_172_645_463_325_252_u64;
    let garbage: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    })
    .take(8192)
    .collect();
    let ended = check(&garbage);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    assert!(ended.out.contains("error[E0601]"), "{}", ended.out);
    // The same as text: every mistake is one of syntax, and there is an end to them.
    let text: String = garbage.iter().map(|byte| char::from(byte % 95 + 32)).collect();
    let ended = check(text);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    assert!(ended.out.lines().all(|line| line.contains(": error[E00")), "{}", ended.out);
}

#[test]
fn a_line_of_ten_megabytes_is_read() {
    let long = "x".repeat(10_000_000);
    let ended = check(format!("fn f() -> string {{ \"{long}\" }}\nfn g() -> string {{ 1 }}\n"));
    ended.found(&["a.flow:2:20: error[E0301]: `g` returns `string`, not `int`"]);
    // A mistake in it is told with both ends of it.
    let bench = Bench::new(&[("a.flow", format!("fn f() -> int {{ \"{long}\" }}\n"))]);
    let ended = bench.flowc(["check", "--format", "rich", "a.flow"]);
    assert_eq!(ended.code, 1);
    assert!(ended.out.contains("[ a.flow:1:17 ]"), "{}", ended.out);
    assert!(ended.out.contains("\"xxx") && ended.out.contains("xxx…xxx") && ended.out.contains("xxx\""));
    assert!(ended.out.len() < 2000);
}

#[test]
fn a_long_line_full_of_mistakes_is_told_in_the_time_that_it_takes_to_read() {
    let names: String = (0..40_000).map(|n| format!("n{n:05}, ")).collect();
    let wrong = check(format!("fn f() -> [int] {{ [{names}] }}\n"));
    // A mistake in every eight columns, and no more than 500.
    let at = |n: usize| 20 + 8 * n;
    let all: Vec<&str> = wrong.out.lines().collect();
    let last = format!("a.flow:1:{}: error[E0106]: there is nothing named `n00499`", at(499));
    assert_eq!(all.get(499), Some(&last.as_str()), "{}", wrong.err);
    let rest = "error[E0036]: there are more than 500 mistakes: what follows is not checked";
    assert_eq!((all.len(), all.last()), (502, Some(&&*format!("a.flow:1:{}: {rest}", at(500) + 6))));
    // A name of any length is told, but not all of it.
    let name = check("x".repeat(10_000_000));
    assert_eq!(name.out.lines().count(), 1);
    assert!(name.out.len() < 4000);
}

#[test]
fn ten_thousand_brackets_are_one_mistake() {
    let deep = format!("fn f() -> int {{ {}1{} }}\n", "(".repeat(10_000), ")".repeat(10_000));
    check(deep).found(&["a.flow:1:272: error[E0030]: brackets are nested deeper than 256 levels"]);
    let open = check(format!("fn f() -> int {{ {}", "[".repeat(10_000)));
    assert_eq!((open.code, open.err.as_str()), (1, ""));
    assert!(open.out.contains("a.flow:1:272: error[E0030]"), "{}", open.out);
}

#[test]
fn an_import_cycle_shows_the_circle() {
    let bench = Bench::new(&[
        ("a.flow", "import ./b.{B}\ntype A { b: B? }\n"),
        ("b.flow", "import ./a.{A}\ntype B { a: A? }\n"),
    ]);
    bench
        .flowc(["check"])
        .found(&["a.flow:1:8: error[E0111]: modules import one another: `a.flow` → `b.flow` → `a.flow`"]);
}

#[test]
fn a_duplicate_name_is_told_at_the_second() {
    check("fn f() -> int { 1 }\nfn f() -> int { 2 }\n")
        .found(&["a.flow:2:4: error[E0104]: `f` stands for two things in this file"]);
}

#[test]
fn a_wrong_label_names_the_near_one() {
    let text = "fn f(count: int) -> int { count }\nfn g() -> int { f(cuont: 2) }\n";
    check(text).found(&["a.flow:2:19: error[E0305]: `f` has no parameter `cuont`"]);
    let rich = Bench::new(&[("a.flow", text)]).flowc(["check", "--format", "rich"]);
    assert!(rich.out.contains("│ help: did you mean `count`?"), "{}", rich.out);
}

#[test]
fn an_ill_typed_handoff_shows_both_ends() {
    let text = "type Plan { title: string }\ntype Review { text: string }\n\
        agent critic(x: string) -> Review { prompt: x }\n\
        flow ship(x: string) -> string {\n  handoff draft(critic(x))\n\
        \x20 stage draft(plan: Plan) max 3 { return plan.title }\n}\n";
    let ended = Bench::new(&[("a.flow", text)]).flowc(["check", "--format", "rich", "a.flow"]);
    assert_eq!(ended.code, 1);
    assert_eq!(
        ended.out,
        "error[E0301]: stage `draft` takes `Plan` as `plan`, not `Review`
   ╭─[ a.flow:5:17 ]
   │
 5 │   handoff draft(critic(x))
   │                 ────┬────
   │                     ╰────── this is `Review`
 6 │   stage draft(plan: Plan) max 3 { return plan.title }
   │               ──┬─
   │                 ╰─── stage `draft` takes `Plan`
───╯

found 1 error
"
    );
}

#[test]
fn a_match_that_leaves_something_out_names_it() {
    check("type Risk = Low | Medium | High\nfn f(r: Risk) -> int { match r { Low => 1, High => 2 } }\n")
        .found(&["a.flow:2:30: error[E0404]: this `match` does not cover `Medium`"]);
}

#[test]
fn a_loop_without_a_bound_is_refused() {
    check("flow f() -> int { loop { break 1 } }\n")
        .found(&["a.flow:1:19: error[E0504]: this loop has no bound"]);
}

#[test]
fn a_prompt_file_that_is_not_there_is_told_where_it_is_named() {
    check("agent a() -> string { prompt: file(\"prompts/x.md\") }\n")
        .found(&["a.flow:1:36: error[E0216]: there is no file `prompts/x.md`"]);
}

#[test]
fn a_prompt_that_is_no_text_is_told_once_where_it_is_named() {
    let text = "agent a(x: string) -> string { prompt: file(\"x.md\") }\n\
                agent b() -> string { prompt: file(\"sub\") }\n\
                test \"t\" { expect file(\"x.md\", \"\") == file(\"sub\", \"\") }\n";
    let bench = Bench::new(&[("a.flow", text.as_bytes()), ("sub/x.md", b""), ("x.md", b"Write \xff")]);
    let ended = bench.flowc(["check"]);
    let errors: Vec<&str> = ended.out.lines().filter(|line| line.contains(": error")).collect();
    assert_eq!(
        errors,
        [
            "a.flow:1:45: error[E0216]: `x.md` is not UTF-8: byte 6 is 0xff",
            "a.flow:2:36: error[E0216]: cannot read `sub`: it is a directory"
        ]
    );
}

#[test]
fn all_mistakes_of_a_program_are_told_at_once() {
    let bench = Bench::new(&[
        ("a.flow", "fn f() -> int { \"a\" }\n\nfn g( -> int { 1 }\n\nfn h() -> strng { \"\" }\n"),
        ("sub/b.flow", "fn f() -> int { missing }\n"),
    ]);
    let ended = bench.flowc(["check"]);
    let places: Vec<&str> = ended.out.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["a.flow:1:17", "a.flow:3:5", "a.flow:5:11", "sub/b.flow:1:17"], "{}", ended.out);
    assert_eq!(ended.code, 1);
}

#[test]
fn a_broken_project_file_is_told_with_its_place() {
    let bench =
        Bench::new(&[("flow.toml", "[project]\nnmae = \"x\"\n"), ("a.flow", "fn f() -> int { 1 }\n")]);
    bench.flowc(["check"]).found(&["flow.toml:2:1: error[E0611]: `nmae` is no key of `[project]`"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told() {
    // A directory cannot be read as a file by anyone, not even by root.
    let bench = Bench::new(&[("a.flow/inner.txt", "")]);
    let ended = bench.flowc(["check", "a.flow"]);
    ended.refused("flowc: there is no `.flow` file in `a.flow`\n");
    std::os::unix::fs::symlink("nowhere.flow", bench.directory.path().join("b.flow")).unwrap();
    bench.flowc(["check", "b.flow"]).refused("flowc: there is no file or directory `b.flow`\n");
}
