//! How names are written: `lower_snake` for values and fields, `UpperCamel` for types and variants, `UPPER_SNAKE` for
//! constants and secrets.

/// A way to write names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `lower_snake`
    Snake,
    /// `UpperCamel`
    Camel,
    /// `UPPER_SNAKE`
    Upper,
}

impl Style {
    /// The style in its own style.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Snake => "lower_snake",
            Self::Camel => "UpperCamel",
            Self::Upper => "UPPER_SNAKE",
        }
    }

    /// Whether a name is written so. Leading underscores, which make a name private, do not count.
    pub(super) fn fits(self, name: &str) -> bool {
        let name = name.trim_start_matches('_');
        match self {
            Self::Snake => !name.chars().any(char::is_uppercase),
            Self::Camel => {
                name.starts_with(char::is_uppercase)
                    && !name.contains('_')
                    && (name.len() < 3 || !is_shouted(name))
            }
            Self::Upper => !name.chars().any(char::is_lowercase),
        }
    }

    /// The name written so.
    pub(super) fn apply(self, name: &str) -> String {
        let plain = name.trim_start_matches('_');
        let private = &name[..name.len() - plain.len()];
        let words = words(plain);
        let written: Vec<String> = match self {
            Self::Snake => words.iter().map(|word| word.to_lowercase()).collect(),
            Self::Upper => words.iter().map(|word| word.to_uppercase()).collect(),
            Self::Camel => words.iter().map(|word| capitalised(word)).collect(),
        };
        format!("{private}{}", written.join(if self == Self::Camel { "" } else { "_" }))
    }
}

/// The name of a variant in JSON: `UserDecisionRequired` is `user_decision_required`.
pub fn json_tag(variant: &str) -> String {
    // The same function as the verifier's, so that no document can disagree with it.
    flow_ir::verify::snake_case(variant)
}

fn is_shouted(name: &str) -> bool {
    !name.chars().any(char::is_lowercase) && name.chars().filter(|letter| letter.is_uppercase()).count() > 3
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}

/// The words of a name in any style: a capital begins one, unless it stands among capitals (`HTTPError`: `HTTP`, `Error`).
fn words(name: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    let mut words = Vec::new();
    let mut start = 0;
    for (index, &(at, letter)) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before].1);
        let after = letters.get(index + 1).map(|(_, after)| *after);
        let begins = letter == '_'
            || before == Some('_')
            || (letter.is_uppercase()
                && before
                    .is_some_and(|before| !before.is_uppercase() || after.is_some_and(char::is_lowercase)));
        if begins && start < at {
            words.push(&name[start..at]);
            start = at;
        }
    }
    words.push(&name[start..]);
    words.retain(|word| !word.is_empty() && *word != "_");
    words
}

#[cfg(test)]
mod tests {
    use super::{Style, json_tag};

    #[test]
    fn names_are_told_by_their_style() {
        for (name, snake, camel, upper) in [
            ("last_review", true, false, false),
            ("_helper", true, false, false),
            ("LastReview", false, true, false),
            ("PASS_MARK", false, false, true),
            ("T", false, true, true),
            ("Ok", false, true, false),
            ("lastReview", false, false, false),
            ("Last_Review", false, false, false),
            ("URL", false, true, true),
            ("LABELS", false, false, true),
        ] {
            let found = [Style::Snake, Style::Camel, Style::Upper].map(|style| style.fits(name));
            assert_eq!(found, [snake, camel, upper], "{name}");
        }
    }

    #[test]
    fn a_name_is_rewritten_in_another_style() {
        assert_eq!(Style::Snake.apply("lastReview"), "last_review");
        assert_eq!(Style::Snake.apply("_lastReview"), "_last_review");
        assert_eq!(Style::Upper.apply("PassMark"), "PASS_MARK");
        assert_eq!(Style::Camel.apply("Last_Review"), "LastReview");
        assert_eq!(Style::Camel.apply("BLOCKED"), "Blocked");
    }

    #[test]
    fn a_variant_has_its_name_in_json() {
        assert_eq!(json_tag("UserDecisionRequired"), "user_decision_required");
        assert_eq!(json_tag("HTTPError"), "http_error");
        assert_eq!(json_tag("Done"), "done");
        assert_eq!(json_tag("T2"), "t2");
    }
}
