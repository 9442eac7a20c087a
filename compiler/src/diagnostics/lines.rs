//! Lines and columns of a text.

/// Where each line of a text starts, and which characters are more than a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    wide: Vec<Wide>,
    len: u32,
}

/// A character outside of ASCII. A column is found from those before it, so that a line may be as long as it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wide {
    /// The byte behind it.
    end: u32,
    /// How many bytes more than characters there are up to its end, in all of the text.
    over_chars: u32,
    /// How many bytes more than units of UTF-16.
    over_utf16: u32,
}

/// A place as people and protocols count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 0.
    pub line: u32,
    /// The column, from 0, in the unit that was asked for.
    pub column: u32,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16: what editors count unless they agree on something else.
    Utf16,
    /// Unicode scalar values: what people count.
    Chars,
}

impl LineIndex {
    /// The index of a text.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| clamp(at + 1)));
        Self { starts, wide: wide(text), len: clamp(text.len()) }
    }

    /// How many lines there are; a text without a newline is one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: even an empty text has a line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The bytes of a line, without its line end; empty past the last.
    pub fn line<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let line = line as usize;
        let Some(&start) = self.starts.get(line) else { return "" };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.len);
        let raw = text.get(start as usize..end as usize).unwrap_or_default();
        raw.strip_suffix('\n').map_or(raw, |raw| raw.strip_suffix('\r').unwrap_or(raw))
    }

    /// The line of a byte, from 0.
    pub fn line_of(&self, offset: u32) -> u32 {
        clamp(self.starts.partition_point(|start| *start <= offset).saturating_sub(1))
    }

    /// The bytes of a line with its line end; `None` past the last.
    pub fn range(&self, line: u32) -> Option<std::ops::Range<usize>> {
        let start = *self.starts.get(line as usize)?;
        let end = self.starts.get(line as usize + 1).copied().unwrap_or(self.len);
        Some(start as usize..end as usize)
    }

    /// The position of a byte. One inside of a character counts as the character's start, one past the end as the end.
    pub fn position(&self, text: &str, offset: u32, unit: Unit) -> Position {
        let mut offset = offset.min(self.len) as usize;
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let (start, end) = (self.starts[line], clamp(offset));
        Position { line: clamp(line), column: end - start - (self.over(end, unit) - self.over(start, unit)) }
    }

    /// How many bytes more than units there are before a byte.
    fn over(&self, offset: u32, unit: Unit) -> u32 {
        let before = self.wide.partition_point(|wide| wide.end <= offset);
        let last = before.checked_sub(1).and_then(|last| self.wide.get(last));
        last.map_or(0, |wide| match unit {
            Unit::Utf8 => 0,
            Unit::Utf16 => wide.over_utf16,
            Unit::Chars => wide.over_chars,
        })
    }

    /// The byte of a position. A column past the line's end means its end, a line past the last the end of the text.
    pub fn offset(&self, text: &str, position: Position, unit: Unit) -> u32 {
        let Some(&start) = self.starts.get(position.line as usize) else { return self.len };
        let line = self.line(text, position.line);
        let mut left = position.column;
        for (at, ch) in line.char_indices() {
            let width = clamp(match unit {
                Unit::Utf8 => ch.len_utf8(),
                Unit::Utf16 => ch.len_utf16(),
                Unit::Chars => 1,
            });
            if left < width {
                return start + clamp(at);
            }
            left -= width;
        }
        start + clamp(line.len())
    }
}

fn wide(text: &str) -> Vec<Wide> {
    if text.is_ascii() {
        return Vec::new();
    }
    let (mut over_chars, mut over_utf16) = (0, 0);
    let wide = text.char_indices().filter(|(_, ch)| !ch.is_ascii()).map(|(at, ch)| {
        over_chars += ch.len_utf8() - 1;
        over_utf16 += ch.len_utf8() - ch.len_utf16();
        Wide { end: clamp(at + ch.len_utf8()), over_chars: clamp(over_chars), over_utf16: clamp(over_utf16) }
    });
    wide.collect()
}

/// Texts are smaller than 4 GiB: the host refuses larger ones.
fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Position, Unit};

    const TEXT: &str = "ab\r\nü😀x\n";

    #[test]
    fn a_position_counts_in_the_unit_that_was_asked_for() {
        let lines = LineIndex::new(TEXT);
        let x = u32::try_from(TEXT.find('x').unwrap()).unwrap();
        for (unit, column) in [(Unit::Utf8, 6), (Unit::Utf16, 3), (Unit::Chars, 2)] {
            let position = Position { line: 1, column };
            assert_eq!(lines.position(TEXT, x, unit), position);
            assert_eq!(lines.offset(TEXT, position, unit), x);
        }
    }

    #[test]
    fn a_position_past_the_end_means_the_end() {
        let lines = LineIndex::new(TEXT);
        assert_eq!(lines.position(TEXT, 999, Unit::Utf16), Position { line: 2, column: 0 });
        assert_eq!(lines.offset(TEXT, Position { line: 0, column: 99 }, Unit::Utf16), 2);
        assert_eq!(lines.offset(TEXT, Position { line: 99, column: 0 }, Unit::Utf16), TEXT.len() as u32);
        assert_eq!(lines.line(TEXT, 0), "ab");
        assert_eq!(lines.line(TEXT, 2), "");
    }

    #[test]
    fn a_byte_inside_of_a_character_counts_as_its_start() {
        let lines = LineIndex::new(TEXT);
        assert_eq!(lines.position(TEXT, 7, Unit::Chars), Position { line: 1, column: 1 });
    }
}
