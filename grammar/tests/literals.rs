//! Characters and literals: what is wrong with them, at exactly which bytes.

mod support;

use flow_grammar::parse::{parse, parse_template};
use support::{errors, report};

macro_rules! cases {
    ($($name:ident: $text:literal)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(report($text));
            }
        )*
    };
}

cases! {
    numbers_durations_and_money_are_values: "\
const A = [0, 12, 1_000, 9223372036854775807, 0.5, 1_0.2_5, 500ms, 30s, 15m, 2h, 7d, $2.50, $25, $0.000001]"
    numbers_that_are_not_written_as_one_are_told: "\
const A = [1__0, 1_, 007, 1.5h, 1.5e3, 1e5, 0x1F, 5x, 1h30m, $1.2345678, $1x, 1.]"
    numbers_that_are_too_large_are_told: "\
const A = [9223372036854775808, 106751991168d, $9223372036855]"
    escapes_are_resolved: "\
const A = \"a\\nb\\t\\\"c\\\" \\\\ \\$x \\${y} \\u{1F600}\""
    wrong_escapes_are_told: "\
const A = \"\\q \\u{} \\u{110000} \\u{D800} \\u12 \\u{1234567} \\é\""
    lone_braces_and_dollars_are_text: "\
const A = \"{ \\\"json\\\": $NAME } $ 5 }\""
    a_block_loses_its_first_newline_its_last_blanks_and_its_indentation: "\
const A = \"\"\"
    one
      two ${x} three

    ${y}
  four
    \"\"\""
    a_block_on_one_line_is_kept_as_it_is: "\
const A = [\"\"\"one \"two\" three\"\"\", \"\"\"\"\"\", \"\"\"  x\"\"\"]"
    holes_hold_any_expression: "\
const A = \"${f(\"inner ${x + 1}\", [1, 2])} and ${match x { A => \"a\", B => { \"b\" } }}\""
    a_hole_in_a_block_may_span_lines: "\
const A = \"\"\"
  ${xs
    .map(|x| x)
    .join(\", \")}
  \"\"\""
    characters_that_look_like_others_are_told: "\
fn а(x：int) → int { x – 1 }
const B = “hello”
const C = 1\u{a0}+ 2
fn größe() { }"
    characters_that_mean_nothing_are_told_once: "\
flow a() {
  x ^^^ y
  §
}"
    unseen_characters_in_strings_are_told: "\
const A = \"a\u{202e}b\" // \u{200b}"
}

#[test]
fn control_characters_are_spelled_in_messages() {
    let parsed = parse("flow a() { \u{1b}[31m }\n\u{1}");
    let messages: Vec<String> = parsed
        .items
        .iter()
        .flat_map(|item| &item.errors)
        .chain(&parsed.errors)
        .map(|it| it.kind.message())
        .collect();
    assert!(messages.iter().any(|it| it.starts_with("`\\u{1b}` means nothing")), "{messages:?}");
    assert!(messages.iter().all(|it| !it.contains(char::is_control)), "{messages:?}");
}

#[test]
fn an_empty_hole_is_one_error_and_leaves_the_text_around_it() {
    insta::assert_snapshot!(report("const A = \"a ${} b\""));
}

#[test]
fn a_whole_text_can_be_a_template() {
    let text =
        "# Write\n\nAbout ${topic.name}, for \\${y} and $NAME: {\"a\": \"\\n\"}\n${xs.map(|x| x + 1)}\n";
    let parsed = parse_template(text);
    assert_eq!(parsed.errors, []);
    let value = support::template(&parsed.template);
    assert_eq!(
        value,
        r##""""# Write\n\nAbout ${topic.name}, for ${y} and $NAME: {\"a\": \"\\n\"}\n${xs.map((|x| (x + 1)))}\n""""##
    );
    assert_eq!((parsed.template.span.start, parsed.template.span.end as usize), (0, text.len()));
}

#[test]
fn mistakes_in_a_template_are_told_at_their_place() {
    let text = "One ${a.} two ${b c} three ${ four\n\nfive ${d}\n\n\"\"\" six";
    let parsed = parse_template(text);
    let told: String = parsed.errors.iter().map(|error| support::line_of(text, error)).collect();
    insta::assert_snapshot!(format!("{text}\n---\n{}\n---\n{told}", support::template(&parsed.template)));
}

#[test]
fn windows_newlines_are_newlines() {
    let unix =
        "/// docs\nflow a() {\n  let x = \"\"\"\n    one\n    two\n    \"\"\"\n  x\n}\n\nflow b() { }\n";
    let windows = unix.replace('\n', "\r\n");
    let (unix, windows) = (parse(unix), parse(&windows));
    assert_eq!(support::tree(&unix), support::tree(&windows));
    assert_eq!(errors("", &windows), "");
}

#[test]
fn a_byte_order_mark_and_a_shebang_are_skipped() {
    for text in ["\u{feff}flow a() { }", "#!/usr/bin/env flow\nflow a() { }"] {
        let parsed = parse(text);
        assert_eq!(errors(text, &parsed), "", "{text}");
        assert_eq!(parsed.items.len(), 1);
    }
}
