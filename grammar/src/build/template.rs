//! Strings: escapes, and the indentation of `"""` blocks.

use super::Build;
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::span::Span;
use crate::tree::{Template, TemplatePart};

/// Which escapes a text knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// `\n`, `\"`, `\u{1F600}` and so on
    All,
    /// Only `\${`, as in a Markdown file
    Hole,
}

/// How a string is written.
struct Form<'t> {
    block: bool,
    /// What each line begins with that is not part of the text.
    indentation: &'t str,
    /// Whether the first part begins a line.
    at_line_start: bool,
    escapes: Escapes,
}

impl Build<'_> {
    /// `"…"`
    pub(crate) fn quoted(&mut self, parts: Vec<TemplatePart>, l: u32, r: u32) -> Template {
        self.template(
            parts,
            Span::new(l, r),
            Form { block: false, indentation: "", at_line_start: false, escapes: Escapes::All },
        )
    }

    /// `"""…"""`: the first newline, the last line's blanks and the indentation of the closing quotes are not part of
    /// the text.
    pub(crate) fn block_string(&mut self, mut parts: Vec<TemplatePart>, l: u32, r: u32) -> Template {
        let mut indentation = "";
        let mut at_line_start = false;
        if let Some(TemplatePart::Text(_, span)) = parts.last_mut() {
            let text = self.slice(*span);
            let line = text.rfind('\n').map_or(0, |newline| newline + 1);
            // Without a newline before it, the line of the closing quotes began with a hole or with the opening quotes.
            if line > 0 && text[line..].trim_ascii().is_empty() {
                indentation = &text[line..];
                span.end -= byte_count(indentation);
            }
        }
        if let Some(TemplatePart::Text(_, span)) = parts.first_mut() {
            let text = self.slice(*span);
            let first = text.find('\n').map_or(0, |newline| newline + 1);
            if text[..first].trim_ascii().is_empty() {
                span.start += byte_count(&text[..first]);
                at_line_start = first > 0;
            }
        }
        parts.retain(|part| !matches!(part, TemplatePart::Text(_, span) if span.is_empty()));
        self.template(
            parts,
            Span::new(l, r),
            Form { block: true, indentation, at_line_start, escapes: Escapes::All },
        )
    }

    /// A text that is a template as a whole.
    pub(crate) fn whole_template(&mut self, parts: Vec<TemplatePart>) -> Template {
        let span = Span::new(0, byte_count(self.text));
        self.template(
            parts,
            span,
            Form { block: true, indentation: "", at_line_start: false, escapes: Escapes::Hole },
        )
    }

    /// `'…'`, backticks, or quotes from a word processor: reported, and taken for `"…"`.
    pub(crate) fn single_quoted(&mut self, l: u32, r: u32) -> Template {
        let span = Span::new(l, r);
        let raw = self.slice(span);
        let inner = raw.trim_matches(|c: char| matches!(c, '\'' | '`') || !c.is_ascii());
        if raw.starts_with(['\'', '`']) {
            let fixed = format!("\"{}\"", inner.replace('"', "\\\""));
            let error = SyntaxError::new(SyntaxErrorKind::SingleQuotes, span);
            self.errors.push(error.with_suggestion(span, fixed));
        }
        let parts = if inner.is_empty() { vec![] } else { vec![TemplatePart::Text(inner.to_owned(), span)] };
        Template { parts, span, block: false }
    }

    /// A string that may hold no `${…}`: reports the first one.
    pub(crate) fn plain(&mut self, template: Template, what: &'static str) -> Template {
        let hole = template.parts.iter().find_map(|part| match part {
            TemplatePart::Hole(hole) => Some(hole.span),
            TemplatePart::Text(..) => None,
        });
        if let Some(span) = hole {
            self.error(SyntaxErrorKind::HoleInPlainString(what), span);
        }
        template
    }

    fn template(&mut self, mut parts: Vec<TemplatePart>, span: Span, form: Form<'_>) -> Template {
        let mut at_line_start = form.at_line_start;
        for part in &mut parts {
            if let TemplatePart::Text(text, span) = part {
                *text = self.resolve(*span, form.indentation, at_line_start, form.escapes);
            }
            at_line_start = false;
        }
        parts.retain(|part| !matches!(part, TemplatePart::Text(text, _) if text.is_empty()));
        Template { parts, span, block: form.block }
    }

    /// The text that a piece of source stands for.
    fn resolve(&mut self, span: Span, indentation: &str, at_line_start: bool, escapes: Escapes) -> String {
        let raw = self.slice(span);
        if indentation.is_empty() && !raw.contains(['\\', '\r']) {
            return raw.to_owned();
        }
        let mut out = String::with_capacity(raw.len());
        let mut at = 0;
        if at_line_start {
            at += common_prefix(raw, indentation);
        }
        while let Some(step) = raw[at..].find(['\\', '\r', '\n']) {
            out.push_str(&raw[at..at + step]);
            at += step;
            match raw.as_bytes()[at] {
                b'\n' => {
                    out.push('\n');
                    at += 1;
                    at += common_prefix(&raw[at..], indentation);
                }
                b'\r' => {
                    // Windows' newlines are newlines.
                    if raw.as_bytes().get(at + 1) != Some(&b'\n') {
                        out.push('\r');
                    }
                    at += 1;
                }
                _ => at += self.escape(&raw[at..], span.start + byte_count(&raw[..at]), escapes, &mut out),
            }
        }
        out.push_str(&raw[at..]);
        out
    }

    /// Resolves the escape that `raw` begins with, at byte `start` of the source; yields its length.
    fn escape(&mut self, raw: &str, start: u32, escapes: Escapes, out: &mut String) -> usize {
        let next = raw[1..].chars().next();
        if escapes == Escapes::Hole {
            // Anything but `\${` is two characters of plain text.
            if !raw[1..].starts_with("${") {
                out.push('\\');
                return 1;
            }
            out.push('$');
            return 2;
        }
        let simple = match next {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some(same @ ('"' | '\\' | '$')) => same,
            Some('u') => return self.unicode_escape(raw, start, out),
            other => {
                let length = 1 + other.map_or(0, char::len_utf8);
                let shown = raw[..length].trim_end_matches(['\n', '\r']);
                let span = Span::new(start, start + byte_count(shown));
                let error = SyntaxError::new(SyntaxErrorKind::UnknownEscape(shown.into()), span);
                self.errors.push(error.with_suggestion(Span::new(start, start), "\\"));
                out.push('\\');
                return 1;
            }
        };
        out.push(simple);
        2
    }

    fn unicode_escape(&mut self, raw: &str, start: u32, out: &mut String) -> usize {
        let digits =
            raw[2..].strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(digits, _)| digits);
        let Some(digits) = digits.filter(|digits| !digits.contains('\n')) else {
            let span = Span::new(start, start + 2);
            self.error(SyntaxErrorKind::BadUnicodeEscape("write it as `\\u{1F600}`"), span);
            return 2;
        };
        let length = digits.len() + 4;
        let hexadecimal =
            !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|c| c.is_ascii_hexdigit());
        let found = if !hexadecimal {
            Err("one to six hexadecimal digits stand between the braces")
        } else {
            let number = u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
            char::from_u32(number).ok_or("there is none with this number")
        };
        match found {
            Ok(found) => out.push(found),
            Err(why) => {
                let span = Span::new(start, start + byte_count(&raw[..length]));
                self.error(SyntaxErrorKind::BadUnicodeEscape(why), span);
            }
        }
        length
    }
}

fn byte_count(text: &str) -> u32 {
    // Texts of 4 GiB and more are refused before they come here.
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// How much of `prefix` a line begins with.
fn common_prefix(line: &str, prefix: &str) -> usize {
    line.bytes().zip(prefix.bytes()).take_while(|(a, b)| a == b).count()
}
