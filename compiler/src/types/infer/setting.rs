//! The values of settings: of declarations, and of calls behind `with`.

use super::Infer;
use super::item::list_of;
use super::messages::setting as say;
use super::want::{Want, Why, peel};
use crate::resolve::DefKind;
use crate::types::body::Ref;
use crate::types::builtins;
use crate::types::settings::{self, SettingSpec, Takes, Word};
use crate::types::ty::Ty;
use flow_grammar::tree::{DoerKind, Expr, ExprKind, Name, Setting};
use smol_str::SmolStr;
use std::sync::Arc;

impl Infer<'_> {
    /// The settings of a declaration.
    pub(super) fn settings(&mut self, kind: DoerKind, settings: &[Setting]) {
        for setting in settings {
            self.setting(setting, settings::setting(kind, &setting.name.text));
        }
    }

    /// `f(x) with { timeout: 3h }`
    pub(super) fn with_options(&mut self, base: &Expr, options: &[Setting], want: Want<'_>) -> Ty {
        let ty = self.expr(base, Want::Any.with(want.hint()));
        let kind = self.called(peel(base));
        match kind {
            Some(kind) => {
                let home = self.base.clone();
                let at = |span| home.at(span);
                self.body.diagnostics.extend(settings::check_options(self.db, self.file, kind, options, &at));
            }
            None if ty == Ty::Error => {}
            None => {
                let found = say::options_of_no_call(self.at(base.span));
                self.report(found);
            }
        }
        for option in options {
            let spec = kind.and_then(|kind| settings::option_of_call(kind, &option.name.text));
            self.setting(option, spec);
        }
        ty
    }

    /// What an expression calls, if it is a call of an item.
    fn called(&self, expr: &Expr) -> Option<DefKind> {
        let ExprKind::Call { callee, .. } = &expr.kind else { return None };
        match self.body.refs.get(callee.id) {
            Some(Ref::Item(key)) => {
                crate::types::decl::signature(self.db, key.clone()).map(|signature| signature.kind)
            }
            _ => match self.head(self.body.expr(callee.id)) {
                Ty::Session(_) => Some(DefKind::Agent),
                _ => None,
            },
        }
    }

    fn setting(&mut self, setting: &Setting, spec: Option<&'static SettingSpec>) {
        let Some(spec) = spec else {
            // An unknown setting is reported with the declaration; its value can be anything.
            self.unknown_setting(&setting.value);
            return;
        };
        let before = std::mem::replace(&mut self.secrets_allowed, spec.secrets);
        self.setting_value(&setting.name.text, &setting.value, &spec.takes);
        self.secrets_allowed = before;
    }

    fn setting_value(&mut self, key: &SmolStr, value: &Expr, takes: &'static Takes) {
        let why = Why::Setting(key.clone());
        match takes {
            Takes::Value(ty) => {
                self.expr(value, Want::Fit(ty, &why));
            }
            Takes::Text | Takes::Output if self.is_file(value) => {}
            Takes::Text => {
                self.expr(value, Want::Fit(&Ty::String, &why));
            }
            Takes::Texts => {
                self.expr(value, Want::Fit(&list_of(Ty::String), &why));
            }
            Takes::ExitCodes => {
                self.expr(value, Want::Fit(&list_of(Ty::Int), &why));
            }
            Takes::Word(words) => self.word(key, value, words),
            Takes::Output => self.word(key, value, takes.words()),
            Takes::Name => self.name(key, value, takes),
            Takes::Names => self.each(key, value, takes, |infer, element| infer.name(key, element, takes)),
            Takes::Tools => self.tools(key, value, takes),
            Takes::Run => self.run(value),
            Takes::Env => self.env(value, &why),
        }
    }

    /// `file("prompts/x.md")`, whose path the declarations check.
    fn is_file(&mut self, value: &Expr) -> bool {
        let (Some(_), ExprKind::Call { callee, args, .. }) = (settings::file_argument(value), &value.kind)
        else {
            return false;
        };
        self.refer(callee.id, Ref::Word("file".into()));
        for arg in args {
            self.expr(&arg.value, Want::Any);
        }
        self.record(value.id, &Ty::File(None));
        true
    }

    /// A lone word of a few.
    pub(super) fn word(&mut self, key: &SmolStr, value: &Expr, words: &'static [Word]) {
        let text = match &value.kind {
            ExprKind::Lower(name) => name.text.as_str(),
            ExprKind::None => "none",
            ExprKind::Error => return,
            _ => "",
        };
        match words.iter().find(|word| word.text == text) {
            Some(word) => {
                self.refer(value.id, Ref::Word(word.text.into()));
                self.record(value.id, &Ty::String);
            }
            None => {
                let found = say::wrong_word(self.at(value.span), key, value, text, words);
                self.report(found);
            }
        }
    }

    /// A name that the project or an adapter knows: any word, or a string.
    fn name(&mut self, key: &SmolStr, value: &Expr, takes: &'static Takes) {
        match &value.kind {
            ExprKind::Lower(Name { text, .. }) => {
                self.refer(value.id, Ref::Word(text.clone()));
                self.record(value.id, &Ty::String);
            }
            ExprKind::Str(template) if template.plain().is_some() => self.record(value.id, &Ty::String),
            ExprKind::Error => {}
            _ => {
                let found = say::no_name(self.at(value.span), key, takes);
                self.report(found);
            }
        }
    }

    fn each(
        &mut self,
        key: &SmolStr,
        value: &Expr,
        takes: &'static Takes,
        mut check: impl FnMut(&mut Self, &Expr),
    ) {
        match &value.kind {
            ExprKind::List(elements) => {
                for element in elements {
                    check(self, element);
                }
                self.record(value.id, &list_of(Ty::String));
            }
            ExprKind::Error => {}
            _ => {
                let found = say::no_list(self.at(value.span), key, takes);
                self.report(found);
            }
        }
    }

    /// `env: ["NAME": value]`
    fn env(&mut self, value: &Expr, why: &Why) {
        let ExprKind::Map(entries) = &value.kind else {
            let ty = Ty::Map(Arc::new(Ty::String), Arc::new(Ty::String));
            self.expr(value, Want::Fit(&ty, why));
            return;
        };
        for (name, value) in entries {
            // Names are recorded, unlike values.
            let secrets_allowed = std::mem::take(&mut self.secrets_allowed);
            self.expr(name, Want::Fit(&Ty::String, why));
            self.secrets_allowed = secrets_allowed;
            let ty = self.expr(value, Want::Any);
            if !self.is_word_of_program(&ty) && !matches!(self.head(&ty), Ty::Secret | Ty::Bool) {
                let found = say::no_variable(self.at(value.span), &self.vars.deep(&ty));
                self.report(found);
            }
        }
        self.keys_differ(entries);
        self.record(value.id, &Ty::Map(Arc::new(Ty::String), Arc::new(Ty::String)));
    }

    /// The value of a setting that there is not: names in it may be words.
    fn unknown_setting(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Lower(name) if self.find(&name.text).is_none() => {}
            ExprKind::List(elements) => elements.iter().for_each(|element| self.unknown_setting(element)),
            ExprKind::Call { callee, .. } if !matches!(&callee.kind, ExprKind::Lower(name) if builtins::effect(&name.text).is_some()) =>
                {}
            _ => {
                self.quietly(|infer| infer.expr(value, Want::Any));
            }
        }
    }
}
