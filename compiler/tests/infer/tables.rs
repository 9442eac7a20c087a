//! The tables themselves: what lowering and the editor read.

use crate::support::{self, Project};
use flow_compiler::syntax::items;
use flow_compiler::types::body::{Body, Coercion, LocalKind, Ref};
use flow_compiler::types::infer::check_body;
use flow_grammar::tree::Expr;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item};
use std::fmt::Write as _;
use std::sync::Arc;

/// Writes every expression with its type and meaning.
struct Dump<'a> {
    text: &'a str,
    body: &'a Body,
    out: String,
}

impl Visit for Dump<'_> {
    fn expr(&mut self, expr: &Expr) {
        let shown = &self.text[expr.span.range()];
        let _ =
            write!(self.out, "{} : {}", shown.lines().next().unwrap_or_default(), self.body.expr(expr.id));
        if let Some(reference) = self.body.refs.get(expr.id) {
            let _ = write!(self.out, "  → {}", meaning(reference));
        }
        if let Some(coercion) = self.body.coercions.get(&expr.id) {
            let _ = write!(self.out, "  {coercion:?}");
        }
        if let Some(args) = self.body.args.get(&expr.id) {
            let _ = write!(self.out, "  args {args:?}");
        }
        if let Some(args) = self.body.type_args.get(&expr.id) {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            let _ = write!(self.out, "  with {args:?}");
        }
        self.out.push('\n');
        walk_expr(self, expr);
    }
}

fn meaning(reference: &Ref) -> String {
    match reference {
        Ref::Local(id) => format!("local {}", id.0),
        Ref::Item(key) => format!("item {}", key.name),
        Ref::Type(ty) => format!("type {ty}"),
        Ref::Variant { ty, variant } => format!("variant {ty}.{variant}"),
        Ref::Method { on, name } => format!("method {on}.{name}"),
        other => format!("{other:?}"),
    }
}

fn body(project: &Project, name: &str) -> (Arc<Body>, String) {
    let file = project.file("main.flow");
    let item = *items(&project.db, file).iter().find(|item| item.name(&project.db) == name).unwrap();
    let text = &file.text(&project.db)[item.start(&project.db) as usize..];
    (check_body(&project.db, item), text.to_owned())
}

fn dump(source: &str, name: &str) -> String {
    let project = support::project(source);
    let (body, text) = body(&project, name);
    let file = project.file("main.flow");
    let item = *items(&project.db, file).iter().find(|item| item.name(&project.db) == name).unwrap();
    let mut dump = Dump { text: &text, body: &body, out: String::new() };
    walk_item(&mut dump, item.tree(&project.db));
    for (index, local) in body.locals.iter().enumerate() {
        let _ = writeln!(dump.out, "local {index}: {:?} {} : {}", local.kind, local.name, local.ty);
    }
    assert!(body.diagnostics.is_empty(), "{:?}", body.diagnostics);
    format!("{source}\n──\n{}", dump.out)
}

macro_rules! tables {
    ($($name:ident: $item:expr, $text:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(dump($text, $item));
            });
        })*
    };
}

tables! {
    a_flow: "f", "type V = Accept | Revise(n: int)\nagent a(x: string, n: float = 1) -> V { prompt: \"${x} ${n}\" }\nflow f(x: string) -> float {\n  let v = a(n: 2, x: x) with { retry: 1 }\n  match v {\n    Accept => 1\n    Revise(n) => n\n  }\n}";
    a_generic_call: "f", "type Box<T> { value: T }\nfn wrap<T>(x: T) -> Box<T> { Box(value: x) }\nfn f() -> Box<float?> { wrap(1) }";
    a_chain: "f", "fn f(name: string?) -> string { name?.split(\" \").map(|part| part.take(1)).join(\"\") ?? \"?\" }";
    numbers: "f", "fn f(a: int, b: int?) -> string {\n  let x = [a, 1.5]\n  let y = if a > 1.0 { a } else { 2.5 }\n  let z = b ?? 0.5\n  let w: float? = b\n  \"${x} ${y} ${z} ${w}\"\n}";
    stages: "f", "flow f(n: int) -> int {\n  let base = n\n  handoff a(y: \"x\")\n  stage a(x: int = base, y: string) {\n    return x + y.len()\n  }\n}";
}

#[test]
fn a_predicate_has_its_own_value() {
    let project = support::project("type P { a: int where it > 1, b: string where it != \"\" }");
    let (body, _) = body(&project, "P");
    let its: Vec<String> = body
        .locals
        .iter()
        .filter(|local| local.kind == LocalKind::It)
        .map(|local| local.ty.to_string())
        .collect();
    assert_eq!(its, ["int", "string"]);
}

#[test]
fn alternatives_share_their_variables() {
    let project = support::project(
        "type V = A(x: int) | B(x: int)\nfn f(v: V) -> int { match v { A(x) | B(x) => x } }",
    );
    let (body, _) = body(&project, "f");
    let mut bound: Vec<u32> = body.binds.values().map(|id| id.0).collect();
    bound.dedup();
    assert_eq!(bound, [1]);
}

#[test]
fn a_whole_number_among_floats_is_changed_where_it_stands() {
    let project = support::project("fn f(a: int) -> [float] { [a, 2] }");
    let (body, _) = body(&project, "f");
    assert_eq!(body.coercions.len(), 2);
    assert!(body.coercions.values().all(|coercion| *coercion == Coercion::IntToFloat));
}

#[test]
fn a_lone_word_is_known_as_one() {
    let project = support::project("agent a(x: string) -> string { prompt: x, effort: high, tools: [read] }");
    let (body, _) = body(&project, "a");
    let mut words: Vec<&str> = body
        .refs
        .values()
        .filter_map(|to| match to {
            Ref::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    words.sort_unstable();
    assert_eq!(words, ["high", "read"]);
}
