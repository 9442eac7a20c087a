//! Which names an item's text mentions, whatever they mean: enough to say that an import or a parameter is unused.

use super::Item;
use crate::db::Db;
use flow_grammar::tree::visit::{Visit, walk_expr, walk_item, walk_pattern, walk_stmt, walk_ty};
use flow_grammar::tree::{
    Expr, ExprKind, Pattern, PatternKind, Setting, Stmt, StmtKind, Template, TemplatePart, TypeExpr,
    TypeExprKind,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// The names that an item mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamesUsed {
    /// In expressions.
    pub values: FxHashSet<SmolStr>,
    /// In written types, and before the dot of a pattern.
    pub types: FxHashSet<SmolStr>,
    /// Behind the dot of another name in an expression: `checks.PASS_MARK`.
    pub members: FxHashSet<(SmolStr, SmolStr)>,
}

impl NamesUsed {
    /// Whether it is mentioned at all.
    pub fn mentions(&self, name: &str) -> bool {
        self.values.contains(name) || self.types.contains(name)
    }

    /// The names in the holes of a text.
    pub fn of_template(template: &Template) -> Self {
        let mut names = Self::default();
        names.add_template(template);
        names
    }

    /// Adds the names in the holes of a text.
    pub fn add_template(&mut self, template: &Template) {
        for part in &template.parts {
            if let TemplatePart::Hole(expr) = part {
                self.expr(expr);
            }
        }
    }
}

/// Names of which it is to be found out whether an item mentions them, each with an item whose mentions do not count.
#[derive(Debug, Default)]
pub struct Unmentioned<'n> {
    open: FxHashMap<&'n str, usize>,
}

impl<'n> Unmentioned<'n> {
    /// Looks for a name but in the item of that number.
    pub fn seek(&mut self, name: &'n str, but_in: usize) {
        self.open.insert(name, but_in);
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Takes out what the item of that number mentions.
    pub fn see(&mut self, item: usize, names: &NamesUsed) {
        // Whichever of the two are fewer.
        if self.open.capacity() <= names.values.len() + names.types.len() {
            self.open.retain(|name, but_in| *but_in == item || !names.mentions(name));
            return;
        }
        for name in names.values.iter().chain(&names.types) {
            if self.open.get(name.as_str()).is_some_and(|but_in| *but_in != item) {
                self.open.remove(name.as_str());
            }
        }
    }

    /// Whether nothing that was seen mentions a name that is looked for.
    pub fn lacks(&self, name: &str) -> bool {
        self.open.contains_key(name)
    }
}

/// The names that an item mentions.
#[salsa::tracked]
pub fn names_used<'db>(db: &'db dyn Db, item: Item<'db>) -> NamesUsed {
    let mut names = NamesUsed::default();
    walk_item(&mut names, item.tree(db));
    names
}

/// The names that settings mention.
pub fn names_in_settings(settings: &[Setting]) -> NamesUsed {
    let mut names = NamesUsed::default();
    settings.iter().for_each(|setting| names.setting(setting));
    names
}

impl Visit for NamesUsed {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Lower(name) | ExprKind::Upper(name) => {
                self.values.insert(name.text.clone());
            }
            ExprKind::Field { base, name, .. } => {
                if let ExprKind::Lower(module) = &base.kind {
                    self.members.insert((module.text.clone(), name.text.clone()));
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        if let PatternKind::Variant { qualifier: Some(qualifier), .. } = &pattern.kind {
            self.types.insert(qualifier.text.clone());
        }
        walk_pattern(self, pattern);
    }

    fn ty(&mut self, ty: &TypeExpr) {
        let name = match &ty.kind {
            TypeExprKind::Named { name, .. } | TypeExprKind::Builtin { name, .. } => Some(name),
            TypeExprKind::Qualified { module, .. } => Some(&**module),
            _ => None,
        };
        self.types.extend(name.map(|name| name.text.clone()));
        walk_ty(self, ty);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Stub { name, .. } = &stmt.kind {
            self.values.insert(name.text.clone());
        }
        walk_stmt(self, stmt);
    }
}
