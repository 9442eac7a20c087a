//! Commands, agents and humans.

use super::NotLowered;
use super::frame::Context;
use crate::diagnostics::ItemKey;
use crate::prompts;
use crate::syntax::find_item;
use crate::types::body::Ref;
use crate::types::decl::resolve_alias;
use crate::types::infer::check_text;
use crate::types::settings::{OutputForm, default_output};
use crate::types::ty::Ty;
use flow_grammar::tree::{Docs, DoerDecl, DoerKind, Expr, ExprKind, Setting};
use flow_ir::{Agent, Command, Frame, Human, Name, Node, Op, Output, Part, Run};
use std::collections::BTreeMap;

impl Context<'_, '_> {
    /// Lowers a declaration into its table.
    pub(super) fn doer(
        &mut self,
        key: &ItemKey,
        decl: &DoerDecl,
        docs: Option<&Docs>,
        name: Name,
    ) -> Result<(), NotLowered> {
        let mut frame = self.signature(key, &decl.params, docs, decl.name.span)?;
        match decl.kind {
            DoerKind::Command => {
                let mut command = self.command(decl, frame)?;
                command.frame.locals = self.frame.names();
                self.low.program.commands.insert(name, command);
            }
            DoerKind::Agent => {
                let prompt = self.text(decl, "prompt")?;
                let provider = self.word(decl, "provider");
                let settings = self.settings(decl, &["prompt", "provider"])?;
                frame.locals = self.frame.names();
                let agent = Agent { frame, prompt, provider, settings, schemas: BTreeMap::new() };
                self.low.program.agents.insert(name, agent);
            }
            DoerKind::Human => {
                let ask = self.text(decl, "ask")?;
                let settings = self.settings(decl, &["ask"])?;
                frame.locals = self.frame.names();
                let human = Human { frame, ask, settings, schema: serde_json::Value::Null };
                self.low.program.humans.insert(name, human);
            }
        }
        Ok(())
    }

    fn command(&mut self, decl: &DoerDecl, frame: Frame) -> Result<Command, NotLowered> {
        let Some(run) = setting(decl, "run") else {
            return Err(self.incomplete("a command that runs nothing"));
        };
        let run = match &bare(&run.value).kind {
            ExprKind::Str(template) => Run::Shell(self.parts(template)?),
            _ => Run::Argv(self.expr(&run.value)?),
        };
        let output = match setting(decl, "output") {
            Some(setting) => self.output(&setting.value)?,
            None => self.default_output(),
        };
        let output = if self.result() == Ty::Exec { Output::Exec } else { output };
        Ok(Command {
            frame,
            run,
            output,
            ok: setting(decl, "ok").map_or_else(|| vec![0], |setting| ints(&setting.value)),
            stdin: self.setting(decl, "stdin")?,
            cwd: self.setting(decl, "cwd")?,
            env: self.setting(decl, "env")?,
            timeout: self.setting(decl, "timeout")?,
            retry: self.setting(decl, "retry")?,
            workspace: self.setting(decl, "workspace")?,
        })
    }

    fn result(&self) -> Ty {
        let known = crate::types::decl::signature(self.low.db, self.key.clone());
        known.map_or(Ty::None, |known| resolve_alias(self.low.db, &self.concrete(&known.result)))
    }

    /// What standard output is taken for when the command does not say.
    fn default_output(&self) -> Output {
        match default_output(self.low.db, &self.result()) {
            OutputForm::Text => Output::Text,
            OutputForm::Lines => Output::Lines,
            OutputForm::Json => Output::Json,
            OutputForm::None => Output::None,
            OutputForm::Exec => Output::Exec,
        }
    }

    fn output(&mut self, value: &Expr) -> Result<Output, NotLowered> {
        match &bare(value).kind {
            ExprKind::None => Ok(Output::None),
            ExprKind::Call { args, .. } => match args.as_slice() {
                [arg] => Ok(Output::File(self.expr(&arg.value)?)),
                _ => Err(self.incomplete("an `output` that names no file")),
            },
            ExprKind::Lower(name) => match name.text.as_str() {
                "text" => Ok(Output::Text),
                "lines" => Ok(Output::Lines),
                "json" => Ok(Output::Json),
                _ => Err(self.incomplete("an unknown form of `output`")),
            },
            _ => Err(self.incomplete("an unknown form of `output`")),
        }
    }

    fn setting(&mut self, decl: &DoerDecl, name: &str) -> Result<Option<Node>, NotLowered> {
        setting(decl, name).map(|setting| self.expr(&setting.value)).transpose()
    }

    fn word(&self, decl: &DoerDecl, name: &str) -> Option<Name> {
        let value = bare(&setting(decl, name)?.value);
        match (&value.kind, self.reference(value.id)) {
            (_, Some(Ref::Word(word))) => Some(word),
            (ExprKind::Str(template), _) => template.plain().map(Into::into),
            _ => None,
        }
    }

    fn settings(&mut self, decl: &DoerDecl, without: &[&str]) -> Result<BTreeMap<Name, Node>, NotLowered> {
        decl.settings
            .iter()
            .filter(|setting| !without.contains(&setting.name.text.as_str()))
            .map(|setting| Ok((setting.name.text.clone(), self.expr(&setting.value)?)))
            .collect()
    }

    /// A prompt or question: a string, or the text of a file.
    fn text(&mut self, decl: &DoerDecl, name: &str) -> Result<Vec<Part>, NotLowered> {
        let Some(setting) = setting(decl, name) else {
            return Err(self.incomplete(&format!("a declaration without `{name}`")));
        };
        let value = bare(&setting.value);
        match &value.kind {
            ExprKind::Str(template) => self.parts(template),
            ExprKind::Call { .. } => self.text_file(name, decl.params.len()),
            _ => {
                let node = self.expr(value)?;
                Ok(match node.op {
                    Op::String(text) => vec![Part::Text(text)],
                    op => vec![Part::Value(Node { at: node.at, op })],
                })
            }
        }
    }
}

impl Context<'_, '_> {
    /// The text of a file that a setting names.
    fn text_file(&mut self, setting: &str, params: usize) -> Result<Vec<Part>, NotLowered> {
        let db = self.low.db;
        let item = find_item(db, &self.key);
        let named = item.and_then(|item| {
            let found = prompts::text_files(db, item).into_iter().find(|text| text.key == setting)?;
            Some((item, found.file?))
        });
        let Some((item, file)) = named else { return Err(self.incomplete("a text that is not there")) };
        let params = u32::try_from(params).unwrap_or(u32::MAX);
        self.beside(file, check_text(db, item, file), params, |cx| {
            cx.parts(&prompts::template(db, file).template)
        })
    }
}

fn setting<'d>(decl: &'d DoerDecl, name: &str) -> Option<&'d Setting> {
    decl.settings.iter().find(|setting| setting.name.text == name)
}

pub(super) fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

/// The integers of a literal list.
fn ints(value: &Expr) -> Vec<i64> {
    match &bare(value).kind {
        ExprKind::Int(value) => vec![*value],
        ExprKind::List(items) => items.iter().flat_map(ints).collect(),
        ExprKind::Binary { op: flow_grammar::tree::BinaryOp::Range, left, right, .. } => {
            match (ints(left).as_slice(), ints(right).as_slice()) {
                ([from], [to]) => (*from..=(*to).min(from.saturating_add(255))).collect(),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}
