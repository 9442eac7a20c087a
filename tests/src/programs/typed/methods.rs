//! Operators, methods and closures that yield a type that is asked for.

use super::Maker;
use super::types::{Shape, Told, Ty};

impl Maker<'_> {
    pub(super) fn method(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        let deeper = depth + 1;
        match ty {
            Ty::Int => self.int(deeper),
            Ty::Float => self.float(deeper),
            Ty::Bool => self.bool(deeper),
            Ty::Text => self.text_of(deeper),
            Ty::Duration => {
                let (left, right) = (self.operand(ty, deeper), self.operand(ty, deeper));
                match self.choices.pick(4) {
                    0 => format!("({left} + {right})"),
                    1 => format!("({left} - {right})"),
                    2 => format!("({left} * {})", self.unknown(&Ty::Int, deeper)),
                    _ => format!("[{left}, {right}].sum()"),
                }
            }
            Ty::Money => {
                let left = self.operand(ty, deeper);
                match self.choices.pick(3) {
                    0 => format!("({left} + {})", self.operand(ty, deeper)),
                    1 => format!("({left} / {})", self.unknown(&Ty::Int, deeper)),
                    _ => format!("({left} * {})", self.operand(&Ty::Float, deeper)),
                }
            }
            Ty::List(of) => self.list_of(of, deeper),
            Ty::Map(of) => self.map_of(of, deeper),
            Ty::Keyed(key, of) => self.keyed_of(*key, of, deeper),
            Ty::Option(of) => self.option_of(of, deeper),
            Ty::Named(..) | Ty::Param | Ty::Exec => self.literal(ty, told, deeper),
        }
    }

    /// One side of an operator.
    fn operand(&mut self, ty: &Ty, depth: usize) -> String {
        self.value(ty, Told::Itself, depth)
    }

    /// The right side of an operator that may fail: of two numbers that it knows, the checker tells that they make it fail.
    fn unknown(&mut self, ty: &Ty, depth: usize) -> String {
        let text = self.operand(ty, depth);
        if text.contains(|c: char| c.is_ascii_lowercase()) { text } else { format!("({text}).abs()") }
    }

    /// What may stand in front of a dot.
    fn receiver(&mut self, ty: &Ty, depth: usize) -> String {
        let text = self.operand(ty, depth);
        if text.starts_with('(') || text.starts_with('[') && text.ends_with(']') {
            text
        } else {
            format!("({text})")
        }
    }

    /// A closure over values of a type, with a body that `make` makes.
    fn closure(&mut self, of: &Ty, make: impl FnOnce(&mut Self) -> String) -> String {
        let mark = self.locals.len();
        let (effects, closure) = (self.has_effects, self.in_closure);
        (self.has_effects, self.in_closure) = (false, true);
        let name = if self.choices.chance(2) { "it".to_owned() } else { self.fresh() };
        self.bind(&name, of, false);
        let body = make(self);
        self.locals.truncate(mark);
        (self.has_effects, self.in_closure) = (effects, closure);
        format!("|{name}| {body}")
    }

    fn yields(&mut self, of: &Ty, result: &Ty, depth: usize) -> String {
        self.closure(of, |maker| maker.value(result, Told::Itself, depth + 1))
    }

    fn holds(&mut self, of: &Ty, depth: usize) -> String {
        self.closure(of, |maker| maker.value(&Ty::Bool, Told::Outside, depth + 1))
    }

    fn int(&mut self, depth: usize) -> String {
        match self.choices.pick(9) {
            0 => format!("{}.len()", self.receiver(&Ty::Text, depth)),
            1 => {
                let of = self.ty(2);
                format!("{}.len()", self.receiver(&Ty::list(&of), depth))
            }
            2 => format!(
                "{}.{}({})",
                self.receiver(&Ty::Int, depth),
                self.choices.one(&["min", "max"]),
                self.operand(&Ty::Int, depth)
            ),
            3 => format!("{}.sum()", self.receiver(&Ty::list(&Ty::Int), depth)),
            4 => {
                let of = self.ty(2);
                let list = self.receiver(&Ty::list(&of), depth);
                format!("{list}.count({})", self.holds(&of, depth))
            }
            5 => {
                let of = self.ty(2);
                let list = self.receiver(&Ty::list(&of), depth);
                let mark = self.locals.len();
                let (effects, closure) = (self.has_effects, self.in_closure);
                (self.has_effects, self.in_closure) = (false, true);
                let (sum, each) = (self.fresh(), self.fresh());
                self.bind(&sum, &Ty::Int, false);
                self.bind(&each, &of, false);
                let body = self.value(&Ty::Int, Told::Itself, depth + 1);
                self.locals.truncate(mark);
                (self.has_effects, self.in_closure) = (effects, closure);
                format!("{list}.fold(0, |{sum}, {each}| {sum} + {body})")
            }
            6 => format!(
                "{}.{}()",
                self.receiver(&Ty::Float, depth),
                self.choices.one(&["round", "floor", "ceil"])
            ),
            7 => format!("(-{})", self.receiver(&Ty::Int, depth)),
            _ => {
                let (left, right) = (self.operand(&Ty::Int, depth), self.unknown(&Ty::Int, depth));
                format!("({left} {} {right})", self.choices.one(&["+", "-", "*", "/", "%"]))
            }
        }
    }

    fn float(&mut self, depth: usize) -> String {
        match self.choices.pick(5) {
            0 => format!("{}.to_float()", self.receiver(&Ty::Int, depth)),
            1 => format!(
                "{}.{}()",
                self.receiver(&Ty::Duration, depth),
                self.choices.one(&["seconds", "minutes", "hours"])
            ),
            2 => format!("{}.dollars()", self.receiver(&Ty::Money, depth)),
            3 => {
                let (left, right) = (self.operand(&Ty::Int, depth), self.unknown(&Ty::Float, depth));
                format!("({left} {} {right})", self.choices.one(&["+", "-", "*", "/", "%"]))
            }
            _ => format!("{}.sum()", self.receiver(&Ty::list(&Ty::Float), depth)),
        }
    }

    fn bool(&mut self, depth: usize) -> String {
        match self.choices.pick(10) {
            0 => format!("(not {})", self.receiver(&Ty::Bool, depth)),
            1 | 2 => {
                let op = self.choices.one(&["and", "or"]);
                let (left, right) = (self.operand(&Ty::Bool, depth), self.operand(&Ty::Bool, depth));
                format!("({left} {op} {right})")
            }
            3 => {
                let of = self.ty(2);
                let list = self.receiver(&Ty::list(&of), depth);
                let method = self.choices.one(&["any", "all"]);
                format!("{list}.{method}({})", self.holds(&of, depth))
            }
            4 => {
                let of = self.ty(2);
                let (left, right) = (self.operand(&of, depth), self.value(&of, Told::Outside, depth));
                format!("({left} {} {right})", self.choices.one(&["==", "!="]))
            }
            5 => {
                let of =
                    [Ty::Int, Ty::Float, Ty::Text, Ty::Duration, Ty::Money][self.choices.pick(5)].clone();
                let (left, right) = (self.operand(&of, depth), self.operand(&of, depth));
                format!("({left} {} {right})", self.choices.one(&["<", "<=", ">", ">="]))
            }
            6 => {
                let of = self.ty(2);
                let (left, right) = (self.operand(&of, depth), self.operand(&Ty::list(&of), depth));
                format!("({left} in {right})")
            }
            7 => format!("({} in {})", self.operand(&Ty::Text, depth), self.operand(&Ty::Text, depth)),
            8 => {
                let of = self.ty(2);
                let of = if matches!(of, Ty::Option(_)) { Ty::Int } else { of };
                format!(
                    "{}.{}()",
                    self.receiver(&Ty::option(&of), depth),
                    self.choices.one(&["is_some", "is_none"])
                )
            }
            _ => self.is_variant(depth),
        }
    }

    /// `e is Variant`
    fn is_variant(&mut self, depth: usize) -> String {
        let of = self.named(1);
        let value = self.operand(&of, depth);
        match self.shape_of(&of) {
            Some(Shape::Union(variants)) => {
                let nth = self.choices.pick(variants.len());
                format!("({value} is {})", variants[nth].name)
            }
            Some(Shape::Record(_)) => format!("({value} == {value})"),
            _ => self.choices.one(&["true", "false"]).into(),
        }
    }

    fn text_of(&mut self, depth: usize) -> String {
        match self.choices.pick(6) {
            0 => format!(
                "{}.{}()",
                self.receiver(&Ty::Text, depth),
                self.choices.one(&["upper", "lower", "trim"])
            ),
            1 => format!(
                "{}.{}(3)",
                self.receiver(&Ty::Text, depth),
                self.choices.one(&["take", "drop", "repeat"])
            ),
            2 => format!("{}.join(\", \")", self.receiver(&Ty::list(&Ty::Text), depth)),
            3 => format!("({} + {})", self.operand(&Ty::Text, depth), self.operand(&Ty::Text, depth)),
            4 => format!("{}.to_string()", self.receiver(&Ty::Int, depth)),
            _ => format!("\"of {} and\"", self.hole(depth)),
        }
    }

    fn list_of(&mut self, of: &Ty, depth: usize) -> String {
        let ty = Ty::list(of);
        match (self.choices.pick(10), of) {
            (0, _) => format!("{}.{}()", self.receiver(&ty, depth), self.choices.one(&["reverse", "unique"])),
            (1, _) => format!("{}.{}(2)", self.receiver(&ty, depth), self.choices.one(&["take", "drop"])),
            (2, _) => {
                let list = self.receiver(&ty, depth);
                format!("{list}.filter({})", self.holds(of, depth))
            }
            (3 | 4, _) => {
                let from = self.ty(2);
                let list = self.receiver(&Ty::list(&from), depth);
                format!("{list}.map({})", self.yields(&from, of, depth))
            }
            (5, _) => format!("({} + {})", self.operand(&ty, depth), self.operand(&ty, depth)),
            (6, _) => {
                let map = Ty::map(of);
                let map = self.receiver(&map, depth);
                let name = self.fresh();
                if self.choices.chance(2) {
                    format!("{map}.values()")
                } else {
                    format!("{map}.entries().map(|{name}| {name}.value)")
                }
            }
            (7, Ty::Named(key, None)) if self.is_enum(*key) => {
                let inner = self.ty(2);
                format!("{}.keys()", self.receiver(&Ty::keyed(*key, &inner), depth))
            }
            (7, Ty::Text) => {
                let inner = self.ty(2);
                format!("{}.keys()", self.receiver(&Ty::map(&inner), depth))
            }
            (7, Ty::Int) => self.choices.one(&["(1..4)", "(3..1)", "(-1..1)"]).into(),
            (7 | 8, _) => {
                let from = self.ty(2);
                let list = self.receiver(&Ty::list(&from), depth);
                format!("{list}.flat_map({})", self.yields(&from, &ty, depth))
            }
            (_, Ty::Int | Ty::Text | Ty::Duration | Ty::Money) => {
                format!("{}.sort()", self.receiver(&ty, depth))
            }
            (_, Ty::Option(_)) => self.literal(&ty, Told::Itself, depth),
            _ => format!("{}.compact()", self.receiver(&Ty::list(&Ty::option(of)), depth)),
        }
    }

    /// A map from an enum.
    fn keyed_of(&mut self, key: usize, of: &Ty, depth: usize) -> String {
        let ty = Ty::keyed(key, of);
        let by = Ty::Named(key, None);
        match (self.choices.pick(5), of) {
            (0, _) => format!("{}.without({})", self.receiver(&ty, depth), self.keys(key)[0]),
            (1, _) => format!("{}.merge({})", self.receiver(&ty, depth), self.operand(&ty, depth)),
            (2, _) => {
                let from = self.ty(2);
                let map = self.receiver(&Ty::keyed(key, &from), depth);
                format!("{map}.map_values({})", self.yields(&from, of, depth))
            }
            (3, Ty::List(of)) => {
                let list = self.receiver(&Ty::list(of), depth);
                format!("{list}.group_by({})", self.yields(of, &by, depth))
            }
            _ => {
                let list = self.receiver(&Ty::list(of), depth);
                format!("{list}.to_map({})", self.yields(of, &by, depth))
            }
        }
    }

    fn map_of(&mut self, of: &Ty, depth: usize) -> String {
        let ty = Ty::map(of);
        match (self.choices.pick(5), of) {
            (0, _) => format!("{}.without(\"k0\")", self.receiver(&ty, depth)),
            (1, _) => format!("{}.merge({})", self.receiver(&ty, depth), self.operand(&ty, depth)),
            (2, _) => {
                let from = self.ty(2);
                let map = self.receiver(&Ty::map(&from), depth);
                format!("{map}.map_values({})", self.yields(&from, of, depth))
            }
            (3, Ty::List(of)) => {
                let list = self.receiver(&Ty::list(of), depth);
                format!("{list}.group_by({})", self.yields(of, &Ty::Text, depth))
            }
            _ => {
                let list = self.receiver(&Ty::list(of), depth);
                format!("{list}.to_map({})", self.yields(of, &Ty::Text, depth))
            }
        }
    }

    fn option_of(&mut self, of: &Ty, depth: usize) -> String {
        match (self.choices.pick(5), of) {
            (0, _) => {
                format!("{}.{}()", self.receiver(&Ty::list(of), depth), self.choices.one(&["first", "last"]))
            }
            (1, _) => {
                format!("{}.get({})", self.receiver(&Ty::list(of), depth), self.operand(&Ty::Int, depth))
            }
            (2, _) => {
                let list = self.receiver(&Ty::list(of), depth);
                format!("{list}.find({})", self.holds(of, depth))
            }
            (3, Ty::Int | Ty::Text | Ty::Duration) => {
                format!("{}.{}()", self.receiver(&Ty::list(of), depth), self.choices.one(&["max", "min"]))
            }
            (3, Ty::Named(..)) => {
                let list = self.receiver(&Ty::list(of), depth);
                format!("{list}.max_by({})", self.yields(of, &Ty::Int, depth))
            }
            (4, _) if self.made > 0 && self.is_enum(0) => {
                let key = self.keys(0)[0].clone();
                format!("{}.get({key})", self.receiver(&Ty::keyed(0, of), depth))
            }
            _ => format!("{}.get({})", self.receiver(&Ty::map(of), depth), self.operand(&Ty::Text, depth)),
        }
    }
}
