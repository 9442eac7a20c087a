//! Numbers, durations and money.

use super::Build;
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::span::Span;
use crate::tree::{Expr, ExprKind, Pattern, PatternKind};

type Read<T> = Result<T, SyntaxErrorKind>;

/// How many millionths a dollar has, in digits behind the point.
const MONEY_DIGITS: usize = 6;

impl Build<'_> {
    fn literal<T>(&mut self, l: u32, r: u32, read: fn(&str) -> Read<T>) -> Option<T> {
        let span = Span::new(l, r);
        match read(self.slice(span)) {
            Ok(value) => Some(value),
            Err(kind) => {
                self.errors.push(SyntaxError::new(kind, span));
                None
            }
        }
    }

    pub(crate) fn int(&mut self, l: u32, r: u32) -> Box<Expr> {
        // Behind a `-`, one number more is small enough.
        let kind = match self.literal(l, r, int) {
            Some(value) => ExprKind::Int(value),
            None if negative_int(self.slice(Span::new(l, r))) == Ok(i64::MIN) => ExprKind::Int(i64::MIN),
            None => ExprKind::Error,
        };
        self.expr(l, r, kind)
    }

    /// Takes back that a number is too large which has a `-` in front of it.
    pub(crate) fn least_int(&mut self, operand: &Expr) {
        if let ExprKind::Int(i64::MIN) = operand.kind {
            self.errors.pop_if(|error| error.span == operand.span);
        }
    }

    pub(crate) fn float(&mut self, l: u32, r: u32) -> Box<Expr> {
        let kind = self.literal(l, r, float).map_or(ExprKind::Error, ExprKind::Float);
        self.expr(l, r, kind)
    }

    pub(crate) fn duration(&mut self, l: u32, r: u32) -> Box<Expr> {
        let kind = self.literal(l, r, duration).map_or(ExprKind::Error, ExprKind::Duration);
        self.expr(l, r, kind)
    }

    pub(crate) fn money(&mut self, l: u32, r: u32) -> Box<Expr> {
        let kind = self.literal(l, r, money).map_or(ExprKind::Error, ExprKind::Money);
        self.expr(l, r, kind)
    }

    /// `12`, or `-12` when the digits start later than the pattern.
    pub(crate) fn int_pattern(&mut self, l: u32, digits: u32, r: u32) -> Box<Pattern> {
        let value = self.literal(digits, r, if digits > l { negative_int } else { int });
        self.pattern(l, r, value.map_or(PatternKind::Error, PatternKind::Int))
    }
}

fn malformed<T>(text: &str, why: &'static str) -> Read<T> {
    Err(SyntaxErrorKind::MalformedNumber(text.into(), why))
}

/// The digits of a number, underscores between them taken out.
fn digits(whole: &str, part: &str) -> Read<String> {
    if part.is_empty() || part.starts_with('_') || part.ends_with('_') || part.contains("__") {
        return malformed(whole, "an underscore stands between two digits");
    }
    if part.chars().any(|c| !c.is_ascii_digit() && c != '_') {
        return malformed(whole, "letters do not belong here");
    }
    Ok(part.chars().filter(|c| *c != '_').collect())
}

/// The same, without a zero in front of other digits.
fn whole_digits(whole: &str, part: &str) -> Read<String> {
    let digits = digits(whole, part)?;
    if digits.len() > 1 && digits.starts_with('0') {
        return malformed(whole, "a number does not begin with `0`");
    }
    Ok(digits)
}

fn int(text: &str) -> Read<i64> {
    // Almost every number.
    if let ([b'1'..=b'9', ..] | b"0", Ok(value)) = (text.as_bytes(), text.parse()) {
        return Ok(value);
    }
    whole_digits(text, text)?.parse().map_err(|_| SyntaxErrorKind::NumberTooLarge("number"))
}

/// The number below zero with these digits.
fn negative_int(text: &str) -> Read<i64> {
    let digits = whole_digits(text, text)?;
    format!("-{digits}").parse().map_err(|_| SyntaxErrorKind::NumberTooLarge("number"))
}

fn float(text: &str) -> Read<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let clean = format!("{}.{}", whole_digits(text, whole)?, digits(text, fraction)?);
    match clean.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(SyntaxErrorKind::NumberTooLarge("number")),
    }
}

/// In milliseconds.
fn duration(text: &str) -> Read<i64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(SyntaxErrorKind::UnknownUnit(text.into())),
    };
    let too_large = || SyntaxErrorKind::NumberTooLarge("duration");
    let value: i64 = whole_digits(text, number)?.parse().map_err(|_| too_large())?;
    value.checked_mul(factor).ok_or_else(too_large)
}

/// In millionths of a dollar.
fn money(text: &str) -> Read<i64> {
    let amount = text.strip_prefix('$').unwrap_or(text);
    let (dollars, cents) = amount.split_once('.').unwrap_or((amount, "0"));
    let (dollars, cents) = (whole_digits(text, dollars)?, digits(text, cents)?);
    if cents.len() > MONEY_DIGITS {
        return malformed(text, "a millionth of a dollar is the smallest amount");
    }
    let value = format!("{dollars}{cents:0<MONEY_DIGITS$}");
    value.parse().map_err(|_| SyntaxErrorKind::NumberTooLarge("amount"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_underscores_between_digits() {
        assert_eq!(int("1_000"), Ok(1000));
        assert_eq!(int("0"), Ok(0));
        assert_eq!(int("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(float("0.5"), Ok(0.5));
        assert_eq!(float("1_0.2_5"), Ok(10.25));
    }

    #[test]
    fn numbers_that_do_not_fit_or_are_not_written_as_one_are_refused() {
        assert_eq!(negative_int("9_223_372_036_854_775_808"), Ok(i64::MIN));
        let least = SyntaxErrorKind::NumberTooLarge("number");
        assert_eq!(negative_int("9_223_372_036_854_775_809"), Err(least));
        assert_eq!(int("9223372036854775808"), Err(SyntaxErrorKind::NumberTooLarge("number")));
        for text in ["1__0", "1_", "007"] {
            assert!(matches!(int(text), Err(SyntaxErrorKind::MalformedNumber(..))), "{text}");
        }
        assert!(matches!(float("1.5h"), Err(SyntaxErrorKind::MalformedNumber(..))));
        assert_eq!(float(&format!("{}.0", "9".repeat(400))), Err(SyntaxErrorKind::NumberTooLarge("number")));
    }

    #[test]
    fn durations_are_milliseconds() {
        assert_eq!(duration("500ms"), Ok(500));
        assert_eq!(duration("30s"), Ok(30_000));
        assert_eq!(duration("15m"), Ok(900_000));
        assert_eq!(duration("2h"), Ok(7_200_000));
        assert_eq!(duration("7d"), Ok(604_800_000));
        assert_eq!(duration("5x"), Err(SyntaxErrorKind::UnknownUnit("5x".into())));
        assert_eq!(duration("1h30m"), Err(SyntaxErrorKind::UnknownUnit("1h30m".into())));
        assert_eq!(duration("106751991168d"), Err(SyntaxErrorKind::NumberTooLarge("duration")));
    }

    #[test]
    fn money_is_millionths_of_a_dollar() {
        assert_eq!(money("$25"), Ok(25_000_000));
        assert_eq!(money("$2.50"), Ok(2_500_000));
        assert_eq!(money("$0.000001"), Ok(1));
        assert!(matches!(money("$0.0000001"), Err(SyntaxErrorKind::MalformedNumber(..))));
        assert_eq!(money("$9223372036855"), Err(SyntaxErrorKind::NumberTooLarge("amount")));
    }
}
