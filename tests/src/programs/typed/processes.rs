//! Statements that start processes, wait for them, and go through what happens to them.

use super::types::{Told, Ty};
use super::{Callable, Maker};
use std::fmt::Write as _;

/// A process in the text: its name, and what it yields and emits.
struct Process {
    name: String,
    result: Ty,
    emits: Option<Ty>,
}

impl Maker<'_> {
    pub(super) fn process(&mut self, depth: usize) -> String {
        match self.choices.pick(7) {
            0 => self.emitted(),
            1 => self.joined(depth),
            2 => self.all_joined(),
            3 => self.ended(),
            4 => self.bubbled(),
            _ => self.watched(depth),
        }
    }

    /// `spawn` and a call, and what comes of it; its name is not yet bound. Who leaves a file does so at a time of his own, beside
    /// all that follows, and is not spawned.
    fn spawned(&mut self) -> Option<(String, Process)> {
        let index = self.a_doer()?;
        let spawned = self.spawned_of(index);
        (!self.leaves_file(&spawned.0)).then_some(spawned)
    }

    fn spawned_of(&mut self, index: usize) -> (String, Process) {
        let argument = self.argument(index);
        let given = self.arguments(index, argument.as_ref(), 2);
        let with = self.choices.one(&["", " with { timeout: 3h }"]);
        let name = self.fresh();
        let Callable { name: of, result, emits, .. } = &self.callables[index];
        let process = Process {
            name,
            result: result.with(argument.as_ref()),
            emits: emits.as_ref().map(|of| of.with(argument.as_ref())),
        };
        (format!("spawn {of}({given}){with}"), process)
    }

    /// Emits something of what is emitted here.
    fn emitted(&mut self) -> String {
        match self.emits.clone() {
            Some(of) => format!("emit {}", self.value(&of, Told::Outside, 1)),
            None => "log(\"in silence\")".into(),
        }
    }

    /// Publishes what a process emits, if there is one that emits the same.
    fn bubbled(&mut self) -> String {
        let same = |callable: &Callable| callable.emits.is_some() && callable.emits == self.emits;
        let Some(index) = self.callables.iter().position(same) else { return self.emitted() };
        let (spawn, Process { name, .. }) = self.spawned_of(index);
        if self.leaves_file(&spawn) {
            return self.emitted();
        }
        format!("let {name} = {spawn}\nbubble({name})\njoin({name})")
    }

    /// A process that is waited for, with something in between.
    fn joined(&mut self, depth: usize) -> String {
        let Some((spawn, process)) = self.spawned() else { return self.emitted() };
        let meanwhile = if depth > 2 { self.emitted() } else { self.block_of_one(depth) };
        let name = self.fresh();
        self.bind(&name, &process.result, false);
        let of = &process.name;
        format!("let {of} = {spawn}\n{meanwhile}\nlet {name} = join({of})")
    }

    /// A statement whose names end with it.
    fn block_of_one(&mut self, depth: usize) -> String {
        let condition = self.condition(2);
        format!("if {condition} {}", self.block(None, depth + 1))
    }

    /// A process for each element of a list, all of them waited for.
    fn all_joined(&mut self) -> String {
        let of = self.ty(2);
        let list = self.value(&Ty::list(&of), Told::Itself, 2);
        let list = if list.contains('{') { format!("({list})") } else { list };
        let each = self.fresh();
        let mark = self.locals.len();
        self.bind(&each, &of, false);
        let spawned = self.spawned();
        self.locals.truncate(mark);
        let Some((spawn, process)) = spawned else { return self.emitted() };
        if process.result == Ty::Exec {
            return self.emitted();
        }
        let (all, results) = (&process.name, self.fresh());
        self.bind(&results, &Ty::list(&process.result), false);
        format!(
            "let {all} = for {each} in {list} {{ {spawn} }}\nlet {results} = for one in {all} {{ join(one) }}"
        )
    }

    /// A process that is not waited for.
    fn ended(&mut self) -> String {
        let Some((spawn, process)) = self.spawned() else { return self.emitted() };
        let of = process.name;
        let end = self.choices.one(&["cancel", "detach", "restart"]);
        format!(
            "let {of} = {spawn}\nlog(\"${{{of}.name}}: ${{{of}.status}}, ${{{of}.restarts}}\")\n{end}({of})"
        )
    }

    /// What happens to one process, or to several.
    fn watched(&mut self, depth: usize) -> String {
        let Some((spawn, process)) = self.spawned() else { return self.emitted() };
        let Process { name: of, result, emits } = process;
        let start = match self.choices.pick(3) {
            0 => format!("let {of} = {spawn}"),
            1 => format!("let {of} = [{spawn}]"),
            _ => format!("let {of} = [\"first\": {spawn}]"),
        };
        let event = self.fresh();
        let mark = self.locals.len();
        let was = std::mem::replace(&mut self.in_for, true);
        let mut arms = String::new();
        let _ = writeln!(arms, "Started(from) => log(from.name)");
        if let Some(emits) = &emits {
            let value = self.fresh();
            self.bind(&value, emits, false);
            let _ = writeln!(arms, "Emitted(from, value: {value}) => {}", self.block(None, depth + 1));
            self.locals.truncate(mark);
        }
        if self.choices.chance(2) {
            let _ = writeln!(arms, "Failed(from) if from.restarts < 3 => restart(from)");
        }
        let _ = writeln!(arms, "Failed(from, error) => log(\"${{from.name}}: ${{error.message}}\")");
        let value = self.fresh();
        self.bind(&value, &result, false);
        let _ = writeln!(arms, "Finished(from, value: {value}) => {}", self.block(None, depth + 1));
        self.locals.truncate(mark);
        self.in_for = was;
        format!("{start}\nfor {event} in events({of}) {{\nmatch {event} {{\n{arms}}}\n}}")
    }
}
