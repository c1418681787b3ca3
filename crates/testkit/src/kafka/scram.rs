//! Passwords as a broker stores them: RFC 5802 with SHA-512.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;

const BYTES: usize = 64;

/// `Hi(password, salt, iterations)`, which is PBKDF2 for one block.
pub(super) fn salted_password(password: &str, salt: &[u8], iterations: u16) -> [u8; BYTES] {
    let mut last = hmac(password, &[salt, &1_u32.to_be_bytes()]);
    let mut sum = last;
    for _ in 1..iterations {
        last = hmac(password, &[&last]);
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

fn hmac(key: &str, message: &[&[u8]]) -> [u8; BYTES] {
    let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(key.as_bytes()) else {
        // A key of any length is taken.
        return [0; BYTES];
    };
    message.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Python's `hashlib.pbkdf2_hmac("sha512", b"password", b"salt", 2)`.
    #[test]
    fn two_rounds_are_those_of_pbkdf2() {
        let [a, b, c, d, ..] = salted_password("password", b"salt", 2);
        assert_eq!([a, b, c, d], [0xe1, 0xd9, 0xc1, 0x6a]);
    }
}
