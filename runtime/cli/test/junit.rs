//! What CI servers read: the XML of JUnit.

use std::fmt::Write as _;

use super::Outcome;
use super::text::{Paint, failure};

/// The document.
pub(crate) fn document(outcome: &Outcome<'_>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<testsuites name=\"flow\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3}\">",
        outcome.ran.len(),
        outcome.failed(),
        outcome.seconds
    );
    for (index, suite) in outcome.suites.iter().enumerate() {
        let own: Vec<_> = outcome.ran.iter().filter(|ran| ran.suite == index).collect();
        let failed = own.iter().filter(|ran| ran.report.finding.is_some()).count();
        let time: f64 = own.iter().map(|ran| ran.seconds).sum();
        let file = escaped(&suite.file);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"{time:.3}\">",
            own.len()
        );
        for ran in own {
            let line = suite.place_of(&ran.name).map_or(0, |place| place.line);
            let _ = write!(
                out,
                "    <testcase name=\"{}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\" time=\"{:.3}\"",
                escaped(&ran.name),
                ran.seconds
            );
            let _ = match &ran.report.finding {
                None => writeln!(out, "/>"),
                Some(finding) => writeln!(
                    out,
                    ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
                    finding.kind,
                    escaped(&finding.message),
                    escaped(&failure(suite, ran, &Paint::none()))
                ),
            };
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text where XML allows it; characters that XML cannot hold are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}') => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_cannot_hold_is_left_out_and_the_rest_is_escaped() {
        assert_eq!(escaped("a < \"b\" & \u{1b}c\n"), "a &lt; &quot;b&quot; &amp; c\n");
    }
}
