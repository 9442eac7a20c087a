//! The two records that every step leaves, read where they stand: a resume goes through all of them, and needs little of
//! each.
//!
//! What has another shape than this program writes is left to the real reader, which says what is wrong with it.

use super::cursor::Cursor;
use super::{StepFinished, StepHash, StepKey, StepKind};

/// Where the key of a start stands in its text.
pub(super) const STARTED_KEY: usize = br#"step_started","key":""#.len();

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub(super) enum StepLine<'a> {
    /// An attempt began.
    Started {
        /// The key of the step.
        key: &'a [u8],
    },
    /// There is a result.
    Finished(FinishedLine<'a>),
}

/// A result where it is recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct FinishedLine<'a> {
    /// The key of the step.
    pub(super) key: &'a [u8],
    /// Its hash, in hexadecimal digits.
    hash: &'a [u8; 32],
    /// The attempt that succeeded.
    attempt: u32,
    /// The JSON text of what is recorded of the result.
    result: &'a [u8],
}

impl<'a> StepLine<'a> {
    /// Reads the text of a record from the name of its event on.
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor(text);
        if cursor.past(br#"step_finished","#).is_some() {
            let (key, hash, attempt) = head(&mut cursor)?;
            cursor.past(br#","result":"#)?;
            let result = cursor.0.strip_suffix(b"}")?;
            return Some(Self::Finished(FinishedLine { key, hash, attempt, result }));
        }
        let mut cursor = Cursor(text);
        cursor.past(br#"step_started","#)?;
        let (key, ..) = head(&mut cursor)?;
        // Besides the kind, all that follows is words.
        cursor.past(br#","kind":""#)?;
        let kind = cursor.text()?;
        StepKind::ALL.iter().find(|it| it.name().as_bytes() == kind)?;
        Some(Self::Started { key })
    }
}

impl<'a> StepLine<'a> {
    /// The key of the step.
    pub(super) fn key(&self) -> &'a [u8] {
        match self {
            Self::Started { key } => key,
            Self::Finished(it) => it.key,
        }
    }
}

impl FinishedLine<'_> {
    /// The event, with a key that was compared with its own.
    pub(super) fn event(&self, key: &StepKey) -> Option<StepFinished> {
        let result = std::str::from_utf8(self.result).ok()?;
        Some(StepFinished {
            key: key.clone(),
            hash: StepHash::parse(self.hash)?,
            attempt: self.attempt,
            result: serde_json::from_str(result).ok()?,
        })
    }
}

/// What both begin with.
fn head<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a [u8], &'a [u8; 32], u32)> {
    cursor.past(br#""key":""#)?;
    let key = cursor.text()?;
    cursor.past(br#","hash":""#)?;
    let hash = cursor.bytes()?;
    cursor.past(br#"","attempt":"#)?;
    let attempt = u32::try_from(cursor.number()?).ok()?;
    Some((key, hash, attempt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::{Body, Chain, Line};
    use crate::journal::*;

    const KEY: &str = "ship#1/loop[2]/critic";
    const PATH: &[u8] = KEY.as_bytes();

    fn line(event: impl Into<Event>) -> Vec<u8> {
        let mut line = Vec::new();
        Body::new(&event.into(), Time::default()).unwrap().write_line(&mut Chain::default(), &mut line);
        line.pop();
        line
    }

    fn finished(key: &str, result: &str) -> Vec<u8> {
        let result = Recorded::inline(serde_json::from_str(result).unwrap()).unwrap();
        line(StepFinished { key: StepKey::new(key), hash: StepHash::of([]), attempt: 3, result })
    }

    fn started(kind: StepKind) -> StepStarted {
        StepStarted {
            key: StepKey::new(KEY),
            hash: StepHash::of([]),
            attempt: 1,
            kind,
            what: "critic".into(),
            argv: vec!["a \"b\" c".to_owned()],
            dir: Some("steps/0001-critic".into()),
            once: true,
        }
    }

    #[test]
    fn a_result_is_read_where_it_stands_as_it_was_written() {
        for result in ["null", r#"{"value":{"a":"b}"}}"#, r#"" \" ""#] {
            let mut bytes = finished(KEY, result);
            let line = Line::read(&mut bytes).unwrap();
            let Some(StepLine::Finished(it)) = line.step() else { panic!("it is not read") };
            let event = it.event(&StepKey::new(KEY)).unwrap();
            assert_eq!((it.key, event.hash, event.attempt), (PATH, StepHash::of([]), 3));
            assert!(matches!(event.result, Recorded::Inline(it) if it.get() == result));
        }
    }

    #[test]
    fn the_start_of_a_step_of_any_kind_is_read_where_it_stands() {
        for kind in StepKind::ALL {
            let mut bytes = line(started(kind));
            let line = Line::read(&mut bytes).unwrap();
            assert!(matches!(line.step(), Some(StepLine::Started { key: PATH })), "{kind:?}");
        }
    }

    #[test]
    fn what_has_another_shape_is_left_to_the_real_reader() {
        let mut bytes = finished("a\"b", "null");
        assert!(Line::read(&mut bytes).unwrap().step().is_none(), "its key has to be unescaped");
        let mut bytes = line(StepReopened { key: StepKey::new(KEY), reason: "why".into() });
        assert!(Line::read(&mut bytes).unwrap().step().is_none());
        for text in [
            &br#"step_started","key":"a","hash":"e3b0c44298fc1c149afbf4c8996fb924","attempt":1,"kind":"dream","what":"x"}"#[..],
            br#"step_started","key":"a","hash":"e3b0","attempt":1,"kind":"agent","what":"x"}"#,
            br#"step_finished","key":"a","hash":"e3b0c44298fc1c149afbf4c8996fb924","attempt":1,"outcome":1}"#,
            br#"step_finished","key":"a","hash":"e3b0c44298fc1c149afbf4c8996fb924","attempt":-1,"result":1}"#,
            br#"step_finished"}"#,
        ] {
            assert!(StepLine::read(text).is_none(), "{}", String::from_utf8_lossy(text));
        }
    }
}
