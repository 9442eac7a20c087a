//! What may hold of values.

use super::Maker;
use super::types::Ty;

/// What may hold of values of a type: the type, the predicate, values of which it holds.
pub(super) type Predicate = (Ty, &'static str, &'static [&'static str]);

static PREDICATES: [Predicate; 10] = [
    (Ty::Int, "it >= 0", &["0", "3", "1_000"]),
    (Ty::Float, "0.0 <= it and it <= 1.0", &["0.5", "0.0", "1.0"]),
    (Ty::Text, "it.len() > 0", &["\"x\"", "\"two words\""]),
    (Ty::Text, "it.matches(\"^[a-z]+$\") and it.len() < 9", &["\"abc\""]),
    (Ty::Int, "it in 0..100 and it % 2 == 0", &["0", "64"]),
    (Ty::Duration, "it <= 10m", &["5m", "30s"]),
    (Ty::Money, "it > $0", &["$1.50"]),
    (Ty::Text, "it in [\"a\", \"b\"] or it.is_empty()", &["\"b\"", "\"\""]),
    (Ty::Int, "not (it in [1, 2]) and (if it > 3 { it < 99 } else { true })", &["0", "4"]),
    (Ty::Bool, "it", &["true"]),
];

impl Maker<'_> {
    /// Sometimes, what holds of a field of a type.
    pub(super) fn predicate(&mut self, ty: &Ty) -> Option<&'static Predicate> {
        let may_hold: Vec<&Predicate> = PREDICATES.iter().filter(|(of, ..)| of == ty).collect();
        if may_hold.is_empty() || !self.choices.chance(4) {
            return None;
        }
        Some(may_hold[self.choices.pick(may_hold.len())])
    }

    /// A type, what holds of some of its values, and such values.
    pub(super) fn refinement(&mut self, index: usize) -> (Ty, String, Vec<String>) {
        if self.choices.chance(3) {
            // It holds of all values of a type, whatever that is made of.
            let base = self.filled(1);
            let values = (0..2).map(|_| self.plain(&base)).collect();
            let predicate = self.choices.one(&["it == it", "[it].len() == 1", "\"${it}\".len() >= 0"]);
            return (base, predicate.into(), values);
        }
        let (base, predicate, values) = PREDICATES[self.choices.pick(PREDICATES.len())].clone();
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        if !self.choices.chance(4) {
            return (base, predicate.into(), values);
        }
        // What a function says is not known before.
        let text = format!("fn holds{index}(it: {}) -> bool {{ {predicate} }}", self.type_text(&base));
        self.item(&text);
        (base, format!("holds{index}(it)"), values)
    }
}
