//! `@allow`: lints that are not to be told of an item or a statement, and those of them that nothing needs.

use super::{Lint, find, is_on};
use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::syntax::items;
use crate::types::settings::allowed;
use flow_grammar::span::Span;
use flow_grammar::tree::visit::{Visit, walk_item, walk_stmt};
use flow_grammar::tree::{Attr, Item, Stmt};

/// An `@allow` that nothing needs.
pub const UNUSED_ALLOW: Code = Code("W0109");

/// What a file allows. Spans count from its start.
#[derive(Default)]
pub(crate) struct Allowances {
    /// In the order of the text.
    all: Vec<Allowance>,
}

/// One name in an `@allow`.
struct Allowance {
    lint: &'static Lint,
    /// The item it stands in, by its place among the items of the file.
    item: usize,
    /// The statement it stands before; all of the item without one.
    stmt: Option<Span>,
    attr: Span,
    /// The names that the attribute holds, and which of them this is.
    names: Vec<Span>,
    at: usize,
    is_used: bool,
}

impl Allowances {
    /// What a file allows.
    pub(crate) fn of(db: &dyn Db, file: SourceFile) -> Self {
        let mut out = Self::default();
        // Hardly any file does.
        if !file.text(db).contains("@allow") {
            return out;
        }
        for (at, item) in items(db, file).iter().enumerate() {
            out.add_item(at, item.tree(db), item.start(db));
        }
        out
    }

    fn add_item(&mut self, at: usize, item: &Item, start: u32) {
        self.add(at, None, &item.attrs, start);
        walk_item(&mut Statements { into: self, item: at, start }, item);
    }

    fn add(&mut self, item: usize, stmt: Option<Span>, attrs: &[Attr], start: u32) {
        for attr in attrs {
            let known: Vec<(&'static Lint, Span)> = allowed(attr)
                .filter_map(|(name, span)| Some((find(name).ok()?, span.shifted(start))))
                .collect();
            let names: Vec<Span> = known.iter().map(|(_, span)| *span).collect();
            self.all.extend(known.iter().enumerate().map(|(at, (lint, _))| Allowance {
                lint,
                item,
                stmt: stmt.map(|stmt| stmt.shifted(start)),
                attr: attr.span.shifted(start),
                names: names.clone(),
                at,
                is_used: false,
            }));
        }
    }

    /// Whether something that was found with an item is allowed there; `place` is given in files.
    pub(crate) fn covers(&mut self, file: SourceFile, item: usize, code: Code, place: &Place) -> bool {
        let own = match place {
            Place::File(of, span) if *of == file => Some(*span),
            _ => None,
        };
        let mut found = false;
        for allowance in self.all.iter_mut().filter(|it| it.item == item && it.lint.code == code) {
            let is_within = allowance
                .stmt
                .is_none_or(|stmt| own.is_some_and(|own| stmt.start <= own.start && own.start < stmt.end));
            allowance.is_used |= is_within;
            found |= is_within;
        }
        found
    }

    /// What is allowed and never found. What the project does not look for is left aside.
    pub(crate) fn unused(mut self, db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if !is_on(db, file, UNUSED_ALLOW) {
            return found;
        }
        let mut index = 0;
        while let Some(first) = self.all.get(index) {
            let count = first.names.len();
            let group = self.all.get(index..index + count).unwrap_or_default();
            let idle = |it: &&Allowance| {
                !it.is_used && is_on(db, file, it.lint.code) && it.lint.code != UNUSED_ALLOW
            };
            let unused: Vec<(usize, &'static Lint)> =
                group.iter().filter(idle).map(|it| (it.at, it.lint)).collect();
            let (item, stmt, attr, names) = (first.item, first.stmt, first.attr, first.names.clone());
            index += count;
            if unused.len() == count {
                let place = Place::File(file, attr);
                if !self.covers(file, item, UNUSED_ALLOW, &Place::File(file, stmt.unwrap_or(attr))) {
                    let names: Vec<String> =
                        unused.iter().map(|(_, lint)| format!("`{}`", lint.name)).collect();
                    found.push(unused_allow(place, &names.join(", "), whole(file.text(db), attr), file));
                }
            } else {
                for (at, lint) in unused {
                    let Some(span) = names.get(at) else { continue };
                    let place = Place::File(file, *span);
                    found.push(unused_allow(place, &format!("`{}`", lint.name), part(&names, at), file));
                }
            }
        }
        found
    }
}

/// Looks for attributes in front of statements.
struct Statements<'a> {
    into: &'a mut Allowances,
    item: usize,
    start: u32,
}

impl Visit for Statements<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        self.into.add(self.item, Some(stmt.span), &stmt.attrs, self.start);
        walk_stmt(self, stmt);
    }
}

/// An attribute with the space behind it, up to what it stands before.
fn whole(text: &str, attr: Span) -> Span {
    let behind = text.get(attr.end as usize..).unwrap_or_default();
    let space = behind.len() - behind.trim_start().len();
    Span::new(attr.start, attr.end + u32::try_from(space).unwrap_or_default())
}

/// A name in a list with the comma that belongs to it.
fn part(names: &[Span], at: usize) -> Span {
    let own = names.get(at).copied().unwrap_or_default();
    match (at.checked_sub(1).and_then(|before| names.get(before)), names.get(at + 1)) {
        (Some(before), _) => Span::new(before.end, own.end),
        (None, Some(next)) => Span::new(own.start, next.start),
        (None, None) => own,
    }
}

fn unused_allow(place: Place, names: &str, cut: Span, file: SourceFile) -> Diagnostic {
    let fix = Fix {
        title: "remove it".to_owned(),
        edits: vec![Edit { place: Place::File(file, cut), text: String::new() }],
        certain: true,
    };
    Diagnostic::new(UNUSED_ALLOW, format!("nothing here needs to be allowed {names}"), place)
        .help("remove it")
        .fix(fix)
}
