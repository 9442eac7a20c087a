//! Which files a value may hold, as far as its flow says: those that it wrote, looked for or waited for, also through
//! variables, lists, branches and rounds.

use super::facts::Reader;
use super::sizes::ways_of;
use super::{Depends, Piece};
use crate::types::body::{Body, LocalId, Ref};
use crate::types::decl::resolve_alias;
use crate::types::ty::Ty;
use flow_grammar::tree::{Arg, BinaryOp, Expr, ExprKind, Pattern, PatternField, PatternKind, StmtKind};
use smol_str::SmolStr;

/// Values that may hold more than so many are taken to hold any.
const MOST: usize = 32;

/// Files that a value may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Files {
    /// The one with that path.
    Path(Vec<Piece>),
    /// Those that match.
    Pattern(Vec<Piece>),
    /// One that matches and was waited for.
    Awaited(Vec<Piece>),
    /// Only a run knows.
    Unknown,
}

/// Files that a step is handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Which.
    pub files: Files,
    /// What tells apart which they are.
    pub depends: Depends,
    /// The step that waited for it, if it was waited for.
    pub waited: Option<u32>,
}

impl<'a> Reader<'a> {
    /// The files that a value may hold; none if its type holds no file.
    pub(super) fn files(&self, expr: &Expr) -> Vec<Files> {
        let mut out = Vec::new();
        self.add_files(expr, &mut out);
        out
    }

    /// Notes the files in what a pattern binds.
    pub(super) fn bind_files(&mut self, pattern: &Pattern, value: &Expr) {
        match &pattern.kind {
            PatternKind::Bind(_) => {
                let Some(local) = self.body.binds.get(&pattern.id) else { return };
                for (name, part) in parts(self.body, value) {
                    self.note(*local, name.clone(), self.files(part));
                }
                self.note(*local, SmolStr::default(), self.files(value));
            }
            PatternKind::Record(fields) => {
                for field in fields {
                    let (PatternField::Short(name, inner) | PatternField::Named(name, inner)) = field else {
                        continue;
                    };
                    if let (Some(local), Some(files)) =
                        (self.body.binds.get(&inner.id), self.of_branch(value, &name.text))
                    {
                        self.note(*local, SmolStr::default(), files);
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes the files in what a `var` is assigned, beside those that it may hold already.
    pub(super) fn assign_files(&mut self, local: LocalId, value: &Expr) {
        let known = self.files.remove(&(local, SmolStr::default()));
        let mut all = known.unwrap_or_default();
        self.files(value).into_iter().for_each(|files| add(files, &mut all));
        self.note(local, SmolStr::default(), all);
    }

    /// The path of a file that is known by its name.
    pub(super) fn path_of(&self, file: &Expr) -> Option<Vec<Piece>> {
        if !matches!(resolve_alias(self.db, self.body.expr(file.id)), Ty::File(_) | Ty::Output(_)) {
            return None;
        }
        match <[Files; 1]>::try_from(self.files(file)) {
            Ok([Files::Path(path)]) => Some(path),
            _ => None,
        }
    }

    fn note(&mut self, local: LocalId, branch: SmolStr, files: Vec<Files>) {
        if files.iter().any(|it| *it != Files::Unknown) {
            self.files.insert((local, branch), files);
        }
    }

    fn add_files(&self, expr: &Expr, out: &mut Vec<Files>) {
        let mut of_type = Vec::new();
        self.of_type(self.body.expr(expr.id), &mut of_type);
        if !of_type.contains(&Files::Unknown) {
            return of_type.into_iter().for_each(|files| add(files, out));
        }
        let mut ways = Vec::new();
        ways_of(expr, &mut ways);
        for way in ways.into_iter().filter(|way| *self.body.expr(way.id) != Ty::Never) {
            let mut own = Vec::new();
            if !self.add_way(way, &mut own) || own.is_empty() {
                own.push(Files::Unknown);
            }
            own.into_iter().for_each(|files| add(files, out));
        }
    }

    /// Adds the files of a value that is not chosen among others. Whether that is all of them.
    fn add_way(&self, expr: &Expr, out: &mut Vec<Files>) -> bool {
        let refs = &self.body.refs;
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::With { base: inner, .. } => self.add_files(inner, out),
            ExprKind::Index { base, .. } => self.add_files(base, out),
            ExprKind::Lower(_) => match refs.get(expr.id) {
                Some(Ref::Local(local)) => match self.files.get(&(*local, SmolStr::default())) {
                    Some(files) => files.iter().for_each(|files| add(files.clone(), out)),
                    None => return false,
                },
                _ => return false,
            },
            ExprKind::List(items) => items.iter().for_each(|item| self.add_files(item, out)),
            ExprKind::Map(entries) => entries.iter().for_each(|(_, value)| self.add_files(value, out)),
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                self.add_files(left, out);
                self.add_files(right, out);
            }
            ExprKind::For { body, .. } => match body.stmts.last().map(|last| &last.kind) {
                Some(StmtKind::Expr(value)) => self.add_files(value, out),
                _ => return false,
            },
            ExprKind::Call { callee, args, .. } => match (refs.get(callee.id), &callee.kind) {
                (Some(Ref::Effect("write")), _) => add(Files::Path(self.first(expr, args)), out),
                (Some(Ref::Effect("glob")), _) => add(Files::Pattern(self.first(expr, args)), out),
                (Some(Ref::Effect("wait_for")), _) => add(Files::Awaited(self.first(expr, args)), out),
                (Some(Ref::Method { .. }), ExprKind::Field { base, .. }) => {
                    self.add_files(base, out);
                    for Arg { value, .. } in args {
                        match &value.kind {
                            ExprKind::Closure { body, .. } => self.add_files(body, out),
                            _ => self.add_files(value, out),
                        }
                    }
                }
                _ => return false,
            },
            ExprKind::Field { base, name, .. } => match self.of_branch(base, &name.text) {
                Some(files) => files.into_iter().for_each(|files| add(files, out)),
                None if matches!(refs.get(expr.id), Some(Ref::Method { .. })) => self.add_files(base, out),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// The first argument of a built-in effect, as a text.
    fn first(&self, call: &Expr, args: &[Arg]) -> Vec<Piece> {
        let index = match self.body.args.get(&call.id) {
            Some(order) => order.first().copied().flatten(),
            None => Some(0),
        };
        let arg = index.and_then(|index| args.get(index));
        arg.map_or_else(|| vec![Piece::Hole], |arg| self.fact(&arg.value).pieces())
    }

    /// The files of the branch of that name, if a value is what a `parallel` yields.
    fn of_branch(&self, value: &Expr, name: &SmolStr) -> Option<Vec<Files>> {
        match (&value.kind, self.body.refs.get(value.id)) {
            (ExprKind::Paren(inner), _) => self.of_branch(inner, name),
            (ExprKind::Lower(_), Some(Ref::Local(local))) => self.files.get(&(*local, name.clone())).cloned(),
            _ => parts(self.body, value).find(|(it, _)| *it == name).map(|(_, part)| self.files(part)),
        }
    }

    /// The files in the values of a type.
    fn of_type(&self, ty: &Ty, out: &mut Vec<Files>) {
        match ty {
            Ty::File(Some(glob)) | Ty::Output(Some(glob)) => {
                add(Files::Pattern(vec![Piece::Text(glob.clone())]), out);
            }
            Ty::File(None) | Ty::Output(None) => add(Files::Unknown, out),
            Ty::List(of) | Ty::Option(of) | Ty::Map(_, of) => self.of_type(of, out),
            Ty::Named(..) => match resolve_alias(self.db, ty) {
                Ty::Named(..) => {}
                ty => self.of_type(&ty, out),
            },
            _ => {}
        }
    }
}

/// The parts of a value that have names: the branches of a `parallel`, the fields of a record that is made.
pub(super) fn parts<'e>(body: &Body, value: &'e Expr) -> impl Iterator<Item = (&'e SmolStr, &'e Expr)> {
    let (branches, args) = match &value.kind {
        ExprKind::Parallel(branches) => (branches.as_slice(), [].as_slice()),
        ExprKind::Call { callee, args, .. } if matches!(body.refs.get(callee.id), Some(Ref::Type(_))) => {
            ([].as_slice(), args.as_slice())
        }
        _ => Default::default(),
    };
    let branches = branches.iter().map(|branch| (&branch.name.text, &*branch.body));
    branches.chain(args.iter().filter_map(|arg| Some((&arg.label.as_ref()?.text, &*arg.value))))
}

fn add(files: Files, out: &mut Vec<Files>) {
    if out.contains(&files) {
        return;
    }
    if out.len() >= MOST {
        out.clear();
        out.push(Files::Pattern(vec![Piece::Text("**".into())]));
    }
    out.push(files);
}
