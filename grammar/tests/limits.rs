//! Texts that are too deep, too long or too strange: an error, never a crash, and work that grows with the length only.
#![allow(clippy::unwrap_used, reason = "a test that cannot start a thread has to stop")]

mod support;

use flow_grammar::parse::{MAX_DEPTH, SplitItem, parse, parse_item, parse_template, split};
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item};
use flow_grammar::tree::{Expr, ExprKind, ItemKind};
use std::thread;

/// Runs with the stack that threads have by default, in which a walk by recursion has to fit.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(test).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// The codes of all errors of a program, and how high its highest expression is.
fn codes_and_height(text: &str) -> (Vec<&'static str>, u16) {
    struct Highest(u16);
    impl Visit for Highest {
        fn expr(&mut self, expr: &Expr) {
            self.0 = self.0.max(expr.depth);
            walk_expr(self, expr);
        }
    }
    let parsed = parse(text);
    let mut highest = Highest(0);
    parsed.items.iter().for_each(|item| walk_item(&mut highest, &item.item));
    // Comparing, copying and dropping walk the tree too.
    assert!(parsed.items.iter().all(|item| item.item == item.item.clone()));
    (parsed.items.iter().flat_map(|item| item.errors.iter().map(|error| error.code())).collect(), highest.0)
}

#[test]
fn brackets_nested_too_deep_are_one_error() {
    on_a_small_stack(|| {
        for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("match x { A => ", "}"), ("\"${", "}\"")]
        {
            let text = format!("const A = {}1{}", open.repeat(10_000), close.repeat(10_000));
            let (codes, height) = codes_and_height(&text);
            assert!(codes == ["E0030"] || codes == ["E0031"], "{open}: {codes:?}");
            assert!(height <= MAX_DEPTH);
        }
        let blocks = format!("fn a() {{ {}{} }}", "if x { ".repeat(10_000), "}".repeat(10_000));
        assert_eq!(codes_and_height(&blocks).0, ["E0030"]);
        let types = format!("type A = {}int{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(codes_and_height(&types).0, ["E0030"]);
        let patterns = format!("fn a() {{ let {}x{} = y }}", "A(a: ".repeat(10_000), ")".repeat(10_000));
        assert_eq!(codes_and_height(&patterns).0, ["E0030"]);
    });
}

#[test]
fn brackets_nested_too_deep_and_never_closed_are_few_errors() {
    on_a_small_stack(|| {
        for open in ["(", "[", "{", "f(", "\"${", "match x { A => "] {
            let (codes, height) = codes_and_height(&format!("fn a() {{\n  {}", open.repeat(10_000)));
            assert!(codes.contains(&"E0030") || codes == ["E0007"], "{open}: {codes:?}");
            assert!(codes.len() <= 3, "{open}: {codes:?}");
            assert!(height <= MAX_DEPTH);
        }
    });
}

#[test]
fn chains_that_are_too_long_are_one_error() {
    on_a_small_stack(|| {
        let many = 20_000;
        for chain in [
            "a + ".repeat(many) + "a",
            "a ?? ".repeat(many) + "a",
            "not ".repeat(many) + "a",
            "-".repeat(many) + "a",
            "return ".repeat(many) + "a",
            "|x| ".repeat(many) + "a",
            "a".to_owned() + &".b".repeat(many),
            "a".to_owned() + &"()".repeat(many),
            "a".to_owned() + &"[0]".repeat(many),
            "a".to_owned() + &" with { }".repeat(many),
            "a".to_owned() + &" catch e { }".repeat(many),
            "if a { }".to_owned() + &" else if a { }".repeat(many),
        ] {
            let (codes, height) = codes_and_height(&format!("fn a() {{\n  {chain}\n}}"));
            assert_eq!(codes, ["E0031"], "{chain:.40}");
            assert!(height <= MAX_DEPTH);
        }
    });
}

#[test]
fn an_expression_of_the_greatest_height_is_no_error() {
    let terms = usize::from(MAX_DEPTH);
    let (codes, height) = codes_and_height(&format!("const A = {}a", "a + ".repeat(terms - 1)));
    assert!(codes.is_empty());
    assert_eq!(height, MAX_DEPTH);
}

#[test]
fn a_line_of_ten_megabytes_is_parsed() {
    let list = format!("const A = [{}]\nflow b() {{ }}", "12, ".repeat(2_600_000));
    let parsed = parse(&list);
    assert_eq!(support::errors(&list, &parsed), "");
    let ItemKind::Const(decl) = &parsed.items[0].item.kind else { panic!("no constant") };
    let ExprKind::List(items) = &decl.value.kind else { panic!("no list") };
    assert_eq!(items.len(), 2_600_000);
    assert_eq!(parsed.items.len(), 2);

    let string = format!("const A = \"{}\"", "x".repeat(10_000_000));
    assert_eq!(support::errors(&string, &parse(&string)), "");
}

#[test]
fn a_megabyte_of_garbage_is_parsed() {
    // Repeatable, and no two pieces alike.
    let mut state = 1_u32;
    let mut garbage = |length: usize, bytes: &[u8]| -> String {
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(bytes[(state >> 16) as usize % bytes.len()])
            })
            .collect()
    };
    let printable: Vec<u8> = (b' '..=b'~').collect();
    let control: Vec<u8> = (0..=127).collect();
    for text in [
        garbage(1_000_000, &printable),
        garbage(200_000, &control),
        garbage(1_000_000, b"(){}[]"),
        garbage(200_000, b"{}\n a"),
        garbage(200_000, b"\"${}\n a"),
        garbage(200_000, b"=,:.|\n a"),
        format!("flow a() {{\n{}", garbage(200_000, b"ab=+()\n ")),
        "\"\"\"${\n".repeat(30_000),
        "\"\"\"${// \"\"\"\n".repeat(30_000),
        "@a(".repeat(100_000),
        "/// a\n".repeat(50_000),
        "flow ".repeat(100_000),
        "flow a(\n".repeat(10_000),
        "\u{fffd}".repeat(100_000),
    ] {
        let parsed = parse(&text);
        assert!(parsed.lexed.tokens.last().is_some_and(|last| last.end as usize == text.len()));
        assert!(parsed.items.iter().any(|item| !item.errors.is_empty()) || !parsed.errors.is_empty());
        parse_template(&text);
    }
}

#[test]
fn no_more_characters_that_mean_nothing_are_reported_than_are_worth_listing() {
    let garbage = "§ ".repeat(1000);
    let parsed = parse(&format!("{garbage}\nfn a() {{ {garbage} }}\nfn b() {{ }}"));
    for errors in [&parsed.errors, &parsed.items[0].errors] {
        assert_eq!(errors.len(), 65);
        assert_eq!(errors[63].code(), errors[0].code());
        assert_eq!(errors[64].code(), "E0036");
    }
    assert!(parsed.items[1].errors.is_empty());
}

#[test]
fn garbage_of_many_lines_is_told_of_its_first_lines_and_keeps_what_is_right_behind_it() {
    for line in ["%^& ", "{", "(", "\"", "flow ", "#", "${", "’ "] {
        for text in [line.repeat(20_000), format!("{line}\n").repeat(20_000)] {
            let parsed = parse(&format!("{text}\n\nflow b() {{ }}\n"));
            let told: usize = parsed.items.iter().map(|item| item.errors.len()).sum();
            assert!(told + parsed.errors.len() <= 3 * 70, "{line:?}: {told} and {}", parsed.errors.len());
            assert!(parsed.items.len() <= 70, "{line:?}: {} items", parsed.items.len());
            // Three quotes open a block that holds all the rest.
            if text.starts_with("\"\"\"") {
                continue;
            }
            let last = parsed.items.last().unwrap();
            assert_eq!(last.item.kind.name().map(|name| name.text.as_str()), Some("b"), "{line:?}");
        }
    }
}

#[test]
fn an_item_with_very_many_mistakes_says_so_and_keeps_its_head() {
    let text = format!("flow a(x: int) -> int {{\n{}}}\nflow b() {{ }}", "  foo bar\n".repeat(10_000));
    let parsed = parse(&text);
    let codes: Vec<_> = parsed.items[0].errors.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), 65);
    assert!(codes[..64].iter().all(|code| *code == "E0040"));
    assert_eq!(codes[64], "E0036");
    assert!(support::show_item(&parsed.items[0].item).starts_with("flow a(x: int) -> int {"));
    assert!(parsed.items[1].errors.is_empty());
}

#[test]
fn what_is_kept_of_mistakes_does_not_grow_with_their_number() {
    // Each of these lines is of one item that holds all of them.
    for line in ["}\n", "let = = ) ( }\n", ";\n", "x. \n"] {
        let kept = |lines: usize| -> usize {
            let text = line.repeat(lines);
            let errors = |item: &SplitItem| parse_item(&text[item.span.range()], &item.tokens).1.capacity();
            split(&text).items.iter().map(errors).sum()
        };
        assert!(kept(20_000) <= 70 * 65, "{line:?}: {}", kept(20_000));
        assert_eq!(kept(20_000), kept(10_000), "{line:?}");
    }
}
