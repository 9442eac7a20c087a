//! Statements, and blocks that yield a type that is asked for.

use super::types::{Shape, Told, Ty};
use super::{Callable, Kind, LONG, Maker};
use std::fmt::Write as _;

impl Maker<'_> {
    /// `{`, some statements, a value, `}`
    pub(super) fn block(&mut self, result: Option<&Ty>, depth: usize) -> String {
        self.block_with(depth, |maker| match result {
            Some(ty) => maker.value(ty, Told::Outside, 1),
            None => String::new(),
        })
    }

    /// `{`, some statements, what `end` makes where those are known, `}`
    pub(super) fn block_with(&mut self, depth: usize, end: impl FnOnce(&mut Self) -> String) -> String {
        let mark = self.locals.len();
        let mut text = "{\n".to_owned();
        if self.spawns && depth == 0 {
            for _ in 0..=self.choices.pick(2) {
                let process = self.process(depth);
                let _ = writeln!(text, "{process}");
            }
        }
        let most = if depth > 2 || self.out.len() > LONG { 2 } else { 5 };
        for _ in 0..self.choices.pick(most) {
            let statement = self.statement(depth);
            let _ = writeln!(text, "{statement}");
        }
        let _ = writeln!(text, "{}", end(self));
        self.locals.truncate(mark);
        text + "}"
    }

    fn statement(&mut self, depth: usize) -> String {
        if depth > 3 {
            return self.let_value();
        }
        match self.choices.pick(if self.spawns { 20 } else { 16 }) {
            0..=2 => self.let_value(),
            3 | 4 => self.var(),
            5 | 6 => self.assigned(),
            7 => {
                let condition = self.condition(1);
                let then = self.block(None, depth + 1);
                if self.choices.chance(2) {
                    format!("if {condition} {then}")
                } else {
                    format!("if {condition} {then} else {}", self.block(None, depth + 1))
                }
            }
            8 => self.for_each(depth),
            9 => self.bounded(depth),
            10 if self.has_effects => format!("require {}, \"it does not hold\"", self.condition(1)),
            11 => self.left(),
            12 => {
                let depth = depth + 1;
                self.arms(1, &mut |maker| maker.block(None, depth))
            }
            13 => self.apart(),
            _ if self.has_effects => self.effect(depth),
            _ => self.let_value(),
        }
    }

    /// A name, mostly one that hides no other.
    fn name(&mut self) -> String {
        let hidden =
            self.choices.chance(10).then(|| self.locals.last().map(|local| local.name.clone())).flatten();
        hidden.filter(|name| name != "it" && name != "x").unwrap_or_else(|| self.fresh())
    }

    fn let_value(&mut self) -> String {
        let ty = self.ty(1);
        let is_annotated = self.choices.chance(2);
        let told = if is_annotated { Told::Outside } else { Told::Itself };
        let value = self.value(&ty, told, 1);
        let name = self.name();
        self.bind(&name, &ty, false);
        if is_annotated {
            format!("let {name}: {} = {value}", self.type_text(&ty))
        } else {
            format!("let {name} = {value}")
        }
    }

    fn var(&mut self) -> String {
        let ty = self.ty(1);
        let value = self.value(&ty, Told::Outside, 1);
        let name = self.fresh();
        self.bind(&name, &ty, true);
        format!("var {name}: {} = {value}", self.type_text(&ty))
    }

    fn assigned(&mut self) -> String {
        let fixed = self.fixed;
        let found: Vec<(String, Ty)> = self
            .locals
            .iter()
            .skip(fixed)
            .filter(|local| local.is_var && self.visible().any(|shown| std::ptr::eq(shown, *local)))
            .map(|local| (local.name.clone(), local.ty.clone()))
            .collect();
        if found.is_empty() {
            return self.var();
        }
        let index = self.choices.pick(found.len());
        let (name, ty) = found[index].clone();
        match (&ty, self.choices.pick(3)) {
            (Ty::List(of), 0) => format!("{name} += [{}]", self.value(of, Told::Outside, 2)),
            (Ty::List(of), 1) => format!("{name}[0] = {}", self.value(of, Told::Outside, 2)),
            (Ty::Map(of), 0 | 1) => format!(
                "{name}[{}] = {}",
                self.value(&Ty::Text, Told::Itself, 3),
                self.value(of, Told::Outside, 2)
            ),
            (Ty::Keyed(key, of), 0 | 1) => {
                format!("{name}[{}] = {}", self.keys(*key)[0], self.value(of, Told::Outside, 2))
            }
            (Ty::Int | Ty::Text | Ty::Float | Ty::Duration | Ty::Money, 0) => {
                format!("{name} += {}", self.value(&ty, Told::Itself, 2))
            }
            (Ty::Named(..), 0 | 1) => match self.shape_of(&ty) {
                Some(Shape::Record(fields)) => {
                    let nth = self.choices.pick(fields.len());
                    format!("{name}.{} = {}", fields[nth].name, self.field_value(&fields[nth], 2))
                }
                _ => format!("{name} = {}", self.value(&ty, Told::Outside, 2)),
            },
            _ => format!("{name} = {}", self.value(&ty, Told::Outside, 1)),
        }
    }

    /// A `for`, whose value is used or not.
    fn for_each(&mut self, depth: usize) -> String {
        let (of, result) = (self.ty(1), self.ty(2));
        let list = self.value(&Ty::list(&of), Told::Itself, 2);
        let name = self.fresh();
        let mark = self.locals.len();
        self.bind(&name, &of, false);
        let was = std::mem::replace(&mut self.in_for, true);
        let used = self.choices.chance(2);
        let body = self.block(used.then_some(&result), depth + 1);
        self.in_for = was;
        self.locals.truncate(mark);
        let list = if list.contains('{') { format!("({list})") } else { list };
        if !used {
            return format!("for {name} in {list} {body}");
        }
        let all = self.fresh();
        self.bind(&all, &Ty::list(&result), false);
        format!("let {all}: [{}] = for {name} in {list} {body}", self.type_text(&result))
    }

    /// A `loop` with a bound.
    fn bounded(&mut self, depth: usize) -> String {
        let ty = self.ty(2);
        let mark = self.locals.len();
        let was = std::mem::take(&mut self.in_for);
        let mut body = String::new();
        for _ in 0..self.choices.pick(3) {
            let statement = self.statement(depth + 1);
            let _ = writeln!(body, "{statement}");
        }
        let (condition, value) = (self.condition(1), self.value(&ty, Told::Outside, 2));
        self.in_for = was;
        self.locals.truncate(mark);
        let max = self.choices.one(&["3", "1", "(1 + 1)"]);
        let end = if self.choices.chance(3) {
            String::new()
        } else {
            format!(" else {}", self.block(Some(&ty), depth + 1))
        };
        let name = self.fresh();
        self.bind(&name, &ty, false);
        let ty = self.type_text(&ty);
        format!("let {name}: {ty} = loop max {max} {{\n{body}if {condition} {{ break {value} }}\n}}{end}")
    }

    /// Leaves, under a condition.
    fn left(&mut self) -> String {
        let condition = self.condition(1);
        let leave = match self.choices.pick(5) {
            0 | 1 if self.returns.is_some() => {
                let ty = self.returns.clone().unwrap_or(Ty::Int);
                format!("return {}", self.value(&ty, Told::Outside, 1))
            }
            2 if self.in_for => self.choices.one(&["continue", "break"]).into(),
            3 if self.has_effects && self.returns.is_some() => format!("blocked {}", self.text(2)),
            _ if self.has_effects => format!("fail {}", self.text(2)),
            _ => return self.let_value(),
        };
        format!("if {condition} {{ {leave} }}")
    }

    /// Takes a record apart.
    fn apart(&mut self) -> String {
        let of = self.named(1);
        let Some(Shape::Record(fields)) = self.shape_of(&of) else { return self.let_value() };
        let value = self.value(&of, Told::Itself, 1);
        let mut bound = Vec::new();
        for field in fields {
            let name = self.fresh();
            self.bind(&name, &field.ty, false);
            bound.push(format!("{}: {name}", field.name));
        }
        format!("let {{ {} }} = {value}", bound.join(", "))
    }

    // with effects

    fn effect(&mut self, depth: usize) -> String {
        match self.choices.pick(if self.spawns { 14 } else { 9 }) {
            9.. => self.process(depth),
            0 => format!("log({})", self.text(1)),
            1 => format!("sleep({})", self.value(&Ty::Duration, Told::Outside, 3)),
            2 => self.at_once(depth),
            3 => self.each_at_once(depth),
            4 => self.raced(depth),
            5 => {
                let (returns, in_for) = (self.returns.take(), std::mem::take(&mut self.in_for));
                let body = self.block(None, depth + 1);
                (self.returns, self.in_for) = (returns, in_for);
                format!("defer {body}")
            }
            6 => {
                let name = self.fresh();
                self.bind(&name, &Ty::Text, false);
                format!("let {name} = now().iso() + random().to_string()")
            }
            7 => {
                let ty = self.ty(1);
                let (value, other) = (self.value(&ty, Told::Itself, 1), self.value(&ty, Told::Itself, 2));
                let name = self.fresh();
                self.bind(&name, &ty, false);
                format!("let {name} = {value} catch why {{\nlog(why.message + why.kind)\n{other} }}")
            }
            _ => {
                let Some(index) = self.a_doer() else { return "log(\"nobody\")".into() };
                let argument = self.argument(index);
                let call = self.called(index, argument.as_ref(), 1);
                let name = self.fresh();
                let ty = self.callables[index].result.with(argument.as_ref());
                self.bind(&name, &ty, false);
                format!("let {name} = {call}")
            }
        }
    }

    /// Someone who does work, or a flow that may be called here.
    pub(super) fn a_doer(&mut self) -> Option<usize> {
        let is_there = |callable: &Callable| match callable.kind {
            Kind::Fn => false,
            Kind::Pool => self.spawns,
            _ => true,
        };
        let found: Vec<usize> =
            (0..self.callables.len()).filter(|index| is_there(&self.callables[*index])).collect();
        let nth = self.choices.pick(found.len().max(1));
        found.get(nth).copied()
    }

    /// What a branch that runs beside others says: it assigns nothing of the outside, and does not leave.
    fn branch(&mut self, make: impl FnOnce(&mut Self) -> String) -> String {
        let was = (self.fixed, self.returns.take(), self.in_for);
        (self.fixed, self.in_for) = (self.locals.len(), false);
        let text = make(self);
        (self.fixed, self.returns, self.in_for) = was;
        text
    }

    /// Whether a text calls somebody who leaves the result in a file, which no two may do at once.
    pub(super) fn leaves_file(&self, text: &str) -> bool {
        self.leaving.iter().any(|name| text.contains(&format!("{name}(")))
    }

    fn at_once(&mut self, depth: usize) -> String {
        let (first, second) = (self.ty(1), self.ty(1));
        let a = self.branch(|maker| maker.value(&first, Told::Itself, 1));
        let b = self.branch(|maker| {
            if maker.choices.chance(2) {
                maker.block_with(depth + 1, |maker| maker.value(&second, Told::Itself, 1))
            } else {
                maker.value(&second, Told::Itself, 1)
            }
        });
        if self.leaves_file(&a) && self.leaves_file(&b) {
            return "log(\"one at a time\")".to_owned();
        }
        let (both, one, two) = (self.fresh(), self.fresh(), self.fresh());
        self.bind(&one, &first, false);
        self.bind(&two, &second, false);
        format!(
            "let {both} = parallel {{\nfirst: {a}\nsecond: {b}\n}}\nlet {one} = {both}.first\nlet {two} = {both}.second"
        )
    }

    fn each_at_once(&mut self, depth: usize) -> String {
        let (of, result) = (self.ty(1), self.ty(1));
        let list = self.value(&Ty::list(&of), Told::Itself, 2);
        let name = self.fresh();
        let mark = self.locals.len();
        self.bind(&name, &of, false);
        let body = self.branch(|maker| maker.block(Some(&result), depth + 1));
        self.locals.truncate(mark);
        let max = self.choices.one(&["", " max 2", " max 1"]);
        let all = self.fresh();
        self.bind(&all, &Ty::list(&result), false);
        let list = if list.contains('{') { format!("({list})") } else { list };
        let (parallel, max) = if self.leaves_file(&body) { ("", "") } else { ("parallel ", max) };
        format!("let {all}: [{}] = {parallel}for {name} in {list}{max} {body}", self.type_text(&result))
    }

    fn raced(&mut self, depth: usize) -> String {
        let (of, result) = (self.ty(1), self.ty(1));
        let value = self.branch(|maker| maker.value(&of, Told::Itself, 1));
        let name = self.fresh();
        let mark = self.locals.len();
        self.bind(&name, &of, false);
        let first = self.value(&result, Told::Outside, 2);
        self.locals.truncate(mark);
        let second = if depth > 2 {
            self.value(&result, Told::Outside, 2)
        } else {
            self.block(Some(&result), depth + 1)
        };
        let won = self.fresh();
        self.bind(&won, &result, false);
        let ty = self.type_text(&result);
        format!("let {won}: {ty} = race {{\n{name} = {value} => {first}\n_ = sleep(1m) => {second}\n}}")
    }
}
