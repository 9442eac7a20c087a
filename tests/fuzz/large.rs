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

#[test]
fn many_types_that_hold_one_another_are_told_once() {
    let types =
        |field: &str| lines(|piece| format!("type T{piece} {{ next: T{}{field} }}", (piece + 1) % PIECES));
    assert_eq!(codes(&types("?")), Vec::<String>::new());
    assert_eq!(codes(&types("")), ["E0207"]);
    let chain = lines(|piece| format!("type T{piece} {{ next: T{} }}", piece + 1));
    assert_eq!(codes(&format!("{chain}type T{PIECES} {{ n: int }}")), Vec::<String>::new());
}

#[test]
fn many_generic_types_that_hold_one_another_are_told_once() {
    let types = |arg: &str| {
        lines(|piece| format!("type T{piece}<A> {{ a: A, next: T{}<{arg}>? }}", (piece + 1) % PIECES))
    };
    assert_eq!(codes(&types("A")), Vec::<String>::new());
    let last = |arg: &str| {
        let all = types("A");
        let (before, _) = all.trim_end().rsplit_once('\n').unwrap_or_default();
        codes(&format!("{before}\ntype T{}<A> {{ a: A, next: T0<{arg}>? }}", PIECES - 1))
    };
    assert_eq!(last("A"), Vec::<String>::new());
    assert_eq!(last("int"), Vec::<String>::new());
}

#[test]
fn many_locals_of_one_body_are_all_found() {
    let lets = lines(|piece| format!("let v{} = v{piece} + 1", piece + 1));
    assert_eq!(codes(&format!("fn f(v0: int) -> int {{\n{lets}v{PIECES}\n}}")), Vec::<String>::new());
    let steps = lines(|piece| format!("let v{} = c(v{piece})", piece + 1));
    let command = "command c(a: string) -> string { run: [\"echo\", a] }";
    let stages = lines(|piece| format!("stage s{piece}() {{ handoff s{}() }}", piece + 1));
    let flow = format!("flow f(v0: string) -> string {{\n{steps}handoff s0()\n{stages}");
    assert_eq!(
        codes(&format!("{command}\n{flow}stage s{PIECES}() {{ return v{PIECES} }}\n}}")),
        Vec::<String>::new()
    );
}

#[test]
fn many_parameters_are_all_given() {
    let params: Vec<String> = (0..PIECES).map(|piece| format!("p{piece}: int")).collect();
    let given: Vec<String> = (0..PIECES).map(|piece| format!("p{piece}: {piece}")).collect();
    let text = |last: &str| {
        let sum = lines(|piece| format!("let q{piece} = p{piece}"));
        let f = format!("fn f({}) -> int {{\n{sum}1\n}}", params.join(", "));
        format!("{f}\nfn g() -> int {{ f({}{last}) }}", given.join(", "))
    };
    assert_eq!(codes(&text("")).iter().filter(|code| code.starts_with('E')).count(), 0);
    assert_eq!(codes(&text(", p7: 1")).iter().filter(|code| *code == "E0307").count(), 1);
}

#[test]
fn of_many_mistakes_the_first_are_told_and_that_there_are_more() {
    let told = |text: &str, code: &str| {
        let found = codes(text);
        assert!(found.iter().filter(|found| *found == code).count() >= 500, "{found:?}");
        assert!(found.len() < 600, "{}", found.len());
        assert_eq!(found.last().map(String::as_str), Some("E0036"));
    };
    told(&format!("fn f() -> int {{\n{}1\n}}", lines(|piece| format!("let v{piece} = w{piece}"))), "E0106");
    told(&lines(|piece| format!("fn name{piece}() -> int {{ nane{piece}() }}")), "E0106");
    told(&lines(|piece| format!("type Name{piece} {{ f: Nane{piece} }}")), "E0105");
    told(&format!("type T {{\n{}}}", lines(|piece| format!("f{piece}: Nane{piece}"))), "E0105");
    let stages = lines(|piece| format!("stage name{piece}() {{ handoff nane{piece}() }}"));
    told(&format!("flow f() {{\nhandoff name0()\n{stages}}}"), "E0505");
    let fields = lines(|piece| format!("name{piece}: int"));
    let read = lines(|piece| format!("let v{piece} = r.nane{piece}"));
    told(&format!("type R {{\n{fields}}}\nfn f(r: R) -> int {{\n{read}1\n}}"), "E0309");
}

#[test]
fn of_many_private_names_and_imports_those_that_nothing_mentions_are_told() {
    let all = lines(|piece| {
        format!(
            "fn _f{piece}() -> int {{ {} }}",
            if piece > 0 { format!("_f{}()", piece - 1) } else { "1".into() }
        )
    });
    assert_eq!(codes(&all), ["W0110"]);
}
