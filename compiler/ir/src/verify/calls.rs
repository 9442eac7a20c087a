//! Expressions: calls, their arguments, methods and closures.

use super::body::{Body, Kind};
use super::path::Path;
use super::settings;
use super::types::{kind, substitute};
use crate::builtins::{METHODS, Signature, SignatureParam, find_effect, parse_type};
use crate::{Frame, Name, Node, Op, Param, Target, Type};
use std::collections::BTreeMap;

/// What is known to stand in the places of a method's type variables: lower bounds, so good for results, never for what is
/// asked of arguments.
type Bound = BTreeMap<Name, Type>;

impl<'p> Body<'_, 'p> {
    pub(super) fn call(&mut self, path: &Path<'_>, op: &'p Op) -> Type {
        let program = self.verifier.program;
        match op {
            Op::Method { method, receiver, args, optional } => {
                self.method(&path.key("method"), method, receiver, args, *optional)
            }
            Op::Closure { body, .. } => {
                self.report(&path.key("closure"), "a closure stands only among the arguments of a method");
                self.node(&path.key("closure").key("body"), body);
                Type::Never
            }
            Op::CallFn { name, args } => {
                let path = path.key("call_fn");
                let found = self.verifier.find(&path.key("fn"), "function", &program.fns, name);
                self.called(&path.key("args"), name, found.map(|item| &item.frame), args)
            }
            Op::Call { key, target, args, options } => {
                let path = path.key("call");
                self.effectful(&path, "a call");
                self.key(&path, key);
                let (name, frame) = self.target(&path.key("target"), target);
                let result = self.called(&path.key("args"), name, frame, args);
                self.options(&path.key("options"), target, options);
                result
            }
            Op::Effect { key, effect, args, result } => {
                let path = path.key("effect");
                self.effectful(&path, "a built-in effect");
                self.key(&path, key);
                self.effect(&path, effect, args, result)
            }
            Op::Emit { key, value } => {
                let path = path.key("emit");
                self.key(&path, key);
                match self.kind {
                    Kind::Flow(flow) => match &flow.emits {
                        Some(emits) => self.expect(&path.key("value"), value, emits),
                        None => self.report(&path, "this flow emits nothing"),
                    },
                    Kind::Pure(_) => self.effectful(&path, "an event"),
                }
                Type::None
            }
            Op::Handoff { stage, args } => {
                let path = path.key("handoff");
                match self.kind {
                    Kind::Flow(flow) => {
                        let found = self.verifier.find(&path.key("stage"), "stage", &flow.stages, stage);
                        self.arguments(
                            &path.key("args"),
                            stage,
                            found.map(|stage| stage.params.as_slice()),
                            args,
                        );
                    }
                    Kind::Pure(_) => self.effectful(&path, "a handoff"),
                }
                Type::Never
            }
            _ => Type::Never,
        }
    }

    pub(super) fn target(&self, path: &Path<'_>, target: &'p Target) -> (&'p Name, Option<&'p Frame>) {
        let program = self.verifier.program;
        match target {
            Target::Command(name) => {
                let found = self.verifier.find(&path.key("command"), "command", &program.commands, name);
                (name, found.map(|item| &item.frame))
            }
            Target::Agent(name) => {
                let found = self.verifier.find(&path.key("agent"), "agent", &program.agents, name);
                (name, found.map(|item| &item.frame))
            }
            Target::Human(name) => {
                let found = self.verifier.find(&path.key("human"), "human", &program.humans, name);
                (name, found.map(|item| &item.frame))
            }
            Target::Flow(name) => {
                let found = self.verifier.find(&path.key("flow"), "flow", &program.flows, name);
                (name, found.map(|item| &item.frame))
            }
        }
    }

    pub(super) fn options(&mut self, path: &Path<'_>, target: &Target, options: &'p BTreeMap<Name, Node>) {
        for (name, node) in options {
            if !settings::is_option(target, name) {
                self.report(&path.key(name), format!("a call of this kind has no option `{name}`"));
            }
            self.setting(&path.key(name), name, node);
        }
    }

    pub(super) fn called(
        &mut self,
        path: &Path<'_>,
        name: &str,
        frame: Option<&'p Frame>,
        args: &'p [Option<Node>],
    ) -> Type {
        self.arguments(path, name, frame.map(|frame| frame.params.as_slice()), args);
        frame.map_or(Type::Never, |frame| frame.result.clone())
    }

    /// One argument for each parameter, of its type; one that is left out has a default.
    pub(super) fn arguments(
        &mut self,
        path: &Path<'_>,
        callee: &str,
        params: Option<&'p [Param]>,
        args: &'p [Option<Node>],
    ) {
        if let Some(params) = params
            && params.len() != args.len()
        {
            self.report(
                path,
                format!("`{callee}` takes {}, this gives {}", arguments(params.len()), args.len()),
            );
        }
        for (index, arg) in args.iter().enumerate() {
            let path = path.index(index);
            let param = params.and_then(|params| params.get(index));
            match (arg, param) {
                (Some(node), param) => {
                    let found = self.node(&path, node);
                    if let Some(param) = param
                        && !self.verifier.types.agree(&found, &param.ty)
                    {
                        let asked = format!("`{callee}` takes `{}` as `{}`", param.ty, param.name);
                        let message = format!("hands over the wrong type: {asked}, this is `{found}`");
                        self.report(&path.standing(node.at), message);
                    }
                }
                (None, Some(param)) if param.default.is_none() => {
                    self.report(
                        &path,
                        format!("`{}` of `{callee}` is left out and has no default", param.name),
                    );
                }
                (None, _) => {}
            }
        }
    }

    fn effect(&mut self, path: &Path<'_>, name: &str, args: &'p [Option<Node>], result: &'p Type) -> Type {
        self.verifier.ty(&path.key("result"), result);
        let signature = find_effect(name).and_then(|effect| Signature::parse(effect.signature));
        let Some(signature) = signature else {
            self.report(&path.key("effect"), format!("there is no built-in effect `{name}`"));
            return Type::Never;
        };
        let params = signature.params.unwrap_or_default();
        let here = path.key("args");
        if params.len() != args.len() {
            self.report(
                &here,
                format!("`{name}` takes {}, this gives {}", arguments(params.len()), args.len()),
            );
        }
        let mut bound = Bound::new();
        for (index, arg) in args.iter().enumerate() {
            let here = here.index(index);
            match (arg, params.get(index)) {
                (Some(node), Some(param)) => {
                    let found = self.node(&here, node);
                    let asked = substitute(&param.ty, &Bound::new());
                    self.agree(&here.standing(node.at), &found, &asked);
                    self.verifier.types.unify(&param.ty, &found, &mut bound);
                    if name == "connect" {
                        self.connected(&here.standing(node.at), param.name, node, &found);
                    }
                }
                (Some(node), None) => drop(self.node(&here, node)),
                (None, Some(param)) if !param.optional => {
                    self.report(&here, format!("`{}` of `{name}` cannot be left out", param.name));
                }
                (None, _) => {}
            }
        }
        let declared = substitute(&signature.result, &bound);
        if !self.verifier.types.agree(&declared, result) {
            self.report(&path.key("result"), format!("`{name}` yields `{declared}`, not `{result}`"));
        }
        result.clone()
    }

    fn method(
        &mut self,
        path: &Path<'_>,
        name: &str,
        receiver: &'p Node,
        args: &'p [Node],
        optional: bool,
    ) -> Type {
        let given = self.node(&path.key("receiver"), receiver);
        let method = METHODS.iter().find(|method| {
            name.strip_prefix(method.on).and_then(|rest| rest.strip_prefix('.')) == Some(method.name)
        });
        let signature = method.and_then(|method| Signature::parse(method.signature));
        let (Some(method), Some(Signature { params: Some(params), result })) = (method, signature) else {
            self.report(&path.key("method"), format!("there is no method `{name}`"));
            self.nodes(&path.key("args"), args);
            return Type::Never;
        };
        let given = match self.verifier.types.resolve(&given) {
            Type::Option(inner) if optional => self.verifier.types.resolve(inner).clone(),
            other => other.clone(),
        };
        let fits = match given {
            Type::Never => true,
            Type::None => optional || method.on == "option",
            _ => method.on == "option" || kind(&given) == Some(method.on),
        };
        if !fits {
            self.report(
                &path.key("receiver"),
                format!("`{name}` is a method of `{}`, this is `{given}`", method.receiver),
            );
        }
        let mut bound = Bound::new();
        if let Some(pattern) = parse_type(method.receiver) {
            self.verifier.types.unify(&pattern, &given, &mut bound);
        }
        self.method_arguments(&path.key("args"), name, &params, args, &mut bound);
        let result = substitute(&result, &bound);
        if optional && !matches!(result, Type::Option(_)) { Type::Option(result.into()) } else { result }
    }

    fn method_arguments(
        &mut self,
        path: &Path<'_>,
        name: &str,
        params: &[SignatureParam],
        args: &'p [Node],
        bound: &mut Bound,
    ) {
        if params.len() != args.len() {
            self.report(
                path,
                format!("`{name}` takes {}, this gives {}", arguments(params.len()), args.len()),
            );
        }
        for (index, arg) in args.iter().enumerate() {
            let path = path.index(index);
            let param = params.get(index);
            let takes = param.and_then(|param| param.closure.as_deref());
            match (&arg.op, param, takes) {
                (Op::Closure { params, body }, Some(param), Some(takes)) => {
                    let path = path.standing(arg.at);
                    self.verifier.span(&path, arg.at);
                    let takes: Vec<Type> = takes.iter().map(|ty| substitute(ty, bound)).collect();
                    let yields = self.closure(&path.key("op").key("closure"), &takes, params, body);
                    self.verifier.types.unify(&param.ty, &yields, bound);
                    let asked = substitute(&param.ty, &Bound::new());
                    if !self.verifier.types.agree(&yields, &asked) {
                        self.report(
                            &path,
                            format!("this closure yields `{yields}`, `{name}` asks for `{asked}`"),
                        );
                    }
                }
                (_, Some(_), Some(_)) => {
                    self.report(&path, format!("`{name}` takes a closure here"));
                    self.node(&path, arg);
                }
                (_, Some(param), None) => {
                    let found = self.node(&path, arg);
                    self.verifier.types.unify(&param.ty, &found, bound);
                    let asked = substitute(&param.ty, &Bound::new());
                    if !self.verifier.types.agree(&found, &asked) {
                        self.report(&path, format!("`{name}` takes `{asked}` here, this is `{found}`"));
                    }
                }
                _ => drop(self.node(&path, arg)),
            }
        }
    }

    pub(super) fn closure(
        &mut self,
        path: &Path<'_>,
        takes: &[Type],
        params: &'p [u32],
        body: &'p Node,
    ) -> Type {
        if takes.len() != params.len() {
            let message = format!("the closure is given {}, it has {}", arguments(takes.len()), params.len());
            self.report(&path.key("params"), message);
        }
        for (index, slot) in params.iter().enumerate() {
            let ty = takes.get(index).cloned().unwrap_or(Type::Never);
            self.bind(&path.key("params").index(index), *slot, ty);
        }
        let kind = std::mem::replace(&mut self.kind, Kind::Pure("a closure"));
        let (loops, result) = (std::mem::take(&mut self.loops), self.result.take());
        let yields = self.fresh_scope(|body_walk| body_walk.node(&path.key("body"), body));
        (self.kind, self.loops, self.result) = (kind, loops, result);
        yields
    }
}

/// `no argument`, `1 argument`, `2 arguments`.
fn arguments(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "1 argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}
