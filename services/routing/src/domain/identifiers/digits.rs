//! Digits and what checks them.

/// Whether there are `count` of them and nothing else.
pub(super) fn are_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The values of ASCII digits.
pub(super) fn values(digits: &str) -> impl DoubleEndedIterator<Item = u32> {
    digits.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')))
}

/// The sum of ISO/IEC 7812-1 annex B: every second digit from the right is doubled, and the digits of the products are
/// added up.
pub(super) fn luhn_sum(digits: &str) -> u32 {
    let doubled = |digit: u32| if digit < 5 { digit * 2 } else { digit * 2 - 9 };
    let from_right = values(digits).rev().zip([false, true].into_iter().cycle());
    from_right.map(|(digit, is_second)| if is_second { doubled(digit) } else { digit }).sum()
}
