//! A value that is not what its type says: where, what was expected, and what was found.

use std::fmt;

use flow_ir::{Program, Type, TypeBody};

/// How many mistakes of one value are told.
const TOLD: usize = 12;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Its place in the JSON form, `$.findings[2].line`.
    pub path: String,
    /// What was expected, in the words of the program.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path != "$" {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

/// Every mistake of a value; at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatches(pub Vec<Mismatch>);

impl Mismatches {
    /// A single mistake at the root.
    pub fn one(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self(vec![Mismatch { path: "$".to_owned(), expected: expected.into(), found: found.into() }])
    }

    /// The same mistakes of a value that is the field `name` of another.
    #[must_use]
    pub fn in_field(self, name: &str) -> Self {
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let step = if plain && !name.is_empty() { format!(".{name}") } else { format!("[{name:?}]") };
        self.inside(&step)
    }

    /// The same mistakes of a value that is the element `index` of another.
    #[must_use]
    pub fn in_element(self, index: usize) -> Self {
        self.inside(&format!("[{index}]"))
    }

    fn inside(mut self, step: &str) -> Self {
        for mismatch in &mut self.0 {
            mismatch.path.insert_str(1, step);
        }
        self
    }
}

impl fmt::Display for Mismatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mismatch) in self.0.iter().take(TOLD).enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            mismatch.fmt(f)?;
        }
        match self.0.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// A piece of JSON for a message: on one line, cut if it is long.
pub fn excerpt(json: &serde_json::Value) -> String {
    const LONGEST: usize = 80;
    let what = match json {
        serde_json::Value::Null => return "`null`".to_owned(),
        serde_json::Value::Object(map) if map.is_empty() => return "an empty object".to_owned(),
        serde_json::Value::Array(list) if list.is_empty() => return "an empty list".to_owned(),
        serde_json::Value::Object(_) => "the object ",
        serde_json::Value::Array(_) => "the list ",
        serde_json::Value::String(_) => "the text ",
        _ => "",
    };
    let text = json.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{what}`{}…`", &text[..end]),
        None => format!("{what}`{text}`"),
    }
}

/// A type as it is written in the language, for messages.
pub fn describe(program: &Program, ty: &Type) -> String {
    match ty {
        Type::Named(name) => match program.types.get(name).map(|def| &def.body) {
            Some(TypeBody::Enum(variants)) if variants.len() <= 8 => {
                let tags: Vec<_> = variants.iter().map(|variant| format!("`\"{}\"`", variant.tag)).collect();
                format!("{} (`{name}`)", one_of(&tags))
            }
            _ => format!("`{name}`"),
        },
        other => format!("`{other}`"),
    }
}

/// `a`, `a or b`, `a, b or c`
pub fn one_of(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
