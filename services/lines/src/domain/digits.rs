//! What identifiers made of digits have in common.

/// Whether there is nothing but ASCII digits.
pub(super) fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// ISO/IEC 7812-1 annex B: every second digit from the right is doubled, digits of the products are added up. Of digits
/// that end with their check digit it is a multiple of 10.
pub(super) fn luhn_sum(digits: &str) -> u32 {
    let from_right = digits.bytes().rev().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    from_right
        .enumerate()
        .map(|(index, digit)| match (index % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit < 5 => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum()
}

/// The digits `body` with their check digit behind them.
pub(super) fn with_luhn_digit(body: &str) -> String {
    let check = (10 - luhn_sum(&format!("{body}0")) % 10) % 10;
    format!("{body}{check}")
}

/// Identifiers name a person: a log line never shows one.
macro_rules! hidden_in_debug {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )*};
}
pub(super) use hidden_in_debug;
