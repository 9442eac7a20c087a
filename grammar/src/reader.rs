//! Reads tokens with the tables of the generated parser and makes no tree of them. The stack behind every token is kept, so
//! that reading can go on from any of them: a change is tried, and made, without what stands before it being read again.

use crate::generated::__parse__Entry::{
    __EOF_ACTION, __TERMINAL, __action, __goto, __simulate_reduce, __token_to_integer,
};
use crate::token::Tok;
use crate::wording;
use lalrpop_util::state_machine::SimulatedReduce;
use std::marker::PhantomData;
use std::sync::LazyLock;

/// What the parser may expect: the number of each terminal, and its token.
static TERMINALS: LazyLock<Vec<(usize, Tok)>> = LazyLock::new(|| {
    let named = |(number, name): (usize, &&str)| Some((number, wording::token_of(name)?));
    __TERMINAL.iter().enumerate().filter_map(named).collect()
});

/// An element of a stack.
#[derive(Clone, Copy)]
struct Element {
    state: i16,
    /// The element below it; of the lowest, itself.
    below: u32,
}

/// The stacks behind the tokens that were read, which share what they have in common.
pub(crate) struct Reader {
    /// Each stands behind those that it stands upon.
    elements: Vec<Element>,
    /// The top of the stack before the first token, behind the first, and so on.
    tops: Vec<u32>,
}

/// A stack on which tokens were read that are not kept.
#[derive(Clone, Copy)]
pub(crate) struct Stack(u32);

impl Reader {
    /// Before the first token of a text that is to be read as `entry` says.
    pub(crate) fn new(entry: Tok) -> Self {
        let mut reader = Self { elements: vec![Element { state: 0, below: 0 }], tops: Vec::new() };
        let (Ok(top) | Err(top)) = reader.step(Stack(0), Some(entry));
        reader.tops.push(top.0);
        reader
    }

    /// How many tokens were read, and are kept.
    pub(crate) fn len(&self) -> usize {
        self.tops.len() - 1
    }

    /// Reads a token, or the end, and keeps the stack behind it, or what was found to be wrong.
    pub(crate) fn read(&mut self, kind: Option<Tok>) -> Result<(), Stack> {
        let top = self.step(self.at(self.len()), kind)?;
        if kind.is_some() {
            self.tops.push(top.0);
        }
        Ok(())
    }

    /// The stack behind so many of the tokens that are kept.
    pub(crate) fn at(&self, tokens: usize) -> Stack {
        Stack(self.tops.get(tokens).copied().unwrap_or_default())
    }

    /// Keeps no more than so many tokens.
    pub(crate) fn keep(&mut self, tokens: usize) {
        self.tops.truncate(tokens + 1);
        self.forget();
    }

    /// Forgets what was read and is not kept.
    pub(crate) fn forget(&mut self) {
        // Shifting a token pushes the last element.
        let top = self.tops.last().map_or(0, |top| *top as usize);
        self.elements.truncate(top + 1);
    }

    /// Reads a token, or the end, on a stack: the stack behind it, or the one on which it could not be read.
    pub(crate) fn step(&mut self, Stack(mut top): Stack, kind: Option<Tok>) -> Result<Stack, Stack> {
        let number = kind.and_then(|kind| __token_to_integer(&kind, PhantomData));
        self.step_by(&mut top, number).then_some(Stack(top)).ok_or(Stack(top))
    }

    /// What could be read on a stack.
    pub(crate) fn expected(&mut self, stack: Stack) -> Vec<Tok> {
        let known = self.elements.len();
        let mut expected = Vec::new();
        for &(number, kind) in TERMINALS.iter() {
            if self.step_by(&mut stack.0.clone(), Some(number)) {
                expected.push(kind);
            }
            self.elements.truncate(known);
        }
        expected
    }

    fn step_by(&mut self, top: &mut u32, terminal: Option<usize>) -> bool {
        loop {
            let state = self.elements[*top as usize].state;
            let action = match terminal {
                Some(number) => __action(state, number),
                None => __EOF_ACTION[usize::try_from(state).unwrap_or_default()],
            };
            match action {
                0 => return false,
                shift @ 1.. => {
                    self.push(top, shift - 1);
                    return true;
                }
                reduce => match __simulate_reduce(-(reduce + 1), PhantomData) {
                    SimulatedReduce::Reduce { states_to_pop, nonterminal_produced } => {
                        for _ in 0..states_to_pop {
                            *top = self.elements[*top as usize].below;
                        }
                        let state = self.elements[*top as usize].state;
                        self.push(top, __goto(state, nonterminal_produced));
                    }
                    SimulatedReduce::Accept => return terminal.is_none(),
                },
            }
        }
    }

    fn push(&mut self, top: &mut u32, state: i16) {
        self.elements.push(Element { state, below: *top });
        *top = u32::try_from(self.elements.len() - 1).unwrap_or(u32::MAX);
    }
}
