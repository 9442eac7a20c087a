//! Whether the settings of a declaration, and the options of a call, are those that there are, complete, and of one mind.
//! What stands behind the colons is typed with the other expressions of the item.

use super::messages as say;
use super::{SettingSpec, option_of_call, options, setting, settings, table};
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Diagnostic, Place};
use crate::resolve::{DefKind, foreign, suggest};
use crate::types::constant::{Value, value};
use crate::types::decl::{Signature, TypeShape, resolve_alias, shape};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, DoerDecl, DoerKind, Expr, ExprKind, Setting, TemplatePart};

/// How the output of a command becomes its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputForm {
    /// All of it, read as the declared type.
    Text,
    /// Its lines, each read as an element of the declared list.
    Lines,
    /// JSON of the declared type.
    Json,
    /// Not looked at.
    None,
    /// The exit code and both streams.
    Exec,
}

/// The form of output that a return type means when no `output` is written.
pub fn default_output(db: &dyn Db, result: &Ty) -> OutputForm {
    match resolve_alias(db, result) {
        Ty::Exec => OutputForm::Exec,
        Ty::None => OutputForm::None,
        Ty::List(element) if is_plain(db, &element) => OutputForm::Lines,
        ty if is_plain(db, &ty) => OutputForm::Text,
        _ => OutputForm::Json,
    }
}

/// Whether a line of text can be read as a value of that type.
fn is_plain(db: &dyn Db, ty: &Ty) -> bool {
    match resolve_alias(db, ty) {
        Ty::Named(..) => shape(db, ty).is_some_and(|shape| matches!(*shape, TypeShape::Enum(_))),
        Ty::Bool | Ty::Int | Ty::Float | Ty::String | Ty::Duration | Ty::Time | Ty::Money => true,
        Ty::Dir | Ty::File(_) | Ty::Output(_) | Ty::Error => true,
        _ => false,
    }
}

/// The path in `file("…")`: `None` if the expression is something else, an error with the place if the argument is not
/// one plain string.
pub fn file_argument(expr: &Expr) -> Option<Result<(&str, Span), Span>> {
    let ExprKind::Call { callee, args, args_span } = &expr.kind else { return None };
    if !matches!(&callee.kind, ExprKind::Lower(name) if name.text == "file") {
        return None;
    }
    Some(match args.as_slice() {
        [Arg { label: None, value }] => match &value.kind {
            ExprKind::Str(template) => template.plain().map(|path| (path, value.span)).ok_or(value.span),
            _ => Err(value.span),
        },
        _ => Err(*args_span),
    })
}

/// What is wrong with the settings of a declaration.
pub fn check_settings(
    db: &dyn Db,
    file: SourceFile,
    decl: &DoerDecl,
    signature: &Signature,
    at: &dyn Fn(Span) -> Place,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let owner = match decl.kind {
        DoerKind::Agent => "an agent",
        DoerKind::Command => "a command",
        DoerKind::Human => "a human",
    };
    let known: Vec<&str> = settings(decl.kind).iter().map(|spec| spec.key).collect();
    for given in named(&decl.settings) {
        if setting(decl.kind, &given.name.text).is_none() {
            let meant = meant(decl.kind, &given.name.text);
            out.push(say::unknown_setting(at(given.name.span), &given.name, owner, meant, &known));
        }
    }
    repeated(&decl.settings, at, &mut out);
    // In a body with a broken setting, the missing one may be the one that could not be read.
    let unread = decl.settings.iter().any(|setting| setting.name.text.is_empty());
    for spec in settings(decl.kind).iter().filter(|spec| spec.required && !unread) {
        if find(&decl.settings, spec.key).is_none() && !nearly(&decl.settings, decl.kind, spec) {
            out.push(say::missing_setting(at(decl.name.span), decl.kind, &decl.name.text, spec));
        }
    }
    values(&Known { db, file }, &decl.settings, at, &mut out);
    match decl.kind {
        DoerKind::Agent => agent(db, decl, signature, at, &mut out),
        DoerKind::Command => command(db, decl, signature, at, &mut out),
        DoerKind::Human => human(db, decl, signature, at, &mut out),
    }
    out
}

/// What is wrong with the options of a call behind `with`.
pub fn check_options(
    db: &dyn Db,
    file: SourceFile,
    kind: DefKind,
    given: &[Setting],
    at: &dyn Fn(Span) -> Place,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let known: Vec<&str> = options(kind).map(|spec| spec.key).collect();
    if known.is_empty() {
        let span = given.iter().map(|setting| setting.span).reduce(Span::to).unwrap_or_default();
        return vec![say::no_options(at(span), kind.a_noun())];
    }
    let owner = format!("a call of {}", kind.a_noun());
    for given in named(given) {
        let key = given.name.text.as_str();
        if option_of_call(kind, key).is_some() {
            continue;
        }
        out.push(if table(kind).iter().any(|spec| spec.key == key) {
            say::only_in_declarations(at(given.name.span), key)
        } else {
            say::unknown_setting(
                at(given.name.span),
                &given.name,
                &owner,
                suggest(key, known.iter().copied()),
                &known,
            )
        });
    }
    repeated(given, at, &mut out);
    values(&Known { db, file }, given, at, &mut out);
    out
}

fn named(settings: &[Setting]) -> impl Iterator<Item = &Setting> {
    settings.iter().filter(|setting| !setting.name.text.is_empty())
}

fn find<'a>(settings: &'a [Setting], key: &str) -> Option<&'a Setting> {
    settings.iter().find(|setting| setting.name.text == key)
}

/// Whether an unknown setting is a slip of the keys for this one, so that one message is enough.
fn nearly(given: &[Setting], kind: DoerKind, spec: &SettingSpec) -> bool {
    let unknown = named(given).filter(|given| setting(kind, &given.name.text).is_none());
    unknown.into_iter().any(|given| meant(kind, &given.name.text) == Some(spec.key))
}

/// The setting that an unknown one was probably meant to be.
fn meant(kind: DoerKind, name: &str) -> Option<&'static str> {
    foreign::a_setting(kind, name).or_else(|| suggest(name, settings(kind).iter().map(|spec| spec.key)))
}

fn repeated(given: &[Setting], at: &dyn Fn(Span) -> Place, out: &mut Vec<Diagnostic>) {
    for (index, setting) in given.iter().enumerate().filter(|(_, setting)| !setting.name.text.is_empty()) {
        if let Some(first) = given[..index].iter().find(|first| first.name.text == setting.name.text) {
            out.push(say::repeated_setting(at(setting.name.span), at(first.name.span), &setting.name.text));
        }
    }
}

/// What settings are worth that need no run to be known.
struct Known<'a> {
    db: &'a dyn Db,
    file: SourceFile,
}

impl Known<'_> {
    fn value(&self, expr: &Expr) -> Option<Value> {
        value(self.db, self.file, expr, None)
    }

    fn number(&self, expr: &Expr) -> Option<i64> {
        match self.value(expr)? {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }
}

/// Values that are known and can never work.
fn values(known: &Known<'_>, given: &[Setting], at: &dyn Fn(Span) -> Place, out: &mut Vec<Diagnostic>) {
    for setting in given {
        let (key, span) = (setting.name.text.as_str(), setting.value.span);
        match (key, &setting.value.kind) {
            ("retry", _) if known.number(&setting.value).is_some_and(|n| n < 0) => {
                let message =
                    "`retry` counts the attempts after the first, so it cannot be negative".to_owned();
                out.push(say::bad_value(at(span), message, "write 0 for a single attempt"));
            }
            ("turns", _) if known.number(&setting.value).is_some_and(|n| n < 1) => {
                let message = "an agent with less than one turn can do nothing".to_owned();
                out.push(say::bad_value(at(span), message, "write at least 1"));
            }
            ("timeout", _) if matches!(known.value(&setting.value), Some(Value::Duration(..=0))) => {
                let message = "nothing can be done in no time".to_owned();
                out.push(say::bad_value(at(span), message, "write a longer duration, or remove the setting"));
            }
            ("cost", _) if matches!(known.value(&setting.value), Some(Value::Money(..0))) => {
                let message = "nothing costs less than nothing".to_owned();
                out.push(say::bad_value(at(span), message, "write an amount of at least $0"));
            }
            ("ok", ExprKind::List(codes)) => {
                for code in codes {
                    if known.number(code).is_some_and(|n| !(0..=255).contains(&n)) {
                        let message = "an exit code is a number from 0 to 255".to_owned();
                        out.push(say::bad_value(
                            at(code.span),
                            message,
                            "write the code that the program ends with",
                        ));
                    }
                }
            }
            ("run", ExprKind::List(words)) if words.is_empty() => {
                let message = "an empty list starts no program".to_owned();
                out.push(say::bad_value(at(span), message, "write the program as the first element"));
            }
            ("run" | "prompt" | "ask", ExprKind::Str(template)) if is_blank(&template.parts) => {
                let message = format!("`{key}` is empty");
                out.push(say::bad_value(at(span), message, "say what is to be done"));
            }
            _ => {}
        }
    }
}

fn is_blank(parts: &[TemplatePart]) -> bool {
    parts.iter().all(|part| matches!(part, TemplatePart::Text(text, _) if text.trim().is_empty()))
}

/// The lone word that an expression is.
fn lone_word(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Lower(name) => Some(&name.text),
        ExprKind::None => Some("none"),
        _ => None,
    }
}

fn agent(
    db: &dyn Db,
    decl: &DoerDecl,
    signature: &Signature,
    at: &dyn Fn(Span) -> Place,
    out: &mut Vec<Diagnostic>,
) {
    let sandbox =
        find(&decl.settings, "sandbox").filter(|setting| lone_word(&setting.value) == Some("read_only"));
    let Some(sandbox) = sandbox else { return };
    if let (Some(result), true) = (&decl.result, holds_output(db, &signature.result)) {
        out.push(say::conflicting(
            at(sandbox.span),
            at(result.span),
            "an agent that may change nothing cannot write the file that it must return",
            "an `output` is a file that the call itself created or changed",
        ));
    }
    if let Some(ExprKind::List(tools)) = find(&decl.settings, "tools").map(|setting| &setting.value.kind) {
        for tool in tools.iter().filter(|tool| matches!(lone_word(tool), Some("edit" | "write"))) {
            let message = format!(
                "the tool `{}` is of no use to an agent that may change nothing",
                lone_word(tool).unwrap_or_default()
            );
            out.push(say::conflicting(
                at(tool.span),
                at(sandbox.span),
                &message,
                "`read_only` refuses every change of a file",
            ));
        }
    }
}

/// Whether every value of a type holds a file that the call must have written.
fn holds_output(db: &dyn Db, ty: &Ty) -> bool {
    fn go(db: &dyn Db, ty: &Ty, depth: u8) -> bool {
        match resolve_alias(db, ty) {
            Ty::Output(_) => true,
            ty @ (Ty::Named(..) | Ty::Record(_)) if depth < 8 => shape(db, &ty).is_some_and(|shape| {
                shape.fields().is_some_and(|fields| fields.iter().any(|field| go(db, &field.ty, depth + 1)))
            }),
            _ => false,
        }
    }
    go(db, ty, 0)
}

fn command(
    db: &dyn Db,
    decl: &DoerDecl,
    signature: &Signature,
    at: &dyn Fn(Span) -> Place,
    out: &mut Vec<Diagnostic>,
) {
    let result = resolve_alias(db, &signature.result);
    let result_place = decl.result.as_ref().map(|result| at(result.span));
    if result == Ty::Exec {
        for (key, why) in [
            ("output", "an `Exec` holds both streams as they are"),
            ("ok", "a command that returns `Exec` never fails on its exit code"),
        ] {
            if let (Some(setting), Some(result)) = (find(&decl.settings, key), result_place.clone()) {
                out.push(say::conflicting(
                    at(setting.span),
                    result,
                    &format!("`{key}` means nothing for a command that returns `Exec`"),
                    why,
                ));
            }
        }
        return;
    }
    let Some(output) = find(&decl.settings, "output") else { return };
    let Some(form) = lone_word(&output.value) else { return };
    let message = match form {
        "text" if !is_plain(db, &result) => "one piece of text cannot be read as this type",
        "lines" if !matches!(&result, Ty::List(element) if is_plain(db, element)) && result != Ty::Error => {
            "lines are read as a list of strings, numbers or files, not as this type"
        }
        "none" if !matches!(result, Ty::None | Ty::Error) => "output that is not looked at gives no result",
        "text" | "lines" | "json" if result == Ty::None => {
            "the command returns nothing, so its output is not read"
        }
        _ => return,
    };
    let help = match default_output(db, &result) {
        OutputForm::None => "write the type of the result behind `->`, or remove `output`",
        OutputForm::Json => "write `output: json` and have the program print JSON",
        OutputForm::Lines => "write `output: lines`, or remove it: the return type says so already",
        OutputForm::Text | OutputForm::Exec => {
            "write `output: text`, or remove it: the return type says so already"
        }
    };
    out.push(say::output_form(at(output.value.span), result_place, message.to_owned(), help));
}

fn human(
    db: &dyn Db,
    decl: &DoerDecl,
    signature: &Signature,
    at: &dyn Fn(Span) -> Place,
    out: &mut Vec<Diagnostic>,
) {
    let Some(choices) = find(&decl.settings, "choices") else { return };
    let result = resolve_alias(db, &signature.result);
    if !matches!(result, Ty::String | Ty::Error) {
        let place = decl.result.as_ref().map_or(decl.name.span, |result| result.span);
        out.push(say::conflicting(
            at(choices.span),
            at(place),
            "`choices` are the answers of a question whose answer is a `string`",
            "for other types the form follows from the type: an enum offers its variants",
        ));
    }
}
