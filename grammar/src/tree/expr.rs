//! Expressions, statements and patterns.

use super::{Arg, Attr, Docs, ExposeDecl, Name, Setting, StageDecl, TypeExpr};
use crate::span::Span;

/// Numbers an expression within its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// Numbers a pattern within its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatternId(pub u32);

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Its number within the item.
    pub id: ExprId,
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub kind: ExprKind,
    /// The height of the tree below; the parser refuses expressions higher than
    /// [`MAX_DEPTH`](crate::parse::MAX_DEPTH), so that walking one never exhausts the stack.
    pub depth: u16,
}

impl Expr {
    /// The variable that a target of an assignment lies in: `x` in `x.a[0]`. The expression itself, if it is no such part.
    pub fn root(&self) -> &Self {
        match &self.kind {
            ExprKind::Index { base, .. } | ExprKind::Field { base, .. } => base.root(),
            ExprKind::Paren(inner) => inner.root(),
            _ => self,
        }
    }
}

/// The forms of an expression. There are very many expressions, so that what few have stands in a box.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `12`, `1_000`; behind a `-`, [`i64::MIN`] stands for the number that is one too large without it.
    Int(i64),
    /// `0.5`
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `none`
    None,
    /// `15m`, in milliseconds
    Duration(i64),
    /// `$2.50`, in millionths of a dollar
    Money(i64),
    /// A string
    Str(Template),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `["k": v]`, `[:]`
    Map(Vec<(Expr, Expr)>),
    /// `name`
    Lower(Name),
    /// `Name` or `NAME`: a variant, a record to construct, a constant or a secret
    Upper(Name),
    /// `(e)`
    Paren(Box<Expr>),
    /// `f(a, b: c)`
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<Arg>,
        /// From `(` to `)`.
        args_span: Span,
    },
    /// `e.name`, `e?.name`, `Verdict.Accept`, `checks.test_suite`
    Field {
        /// What stands before the dot.
        base: Box<Expr>,
        /// The name behind it.
        name: Name,
        /// Whether it is `?.`
        optional: bool,
    },
    /// `pool.{add_task, tasks}`
    Select {
        /// What stands before the dot.
        base: Box<Expr>,
        /// The names between the braces.
        names: Vec<Name>,
    },
    /// `e[i]`
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// The index or key.
        index: Box<Expr>,
    },
    /// `e with { timeout: 3h }`
    With {
        /// The call.
        base: Box<Expr>,
        /// The options.
        settings: Vec<Setting>,
    },
    /// `-e`, `not e`, `spawn e`, `open e`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b`, `a and b`, `a ?? b`, `a in b`, `a..b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `e is Pattern`
    Is {
        /// What is tested.
        value: Box<Expr>,
        /// Against what.
        pattern: Box<Pattern>,
    },
    /// `e catch err { … }`
    Catch {
        /// What may fail.
        body: Box<Expr>,
        /// The failure's name; `None` for `_`.
        binder: Option<Box<Name>>,
        /// What happens then.
        handler: Block,
    },
    /// `|x| e`
    Closure {
        /// The parameters; `None` for `_`.
        params: Vec<Option<Name>>,
        /// The body.
        body: Box<Expr>,
    },
    /// `{ … }` as the body of an arm
    Block(Block),
    /// `if c { } else if … else { }`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// The first branch.
        then: Block,
        /// The other: an [`ExprKind::Block`] or another [`ExprKind::If`].
        otherwise: Option<Box<Expr>>,
    },
    /// `match e { … }`
    Match {
        /// What is matched.
        scrutinee: Box<Expr>,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `loop max 3 { … } else { … }`
    Loop {
        /// The bound.
        max: Option<Box<Expr>>,
        /// The body.
        body: Block,
        /// What happens when the bound is reached.
        otherwise: Option<Box<Block>>,
    },
    /// `for p in xs { … }`, `parallel for p in xs max 8 { … }`
    For {
        /// Whether the rounds run at once.
        parallel: bool,
        /// What each element is bound to.
        pattern: Box<Pattern>,
        /// The list.
        iterable: Box<Expr>,
        /// How many run at once.
        max: Option<Box<Expr>>,
        /// The body.
        body: Box<Block>,
    },
    /// `parallel { a: e, b: e }`
    Parallel(Vec<Branch>),
    /// `race { p = e => body }`
    Race(Vec<RaceArm>),
    /// `return e`
    Return(Option<Box<Expr>>),
    /// `done e`
    Done(Option<Box<Expr>>),
    /// `break e`
    Break(Option<Box<Expr>>),
    /// `continue`
    Continue,
    /// `fail e`
    Fail(Box<Expr>),
    /// `blocked e`
    Blocked(Box<Expr>),
    /// `handoff judge(poem)`
    Handoff {
        /// The stage.
        stage: Box<Name>,
        /// The arguments.
        args: Vec<Arg>,
        /// From `(` to `)`.
        args_span: Span,
    },
    /// Text that is no expression; already reported.
    Error,
}

/// Operators before one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `not`
    Not,
    /// `spawn`
    Spawn,
    /// `open`
    Open,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `??`
    Coalesce,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
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
    /// `in`
    In,
    /// `..`, both ends included
    Range,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

impl BinaryOp {
    /// The operator as written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Coalesce => "??",
            Self::Or => "or",
            Self::And => "and",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::Range => "..",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }
}

/// A string with its holes.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Text and holes in order; no two texts stand side by side.
    pub parts: Vec<TemplatePart>,
    /// From the first quote to the last.
    pub span: Span,
    /// Whether it is the `"""` form.
    pub block: bool,
}

impl Template {
    /// The text, if there is no hole in it.
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [TemplatePart::Text(text, _)] => Some(text),
            _ => None,
        }
    }
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text with its escapes resolved and, in a block, its indentation removed.
    Text(String, Span),
    /// `${e}`
    Hole(Box<Expr>),
}

/// `{ … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The statements.
    pub stmts: Vec<Stmt>,
    /// With both braces.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// Documentation in front of it (of a stage or an endpoint).
    pub docs: Option<Box<Docs>>,
    /// The `@attributes` in front.
    pub attrs: Vec<Attr>,
    /// What it says.
    pub kind: StmtKind,
    /// Without the documentation and the attributes.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `let p: T = e`
    Let {
        /// What is bound.
        pattern: Box<Pattern>,
        /// The written type, if any.
        ty: Option<Box<TypeExpr>>,
        /// The value.
        value: Box<Expr>,
    },
    /// `var x: T = e`
    Var {
        /// What is bound.
        name: Name,
        /// The written type, if any.
        ty: Option<Box<TypeExpr>>,
        /// The value.
        value: Box<Expr>,
    },
    /// `x = e`, `x[k] = e`
    Assign {
        /// The place.
        target: Box<Expr>,
        /// The value.
        value: Box<Expr>,
    },
    /// `x += e`
    AddAssign {
        /// The place.
        target: Box<Expr>,
        /// What is added.
        value: Box<Expr>,
    },
    /// An expression.
    Expr(Box<Expr>),
    /// `require c, "message"`
    Require {
        /// What must hold.
        condition: Box<Expr>,
        /// What is said if it does not.
        message: Box<Expr>,
    },
    /// `emit v`
    Emit(Box<Expr>),
    /// `defer { … }`
    Defer(Block),
    /// `stage …`
    Stage(Box<StageDecl>),
    /// `expose …`
    Expose(Box<ExposeDecl>),
    /// `stub name = e`
    Stub {
        /// What is replaced.
        name: Name,
        /// The answers.
        value: Box<Expr>,
    },
    /// `expect e`
    Expect(Box<Expr>),
    /// Text that is no statement; already reported.
    Error,
}

/// `Pattern if guard => body`
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// What it matches.
    pub pattern: Box<Pattern>,
    /// Under which condition.
    pub guard: Option<Box<Expr>>,
    /// What it yields.
    pub body: Box<Expr>,
    /// All of it.
    pub span: Span,
}

/// `name: e` in `parallel { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The branch's name, and the field of the record.
    pub name: Name,
    /// What runs.
    pub body: Box<Expr>,
    /// All of it.
    pub span: Span,
}

/// `p = e => body` in `race { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct RaceArm {
    /// What the winner's value is bound to.
    pub pattern: Box<Pattern>,
    /// What runs.
    pub value: Box<Expr>,
    /// What happens if it wins.
    pub body: Box<Expr>,
    /// All of it.
    pub span: Span,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Its number within the item.
    pub id: PatternId,
    /// What it says.
    pub kind: PatternKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// `_`
    Wildcard,
    /// `name`
    Bind(Name),
    /// `12`, `-1`
    Int(i64),
    /// `"text"`; a hole in it is an error
    Str(Template),
    /// `true`, `false`
    Bool(bool),
    /// `none`
    None,
    /// `Accept`, `Verdict.Accept`, `Revise(findings: fs, ..)`, `Draft(poem)`
    Variant {
        /// The type in front of the dot, if one is written.
        qualifier: Option<Box<Name>>,
        /// The variant's name.
        name: Name,
        /// The payload; `None` without parentheses, which matches any payload.
        fields: Option<Vec<PatternField>>,
    },
    /// `{ style, security }`
    Record(Vec<PatternField>),
    /// `A | B`
    Or(Vec<Pattern>),
    /// Text that is no pattern; already reported.
    Error,
}

/// A field of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternField {
    /// `name`: the field of that name, bound to that name. The pattern is a [`PatternKind::Bind`] over the same span.
    Short(Name, Box<Pattern>),
    /// `name: p`
    Named(Name, Box<Pattern>),
    /// `..`
    Rest(Span),
}
