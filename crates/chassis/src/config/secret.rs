//! Secrets: named by file, never printed.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Error;

/// Bytes that a secret's file may have; a key or password is far below.
const SECRET_MAX_BYTES: u64 = 64 * 1024;

/// A secret, as configuration knows it: `{ file = "/run/secrets/database-password" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// The file that holds it, UTF-8; line breaks at its end do not belong to it.
    pub file: PathBuf,
}

impl Secret {
    /// Reads the file.
    pub fn read(&self) -> Result<SecretText, Error> {
        let refuse = |message: String| Error::Secret { path: self.file.clone(), message };
        let mut text = String::new();
        let read = std::fs::File::open(&self.file)
            .and_then(|file| file.take(SECRET_MAX_BYTES + 1).read_to_string(&mut text))
            .map_err(|error| refuse(error.to_string()))?;
        if read as u64 > SECRET_MAX_BYTES {
            return Err(refuse(format!("larger than {SECRET_MAX_BYTES} bytes")));
        }
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        if text.is_empty() {
            return Err(refuse("empty".to_owned()));
        }
        Ok(SecretText(text))
    }
}

/// The text of a secret. It prints as `[secret]`.
#[derive(Clone)]
pub struct SecretText(String);

impl SecretText {
    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_from_its_file_and_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter2\n").unwrap();
        let text = Secret { file }.read().unwrap();
        assert_eq!(text.expose(), "hunter2");
        assert_eq!(format!("{text:?}"), "[secret]");
    }

    #[test]
    fn a_missing_or_empty_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Secret { file: folder.path().join("missing") }.read().unwrap_err();
        assert!(missing.to_string().contains("missing"));
        let file = folder.path().join("empty");
        std::fs::write(&file, "\n").unwrap();
        assert!(Secret { file }.read().is_err());
    }
}
