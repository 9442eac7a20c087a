//! Whole numbers that a program computes of what only a run knows: polynomials with a sign, and the ends between which such
//! a number lies.
//!
//! What is not counted exactly is not counted at all: where a number would not fit, or says more than anybody reads, there is
//! none. Two values that people call the same need not be the same, so nothing is taken from what bears a name of its own.

use super::amount::{Amount, Root, Symbol};
use std::sync::Arc;

/// Numbers with more terms, longer products or deeper symbols than these tell nobody anything.
const MOST_TERMS: usize = 8;
const MOST_FACTORS: usize = 4;
const DEEPEST: u32 = 4;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Things: it is an `int`.
    Count,
    /// Milliseconds or millionths of a dollar.
    Quantity,
}

/// A number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number {
    /// What does not depend on anything.
    constant: i64,
    /// Products of symbols, each with its coefficient; sorted, without repetition, no coefficient is 0.
    terms: Vec<(Vec<Symbol>, i64)>,
}

impl From<i64> for Number {
    fn from(constant: i64) -> Self {
        Self { constant, terms: Vec::new() }
    }
}

impl Number {
    /// The number that a symbol stands for.
    pub fn of(symbol: Symbol) -> Self {
        Self { constant: 0, terms: vec![(vec![symbol], 1)] }
    }

    /// The number, if it depends on nothing.
    pub fn known(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// The symbol that it is, if it is nothing else.
    pub(super) fn alone(&self) -> Option<&Symbol> {
        match (self.constant, self.terms.as_slice()) {
            (0, [(symbols, 1)]) => match symbols.as_slice() {
                [symbol] => Some(symbol),
                _ => None,
            },
            _ => None,
        }
    }

    /// The symbols of its terms.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.terms.iter().flat_map(|(symbols, _)| symbols)
    }

    /// Whether it depends on such a root.
    pub fn any_root(&self, is_it: &dyn Fn(&Root) -> bool) -> bool {
        self.symbols().any(|symbol| symbol.find(is_it).is_some())
    }

    /// Whether it is never below 0.
    fn is_natural(&self) -> bool {
        self.constant >= 0
            && self.terms.iter().all(|(_, factor)| *factor > 0)
            && self.symbols().all(Symbol::is_natural)
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let mut out =
            Self { constant: self.constant.checked_add(other.constant)?, terms: self.terms.clone() };
        for (symbols, factor) in &other.terms {
            match out.terms.binary_search_by(|(known, _)| known.cmp(symbols)) {
                Ok(at) => {
                    let known = out.terms.get_mut(at).map(|(_, known)| known)?;
                    let is_named = symbols.iter().any(Symbol::has_name_of_its_own);
                    if is_named && known.signum() != factor.signum() {
                        return None;
                    }
                    *known = known.checked_add(*factor)?;
                }
                Err(at) => out.terms.insert(at, (symbols.clone(), *factor)),
            }
        }
        out.terms.retain(|(_, factor)| *factor != 0);
        (out.terms.len() <= MOST_TERMS).then_some(out)
    }

    fn times(&self, other: &Self) -> Option<Self> {
        let mut out = Self::from(self.constant.checked_mul(other.constant)?);
        let scaled = |number: &Self, by: i64| -> Option<Self> {
            let terms =
                number.terms.iter().map(|(symbols, factor)| Some((symbols.clone(), factor.checked_mul(by)?)));
            Some(Self {
                constant: 0,
                terms: if by == 0 { Vec::new() } else { terms.collect::<Option<_>>()? },
            })
        };
        out = out.plus(&scaled(self, other.constant)?)?.plus(&scaled(other, self.constant)?)?;
        for (left, a) in &self.terms {
            for (right, b) in &other.terms {
                let mut symbols: Vec<Symbol> = left.iter().chain(right).cloned().collect();
                symbols.sort();
                if symbols.len() > MOST_FACTORS {
                    return None;
                }
                out = out.plus(&Self { constant: 0, terms: vec![(symbols, a.checked_mul(*b)?)] })?;
            }
        }
        Some(out)
    }

    fn minus(&self, other: &Self) -> Option<Self> {
        self.plus(&other.times(&Self::from(-1))?)
    }

    /// As an amount, which is never below 0.
    pub fn amount(&self, unit: Unit) -> Amount {
        if let Some(known) = self.known() {
            return Amount::from(u64::try_from(known).unwrap_or(0));
        }
        let is_sum = self.constant >= 0
            && self.terms.iter().all(|(symbols, factor)| {
                *factor > 0 && (symbols.len() == 1 || symbols.iter().all(Symbol::is_natural))
            });
        if !is_sum {
            return Amount::of(Symbol::Above(Arc::new(self.clone()), unit));
        }
        let natural = |number: i64| Amount::from(u64::try_from(number).unwrap_or(0));
        self.terms.iter().fold(natural(self.constant), |sum, (symbols, factor)| {
            let product = symbols.iter().fold(natural(*factor), |product, symbol| {
                product.times(&Amount::of(match symbol {
                    Symbol::Above(number, _) => number.alone().unwrap_or(symbol).clone(),
                    symbol => symbol.clone(),
                }))
            });
            sum.plus(&product)
        })
    }

    /// What an amount is as a number; `None` if that does not fit.
    pub fn of_amount(amount: &Amount) -> Option<Self> {
        let mut out = Self::default();
        for (symbols, factor) in amount.parts() {
            let mut symbols: Vec<Symbol> = symbols.iter().map(Symbol::natural).collect();
            symbols.sort();
            let factor = i64::try_from(factor).ok()?;
            let part = if symbols.is_empty() {
                Self::from(factor)
            } else {
                Self { constant: 0, terms: vec![(symbols, factor)] }
            };
            out = out.plus(&part)?;
        }
        Some(out)
    }

    /// Whether it is written as a single factor.
    pub(super) fn is_factor(&self) -> bool {
        match self.terms.as_slice() {
            [] => self.constant >= 0,
            [(symbols, 1)] => {
                self.constant == 0 && symbols.len() == 1 && !symbols.iter().any(Symbol::is_composed)
            }
            _ => false,
        }
    }

    /// The number for people: `m - n + 1`; `number` writes a coefficient.
    pub fn text(&self, number: &dyn Fn(u64) -> String) -> String {
        let parts = self.terms.iter().map(|(symbols, factor)| {
            let mut text = String::new();
            super::amount::write_product(symbols, factor.unsigned_abs(), number, &mut text);
            (*factor < 0, text)
        });
        let (below, mut above): (Vec<_>, Vec<_>) = parts.partition(|(is_below, _)| *is_below);
        let constant = (self.constant < 0, number(self.constant.unsigned_abs()));
        // What is taken away stands behind something.
        match (self.constant, above.is_empty()) {
            (1.., true) => above.push(constant),
            (0, false) => {}
            (0, true) if !below.is_empty() => {}
            _ => return written(above.into_iter().chain(below).chain([constant])),
        }
        written(above.into_iter().chain(below))
    }
}

fn written(parts: impl Iterator<Item = (bool, String)>) -> String {
    parts.fold(String::new(), |mut out, (is_below, text)| {
        out.push_str(match (out.is_empty(), is_below) {
            (true, true) => "-",
            (true, false) => "",
            (false, true) => " - ",
            (false, false) => " + ",
        });
        out + &text
    })
}

/// Between what a number lies: no less than one, no more than the other, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// No less than this.
    pub least: Option<Number>,
    /// No more than this.
    pub most: Option<Number>,
}

impl From<Number> for Ends {
    fn from(number: Number) -> Self {
        Self { least: Some(number.clone()), most: Some(number) }
    }
}

impl From<i64> for Ends {
    fn from(number: i64) -> Self {
        Number::from(number).into()
    }
}

impl Ends {
    /// Of which nothing is known.
    const UNKNOWN: Self = Self { least: None, most: None };

    /// The number that it is, if both ends are the same.
    pub fn exact(&self) -> Option<&Number> {
        self.least.as_ref().filter(|least| Some(*least) == self.most.as_ref())
    }

    /// The number, if it depends on nothing.
    pub fn known(&self) -> Option<i64> {
        self.exact()?.known()
    }

    /// The number that it is no less than, if that depends on nothing; what is below 0 is none.
    pub fn at_least(&self) -> u64 {
        self.least.as_ref().and_then(Number::known).map_or(0, |least| u64::try_from(least).unwrap_or(0))
    }

    /// The same with every symbol replaced by what it is worth to a caller.
    #[must_use]
    pub fn substituted(&self, worth: &dyn Fn(&Symbol) -> Self) -> Self {
        let of = |end: &Option<Number>| end.as_ref().map(|end| end.substituted(worth));
        Self {
            least: of(&self.least).and_then(|ends| ends.least),
            most: of(&self.most).and_then(|ends| ends.most),
        }
    }

    /// No less and no more than these, where they are known.
    #[must_use]
    pub fn within(self, least: Option<i64>, most: Option<i64>) -> Self {
        let end = |end: Option<Number>, limit: Option<i64>, nearer: fn(i64, i64) -> i64| match limit {
            Some(limit) => {
                let known = end.as_ref().and_then(Number::known);
                Some(Number::from(known.map_or(limit, |known| nearer(known, limit))))
            }
            None => end,
        };
        Self { least: end(self.least, least, i64::max), most: end(self.most, most, i64::min) }
    }

    /// The same, where it is not known what changes while the flow runs.
    #[must_use]
    pub fn unchanging(self) -> Self {
        let stands = |end: &Number| !end.any_root(&|root| matches!(root, Root::Changing(_)));
        Self { least: self.least.filter(stands), most: self.most.filter(stands) }
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::UNKNOWN
    }

    fn is_natural(&self) -> bool {
        self.least.as_ref().is_some_and(Number::is_natural)
    }

    fn of_exact(&self, other: &Self, make: impl Fn(&Number, &Number) -> Option<Number>) -> Option<Self> {
        Some(make(self.exact()?, other.exact()?)?.into())
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let sum = |a: &Option<Number>, b: &Option<Number>| a.as_ref()?.plus(b.as_ref()?);
        Self { least: sum(&self.least, &other.least), most: sum(&self.most, &other.most) }
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let difference = |a: &Option<Number>, b: &Option<Number>| a.as_ref()?.minus(b.as_ref()?);
        Self { least: difference(&self.least, &other.most), most: difference(&self.most, &other.least) }
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if let Some(exact) = self.of_exact(other, Number::times) {
            return exact;
        }
        let product = |a: &Option<Number>, b: &Option<Number>| a.as_ref()?.times(b.as_ref()?);
        match (self.known(), other.known()) {
            (Some(_), None) => other.times(self),
            (_, Some(0..)) => {
                Self { least: product(&self.least, &other.least), most: product(&self.most, &other.most) }
            }
            (_, Some(_)) => {
                Self { least: product(&self.most, &other.most), most: product(&self.least, &other.least) }
            }
            _ if self.is_natural() && other.is_natural() => {
                Self { least: product(&self.least, &other.least), most: product(&self.most, &other.most) }
            }
            _ => Self::UNKNOWN,
        }
    }

    /// The quotient, toward 0.
    #[must_use]
    pub fn over(&self, other: &Self, unit: Unit) -> Self {
        let quotient = |a: &Number, b: &Number| match (a.known(), b.known()) {
            (Some(a), Some(b)) => a.checked_div(b).map(Number::from),
            (None, Some(1)) => Some(a.clone()),
            _ => deep(Symbol::Quotient(Arc::new(a.clone()), Arc::new(b.clone()), unit)),
        };
        match (self.of_exact(other, quotient), other.known()) {
            (Some(exact), _) => exact,
            (None, Some(1..)) => {
                let end = |end: &Option<Number>| quotient(end.as_ref()?, other.exact()?);
                Self { least: end(&self.least), most: end(&self.most) }
            }
            _ => Self::UNKNOWN,
        }
    }

    /// What is left of the quotient, with the sign of this.
    #[must_use]
    pub fn rest(&self, other: &Self) -> Self {
        match (self.known(), other.known()) {
            (Some(a), Some(b)) => a.checked_rem(b).map_or(Self::UNKNOWN, Self::from),
            (None, Some(by)) => {
                let most = by.saturating_abs().saturating_sub(1);
                let least = if self.is_natural() { 0 } else { -most };
                Self { least: Some(least.into()), most: Some(most.into()) }
            }
            _ => Self::UNKNOWN,
        }
    }

    /// The lesser of both: of two that are not known the first is no less.
    #[must_use]
    pub fn lesser(&self, other: &Self) -> Self {
        let known = |end: &Option<Number>| end.as_ref().and_then(Number::known);
        let least = known(&self.least).zip(known(&other.least)).map(|(a, b)| Number::from(a.min(b)));
        let most = match (known(&self.most), known(&other.most)) {
            (Some(a), Some(b)) => Some(Number::from(a.min(b))),
            (None, Some(_)) => other.most.clone(),
            _ => self.most.clone().or_else(|| other.most.clone()),
        };
        Self { least, most }
    }

    /// The greater of both.
    #[must_use]
    pub fn greater(&self, other: &Self, unit: Unit) -> Self {
        let greater = |a: &Option<Number>, b: &Option<Number>| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            match (a.known(), b.known()) {
                (Some(a), Some(b)) => Some(Number::from(a.max(b))),
                // An amount is no less than 0 anyway.
                _ => deep(Symbol::Greater(Arc::new(a.clone()), Arc::new(b.clone()), unit)),
            }
        };
        Self { least: greater(&self.least, &other.least), most: greater(&self.most, &other.most) }
    }

    /// One or the other.
    #[must_use]
    pub fn or(&self, other: &Self, unit: Unit) -> Self {
        if self == other {
            return self.clone();
        }
        Self { least: self.lesser(other).least, most: self.greater(other, unit).most }
    }

    /// The same, but no less than 0.
    #[must_use]
    pub fn above(&self, unit: Unit) -> Self {
        let above = |number: &Number| match number.known() {
            Some(known) => Some(Number::from(known.max(0))),
            None if number.is_natural() => Some(number.clone()),
            None => deep(Symbol::Above(Arc::new(number.clone()), unit)),
        };
        let least = self.least.as_ref().and_then(above).unwrap_or_default();
        Self { least: Some(least), most: self.most.as_ref().and_then(above) }
    }
}

/// The number that a symbol stands for, unless it is made of too many others.
fn deep(symbol: Symbol) -> Option<Number> {
    (symbol.depth() <= DEEPEST).then(|| Number::of(symbol))
}

impl Symbol {
    /// What it counts.
    pub(super) const fn unit(&self) -> Unit {
        match self {
            Self::Value(_) | Self::Len(_) | Self::Rounds(..) => Unit::Count,
            Self::Quantity(_) => Unit::Quantity,
            Self::Above(_, unit) | Self::Quotient(_, _, unit) | Self::Greater(_, _, unit) => *unit,
        }
    }

    /// Whether it is never below 0.
    const fn is_natural(&self) -> bool {
        matches!(self, Self::Len(_) | Self::Rounds(..) | Self::Above(..))
    }

    /// The same, but no less than 0.
    fn natural(&self) -> Self {
        if self.is_natural() {
            self.clone()
        } else {
            Self::Above(Arc::new(Number::of(self.clone())), self.unit())
        }
    }

    /// The symbols of what it is computed of.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Self> {
        let (work, numbers) = match self {
            Self::Value(_) | Self::Quantity(_) | Self::Len(_) => (None, [None, None]),
            Self::Rounds(work, workers) => (Some(work), [Some(workers), None]),
            Self::Above(number, _) => (None, [Some(number), None]),
            Self::Quotient(a, b, _) | Self::Greater(a, b, _) => (None, [Some(a), Some(b)]),
        };
        let numbers = numbers.into_iter().flatten().flat_map(|number| number.symbols());
        work.into_iter().flat_map(|work| work.symbols()).chain(numbers)
    }

    /// The first symbol in it that is read from such a root.
    pub(super) fn find(&self, is_it: &dyn Fn(&Root) -> bool) -> Option<&Self> {
        match self {
            Self::Value(root) | Self::Quantity(root) | Self::Len(root) => is_it(root).then_some(self),
            _ => self.inner().find_map(|symbol| symbol.find(is_it)),
        }
    }

    /// Whether something in it is not the same wherever it is called the same.
    fn has_name_of_its_own(&self) -> bool {
        self.find(&|root| !matches!(root, Root::Param(..))).is_some()
    }

    /// Whether it is written with an operator.
    pub(super) fn is_composed(&self) -> bool {
        match self {
            Self::Value(root) | Self::Quantity(root) => {
                [" + ", " - ", " × ", " / ", " % ", " ?? "].iter().any(|op| root.name().contains(op))
            }
            Self::Len(_) | Self::Rounds(..) | Self::Greater(..) => false,
            Self::Above(number, _) => !number.is_factor(),
            Self::Quotient(..) => true,
        }
    }

    pub(super) fn depth(&self) -> u32 {
        match self {
            Self::Value(_) | Self::Quantity(_) | Self::Len(_) => 0,
            _ => 1 + self.inner().map(Self::depth).max().unwrap_or(0),
        }
    }

    /// The number with every symbol replaced by what it is worth to a caller.
    fn substituted(&self, worth: &dyn Fn(&Self) -> Ends) -> Ends {
        match self {
            Self::Value(_) | Self::Quantity(_) | Self::Len(_) => worth(self),
            Self::Rounds(work, workers) => {
                let rounds = work.substituted(worth).rounds(&workers.substituted(worth));
                let most = Number::of_amount(&rounds);
                match rounds.known() {
                    Some(_) => Ends { least: most.clone(), most },
                    None => Ends { least: Some(Number::default()), most },
                }
            }
            Self::Above(number, unit) => number.substituted(worth).above(*unit),
            Self::Quotient(a, b, unit) => a.substituted(worth).over(&b.substituted(worth), *unit),
            Self::Greater(a, b, unit) => a.substituted(worth).greater(&b.substituted(worth), *unit),
        }
    }

    /// The most that it is worth to a caller.
    pub(super) fn at_most(&self, worth: &dyn Fn(&Self) -> Ends) -> Amount {
        match self {
            Self::Rounds(work, workers) => work.substituted(worth).rounds(&workers.substituted(worth)),
            _ => match self.substituted(worth).most {
                Some(most) => most.amount(self.unit()),
                None => Amount::of(match self.unit() {
                    Unit::Count => Self::Value(Root::Named("…".into())),
                    Unit::Quantity => Self::Quantity(Root::Named("…".into())),
                }),
            },
        }
    }
}

impl Number {
    /// The number with every symbol replaced by what it is worth to a caller.
    pub fn substituted(&self, worth: &dyn Fn(&Symbol) -> Ends) -> Ends {
        self.terms.iter().fold(Ends::from(self.constant), |sum, (symbols, factor)| {
            let product = symbols
                .iter()
                .fold(Ends::from(*factor), |product, symbol| product.times(&symbol.substituted(worth)));
            sum.plus(&product)
        })
    }
}
