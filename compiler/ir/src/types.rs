//! Types as the runtime needs them: to read, check and write values at every boundary.

use crate::{Name, Node};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A type. Named ones are looked up in [`Program::types`](crate::Program::types).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Type {
    /// `bool`
    Bool,
    /// `int`: 64 bits, signed; overflow is a failure
    Int,
    /// `float`: 64 bits
    Float,
    /// `string`
    String,
    /// `duration`: whole milliseconds
    Duration,
    /// `time`: milliseconds since 1970 in UTC
    Time,
    /// `money`: millionths of a dollar
    Money,
    /// `json`: any JSON value
    Json,
    /// `none`: the type of `none` alone
    None,
    /// The type of an expression that control never leaves.
    Never,
    /// A directory of the workspace.
    Dir,
    /// `file`, `file("src/**/*.rs")`
    File(FileType),
    /// `output("artifacts/*.md")`: a file that the call which returns it created or changed
    Output(FileType),
    /// `[T]`
    List(Box<Type>),
    /// `{K: V}`
    Map(Box<Type>, Box<Type>),
    /// `T?`
    Option(Box<Type>),
    /// A declared type.
    Named(Name),
    /// An anonymous record.
    Record(BTreeMap<Name, Type>),
    /// What `catch` binds: `kind`, `message`, `step`, `cause`
    Failure,
    /// What a command with this result yields: `exit`, `stdout`, `stderr`
    Exec,
    /// A running flow, agent or command: its result, and what it emits.
    Process(Box<Type>, Box<Type>),
    /// A conversation with the named agent.
    Session(Name),
    /// What happens to a process.
    Event(Box<Type>, Box<Type>),
}

/// The glob of a file type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FileType {
    /// The glob that the path must match, relative to the workspace; any file without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glob: Option<String>,
}

/// A declared type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypeDef {
    /// Its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// What it is.
    pub body: TypeBody,
    /// What its values must satisfy besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refinement: Option<Refinement>,
}

/// The forms of a declared type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TypeBody {
    /// Another name for a type, mostly with a refinement.
    Alias(Type),
    /// A record.
    Record(Vec<Field>),
    /// A union of variants without payload, ordered as written. Its JSON form is the variant's name in `snake_case`.
    Enum(Vec<Variant>),
    /// A union with at least one payload. Its JSON form is an object whose `kind` is the variant's name in `snake_case`.
    Union(Vec<Variant>),
}

/// A field of a record or a payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The value when the JSON form leaves it out. An `Option` field may always be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Node>,
    /// What its value must satisfy besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refinement: Option<Refinement>,
}

/// A variant of an enum or union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name as written, `UserDecisionRequired`.
    pub name: Name,
    /// Its name in JSON, `user_decision_required`.
    pub tag: Name,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Its payload; empty in an enum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// A predicate over a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Refinement {
    /// The predicate as written, for messages.
    pub text: String,
    /// The predicate over local 0, which is `it`. Pure.
    pub predicate: Node,
    /// How many locals the predicate uses, `it` included.
    pub locals: u32,
}
