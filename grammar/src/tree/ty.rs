//! Types as written.

use super::{Arg, Name};
use crate::span::Span;

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// What it says.
    pub kind: TypeExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a written type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeExprKind {
    /// `T?`
    Option(Box<TypeExpr>),
    /// `[T]`
    List(Box<TypeExpr>),
    /// `{K: V}`
    Map(Box<TypeExpr>, Box<TypeExpr>),
    /// `Plan`, `Turn<string>`; also the built-in `Process<T, E>`, `Failure`, `Exec`, …
    Named {
        /// The type's name.
        name: Name,
        /// What stands between `<` and `>`.
        args: Vec<TypeExpr>,
    },
    /// `checks.Plan`: a type of an imported module.
    Qualified {
        /// The module's local name.
        module: Box<Name>,
        /// The type's name in it.
        name: Name,
        /// What stands between `<` and `>`.
        args: Vec<TypeExpr>,
    },
    /// `string`, `int`, `file("src/**/*.rs")`, `output("artifacts/*.md")`, `none`.
    Builtin {
        /// The lower-case name.
        name: Name,
        /// The arguments, if there are parentheses.
        args: Option<Vec<Arg>>,
    },
    /// Text that is no type; already reported.
    Error,
}
