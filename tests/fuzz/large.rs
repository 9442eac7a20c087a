//! Programs of thousands of alike pieces: the same is found in them as in small ones.

use crate::program::Program;
use std::fmt::Write as _;

/// How many pieces there are.
const PIECES: usize = 3_000;

/// A text with a line for each piece.
fn lines(line: impl Fn(usize) -> String) -> String {
    (0..PIECES).fold(String::new(), |mut text, piece| {
        let _ = writeln!(text, "{}", line(piece));
        text
    })
}

/// The codes of what is found.
fn codes(text: &str) -> Vec<String> {
    let report = Program::new(&[("main.flow", text)]).report();
    report.lines().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect()
}

#[test]
fn a_match_over_many_numbers_tells_the_one_that_is_there_twice() {
    let arms = lines(|piece| format!("{piece} => {piece}"));
    let text = format!("fn f(n: int) -> int {{ match n {{\n{arms}7 => 0\n_ => 1\n}} }}");
    assert_eq!(codes(&text), ["W0104"]);
}

#[test]
fn alternatives_of_many_numbers_tell_the_one_that_is_there_twice() {
    let all: Vec<String> = (0..PIECES).map(|piece| piece.to_string()).collect();
    let text =
        format!("fn f(n: int) -> bool {{ match n {{ {} | 7 => true, _ => false }} }}", all.join(" | "));
    assert_eq!(codes(&text), ["W0104"]);
}

#[test]
fn a_match_over_a_union_of_many_variants_tells_the_one_that_is_missing() {
    let variants: Vec<String> = (0..PIECES).map(|piece| format!("V{piece}(n: int)")).collect();
    let of = |least: usize| {
        let arms: Vec<String> = (least..PIECES).map(|piece| format!("V{piece}(n) => n")).collect();
        let (variants, arms) = (variants.join(" | "), arms.join("\n"));
        codes(&format!("type U = {variants}\nfn f(u: U) -> int {{ match u {{\n{arms}\n}} }}"))
    };
    assert_eq!(of(0), Vec::<String>::new());
    assert_eq!(of(1), ["E0404"]);
}

#[test]
fn a_flow_of_many_stages_is_right_and_tells_those_that_go_in_a_circle() {
    let stages = lines(|piece| format!("stage s{piece}() {{ handoff s{}() }}", piece + 1));
    let of = |last: &str| {
        codes(&format!("flow f() -> int {{\nhandoff s0()\n{stages}stage s{PIECES}() {{ {last} }}\n}}"))
    };
    assert_eq!(of("return 1"), Vec::<String>::new());
    assert_eq!(of("if 1 > 0 { return 1 } else { handoff s0() }"), ["E0510"]);
}

#[test]
fn a_record_of_many_fields_is_made_with_all_of_them() {
    let fields = lines(|piece| format!("f{piece}: int"));
    let given: Vec<String> = (0..PIECES).map(|piece| format!("f{piece}: {piece}")).collect();
    let text = format!("type R {{\n{fields}}}\nfn f() -> R {{ R({}) }}", given.join(", "));
    assert_eq!(codes(&text), Vec::<String>::new());
}

#[test]
fn what_is_declared_many_times_over_is_told_once_for_each_time() {
    let fields = lines(|piece| format!("f{}: int", piece % (PIECES - 1)));
    assert_eq!(codes(&format!("type R {{\n{fields}}}")), ["E0201"]);
    let variants: Vec<String> = (0..PIECES).map(|piece| format!("V{piece}(n: int)")).collect();
    let variants = variants.join(" | ");
    assert_eq!(codes(&format!("type U = {variants} | V7(n: int)")), ["E0201"]);
    assert_eq!(codes(&format!("type U = {variants} | Ab | AB")), ["E0209"]);
}

#[test]
fn a_line_of_many_imports_is_read_once() {
    assert!(!codes(&"import ".repeat(PIECES)).is_empty());
}
