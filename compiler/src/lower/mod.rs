//! Lowering: from checked items to the IR.
//!
//! Only what a root flow reaches is lowered, each generic item once for every set of type arguments. Lowering never
//! reports: it runs on files that check without errors, and where a table has a hole it says so as [`NotLowered`].
//!
//! - [`names`]: what items and instances are called in the document
//! - [`types`]: types and declared types
//! - [`expr`], [`control`], [`pattern`]: bodies
//! - [`process`]: processes, sessions, endpoints, tools of agents
//! - [`doer`]: commands, agents, humans
//! - [`flow`]: flows, stages
//! - [`keys`]: the stable names of effectful nodes
//! - [`reach`]: what control never reaches, and so is left out
//! - [`sources`]: the source map
//! - [`tests`]: the tests of a file

mod control;
mod doer;
mod expr;
mod flow;
mod frame;
mod keys;
mod names;
mod pattern;
mod process;
mod reach;
mod sources;
mod tests;
mod types;

pub use sources::source_hash;
pub use tests::{Extent, lower_tests};

use crate::analyses::declared_near;
use crate::db::{Db, SourceFile};
use crate::diagnostics::ItemKey;
use crate::resolve::{DefKind, exports};
use crate::syntax::items;
use crate::types::decl::signature;
use crate::types::ty::Ty;
use flow_ir::{Name, Program, Sources, VERSION};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Why a flow could not be lowered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotLowered {
    /// There is no such flow.
    #[error("there is no flow `{0}`")]
    NoFlow(String),
    /// The program does not check, or holds what the IR cannot express yet.
    #[error("{message} in `{path}`")]
    Incomplete {
        /// What stands in the way.
        message: String,
        /// The file.
        path: String,
    },
}

/// A name of an instance longer than this belongs to one that never ends.
const LONGEST_NAME: usize = 4096;

/// The flows of a file that have a program of their own: those that it declares and exports. A generic flow has one for
/// each use only. They come in the order in which they are written.
pub fn flows(db: &dyn Db, file: SourceFile) -> Vec<ItemKey> {
    let is_whole =
        |key: &ItemKey| signature(db, key.clone()).is_some_and(|known| known.type_params.is_empty());
    let exported = exports(db, file);
    let is_exported = |key: &ItemKey| {
        exported.get(&key.name).is_some_and(|def| def.kind == DefKind::Flow && def.key == *key)
    };
    let declared = items(db, file).iter().map(|item| item.key(db));
    declared.filter(is_exported).filter(is_whole).collect()
}

/// Lowers a flow with everything that it reaches.
///
/// # Errors
/// When `key` is no flow, or something that it reaches does not check.
pub fn lower_flow(db: &dyn Db, key: &ItemKey) -> Result<Program, NotLowered> {
    let known =
        signature(db, key.clone()).filter(|found| matches!(found.kind, DefKind::Flow | DefKind::Tool));
    if known.is_none() {
        return Err(NotLowered::NoFlow(key.name.to_string()));
    }
    let mut lowerer = Lowerer::new(db, key);
    let flow = lowerer.instance(key, &[]);
    lowerer.run()?;
    lowerer.program.flow = flow;
    Ok(lowerer.finish())
}

/// Lowers a type by itself, with the declared types that it reaches: for JSON Schema.
///
/// # Errors
/// When something that it reaches does not check.
pub fn lower_type(
    db: &dyn Db,
    near: &ItemKey,
    ty: &Ty,
) -> Result<(flow_ir::Type, BTreeMap<Name, flow_ir::TypeDef>), NotLowered> {
    let mut lowerer = Lowerer::new(db, near);
    let lowered = lowerer.ty(ty);
    lowerer.run()?;
    Ok((lowered, lowerer.program.types))
}

/// One lowering: the document so far, and what is still to be lowered.
struct Lowerer<'db> {
    db: &'db dyn Db,
    /// The file whose items stand under their plain names.
    root: SourceFile,
    program: Program,
    sources: sources::SourceMap,
    seen: FxHashSet<Name>,
    queue: Vec<(ItemKey, Vec<Ty>, Name)>,
}

impl<'db> Lowerer<'db> {
    fn new(db: &'db dyn Db, near: &ItemKey) -> Self {
        Self {
            db,
            root: near.file,
            program: Program {
                ir: VERSION,
                flow: Name::default(),
                types: BTreeMap::new(),
                consts: BTreeMap::new(),
                fns: BTreeMap::new(),
                commands: BTreeMap::new(),
                agents: BTreeMap::new(),
                humans: BTreeMap::new(),
                flows: BTreeMap::new(),
                tests: BTreeMap::new(),
                secrets: declared_near(db, near.file).to_vec(),
                handoffs: Vec::new(),
                sources: Sources::default(),
            },
            sources: sources::SourceMap::default(),
            seen: FxHashSet::default(),
            queue: Vec::new(),
        }
    }

    /// The name of an item with its type arguments, which will be lowered.
    fn instance(&mut self, key: &ItemKey, args: &[Ty]) -> Name {
        let name = names::instance(self.db, self.root, key, args);
        if self.seen.insert(name.clone()) {
            self.queue.push((key.clone(), args.to_vec(), name.clone()));
        }
        name
    }

    fn run(&mut self) -> Result<(), NotLowered> {
        while let Some((key, args, name)) = self.queue.pop() {
            if name.len() > LONGEST_NAME {
                return Err(NotLowered::Incomplete {
                    message: format!("`{}` needs itself with ever larger types", key.name),
                    path: key.file.path(self.db).clone(),
                });
            }
            self.item(&key, &args, name)?;
        }
        Ok(())
    }

    /// The document, with what depends on all of it.
    fn finish(self) -> Program {
        let mut program = self.program;
        program.sources = self.sources.finish();
        program.fill_tables();
        program
    }

    fn item(&mut self, key: &ItemKey, args: &[Ty], name: Name) -> Result<(), NotLowered> {
        use flow_grammar::tree::ItemKind;
        let mut cx = frame::Context::of(self, key, args)?;
        let tree = cx.tree.clone();
        match &tree.kind {
            ItemKind::Type(decl) => {
                let def = cx.type_def(decl, tree.docs.as_ref(), args)?;
                self.program.types.insert(name, def);
            }
            ItemKind::Const(decl) => {
                let value = cx.expr(&decl.value)?;
                let ty = cx.ty(&crate::types::decl::const_ty(cx.low.db, key.clone()));
                let locals = cx.frame.names();
                self.program.consts.insert(name, flow_ir::Const { ty, value, locals });
            }
            ItemKind::Fn(decl) => {
                let mut frame = cx.signature(key, &decl.params, tree.docs.as_ref(), decl.name.span)?;
                let body = cx.scoped(|cx| cx.body(&decl.body, &frame.result))?;
                frame.locals = cx.frame.names();
                self.program.fns.insert(name, flow_ir::Function { frame, body });
            }
            ItemKind::Doer(decl) => cx.doer(key, decl, tree.docs.as_ref(), name)?,
            ItemKind::Flow(decl) => {
                let flow = cx.flow(key, decl, &tree)?;
                self.program.flows.insert(name, flow);
            }
            ItemKind::Test(decl) => {
                let (name, test) = cx.test(decl)?;
                self.program.tests.insert(name, test);
            }
            ItemKind::Import(_) | ItemKind::Secret(_) | ItemKind::Error => {}
        }
        Ok(())
    }
}
