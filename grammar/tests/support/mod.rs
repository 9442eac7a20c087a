//! Trees and errors as short text, for snapshots: programs as they were understood, every operation in parentheses, errors
//! as `⟂`.
#![allow(dead_code, reason = "each test uses its part")]

use flow_grammar::error::SyntaxError;
use flow_grammar::parse::{Parsed, parse};
use flow_grammar::tree::*;
use std::fmt::Write;

/// The source, what was understood, and what was wrong.
pub(crate) fn report(text: &str) -> String {
    let parsed = parse(text);
    let mut out = format!("{}\n---\n{}", text.trim_end(), tree(&parsed));
    let errors = errors(text, &parsed);
    if !errors.is_empty() {
        let _ = write!(out, "---\n{errors}");
    }
    out
}

/// All items of a file.
pub(crate) fn tree(parsed: &Parsed) -> String {
    parsed.items.iter().map(|item| show_item(&item.item) + "\n").collect()
}

/// All errors of a file, each with the text that it marks.
pub(crate) fn errors(text: &str, parsed: &Parsed) -> String {
    let own = parsed.errors.iter().cloned();
    let of_items = parsed
        .items
        .iter()
        .flat_map(|item| item.errors.iter().map(|error| error.clone().shifted(item.start)));
    let mut all: Vec<SyntaxError> = own.chain(of_items).collect();
    all.sort_by_key(|error| error.span);
    all.iter().map(|error| line_of(text, error)).collect()
}

pub(crate) fn line_of(text: &str, error: &SyntaxError) -> String {
    let before = &text[..error.span.start as usize];
    let line = before.matches('\n').count() + 1;
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
    let marked = &text[error.span.range()];
    let mut out = format!("{line}:{column} {} {} [{}]", error.code(), error.message(), marked.escape_debug());
    if let Some((span, what)) = error.label {
        let _ = write!(out, " label: [{}] {what}", &text[span.range()]);
    }
    if let Some(fix) = &error.suggestion {
        let _ = write!(out, " fix: [{}] → [{}]", &text[fix.span.range()], fix.text);
    }
    out + "\n"
}

pub(crate) fn show_item(item: &Item) -> String {
    let mut out = String::new();
    if let Some(docs) = &item.docs {
        let _ = writeln!(out, "/// {}", docs.text.replace('\n', " ↵ "));
    }
    out.push_str(&attrs(&item.attrs));
    out + &match &item.kind {
        ItemKind::Import(import) => {
            let names =
                import.names.as_ref().map_or(String::new(), |names| format!(".{{{}}}", list(names, name)));
            let alias = import.alias.as_ref().map_or(String::new(), |alias| format!(" as {}", name(alias)));
            format!("import {}{names}{alias}", import.path.text())
        }
        ItemKind::Type(decl) => {
            let head = format!("type {}{}", name(&decl.name), params_of_type(&decl.params));
            match &decl.body {
                TypeBody::Record(fields) => format!("{head} {{ {} }}", list(fields, field)),
                TypeBody::Alts { alts, predicate } => {
                    let alts: Vec<String> = alts.iter().map(alt).collect();
                    format!("{head} = {}{}", alts.join(" | "), option(" where ", predicate.as_deref(), expr))
                }
            }
        }
        ItemKind::Doer(decl) => format!(
            "{} {}{}({}){} {{ {} }}",
            decl.kind.keyword(),
            name(&decl.name),
            params_of_type(&decl.type_params),
            list(&decl.params, param),
            option(" -> ", decl.result.as_deref(), ty),
            list(&decl.settings, setting)
        ),
        ItemKind::Fn(decl) => format!(
            "fn {}{}({}){} {}",
            name(&decl.name),
            params_of_type(&decl.type_params),
            list(&decl.params, param),
            option(" -> ", decl.result.as_deref(), ty),
            block(&decl.body, 0)
        ),
        ItemKind::Flow(decl) => format!(
            "{} {}{}({}){}{} {}",
            if decl.kind == FlowKind::Flow { "flow" } else { "tool" },
            name(&decl.name),
            params_of_type(&decl.type_params),
            list(&decl.params, param),
            option(" -> ", decl.result.as_deref(), ty),
            option(" emits ", decl.emits.as_deref(), ty),
            block(&decl.body, 0)
        ),
        ItemKind::Test(decl) => format!("test {} {}", template(&decl.name), block(&decl.body, 0)),
        ItemKind::Secret(secret) => format!("secret {}", name(secret)),
        ItemKind::Const(decl) => {
            format!(
                "const {}{} = {}",
                name(&decl.name),
                option(": ", decl.ty.as_deref(), ty),
                expr(&decl.value)
            )
        }
        ItemKind::Error => "⟂".into(),
    }
}

fn name(name: &Name) -> String {
    if name.text.is_empty() { "⟂".into() } else { name.text.to_string() }
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn option<T>(before: &str, value: Option<&T>, show: impl Fn(&T) -> String) -> String {
    value.map_or(String::new(), |value| format!("{before}{}", show(value)))
}

fn docs(docs: Option<&Docs>) -> String {
    docs.map_or(String::new(), |docs| format!("/// {} /// ", docs.text.replace('\n', " ↵ ")))
}

fn attrs(attrs: &[Attr]) -> String {
    let show = |attr: &Attr| {
        format!(
            "@{}{} ",
            name(&attr.name),
            attr.args.as_ref().map_or(String::new(), |args| format!("({})", list(args, arg)))
        )
    };
    attrs.iter().map(show).collect()
}

fn params_of_type(params: &[Name]) -> String {
    if params.is_empty() { String::new() } else { format!("<{}>", list(params, name)) }
}

fn alt(alt: &Alt) -> String {
    let docs = docs(alt.docs.as_ref());
    match &alt.kind {
        AltKind::Variant { name: variant, fields } => {
            format!("{docs}{}({})", name(variant), list(fields, field))
        }
        AltKind::Type(alias) => docs + &ty(alias),
    }
}

fn field(field: &Field) -> String {
    format!(
        "{}{}{}: {}{}{}",
        docs(field.docs.as_ref()),
        attrs(&field.attrs),
        name(&field.name),
        ty(&field.ty),
        option(" where ", field.predicate.as_deref(), expr),
        option(" = ", field.default.as_deref(), expr)
    )
}

fn param(param: &Param) -> String {
    let head = format!(
        "{}{}{}: {}",
        docs(param.docs.as_ref()),
        attrs(&param.attrs),
        name(&param.name),
        ty(&param.ty)
    );
    head + &option(" = ", param.default.as_deref(), expr)
}

fn setting(setting: &Setting) -> String {
    format!("{}{}: {}", docs(setting.docs.as_ref()), name(&setting.name), expr(&setting.value))
}

pub(crate) fn ty(written: &TypeExpr) -> String {
    let args_of =
        |args: &[TypeExpr]| if args.is_empty() { String::new() } else { format!("<{}>", list(args, ty)) };
    match &written.kind {
        TypeExprKind::Option(inner) => format!("{}?", ty(inner)),
        TypeExprKind::List(inner) => format!("[{}]", ty(inner)),
        TypeExprKind::Map(key, value) => format!("{{{}: {}}}", ty(key), ty(value)),
        TypeExprKind::Named { name: named, args } => name(named) + &args_of(args),
        TypeExprKind::Qualified { module, name: named, args } => {
            format!("{}.{}{}", name(module), name(named), args_of(args))
        }
        TypeExprKind::Builtin { name: named, args } => {
            name(named) + &args.as_ref().map_or(String::new(), |args| format!("({})", list(args, arg)))
        }
        TypeExprKind::Error => "⟂".into(),
    }
}

fn block(block: &Block, indent: usize) -> String {
    if block.stmts.is_empty() {
        return "{ }".into();
    }
    let pad = "  ".repeat(indent + 1);
    let lines: String = block.stmts.iter().map(|line| format!("{pad}{}\n", stmt(line, indent + 1))).collect();
    format!("{{\n{lines}{}}}", "  ".repeat(indent))
}

fn stmt(stmt: &Stmt, indent: usize) -> String {
    let expr = |value: &Expr| expr_at(value, indent);
    docs(stmt.docs.as_deref())
        + &attrs(&stmt.attrs)
        + &match &stmt.kind {
            StmtKind::Let { pattern: bound, ty: written, value } => {
                format!("let {}{} = {}", pattern(bound), option(": ", written.as_deref(), ty), expr(value))
            }
            StmtKind::Var { name: bound, ty: written, value } => {
                format!("var {}{} = {}", name(bound), option(": ", written.as_deref(), ty), expr(value))
            }
            StmtKind::Assign { target, value } => format!("{} = {}", expr(target), expr(value)),
            StmtKind::AddAssign { target, value } => format!("{} += {}", expr(target), expr(value)),
            StmtKind::Expr(value) => expr(value),
            StmtKind::Require { condition, message } => {
                format!("require {}, {}", expr(condition), expr(message))
            }
            StmtKind::Emit(value) => format!("emit {}", expr(value)),
            StmtKind::Defer(body) => format!("defer {}", block(body, indent)),
            StmtKind::Stage(stage) => format!(
                "stage {}({}){} {}",
                name(&stage.name),
                list(&stage.params, param),
                option(" max ", stage.max.as_deref(), expr),
                block(&stage.body, indent)
            ),
            StmtKind::Expose(expose) => format!(
                "expose {}({}){} {}",
                name(&expose.name),
                list(&expose.params, param),
                option(" -> ", expose.result.as_deref(), ty),
                block(&expose.body, indent)
            ),
            StmtKind::Stub { name: stub, value } => format!("stub {} = {}", name(stub), expr(value)),
            StmtKind::Expect(value) => format!("expect {}", expr(value)),
            StmtKind::Error => "⟂".into(),
        }
}

fn arg(arg: &Arg) -> String {
    option("", arg.label.as_ref(), |label| format!("{}: ", name(label))) + &expr(&arg.value)
}

pub(crate) fn template(template: &Template) -> String {
    let quotes = if template.block { "\"\"\"" } else { "\"" };
    let parts: String = template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text, _) => text.escape_debug().to_string(),
            TemplatePart::Hole(hole) => format!("${{{}}}", expr(hole)),
        })
        .collect();
    format!("{quotes}{parts}{quotes}")
}

pub(crate) fn expr(value: &Expr) -> String {
    expr_at(value, 0)
}

fn expr_at(value: &Expr, indent: usize) -> String {
    let expr = |value: &Expr| expr_at(value, indent);
    let boxed = |before: &str, value: &Option<Box<Expr>>| option(before, value.as_deref(), expr);
    match &value.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::None => "none".into(),
        ExprKind::Duration(value) => format!("{value}ms"),
        ExprKind::Money(value) => format!("${value}µ"),
        ExprKind::Str(value) => template(value),
        ExprKind::List(items) => format!("[{}]", list(items, expr)),
        ExprKind::Map(entries) if entries.is_empty() => "[:]".into(),
        ExprKind::Map(entries) => {
            format!("[{}]", list(entries, |(key, value)| format!("{}: {}", expr(key), expr(value))))
        }
        ExprKind::Lower(lower) => name(lower),
        ExprKind::Upper(upper) => name(upper),
        ExprKind::Paren(inner) => format!("({})", expr(inner)),
        ExprKind::Call { callee, args, .. } => format!("{}({})", expr(callee), list(args, arg)),
        ExprKind::Field { base, name: field, optional } => {
            format!("{}{}{}", expr(base), if *optional { "?." } else { "." }, name(field))
        }
        ExprKind::Select { base, names } => format!("{}.{{{}}}", expr(base), list(names, name)),
        ExprKind::Index { base, index } => format!("{}[{}]", expr(base), expr(index)),
        ExprKind::With { base, settings } => {
            format!("({} with {{ {} }})", expr(base), list(settings, setting))
        }
        ExprKind::Unary { op, operand } => {
            let op = match op {
                UnaryOp::Neg => "-",
                UnaryOp::Not => "not ",
                UnaryOp::Spawn => "spawn ",
                UnaryOp::Open => "open ",
            };
            format!("({op}{})", expr(operand))
        }
        ExprKind::Binary { op, left, right, .. } => format!("({} {} {})", expr(left), op.text(), expr(right)),
        ExprKind::Is { value, pattern: tested } => format!("({} is {})", expr(value), pattern(tested)),
        ExprKind::Catch { body, binder, handler } => {
            format!(
                "({} catch {} {})",
                expr(body),
                binder.as_deref().map_or("_".into(), name),
                block(handler, indent)
            )
        }
        ExprKind::Closure { params, body } => {
            let params = list(params, |param| param.as_ref().map_or("_".into(), name));
            format!("(|{params}| {})", expr(body))
        }
        ExprKind::Block(body) => block(body, indent),
        ExprKind::If { condition, then, otherwise } => {
            format!("if {} {}{}", expr(condition), block(then, indent), boxed(" else ", otherwise))
        }
        ExprKind::Match { scrutinee, arms } => {
            let pad = "  ".repeat(indent + 1);
            let show = |arm: &Arm| {
                let guard = option(" if ", arm.guard.as_deref(), expr);
                format!("{pad}{}{guard} => {}\n", pattern(&arm.pattern), expr_at(&arm.body, indent + 1))
            };
            let arms: String = arms.iter().map(show).collect();
            format!("match {} {{\n{arms}{}}}", expr(scrutinee), "  ".repeat(indent))
        }
        ExprKind::Loop { max, body, otherwise } => format!(
            "loop{} {}{}",
            boxed(" max ", max),
            block(body, indent),
            option(" else ", otherwise.as_ref(), |body| block(body, indent))
        ),
        ExprKind::For { parallel, pattern: bound, iterable, max, body } => format!(
            "{}for {} in {}{} {}",
            if *parallel { "parallel " } else { "" },
            pattern(bound),
            expr(iterable),
            boxed(" max ", max),
            block(body, indent)
        ),
        ExprKind::Parallel(branches) => {
            format!(
                "parallel {{ {} }}",
                list(branches, |branch| format!("{}: {}", name(&branch.name), expr(&branch.body)))
            )
        }
        ExprKind::Race(arms) => {
            let show = |arm: &RaceArm| {
                format!("{} = {} => {}", pattern(&arm.pattern), expr(&arm.value), expr(&arm.body))
            };
            format!("race {{ {} }}", list(arms, show))
        }
        ExprKind::Return(value) => format!("return{}", boxed(" ", value)),
        ExprKind::Done(value) => format!("done{}", boxed(" ", value)),
        ExprKind::Break(value) => format!("break{}", boxed(" ", value)),
        ExprKind::Continue => "continue".into(),
        ExprKind::Fail(value) => format!("fail {}", expr(value)),
        ExprKind::Blocked(value) => format!("blocked {}", expr(value)),
        ExprKind::Handoff { stage, args, .. } => format!("handoff {}({})", name(stage), list(args, arg)),
        ExprKind::Error => "⟂".into(),
    }
}

fn pattern(pattern: &Pattern) -> String {
    let fields = |fields: &[PatternField]| {
        list(fields, |field| match field {
            PatternField::Short(short, _) => name(short),
            PatternField::Named(label, inner) => format!("{}: {}", name(label), self::pattern(inner)),
            PatternField::Rest(_) => "..".into(),
        })
    };
    match &pattern.kind {
        PatternKind::Wildcard => "_".into(),
        PatternKind::Bind(bound) => name(bound),
        PatternKind::Int(value) => value.to_string(),
        PatternKind::Str(value) => template(value),
        PatternKind::Bool(value) => value.to_string(),
        PatternKind::None => "none".into(),
        PatternKind::Variant { qualifier, name: variant, fields: payload } => format!(
            "{}{}{}",
            qualifier.as_ref().map_or(String::new(), |qualifier| format!("{}.", name(qualifier))),
            name(variant),
            payload.as_ref().map_or(String::new(), |payload| format!("({})", fields(payload)))
        ),
        PatternKind::Record(record) => format!("{{ {} }}", fields(record)),
        PatternKind::Or(patterns) => patterns.iter().map(self::pattern).collect::<Vec<_>>().join(" | "),
        PatternKind::Error => "⟂".into(),
    }
}
