//! Values in the journal: their JSON form, with the hashes of the files in them, which the JSON form leaves out.

use std::collections::BTreeMap;

use flow_ir::Type;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::boundary::decode::failure as decode_failure;
use crate::boundary::{Decoder, Extra, encode};
use crate::interp::pure::Pure;
use crate::journal;
use crate::value::{Failure, Value};

/// A value as it is recorded.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Its JSON form.
    pub value: serde_json::Value,
    /// The hash of each file in it, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// The session that an agent can go on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

impl Entry {
    /// A value to be recorded.
    pub fn of(value: &Value) -> Self {
        let mut files = BTreeMap::new();
        encode::files(value, &mut files);
        Self { value: encode::json(value), files, session: None }
    }

    /// As JSON text.
    ///
    /// # Errors
    /// Never for a value of a program: its JSON form has text for keys and finite numbers.
    pub fn raw(&self) -> serde_json::Result<Box<RawValue>> {
        to_raw_value(self)
    }

    /// Reads what was recorded.
    ///
    /// # Errors
    /// It is something else.
    pub fn read(raw: &RawValue) -> serde_json::Result<Self> {
        serde_json::from_str(raw.get())
    }

    /// The value of a type.
    ///
    /// # Errors
    /// In words, when it is not of the type.
    pub fn decode(&self, pure: &Pure, ty: &Type) -> Result<Value, String> {
        let decoder = Decoder { pure, files: &self.files, extra: Extra::Ignore };
        decoder.decode(&self.value, ty).map_err(|error| error.to_string())
    }
}

/// A failure as it is recorded.
pub fn failure(failure: &Failure) -> journal::Failure {
    let value = to_raw_value(&encode::failure_json(failure)).ok();
    journal::Failure { kind: failure.kind.clone(), message: failure.message.clone(), value }
}

/// A recorded failure as a value.
pub fn recorded_failure(recorded: &journal::Failure) -> Failure {
    let value = recorded.value.as_ref().and_then(|raw| serde_json::from_str(raw.get()).ok());
    let whole = value.as_ref().and_then(serde_json::Value::as_object).and_then(decode_failure);
    whole.unwrap_or_else(|| Failure {
        kind: recorded.kind.clone(),
        message: recorded.message.clone(),
        step: String::new(),
        cause: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow_ir::FileType;
    use std::rc::Rc;

    #[test]
    fn a_file_keeps_its_hash_in_the_journal() {
        let pure = Pure::with_depth(Rc::new(flow_ir::build::program("main")), 100);
        let value = Value::list(vec![Value::file("a.md", "ab"), Value::file("b.md", "cd")]);
        let raw = Entry::of(&value).raw().unwrap();
        assert_eq!(raw.get(), r#"{"value":["a.md","b.md"],"files":{"a.md":"ab","b.md":"cd"}}"#);
        let ty = Type::List(Box::new(Type::File(FileType::default())));
        assert_eq!(Entry::read(&raw).unwrap().decode(&pure, &ty).unwrap(), value);
    }

    #[test]
    fn a_failure_comes_back_whole() {
        let cause = Rc::new(Failure::new("CommandFailed", "no").of_step("main#1/a"));
        let whole = Failure::new("Failed", "worse").because(cause);
        assert_eq!(recorded_failure(&failure(&whole)), whole);
    }
}
