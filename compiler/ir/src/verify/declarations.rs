//! What stands at the top of a program: types, constants, and everything that is called.

use super::body::{Body, Kind};
use super::path::Path;
use super::{Verifier, settings, text};
use crate::{
    Agent, Command, Const, Field, Flow, Frame, Human, Output, Param, Refinement, Run, Stage, Type, TypeBody,
    TypeDef, Variant,
};
use std::collections::HashSet;

impl<'p> Verifier<'p> {
    pub(super) fn declarations(&self, root: &Path<'_>) {
        let program = self.program;
        program.types.iter().for_each(|(name, def)| self.type_def(&root.key("types").key(name), name, def));
        program.consts.iter().for_each(|(name, item)| self.constant(&root.key("consts").key(name), item));
        for (name, item) in &program.fns {
            let fns = root.key("fns");
            let path = fns.key(name);
            let path = path.standing(item.frame.at);
            let mut body = self.frame(&path.key("frame"), &item.frame);
            body.kind = Kind::Pure("a function");
            body.returns(&path.key("body"), &item.body, &item.frame.result);
        }
        program.commands.iter().for_each(|(name, item)| self.command(&root.key("commands").key(name), item));
        program.agents.iter().for_each(|(name, item)| self.agent(&root.key("agents").key(name), item));
        program.humans.iter().for_each(|(name, item)| self.human(&root.key("humans").key(name), item));
        program.flows.iter().for_each(|(name, item)| self.flow(&root.key("flows").key(name), item, false));
        program.tests.iter().for_each(|(name, item)| self.test(&root.key("tests").key(name), item));
    }

    fn type_def(&self, path: &Path<'_>, name: &str, def: &'p TypeDef) {
        let here = path.key("body");
        match &def.body {
            TypeBody::Alias(target) => {
                self.ty(&here.key("alias"), target);
                self.alias_ends(&here.key("alias"), name, target);
            }
            TypeBody::Record(fields) => self.fields(&here.key("record"), fields),
            TypeBody::Enum(variants) => {
                self.variants(&here.key("enum"), variants);
                if let Some(index) = variants.iter().position(|variant| !variant.fields.is_empty()) {
                    let message = "a variant of an enum has no fields; with fields the type is a union";
                    self.report(&here.key("enum").index(index).key("fields"), message);
                }
            }
            TypeBody::Union(variants) => {
                self.variants(&here.key("union"), variants);
                if variants.iter().all(|variant| variant.fields.is_empty()) {
                    self.report(&here.key("union"), "no variant of this union has fields; it is an enum");
                }
            }
        }
        if let Some(refinement) = &def.refinement {
            let it = match &def.body {
                TypeBody::Alias(target) => target.clone(),
                _ => Type::Named(name.into()),
            };
            self.refinement(&path.key("refinement"), refinement, it);
        }
    }

    /// An alias leads to a type that is none, in the end.
    fn alias_ends(&self, path: &Path<'_>, name: &str, target: &Type) {
        let mut target = target;
        let mut seen = vec![name];
        loop {
            match target {
                Type::Option(inner) => target = inner,
                Type::Named(next) => {
                    if seen.contains(&next.as_str()) {
                        // Every member of a cycle reports it; one that only leads into it does not.
                        if *next == name {
                            let way = seen.join("` is `");
                            self.report(path, format!("the type never ends: `{way}` is `{name}`"));
                        }
                        return;
                    }
                    seen.push(next);
                    match self.types.get(next).map(|def| &def.body) {
                        Some(TypeBody::Alias(inner)) => target = inner,
                        _ => return,
                    }
                }
                _ => return,
            }
        }
    }

    fn fields(&self, path: &Path<'_>, fields: &'p [Field]) {
        let mut names = HashSet::new();
        for (index, field) in fields.iter().enumerate() {
            let path = path.index(index);
            if !names.insert(&field.name) {
                self.report(&path.key("name"), format!("the field `{}` is there twice", field.name));
            }
            self.ty(&path.key("type"), &field.ty);
            if let Some(default) = &field.default {
                let mut body = Body::new(self, Vec::new(), Kind::Pure("a default"));
                body.expect(&path.key("default"), default, &field.ty);
            }
            if let Some(refinement) = &field.refinement {
                self.refinement(&path.key("refinement"), refinement, field.ty.clone());
            }
        }
    }

    fn variants(&self, path: &Path<'_>, variants: &'p [Variant]) {
        let (mut names, mut tags) = (HashSet::new(), HashSet::new());
        if variants.is_empty() {
            self.report(path, "a type of variants has at least one");
        }
        for (index, variant) in variants.iter().enumerate() {
            let path = path.index(index);
            if !names.insert(&variant.name) {
                self.report(&path.key("name"), format!("the variant `{}` is there twice", variant.name));
            }
            let tag = text::snake_case(&variant.name);
            if variant.tag != tag {
                let message = format!("the tag of `{}` is `{tag}`, not `{}`", variant.name, variant.tag);
                self.report(&path.key("tag"), message);
            } else if !tags.insert(&variant.tag) {
                self.report(&path.key("tag"), format!("two variants have the tag `{tag}`"));
            }
            self.fields(&path.key("fields"), &variant.fields);
            if let Some(index) = variant.fields.iter().position(|field| field.name == "kind") {
                let message = "a field `kind` would hide the variant's own tag in JSON";
                self.report(&path.key("fields").index(index).key("name"), message);
            }
        }
    }

    fn refinement(&self, path: &Path<'_>, refinement: &'p Refinement, it: Type) {
        if refinement.locals == 0 {
            self.report(&path.key("locals"), "a refinement has at least one local, `it`");
        }
        // A number in a document asks for no memory: more locals than nodes are never used.
        let Some(mut locals) =
            usize::try_from(refinement.locals).ok().filter(|n| *n <= 1 << 16).map(|n| vec![None; n])
        else {
            return self.report(&path.key("locals"), format!("{} locals are too many", refinement.locals));
        };
        if let Some(first) = locals.first_mut() {
            *first = Some(it);
        }
        let mut body = Body::new(self, locals, Kind::Pure("a refinement"));
        body.expect(&path.key("predicate"), &refinement.predicate, &Type::Bool);
    }

    fn constant(&self, path: &Path<'_>, item: &'p Const) {
        self.ty(&path.key("type"), &item.ty);
        let mut body = Body::new(self, vec![None; item.locals.len()], Kind::Pure("a constant"));
        body.expect(&path.key("value"), &item.value, &item.ty);
    }

    /// Checks a frame, and yields what its nodes are checked in.
    fn frame(&self, path: &Path<'_>, frame: &'p Frame) -> Body<'_, 'p> {
        self.span(path, frame.at);
        let mut locals = vec![None; frame.locals.len()];
        for (index, param) in frame.params.iter().enumerate() {
            if usize::try_from(param.slot) != Ok(index) {
                let message = format!("the parameter `{}` is local {index}, not {}", param.name, param.slot);
                self.report(&path.key("params").index(index).key("slot"), message);
            }
        }
        self.ty(&path.key("result"), &frame.result);
        self.params(&path.key("params"), &frame.params, &mut locals);
        Body::new(self, locals, Kind::Pure("a setting"))
    }

    /// Checks parameters and gives their locals types. A default may use the parameters before it.
    fn params(&self, path: &Path<'_>, params: &'p [Param], locals: &mut [Option<Type>]) {
        let (mut names, mut slots) = (HashSet::new(), HashSet::new());
        for (index, param) in params.iter().enumerate() {
            let path = path.index(index);
            if !names.insert(&param.name) {
                self.report(&path.key("name"), format!("the parameter `{}` is there twice", param.name));
            }
            if !slots.insert(param.slot) {
                self.report(&path.key("slot"), format!("two parameters share the local {}", param.slot));
            }
            self.ty(&path.key("type"), &param.ty);
            if let Some(default) = &param.default {
                let mut body = Body::new(self, locals.to_vec(), Kind::Pure("a default"));
                body.hidden = params[index..].iter().map(|later| later.slot).collect();
                body.expect(&path.key("default"), default, &param.ty);
            }
            let count = locals.len();
            match usize::try_from(param.slot).ok().and_then(|slot| locals.get_mut(slot)) {
                Some(local) => *local = Some(param.ty.clone()),
                None => self.report(
                    &path.key("slot"),
                    format!(
                        "there is no local {} for the parameter `{}`, the frame has {count}",
                        param.slot, param.name
                    ),
                ),
            }
        }
    }

    fn command(&self, path: &Path<'_>, item: &'p Command) {
        let path = &path.standing(item.frame.at);
        let mut body = self.frame(&path.key("frame"), &item.frame);
        match &item.run {
            Run::Argv(argv) => {
                body.node(&path.key("run").key("argv"), argv);
            }
            Run::Shell(parts) => body.parts(&path.key("run").key("shell"), parts),
        }
        let result = self.types.resolve(&item.frame.result);
        match &item.output {
            Output::Lines if !matches!(result, Type::List(_) | Type::Never) => {
                let message = format!("lines are a list, the result is `{}`", item.frame.result);
                self.report(&path.key("output"), message);
            }
            Output::Exec if *result != Type::Exec => {
                self.report(
                    &path.key("output"),
                    format!("this yields `Exec`, the result is `{}`", item.frame.result),
                );
            }
            Output::File(name) => body.expect(&path.key("output").key("file"), name, &Type::String),
            Output::Text | Output::Json | Output::None | Output::Lines | Output::Exec => {}
        }
        let settings = [
            ("stdin", &item.stdin),
            ("cwd", &item.cwd),
            ("env", &item.env),
            ("timeout", &item.timeout),
            ("retry", &item.retry),
            ("workspace", &item.workspace),
        ];
        for (name, node) in settings {
            if let Some(node) = node {
                body.setting(&path.key(name), name, node);
            }
        }
    }

    fn agent(&self, path: &Path<'_>, item: &'p Agent) {
        let path = &path.standing(item.frame.at);
        let mut body = self.frame(&path.key("frame"), &item.frame);
        body.parts(&path.key("prompt"), &item.prompt);
        let here = path.key("settings");
        for (name, node) in &item.settings {
            if !settings::AGENT.contains(&name.as_str()) {
                self.report(&here.key(name), format!("an agent has no setting `{name}`"));
            }
            body.setting(&here.key(name), name, node);
        }
    }

    fn human(&self, path: &Path<'_>, item: &'p Human) {
        let path = &path.standing(item.frame.at);
        let mut body = self.frame(&path.key("frame"), &item.frame);
        body.parts(&path.key("ask"), &item.ask);
        let here = path.key("settings");
        for (name, node) in &item.settings {
            if !settings::HUMAN.contains(&name.as_str()) {
                self.report(&here.key(name), format!("a human has no setting `{name}`"));
            }
            body.setting(&here.key(name), name, node);
        }
    }

    /// A flow, or a test, which is one that may do more.
    pub(super) fn flow(&self, path: &Path<'_>, item: &'p Flow, is_test: bool) {
        let path = &path.standing(item.frame.at);
        let mut body = self.frame(&path.key("frame"), &item.frame);
        body.kind = Kind::Flow(item);
        body.is_test = is_test;
        if !text::is_code(&item.code) {
            let message = format!("`{}` cannot begin a run id: letters, digits, `_` and `-` can", item.code);
            self.report(&path.key("code"), message);
        }
        if let Some(emits) = &item.emits {
            self.ty(&path.key("emits"), emits);
        }
        let stages = path.key("stages");
        for (name, stage) in &item.stages {
            self.params(&stages.key(name).standing(stage.at).key("params"), &stage.params, &mut body.locals);
        }
        let endpoints = path.key("endpoints");
        for (name, endpoint) in &item.endpoints {
            let here = endpoints.key(name);
            self.params(&here.standing(endpoint.at).key("params"), &endpoint.params, &mut body.locals);
        }
        body.returns(&path.key("body"), &item.body, &item.frame.result);
        for (name, endpoint) in &item.endpoints {
            self.endpoint(&endpoints.key(name).standing(endpoint.at), name, endpoint, &mut body);
        }
        for (name, stage) in &item.stages {
            self.stage(&stages.key(name).standing(stage.at), stage, &mut body);
        }
        self.bounds(&path.key("bounds"), &item.bounds);
    }

    /// The parameters of a stage or endpoint have locals of their own.
    pub(super) fn own_locals(&self, path: &Path<'_>, params: &[Param], body: &Body<'_, 'p>) {
        let taken = body.params();
        for (index, param) in params.iter().enumerate() {
            if taken.iter().any(|taken| taken.slot == param.slot) {
                let message = format!("the local {} belongs to a parameter of the flow", param.slot);
                self.report(&path.key("params").index(index).key("slot"), message);
            }
        }
    }

    fn stage(&self, path: &Path<'_>, stage: &'p Stage, body: &mut Body<'_, 'p>) {
        self.span(path, stage.at);
        self.own_locals(path, &stage.params, body);
        if let Some(max) = &stage.max {
            let mut limit = Body::new(self, body.locals.clone(), Kind::Pure("a bound"));
            limit.expect(&path.key("max"), max, &Type::Int);
        }
        let end = body.fresh_scope(|body| body.node(&path.key("body"), &stage.body));
        if end != Type::Never {
            self.report(&path.key("body"), "a path of the stage ends without leaving it");
        }
    }
}
