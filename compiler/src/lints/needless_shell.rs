//! Scripts for a shell that use nothing of it.

use super::settings::setting;
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::syntax::Item;
use crate::types::decl::signature;
use crate::types::ty::Ty;
use flow_grammar::tree::{DoerDecl, Expr, ExprKind, Template, TemplatePart};

/// A command runs a script that is one plain call.
pub const NEEDLESS_SHELL: Code = Code("W0210");

/// What means something to a shell, wherever it stands.
const SIGNS: &[char] = &[
    '|', '&', ';', '<', '>', '(', ')', '$', '`', '\\', '"', '\'', '*', '?', '[', ']', '#', '~', '{', '}',
    '!', '\n', '\r',
];

/// First words that only a shell knows, or that mean something else there.
const OWN: [&str; 29] = [
    ".", "alias", "bg", "cd", "command", "eval", "exec", "exit", "export", "fg", "for", "getopts", "hash",
    "if", "jobs", "read", "readonly", "return", "set", "shift", "source", "time", "times", "trap", "type",
    "ulimit", "umask", "unset", "wait",
];

pub(super) fn check(db: &dyn Db, item: Item<'_>, decl: &DoerDecl) -> Option<Diagnostic> {
    let run = setting(decl, "run")?;
    let ExprKind::Str(template) = &run.kind else { return None };
    let words = words(template)?;
    let first = words.first()?;
    if OWN.contains(&first.plain()?.as_str())
        || first.plain()?.contains('=')
        || words.iter().any(Word::is_keyword)
    {
        return None;
    }
    let place = item.place(db, run.span);
    let found = Diagnostic::new(NEEDLESS_SHELL, "this script uses nothing of the shell", place.clone()).note(
        "a list starts the program itself: no quoting, no `sh`, and `[policy]` sees which program it is",
    );
    let list: Option<Vec<String>> = words.iter().map(Word::written).collect();
    let Some(list) = list else {
        return Some(found.help("write it as a list: `run: [\"program\", \"argument\"]`"));
    };
    // A shell answers 127 for a program that is not there; without one, that is a failure.
    let keeps_exit = signature(db, item.key(db)).is_none_or(|known| known.result == Ty::Exec);
    let text = format!("[{}]", list.join(", "));
    Some(found.help(format!("write it as `run: {text}`")).fix(Fix {
        title: "start the program without a shell".to_owned(),
        edits: vec![Edit { place, text }],
        certain: !keeps_exit && setting(decl, "ok").is_none(),
    }))
}

/// A word of a script.
#[derive(Default)]
struct Word<'t> {
    parts: Vec<Part<'t>>,
}

enum Part<'t> {
    Text(&'t str),
    Hole(&'t Expr),
}

/// The words of a script that says nothing to a shell but where they end; `None` for any other.
fn words(template: &Template) -> Option<Vec<Word<'_>>> {
    let mut words = vec![Word::default()];
    for part in &template.parts {
        match part {
            TemplatePart::Hole(hole) => words.last_mut()?.parts.push(Part::Hole(hole)),
            TemplatePart::Text(text, _) => {
                if text.contains(SIGNS) {
                    return None;
                }
                for (index, piece) in text.split([' ', '\t']).enumerate() {
                    if index > 0 {
                        words.push(Word::default());
                    }
                    if !piece.is_empty() {
                        words.last_mut()?.parts.push(Part::Text(piece));
                    }
                }
            }
        }
    }
    words.retain(|word| !word.parts.is_empty());
    Some(words)
}

impl Word<'_> {
    /// The word, if nothing in it is computed.
    fn plain(&self) -> Option<String> {
        match self.parts.as_slice() {
            [Part::Text(text)] => Some((*text).to_owned()),
            _ => None,
        }
    }

    fn is_keyword(&self) -> bool {
        self.plain().is_some_and(|word| {
            ["do", "done", "then", "fi", "else", "case", "esac", "while", "until"].contains(&word.as_str())
        })
    }

    /// As an element of a list; `None` where the expression of a hole is more than a name.
    fn written(&self) -> Option<String> {
        if let [Part::Hole(hole)] = self.parts.as_slice() {
            return path(hole);
        }
        let mut out = String::from("\"");
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(hole) => out.push_str(&format!("${{{}}}", path(hole)?)),
            }
        }
        out.push('"');
        Some(out)
    }
}

/// `name`, `name.field`
fn path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Lower(name) => Some(name.text.to_string()),
        ExprKind::Field { base, name, optional: false } => Some(format!("{}.{}", path(base)?, name.text)),
        _ => None,
    }
}
