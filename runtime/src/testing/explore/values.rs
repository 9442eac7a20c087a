//! Values that stand for all of a type: every variant, both truths, none and some, no, one and two elements, and numbers
//! and texts at which the program's ways part.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{Field, Refinement, Type, TypeBody};
use serde_json::{Map, Value as Json, json};

use super::hints::Hints;
use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra, Workspace, encode};
use crate::interp::pure::Pure;
use crate::value::{Value, calendar, money};

/// What a made-up file holds.
pub(super) const CONTENT: &str = "explored";

/// How many values stand for one type at most.
const MOST: usize = 16;

/// How deep types are followed into one another.
const DEEPEST: u32 = 6;

/// The longest list that is made because the program compares with its length.
const LONGEST: i64 = 5;

/// Makes up values, in a workspace of its own.
pub(super) struct Values<'p> {
    pure: &'p Pure,
    workspace: &'p Workspace,
    hints: Hints,
    made: RefCell<BTreeMap<Wanted, Rc<[Form]>>>,
}

/// A type and a name.
type Wanted = (String, String);

/// A value that can be made anywhere.
#[derive(Clone, Debug)]
pub(super) struct Form {
    json: Json,
    /// The files that it names.
    files: Vec<String>,
}

impl Form {
    /// The value, with its files in a workspace.
    ///
    /// # Errors
    /// In words, when a file cannot be written.
    pub(super) fn make(&self, pure: &Pure, workspace: &Workspace, ty: &Type) -> Result<Value, String> {
        for path in &self.files {
            workspace.write(path, CONTENT).map_err(|error| error.to_string())?;
        }
        read(pure, workspace, &self.json, ty)
    }
}

/// A value from its JSON form, held to its type.
pub(super) fn read(pure: &Pure, workspace: &Workspace, json: &Json, ty: &Type) -> Result<Value, String> {
    let files = Handover { workspace, before: None };
    let decoder = Decoder { pure, files: &files, extra: Extra::Refuse };
    decoder.decode(json, ty).map_err(|error| error.to_string())
}

impl<'p> Values<'p> {
    pub(super) fn new(pure: &'p Pure, workspace: &'p Workspace, hints: Hints) -> Self {
        Self { pure, workspace, hints, made: RefCell::default() }
    }

    /// Values of a type, the plainest first; none if none could be made up. Texts in it are called like `name`.
    pub(super) fn of(&self, ty: &Type, name: &str) -> Rc<[Form]> {
        let key = (ty.to_string(), name.to_owned());
        if let Some(made) = self.made.borrow().get(&key) {
            return Rc::clone(made);
        }
        let mut found: Vec<(Value, Form)> = Vec::new();
        for json in self.forms(ty, None, name, 0) {
            let Ok(value) = self.read(&json, ty) else { continue };
            if found.len() < MOST && found.iter().all(|(known, _)| *known != value) {
                let mut files = BTreeMap::new();
                encode::files(&value, &mut files);
                found.push((value, Form { json, files: files.into_keys().collect() }));
            }
        }
        let forms: Rc<[Form]> = found.into_iter().map(|(_, form)| form).collect();
        self.made.borrow_mut().insert(key, Rc::clone(&forms));
        forms
    }

    /// The value of a JSON form, which may take as long as that of any other.
    fn read(&self, json: &Json, ty: &Type) -> Result<Value, String> {
        self.pure.renew();
        read(self.pure, self.workspace, json, ty)
    }

    /// JSON forms that may be of a type, the plainest first.
    fn forms(&self, ty: &Type, refinement: Option<&Refinement>, name: &str, depth: u32) -> Vec<Json> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let inner = |ty: &Type| self.forms(ty, None, name, depth + 1);
        match ty {
            Type::Bool => vec![json!(true), json!(false)],
            Type::Int => self.ints(refinement),
            Type::Float => self.floats(refinement),
            Type::String => self.texts(refinement, name),
            Type::Duration => self.durations(),
            Type::Time => vec![json!("2025-01-01T00:00:00Z")],
            Type::Money => self.amounts(),
            Type::Json => vec![json!({}), json!([])],
            Type::None => vec![Json::Null],
            Type::Dir => vec![json!(".")],
            Type::File(file) | Type::Output(file) => {
                self.file(file.glob.as_deref(), name).into_iter().collect()
            }
            Type::Exec => {
                let exec = |exit: i64| json!({ "exit": exit, "stdout": "", "stderr": "" });
                vec![exec(0), exec(1)]
            }
            Type::Option(some) => {
                let mut forms = inner(some);
                forms.insert(forms.len().min(1), Json::Null);
                forms
            }
            Type::List(item) => self.lists(&inner(item)),
            Type::Map(key, value) => {
                let key = inner(key).into_iter().find_map(|key| Some(key.as_str()?.to_owned()));
                let one = key.zip(inner(value).into_iter().next()).map(|(key, value)| json!({ key: value }));
                one.into_iter().chain([json!({})]).collect()
            }
            Type::Record(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, ty)| (name.as_str(), self.forms(ty, None, name.as_str(), depth + 1)));
                objects(Map::new(), fields.collect())
            }
            Type::Named(named) => self.named(named, name, depth),
            Type::Never | Type::Failure | Type::Process(..) | Type::Session(_) | Type::Event(..) => {
                Vec::new()
            }
        }
    }

    fn named(&self, named: &str, name: &str, depth: u32) -> Vec<Json> {
        let Some(def) = self.pure.program().types.get(named) else { return Vec::new() };
        let forms = match &def.body {
            TypeBody::Alias(ty) => self.forms(ty, def.refinement.as_ref(), name, depth + 1),
            TypeBody::Record(fields) => objects(Map::new(), self.fields(fields, depth)),
            TypeBody::Enum(variants) => variants.iter().map(|variant| json!(variant.tag)).collect(),
            TypeBody::Union(variants) => {
                let kinds = variants.iter().map(|variant| {
                    let kind = Map::from_iter([("kind".to_owned(), json!(variant.tag))]);
                    objects(kind, self.fields(&variant.fields, depth))
                });
                // Every variant once, before the forms of each.
                let kinds: Vec<Vec<Json>> = kinds.collect();
                let first = kinds.iter().filter_map(|forms| forms.first().cloned());
                let rest = kinds.iter().flat_map(|forms| forms.iter().skip(1).cloned());
                first.chain(rest).collect()
            }
        };
        let ty = Type::Named(named.into());
        let holds = |json: &Json| self.read(json, &ty).is_ok();
        forms.into_iter().filter(holds).take(MOST).collect()
    }

    fn fields<'f>(&self, fields: &'f [Field], depth: u32) -> Vec<(&'f str, Vec<Json>)> {
        let forms = |field: &Field| -> Vec<Json> {
            let forms = self.forms(&field.ty, field.refinement.as_ref(), field.name.as_str(), depth + 1);
            let holds = |json: &Json| match &field.refinement {
                None => true,
                Some(refinement) => self
                    .read(json, &field.ty)
                    .is_ok_and(|value| self.pure.satisfies(refinement, &value).unwrap_or(false)),
            };
            forms.into_iter().filter(holds).collect()
        };
        fields.iter().map(|field| (field.name.as_str(), forms(field))).collect()
    }

    /// None, one and two elements, and as many as the program compares with, and one more.
    fn lists(&self, items: &[Json]) -> Vec<Json> {
        if items.is_empty() {
            return vec![json!([])];
        }
        let long = |count: i64| {
            let count = usize::try_from(count).unwrap_or(0);
            Json::from(items.iter().cycle().take(count).cloned().collect::<Vec<_>>())
        };
        let mut lists = vec![long(1), long(0), long(2)];
        let lengths = self.hints.ints.iter().filter(|length| (2..=LONGEST).contains(*length));
        lists.extend(lengths.flat_map(|length| [long(*length), long(*length + 1)]));
        lists.extend(items.iter().skip(1).map(|item| json!([item])));
        lists
    }

    fn ints(&self, refinement: Option<&Refinement>) -> Vec<Json> {
        let (least, most) = bounds(refinement);
        let whole = |number: f64| number.round() as i64;
        let near = |number: i64| [Some(number), number.checked_add(1), number.checked_sub(1)];
        let plain = match (least, most) {
            (None, None) => vec![1, 0],
            (least, most) => least.into_iter().chain(most).map(whole).collect(),
        };
        let hints = self.hints.ints.iter().flat_map(|number| near(*number)).flatten();
        let mut numbers: Vec<i64> = Vec::new();
        for number in plain.into_iter().chain(hints).chain([-1]) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers.into_iter().map(Json::from).collect()
    }

    fn floats(&self, refinement: Option<&Refinement>) -> Vec<Json> {
        let (least, most) = bounds(refinement);
        let plain = match (least, most) {
            (None, None) => vec![1.0, 0.0],
            (least, most) => {
                let middle = least.zip(most).map(|(least, most)| f64::midpoint(least, most));
                least.into_iter().chain(most).chain(middle).collect()
            }
        };
        let around = |number: &f64| [*number, number + 0.01, number - 0.01];
        let hints = self.hints.floats.iter().flat_map(around);
        plain.into_iter().chain(hints).chain([-1.0]).map(Json::from).collect()
    }

    fn durations(&self) -> Vec<Json> {
        let near = |number: &i64| [*number, number + 1, number - 1];
        let all = [60_000, 0].into_iter().chain(self.hints.durations.iter().flat_map(near));
        all.map(|ms| json!(calendar::duration_iso(ms))).collect()
    }

    fn amounts(&self) -> Vec<Json> {
        let near = |number: &i64| [*number, number + 1, number - 1];
        let all = [1_000_000, 0].into_iter().chain(self.hints.amounts.iter().flat_map(near));
        all.map(|micros| json!(money::decimal(micros))).collect()
    }

    /// A text that is called like what it is for, the empty one, and what the program compares with; with a refinement
    /// also some of the length that it asks for and of common forms.
    fn texts(&self, refinement: Option<&Refinement>, name: &str) -> Vec<Json> {
        let mut out = vec![json!(name), json!("")];
        out.extend(self.hints.texts.iter().map(|text| json!(text)));
        if let Some(refinement) = refinement {
            let least = refinement.keywords().get("minLength").and_then(Json::as_u64).unwrap_or(0);
            let long = usize::try_from(least.min(10_000)).unwrap_or(0);
            out.push(json!("a".repeat(long)));
            let forms =
                ["a", "a-1", "A", "A-1", "1", "0.1.0", "a@b.org", "https://example.org", "a/b", "0a1b2c3"];
            out.extend(forms.map(|it| json!(it)));
        }
        out
    }

    /// A file that matches a pattern.
    fn file(&self, glob: Option<&str>, name: &str) -> Option<Json> {
        let pattern = match glob {
            Some(glob) => glob.to_owned(),
            None => format!("{name}.txt"),
        };
        let path = pattern.replace("**/", "").replace("**", name).replace('*', name).replace('?', "x");
        // Of alternatives, the first.
        let path = match (path.find('{'), path.find('}')) {
            (Some(open), Some(close)) if open < close => {
                let first = path[open + 1..close].split(',').next().unwrap_or_default();
                format!("{}{first}{}", &path[..open], &path[close + 1..])
            }
            _ => path,
        };
        self.workspace.write(&path, CONTENT).ok().map(|file| json!(&*file.path))
    }
}

/// The least and the greatest number that a refinement lets through, as far as its schema says.
fn bounds(refinement: Option<&Refinement>) -> (Option<f64>, Option<f64>) {
    let keywords = refinement.map(Refinement::keywords).unwrap_or_default();
    let bound = |name: &str| keywords.get(name).and_then(Json::as_f64);
    let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|it| it + 1.0));
    let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|it| it - 1.0));
    (least, most)
}

/// Objects of these fields: the plainest of each, then with another value in one place.
fn objects(base: Map<String, Json>, fields: Vec<(&str, Vec<Json>)>) -> Vec<Json> {
    let mut plain = base;
    for (name, forms) in &fields {
        let Some(first) = forms.first() else { return Vec::new() };
        plain.insert((*name).to_owned(), first.clone());
    }
    let mut out = vec![Json::Object(plain.clone())];
    // In turns, so that each field gets some where not all fit.
    let longest = fields.iter().map(|(_, forms)| forms.len()).max().unwrap_or(0);
    for nth in 1..longest {
        for (name, forms) in &fields {
            if let Some(form) = forms.get(nth) {
                let mut other = plain.clone();
                other.insert((*name).to_owned(), form.clone());
                out.push(Json::Object(other));
            }
        }
    }
    out
}
