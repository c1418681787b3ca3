//! Check digits.

/// The digit that makes `digits` pass the check of ISO/IEC 7812-1 once it stands behind them, as in a SIREN, a SIRET, an
/// ICCID and an IMEI. What is no digit is passed over.
pub fn luhn_digit(digits: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let from_the_right = digits.chars().rev().filter_map(|digit| digit.to_digit(10)).enumerate();
    let sum: u32 = from_the_right
        .map(|(place, digit)| if place.is_multiple_of(2) { doubled(digit) } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

/// `digits` with their check digit.
pub(crate) fn checked(digits: &str) -> String {
    format!("{digits}{}", luhn_digit(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_luhns() {
        // The example of ISO/IEC 7812-1, annex B.
        assert_eq!(luhn_digit("7992739871"), 3);
        assert_eq!(checked("73282932"), "732829320");
        assert_eq!(checked("7328293200007"), "73282932000074");
    }
}
