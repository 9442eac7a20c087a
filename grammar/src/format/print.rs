//! Documents → text.

use super::Source;
use super::doc::{Doc, Flat, Op, When};
use super::strings;
use super::writer::INDENT;

/// The form of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// On one line.
    Flat,
    /// All but its last group on one line.
    Hugging,
    /// Each of its lines breaks.
    Broken,
}

/// Prints a document in lines of up to `width` columns behind what `out` holds already, which ends with a newline.
pub(super) fn print(doc: &Doc, source: Source<'_>, width: u32, out: &mut String) {
    let mut printer = Printer {
        source,
        width,
        out,
        column: 0,
        indentation: 0,
        line_indentation: 0,
        waiting: Some(0),
        blank: false,
        modes: vec![Mode::Broken],
        indentations: Vec::new(),
    };
    doc.ops.iter().for_each(|op| printer.op(doc, *op));
}

struct Printer<'a> {
    source: Source<'a>,
    width: u32,
    out: &'a mut String,
    column: u32,
    indentation: u32,
    /// The indentation of the line that is being printed.
    line_indentation: u32,
    /// At the beginning of a line: its indentation, not yet printed, so that no line ends with blanks.
    waiting: Option<u32>,
    /// A blank, not yet printed, for the same reason.
    blank: bool,
    modes: Vec<Mode>,
    indentations: Vec<u32>,
}

impl Printer<'_> {
    fn op(&mut self, doc: &Doc, op: Op) {
        match op {
            Op::Source(span) => {
                self.begin();
                let text = self.source.slice(span);
                self.out.push_str(text);
                self.column += self.source.width(text);
            }
            Op::Block(span) => self.block(self.source.slice(span)),
            Op::Space => self.blank = true,
            Op::Bar => self.sign('|'),
            Op::Comma(when) => {
                let broken = self.mode() == Mode::Broken;
                if when == When::Always || broken == (when == When::Broken) {
                    self.sign(',');
                }
            }
            Op::Line(line) => {
                let breaks = self.mode() == Mode::Broken && (line.flat != Flat::Hugged || self.is_hugged());
                if breaks {
                    self.newline(line.blank);
                } else if line.flat == Flat::Space {
                    self.blank = true;
                }
            }
            Op::Open(index) => {
                let mode = self.decide(doc, index);
                self.modes.push(mode);
            }
            Op::Close => drop(self.modes.pop()),
            Op::Indent(by) => {
                self.indentations.push(self.indentation);
                if self.mode() == Mode::Broken {
                    self.indentation += u32::from(by);
                }
            }
            Op::Dedent => self.indentation = self.indentations.pop().unwrap_or_default(),
        }
    }

    fn mode(&self) -> Mode {
        self.modes.last().copied().unwrap_or(Mode::Broken)
    }

    /// Whether the group around the innermost one hugs it.
    fn is_hugged(&self) -> bool {
        self.modes.len() > 1 && self.modes[self.modes.len() - 2] == Mode::Hugging
    }

    fn decide(&self, doc: &Doc, index: u32) -> Mode {
        if self.mode() == Mode::Flat {
            return Mode::Flat;
        }
        let group = &doc.groups[index as usize];
        let column = self.waiting.unwrap_or(self.column + u32::from(self.blank));
        let fits = |column: u32, end: u32| column.saturating_add(end - group.start) <= self.width;
        if !group.forced && fits(column, group.tail) {
            return Mode::Flat;
        }
        if group.shifts {
            // What hugs it puts what follows on a line of its own.
            let end = if self.mode() == Mode::Hugging { group.end } else { group.tail };
            let shifted = self.indentation + u32::from(INDENT) - 1;
            let breaks = group.bare || (!group.forced && fits(shifted, end));
            return if breaks { Mode::Broken } else { Mode::Hugging };
        }
        let hugged = group.hugged && !group.bare && self.mode() == Mode::Hugging;
        if hugged || group.head.is_some_and(|head| fits(column, head)) { Mode::Hugging } else { Mode::Broken }
    }

    fn newline(&mut self, blank: bool) {
        self.out.push_str(if blank { "\n\n" } else { "\n" });
        self.waiting = Some(self.indentation);
        self.blank = false;
    }

    /// Indents the line, if it has just begun, and prints the blank that waits.
    fn begin(&mut self) {
        if let Some(indentation) = self.waiting.take() {
            self.out.extend(std::iter::repeat_n(' ', indentation as usize));
            self.column = indentation;
            self.line_indentation = indentation;
        }
        if std::mem::take(&mut self.blank) {
            self.out.push(' ');
            self.column += 1;
        }
    }

    fn sign(&mut self, sign: char) {
        self.begin();
        self.out.push(sign);
        self.column += 1;
    }

    /// A string that opens its line has its text below its quotes, another one two columns behind its line.
    fn block(&mut self, literal: &str) {
        let opens = self.waiting.is_some();
        self.begin();
        let indentation = self.line_indentation + if opens { 0 } else { 2 };
        let from = self.out.len();
        strings::indented(literal, indentation as usize, self.out);
        let last = self.out[from..].rfind('\n').map_or(from, |newline| from + newline + 1);
        self.column = self.source.width(&self.out[last..]);
    }
}
