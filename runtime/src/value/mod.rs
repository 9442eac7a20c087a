//! Values: what a running flow computes with. Cheap to clone, equal and ordered by content.
//!
//! - [`failure`]: what `catch` binds, and the kinds of failures
//! - [`calendar`]: durations and times as text
//! - [`money`]: amounts as text
//! - [`render`]: values in templates

pub mod calendar;
pub mod failure;
pub mod money;
pub mod render;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::Name;

pub use failure::Failure;

/// Text, shared.
pub type Text = Rc<str>;

/// A value.
///
/// Floats are always finite: whatever would not be is a failure where it is computed.
#[derive(Clone, Debug)]
pub enum Value {
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// Text.
    String(Text),
    /// Milliseconds.
    Duration(i64),
    /// Milliseconds since 1970 in UTC.
    Time(i64),
    /// Millionths of a dollar.
    Money(i64),
    /// A file of the workspace.
    File(Rc<File>),
    /// A directory of the workspace, by its path.
    Dir(Text),
    /// Elements in order.
    List(Rc<Vec<Value>>),
    /// Entries by key, in the order of the keys.
    Map(Rc<BTreeMap<Value, Value>>),
    /// A record.
    Record(Rc<Record>),
    /// One of an enum's or union's variants.
    Variant(Rc<Variant>),
    /// Any JSON value.
    Json(Rc<serde_json::Value>),
    /// What `catch` binds.
    Failure(Rc<Failure>),
    /// What a command with the result `Exec` yields.
    Exec(Rc<Exec>),
    /// A secret, by its name. Its text appears only where a program is started.
    Secret(Text),
}

/// A file of the workspace as it was when it was handed over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// The path, relative to the workspace, with `/` between its parts.
    pub path: Text,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: Text,
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its type; absent for an anonymous one.
    pub ty: Option<Name>,
    /// Its fields.
    pub fields: BTreeMap<Name, Value>,
}

/// A variant with its payload.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The enum's or union's name.
    pub ty: Name,
    /// The variant's name as written.
    pub name: Name,
    /// Its name in JSON.
    pub tag: Name,
    /// Its place in the declaration, by which variants are ordered.
    pub index: usize,
    /// Whether its type is an enum, none of whose variants has a payload.
    pub plain: bool,
    /// The payload.
    pub fields: BTreeMap<Name, Value>,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exec {
    /// The exit code; 128 and the signal's number when a signal ended it.
    pub exit: i64,
    /// Its standard output.
    pub stdout: Text,
    /// Its standard error.
    pub stderr: Text,
}

impl Value {
    /// Text.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::String(text.into())
    }

    /// A list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    /// A map.
    pub fn map(entries: BTreeMap<Self, Self>) -> Self {
        Self::Map(Rc::new(entries))
    }

    /// A file.
    pub fn file(path: impl Into<Text>, sha256: impl Into<Text>) -> Self {
        Self::File(Rc::new(File { path: path.into(), sha256: sha256.into() }))
    }

    /// A record without a declared type.
    pub fn anonymous<const N: usize>(fields: [(&'static str, Self); N]) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (Name::new_static(name), value)).collect();
        Self::Record(Rc::new(Record { ty: None, fields }))
    }

    /// Whether it is `none`.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// What it is, for messages about a program that is not well typed.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::None => "`none`",
            Self::Bool(_) => "a `bool`",
            Self::Int(_) => "an `int`",
            Self::Float(_) => "a `float`",
            Self::String(_) => "a `string`",
            Self::Duration(_) => "a `duration`",
            Self::Time(_) => "a `time`",
            Self::Money(_) => "`money`",
            Self::File(_) => "a `file`",
            Self::Dir(_) => "a `dir`",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Record(_) => "a record",
            Self::Variant(_) => "a variant",
            Self::Json(_) => "`json`",
            Self::Failure(_) => "a `Failure`",
            Self::Exec(_) => "an `Exec`",
            Self::Secret(_) => "a secret",
        }
    }

    /// The kind's place in the order of values of different kinds. Well-typed programs compare like with like; the
    /// number kinds share a place because the sum of an empty list is the integer 0 whatever the list would hold.
    fn rank(&self) -> u8 {
        match self {
            Self::None => 0,
            Self::Bool(_) => 1,
            Self::Int(_) | Self::Float(_) | Self::Duration(_) | Self::Time(_) | Self::Money(_) => 2,
            Self::String(_) => 3,
            Self::File(_) => 4,
            Self::Dir(_) => 5,
            Self::List(_) => 6,
            Self::Map(_) => 7,
            Self::Record(_) => 8,
            Self::Variant(_) => 9,
            Self::Json(_) => 10,
            Self::Failure(_) => 11,
            Self::Exec(_) => 12,
            Self::Secret(_) => 13,
        }
    }

    /// A whole number behind any of the kinds that are one.
    fn whole(&self) -> Option<i64> {
        match self {
            Self::Int(n) | Self::Duration(n) | Self::Time(n) | Self::Money(n) => Some(*n),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => floats(*a, *b),
            (Self::Int(a), Self::Float(b)) => floats(*a as f64, *b),
            (Self::Float(a), Self::Int(b)) => floats(*a, *b as f64),
            (Self::String(a), Self::String(b)) | (Self::Dir(a), Self::Dir(b)) => a.cmp(b),
            (Self::File(a), Self::File(b)) => a.cmp(b),
            // What is shared is equal, however much lies in it.
            (Self::List(a), Self::List(b)) if Rc::ptr_eq(a, b) => Ordering::Equal,
            (Self::Map(a), Self::Map(b)) if Rc::ptr_eq(a, b) => Ordering::Equal,
            (Self::Record(a), Self::Record(b)) if Rc::ptr_eq(a, b) => Ordering::Equal,
            (Self::Variant(a), Self::Variant(b)) if Rc::ptr_eq(a, b) => Ordering::Equal,
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Map(a), Self::Map(b)) => a.cmp(b),
            (Self::Record(a), Self::Record(b)) => a.fields.cmp(&b.fields),
            (Self::Variant(a), Self::Variant(b)) => {
                (a.index, &a.name).cmp(&(b.index, &b.name)).then_with(|| a.fields.cmp(&b.fields))
            }
            (Self::Json(a), Self::Json(b)) if a == b => Ordering::Equal,
            (Self::Json(a), Self::Json(b)) => a.to_string().cmp(&b.to_string()),
            (Self::Failure(a), Self::Failure(b)) => a.cmp(b),
            (Self::Exec(a), Self::Exec(b)) => a.cmp(b),
            (Self::Secret(a), Self::Secret(b)) => a.cmp(b),
            _ => match (self.whole(), other.whole()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => self.rank().cmp(&other.rank()),
            },
        }
    }
}

/// The order of two finite numbers.
fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(name: &str, index: usize) -> Value {
        Value::Variant(Rc::new(Variant {
            ty: "Severity".into(),
            name: name.into(),
            tag: name.to_lowercase().into(),
            index,
            plain: true,
            fields: BTreeMap::new(),
        }))
    }

    #[test]
    fn variants_are_ordered_as_they_are_declared() {
        assert!(severity("Low", 0) < severity("High", 1));
        assert_eq!(severity("Low", 0), severity("Low", 0));
    }

    #[test]
    fn lists_are_equal_by_content() {
        let list = |n| Value::list(vec![Value::Int(n), Value::string("a")]);
        assert_eq!(list(1), list(1));
        assert!(list(1) < list(2));
    }

    #[test]
    fn negative_zero_equals_zero() {
        assert_eq!(Value::Float(0.0), Value::Float(-0.0));
    }

    #[test]
    fn a_value_is_three_words() {
        assert_eq!(size_of::<Value>(), 24);
    }
}
