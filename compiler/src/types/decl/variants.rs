//! The variants of an enum or a union, which are found by name.

use super::VariantDef;
use std::ops::Deref;

/// Up to so many variants are looked through faster than they are looked up.
const FEW: usize = 16;

/// Variants in the order of the text. A match names each of them, so that there must be a short way from a name to its
/// variant. Of several of one name the first counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variants {
    all: Vec<VariantDef>,
    /// Their places sorted by name, those of one name in the order of the text; empty where there are few.
    by_name: Vec<usize>,
}

impl Variants {
    /// The place of the variant of that name.
    pub fn index(&self, name: &str) -> Option<usize> {
        if self.all.len() <= FEW {
            return self.all.iter().position(|variant| variant.name == name);
        }
        let name_of = |place: usize| self.all.get(place).map(|variant| variant.name.as_str());
        let first = self.by_name.partition_point(|place| name_of(*place) < Some(name));
        self.by_name.get(first).copied().filter(|place| name_of(*place) == Some(name))
    }
}

impl Deref for Variants {
    type Target = [VariantDef];

    fn deref(&self) -> &[VariantDef] {
        &self.all
    }
}

impl From<Vec<VariantDef>> for Variants {
    fn from(all: Vec<VariantDef>) -> Self {
        let mut by_name: Vec<usize> = if all.len() > FEW { (0..all.len()).collect() } else { Vec::new() };
        by_name.sort_by(|a, b| all.get(*a).map(|it| &it.name).cmp(&all.get(*b).map(|it| &it.name)));
        Self { all, by_name }
    }
}

impl<'a> IntoIterator for &'a Variants {
    type Item = &'a VariantDef;
    type IntoIter = std::slice::Iter<'a, VariantDef>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Variants};
    use crate::types::decl::VariantDef;
    use flow_grammar::span::Span;

    fn variants(names: impl Iterator<Item = String>) -> Variants {
        let variant = |name: String| VariantDef {
            name: name.into(),
            fields: Vec::new(),
            doc: None,
            span: Span::default(),
        };
        names.map(variant).collect::<Vec<_>>().into()
    }

    #[test]
    fn a_variant_is_found_by_its_name_among_few_and_many() {
        for count in [0, 1, FEW, FEW + 1, 1000] {
            let all = variants((0..count).map(|number| format!("V{number}")));
            for number in 0..count {
                assert_eq!(all.index(&format!("V{number}")), Some(number));
            }
            assert_eq!(all.index("V"), None);
            assert_eq!(all.index("W"), None);
        }
    }

    #[test]
    fn of_several_variants_of_one_name_the_first_is_found() {
        let all = variants((0..100).map(|number| format!("V{}", 99 - number % 50)));
        assert_eq!(all.index("V99"), Some(0));
        assert_eq!(all.index("V50"), Some(49));
    }
}
