//! What a declaration with settings says of itself, in terms of its parameters, without any place in the source.

use super::facts::Reader;
use super::origins::Origins;
use super::{Call, Fact, Param, Piece};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::syntax::{KeyId, Role, find_item};
use crate::types::body::{Body, Ref};
use crate::types::decl::signature;
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::tree::visit::{Visit, walk_expr};
use flow_grammar::tree::{DoerKind, Expr, ExprKind, ItemKind, Setting};
use smol_str::SmolStr;
use std::sync::Arc;

/// An agent, command or human.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doer {
    /// Which of the three.
    pub kind: DoerKind,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its settings.
    pub settings: Vec<(SmolStr, Fact)>,
    /// What it yields.
    pub result: Ty,
    /// The path of the file in which a program leaves its result, `output: file("out.json")`.
    pub result_file: Option<Vec<Piece>>,
    /// The parameters that tell that path from the one of another call: a bit for each.
    pub told_by: u64,
    /// The secrets that its settings use.
    pub secrets: Vec<SmolStr>,
}

impl Doer {
    /// A setting of the declaration.
    pub fn setting(&self, key: &str) -> Option<&Fact> {
        self.settings.iter().find(|(name, _)| name == key).map(|(_, fact)| fact)
    }

    /// The path of its result file, as a call with these arguments names it; without a call parameters are unknown.
    pub fn result_file(&self, args: &[Option<Fact>]) -> Option<Vec<Piece>> {
        let of = |at: u32| {
            let at = at as usize;
            let given = args.get(at)?;
            given.as_ref().or_else(|| self.params.get(at)?.default.as_ref()).map(Fact::pieces)
        };
        let pieces = self.result_file.as_ref()?.iter().flat_map(|piece| match piece {
            Piece::Param(at) => of(*at).unwrap_or_else(|| vec![Piece::Hole]),
            piece => vec![piece.clone()],
        });
        Some(pieces.collect())
    }
}

/// What the agent, command or human of that key says of itself.
pub fn doer(db: &dyn Db, key: &ItemKey) -> Option<Arc<Doer>> {
    doer_of(db, KeyId::new(db, key.clone()))
}

/// The tools of the program that an agent is given, by the call or by its declaration.
pub fn tools(db: &dyn Db, call: &Call) -> Vec<ItemKey> {
    if call.kind != DefKind::Agent {
        return Vec::new();
    }
    let declared = || doer(db, &call.callee).and_then(|doer| doer.setting("tools").cloned());
    match call.option("tools").cloned().or_else(declared) {
        Some(Fact::List(tools)) => tools.into_iter().filter_map(tool).collect(),
        _ => Vec::new(),
    }
}

fn tool(fact: Fact) -> Option<ItemKey> {
    match fact {
        Fact::Item(key, DefKind::Flow | DefKind::Tool) => Some(key),
        _ => None,
    }
}

#[salsa::tracked(returns(clone))]
fn doer_of<'db>(db: &'db dyn Db, key: KeyId<'db>) -> Option<Arc<Doer>> {
    let key = key.key(db);
    let item = find_item(db, key)?;
    let ItemKind::Doer(decl) = item.kind(db) else { return None };
    let body = check_body(db, item);
    let numbers = decl.params.iter().enumerate().filter_map(|(index, param)| {
        Some((*body.binders.get(&param.name.span)?, u32::try_from(index).ok()?))
    });
    let reader = Reader { params: numbers.collect(), ..Reader::new(db, &body) };
    let params = decl.params.iter().map(|param| Param {
        name: param.name.text.clone(),
        default: param.default.as_ref().map(|default| reader.fact(default)),
    });
    let result_file = decl.settings.iter().find_map(result_file);
    Some(Arc::new(Doer {
        kind: decl.kind,
        params: params.collect(),
        settings: decl
            .settings
            .iter()
            .map(|setting| (setting.name.text.clone(), reader.fact(&setting.value)))
            .collect(),
        result_file: result_file.map(|path| reader.fact(path).pieces()),
        told_by: result_file.map_or(0, |path| Origins::default().depends(&reader, path).params),
        secrets: secrets(db, &decl.settings, &body),
        result: signature(db, key.clone()).map_or(Ty::None, |known| known.result.clone()),
    }))
}

/// The path in `output: file("out.json")`.
fn result_file(setting: &Setting) -> Option<&Expr> {
    let mut value = &setting.value;
    while let ExprKind::Paren(inner) = &value.kind {
        value = inner;
    }
    match &value.kind {
        ExprKind::Call { args, .. } if setting.name.text == "output" => args.first().map(|arg| &*arg.value),
        _ => None,
    }
}

/// The secrets in the values of settings.
fn secrets(db: &dyn Db, settings: &[Setting], body: &Body) -> Vec<SmolStr> {
    struct Secrets<'a> {
        db: &'a dyn Db,
        body: &'a Body,
        found: Vec<SmolStr>,
    }
    impl Visit for Secrets<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Upper(_) | ExprKind::Field { .. } = expr.kind
                && let Some(Ref::Item(key)) = self.body.refs.get(expr.id)
                && is_secret(self.db, key)
            {
                self.found.push(key.name.clone());
            }
            walk_expr(self, expr);
        }
    }
    let mut secrets = Secrets { db, body, found: Vec::new() };
    // Only the environment takes them.
    let settings = settings.iter().filter(|setting| setting.name.text == "env");
    settings.for_each(|setting| secrets.expr(&setting.value));
    secrets.found
}

/// Whether a declaration is a secret.
pub(super) fn is_secret(db: &dyn Db, key: &ItemKey) -> bool {
    find_item(db, key).is_some_and(|item| item.role(db) == Role::Declares(DefKind::Secret))
}
