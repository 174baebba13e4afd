//! Lower-case base32 (RFC 4648 section 6) for tokens that stand in mail addresses: servers fold case, and take no other signs there
//! for granted.
//!
//! In: numbers and codes. Out: digits `[a-z2-7]`, and back. Met by [`super::bounce`] and [`super::leave`].

/// The digits, by their value.
const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The digit of this value, below 32.
pub(super) const fn of(value: usize) -> u8 {
    DIGITS[value & 31]
}

/// The value of a digit.
pub(super) const fn value(byte: u8) -> Option<u8> {
    match byte {
        b'a'..=b'z' => Some(byte - b'a'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

/// Appends the digits of a number, the greatest first; none for 0.
pub(super) fn push_number(out: &mut Vec<u8>, number: i64) {
    let bits = 64 - number.leading_zeros();
    for at in (0..bits.div_ceil(5)).rev() {
        out.push(of((number as u64 >> (5 * at)) as usize));
    }
}

/// The number of these digits.
pub(super) fn number(digits: &[u8]) -> Option<i64> {
    let add = |sum: u64, &byte: &u8| Some(sum.checked_mul(32)? | u64::from(value(byte)?));
    digits.iter().try_fold(0, add).map(|number| number as i64)
}

/// Appends a code of whole fives of bytes: each makes eight digits.
pub(super) fn push_code(out: &mut Vec<u8>, code: &[u8]) {
    for five in code.as_chunks::<5>().0 {
        let number = five.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        out.extend((0..8).rev().map(|at| of((number >> (5 * at)) as usize)));
    }
}
