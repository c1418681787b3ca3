//! Numbers and keys by which companies, people and other systems are known.

mod digits;
mod e164;
mod external;
mod mail;
mod siren;

pub use e164::E164;
pub use external::ExternalIdentifier;
pub use mail::MailAddress;
pub use siren::{Siren, Siret};

use uuid::Uuid;
use vigie_clock::derived_id;

/// Why a text is not the identifier that it should be. Never repeats the text: it may be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a SIREN.
    #[error("a SIREN is 9 digits of which the last one checks the others")]
    Siren,
    /// Not a SIRET.
    #[error("a SIRET is 14 digits: a SIREN, the number of the site, and a digit that checks the others")]
    Siret,
    /// Not a number in E.164.
    #[error("a number is \"+\" and 7 to 15 digits, the first not 0 (E.164)")]
    Number,
    /// Not a mail address.
    #[error(
        "a mail address is name@domain, at most 254 bytes, without spaces, quotes, brackets or control characters"
    )]
    Mail,
}

/// The subject of a person's data: the user id where it is a UUID, else a UUID derived from it under the account, so that
/// the person and all of their lines share one subject.
pub fn subject_of(account_id: Uuid, user_id: &str) -> Uuid {
    Uuid::try_parse(user_id).unwrap_or_else(|_| derived_id(account_id, user_id))
}
