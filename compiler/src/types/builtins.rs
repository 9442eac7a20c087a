//! The types of built-in methods and effects, read from the table that the runtime shares.

use crate::types::decl::{option_of, subst};
use crate::types::settings::Word;
use crate::types::ty::Ty;
use flow_ir::builtins::{EFFECTS, Effect, METHODS, PROCESS_EFFECTS};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::LazyLock;

/// A method or property of a built-in type.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodScheme {
    /// The kind of receiver, as in [`kind_of`].
    pub on: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The type variables: each a [`Ty::Param`] below.
    pub vars: Vec<SmolStr>,
    /// The receiver's type.
    pub receiver: Ty,
    /// The parameters; none for a property.
    pub params: Vec<BuiltinParam>,
    /// The type of the result.
    pub result: Ty,
    /// Whether it is read without parentheses.
    pub property: bool,
    /// What it does, for people.
    pub doc: &'static str,
    /// Parameters and result as written, for people.
    pub signature: &'static str,
}

impl MethodScheme {
    /// Parameters and result for a receiver of a type: `first` of `[int]` is `() -> int?`.
    pub fn signature_on(&self, receiver: &Ty) -> String {
        let mut args: Vec<Option<Ty>> = vec![None; self.vars.len()];
        bind(&self.receiver, receiver, &self.vars, &mut args);
        let args: Vec<Ty> = std::iter::zip(&self.vars, args)
            .map(|(name, bound)| bound.unwrap_or_else(|| Ty::Param(name.clone())))
            .collect();
        let spell = |ty: &Ty| subst(ty, &self.vars, &args).to_string();
        if self.property {
            return spell(&self.result);
        }
        let params = self.params.iter().map(|param| {
            let kind = match &param.kind {
                ParamKind::Value(ty) => spell(ty),
                ParamKind::Word(words) => {
                    let words: Vec<&str> = words.iter().map(|word| word.text).collect();
                    words.join(" | ")
                }
                ParamKind::Closure(of, yields) => {
                    let of: Vec<String> = of.iter().map(spell).collect();
                    format!("|{}| -> {}", of.join(", "), spell(yields))
                }
            };
            format!("{}{}: {kind}", param.name, if param.optional { "?" } else { "" })
        });
        format!("({}) -> {}", params.collect::<Vec<_>>().join(", "), spell(&self.result))
    }
}

/// What the type variables in `pattern` are where it stands for `ty`.
fn bind(pattern: &Ty, ty: &Ty, vars: &[SmolStr], out: &mut [Option<Ty>]) {
    match (pattern, ty) {
        (Ty::Param(name), ty) => {
            if let Some(index) = vars.iter().position(|var| var == name)
                && !matches!(ty, Ty::Infer(_) | Ty::Error)
            {
                out[index].get_or_insert_with(|| ty.clone());
            }
        }
        (Ty::List(pattern), Ty::List(ty)) | (Ty::Option(pattern), Ty::Option(ty)) => {
            bind(pattern, ty, vars, out);
        }
        (Ty::Map(key, value), Ty::Map(key_ty, value_ty)) => {
            bind(key, key_ty, vars, out);
            bind(value, value_ty, vars, out);
        }
        _ => {}
    }
}

/// A built-in effect.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectScheme {
    /// Its name.
    pub name: &'static str,
    /// The type variables: `T` where the result is the expected type.
    pub vars: Vec<SmolStr>,
    /// The parameters.
    pub params: Vec<BuiltinParam>,
    /// The type of the result.
    pub result: Ty,
    /// What it does, for people.
    pub doc: &'static str,
    /// Parameters and result as written, for people.
    pub signature: &'static str,
}

impl EffectScheme {
    /// Whether none of its arguments says what it yields.
    pub fn says_nothing(&self) -> bool {
        let is_plain = |param: &BuiltinParam| match &param.kind {
            ParamKind::Value(ty) => !matches!(ty, Ty::Process(..) | Ty::Param(_)),
            ParamKind::Word(_) => true,
            ParamKind::Closure(..) => false,
        };
        self.params.iter().all(is_plain)
    }
}

/// A parameter of a method or effect.
#[derive(Clone, Debug, PartialEq)]
pub struct BuiltinParam {
    /// Its name.
    pub name: SmolStr,
    /// What it takes.
    pub kind: ParamKind,
    /// Whether a call may leave it out.
    pub optional: bool,
}

/// What a parameter of a method or effect takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// A value.
    Value(Ty),
    /// A closure with parameters of these types and that result.
    Closure(Vec<Ty>, Ty),
    /// One of a few lone words.
    Word(&'static [Word]),
}

/// What `for` goes through; the IR has an operation of its own for it.
const EVENTS: Effect = Effect {
    name: "events",
    signature: "(of: P) -> [Event<T, E>]",
    doc: "What happens to a process, or to those in a list or a map, one event after another, until all have ended. Stands only behind the `in` of a `for`; a variable is followed while it grows.",
};

/// Which way `connect` lets messages go.
const DIRECTIONS: &[Word] =
    &[Word { text: "one", doc: "From the first to the second." }, Word { text: "both", doc: "Both ways." }];

fn effect_rows() -> impl Iterator<Item = &'static Effect> {
    EFFECTS.iter().chain(PROCESS_EFFECTS).chain(std::iter::once(&EVENTS))
}

struct Tables {
    methods: Vec<MethodScheme>,
    by_name: FxHashMap<(&'static str, &'static str), usize>,
    effects: FxHashMap<&'static str, EffectScheme>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let methods: Vec<MethodScheme> = METHODS.iter().filter_map(method_scheme).collect();
    let by_name =
        methods.iter().enumerate().map(|(index, method)| ((method.on, method.name), index)).collect();
    let effects = effect_rows().filter_map(effect_scheme).map(|effect| (effect.name, effect)).collect();
    Tables { methods, by_name, effects }
});

/// The method or property `name` of a kind of receiver.
pub fn method(on: &str, name: &str) -> Option<&'static MethodScheme> {
    TABLES.by_name.get(&(on, name)).and_then(|index| TABLES.methods.get(*index))
}

/// Every method and property of a kind of receiver, in the order of the table.
pub fn methods_of(on: &str) -> impl Iterator<Item = &'static MethodScheme> {
    TABLES.methods.iter().filter(move |method| method.on == on)
}

/// The effect `name`.
pub fn effect(name: &str) -> Option<&'static EffectScheme> {
    TABLES.effects.get(name)
}

/// Every effect that is called by its name, in the order of the table.
pub fn effects() -> impl Iterator<Item = &'static EffectScheme> {
    effect_rows().filter(|row| !row.name.contains('.')).filter_map(|row| effect(row.name))
}

/// The kind of receiver that a type is, if it has methods or properties. Aliases must be looked through before.
pub fn kind_of(ty: &Ty) -> Option<&'static str> {
    Some(match ty {
        Ty::String => "string",
        Ty::List(_) => "list",
        Ty::Map(..) => "map",
        Ty::Option(_) => "option",
        Ty::Int => "int",
        Ty::Float => "float",
        Ty::Duration => "duration",
        Ty::Time => "time",
        Ty::Money => "money",
        Ty::File(_) | Ty::Output(_) => "file",
        Ty::Json => "json",
        Ty::Failure => "failure",
        Ty::Exec => "exec",
        _ => return None,
    })
}

fn method_scheme(row: &flow_ir::builtins::Method) -> Option<MethodScheme> {
    let mut vars = Vec::new();
    let receiver = Reader::new(row.receiver, &mut vars).ty()?;
    let property = !row.signature.starts_with('(');
    let mut reader = Reader::new(row.signature, &mut vars);
    let (params, result) = if property { (Vec::new(), reader.ty()?) } else { reader.signature()? };
    reader.end()?;
    let (on, name, doc, signature) = (row.on, row.name, row.doc, row.signature);
    Some(MethodScheme { on, name, vars, receiver, params, result, property, doc, signature })
}

fn effect_scheme(row: &flow_ir::builtins::Effect) -> Option<EffectScheme> {
    let mut vars = Vec::new();
    let mut reader = Reader::new(row.signature, &mut vars);
    let (params, result) = reader.signature()?;
    reader.end()?;
    let (mut params, mut result) = (params, result);
    if row.name == EVENTS.name {
        // What it goes through says the rest.
        vars.retain(|var| var == "P");
        result = Ty::None;
    }
    for param in params.iter_mut().filter(|param| param.name == "direction") {
        param.kind = ParamKind::Word(DIRECTIONS);
    }
    Some(EffectScheme { name: row.name, vars, params, result, doc: row.doc, signature: row.signature })
}

/// Reads the little language of the table: written types with closures and anonymous records.
struct Reader<'a> {
    rest: &'a str,
    vars: &'a mut Vec<SmolStr>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, vars: &'a mut Vec<SmolStr>) -> Self {
        Self { rest: text, vars }
    }

    fn eat(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(text)?;
        Some(())
    }

    fn end(&self) -> Option<()> {
        self.rest.trim().is_empty().then_some(())
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// `(a: T, f: |T| -> U, b?: V) -> W`
    fn signature(&mut self) -> Option<(Vec<BuiltinParam>, Ty)> {
        self.eat("(")?;
        let mut params = Vec::new();
        while self.eat(")").is_none() {
            let name = SmolStr::new(self.word()?);
            let optional = self.eat("?").is_some();
            self.eat(":")?;
            let kind = match self.eat("|") {
                Some(()) => self.closure()?,
                None => ParamKind::Value(self.ty()?),
            };
            params.push(BuiltinParam { name, kind, optional });
            let _ = self.eat(",");
        }
        self.eat("->")?;
        Some((params, self.ty()?))
    }

    fn closure(&mut self) -> Option<ParamKind> {
        let mut params = Vec::new();
        while self.eat("|").is_none() {
            params.push(self.ty()?);
            let _ = self.eat(",");
        }
        self.eat("->")?;
        Some(ParamKind::Closure(params, self.ty()?))
    }

    fn ty(&mut self) -> Option<Ty> {
        let mut ty = self.plain()?;
        while self.eat("?").is_some() {
            ty = option_of(ty);
        }
        Some(ty)
    }

    fn plain(&mut self) -> Option<Ty> {
        if self.eat("[").is_some() {
            let inner = self.ty()?;
            self.eat("]")?;
            return Some(Ty::List(inner.into()));
        }
        if self.eat("{").is_some() {
            return self.braces();
        }
        Some(match self.word()? {
            "bool" => Ty::Bool,
            "int" => Ty::Int,
            "float" => Ty::Float,
            "string" => Ty::String,
            "duration" => Ty::Duration,
            "time" => Ty::Time,
            "money" => Ty::Money,
            "json" => Ty::Json,
            "file" => Ty::File(None),
            "none" => Ty::None,
            "Failure" => Ty::Failure,
            "Exec" => Ty::Exec,
            word @ ("Process" | "Event") => {
                self.eat("<")?;
                let result = self.ty()?.into();
                self.eat(",")?;
                let emitted = self.ty()?.into();
                self.eat(">")?;
                if word == "Event" { Ty::Event(result, emitted) } else { Ty::Process(result, emitted) }
            }
            var if var.len() == 1 => {
                let var = SmolStr::new(var);
                if !self.vars.contains(&var) {
                    self.vars.push(var.clone());
                }
                Ty::Param(var)
            }
            _ => return None,
        })
    }

    /// `{K: V}`, or an anonymous record, whose names are in lower case.
    fn braces(&mut self) -> Option<Ty> {
        let is_record = self.rest.trim_start().starts_with(|letter: char| letter.is_lowercase());
        if !is_record {
            let key = self.ty()?;
            self.eat(":")?;
            let value = self.ty()?;
            self.eat("}")?;
            return Some(Ty::Map(key.into(), value.into()));
        }
        let mut fields = Vec::new();
        while self.eat("}").is_none() {
            let name = SmolStr::new(self.word()?);
            self.eat(":")?;
            fields.push((name, self.ty()?));
            let _ = self.eat(",");
        }
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        Some(Ty::Record(fields.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::{METHODS, ParamKind, effect, kind_of, method, methods_of};
    use crate::types::ty::Ty;

    #[test]
    fn every_row_of_the_table_can_be_read() {
        for row in METHODS {
            let scheme = method(row.on, row.name)
                .unwrap_or_else(|| panic!("{}.{}: {}", row.on, row.name, row.signature));
            assert_eq!(scheme.property, !row.signature.starts_with('('));
            assert_eq!(kind_of(&scheme.receiver), Some(row.on), "{}.{}", row.on, row.name);
        }
        for row in super::effect_rows() {
            assert!(effect(row.name).is_some(), "{}: {}", row.name, row.signature);
        }
    }

    #[test]
    fn closures_and_type_variables_are_read() {
        let fold = method("list", "fold").unwrap();
        let [t, u] = ["T", "U"].map(|name| Ty::Param(name.into()));
        assert_eq!(fold.vars, ["T", "U"]);
        assert_eq!(fold.receiver, Ty::List(t.clone().into()));
        assert_eq!(fold.params[0].kind, ParamKind::Value(u.clone()));
        assert_eq!(fold.params[1].kind, ParamKind::Closure(vec![u.clone(), t], u.clone()));
        assert_eq!(fold.result, u);
    }

    #[test]
    fn anonymous_records_are_read_with_their_fields_by_name() {
        let entries = method("map", "entries").unwrap();
        let fields = [("key", "K"), ("value", "V")].map(|(name, var)| (name.into(), Ty::Param(var.into())));
        assert_eq!(entries.result, Ty::List(Ty::Record(fields.into()).into()));
    }

    #[test]
    fn a_parameter_may_be_left_out_only_where_the_table_says_so() {
        let wait = effect("wait_for").unwrap();
        let optional: Vec<bool> = wait.params.iter().map(|param| param.optional).collect();
        assert_eq!(optional, [false, true]);
    }

    #[test]
    fn properties_are_told_from_methods() {
        assert!(methods_of("file").all(|property| property.property));
        assert!(methods_of("list").all(|method| !method.property));
        assert!(method("list", "nothing").is_none());
    }
}
