//! Points in time, to the millisecond, in UTC.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::value::calendar::{civil, days};

/// A point in time: milliseconds since 1970 in UTC. In JSON `2026-08-31T17:04:05.250Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// Says what time it is. The real one is [`system_clock`]; tests and virtual time hand in their own.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The clock of this machine.
pub fn system_clock() -> Clock {
    Arc::new(|| Time::from(SystemTime::now()))
}

const DAY: i64 = 86_400_000;

impl Time {
    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; nothing when it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads the form that is written; `None` for any other.
    pub fn parse(text: &[u8; 24]) -> Option<Self> {
        let shape = [text[4], text[7], text[10], text[13], text[16], text[19], text[23]];
        if shape != *b"--T::.Z" {
            return None;
        }
        let mut all = 0;
        let mut digit = |at: usize| {
            let digit = text[at].wrapping_sub(b'0');
            all = digit.max(all);
            i64::from(digit)
        };
        let mut pair = |at: usize| digit(at) * 10 + digit(at + 1);
        let year = pair(0) * 100 + pair(2);
        let (month, day) = (pair(5), pair(8));
        let (hour, minute, second) = (pair(11), pair(14), pair(17));
        let millis = pair(20) * 10 + digit(22);
        if all > 9
            || !(1..=12).contains(&month)
            || !(1..=31).contains(&day)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return None;
        }
        let seconds = (hour * 60 + minute) * 60 + second;
        Some(Self(days(year, month, day) * DAY + seconds * 1000 + millis))
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self::default().plus(after),
            Err(before) => Self(-i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let millis = self.0.rem_euclid(DAY);
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as 2026-08-31T17:04:05.250Z")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
                let time = text.as_bytes().try_into().ok().and_then(Time::parse);
                time.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Time> {
        Time::parse(text.as_bytes().try_into().ok()?)
    }

    #[test]
    fn a_time_is_written_in_utc_to_the_millisecond() {
        assert_eq!(Time::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Time::from_millis(951_782_400_007).to_string(), "2000-02-29T00:00:00.007Z");
        assert_eq!(Time::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Time::from_millis(1_788_195_845_250).to_string(), "2026-08-31T17:04:05.250Z");
    }

    #[test]
    fn every_written_time_is_read_back() {
        for day in (-200_000..400_000).step_by(37) {
            let time = Time::from_millis(day * DAY + (day.rem_euclid(86_399)) * 1000 + 123);
            assert_eq!(parse(&time.to_string()), Some(time), "{time}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for text in [
            "",
            "2026-08-31",
            "2026-13-31T17:04:05.250Z",
            "2026-08-31T24:04:05.250Z",
            "2026-08-31T17:04:05.250+",
            "2026-08-31 17:04:05.250Z",
            "2026-08-31T17:04:05.2:0Z",
            "2026-08-31T17:04: 5.250Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
