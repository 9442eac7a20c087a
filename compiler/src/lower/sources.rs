//! The source map: places as file, line and column.

use crate::db::{Db, SourceFile};
use flow_grammar::parse::{self, ItemTokens, SplitItem};
use flow_grammar::span::Span;
use flow_grammar::tree::ItemKind;
use flow_ir::{At, ProgramHash, Sources};
use rustc_hash::FxHashMap;

/// Collects places.
#[derive(Default)]
pub(super) struct SourceMap {
    files: Vec<File>,
    spans: Vec<(u32, u32, u32, u32, u32)>,
    known: FxHashMap<(SourceFile, Span), At>,
}

struct File {
    file: SourceFile,
    path: String,
    sha256: String,
    text: String,
    lines: Vec<u32>,
}

impl SourceMap {
    /// The number of a place, given in its file.
    pub(super) fn at(&mut self, db: &dyn Db, file: SourceFile, span: Span) -> At {
        if let Some(&at) = self.known.get(&(file, span)) {
            return at;
        }
        let index = self.file(db, file);
        let known = &self.files[index];
        let (line, column) = known.position(span.start);
        let (end_line, end_column) = known.position(span.end);
        let at = count(self.spans.len());
        self.spans.push((count(index), line, column, end_line, end_column));
        self.known.insert((file, span), at);
        at
    }

    fn file(&mut self, db: &dyn Db, file: SourceFile) -> usize {
        if let Some(index) = self.files.iter().position(|known| known.file == file) {
            return index;
        }
        let text = file.text(db);
        let lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| count(at + 1)))
            .collect();
        self.files.push(File {
            file,
            path: file.path(db).clone(),
            sha256: source_hash(text),
            text: text.clone(),
            lines,
        });
        self.files.len() - 1
    }

    /// The finished table.
    pub(super) fn finish(self) -> Sources {
        let files = self
            .files
            .into_iter()
            .map(|file| flow_ir::SourceFile { path: file.path, sha256: file.sha256 })
            .collect();
        Sources { files, spans: self.spans }
    }
}

/// The SHA-256 of a source's text without its tests, in hexadecimal: they are no part of the program.
pub fn source_hash(text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut end = 0;
    for SplitItem { span, tokens } in parse::split(text).items {
        if is_test(&text[span.range()], &tokens) {
            keep(&mut rest, &text[end..span.start as usize]);
            end = span.end as usize;
        }
    }
    keep(&mut rest, &text[end..]);
    ProgramHash::of(&rest).as_str().to_owned()
}

/// The white space around a test goes with it.
fn keep(rest: &mut String, text: &str) {
    if !text.trim().is_empty() {
        rest.push_str(text.trim_end());
        rest.push('\n');
    }
}

fn is_test(item: &str, tokens: &ItemTokens) -> bool {
    // Few items mention the word at all.
    item.contains("test") && matches!(parse::parse_item(item, tokens).0.kind, ItemKind::Test(_))
}

impl File {
    fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.lines[line] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count());
        (count(line + 1), count(column + 1))
    }
}

/// Files are smaller than 4 GiB: the host refuses larger ones, and spans could not name their bytes.
fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
