//! What the grammar's actions do: they number nodes, measure their height, and read literals.
#![expect(clippy::boxed_local, reason = "the parser hands large nodes over in boxes")]

mod chain;
mod height;
mod literal;
mod template;

pub(crate) use chain::{Chain, Operand};

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::parse::MAX_DEPTH;
use crate::span::Span;
use crate::token::Tok;
use crate::tree::*;
use logos::Logos;
use smol_str::SmolStr;

/// What the grammar's two entries yield.
pub(crate) enum Entry {
    Item(Box<Item>),
    Template(Vec<TemplatePart>),
}

/// The state of one parse.
pub(crate) struct Build<'t> {
    text: &'t str,
    pub(crate) errors: Vec<SyntaxError>,
    exprs: u32,
    patterns: u32,
    too_deep: bool,
}

impl<'t> Build<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, errors: Vec::new(), exprs: 0, patterns: 0, too_deep: false }
    }

    pub(crate) fn exprs(&self) -> u32 {
        self.exprs
    }

    pub(crate) fn patterns(&self) -> u32 {
        self.patterns
    }

    pub(crate) fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        self.errors.push(SyntaxError::new(kind, span));
    }

    fn slice(&self, span: Span) -> &'t str {
        &self.text[span.range()]
    }

    pub(crate) fn name(&self, l: u32, r: u32) -> Name {
        let span = Span::new(l, r);
        Name { text: SmolStr::new(self.slice(span)), span }
    }

    /// A name that is missing; already reported.
    pub(crate) fn no_name(&self, l: u32, r: u32) -> Name {
        Name { text: SmolStr::default(), span: Span::new(l, r) }
    }

    pub(crate) fn docs(&self, l: u32, r: u32) -> Docs {
        let span = Span::new(l, r);
        Docs { text: doc_line(self.slice(span)).to_owned(), span }
    }

    pub(crate) fn more_docs(&self, mut docs: Docs, l: u32, r: u32) -> Docs {
        docs.text.push('\n');
        docs.text.push_str(doc_line(self.slice(Span::new(l, r))));
        docs.span.end = r;
        docs
    }

    pub(crate) fn item(&self, docs: Option<Docs>, attrs: Vec<Attr>, kind: ItemKind, end: u32) -> Box<Item> {
        Box::new(Item {
            span: Span::new(0, end),
            docs,
            attrs,
            kind,
            exprs: self.exprs,
            patterns: self.patterns,
        })
    }

    pub(crate) fn alt_docs(&self, mut alt: Alt, docs: Option<Docs>) -> Alt {
        alt.docs = alt.docs.or(docs);
        alt
    }

    pub(crate) fn ty(&self, l: u32, r: u32, kind: TypeExprKind) -> Box<TypeExpr> {
        let end = match &kind {
            // An empty list of arguments ends where the next token starts, not where the name does.
            TypeExprKind::Named { name, args } | TypeExprKind::Qualified { name, args, .. }
                if args.is_empty() =>
            {
                name.span.end
            }
            _ => r,
        };
        Box::new(TypeExpr { kind, span: Span::new(l, end) })
    }

    pub(crate) fn optional(&mut self, inner: Box<TypeExpr>, l: u32, r: u32) -> Box<TypeExpr> {
        if matches!(inner.kind, TypeExprKind::Option(_)) {
            self.error(SyntaxErrorKind::AlreadyOptional, Span::new(r - 1, r));
            return inner;
        }
        self.ty(l, r, TypeExprKind::Option(inner))
    }

    // statements

    pub(crate) fn stmt(&self, l: u32, r: u32, kind: StmtKind) -> Box<Stmt> {
        Box::new(Stmt { docs: None, attrs: Vec::new(), kind, span: Span::new(l, r) })
    }

    /// A statement with what stands in front of it.
    pub(crate) fn fronted(&self, docs: Option<Docs>, attrs: Vec<Attr>, mut stmt: Box<Stmt>) -> Box<Stmt> {
        stmt.docs = docs.map(Box::new);
        stmt.attrs = attrs;
        stmt
    }

    pub(crate) fn expr_stmt(&self, value: Box<Expr>, l: u32, r: u32) -> Box<Stmt> {
        let kind =
            if matches!(value.kind, ExprKind::Error) { StmtKind::Error } else { StmtKind::Expr(value) };
        self.stmt(l, r, kind)
    }

    // expressions

    /// Makes an expression. One that would be too high becomes an error, so that every tree can be walked, and
    /// dropped, by recursion.
    pub(crate) fn expr(&mut self, l: u32, r: u32, kind: ExprKind) -> Box<Expr> {
        let span = Span::new(l, r);
        let id = ExprId(self.exprs);
        self.exprs += 1;
        let depth = height::below(&kind) + 1;
        if depth > MAX_DEPTH {
            if !self.too_deep {
                self.error(SyntaxErrorKind::TooDeep, span);
            }
            self.too_deep = true;
            return Box::new(Expr { id, span, kind: ExprKind::Error, depth: 1 });
        }
        Box::new(Expr { id, span, kind, depth })
    }

    pub(crate) fn lower(&mut self, l: u32, r: u32, name: Name) -> Box<Expr> {
        if matches!(name.text.as_str(), "null" | "nil" | "undefined") {
            let span = Span::new(l, r);
            let kind = SyntaxErrorKind::ForeignWord(name.text, "none");
            self.errors.push(SyntaxError::new(kind, span).with_suggestion(span, "none"));
            return self.expr(l, r, ExprKind::None);
        }
        self.expr(l, r, ExprKind::Lower(name))
    }

    /// A keyword tells itself apart in front of the `:` of a parameter, but not where the parameter is used.
    pub(crate) fn param(&mut self, param: Param) -> Param {
        let name = &param.name;
        if Tok::lexer(&name.text).next().is_some_and(|word| word.is_ok_and(Tok::is_keyword)) {
            let kind = SyntaxErrorKind::KeywordAsName(name.text.clone());
            let fixed = format!("{}_", name.text);
            self.errors.push(SyntaxError::new(kind, name.span).with_suggestion(name.span, fixed));
        }
        param
    }

    pub(crate) fn unary(&mut self, l: u32, r: u32, op: UnaryOp, operand: Box<Expr>) -> Box<Expr> {
        if op == UnaryOp::Neg {
            self.least_int(&operand);
        }
        self.expr(l, r, ExprKind::Unary { op, operand })
    }

    /// `!e`
    pub(crate) fn bang(&mut self, l: u32, r: u32, operand: Box<Expr>) -> Box<Expr> {
        let sign = Span::new(l, l + 1);
        let kind = SyntaxErrorKind::ForeignOperator("!".into(), "not");
        self.errors.push(SyntaxError::new(kind, sign).with_suggestion(sign, "not "));
        self.unary(l, r, UnaryOp::Not, operand)
    }

    pub(crate) fn foreign_operator(&mut self, l: u32, r: u32, ours: &'static str, op: BinaryOp) -> BinaryOp {
        let span = Span::new(l, r);
        let kind = SyntaxErrorKind::ForeignOperator(self.slice(span).into(), ours);
        self.errors.push(SyntaxError::new(kind, span).with_suggestion(span, ours));
        op
    }

    pub(crate) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    ) -> Box<Expr> {
        let span = left.span.to(right.span);
        let kind = ExprKind::Binary { op, op_span, left, right };
        self.expr(span.start, span.end, kind)
    }

    pub(crate) fn coalesce(&mut self, left: Chain, op_span: Span, right: Box<Expr>) -> Box<Expr> {
        let left = self.chain(left);
        self.binary(BinaryOp::Coalesce, op_span, left, right)
    }

    pub(crate) fn assign_in_condition(
        &mut self,
        l: u32,
        r: u32,
        left: Box<Expr>,
        op_span: Span,
        right: Box<Expr>,
    ) -> Box<Expr> {
        let error = SyntaxError::new(SyntaxErrorKind::AssignInCondition, op_span);
        self.errors.push(error.with_suggestion(op_span, "=="));
        let kind = ExprKind::Binary { op: BinaryOp::Eq, op_span, left, right };
        self.expr(l, r, kind)
    }

    pub(crate) fn branch(
        &mut self,
        l: u32,
        r: u32,
        condition: Box<Expr>,
        then: Block,
        otherwise: Option<Box<Expr>>,
    ) -> Box<Expr> {
        let kind = ExprKind::If { condition, then, otherwise };
        self.expr(l, r, kind)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of the form, called from one place")]
    pub(crate) fn each(
        &mut self,
        l: u32,
        r: u32,
        parallel: bool,
        pattern: Box<Pattern>,
        iterable: Box<Expr>,
        max: Option<Box<Expr>>,
        body: Block,
    ) -> Box<Expr> {
        self.expr(l, r, ExprKind::For { parallel, pattern, iterable, max, body: Box::new(body) })
    }

    // patterns

    pub(crate) fn pattern(&mut self, l: u32, r: u32, kind: PatternKind) -> Box<Pattern> {
        let id = PatternId(self.patterns);
        self.patterns += 1;
        Box::new(Pattern { id, kind, span: Span::new(l, r) })
    }

    /// `A | B | C` is one flat list.
    pub(crate) fn or_pattern(
        &mut self,
        l: u32,
        r: u32,
        mut left: Box<Pattern>,
        right: Box<Pattern>,
    ) -> Box<Pattern> {
        if let PatternKind::Or(list) = &mut left.kind {
            list.push(*right);
            left.span.end = r;
            return left;
        }
        self.pattern(l, r, PatternKind::Or(vec![*left, *right]))
    }

    /// A field without a label: only a name has one by itself.
    pub(crate) fn short_field(&mut self, pattern: Box<Pattern>) -> PatternField {
        match &pattern.kind {
            PatternKind::Bind(name) => PatternField::Short(name.clone(), pattern),
            PatternKind::Wildcard | PatternKind::Error => {
                PatternField::Named(self.no_name(pattern.span.start, pattern.span.start), pattern)
            }
            _ => {
                let at = pattern.span.start;
                self.error(
                    SyntaxErrorKind::Unexpected {
                        found: "a pattern".into(),
                        expected: "a field's name and `:`".into(),
                    },
                    pattern.span,
                );
                PatternField::Named(self.no_name(at, at), pattern)
            }
        }
    }
}

/// What is in the boxes of a list; what is missing in it is left out.
pub(crate) fn unbox_all<T>(list: Vec<impl Into<Option<Box<T>>>>) -> Vec<T> {
    let mut values = Vec::with_capacity(list.len());
    values.extend(list.into_iter().filter_map(Into::into).map(|value| *value));
    values
}

/// The text of a documentation line without its marker, one leading space, and blanks at its end.
pub(crate) fn doc_line(line: &str) -> &str {
    let text = line.get(3..).unwrap_or_default();
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}
