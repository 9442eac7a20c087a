//! What an agent may use while it works: its own tools, and tools, flows and endpoints of the program.

use super::Infer;
use super::item::list_of;
use super::messages::{process as say, setting};
use super::name::Meaning;
use super::want::{Want, peel};
use crate::diagnostics::{ItemKey, Place};
use crate::resolve::{self, Def, DefKind, Entry};
use crate::types::body::Ref;
use crate::types::decl;
use crate::types::settings::{AGENT_TOOLS, Takes};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Expr, ExprKind, Name};
use smol_str::SmolStr;

/// The tools of one agent, by the names that it knows them by.
type Given = Vec<(SmolStr, Span)>;

impl Infer<'_> {
    /// `tools: [read, finish, pool.add_task]`, `tools: pool.{add_task, tasks}`
    pub(super) fn tools(&mut self, key: &SmolStr, value: &Expr, takes: &'static Takes) {
        let mut given = Given::new();
        match &peel(value).kind {
            ExprKind::List(elements) => {
                elements.iter().for_each(|element| self.tool(element, &mut given));
                self.record(peel(value).id, &list_of(Ty::String));
            }
            ExprKind::Select { base, names } => self.selected(base, names, &mut given),
            ExprKind::Error => {}
            _ => {
                let found = setting::no_list(self.at(value.span), key, takes);
                self.report(found);
            }
        }
        self.record(value.id, &list_of(Ty::String));
    }

    /// Takes note of a tool's name.
    fn give(&mut self, given: &mut Given, name: &SmolStr, span: Span) {
        if let Some((_, first)) = given.iter().find(|(known, _)| known == name) {
            let found = say::tool_twice(self.at(span), self.at(*first), name);
            self.report(found);
        }
        given.push((name.clone(), span));
    }

    fn tool(&mut self, value: &Expr, given: &mut Given) {
        self.record(value.id, &Ty::String);
        match &value.kind {
            ExprKind::Lower(name) if self.own_endpoint(&name.text).is_some() => {
                self.own_tool(value, name, given)
            }
            ExprKind::Lower(name)
                if self.find(&name.text).is_none() && self.scope.get(&name.text).is_none() =>
            {
                match AGENT_TOOLS.iter().find(|word| word.text == name.text) {
                    Some(word) => {
                        self.refer(value.id, Ref::Word(word.text.into()));
                        self.give(given, &name.text, name.span);
                    }
                    None if self.too_early(name) => {}
                    None => self.unknown_tool(name),
                }
            }
            ExprKind::Select { base, names } => self.selected(base, names, given),
            _ => match self.meaning(value) {
                Some(Meaning::Item(def)) => self.tool_of_program(value, &def, given),
                Some(Meaning::Nothing) => {}
                Some(_) => self.no_tool(value, "this names no tool"),
                None => match &value.kind {
                    ExprKind::Field { base, name, optional: false } => {
                        self.endpoint_tool(value, base, name, given)
                    }
                    ExprKind::Str(template) if template.plain().is_some_and(|text| !text.is_empty()) => {
                        let name = template.plain().unwrap_or_default();
                        let found = setting::quoted_tool(self.at(value.span), name);
                        self.report(found);
                    }
                    _ => {
                        if self.expr(value, Want::Any) != Ty::Error {
                            self.no_tool(value, "this is a value");
                        }
                    }
                },
            },
        }
    }

    fn no_tool(&mut self, value: &Expr, what: &str) {
        let found = setting::no_tool(self.at(value.span), what);
        self.report(found);
    }

    /// An endpoint of the flow itself.
    fn own_tool(&mut self, value: &Expr, name: &Name, given: &mut Given) {
        self.refer(value.id, Ref::Endpoint(name.text.clone()));
        self.give(given, &name.text, name.span);
        if self.own_endpoint(&name.text).is_some_and(|exposed| !exposed.is_described) {
            let declared = self.endpoint_span(&name.text).map(|span| self.at(span));
            let found = say::undescribed(self.at(name.span), declared, &name.text);
            self.report(found);
        }
    }

    /// A `tool` or `flow` of the program: an agent gives and gets JSON.
    fn tool_of_program(&mut self, value: &Expr, def: &Def, given: &mut Given) {
        self.refer(value.id, Ref::Item(def.key.clone()));
        let name = &def.key.name;
        if !matches!(def.kind, DefKind::Tool | DefKind::Flow) {
            return self.no_tool(value, &format!("`{name}` is {}", def.kind.a_noun()));
        }
        self.give(given, name, value.span);
        let Some(known) = decl::signature(self.db, def.key.clone()) else { return };
        if !known.type_params.is_empty() {
            let found = say::generic_tool(self.at(value.span), name);
            return self.report(found);
        }
        // What is wrong with a `tool` itself is said where it is declared.
        if def.kind == DefKind::Flow {
            let params = known
                .params
                .iter()
                .map(|param| (format!("its `{}`", param.name), &param.ty, Some(param.span)));
            let result = std::iter::once(("its result".to_owned(), &known.result, None));
            for (part, ty, span) in params.chain(result) {
                if !decl::has_json_form(self.db, ty) {
                    let declared = span.map(|span| Place::Item(def.key.clone(), span));
                    let found = say::tool_without_json(self.at(value.span), declared, name, &part, ty);
                    self.report(found);
                }
            }
            if !known.is_described {
                let found = say::undescribed(self.at(value.span), None, name);
                self.report(found);
            }
        }
    }

    /// `pool.add_task`
    fn endpoint_tool(&mut self, value: &Expr, base: &Expr, name: &Name, given: &mut Given) {
        if let Some((flow, endpoint)) = self.given_endpoint(base, name) {
            self.refer(value.id, Ref::Endpoint(name.text.clone()));
            self.give_endpoint(&flow, &endpoint, name, given);
        }
    }

    /// `pool.{add_task, tasks}`
    fn selected(&mut self, base: &Expr, names: &[Name], given: &mut Given) {
        for (index, name) in names.iter().enumerate() {
            // What is wrong with the process is said once.
            let found = match index {
                0 => self.given_endpoint(base, name),
                _ => self.another_endpoint(base, name),
            };
            if let Some((flow, endpoint)) = found {
                self.give_endpoint(&flow, &endpoint, name, given);
            }
        }
        if names.is_empty() {
            self.expr(base, Want::Any);
        }
    }

    fn give_endpoint(&mut self, flow: &ItemKey, endpoint: &decl::Endpoint, name: &Name, given: &mut Given) {
        self.give(given, &name.text, name.span);
        if endpoint.doc.is_none() {
            let declared = decl::endpoint_place(self.db, flow, &name.text);
            let found = say::undescribed(self.at(name.span), declared, &name.text);
            self.report(found);
        }
    }

    /// An endpoint of a process that has a name.
    fn given_endpoint(&mut self, base: &Expr, name: &Name) -> Option<(ItemKey, decl::Endpoint)> {
        let ty = self.expr(base, Want::Any);
        match self.head(&ty) {
            Ty::Error | Ty::Never => None,
            Ty::Process(..) | Ty::ProcessOf(..) if !is_path(base) => {
                let found = say::unnamed_process(self.at(base.span));
                self.report(found);
                None
            }
            head @ (Ty::Process(..) | Ty::ProcessOf(..)) => {
                if name.text.is_empty() {
                    None
                } else {
                    self.endpoint_of(base, name, &head)
                }
            }
            _ => {
                let ty = self.vars.deep(&ty);
                let found = say::not_a_process(self.at(base.span), "tools", "endpoints of a process", &ty);
                self.report(found);
                None
            }
        }
    }

    fn another_endpoint(&mut self, base: &Expr, name: &Name) -> Option<(ItemKey, decl::Endpoint)> {
        let ty = self.body.expr(base.id).clone();
        match self.head(&ty) {
            head @ Ty::ProcessOf(..) if is_path(base) => self.endpoint_of(base, name, &head),
            _ => None,
        }
    }

    /// `pool.{add_task}` where no tools are given.
    pub(super) fn stray_select(&mut self, expr: &Expr, base: &Expr) -> Ty {
        let ty = self.expr(base, Want::Any);
        if ty != Ty::Error {
            let found = say::stray_select(self.at(expr.span));
            self.report(found);
        }
        Ty::Error
    }

    fn unknown_tool(&mut self, name: &Name) {
        let own = AGENT_TOOLS.iter().map(|word| word.text).chain(self.endpoints.names());
        let is_tool = |kind| matches!(kind, DefKind::Tool | DefKind::Flow);
        let declared = self.scope.names().filter_map(|(text, entry)| match entry {
            Entry::Def { def, .. } if is_tool(def.kind) => Some(text.as_str()),
            _ => None,
        });
        let near = resolve::suggest(&name.text, own.chain(declared)).map(str::to_owned);
        let found = setting::unknown_tool(self.at(name.span), &name.text, near.as_deref());
        self.report(found);
    }
}

/// Whether an expression only names something: looked at twice, it is the same.
fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Lower(_) => true,
        ExprKind::Paren(inner) | ExprKind::Field { base: inner, optional: false, .. } => is_path(inner),
        ExprKind::Index { base, index } => {
            is_path(base) && (is_path(index) || matches!(index.kind, ExprKind::Int(_) | ExprKind::Str(_)))
        }
        _ => false,
    }
}
