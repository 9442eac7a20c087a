//! Whatever is done to a document, it is read or refused, verified or refused: nothing panics.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test")]

mod common;

use flow_ir::Program;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

/// One change at one place; the numbers choose both.
#[derive(Clone, Debug)]
struct Change {
    place: usize,
    kind: usize,
    number: i64,
}

fn change() -> impl Strategy<Value = Change> {
    let number = prop_oneof![-2_i64..40, Just(i64::MAX), Just(i64::MIN), Just(i64::from(u32::MAX))];
    (any::<usize>(), 0_usize..9, number).prop_map(|(place, kind, number)| Change { place, kind, number })
}

/// The pointers of every place in a document.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| places(item, &format!("{here}/{index}"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            places(member, &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

fn apply(document: &mut Value, change: &Change) {
    let mut found = Vec::new();
    places(document, "", &mut found);
    let other = found[(change.number.unsigned_abs() as usize ^ change.place) % found.len()].clone();
    let other = document.pointer(&other).cloned().unwrap_or_default();
    let Some(target) = document.pointer_mut(&found[change.place % found.len()]) else { return };
    match (change.kind, &mut *target) {
        // The likeliest hand-edits: a number that is off, a word that is another, a member that is gone or doubled.
        (0..=2, Value::Number(_)) => *target = json!(change.number),
        (0..=2, Value::String(text)) => text.push('x'),
        (0..=1, Value::Array(items)) if !items.is_empty() => {
            let index = change.number.unsigned_abs() as usize % items.len();
            items.remove(index);
        }
        (2, Value::Array(items)) if !items.is_empty() => {
            let item = items[change.number.unsigned_abs() as usize % items.len()].clone();
            items.push(item);
        }
        (0..=2, Value::Object(members)) => {
            let name =
                members.keys().nth(change.number.unsigned_abs() as usize % members.len().max(1)).cloned();
            name.and_then(|name| members.remove(&name));
        }
        (3, _) => *target = json!(null),
        (4, _) => *target = json!("none"),
        (5, _) => *target = json!({ "named": "Plan" }),
        (6, _) => *target = json!([]),
        // The part of the document that stands elsewhere: mostly of the right shape, always of the wrong meaning.
        _ => *target = other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_changed_document_never_panics(which in 0_usize..4, changes in prop::collection::vec(change(), 1..4)) {
        let program = common::corpus().remove(which).1;
        let mut document: Value = serde_json::from_str(&program.to_document().unwrap()).unwrap();
        changes.iter().for_each(|change| apply(&mut document, change));
        if let Ok(read) = Program::from_document(&document.to_string()) {
            for error in read.verify().err().unwrap_or_default() {
                prop_assert!(!error.message.is_empty());
                prop_assert!(!error.to_string().contains("Some(") && !error.to_string().contains("Named("));
            }
            // What was read can be written, and says the same again.
            let written = read.to_document().unwrap();
            prop_assert_eq!(Program::from_document(&written).unwrap(), read);
        }
    }

    #[test]
    fn rubbish_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(Program::from_document(&text).is_err());
    }

    #[test]
    fn a_document_cut_or_with_one_byte_changed_never_panics(at in any::<prop::sample::Index>(), byte in 0_u8..128, cut in any::<bool>()) {
        let mut bytes = common::poem_loop().to_document().unwrap().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(read) = Program::from_document(&String::from_utf8(bytes).unwrap()) {
            drop(read.verify());
        }
    }
}
