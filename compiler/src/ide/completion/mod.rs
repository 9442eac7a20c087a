//! What may stand at the cursor.
//!
//! [`context`] reads from the tokens before the cursor what kind of thing may follow, however broken the rest of the text
//! is; [`expected`] asks the checker which type is wanted there; this module gathers the names.

mod context;
mod expected;
mod names;

use crate::db::{Db, SourceFile};
use context::Context;
use flow_grammar::span::Span;
use names::Names;

/// Something that may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown and typed against.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type or signature.
    pub detail: Option<String>,
    /// What its author says of it, in Markdown.
    pub docs: Option<String>,
    /// What is inserted; with `snippet`, in the snippet syntax of editors (`$0`, `${1:name}`).
    pub insert: String,
    /// Whether it is a snippet.
    pub snippet: bool,
    /// What it replaces, in the file.
    pub replace: Span,
    /// What else changes in the file, such as an import that is added.
    pub more: Vec<(Span, String)>,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A word of the language.
    Keyword,
    /// A local variable.
    Local,
    /// A field or a label of an argument.
    Field,
    /// A method of a built-in type.
    Method,
    /// A function, a command, a built-in effect.
    Function,
    /// An agent or a human.
    Agent,
    /// A flow or tool.
    Flow,
    /// A type.
    Type,
    /// A variant.
    Variant,
    /// A constant or secret.
    Constant,
    /// A key of a setting.
    Setting,
    /// A lone word of a setting.
    Word,
    /// A module.
    Module,
    /// A stage.
    Stage,
}

/// What may stand at `offset`, the most fitting first. `snippets` says whether the editor knows snippets.
pub fn completions(db: &dyn Db, file: SourceFile, offset: u32, snippets: bool) -> Vec<Completion> {
    let text = file.text(db);
    let Some((context, replace)) = context::context(text, offset) else { return Vec::new() };
    let mut names = Names::new(db, file, offset, replace, snippets);
    match &context {
        Context::TopLevel => names.item_keywords(),
        Context::Attribute => names.attributes(),
        Context::ImportPath => names.modules(),
        Context::ImportNames { path } => names.exports_of(path),
        Context::Type => names.types(),
        Context::SettingKey { doer, present } => names.settings(*doer, present),
        Context::OptionKey { present } => names.options(present),
        Context::SettingValue { doer, key } => names.setting_value(*doer, key),
        Context::Member => names.members(),
        Context::Pattern => names.patterns(),
        Context::Stage => names.stages(),
        Context::Stub => names.stubbed(),
        Context::Expression { statement } => names.expressions(*statement),
        Context::Nothing => {}
    }
    names.finish()
}
