//! The context of one item: its tree and tables, its type arguments, and the frame that its locals live in.

use super::keys::Keys;
use super::{Lowerer, NotLowered};
use crate::db::SourceFile;
use crate::diagnostics::ItemKey;
use crate::syntax::{Tree, find_item};
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::{signature, subst, type_params};
use crate::types::infer::check_body;
use crate::types::ty::Ty;
use flow_grammar::format;
use flow_grammar::span::Span;
use flow_grammar::tree::{Docs, Expr, ExprId, Param};
use flow_ir::{At, Name, Node, Op, Slot};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// The locals of one frame, by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameNames(Vec<Name>);

impl FrameNames {
    pub(super) fn add(&mut self, name: &str) -> Slot {
        self.0.push(name.into());
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn names(&self) -> Vec<Name> {
        self.0.clone()
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

/// Everything needed to lower one item's nodes.
pub(super) struct Context<'a, 'db> {
    pub(super) low: &'a mut Lowerer<'db>,
    pub(super) key: ItemKey,
    pub(super) tree: Tree,
    pub(super) body: Arc<Body>,
    /// The file that spans speak of, and where the item starts in it.
    file: SourceFile,
    start: u32,
    type_params: Arc<[SmolStr]>,
    type_args: Vec<Ty>,
    pub(super) frame: FrameNames,
    slots: FxHashMap<LocalId, Slot>,
    pub(super) keys: Keys,
    /// The name of the item in the document.
    pub(super) name: Name,
}

impl<'a, 'db> Context<'a, 'db> {
    pub(super) fn of(low: &'a mut Lowerer<'db>, key: &ItemKey, args: &[Ty]) -> Result<Self, NotLowered> {
        let db = low.db;
        let Some(item) = find_item(db, key) else {
            return Err(NotLowered::Incomplete {
                message: format!("`{}` is not there", key.name),
                path: key.file.path(db).clone(),
            });
        };
        let tree = item.tree(db).clone();
        // Types have them in their own table, everything that is called in its signature.
        let params = match type_params(db, key.clone()) {
            Some(params) => params,
            None => signature(db, key.clone()).map_or_else(Arc::default, |it| it.type_params.clone().into()),
        };
        let name = super::names::instance(db, low.root, key, args);
        Ok(Self {
            file: key.file,
            start: item.start(db),
            body: check_body(db, item),
            key: key.clone(),
            tree,
            type_params: params,
            type_args: args.to_vec(),
            frame: FrameNames::default(),
            slots: FxHashMap::default(),
            keys: Keys::default(),
            name,
            low,
        })
    }

    /// A context for a piece of another item that becomes part of this one's frame, such as a field's default.
    pub(super) fn within<T>(
        &mut self,
        key: &ItemKey,
        args: &[Ty],
        lower: impl FnOnce(&mut Context<'_, 'db>) -> Result<T, NotLowered>,
    ) -> Result<T, NotLowered> {
        let frame = std::mem::take(&mut self.frame);
        let mut inner = Context::of(self.low, key, args)?;
        inner.frame = frame;
        let result = lower(&mut inner);
        let frame = std::mem::take(&mut inner.frame);
        self.frame = frame;
        result
    }

    /// Lowers something in a frame of its own, and yields how many locals it has.
    pub(super) fn apart<T>(
        &mut self,
        lower: impl FnOnce(&mut Self) -> Result<T, NotLowered>,
    ) -> Result<(T, u32), NotLowered> {
        let frame = std::mem::take(&mut self.frame);
        let slots = std::mem::take(&mut self.slots);
        let result = lower(self);
        let locals = self.frame.len();
        self.frame = frame;
        self.slots = slots;
        Ok((result?, locals))
    }

    /// Lowers something of a text in a file of its own, whose holes see the parameters.
    pub(super) fn beside<T>(
        &mut self,
        file: SourceFile,
        body: Arc<Body>,
        params: u32,
        lower: impl FnOnce(&mut Self) -> Result<T, NotLowered>,
    ) -> Result<T, NotLowered> {
        let slots = (0..params).map(|index| (LocalId(index), index)).collect();
        let outer = (
            std::mem::replace(&mut self.file, file),
            std::mem::replace(&mut self.start, 0),
            std::mem::replace(&mut self.body, body),
            std::mem::replace(&mut self.slots, slots),
        );
        let result = lower(self);
        (self.file, self.start, self.body, self.slots) = outer;
        result
    }

    /// The slot of a local, made when it is first met.
    pub(super) fn slot(&mut self, local: LocalId) -> Slot {
        if let Some(&slot) = self.slots.get(&local) {
            return slot;
        }
        let name = self.body.locals.get(local.0 as usize).map_or("", |local| local.name.as_str());
        let slot = self.frame.add(name);
        self.slots.insert(local, slot);
        slot
    }

    /// The slot of a name that is bound outside of a pattern.
    pub(super) fn binder(&mut self, span: Span) -> Result<Slot, NotLowered> {
        match self.body.binders.get(&span).copied() {
            Some(local) => Ok(self.slot(local)),
            None => Err(self.incomplete("a name that was never bound")),
        }
    }

    /// The number of a place in the item.
    pub(super) fn at(&mut self, span: Span) -> At {
        self.low.sources.at(self.low.db, self.file, span.shifted(self.start))
    }

    /// An expression of the item as written, but for blanks and comments, which are nobody's meaning.
    pub(super) fn written(&self, expr: &Expr) -> String {
        let text = self.file.text(self.low.db);
        format::expression(text.get(self.start as usize..).unwrap_or_default(), expr)
    }

    pub(super) fn node(&mut self, span: Span, op: Op) -> Node {
        Node { at: self.at(span), op }
    }

    /// A type with the item's type arguments put in, aliases kept.
    pub(super) fn concrete(&self, ty: &Ty) -> Ty {
        if self.type_args.is_empty() { ty.clone() } else { subst(ty, &self.type_params, &self.type_args) }
    }

    /// The concrete type of an expression, before coercion.
    pub(super) fn type_of(&self, expr: &Expr) -> Ty {
        self.concrete(self.body.expr(expr.id))
    }

    pub(super) fn ty(&mut self, ty: &Ty) -> flow_ir::Type {
        let concrete = self.concrete(ty);
        self.low.ty(&concrete)
    }

    pub(super) fn reference(&self, id: ExprId) -> Option<Ref> {
        self.body.refs.get(id).cloned()
    }

    pub(super) fn incomplete(&self, message: &str) -> NotLowered {
        NotLowered::Incomplete {
            message: format!("{message}, in `{}`", self.key.name),
            path: self.key.file.path(self.low.db).clone(),
        }
    }

    /// Parameters and result. The frame's locals are filled in when the body is lowered.
    pub(super) fn signature(
        &mut self,
        key: &ItemKey,
        params: &[Param],
        docs: Option<&Docs>,
        at: Span,
    ) -> Result<flow_ir::Frame, NotLowered> {
        let Some(known) = signature(self.low.db, key.clone()) else {
            return Err(self.incomplete("a declaration without a signature"));
        };
        let types: Vec<Ty> = known.params.iter().map(|param| param.ty.clone()).collect();
        let params = self.params(params, &types)?;
        Ok(flow_ir::Frame {
            params,
            result: self.ty(&known.result),
            locals: Vec::new(),
            doc: docs.map(|docs| docs.text.clone()),
            at: self.at(at),
        })
    }

    /// Parameters, of the item or of a stage, with their types.
    pub(super) fn params(
        &mut self,
        params: &[Param],
        types: &[Ty],
    ) -> Result<Vec<flow_ir::Param>, NotLowered> {
        let slots: Vec<Slot> =
            params.iter().map(|param| self.binder(param.name.span)).collect::<Result<_, _>>()?;
        let mut out = Vec::with_capacity(params.len());
        for ((param, slot), ty) in params.iter().zip(slots).zip(types) {
            let default = param.default.as_ref().map(|default| self.expr(default)).transpose()?;
            out.push(flow_ir::Param {
                name: param.name.text.clone(),
                slot,
                ty: self.ty(ty),
                default,
                fresh: param.attrs.iter().any(|attr| attr.name.text == "fresh"),
                doc: param.docs.as_ref().map(|docs| docs.text.clone()),
            });
        }
        Ok(out)
    }
}
