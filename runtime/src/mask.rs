//! Hides secrets in what comes from outside: what programs print and agents answer, files, signals, people's words.
//!
//! Everything is masked where it comes in, so nothing that a run computes, records or shows can spell a secret out. A
//! secret is found as it is and as it stands inside of JSON text, also where it was split over several reads.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::rc::Rc;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

/// A secret that is shorter is not masked: it would be found in everything.
pub const SHORTEST: usize = 4;

/// Replaces each secret by its name. Without secrets it costs nothing.
#[derive(Clone, Default)]
pub struct Mask(Option<Rc<Patterns>>);

struct Patterns {
    finder: AhoCorasick,
    /// What is looked for, and what takes its place.
    texts: Vec<Vec<u8>>,
    marks: Vec<String>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let marks = self.0.iter().flat_map(|patterns| &patterns.marks);
        f.debug_set().entries(marks).finish()
    }
}

impl Mask {
    /// A mask of secrets, each with its name. Those shorter than [`SHORTEST`] are left out.
    #[must_use]
    pub fn of<'s>(secrets: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let (mut texts, mut marks) = (Vec::new(), Vec::new());
        for (name, secret) in secrets {
            let secret = secret.trim();
            if secret.len() < SHORTEST {
                continue;
            }
            for text in spellings(secret) {
                texts.push(text.into_bytes());
                marks.push(format!("[secret {name}]"));
            }
        }
        if texts.is_empty() {
            return Self(None);
        }
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts);
        // Building fails only for patterns of gigabytes, and an environment does not hold those.
        Self(finder.ok().map(|finder| Rc::new(Patterns { finder, texts, marks })))
    }

    /// Whether there is nothing to hide.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The text with each secret replaced by its name.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.0 {
            Some(patterns) if patterns.finder.is_match(text) => {
                patterns.finder.replace_all(text, &patterns.marks).into()
            }
            _ => text.into(),
        }
    }

    /// JSON with each secret in it replaced by its name, in the keys of objects, too.
    #[must_use]
    pub fn json(&self, value: Value) -> Value {
        if self.is_empty() {
            return value;
        }
        match value {
            Value::String(text) => Value::String(self.text(&text).into_owned()),
            Value::Array(items) => items.into_iter().map(|item| self.json(item)).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (self.text(&name).into_owned(), self.json(value)))
                .collect(),
            Value::Number(number) => match self.text(&number.to_string()) {
                Cow::Borrowed(_) => Value::Number(number),
                Cow::Owned(masked) => Value::String(masked),
            },
            other => other,
        }
    }

    /// A mask for bytes that come piece by piece.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream { mask: self.clone(), held: Vec::new() }
    }

    /// Masks every file below a directory that somebody else wrote, such as an agent's own records. Links are not
    /// followed.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub fn sweep(&self, directory: &Path) -> io::Result<()> {
        let Some(patterns) = &self.0 else { return Ok(()) };
        let entries = match std::fs::read_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                self.sweep(&path)?;
            } else if kind.is_file() {
                let bytes = std::fs::read(&path)?;
                if patterns.finder.is_match(&bytes) {
                    std::fs::write(&path, patterns.finder.replace_all_bytes(&bytes, &patterns.marks))?;
                }
            }
        }
        Ok(())
    }
}

/// How a secret may be spelled: as it is, inside of JSON, and inside of JSON that is ASCII alone.
fn spellings(secret: &str) -> Vec<String> {
    let quoted = Value::from(secret).to_string();
    let inside = quoted[1..quoted.len() - 1].to_owned();
    let mut ascii = String::new();
    for unit in inside.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => ascii.push(char::from(byte)),
            _ => ascii.push_str(&format!("\\u{unit:04x}")),
        }
    }
    let mut all = vec![secret.to_owned(), inside, ascii];
    all.dedup();
    all
}

/// Masks bytes that come piece by piece: the beginning of what may become a secret is held back until it is known.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    mask: Mask,
    held: Vec<u8>,
}

impl Stream {
    /// What can be passed on now that these bytes came.
    pub fn feed<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let Some(patterns) = self.mask.0.clone() else { return bytes.into() };
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(bytes);
        let (out, rest) = patterns.pass(&held);
        self.held = held[rest..].to_vec();
        out.into()
    }

    /// What was held back and did not become a secret.
    pub fn end(&mut self) -> Vec<u8> {
        match &self.mask.0 {
            Some(patterns) => {
                patterns.finder.replace_all_bytes(&std::mem::take(&mut self.held), &patterns.marks)
            }
            None => Vec::new(),
        }
    }
}

impl Patterns {
    /// The bytes, masked, up to where a secret may begin that is not all there; and where that is.
    fn pass(&self, bytes: &[u8]) -> (Vec<u8>, usize) {
        let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
        loop {
            let open = self.open(bytes, at);
            // A match that begins where a longer one may still come waits for it.
            match self.finder.find(&bytes[at..]).filter(|found| at + found.start() < open) {
                Some(found) => {
                    out.extend_from_slice(&bytes[at..at + found.start()]);
                    out.extend_from_slice(self.marks[found.pattern()].as_bytes());
                    at += found.end();
                }
                None => {
                    out.extend_from_slice(&bytes[at..open]);
                    return (out, open);
                }
            }
        }
    }

    /// The first place from `from` on whose rest is the beginning of something longer.
    fn open(&self, bytes: &[u8], from: usize) -> usize {
        let longest = self.texts.iter().map(Vec::len).max().unwrap_or(0);
        let first = bytes.len().saturating_sub(longest.saturating_sub(1)).max(from);
        let begins = |at: &usize| {
            let rest = &bytes[*at..];
            self.texts.iter().any(|text| text.len() > rest.len() && text.starts_with(rest))
        };
        (first..bytes.len()).find(begins).unwrap_or(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn mask() -> Mask {
        Mask::of([("TOKEN", "hunter22"), ("PIN", "123"), ("LONG", "hunter22hunter23"), ("ODD", "a\"b\né")])
    }

    fn in_pieces(mask: &Mask, pieces: &[&[u8]]) -> Vec<u8> {
        let mut stream = mask.stream();
        let mut out: Vec<u8> = pieces.iter().flat_map(|piece| stream.feed(piece).into_owned()).collect();
        out.extend(stream.end());
        out
    }

    #[test]
    fn a_secret_is_replaced_by_its_name_and_a_short_one_is_not() {
        assert_eq!(mask().text("a hunter22 b 123"), "a [secret TOKEN] b 123");
        assert_eq!(mask().text("hunter22hunter23"), "[secret LONG]", "the longest one counts");
        assert_eq!(mask().text("nothing"), "nothing");
    }

    #[test]
    fn a_secret_is_found_inside_of_json_text_however_it_is_escaped() {
        assert_eq!(mask().text("a\"b\né"), "[secret ODD]");
        assert_eq!(mask().text(r#"{"x":"a\"b\né"}"#), r#"{"x":"[secret ODD]"}"#);
        assert_eq!(mask().text(r#"{"x":"a\"b\n\u00e9"}"#), r#"{"x":"[secret ODD]"}"#);
    }

    #[test]
    fn json_is_masked_in_its_strings_keys_and_numbers() {
        let mask = Mask::of([("TOKEN", "hunter22"), ("PIN", "12345")]);
        let value = json!({"hunter22": ["say hunter22", 5, null], "n": 12345, "m": 123});
        assert_eq!(
            mask.json(value),
            json!({"[secret TOKEN]": ["say [secret TOKEN]", 5, null], "n": "[secret PIN]", "m": 123})
        );
    }

    #[test]
    fn a_secret_that_comes_in_pieces_is_masked_and_its_beginning_is_passed_on_when_it_is_none() {
        assert_eq!(in_pieces(&mask(), &[b"x hun", b"ter", b"22 y"]), b"x [secret TOKEN] y");
        assert_eq!(in_pieces(&mask(), &[b"x hun", b"t y"]), b"x hunt y");
        assert_eq!(in_pieces(&mask(), &[b"hunter22", b"hunter23"]), b"[secret LONG]");
        assert_eq!(in_pieces(&mask(), &[b"hunter22hunt"]), b"[secret TOKEN]hunt");
        assert_eq!(mask().stream().feed(b"plain").as_ref(), b"plain");
    }

    #[test]
    fn files_below_a_directory_are_masked_and_links_are_left_alone() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir(dir.path().join("deep")).unwrap();
        std::fs::write(dir.path().join("deep/log"), b"\xff hunter22").unwrap();
        std::fs::write(outside.path().join("mine"), "hunter22").unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("mine"), dir.path().join("other")).unwrap();
        mask().sweep(dir.path()).unwrap();
        assert_eq!(std::fs::read(dir.path().join("deep/log")).unwrap(), b"\xff [secret TOKEN]");
        assert_eq!(std::fs::read(outside.path().join("mine")).unwrap(), b"hunter22");
        mask().sweep(&dir.path().join("gone")).unwrap();
    }

    #[test]
    fn debug_output_names_secrets_only() {
        assert!(!format!("{:?}", mask()).contains("hunter"));
    }

    proptest! {
        #[test]
        fn pieces_are_masked_as_the_whole_is(
            secrets in prop::collection::vec("[ab]{4,7}", 1..4),
            text in "[abc]{0,60}",
            cuts in prop::collection::vec(0_usize..60, 0..6),
        ) {
            let mask = Mask::of(secrets.iter().map(|secret| ("S", secret.as_str())));
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            let masked = String::from_utf8(in_pieces(&mask, &pieces)).unwrap();
            prop_assert_eq!(masked, mask.text(&text).into_owned());
        }
    }
}
