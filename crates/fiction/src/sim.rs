//! SIMs and handsets that are nobody's.

use crate::luhn::checked;

/// IMSI of the `number`th test subscriber, 15 digits; `number` below 10^10.
pub fn imsi(number: u64) -> String {
    format!("20801{number:010}")
}

/// ICCID of the `number`th SIM, 19 digits: 89 (telecom), 33 (France), a made-up issuer, and the check digit of ITU-T E.118;
/// `number` below 10^12.
pub fn iccid(number: u64) -> String {
    checked(&format!("893399{number:012}"))
}

/// IMEI of the `number`th handset, 15 digits with their check digit; `number` below 10^12. The type allocation code begins
/// with 00, which is kept for test equipment (3GPP TS 23.003).
pub fn imei(number: u64) -> String {
    checked(&format!("00{number:012}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luhn_digit;

    #[test]
    fn they_have_their_lengths_and_check_digits() {
        for number in [0, 1, 42, 9_999_999_999] {
            assert_eq!(imsi(number).len(), 15);
            for (digits, length) in [(iccid(number), 19), (imei(number), 15)] {
                assert_eq!(digits.len(), length);
                let (body, check) = digits.split_at(length - 1);
                assert_eq!(luhn_digit(body).to_string(), check);
            }
        }
    }
}
