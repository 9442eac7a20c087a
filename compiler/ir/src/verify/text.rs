//! Rules for pieces of text: globs, variant tags, run codes.

/// A variant's name in JSON: `UserDecisionRequired` is `user_decision_required`, `HTTPError` is `http_error`.
///
/// A `_` comes before a capital letter that follows a small letter or digit, or that begins a word behind other capitals.
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::with_capacity(name.len() + 4);
    for (index, &letter) in letters.iter().enumerate() {
        if letter.is_uppercase() {
            let before = index.checked_sub(1).and_then(|index| letters.get(index));
            let after = letters.get(index + 1);
            let starts = before.is_some_and(|c| c.is_lowercase() || c.is_numeric())
                || (before.is_some_and(|c| c.is_uppercase()) && after.is_some_and(|c| c.is_lowercase()));
            if starts {
                text.push('_');
            }
            text.extend(letter.to_lowercase());
        } else {
            text.push(letter);
        }
    }
    text
}

/// Whether a run id may begin with it: it becomes part of a directory's name.
pub(super) fn is_code(code: &str) -> bool {
    code.len() <= 64
        && code.starts_with(|c: char| c.is_ascii_alphanumeric())
        && code.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-'))
}

/// Whether a glob can be matched against paths of the workspace, and if not, why.
pub(super) fn glob(glob: &str) -> Result<(), &'static str> {
    if glob.is_empty() {
        return Err("it is empty");
    }
    if glob.contains('\0') {
        return Err("it holds a NUL");
    }
    if glob.starts_with('/') {
        return Err("it begins at the root of the file system");
    }
    if glob.split('/').any(|part| part == "..") {
        return Err("`..` leads out of the workspace");
    }
    brackets(glob)
}

/// Classes and alternatives are closed, classes are not empty, and their ranges rise.
fn brackets(glob: &str) -> Result<(), &'static str> {
    let mut letters = glob.chars().peekable();
    let mut open = 0_usize;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next().is_none() => return Err("nothing follows its last `\\`"),
            '{' => open += 1,
            '}' if open == 0 => return Err("a `}` has no `{`"),
            '}' => open -= 1,
            '[' => class(&mut letters)?,
            _ => {}
        }
    }
    if open == 0 { Ok(()) } else { Err("a `{` is not closed") }
}

/// The inside of `[…]`: a `]` that comes first stands for itself.
fn class(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<(), &'static str> {
    const OPEN: &str = "a `[` is not closed";
    letters.next_if(|c| matches!(c, '!' | '^'));
    let mut low = letters.next().ok_or(OPEN)?;
    let mut may_range = true;
    loop {
        match letters.next().ok_or(OPEN)? {
            ']' => return Ok(()),
            '-' if may_range && letters.peek().is_some_and(|c| *c != ']') => {
                let high = letters.next().ok_or(OPEN)?;
                if high < low {
                    return Err("a range in `[…]` falls");
                }
                may_range = false;
            }
            letter => {
                low = letter;
                may_range = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{glob, is_code, snake_case};
    use proptest::prelude::*;

    #[test]
    fn a_tag_is_the_name_in_snake_case() {
        let names = [
            ("Accept", "accept"),
            ("UserDecisionRequired", "user_decision_required"),
            ("HTTPError", "http_error"),
            ("Sha256Sum", "sha256_sum"),
            ("A", "a"),
            ("AB", "ab"),
            ("PlanB", "plan_b"),
        ];
        for (name, tag) in names {
            assert_eq!(snake_case(name), tag);
        }
    }

    #[test]
    fn a_run_code_never_leads_out_of_the_runs_directory() {
        assert!(is_code("SHP") && is_code("poem_loop-2"));
        assert!(!is_code("") && !is_code("..") && !is_code("a/b") && !is_code("-x") && !is_code("a b"));
    }

    #[test]
    fn a_glob_that_leaves_the_workspace_is_refused_with_the_reason() {
        assert_eq!(glob("../*.md"), Err("`..` leads out of the workspace"));
        assert_eq!(glob("/etc/*"), Err("it begins at the root of the file system"));
        assert_eq!(glob("a/[b"), Err("a `[` is not closed"));
        assert_eq!(glob("a/{b"), Err("a `{` is not closed"));
        assert_eq!(glob("artifacts/**/*.{md,txt}"), Ok(()));
    }

    proptest! {
        #[test]
        fn what_is_accepted_as_a_glob_can_be_matched(text in r"[a-c/*?{},\[\]!\-\\.]{0,12}") {
            if glob(&text).is_ok() {
                let built = globset::Glob::new(&text);
                prop_assert!(built.is_ok(), "{text}: {:?}", built.err());
            }
        }
    }
}
