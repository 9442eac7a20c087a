//! What can be called: functions, those who do the work, flows with stages, and a test of each flow.

use super::types::{Told, Ty};
use super::{Callable, Kind, Maker, Param};
use std::fmt::Write as _;

impl Maker<'_> {
    /// Parameters, those with defaults last.
    fn params(&mut self, most: usize) -> (Vec<Param>, String) {
        let count = self.choices.pick(most + 1);
        let defaults = self.choices.pick(2);
        let (mut params, mut shown) = (Vec::new(), Vec::new());
        for nth in 0..count {
            let (name, ty) = (self.fresh(), self.ty(1));
            let has_default = nth + defaults >= count && !ty.is_open();
            let default = if has_default { format!(" = {}", self.plain(&ty)) } else { String::new() };
            shown.push(format!("{name}: {}{default}", self.type_text(&ty)));
            params.push((name, ty, has_default));
        }
        (params, shown.join(", "))
    }

    /// Makes something with parameters that are bound in it.
    fn inside(&mut self, params: &[Param], effects: bool, make: impl FnOnce(&mut Self) -> String) -> String {
        let mark = self.locals.len();
        params.iter().for_each(|(name, ty, _)| self.bind(name, ty, false));
        let was = std::mem::replace(&mut self.has_effects, effects);
        let text = make(self);
        self.has_effects = was;
        self.locals.truncate(mark);
        text
    }

    pub(super) fn function(&mut self) {
        let name = format!("fn{}", self.callables.len());
        let (params, shown) = self.head_of(3);
        let result = self.ty(1);
        self.returns = Some(result.clone());
        let body = self.inside(&params, false, |maker| maker.block(Some(&result), 1));
        self.returns = None;
        let text = format!("fn {name}{shown} -> {} {body}", self.type_text(&result));
        self.item(&text);
        let is_generic = std::mem::take(&mut self.is_generic);
        self.callables.push(Callable { name, kind: Kind::Fn, params, result, is_generic, emits: None });
    }

    /// The parameters of something that may be generic, and how they are written.
    fn head_of(&mut self, most: usize) -> (Vec<Param>, String) {
        self.is_generic = self.choices.chance(3);
        if !self.is_generic {
            let (params, shown) = self.params(most);
            return (params, format!("({shown})"));
        }
        let (mut params, shown) = self.params(most - 1);
        params.insert(0, ("x".to_owned(), Ty::Param, false));
        let comma = if shown.is_empty() { "" } else { ", " };
        (params, format!("<T>(x: T{comma}{shown})"))
    }

    /// An agent, a command or a person.
    pub(super) fn doer(&mut self) {
        let (kind, word) = [(Kind::Agent, "agent"), (Kind::Command, "command"), (Kind::Human, "human")]
            [self.choices.pick(3)];
        let name = format!("{word}{}", self.callables.len());
        let (params, shown) = self.params(3);
        let leaves_exec = kind == Kind::Command && self.choices.chance(4);
        let result = if leaves_exec { Ty::Exec } else { self.ty(1) };
        let about = self.inside(&params, false, |maker| maker.about());
        let settings = match kind {
            Kind::Agent => {
                let more = self.choices.one(&[
                    "timeout: 10m",
                    "sandbox: read_only",
                    "turns: 3, timeout: 1h",
                    "retry: 2",
                ]);
                format!("prompt: {about}\n{more}")
            }
            Kind::Command => {
                let more = self.choices.one(&["timeout: 10m", "retry: 2", "ok: [0, 1]"]);
                let more = if leaves_exec { "timeout: 10m" } else { more };
                let output = self.output(&result);
                format!("run: [\"program\", {about}]\n{output}\n{more}")
            }
            _ => format!("ask: {about}"),
        };
        let text = format!("{word} {name}({shown}) -> {} {{\n{settings}\n}}", self.type_text(&result));
        self.item(&text);
        if text.contains("output: file(") {
            self.leaving.push(name.clone());
        }
        self.callables.push(Callable { name, kind, params, result, is_generic: false, emits: None });
    }

    /// How the output of a command becomes its result.
    fn output(&mut self, result: &Ty) -> &'static str {
        let is_line = |ty: &Ty| match ty {
            Ty::Bool | Ty::Int | Ty::Float | Ty::Text | Ty::Duration | Ty::Money => true,
            Ty::Named(index, None) => self.is_enum(*index),
            _ => false,
        };
        let forms: &[&str] = match result {
            Ty::Exec => &[""],
            Ty::List(of) if is_line(of) => {
                &["output: json", "", "output: lines", "output: file(\"out.json\")"]
            }
            ty if is_line(ty) => &["output: json", "", "output: text", "output: file(\"out.json\")"],
            _ => &["output: json", "", "output: file(\"out.json\")"],
        };
        self.choices.one(forms)
    }

    /// A text that is not empty, with values in it.
    fn about(&mut self) -> String {
        let mut text = "\"about".to_owned();
        for _ in 0..self.choices.pick(3) {
            let _ = write!(text, " {}", self.hole(1));
        }
        text + "\""
    }

    pub(super) fn flow(&mut self, kind: Kind) {
        let name = format!("flow{}", self.callables.len());
        let (params, shown) = self.head_of(2);
        let result = self.ty(1);
        self.returns = Some(result.clone());
        self.spawns = kind == Kind::Pool;
        self.emits = (self.spawns && self.choices.chance(2)).then(|| self.event());
        let body = self.inside(&params, true, |maker| {
            if maker.choices.chance(2) { maker.stages(&result) } else { maker.block(Some(&result), 0) }
        });
        (self.returns, self.spawns) = (None, false);
        let emits = self.emits.take();
        let is_emitted =
            emits.as_ref().map_or_else(String::new, |of| format!(" emits {}", self.type_text(of)));
        let head = self.choices.one(&["", "@code(\"FLW#\")\n", "@budget(turns: 100000, time: 40d)\n"]);
        let head = head.replace('#', &self.callables.len().to_string());
        let text = format!("{head}flow {name}{shown} -> {}{is_emitted} {body}", self.type_text(&result));
        self.item(&text);
        let is_generic = std::mem::take(&mut self.is_generic);
        if self.leaves_file(&text) {
            self.leaving.push(name.clone());
        }
        self.callables.push(Callable { name, kind, params, result, is_generic, emits });
        if kind == Kind::Flow {
            self.test(self.callables.len() - 1);
        }
    }

    /// What a flow emits: often what another does.
    fn event(&mut self) -> Ty {
        let known = self.callables.iter().find_map(|callable| callable.emits.clone());
        match known.filter(|of| !of.is_open()) {
            Some(of) if self.choices.chance(2) => of,
            _ => self.ty(1),
        }
    }

    /// The body of a flow with stages: each leads to the next, and perhaps back.
    fn stages(&mut self, result: &Ty) -> String {
        let count = 1 + self.choices.pick(3);
        let stages: Vec<_> = (0..count).map(|nth| (format!("stage{nth}"), self.params(2))).collect();
        let mut text = "{\n".to_owned();
        for _ in 0..self.choices.pick(3) {
            let declared = self.let_before();
            let _ = writeln!(text, "{declared}");
        }
        let handoff = self.handoff(&stages[0].0, &stages[0].1.0);
        let _ = writeln!(text, "{handoff}\n");
        for (nth, (name, (params, shown))) in stages.iter().enumerate() {
            let body = self.inside(params, true, |maker| {
                maker.block_with(1, |maker| {
                    let (next, (taken, _)) = stages.get(nth + 1).unwrap_or(&stages[0]);
                    let next = maker.handoff(next, taken);
                    let (condition, value) = (maker.condition(1), maker.value(result, Told::Outside, 1));
                    match maker.choices.pick(3) {
                        0 => format!("if {condition} {{ {next} }} else {{ return {value} }}"),
                        1 => format!("if {condition} {{ return {value} }}\n{next}"),
                        _ => format!("match {condition} {{\ntrue => return {value}\nfalse => {next}\n}}"),
                    }
                })
            });
            let max = self.choices.one(&["3", "2", "(1 + 1)"]);
            let _ = writeln!(text, "stage {name}({shown}) max {max} {body}\n");
        }
        text + "}"
    }

    /// What stages see besides their own.
    fn let_before(&mut self) -> String {
        let ty = self.ty(1);
        let value = self.value(&ty, Told::Outside, 2);
        let name = self.fresh();
        self.bind(&name, &ty, false);
        format!("let {name}: {} = {value}", self.type_text(&ty))
    }

    fn handoff(&mut self, name: &str, params: &[Param]) -> String {
        let mut given = Vec::new();
        for (_, ty, default) in params {
            if !(*default && self.choices.chance(2)) {
                given.push(self.value(ty, Told::Outside, 2));
            }
        }
        format!("handoff {name}({})", given.join(", "))
    }

    /// A test that calls a flow, with a stub for everyone who does work.
    fn test(&mut self, flow: usize) {
        let mut text = format!("test \"{} ends\" {{\n", self.callables[flow].name);
        for index in 0..self.callables.len() {
            let Callable { name, kind, params, result, .. } = &self.callables[index];
            let (name, kind, params, result) = (name.clone(), *kind, params.clone(), result.clone());
            if matches!(kind, Kind::Fn | Kind::Flow | Kind::Pool) {
                continue;
            }
            let names: Vec<&str> = params.iter().map(|(name, ..)| name.as_str()).collect();
            let was = std::mem::replace(&mut self.in_closure, true);
            let answer = self.inside(&params, false, |maker| {
                let value = maker.value(&result, Told::Outside, 2);
                if maker.choices.chance(5) {
                    format!("if {} {{ fail \"nobody knows\" }} else {{ {value} }}", maker.condition(2))
                } else {
                    value
                }
            });
            self.in_closure = was;
            let _ = writeln!(text, "stub {name} = |{}| {answer}", names.join(", "));
        }
        let params = self.callables[flow].params.clone();
        let argument = self.argument(flow);
        let mut given = Vec::new();
        for (name, ty, default) in &params {
            if ty.is_open() {
                let was = std::mem::replace(&mut self.is_plain, true);
                given.push(format!("{name}: {}", self.literal(&ty.with(argument.as_ref()), Told::Itself, 1)));
                self.is_plain = was;
            } else if !(*default && self.choices.chance(2)) {
                given.push(format!("{name}: {}", self.plain(ty)));
            }
        }
        let call = format!("{}({})", self.callables[flow].name, given.join(", "));
        let _ = writeln!(text, "let result = {call}\nlog(\"${{result}}\")\n}}");
        self.item(&text);
    }
}
