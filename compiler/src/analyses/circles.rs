//! Functions that call themselves, at once or through others. An `fn` ends whatever it is given, so none does, nor is a
//! constant made of itself through one, nor do the defaults and predicates of a type lead back to it. Modules do not
//! import one another in a circle: each circle lies in one file.

use super::messages;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::knots::{is_circle, knots, shortest_circle};
use crate::resolve::{DefKind, Scope, scope};
use crate::syntax::{Item, Role, find_item, items};
use crate::types::body::{Body, Ref};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_ty};
use flow_grammar::tree::{Expr, ExprKind, ItemKind, TypeBody, TypeExpr, TypeExprKind};
use rustc_hash::FxHashMap;

/// The circles of calls that are told at a function, constant or type.
pub(super) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    if !is_pure(item.role(db)) {
        return Vec::new();
    }
    let circles = circles(db, item.file(db)).get(&item.key(db)).map(Vec::as_slice).unwrap_or_default();
    circles.iter().filter_map(|circle| told(db, circle)).collect()
}

fn is_pure(role: Role) -> bool {
    matches!(role, Role::Declares(DefKind::Fn | DefKind::Const | DefKind::Type))
}

/// The circles of a file, by the first item of each in the text: one for each function that calls itself, and one for each
/// knot of functions that call one another.
#[salsa::tracked]
fn circles(db: &dyn Db, file: SourceFile) -> FxHashMap<ItemKey, Vec<Vec<ItemKey>>> {
    let nodes: Vec<Item<'_>> =
        items(db, file).iter().filter(|item| is_pure(item.role(db))).copied().collect();
    let keys: Vec<ItemKey> = nodes.iter().map(|item| item.key(db)).collect();
    let numbers: FxHashMap<&ItemKey, usize> = keys.iter().zip(0..).collect();
    let called =
        |item: &Item<'_>| used(db, *item).iter().filter_map(|key| numbers.get(key).copied()).collect();
    let mut edges: Vec<Vec<usize>> = nodes.iter().map(called).collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (node, to) in edges.iter_mut().enumerate() {
        let all = to.len();
        to.retain(|to| *to != node);
        if to.len() < all && nodes[node].role(db) != Role::Declares(DefKind::Const) {
            found.push(vec![node]);
        }
    }
    for knot in knots(&edges).iter().filter(|knot| is_circle(knot, &edges)) {
        let steps = |node: usize| edges[node].iter().map(|to| (*to, ()));
        let circle = knot.iter().min().and_then(|first| shortest_circle(*first, steps));
        found.extend(circle.map(|circle| circle.into_iter().map(|(node, ())| node).collect::<Vec<_>>()));
    }
    let mut told: FxHashMap<ItemKey, Vec<Vec<ItemKey>>> = FxHashMap::default();
    for circle in found {
        let is_const = |node: &usize| nodes[*node].role(db) == Role::Declares(DefKind::Const);
        // A constant that is made of constants only, and of itself, is told there.
        if let Some(first) = circle.first().filter(|_| !circle.iter().all(is_const)) {
            let way = circle.iter().map(|node| keys[*node].clone()).collect();
            told.entry(keys[*first].clone()).or_default().push(way);
        }
    }
    told
}

/// The functions, constants and types of its own file that are computed for an item, in a fixed order.
#[salsa::tracked]
fn used<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<ItemKey> {
    let file = item.file(db);
    let mut keys: Vec<ItemKey> =
        uses(db, item).into_iter().map(|(key, _)| key).filter(|key| key.file == file).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// A circle in words, each step with the place where it goes on.
fn told(db: &dyn Db, circle: &[ItemKey]) -> Option<Diagnostic> {
    let next = circle.iter().cycle().skip(1);
    let steps: Option<Vec<(&str, Place)>> = circle
        .iter()
        .zip(next)
        .map(|(from, to)| {
            let item = find_item(db, from)?;
            let span = first_use(&item, db, to).unwrap_or_default();
            Some((from.name.as_str(), item.place(db, span)))
        })
        .collect();
    messages::endless_calls(&steps?)
}

/// Where an item first uses another.
fn first_use(item: &Item<'_>, db: &dyn Db, to: &ItemKey) -> Option<Span> {
    uses(db, *item).into_iter().find(|(key, _)| key == to).map(|(_, span)| span)
}

/// What is computed for an item, in the order of its text: what it names, the defaults of what it makes without all fields,
/// and the predicates of the types of its values.
fn uses(db: &dyn Db, item: Item<'_>) -> Vec<(ItemKey, Span)> {
    let body = check_body(db, item);
    let mut uses = Uses { db, body: &body, scope: scope(db, item.file(db)), found: Vec::new() };
    walk_item(&mut uses, item.tree(db));
    uses.found
}

struct Uses<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    scope: &'a Scope,
    found: Vec<(ItemKey, Span)>,
}

impl Visit for Uses<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let Some(Ref::Item(key)) = self.body.refs.get(expr.id) {
            self.found.push((key.clone(), expr.span));
        }
        if let ExprKind::Call { callee, .. } = &expr.kind
            && let Some(Ref::Type(Ty::Named(key, _)) | Ref::Variant { ty: Ty::Named(key, _), .. }) =
                self.body.refs.get(callee.id)
            && self.body.args.get(&expr.id).is_some_and(|order| order.contains(&None))
        {
            self.found.push((key.clone(), callee.span));
        }
        walk_expr(self, expr);
    }

    fn ty(&mut self, ty: &TypeExpr) {
        if let TypeExprKind::Named { name, .. } = &ty.kind
            && let Some(def) = self.scope.ty(&name.text)
            && let Some(ItemKind::Type(declared)) =
                find_item(self.db, &def.key).map(|item| item.kind(self.db))
            && matches!(declared.body, TypeBody::Alts { predicate: Some(_), .. })
        {
            self.found.push((def.key.clone(), ty.span));
        }
        walk_ty(self, ty);
    }
}
