//! The source with what is said about it, by ariadne.

use super::quiet::{SILENT, without_arms};
use super::window;
use crate::diagnostics::Severity;
use crate::diagnostics::report::{Finding, Report};
use ariadne::{Cache, CharSet, Color, Config, IndexType, Label, Report as Drawing, ReportKind, Source};
use std::fmt::{self, Write as _};

/// How many findings are drawn; the rest is only counted.
const DRAWN: usize = 100;

pub(super) fn render(report: &Report, colour: bool) -> String {
    let mut cache = Texts::of(report);
    let mut out = String::new();
    for finding in report.findings.iter().take(DRAWN) {
        out.push_str(&match window::cut(report, finding) {
            Some(cut) => drawn_cut(report, finding, &cut, colour),
            None => draw(report, &mut cache, finding, colour),
        });
        out.push('\n');
    }
    if report.findings.len() > DRAWN {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "… and {} more\n", report.findings.len() - DRAWN);
    }
    if let Some(summary) = super::summary(report) {
        out.push_str(&summary);
        out.push('\n');
    }
    out
}

/// The drawing of a finding in lines that are too long to be shown.
fn drawn_cut(report: &Report, finding: &Finding, cut: &Report, colour: bool) -> String {
    let [moved] = cut.findings.as_slice() else { return in_words(report, finding) };
    let drawing = draw(cut, &mut Texts::of(cut), moved, colour);
    window::with_columns(&drawing, (report, finding), (cut, moved))
}

fn draw(report: &Report, cache: &mut Texts<'_>, finding: &Finding, colour: bool) -> String {
    let Some(first) = finding.labels.first() else { return in_words(report, finding) };
    let tint = match finding.severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Blue,
    };
    let head = format!("{}[{}]", super::word(finding.severity), finding.code);
    let kind = ReportKind::Custom(&head, tint);
    let config = Config::default()
        .with_color(colour)
        .with_char_set(CharSet::Unicode)
        .with_index_type(IndexType::Byte)
        .with_tab_width(4);
    let mut drawing = Drawing::build(kind, (first.source, first.span.range()))
        .with_config(config)
        .with_message(&finding.message);
    let orders = orders(report, finding);
    for (index, label) in finding.labels.iter().enumerate() {
        let tint = if index == 0 { tint } else { Color::Cyan };
        let text = if label.text.is_empty() { SILENT } else { label.text.as_str() };
        drawing.add_label(
            Label::new((label.source, label.span.range()))
                .with_message(text)
                .with_color(tint)
                .with_order(orders.get(index).copied().unwrap_or_default()),
        );
    }
    let mut bytes = Vec::new();
    match drawing.finish().write(&mut *cache, &mut bytes) {
        Ok(()) => {
            let drawn = tidy(&String::from_utf8_lossy(&bytes), colour);
            with_remarks(without_arms(&drawn), finding)
        }
        Err(_) => in_words(report, finding),
    }
}

/// In which order the labels are drawn: the primary one's text first, each text from top to bottom. Ariadne would begin
/// the text anew for a label above the one before it.
fn orders(report: &Report, finding: &Finding) -> Vec<i32> {
    let end = |index: usize| {
        let label = &finding.labels[index];
        let text = finding.labels.iter().position(|it| it.source == label.source);
        let line = report.sources.get(label.source).map(|it| it.lines.line_of(label.span.end));
        (text, line, label.span.end)
    };
    let mut sorted: Vec<usize> = (0..finding.labels.len()).collect();
    sorted.sort_by_key(|index| end(*index));
    (0..finding.labels.len())
        .map(|index| sorted.iter().position(|it| *it == index).unwrap_or_default())
        .map(|order| i32::try_from(order).unwrap_or(i32::MAX))
        .collect()
}

/// The drawing with the notes, and the help as its last line, before the stroke that ends it: `───╯`. Ariadne would put
/// the help first.
fn with_remarks(mut drawing: String, finding: &Finding) -> String {
    let notes = finding.notes.iter().map(|note| ("note", note));
    let remarks: Vec<_> = notes.chain(finding.help.iter().map(|help| ("help", help))).collect();
    if remarks.is_empty() {
        return drawing;
    }
    let last = drawing.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let stroke = drawing.split_off(last);
    let margin = " ".repeat(stroke.matches('─').count());
    let _ = writeln!(drawing, "{margin}│");
    for (word, remark) in remarks {
        let _ = writeln!(drawing, "{margin}│ {word}: {remark}");
    }
    drawing + &stroke
}

/// Ariadne pads some lines with spaces, and colours the head even where it is told not to.
fn tidy(text: &str, colour: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut pieces = line.trim_end().split('\u{1b}');
        out.extend(pieces.next());
        for piece in pieces {
            match piece.split_once('m').filter(|_| !colour) {
                Some((_, text)) => out.push_str(text),
                None => {
                    out.push('\u{1b}');
                    out.push_str(piece);
                }
            }
        }
        out.push('\n');
    }
    out
}

/// A finding without a drawing: it is of no text.
fn in_words(report: &Report, finding: &Finding) -> String {
    let mut out = super::short::line(report, finding);
    for label in finding.labels.iter().filter(|label| !label.text.is_empty()) {
        if let Some(source) = report.sources.get(label.source) {
            let (start, _) = source.range(label.span);
            let _ = writeln!(out, "  {}:{}:{}: {}", source.path, start.line, start.column, label.text);
        }
    }
    for note in &finding.notes {
        let _ = writeln!(out, "  note: {note}");
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "  help: {help}");
    }
    out
}

/// The report's texts as ariadne reads them, made when they are first drawn.
struct Texts<'r> {
    report: &'r Report,
    drawn: Vec<Option<Source<&'r str>>>,
}

impl<'r> Texts<'r> {
    fn of(report: &'r Report) -> Self {
        Self { report, drawn: report.sources.iter().map(|_| None).collect() }
    }
}

impl<'r> Cache<usize> for &mut Texts<'r> {
    type Storage = &'r str;

    fn fetch(&mut self, id: &usize) -> Result<&Source<&'r str>, impl fmt::Debug> {
        let report = self.report;
        match (self.drawn.get_mut(*id), report.sources.get(*id)) {
            (Some(slot), Some(source)) => {
                Ok(&*slot.get_or_insert_with(|| Source::from(source.text.as_str())))
            }
            _ => Err(format!("no source {id}")),
        }
    }

    fn display<'a>(&self, id: &'a usize) -> Option<impl fmt::Display + 'a> {
        self.report.sources.get(*id).map(|source| source.path.clone())
    }
}
