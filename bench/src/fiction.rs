//! Lines that nobody has: numbers under an unassigned country code, SIMs of a test network.

use uuid::Uuid;
use vigie_proto::lines::{ExternalIdentifier, LineEntry, LineRef, line_ref};

/// Number of line `number`, in E.164; `number` below 10^9.
pub fn msisdn(number: u64) -> String {
    format!("+99970{number:09}")
}

/// IMSI of line `number`.
pub fn imsi(number: u64) -> String {
    format!("90170{number:010}")
}

/// A shared line (nobody in particular holds the phone) of an account, as a CRM would register it.
pub fn entry(number: u64, account: Uuid) -> LineEntry {
    LineEntry {
        account_id: account.to_string(),
        msisdn: msisdn(number),
        imsi: imsi(number),
        iccid: iccid(number),
        account_holder: "Exemple SAS".to_owned(),
        user_id: String::new(),
        cost_centre: "Ventes".to_owned(),
        site: String::new(),
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".to_owned(),
            r#type: "subscription".to_owned(),
            id: format!("S-{number}"),
        }],
        ..Default::default()
    }
}

/// The line by its number, as a person on the phone would name it.
pub fn by_number(number: u64) -> LineRef {
    LineRef { line: Some(line_ref::Line::Msisdn(msisdn(number))) }
}

/// The line by its id.
pub fn by_id(line_id: &str) -> LineRef {
    LineRef { line: Some(line_ref::Line::LineId(line_id.to_owned())) }
}

/// 18 digits and their check digit (ITU-T E.118).
fn iccid(number: u64) -> String {
    let body = format!("899901{number:012}");
    let sum: u64 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u64::from(digit - b'0')) {
            // The digit beside the check digit is doubled, and every second one from there.
            (0, digit) => digit * 2 / 10 + digit * 2 % 10,
            (_, digit) => digit,
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iccid_ends_with_its_check_digit() {
        let valid = |digits: &str| {
            let doubled = |place: usize, digit: u32| if place % 2 == 1 { digit * 2 } else { digit };
            let digits = digits.bytes().rev().map(|digit| u32::from(digit - b'0')).enumerate();
            let sum: u32 =
                digits.map(|(place, digit)| doubled(place, digit)).map(|value| value / 10 + value % 10).sum();
            sum.is_multiple_of(10)
        };
        for number in [0, 1, 7, 42, 999_999_999] {
            let iccid = iccid(number);
            assert!(iccid.len() == 19 && valid(&iccid), "{iccid}");
        }
        assert!(valid("8933010000000000010"), "a known good one");
    }
}
