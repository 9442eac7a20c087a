//! The formatter's proof: that two texts of an item say the same.
//!
//! What the parser makes of an item depends on nothing but its tokens after the layout. So these are compared, without what
//! the style decides: whether commas or lines separate, commas behind the last entry, lines behind attributes, the `|`
//! before the first alternative, the order of imported names, the indentation of strings. Comments are compared too.

use crate::build::Build;
use crate::layout::{self, Token};
use crate::lexer;
use crate::span::Span;
use crate::token::Tok;
use crate::tree::{Expr, ExprId, ExprKind, TemplatePart};

/// Whether two right texts of an item have the same tree and the same comments.
pub(super) fn says_the_same(before: &str, after: &str) -> bool {
    match (Said::by(before), Said::by(after)) {
        (Some(before), Some(after)) => before == after,
        _ => false,
    }
}

/// What an item says, however it is laid out.
#[derive(PartialEq)]
struct Said<'t> {
    tokens: Vec<(Tok, &'t str)>,
    /// The values of `"""` strings.
    blocks: Vec<Vec<TemplatePart>>,
    comments: Vec<&'t str>,
}

impl<'t> Said<'t> {
    /// `None` if something is wrong with the text.
    fn by(text: &'t str) -> Option<Self> {
        let lexing = lexer::lex(text);
        let raw = layout::significant(text, &lexing.lexed);
        let mut errors = lexing.errors;
        let tokens = layout::lay_out(&raw, 0, &mut errors).ok()?;
        if !errors.is_empty() {
            return None;
        }
        let comments = lexing.lexed.of_kind(Tok::Comment).map(|span| text[span.range()].trim_end()).collect();
        let mut said = Self { tokens: Vec::with_capacity(tokens.len()), blocks: Vec::new(), comments };
        said.read(text, &tokens);
        said.sort_names();
        Some(said)
    }

    fn read(&mut self, text: &'t str, tokens: &[Token]) {
        let mut depth = 0_usize;
        // Where lines end attributes, the innermost last.
        let mut ends = Vec::new();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let kind = token.kind;
            let next = tokens.get(index + 1).map(|next| next.kind);
            while ends.pop_if(|end| *end < index).is_some() {}
            match kind {
                Tok::Nl if depth == 0 || ends.last() == Some(&index) => {}
                Tok::Nl | Tok::Comma => {
                    if !next.is_some_and(closes) {
                        // In brackets only a comma separates, between statements only a line: no tree mixes them up.
                        self.tokens.push((Tok::Nl, ""));
                    }
                }
                Tok::Bar if depth == 0 && self.begins_alternatives() => {}
                // It may be the end of a type's arguments, and `=`.
                Tok::Ge => self.tokens.extend([(Tok::Gt, ">"), (Tok::Eq, "=")]),
                Tok::BlockStart => {
                    let length = pair(&tokens[index..]);
                    self.block(text, &tokens[index..index + length]);
                    index += length;
                    continue;
                }
                _ => {
                    if kind == Tok::At {
                        ends.push(index + attribute(&tokens[index..]));
                    } else if kind.closer().is_some() {
                        depth += 1;
                    } else if kind.is_closer() {
                        depth = depth.saturating_sub(1);
                    }
                    let written = &text[token.span().range()];
                    self.tokens.push((kind, if kind == Tok::Doc { written.trim_end() } else { written }));
                }
            }
            index += 1;
        }
    }

    /// Whether the last token but documentation is the `=` of a type.
    fn begins_alternatives(&self) -> bool {
        let last = self.tokens.iter().rev().find(|(kind, _)| *kind != Tok::Doc);
        last.is_some_and(|(kind, _)| *kind == Tok::Eq)
    }

    /// A `"""` string: its value, and the tokens of its holes.
    fn block(&mut self, text: &'t str, tokens: &[Token]) {
        let mut parts = Vec::new();
        let mut depth = 0_usize;
        for token in tokens {
            match token.kind {
                Tok::Text if depth == 0 => parts.push(TemplatePart::Text(String::new(), token.span())),
                Tok::HoleStart => {
                    if depth == 0 {
                        parts.push(TemplatePart::Hole(Box::new(Expr {
                            id: ExprId(0),
                            span: Span::default(),
                            kind: ExprKind::Error,
                            depth: 1,
                        })));
                    }
                    depth += 1;
                }
                Tok::HoleEnd => depth -= 1,
                _ => {}
            }
            if depth > 0 {
                self.tokens.push((token.kind, &text[token.span().range()]));
            }
        }
        self.tokens.push((Tok::BlockStart, ""));
        let value = Build::new(text).block_string(parts, 0, 0);
        let without_places = value.parts.into_iter().map(|part| match part {
            TemplatePart::Text(text, _) => TemplatePart::Text(text, Span::default()),
            hole => hole,
        });
        self.blocks.push(without_places.collect());
    }

    /// Puts the names of an import in order, which says nothing; attributes may stand before it.
    fn sort_names(&mut self) {
        let at = |kind| self.tokens.iter().position(|(found, _)| *found == kind);
        let Some(import) = at(Tok::Import) else { return };
        let behind =
            |kind| Some(import + self.tokens[import..].iter().position(|(found, _)| *found == kind)?);
        if let (Some(open), Some(close)) = (behind(Tok::LBrace), behind(Tok::RBrace))
            && open < close
        {
            self.tokens[open + 1..close].sort_by_key(|(kind, text)| (*kind == Tok::Nl, *text));
        }
    }
}

/// Whether it ends a list, so that a comma before it says nothing.
fn closes(kind: Tok) -> bool {
    kind.is_closer() || matches!(kind, Tok::Gt | Tok::Ge | Tok::Bar)
}

/// How many tokens an attribute has: `@`, a name, and perhaps parentheses.
fn attribute(tokens: &[Token]) -> usize {
    match tokens {
        [_, _, open, ..] if open.kind == Tok::LParen => 2 + pair(&tokens[2..]),
        _ => tokens.len().min(2),
    }
}

/// How many tokens there are from an opening bracket to its closing one.
fn pair(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.kind.closer().is_some() {
            depth += 1;
        } else if token.kind.is_closer() {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index + 1;
            }
        }
    }
    tokens.len()
}
