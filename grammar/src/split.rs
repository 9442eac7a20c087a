//! Where items begin and end. A newline outside of all brackets separates items; besides, a line whose first column has
//! the head of an item always begins one, so a bracket that is not closed never swallows the next item. (Inside brackets
//! of a right program a keyword is never followed by a name, so right programs are never cut.)

use crate::layout::{self, Raw};
use crate::token::{Part, Tok};
use std::ops::Range;

/// So many items in a row that are none, such as lines of another language, are told one by one. What follows them belongs
/// to the last.
const MOST_JUNK: usize = 64;

/// The ranges of tokens that make one item each, in order; together they hold all tokens.
pub(crate) fn split(tokens: &[Raw]) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    // How many strings the token is inside of: what stands in their holes never begins an item.
    let mut strings = 0_usize;
    // Whether more than documentation and attributes stood since `start`.
    let mut headed = false;
    // Whether a keyword and the name that it declares stood since `start`; and how many items in a row had none.
    let (mut declared, mut junk) = (false, 0);
    // Documentation and attributes up to here are known to lead to no item.
    let mut no_head_before = 0;
    for (index, token) in tokens.iter().enumerate() {
        if let Some(column) = token.first
            && index > start
            && strings == 0
        {
            let head = column == 0 && index >= no_head_before && (depth > 0 || headed) && {
                let found = leads_to_head(tokens, index);
                no_head_before = found.err().unwrap_or(no_head_before);
                found.is_ok()
            };
            let is_cut = depth == 0 && headed && (declared || junk < MOST_JUNK);
            if head || (is_cut && begins_item(tokens, index, column)) {
                items.push(start..index);
                junk = if declared { 0 } else { junk + 1 };
                (start, depth, headed, declared) = (index, 0, false, false);
            }
        }
        match token.kind.part() {
            Part::Opener => {
                if matches!(token.kind, Tok::StrStart | Tok::BlockStart) {
                    strings += 1;
                }
                if depth == 0 && !headed {
                    // Only the arguments of an attribute stand in front of an item.
                    headed = !(index >= start + 2 && tokens[index - 2].kind == Tok::At);
                }
                depth += 1;
            }
            Part::Closer => {
                if token.kind == Tok::StrEnd {
                    strings = strings.saturating_sub(1);
                }
                depth = depth.saturating_sub(1);
            }
            _ if depth == 0 && !headed => {
                headed = !is_prefix(tokens, start, index);
                declared =
                    headed && tokens.get(index + 1).is_some_and(|name| declares(token.kind, name.kind));
            }
            _ => {}
        }
    }
    if start < tokens.len() {
        items.push(start..tokens.len());
    }
    items
}

/// Whether the token is of the documentation and attributes in front of an item.
fn is_prefix(tokens: &[Raw], start: usize, index: usize) -> bool {
    let attribute = index > start && tokens[index - 1].kind == Tok::At;
    attribute || matches!(tokens[index].kind, Tok::Doc | Tok::At)
}

/// Whether a new item, or text that is none, begins at this line outside of brackets.
fn begins_item(tokens: &[Raw], index: usize, column: u32) -> bool {
    let kind = tokens[index].kind;
    if column == 0 && (kind.is_item_keyword() || kind == Tok::At) {
        // Nothing goes on like that, even if something is missing before.
        return true;
    }
    // Documentation in the middle of an item, and the lines of it behind the first.
    if kind == Tok::Doc && (tokens[index - 1].kind == Tok::Doc || goes_on(tokens, index)) {
        return false;
    }
    let own =
        kind.is_item_keyword() || matches!(kind, Tok::Doc | Tok::At) || (column == 0 && kind != Tok::LBrace);
    own && layout::ends(tokens, index, false)
}

/// Whether what stands behind documentation can only go on with what stands before it.
fn goes_on(tokens: &[Raw], docs: usize) -> bool {
    let behind = tokens[docs..].iter().find(|token| token.kind != Tok::Doc);
    behind
        .is_some_and(|token| matches!(token.kind, Tok::Eq | Tok::Colon | Tok::Arrow | Tok::LBrace | Tok::Bar))
}

/// Whether documentation and attributes from here, if any, lead to the head of an item: a keyword and the name that it
/// declares. If not, how far that was looked for.
pub(crate) fn leads_to_head(tokens: &[Raw], index: usize) -> Result<(), usize> {
    let mut at = index;
    loop {
        match tokens.get(at).map(|token| token.kind) {
            Some(Tok::Doc) => at += 1,
            Some(Tok::At) if tokens.get(at + 1).is_some_and(|name| name.kind == Tok::Lower) => {
                at += 2;
                if tokens.get(at).is_some_and(|token| token.kind == Tok::LParen && token.first.is_none()) {
                    at = behind_parentheses(tokens, at);
                }
            }
            Some(kind) if kind.is_item_keyword() => {
                let declares =
                    tokens.get(at + 1).is_some_and(|name| name.first.is_none() && declares(kind, name.kind));
                return if declares { Ok(()) } else { Err(at + 1) };
            }
            _ => return Err(at + 1),
        }
        // Each goes on at the start of a line, or right behind an attribute.
        if tokens.get(at).is_some_and(|token| token.first.is_some_and(|column| column > 0)) {
            return Err(at);
        }
    }
}

/// The token behind the parenthesis that closes the one at `open`.
fn behind_parentheses(tokens: &[Raw], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Tok::LParen => depth += 1,
            Tok::RParen if depth == 1 => return index + 1,
            Tok::RParen => depth -= 1,
            // Attributes hold no items.
            kind if kind.is_item_keyword() && token.first == Some(0) => return index,
            _ => {}
        }
    }
    tokens.len()
}

/// Whether an item keyword and the token behind it are the beginning of an item.
fn declares(keyword: Tok, name: Tok) -> bool {
    match keyword {
        _ if !keyword.is_item_keyword() => false,
        Tok::Import => matches!(name, Tok::Lower | Tok::Dot | Tok::DotDot) || name.is_name_like(),
        Tok::Type | Tok::Secret | Tok::Const => name == Tok::Upper,
        Tok::Test => matches!(name, Tok::StrStart | Tok::BlockStart),
        _ => name == Tok::Lower,
    }
}
