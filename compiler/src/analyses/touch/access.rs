//! Which files a step may read and write, as far as the program says.
//!
//! Said is: what a call yields (`output` is written, `file` is read), what it is handed, the file in which a program leaves
//! its result, the paths and patterns of built-in effects. An agent whose declaration lets it write (`sandbox: workspace_write` or `full`), names no tools without a pen,
//! and declares no `output`, may write anything. Of other agents and of programs no more is assumed than they say.

use super::glob::Glob;
use crate::analyses::outline::{Call, Doer, Effect, Fact, Files, Piece, Read, doer};
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
    /// The program, from values that it is given: calls with different values name different files.
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
}

/// What a call may read and write, without what a flow does itself.
pub(super) fn of_call(db: &dyn Db, call: &Call, out: &mut Vec<Access>) {
    if let Some(doer) = doer(db, &call.callee) {
        of_doer(db, &doer, &call.options, out);
        out.extend(result_file(&doer, &call.args));
        reads(&call.reads, false, out);
    } else {
        reads(&call.reads, true, out);
    }
}

/// What an agent, command or human may read and write, with the options of a call.
pub fn of_doer(db: &dyn Db, doer: &Doer, options: &[(SmolStr, Fact)], out: &mut Vec<Access>) {
    let namer = if doer.kind == DoerKind::Command { Namer::Given } else { Namer::Free };
    let before = out.len();
    of_type(db, &doer.result, namer, &mut FxHashSet::default(), out);
    let writes = out.get(before..).is_some_and(|added| added.iter().any(|access| access.write));
    if !writes && may_write(doer, options) {
        out.push(Access { glob: Glob::any(), write: true, namer });
    }
}

/// The file in which a program leaves its result, where a call with these arguments has it do that.
pub fn result_file(doer: &Doer, args: &[Option<Fact>]) -> Option<Access> {
    let (glob, namer) = named(Glob::path(&doer.result_file(args)?));
    Some(Access { glob, write: true, namer })
}

fn named(glob: Glob) -> (Glob, Namer) {
    let namer = if glob.has_hole() || glob.is_unnamed() { Namer::Given } else { Namer::Fixed };
    (glob, namer)
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
fn reads(reads: &[Read], by_flow: bool, out: &mut Vec<Access>) {
    for Read { files, fixed } in reads {
        let glob = match files {
            Files::Path(pieces) => known(Glob::path(pieces)),
            Files::Pattern(pieces) => known(Glob::pattern(pieces)),
            Files::Unknown => Glob::unnamed(),
        };
        if by_flow && glob.is_unnamed() {
            continue;
        }
        let is_one = matches!(files, Files::Path(_)) && !glob.has_hole();
        let namer = if *fixed || is_one { Namer::Fixed } else { Namer::Given };
        out.push(Access { glob, write: false, namer });
    }
}

/// What is read under a name of which nothing is known has none.
fn known(glob: Glob) -> Glob {
    if glob == Glob::any() { Glob::unnamed() } else { glob }
}

/// The files in a result: those of `output` have been written, those of `file` with a pattern read.
fn of_type(db: &dyn Db, ty: &Ty, namer: Namer, seen: &mut FxHashSet<Ty>, out: &mut Vec<Access>) {
    match resolve_alias(db, ty) {
        Ty::Output(glob) => {
            let glob = glob.map_or_else(Glob::any, Glob::new);
            out.push(Access { glob, write: true, namer });
        }
        Ty::File(Some(glob)) => out.push(Access { glob: Glob::new(glob), write: false, namer }),
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
pub fn of_effect(effect: &Effect, out: &mut Vec<Access>) {
    let text = || effect.args.first().and_then(Option::as_ref).map_or(vec![Piece::Hole], Fact::pieces);
    let (glob, write) = match effect.name {
        "write" => (Glob::path(&text()), true),
        "glob" => (known(Glob::pattern(&text())), false),
        "exists" => (known(Glob::path(&text())), false),
        _ => return reads(&effect.reads, false, out),
    };
    let (glob, namer) = named(glob);
    out.push(Access { glob, write, namer });
}
