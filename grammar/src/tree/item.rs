//! Items: what stands at the top level of a file, and what is declared in a flow's body.

use super::{Block, Docs, Expr, Name, Template, TypeExpr};
use crate::span::Span;
use smol_str::SmolStr;

/// A top-level item with its documentation and attributes. Its spans count from the first byte of `span`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// From the first documentation line or attribute to the last token; starts at 0.
    pub span: Span,
    /// The `///` lines in front.
    pub docs: Option<Docs>,
    /// The `@attributes` in front.
    pub attrs: Vec<Attr>,
    /// The item itself.
    pub kind: ItemKind,
    /// How many expressions the item holds: each [`ExprId`](super::ExprId) in it is below this.
    pub exprs: u32,
    /// How many patterns the item holds.
    pub patterns: u32,
}

/// The kinds of item.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `import std/review.{Verdict}`
    Import(Import),
    /// `type Plan { … }`, `type Risk = Low | High`
    Type(TypeDecl),
    /// `agent`, `command`, `human`
    Doer(DoerDecl),
    /// `fn`
    Fn(FnDecl),
    /// `flow`, `tool`
    Flow(FlowDecl),
    /// `test "…" { … }`
    Test(TestDecl),
    /// `secret GITHUB_TOKEN`
    Secret(Name),
    /// `const PASS_MARK: Score = 0.7`
    Const(ConstDecl),
    /// Text that is no item; already reported.
    Error,
}

impl ItemKind {
    /// The name it declares, if it declares one.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Type(decl) => Some(&decl.name),
            Self::Doer(decl) => Some(&decl.name),
            Self::Fn(decl) => Some(&decl.name),
            Self::Flow(decl) => Some(&decl.name),
            Self::Secret(name) => Some(name),
            Self::Const(decl) => Some(&decl.name),
            Self::Import(_) | Self::Test(_) | Self::Error => None,
        }
    }
}

/// `@budget(turns: 20, time: 4h)`, `@fresh`
#[derive(Clone, Debug, PartialEq)]
pub struct Attr {
    /// The name after `@`.
    pub name: Name,
    /// The arguments, if there are parentheses.
    pub args: Option<Vec<Arg>>,
    /// From `@` to the end.
    pub span: Span,
}

/// An argument of a call: `a` or `label: a`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// The label, if one is written.
    pub label: Option<Name>,
    /// The value.
    pub value: Box<Expr>,
}

/// An import.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Where the module is.
    pub path: ImportPath,
    /// `.{Verdict, Finding}`; `None` when the module itself is imported.
    pub names: Option<Vec<Name>>,
    /// `as checks`
    pub alias: Option<Name>,
}

/// The path of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPath {
    /// Counts the steps up for a path relative to the importing file: `./x` is `Some(0)`, `../x` is `Some(1)`.
    /// `None` for a package path such as `std/review`.
    pub up: Option<u32>,
    /// The segments behind that.
    pub segments: Vec<Name>,
    /// The whole path.
    pub span: Span,
}

impl ImportPath {
    /// The path as it is written: `std/review`, `./shared/checks`, `../x`.
    pub fn text(&self) -> SmolStr {
        let mut out = String::new();
        match self.up {
            None => {}
            Some(0) => out.push_str("./"),
            Some(up) => (0..up).for_each(|_| out.push_str("../")),
        }
        for (index, segment) in self.segments.iter().enumerate() {
            if index > 0 {
                out.push('/');
            }
            out.push_str(&segment.text);
        }
        out.into()
    }
}

/// A `type` declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDecl {
    /// Its name.
    pub name: Name,
    /// `<T, E>`
    pub params: Vec<Name>,
    /// What it is.
    pub body: TypeBody,
}

/// The right side of a `type` declaration.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeBody {
    /// `{ title: string, … }`
    Record(Vec<Field>),
    /// `= A | B(x: int)` or `= T where …`. One alternative that is a lone type with no payload can be an alias, an enum of
    /// one, or a refinement: which of them is a question of names, so it is answered later.
    Alts {
        /// The alternatives as written.
        alts: Vec<Alt>,
        /// The refinement's predicate over `it`.
        predicate: Option<Box<Expr>>,
    },
}

/// One alternative of a union, or the aliased type.
#[derive(Clone, Debug, PartialEq)]
pub struct Alt {
    /// Documentation in front of it.
    pub docs: Option<Docs>,
    /// What it says.
    pub kind: AltKind,
    /// Without the documentation.
    pub span: Span,
}

/// The forms of an alternative.
#[derive(Clone, Debug, PartialEq)]
pub enum AltKind {
    /// `Revise(findings: [Finding])`
    Variant {
        /// The variant's name.
        name: Name,
        /// The payload.
        fields: Vec<Field>,
    },
    /// Any type; a lone `UpperCamel` name in a list of several, or one that names no type, is a variant without payload.
    Type(TypeExpr),
}

/// A field of a record or a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Documentation in front of it.
    pub docs: Option<Docs>,
    /// Attributes in front of it.
    pub attrs: Vec<Attr>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Box<TypeExpr>,
    /// `where it >= 1`
    pub predicate: Option<Box<Expr>>,
    /// `= false`
    pub default: Option<Box<Expr>>,
    /// From the name to the end.
    pub span: Span,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Documentation in front of it.
    pub docs: Option<Docs>,
    /// Attributes in front of it.
    pub attrs: Vec<Attr>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Box<TypeExpr>,
    /// `= 20`
    pub default: Option<Box<Expr>>,
    /// From the name to the end.
    pub span: Span,
}

/// Who does the work of a declaration with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DoerKind {
    /// `agent`
    Agent,
    /// `command`
    Command,
    /// `human`
    Human,
}

impl DoerKind {
    /// The keyword.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Command => "command",
            Self::Human => "human",
        }
    }
}

/// An `agent`, `command` or `human` declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct DoerDecl {
    /// Which of the three.
    pub kind: DoerKind,
    /// Its name.
    pub name: Name,
    /// `<T>`
    pub type_params: Vec<Name>,
    /// The parameters.
    pub params: Vec<Param>,
    /// `-> T`; without it, `none`.
    pub result: Option<Box<TypeExpr>>,
    /// What stands between the braces.
    pub settings: Vec<Setting>,
    /// The braces and all between them.
    pub body: Span,
}

/// `key: value` in a declaration's body or behind `with`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Documentation in front of it.
    pub docs: Option<Docs>,
    /// The key.
    pub name: Name,
    /// The value.
    pub value: Box<Expr>,
    /// From the key to the end.
    pub span: Span,
}

/// An `fn` declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct FnDecl {
    /// Its name.
    pub name: Name,
    /// `<T>`
    pub type_params: Vec<Name>,
    /// The parameters.
    pub params: Vec<Param>,
    /// `-> T`; without it, `none`.
    pub result: Option<Box<TypeExpr>>,
    /// The body.
    pub body: Block,
}

/// Whether a body of steps is a `flow` or a `tool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlowKind {
    /// `flow`
    Flow,
    /// `tool`: a flow that an agent may call while it works.
    Tool,
}

/// A `flow` or `tool` declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowDecl {
    /// Which of the two.
    pub kind: FlowKind,
    /// Its name.
    pub name: Name,
    /// `<T>`
    pub type_params: Vec<Name>,
    /// The parameters.
    pub params: Vec<Param>,
    /// `-> T`; without it, `none`.
    pub result: Option<Box<TypeExpr>>,
    /// `emits E`
    pub emits: Option<Box<TypeExpr>>,
    /// The body.
    pub body: Block,
}

/// A `test` block.
#[derive(Clone, Debug, PartialEq)]
pub struct TestDecl {
    /// Its sentence.
    pub name: Template,
    /// The body.
    pub body: Block,
}

/// A `const` declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstDecl {
    /// Its name.
    pub name: Name,
    /// The written type, if any.
    pub ty: Option<Box<TypeExpr>>,
    /// The value.
    pub value: Box<Expr>,
}

/// `stage draft(d: Direction) max 6 { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct StageDecl {
    /// Its name.
    pub name: Name,
    /// The parameters.
    pub params: Vec<Param>,
    /// How often it may be entered.
    pub max: Option<Box<Expr>>,
    /// The body.
    pub body: Block,
}

/// `expose add_task(spec: Spec) -> string { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct ExposeDecl {
    /// Its name.
    pub name: Name,
    /// The parameters.
    pub params: Vec<Param>,
    /// `-> T`; without it, `none`.
    pub result: Option<Box<TypeExpr>>,
    /// The body.
    pub body: Block,
}
