//! JSON text that only this program writes, read where it stands: keys in their one order, no spaces, no escapes.
//!
//! Whoever uses it falls back to a real reader where the text has another shape.

/// What is left of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    /// Goes past a text that must be next.
    pub(super) fn past<const N: usize>(&mut self, due: &[u8; N]) -> Option<()> {
        let (next, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        (next == due).then_some(())
    }

    /// A whole number without a sign.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        let mut digits = 0;
        while let Some(digit) = self.0.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|it| *it < 10) {
            number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
            digits += 1;
        }
        self.0 = &self.0[digits..];
        (digits > 0).then_some(number)
    }

    /// The bytes of a text up to its closing quotation mark, which is passed, too.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr2(b'"', b'\\', self.0).filter(|at| self.0[*at] == b'"')?;
        let text = &self.0[..end];
        self.0 = &self.0[end + 1..];
        Some(text)
    }

    /// This many bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(bytes)
    }
}

/// What each byte is worth as a hexadecimal digit, in small letters as they are written here; 255 for every other byte.
const DIGITS: [u8; 256] = {
    let mut digits = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        digits[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};

/// The bytes that pairs of hexadecimal digits are.
pub(super) fn bytes_of<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let pairs: &[[u8; 2]; N] = pairs.try_into().ok()?;
    let (mut bytes, mut all) = ([0; N], 0);
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (DIGITS[*high as usize], DIGITS[*low as usize]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    (all < 16).then_some(bytes)
}

/// The number that hexadecimal digits are.
pub(super) fn hexadecimal(digits: &[u8; 8]) -> Option<u32> {
    let (mut number, mut all) = (0, 0);
    for digit in digits {
        let digit = DIGITS[*digit as usize];
        all |= digit;
        number = number << 4 | u32::from(digit);
    }
    (all < 16).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers_are_read_up_to_their_ends() {
        let mut cursor = Cursor(br#"{"seq":120,"name":"a b","crc":"00ff10ab"}"#);
        assert_eq!(cursor.past(br#"{"seq":"#), Some(()));
        assert_eq!(cursor.number(), Some(120));
        assert_eq!(cursor.past(br#","name":""#), Some(()));
        assert_eq!(cursor.text(), Some(&b"a b"[..]));
        assert_eq!(cursor.past(br#","crc":""#), Some(()));
        assert_eq!(cursor.bytes().and_then(hexadecimal), Some(0x00ff_10ab));
        assert_eq!(cursor.0, br#""}"#);
    }

    #[test]
    fn what_has_another_shape_is_not_read() {
        assert_eq!(Cursor(b"abc").past(b"abd"), None);
        assert_eq!(Cursor(b"abc").past(b"abcd"), None);
        assert_eq!(Cursor(b"x1").number(), None);
        assert_eq!(Cursor(b"18446744073709551616").number(), None);
        assert_eq!(Cursor(br#"an \"escape\" in it""#).text(), None);
        assert_eq!(Cursor(b"no end").text(), None);
        assert_eq!(hexadecimal(b"0000000G"), None);
    }
}
