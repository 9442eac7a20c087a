//! Tests: what stands for effects, what is expected, and what a test asks of the calls that were made.

use super::Infer;
use super::call::Callee;
use super::construct::Args;
use super::generic::Generic;
use super::messages::testing as say;
use super::place::Purity;
use super::want::{Want, Why, peel};
use crate::diagnostics::Place;
use crate::resolve::{DefKind, Entry, suggest};
use crate::types::body::{Ref, Stubbed};
use crate::types::builtins::{self, EffectScheme, ParamKind};
use crate::types::decl::{self, ParamSig};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprKind, Name, Stmt, TestDecl};
use flow_ir::builtins::EFFECTS;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// A function that only tests have.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Parameters and result as written, for people.
    pub signature: &'static str,
    /// What it does, for people.
    pub doc: &'static str,
}

/// The functions of tests.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "calls",
        signature: "(of: agent | command | human) -> [{…}]",
        doc: "The calls made so far, in order: a record of the arguments for each.",
    },
    Function {
        name: "failure",
        signature: "(e: T) -> Failure",
        doc: "The failure with which `e` fails; the test fails if it does not. A flow that is blocked fails with `Blocked`.",
    },
    Function {
        name: "file",
        signature: "(path: string, text: string) -> file",
        doc: "Makes a file in the test's workspace.",
    },
    Function {
        name: "after",
        signature: "(delay: duration, answer: T) -> T",
        doc: "In a stub: the answer, when that much time has passed.",
    },
];

/// The function of tests that a name stands for.
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|known| known.name == name)
}

/// The built-in effects that a test may stub. The others are carried out, in the scratch workspace and in virtual time.
pub const STUBBABLE: &[&str] = &["env", "now", "random", "sh", "signal"];

/// What is known of the test that is being checked.
#[derive(Debug, Default)]
pub(super) struct Testing {
    /// The statements that stand directly in its block.
    own: Vec<Span>,
    /// What is stubbed so far: where, and with which type arguments.
    stubs: FxHashMap<SmolStr, (Span, Vec<Ty>)>,
    /// Whether the answer of a stub is being checked.
    in_answer: bool,
}

/// Something that a test may stub or ask about.
struct Double {
    stubbed: Stubbed,
    params: Vec<ParamSig>,
    result: Ty,
    declared: Option<Place>,
}

impl Infer<'_> {
    /// `test "…" { … }`
    pub(super) fn test(&mut self, decl: &TestDecl) {
        let own = decl.body.stmts.iter().map(|stmt| stmt.span).collect();
        self.testing = Some(Testing { own, ..Testing::default() });
        self.block(&decl.body, Want::Discard);
    }

    /// `stub critic = [Revise(…), Accept]`, `stub critic = |brief, poem| Accept`
    pub(super) fn stub(&mut self, stmt: &Stmt, name: &Name, value: &Expr) {
        let is_own = match &self.testing {
            None => {
                let found = say::outside(self.at(stmt.span), "stub");
                self.report(found);
                self.quietly(|infer| infer.answers_of_nothing(value));
                return;
            }
            Some(testing) => testing.own.contains(&stmt.span),
        };
        if !is_own {
            let found = say::nested_stub(self.at(stmt.span));
            self.report(found);
        }
        let Some(double) = self.double(name, true) else {
            self.quietly(|infer| infer.answers_of_nothing(value));
            return;
        };
        let first = self.testing.as_ref().and_then(|testing| testing.stubs.get(&name.text));
        if let Some((first, _)) = first {
            let found = say::twice(self.at(name.span), self.at(*first), &name.text);
            self.report(found);
        }
        self.answers(name, value, &double);
        if let Some(testing) = &mut self.testing {
            let args = double.stubbed.type_args.clone();
            testing.stubs.entry(name.text.clone()).or_insert((name.span, args));
        }
        self.body.stubs.insert(name.span, double.stubbed);
    }

    /// The value of a stub that stands for nothing: its names are looked at, so that they count as used.
    fn answers_of_nothing(&mut self, value: &Expr) {
        match &peel(value).kind {
            ExprKind::Closure { params, body } => {
                let unknown = vec![Ty::Error; params.len()];
                self.closure_body(value, params, &unknown, body, Want::Any);
            }
            _ => {
                self.expr(value, Want::Any);
            }
        }
    }

    fn answers(&mut self, name: &Name, value: &Expr, double: &Double) {
        let why = Why::Stub { of: name.text.clone(), declared: double.declared.clone() };
        let inner = peel(value);
        match &inner.kind {
            ExprKind::Closure { params, body } => {
                let mut types: Vec<Ty> = double.params.iter().map(|param| param.ty.clone()).collect();
                if params.len() != types.len() {
                    let names: Vec<&str> = double.params.iter().map(|param| param.name.as_str()).collect();
                    let found =
                        say::parameters(self.at(inner.span), &name.text, &names, double.declared.clone());
                    self.report(found);
                    types = vec![Ty::Error; params.len()];
                }
                self.answer(|infer| {
                    infer.at_another_time(|infer| {
                        infer.closure_body(inner, params, &types, body, Want::Fit(&double.result, &why))
                    });
                });
            }
            // Each answers one call, and is computed when it comes.
            ExprKind::List(elements) => {
                for element in elements {
                    self.answer(|infer| {
                        infer.at_another_time(|infer| {
                            infer.maybe(|infer| {
                                infer.purely(Purity::Stub, |infer| {
                                    infer.expr(element, Want::Fit(&double.result, &why))
                                })
                            })
                        });
                    });
                }
                self.record(inner.id, &Ty::List(Arc::new(double.result.clone())));
            }
            _ => {
                let list = Ty::List(Arc::new(double.result.clone()));
                let why = Why::Stubs { of: name.text.clone(), declared: double.declared.clone() };
                self.purely(Purity::Stub, |infer| infer.expr(inner, Want::Fit(&list, &why)));
            }
        }
    }

    /// The answer to one call, which may take its time.
    fn answer(&mut self, check: impl FnOnce(&mut Self)) {
        self.set_in_answer(true);
        check(self);
        self.set_in_answer(false);
    }

    fn set_in_answer(&mut self, is_in: bool) {
        if let Some(testing) = &mut self.testing {
            testing.in_answer = is_in;
        }
    }

    /// `expect poem.lines == 3`: behind it, what it says holds.
    pub(super) fn expectation(&mut self, stmt: &Stmt, value: &Expr) {
        if self.testing.is_none() {
            let found = say::outside(self.at(stmt.span), "expect");
            self.report(found);
            self.quietly(|infer| infer.truth(value));
            return;
        }
        self.refuse_if_pure(stmt.span, || "`expect`".to_owned());
        let known = self.condition(value, "what `expect` says");
        self.assume(&known.yes);
    }

    /// `calls(critic)`, `failure(flow())`, `file("a.md", "text")`, `after(2h, Accept)`
    pub(super) fn call_of_tests(
        &mut self,
        call: &Expr,
        callee: &Expr,
        function: &'static str,
        args: Args<'_>,
        want: Want<'_>,
    ) -> Ty {
        if self.testing.is_none() {
            let found = say::outside(self.at(call.span), function);
            self.report(found);
            self.quietly(|infer| infer.loose(args.list));
            return Ty::Error;
        }
        self.refer(callee.id, Ref::Testing(function));
        match function {
            "calls" => self.calls(callee, args),
            "failure" => self.failure_of(callee, args),
            "after" => self.after(call, args, want),
            _ => self.file_literal(call, args, want),
        }
    }

    fn calls(&mut self, callee: &Expr, args: Args<'_>) -> Ty {
        self.refuse_if_pure(callee.span, || "`calls`".to_owned());
        let name = match args.list {
            [one] if one.label.is_none() => match &one.value.kind {
                ExprKind::Lower(name) => Some((name, one.value.id)),
                _ => None,
            },
            _ => None,
        };
        let Some((name, id)) = name else {
            let found = say::wrong_arguments(self.at(args.span), "calls");
            self.report(found);
            self.quietly(|infer| infer.loose(args.list));
            return Ty::Error;
        };
        let Some(double) = self.double(name, false) else { return Ty::Error };
        self.refer(id, double.stubbed.to.clone());
        self.body.stubs.insert(name.span, double.stubbed);
        let mut fields: Vec<(SmolStr, Ty)> =
            double.params.into_iter().map(|param| (param.name, param.ty)).collect();
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        Ty::List(Arc::new(Ty::Record(fields.into())))
    }

    fn failure_of(&mut self, callee: &Expr, args: Args<'_>) -> Ty {
        self.refuse_if_pure(callee.span, || "`failure`".to_owned());
        match args.list {
            [one] if one.label.is_none() => {
                self.any_number(|infer| infer.maybe(|infer| infer.expr(&one.value, Want::Any)));
            }
            _ => {
                let found = say::wrong_arguments(self.at(args.span), "failure");
                self.report(found);
                self.quietly(|infer| infer.loose(args.list));
            }
        }
        Ty::Failure
    }

    /// `after(2h, Accept)`: of the type of the answer.
    fn after(&mut self, call: &Expr, args: Args<'_>, want: Want<'_>) -> Ty {
        if !self.testing.as_ref().is_some_and(|testing| testing.in_answer) {
            let found = say::outside_of_answer(self.at(call.span));
            self.report(found);
        }
        let ([delay, answer], true) = (args.list, args.list.iter().all(|arg| arg.label.is_none())) else {
            let found = say::wrong_arguments(self.at(args.span), "after");
            self.report(found);
            self.quietly(|infer| infer.loose(args.list));
            return Ty::Error;
        };
        let why = Why::Param { callee: "after".into(), param: "delay".into(), declared: None };
        self.expr(&delay.value, Want::Fit(&Ty::Duration, &why));
        // What it is to be is found out around the call.
        match want.hint() {
            Some(hint) => self.expr(&answer.value, Want::Like(hint)),
            None => self.expr(&answer.value, Want::Any),
        }
    }

    /// `file("path", "text")`: of the type that is expected, if that is one of files.
    fn file_literal(&mut self, call: &Expr, args: Args<'_>, want: Want<'_>) -> Ty {
        let text = || Ty::String;
        let params = [param("path", text(), false), param("text", text(), false)];
        let owner = Callee::function("file");
        self.arguments(call, &owner, params.as_slice(), &Generic::NONE, args);
        match want.hint().map(|hint| self.unwrapped(hint)) {
            Some(ty @ (Ty::File(_) | Ty::Output(_))) => ty,
            _ => Ty::File(None),
        }
    }

    /// `Exec(exit: 1)`, `Failure(kind: "Timeout", message: "…")`: only tests make these.
    pub(super) fn made_by_hand(
        &mut self,
        call: &Expr,
        callee: &Expr,
        name: &Name,
        args: Args<'_>,
    ) -> Option<Ty> {
        if self.testing.is_none() {
            let known = matches!(name.text.as_str(), "Exec" | "Failure");
            if !known || !self.types_with_variant(&name.text).is_empty() {
                return None;
            }
            let found = say::made_outside(self.at(name.span), &name.text);
            self.report(found);
            return Some(self.loose(args.list));
        }
        let (ty, params) = match name.text.as_str() {
            "Exec" => {
                let text = |name| param(name, Ty::String, true);
                (Ty::Exec, vec![param("exit", Ty::Int, true), text("stdout"), text("stderr")])
            }
            "Failure" => {
                let text = |name, optional| param(name, Ty::String, optional);
                (Ty::Failure, vec![text("kind", false), text("message", true)])
            }
            _ => return None,
        };
        self.refer(callee.id, Ref::Type(ty.clone()));
        let owner = Callee::fields(name.text.clone(), None);
        self.arguments(call, &owner, params.as_slice(), &Generic::NONE, args);
        Some(ty)
    }

    /// What a test means by a name. `stubbing`: not every effect may be stubbed, but all may be asked about.
    fn double(&mut self, name: &Name, stubbing: bool) -> Option<Double> {
        if name.text.is_empty() {
            return None;
        }
        let place = self.at(name.span);
        if self.find(&name.text).is_some() {
            self.report(say::no_effect(place, &name.text, "a variable", stubbing));
            return None;
        }
        match self.scope.get(&name.text) {
            Some(Entry::Def { def, .. }) => {
                let doer = matches!(def.kind, DefKind::Agent | DefKind::Command | DefKind::Human);
                let signature = decl::signature(self.db, def.key.clone()).filter(|_| doer);
                let Some(signature) = signature else {
                    self.report(say::no_effect(place, &name.text, def.kind.a_noun(), stubbing));
                    return None;
                };
                let key = def.key.clone();
                let known = self.testing.as_ref().and_then(|testing| testing.stubs.get(&name.text));
                let generic = match known {
                    Some((_, args)) => Generic { params: &signature.type_params, args: args.clone() },
                    None => self.generic(&key.name, &signature.type_params, name.span),
                };
                let params = signature
                    .params
                    .iter()
                    .map(|param| ParamSig { ty: self.in_call(&param.ty, &generic), ..param.clone() });
                Some(Double {
                    params: params.collect(),
                    result: self.in_call(&signature.result, &generic),
                    declared: Some(Place::Item(key.clone(), signature.result_span)),
                    stubbed: Stubbed { to: Ref::Item(key), type_args: generic.args },
                })
            }
            Some(Entry::Module { .. }) => {
                self.report(say::no_effect(place, &name.text, "a module", stubbing));
                None
            }
            Some(Entry::Broken { .. }) => None,
            None => match builtins::effect(&name.text).filter(|known| is_plain_effect(known.name)) {
                Some(effect) if !stubbing || STUBBABLE.contains(&effect.name) => {
                    Some(self.double_of_effect(effect, name.span))
                }
                Some(effect) => {
                    self.report(say::real_effect(place, effect.name));
                    None
                }
                None if builtins::effect(&name.text).is_some() => {
                    self.report(say::no_effect(place, &name.text, "an effect on processes", stubbing));
                    None
                }
                None => {
                    let known = self.scope.names().filter_map(|(known, entry)| match entry {
                        Entry::Def { def, .. }
                            if matches!(def.kind, DefKind::Agent | DefKind::Command | DefKind::Human) =>
                        {
                            Some(known.as_str())
                        }
                        _ => None,
                    });
                    let near = suggest(&name.text, known.chain(STUBBABLE.iter().copied()));
                    self.report(say::unknown(place, &name.text, near));
                    None
                }
            },
        }
    }

    fn double_of_effect(&mut self, effect: &'static EffectScheme, span: Span) -> Double {
        let generic = self.generic(&effect.name.into(), &effect.vars, span);
        let params = effect.params.iter().map(|it| {
            let ty = match &it.kind {
                ParamKind::Value(ty) | ParamKind::Closure(_, ty) => self.in_call(ty, &generic),
                ParamKind::Word(_) => Ty::String,
            };
            param(&it.name, if it.optional { self.optional(&ty) } else { ty }, it.optional)
        });
        Double {
            params: params.collect(),
            result: self.in_call(&effect.result, &generic),
            declared: None,
            stubbed: Stubbed { to: Ref::Effect(effect.name), type_args: generic.args },
        }
    }
}

/// Whether an effect is one that stands for itself, and not for a process.
fn is_plain_effect(name: &str) -> bool {
    EFFECTS.iter().any(|effect| effect.name == name)
}

fn param(name: &str, ty: Ty, has_default: bool) -> ParamSig {
    ParamSig { name: name.into(), ty, has_default, fresh: false, doc: None, span: Span::default() }
}
