//! Durations and times as text: ISO 8601 in JSON, literals of the language in templates.

use std::fmt::Write as _;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A duration in milliseconds as ISO 8601: `PT1H30M`, `P7D`, `PT0.5S`.
pub fn duration_iso(ms: i64) -> String {
    if ms == 0 {
        return "PT0S".to_owned();
    }
    let mut out = String::from(if ms < 0 { "-P" } else { "P" });
    let mut rest = ms.unsigned_abs();
    let mut take = |unit: i64| {
        let unit = unit.unsigned_abs();
        let count = rest / unit;
        rest %= unit;
        count
    };
    let (days, hours, minutes) = (take(DAY), take(HOUR), take(MINUTE));
    let parts = [(days, 'D'), (hours, 'H'), (minutes, 'M')];
    for (count, letter) in parts {
        if letter == 'H' && !ms.unsigned_abs().is_multiple_of(DAY.unsigned_abs()) {
            out.push('T');
        }
        if count > 0 {
            let _ = write!(out, "{count}{letter}");
        }
    }
    if rest > 0 {
        let _ = write!(out, "{}", rest / 1_000);
        push_fraction(&mut out, rest % 1_000);
        out.push('S');
    }
    out
}

/// A duration in milliseconds as a literal of the language, in the greatest unit that divides it: `90m`, `2h`, `500ms`.
pub fn duration_literal(ms: i64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")];
    match units.iter().find(|(unit, _)| ms != 0 && ms % unit == 0) {
        Some((unit, name)) => format!("{}{name}", ms / unit),
        None if ms == 0 => "0s".to_owned(),
        None => format!("{ms}ms"),
    }
}

/// A span of time in milliseconds as people say it, no finer than it matters: `20 ms`, `1.5 s`, `3 min 20 s`, `2 h 5 min`,
/// `3 days`.
pub fn span(ms: i64) -> String {
    let ms = ms.max(0);
    let tenths = ms.saturating_add(50) / 100;
    let seconds = ms.saturating_add(SECOND / 2) / SECOND;
    let two = |great: i64, name: &str, small: i64, unit: &str| match small {
        0 => format!("{great} {name}"),
        _ => format!("{great} {name} {small} {unit}"),
    };
    if ms < SECOND {
        format!("{ms} ms")
    } else if tenths < 600 {
        match tenths % 10 {
            0 => format!("{} s", tenths / 10),
            tenth => format!("{}.{tenth} s", tenths / 10),
        }
    } else if seconds < 3_600 {
        two(seconds / 60, "min", seconds % 60, "s")
    } else if seconds < 48 * 3_600 {
        two(seconds / 3_600, "h", seconds / 60 % 60, "min")
    } else {
        two(seconds / 86_400, "days", seconds / 3_600 % 24, "h")
    }
}

/// Reads a duration, as ISO 8601 without years and months, or as a literal of the language. In milliseconds; `None` if
/// it is neither, or too long to count.
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let ms = match body.strip_prefix('P') {
        Some(rest) => iso_body(rest)?,
        None => literal_body(body)?,
    };
    if negative { ms.checked_neg() } else { Some(ms) }
}

fn literal_body(text: &str) -> Option<i64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let count: i64 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "ms" => 1,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    count.checked_mul(unit)
}

fn iso_body(text: &str) -> Option<i64> {
    let (date, clock) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, clock)) => (date, clock),
        None => (text, ""),
    };
    if date.is_empty() && clock.is_empty() {
        return None;
    }
    let days = units(date, &[('W', 7 * DAY), ('D', DAY)])?;
    days.checked_add(units(clock, &[('H', HOUR), ('M', MINUTE), ('S', SECOND)])?)
}

/// Sums `1H30M0.5S`, whose letters come in the order of `letters`, each at most once.
fn units(mut text: &str, letters: &[(char, i64)]) -> Option<i64> {
    let mut total = 0_i64;
    let mut allowed = letters;
    while !text.is_empty() {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))?;
        let letter = text[end..].chars().next()?;
        let place = allowed.iter().position(|(known, _)| *known == letter)?;
        total = total.checked_add(scaled(&text[..end], allowed[place].1)?)?;
        allowed = &allowed[place + 1..];
        text = &text[end + letter.len_utf8()..];
    }
    Some(total)
}

/// `1.5` units in milliseconds.
fn scaled(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let mut total = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    for digit in fraction.chars() {
        place /= 10;
        total = total.checked_add(place.checked_mul(i64::from(digit.to_digit(10)?))?)?;
    }
    Some(total)
}

fn push_fraction(out: &mut String, thousandths: u64) {
    if thousandths > 0 {
        let digits = format!("{thousandths:03}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// A time in milliseconds since 1970 as ISO 8601 in UTC: `2026-08-01T12:00:00Z`, with a fraction if it has one.
pub fn time_iso(ms: i64) -> String {
    let (days, in_day) = (ms.div_euclid(DAY), ms.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let seconds = in_day / SECOND;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let sign = if year < 0 { "-" } else { "" };
    let mut out =
        format!("{sign}{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", year.unsigned_abs());
    push_fraction(&mut out, (in_day % SECOND).unsigned_abs());
    out.push('Z');
    out
}

/// Reads `2026-08-01T12:00:00Z`, with an optional fraction and `Z` or an offset such as `+02:00`; or `2026-08-01` for
/// its midnight in UTC. In milliseconds since 1970; what is finer is dropped.
pub fn parse_time(text: &str) -> Option<i64> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    let year = fixed(parts.next()?, 4)?;
    let (month, day) = (fixed(parts.next()?, 2)?, fixed(parts.next()?, 2)?);
    if !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    let midnight = days(year, month, day) * DAY;
    match clock {
        None => Some(midnight),
        Some(clock) => midnight.checked_add(clock_ms(clock)?),
    }
}

fn clock_ms(clock: &str) -> Option<i64> {
    let (local, offset) = if let Some(local) = clock.strip_suffix(['Z', 'z']) {
        (local, 0)
    } else {
        let at = clock.rfind(['+', '-'])?;
        let (hours, minutes) = clock[at + 1..].split_once(':')?;
        let minutes = fixed(hours, 2)?.checked_mul(60)?.checked_add(fixed(minutes, 2)?)?;
        (&clock[..at], if clock[at..].starts_with('-') { -minutes } else { minutes })
    };
    let (seconds, fraction) = local.split_once('.').unwrap_or((local, ""));
    let mut parts = seconds.splitn(3, ':');
    let (hour, minute) = (fixed(parts.next()?, 2)?, fixed(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |text| fixed(text, 2))?;
    if hour > 23 || minute > 59 || second > 60 || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let thousandths =
        fraction.chars().chain("000".chars()).take(3).collect::<String>().parse::<i64>().ok()?;
    Some(hour * HOUR + (minute - offset) * MINUTE + second * SECOND + thousandths)
}

fn fixed(text: &str, digits: usize) -> Option<i64> {
    let good = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if good { text.parse().ok() } else { None }
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date, after Howard Hinnant's `days_from_civil`.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970-01-01, after Howard Hinnant's `civil_from_days`.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_as_people_say_it() {
        for (ms, said) in [
            (-5, "0 ms"),
            (999, "999 ms"),
            (1_000, "1 s"),
            (1_540, "1.5 s"),
            (19_999, "20 s"),
            (59_949, "59.9 s"),
            (59_951, "1 min"),
            (200_000, "3 min 20 s"),
            (3_599_800, "1 h"),
            (7_500_000, "2 h 5 min"),
            (2 * DAY, "2 days"),
            (2 * DAY + 5 * HOUR, "2 days 5 h"),
            (i64::MAX, "106751991167 days 7 h"),
        ] {
            assert_eq!(span(ms), said);
        }
    }

    #[test]
    fn durations_survive_the_way_through_text() {
        for (ms, iso, literal) in [
            (0, "PT0S", "0s"),
            (500, "PT0.5S", "500ms"),
            (30_000, "PT30S", "30s"),
            (90 * MINUTE, "PT1H30M", "90m"),
            (7 * DAY, "P7D", "7d"),
            (DAY + HOUR, "P1DT1H", "25h"),
            (DAY + 1_001, "P1DT1.001S", "86401001ms"),
            (-MINUTE, "-PT1M", "-1m"),
        ] {
            assert_eq!(duration_iso(ms), iso);
            assert_eq!(duration_literal(ms), literal);
            assert_eq!(parse_duration(iso), Some(ms), "{iso}");
            assert_eq!(parse_duration(literal), Some(ms), "{literal}");
        }
        assert_eq!(parse_duration("P2W"), Some(14 * DAY));
        assert_eq!(duration_iso(i64::MIN).chars().next(), Some('-'));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in
            ["", "P", "PT", "P1M", "P1Y", "PT1M1H", "5", "5 m", "m", "PT99999999999999H", "1.5h", "PT.S"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn times_survive_the_way_through_text() {
        for (ms, iso) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_785_585_600_123, "2026-08-01T12:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(time_iso(ms), iso);
            assert_eq!(parse_time(iso), Some(ms), "{iso}");
        }
        assert_eq!(parse_time("1970-01-01T02:00:00+02:00"), Some(0));
        assert_eq!(parse_time("1970-01-02"), Some(DAY));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "1970", "1970-13-01", "2023-02-29", "1970-01-01T25:00:00Z", "1970-01-01T00:00:00", "now"]
        {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
