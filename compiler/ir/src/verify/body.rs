//! Expressions: the walk over a body, and values. Calls and control stand in their own modules.

use super::path::Path;
use super::types::Found;
use super::{Verifier, settings};
use crate::{BinaryOp, Field, Flow, Name, Node, Op, Param, Part, Slot, Type};
use std::collections::{BTreeMap, HashSet};

/// What a body may do.
#[derive(Clone, Copy)]
pub(super) enum Kind<'p> {
    /// Nothing but compute; the word says what it is.
    Pure(&'static str),
    /// Everything.
    Flow(&'p Flow),
}

/// The state of the walk over one body.
pub(super) struct Body<'v, 'p> {
    pub(super) verifier: &'v Verifier<'p>,
    /// What is known of each local so far; `None` until something is bound to it.
    pub(super) locals: Vec<Option<Type>>,
    pub(super) kind: Kind<'p>,
    /// Whether it is the body of a test.
    pub(super) is_test: bool,
    /// Locals that may not be used here: the parameters behind the one whose default this is.
    pub(super) hidden: HashSet<Slot>,
    /// The keys of the scope so far.
    pub(super) keys: HashSet<&'p str>,
    /// What is left by `break` with, for each loop around this place.
    pub(super) loops: Vec<Type>,
    /// What `return` yields; `None` where there is no `return`.
    pub(super) result: Option<&'p Type>,
    /// What `done` yields; `None` outside of endpoints.
    pub(super) done: Option<&'p Type>,
    /// The endpoints that were exposed so far.
    pub(super) exposed: HashSet<&'p str>,
    /// Whether a secret may stand here.
    secrets: bool,
    /// Whether a tool of an agent may stand here.
    pub(super) tools: bool,
}

impl<'v, 'p> Body<'v, 'p> {
    pub(super) fn new(verifier: &'v Verifier<'p>, locals: Vec<Option<Type>>, kind: Kind<'p>) -> Self {
        Self {
            verifier,
            locals,
            kind,
            is_test: false,
            hidden: HashSet::new(),
            keys: HashSet::new(),
            loops: Vec::new(),
            result: None,
            done: None,
            exposed: HashSet::new(),
            secrets: false,
            tools: false,
        }
    }

    pub(super) fn report(&self, path: &Path<'_>, message: impl Into<String>) {
        self.verifier.report(path, message);
    }

    /// The parameters of the flow that this is the body of.
    pub(super) fn params(&self) -> &'p [Param] {
        match self.kind {
            Kind::Flow(flow) => &flow.frame.params,
            Kind::Pure(_) => &[],
        }
    }

    /// Walks a whole body: its value and what it returns are of the result's type.
    pub(super) fn returns(&mut self, path: &Path<'_>, body: &'p Node, result: &'p Type) {
        self.result = Some(result);
        let found = self.node(path, body);
        // Without a result, the last value is dropped.
        if *self.verifier.types.resolve(result) != Type::None {
            self.agree(path, &found, result);
        }
    }

    /// Walks a node whose value is to be of a type.
    pub(super) fn expect(&mut self, path: &Path<'_>, node: &'p Node, asked: &Type) {
        let found = self.node(path, node);
        self.agree(&path.standing(node.at), &found, asked);
    }

    pub(super) fn agree(&self, path: &Path<'_>, found: &Type, asked: &Type) {
        if !self.verifier.types.agree(found, asked) {
            self.report(path, format!("this is `{found}`, but `{asked}` is asked for"));
        }
    }

    /// Walks a setting, the one place where secrets may stand.
    pub(super) fn setting(&mut self, path: &Path<'_>, name: &str, node: &'p Node) {
        let before = std::mem::replace(&mut self.secrets, settings::carries_secrets(name));
        let tools = std::mem::replace(&mut self.tools, name == "tools");
        match name {
            "timeout" => self.expect(path, node, &Type::Duration),
            "retry" | "turns" => self.expect(path, node, &Type::Int),
            _ => {
                self.node(path, node);
            }
        }
        (self.secrets, self.tools) = (before, tools);
    }

    /// Walks something whose keys have siblings of their own only.
    pub(super) fn fresh_scope<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.keys);
        let value = walk(self);
        self.keys = outer;
        value
    }

    /// A key is there, and tells its node apart from its siblings.
    pub(super) fn key(&mut self, path: &Path<'_>, key: &'p str) {
        if key.is_empty() {
            self.report(&path.key("key"), "the key is empty");
        } else if !self.keys.insert(key) {
            self.report(&path.key("key"), format!("the key `{key}` is there twice in one scope"));
        }
    }

    /// Only a flow has effects.
    pub(super) fn effectful(&self, path: &Path<'_>, what: &str) {
        if let Kind::Pure(kind) = self.kind {
            self.report(path, format!("{what} has an effect, and {kind} has none"));
        }
    }

    pub(super) fn slot(&self, path: &Path<'_>, slot: Slot) -> Option<usize> {
        let index = usize::try_from(slot).ok().filter(|index| *index < self.locals.len());
        if index.is_none() {
            self.report(path, format!("there is no local {slot}, the frame has {}", self.locals.len()));
        }
        index
    }

    /// What is known of a local that something was bound to before, as it must be.
    pub(super) fn bound(&self, path: &Path<'_>, slot: Slot) -> Option<Type> {
        let local = self.locals.get(self.slot(path, slot)?)?;
        if local.is_none() {
            self.report(path, format!("nothing was bound to the local {slot} before"));
        }
        local.clone()
    }

    /// Gives a local a value. It may be assigned another one later, of a type that fits beside `none`.
    pub(super) fn bind(&mut self, path: &Path<'_>, slot: Slot, ty: Type) {
        if let Some(index) = self.slot(path, slot)
            && let Some(local) = self.locals.get_mut(index)
        {
            *local = Some(without_none(ty));
        }
    }

    pub(super) fn parts(&mut self, path: &Path<'_>, parts: &'p [Part]) {
        for (index, part) in parts.iter().enumerate() {
            if let Part::Value(node) = part {
                self.node(&path.index(index).key("value"), node);
            }
        }
    }

    pub(super) fn nodes(&mut self, path: &Path<'_>, nodes: &'p [Node]) -> Vec<Type> {
        nodes.iter().enumerate().map(|(index, node)| self.node(&path.index(index), node)).collect()
    }

    /// Walks a node, and says what is known of its value's type.
    pub(super) fn node(&mut self, path: &Path<'_>, node: &'p Node) -> Type {
        let path = path.standing(node.at);
        self.verifier.span(&path, node.at);
        let path = &path.key("op");
        match &node.op {
            Op::None => Type::None,
            Op::Bool(_) => Type::Bool,
            Op::Int(_) => Type::Int,
            Op::Float(value) => {
                if !value.is_finite() {
                    self.report(&path.key("float"), "a `float` in a document is finite");
                }
                Type::Float
            }
            Op::String(_) => Type::String,
            Op::Duration(_) => Type::Duration,
            Op::Money(_) => Type::Money,
            Op::Template(..)
            | Op::List(..)
            | Op::Map(..)
            | Op::Record { .. }
            | Op::Variant { .. }
            | Op::Local(..)
            | Op::Const(..)
            | Op::Secret(..)
            | Op::Field { .. }
            | Op::Index { .. }
            | Op::Neg(..)
            | Op::Not(..)
            | Op::Binary { .. }
            | Op::ToFloat(..)
            | Op::Hold { .. } => self.value(path, &node.op),
            Op::Method { .. }
            | Op::Closure { .. }
            | Op::CallFn { .. }
            | Op::Call { .. }
            | Op::Effect { .. }
            | Op::Emit { .. }
            | Op::Handoff { .. } => self.call(path, &node.op),
            Op::Process(op) => self.process(&path.key("process"), op),
            Op::Test(op) => self.testing(&path.key("test"), op),
            _ => self.control(path, &node.op),
        }
    }

    fn value(&mut self, path: &Path<'_>, op: &'p Op) -> Type {
        match op {
            Op::Template(parts) => {
                self.parts(&path.key("template"), parts);
                Type::String
            }
            Op::List(items) => {
                let types = self.nodes(&path.key("list"), items);
                let element =
                    types.into_iter().fold(Type::Never, |one, other| self.verifier.types.join(one, other));
                Type::List(element.into())
            }
            Op::Map(entries) => {
                let path = path.key("map");
                let (mut key, mut value) = (Type::Never, Type::Never);
                for (index, (k, v)) in entries.iter().enumerate() {
                    let path = path.index(index);
                    let (k, v) = (self.node(&path.index(0), k), self.node(&path.index(1), v));
                    key = self.verifier.types.join(key, k);
                    value = self.verifier.types.join(value, v);
                }
                Type::Map(key.into(), value.into())
            }
            Op::Record { ty, fields } => self.record(&path.key("record"), ty.as_ref(), fields),
            Op::Variant { ty, variant, fields } => self.variant(&path.key("variant"), ty, variant, fields),
            Op::Local(slot) => {
                if self.hidden.contains(slot) {
                    self.report(&path.key("local"), "a default may use only the parameters before it");
                    return Type::Never;
                }
                let known = self.bound(&path.key("local"), *slot).unwrap_or(Type::Never);
                self.shown(known)
            }
            Op::Const(name) => {
                let found =
                    self.verifier.find(&path.key("const"), "constant", &self.verifier.program.consts, name);
                found.map_or(Type::Never, |item| item.ty.clone())
            }
            Op::Secret(name) => {
                if !self.secrets {
                    let message = format!(
                        "the secret `{name}` may not stand here, only in `env`, `mcp` and `provider`"
                    );
                    self.report(&path.key("secret"), message);
                }
                if !self.verifier.program.secrets.contains(name) {
                    self.report(&path.key("secret"), format!("there is no secret `{name}`"));
                }
                Type::Never
            }
            Op::Field { base, name, optional } => self.field(&path.key("field"), base, name, *optional),
            Op::Index { base, index } => {
                let path = path.key("index");
                let base = self.node(&path.key("base"), base);
                self.node(&path.key("index"), index);
                match self.verifier.types.resolve(&base) {
                    Type::List(element) => (**element).clone(),
                    Type::Map(_, value) => (**value).clone(),
                    _ => Type::Never,
                }
            }
            Op::Neg(value) => self.node(&path.key("neg"), value),
            Op::Not(value) => {
                self.expect(&path.key("not"), value, &Type::Bool);
                Type::Bool
            }
            Op::Binary { op, left, right } => {
                let path = path.key("binary");
                let left = self.node(&path.key("left"), left);
                let right = self.node(&path.key("right"), right);
                self.binary(&path, *op, left, right)
            }
            Op::ToFloat(value) => {
                let asked = Type::Option(Type::Int.into());
                let path = path.key("to_float");
                let found = self.node(&path, value);
                self.agree(&path.standing(value.at), &found, &asked);
                match self.verifier.types.resolve(&found) {
                    Type::Option(_) => Type::Option(Type::Float.into()),
                    _ => Type::Float,
                }
            }
            Op::Hold { value, ty } => {
                let path = path.key("hold");
                self.verifier.ty(&path.key("type"), ty);
                self.expect(&path.key("value"), value, ty);
                ty.clone()
            }
            _ => Type::Never,
        }
    }

    fn binary(&self, path: &Path<'_>, op: BinaryOp, left: Type, right: Type) -> Type {
        let types = self.verifier.types;
        match op {
            BinaryOp::Or
            | BinaryOp::And
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::In => Type::Bool,
            BinaryOp::Range => Type::List(Type::Int.into()),
            BinaryOp::Coalesce => match types.resolve(&left) {
                Type::Option(value) => types.join((**value).clone(), right),
                Type::None => right,
                _ => types.join(left, right),
            },
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                // Where `is` has narrowed an option, only the checker knows.
                let plain = |ty| match types.resolve(ty) {
                    Type::Option(value) => types.resolve(value),
                    Type::None => &Type::Never,
                    other => other,
                };
                let (a, b) = (plain(&left), plain(&right));
                match (op, a, b) {
                    (_, Type::Never, _) | (_, _, Type::Never) => Type::Never,
                    (BinaryOp::Add, Type::List(a), Type::List(b)) => {
                        Type::List(types.join((**a).clone(), (**b).clone()).into())
                    }
                    _ => arithmetic(op, a, b).unwrap_or_else(|| {
                        self.report(path, format!("this takes no `{left}` and `{right}`"));
                        Type::Never
                    }),
                }
            }
        }
    }

    fn record(&mut self, path: &Path<'_>, ty: Option<&'p Name>, fields: &'p BTreeMap<Name, Node>) -> Type {
        let here = path.key("fields");
        let Some(name) = ty else {
            let types = fields.iter().map(|(name, node)| (name.clone(), self.node(&here.key(name), node)));
            return Type::Record(types.collect());
        };
        match self.verifier.types.record(name) {
            Some(known) => self.fields(path, name, known, fields),
            None => {
                self.report(&path.key("type"), format!("there is no record type `{name}`"));
                fields.iter().for_each(|(name, node)| drop(self.node(&here.key(name), node)));
            }
        }
        Type::Named(name.clone())
    }

    fn variant(
        &mut self,
        path: &Path<'_>,
        ty: &'p Name,
        name: &Name,
        fields: &'p BTreeMap<Name, Node>,
    ) -> Type {
        let variants = self.verifier.types.variants(ty);
        match variants.map(|variants| variants.iter().find(|variant| variant.name == *name)) {
            Some(Some(variant)) => self.fields(path, name, &variant.fields, fields),
            missing => {
                match missing {
                    None => self.report(&path.key("type"), format!("there is no enum or union `{ty}`")),
                    Some(_) => self.report(&path.key("variant"), format!("`{ty}` has no variant `{name}`")),
                }
                let path = path.key("fields");
                fields.iter().for_each(|(name, node)| drop(self.node(&path.key(name), node)));
            }
        }
        Type::Named(ty.clone())
    }

    /// Every field is given, of its type, and no other.
    fn fields(&mut self, path: &Path<'_>, owner: &str, known: &'p [Field], given: &'p BTreeMap<Name, Node>) {
        let here = path.key("fields");
        for field in known {
            if !given.contains_key(&field.name) {
                self.report(path, format!("`{owner}` lacks its field `{}`", field.name));
            }
        }
        for (name, node) in given {
            match known.iter().find(|field| field.name == *name) {
                Some(field) => self.expect(&here.key(name), node, &field.ty),
                None => {
                    self.report(&here.key(name), format!("`{owner}` has no field `{name}`"));
                    self.node(&here.key(name), node);
                }
            }
        }
    }

    /// What a test can have shown of a local or a field of one: that it is not `none`.
    fn shown(&self, ty: Type) -> Type {
        match self.verifier.types.resolve(&ty) {
            Type::Option(value) => (**value).clone(),
            _ => ty,
        }
    }

    fn field(&mut self, path: &Path<'_>, base: &'p Node, name: &str, optional: bool) -> Type {
        let base = self.node(&path.key("base"), base);
        let types = self.verifier.types;
        let (inner, cut_short) = match types.resolve(&base) {
            Type::Option(inner) if optional => (&**inner, true),
            _ => (&base, false),
        };
        match types.field(inner, name) {
            Found::Type(ty) if cut_short && !matches!(ty, Type::Option(_)) => Type::Option(ty.into()),
            Found::Type(ty) if optional => ty,
            Found::Type(ty) => self.shown(ty),
            Found::Unknown => Type::Never,
            Found::Missing => {
                self.report(&path.key("name"), format!("`{inner}` has no field `{name}`"));
                Type::Never
            }
        }
    }
}

/// The type of an operation between two numbers, texts, times or amounts; `None` if there is none between these two.
fn arithmetic(op: BinaryOp, left: &Type, right: &Type) -> Option<Type> {
    use BinaryOp::{Add, Div, Mul, Rem, Sub};
    use Type::{Duration, Float, Int, Money, String, Time};
    Some(match (op, left, right) {
        (_, Int, Int) => Int,
        (_, Int | Float, Int | Float) => Float,
        (Add, String, String) => String,
        (Add | Sub | Rem, Duration, Duration) | (Sub, Time, Time) => Duration,
        (Add | Sub, Time, Duration) | (Add, Duration, Time) => Time,
        (Add | Sub | Rem, Money, Money) => Money,
        (Mul | Div, Duration, Int | Float) | (Mul, Int | Float, Duration) => Duration,
        (Mul | Div, Money, Int | Float) | (Mul, Int | Float, Money) => Money,
        (Div, Duration, Duration) | (Div, Money, Money) => Float,
        _ => return None,
    })
}

/// A type with nothing known where it says `none`.
fn without_none(ty: Type) -> Type {
    match ty {
        Type::None => Type::Never,
        Type::List(element) => Type::List(without_none(*element).into()),
        Type::Option(value) => Type::Option(without_none(*value).into()),
        Type::Map(key, value) => Type::Map(key, without_none(*value).into()),
        Type::Record(fields) => {
            Type::Record(fields.into_iter().map(|(name, ty)| (name, without_none(ty))).collect())
        }
        other => other,
    }
}
