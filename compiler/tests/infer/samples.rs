//! The programs of the corpus.

use crate::support::corpus;

#[test]
fn the_corpus_is_right_but_for_what_has_no_effect_yet() {
    let report = corpus().report();
    let is_wrong = |line: &&str| !line.starts_with(' ') && !line.contains("has no effect yet");
    let wrong: Vec<&str> = report.lines().filter(is_wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
