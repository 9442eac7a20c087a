//! Diagnostics as plain data: what is wrong, where, and what would mend it. A [`report`] is cut loose from the database,
//! [`render`] makes text of it, [`codes`] explains.

pub mod codes;
pub mod lines;
pub mod render;
pub mod report;

use crate::db::SourceFile;
use flow_grammar::span::Span;
use smol_str::SmolStr;

/// A diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Its stable code; decides the severity.
    pub code: Code,
    /// The primary line: stands alone, lower case, no final stop, backticks around user text.
    pub message: String,
    /// The places: the first is the primary one.
    pub labels: Vec<Label>,
    /// Why, and what else one must know; a line each.
    pub notes: Vec<String>,
    /// How to mend it, as the last line.
    pub help: Option<String>,
    /// Edits that mend it.
    pub fixes: Vec<Fix>,
}

/// A stable code: `E0201`, `W0301`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl Code {
    /// Errors begin with `E`, warnings with `W`, notes with `N`.
    pub fn severity(self) -> Severity {
        match self.0.as_bytes().first() {
            Some(b'W') => Severity::Warning,
            Some(b'N') => Severity::Note,
            _ => Severity::Error,
        }
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The program cannot run.
    Error,
    /// It can, but something is probably not meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place with what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// What is said; may be empty for the primary label.
    pub text: String,
}

/// A place in the source. While an item is checked, places are counted from the start of their item, so that the result
/// stays valid when the item moves; `check_file` gives them in their file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Counted from the start of the file.
    File(SourceFile, Span),
    /// Counted from the start of an item.
    Item(ItemKey, Span),
}

impl Place {
    /// The file that it lies in.
    pub const fn file(&self) -> SourceFile {
        match self {
            Self::File(file, _) => *file,
            Self::Item(key, _) => key.file,
        }
    }
}

/// Names an item across edits: by its file, its name and its place among items of that name, not by its position.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, salsa::SalsaValue)]
pub struct ItemKey {
    /// Its file.
    pub file: SourceFile,
    /// What it declares; for an import its path, for a test its sentence, for a broken item its first word.
    pub name: SmolStr,
    /// Which of several items of that name, from 0.
    pub nth: u32,
}

/// Edits that mend what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What they do: "change to `reviewer`".
    pub title: String,
    /// The edits; none overlap.
    pub edits: Vec<Edit>,
    /// Whether it is what was meant beyond doubt, so that a tool may apply it unasked.
    pub certain: bool,
}

/// A replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub place: Place,
    /// By what.
    pub text: String,
}

impl Diagnostic {
    /// A diagnostic with its primary place.
    pub fn new(code: Code, message: impl Into<String>, place: Place) -> Self {
        Self {
            code,
            message: readable(message),
            labels: vec![Label { place, text: String::new() }],
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = readable(text);
        }
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: readable(text) });
        self
    }

    /// Says why.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(readable(text));
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(readable(text));
        self
    }

    /// Offers edits that mend it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(Fix { title: readable(fix.title), ..fix });
        self
    }
}

/// Nobody mends more mistakes than this in one go: of each further one, there is more to wait for than to learn.
pub const MOST_ERRORS: usize = 500;

/// Whether so much is wrong already that looking further is not worth it.
pub fn is_flooded(found: &[Diagnostic]) -> bool {
    found.len() > MOST_ERRORS && found.last().is_some_and(|last| last.code.severity() == Severity::Error)
}

/// Nobody reads more of a message than this many bytes: a name in it may be of any length.
const LONGEST_TEXT: usize = 2000;

/// A text, or what stands at its beginning and its end if it is long.
fn readable(text: impl Into<String>) -> String {
    let text = text.into();
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let (head, tail) = (text.floor_char_boundary(LONGEST_TEXT / 2), text.len() - LONGEST_TEXT / 4);
    format!("{} … {}", &text[..head], &text[text.ceil_char_boundary(tail)..])
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_text_that_nobody_would_read_is_cut() {
        let short = "ü".repeat(1000);
        assert_eq!(readable(short.as_str()), short);
        let long = readable(format!("the name `{}` is too long", "ü".repeat(1_000_000)));
        assert!(long.starts_with("the name `ü") && long.ends_with("ü` is too long"), "{long}");
        assert!(long.len() < 2000 && long.contains("ü … ü"));
    }
}
