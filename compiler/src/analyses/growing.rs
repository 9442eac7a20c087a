//! Generic flows that call themselves, at once or through others, with type arguments that grow: there would be no end of
//! instances, and each is written into the program.

use super::calls::calls_itself;
use super::messages;
use crate::db::Db;
use crate::diagnostics::{Diagnostic, ItemKey};
use crate::syntax::{Item, find_item};
use crate::types::body::Ref;
use crate::types::decl::{has_grown, holds_param, signature, subst};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item};
use flow_grammar::tree::{Expr, ExprKind, ItemKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// How many instances are looked at from one flow, and how many of one flow; beyond that, nothing is said.
const MOST_CALLS: usize = 1000;
const MOST_INSTANCES: usize = 12;

/// A call of a generic flow: which, with which type arguments, and where.
struct Call {
    to: ItemKey,
    args: Vec<Ty>,
    span: Span,
}

/// That a generic flow leads to a larger instance of itself. Of several on one way round the first says so.
pub(super) fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    if !matches!(item.kind(db), ItemKind::Flow(decl) if !decl.type_params.is_empty()) {
        return Vec::new();
    }
    let key = item.key(db);
    let Some((way, passed)) = grown(db, &key) else { return Vec::new() };
    let is_first = |other: &ItemKey| {
        let earlier = find_item(db, other).is_some_and(|other| other.start(db) < item.start(db));
        earlier && other.file == key.file && grown(db, other).is_some()
    };
    if passed.iter().any(is_first) {
        return Vec::new();
    }
    vec![messages::growing_calls(item.place(db, way.span), &key.name, &way.to.name, &way.args)]
}

/// The larger instance of a flow that it leads to, with the place of the first call on the way, and the flows on it.
fn grown(db: &dyn Db, key: &ItemKey) -> Option<(Call, FxHashSet<ItemKey>)> {
    if !calls_itself(db, key) {
        return None;
    }
    let own = signature(db, key.clone())?.type_params.iter().map(|name| Ty::Param(name.clone())).collect();
    let mut open: Vec<(ItemKey, Vec<Ty>, Span)> = vec![(key.clone(), own, Span::default())];
    let mut known: FxHashSet<(ItemKey, Vec<Ty>)> = FxHashSet::default();
    let mut instances: FxHashMap<ItemKey, usize> = FxHashMap::default();
    let mut at = 0;
    while at < open.len() && open.len() < MOST_CALLS {
        let (from, args, first) = open[at].clone();
        let names = signature(db, from.clone())?.type_params.clone();
        for call in calls(db, &from) {
            let span = if at == 0 { call.span } else { first };
            let args: Vec<Ty> = call.args.iter().map(|arg| subst(arg, &names, &args)).collect();
            // What holds no parameter leads to nothing that holds one.
            if !args.iter().any(holds_param) {
                continue;
            }
            if call.to == *key && args.iter().any(has_grown) {
                let passed = open.into_iter().map(|(flow, ..)| flow).filter(|flow| flow != key).collect();
                return Some((Call { to: call.to, args, span }, passed));
            }
            let count = instances.entry(call.to.clone()).or_default();
            if *count < MOST_INSTANCES && known.insert((call.to.clone(), args.clone())) {
                *count += 1;
                open.push((call.to, args, span));
            }
        }
        at += 1;
    }
    None
}

/// The calls in a flow of generic flows that call themselves, in the order of its text.
fn calls(db: &dyn Db, key: &ItemKey) -> Vec<Call> {
    let Some(item) = find_item(db, key) else { return Vec::new() };
    let body = check_body(db, item);
    let mut out = Vec::new();
    let mut see = |expr: &Expr| {
        if let ExprKind::Call { callee, .. } = &expr.kind
            && let Some(Ref::Item(to)) = body.refs.get(callee.id)
            && let Some(args) = body.type_args.get(&expr.id)
            && !args.is_empty()
            && calls_itself(db, to)
        {
            out.push(Call { to: to.clone(), args: args.clone(), span: expr.span });
        }
    };
    walk_item(&mut Calls(&mut see), item.tree(db));
    out
}

struct Calls<'a>(&'a mut dyn FnMut(&Expr));

impl Visit for Calls<'_> {
    fn expr(&mut self, expr: &Expr) {
        (self.0)(expr);
        walk_expr(self, expr);
    }
}
