//! Functions that call themselves, at once or through others. An `fn` ends whatever it is given, so none does, nor is a
//! constant made of itself through one, nor do the defaults and predicates of a type lead back to it. That a type holds values
//! of its own is no circle. Modules do not import one another in a circle: each circle lies in one file.

use super::messages;
use crate::db::{Db, Rules, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::knots::{is_circle, knots, shortest_circle};
use crate::resolve::{DefKind, Scope, scope};
use crate::syntax::{Item, Role, find_item, items};
use crate::types::body::{Body, Ref};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_ty};
use flow_grammar::tree::{Expr, ExprKind, Field, TypeExpr, TypeExprKind};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The circles of calls that are told at a function, constant or type.
pub(crate) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    if !is_pure(item.role(db)) {
        return Vec::new();
    }
    let circles = circles(db, item.file(db)).get(&item.key(db)).map(Vec::as_slice).unwrap_or_default();
    circles.iter().filter_map(|circle| told(db, circle)).collect()
}

fn is_pure(role: Role) -> bool {
    matches!(role, Role::Declares(DefKind::Fn | DefKind::Const | DefKind::Type))
}

/// What of an item is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    /// A function, a constant, or the predicates of a type.
    Whole,
    /// The defaults of a type's fields.
    Defaults,
}

/// What one part of an item needs of another one of its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Need {
    from: Part,
    to: ItemKey,
    part: Part,
    /// Whether it is a type of what the values hold, which is looked at for smaller values only.
    inside: bool,
}

/// The circles of a file, by the first item of each in the text: one for each function that calls itself, and one for each
/// knot of functions that call one another.
#[salsa::tracked]
fn circles(db: &dyn Db, file: SourceFile) -> FxHashMap<ItemKey, Vec<Vec<Node>>> {
    let graph = Graph::of(db, file);
    let mut found: Vec<Vec<usize>> = Vec::new();
    let all = graph.edges(true);
    for (node, to) in all.iter().enumerate() {
        let needs_itself = match graph.kind(node) {
            DefKind::Const => false,
            DefKind::Type => graph.nodes[node].1 == Part::Defaults,
            _ => true,
        };
        if needs_itself && to.contains(&node) {
            found.push(vec![node]);
        }
    }
    let all = without_loops(all);
    let mut types_only = false;
    for knot in knots(&all).iter().filter(|knot| is_circle(knot, &all)) {
        // A way round through a function is told; one through types alone may be nothing but a type that holds itself.
        match knot.iter().filter(|node| graph.kind(**node) != DefKind::Type).min() {
            Some(start) => found.extend(shortest(&all, *start)),
            None => types_only = true,
        }
    }
    if types_only {
        let used = without_loops(graph.edges(false));
        for knot in knots(&used).iter().filter(|knot| is_circle(knot, &used)) {
            if knot.iter().all(|node| graph.kind(*node) == DefKind::Type) {
                found.extend(knot.iter().min().and_then(|start| shortest(&used, *start)));
            }
        }
    }
    let mut told: FxHashMap<ItemKey, Vec<Vec<Node>>> = FxHashMap::default();
    for mut circle in found {
        // A constant that is made of constants only, and of itself, is told there.
        if circle.iter().all(|node| graph.kind(*node) == DefKind::Const) {
            continue;
        }
        let first = circle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(place, _)| place);
        circle.rotate_left(first);
        let way: Vec<Node> = circle.iter().map(|node| graph.nodes[*node].clone()).collect();
        if let Some((key, _)) = way.first() {
            told.entry(key.clone()).or_default().push(way);
        }
    }
    told
}

/// A part of an item.
type Node = (ItemKey, Part);

/// What of a file needs what, in the order of the text.
struct Graph {
    nodes: Vec<Node>,
    kinds: Vec<DefKind>,
    /// What each node needs, and [`Need::inside`] of that.
    needs: Vec<Vec<(usize, bool)>>,
}

impl Graph {
    fn of(db: &dyn Db, file: SourceFile) -> Self {
        let mut graph = Self { nodes: Vec::new(), kinds: Vec::new(), needs: Vec::new() };
        let pure: Vec<Item<'_>> =
            items(db, file).iter().filter(|item| is_pure(item.role(db))).copied().collect();
        for item in &pure {
            let Role::Declares(kind) = item.role(db) else { continue };
            graph.nodes.push((item.key(db), Part::Whole));
            graph.kinds.push(kind);
            if kind == DefKind::Type {
                graph.nodes.push((item.key(db), Part::Defaults));
                graph.kinds.push(kind);
            }
        }
        let numbers: FxHashMap<&Node, usize> = graph.nodes.iter().zip(0..).collect();
        let mut needs = vec![Vec::new(); graph.nodes.len()];
        let may_change = Rules::get(db).may_change(db);
        for item in &pure {
            let mut own = (item.key(db), Part::Whole);
            let used: Cow<'_, [Need]> =
                if may_change { used(db, *item).into() } else { needs_of(db, *item).into() };
            for need in used.iter() {
                own.1 = need.from;
                let to = numbers.get(&(need.to.clone(), need.part));
                if let (Some(from), Some(to)) = (numbers.get(&own), to) {
                    needs[*from].push((*to, need.inside));
                }
            }
        }
        graph.needs = needs;
        graph
    }

    fn kind(&self, node: usize) -> DefKind {
        self.kinds[node]
    }

    /// What each node needs, that of what the values hold only if it is asked for.
    fn edges(&self, inside_too: bool) -> Vec<Vec<usize>> {
        let counts = |(to, inside): &(usize, bool)| (inside_too || !inside).then_some(*to);
        self.needs.iter().map(|needs| needs.iter().filter_map(counts).collect()).collect()
    }
}

fn without_loops(mut edges: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    edges.iter_mut().enumerate().for_each(|(node, to)| to.retain(|to| *to != node));
    edges
}

/// The shortest way from a node back to itself.
fn shortest(edges: &[Vec<usize>], start: usize) -> Option<Vec<usize>> {
    let circle = shortest_circle(start, |node| edges[node].iter().map(|to| (*to, ())))?;
    Some(circle.into_iter().map(|(node, ())| node).collect())
}

/// What an item needs of its own file, in a fixed order.
#[salsa::tracked]
fn used<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Need> {
    needs_of(db, item)
}

fn needs_of(db: &dyn Db, item: Item<'_>) -> Vec<Need> {
    let mut needs: Vec<Need> = uses(db, item).into_iter().map(|(need, _)| need).collect();
    needs.sort();
    needs.dedup();
    needs
}

/// A circle in words, each step with the place where it goes on.
fn told(db: &dyn Db, circle: &[Node]) -> Option<Diagnostic> {
    let next = circle.iter().cycle().skip(1);
    let steps: Option<Vec<(&str, Place)>> = circle
        .iter()
        .zip(next)
        .map(|((from, part), (to, of))| {
            let item = find_item(db, from)?;
            let first = uses(db, item)
                .into_iter()
                .find(|(need, _)| (need.from, need.part) == (*part, *of) && need.to == *to);
            Some((from.name.as_str(), item.place(db, first.map(|(_, span)| span).unwrap_or_default())))
        })
        .collect();
    messages::endless_calls(&steps?)
}

/// What is computed for an item, in the order of its text: what it names, the defaults of what it makes without all fields,
/// and the predicates of the types of its values.
fn uses(db: &dyn Db, item: Item<'_>) -> Vec<(Need, Span)> {
    let body = check_body(db, item);
    let inside = item.role(db) == Role::Declares(DefKind::Type);
    let file = item.file(db);
    let mut uses =
        Uses { body: &body, file, scope: scope(db, file), from: Part::Whole, inside, found: Vec::new() };
    walk_item(&mut uses, item.tree(db));
    uses.found
}

struct Uses<'a> {
    body: &'a Body,
    file: SourceFile,
    scope: &'a Scope,
    /// What is looked through.
    from: Part,
    /// Whether a type that is named here is one of what the values hold.
    inside: bool,
    found: Vec<(Need, Span)>,
}

impl Uses<'_> {
    fn need(&mut self, to: &ItemKey, part: Part, span: Span) {
        if to.file == self.file {
            self.found.push((Need { from: self.from, to: to.clone(), part, inside: self.inside }, span));
        }
    }
}

impl Visit for Uses<'_> {
    fn expr(&mut self, expr: &Expr) {
        let inside = std::mem::take(&mut self.inside);
        if let Some(Ref::Item(key)) = self.body.refs.get(expr.id) {
            self.need(key, Part::Whole, expr.span);
        }
        if let ExprKind::Call { callee, .. } = &expr.kind
            && let Some(Ref::Type(Ty::Named(key, _)) | Ref::Variant { ty: Ty::Named(key, _), .. }) =
                self.body.refs.get(callee.id)
        {
            if self.body.args.get(&expr.id).is_some_and(|order| order.contains(&None)) {
                self.need(key, Part::Defaults, callee.span);
            }
            self.need(key, Part::Whole, callee.span);
        }
        walk_expr(self, expr);
        self.inside = inside;
    }

    fn field(&mut self, field: &Field) {
        self.ty(&field.ty);
        field.predicate.iter().for_each(|predicate| self.expr(predicate));
        if let Some(default) = &field.default {
            let from = std::mem::replace(&mut self.from, Part::Defaults);
            self.expr(default);
            self.from = from;
        }
    }

    fn ty(&mut self, ty: &TypeExpr) {
        if let TypeExprKind::Named { name, .. } = &ty.kind
            && let Some(def) = self.scope.ty(&name.text)
        {
            self.need(&def.key, Part::Whole, ty.span);
        }
        walk_ty(self, ty);
    }
}
