//! Expressions: a tree of operations, each with its place in the source.

use crate::{Name, ProcessOp, Type};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Numbers a place in [`Sources::spans`](crate::Sources::spans).
pub type At = u32;

/// Numbers a local variable of the enclosing frame (see [`Frame`](crate::Frame)).
pub type Slot = u32;

/// An expression with its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Where it stands in the source.
    pub at: At,
    /// What it does.
    pub op: Op,
}

/// What an expression does.
///
/// A `key` is the stable name of an effectful or repeating node among its siblings: made from names, with `~2`, `~3`
/// behind the second and third use of the same name in one scope. The runtime joins the keys on the way from the root
/// flow to a node with `/`, with `[i]` behind those that repeat and `#n` behind stages and calls of flows that are
/// entered again: `ship#1/design_phase/loop[2]/architect`.
///
/// What repeats or branches is a scope of its own: the rounds `KEY[i]`, what follows a loop's bound `KEY.else`, a branch
/// `KEY/NAME`, an arm of a race `KEY[i]` and what follows its victory `KEY[i].body`, a cleanup `KEY`, each stage, each
/// endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Op {
    // Values.
    /// `none`
    None,
    /// A literal.
    Bool(bool),
    /// A literal.
    Int(i64),
    /// A literal; finite.
    Float(#[serde(serialize_with = "finite")] f64),
    /// A literal without holes.
    String(String),
    /// A literal, in milliseconds.
    Duration(i64),
    /// A literal, in millionths of a dollar.
    Money(i64),
    /// A string with holes.
    Template(Vec<Part>),
    /// `[a, b]`
    List(Vec<Node>),
    /// `["k": v]`
    Map(Vec<(Node, Node)>),
    /// `Plan(title: "x")`; `type` is absent for an anonymous record. Every field is given, defaults included.
    Record {
        /// The record's type.
        #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
        ty: Option<Name>,
        /// The fields.
        fields: BTreeMap<Name, Node>,
    },
    /// `Revise(findings: fs)`
    Variant {
        /// The union's or enum's type.
        #[serde(rename = "type")]
        ty: Name,
        /// The variant.
        variant: Name,
        /// The payload.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        fields: BTreeMap<Name, Node>,
    },
    /// A local variable.
    Local(Slot),
    /// A constant of the program.
    Const(Name),
    /// A secret, by the name of its environment variable. Only settings that may carry secrets hold one.
    Secret(Name),
    /// `e.name`; with `optional`, `none` where `e` is `none`.
    Field {
        /// The record, variant, file, failure or other value with fields.
        base: Box<Node>,
        /// The field.
        name: Name,
        /// Whether it is `?.`
        #[serde(default, skip_serializing_if = "is_false")]
        optional: bool,
    },
    /// `e[i]`; fails with `IndexOutOfRange` or `KeyNotFound`
    Index {
        /// The list or map.
        base: Box<Node>,
        /// The index or key.
        index: Box<Node>,
    },
    /// `-e`
    Neg(Box<Node>),
    /// `not e`
    Not(Box<Node>),
    /// An operator between two values; `and`, `or` and `coalesce` evaluate the right side only when it decides.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left side.
        left: Box<Node>,
        /// The right side.
        right: Box<Node>,
    },
    /// `int` to `float`.
    ToFloat(Box<Node>),
    /// A value that becomes one of a type with predicates, as in `let score: Score = e`; fails with `ContractViolated` where
    /// it does not satisfy them.
    Hold {
        /// The value.
        value: Box<Node>,
        /// The type.
        #[serde(rename = "type")]
        ty: Type,
    },
    /// `e is Pattern`; binds the pattern's slots where it holds.
    Is {
        /// What is tested.
        value: Box<Node>,
        /// Against what.
        pattern: Pattern,
    },
    /// A pure method of a built-in type; see [`builtins::METHODS`](crate::builtins::METHODS).
    Method {
        /// `list.filter`
        method: Name,
        /// The value in front of the dot.
        receiver: Box<Node>,
        /// The arguments, all of them, in the method's order; closures as [`Op::Closure`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        args: Vec<Node>,
        /// Whether it was called with `?.`: `none` where the receiver is `none`.
        #[serde(default, skip_serializing_if = "is_false")]
        optional: bool,
    },
    /// `|x| e`: runs in the frame around it. Stands only among a method's arguments.
    Closure {
        /// Where its arguments go.
        params: Vec<Slot>,
        /// Its body; pure.
        body: Box<Node>,
    },
    /// A call of an `fn`.
    CallFn {
        /// The function.
        #[serde(rename = "fn")]
        name: Name,
        /// One for each parameter; `None` takes the default.
        args: Vec<Option<Node>>,
    },

    // Effects.
    /// A call of a command, agent, human or flow.
    Call {
        /// Its stable name among its siblings.
        key: Name,
        /// What is called.
        target: Target,
        /// One for each parameter; `None` takes the default.
        args: Vec<Option<Node>>,
        /// `with { … }`
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        options: BTreeMap<Name, Node>,
    },
    /// A built-in effect; see [`builtins::EFFECTS`](crate::builtins::EFFECTS).
    Effect {
        /// Its stable name among its siblings.
        key: Name,
        /// `sleep`, `read_json`, …
        effect: Name,
        /// The arguments, in the effect's order; `None` for one that is left out.
        args: Vec<Option<Node>>,
        /// What is expected of `read_json` and `signal`; what the others return.
        result: Type,
    },

    // Control.
    /// Statements in order; yields the last one's value.
    Block(Vec<Node>),
    /// `let p = e`
    Let {
        /// What is bound; irrefutable.
        pattern: Pattern,
        /// The value.
        value: Box<Node>,
    },
    /// `x = e`, `x[k] = e`, `x.f = e`
    Set {
        /// The variable.
        slot: Slot,
        /// The way into it; empty for the variable itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        path: Vec<Step>,
        /// The variable's type, where something on the way has a predicate that this may break: the assignment then fails
        /// with `ContractViolated`, and the variable stays as it was.
        #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
        ty: Option<Type>,
        /// The value.
        value: Box<Node>,
    },
    /// `if c { } else { }`
    If {
        /// The condition.
        condition: Box<Node>,
        /// The first branch.
        then: Box<Node>,
        /// The other; `none` without one.
        #[serde(rename = "else", default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Box<Node>>,
    },
    /// `match e { … }`; exhaustive.
    Match {
        /// What is matched.
        value: Box<Node>,
        /// The arms; the first that matches and whose guard holds is taken.
        arms: Vec<Arm>,
    },
    /// `loop max n { … } else { … }`
    Loop {
        /// Its stable name among its siblings.
        key: Name,
        /// The most rounds; without one, a budget bounds it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Box<Node>>,
        /// The body.
        body: Box<Node>,
        /// What happens when the bound is reached; without it, a failure `LoopExhausted`.
        #[serde(rename = "else", default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Box<Node>>,
    },
    /// `for p in xs { … }`, `parallel for p in xs max n { … }`; yields the list of the body's values.
    For {
        /// Its stable name among its siblings.
        key: Name,
        /// Whether the rounds run at once.
        #[serde(default, skip_serializing_if = "is_false")]
        parallel: bool,
        /// What each element is bound to; irrefutable.
        pattern: Pattern,
        /// The list.
        list: Box<Node>,
        /// How many run at once; all without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Box<Node>>,
        /// The body.
        body: Box<Node>,
    },
    /// `parallel { a: e, b: e }`; yields an anonymous record.
    Parallel {
        /// Its stable name among its siblings.
        key: Name,
        /// The branches, in order; a branch's name is its key.
        branches: Vec<(Name, Node)>,
    },
    /// `race { p = e => body }`
    Race {
        /// Its stable name among its siblings.
        key: Name,
        /// The arms, in order; `[i]` behind the key names one.
        arms: Vec<RaceArm>,
    },
    /// `e catch err { … }`
    Catch {
        /// What may fail.
        body: Box<Node>,
        /// Where the failure goes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        binder: Option<Slot>,
        /// What happens then.
        handler: Box<Node>,
    },
    /// `require c, "message"`; fails with `RequireFailed`
    Require {
        /// What must hold.
        condition: Box<Node>,
        /// What is said if it does not.
        message: Box<Node>,
    },
    /// `defer { … }`: runs when the flow ends, however it ends, the latest first.
    Defer {
        /// Its stable name among its siblings.
        key: Name,
        /// What runs.
        body: Box<Node>,
    },
    /// `emit v`
    Emit {
        /// Its stable name among its siblings.
        key: Name,
        /// The event.
        value: Box<Node>,
    },
    /// `return v`
    Return(Option<Box<Node>>),
    /// `break v`
    Break(Option<Box<Node>>),
    /// `continue`
    Continue,
    /// `fail "why"`
    Fail(Box<Node>),
    /// `blocked "why"`
    Blocked {
        /// Its stable name among its siblings.
        key: Name,
        /// What is to be mended.
        reason: Box<Node>,
    },
    /// `handoff stage(args)`: control goes to the stage and does not come back.
    Handoff {
        /// The stage of the same flow.
        stage: Name,
        /// One for each parameter; `None` takes the default.
        args: Vec<Option<Node>>,
    },
    /// What has to do with processes and sessions.
    Process(ProcessOp),

    /// What only a test does.
    Test(crate::TestOp),
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// JSON has no infinity and no `NaN`, and `serde_json` would write `null` for them.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn finite<S: serde::Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_finite() {
        serializer.serialize_f64(*value)
    } else {
        Err(serde::ser::Error::custom("a `float` in it is not finite"))
    }
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// A value, rendered as the language says.
    Value(Node),
}

/// One step of the way into a variable's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// `[i]`, `[k]`; a new key of a map is added
    Index(Node),
    /// `.name`
    Field(Name),
}

/// Operators between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BinaryOp {
    /// `a ?? b`: `b` where `a` is `none`
    Coalesce,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`, by value
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `a in list`, `key in map`, `part in text`
    In,
    /// `a..b`: the list of the integers from `a` to `b`, both included; empty when `b < a`
    Range,
    /// `+` of numbers, durations, money, strings, lists; a duration to a time
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`; fails with `DivisionByZero`
    Div,
    /// `%`; fails with `DivisionByZero`
    Rem,
}

/// What a call reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// One of [`Program::commands`](crate::Program::commands)
    Command(Name),
    /// One of [`Program::agents`](crate::Program::agents)
    Agent(Name),
    /// One of [`Program::humans`](crate::Program::humans)
    Human(Name),
    /// One of [`Program::flows`](crate::Program::flows)
    Flow(Name),
}

impl Target {
    /// The name in its table.
    pub const fn name(&self) -> &Name {
        let (Self::Command(name) | Self::Agent(name) | Self::Human(name) | Self::Flow(name)) = self;
        name
    }

    /// What kind of declaration it is, in the language's word: `command`, `agent`, `human`, `flow`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Agent(_) => "agent",
            Self::Human(_) => "human",
            Self::Flow(_) => "flow",
        }
    }
}

/// An arm of a `match`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// What it matches.
    pub pattern: Pattern,
    /// Under which condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Node>,
    /// What it yields.
    pub body: Node,
}

/// An arm of a `race`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RaceArm {
    /// What runs.
    pub value: Node,
    /// What the winner's value is bound to; irrefutable.
    pub pattern: Pattern,
    /// What happens if it wins.
    pub body: Node,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Pattern {
    /// Matches anything.
    Any,
    /// Matches anything and binds it.
    Bind(Slot),
    /// Matches a value.
    Int(i64),
    /// Matches a value.
    String(String),
    /// Matches a value.
    Bool(bool),
    /// Matches `none`.
    None,
    /// Matches a value that is not `none`.
    Some(Box<Pattern>),
    /// Matches a variant and its payload.
    Variant {
        /// The variant.
        variant: Name,
        /// What its fields must match; those left out match anything.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<(Name, Pattern)>,
    },
    /// Matches a record and its fields.
    Record(Vec<(Name, Pattern)>),
    /// Matches if one of them does. All bind the same slots.
    Or(Vec<Pattern>),
}
