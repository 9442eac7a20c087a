//! Texts that nobody wrote, held to what is promised of every text: nothing panics, places lie in the text, formatting keeps
//! the meaning and settles, what is worked out after an edit is what is worked out anew, what checks can be lowered, and
//! twice the text takes no more than some twice the work.
//!
//! A fixed number of cases runs, the same ones every time. For more: `FLOW_FUZZ_CASES=100000`, and another
//! `FLOW_FUZZ_SEED` to begin with. A failure names its seed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod large;
mod mended;
mod policed;
mod program;
mod promised;
mod random;
mod soup;
mod timed;
mod touched;
mod typed;

use flow_grammar::format::format;
use flow_grammar::parse::{self, parse};
use flow_grammar::span::Span;
use program::Program;
use random::Random;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Runs a property for one seed after another. `cases` is how many are worth their time in every test run.
fn every(cases: u64, property: impl Fn(&mut Random, &[String]) -> String) {
    let corpus = soup::corpus();
    let first = setting("FLOW_FUZZ_SEED").unwrap_or(1);
    for seed in first..first + setting("FLOW_FUZZ_CASES").unwrap_or(cases) {
        let text = std::cell::RefCell::new(String::new());
        let run = || *text.borrow_mut() = property(&mut Random::new(seed), &corpus);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            eprintln!("it fails with FLOW_FUZZ_SEED={seed} FLOW_FUZZ_CASES=1");
            std::panic::resume_unwind(panic);
        }
    }
}

/// A text of the corpus, stirred.
fn text(random: &mut Random, corpus: &[String]) -> String {
    let mut text = random.one(corpus).clone();
    if random.chance(3) {
        let other: &String = random.one(corpus);
        text.push_str(other);
    }
    soup::stir(&mut text, corpus, random);
    text
}

#[track_caller]
fn lies_in(text: &str, span: Span, what: &str) {
    assert!(text.get(span.range()).is_some(), "{what} at {span:?}:\n{text}");
}

#[test]
fn every_text_has_tokens_that_hold_it_all_and_a_tree_and_errors_in_it() {
    every(1500, |random, corpus| {
        let text = text(random, corpus);
        let parsed = parse(&text);
        let mut end = 0;
        for token in &parsed.lexed.tokens {
            assert!(end <= token.end, "{text}");
            lies_in(&text, Span::new(end, token.end), "a token");
            end = token.end;
        }
        assert_eq!(end as usize, text.len(), "{text}");
        parsed.errors.iter().for_each(|error| lies_in(&text, error.span, "an error"));
        for item in &parsed.items {
            for error in &item.errors {
                lies_in(&text, error.span.shifted(item.start), "an error");
                assert!(!error.message().is_empty());
                if let Some(fix) = &error.suggestion {
                    lies_in(&text, fix.span.shifted(item.start), "a suggestion");
                }
            }
        }
        text
    });
}

#[test]
fn every_text_is_formatted_without_another_meaning_and_then_stays_as_it_is() {
    every(800, |random, corpus| {
        let text = text(random, corpus);
        let once = format(&text);
        // The formatter compares the trees itself, and keeps what it cannot prove as it is.
        assert!(once.defects.is_empty(), "{:?}:\n{text}", once.defects);
        let twice = format(&once.text);
        assert_eq!(once.text, twice.text, "{text}");
        text
    });
}

#[test]
fn what_is_told_of_a_text_lies_in_it_and_does_not_depend_on_what_stood_there_before() {
    every(120, |random, corpus| {
        let mut main = text(random, corpus);
        let lib = text(random, corpus);
        if random.chance(2) {
            main.insert_str(0, "import ./lib.{Plan}\n");
        }
        let mut program = Program::new(&[("main.flow", &main), ("lib.flow", &lib)]);
        program.report();
        soup::stir(&mut main, corpus, random);
        program.write("main.flow", &main);
        program.ask(u32::try_from(random.below(main.len() + 2)).unwrap());
        let fresh = Program::new(&[("main.flow", &main), ("lib.flow", &lib)]);
        assert_eq!(program.report(), fresh.report(), "{main}\n// lib.flow\n{lib}");
        main
    });
}

#[test]
fn what_checks_is_lowered_and_the_verifier_accepts_it() {
    let lowered = std::cell::Cell::new(0);
    every(300, |random, corpus| {
        let mut text = random.one(corpus).clone();
        // One change leaves many a program right.
        if random.chance(2) {
            soup::stir(&mut text, corpus, random);
        }
        let flows = Program::new(&[("main.flow", &text)]).prove();
        lowered.set(lowered.get() + flows.unwrap_or_else(|why| panic!("{why}:\n{text}")));
        text
    });
    assert!(lowered.get() > 0 || setting("FLOW_FUZZ_CASES").is_some(), "no program checks");
}

#[test]
fn twice_the_text_is_no_more_than_some_twice_the_work() {
    every(60, |random, corpus| {
        let piece = match random.below(3) {
            0 => soup::PIECES[random.below(soup::PIECES.len())].to_owned() + " ",
            1 => (0..4).map(|_| *random.one(&soup::PIECES)).collect::<Vec<_>>().join(" ") + "\n",
            _ => text(random, corpus),
        };
        // An even number: quotes that begin strings then end them, in the text and in twice the text.
        let times = 2 * (2_000 / (piece.len() + 1) + 1);
        let (one, two) = (parse::work(&piece.repeat(times)), parse::work(&piece.repeat(2 * times)));
        assert!(two <= 3 * one + 1_000, "{one} tokens are read, and for twice the text {two}:\n{piece}");
        piece
    });
}

#[test]
fn twice_the_items_are_no_more_than_some_twice_the_queries() {
    every(20, |random, corpus| {
        let item = format!("{}\n", random.one(corpus));
        let (one, two) = (
            Program::new(&[("main.flow", &item.repeat(2))]),
            Program::new(&[("main.flow", &item.repeat(4))]),
        );
        let (one, two) = (one.queries(), two.queries());
        assert!(two <= 3 * one + 100, "{one} queries run, and for twice the text {two}:\n{item}");
        item
    });
}
