//! Long lines: of them only what stands around the places of a finding is drawn.

use crate::diagnostics::report::{Finding, Report, Source};
use flow_grammar::span::Span;

/// Lines longer than this many bytes are cut.
const LONGEST_LINE: usize = 400;

/// How many bytes are kept on both sides of where a place starts or ends.
const AROUND: usize = 40;

/// What stands for the text that is left out.
const GAP: &str = "…";

/// A finding in texts whose long lines are cut, as a report of its own; `None` if it stands in no long line. Lines keep
/// their numbers; what other lines hold is left out.
pub(super) fn cut(report: &Report, finding: &Finding) -> Option<Report> {
    let is_long = |source: &Source, offset| {
        source.lines.line(&source.text, source.lines.line_of(offset)).len() > LONGEST_LINE
    };
    let ends = |span: Span| [span.start, span.end];
    let in_long_line = finding.labels.iter().any(|label| {
        let source = report.sources.get(label.source);
        source.is_some_and(|source| ends(label.span).into_iter().any(|at| is_long(source, at)))
    });
    if !in_long_line {
        return None;
    }
    let mut moved = finding.clone();
    let sources = report.sources.iter().enumerate().map(|(id, source)| {
        let labels = moved.labels.iter_mut().filter(|label| label.source == id);
        let mut spans: Vec<&mut Span> = labels.map(|label| &mut label.span).collect();
        let mut places: Vec<u32> = spans.iter().flat_map(|span| ends(**span)).collect();
        places.sort_unstable();
        let window = Window::around(source, &places);
        for span in &mut spans {
            **span = Span::new(window.place(span.start), window.place(span.end));
        }
        Source::new(source.path.as_str(), window.text)
    });
    let sources = sources.collect();
    Some(Report { sources, findings: vec![moved] })
}

/// The drawing of a cut finding, with the columns of the whole lines in the lines that say where it stands.
pub(super) fn with_columns(drawing: &str, whole: (&Report, &Finding), cut: (&Report, &Finding)) -> String {
    let place = |(report, finding): (&Report, &Finding), label: usize| {
        let label = finding.labels.get(label)?;
        let source = report.sources.get(label.source)?;
        let (start, _) = source.range(label.span);
        Some(format!(" {}:{}:{} ", source.path, start.line, start.column))
    };
    let mut out = String::with_capacity(drawing.len());
    for line in drawing.split_inclusive('\n') {
        let shown = (0..cut.1.labels.len())
            .filter_map(|label| Some((place(cut, label)?, place(whole, label)?)))
            .find(|(wrong, _)| line.contains("─[ ") && line.contains(wrong.as_str()));
        match shown {
            Some((wrong, right)) => out.push_str(&line.replacen(&wrong, &right, 1)),
            None => out.push_str(line),
        }
    }
    out
}

/// A text cut to what stands around some places.
#[derive(Default)]
struct Window {
    text: String,
    /// The pieces that are kept: where they start in the whole text and in this one, and how long they are.
    pieces: Vec<(usize, usize, usize)>,
}

impl Window {
    /// From the line of the first place to that of the last. `places` is sorted.
    fn around(source: &Source, places: &[u32]) -> Self {
        let mut window = Self::default();
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return window };
        let (first, last) = (source.lines.line_of(*first), source.lines.line_of(*last));
        window.text.push_str(&"\n".repeat(first as usize));
        for line in first..=last {
            let text = source.lines.line(&source.text, line);
            let start = source.lines.range(line).map_or(0, |range| range.start);
            let inside = |place: &&u32| source.lines.line_of(**place) == line;
            let places = places.iter().filter(inside).map(|place| *place as usize - start);
            window.line(text, start, places);
            window.text.push('\n');
        }
        window
    }

    /// Adds a line that starts at `start`, cut around places counted from its start if it is long.
    fn line(&mut self, line: &str, start: usize, places: impl Iterator<Item = usize>) {
        if line.len() <= LONGEST_LINE {
            return self.piece(line, start);
        }
        let mut kept: Vec<(usize, usize)> = Vec::new();
        for place in places {
            let from = line.floor_char_boundary(place.saturating_sub(AROUND));
            let to = line.ceil_char_boundary((place + AROUND).min(line.len()));
            match kept.last_mut() {
                Some((_, end)) if from <= *end + GAP.len() => *end = to,
                _ => kept.push((from, to)),
            }
        }
        let mut shown = 0;
        for (from, to) in kept {
            if from > shown {
                self.text.push_str(GAP);
            }
            self.piece(&line[from..to], start + from);
            shown = to;
        }
        if shown < line.len() {
            self.text.push_str(GAP);
        }
    }

    fn piece(&mut self, text: &str, start: usize) {
        self.pieces.push((start, self.text.len(), text.len()));
        self.text.push_str(text);
    }

    /// Where a place of the whole text stands in this one.
    fn place(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        let piece = self.pieces.iter().rev().find(|(start, ..)| *start <= offset);
        let place = piece.map_or(0, |(start, new, length)| new + (offset - start).min(*length));
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}
