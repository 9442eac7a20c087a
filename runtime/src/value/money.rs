//! Amounts of money as text: a decimal number of dollars.

const MICROS: u64 = 1_000_000;

/// An amount in millionths of a dollar as a decimal number with at least two digits behind the point: `2.50`.
pub fn decimal(micros: i64) -> String {
    let (whole, fraction) = (micros.unsigned_abs() / MICROS, micros.unsigned_abs() % MICROS);
    let digits = format!("{fraction:06}");
    let kept = digits.trim_end_matches('0').len().max(2);
    format!("{}{whole}.{}", if micros < 0 { "-" } else { "" }, &digits[..kept])
}

/// An amount as people write it: `$2.50`.
pub fn dollars(micros: i64) -> String {
    let decimal = decimal(micros);
    match decimal.strip_prefix('-') {
        Some(rest) => format!("-${rest}"),
        None => format!("${decimal}"),
    }
}

/// Reads a decimal number of dollars with up to six digits behind the point, `$` in front of it allowed. In millionths
/// of a dollar; `None` if it is none, or too great to count.
pub fn parse(text: &str) -> Option<i64> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = rest.strip_prefix('$').unwrap_or(rest);
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let micros = format!("{fraction:0<6}").parse::<i64>().ok()?;
    let total = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?;
    Some(if negative { -total } else { total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_survive_the_way_through_text() {
        for (micros, text) in
            [(0, "0.00"), (2_500_000, "2.50"), (1, "0.000001"), (-10_250_000, "-10.25"), (123_000, "0.123")]
        {
            assert_eq!(decimal(micros), text);
            assert_eq!(parse(text), Some(micros));
            assert_eq!(parse(&dollars(micros)), Some(micros));
        }
        assert_eq!(dollars(-10_250_000), "-$10.25");
        assert_eq!(parse("3"), Some(3_000_000));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "$", ".5", "5.", "1.2345678", "1e3", "99999999999999999999", "--1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
