//! From text to items, one by one: an edit parses only the items whose text it changed, and an item that only moved is
//! equal to itself.
//!
//! `text → pieces → one tree each → items`. Positions of the file stop at [`Item::start`], which nothing that checks an
//! item's content reads.

#![allow(missing_docs, reason = "salsa generates methods without documentation")]

mod names;

pub use names::{NamesUsed, Unmentioned, names_in_settings, names_used};

use crate::db::{Db, SourceFile};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, ItemKey, MOST_ERRORS, Place};
use flow_grammar::error::{SyntaxError, SyntaxErrorKind};
use flow_grammar::parse::{self, ItemTokens, Parsed, ParsedItem, SplitItem};
use flow_grammar::span::Span;
use flow_grammar::tree::{self, DoerKind, FlowKind, ItemKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// A top-level item of a file. It is the same item as before an edit when its file, its name and its place among the
/// items of that name are the same.
#[salsa::tracked(debug)]
pub struct Item<'db> {
    /// Its name across edits.
    #[returns(ref)]
    pub known_as: ItemKey,
    /// What it is, without its content.
    #[tracked]
    #[returns(copy)]
    pub role: Role,
    /// Where it starts in its file. Only what shows places to people reads it.
    #[tracked]
    #[returns(copy)]
    pub start: u32,
    /// Its tree, with spans counted from its start.
    #[tracked]
    #[returns(ref)]
    pub tree: Tree,
}

impl<'db> Item<'db> {
    /// Its name across edits.
    pub fn key(self, db: &'db dyn Db) -> ItemKey {
        self.known_as(db).clone()
    }

    /// Its file.
    pub fn file(self, db: &'db dyn Db) -> SourceFile {
        self.known_as(db).file
    }

    /// What it declares; for an import its path, for a test its sentence, for a broken item its first word.
    pub fn name(self, db: &'db dyn Db) -> &'db SmolStr {
        &self.known_as(db).name
    }

    /// Which of several items of that name, from 0.
    pub fn nth(self, db: &'db dyn Db) -> u32 {
        self.known_as(db).nth
    }

    /// What it is.
    pub fn kind(self, db: &'db dyn Db) -> &'db ItemKind {
        &self.tree(db).kind
    }

    /// A place in it.
    pub fn place(self, db: &'db dyn Db, span: Span) -> Place {
        Place::Item(self.key(db), span)
    }
}

/// What an item is, without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// An import.
    Import,
    /// It declares a name.
    Declares(DefKind),
    /// A test.
    Test,
    /// Text that is no item.
    Broken,
}

/// What a name at the top level can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefKind {
    /// `type`
    Type,
    /// `fn`
    Fn,
    /// `flow`
    Flow,
    /// `tool`
    Tool,
    /// `command`
    Command,
    /// `agent`
    Agent,
    /// `human`
    Human,
    /// `const`
    Const,
    /// `secret`
    Secret,
}

impl DefKind {
    /// What a message calls it, without an article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Fn => "function",
            Self::Flow => "flow",
            Self::Tool => "tool",
            Self::Command => "command",
            Self::Agent => "agent",
            Self::Human => "human",
            Self::Const => "constant",
            Self::Secret => "secret",
        }
    }

    /// What a message calls it, with its article.
    pub const fn a_noun(self) -> &'static str {
        match self {
            Self::Type => "a type",
            Self::Fn => "a function",
            Self::Flow => "a flow",
            Self::Tool => "a tool",
            Self::Command => "a command",
            Self::Agent => "an agent",
            Self::Human => "a human",
            Self::Const => "a constant",
            Self::Secret => "a secret",
        }
    }

    /// Whether it can be called.
    pub const fn is_callable(self) -> bool {
        !matches!(self, Self::Type | Self::Const | Self::Secret)
    }
}

impl Role {
    /// The role of a tree.
    fn of(kind: &ItemKind) -> Self {
        match kind {
            ItemKind::Import(_) => Self::Import,
            ItemKind::Type(_) => Self::Declares(DefKind::Type),
            ItemKind::Doer(doer) => Self::Declares(match doer.kind {
                DoerKind::Agent => DefKind::Agent,
                DoerKind::Command => DefKind::Command,
                DoerKind::Human => DefKind::Human,
            }),
            ItemKind::Fn(_) => Self::Declares(DefKind::Fn),
            ItemKind::Flow(flow) => Self::Declares(match flow.kind {
                FlowKind::Flow => DefKind::Flow,
                FlowKind::Tool => DefKind::Tool,
            }),
            ItemKind::Test(_) => Self::Test,
            ItemKind::Secret(_) => Self::Declares(DefKind::Secret),
            ItemKind::Const(_) => Self::Declares(DefKind::Const),
            ItemKind::Error => Self::Broken,
        }
    }
}

/// A shared tree of one item. Comparing a tree with itself costs nothing.
#[derive(Clone, Debug)]
pub struct Tree(pub Arc<tree::Item>);

impl Deref for Tree {
    type Target = tree::Item;

    fn deref(&self) -> &tree::Item {
        &self.0
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// The text of one item, wherever it stands. The same text is the same piece after an edit of others.
#[salsa::tracked]
struct Piece<'db> {
    #[returns(ref)]
    text: String,
    /// Which of several pieces of that text, from 0: told apart by it, a million of them cost no more than any others.
    nth: u32,
    #[tracked]
    #[returns(ref)]
    tokens: Tokens,
}

/// The tokens of a piece, for whoever parses it. That is done once, so that they need not be kept.
#[derive(Debug)]
struct Tokens(Mutex<Option<ItemTokens>>);

impl Tokens {
    /// The tokens, the text of the piece given: its own tell nothing that it does not.
    fn take(&self, text: &str) -> Option<ItemTokens> {
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.or_else(|| parse::split(text).items.into_iter().next().map(|item| item.tokens))
    }
}

impl PartialEq for Tokens {
    /// They belong to the text that the piece is told apart by.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A file cut into the texts of its items.
#[derive(PartialEq, salsa::SalsaValue)]
struct Cut<'db> {
    starts: Vec<u32>,
    pieces: Vec<Piece<'db>>,
    errors: Vec<SyntaxError>,
    /// How many mistakes are in items that are left out, because more than are worth listing stand before them.
    left_out: usize,
}

/// Cuts a file into the texts of its items, but those that cannot be read and stand behind more mistakes than are worth
/// listing: a file may have as many of them as it has lines. Not compared with its old value, which differs after nearly every edit.
#[salsa::tracked(no_eq)]
fn cut<'db>(db: &'db dyn Db, file: SourceFile) -> Cut<'db> {
    let text = file.text(db);
    let split = parse::split(text);
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let (mut starts, mut pieces) = (Vec::new(), Vec::new());
    let may_be_flooded = split.items.len() > MOST_ERRORS;
    let (mut wrong, mut left_out) = (0, 0);
    for SplitItem { span, tokens } in split.items {
        let own = &text[span.range()];
        if wrong > MOST_ERRORS {
            let errors = parse::parse_item(own, &tokens).1.len();
            if errors > 0 {
                left_out += errors;
                continue;
            }
        }
        let next = numbers.entry(own).or_default();
        let nth = *next;
        *next = next.saturating_add(1);
        let piece = Piece::new(db, own.to_owned(), nth, Tokens(Mutex::new(Some(tokens))));
        if may_be_flooded {
            wrong += parse_piece(db, piece).errors.len();
        }
        starts.push(span.start);
        pieces.push(piece);
    }
    Cut { starts, pieces, errors: split.errors, left_out }
}

/// A parsed text of one item.
#[derive(PartialEq)]
struct ParsedPiece {
    tree: Tree,
    errors: Vec<SyntaxError>,
}

#[salsa::tracked(no_eq)]
fn parse_piece<'db>(db: &'db dyn Db, piece: Piece<'db>) -> ParsedPiece {
    let text = piece.text(db);
    let tokens = piece.tokens(db).take(text).unwrap_or_default();
    let (item, errors) = parse::parse_item(text, &tokens);
    ParsedPiece { tree: Tree(Arc::new(item)), errors }
}

/// The items of a file, in order.
#[salsa::tracked]
pub fn items<'db>(db: &'db dyn Db, file: SourceFile) -> Vec<Item<'db>> {
    let cut = cut(db, file);
    let mut numbers: FxHashMap<SmolStr, u32> = FxHashMap::default();
    let mut items = Vec::with_capacity(cut.pieces.len());
    for (&piece, &start) in cut.pieces.iter().zip(&cut.starts) {
        let tree = &parse_piece(db, piece).tree;
        let name = item_name(&tree.kind, piece.text(db));
        let next = numbers.entry(name.clone()).or_default();
        let nth = *next;
        *next = next.saturating_add(1);
        let key = ItemKey { file, name, nth };
        items.push(Item::new(db, key, Role::of(&tree.kind), start, tree.clone()));
    }
    items
}

/// The imports of a file, in order.
#[salsa::tracked]
pub fn imports<'db>(db: &'db dyn Db, file: SourceFile) -> Vec<Item<'db>> {
    items(db, file).iter().copied().filter(|item| item.role(db) == Role::Import).collect()
}

/// By what an item is found again after an edit.
fn item_name(kind: &ItemKind, text: &str) -> SmolStr {
    let first_word = || text.split_whitespace().next().unwrap_or_default().into();
    match kind {
        ItemKind::Import(import) => import.path.text(),
        ItemKind::Test(test) => test.name.plain().map_or_else(first_word, SmolStr::new),
        kind => kind.name().map_or_else(first_word, |name| name.text.clone()),
    }
}

/// What is wrong with the text of a file, with places counted from its start: as much as is worth listing, the first
/// mistakes first.
pub fn syntax_errors(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let cut = cut(db, file);
    let outside = cut.errors.iter().map(|error| (0, error));
    // A script, or a file in another language, is one mistake and not one for each line.
    let mut is_script = false;
    let inside = cut.pieces.iter().zip(&cut.starts).flat_map(|(&piece, &start)| {
        let errors = &parse_piece(db, piece).errors;
        let is_at_top = |error: &SyntaxError| matches!(error.kind, SyntaxErrorKind::StatementAtTop(_));
        let goes_on = is_script && errors.first().is_some_and(is_at_top);
        is_script = errors.first().is_some_and(is_at_top);
        let told: &[SyntaxError] = if goes_on { &[] } else { errors };
        told.iter().map(move |error| (start, error))
    });
    let mut found: Vec<(u32, &SyntaxError)> = outside.chain(inside).collect();
    let told = |&(start, error): &(u32, &SyntaxError)| syntax_diagnostic(file, error, start);
    if found.len() <= MOST_ERRORS {
        return found.iter().map(told).collect();
    }
    found.sort_by_key(|(start, error)| start.saturating_add(error.span.start));
    let (worth, rest) = found.split_at(MOST_ERRORS);
    let more = rest.first().map(|(start, next)| {
        let kind = SyntaxErrorKind::TooManyErrors(Some(rest.len() + cut.left_out));
        syntax_diagnostic(file, &SyntaxError::new(kind, next.span), *start)
    });
    worth.iter().map(told).chain(more).collect()
}

/// A mistake of syntax as a diagnostic; `base` is where its places count from.
pub fn syntax_diagnostic(file: SourceFile, error: &SyntaxError, base: u32) -> Diagnostic {
    let place = |span: Span| Place::File(file, span.shifted(base));
    let mut out = Diagnostic::new(Code(error.code()), error.message(), place(error.span));
    if let Some(help) = error.help() {
        out = out.help(help);
    }
    if let Some((span, text)) = error.label {
        out = out.label(place(span), text);
    }
    if let Some(suggestion) = &error.suggestion {
        let title = match (suggestion.span.is_empty(), suggestion.text.trim()) {
            (_, "") => "remove it".to_owned(),
            (true, text) => format!("insert `{text}`"),
            (false, text) => format!("change to `{text}`"),
        };
        let edit = Edit { place: place(suggestion.span), text: suggestion.text.to_string() };
        out = out.fix(Fix { title, edits: vec![edit], certain: false });
    }
    out
}

/// A file with its tokens, trees and mistakes, places counted from its start where the grammar's own parser counts them
/// so: for the formatter and the editor. No checking reads it.
#[salsa::tracked(no_eq, lru = 16)]
pub fn parsed(db: &dyn Db, file: SourceFile) -> Parsed {
    let cut = cut(db, file);
    if cut.left_out > 0 {
        return parse::parse(file.text(db));
    }
    let split = parse::split(file.text(db));
    let items = cut.pieces.iter().zip(&cut.starts).map(|(&piece, &start)| {
        let piece = parse_piece(db, piece);
        ParsedItem { start, item: Arc::clone(&piece.tree.0), errors: piece.errors.clone() }
    });
    Parsed { docs: split.docs, items: items.collect(), errors: split.errors, lexed: split.lexed }
}

/// The items of a file by what they are found again by.
#[salsa::tracked]
fn item_table<'db>(db: &'db dyn Db, file: SourceFile) -> FxHashMap<ItemKey, Item<'db>> {
    items(db, file).iter().map(|item| (item.key(db), *item)).collect()
}

/// The item of that key, if it is still there.
pub fn find_item<'db>(db: &'db dyn Db, key: &ItemKey) -> Option<Item<'db>> {
    item_table(db, key.file).get(key).copied()
}

/// The items of a file that have a name, in order.
pub fn items_named<'db>(db: &'db dyn Db, file: SourceFile, name: &SmolStr) -> Vec<Item<'db>> {
    (0..).map_while(|nth| find_item(db, &ItemKey { file, name: name.clone(), nth })).collect()
}

/// The number of a key in the database: the argument of queries about an item that must not depend on which other items
/// its file has.
#[salsa::interned(debug)]
pub struct KeyId<'db> {
    /// The key.
    #[returns(ref)]
    pub key: ItemKey,
}

/// A place counted from the start of its file; `None` if its item is gone.
pub fn in_file(db: &dyn Db, place: &Place) -> Option<(SourceFile, Span)> {
    match place {
        Place::File(file, span) => Some((*file, *span)),
        Place::Item(key, span) => find_item(db, key).map(|item| (key.file, span.shifted(item.start(db)))),
    }
}
