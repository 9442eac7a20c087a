//! Runs the generated parser. LALRPOP's own loop is made for any parser and any tokens: it grows its stacks anew for each of
//! the short texts that items are, and takes a third more instructions for a step.

use crate::build::{Build, Entry};
use crate::generated::__parse__Entry::{
    __EOF_ACTION, __Symbol, __action, __reduce, __token_to_integer, __token_to_symbol,
};
use crate::layout::Token;
use crate::token::Tok;
use std::marker::PhantomData;

/// How deep the stacks of most items grow.
const DEPTH: usize = 64;

/// The tree of a text's tokens that are to be read as `entry` says, if they can be, and how many of them were read.
pub(crate) fn drive<'t>(text: &'t str, entry: Tok, tokens: &[Token]) -> (Option<(Entry, Build<'t>)>, usize) {
    let mut build = Build::new(text);
    let mut states = Vec::with_capacity(DEPTH);
    let mut symbols = Vec::with_capacity(DEPTH);
    states.push(0);
    let enter = Token::made(entry, 0);
    for (read, token) in std::iter::once(&enter).chain(tokens).enumerate() {
        let mut token = *token;
        let Some(mut terminal) = __token_to_integer(&token.kind, PhantomData) else {
            return (None, read + 1);
        };
        loop {
            match __action(states.last().copied().unwrap_or_default(), terminal) {
                shift @ 1.. => {
                    states.push(shift - 1);
                    let symbol = __token_to_symbol(terminal, token.kind, PhantomData);
                    symbols.push((token.start, symbol, token.end));
                    break;
                }
                0 => match behind_arguments(&mut build, token, &mut states, &mut symbols) {
                    Some((rest, number)) => (token, terminal) = (rest, number),
                    None => return (None, read + 1),
                },
                reduce => {
                    let start = Some(&token.start);
                    let end =
                        __reduce(&mut build, -(reduce + 1), start, &mut states, &mut symbols, PhantomData);
                    // Whole before the tokens end.
                    if end.is_some() {
                        return (None, read + 1);
                    }
                }
            }
        }
    }
    let read = tokens.len() + 1;
    loop {
        let state = states.last().copied().unwrap_or_default();
        match __EOF_ACTION[usize::try_from(state).unwrap_or_default()] {
            reduce @ ..0 => {
                if let Some(end) =
                    __reduce(&mut build, -(reduce + 1), None, &mut states, &mut symbols, PhantomData)
                {
                    return (end.ok().map(|tree| (tree, build)), read);
                }
            }
            _ => return (None, read),
        }
    }
}

/// Takes the `>` of a `>=` that cannot stand as one, where it ends the arguments of a type: `Turn<T>=Done`. The `=` that
/// is left, and its number.
#[cold]
fn behind_arguments<'t>(
    build: &mut Build<'t>,
    token: Token,
    states: &mut Vec<i16>,
    symbols: &mut Vec<(u32, __Symbol, u32)>,
) -> Option<(Token, usize)> {
    let number = |kind| __token_to_integer(&kind, PhantomData);
    if token.kind != Tok::Ge || token.end != token.start + 2 {
        return None;
    }
    let (middle, terminal) = (token.start + 1, number(Tok::Gt)?);
    loop {
        match __action(states.last().copied().unwrap_or_default(), terminal) {
            shift @ 1.. => {
                states.push(shift - 1);
                symbols.push((token.start, __token_to_symbol(terminal, Tok::Gt, PhantomData), middle));
                return Some((Token { kind: Tok::Eq, start: middle, end: token.end }, number(Tok::Eq)?));
            }
            0 => return None,
            reduce => {
                let end = __reduce(build, -(reduce + 1), Some(&token.start), states, symbols, PhantomData);
                if end.is_some() {
                    return None;
                }
            }
        }
    }
}
