//! Tests: a flow without parameters and result, and the operations that only it has.

use super::Verifier;
use super::body::{Body, Kind};
use super::path::Path;
use super::types::kind;
use crate::builtins::{Signature, find_effect};
use crate::{Answers, Double, Flow, Frame, TestOp, Type};
use std::collections::BTreeMap;

/// What is known of a stubbed thing.
struct Known {
    params: Vec<(crate::Name, Type)>,
    result: Type,
}

impl<'p> Verifier<'p> {
    pub(super) fn test(&self, path: &Path<'_>, item: &'p Flow) {
        if !item.frame.params.is_empty() || item.frame.result != Type::None {
            self.report(&path.key("frame"), "a test has neither parameters nor a result");
        }
        if !item.stages.is_empty() || item.emits.is_some() || item.budget.is_some() {
            self.report(path, "a test has no stages, events or budget");
        }
        self.flow(path, item, true);
    }
}

impl<'p> Body<'_, 'p> {
    pub(super) fn testing(&mut self, path: &Path<'_>, op: &'p TestOp) -> Type {
        if !self.is_test {
            self.report(path, "this stands only in a test");
        }
        match op {
            TestOp::Stub { of, answers } => {
                let path = path.key("stub");
                self.effectful(&path, "a stub");
                let known = self.double(&path.key("of"), of);
                self.answers(&path.key("answers"), answers, known.as_ref());
                Type::None
            }
            TestOp::Expect(condition) => {
                self.effectful(path, "an expectation");
                self.expect(&path.key("expect"), condition, &Type::Bool);
                Type::None
            }
            TestOp::Calls(of) => {
                self.effectful(path, "a question about calls");
                let known = self.double(&path.key("calls"), of);
                known.map_or(Type::Never, |known| {
                    Type::List(Type::Record(known.params.into_iter().collect::<BTreeMap<_, _>>()).into())
                })
            }
            TestOp::Failure(of) => {
                self.effectful(path, "an expected failure");
                self.node(&path.key("failure"), of);
                Type::Failure
            }
            TestOp::File { path: name, text, ty } => {
                let path = path.key("file");
                self.expect(&path.key("path"), name, &Type::String);
                self.expect(&path.key("text"), text, &Type::String);
                self.verifier.ty(&path.key("type"), ty);
                let found = self.verifier.types.resolve(ty);
                if kind(found) != Some("file") && *found != Type::Never {
                    self.report(&path.key("type"), format!("a file is made, not `{ty}`"));
                }
                ty.clone()
            }
            TestOp::After { delay, answer } => {
                let path = path.key("after");
                if !matches!(self.kind, Kind::Pure(_)) {
                    self.report(&path, "only the answer of a stub takes time");
                }
                self.expect(&path.key("delay"), delay, &Type::Duration);
                self.node(&path.key("answer"), answer)
            }
            TestOp::Exec { exit, stdout, stderr } => {
                let path = path.key("exec");
                self.expect(&path.key("exit"), exit, &Type::Int);
                self.expect(&path.key("stdout"), stdout, &Type::String);
                self.expect(&path.key("stderr"), stderr, &Type::String);
                Type::Exec
            }
            TestOp::NewFailure { kind, message } => {
                let path = path.key("new_failure");
                self.expect(&path.key("kind"), kind, &Type::String);
                self.expect(&path.key("message"), message, &Type::String);
                Type::Failure
            }
        }
    }

    fn answers(&mut self, path: &Path<'_>, answers: &'p Answers, known: Option<&Known>) {
        let result = known.map_or(Type::Never, |known| known.result.clone());
        let outer = std::mem::replace(&mut self.kind, Kind::Pure("a stub"));
        match answers {
            Answers::Each(nodes) => {
                let path = path.key("each");
                for (index, node) in nodes.iter().enumerate() {
                    self.expect(&path.index(index), node, &result);
                }
            }
            Answers::List(node) => self.expect(&path.key("list"), node, &Type::List(result.into())),
            Answers::Closure { params, body } => {
                let path = path.key("closure");
                let takes: Vec<Type> = match known {
                    Some(known) => known.params.iter().map(|(_, ty)| ty.clone()).collect(),
                    None => params.iter().map(|_| Type::Never).collect(),
                };
                let yields = self.closure(&path, &takes, params, body);
                if !self.verifier.types.agree(&yields, &result) {
                    self.report(&path, format!("this closure yields `{yields}`, `{result}` is asked for"));
                }
            }
        }
        self.kind = outer;
    }

    fn double(&self, path: &Path<'_>, double: &Double) -> Option<Known> {
        let program = self.verifier.program;
        let frame = match double {
            Double::Agent(name) => {
                self.verifier.find(&path.key("agent"), "agent", &program.agents, name).map(|it| &it.frame)
            }
            Double::Command(name) => self
                .verifier
                .find(&path.key("command"), "command", &program.commands, name)
                .map(|it| &it.frame),
            Double::Human(name) => {
                self.verifier.find(&path.key("human"), "human", &program.humans, name).map(|it| &it.frame)
            }
            Double::Effect(name) => {
                let signature = find_effect(name).and_then(|effect| Signature::parse(effect.signature));
                let Some(signature) = signature else {
                    self.report(&path.key("effect"), format!("there is no built-in effect `{name}`"));
                    return None;
                };
                let ty = |ty: &Type, optional: bool| {
                    let known = super::types::substitute(ty, &BTreeMap::new());
                    if optional { Type::Option(known.into()) } else { known }
                };
                let params = signature.params.unwrap_or_default();
                let params = params.iter().map(|it| (it.name.into(), ty(&it.ty, it.optional)));
                return Some(Known { params: params.collect(), result: ty(&signature.result, false) });
            }
        };
        frame.map(|frame: &Frame| Known {
            params: frame.params.iter().map(|param| (param.name.clone(), param.ty.clone())).collect(),
            result: frame.result.clone(),
        })
    }
}
