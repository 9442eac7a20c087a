//! Diagnostics with their texts, cut loose from the database: what is rendered.

use super::lines::{LineIndex, Position, Unit};
use super::{Code, Diagnostic, Place, Severity};
use crate::db::{Db, SourceFile};
use crate::lints;
use crate::syntax::in_file;
use flow_grammar::span::Span;
use rustc_hash::FxHashMap;

/// Diagnostics and the texts that they speak of.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The texts.
    pub sources: Vec<Source>,
    /// The diagnostics, in the order of their files and places.
    pub findings: Vec<Finding>,
}

/// A text.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path as it is shown.
    pub path: String,
    /// The text.
    pub text: String,
    /// Its lines.
    pub lines: LineIndex,
}

/// A diagnostic whose places are bytes of [`Report::sources`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The primary line.
    pub message: String,
    /// The places; the first is the primary one. Empty for what concerns no text, such as a missing file.
    pub labels: Vec<FindingLabel>,
    /// Why.
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// Edits that mend it.
    pub fixes: Vec<FindingFix>,
}

/// A place with what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingLabel {
    /// An index into [`Report::sources`].
    pub source: usize,
    /// The bytes.
    pub span: Span,
    /// What is said; may be empty.
    pub text: String,
}

/// Edits that mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingFix {
    /// What they do.
    pub title: String,
    /// Source, bytes, new text.
    pub edits: Vec<(usize, Span, String)>,
    /// Whether a tool may apply it unasked.
    pub certain: bool,
}

impl Source {
    /// A text under its path.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { path: path.into(), lines: LineIndex::new(&text), text }
    }

    /// Where a span starts and ends, counted from 1 as people do.
    pub fn range(&self, span: Span) -> (Position, Position) {
        let place = |offset| {
            let Position { line, column } = self.lines.position(&self.text, offset, Unit::Chars);
            Position { line: line + 1, column: column + 1 }
        };
        (place(span.start), place(span.end))
    }
}

impl Report {
    /// Diagnostics of a database.
    pub fn of(db: &dyn Db, diagnostics: &[Diagnostic]) -> Self {
        let mut report = Self::default();
        let mut known: FxHashMap<SourceFile, usize> = FxHashMap::default();
        for diagnostic in diagnostics {
            let finding = report.finding(db, &mut known, diagnostic);
            report.findings.push(finding);
        }
        report
    }

    fn finding(
        &mut self,
        db: &dyn Db,
        known: &mut FxHashMap<SourceFile, usize>,
        diagnostic: &Diagnostic,
    ) -> Finding {
        let mut place = |place: &Place| {
            let (file, span) = in_file(db, place).unwrap_or_else(|| file_of(place));
            let source = *known.entry(file).or_insert_with(|| {
                self.sources.push(Source::new(file.path(db), file.text(db)));
                self.sources.len() - 1
            });
            (source, clamp(span, &self.sources[source].text))
        };
        let labels = diagnostic
            .labels
            .iter()
            .map(|label| {
                let (source, span) = place(&label.place);
                FindingLabel { source, span, text: label.text.clone() }
            })
            .collect();
        let fixes = diagnostic
            .fixes
            .iter()
            .map(|fix| FindingFix {
                title: fix.title.clone(),
                certain: fix.certain,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| {
                        let (source, span) = place(&edit.place);
                        (source, span, edit.text.clone())
                    })
                    .collect(),
            })
            .collect();
        Finding {
            code: diagnostic.code,
            severity: lints::severity(db, diagnostic),
            message: diagnostic.message.clone(),
            labels,
            notes: diagnostic.notes.clone(),
            help: diagnostic.help.clone(),
            fixes,
        }
    }

    /// Appends another report.
    pub fn append(&mut self, other: Self) {
        let base = self.sources.len();
        self.sources.extend(other.sources);
        self.findings.extend(other.findings.into_iter().map(|mut finding| {
            finding.labels.iter_mut().for_each(|label| label.source += base);
            finding.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| edit.0 += base);
            finding
        }));
    }

    /// How many findings are as bad as `severity`.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether a finding is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// The source and span of a finding's primary place.
    pub fn primary<'r>(&'r self, finding: &'r Finding) -> Option<(&'r Source, Span)> {
        let label = finding.labels.first()?;
        Some((self.sources.get(label.source)?, label.span))
    }
}

/// The file of a place whose item is gone: a result of an older revision.
fn file_of(place: &Place) -> (SourceFile, Span) {
    match place {
        Place::File(file, span) => (*file, *span),
        Place::Item(key, _) => (key.file, Span::default()),
    }
}

/// Keeps a span within its text, on the borders of characters.
fn clamp(span: Span, text: &str) -> Span {
    let down = |offset: u32| {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    };
    let start = down(span.start);
    Span::new(start, down(span.end).max(start))
}
