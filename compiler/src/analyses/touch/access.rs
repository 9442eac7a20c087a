//! Which files a step may read and write, as far as the program says.
//!
//! Said is: what a call yields (`output` is written, `file` is read), what it is handed, the file in which a program leaves
//! its result, the paths and patterns of built-in effects. An agent whose declaration lets it write (`sandbox: workspace_write` or `full`), names no tools without a pen,
//! and declares no `output`, may write anything. Of other agents and of programs no more is assumed than they say.

use super::glob::Glob;
use crate::analyses::outline::{Call, Depends, Doer, Effect, Fact, Files, Piece, Read, doer};
use crate::db::Db;
use crate::types::decl::{resolve_alias, shape};
use crate::types::ty::Ty;
use flow_grammar::tree::DoerKind;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Who chooses the name of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namer {
    /// The program: it is always this.
    Fixed,
    /// The program, from values that it is given, by which different calls may name different files.
    Given,
    /// An agent or a person, as they like.
    Free,
}

/// Files that may be read or written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// Which.
    pub glob: Glob,
    /// Whether they are written.
    pub write: bool,
    /// Who chooses among them.
    pub namer: Namer,
    /// The parameters of the flow of which another value makes another name.
    pub params: u64,
    /// Whether it is only asked whether there is anything: what is written below a directory makes that, too.
    pub is_below: bool,
    /// The step that waited for the file, if one did: what wrote it then is no race.
    pub waited: Option<u32>,
    /// How the name is spelled, where parameters of the flow stand in it.
    spelled: Option<Spelled>,
}

/// A name in which parameters of a flow stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Spelled {
    pieces: Vec<Piece>,
    /// Whether it is a path, and no pattern.
    is_path: bool,
}

/// Stands for a step inside of what is called.
pub(super) const IN_A_CALL: u32 = u32::MAX;

/// Names with more pieces than this are not followed into callers.
const MOST_PIECES: usize = 16;

impl Access {
    fn new(glob: Glob, write: bool, namer: Namer) -> Self {
        Self { glob, write, namer, params: 0, is_below: false, waited: None, spelled: None }
    }

    /// Files among those of a pattern, where there is more than one to choose from.
    fn among(glob: Glob, write: bool, namer: Namer) -> Self {
        let namer = if glob.has_wildcard() { namer } else { Namer::Fixed };
        Self::new(glob, write, namer)
    }

    /// Files of a name that is spelled so. What has no name where it is written may be any file; where it is read, none that has
    /// one.
    fn spelled(pieces: &[Piece], is_path: bool, write: bool, depends: u64) -> Self {
        let glob = if is_path { Glob::path(pieces) } else { Glob::pattern(pieces) };
        let glob = if write || glob != Glob::any() { glob } else { Glob::unnamed() };
        let namer = if glob.has_hole() || glob.is_unnamed() { Namer::Given } else { Namer::Fixed };
        let has_params = pieces.iter().any(|piece| matches!(piece, Piece::Param(_)));
        let spelled =
            (has_params && pieces.len() <= MOST_PIECES).then(|| Spelled { pieces: pieces.to_vec(), is_path });
        let params = if namer == Namer::Given { depends } else { 0 };
        Self { params, spelled, ..Self::new(glob, write, namer) }
    }

    /// What may lie below, if the path is that of a directory.
    fn below(&self) -> Option<Self> {
        let glob = match self.glob.below() {
            // A caller may know the name.
            None if self.spelled.is_some() => Glob::unnamed(),
            glob => glob?,
        };
        Some(Self { glob, is_below: true, ..self.clone() })
    }

    /// The same in terms of a caller, who gives these pieces for a parameter, and on which of its own parameters the name depends
    /// then.
    #[must_use]
    pub(super) fn handed(&self, given: &dyn Fn(u32) -> Vec<Piece>, params: u64) -> Self {
        match &self.spelled {
            Some(Spelled { pieces, is_path }) => {
                let waited = self.waited.map(|_| IN_A_CALL);
                let pieces = pieces.iter().flat_map(|piece| match piece {
                    Piece::Param(at) => given(*at),
                    piece => vec![piece.clone()],
                });
                let access = Self::spelled(&pieces.collect::<Vec<_>>(), *is_path, self.write, params);
                let access = if self.is_below { access.below().unwrap_or(access) } else { access };
                Self { waited, ..access }
            }
            None => Self {
                params: if self.namer == Namer::Given { params } else { 0 },
                waited: self.waited.map(|_| IN_A_CALL),
                ..self.clone()
            },
        }
    }
}

/// An access of a step, and on which of the concurrent loops around the step its name depends.
pub(in crate::analyses) type InRounds = (Access, u32);

/// What a call may read and write, without what a flow does itself.
pub(super) fn of_call(db: &dyn Db, call: &Call, out: &mut Vec<InRounds>) {
    let Some(doer) = doer(db, &call.callee) else { return reads(&call.reads, true, out) };
    let mut own = Vec::new();
    of_doer(db, &doer, &call.options, &mut own);
    let Depends { rounds, params } = call.depends();
    out.extend(own.into_iter().map(|access| (Access { params, ..access }, rounds)));
    if let Some(pieces) = doer.result_file(&call.args) {
        let depends = call.depends_on(doer.told_by);
        out.push((Access::spelled(&pieces, true, true, depends.params), depends.rounds));
    }
    reads(&call.reads, false, out);
}

/// What an agent, command or human may read and write, with the options of a call.
pub fn of_doer(db: &dyn Db, doer: &Doer, options: &[(SmolStr, Fact)], out: &mut Vec<Access>) {
    let namer = if doer.kind == DoerKind::Command { Namer::Given } else { Namer::Free };
    let before = out.len();
    of_type(db, &doer.result, namer, &mut FxHashSet::default(), out);
    let writes = out.get(before..).is_some_and(|added| added.iter().any(|access| access.write));
    if !writes && may_write(doer, options) {
        out.push(Access::new(Glob::any(), true, namer));
    }
}

/// The file in which a program leaves its result, where a call with these arguments has it do that.
pub fn result_file(doer: &Doer, args: &[Option<Fact>]) -> Option<Access> {
    Some(Access::spelled(&doer.result_file(args)?, true, true, 0))
}

/// Whether an agent says that it may write, and not what.
fn may_write(doer: &Doer, options: &[(SmolStr, Fact)]) -> bool {
    let given = |key: &str| options.iter().find(|(name, _)| name == key).map(|(_, fact)| fact);
    let setting = |key: &str| given(key).or_else(|| doer.setting(key));
    let sandbox = setting("sandbox").and_then(Fact::plain);
    let has_pen = match setting("tools") {
        Some(Fact::List(tools)) => {
            tools.iter().any(|tool| matches!(tool.plain(), Some("edit" | "write" | "shell")))
        }
        _ => true,
    };
    doer.kind == DoerKind::Agent && matches!(sandbox, Some("workspace_write" | "full")) && has_pen
}

/// What is read of the files that a step is handed. A flow says itself what it reads of those of which nothing is known.
fn reads(reads: &[Read], by_flow: bool, out: &mut Vec<InRounds>) {
    for Read { files, depends, waited } in reads {
        let access = match files {
            Files::Path(pieces) => Access::spelled(pieces, true, false, depends.params),
            Files::Pattern(pieces) | Files::Awaited(pieces) => {
                let pattern = Access::spelled(pieces, false, false, depends.params);
                // Which of them is handed over depends on the value.
                Access { namer: Namer::Given, params: depends.params, waited: *waited, ..pattern }
            }
            Files::Unknown => {
                Access { params: depends.params, ..Access::new(Glob::unnamed(), false, Namer::Given) }
            }
        };
        if !by_flow || !access.glob.is_unnamed() {
            out.push((access, depends.rounds));
        }
    }
}

/// The files in a result: those of `output` have been written, those of `file` with a pattern read.
fn of_type(db: &dyn Db, ty: &Ty, namer: Namer, seen: &mut FxHashSet<Ty>, out: &mut Vec<Access>) {
    match resolve_alias(db, ty) {
        Ty::Output(glob) => {
            let glob = glob.map_or_else(Glob::any, Glob::new);
            out.push(Access::among(glob, true, namer));
        }
        Ty::File(Some(glob)) => out.push(Access::among(Glob::new(glob), false, namer)),
        Ty::List(of) | Ty::Option(of) | Ty::Map(_, of) => of_type(db, &of, namer, seen, out),
        Ty::Record(fields) => fields.iter().for_each(|(_, ty)| of_type(db, ty, namer, seen, out)),
        named @ Ty::Named(..) => {
            if !seen.insert(named.clone()) {
                return;
            }
            let Some(shape) = shape(db, &named) else { return };
            let own = shape.fields().into_iter().flatten();
            let payloads = shape.variants().into_iter().flatten().flat_map(|variant| &variant.fields);
            own.chain(payloads).for_each(|field| of_type(db, &field.ty, namer, seen, out));
        }
        _ => {}
    }
}

/// What a built-in effect may read and write. `wait_for` is how one branch waits for another: it is no race.
pub fn of_effect(effect: &Effect, out: &mut Vec<InRounds>) {
    let text = || effect.args.first().and_then(Option::as_ref).map_or(vec![Piece::Hole], Fact::pieces);
    let (is_path, write) = match effect.name {
        "write" => (true, true),
        "glob" => (false, false),
        "exists" => (true, false),
        _ => return reads(&effect.reads, false, out),
    };
    let access = Access::spelled(&text(), is_path, write, effect.depends.params);
    if effect.name == "exists" {
        out.extend(access.below().map(|below| (below, effect.depends.rounds)));
    }
    out.push((access, effect.depends.rounds));
}
