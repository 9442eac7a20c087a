//! Text → tokens. Code is lexed by logos; the text of strings by hand, with a stack of modes: code in a hole in a
//! string in a hole …. Every string and hole gets an end, with no length where the text has none, so whatever comes
//! later sees them in pairs.
//!
//! Where a missing quote or brace ends is decided here, so that one slip spoils little:
//! - a `"…"` string and the holes in it end with their line;
//! - a hole in a `"""` string may span lines, but `"""` ends it; if a hole proves to be unclosed by that, it and the
//!   holes behind it in the same string end with their lines;
//! - a `"""` string that would swallow the rest of the file ends before the next line that looks like an item, and so
//!   do the others of that file, whose holes then end with their lines too.

use crate::confusable::{self, Lookalike};
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::layout;
use crate::span::Span;
use crate::split;
use crate::token::{Lexed, Lexeme, Tok};
use logos::Logos;

/// The tokens of a text and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexing {
    pub(crate) lexed: Lexed,
    /// In the order of the text.
    pub(crate) errors: Vec<SyntaxError>,
    /// Where no further error is reported: the contents of holes that are never closed.
    pub(crate) quiet: Vec<Span>,
}

/// Lexes a file, or the text of an item.
pub(crate) fn lex(text: &str) -> Lexing {
    let plain = Scanner::new(text, false).run();
    if plain.unclosed_block {
        // The quotes of the rest of the file may be taken the wrong way round: end strings at what looks like an item.
        return Scanner::new(text, true).run().finish();
    }
    plain.finish()
}

/// Lexes a text that is a template as a whole.
pub(crate) fn lex_template(text: &str) -> Lexing {
    let mut scanner = Scanner::new(text, false);
    scanner.modes.push(Mode::Block { start: 0, bounded: false, whole: true });
    scanner.run().finish()
}

/// After so many holes that had to be lexed twice in one text, the rest of the holes end with their lines, which keeps
/// the work linear.
const MAX_RESCANS: u32 = 8;

#[derive(Clone, Copy)]
enum Mode {
    /// In a `"…"` string that starts there.
    Quoted { start: u32 },
    /// In a `"""` string, or in a text that is a template as a `whole`; always the lowest mode. When `bounded`, its
    /// holes end with their lines.
    Block { start: u32, bounded: bool, whole: bool },
    /// In a hole: how many braces are open in it, and how much had been made before it.
    Hole { start: u32, braces: u32, tokens: usize, errors: usize, quiet: usize },
}

/// So many mistakes are remembered; of a text with more of them, nobody reads the others.
const MOST_ERRORS: usize = 10_000;

struct Scanner<'t> {
    text: &'t str,
    code: logos::Lexer<'t, Tok>,
    modes: Vec<Mode>,
    made: Lexing,
    guarded: bool,
    rescans: u32,
    unclosed_block: bool,
    /// Whether the fence of Markdown was told.
    fenced: bool,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, guarded: bool) -> Self {
        let made = Lexing {
            lexed: Lexed { tokens: Vec::with_capacity(text.len() / 2) },
            errors: Vec::new(),
            quiet: Vec::new(),
        };
        Self {
            text,
            code: Tok::lexer(text),
            modes: Vec::new(),
            made,
            guarded,
            rescans: 0,
            unclosed_block: false,
            fenced: false,
        }
    }

    fn run(mut self) -> Self {
        loop {
            match self.modes.last() {
                Some(Mode::Quoted { .. }) => self.quoted_text(),
                Some(&Mode::Block { whole, .. }) => {
                    if !self.block_text(whole) {
                        break;
                    }
                }
                Some(Mode::Hole { .. }) | None => {
                    if !self.code_token() && !self.end_of_text() {
                        break;
                    }
                }
            }
        }
        self
    }

    fn finish(mut self) -> Lexing {
        // Only texts with such a byte can hold characters that hide, turn text around, or command a terminal.
        let odd =
            |byte: u8| matches!(byte, 0xE2 | 0xC2 | 0x7F) || byte < b' ' && !matches!(byte, b'\n' | b'\t');
        // Without a way out of the loop, many bytes are looked at at once.
        if self.text.as_bytes().iter().fold(false, |found, byte| found | odd(*byte)) {
            self.find_invisible();
        }
        self.made.errors.sort_by_key(|error| error.span);
        self.made
    }

    fn position(&self) -> u32 {
        to_u32(self.code.span().end)
    }

    fn seek(&mut self, position: u32) {
        self.code = Tok::lexer(self.text);
        self.code.bump(position as usize);
    }

    fn push(&mut self, kind: Tok, end: u32) {
        self.made.lexed.tokens.push(Lexeme { kind, end });
    }

    fn error(&mut self, kind: SyntaxErrorKind, start: u32, end: u32) {
        self.tell(SyntaxError::new(kind, Span::new(start, end)));
    }

    fn tell(&mut self, error: SyntaxError) {
        if self.made.errors.len() < MOST_ERRORS {
            self.made.errors.push(error);
        }
    }

    /// Lexes one token of code; `false` at the end of the text.
    fn code_token(&mut self) -> bool {
        let Some(result) = self.code.next() else { return false };
        let span = self.code.span();
        let (start, end) = (to_u32(span.start), to_u32(span.end));
        let Ok(kind) = result else {
            self.unknown(start);
            return true;
        };
        match kind {
            Tok::Newline => {
                if !self.modes.is_empty() {
                    self.end_line(start);
                    if matches!(self.modes.last(), Some(Mode::Block { .. })) {
                        // The newline belongs to the string's text.
                        self.seek(start);
                        return true;
                    }
                }
                self.push(kind, end);
            }
            Tok::LBrace => {
                if let Some(Mode::Hole { braces, .. }) = self.modes.last_mut() {
                    *braces += 1;
                }
                self.push(kind, end);
            }
            Tok::RBrace => match self.modes.last_mut() {
                Some(Mode::Hole { braces: 0, .. }) => {
                    self.modes.pop();
                    self.push(Tok::HoleEnd, end);
                }
                Some(Mode::Hole { braces, .. }) => {
                    *braces -= 1;
                    self.push(kind, end);
                }
                _ => self.push(kind, end),
            },
            Tok::StrStart => {
                self.push(kind, end);
                self.modes.push(Mode::Quoted { start });
            }
            Tok::BlockStart => self.block_start(start, end),
            Tok::SingleQuoted if self.is_fence(start) => self.fence(start),
            Tok::SingleQuoted if self.text[start as usize..].starts_with("'''") => self.single_block(start),
            Tok::HashComment if start == 0 && self.text.starts_with("#!") => self.push(Tok::Comment, end),
            Tok::HashComment | Tok::BlockComment => {
                let sign = if kind == Tok::HashComment { "#" } else { "/*" };
                let sign_span = Span::new(start, start + to_u32(sign.len()));
                let mut error = SyntaxError::new(SyntaxErrorKind::ForeignComment(sign), sign_span);
                if kind == Tok::HashComment {
                    error = error.with_suggestion(sign_span, "//");
                }
                self.tell(error);
                self.push(kind, end);
            }
            _ => self.push(kind, end),
        }
        true
    }

    /// Whether a line begins there that Markdown puts around code.
    fn is_fence(&self, start: u32) -> bool {
        let mut before = self.made.lexed.tokens.iter().rev().map(|token| token.kind);
        self.text[start as usize..].starts_with("```")
            && self.modes.is_empty()
            && before.find(|kind| *kind != Tok::Space).is_none_or(|kind| kind == Tok::Newline)
    }

    /// "```flow": the line is left out, and the first of them is told.
    fn fence(&mut self, start: u32) {
        let length = self.text[start as usize..].find(['\r', '\n']);
        let end = length.map_or(to_u32(self.text.len()), |length| start + to_u32(length));
        if !std::mem::replace(&mut self.fenced, true) {
            let kind = SyntaxErrorKind::ForeignForm {
                message: "this is the fence that Markdown puts around code".into(),
                help: "delete the lines that begin with it".into(),
            };
            self.error(kind, start, start + 3);
        }
        self.seek(end);
        self.push(Tok::Unknown, end);
    }

    /// `'''…'''`: one string of another language.
    fn single_block(&mut self, start: u32) {
        let from = start as usize + 3;
        let length = self.text[from..].find("'''").map_or(0, |length| length + 3);
        let end = to_u32(from + length);
        self.seek(end);
        self.push(Tok::SingleQuoted, end);
    }

    /// `"""` in code: it opens a string, or ends the one whose hole we are in.
    fn block_start(&mut self, start: u32, end: u32) {
        match self.modes.first().copied() {
            None => {
                self.push(Tok::BlockStart, end);
                self.modes.push(Mode::Block { start, bounded: self.guarded, whole: false });
            }
            Some(Mode::Block { .. }) if self.nested_block(start, end) => {}
            Some(Mode::Block { bounded: false, .. }) => self.rescan_hole(),
            Some(Mode::Block { .. }) => {
                self.close_hole(1, start);
                self.seek(start);
            }
            // In a hole of a `"…"` string: an empty string, and the quote behind it.
            Some(_) => {
                self.push(Tok::StrStart, start + 1);
                self.push(Tok::StrEnd, start + 2);
                self.seek(start + 2);
            }
        }
    }

    /// `"""` in a hole of a `"""` string, and another one with the end of something behind it: a string in a string.
    fn nested_block(&mut self, start: u32, end: u32) -> bool {
        let rest = &self.text[end as usize..];
        let Some(length) = rest.find("\"\"\"").map(|length| length + 3) else { return false };
        if !rest[length..].trim_ascii_start().starts_with(['}', ')', ',']) {
            return false;
        }
        let stop = end + to_u32(length);
        let kind = SyntaxErrorKind::ForeignForm {
            message: "a `\"\"\"` string cannot stand in the `${…}` of another".into(),
            help: "write it in plain quotes, or bind it in front: `let part = \"\"\"…\"\"\"`".into(),
        };
        self.error(kind, start, stop);
        self.seek(stop);
        self.push(Tok::Junk, stop);
        true
    }

    /// Goes back to the hole of the `"""` string that we are in, which is never closed, to lex its text again with
    /// holes that end with their lines.
    fn rescan_hole(&mut self) {
        self.rescans += 1;
        if let Some(Mode::Block { bounded, .. }) = self.modes.first_mut() {
            *bounded = true;
        }
        if let Some(&Mode::Hole { start, tokens, errors, quiet, .. }) = self.modes.get(1) {
            self.made.lexed.tokens.truncate(tokens);
            self.made.errors.truncate(errors);
            self.made.quiet.truncate(quiet);
            self.modes.truncate(1);
            self.modes.push(Mode::Hole { start, braces: 0, tokens, errors, quiet });
            self.seek(start + 2);
        }
    }

    /// At the end of the text in code: `true` if something is left to close and to go on with.
    fn end_of_text(&mut self) -> bool {
        match self.modes.first().copied() {
            None => false,
            Some(Mode::Block { bounded: false, .. }) if self.rescans < MAX_RESCANS => {
                self.rescan_hole();
                true
            }
            Some(Mode::Block { .. }) => {
                let end = self.position();
                self.close_hole(1, end);
                true
            }
            Some(_) => {
                let end = self.position();
                self.end_line(end);
                true
            }
        }
    }

    /// Ends what may not span lines.
    fn end_line(&mut self, at: u32) {
        match self.modes.as_slice() {
            [Mode::Quoted { .. }, ..] => self.close_quoted(0, at),
            [Mode::Block { bounded: true, .. }, Mode::Hole { .. }, ..] => self.close_hole(1, at),
            [Mode::Block { .. }, Mode::Hole { .. }, Mode::Quoted { .. }, ..] => self.close_quoted(2, at),
            _ => {}
        }
    }

    /// Closes the modes from the string at `level` on, and reports the outermost one that explains it.
    fn close_quoted(&mut self, level: usize, at: u32) {
        if let Some(Mode::Hole { .. }) = self.modes.get(level + 1) {
            return self.close_from(level, level + 1, at);
        }
        if let Some(&Mode::Quoted { start }) = self.modes.get(level) {
            self.error(SyntaxErrorKind::UnterminatedString, start, at.max(start + 1));
        }
        self.close_modes(level, at);
    }

    /// Closes the modes from the hole at `level` on.
    fn close_hole(&mut self, level: usize, at: u32) {
        self.close_from(level, level, at);
    }

    fn close_from(&mut self, level: usize, hole: usize, at: u32) {
        if let Some(&Mode::Hole { start, errors, .. }) = self.modes.get(hole) {
            // What is wrong inside follows from this.
            self.made.errors.truncate(errors);
            self.error(SyntaxErrorKind::UnterminatedHole, start, start + 2);
            self.made.quiet.push(Span::new(start + 2, at));
        }
        self.close_modes(level, at);
    }

    fn close_modes(&mut self, level: usize, at: u32) {
        while self.modes.len() > level {
            match self.modes.pop() {
                Some(Mode::Hole { .. }) => self.push(Tok::HoleEnd, at),
                Some(_) => self.push(Tok::StrEnd, at),
                None => {}
            }
        }
    }

    /// Text up to the end of a `"…"` string, of its line, or to a hole.
    fn quoted_text(&mut self) {
        let start = self.position();
        let bytes = &self.text.as_bytes()[start as usize..];
        let mut at = 0;
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    self.text_up_to(start, at, 1);
                    let end = self.position();
                    self.push(Tok::StrEnd, end);
                    self.modes.pop();
                    return;
                }
                Some(b'$') if bytes.get(at + 1) == Some(&b'{') => return self.hole_start(start, at),
                Some(b'\\') if bytes.get(at + 1).is_some_and(|next| next.is_ascii() && *next != b'\n') => {
                    at += 2
                }
                Some(b'\n') | None => {
                    let end = if at > 0 && bytes[at - 1] == b'\r' { at - 1 } else { at };
                    self.text_up_to(start, end, 0);
                    let end = self.position();
                    return self.end_line(end);
                }
                Some(_) => at += 1,
            }
        }
    }

    /// Text up to the end of a `"""` string, or to a hole; `false` at the end of a whole template.
    fn block_text(&mut self, whole: bool) -> bool {
        let start = self.position();
        let rest = &self.text[start as usize..];
        let bytes = rest.as_bytes();
        let mut at = 0;
        loop {
            match bytes.get(at) {
                Some(b'"') if !whole && bytes[at..].starts_with(b"\"\"\"") => {
                    self.text_up_to(start, at, 3);
                    let end = self.position();
                    self.push(Tok::StrEnd, end);
                    self.modes.pop();
                    return true;
                }
                Some(b'$') if bytes.get(at + 1) == Some(&b'{') => {
                    self.hole_start(start, at);
                    return true;
                }
                Some(b'\\')
                    if bytes
                        .get(at + 1)
                        .is_some_and(|next| if whole { *next == b'$' } else { next.is_ascii() }) =>
                {
                    at += 2;
                }
                Some(b'\n') if self.guarded && looks_like_item(&rest[at + 1..]) => {
                    return self.unclosed_block(start, bytes[..at].trim_ascii_end().len());
                }
                Some(_) => at += 1,
                None if whole => {
                    self.text_up_to(start, at, 0);
                    self.modes.pop();
                    return false;
                }
                None => return self.unclosed_block(start, bytes.trim_ascii_end().len()),
            }
        }
    }

    fn unclosed_block(&mut self, start: u32, length: usize) -> bool {
        self.text_up_to(start, length, 0);
        if let Some(Mode::Block { start, .. }) = self.modes.pop() {
            // Holes that are not closed in it may be none.
            let inside = |error: &SyntaxError| {
                error.kind == SyntaxErrorKind::UnterminatedHole && error.span.start > start
            };
            self.made.errors.retain(|error| !inside(error));
            self.error(SyntaxErrorKind::UnterminatedBlock, start, start + 3);
        }
        let end = self.position();
        self.push(Tok::StrEnd, end);
        self.unclosed_block = true;
        true
    }

    fn hole_start(&mut self, text: u32, length: usize) {
        self.text_up_to(text, length, 2);
        let end = self.position();
        self.push(Tok::HoleStart, end);
        self.modes.push(Mode::Hole {
            start: end - 2,
            braces: 0,
            tokens: self.made.lexed.tokens.len(),
            errors: self.made.errors.len(),
            quiet: self.made.quiet.len(),
        });
    }

    /// Makes a token of `length` bytes of text, if there are any, and steps over the `sign` bytes behind it.
    fn text_up_to(&mut self, start: u32, length: usize, sign: usize) {
        self.code.bump(length + sign);
        if length > 0 {
            self.push(Tok::Text, start + to_u32(length));
        }
    }

    /// Characters that logos does not know.
    fn unknown(&mut self, start: u32) {
        let Some(found) = self.text[start as usize..].chars().next() else { return };
        // What logos looked at behind it may well be something.
        let end = start + to_u32(found.len_utf8());
        self.seek(end);
        if found.is_alphabetic() {
            return self.foreign_name(start, end);
        }
        match confusable::of(found) {
            Some(Lookalike::Sign(meant, kind)) => {
                let span = Span::new(start, end);
                let error = SyntaxError::new(SyntaxErrorKind::Confusable(found, meant), span);
                self.tell(error.with_suggestion(span, meant));
                self.push(kind, end);
            }
            Some(Lookalike::Quote) => {
                // Up to the next one in the line, whose length must not matter if there is one.
                let mut stop = end;
                for c in self.text[end as usize..].chars().take_while(|c| !matches!(c, '\n' | '\r')) {
                    stop += to_u32(c.len_utf8());
                    if matches!(confusable::of(c), Some(Lookalike::Quote)) {
                        break;
                    }
                }
                self.error(SyntaxErrorKind::Confusable(found, "\""), start, end);
                self.seek(stop);
                self.push(Tok::SingleQuoted, stop);
            }
            Some(Lookalike::Nothing) => {
                self.error(SyntaxErrorKind::Invisible(found), start, end);
                self.push(Tok::Space, end);
            }
            None => self.unknown_text(start, end),
        }
    }

    fn unknown_text(&mut self, start: u32, end: u32) {
        let begin = match self.made.lexed.tokens.last_mut() {
            Some(last) if last.kind == Tok::Unknown => {
                last.end = end;
                match self.made.errors.last_mut() {
                    Some(error) if error.span.end == start => {
                        error.span.end = end;
                        error.span.start
                    }
                    _ => start,
                }
            }
            _ => {
                self.push(Tok::Unknown, end);
                self.error(SyntaxErrorKind::UnknownText("".into()), start, end);
                start
            }
        };
        if let Some(SyntaxError { kind: SyntaxErrorKind::UnknownText(text), span, .. }) =
            self.made.errors.last_mut()
            && span.end == end
        {
            // Only as much as can be read in a message.
            if end - begin <= 40 {
                *text = self.text[begin as usize..end as usize].into();
            }
        }
    }

    /// A name with a letter outside of ASCII: one token, so that nothing else has to be said about it.
    fn foreign_name(&mut self, mut start: u32, end: u32) {
        let tokens = &mut self.made.lexed.tokens;
        if tokens
            .last()
            .is_some_and(|last| matches!(last.kind, Tok::Lower | Tok::Upper) || last.kind.is_keyword())
        {
            tokens.pop();
            start = tokens.last().map_or(0, |last| last.end);
        }
        let rest = &self.text[end as usize..];
        let more = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let end = end + to_u32(more);
        self.code.bump(more);
        let span = Span::new(start, end);
        let name = &self.text[span.range()];
        let kind = if name.starts_with(char::is_uppercase) { Tok::Upper } else { Tok::Lower };
        self.push(kind, end);
        let ascii: Option<String> =
            name.chars().map(|c| if c.is_ascii() { Some(c) } else { confusable::letter(c) }).collect();
        let odd = name.chars().find(|c| !c.is_ascii()).and_then(|c| Some((c, confusable::letter_text(c)?)));
        self.tell(match (ascii, odd) {
            (Some(ascii), Some((found, meant))) => {
                SyntaxError::new(SyntaxErrorKind::Confusable(found, meant), span).with_suggestion(span, ascii)
            }
            _ => SyntaxError::new(SyntaxErrorKind::ForeignName(name.into()), span),
        });
    }

    /// Characters in strings and comments that make text look like another text.
    fn find_invisible(&mut self) {
        let mut errors = Vec::new();
        for (kind, span) in self.made.lexed.iter() {
            if !matches!(kind, Tok::Text | Tok::Comment | Tok::Doc | Tok::ModuleDoc) {
                continue;
            }
            let text = &self.text[span.range()];
            for (at, c) in text.char_indices() {
                let commands = c.is_control() && !matches!(c, '\n' | '\t' | '\r')
                    || c == '\r' && !matches!(text.as_bytes().get(at + 1), None | Some(b'\n'));
                if commands || confusable::turns_text(c) {
                    let start = span.start + to_u32(at);
                    let place = Span::new(start, start + to_u32(c.len_utf8()));
                    let fixed =
                        if kind == Tok::Text { format!("\\u{{{:X}}}", u32::from(c)) } else { String::new() };
                    errors.push(
                        SyntaxError::new(SyntaxErrorKind::Invisible(c), place).with_suggestion(place, fixed),
                    );
                }
            }
        }
        self.made.errors.extend(errors);
    }
}

/// Documentation and attributes of more lines than this are not looked through for the item behind them.
const MAX_HEAD_LINES: usize = 20;

/// Whether a text, from its first column, looks so much like the head of an item that it hardly is anything else.
fn looks_like_item(text: &str) -> bool {
    let mut end = 0;
    for line in text.split_inclusive('\n').take(MAX_HEAD_LINES) {
        end += line.len();
        if line.starts_with("///") || line.starts_with('@') && !line.contains("\"\"\"") {
            continue;
        }
        // What is cut here must be an item's beginning for `split` too.
        return looks_like_head(line) && {
            let head = Scanner::new(&text[..end], false).run().made.lexed;
            split::leads_to_head(&layout::significant(&text[..end], &head), 0).is_ok()
        };
    }
    false
}

/// Whether a line looks like an item's keyword, name and what follows: prose may well begin with `type` or `test`.
fn looks_like_head(line: &str) -> bool {
    let Some((word, rest)) = line.trim_end().split_once(' ') else { return false };
    let rest = rest.trim_start();
    let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let behind = rest[name_end..].trim_start();
    match word {
        "agent" | "command" | "human" | "fn" | "flow" | "tool" => behind.starts_with(['(', '<']),
        "type" => behind.starts_with(['=', '{', '<']),
        "const" => behind.starts_with(['=', ':']),
        "secret" => behind.is_empty(),
        "import" => rest.starts_with("./") || rest.starts_with("../") || behind.starts_with('/'),
        "test" => rest.starts_with('"'),
        _ => false,
    }
}

/// Offsets fit: the parser refuses texts of 4 GiB and more before they come here.
fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
