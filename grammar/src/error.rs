//! What can be wrong with a text before any meaning is known, as plain data.

use crate::span::Span;
use smol_str::SmolStr;

/// One mistake in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
    /// A second place that explains the first, with what to say there.
    pub label: Option<(Span, &'static str)>,
    /// Text that would mend it.
    pub suggestion: Option<Suggestion>,
}

/// A replacement of a piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub text: SmolStr,
}

impl SyntaxError {
    /// An error at a place, without label or suggestion.
    pub fn new(kind: SyntaxErrorKind, span: Span) -> Self {
        Self { kind, span, label: None, suggestion: None }
    }

    /// Adds the second place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: &'static str) -> Self {
        self.label = Some((span, text));
        self
    }

    /// Adds the mending text.
    #[must_use]
    pub fn with_suggestion(mut self, span: Span, text: impl Into<SmolStr>) -> Self {
        self.suggestion = Some(Suggestion { span, text: text.into() });
        self
    }

    /// The stable code, `E0001` to `E0099`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The message: one line that stands alone.
    pub fn message(&self) -> String {
        self.kind.message()
    }

    /// A way forward, where the message does not already name it.
    pub fn help(&self) -> Option<String> {
        self.kind.help()
    }

    /// The same error with all places counted from `base` bytes earlier: turns one of an item into one of its file.
    #[must_use]
    pub fn shifted(self, base: u32) -> Self {
        self.moved(|span| span.shifted(base))
    }

    /// The opposite of [`shifted`](Self::shifted).
    pub(crate) fn unshifted(self, base: u32) -> Self {
        self.moved(|span| Span::new(span.start - base, span.end - base))
    }

    fn moved(mut self, place: impl Fn(Span) -> Span) -> Self {
        self.span = place(self.span);
        self.label = self.label.map(|(span, text)| (place(span), text));
        if let Some(suggestion) = &mut self.suggestion {
            suggestion.span = place(suggestion.span);
        }
        self
    }
}

/// So many mistakes of an item are remembered before it is read; nobody reads the others.
const MOST_ERRORS: usize = 1000;

/// Adds a mistake to others, unless there are too many of them.
pub(crate) fn remember(errors: &mut Vec<SyntaxError>, error: SyntaxError) {
    if errors.len() < MOST_ERRORS {
        errors.push(error);
    }
}

/// The code that says that there are more mistakes than are worth listing.
pub const MORE_ERRORS: &str = "E0036";

/// The kinds of mistake. Each has a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    // E0001–E0029: characters and literals
    /// Characters that mean nothing.
    UnknownText(SmolStr),
    /// A character that looks like one of ASCII: the character, and what is meant.
    Confusable(char, &'static str),
    /// A character that cannot be seen, by its number.
    Invisible(char),
    /// A name with letters outside of ASCII.
    ForeignName(SmolStr),
    /// `"…` without its end.
    UnterminatedString,
    /// `"""…` without its end.
    UnterminatedBlock,
    /// `${…` without its end.
    UnterminatedHole,
    /// `\q`
    UnknownEscape(SmolStr),
    /// `\u{…}` that is no character, and why.
    BadUnicodeEscape(&'static str),
    /// A number that is not written as one, and why.
    MalformedNumber(SmolStr, &'static str),
    /// `5.`
    NoDigitsBehindPoint,
    /// A number that does not fit; what it is a number of.
    NumberTooLarge(&'static str),
    /// `15x`
    UnknownUnit(SmolStr),
    /// `'text'`
    SingleQuotes,
    /// `# comment`, `/* comment */`
    ForeignComment(&'static str),

    // E0030–E0039: layout and limits
    /// More than 256 brackets in one another.
    BracketsTooDeep,
    /// An expression higher than [`MAX_DEPTH`](crate::parse::MAX_DEPTH).
    TooDeep,
    /// A text of 4 GiB or more.
    TextTooLarge,
    /// A bracket that is not closed.
    Unclosed(&'static str),
    /// A bracket that closes nothing.
    Unopened(&'static str),
    /// `//!` behind the first item.
    LateModuleDocs,
    /// More mistakes than are worth listing; how many more, where it is known.
    TooManyErrors(Option<usize>),

    // E0040–E0099: syntax
    /// Something else than what can stand here: what was found, what was expected.
    Unexpected {
        /// What stands there, worded.
        found: SmolStr,
        /// What could, worded; empty when there is nothing helpful to say.
        expected: SmolStr,
    },
    /// `e.` without a name.
    MissingName,
    /// `=` where `==` is meant.
    AssignInCondition,
    /// `;`
    Semicolon,
    /// An operator of another language: as written, and ours (empty if there is none).
    ForeignOperator(SmolStr, &'static str),
    /// A word of another language: as written, and ours (empty if it is just left out).
    ForeignWord(SmolStr, &'static str),
    /// `->`, `:` or `=>` in another's place: as written, and what is meant.
    WrongSign(&'static str, &'static str),
    /// `{` on a line of its own.
    BraceOnOwnLine,
    /// `Plan { title: "x" }`
    BracesConstruct(SmolStr),
    /// `A { x } => …`
    BracesInPattern(SmolStr),
    /// Documentation of nothing.
    DocsOfNothing,
    /// Documentation behind the attributes of what it describes.
    DocsBehindAttribute,
    /// `a < b < c`: the operator.
    ChainedOperator(&'static str),
    /// `a + not b`
    NotNeedsParens,
    /// A string with holes where it must be plain.
    HoleInPlainString(&'static str),
    /// `T??`
    AlreadyOptional,
    /// A statement at the top level.
    StatementAtTop(SmolStr),
    /// A keyword used as a name.
    KeywordAsName(SmolStr),
    /// A lower-case name where a type's is expected, or the other way round: what was found and what fits.
    WrongCase {
        /// The name.
        found: SmolStr,
        /// What it names: `a type`, `a value`.
        what: &'static str,
        /// The name in the right case.
        fixed: SmolStr,
    },
    /// Two statements or entries on one line without a separator.
    SameLine(&'static str),
    /// `30 s`: as it is written right.
    SpacedUnit(SmolStr),
    /// A field of a type without a name: its type.
    UnnamedField(SmolStr),
    /// `type B { C, D }`: how it begins when it is written right.
    VariantsInBraces(SmolStr),
    /// `[a, b] => …`
    ListPattern,
    /// What other languages have and this one writes otherwise.
    ForeignForm {
        /// What is said of it.
        message: SmolStr,
        /// How it is written here; empty if the message says it.
        help: SmolStr,
    },
    /// `|x| total += x`: what it assigns, as written.
    ClosureAssigns(SmolStr),
}

impl SyntaxErrorKind {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownText(_) => "E0001",
            Self::Confusable(..) => "E0002",
            Self::Invisible(_) => "E0003",
            Self::ForeignName(_) => "E0004",
            Self::UnterminatedString => "E0005",
            Self::UnterminatedBlock => "E0006",
            Self::UnterminatedHole => "E0007",
            Self::UnknownEscape(_) => "E0008",
            Self::BadUnicodeEscape(_) => "E0009",
            Self::MalformedNumber(..) | Self::NoDigitsBehindPoint => "E0010",
            Self::NumberTooLarge(_) => "E0011",
            Self::UnknownUnit(_) => "E0012",
            Self::SingleQuotes => "E0013",
            Self::ForeignComment(_) => "E0014",
            Self::BracketsTooDeep => "E0030",
            Self::TooDeep => "E0031",
            Self::TextTooLarge => "E0032",
            Self::Unclosed(_) => "E0033",
            Self::Unopened(_) => "E0034",
            Self::LateModuleDocs => "E0035",
            Self::TooManyErrors(_) => MORE_ERRORS,
            Self::Unexpected { .. } => "E0040",
            Self::MissingName => "E0041",
            Self::AssignInCondition => "E0042",
            Self::Semicolon => "E0043",
            Self::ForeignOperator(..) => "E0044",
            Self::ForeignWord(..) => "E0045",
            Self::WrongSign(..) => "E0046",
            Self::BraceOnOwnLine => "E0047",
            Self::BracesConstruct(_) | Self::BracesInPattern(_) => "E0048",
            Self::DocsOfNothing | Self::DocsBehindAttribute => "E0049",
            Self::ChainedOperator(_) => "E0050",
            Self::NotNeedsParens => "E0051",
            Self::HoleInPlainString(_) => "E0052",
            Self::AlreadyOptional => "E0053",
            Self::StatementAtTop(_) => "E0054",
            Self::KeywordAsName(_) => "E0055",
            Self::WrongCase { .. } => "E0056",
            Self::SameLine(_) => "E0057",
            Self::SpacedUnit(_) => "E0012",
            Self::UnnamedField(_) => "E0058",
            Self::VariantsInBraces(_) => "E0059",
            Self::ListPattern => "E0060",
            Self::ForeignForm { .. } => "E0061",
            Self::ClosureAssigns(_) => "E0062",
        }
    }

    /// Whether it is about characters and literals, so that what stands behind may be misread because of it.
    pub(crate) fn is_of_characters(&self) -> bool {
        self.code() < "E0030" && !matches!(self, Self::ForeignComment(_))
    }

    /// Whether the rest of its line is read by guess.
    pub(crate) fn is_guess(&self) -> bool {
        matches!(self, Self::Unexpected { .. } | Self::ForeignForm { .. } | Self::SameLine(_))
    }

    /// The message: one line that stands alone.
    pub fn message(&self) -> String {
        match self {
            Self::UnknownText(text) => format!("`{}` means nothing here", printable(text)),
            Self::Confusable(found, meant) => {
                format!("`{found}` looks like `{meant}` but is another character")
            }
            Self::Invisible(found) => {
                format!("an invisible character, U+{:04X}, stands here", u32::from(*found))
            }
            Self::ForeignName(text) => format!("`{text}` is not a name: names are written in ASCII letters"),
            Self::UnterminatedString => "this string is never closed".into(),
            Self::UnterminatedBlock => "this `\"\"\"` string is never closed".into(),
            Self::UnterminatedHole => "this `${` is never closed".into(),
            Self::UnknownEscape(escape) => format!("`{escape}` is not an escape"),
            Self::BadUnicodeEscape(why) => format!("this is not a character: {why}"),
            Self::MalformedNumber(text, why) => format!("`{text}` is not a number: {why}"),
            Self::NumberTooLarge(what) => format!("this {what} is too large"),
            Self::UnknownUnit(text) => format!("`{text}` is neither a number nor a duration"),
            Self::SingleQuotes => "strings are written in double quotes".into(),
            Self::ForeignComment(_) => "comments begin with `//`".into(),
            Self::BracketsTooDeep => "brackets are nested deeper than 256 levels".into(),
            Self::TooDeep => format!("this is nested deeper than {} levels", crate::parse::MAX_DEPTH),
            Self::TextTooLarge => "this file is larger than 4 GiB".into(),
            Self::Unclosed(opener) => format!("this `{opener}` is never closed"),
            Self::Unopened(closer) => format!("this `{closer}` closes nothing"),
            Self::LateModuleDocs => "documentation of the module must stand before its first item".into(),
            Self::TooManyErrors(None) => "there are more mistakes behind this one".into(),
            Self::TooManyErrors(Some(1)) => "at least one more mistake is not listed".into(),
            Self::TooManyErrors(Some(more)) => {
                format!("at least {more} more mistakes are not listed")
            }
            Self::Unexpected { found, expected } if expected.is_empty() => {
                format!("did not expect {found} here")
            }
            Self::Unexpected { found, expected } => format!("expected {expected}, found {found}"),
            Self::NoDigitsBehindPoint => "a number has digits on both sides of the point".into(),
            Self::MissingName => "expected a name behind the dot".into(),
            Self::AssignInCondition => "`=` assigns; `==` compares".into(),
            Self::Semicolon => "a newline ends a statement, not `;`".into(),
            Self::ForeignOperator(found, "") => format!("there is no operator `{found}`"),
            Self::ForeignOperator(found, ours) => format!("the operator is `{ours}`, not `{found}`"),
            Self::ForeignWord(found, "") => format!("`{found}` is not used in Flow"),
            Self::ForeignWord(found, ours) => format!("the word is `{ours}`, not `{found}`"),
            Self::WrongSign(found, meant) => format!("`{meant}` stands here, not `{found}`"),
            Self::BraceOnOwnLine => "`{` must stand on the line that it belongs to".into(),
            Self::BracesConstruct(name) => format!("`{name}` is built with parentheses, not braces"),
            Self::BracesInPattern(name) => {
                format!("the fields of `{name}` stand in parentheses, not in braces")
            }
            Self::DocsOfNothing => "this documentation describes nothing".into(),
            Self::DocsBehindAttribute => {
                "documentation stands in front of attributes, not behind them".into()
            }
            Self::ChainedOperator(op) => format!("`{op}` cannot be chained"),
            Self::NotNeedsParens => "`not` needs parentheses here".into(),
            Self::HoleInPlainString(what) => format!("{what} cannot hold `${{…}}`"),
            Self::AlreadyOptional => "this type is optional already".into(),
            Self::StatementAtTop(found) => format!("expected an item, found {found}"),
            Self::KeywordAsName(word) => format!("`{word}` is a keyword and cannot be a name here"),
            Self::WrongCase { found, what, .. } => format!("`{found}` cannot name {what}"),
            Self::SameLine(what) => format!("expected {what}"),
            Self::SpacedUnit(_) => "a duration is written without a space".into(),
            Self::UnnamedField(ty) => format!("this field of type `{ty}` has no name"),
            Self::VariantsInBraces(_) => "variants stand behind `=`, not in braces".into(),
            Self::ListPattern => "there are no patterns for lists and maps".into(),
            Self::ForeignForm { message, .. } => message.to_string(),
            Self::ClosureAssigns(target) => {
                format!("a closure is one expression, so it cannot assign `{target}`")
            }
        }
    }

    /// A way forward, where the message does not already name it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Confusable(_, meant) => format!("write `{meant}`"),
            Self::Invisible(_) => "delete it, or write it as `\\u{…}` in a string".into(),
            Self::UnterminatedString => "close it with `\"` on the same line, or use `\"\"\"` for text of several lines".into(),
            Self::UnterminatedBlock => "close it with `\"\"\"`".into(),
            Self::UnterminatedHole => "close it with `}`, or write `\\${` for plain text".into(),
            Self::UnknownEscape(_) => "escapes are `\\n` `\\t` `\\r` `\\\"` `\\\\` `\\$` `\\u{1F600}`".into(),
            Self::UnknownUnit(_) => "units are `ms` `s` `m` `h` `d`, as in `15m`".into(),
            Self::BracketsTooDeep | Self::TooDeep => "give a name to an inner part with `let` or `fn`".into(),
            Self::ForeignComment(found) => format!("write `//` instead of `{found}`"),
            Self::LateModuleDocs => "move it to the top, or write `///` to describe the next item".into(),
            Self::NoDigitsBehindPoint => "write a `0` behind it, or leave the point out".into(),
            Self::AssignInCondition => "write `==`".into(),
            Self::ForeignOperator(found, _) if found == "++" => "write `x += 1`".into(),
            Self::ForeignOperator(found, _) if found == "--" => "write `x = x - 1`; comments begin with `//`".into(),
            Self::ForeignOperator(found, "") if found.ends_with('=') => {
                format!("write `x = x {} …`", assigning(found)?)
            }
            Self::ForeignOperator(found, _) if found == "not in" => "write `not (x in xs)`".into(),
            Self::ForeignOperator(found, _) if found == "is not" => {
                "write `x != none`, or `not (x is Done)` for a variant".into()
            }
            Self::ForeignOperator(found, _) if found == "**" => "multiply as often as it takes: `x * x`".into(),
            Self::ForeignOperator(found, _) if matches!(found.as_str(), "<<" | ">>") => {
                "there are no operators for bits: multiply and divide".into()
            }
            Self::ForeignOperator(found, _) if found == "..<" => "a range has its end in it: write `0..9` for ten numbers".into(),
            Self::ForeignOperator(found, _) if matches!(found.as_str(), "..." | "..=") => "a range has its end in it".into(),
            Self::ForeignForm { help, .. } if !help.is_empty() => help.to_string(),
            Self::UnknownText(found) => match found.as_str() {
                "$" => "a name is written without `$`; `${…}` stands in strings, and money as `$2.50`".into(),
                "&" | "^" | "~" => "there are no operators for bits, and no references".into(),
                _ => return None,
            },
            Self::SpacedUnit(fixed) => format!("write `{fixed}`"),
            Self::ListPattern => "ask for its length, as in `match xs.len() { 0 => …, 1 => xs[0], _ => … }`, and take elements with `xs[0]`, `xs.first()` or `for`, the value of a key with `counts.get(\"a\")`".into(),
            Self::ClosureAssigns(_) => "go through the list with `for`, or use `fold(start, |sum, x| …)`, which hands a value from element to element".into(),
            Self::UnnamedField(ty) => format!("name it: `value: {ty}`"),
            Self::VariantsInBraces(fixed) => format!("write `{fixed}`"),
            Self::ForeignWord(found, _) if found == "try" => {
                "`catch` stands behind the call that may fail: `build() catch error { … }`".into()
            }
            Self::ForeignWord(_, "loop max N") => "a loop names its bound, and is left with `break`".into(),
            Self::BracesConstruct(name) => format!("write `{name}(field: value)`"),
            Self::BracesInPattern(name) => {
                format!("write `{name}(field)` for a variant, and `{{ field }}` alone for a record")
            }
            Self::DocsOfNothing => "write `//` for a comment".into(),
            Self::DocsBehindAttribute => "move it above the line of the attribute".into(),
            Self::ChainedOperator(_) => "join two of them with `and`, or use parentheses".into(),
            Self::StatementAtTop(_) => "items are `import`, `type`, `agent`, `command`, `human`, `fn`, `flow`, `tool`, `test`, `const`, `secret`; \
                 steps stand inside a `flow`"
                .into(),
            Self::WrongCase { what: "a type", .. } => "types and variants begin with a capital letter".into(),
            Self::WrongCase { what: "a constant" | "a secret", .. } => "constants and secrets are written in capitals".into(),
            Self::WrongCase { .. } => "values, functions and fields begin with a small letter".into(),
            _ => return None,
        })
    }
}

/// Our operator in a sign that assigns with it elsewhere: `*` of `*=`, `or` of `||=`.
pub(crate) fn assigning(sign: &str) -> Option<&str> {
    Some(match sign.strip_suffix('=')? {
        "||" => "or",
        "&&" => "and",
        operator => operator,
    })
}

/// A text of the program in a message, control characters as escapes: a terminal shows them then, and does not obey them.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out
}
