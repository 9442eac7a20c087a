//! The verifier: a document that was edited by hand, or damaged, is refused with the place, and never leads to a panic
//! of what executes it.
//!
//! It does not repeat the checker. It proves what the runtime relies on: everything that is named exists; slots, spans
//! and argument counts are right; keys tell siblings apart; pure bodies have no effects; secrets stand only where they
//! may; and wherever the type of a value is evident, it is the one that the receiver asks for.
//!
//! | module | its part |
//! | --- | --- |
//! | `declarations` | what stands at the top: types, constants, everything that is called |
//! | `tables` | bounds, and what follows from the bodies: handoffs, effects, steps |
//! | `schemas` | what follows from the types: the schemas of answers |
//! | `body` | expressions: the walk, values |
//! | `calls` | expressions: calls, arguments, methods |
//! | `control` | expressions: control, patterns |
//! | `process` | expressions: processes, sessions, tools of agents; endpoints |
//! | `tests` | tests, and the operations that only they have |
//! | `types` | what can be known of a value's type |
//! | `text` | globs, tags, run codes |
//! | `path` | where in the document |

mod body;
mod calls;
mod control;
mod declarations;
mod path;
mod process;
mod schemas;
mod settings;
mod tables;
mod tests;
mod text;
mod types;

pub use text::snake_case;

use crate::{Name, Program, Type, VERSION};
use path::Path;
use std::cell::RefCell;
use std::collections::BTreeMap;
use types::Types;

/// How many errors are told; a damaged document has one cause and may have thousands of consequences.
const MOST: usize = 100;

/// What is wrong with a document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The place in the document, as a JSON Pointer: `/flows/ship/body/op/call/target`. Empty for the whole of it.
    pub path: String,
    /// The place in the source that it comes from, when the source map tells.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the project.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if !self.path.is_empty() {
            write!(f, ", at `{}`", self.path)?;
        }
        match &self.place {
            Some(place) => write!(f, " (from {}:{}:{})", place.file, place.line, place.column),
            None => Ok(()),
        }
    }
}

impl std::error::Error for VerifyError {}

impl Program {
    /// Checks that the program can be executed: that everything in it refers to what exists and hands over what is asked
    /// for.
    ///
    /// # Errors
    /// Everything that is wrong, in the document's order; at most 100 errors.
    pub fn verify(&self) -> Result<(), Vec<VerifyError>> {
        let errors = crate::on_deep_stack(|| {
            let verifier = Verifier { program: self, types: Types::new(self), errors: RefCell::default() };
            verifier.program();
            verifier.errors.into_inner()
        })
        .unwrap_or_else(|error| {
            let message = format!("there is no memory to check the program: {error}");
            vec![VerifyError { path: String::new(), place: None, message }]
        });
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// One check of one program.
struct Verifier<'p> {
    program: &'p Program,
    types: Types<'p>,
    errors: RefCell<Vec<VerifyError>>,
}

impl<'p> Verifier<'p> {
    fn report(&self, path: &Path<'_>, message: impl Into<String>) {
        let mut errors = self.errors.borrow_mut();
        if errors.len() < MOST {
            let place = path.at().and_then(|at| self.place(at));
            errors.push(VerifyError { path: path.to_string(), place, message: message.into() });
        }
    }

    fn place(&self, at: u32) -> Option<Place> {
        let (file, line, column, ..) = *self.program.sources.spans.get(usize::try_from(at).ok()?)?;
        let file = self.program.sources.files.get(usize::try_from(file).ok()?)?.path.clone();
        Some(Place { file, line, column })
    }

    /// Reports a name that is not in the table it should be in; the table's place says what kind of thing it holds.
    fn find<T>(
        &self,
        path: &Path<'_>,
        kind: &str,
        table: &'p BTreeMap<Name, T>,
        name: &str,
    ) -> Option<&'p T> {
        let found = table.get(name);
        if found.is_none() {
            self.report(path, format!("there is no {kind} `{name}`"));
        }
        found
    }

    /// Reports an index into the source map that leads nowhere.
    fn span(&self, path: &Path<'_>, at: u32) {
        let spans = self.program.sources.spans.len();
        if usize::try_from(at).is_ok_and(|at| at < spans) {
            return;
        }
        self.report(&path.key("at"), format!("there is no span {at}, the source map has {spans}"));
    }

    /// Checks every name and glob of a type.
    fn ty(&self, path: &Path<'_>, ty: &Type) {
        match ty {
            Type::Named(name) => {
                self.find(&path.key("named"), "type", &self.program.types, name);
            }
            Type::Session(agent) => {
                self.find(&path.key("session"), "agent", &self.program.agents, agent);
            }
            Type::File(file) => self.glob(&path.key("file"), file),
            Type::Output(file) => self.glob(&path.key("output"), file),
            Type::List(element) => self.ty(&path.key("list"), element),
            Type::Option(value) => self.ty(&path.key("option"), value),
            Type::Map(key, value) => {
                let path = path.key("map");
                self.ty(&path.index(0), key);
                self.ty(&path.index(1), value);
                self.map_key(&path.index(0), key);
            }
            Type::Process(result, event) => self.pair(&path.key("process"), result, event),
            Type::Event(result, event) => self.pair(&path.key("event"), result, event),
            Type::Record(fields) => {
                let path = path.key("record");
                fields.iter().for_each(|(name, ty)| self.ty(&path.key(name), ty));
            }
            Type::Bool
            | Type::Int
            | Type::Float
            | Type::String
            | Type::Duration
            | Type::Time
            | Type::Money
            | Type::Json
            | Type::None
            | Type::Never
            | Type::Dir
            | Type::Failure
            | Type::Exec => {}
        }
    }

    fn pair(&self, path: &Path<'_>, first: &Type, second: &Type) {
        self.ty(&path.index(0), first);
        self.ty(&path.index(1), second);
    }

    fn map_key(&self, path: &Path<'_>, key: &Type) {
        let fits = match self.types.resolve(key) {
            Type::String | Type::Never => true,
            Type::Named(name) => match self.types.get(name).map(|def| &def.body) {
                Some(crate::TypeBody::Record(_) | crate::TypeBody::Union(_)) => false,
                // An enum; what is not there or never ends is reported where it stands.
                _ => true,
            },
            _ => false,
        };
        if !fits {
            self.report(path, format!("a map's keys are strings or of an enum, not `{key}`"));
        }
    }

    fn glob(&self, path: &Path<'_>, file: &crate::FileType) {
        if let Some(glob) = &file.glob
            && let Err(why) = text::glob(glob)
        {
            self.report(&path.key("glob"), format!("`{glob}` is no glob of the workspace: {why}"));
        }
    }

    /// The version, and where the program begins; then everything in it.
    fn program(&self) {
        let root = Path::root();
        if self.program.ir != VERSION {
            let message =
                format!("the format's version is {}, this program reads {VERSION}", self.program.ir);
            self.report(&root.key("ir"), message);
        }
        match (self.program.flow.as_str(), self.program.tests.is_empty()) {
            ("", false) => {}
            (_, false) => self.report(&root.key("flow"), "a document of tests has no root flow"),
            (flow, true) => drop(self.find(&root.key("flow"), "flow", &self.program.flows, flow)),
        }
        self.sources(&root.key("sources"));
        self.sorted(&root.key("secrets"), &self.program.secrets);
        self.declarations(&root);
        // What bodies say that are wrong themselves means nothing.
        if self.errors.borrow().is_empty() {
            self.tables(&root);
        }
    }

    fn sources(&self, path: &Path<'_>) {
        let sources = &self.program.sources;
        let files = path.key("files");
        for (index, file) in sources.files.iter().enumerate() {
            let here = files.index(index);
            if file.path.starts_with(['/', '\\']) {
                self.report(&here.key("path"), format!("`{}` is not relative to the project", file.path));
            }
            if file.sha256.len() != 64 || !file.sha256.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
            {
                self.report(&here.key("sha256"), format!("`{}` is no SHA-256 in hexadecimal", file.sha256));
            }
        }
        let spans = path.key("spans");
        for (index, (file, ..)) in sources.spans.iter().enumerate() {
            if usize::try_from(*file).is_ok_and(|file| file < sources.files.len()) {
                continue;
            }
            let message = format!("there is no file {file}, the source map has {}", sources.files.len());
            self.report(&spans.index(index).index(0), message);
        }
    }
}
