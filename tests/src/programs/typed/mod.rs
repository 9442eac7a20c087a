//! Random programs that are right in every way, made from a row of choices: the same choices, the same program. When the
//! choices run out, the simplest thing is taken, so that shorter rows give smaller programs.
//!
//! - `types`: types, their declarations, written values
//! - `refinements`: what may hold of values
//! - `expressions`, `methods`: expressions of a type that is asked for
//! - `blocks`: statements
//! - `flows`: functions, agents, commands, people, flows with stages, and a test of each flow
//! - `processes`: flows that start others and watch them

mod blocks;
mod expressions;
mod flows;
mod methods;
mod processes;
mod refinements;
mod types;

use super::choices::Choices;
use types::{Declared, Ty};

/// A program that has no error. Each of its flows has a test that calls it, with everything stubbed; but those with
/// processes, which are not run yet.
pub fn typed(choices: &[u8]) -> String {
    let mut maker = Maker::new(choices);
    for _ in 0..maker.choices.pick(5) {
        maker.type_declaration();
    }
    for _ in 0..maker.choices.pick(3) {
        maker.function();
    }
    for _ in 0..maker.choices.pick(4) {
        maker.doer();
    }
    for nth in 0..=maker.choices.pick(4) {
        let is_pool = nth > 0 && maker.choices.chance(2);
        let kind = if is_pool { Kind::Pool } else { Kind::Flow };
        maker.flow(kind);
    }
    maker.finished()
}

/// Deeper expressions are written values.
const MAX_DEPTH: usize = 4;

/// A program grows no longer than some more than this, in bytes.
const LONG: usize = 12_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fn,
    Agent,
    Command,
    Human,
    Flow,
    /// A flow that starts processes.
    Pool,
}

/// A parameter: its name, its type, and whether it has a default.
type Param = (String, Ty, bool);

/// Something that can be called.
struct Callable {
    name: String,
    kind: Kind,
    /// If it is generic, with the type parameter in them; the first is of that type.
    params: Vec<Param>,
    result: Ty,
    is_generic: bool,
    /// What a flow emits.
    emits: Option<Ty>,
}

struct Local {
    name: String,
    ty: Ty,
    is_var: bool,
}

struct Maker<'c> {
    choices: Choices<'c>,
    out: String,
    types: Vec<Declared>,
    /// How many of the types are declared to their end.
    made: usize,
    callables: Vec<Callable>,
    /// The types of which a function yields a value.
    samples: Vec<Ty>,
    locals: Vec<Local>,
    names: usize,
    /// How many of the locals cannot be assigned here, whatever they are.
    fixed: usize,
    /// Who leaves a file behind, itself or through whom it calls.
    leaving: Vec<String>,
    /// Only written values.
    is_plain: bool,
    /// Nothing with a line end.
    is_one_line: bool,
    has_effects: bool,
    /// Whether processes may be started here.
    spawns: bool,
    /// What is emitted here.
    emits: Option<Ty>,
    /// Whether there is a type parameter `T` here, and `x` of that type.
    is_generic: bool,
    in_closure: bool,
    /// What `return` takes here.
    returns: Option<Ty>,
    /// Whether `continue` and `break` lead out of a `for` here.
    in_for: bool,
}

impl<'c> Maker<'c> {
    fn new(choices: &'c [u8]) -> Self {
        Self {
            choices: Choices::of(choices),
            out: String::new(),
            types: Vec::new(),
            made: 0,
            callables: Vec::new(),
            samples: Vec::new(),
            locals: Vec::new(),
            names: 0,
            fixed: 0,
            leaving: Vec::new(),
            is_plain: false,
            is_one_line: false,
            has_effects: false,
            spawns: false,
            emits: None,
            is_generic: false,
            in_closure: false,
            returns: None,
            in_for: false,
        }
    }

    fn item(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push_str("\n\n");
    }

    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn bind(&mut self, name: &str, ty: &Ty, is_var: bool) {
        self.locals.push(Local { name: name.to_owned(), ty: ty.clone(), is_var });
    }

    /// What a name stands for here; one that is hidden is not there.
    fn visible(&self) -> impl Iterator<Item = &Local> {
        let hides =
            |index: usize, name: &str| self.locals[index + 1..].iter().any(|later| later.name == name);
        let shown = self.locals.iter().enumerate().filter(move |(index, local)| !hides(*index, &local.name));
        shown.map(|(_, local)| local)
    }

    /// A string, with values in it where there may be.
    fn text(&mut self, depth: usize) -> String {
        match self.choices.pick(9) {
            6 if !self.is_plain && depth < MAX_DEPTH => {
                format!("\"the {}, {{ plain }} $NAME\"", self.hole(depth))
            }
            7 if !self.is_one_line => {
                "\"\"\"\n    in\n      lines \\${no}\n\n    \"quoted\"\n    \"\"\"".into()
            }
            _ => self
                .choices
                .one(&[
                    "\"plain\"",
                    "\"\"",
                    "\"naïve – ünïcode …\"",
                    "\"a \\\"b\\\"\\n\"",
                    "\"12\"",
                    "\"k0\"",
                ])
                .into(),
        }
    }

    /// The functions that yield samples, and the end.
    fn finished(mut self) -> String {
        // A sample is a written value, which asks for no more samples; but nothing is lost if it does.
        let mut index = 0;
        while let Some(ty) = self.samples.get(index).cloned() {
            let value = self.plain(&ty);
            let head = if ty.is_open() { "<T>(x: T)" } else { "()" };
            let text = format!("fn sample{index}{head} -> {} {{ {value} }}", self.type_text(&ty));
            self.item(&text);
            index += 1;
        }
        self.out
    }
}
