//! Amounts that are known but for the lengths of lists and the values of parameters: polynomials with natural coefficients.
//!
//! All symbols stand for numbers from 0 up, so that taking the greater coefficient of each term gives an upper bound of two
//! amounts. Arithmetic saturates: an amount that large is a bound in name only.

use smol_str::SmolStr;
use std::fmt::Write as _;
use std::sync::Arc;

/// Amounts with more terms than this tell nobody anything.
const MOST_TERMS: usize = 12;

/// What a symbol is read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// A parameter of the flow, by its place and its name.
    Param(u32, SmolStr),
    /// Something else, as people call it.
    Named(SmolStr),
}

impl Root {
    pub(super) fn name(&self) -> &SmolStr {
        match self {
            Self::Param(_, name) | Self::Named(name) => name,
        }
    }
}

/// A number that is only known when the flow runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// The value of an `int`.
    Value(Root),
    /// The value of a `duration` or of `money`, in the unit of the amount.
    Quantity(Root),
    /// The length of a list.
    Len(Root),
    /// How many rounds a number of workers needs for an amount of work: the quotient, rounded up.
    Rounds(Arc<Amount>, u64),
}

/// An amount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount {
    /// What does not depend on anything.
    constant: u64,
    /// Products of symbols, each with its coefficient; sorted, without repetition, no coefficient is 0.
    terms: Vec<(Vec<Symbol>, u64)>,
}

impl From<u64> for Amount {
    fn from(constant: u64) -> Self {
        Self { constant, terms: Vec::new() }
    }
}

impl Amount {
    /// The amount that a symbol stands for.
    pub fn of(symbol: Symbol) -> Self {
        Self { constant: 0, terms: vec![(vec![symbol], 1)] }
    }

    /// The number, if it depends on nothing.
    pub fn known(&self) -> Option<u64> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// Whether it is 0 whatever the symbols stand for.
    pub fn is_zero(&self) -> bool {
        self.constant == 0 && self.terms.is_empty()
    }

    /// Whether it has too many terms to be of use.
    pub fn is_unwieldy(&self) -> bool {
        self.terms.len() > MOST_TERMS || self.terms.iter().any(|(symbols, _)| symbols.len() > MOST_TERMS)
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.joined(other, u64::saturating_add)
    }

    /// An amount that is not below either.
    #[must_use]
    pub fn or_more(&self, other: &Self) -> Self {
        self.joined(other, u64::max)
    }

    fn joined(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let constant = join(self.constant, other.constant);
        if other.terms.is_empty() {
            return Self { constant, terms: self.terms.clone() };
        }
        let mut terms = self.terms.clone();
        for (symbols, factor) in &other.terms {
            match terms.binary_search_by(|(known, _)| known.cmp(symbols)) {
                Ok(at) => terms[at].1 = join(terms[at].1, *factor),
                Err(at) => terms.insert(at, (symbols.clone(), *factor)),
            }
        }
        Self { constant, terms }
    }

    /// The product of both.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return Self::default();
        }
        if let (Some(a), Some(b)) = (self.known(), other.known()) {
            return Self::from(a.saturating_mul(b));
        }
        let mut out = Self::default();
        for (left, a) in self.parts() {
            for (right, b) in other.parts() {
                let mut symbols: Vec<Symbol> = left.iter().chain(right).cloned().collect();
                symbols.sort();
                let factor = a.saturating_mul(b);
                out = out.plus(&if symbols.is_empty() {
                    Self::from(factor)
                } else {
                    Self { constant: 0, terms: vec![(symbols, factor)] }
                });
            }
        }
        out
    }

    /// Its terms, the constant one included.
    fn parts(&self) -> impl Iterator<Item = (&[Symbol], u64)> {
        let constant = (self.constant != 0).then_some((&[] as &[Symbol], self.constant));
        constant.into_iter().chain(self.terms.iter().map(|(symbols, factor)| (symbols.as_slice(), *factor)))
    }

    /// How many rounds `workers` need for it.
    #[must_use]
    pub fn rounds(&self, workers: u64) -> Self {
        match (self.known(), workers) {
            (_, 0 | 1) => self.clone(),
            (Some(known), _) => Self::from(known.div_ceil(workers)),
            (None, _) => Self::of(Symbol::Rounds(Arc::new(self.clone()), workers)),
        }
    }

    /// The lists whose lengths it depends on, each once, in the order of the text.
    pub fn lists(&self) -> Vec<Root> {
        let mut out = Vec::new();
        for symbol in self.terms.iter().flat_map(|(symbols, _)| symbols) {
            let found = match symbol {
                Symbol::Len(root) => vec![root.clone()],
                Symbol::Rounds(work, _) => work.lists(),
                Symbol::Value(_) | Symbol::Quantity(_) => Vec::new(),
            };
            found.into_iter().for_each(|root| {
                if !out.contains(&root) {
                    out.push(root)
                }
            });
        }
        out
    }

    /// The amount with every symbol replaced by what it is worth to a caller.
    #[must_use]
    pub fn substituted(&self, worth: &dyn Fn(&Symbol) -> Self) -> Self {
        let mut out = Self::from(self.constant);
        for (symbols, factor) in &self.terms {
            let mut product = Self::from(*factor);
            for symbol in symbols {
                product = product.times(&match symbol {
                    Symbol::Rounds(work, workers) => work.substituted(worth).rounds(*workers),
                    symbol => worth(symbol),
                });
            }
            out = out.plus(&product);
        }
        out
    }

    /// The amount for people: `len(files) × 2 + 3`; `number` writes a coefficient.
    pub fn text(&self, number: &dyn Fn(u64) -> String) -> String {
        let mut out = String::new();
        for (symbols, factor) in &self.terms {
            if !out.is_empty() {
                out.push_str(" + ");
            }
            for (index, symbol) in symbols.iter().enumerate() {
                out.push_str(if index > 0 { " × " } else { "" });
                write_symbol(symbol, &mut out);
            }
            // What is a quantity itself is only counted.
            let is_quantity = symbols.iter().any(|symbol| matches!(symbol, Symbol::Quantity(_)));
            let factor = if is_quantity { factor.to_string() } else { number(*factor) };
            if factor != "1" {
                let _ = write!(out, " × {factor}");
            }
        }
        if self.constant > 0 || out.is_empty() {
            if !out.is_empty() {
                out.push_str(" + ");
            }
            out.push_str(&number(self.constant));
        }
        out
    }
}

fn write_symbol(symbol: &Symbol, out: &mut String) {
    match symbol {
        Symbol::Value(root) | Symbol::Quantity(root) => out.push_str(root.name()),
        Symbol::Len(root) => {
            let _ = write!(out, "len({})", root.name());
        }
        Symbol::Rounds(work, workers) => {
            let _ = write!(out, "⌈{} / {workers}⌉", work.text(&|number| number.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Root, Symbol};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn len(name: &str) -> Amount {
        Amount::of(Symbol::Len(Root::Named(name.into())))
    }

    fn plain(amount: &Amount) -> String {
        amount.text(&|number| number.to_string())
    }

    #[test]
    fn amounts_are_written_as_people_write_them() {
        assert_eq!(plain(&Amount::default()), "0");
        assert_eq!(plain(&len("files")), "len(files)");
        let twice = len("files").times(&Amount::from(2)).plus(&Amount::from(3));
        assert_eq!(plain(&twice), "len(files) × 2 + 3");
        assert_eq!(plain(&len("a").times(&len("b"))), "len(a) × len(b)");
        assert_eq!(plain(&len("files").rounds(8).times(&Amount::from(5))), "⌈len(files) / 8⌉ × 5");
    }

    #[test]
    fn rounds_of_a_known_amount_are_known() {
        assert_eq!(Amount::from(9).rounds(4).known(), Some(3));
        let known = len("files").rounds(4).substituted(&|_| Amount::from(9));
        assert_eq!(known.known(), Some(3));
    }

    fn amounts() -> impl Strategy<Value = Amount> {
        let leaf = prop_oneof![
            (0..20u64).prop_map(Amount::from),
            (0..3usize).prop_map(|it| len(["a", "b", "c"][it]))
        ];
        leaf.prop_recursive(3, 12, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.plus(&b)),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.times(&b)),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or_more(&b)),
                (inner, 1..5u64).prop_map(|(a, workers)| a.rounds(workers)),
            ]
        })
    }

    fn worth(amount: &Amount, values: &BTreeMap<String, u64>) -> u64 {
        let known = amount.substituted(&|symbol| match symbol {
            Symbol::Len(Root::Named(name)) => Amount::from(values[name.as_str()]),
            _ => Amount::default(),
        });
        known.known().unwrap_or(u64::MAX)
    }

    proptest! {
        #[test]
        fn arithmetic_with_symbols_is_arithmetic_with_what_they_stand_for(
            x in amounts(), y in amounts(), a in 0..4u64, b in 0..4u64, c in 0..4u64
        ) {
            let values = BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b), ("c".to_owned(), c)]);
            let of = |amount: &Amount| worth(amount, &values);
            prop_assert_eq!(of(&x.plus(&y)), of(&x).saturating_add(of(&y)));
            prop_assert_eq!(of(&x.times(&y)), of(&x).saturating_mul(of(&y)));
            prop_assert!(of(&x.or_more(&y)) >= of(&x).max(of(&y)));
        }
    }
}
