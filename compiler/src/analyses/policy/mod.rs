//! What the project's `[policy]` forbids, at the place where it would be done: in a declaration, or at a step of a flow that
//! overrides one.

mod messages;

pub use messages::{NETWORK, PROGRAM, PROVIDER, SECRET, TOOL, WRITE};

use super::outline::{Doer, Fact, StepKind, doer, outline};
use super::touch::glob::Glob;
use super::touch::network::{Opening, openings};
use super::touch::{Access, accesses_of_doer, accesses_of_effect, program, result_file};
use crate::db::{Db, Origin, Rules};
use crate::diagnostics::{Diagnostic, Place};
use crate::project::DEFAULT_PROVIDER;
use crate::project::Policy;
use crate::syntax::Item;
use flow_grammar::span::Span;
use flow_grammar::tree::{DoerDecl, DoerKind, ItemKind};
use messages as say;
use smol_str::SmolStr;

/// Programs that run what they are given.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "ksh", "fish", "cmd", "powershell", "pwsh"];

/// What an item does that the project forbids.
pub(crate) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let policy = Rules::policy_of(db, item.file(db));
    if policy.is_empty() || item.file(db).origin(db) != Origin::Project {
        return Vec::new();
    }
    let mut checker = Checker { policy, found: Vec::new() };
    match item.kind(db) {
        ItemKind::Doer(decl) => {
            if let Some(known) = doer(db, &item.key(db)) {
                let at = |span| item.place(db, span);
                checker.declaration(decl, &known, &at);
                let mut accesses = Vec::new();
                accesses_of_doer(db, &known, &[], &mut accesses);
                let result = decl.result.as_ref().map_or(decl.name.span, |result| result.span);
                checker.writes(&accesses, &item.place(db, result));
                let output = decl.settings.iter().find(|setting| setting.name.text == "output");
                let output = output.map_or(decl.name.span, |setting| setting.value.span);
                checker.writes(result_file(&known, &[]).as_slice(), &item.place(db, output));
            }
        }
        ItemKind::Flow(_) => checker.flow(db, item),
        _ => {}
    }
    checker.found
}

struct Checker<'a> {
    policy: &'a Policy,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn declaration(&mut self, decl: &DoerDecl, known: &Doer, at: &dyn Fn(Span) -> Place) {
        let place = |key: &str| {
            let setting = decl.settings.iter().find(|setting| setting.name.text == key);
            at(setting.map_or(decl.name.span, |setting| setting.value.span))
        };
        match decl.kind {
            DoerKind::Command => self.program(
                &program(known),
                matches!(known.setting("run"), Some(Fact::Text(_))),
                place("run"),
            ),
            DoerKind::Agent => {
                self.agent(&|key| known.setting(key), &place, true);
                self.network(openings(&|key| known.setting(key)), &place);
            }
            DoerKind::Human => {}
        }
        known.secrets.iter().for_each(|name| self.secret(name, place("env")));
    }

    /// `all` tells that what is not given has its default here.
    fn agent<'f>(
        &mut self,
        setting: &dyn Fn(&str) -> Option<&'f Fact>,
        place: &dyn Fn(&str) -> Place,
        all: bool,
    ) {
        if let Some(allowed) = &self.policy.providers {
            let named = setting("provider").and_then(Fact::plain);
            let default = self.policy.default_provider.as_deref().unwrap_or(DEFAULT_PROVIDER);
            if let Some(name) = named.or(all.then_some(default))
                && !allowed.iter().any(|it| it == name)
            {
                self.found.push(say::provider(place("provider"), name, named.is_none(), allowed));
            }
        }
        match (&self.policy.tools, setting("tools")) {
            (Some(allowed), Some(Fact::List(tools))) => {
                let names = tools.iter().filter_map(|tool| match tool {
                    Fact::Item(key, _) => Some(key.name.clone()),
                    tool => tool.plain().map(SmolStr::new),
                });
                for name in names.filter(|name| !allowed.iter().any(|it| it == name.as_str())) {
                    self.found.push(say::tool(place("tools"), &name, allowed));
                }
            }
            (Some(allowed), given) if all || given.is_some() => {
                self.found.push(say::any_tool(place("tools"), allowed));
            }
            _ => {}
        }
    }

    /// What opens the network to an agent.
    fn network(&mut self, openings: impl IntoIterator<Item = Opening>, place: &dyn Fn(&str) -> Place) {
        if self.policy.network != Some(false) {
            return;
        }
        let mut openings: Vec<Opening> = openings.into_iter().collect();
        // That it names no tools is told once, and where nothing graver is.
        if openings.len() > 1 || self.policy.tools.is_some() {
            openings.retain(|opening| *opening != Opening::AnyTool);
        }
        let found = openings.into_iter().map(|opening| say::network(place(opening.setting()), opening));
        self.found.extend(found);
    }

    fn program(&mut self, name: &str, is_script: bool, place: Place) {
        let listed = |name: &str| {
            self.policy.programs.as_ref().is_none_or(|allowed| {
                allowed.iter().any(|it| it == name || Glob::new(it.as_str()).covers(&Glob::new(name)))
            })
        };
        let base = name.rsplit('/').next().unwrap_or(name);
        let is_shell = is_script || SHELLS.contains(&base);
        let found = match self.policy.shell {
            Some(false) if is_shell => say::shell(place),
            Some(true) if is_script => return,
            _ if listed(name) => return,
            _ if name.ends_with('*') => {
                say::unknown_program(place, self.policy.programs.as_deref().unwrap_or_default())
            }
            _ => say::program(place, name, self.policy.programs.as_deref().unwrap_or_default()),
        };
        self.found.push(found);
    }

    fn writes(&mut self, accesses: &[Access], place: &Place) {
        let Some(allowed) = &self.policy.write else { return };
        let globs: Vec<Glob> = allowed.iter().map(|glob| Glob::new(glob.as_str())).collect();
        for access in accesses.iter().filter(|access| access.write) {
            if !globs.iter().any(|glob| glob.covers(&access.glob)) {
                self.found.push(say::write(place.clone(), &access.glob.text(), allowed));
            }
        }
    }

    fn secret(&mut self, name: &str, place: Place) {
        if let Some(allowed) = &self.policy.secrets
            && !allowed.iter().any(|it| it == name)
        {
            self.found.push(say::secret(place, name, allowed));
        }
    }

    fn flow(&mut self, db: &dyn Db, item: Item<'_>) {
        let Some(outline) = outline(db, item) else { return };
        outline.each(&mut |step| {
            let place = item.place(db, outline.span(step.number));
            match &step.kind {
                StepKind::Call(call) if !call.options.is_empty() => {
                    let Some(known) = doer(db, &call.callee) else { return };
                    if known.kind == DoerKind::Agent {
                        self.agent(&|key| call.option(key), &|_| place.clone(), false);
                        // What the declaration opens is told there.
                        let before = openings(&|key| known.setting(key));
                        let now = openings(&|key| call.option(key).or_else(|| known.setting(key)));
                        let opened = now.into_iter().filter(|opening| !before.contains(opening));
                        self.network(opened, &|_| place.clone());
                        if call.option("sandbox").is_some() || call.option("tools").is_some() {
                            let mut accesses = Vec::new();
                            accesses_of_doer(db, &known, &call.options, &mut accesses);
                            self.writes(&accesses, &place);
                        }
                    }
                }
                StepKind::Effect(effect) => {
                    if effect.name == "sh" {
                        self.program("sh", true, place.clone());
                    }
                    let mut accesses = Vec::new();
                    accesses_of_effect(effect, &mut accesses);
                    let accesses: Vec<Access> = accesses.into_iter().map(|(access, _)| access).collect();
                    self.writes(&accesses, &place);
                }
                StepKind::Secret(name) => self.secret(name, place),
                _ => {}
            }
        });
    }
}
