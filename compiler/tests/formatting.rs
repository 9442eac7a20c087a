//! Formatting as an editor gets it: edits, as small as can be.
#![allow(clippy::unwrap_used, reason = "tests")]

use flow_compiler::db::{Database, Origin, SourceFile};
use flow_compiler::ide::formatting;
use flow_grammar::format::format;
use flow_grammar::span::Span;
use flow_tests::generate::alone;
use flow_tests::programs::program;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The edits for a text, or a part of it.
fn edits(text: &str, part: Option<&str>) -> Vec<(Span, String)> {
    let db = Database::default();
    let file = SourceFile::new(&db, "a.flow".into(), text.into(), Origin::Project);
    let span = part.map(|part| {
        let start = u32::try_from(text.find(part).unwrap()).unwrap();
        Span::new(start, start + u32::try_from(part.len()).unwrap())
    });
    formatting(&db, file, span)
}

/// The text after edits, which are in order and do not overlap.
fn applied(text: &str, edits: &[(Span, String)]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for (span, new) in edits {
        assert!(span.start as usize >= at, "edits overlap");
        out.push_str(&text[at..span.start as usize]);
        out.push_str(new);
        at = span.end as usize;
    }
    out + &text[at..]
}

/// What edits take away and put there.
fn shown<'t>(text: &'t str, edits: &'t [(Span, String)]) -> Vec<(&'t str, &'t str)> {
    edits.iter().map(|(span, new)| (&text[span.range()], new.as_str())).collect()
}

#[test]
fn a_formatted_file_has_no_edits() {
    assert_eq!(edits("fn f() -> int { 1 }\n", None), []);
    assert_eq!(edits("", None), []);
}

#[test]
fn edits_hold_only_what_changes() {
    let text = "fn f() -> int {\n  let a = 1\n  let b  = 2\n  let c = 3\n   a\n}\nfn g() -> int { 1 }\n";
    let found = edits(text, None);
    assert_eq!(shown(text, &found), [(" ", ""), (" ", ""), ("", "\n")]);
    assert_eq!(applied(text, &found), format(text).text);
}

#[test]
fn a_part_formats_the_items_that_it_touches() {
    let text = "fn  a( ) { }\n\n\n\nfn  b( ) { }\n\n\n\nfn  c( ) { } // c\n\n\n\nfn  d( ) { }\n";
    let touched = |part| applied(text, &edits(text, Some(part)));
    assert_eq!(touched("a("), text.replace("fn  a( ) { }", "fn a() {}"));
    assert_eq!(touched(") { } // c"), text.replace("fn  c( ) { }", "fn c() {}"));
    let two = text.replace("fn  b( ) { }\n\n\n\nfn  c( ) { }", "fn b() {}\n\nfn c() {}");
    assert_eq!(touched("b( ) { }\n\n\n\nfn  c"), two);
    assert_eq!(
        touched("\n\n\n\nfn  b"),
        text.replace("fn  a( ) { }\n\n\n\nfn  b( ) { }", "fn a() {}\n\nfn b() {}")
    );
}

#[test]
fn a_broken_item_has_no_edits_but_its_neighbours_do() {
    let text = "fn  a( ) { }\n\nfn  b( ) { 1 + }\n\nfn  c( ) { }\n";
    assert_eq!(applied(text, &edits(text, None)), "fn a() {}\n\nfn  b( ) { 1 + }\n\nfn c() {}\n");
    assert_eq!(edits(text, Some("b(")), []);
}

#[test]
fn a_prompt_is_no_program() {
    let db = Database::default();
    let file = SourceFile::new(&db, "p.md".into(), "fn  a( ) { }".into(), Origin::Prompt);
    assert_eq!(formatting(&db, file, None), []);
}

#[test]
fn a_text_in_which_all_changes_is_formatted_too() {
    let text: String = alone(3_000).lines().map(|line| format!("   {line}\n")).collect();
    assert_eq!(applied(&text, &edits(&text, None)), format(&text).text);
}

#[test]
fn what_is_put_in_beside_what_is_taken_away_does_not_overlap_it() {
    let text = r#"flow x() {
  stage x(x: checks.Plan = x.title(title: x, title: x, title: x, x).title.title and x.title(x, x)?.reason(test_suite).reason(title: findings, findings, reason: x).title == poem) max race {
    _ = x => x
  }.title() with { title: x, title: x }.title()(x, x) {
    require x.title()(x, x, x) .. x, "plain"
  }
}
"#;
    assert_eq!(applied(text, &edits(text, None)), format(text).text);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn edits_make_what_the_formatter_makes(choices in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = program(&choices);
        prop_assert_eq!(applied(&text, &edits(&text, None)), format(&text).text);
    }
}
