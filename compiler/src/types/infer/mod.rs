//! Inference: from one item's tree to its [`Body`], the tables of types and meanings beside it.
//!
//! Inference is local and bidirectional: what is expected flows down ([`want::Want`]), what is found flows up, and both
//! meet in [`Infer::fit`]. Types that are found later are variables ([`vars::Vars`]) and live only inside a body. A body
//! reads the signatures and definitions of other items, never their content, and no position in the file, so that an edit
//! elsewhere leaves it valid.

mod alike;
mod argv;
mod assign;
mod bodies;
mod branch;
mod call;
mod closure;
mod concurrent;
mod condition;
mod construct;
mod endpoint;
mod expr;
mod field;
mod flow;
mod generic;
mod item;
mod jump;
mod literal;
mod messages;
mod method;
mod mixed_up;
mod name;
mod narrow;
mod operator;
mod pattern;
mod place;
mod process;
mod refine;
mod repeat;
mod scope;
mod setting;
mod stmt;
pub mod testing;
mod tools;
mod vars;
mod want;

pub use bodies::check_body;
pub(crate) use bodies::let_go;
pub use messages::*;

use super::base::Base;
use super::body::{Body, Recent, Ref, Refs, Types};
use super::decl::TypeShape;
use super::ty::Ty;
use crate::analyses;
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Diagnostic, ItemKey, Place, is_flooded};
use crate::prompts;
use crate::resolve::{self, Scope};
use crate::syntax::Item;
use endpoint::Endpoints;
use flow::Stages;
use flow_grammar::span::Span;
use flow_grammar::tree::{ExprId, ItemKind, PatternId, TypeExpr};
use narrow::Narrowing;
use place::{Frame, Purity};
use rustc_hash::FxHashMap;
use scope::Names;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::sync::Arc;
use vars::{Unknown, Vars};
use want::Why;

/// Checks the body of an item.
fn body_of(db: &dyn Db, item: Item<'_>) -> Body {
    let tree = item.tree(db);
    let key = item.key(db);
    let mut infer = Infer::new(db, key.clone(), Base::Item(key), (tree.exprs, tree.patterns));
    // Parameters are seen in all of the item.
    infer.enter(tree.span);
    infer.item(tree);
    let mut body = infer.finish();
    analyses::check(&item.key(db), tree, &mut body);
    body
}

/// What is known of the text with holes in a file that a declaration names, as `prompt: file("prompts/x.md")` does. Its
/// expressions are those of [`prompts::template`]; places are counted from the start of that file.
#[salsa::tracked(returns(clone))]
pub fn check_text<'db>(db: &'db dyn Db, item: Item<'db>, text: SourceFile) -> Arc<Body> {
    let parsed = prompts::template(db, text);
    let mut infer = Infer::new(db, item.key(db), Base::File(text), (parsed.exprs, parsed.patterns));
    if let ItemKind::Doer(decl) = &item.tree(db).kind {
        infer.text(decl, &parsed.template);
    }
    Arc::new(infer.finish())
}

/// The state while one item is checked.
struct Infer<'db> {
    db: &'db dyn Db,
    /// The item.
    key: ItemKey,
    /// From where spans are counted.
    base: Base,
    file: SourceFile,
    /// The names of its file.
    scope: &'db Scope,
    /// Its type parameters.
    type_params: Vec<SmolStr>,
    /// What is found out.
    body: Body,
    recent: Tables,
    vars: Vars,
    /// The forms of some declared types that are no aliases.
    shapes: RefCell<Vec<(ItemKey, Arc<TypeShape>)>>,
    names: Names,
    narrowing: Narrowing,
    /// What stands around the place being checked, the innermost last.
    frames: Vec<Frame>,
    /// Why no effect may happen here, if so.
    purity: Option<Purity>,
    /// The same of what stands around the closure that this is in.
    around_closure: Option<Purity>,
    /// What was refused last because no effect may happen there.
    refused: Span,
    /// What `return` yields; `None` where there is none.
    result: Option<(Ty, Why)>,
    /// The stages of the flow.
    stages: Stages,
    /// The name of the flow or function, where it is declared.
    declared: Option<Span>,
    /// What `emit` publishes, and where that is written.
    emits: Option<(Ty, Span)>,
    /// The endpoints of the flow.
    endpoints: Endpoints,
    /// What is known of the test around this place.
    testing: Option<testing::Testing>,
    /// Whether a generic call is being checked again.
    retrying: bool,
    /// Whether a value may break a predicate of what a type parameter stands for by another value.
    may_break: bool,
    /// What the arguments of generic calls and constructions share, by type parameter, where the first of them said too
    /// little.
    shared: FxHashMap<ExprId, Vec<Option<Ty>>>,
    /// The values that change their form or are held to predicates, in the order in which that came up.
    changed: Vec<ExprId>,
    /// Whether control never comes here.
    diverges: bool,
    /// Whether a secret may stand here.
    secrets_allowed: bool,
    /// Whether this is the hole of a string.
    in_hole: bool,
    /// How many findings there were when there were so many that the rest is not looked at.
    flood: Option<usize>,
    /// What can only be asked once types are known, with the variable that it waits for.
    later: Vec<(Ty, Later<'db>)>,
}

/// What was put last into the tables of a body.
#[derive(Default)]
struct Tables {
    exprs: Recent,
    patterns: Recent,
    refs: Recent,
}

/// A question about a type that is still to be found.
type Later<'db> = Box<dyn FnOnce(&mut Infer<'db>, &Ty) + 'db>;

impl<'db> Infer<'db> {
    /// `size` is how many expressions and patterns there are.
    fn new(db: &'db dyn Db, key: ItemKey, base: Base, size: (u32, u32)) -> Self {
        let body = Body {
            exprs: Types::of(size.0),
            patterns: Types::of(size.1),
            refs: Refs::of(size.0),
            ..Body::default()
        };
        Self {
            db,
            base,
            file: key.file,
            scope: resolve::scope(db, key.file),
            key,
            type_params: Vec::new(),
            body,
            recent: Tables::default(),
            vars: Vars::default(),
            shapes: RefCell::default(),
            names: Names::default(),
            narrowing: Narrowing::default(),
            frames: Vec::new(),
            purity: None,
            around_closure: None,
            refused: Span::default(),
            result: None,
            stages: Stages::default(),
            declared: None,
            emits: None,
            endpoints: Endpoints::default(),
            testing: None,
            retrying: false,
            may_break: false,
            shared: FxHashMap::default(),
            changed: Vec::new(),
            diverges: false,
            secrets_allowed: false,
            in_hole: false,
            flood: None,
            later: Vec::new(),
        }
    }

    /// Settles what is still open and hands the tables over.
    fn finish(mut self) -> Body {
        if !self.vars.is_empty() {
            self.settle();
        }
        self.body.shrink();
        self.body
    }

    /// Puts what was found in the place of every variable.
    fn settle(&mut self) {
        for (ty, ask) in std::mem::take(&mut self.later) {
            let ty = self.vars.deep(&ty);
            ask(self, &ty);
        }
        self.settle_unknown();
        let vars = std::mem::take(&mut self.vars);
        let close = |ty: &mut Ty| {
            if !matches!(ty, Ty::Int | Ty::String | Ty::Bool | Ty::None | Ty::Error) {
                *ty = vars.deep(ty);
            }
        };
        self.body.exprs.values_mut().for_each(close);
        self.body.patterns.values_mut().for_each(close);
        self.body.locals.iter_mut().for_each(|local| close(&mut local.ty));
        self.body.held.values_mut().for_each(close);
        self.body.type_args.values_mut().flatten().for_each(close);
        self.body.stubs.values_mut().for_each(|stub| stub.type_args.iter_mut().for_each(close));
        for reference in self.body.refs.values_mut() {
            if let Ref::Type(ty) | Ref::Variant { ty, .. } = reference {
                close(ty);
            }
        }
    }

    /// Asks something of a type at once, or when all of the body is checked if only that will say what the type is.
    fn once_known(&mut self, ty: &Ty, ask: impl FnOnce(&mut Self, &Ty) + 'db) {
        let ty = self.vars.deep(ty);
        match ty {
            Ty::Infer(_) => self.later.push((ty, Box::new(ask))),
            _ => ask(self, &ty),
        }
    }

    /// Gives every variable that nothing determined a type; says so unless something else is wrong already.
    fn settle_unknown(&mut self) {
        // Inner ones first: a list of a list of nothing is one mistake.
        let unknown: Vec<(Ty, vars::Origin)> =
            self.vars.unknown().map(|(ty, origin)| (ty, origin.clone())).collect();
        let mut quiet = self.body.diagnostics.iter().any(|found| found.code.0.starts_with('E'));
        for (var, origin) in unknown {
            if origin.what == Unknown::Optional {
                self.vars.settle(&var, &Ty::None);
                continue;
            }
            self.vars.settle(&var, &Ty::Error);
            if !quiet {
                let found = messages::names::unknown_part(self.at(origin.span), &origin.what);
                self.report(found);
                quiet = true;
            }
        }
    }

    /// A place in the item.
    fn at(&self, span: Span) -> Place {
        self.base.at(span)
    }

    fn report(&mut self, found: Diagnostic) {
        self.body.diagnostics.push(found);
    }

    /// Whether so much is wrong that the rest of the body is not looked at, but for findings that are taken back.
    fn gives_up(&mut self) -> bool {
        let found = &self.body.diagnostics;
        if self.flood.is_none_or(|at| found.len() < at) {
            self.flood = is_flooded(found).then_some(found.len());
        }
        self.flood.is_some()
    }

    fn record(&mut self, id: ExprId, ty: &Ty) {
        self.body.exprs.set(id.0, ty, &mut self.recent.exprs);
    }

    fn record_pattern(&mut self, id: PatternId, ty: &Ty) {
        self.body.patterns.set(id.0, ty, &mut self.recent.patterns);
    }

    fn refer(&mut self, id: ExprId, to: Ref) {
        self.body.refs.insert(id, to, &mut self.recent.refs);
    }

    /// A type as written in the item.
    fn written(&mut self, ty: &TypeExpr) -> Ty {
        let base = self.base.clone();
        let at = |span| base.at(span);
        super::decl::type_of_expr(self.db, self.file, &self.type_params, ty, &mut self.body.diagnostics, at)
    }
}
