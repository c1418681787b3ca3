//! Where data is kept: SQLite files in the data folder, or schemas of one PostgreSQL database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vigie_chassis::config::Secret;
use vigie_eventlog::Location;

use crate::cli::DATA_FOLDER;
use crate::error::Error;

/// Section `[storage]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Storage {
    /// The data folder: keys and anchors; the databases too without PostgreSQL.
    pub(crate) data: PathBuf,
    /// PostgreSQL instead of SQLite.
    pub(crate) postgres: Option<Postgres>,
}

/// Section `[storage.postgres]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Postgres {
    /// `postgres://vigie_app@host:5432/vigie`, without password.
    pub(crate) url: String,
    /// The password's file.
    #[serde(default)]
    pub(crate) password: Option<Secret>,
    /// The address with the rights of `vigie_owner`, for migrations; `url` if absent.
    #[serde(default)]
    pub(crate) owner_url: Option<String>,
    /// The owner's password's file.
    #[serde(default)]
    pub(crate) owner_password: Option<Secret>,
}

impl Default for Storage {
    fn default() -> Self {
        Self { data: PathBuf::from(DATA_FOLDER), postgres: None }
    }
}

/// The places of the parts.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The log of `lines`.
    pub(crate) lines_log: Location,
    /// Its view.
    pub(crate) lines_view: Location,
    /// The ledger.
    pub(crate) commitments: Location,
    /// The timelines of lines.
    pub(crate) progress: Location,
    /// PostgreSQL with the owner's rights.
    pub(crate) owner_url: Option<String>,
}

impl Places {
    /// How the log of `lines` is opened.
    pub(crate) fn log_options(&self) -> vigie_eventlog::Options {
        let options = vigie_eventlog::Options::new(self.lines_log.clone());
        vigie_eventlog::Options { owner_url: self.owner_url.clone(), ..options }
    }

    /// How the ledger is opened.
    pub(crate) fn ledger_options(&self) -> vigie_commitments::Options {
        let options = vigie_commitments::Options::new(self.commitments.clone());
        vigie_commitments::Options { owner_url: self.owner_url.clone(), ..options }
    }

    /// How the timelines are opened.
    pub(crate) fn progress_options(&self) -> vigie_progress::Options {
        let options = vigie_progress::Options::new(self.progress.clone());
        vigie_progress::Options { owner_url: self.owner_url.clone(), ..options }
    }
}

impl Storage {
    /// Reads the secrets and says where each part's data is.
    pub(crate) fn places(&self) -> Result<Places, Error> {
        let Some(postgres) = &self.postgres else {
            let file = |name: &str| Location::Sqlite(self.data.join(name));
            return Ok(Places {
                lines_log: file("lines.db"),
                lines_view: file("lines-view.db"),
                commitments: file("commitments.db"),
                progress: file("progress.db"),
                owner_url: None,
            });
        };
        let url = with_password(&postgres.url, postgres.password.as_ref())?;
        let owner_url = postgres.owner_url.as_ref();
        let owner_url =
            owner_url.map(|url| with_password(url, postgres.owner_password.as_ref())).transpose()?;
        let schema = |name: &str| Location::Postgres { url: url.clone(), schema: name.to_owned() };
        Ok(Places {
            lines_log: schema("lines"),
            lines_view: schema("lines_view"),
            commitments: schema("commitments"),
            progress: schema("progress"),
            owner_url,
        })
    }

    /// Makes the data folder, for its owner's eyes.
    pub(crate) fn make_folder(&self) -> Result<(), Error> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.data)
            .map_err(|source| Error::local(format!("make the data folder {}", self.data.display()), source))
    }
}

/// `postgres://user@host/database` with the password from its file.
fn with_password(url: &str, password: Option<&Secret>) -> Result<String, Error> {
    let Some(secret) = password else { return Ok(url.to_owned()) };
    let password = secret.read().map_err(|error| Error::Usage(super::config::with_causes(&error)))?;
    let wrong =
        || Error::Usage("storage.postgres: write the address as postgres://USER@HOST:PORT/DATABASE".into());
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let (user, place) = rest.split_once('@').ok_or_else(wrong)?;
    if user.contains(':') {
        return Err(Error::Usage(
            "storage.postgres: the password stands in its file or in the address, not in both".into(),
        ));
    }
    Ok(format!("{scheme}://{user}:{}@{place}", percent_encoded(password.expose())))
}

/// RFC 3986: everything but unreserved characters is encoded.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_default_keeps_log_and_views_in_separate_files() {
        let places = Storage::default().places().unwrap();
        let files = [&places.lines_log, &places.lines_view, &places.commitments, &places.progress]
            .map(|place| format!("{place:?}"));
        assert_eq!(files.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{files:?}");
    }

    #[test]
    fn a_password_comes_from_its_file_whatever_characters_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "p@ss:/wörd\n").unwrap();
        let secret = Secret { file };
        let url = with_password("postgres://vigie_app@db:5432/vigie", Some(&secret)).unwrap();
        assert_eq!(url, "postgres://vigie_app:p%40ss%3A%2Fw%C3%B6rd@db:5432/vigie");
        assert!(with_password("postgres://a:b@db/vigie", Some(&secret)).is_err());
        assert!(with_password("db/vigie", Some(&secret)).is_err());
    }

    #[test]
    fn the_data_folder_is_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        let storage = Storage { data: data.clone(), postgres: None };
        storage.make_folder().unwrap();
        storage.make_folder().unwrap();
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&data.metadata().unwrap().permissions()) & 0o077,
            0
        );
    }
}
