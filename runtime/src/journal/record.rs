//! One line of the journal: `crc32-hex SP json LF`.
//!
//! The checksum (CRC-32/ISO-HDLC, 8 hexadecimal digits) covers the JSON text alone. `prev` repeats the checksum of the
//! record before, `seq` counts from 1, so that a line that is missing, doubled or moved shows.

use super::cursor::{Cursor, hexadecimal};
use super::step_line::StepLine;
use super::{Event, Time};

/// A record as it was read.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its number in the run, from 1.
    pub seq: u64,
    /// The checksum of the record before; 0 for the first.
    pub prev: u32,
    /// When it was handed over to be written.
    pub time: Time,
    /// Which opening of the run wrote it, from 1.
    pub epoch: u64,
    /// What happened.
    pub event: Event,
}

/// The end of a chain of records: what the next one must continue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The number of the last record; 0 before the first.
    pub seq: u64,
    /// Its checksum.
    pub crc: u32,
    /// Its epoch.
    pub epoch: u64,
}

/// What stands before the JSON text: 8 digits and a space.
const PREFIX: usize = 9;

/// An event as JSON text, ready to be put behind an envelope: made where the event is, not in the writer.
#[derive(Debug)]
pub(super) struct Body {
    name: &'static str,
    time: Time,
    fields: Vec<u8>,
}

impl Body {
    pub(super) fn new(event: &Event, time: Time) -> Result<Self, serde_json::Error> {
        let mut fields = Vec::with_capacity(256);
        event.write_fields(&mut fields)?;
        Ok(Self { name: event.name(), time, fields })
    }

    /// Appends the whole line and moves the chain on.
    pub(super) fn write_line(&self, chain: &mut Chain, out: &mut Vec<u8>) {
        use std::io::Write as _;
        chain.seq += 1;
        let start = out.len();
        out.extend_from_slice(b"00000000 ");
        // Writing to a vector cannot fail. Every struct's fields begin with `{`, which becomes the comma behind the name.
        let _ = write!(
            out,
            r#"{{"seq":{},"prev":"{:08x}","time":"{}","epoch":{},"event":"{}""#,
            chain.seq, chain.crc, self.time, chain.epoch, self.name
        );
        match self.fields.as_slice() {
            b"{}" => out.push(b'}'),
            fields => {
                out.push(b',');
                out.extend_from_slice(&fields[1..]);
            }
        }
        chain.crc = crc32fast::hash(&out[start + PREFIX..]);
        for (digit, shift) in out[start..].iter_mut().zip((0..8).rev()) {
            *digit = b"0123456789abcdef"[(chain.crc >> (4 * shift) & 15) as usize];
        }
        out.push(b'\n');
    }
}

/// Why a line is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadLine {
    /// It is not 8 digits, a space and text with that checksum: torn or damaged.
    Checksum,
    /// The checksum is right, but it does not begin as every record does.
    Envelope,
}

/// This program does not know what a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    /// The number of the record.
    pub(super) record: u64,
    /// What is not known.
    pub(super) what: String,
}

/// What a line says before it says what happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    pub(super) seq: u64,
    pub(super) prev: u32,
    /// The time as it is written. Of most records nobody asks for it.
    pub(super) time: [u8; 24],
    pub(super) epoch: u64,
    /// The checksum of the line.
    pub(super) crc: u32,
}

/// A line whose checksum is right: its envelope, which was read, and its event, which was not.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) envelope: Envelope,
    /// The text from the name of the event on.
    event: &'a mut [u8],
}

impl<'a> Line<'a> {
    /// From what another one was taken apart into.
    pub(super) fn new(envelope: Envelope, event: &'a mut [u8]) -> Self {
        Self { envelope, event }
    }

    /// Reads a line without its newline.
    pub(super) fn read(line: &'a mut [u8]) -> Result<Self, BadLine> {
        let (json, crc) = checked(line).ok_or(BadLine::Checksum)?;
        let (envelope, rest) = Envelope::read(json, crc).ok_or(BadLine::Envelope)?;
        let at = line.len() - rest;
        Ok(Self { envelope, event: &mut line[at..] })
    }

    /// What it says of a step, if it is one of the two records that every step leaves.
    pub(super) fn step(&self) -> Option<StepLine<'_>> {
        StepLine::read(self.event)
    }

    /// The text from the name of the event on.
    pub(super) fn event(&self) -> &[u8] {
        self.event
    }

    /// The whole record.
    ///
    /// # Errors
    /// This program does not know what it says.
    pub(super) fn record(&mut self) -> Result<Record, Unknown> {
        let event = self.read_event().map_err(|what| self.envelope.unknown(what))?;
        self.with(event)
    }

    /// The record of an event that was read from it.
    ///
    /// # Errors
    /// Its time is none.
    pub(super) fn with(&self, event: Event) -> Result<Record, Unknown> {
        let Envelope { seq, prev, epoch, .. } = self.envelope;
        Ok(Record { seq, prev, time: self.envelope.time()?, epoch, event })
    }

    fn read_event(&mut self) -> Result<Event, String> {
        let mut rest = Cursor(self.event);
        let name = rest.text().and_then(|name| std::str::from_utf8(name).ok());
        let name = name.ok_or("its event has no name")?.to_owned();
        let at = self.event.len() - rest.0.len();
        let event = match &mut self.event[at..] {
            [b'}'] => Event::read_fields(&name, "{}"),
            [comma, ..] => {
                // The comma behind the envelope becomes the brace of an object of its own, and a comma again.
                *comma = b'{';
                let fields = std::str::from_utf8(&self.event[at..]);
                let event = fields.map(|fields| Event::read_fields(&name, fields));
                self.event[at] = b',';
                event.map_err(|_| "it is not text".to_owned())?
            }
            [] => return Err(format!("event `{name}` has no end")),
        };
        match event {
            Some(event) => event.map_err(|error| format!("event `{name}`: {error}")),
            None => Err(format!("no event is called `{name}`")),
        }
    }
}

impl Envelope {
    /// When the record was handed over to be written.
    ///
    /// # Errors
    /// What stands there is no time.
    pub(super) fn time(&self) -> Result<Time, Unknown> {
        Time::parse(&self.time).ok_or_else(|| self.unknown("its time has another form".to_owned()))
    }

    fn unknown(&self, what: String) -> Unknown {
        Unknown { record: self.seq, what }
    }

    /// Reads the fields that every record begins with, in this order and without spaces, because only this program writes
    /// them. Also tells how many bytes are left, from the name of the event on.
    fn read(json: &[u8], crc: u32) -> Option<(Self, usize)> {
        let mut cursor = Cursor(json);
        cursor.past(br#"{"seq":"#)?;
        let seq = cursor.number()?;
        cursor.past(br#","prev":""#)?;
        let prev = hexadecimal(cursor.bytes()?)?;
        cursor.past(br#"","time":""#)?;
        let time = *cursor.bytes()?;
        cursor.past(br#"","epoch":"#)?;
        let epoch = cursor.number()?;
        cursor.past(br#","event":""#)?;
        Some((Self { seq, prev, time, epoch, crc }, cursor.0.len()))
    }
}

/// The JSON text of a line whose checksum is right.
pub(super) fn checked(line: &[u8]) -> Option<(&[u8], u32)> {
    let mut cursor = Cursor(line);
    let crc = hexadecimal(cursor.bytes()?)?;
    cursor.past(b" ")?;
    (crc32fast::hash(cursor.0) == crc).then_some((cursor.0, crc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    use crate::journal::*;

    /// The record in a line, and its checksum.
    fn read_line(line: &mut [u8]) -> Result<(Record, u32), String> {
        let mut line = Line::read(line).map_err(|bad| format!("{bad:?}"))?;
        Ok((line.record().map_err(|unknown| unknown.what)?, line.envelope.crc))
    }

    fn line(event: impl Into<Event>, chain: &mut Chain) -> Vec<u8> {
        let mut out = Vec::new();
        Body::new(&event.into(), Time::from_millis(0)).unwrap().write_line(chain, &mut out);
        assert_eq!(out.pop(), Some(b'\n'));
        out
    }

    #[test]
    fn a_record_is_one_line_that_people_can_read() {
        let mut chain = Chain { seq: 6, crc: 0xabc, epoch: 2 };
        let note = line(Note { text: "two\nlines, \"quoted\"".into() }, &mut chain);
        assert_eq!(
            String::from_utf8(note).unwrap(),
            "1d57424e {\"seq\":7,\"prev\":\"00000abc\",\"time\":\"1970-01-01T00:00:00.000Z\",\"epoch\":2,\
             \"event\":\"note\",\"text\":\"two\\nlines, \\\"quoted\\\"\"}"
        );
    }

    #[test]
    fn a_record_is_read_as_it_was_written_with_its_result_byte_for_byte() {
        let json = r#"{"b":1.50,"a":[null, "ü"]}"#;
        let result = Recorded::inline(serde_json::from_str(json).unwrap()).unwrap();
        let key = StepKey::new("ship#1/loop[2]/critic");
        let hash = StepHash::of([b"x".as_slice()]);
        let mut chain = Chain::default();
        let mut bytes = line(StepFinished { key: key.clone(), hash, attempt: 3, result }, &mut chain);
        let (record, crc) = read_line(&mut bytes).unwrap();
        assert_eq!((record.seq, record.prev, record.epoch, crc), (1, 0, 0, chain.crc));
        let Event::StepFinished(it) = record.event else { panic!("another event") };
        assert_eq!((it.key, it.hash, it.attempt), (key, hash, 3));
        let Recorded::Inline(result) = it.result else { panic!("not inline") };
        assert_eq!(result.get(), json);
    }

    #[test]
    fn a_result_of_null_stays_null() {
        let finished = RunFinished {
            status: Ending::Succeeded,
            result: Some(Recorded::inline(RawValue::NULL.to_owned()).unwrap()),
            failure: None,
        };
        let step = StepFinished {
            key: StepKey::new("a"),
            hash: StepHash::of([]),
            attempt: 1,
            result: Recorded::inline(RawValue::NULL.to_owned()).unwrap(),
        };
        let mut bytes = line(step, &mut Chain::default());
        let Event::StepFinished(it) = read_line(&mut bytes).unwrap().0.event else { panic!("another event") };
        assert!(matches!(it.result, Recorded::Inline(json) if json.get() == "null"));
        let mut bytes = line(finished, &mut Chain::default());
        let Event::RunFinished(it) = read_line(&mut bytes).unwrap().0.event else { panic!("another event") };
        assert!(matches!(it.result, Some(Recorded::Inline(json)) if json.get() == "null"));
    }

    #[test]
    fn a_value_that_looks_like_a_reference_is_not_taken_for_one() {
        let json = format!(r#"{{"artifact":"{}","bytes":3}}"#, ContentHash::of(b"abc"));
        assert!(Recorded::inline(serde_json::from_str(&json).unwrap()).is_err());
        assert!(matches!(serde_json::from_str(&json).unwrap(), Recorded::Artifact(it) if it.bytes == 3));
    }

    #[test]
    fn a_changed_bit_anywhere_in_a_line_is_noticed() {
        let bytes = line(Note { text: "some words".into() }, &mut Chain::default());
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                assert!(read_line(&mut damaged).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn an_event_of_a_newer_program_is_named() {
        let json =
            r#"{"seq":1,"prev":"00000000","time":"1970-01-01T00:00:00.000Z","epoch":1,"event":"dreamt"}"#;
        let line = format!("{:08x} {json}", crc32fast::hash(json.as_bytes()));
        let Err(why) = read_line(&mut line.into_bytes()) else { panic!("it was read") };
        assert!(why.contains("`dreamt`"), "{why}");
    }
}
