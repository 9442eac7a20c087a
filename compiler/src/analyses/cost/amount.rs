//! Amounts that are known but for the lengths of lists and the values of parameters: polynomials with natural coefficients.
//!
//! All symbols stand for numbers from 0 up (what is below 0 is none), so that taking the greater coefficient of each term gives
//! an upper bound of two amounts. Arithmetic saturates: an amount that large is a bound in name only.

use super::number::{Ends, Number, Unit};
use smol_str::SmolStr;
use std::fmt::Write as _;
use std::sync::Arc;

/// Amounts with more terms than this tell nobody anything.
const MOST_TERMS: usize = 12;

/// Rounds of rounds tell nobody anything either.
const DEEPEST: u32 = 8;

/// What a symbol is read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// A parameter of the flow, by its place and its name.
    Param(u32, SmolStr),
    /// Something else, as people call it: of what is bound anew in each round, the greatest.
    Named(SmolStr),
    /// Something that changes while the flow runs, so that no bound may speak of it.
    Changing(SmolStr),
}

impl Root {
    pub(super) fn name(&self) -> &SmolStr {
        match self {
            Self::Param(_, name) | Self::Named(name) | Self::Changing(name) => name,
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
    Rounds(Arc<Amount>, Arc<Number>),
    /// A number that is computed, but no less than 0.
    Above(Arc<Number>, Unit),
    /// A quotient, toward 0.
    Quotient(Arc<Number>, Arc<Number>, Unit),
    /// The greater of two.
    Greater(Arc<Number>, Arc<Number>, Unit),
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
    pub(super) fn parts(&self) -> impl Iterator<Item = (&[Symbol], u64)> {
        let constant = (self.constant != 0).then_some((&[] as &[Symbol], self.constant));
        constant.into_iter().chain(self.terms.iter().map(|(symbols, factor)| (symbols.as_slice(), *factor)))
    }

    /// The symbols of its terms.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.terms.iter().flat_map(|(symbols, _)| symbols)
    }

    /// How many rounds so many workers need for it; there is at least one.
    #[must_use]
    pub fn rounds(&self, workers: &Ends) -> Self {
        let fewest = workers.at_least().max(1);
        match (self.known(), workers.exact()) {
            (Some(0), _) => Self::default(),
            (Some(known), Some(workers)) if workers.known().is_some() => Self::from(known.div_ceil(fewest)),
            (_, Some(workers)) if workers.known().is_none_or(|workers| workers > 1) => {
                self.divided(Arc::new(workers.clone()))
            }
            (Some(known), _) => Self::from(known.div_ceil(fewest)),
            (None, _) if fewest > 1 => match i64::try_from(fewest) {
                Ok(fewest) => self.divided(Arc::new(fewest.into())),
                Err(_) => self.clone(),
            },
            (None, _) => self.clone(),
        }
    }

    fn divided(&self, workers: Arc<Number>) -> Self {
        let rounds = Symbol::Rounds(Arc::new(self.clone()), workers);
        if rounds.depth() > DEEPEST { self.clone() } else { Self::of(rounds) }
    }

    /// The lists whose lengths it depends on, each once, in the order of the text.
    pub fn lists(&self) -> Vec<Root> {
        let mut out = Vec::new();
        self.symbols().for_each(|symbol| symbol.add_lists(&mut out));
        out
    }

    /// The first of its symbols that stands for what changes while the flow runs.
    pub fn changing(&self) -> Option<&Symbol> {
        self.symbols().find_map(|symbol| symbol.find(&|root| matches!(root, Root::Changing(_))))
    }

    /// The amount with every symbol replaced by what it is worth to a caller.
    #[must_use]
    pub fn substituted(&self, worth: &dyn Fn(&Symbol) -> Ends) -> Self {
        let mut out = Self::from(self.constant);
        for (symbols, factor) in &self.terms {
            let product =
                symbols.iter().fold(Self::from(*factor), |product, it| product.times(&it.at_most(worth)));
            out = out.plus(&product);
        }
        out
    }

    /// The amount for people: `len(files) × 2 + 3`; `number` writes a coefficient.
    pub fn text(&self, number: &dyn Fn(u64) -> String) -> String {
        if let ([(symbols, 1)], 0) = (self.terms.as_slice(), self.constant)
            && let [symbol] = symbols.as_slice()
        {
            let mut out = String::new();
            write_symbol(symbol, number, &mut out);
            return out;
        }
        let mut out = String::new();
        for (symbols, factor) in &self.terms {
            if !out.is_empty() {
                out.push_str(" + ");
            }
            write_product(symbols, *factor, number, &mut out);
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

/// A product for people: `n × 10m`.
pub(super) fn write_product(
    symbols: &[Symbol],
    factor: u64,
    number: &dyn Fn(u64) -> String,
    out: &mut String,
) {
    for (index, symbol) in symbols.iter().enumerate() {
        out.push_str(if index > 0 { " × " } else { "" });
        let is_factor = !symbol.is_composed();
        out.push_str(if is_factor { "" } else { "(" });
        write_symbol(symbol, number, out);
        out.push_str(if is_factor { "" } else { ")" });
    }
    // What is a quantity itself is only counted.
    let is_quantity = symbols.iter().any(|symbol| symbol.unit() == Unit::Quantity);
    let factor = if is_quantity { factor.to_string() } else { number(factor) };
    if factor != "1" {
        let _ = write!(out, " × {factor}");
    }
}

fn write_symbol(symbol: &Symbol, number: &dyn Fn(u64) -> String, out: &mut String) {
    let plain = |number: u64| number.to_string();
    let of = |value: &Number| {
        if symbol.unit() == Unit::Quantity { value.text(number) } else { value.text(&plain) }
    };
    let factor = |text: String, value: &Number| if value.is_factor() { text } else { format!("({text})") };
    let _ = match symbol {
        Symbol::Value(root) | Symbol::Quantity(root) => write!(out, "{}", root.name()),
        Symbol::Len(root) => write!(out, "len({})", root.name()),
        Symbol::Rounds(work, workers) => {
            let workers = factor(workers.text(&plain), workers);
            write!(out, "⌈{} / {workers}⌉", work.text(&plain))
        }
        Symbol::Above(value, _) => write!(out, "{}", of(value)),
        Symbol::Quotient(a, b, _) => {
            write!(out, "{} / {}", factor(of(a), a), factor(b.text(&plain), b))
        }
        Symbol::Greater(a, b, _) => write!(out, "max({}, {})", of(a), of(b)),
    };
}

impl Symbol {
    fn add_lists(&self, out: &mut Vec<Root>) {
        match self {
            Self::Len(root) if !out.contains(root) => out.push(root.clone()),
            _ => self.inner().for_each(|symbol| symbol.add_lists(out)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Root, Symbol};
    use crate::analyses::cost::number::Ends;
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
        assert_eq!(
            plain(&len("files").rounds(&Ends::from(8)).times(&Amount::from(5))),
            "⌈len(files) / 8⌉ × 5"
        );
    }

    #[test]
    fn rounds_of_a_known_amount_are_known() {
        assert_eq!(Amount::from(9).rounds(&Ends::from(4)).known(), Some(3));
        let known = len("files").rounds(&Ends::from(4)).substituted(&|_| Ends::from(9));
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
                (inner, 1..5i64).prop_map(|(a, workers)| a.rounds(&Ends::from(workers))),
            ]
        })
    }

    fn worth(amount: &Amount, values: &BTreeMap<String, u64>) -> u64 {
        let known = amount.substituted(&|symbol| match symbol {
            Symbol::Len(Root::Named(name)) => Ends::from(values[name.as_str()].cast_signed()),
            _ => Ends::from(0),
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
