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
            let has_default = nth + defaults >= count;
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
        let (params, shown) = self.params(3);
        let result = self.ty(1);
        self.returns = Some(result.clone());
        let body = self.inside(&params, false, |maker| maker.block(Some(&result), 1));
        self.returns = None;
        let text = format!("fn {name}({shown}) -> {} {body}", self.type_text(&result));
        self.item(&text);
        self.callables.push(Callable { name, kind: Kind::Fn, params, result });
    }

    /// An agent, a command or a person.
    pub(super) fn doer(&mut self) {
        let (kind, word) = [(Kind::Agent, "agent"), (Kind::Command, "command"), (Kind::Human, "human")]
            [self.choices.pick(3)];
        let name = format!("{word}{}", self.callables.len());
        let (params, shown) = self.params(3);
        let result = self.ty(1);
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
                format!("run: [\"program\", {about}]\noutput: json\n{more}")
            }
            _ => format!("ask: {about}"),
        };
        let text = format!("{word} {name}({shown}) -> {} {{\n{settings}\n}}", self.type_text(&result));
        self.item(&text);
        self.callables.push(Callable { name, kind, params, result });
    }

    /// A text that is not empty, with values in it.
    fn about(&mut self) -> String {
        let mut text = "\"about".to_owned();
        for _ in 0..self.choices.pick(3) {
            let _ = write!(text, " {}", self.hole(1));
        }
        text + "\""
    }

    pub(super) fn flow(&mut self) {
        let name = format!("flow{}", self.callables.len());
        let (params, shown) = self.params(2);
        let result = self.ty(1);
        self.returns = Some(result.clone());
        let body = self.inside(&params, true, |maker| {
            if maker.choices.chance(2) { maker.stages(&result) } else { maker.block(Some(&result), 0) }
        });
        self.returns = None;
        let head = self.choices.one(&["", "@code(\"FLW#\")\n", "@budget(turns: 100000, time: 40d)\n"]);
        let head = head.replace('#', &self.callables.len().to_string());
        let text = format!("{head}flow {name}({shown}) -> {} {body}", self.type_text(&result));
        self.item(&text);
        self.callables.push(Callable { name, kind: Kind::Flow, params, result });
        self.test(self.callables.len() - 1);
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
            let Callable { name, kind, params, result } = &self.callables[index];
            let (name, kind, params, result) = (name.clone(), *kind, params.clone(), result.clone());
            if matches!(kind, Kind::Fn | Kind::Flow) {
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
        let mut given = Vec::new();
        for (name, ty, default) in &params {
            if !(*default && self.choices.chance(2)) {
                given.push(format!("{name}: {}", self.plain(ty)));
            }
        }
        let call = format!("{}({})", self.callables[flow].name, given.join(", "));
        let _ = writeln!(text, "let result = {call}\nlog(\"${{result}}\")\n}}");
        self.item(&text);
    }
}
