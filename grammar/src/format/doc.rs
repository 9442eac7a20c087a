//! A document algebra after Wadler and Prettier: text, lines that may break, and groups that break as a whole.
//!
//! A document is a flat row of operations. While it is made, the width of everything on one line is summed up, so that a
//! group knows how wide it is, how much follows it before the next chance to break, and whether it must break. Printing
//! then decides each group when it comes to it: making and printing are linear.

use crate::span::Span;

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Text of the source, on one line.
    Source(Span),
    /// A `"""` string of the source, over several lines.
    Block(Span),
    /// A blank within a line.
    Space,
    /// A comma: always, or only in one form of the group.
    Comma(When),
    /// The `|` in front of the first alternative of a type.
    Bar,
    /// A place where the line may break.
    Line(Line),
    /// The beginning of a group.
    Open(u32),
    /// Its end.
    Close,
    /// From here, lines of a broken group are indented by so much more.
    Indent(u8),
    /// Up to here.
    Dedent,
}

/// In which form of its group something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    Flat,
    Broken,
}

/// A place where the line may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What it is when it does not break.
    pub(super) flat: Flat,
    /// Whether it leaves a line blank when it breaks.
    pub(super) blank: bool,
}

/// What a line is that does not break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flat {
    Nothing,
    Space,
    /// Nothing; and it breaks only if its group does and the group around is [hugged](Doc::hug).
    Hugged,
}

/// What is known of a group. Places are sums of widths: how wide everything before would be on one line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The first line behind its end.
    pub(super) tail: u32,
    /// The first line in what it hugs, if it hugs something.
    pub(super) head: Option<u32>,
    /// It cannot stand on one line.
    pub(super) forced: bool,
    /// Its lines break only if all the rest of it then fits on one.
    pub(super) shifts: bool,
    /// It is the group that another one hugs.
    pub(super) hugged: bool,
    /// One of its own lines must break.
    pub(super) bare: bool,
}

/// A document that is being made.
#[derive(Debug, Default)]
pub(super) struct Doc {
    pub(super) ops: Vec<Op>,
    pub(super) groups: Vec<Group>,
    open: Vec<u32>,
    width: u32,
    /// Groups that ended since the last line.
    ended: Vec<u32>,
    /// Groups that began to hug since the last line.
    hugging: Vec<u32>,
    /// The next group is hugged.
    hugs_next: bool,
}

impl Doc {
    /// Empties it, for the next item.
    pub(super) fn clear(&mut self) {
        self.ops.clear();
        self.groups.clear();
        self.open.clear();
        self.width = 0;
        self.ended.clear();
        self.hugging.clear();
        self.hugs_next = false;
    }

    /// Completes it.
    pub(super) fn finish(&mut self) {
        self.meet_line();
    }

    /// Text of the source that is so wide. `spaced` says that exactly a blank stands before it there.
    pub(super) fn source(&mut self, span: Span, width: u32, spaced: bool) {
        self.width += width;
        // What stands in the source as it is to stand is one piece.
        match self.ops.as_mut_slice() {
            [.., Op::Source(last)] if last.end == span.start => last.end = span.end,
            [.., Op::Source(last), Op::Space] if spaced && last.end + 1 == span.start => {
                last.end = span.end;
                self.ops.pop();
            }
            _ => self.ops.push(Op::Source(span)),
        }
    }

    pub(super) fn block(&mut self, span: Span) {
        const QUOTES: u32 = 3;
        self.width += QUOTES;
        self.force();
        self.meet_line();
        self.width += QUOTES;
        self.ops.push(Op::Block(span));
    }

    pub(super) fn space(&mut self) {
        if self.ops.last() != Some(&Op::Space) {
            self.width += 1;
            self.ops.push(Op::Space);
        }
    }

    pub(super) fn comma(&mut self, when: When) {
        self.width += u32::from(when != When::Broken);
        self.ops.push(Op::Comma(when));
    }

    pub(super) fn bar(&mut self) {
        self.width += 1;
        self.ops.push(Op::Bar);
    }

    pub(super) fn line(&mut self, line: Line) {
        self.meet_line();
        self.width += u32::from(line.flat == Flat::Space);
        self.ops.push(Op::Line(line));
    }

    /// What ended, or began to hug, before this line, has its first line here.
    fn meet_line(&mut self) {
        for group in self.ended.drain(..) {
            self.groups[group as usize].tail = self.width;
        }
        for group in self.hugging.drain(..) {
            let group = &mut self.groups[group as usize];
            group.head = group.head.map(|_| self.width);
        }
    }

    pub(super) fn open(&mut self) {
        let index = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let hugged = std::mem::take(&mut self.hugs_next);
        self.groups.push(Group { start: self.width, hugged, ..Group::default() });
        self.open.push(index);
        self.ops.push(Op::Open(index));
    }

    pub(super) fn close(&mut self) {
        let Some(index) = self.open.pop() else { return };
        let group = &mut self.groups[index as usize];
        group.end = self.width;
        if group.bare {
            group.head = None;
        }
        let forced = group.forced;
        self.ended.push(index);
        self.ops.push(Op::Close);
        if forced && let Some(above) = self.innermost() {
            above.forced = true;
        }
    }

    /// The innermost open group must break, and with it all around.
    pub(super) fn force(&mut self) {
        if let Some(group) = self.innermost() {
            group.forced = true;
            group.bare = true;
        }
    }

    /// The group hugs the next group, its last: if all before that fits on the line, only that one breaks.
    pub(super) fn hug(&mut self) {
        if let Some(&index) = self.open.last() {
            let group = &mut self.groups[index as usize];
            if !group.forced {
                group.head = Some(u32::MAX);
                self.hugging.push(index);
                self.hugs_next = true;
            }
        }
    }

    /// The lines of the group break only if all the rest of it then fits on one line; else only what is in it breaks.
    pub(super) fn shift(&mut self) {
        if let Some(group) = self.innermost() {
            group.shifts = true;
        }
    }

    fn innermost(&mut self) -> Option<&mut Group> {
        self.open.last().map(|index| &mut self.groups[*index as usize])
    }

    pub(super) fn indent(&mut self, by: u8) {
        self.ops.push(Op::Indent(by));
    }

    pub(super) fn dedent(&mut self) {
        self.ops.push(Op::Dedent);
    }
}
