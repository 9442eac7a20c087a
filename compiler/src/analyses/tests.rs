//! Tests: two of one name, stubs of what is never called, and effects that are surely reached and not stubbed.
//!
//! What a test reaches lies in other items, so this looks at them, one summary each, and apart from the checking of
//! bodies: an edit of a flow looks at the tests that reach it again, and at nothing else.

use super::messages as say;
use crate::db::Db;
use crate::diagnostics::{Diagnostic, ItemKey, Severity};
use crate::resolve::DefKind;
use crate::syntax::{Item, KeyId, Role, find_item};
use crate::types::body::{Body, Ref};
use crate::types::infer::check_body;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_stmt};
use flow_grammar::tree::{Block, Expr, ExprKind, ItemKind, StageDecl, Stmt, StmtKind, TestDecl, UnaryOp};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// What a test may stub: an item, or a built-in effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Callee {
    Item(ItemKey),
    Effect(&'static str),
}

/// What an item calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Calls {
    /// All that it may call.
    may: Vec<Callee>,
    /// What it surely calls, in order, as long as nothing fails; and whether only the first call of it is sure, because
    /// a failure would be handled.
    surely: Vec<(Callee, bool)>,
}

/// What a test should know before it runs.
#[salsa::tracked]
pub(crate) fn check_test<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Diagnostic> {
    let ItemKind::Test(decl) = item.kind(db) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(name) = decl.name.plain()
        && let Some(first) = first_of_its_name(db, item)
    {
        let place = item.place(db, decl.name.span);
        found.push(say::test_twice(place, first, name));
    }
    let body = check_body(db, item);
    let is_wrong = body.diagnostics.iter().any(|found| found.code.severity() == Severity::Error);
    if !is_wrong {
        stubs(db, item, decl, &body, &mut found);
    }
    found
}

/// The name of an earlier test of the same name.
fn first_of_its_name(db: &dyn Db, item: Item<'_>) -> Option<crate::diagnostics::Place> {
    let key = item.key(db);
    (0..key.nth).find_map(|nth| {
        let earlier = find_item(db, &ItemKey { nth, ..key.clone() })?;
        match earlier.kind(db) {
            ItemKind::Test(decl) if earlier.role(db) == Role::Test => Some(earlier.place(db, decl.name.span)),
            _ => None,
        }
    })
}

fn stubs(db: &dyn Db, item: Item<'_>, decl: &TestDecl, body: &Body, found: &mut Vec<Diagnostic>) {
    let own = calls_of(db, KeyId::new(db, item.key(db)));
    let written = decl.body.stmts.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Stub { name, .. } => Some((name, callee(&body.stubs.get(&name.span)?.to)?)),
        _ => None,
    });
    let stubbed: Vec<_> = written.collect();
    let reached = reached(db, own);
    for (name, stub) in &stubbed {
        if !reached.contains(stub) {
            found.push(say::unused_stub(item.place(db, name.span), &name.text));
        }
    }
    let mut way = Way { db, stubbed: stubbed.iter().map(|(_, stub)| stub).collect(), around: Vec::new() };
    if let Some(missing) = own.surely.iter().find_map(|(called, guarded)| way.missing(called, *guarded)) {
        let place = item.place(db, decl.name.span);
        let (name, what) = match &missing {
            Callee::Item(key) => {
                let kind = find_item(db, key).map(|item| item.role(db));
                let what = match kind {
                    Some(Role::Declares(kind)) => kind.noun(),
                    _ => "effect",
                };
                (key.name.as_str(), what)
            }
            Callee::Effect(name) => (*name, "built-in effect"),
        };
        found.push(say::unstubbed(place, name, what));
    }
}

fn callee(to: &Ref) -> Option<Callee> {
    match to {
        Ref::Item(key) => Some(Callee::Item(key.clone())),
        Ref::Effect(name) => Some(Callee::Effect(name)),
        _ => None,
    }
}

/// Everything that may be called, also through others.
fn reached(db: &dyn Db, from: &Calls) -> FxHashSet<Callee> {
    let mut seen = FxHashSet::default();
    let mut open: Vec<Callee> = from.may.clone();
    while let Some(next) = open.pop() {
        if seen.insert(next.clone())
            && let Callee::Item(key) = &next
        {
            open.extend(calls_of(db, KeyId::new(db, key.clone())).may.iter().cloned());
        }
    }
    seen
}

/// What an item calls itself.
#[salsa::tracked(returns(ref))]
fn calls_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Calls {
    let Some(item) = find_item(db, key.key(db)) else { return Calls::default() };
    let body = check_body(db, item);
    let mut may: Vec<Callee> = body.refs.values().filter_map(callee).collect();
    may.sort_by_cached_key(|callee| match callee {
        Callee::Item(key) => (key.name.clone(), key.nth),
        Callee::Effect(name) => (SmolStr::new_static(name), 0),
    });
    may.dedup();
    let mut sure = Sure {
        body: &body,
        stages: Vec::new(),
        entered: Vec::new(),
        guarded: false,
        over: false,
        found: Vec::new(),
    };
    match item.kind(db) {
        ItemKind::Flow(decl) => {
            sure.stages = decl.body.stmts.iter().filter_map(stage).collect();
            sure.block(&decl.body);
        }
        ItemKind::Test(decl) => sure.block(&decl.body),
        _ => {}
    }
    Calls { may, surely: sure.found }
}

const fn stage(stmt: &Stmt) -> Option<&StageDecl> {
    match &stmt.kind {
        StmtKind::Stage(stage) => Some(stage),
        _ => None,
    }
}

/// The way that a test surely goes.
struct Way<'a> {
    db: &'a dyn Db,
    stubbed: Vec<&'a Callee>,
    /// The flows around.
    around: Vec<ItemKey>,
}

impl Way<'_> {
    /// The first thing on the way that is not stubbed.
    fn missing(&mut self, called: &Callee, guarded: bool) -> Option<Callee> {
        self.follow(called, guarded).err()
    }

    /// Whether an effect was reached; the error is one that is not stubbed.
    fn follow(&mut self, called: &Callee, guarded: bool) -> Result<bool, Callee> {
        if self.stubbed.contains(&called) {
            return Ok(true);
        }
        match called {
            // Of the built-in effects, these two are nothing without a stub.
            Callee::Effect("sh" | "signal") => Err(called.clone()),
            Callee::Effect(_) => Ok(true),
            Callee::Item(key) => {
                let Some(item) = find_item(self.db, key) else { return Ok(false) };
                match item.role(self.db) {
                    Role::Declares(DefKind::Agent | DefKind::Command | DefKind::Human) => Err(called.clone()),
                    Role::Declares(DefKind::Flow | DefKind::Tool) if !self.around.contains(key) => {
                        self.around.push(key.clone());
                        let calls = calls_of(self.db, KeyId::new(self.db, key.clone()));
                        let mut reached = false;
                        for (inner, within) in &calls.surely {
                            reached |= self.follow(inner, guarded || *within)?;
                            // What fails here may be handled, and what follows never happen.
                            if reached && (guarded || *within) {
                                break;
                            }
                        }
                        self.around.pop();
                        Ok(reached)
                    }
                    _ => Ok(false),
                }
            }
        }
    }
}

/// Collects what is surely called.
struct Sure<'a> {
    body: &'a Body,
    stages: Vec<&'a StageDecl>,
    entered: Vec<&'a str>,
    guarded: bool,
    /// Whether nothing behind this is sure any more.
    over: bool,
    found: Vec<(Callee, bool)>,
}

impl Sure<'_> {
    /// Something that may not happen: nothing in it is sure, and what is behind it only if it does not leave.
    fn perhaps(&mut self, leaves: bool) {
        self.over |= leaves;
    }

    /// Something whose failure is handled.
    fn handled(&mut self, expr: &Expr) {
        let outer = std::mem::replace(&mut self.guarded, true);
        let before = self.found.len();
        self.expr(expr);
        self.found.truncate(self.found.len().min(before + 1));
        self.guarded = outer;
    }
}

impl Visit for Sure<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        if self.over {
            return;
        }
        match &stmt.kind {
            StmtKind::Stage(_) | StmtKind::Expose(_) | StmtKind::Defer(_) | StmtKind::Stub { .. } => {}
            StmtKind::Require { condition, .. } => self.expr(condition),
            _ => walk_stmt(self, stmt),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if self.over {
            return;
        }
        match &expr.kind {
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                let leaves = leaves_block(then) || otherwise.as_deref().is_some_and(leaves);
                self.perhaps(leaves);
            }
            ExprKind::Match { scrutinee, arms } => {
                self.expr(scrutinee);
                let out =
                    arms.iter().any(|arm| leaves(&arm.body) || arm.guard.as_deref().is_some_and(leaves));
                self.perhaps(out);
            }
            ExprKind::Binary { op, left, right, .. } if short(*op) => {
                self.expr(left);
                self.perhaps(leaves(right));
            }
            ExprKind::For { iterable, body, .. } => {
                self.expr(iterable);
                self.perhaps(leaves_block(body));
            }
            ExprKind::Loop { max, body, .. } => {
                max.iter().for_each(|max| self.expr(max));
                self.block(body);
                self.over = true;
            }
            ExprKind::Race(arms) => {
                // All of them begin; how the first ends is open.
                arms.iter().for_each(|arm| self.handled(&arm.value));
                self.over = true;
            }
            ExprKind::Catch { body, handler, .. } => {
                self.handled(body);
                self.perhaps(leaves(body) || leaves_block(handler));
            }
            ExprKind::Closure { .. } => {}
            ExprKind::Unary { op: UnaryOp::Spawn | UnaryOp::Open, .. } => self.over = true,
            ExprKind::Handoff { stage, .. } => {
                walk_expr(self, expr);
                let next = self.stages.iter().find(|it| it.name.text == stage.text).copied();
                match next.filter(|next| !self.entered.contains(&next.name.text.as_str())) {
                    Some(next) => {
                        self.entered.push(&next.name.text);
                        self.block(&next.body);
                        self.over = true;
                    }
                    None => self.over = true,
                }
            }
            ExprKind::Return(_) | ExprKind::Break(_) | ExprKind::Continue | ExprKind::Done(_) => {
                walk_expr(self, expr);
                self.over = true;
            }
            ExprKind::Fail(_) | ExprKind::Blocked(_) => {
                walk_expr(self, expr);
                self.over = true;
            }
            ExprKind::Call { callee: called, args, .. } => match self.body.refs.get(called.id) {
                Some(Ref::Testing("failure")) => {
                    args.iter().for_each(|arg| self.handled(&arg.value));
                }
                Some(Ref::Testing("calls")) => {}
                known => {
                    let known = known.and_then(callee);
                    walk_expr(self, expr);
                    if let (Some(known), false) = (known, self.over) {
                        self.found.push((known, self.guarded));
                    }
                }
            },
            _ => walk_expr(self, expr),
        }
    }
}

const fn short(op: flow_grammar::tree::BinaryOp) -> bool {
    use flow_grammar::tree::BinaryOp::{And, Coalesce, Or};
    matches!(op, And | Or | Coalesce)
}

/// Whether control may leave what is around an expression from inside of it.
fn leaves(expr: &Expr) -> bool {
    let mut walk = Leaves(false);
    walk.expr(expr);
    walk.0
}

fn leaves_block(block: &Block) -> bool {
    let mut walk = Leaves(false);
    walk.block(block);
    walk.0
}

struct Leaves(bool);

impl Visit for Leaves {
    fn expr(&mut self, expr: &Expr) {
        self.0 |= matches!(
            expr.kind,
            ExprKind::Return(_)
                | ExprKind::Break(_)
                | ExprKind::Continue
                | ExprKind::Done(_)
                | ExprKind::Fail(_)
                | ExprKind::Blocked(_)
                | ExprKind::Handoff { .. }
        );
        if !self.0 {
            walk_expr(self, expr);
        }
    }
}
