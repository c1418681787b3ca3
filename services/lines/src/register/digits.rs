//! Identifiers as they may stand on a register's command line: digits and nothing else, or a command could be smuggled in.

use super::Error;

/// An IMSI: 6 to 15 digits (3GPP TS 23.003, 2.2 gives the upper bound).
pub(super) fn imsi(text: &str) -> Result<&str, Error> {
    let is_one = (6..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then_some(text).ok_or_else(|| Error::Refused("not an IMSI".to_owned()))
}

/// The digits of an E.164 number given with "+": at most 15, the first not zero.
pub(super) fn msisdn(text: &str) -> Result<&str, Error> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let is_one = (3..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    is_one.then_some(digits).ok_or_else(|| Error::Refused("not a number in E.164 with \"+\"".to_owned()))
}

/// `text` without runs of digits that could be a person's identifier, short enough for a log.
pub(super) fn without_identifiers(text: &str) -> String {
    const RUN: usize = 5;
    let mut clean = String::new();
    let mut run = String::new();
    for character in text.chars().take(200).chain(['\0']) {
        if character.is_ascii_digit() {
            run.push(character);
            continue;
        }
        clean.push_str(if run.len() < RUN { &run } else { "…" });
        run.clear();
        if !character.is_control() {
            clean.push(character);
        }
    }
    clean.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_pass() {
        assert_eq!(imsi("208010000000001").unwrap(), "208010000000001");
        assert_eq!(msisdn("+33600000001").unwrap(), "33600000001");
        let bad = [
            "",
            "20801",
            "2080100000000011",
            "20801000000000a",
            "208010000000001\nend",
            "208 01 00",
            "２０８０１００００",
        ];
        for text in bad {
            assert!(matches!(imsi(text), Err(Error::Refused(_))), "{text:?}");
        }
        for text in [
            "",
            "+",
            "33600000001",
            "+0033600",
            "+336 00",
            "+33600000001\n",
            "+3360000000100000",
            "+none",
            "none",
        ] {
            assert!(matches!(msisdn(text), Err(Error::Refused(_))), "{text:?}");
        }
    }

    #[test]
    fn a_register_s_words_lose_their_identifiers() {
        assert_eq!(
            without_identifiers("% No subscriber for imsi = '208010000000001'\r\n"),
            "% No subscriber for imsi = '…'"
        );
        assert_eq!(without_identifiers("ERROR 7 at line 12"), "ERROR 7 at line 12");
        assert_eq!(without_identifiers("33600000001"), "…");
        assert_eq!(without_identifiers(&"x".repeat(5000)).len(), 200);
    }
}
