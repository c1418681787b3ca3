//! The bearer token that goes with every call.

use std::fmt;
use std::sync::Arc;

use tonic::metadata::{Ascii, MetadataValue};

use super::Error;
use crate::config::Secret;
use crate::identity::dev::{Grant, Issuer};

/// `authorization` of a call with `token`; it is never printed.
pub fn bearer(token: &str) -> Result<MetadataValue<Ascii>, Error> {
    let mut value = MetadataValue::try_from(format!("Bearer {}", token.trim())).map_err(|_| Error::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Where a service's own token comes from. It is asked for anew at every call, so that a renewed one counts at once.
#[derive(Clone)]
pub enum Token {
    /// There is none: only what is public answers.
    None,
    /// A file, which somebody else keeps fresh.
    File(Secret),
    /// A development issuer that shares its key with the service that is called.
    Development(Arc<Issuer>, Grant),
}

impl Token {
    /// `authorization` of the next call.
    pub fn bearer(&self) -> Result<Option<MetadataValue<Ascii>>, Error> {
        match self {
            Self::None => Ok(None),
            Self::File(secret) => bearer(secret.read()?.expose()).map(Some),
            Self::Development(issuer, grant) => bearer(&issuer.mint(grant)?).map(Some),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "Token(none)",
            Self::File(_) => "Token(file)",
            Self::Development(..) => "Token(development)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_out_as_bearer_and_is_never_shown() {
        let value = bearer("abc.def.ghi\n").unwrap();
        assert_eq!(value, "Bearer abc.def.ghi");
        assert!(!format!("{value:?}").contains("abc"));
        assert!(matches!(bearer("a\u{0}b"), Err(Error::Token)));
    }

    #[test]
    fn a_file_that_was_renewed_counts_at_the_next_call() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let token = Token::File(Secret { file: file.clone() });
        assert!(matches!(token.bearer(), Err(Error::Secret(_))), "not there yet");
        for text in ["first", "second"] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(token.bearer().unwrap().unwrap(), format!("Bearer {text}").as_str());
        }
    }
}
