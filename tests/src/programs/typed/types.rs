//! Types, the declarations that make some of them, and values that are written out.

use super::Maker;
use super::refinements::Predicate;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Bool,
    Int,
    Float,
    Text,
    Duration,
    Money,
    List(Box<Ty>),
    /// From strings.
    Map(Box<Ty>),
    /// From the variants of a declared enum.
    Keyed(usize, Box<Ty>),
    Option(Box<Ty>),
    /// A declared type, with its argument if it is generic.
    Named(usize, Option<Box<Ty>>),
    /// The parameter of a generic declaration.
    Param,
    /// What a command leaves behind; only tests make one.
    Exec,
}

impl Ty {
    pub(super) fn list(of: &Self) -> Self {
        Self::List(Box::new(of.clone()))
    }

    pub(super) fn option(of: &Self) -> Self {
        Self::Option(Box::new(of.clone()))
    }

    pub(super) fn map(of: &Self) -> Self {
        Self::Map(Box::new(of.clone()))
    }

    pub(super) fn keyed(key: usize, of: &Self) -> Self {
        Self::Keyed(key, Box::new(of.clone()))
    }

    /// Whether it holds the parameter of a generic declaration.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Param => true,
            Self::List(of) | Self::Map(of) | Self::Keyed(_, of) | Self::Option(of) => of.is_open(),
            Self::Named(_, argument) => argument.as_ref().is_some_and(|of| of.is_open()),
            _ => false,
        }
    }

    /// Whether it is another type with an argument in the place of the parameter, and which argument.
    pub(super) fn is_made_of(&self, open: &Self, argument: &mut Option<Self>) -> bool {
        match (open, self) {
            (Self::Param, Self::Option(_)) => false,
            (Self::Param, _) => argument.get_or_insert_with(|| self.clone()) == self,
            (Self::List(open), Self::List(of))
            | (Self::Map(open), Self::Map(of))
            | (Self::Option(open), Self::Option(of)) => of.is_made_of(open, argument),
            (Self::Keyed(by, open), Self::Keyed(key, of)) => by == key && of.is_made_of(open, argument),
            (Self::Named(one, Some(open)), Self::Named(other, Some(of))) => {
                one == other && of.is_made_of(open, argument)
            }
            _ => open == self,
        }
    }

    /// With an argument in the place of the parameter.
    pub(super) fn with(&self, argument: Option<&Self>) -> Self {
        let inside = |ty: &Self| Box::new(ty.with(argument));
        match (self, argument) {
            (Self::Param, Some(argument)) => argument.clone(),
            (Self::List(of), _) => Self::List(inside(of)),
            (Self::Map(of), _) => Self::Map(inside(of)),
            (Self::Keyed(key, of), _) => Self::Keyed(*key, inside(of)),
            (Self::Option(of), _) => Self::Option(inside(of)),
            (Self::Named(index, Some(of)), _) => Self::Named(*index, Some(inside(of))),
            _ => self.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) ty: Ty,
    /// What holds of it beyond its type: one of the predicates.
    holds: Option<&'static Predicate>,
    default: bool,
}

impl Field {
    fn of(name: &'static str, ty: Ty) -> Self {
        Self { name, ty, holds: None, default: false }
    }
}

#[derive(Clone)]
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) fields: Vec<Field>,
}

impl Variant {
    /// What an option is when it is not `none`.
    pub(super) fn around(of: &Ty) -> Self {
        Self { name: "?", fields: vec![Field::of("", of.clone())] }
    }
}

#[derive(Clone)]
pub(super) enum Shape {
    Record(Vec<Field>),
    Union(Vec<Variant>),
    /// The type behind it, and values of it that hold.
    Refined(Ty, Vec<String>),
}

pub(super) struct Declared {
    pub(super) name: String,
    pub(super) generic: bool,
    pub(super) shape: Shape,
}

/// Whether the type of a value is known from where it goes, or must be seen from the value alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Outside,
    Itself,
}

const FIELDS: [&str; 8] = ["a", "count", "title", "type", "items", "max", "next", "x1"];
const VARIANTS: [&str; 5] = ["Alpha", "Beta", "Gamma", "HTTPError", "Done"];

impl Maker<'_> {
    pub(super) fn ty(&mut self, depth: usize) -> Ty {
        let count = if depth > 2 { 6 } else { 12 };
        match self.choices.pick(count) {
            0 if self.is_generic && self.choices.chance(2) => Ty::Param,
            0 => Ty::Int,
            1 => Ty::Text,
            2 => Ty::Bool,
            3 => Ty::Float,
            4 => Ty::Duration,
            5 => Ty::Money,
            6 => Ty::list(&self.ty(depth + 1)),
            7 => {
                let of = self.ty(depth + 1);
                match self.an_enum() {
                    Some(key) if self.choices.chance(2) => Ty::keyed(key, &of),
                    _ => Ty::map(&of),
                }
            }
            8 => Ty::option(&self.filled(depth + 1)),
            _ => self.named(depth),
        }
    }

    /// An enum whose variants are keys.
    fn an_enum(&mut self) -> Option<usize> {
        let found: Vec<usize> = (0..self.made).filter(|index| self.is_enum(*index)).collect();
        let nth = self.choices.pick(found.len().max(1));
        found.get(nth).copied()
    }

    pub(super) fn is_enum(&self, index: usize) -> bool {
        match &self.types[index].shape {
            Shape::Union(variants) => variants.iter().all(|variant| variant.fields.is_empty()),
            _ => false,
        }
    }

    /// A type that is no option.
    pub(super) fn filled(&mut self, depth: usize) -> Ty {
        match self.ty(depth) {
            Ty::Option(of) => *of,
            other => other,
        }
    }

    pub(super) fn named(&mut self, depth: usize) -> Ty {
        if self.made == 0 {
            return Ty::Int;
        }
        let index = self.choices.pick(self.made);
        let argument = self.types[index].generic.then(|| Box::new(self.filled(depth + 1)));
        Ty::Named(index, argument)
    }

    pub(super) fn type_text(&self, ty: &Ty) -> String {
        match ty {
            Ty::Bool => "bool".into(),
            Ty::Int => "int".into(),
            Ty::Float => "float".into(),
            Ty::Text => "string".into(),
            Ty::Duration => "duration".into(),
            Ty::Money => "money".into(),
            Ty::Param => "T".into(),
            Ty::List(of) => format!("[{}]", self.type_text(of)),
            Ty::Exec => "Exec".into(),
            Ty::Map(of) => format!("{{string: {}}}", self.type_text(of)),
            Ty::Keyed(key, of) => format!("{{{}: {}}}", self.types[*key].name, self.type_text(of)),
            Ty::Option(of) => format!("{}?", self.type_text(of)),
            Ty::Named(index, None) => self.types[*index].name.clone(),
            Ty::Named(index, Some(of)) => format!("{}<{}>", self.types[*index].name, self.type_text(of)),
        }
    }

    /// What a declared type is made of, with its argument put in.
    pub(super) fn shape(&self, index: usize, argument: Option<&Ty>) -> Shape {
        let with = |fields: &[Field]| {
            fields.iter().map(|field| Field { ty: field.ty.with(argument), ..field.clone() }).collect()
        };
        match &self.types[index].shape {
            Shape::Record(fields) => Shape::Record(with(fields)),
            Shape::Union(variants) => Shape::Union(
                variants.iter().map(|it| Variant { name: it.name, fields: with(&it.fields) }).collect(),
            ),
            refined @ Shape::Refined(..) => refined.clone(),
        }
    }

    pub(super) fn shape_of(&self, ty: &Ty) -> Option<Shape> {
        match ty {
            Ty::Named(index, argument) => Some(self.shape(*index, argument.as_deref())),
            Ty::Exec => {
                let parts = [("exit", Ty::Int), ("stdout", Ty::Text), ("stderr", Ty::Text)];
                Some(Shape::Record(parts.map(|(name, ty)| Field::of(name, ty)).into()))
            }
            _ => None,
        }
    }

    // declarations

    pub(super) fn type_declaration(&mut self) {
        let index = self.types.len();
        let kind = self.choices.pick(4);
        let generic = kind < 2 && self.choices.chance(3);
        let name = format!("{}{index}", ["Record", "Union", "Enum", "Refined"][kind]);
        let head = format!("type {name}{}", if generic { "<T>" } else { "" });
        // Its own name is known before it is made.
        self.types.push(Declared { name, generic, shape: Shape::Union(Vec::new()) });
        let shape = match kind {
            0 => {
                let mut fields = self.fields(generic, 1);
                fields.extend(self.itself(index, generic));
                let text = self.fields_text(&fields, "\n  ");
                self.item(&format!("{head} {{\n  {text}\n}}"));
                Shape::Record(fields)
            }
            1 => {
                let (count, first) =
                    (1 + self.choices.pick(VARIANTS.len() - 1), self.choices.pick(VARIANTS.len()));
                let mut variants = Vec::new();
                for nth in 0..count {
                    let holds = generic && nth == 0;
                    let mut fields = self.fields(holds, usize::from(holds));
                    if nth > 0 {
                        fields.extend(self.itself(index, generic));
                    }
                    variants.push(Variant { name: VARIANTS[(first + nth) % VARIANTS.len()], fields });
                }
                let shown: Vec<String> = variants.iter().map(|variant| self.variant_text(variant)).collect();
                let text = shown.join(self.choices.one(&[" | ", "\n  | "]));
                self.item(&format!("{head} = {text}"));
                Shape::Union(variants)
            }
            2 => {
                let count = 2 + self.choices.pick(VARIANTS.len() - 1);
                self.item(&format!("{head} = {}", VARIANTS[..count].join(" | ")));
                let plain = |name: &&'static str| Variant { name, fields: Vec::new() };
                Shape::Union(VARIANTS[..count].iter().map(plain).collect())
            }
            _ => {
                let (base, predicate, values) = self.refinement(index);
                self.item(&format!("{head} = {} where {predicate}", self.type_text(&base)));
                Shape::Refined(base, values)
            }
        };
        self.types[index].shape = shape;
        self.made = self.types.len();
    }

    fn variant_text(&mut self, variant: &Variant) -> String {
        if variant.fields.is_empty() {
            return variant.name.to_owned();
        }
        format!("{}({})", variant.name, self.fields_text(&variant.fields, ", "))
    }

    fn fields_text(&mut self, fields: &[Field], between: &str) -> String {
        let mut shown = Vec::new();
        for field in fields {
            let mut text = format!("{}: {}", field.name, self.type_text(&field.ty));
            if let Some((_, predicate, _)) = field.holds {
                text += &format!(" where {predicate}");
            }
            if field.default {
                let was = std::mem::replace(&mut self.is_plain, true);
                text += &format!(" = {}", self.field_value(field, 1));
                self.is_plain = was;
            }
            shown.push(text);
        }
        shown.join(between)
    }

    /// At least so many fields, of which one is of the type that a generic type takes.
    fn fields(&mut self, generic: bool, least: usize) -> Vec<Field> {
        let count = least + self.choices.pick(4 - least);
        let first = self.choices.pick(FIELDS.len());
        let mut fields: Vec<Field> = Vec::new();
        for nth in 0..count {
            let ty = match (generic && nth == 0, self.choices.pick(3)) {
                (true, 0) => Ty::Param,
                (true, 1) => Ty::list(&Ty::Param),
                (true, _) => Ty::option(&Ty::Param),
                _ => self.ty(1),
            };
            let default = !(generic && nth == 0) && self.choices.chance(4);
            let name = FIELDS[(first + nth) % FIELDS.len()];
            let holds = self.predicate(&ty);
            fields.push(Field { name, ty, holds, default });
        }
        fields
    }

    /// Sometimes, another field that holds more of the type itself.
    fn itself(&mut self, index: usize, generic: bool) -> Option<Field> {
        if !self.choices.chance(4) {
            return None;
        }
        let itself = Ty::Named(index, generic.then(|| Box::new(Ty::Param)));
        let ty = match self.choices.pick(3) {
            0 => Ty::list(&itself),
            1 => Ty::option(&itself),
            _ => Ty::map(&itself),
        };
        Some(Field::of("rest", ty))
    }

    // values

    /// A value that is written out.
    pub(super) fn literal(&mut self, ty: &Ty, told: Told, depth: usize) -> String {
        let is_flat = depth >= 4;
        match ty {
            Ty::Bool => self.choices.one(&["true", "false"]).into(),
            Ty::Int => {
                self.choices.one(&["1", "0", "7", "1_000", "(-3)", "9_223_372_036_854_775_807", "2"]).into()
            }
            Ty::Float => self
                .choices
                .one(&["0.5", "0.0", "2.25", "1_000.5", "(-1.5)", "99999999999999999999.0"])
                .into(),
            Ty::Text => self.text(depth),
            Ty::Duration => self.choices.one(&["15m", "500ms", "2h", "30s"]).into(),
            Ty::Money => self.choices.one(&["$2.50", "$0", "$1_000.25"]).into(),
            Ty::List(of) => {
                let least = usize::from(told == Told::Itself);
                let count = if is_flat { least } else { least + self.choices.pick(3) };
                let items: Vec<String> = (0..count).map(|_| self.value(of, told, depth + 1)).collect();
                format!("[{}]", items.join(", "))
            }
            Ty::Map(of) => {
                let least = usize::from(told == Told::Itself);
                let count = if is_flat { least } else { least + self.choices.pick(3) };
                let entries: Vec<String> = (0..count)
                    .map(|nth| format!("\"k{nth}\": {}", self.value(of, told, depth + 1)))
                    .collect();
                if entries.is_empty() { "[:]".into() } else { format!("[{}]", entries.join(", ")) }
            }
            Ty::Keyed(key, of) => {
                let least = usize::from(told == Told::Itself);
                let keys = self.keys(*key);
                let count = if is_flat { least } else { least + self.choices.pick(keys.len()) };
                let is_short = told == Told::Outside && self.choices.chance(2);
                let mut entries = Vec::new();
                for key in keys.iter().take(count) {
                    let key =
                        key.rsplit_once('.').filter(|_| is_short).map_or(key.as_str(), |(_, short)| short);
                    entries.push(format!("{key}: {}", self.value(of, told, depth + 1)));
                }
                if entries.is_empty() { "[:]".into() } else { format!("[{}]", entries.join(", ")) }
            }
            Ty::Option(of) if told == Told::Outside => {
                if is_flat || self.choices.chance(2) {
                    "none".into()
                } else {
                    self.value(of, told, depth + 1)
                }
            }
            Ty::Named(index, argument) if told == Told::Outside || argument.is_none() => {
                self.constructed(*index, argument.as_deref(), told, depth)
            }
            Ty::Option(_) | Ty::Named(..) => self.sample(ty),
            Ty::Param => "x".into(),
            Ty::Exec => self.choices.one(&["Exec(exit: 0)", "Exec(exit: 1, stderr: \"no\")"]).into(),
        }
    }

    fn constructed(&mut self, index: usize, argument: Option<&Ty>, told: Told, depth: usize) -> String {
        let name = self.types[index].name.clone();
        match self.shape(index, argument) {
            Shape::Record(fields) => {
                let given = self.given(&fields, depth);
                format!("{name}({given})")
            }
            Shape::Union(variants) => {
                let nth = if depth >= 4 { 0 } else { self.choices.pick(variants.len()) };
                let variant = &variants[nth];
                let is_qualified = told == Told::Itself || self.choices.chance(3);
                let head =
                    if is_qualified { format!("{name}.{}", variant.name) } else { variant.name.into() };
                let given = self.given(&variant.fields, depth);
                if variant.fields.is_empty() { head } else { format!("{head}({given})") }
            }
            // Whether it holds is not known before it runs.
            Shape::Refined(base, _) if told == Told::Outside && !self.is_plain && self.choices.chance(6) => {
                self.sample(&base)
            }
            Shape::Refined(_, values) if told == Told::Outside => {
                values[self.choices.pick(values.len())].clone()
            }
            Shape::Refined(..) => self.sample(&Ty::Named(index, None)),
        }
    }

    /// All keys of maps from an enum, from one on.
    pub(super) fn keys(&mut self, key: usize) -> Vec<String> {
        let name = &self.types[key].name;
        let Shape::Union(variants) = &self.types[key].shape else { return Vec::new() };
        let mut keys: Vec<String> =
            variants.iter().map(|variant| format!("{name}.{}", variant.name)).collect();
        let first = self.choices.pick(keys.len());
        keys.rotate_left(first);
        keys
    }

    /// A value of a field, of which holds what the field says.
    pub(super) fn field_value(&mut self, field: &Field, depth: usize) -> String {
        match field.holds {
            Some((_, _, values)) => self.choices.one(values).into(),
            None => self.value(&field.ty, Told::Outside, depth),
        }
    }

    /// What the fields of a record or a variant are given.
    fn given(&mut self, fields: &[Field], depth: usize) -> String {
        let mut given = Vec::new();
        for field in fields {
            if !(field.default && self.choices.chance(2)) {
                given.push(format!("{}: {}", field.name, self.field_value(field, depth + 1)));
            }
        }
        given.join(", ")
    }

    /// A call of a function whose result says the type of a value that cannot.
    pub(super) fn sample(&mut self, ty: &Ty) -> String {
        let known = self.samples.iter().position(|known| known == ty);
        let index = known.unwrap_or_else(|| {
            self.samples.push(ty.clone());
            self.samples.len() - 1
        });
        if ty.is_open() { format!("sample{index}(x)") } else { format!("sample{index}()") }
    }
}
