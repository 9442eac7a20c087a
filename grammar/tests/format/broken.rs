//! Texts with mistakes: what is broken stays as it is, the rest is formatted.

use crate::properties::{config, corpus};
use crate::support::errors;
use flow_grammar::format::format;
use flow_grammar::parse::parse;
use flow_grammar::tree::ItemKind;
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn a_broken_item_stays_as_it_is_and_the_others_are_formatted() {
    let text = "fn  good( )->int{1}\n\n\nfn  bad( )->int{ 1 + }  \n\n\ntype   A={int:int}\ntype B{ x:int }";
    let done = format(text);
    assert_eq!(
        done.text,
        "fn good() -> int { 1 }\n\nfn  bad( )->int{ 1 + }\n\ntype A = {int: int}\ntype B { x: int }\n"
    );
    assert_eq!(done.errors.len(), 1);
    assert_eq!(&text[..done.errors[0].span.start as usize], "fn  good( )->int{1}\n\n\nfn  bad( )->int{ 1 + ");
}

#[test]
fn what_stands_between_items_and_is_none_stays_as_it_is() {
    let text = "fn  a( ) { }\n\n\n  # a comment of another language  \n\n\n\nfn  b( ) { }\n";
    assert_eq!(format(text).text, "fn a() {}\n\n\n  # a comment of another language  \n\n\n\nfn b() {}\n");
    let late = "fn  a( ) { }\n\n\n//! too late\n\n\nfn  b( ) { }\n";
    assert_eq!(format(late).text, "fn a() {}\n\n\n//! too late\n\n\nfn b() {}\n");
}

#[test]
fn the_newlines_of_a_broken_item_stay_those_of_windows() {
    let text = "fn  a( ) { }\r\nfn b( {\r\n  x\r\n}\r\nfn  c( ) { }\r\n";
    assert_eq!(format(text).text, "fn a() {}\nfn b( {\r\n  x\r\n}\nfn c() {}\n");
}

#[test]
fn the_names_of_an_import_behind_an_attribute_are_put_in_order() {
    let text = "@export\nimport ./c.{Up, Down}\n";
    let formatted = format(text);
    assert_eq!((formatted.text.as_str(), formatted.defects.len()), ("@export\nimport ./c.{Down, Up}\n", 0));
}

#[test]
fn a_broken_import_is_a_border_for_the_order_of_the_others() {
    let text = "import ./c\nimport ./b\nimport 3\nimport ./a\n";
    assert_eq!(format(text).text, "import ./b\nimport ./c\nimport 3\nimport ./a\n");
}

/// A program of the corpus with pieces cut out and others put in.
fn broken() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "", "(", ")", "{", "}", "[", "\"", "\"\"\"", "${", "=", "flow", "fn f", "\n", "# c\n", "'", "é", ";",
        "|", ",,", "\r\n",
    ]);
    let cut = (any::<Index>(), 0_usize..12, piece);
    (prop::sample::select(corpus()), prop::collection::vec(cut, 1..4)).prop_map(|(mut text, cuts)| {
        for (at, length, piece) in cuts {
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.floor_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, piece);
        }
        text
    })
}

/// The texts of the broken items.
fn broken_items(text: &str) -> Vec<&str> {
    let parsed = parse(text);
    let is_broken = |item: &&flow_grammar::parse::ParsedItem| {
        !item.errors.is_empty() || matches!(item.item.kind, ItemKind::Error)
    };
    let items = parsed.items.iter().filter(is_broken);
    items.map(|item| &text[item.start as usize..][..item.item.span.end as usize]).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_broken_stays_as_it_is(text in broken()) {
        let done = format(&text);
        prop_assert!(done.defects.is_empty());
        prop_assert_eq!(broken_items(&text), broken_items(&done.text), "{}\n---\n{}", text, done.text);
        let again = format(&done.text);
        prop_assert_eq!(&done.text, &again.text, "{}", text);
        // No mistake comes or goes; where it is may be told differently.
        let count = |text: &str| errors(text, &parse(text)).lines().count();
        prop_assert_eq!(count(&text), count(&done.text), "{}\n---\n{}", text, done.text);
    }

    #[test]
    fn any_text_can_be_formatted(text in any::<String>()) {
        let once = format(&text).text;
        prop_assert_eq!(&format(&once).text, &once);
    }
}
