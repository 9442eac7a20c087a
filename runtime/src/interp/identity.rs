//! What a step is found by: the hash of what is called and of what goes into it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use flow_ir::Name;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::Interpreter;
use super::call::Options;
use super::pure::Frame;
use super::stop::Stop;
use crate::boundary::encode;
use crate::engine::StepId;
use crate::journal::{Parts, StepHash, StepKey, StepKind};
use crate::value::Value;

/// The hashes that a run needs again and again.
#[derive(Debug, Default)]
pub(super) struct Identities {
    /// Of declarations that were called.
    definitions: RefCell<FxHashMap<(StepKind, Name), Definition>>,
    /// What is hashed, kept for its room.
    parts: RefCell<Parts>,
}

/// A declaration that was called.
#[derive(Debug)]
struct Definition {
    /// Its hash, in hexadecimal digits.
    digits: String,
    /// What went into the last call and its hash: a step in a loop is mostly called with the same again.
    last: Option<(Box<[u8]>, StepHash)>,
}

/// How many bytes are kept of what went into a call.
const KEPT: usize = 1024;

impl Identities {
    /// The hash of a built-in effect.
    pub(super) fn of_effect(&self, effect: &Name, inputs: &[Value]) -> StepHash {
        let mut parts = self.parts.borrow_mut();
        fill(&mut parts, &[b"effect", effect.as_bytes()], inputs, &Options::new());
        parts.hash()
    }

    /// The hash of something that is published.
    pub(super) fn of_event(&self, event: &Value) -> StepHash {
        let mut parts = self.parts.borrow_mut();
        fill(&mut parts, &[b"emit"], std::slice::from_ref(event), &Options::new());
        parts.hash()
    }

    /// The hash of a call of a declaration.
    fn of_call(
        &self,
        kind: StepKind,
        name: &Name,
        definition: &impl Serialize,
        inputs: &[Value],
        options: &Options,
    ) -> StepHash {
        let mut definitions = self.definitions.borrow_mut();
        let known = definitions
            .entry((kind, name.clone()))
            .or_insert_with(|| Definition { digits: digits(kind, name, definition), last: None });
        let mut parts = self.parts.borrow_mut();
        fill(&mut parts, &[b"call", known.digits.as_bytes()], inputs, options);
        match &known.last {
            Some((last, hash)) if **last == *parts.bytes() => *hash,
            _ => {
                let hash = parts.hash();
                known.last = (parts.bytes().len() <= KEPT).then(|| (parts.bytes().into(), hash));
                hash
            }
        }
    }
}

impl Interpreter<'_> {
    /// What a call is found by.
    #[allow(clippy::too_many_arguments, reason = "they are the parts of an identity")]
    pub(super) fn id(
        &self,
        key: StepKey,
        kind: StepKind,
        name: &Name,
        definition: &impl Serialize,
        signature: &flow_ir::Frame,
        frame: &mut Frame,
        options: &Options,
    ) -> Result<StepId, Box<Stop>> {
        let mut inputs = Vec::with_capacity(signature.params.len());
        for param in &signature.params {
            inputs.push(frame.get(param.slot)?);
        }
        let hash = self.identities.of_call(kind, name, definition, &inputs, options);
        Ok(StepId { key, hash, kind, what: name.clone(), args: inputs })
    }
}

/// What is called and what goes into it, contents of files included.
fn fill(parts: &mut Parts, what: &[&[u8]], inputs: &[Value], options: &Options) {
    parts.clear();
    what.iter().for_each(|part| parts.add(part));
    let mut files = BTreeMap::new();
    // Writing JSON to a vector cannot fail: its keys are text.
    for input in inputs {
        encode::files(input, &mut files);
        parts.write(|out| drop(serde_json::to_writer(out, &encode::json(input))));
    }
    for (name, value) in options {
        parts.add(format!("{name}={}", encode::json(value)).as_bytes());
    }
    for (path, hash) in files {
        parts.add(format!("{path}:{hash}").as_bytes());
    }
}

/// The hash of a declaration, places in the source left out, in hexadecimal digits.
fn digits(kind: StepKind, name: &Name, definition: &impl Serialize) -> String {
    // A declaration was read from JSON, so it can be written as JSON.
    let mut json = serde_json::to_value(definition).unwrap_or_default();
    without_places(&mut json);
    let key = format!("{kind:?} {name}");
    StepHash::of([key.as_bytes(), json.to_string().as_bytes()]).to_string()
}

/// Takes the numbers out that only say where in the source something stands.
fn without_places(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(object) => {
            if object.get("at").is_some_and(serde_json::Value::is_number) {
                object.remove("at");
            }
            object.values_mut().for_each(without_places);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}
