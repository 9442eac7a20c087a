//! Tests: each a flow without parameters, in a section of its own, so that a flow's own document knows nothing of them.

use super::Lowerer;
use super::NotLowered;
use super::frame::Context;
use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::{Role, items};
use crate::types::body::Ref;
use crate::types::decl::signature;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Expr, ExprKind, TestDecl};
use flow_ir::{Answers, Double, Effects, Flow, Frame, Name, Node, Op, Program, TestOp, Type};

type Lowered<T> = Result<T, NotLowered>;

/// What belongs into a document of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The tests, and what they reach.
    Reached,
    /// Also the flows and functions of the file that no test reaches: to say that none does.
    Whole,
}

/// Lowers the tests of a file with everything that they reach.
///
/// # Errors
/// When something that they reach does not check.
pub fn lower_tests(db: &dyn Db, file: SourceFile, extent: Extent) -> Result<Program, NotLowered> {
    let near = ItemKey { file, name: Name::default(), nth: 0 };
    let mut lowerer = Lowerer::new(db, &near);
    for item in items(db, file).iter().filter(|item| item.role(db) == Role::Test) {
        let key = item.key(db);
        // Flows have no space in their names.
        let name = Name::from(format!("test {}~{}", key.name, key.nth));
        lowerer.queue.push((key, Vec::new(), name));
    }
    if extent == Extent::Whole {
        for item in items(db, file) {
            let runs = matches!(item.role(db), Role::Declares(DefKind::Flow | DefKind::Tool | DefKind::Fn));
            let is_plain = |key| signature(db, key).is_some_and(|known| known.type_params.is_empty());
            if runs && is_plain(item.key(db)) {
                lowerer.instance(&item.key(db), &[]);
            }
        }
    }
    lowerer.run()?;
    Ok(lowerer.finish())
}

impl Context<'_, '_> {
    /// A test with its name.
    pub(super) fn test(&mut self, decl: &TestDecl) -> Lowered<(Name, Flow)> {
        let name: Name = decl.name.plain().unwrap_or_default().into();
        self.name = format!("test {name}").into();
        self.keys.enter();
        let body = self.body(&decl.body, &Type::None)?;
        self.keys.leave();
        let frame = Frame {
            params: Vec::new(),
            result: Type::None,
            locals: self.frame.names(),
            doc: None,
            at: self.at(decl.name.span),
        };
        let flow = Flow {
            frame,
            code: Name::new_static("TEST"),
            emits: None,
            body,
            stages: std::collections::BTreeMap::new(),
            endpoints: std::collections::BTreeMap::new(),
            budget: None,
            bounds: flow_ir::Bounds::default(),
            effects: Effects::default(),
            steps: Vec::new(),
        };
        Ok((name, flow))
    }

    /// What a stub, or the argument of `calls`, stands for.
    fn double(&mut self, at: Span) -> Lowered<Double> {
        use crate::types::body::Stubbed;
        let Some(Stubbed { to, type_args }) = self.body.stubs.get(&at).cloned() else {
            return Err(self.incomplete("a stub of nothing"));
        };
        match to {
            Ref::Effect(name) => Ok(Double::Effect(name.into())),
            Ref::Item(key) => {
                let type_args: Vec<Ty> = type_args.iter().map(|ty| self.concrete(ty)).collect();
                let kind = signature(self.low.db, key.clone()).map(|known| known.kind);
                let name = self.low.instance(&key, &type_args);
                match kind {
                    Some(DefKind::Agent) => Ok(Double::Agent(name)),
                    Some(DefKind::Command) => Ok(Double::Command(name)),
                    Some(DefKind::Human) => Ok(Double::Human(name)),
                    _ => Err(self.incomplete("a stub of something without effect")),
                }
            }
            _ => Err(self.incomplete("a stub of something else")),
        }
    }

    /// `stub x = …`
    pub(super) fn stub(&mut self, name: Span, value: &Expr) -> Lowered<Op> {
        let of = self.double(name)?;
        let value = peel(value);
        let answers = match &value.kind {
            ExprKind::List(elements) => {
                Answers::Each(elements.iter().map(|it| self.expr(it)).collect::<Lowered<_>>()?)
            }
            ExprKind::Closure { .. } => match self.expr(value)? {
                Node { op: Op::Closure { params, body }, .. } => Answers::Closure { params, body },
                _ => return Err(self.incomplete("a closure that is none")),
            },
            _ => Answers::List(self.boxed(value)?),
        };
        Ok(Op::Test(TestOp::Stub { of, answers }))
    }

    /// `calls(x)`, `failure(e)`, `file("path", "text")`, `after(2h, e)`
    pub(super) fn call_of_tests(&mut self, expr: &Expr, function: &str, args: &[Arg]) -> Lowered<Op> {
        let op = match (function, args) {
            ("calls", [one]) => match &one.value.kind {
                ExprKind::Lower(name) => TestOp::Calls(self.double(name.span)?),
                _ => return Err(self.incomplete("a question about the calls of nothing")),
            },
            ("failure", [one]) => TestOp::Failure(self.boxed(&one.value)?),
            ("after", [delay, answer]) => {
                TestOp::After { delay: self.boxed(&delay.value)?, answer: self.boxed(&answer.value)? }
            }
            ("file", _) => {
                let mut given = self.given(expr.id, args)?.into_iter().flatten().map(Box::new);
                let (Some(path), Some(text)) = (given.next(), given.next()) else {
                    return Err(self.incomplete("a file without path or text"));
                };
                let ty = self.type_of(expr);
                TestOp::File { path, text, ty: self.ty(&ty) }
            }
            _ => return Err(self.incomplete("a function of tests without its argument")),
        };
        Ok(Op::Test(op))
    }

    /// `Exec(exit: 1)`, `Failure(kind: "Timeout")`
    pub(super) fn made_by_hand(&mut self, expr: &Expr, ty: &Ty, args: &[Arg]) -> Lowered<Op> {
        let mut given = self.given(expr.id, args)?.into_iter();
        let mut next = |default: Op| {
            let node = given.next().flatten();
            Box::new(node.unwrap_or_else(|| self.node(expr.span, default)))
        };
        let text = || Op::String(String::new());
        let op = if *ty == Ty::Exec {
            TestOp::Exec { exit: next(Op::Int(0)), stdout: next(text()), stderr: next(text()) }
        } else {
            TestOp::NewFailure { kind: next(text()), message: next(text()) }
        };
        Ok(Op::Test(op))
    }
}

fn peel(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => peel(inner),
        _ => expr,
    }
}
