//! One line each, by codespan-reporting.

use crate::diagnostics::Severity;
use crate::diagnostics::report::{Finding, Report};
use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Level};
use codespan_reporting::files::{Error, Files, Location};
use codespan_reporting::term::{Config, DisplayStyle, emit_into_string};
use flow_grammar::span::Span;
use std::ops::Range;

pub(super) fn render(report: &Report) -> String {
    report.findings.iter().map(|finding| line(report, finding)).collect()
}

/// The line of one finding.
pub(super) fn line(report: &Report, finding: &Finding) -> String {
    let config = Config { display_style: DisplayStyle::Short, ..Config::default() };
    let level = match finding.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
    };
    let label = finding.labels.first().map(|label| Label::primary(label.source, label.span.range()));
    let diagnostic = Diagnostic::new(level)
        .with_code(finding.code)
        .with_message(&finding.message)
        .with_labels(label.into_iter().collect());
    // A place that codespan cannot find would be our mistake; the message must not be lost for it.
    emit_into_string(&config, &Texts(report), &diagnostic).unwrap_or_else(|_| {
        format!("{}[{}]: {}\n", super::word(finding.severity), finding.code, finding.message)
    })
}

/// The report's texts as codespan reads them, with our line index.
struct Texts<'r>(&'r Report);

impl<'r> Files<'r> for Texts<'r> {
    type FileId = usize;
    type Name = &'r str;
    type Source = &'r str;

    fn name(&'r self, id: usize) -> Result<&'r str, Error> {
        self.0.sources.get(id).map(|source| source.path.as_str()).ok_or(Error::FileMissing)
    }

    fn source(&'r self, id: usize) -> Result<&'r str, Error> {
        self.0.sources.get(id).map(|source| source.text.as_str()).ok_or(Error::FileMissing)
    }

    /// The place as the other forms count it; codespan would count the characters of all of the line each time.
    fn location(&'r self, id: usize, byte: usize) -> Result<Location, Error> {
        let source = self.0.sources.get(id).ok_or(Error::FileMissing)?;
        let at = u32::try_from(byte).unwrap_or(u32::MAX);
        let (start, _) = source.range(Span::new(at, at));
        Ok(Location { line_number: start.line as usize, column_number: start.column as usize })
    }

    fn line_index(&'r self, id: usize, byte: usize) -> Result<usize, Error> {
        let source = self.0.sources.get(id).ok_or(Error::FileMissing)?;
        Ok(source.lines.line_of(u32::try_from(byte).unwrap_or(u32::MAX)) as usize)
    }

    fn line_range(&'r self, id: usize, line: usize) -> Result<Range<usize>, Error> {
        let source = self.0.sources.get(id).ok_or(Error::FileMissing)?;
        source.lines.range(u32::try_from(line).unwrap_or(u32::MAX)).ok_or(Error::FileMissing)
    }
}
