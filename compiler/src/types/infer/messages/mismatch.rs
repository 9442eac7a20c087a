//! A value of one type where another is expected, and no value where one is.

use super::super::want::Why;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::types::base::Base;
use crate::types::decl;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Block, Expr, ExprKind};

/// A value has another type than its place takes.
pub const MISMATCH: Code = Code("E0301");
/// A place that needs a value gets none.
pub const MISSING_VALUE: Code = Code("E0302");

/// Two types as they are told apart: with their files where the names alone are the same.
pub(in super::super) fn told_apart(db: &dyn Db, a: &Ty, b: &Ty) -> (String, String) {
    let (a_text, b_text) = (a.to_string(), b.to_string());
    match (declared_in(a), declared_in(b)) {
        (Some(a), Some(b)) if a_text == b_text => {
            (format!("{a_text} of {}", a.path(db)), format!("{b_text} of {}", b.path(db)))
        }
        _ => (a_text, b_text),
    }
}

/// The file that declares a type, or what it is made of.
fn declared_in(ty: &Ty) -> Option<SourceFile> {
    match ty {
        Ty::Named(key, _) => Some(key.file),
        Ty::List(inner) | Ty::Option(inner) | Ty::Map(_, inner) => declared_in(inner),
        _ => None,
    }
}

/// A value of the wrong type.
pub(in super::super) fn wrong_type(
    db: &dyn Db,
    base: &Base,
    expr: &Expr,
    actual: &Ty,
    expected: &Ty,
    why: &Why,
) -> Diagnostic {
    let (a, e) = told_apart(db, actual, expected);
    let here = base.at(expr.span);
    let found =
        Diagnostic::new(MISMATCH, says(why, &e, &format!("not `{a}`")), here).here(format!("this is `{a}`"));
    let found = other_end(found, base, why, &e);
    if let (Some(is), Some(wanted)) = (does(db, actual), does(db, expected)) {
        return other_process(found, (actual, &is), (expected, &wanted));
    }
    match decl::process_parts(db, actual) {
        Some((result, _)) if result == *expected => found.help("wait for its result with `join(…)`"),
        None if matches!(expected, Ty::Process(..) | Ty::ProcessOf(..)) => match actual {
            Ty::List(_) | Ty::Map(..) => found.help("go through them with `for`"),
            _ => found.help("start one: `spawn work(…)`"),
        },
        _ => way_forward(found, base, expr, actual, expected),
    }
}

/// One process where another is expected: each with what it does.
fn other_process(found: Diagnostic, actual: (&Ty, &str), expected: (&Ty, &str)) -> Diagnostic {
    let found = found.note(format!("`{}` {}; `{}` {}", actual.0, actual.1, expected.0, expected.1));
    match (actual.0, expected.0) {
        (Ty::ProcessOf(..), Ty::ProcessOf(wanted, _)) => {
            found.help(format!("spawn `{}` for it, or declare it as `{}`", wanted.name, actual.0))
        }
        (_, Ty::ProcessOf(..)) => {
            found.help(format!("write the type of the process with what it runs: `{}`", expected.0))
        }
        _ => found.help(format!("declare it as `{}`, or spawn what yields and emits that", actual.0)),
    }
}

/// What a process yields and emits.
fn does(db: &dyn Db, process: &Ty) -> Option<String> {
    let (result, emitted) = decl::process_parts(db, process)?;
    let emitted = match emitted {
        Ty::Never => "emits nothing".to_owned(),
        emitted => format!("emits `{emitted}`"),
    };
    Some(match result {
        Ty::None => format!("yields nothing and {emitted}"),
        result => format!("yields `{result}` and {emitted}"),
    })
}

/// A block that ends without the value that it must yield.
pub(in super::super) fn missing_value(base: &Base, block: &Block, expected: &Ty, why: &Why) -> Diagnostic {
    let e = expected.to_string();
    let end = Span::new(block.span.end.saturating_sub(1), block.span.end);
    let here = base.at(end);
    let found = Diagnostic::new(MISSING_VALUE, says(why, &e, "but this path yields nothing"), here)
        .here("the block ends here without a value");
    let found = other_end(found, base, why, &e);
    match block.stmts.last().map(|stmt| &stmt.kind) {
        Some(flow_grammar::tree::StmtKind::Let { .. } | flow_grammar::tree::StmtKind::Var { .. }) => {
            found.help("write the value as the last line of the block: a binding is not one")
        }
        _ => found.help("write the value as the last line of the block"),
    }
}

/// `if c { 1 }` where a value is needed.
pub(in super::super) fn if_without_else(base: &Base, then: Span, expected: &Ty, why: &Why) -> Diagnostic {
    let e = expected.to_string();
    let here = base.at(Span::new(then.end.saturating_sub(1), then.end));
    let found = Diagnostic::new(MISSING_VALUE, says(why, &e, "but this `if` has no `else`"), here)
        .here("where the condition does not hold there is no value");
    other_end(found, base, why, &e).help("add `else { … }`")
}

/// What is expected and why, as the first half of a sentence.
pub(in super::super) fn says(why: &Why, e: &str, but: &str) -> String {
    match why {
        Why::Param { callee, param, .. } => format!("`{callee}` takes `{e}` as `{param}`, {but}"),
        Why::Stage { stage, param, .. } => format!("stage `{stage}` takes `{e}` as `{param}`, {but}"),
        Why::Field { owner, field, .. } => format!("`{field}` of `{owner}` is `{e}`, {but}"),
        Why::Declared { name, .. } if name.is_empty() => format!("this is declared as `{e}`, {but}"),
        Why::Declared { name, .. } | Why::Variable { name, .. } => format!("`{name}` is `{e}`, {but}"),
        Why::Result { of, .. } => format!("`{of}` returns `{e}`, {but}"),
        Why::Operand { op, .. } => format!("`{op}` takes `{e}` here, {but}"),
        Why::Part { of, what, why } => says(why, &of.to_string(), &format!("so {what} is `{e}`, {but}")),
        Why::Emits { of, .. } => format!("`{of}` emits `{e}`, {but}"),
        Why::Setting(key) => format!("`{key}` takes `{e}`, {but}"),
        Why::Language(what) | Why::Place(what) => format!("{what} is `{e}`, {but}"),
        Why::Stub { of, .. } => format!("`{of}` yields `{e}`, {but}"),
        Why::Stubs { of, .. } => {
            format!("the answers of `{of}` are `{e}`, one for each call, or a closure, {but}")
        }
        Why::Closure(method) => format!("the closure of `{method}` yields `{e}`, {but}"),
        Why::Index { of: Ty::Map(..), .. } => format!("the keys of this map are `{e}`, {but}"),
        Why::Index { .. } => format!("a list is indexed by `{e}`, {but}"),
    }
}

/// Points at the other end of the mismatch.
pub(in super::super) fn other_end(found: Diagnostic, base: &Base, why: &Why, e: &str) -> Diagnostic {
    let own = |span: Span| base.at(span);
    match why {
        Why::Param { callee, declared: Some(declared), .. } => {
            found.label(declared.clone(), format!("`{callee}` takes `{e}`"))
        }
        Why::Stage { stage, declared, .. } => {
            found.label(declared.clone(), format!("stage `{stage}` takes `{e}`"))
        }
        Why::Field { declared: Some(declared), .. } => {
            found.label(declared.clone(), format!("declared as `{e}`"))
        }
        Why::Declared { at, .. } => found.label(own(*at), format!("declared as `{e}`")),
        Why::Variable { declared, .. } => found.label(own(*declared), format!("declared here as `{e}`")),
        Why::Result { declared: Some(declared), .. } => found.label(own(*declared), "the declared result"),
        Why::Emits { declared, .. } => found.label(own(*declared), "declared here"),
        Why::Stub { of, declared: Some(declared) } | Why::Stubs { of, declared: Some(declared) } => {
            found.label(declared.clone(), format!("`{of}` is declared here"))
        }
        Why::Operand { at, .. } => found.label(own(*at), "for this operator"),
        Why::Part { of, why, .. } => other_end(found, base, why, &of.to_string()),
        Why::Index { of, at, .. } => found.label(own(*at), format!("this is `{of}`")),
        _ => found,
    }
}

/// What makes the one type into the other.
fn way_forward(found: Diagnostic, base: &Base, expr: &Expr, actual: &Ty, expected: &Ty) -> Diagnostic {
    let place = base.at(expr.span);
    let behind = |text: &str, title: &str| Fix {
        title: title.to_owned(),
        edits: vec![Edit { place: super::end_of(place.clone()), text: text.to_owned() }],
        certain: false,
    };
    let around = |before: &str, after: &str, title: &str| Fix {
        title: title.to_owned(),
        edits: vec![
            Edit { place: super::start_of(place.clone()), text: before.to_owned() },
            Edit { place: super::end_of(place.clone()), text: after.to_owned() },
        ],
        certain: false,
    };
    match (actual, expected) {
        (Ty::Option(inner), _) if inner.as_ref() == expected => {
            found.help("it may be `none`: say what to take then with `?? …`, or test it with `is none`")
        }
        (Ty::None, _) => found.help(format!("only an optional type takes `none`: `{expected}?`")),
        (Ty::Int, Ty::Duration) if matches!(expr.kind, ExprKind::Int(_)) => {
            found.help("write the unit: `30s`, `15m`, `2h`").fix(behind("s", "add `s` for seconds"))
        }
        (Ty::Int | Ty::Float, Ty::Money) if matches!(expr.kind, ExprKind::Int(_) | ExprKind::Float(_)) => {
            found.help("write it as money: `$2.50`").fix(super::insert("add `$`", place, "$"))
        }
        (Ty::List(of), Ty::List(wanted)) if matches!((&**of, &**wanted), (Ty::String, Ty::File(_) | Ty::Output(_))) => {
            found.help("a command may yield files, each of which is proven to be there: `command changed() -> [file] { run: […], output: lines }`")
        }
        (Ty::List(_), _) if matches!(expr.kind, ExprKind::For { .. }) => {
            found.help("a `for` yields what its rounds yield: write behind it what comes of the whole")
        }
        (Ty::Exec, Ty::Bool) => found
            .help("look at its exit code: `tests().exit == 0`")
            .fix(behind(".exit == 0", "compare its exit code")),
        (Ty::Exec, Ty::String) => {
            found.help("take what it printed: `.stdout`").fix(behind(".stdout", "take what it printed"))
        }
        (Ty::Int | Ty::Float | Ty::Duration, Ty::Bool) => found.help("compare it: `… > 0`"),
        (Ty::String, Ty::Bool) => found.help("compare it, or ask `is_empty()`"),
        (Ty::Option(_), Ty::Bool) => found.help("ask `is_some()`, or test it with `is none`"),
        (Ty::List(_) | Ty::Map(..), Ty::Bool) => found.help("ask `is_empty()`"),
        (Ty::Float, Ty::Int) => found.help("round it: `.round()`, `.floor()` or `.ceil()`"),
        (Ty::String, Ty::Int) => found.help("`to_int()` reads a number from text; it is `none` where there is none"),
        (Ty::String, Ty::Float) => found.help("`to_float()` reads a number from text; it is `none` where there is none"),
        (Ty::File(_) | Ty::Output(_), Ty::String) => {
            found.help("take its path with `.path`, or its text with `read(…)`").fix(behind(".path", "take its path"))
        }
        (Ty::Failure, Ty::String) => found.help("take its `.message`").fix(behind(".message", "take its message")),
        (Ty::Int | Ty::Float | Ty::Bool | Ty::Duration | Ty::Time | Ty::Money | Ty::Json, Ty::String) => found
            .help("put it into a string: `\"${…}\"`")
            .fix(around("\"${", "}\"", "put it into a string")),
        (Ty::String, Ty::File(_)) => {
            found.help("a `file` comes from an agent, a command, `glob(…)`, or `write(path, text)`")
        }
        (Ty::String | Ty::File(_), Ty::Output(_)) => {
            found.note("an `output` is a file that the call which returns it has written itself, so only such a call yields one")
        }
        (Ty::Output(_) | Ty::File(_), Ty::File(Some(_))) => {
            found.note("whether a path matches a pattern is proven where an agent or command returns the file")
        }
        (_, Ty::List(element)) if element.as_ref() == actual || matches!(**element, Ty::Infer(_)) => {
            found.help("put it into a list: `[…]`").fix(around("[", "]", "put it into a list"))
        }
        (Ty::List(element), _) if element.as_ref() == expected => {
            found.help("take one of them: `.first()`, `.get(0)`, or go through them with `for`")
        }
        _ => found,
    }
}
