//! Recovery. The generated parser reads right programs only; here the tokens of a wrong one are changed, as little as
//! seems to be meant, until it can read them. Where nothing better is known, JUNK stands for what is missing or cannot
//! be read, up to the next place where an entry, a statement or an argument ends, and the tree shows an error node.
//!
//! Each change is reported once, and never twice for one mistake: a change that follows another without a token of the
//! text between them belongs to it.

use crate::build::{Build, Entry};
use crate::drive;
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::layout::Token;
use crate::reader::{Reader, Stack};
use crate::slips;
use crate::span::Span;
use crate::token::Tok;
use crate::tree::{Item, ItemKind, Template};
use crate::wording;
use std::borrow::Cow;
use std::ops::Range;

/// A tree, how many nodes it numbers, and what is wrong with its text.
pub(crate) struct Tree<T> {
    pub(crate) tree: T,
    pub(crate) exprs: u32,
    pub(crate) patterns: u32,
    pub(crate) errors: Vec<SyntaxError>,
    /// How many tokens the parser read for it, all attempts included.
    pub(crate) read: usize,
}

/// Parses an item's tokens. `known` is what was found wrong before, `quiet` where nothing more is to be said.
pub(crate) fn item(text: &str, tokens: &[Token], quiet: &[Span], known: &[SyntaxError]) -> Tree<Item> {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let tree = read(text, Tok::EnterItem, tokens, quiet, known);
    let item = match tree.tree {
        Some(Entry::Item(mut item)) => {
            // What recovery left out belongs to the item all the same.
            item.span.end = end;
            *item
        }
        _ => no_item(end),
    };
    Tree { tree: item, exprs: tree.exprs, patterns: tree.patterns, errors: tree.errors, read: tree.read }
}

/// Parses the tokens of a text that is a template as a whole.
pub(crate) fn template(
    text: &str,
    tokens: &[Token],
    quiet: &[Span],
    known: &[SyntaxError],
) -> Tree<Template> {
    let tree = read(text, Tok::EnterTemplate, tokens, quiet, known);
    let parts = match tree.tree {
        Some(Entry::Template(parts)) => parts,
        _ => Vec::new(),
    };
    let mut build = Build::new(text);
    let template = build.whole_template(parts);
    let mut errors = tree.errors;
    errors.extend(build.errors);
    Tree { tree: template, exprs: tree.exprs, patterns: tree.patterns, errors, read: tree.read }
}

/// Reads tokens as they are, which most can be, or as recovery changes them.
fn read(
    text: &str,
    entry: Tok,
    tokens: &[Token],
    quiet: &[Span],
    known: &[SyntaxError],
) -> Tree<Option<Entry>> {
    match drive::drive(text, entry, tokens) {
        (made @ Some(_), read) => Tree::of(made, Vec::new(), read),
        (None, read) => Repair::new(text, entry, tokens, quiet, known, read).run(),
    }
}

impl Tree<Option<Entry>> {
    fn of(made: Option<(Entry, Build<'_>)>, mut errors: Vec<SyntaxError>, read: usize) -> Self {
        let Some((entry, build)) = made else {
            return Self { tree: None, exprs: 0, patterns: 0, errors, read };
        };
        let (exprs, patterns) = (build.exprs(), build.patterns());
        errors.extend(build.errors);
        Self { tree: Some(entry), exprs, patterns, errors, read }
    }
}

/// An item of which nothing is known.
pub(crate) fn no_item(end: u32) -> Item {
    Item {
        span: Span::new(0, end),
        docs: None,
        attrs: Vec::new(),
        kind: ItemKind::Error,
        exprs: 0,
        patterns: 0,
    }
}

/// More mistakes than this in one item are not told one by one.
pub(crate) const MAX_ERRORS: usize = 64;
/// How many tokens may be put in at one place.
const MAX_BRIDGE: usize = 8;
/// How many ends of entries are looked at for one where the parser can go on.
const MAX_SYNCS: usize = 4;
/// How many places in an item's head are tried as the last that is kept.
const MAX_PLACES: usize = 8;
/// A change by guess is good if so many tokens behind it can be read. More are never looked at.
const GOOD_PROGRESS: usize = 2;

/// Where the parser could not go on.
pub(crate) struct Failure {
    /// The token, or one past the last.
    pub(crate) at: usize,
    /// What it would have taken.
    pub(crate) expected: Vec<Tok>,
}

impl Failure {
    pub(crate) fn expects(&self, kind: Tok) -> bool {
        self.expected.contains(&kind)
    }
}

/// A change of the tokens.
pub(crate) struct Edit {
    /// What is taken out.
    pub(crate) range: Range<usize>,
    /// What is put there.
    pub(crate) tokens: Vec<Token>,
}

pub(crate) struct Repair<'t> {
    pub(crate) text: &'t str,
    /// Copied at the first change.
    pub(crate) tokens: Cow<'t, [Token]>,
    entry: Tok,
    quiet: &'t [Span],
    known: &'t [SyntaxError],
    errors: Vec<SyntaxError>,
    /// Tokens before this belong to the last change.
    mended: Option<usize>,
    /// The tokens up to where the parser could not go on.
    reader: Reader,
    /// How many tokens were read so far, trials included.
    read: usize,
}

impl<'t> Repair<'t> {
    fn new(
        text: &'t str,
        entry: Tok,
        tokens: &'t [Token],
        quiet: &'t [Span],
        known: &'t [SyntaxError],
        read: usize,
    ) -> Self {
        Self {
            text,
            tokens: Cow::Borrowed(tokens),
            entry,
            quiet,
            known,
            errors: Vec::new(),
            mended: None,
            reader: Reader::new(entry),
            read,
        }
    }

    fn run(mut self) -> Tree<Option<Entry>> {
        for _ in 0..MAX_ERRORS {
            match self.failure() {
                Some(failure) if self.mend(&failure) => {}
                _ => break,
            }
        }
        self.give_up()
    }

    /// Reads on to where the parser cannot; `None` if it can read all.
    fn failure(&mut self) -> Option<Failure> {
        loop {
            let at = self.reader.len();
            let kind = self.kind(at);
            self.read += 1;
            match self.reader.read(kind) {
                Ok(()) => kind?,
                Err(stack) => return Some(self.failed(at, stack)),
            };
        }
    }

    fn failed(&mut self, at: usize, stack: Stack) -> Failure {
        let expected = self.reader.expected(stack);
        self.reader.forget();
        Failure { at, expected }
    }

    /// Reads the tokens with `made` in place of those in `range`, up to so many behind it.
    fn attempt(&mut self, made: &[Token], range: Range<usize>, most: usize) -> Result<(), Failure> {
        let known = self.reader.len().min(range.start);
        let mut stack = self.reader.at(known);
        let end = self.tokens.len().min(range.end.saturating_add(most));
        let read = self.tokens[known..range.start].iter().chain(made).chain(&self.tokens[range.end..end]);
        let ends = (end < range.end.saturating_add(most)).then_some(None);
        for (at, kind) in (known..).zip(read.map(|token| Some(token.kind)).chain(ends)) {
            self.read += 1;
            match self.reader.step(stack, kind) {
                Ok(behind) => stack = behind,
                Err(stack) => return Err(self.failed(at, stack)),
            }
        }
        self.reader.forget();
        Ok(())
    }

    /// How many tokens behind a change can be read, as far as that matters; if all that matter: `usize::MAX`.
    pub(crate) fn progress(&mut self, made: &[Token], range: Range<usize>) -> usize {
        let behind = range.start + made.len();
        match self.attempt(made, range, GOOD_PROGRESS) {
            Ok(()) => usize::MAX,
            Err(failure) => failure.at.saturating_sub(behind),
        }
    }

    pub(crate) fn kind(&self, index: usize) -> Option<Tok> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The text of a token; empty behind the last.
    pub(crate) fn text_at(&self, index: usize) -> &'t str {
        self.tokens.get(index).map_or("", |token| &self.text[token.span().range()])
    }

    /// The place of a token; behind the last, the end of the last.
    pub(crate) fn span_at(&self, index: usize) -> Span {
        self.tokens
            .get(index)
            .map_or_else(|| Span::new(self.end_before(index), self.end_before(index)), |token| token.span())
    }

    /// The text from the first token of a range to the end of its last.
    pub(crate) fn text_of(&self, range: Range<usize>) -> &'t str {
        let (start, end) = (self.span_at(range.start).start, self.end_before(range.end));
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn end_before(&self, index: usize) -> u32 {
        index.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.end)
    }

    /// Changes the tokens and reports why, unless that was said already.
    pub(crate) fn apply(&mut self, edit: Edit, error: Option<SyntaxError>) {
        let place = edit.range.start;
        let follows = self.mended.is_some_and(|mended| place <= mended);
        if let Some(error) = error
            && !follows
            && !self.is_quiet(&error)
        {
            self.errors.push(error);
        }
        // Up to the first token that stands in the text.
        let real = edit.tokens.iter().position(|token| !token.span().is_empty() && token.kind != Tok::Junk);
        self.mended = Some(place + real.map_or(edit.tokens.len(), |real| real + 1));
        self.replace(edit);
    }

    fn replace(&mut self, edit: Edit) {
        self.reader.keep(edit.range.start.min(self.reader.len()));
        self.tokens.to_mut().splice(edit.range, edit.tokens);
    }

    /// Whether the mistake follows from one that was found earlier.
    fn is_quiet(&self, error: &SyntaxError) -> bool {
        let at = error.span.start;
        let inside = self.quiet.iter().any(|span| span.touches(at));
        let vague = matches!(error.kind, SyntaxErrorKind::Unexpected { .. });
        let same_line = |before: &SyntaxError| {
            let from = before.span.start as usize;
            before.kind.is_guess()
                && self.text.get(from..at as usize).is_some_and(|text| !text.contains('\n'))
        };
        let same_message = |before: &SyntaxError| match (&before.kind, &error.kind) {
            (
                SyntaxErrorKind::ForeignForm { message: before, .. },
                SyntaxErrorKind::ForeignForm { message, .. },
            ) => before == message,
            _ => false,
        };
        inside
            || self.errors.iter().rev().take(4).any(|before| same_message(before) && same_line(before))
            || vague && self.entry == Tok::EnterItem && self.errors.iter().rev().take(4).any(same_line)
            || vague
                && self.known.iter().any(|known| {
                    // A line of a template holds more than one thing.
                    (known.kind.is_of_characters() || self.entry == Tok::EnterItem)
                        && known.span.start <= at
                        && !self.text[known.span.start as usize..at as usize].contains('\n')
                })
    }

    /// Changes the tokens so that the parser gets farther; `false` if nothing helps.
    fn mend(&mut self, failure: &Failure) -> bool {
        if slips::mend(self, failure) {
            return true;
        }
        let at = failure.at;
        let error = self.unexpected(failure);
        let stops = self.kind(at).is_none_or(is_stop);
        if !stops && let Some((edit, error)) = self.single(failure) {
            self.apply(edit, Some(error));
            return true;
        }
        if self.kind(at) == Some(Tok::Comma) && self.progress(&[], at..at + 1) >= GOOD_PROGRESS {
            self.apply(Edit { range: at..at + 1, tokens: Vec::new() }, Some(error));
            return true;
        }
        let mut sync = if stops { at } else { self.next_stop(at) };
        for _ in 0..MAX_SYNCS {
            if let Some(bridge) = self.bridge(at, sync, failure) {
                self.apply(Edit { range: at..sync, tokens: bridge }, Some(error));
                return true;
            }
            if self.kind(sync).is_none_or(Tok::is_closer) {
                break;
            }
            sync = self.next_stop(sync + 1);
        }
        self.collapse(at, error)
    }

    fn unexpected(&self, failure: &Failure) -> SyntaxError {
        let expected = wording::expected(&failure.expected);
        self.unexpected_at(failure.at, expected)
    }

    pub(crate) fn unexpected_at(&self, index: usize, expected: impl Into<smol_str::SmolStr>) -> SyntaxError {
        let found = match self.kind(index) {
            Some(kind) if !self.tokens[index].span().is_empty() || kind == Tok::Nl => {
                wording::found(kind, self.text_at(index))
            }
            // A closer put in for one that is missing stands for the end of what is there.
            Some(_) if self.tokens[index..].iter().any(|token| !token.span().is_empty()) => {
                "the end of the line".into()
            }
            _ => "the end of the item".into(),
        };
        SyntaxError::new(
            SyntaxErrorKind::Unexpected { found, expected: expected.into() },
            self.span_at(index),
        )
    }

    /// One token too few or too many.
    fn single(&mut self, failure: &Failure) -> Option<(Edit, SyntaxError)> {
        let at = failure.at;
        let place = self.end_before(at);
        // After a complete expression almost anything could be assigned, so `=` is no guess there.
        let after_expression = failure.expects(Tok::Star);
        let starts_line = self.kind(at).is_some_and(starts_statement);
        const CANDIDATES: [Tok; 10] = [
            Tok::Max,
            Tok::In,
            Tok::Arrow,
            Tok::FatArrow,
            Tok::Gt,
            Tok::Comma,
            Tok::Colon,
            Tok::Eq,
            Tok::Nl,
            Tok::Junk,
        ];
        for kind in CANDIDATES {
            let sensible = match kind {
                Tok::Eq | Tok::In | Tok::Gt => !after_expression,
                Tok::Nl => starts_line,
                Tok::Max => matches!(self.kind(at.wrapping_sub(1)), Some(Tok::Loop | Tok::RParen)),
                _ => true,
            };
            if !failure.expects(kind) || !sensible {
                continue;
            }
            let made = Token::made(kind, place);
            if self.progress(&[made], at..at) >= GOOD_PROGRESS {
                let error = match kind {
                    Tok::Junk => self.unexpected(failure),
                    Tok::Nl => SyntaxError::new(
                        SyntaxErrorKind::SameLine("a new line before the next statement"),
                        self.span_at(at),
                    ),
                    _ => self.unexpected_at(at, wording::sign(kind)),
                };
                return Some((Edit { range: at..at, tokens: vec![made] }, error));
            }
        }
        if self.tokens[at].kind.closer().is_none() && self.progress(&[], at..at + 1) >= GOOD_PROGRESS {
            return Some((Edit { range: at..at + 1, tokens: Vec::new() }, self.unexpected(failure)));
        }
        None
    }

    /// The next token from `from` on where an entry ends; whole brackets are stepped over.
    pub(crate) fn next_stop(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(from) {
            if depth == 0 && is_stop(token.kind) {
                return index;
            }
            if token.kind.closer().is_some() {
                depth += 1;
            } else if token.kind.is_closer() {
                depth -= 1;
            }
        }
        self.tokens.len()
    }

    /// Tokens that lead from `at` to the token at `sync`, such that it can be read.
    fn bridge(&mut self, at: usize, sync: usize, failure: &Failure) -> Option<Vec<Token>> {
        let mut bridge: Vec<Token> = Vec::new();
        let mut open: Vec<Tok> = Vec::new();
        let mut expected = failure.expected.clone();
        if at == sync {
            bridge.push(self.next_of_bridge(&expected, &mut open, at, sync)?);
        }
        while bridge.len() <= MAX_BRIDGE {
            let end = at + bridge.len();
            match self.attempt(&bridge, at..sync, 1) {
                Err(next) if next.at < end => return None,
                Err(next) if next.at == end => expected = next.expected,
                // What was opened here must not be closed by what stands behind.
                Ok(()) | Err(_) => match open.last() {
                    None => return Some(bridge),
                    Some(closer) => expected = vec![*closer],
                },
            }
            bridge.push(self.next_of_bridge(&expected, &mut open, at, sync)?);
        }
        None
    }

    fn next_of_bridge(&self, expected: &[Tok], open: &mut Vec<Tok>, at: usize, sync: usize) -> Option<Token> {
        /// What is put in, the likeliest first.
        const LIKELY: [Tok; 11] = [
            Tok::Junk,
            Tok::FatArrow,
            Tok::In,
            Tok::Eq,
            Tok::Colon,
            Tok::Bar,
            Tok::LBrace,
            Tok::LParen,
            Tok::Comma,
            Tok::StrStart,
            Tok::Dot,
        ];
        let place = self.end_before(at);
        let closer = open.last().copied().filter(|closer| expected.contains(closer));
        if let Some(closer) = closer {
            open.pop();
            return Some(Token::made(closer, place));
        }
        let after_expression = expected.contains(&Tok::Star);
        let kind = LIKELY.into_iter().find(|kind| {
            expected.contains(kind) && !(after_expression && matches!(kind, Tok::Eq | Tok::In))
        })?;
        open.extend(kind.closer());
        // What is left out is shown as an error node over its text.
        let skipped = kind == Tok::Junk && sync > at;
        Some(if skipped {
            Token { kind, start: self.tokens[at].start, end: self.end_before(sync) }
        } else {
            Token::made(kind, place)
        })
    }

    /// Gives up the entry, the statement or the argument that `at` is in, and those behind it up to where the parser can
    /// go on.
    fn drop_entry(&mut self, at: usize) -> Option<Edit> {
        let start = self.entry_start(at);
        let mut end = self.next_stop(at);
        for _ in 0..MAX_SYNCS {
            if start < end {
                let span = Span::new(self.tokens[start].start, self.end_before(end));
                let junk = Token { kind: Tok::Junk, start: span.start, end: span.end };
                for tokens in [vec![junk], vec![]] {
                    if self.progress(&tokens, start..end) >= 1 {
                        return Some(Edit { range: start..end, tokens });
                    }
                }
            }
            if self.kind(end).is_none_or(Tok::is_closer) {
                break;
            }
            end = self.next_stop(end + 1);
        }
        None
    }

    /// The first token behind the last end of an entry before `at`; whole brackets are stepped over.
    pub(crate) fn entry_start(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for index in (0..at.min(self.tokens.len())).rev() {
            let kind = self.tokens[index].kind;
            if depth == 0 && (kind.closer().is_some() || matches!(kind, Tok::Nl | Tok::Comma)) {
                return index + 1;
            }
            if kind.is_closer() {
                depth += 1;
            } else if kind.closer().is_some() {
                depth -= 1;
            }
        }
        0
    }

    /// Gives up the contents of the brackets around `at`, then the brackets.
    fn collapse(&mut self, at: usize, error: SyntaxError) -> bool {
        if self.opener_before(at).is_some()
            && let Some(edit) = self.drop_entry(at)
        {
            self.apply(edit, Some(error));
            return true;
        }
        let mut inner = at;
        while let Some(open) = self.opener_before(inner) {
            let close = self.next_closer(open + 1);
            if close >= self.tokens.len() {
                break;
            }
            let junk = Token { kind: Tok::Junk, start: self.tokens[open].end, end: self.tokens[close].start };
            for (range, tokens) in [
                (open + 1..close, vec![]),
                (open + 1..close, vec![junk]),
                (
                    open..close + 1,
                    vec![Token { start: self.tokens[open].start, end: self.tokens[close].end, ..junk }],
                ),
            ] {
                if self.progress(&tokens, range.clone()) >= 1 {
                    self.apply(Edit { range, tokens }, Some(error));
                    return true;
                }
            }
            inner = open;
        }
        // Nothing around it: the rest of the item goes.
        if let Some(bridge) = self.bridge_to_end(at) {
            let end = self.tokens.len();
            self.apply(Edit { range: at..end, tokens: bridge }, Some(error));
            return true;
        }
        if !self.is_quiet(&error) {
            self.errors.push(error);
        }
        false
    }

    fn bridge_to_end(&mut self, at: usize) -> Option<Vec<Token>> {
        let end = self.tokens.len();
        match self.attempt(&[], at..end, 1) {
            Ok(()) => Some(Vec::new()),
            Err(failure) if failure.at == at => self.bridge(at, end, &failure),
            Err(_) => None,
        }
    }

    /// The innermost opener before a token that is not closed before it.
    pub(crate) fn opener_before(&self, index: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (0..index.min(self.tokens.len())).rev() {
            let kind = self.tokens[at].kind;
            if kind.is_closer() {
                depth += 1;
            } else if kind.closer().is_some() {
                if depth == 0 {
                    return Some(at);
                }
                depth -= 1;
            }
        }
        None
    }

    /// The first closer from a token on whose opener stands before it.
    pub(crate) fn next_closer(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(from) {
            if token.kind.closer().is_some() {
                depth += 1;
            } else if token.kind.is_closer() {
                if depth == 0 {
                    return index;
                }
                depth -= 1;
            }
        }
        self.tokens.len()
    }

    /// The last few places outside of brackets, from `end` back to behind the item's keyword.
    fn outer_before(&self, head: usize, end: usize) -> Vec<usize> {
        let mut depth = 0_usize;
        let mut places = Vec::new();
        for (index, token) in self.tokens.iter().enumerate().take(end.saturating_add(1)).skip(head + 1) {
            if depth == 0 {
                places.push(index);
            }
            if token.kind.closer().is_some() {
                depth += 1;
            } else if token.kind.is_closer() {
                depth = depth.saturating_sub(1);
            }
        }
        let last = places.len().saturating_sub(MAX_PLACES);
        places[last..].iter().rev().copied().chain([(head + 2).min(self.tokens.len()), head + 1]).collect()
    }

    /// The tree of what can be read now; of an item, what its head says, if nothing else can.
    fn give_up(mut self) -> Tree<Option<Entry>> {
        let Some(Failure { at: failed, .. }) = self.failure() else { return self.parsed() };
        if self.errors.len() >= MAX_ERRORS {
            let error = SyntaxError::new(SyntaxErrorKind::TooManyErrors(None), self.span_at(failed));
            self.errors.push(error);
        }
        let head = self.tokens.iter().position(|token| token.kind.is_item_keyword());
        if self.entry == Tok::EnterItem
            && let Some(head) = head
        {
            for from in self.outer_before(head, failed) {
                if let Some(tail) = self.bridge_to_end(from) {
                    self.replace(Edit { range: from..self.tokens.len(), tokens: tail });
                    if self.failure().is_none() {
                        return self.parsed();
                    }
                }
            }
        }
        Tree::of(None, self.errors, self.read)
    }

    /// The tree of the tokens as they are now.
    fn parsed(self) -> Tree<Option<Entry>> {
        // The tree takes more room than what recovery knew.
        drop(self.reader);
        let (made, read) = drive::drive(self.text, self.entry, &self.tokens);
        Tree::of(made, self.errors, self.read + read)
    }
}

/// Whether an entry, a statement or an argument may end before it.
fn is_stop(kind: Tok) -> bool {
    kind.is_closer() || matches!(kind, Tok::Nl | Tok::Comma)
}

/// Whether a statement begins with it more often than something else does.
pub(crate) fn starts_statement(kind: Tok) -> bool {
    kind.is_statement_keyword()
        || matches!(
            kind,
            Tok::If
                | Tok::Match
                | Tok::For
                | Tok::Loop
                | Tok::Return
                | Tok::Fail
                | Tok::Blocked
                | Tok::Break
                | Tok::Continue
                | Tok::Done
                | Tok::Handoff
        )
}

#[cfg(test)]
mod tests {
    use crate::token::Tok;
    use crate::{layout, lexer, split};

    /// How many tokens the parser reads for a file, all attempts included.
    fn read(text: &str) -> usize {
        let lexing = lexer::lex(text);
        let raw = layout::significant(text, &lexing.lexed);
        let items = split::split(&raw);
        let of_item = |range: std::ops::Range<usize>| {
            let tokens = layout::lay_out(&raw[range], 0, &mut Vec::new()).unwrap();
            super::read(text, Tok::EnterItem, &tokens, &[], &[]).read
        };
        items.into_iter().map(of_item).sum()
    }

    #[test]
    fn a_right_program_is_read_once() {
        // Seven tokens, and the one that says what is wanted.
        assert_eq!(read("flow a() { x }"), 8);
        assert_eq!(read(&"flow a() { x }\n".repeat(1000)), 8000);
    }

    #[test]
    fn a_mistake_costs_the_same_in_a_long_file_as_in_a_short_one() {
        let item = "flow a() {\n  let x = foo.\n  f(a b)\n  if x = 3 { y() }\n  foo bar baz\n}\n";
        assert_eq!(read(&item.repeat(100)), 100 * read(item));
        assert!(read(item) < 300, "{}", read(item));
    }

    #[test]
    fn a_mistake_costs_the_same_in_an_item_with_many_as_in_one_with_few() {
        let item = |mistakes: usize| {
            let lines = "  let x = foo.\n  f(a b)\n  if x = 3 { y() }\n".repeat(mistakes / 3);
            read(&format!("flow a() {{\n{lines}}}"))
        };
        let (one, two, four) = (item(15), item(30), item(60));
        assert_eq!(two - one, (four - two) / 2);
    }
}
