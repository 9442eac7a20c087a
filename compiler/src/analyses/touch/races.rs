//! Branches that run at once in one workspace, or a process and what runs beside it, where one may write a file that the
//! other may read or write.

use super::access::Namer;
use super::processes::{How, Meeting, processes};
use super::reach::{Touched, touched};
use crate::analyses::outline::{Outline, Step, StepKind, outline};
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::syntax::Item;

/// Two branches may write the same file, or one reads what another writes.
pub const RACE: Code = Code("E0516");

/// The races of a flow: one for each pair of branches.
pub fn check(db: &dyn Db, item: Item<'_>) -> Vec<Diagnostic> {
    let Some(outline) = outline(db, item) else { return Vec::new() };
    let mut checker = Checker { db, item, outline: &outline, found: Vec::new() };
    checker.steps(&outline.steps, 0);
    outline.stages.iter().for_each(|stage| checker.steps(&stage.steps, 0));
    if let Some(processes) = processes(db, &item.key(db)) {
        processes.met.iter().for_each(|met| checker.beside_process(met));
    }
    checker.found
}

struct Checker<'a, 'db> {
    db: &'db dyn Db,
    item: Item<'db>,
    outline: &'a Outline,
    found: Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    /// `loops` is how many concurrent loops stand around.
    fn steps(&mut self, steps: &[Step], loops: u32) {
        for step in steps {
            let inside = match &step.kind {
                StepKind::Parallel(branches) => {
                    self.beside(branches.iter().map(|(_, steps)| steps.as_slice()));
                    loops
                }
                StepKind::Race(arms) => {
                    self.beside(arms.iter().map(|(value, _)| value.as_slice()));
                    loops
                }
                StepKind::For { parallel: true, body, .. } => {
                    self.rounds(body, loops);
                    loops + 1
                }
                _ => loops,
            };
            step.children(&mut |inner| self.steps(inner, inside));
        }
    }

    /// Branches of which each pair runs at once.
    fn beside<'s>(&mut self, branches: impl Iterator<Item = &'s [Step]>) {
        let branches: Vec<Vec<Touched>> = branches.map(|steps| touched(self.db, steps)).collect();
        for (index, first) in branches.iter().enumerate() {
            for second in branches.get(index + 1..).unwrap_or_default() {
                if let Some((a, b, path)) = meeting(first, second, |_, _| true) {
                    self.report(a, b, &path, message);
                }
            }
        }
    }

    /// A body whose rounds run at once: it meets itself, unless what it touches differs from round to round.
    fn rounds(&mut self, body: &[Step], loops: u32) {
        let touched = touched(self.db, body);
        let bit = 1_u32.checked_shl(loops).unwrap_or(0);
        let meets = |a: &Touched, b: &Touched| a.varies & bit == 0 || b.varies & bit == 0;
        if let Some((a, b, path)) = meeting(&touched, &touched, meets) {
            self.report(a, b, &path, message);
        }
    }

    fn beside_process(&mut self, met: &Meeting) {
        let say = match met.how {
            How::Process => of_process,
            How::Endpoint => of_endpoint,
            How::Deferred => of_deferred,
        };
        self.report(&met.a, &met.b, &met.path, say);
    }

    fn report(&mut self, a: &Touched, b: &Touched, path: &str, say: Say) {
        // What writes comes first.
        let (a, b) = if a.access.write { (a, b) } else { (b, a) };
        let place = |touched: &Touched| self.item.place(self.db, self.outline.span(touched.step));
        self.found.push(say(a, b, place(a), place(b), path));
    }
}

/// How to say that two meet, of which the first writes.
type Say = fn(&Touched, &Touched, Place, Place, &str) -> Diagnostic;

/// Two accesses that meet, and where; two that write are told first.
pub(super) fn meeting<'t>(
    first: &'t [Touched],
    second: &'t [Touched],
    meets: impl Fn(&Touched, &Touched) -> bool,
) -> Option<(&'t Touched, &'t Touched, String)> {
    let pairs = |both: bool| {
        let (meets, second) = (&meets, second);
        first.iter().find_map(move |a| {
            second.iter().find_map(move |b| {
                let clash =
                    if both { a.access.write && b.access.write } else { a.access.write != b.access.write };
                if !clash || !meets(a, b) {
                    return None;
                }
                Some((a, b, a.access.glob.meet(&b.access.glob)?))
            })
        })
    };
    pairs(true).or_else(|| pairs(false))
}

/// What the second of two does.
fn does(touched: &Touched) -> String {
    let glob = &touched.access.glob;
    match touched.access.write {
        _ if glob.is_unnamed() => "read a file of which only a run knows the name".to_owned(),
        true => format!("write `{}`", glob.text()),
        false => format!("read `{}`", glob.text()),
    }
}

fn message(a: &Touched, b: &Touched, first: Place, second: Place, path: &str) -> Diagnostic {
    let (mine, theirs) = (a.access.glob.text(), does(b));
    let itself = a.step == b.step;
    let message = match (b.access.write, itself) {
        (true, true) => format!("rounds that run at once may write the same file, such as `{path}`"),
        (true, false) => format!("branches that run at once may write the same file, such as `{path}`"),
        (false, true) => format!("rounds that run at once may read what another writes, such as `{path}`"),
        (false, false) => format!("a branch may read what another writes at the same time, such as `{path}`"),
    };
    let found = Diagnostic::new(RACE, message, first).here(format!("this may write `{mine}`"));
    let found = if itself { found } else { found.label(second, format!("this may {theirs}")) };
    let is_named = a.access.glob.has_hole() && a.access.namer == Namer::Given;
    found.note("which of them comes first differs from run to run").help(if itself && is_named {
        "let the path hold the element itself, or its place in the list, which `indexed()` tells"
    } else {
        "let them name different files, or run one after the other"
    })
}

/// A process that meets what runs beside it, or itself where it is spawned again.
fn of_process(a: &Touched, b: &Touched, first: Place, second: Place, path: &str) -> Diagnostic {
    let (mine, theirs) = (a.access.glob.text(), does(b));
    let message = if b.access.write {
        format!("a process and what runs beside it may write the same file, such as `{path}`")
    } else {
        format!(
            "what one of a process and its flow reads the other may write at the same time, such as `{path}`"
        )
    };
    let found = Diagnostic::new(RACE, message, first);
    let found = if a.step == b.step {
        found.here(format!("this may write `{mine}`, and runs beside the one of the round before"))
    } else {
        found.here(format!("this may write `{mine}`")).label(second, format!("this may {theirs}"))
    };
    found
        .note("a process runs until it is joined or cancelled on every way, and again behind a `restart`")
        .help("`join` it before, or let them name different files")
}

/// What is deferred, and a process that has not ended when it runs.
fn of_deferred(a: &Touched, b: &Touched, first: Place, second: Place, path: &str) -> Diagnostic {
    let (mine, theirs) = (a.access.glob.text(), does(b));
    let message = if b.access.write {
        "what is deferred and a process that still runs may write the same file"
    } else {
        "what one of a process and what is deferred reads the other may write at the same time"
    };
    Diagnostic::new(RACE, format!("{message}, such as `{path}`"), first)
        .here(format!("this may write `{mine}`"))
        .label(second, format!("this may {theirs}"))
        .note(
            "what is deferred runs wherever the flow fails or is cancelled, and its processes end behind it",
        )
        .help("`cancel` the process first in what is deferred, or let them name different files")
}

/// An endpoint that meets what its flow does meanwhile.
fn of_endpoint(a: &Touched, b: &Touched, first: Place, second: Place, path: &str) -> Diagnostic {
    let (mine, theirs) = (a.access.glob.text(), does(b));
    let message = if b.access.write {
        "an endpoint and what its flow does meanwhile may write the same file"
    } else {
        "what one of an endpoint and its flow reads the other may write at the same time"
    };
    Diagnostic::new(RACE, format!("{message}, such as `{path}`"), first)
        .here(format!("this may write `{mine}`"))
        .label(second, format!("this may {theirs}"))
        .note("an endpoint is answered whenever somebody calls it, from where it stands on")
        .help("let them name different files, or do both in endpoints: those are answered one at a time")
}
