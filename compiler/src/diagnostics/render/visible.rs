//! Characters that a terminal would obey, made visible: escapes in what is said, pictures of them in the source.

use crate::diagnostics::report::{Report, Source};
use std::borrow::Cow;

/// Control characters that would be lost among those of a drawing, or end a line in it, and what stands for them while it
/// is drawn. They are as long, so that places stay what they are.
const STAND_INS: [(char, char, char); 4] =
    [('\u{1B}', '\u{1}', '␛'), ('\u{B}', '\u{2}', '␋'), ('\u{C}', '\u{3}', '␌'), ('\r', '\u{4}', '␍')];

/// Whether a terminal may do something else with it than show it.
fn commands(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t') || turns(c)
}

/// Whether it turns the direction of text, or ends a line only for some.
fn turns(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A report whose messages, paths and remarks hold escapes in place of such characters.
pub(super) fn words(report: &Report) -> Cow<'_, Report> {
    let is_odd = |text: &String| text.chars().any(commands);
    let odd = report.sources.iter().any(|source| is_odd(&source.path))
        || report.findings.iter().any(|finding| {
            let said =
                finding.labels.iter().map(|label| &label.text).chain(&finding.notes).chain(&finding.help);
            is_odd(&finding.message) || said.into_iter().any(is_odd)
        });
    if !odd {
        return Cow::Borrowed(report);
    }
    let mut report = report.clone();
    for source in &mut report.sources {
        source.path = escaped(&source.path);
    }
    for finding in &mut report.findings {
        let said = finding.labels.iter_mut().map(|label| &mut label.text);
        for text in said.chain(&mut finding.notes).chain(&mut finding.help).chain([&mut finding.message]) {
            *text = escaped(text);
        }
    }
    Cow::Owned(report)
}

/// Text for a terminal, with escapes in place of what that would obey.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(commands) { Cow::Owned(escaped(text)) } else { Cow::Borrowed(text) }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if commands(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// A report whose sources can be drawn: [`drawn`] puts in the pictures.
pub(super) fn sources<'r>(report: &'r Report) -> Cow<'r, Report> {
    let ends_line = |text: &str, at: usize| text[at..].starts_with("\r\n");
    let is_odd = |source: &Source| {
        source.text.char_indices().any(|(at, c)| commands(c) && !ends_line(&source.text, at))
    };
    if !report.sources.iter().any(is_odd) {
        return Cow::Borrowed(report);
    }
    let mut report = report.clone();
    for source in report.sources.iter_mut().filter(|source| is_odd(source)) {
        let text = &source.text;
        let shown = text.char_indices().map(|(at, c)| match c {
            c if !commands(c) || ends_line(text, at) => c,
            c if c.len_utf8() == 2 => '¤',
            c if c.len_utf8() == 3 => '�',
            '\u{1}'..='\u{4}' => '\u{5}',
            c => STAND_INS.iter().find(|(odd, ..)| *odd == c).map_or(c, |(_, stand_in, _)| *stand_in),
        });
        source.text = shown.collect();
    }
    Cow::Owned(report)
}

/// A drawing with pictures for control characters other than those that colour it.
pub(super) fn drawn(drawing: &str) -> String {
    let picture = |c: char| match c {
        '\n' | '\t' | '\r' | '\u{1B}' => c,
        '\u{7F}' => '␡',
        c if c < ' ' => {
            let picture = char::from_u32(0x2400 + u32::from(c)).unwrap_or(c);
            STAND_INS.iter().find(|(_, stand_in, _)| *stand_in == c).map_or(picture, |(.., picture)| *picture)
        }
        c => c,
    };
    drawing.chars().map(picture).collect()
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::render::{Format, render};
    use crate::diagnostics::report::{Finding, FindingLabel, Report, Source};
    use crate::diagnostics::{Code, Severity};
    use flow_grammar::span::Span;

    #[test]
    fn text_for_a_terminal_keeps_its_lines_and_escapes_what_that_would_obey() {
        assert_eq!(super::visible("a\tb\n\u{1b}[2J\r\u{7}é"), "a\tb\n\\u{1b}[2J\\u{d}\\u{7}é");
    }

    #[test]
    fn no_form_for_people_hands_on_what_a_terminal_obeys() {
        let text = "let a = \"\u{1b}[2J\u{7}\u{9b}\u{202e}x\u{c}y\u{0}\" z\r\n";
        let at = u32::try_from(text.find('z').unwrap()).unwrap();
        let labels = vec![FindingLabel { source: 0, span: Span::new(at, at + 1), text: "\u{1b}c".into() }];
        let finding = Finding {
            code: Code("E0106"),
            severity: Severity::Error,
            message: "there is no `\u{1b}]0;x\u{7}`".into(),
            labels,
            notes: vec!["\u{85}".into()],
            help: Some("\u{2028}".into()),
            fixes: Vec::new(),
        };
        let report = Report { sources: vec![Source::new("\u{1b}.flow", text)], findings: vec![finding] };
        for format in [Format::Rich, Format::Short, Format::Github, Format::Junit] {
            let out = render(&report, format, false);
            let odd: Vec<char> =
                out.chars().filter(|c| c.is_control() && *c != '\n' || super::turns(*c)).collect();
            assert!(odd.is_empty(), "{format:?} {odd:?}\n{out}");
            assert!(out.contains("\\u{1b}"), "{out}");
        }
        let out = render(&report, Format::Rich, false);
        assert!(out.contains("␛[2J␇¤�x␌y␀"), "{out}");
        let out = render(&report, Format::Rich, true);
        // What colours is left, and nothing else.
        assert!(
            out.split('\u{1b}').skip(1).all(|rest| rest.starts_with('[') && rest.contains('m')),
            "{out:?}"
        );
    }
}
