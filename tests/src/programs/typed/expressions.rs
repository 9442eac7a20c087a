//! Expressions of a type that is asked for.

use super::types::{Shape, Told, Ty, Variant};
use super::{Callable, Kind, MAX_DEPTH, Maker};

impl Maker<'_> {
    /// An expression of a type, or a written value where there is no more to choose.
    pub(super) fn value(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        if self.is_plain || depth > MAX_DEPTH || *ty == Ty::Exec {
            return self.literal(ty, told, depth);
        }
        match self.choices.pick(14) {
            0 | 1 => self.literal(ty, told, depth),
            2..=4 => self.local(ty, told, depth),
            5 => self.choice(ty, told, depth),
            6 => self.matched(ty, told, depth),
            7 => self.call(ty, depth),
            8 => self.otherwise(ty, told, depth),
            9 => self.member(ty, told, depth),
            10 => self.looked_up(ty, told, depth),
            _ => self.method(ty, told, depth),
        }
    }

    /// A written value, in which nothing is computed.
    pub(super) fn plain(&mut self, ty: &Ty) -> String {
        let was = std::mem::replace(&mut self.is_plain, true);
        let text = self.literal(ty, Told::Outside, 1);
        self.is_plain = was;
        text
    }

    /// A value inside of a string, which has one line.
    pub(super) fn hole(&mut self, depth: usize) -> String {
        let of = self.ty(1);
        let was = std::mem::replace(&mut self.is_one_line, true);
        let value = self.value(&of, Told::Itself, depth + 1);
        self.is_one_line = was;
        format!("${{{value}}}")
    }

    /// What may stand in front of a dot: a name, or anything in parentheses.
    fn whole(&mut self, ty: &Ty, depth: usize) -> String {
        let text = self.value(ty, Told::Itself, depth + 1);
        let is_name =
            text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let is_name = is_name && text.starts_with(|first: char| first.is_ascii_lowercase());
        if is_name || text.starts_with('(') || text.starts_with('[') { text } else { format!("({text})") }
    }

    fn local(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        let found: Vec<String> = self
            .visible()
            .filter(|local| local.ty == *ty || told == Told::Outside && self.fits(&local.ty, ty))
            .map(|local| local.name.clone())
            .collect();
        if found.is_empty() {
            return self.literal(ty, told, depth);
        }
        let index = self.choices.pick(found.len());
        found[index].clone()
    }

    /// Whether a value of one type goes where another is expected.
    fn fits(&self, from: &Ty, to: &Ty) -> bool {
        match (from, to) {
            (Ty::Int, Ty::Float) => true,
            (_, Ty::Option(of)) => from == &**of,
            _ => matches!(self.shape_of(from), Some(Shape::Refined(base, _)) if base == *to),
        }
    }

    fn choice(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        if let (Some((name, inner)), true) = (self.an_option(), self.choices.chance(2)) {
            let mark = self.locals.len();
            self.bind(&name, &inner, false);
            let then = self.value(ty, told, depth + 1);
            self.locals.truncate(mark);
            let otherwise = self.value(ty, told, depth + 1);
            return match self.choices.pick(3) {
                0 => format!("(if {name} != none {{ {then} }} else {{ {otherwise} }})"),
                1 => format!("(if {name}.is_some() {{ {then} }} else {{ {otherwise} }})"),
                _ => format!("(if {name} == none {{ {otherwise} }} else {{ {then} }})"),
            };
        }
        let condition = self.condition(depth + 1);
        let (then, otherwise) = (self.value(ty, told, depth + 1), self.value(ty, told, depth + 1));
        if self.choices.chance(3) {
            let (more, last) = (self.condition(depth + 1), self.value(ty, told, depth + 1));
            return format!(
                "(if {condition} {{ {then} }} else if {more} {{ {otherwise} }} else {{ {last} }})"
            );
        }
        format!("(if {condition} {{ {then} }} else {{ {otherwise} }})")
    }

    /// A name that is bound once to an option, and what the option holds.
    fn an_option(&mut self) -> Option<(String, Ty)> {
        let found: Vec<(String, Ty)> = self
            .visible()
            .filter_map(|local| match &local.ty {
                Ty::Option(of) if !local.is_var => Some((local.name.clone(), (**of).clone())),
                _ => None,
            })
            .collect();
        let index = self.choices.pick(found.len().max(1));
        found.get(index).cloned()
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        let text = self.value(&Ty::Bool, Told::Outside, depth);
        // What has braces of its own is held together.
        if text.contains('{') && !text.starts_with('(') { format!("({text})") } else { text }
    }

    // match

    fn matched(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        self.arms(depth, &mut |maker| maker.value(ty, told, depth + 2))
    }

    /// A `match` that covers all, whose arms are made by `body`.
    pub(super) fn arms(&mut self, depth: usize, body: &mut dyn FnMut(&mut Self) -> String) -> String {
        let of = match self.choices.pick(5) {
            0 => Ty::Int,
            1 => Ty::option(&Ty::Text),
            2 => Ty::Bool,
            _ => self.named(1),
        };
        let value = self.whole(&of, depth + 1);
        let mark = self.locals.len();
        let mut rows: Vec<String> = Vec::new();
        let (patterns, mut covers) = self.patterns(&of);
        for pattern in patterns {
            let pattern = pattern.unwrap_or_else(|variant| self.destructured(&variant));
            // Behind a `none` with a guard there may still be a `none`.
            if self.choices.chance(6) && !matches!(of, Ty::Option(_)) {
                let guard = self.condition(depth + 2);
                rows.push(format!("{pattern} if {guard} => {}", body(self)));
                covers = false;
            } else {
                rows.push(format!("{pattern} => {}", body(self)));
            }
            self.locals.truncate(mark);
        }
        if !covers || self.choices.chance(3) {
            rows.push(format!("_ => {}", body(self)));
        }
        if self.is_one_line || self.choices.chance(2) {
            format!("(match {value} {{ {} }})", rows.join(", "))
        } else {
            format!("(match {value} {{\n{}\n}})", rows.join("\n"))
        }
    }

    /// Patterns of a type, and whether they cover it: written, or a variant (of a record or an option without a name) to
    /// be taken apart.
    fn patterns(&mut self, of: &Ty) -> (Vec<Result<String, Variant>>, bool) {
        let fixed = |texts: &[&str]| texts.iter().map(|text| Ok((*text).to_owned())).collect();
        match (of, self.shape_of(of)) {
            (Ty::Bool, _) => (fixed(&["true", "false"]), true),
            (Ty::Int, _) => (fixed(&["0", "-1 | 7"]), false),
            (Ty::Option(of), _) => (vec![Ok("none".to_owned()), Err(Variant::around(of))], true),
            (_, Some(Shape::Union(variants))) => (variants.into_iter().map(Err).collect(), true),
            (_, Some(Shape::Record(fields))) => (vec![Err(Variant { name: "", fields })], true),
            _ => (Vec::new(), false),
        }
    }

    /// A pattern that binds some of the fields.
    fn destructured(&mut self, variant: &Variant) -> String {
        if let ("?", [inner]) = (variant.name, &variant.fields[..]) {
            let name = self.fresh();
            self.bind(&name, &inner.ty, false);
            return name;
        }
        let mut bound = Vec::new();
        for field in &variant.fields {
            if self.choices.chance(3) {
                bound.push(format!("{}: _", field.name));
            } else {
                let name = self.fresh();
                self.bind(&name, &field.ty, false);
                bound.push(format!("{}: {name}", field.name));
            }
        }
        match (variant.name, bound.is_empty()) {
            ("", _) => format!("{{ {} }}", bound.join(", ")),
            (name, true) => name.to_owned(),
            (name, false) => format!("{name}({})", bound.join(", ")),
        }
    }

    // what is declared

    fn call(&mut self, ty: &Ty, depth: usize) -> String {
        let is_there = |it: &Callable| match it.kind {
            Kind::Fn => true,
            Kind::Pool => self.spawns && self.has_effects,
            _ => self.has_effects,
        };
        let mut found = Vec::new();
        for (index, it) in self.callables.iter().enumerate().filter(|(_, it)| is_there(it)) {
            let mut argument = None;
            if ty.is_made_of(&it.result, &mut argument) {
                found.push((index, argument));
            }
        }
        if found.is_empty() {
            return self.sample(ty);
        }
        let (index, argument) = found.swap_remove(self.choices.pick(found.len()));
        let argument = argument.or_else(|| self.argument(index));
        self.called(index, argument.as_ref(), depth)
    }

    /// What something generic is called with.
    pub(super) fn argument(&mut self, index: usize) -> Option<Ty> {
        self.callables[index].is_generic.then(|| self.filled(2))
    }

    /// What stands between the parentheses of a call.
    pub(super) fn arguments(&mut self, index: usize, argument: Option<&Ty>, depth: usize) -> String {
        let mut given = Vec::new();
        let mut labels = false;
        for (param, ty, default) in self.callables[index].params.clone() {
            labels |= self.choices.chance(4);
            if default && self.choices.chance(2) {
                labels = true;
                continue;
            }
            // What it is called with says what its type parameter is.
            let told =
                if self.callables[index].is_generic && ty.is_open() { Told::Itself } else { Told::Outside };
            let value = self.value(&ty.with(argument), told, depth + 1);
            given.push(if labels { format!("{param}: {value}") } else { value });
        }
        given.join(", ")
    }

    /// A call of something that is declared.
    pub(super) fn called(&mut self, index: usize, argument: Option<&Ty>, depth: usize) -> String {
        let given = self.arguments(index, argument, depth);
        let Callable { name, kind, .. } = &self.callables[index];
        let kind = *kind;
        let call = format!("{name}({given})");
        if kind != Kind::Fn && self.choices.chance(5) {
            let with = self.choices.one(&["timeout: 3h", "timeout: 5m * 2", "retry: 1"]);
            let with = if kind == Kind::Human { "timeout: 2d" } else { with };
            return format!("({call} with {{ {with} }})");
        }
        if self.has_effects && !self.in_closure && self.choices.chance(8) {
            let result = self.callables[index].result.with(argument);
            if result == Ty::Exec {
                return call;
            }
            let mark = self.locals.len();
            let other = self.value(&result, Told::Itself, depth + 2);
            self.locals.truncate(mark);
            return format!("({call} catch _ {{ {other} }})");
        }
        call
    }

    fn otherwise(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        if matches!(ty, Ty::Option(_)) {
            return self.literal(ty, told, depth);
        }
        let left = self.value(&Ty::option(ty), Told::Itself, depth + 1);
        let right = self.value(ty, told, depth + 1);
        format!("({left} ?? {right})")
    }

    /// A field of a record.
    fn member(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        let mut found: Vec<String> = Vec::new();
        for local in self.visible() {
            let (of, dot, inner) = match &local.ty {
                Ty::Option(of) => (&**of, "?.", true),
                other => (other, ".", false),
            };
            let Some(Shape::Record(fields)) = self.shape_of(of) else { continue };
            for field in fields {
                let yields = match (&field.ty, inner) {
                    (Ty::Option(_), _) | (_, false) => field.ty.clone(),
                    (other, true) => Ty::option(other),
                };
                if yields == *ty {
                    found.push(format!("{}{dot}{}", local.name, field.name));
                }
            }
        }
        if found.is_empty() {
            return self.local(ty, told, depth);
        }
        let index = self.choices.pick(found.len());
        found[index].clone()
    }

    /// An element of a list or map, which may be missing.
    fn looked_up(&mut self, ty: &Ty, _told: Told, depth: usize) -> String {
        if self.choices.chance(2) {
            let list = self.whole(&Ty::list(ty), depth);
            // Of a list that is written the checker knows what it lacks.
            let list = if list.starts_with('[') { format!("{list}.reverse()") } else { list };
            format!("{list}[{}]", self.choices.one(&["0", "1"]))
        } else if self.made > 0 && self.is_enum(0) && self.choices.chance(2) {
            let map = self.whole(&Ty::keyed(0, ty), depth);
            format!("{map}[{}]", self.keys(0)[0])
        } else {
            let map = self.whole(&Ty::map(ty), depth);
            let map = if map.starts_with('[') { format!("{map}.without(\"\")") } else { map };
            format!("{map}[\"k0\"]")
        }
    }
}
