//! Expressions: blocks, branches, loops, concurrency, leaving; and patterns.

use super::body::{Body, Kind};
use super::path::Path;
use crate::{Arm, Name, Node, Op, Pattern, RaceArm, Slot, Step, Type};
use std::collections::{BTreeSet, HashSet};

impl<'p> Body<'_, 'p> {
    pub(super) fn control(&mut self, path: &Path<'_>, op: &'p Op) -> Type {
        match op {
            Op::Is { value, pattern } => {
                let path = path.key("is");
                let value = self.node(&path.key("value"), value);
                self.pattern(&path.key("pattern"), pattern, &value);
                Type::Bool
            }
            Op::Block(nodes) => self.nodes(&path.key("block"), nodes).pop().unwrap_or(Type::None),
            Op::Let { pattern, value } => {
                let path = path.key("let");
                let value = self.node(&path.key("value"), value);
                self.pattern(&path.key("pattern"), pattern, &value);
                // Control may never come behind a value of which nothing is known.
                if value == Type::Never { Type::Never } else { Type::None }
            }
            Op::Set { slot, path: way, ty, value } => {
                if let Some(ty) = ty {
                    self.verifier.ty(&path.key("set").key("type"), ty);
                }
                // As with `let`.
                match self.set(&path.key("set"), *slot, way, value) {
                    Type::Never => Type::Never,
                    _ => Type::None,
                }
            }
            Op::If { condition, then, otherwise } => {
                let path = path.key("if");
                self.expect(&path.key("condition"), condition, &Type::Bool);
                let then = self.node(&path.key("then"), then);
                match otherwise {
                    Some(node) => {
                        let other = self.node(&path.key("else"), node);
                        self.verifier.types.join(then, other)
                    }
                    // `none`, where the condition does not hold.
                    None => Type::None,
                }
            }
            Op::Match { value, arms } => self.matching(&path.key("match"), value, arms),
            Op::Catch { body, binder, handler } => {
                let path = path.key("catch");
                let body = self.node(&path.key("body"), body);
                if let Some(slot) = binder {
                    self.bind(&path.key("binder"), *slot, Type::Failure);
                }
                let handler = self.node(&path.key("handler"), handler);
                self.verifier.types.join(body, handler)
            }
            Op::Require { condition, message } => {
                let path = path.key("require");
                self.expect(&path.key("condition"), condition, &Type::Bool);
                self.node(&path.key("message"), message);
                Type::None
            }
            Op::Loop { .. } | Op::For { .. } => self.repeating(path, op),
            Op::Parallel { .. } | Op::Race { .. } | Op::Defer { .. } => self.concurrent(path, op),
            _ => self.leaving(path, op),
        }
    }

    /// Walks an assignment; yields what is known of the value.
    fn set(&mut self, path: &Path<'_>, slot: Slot, way: &'p [Step], value: &'p Node) -> Type {
        let here = path.key("path");
        for (index, step) in way.iter().enumerate() {
            if let Step::Index(node) = step {
                self.node(&here.index(index).key("index"), node);
            }
        }
        let value = self.node(&path.key("value"), value);
        self.bound(&path.key("slot"), slot);
        value
    }

    fn matching(&mut self, path: &Path<'_>, value: &'p Node, arms: &'p [Arm]) -> Type {
        let value = self.node(&path.key("value"), value);
        let here = path.key("arms");
        let mut yields = Type::Never;
        for (index, arm) in arms.iter().enumerate() {
            let here = here.index(index);
            self.pattern(&here.key("pattern"), &arm.pattern, &value);
            if let Some(guard) = &arm.guard {
                self.expect(&here.key("guard"), guard, &Type::Bool);
            }
            let body = self.node(&here.key("body"), &arm.body);
            yields = self.verifier.types.join(yields, body);
        }
        yields
    }

    fn repeating(&mut self, path: &Path<'_>, op: &'p Op) -> Type {
        match op {
            Op::Loop { key, max, body, otherwise } => {
                let path = path.key("loop");
                self.key(&path, key);
                match max {
                    Some(max) => self.expect(&path.key("max"), max, &Type::Int),
                    None if self.has_budget() => {}
                    None => self.report(&path, "this loop has no bound, and nothing around it has a budget"),
                }
                let (_, left) = self.rounds(&path.key("body"), body);
                match otherwise {
                    Some(node) => {
                        let other = self.fresh_scope(|walk| walk.node(&path.key("else"), node));
                        self.verifier.types.join(left, other)
                    }
                    None => left,
                }
            }
            Op::For { key, parallel, pattern, list, max, body } => {
                let path = path.key("for");
                self.key(&path, key);
                if *parallel {
                    self.effectful(&path, "`parallel for`");
                }
                let list = self.node(&path.key("list"), list);
                if let Some(max) = max {
                    self.expect(&path.key("max"), max, &Type::Int);
                }
                let element = match self.verifier.types.resolve(&list) {
                    Type::List(element) => (**element).clone(),
                    _ => Type::Never,
                };
                self.pattern(&path.key("pattern"), pattern, &element);
                let (yields, _) = self.rounds(&path.key("body"), body);
                Type::List(yields.into())
            }
            _ => Type::Never,
        }
    }

    /// Whether a budget ends what would go on.
    fn has_budget(&self) -> bool {
        matches!(self.kind, Kind::Flow(flow) if flow.budget.is_some())
    }

    /// The body of a loop, in a scope of its own: what it yields, and what it is left with.
    pub(super) fn rounds(&mut self, path: &Path<'_>, body: &'p Node) -> (Type, Type) {
        self.loops.push(Type::Never);
        let yields = self.fresh_scope(|walk| walk.node(path, body));
        (yields, self.loops.pop().unwrap_or(Type::Never))
    }

    fn concurrent(&mut self, path: &Path<'_>, op: &'p Op) -> Type {
        match op {
            Op::Parallel { key, branches } => {
                let path = path.key("parallel");
                self.effectful(&path, "`parallel`");
                self.key(&path, key);
                self.branches(&path.key("branches"), branches)
            }
            Op::Race { key, arms } => {
                let path = path.key("race");
                self.effectful(&path, "`race`");
                self.key(&path, key);
                self.race(&path.key("arms"), arms)
            }
            Op::Defer { key, body } => {
                let path = path.key("defer");
                self.effectful(&path, "`defer`");
                self.key(&path, key);
                self.fresh_scope(|walk| walk.node(&path.key("body"), body));
                Type::None
            }
            _ => Type::Never,
        }
    }

    fn branches(&mut self, path: &Path<'_>, branches: &'p [(Name, Node)]) -> Type {
        let mut names = HashSet::new();
        let mut types = std::collections::BTreeMap::new();
        for (index, (name, node)) in branches.iter().enumerate() {
            let path = path.index(index);
            if name.is_empty() {
                self.report(&path.index(0), "the branch has no name");
            } else if !names.insert(name) {
                self.report(&path.index(0), format!("the branch `{name}` is there twice"));
            }
            let ty = self.fresh_scope(|walk| walk.node(&path.index(1), node));
            types.insert(name.clone(), ty);
        }
        // A branch that never ends ends all of them.
        if types.values().any(|ty| *ty == Type::Never) { Type::Never } else { Type::Record(types) }
    }

    fn race(&mut self, path: &Path<'_>, arms: &'p [RaceArm]) -> Type {
        let mut yields = Type::Never;
        for (index, arm) in arms.iter().enumerate() {
            let path = path.index(index);
            let value = self.fresh_scope(|walk| walk.node(&path.key("value"), &arm.value));
            self.pattern(&path.key("pattern"), &arm.pattern, &value);
            let body = self.fresh_scope(|walk| walk.node(&path.key("body"), &arm.body));
            yields = self.verifier.types.join(yields, body);
        }
        yields
    }

    fn leaving(&mut self, path: &Path<'_>, op: &'p Op) -> Type {
        match op {
            Op::Return(value) => match (self.result, value) {
                (None, _) => self.report(&path.key("return"), "there is nothing here to return from"),
                (Some(result), Some(value)) => self.expect(&path.key("return"), value, result),
                (Some(_), None) => {}
            },
            Op::Break(value) => {
                let found = value.as_ref().map_or(Type::None, |value| self.node(&path.key("break"), value));
                match self.loops.pop() {
                    Some(left) => self.loops.push(self.verifier.types.join(left, found)),
                    None => self.report(&path.key("break"), "there is no loop around it"),
                }
            }
            Op::Continue if self.loops.is_empty() => self.report(path, "there is no loop around it"),
            Op::Fail(reason) => drop(self.node(&path.key("fail"), reason)),
            Op::Blocked { key, reason } => {
                let path = path.key("blocked");
                self.effectful(&path, "`blocked`");
                self.key(&path, key);
                self.node(&path.key("reason"), reason);
            }
            _ => {}
        }
        Type::Never
    }

    /// Walks a pattern and binds its locals, as far as the type of what it is matched against is known.
    pub(super) fn pattern(&mut self, path: &Path<'_>, pattern: &'p Pattern, value: &Type) {
        let types = self.verifier.types;
        match pattern {
            Pattern::Any | Pattern::Int(_) | Pattern::String(_) | Pattern::Bool(_) | Pattern::None => {}
            Pattern::Bind(slot) => self.bind(&path.key("bind"), *slot, value.clone()),
            Pattern::Some(inner) => {
                let value = match types.resolve(value) {
                    Type::Option(value) => value,
                    Type::None => &Type::Never,
                    other => other,
                };
                self.pattern(&path.key("some"), inner, value);
            }
            Pattern::Variant { variant, fields } => {
                self.variant_pattern(&path.key("variant"), variant, fields, value)
            }
            Pattern::Record(fields) => {
                let path = path.key("record");
                for (index, (name, pattern)) in fields.iter().enumerate() {
                    let path = path.index(index);
                    let ty = match types.field(value, name) {
                        super::types::Found::Type(ty) => ty,
                        super::types::Found::Unknown => Type::Never,
                        super::types::Found::Missing => {
                            self.report(&path.index(0), format!("`{value}` has no field `{name}`"));
                            Type::Never
                        }
                    };
                    self.pattern(&path.index(1), pattern, &ty);
                }
            }
            Pattern::Or(patterns) => {
                let path = path.key("or");
                let first = patterns.first().map(bound);
                for (index, pattern) in patterns.iter().enumerate() {
                    if first.as_ref().is_some_and(|first| *first != bound(pattern)) {
                        self.report(&path.index(index), "every alternative binds the same locals");
                    }
                    self.pattern(&path.index(index), pattern, value);
                }
            }
        }
    }

    fn variant_pattern(&mut self, path: &Path<'_>, name: &Name, fields: &'p [(Name, Pattern)], value: &Type) {
        let types = self.verifier.types;
        let value = match types.resolve(value) {
            Type::Option(inner) => types.resolve(inner),
            other => other,
        };
        if let Type::Event(result, event) = value {
            return self.event_pattern(path, name, fields, (result, event));
        }
        let variants = match value {
            Type::Named(ty) => types.variants(ty),
            _ => None,
        };
        let found = variants.and_then(|variants| variants.iter().find(|variant| variant.name == *name));
        let is_known =
            || types.any_variant(name) || types.event_variant(name, &Type::Never, &Type::Never).is_some();
        if *value == Type::Never && !is_known() {
            self.report(&path.key("variant"), format!("nothing has a variant `{name}`"));
        }
        if variants.is_some() && found.is_none() {
            self.report(&path.key("variant"), format!("`{value}` has no variant `{name}`"));
        }
        let here = path.key("fields");
        for (index, (name, pattern)) in fields.iter().enumerate() {
            let here = here.index(index);
            let field = found.map(|variant| variant.fields.iter().find(|field| field.name == *name));
            if let (Some(None), Some(variant)) = (field, found) {
                self.report(&here.index(0), format!("`{}` has no field `{name}`", variant.name));
            }
            let ty = field.flatten().map_or(Type::Never, |field| field.ty.clone());
            self.pattern(&here.index(1), pattern, &ty);
        }
    }
}

impl<'p> Body<'_, 'p> {
    fn event_pattern(
        &mut self,
        path: &Path<'_>,
        name: &Name,
        fields: &'p [(Name, Pattern)],
        (result, event): (&Type, &Type),
    ) {
        let known = self.verifier.types.event_variant(name, result, event);
        if known.is_none() {
            self.report(&path.key("variant"), format!("an event has no variant `{name}`"));
        }
        let here = path.key("fields");
        for (index, (field, pattern)) in fields.iter().enumerate() {
            let here = here.index(index);
            let found = known.iter().flatten().find(|(known, _)| known == field);
            if known.is_some() && found.is_none() {
                self.report(&here.index(0), format!("`{name}` has no field `{field}`"));
            }
            let ty = found.map_or(Type::Never, |(_, ty)| ty.clone());
            self.pattern(&here.index(1), pattern, &ty);
        }
    }
}

/// The locals that a pattern binds.
fn bound(pattern: &Pattern) -> BTreeSet<Slot> {
    match pattern {
        Pattern::Bind(slot) => BTreeSet::from([*slot]),
        Pattern::Some(inner) => bound(inner),
        Pattern::Variant { fields, .. } | Pattern::Record(fields) => {
            fields.iter().flat_map(|(_, pattern)| bound(pattern)).collect()
        }
        Pattern::Or(patterns) => patterns.first().map(bound).unwrap_or_default(),
        Pattern::Any | Pattern::Int(_) | Pattern::String(_) | Pattern::Bool(_) | Pattern::None => {
            BTreeSet::new()
        }
    }
}
