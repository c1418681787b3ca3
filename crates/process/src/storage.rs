//! Where data is kept: SQLite files in the data folder, or schemas of one PostgreSQL database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vigie_chassis::config::Secret;
use vigie_eventlog::Location;

use crate::error::Error;

/// Where data is kept when nothing else is said.
pub const DATA_FOLDER: &str = ".vigie";

/// Section `[storage]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// The data folder: keys and anchors; the databases too without PostgreSQL.
    pub data: PathBuf,
    /// PostgreSQL instead of SQLite.
    pub postgres: Option<Postgres>,
}

/// Section `[storage.postgres]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postgres {
    /// `postgres://vigie_app@host:5432/vigie`, without password.
    pub url: String,
    /// The password's file.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The address with the rights of `vigie_owner`, for migrations; `url` if absent.
    #[serde(default)]
    pub owner_url: Option<String>,
    /// The owner's password's file.
    #[serde(default)]
    pub owner_password: Option<Secret>,
}

impl Default for Storage {
    fn default() -> Self {
        Self { data: PathBuf::from(DATA_FOLDER), postgres: None }
    }
}

/// Where the parts of a process keep their data: each has a schema, or a file, of its own. Holds passwords: never printed.
#[derive(Clone)]
pub struct Places {
    root: Root,
    owner_url: Option<String>,
}

#[derive(Clone)]
enum Root {
    Folder(PathBuf),
    Database { url: String },
}

impl Places {
    /// The place of the part `name`: `lines_view` is a schema of that name, or the file `lines-view.db`.
    pub fn location(&self, name: &str) -> Location {
        match &self.root {
            Root::Folder(folder) => Location::Sqlite(folder.join(format!("{}.db", name.replace('_', "-")))),
            Root::Database { url } => Location::Postgres { url: url.clone(), schema: name.to_owned() },
        }
    }

    /// PostgreSQL with the owner's rights, if it has an address of its own.
    pub fn owner_url(&self) -> Option<&str> {
        self.owner_url.as_deref()
    }

    /// How the log of `context` is opened.
    pub fn log_options(&self, context: &str) -> vigie_eventlog::Options {
        let options = vigie_eventlog::Options::new(self.location(context));
        vigie_eventlog::Options { name: context.to_owned(), owner_url: self.owner_url.clone(), ..options }
    }
}

impl Storage {
    /// Reads the secrets and says where each part's data is.
    ///
    /// # Errors
    /// When a secret's file cannot be read, or an address is not one.
    pub fn places(&self) -> Result<Places, Error> {
        let Some(postgres) = &self.postgres else {
            return Ok(Places { root: Root::Folder(self.data.clone()), owner_url: None });
        };
        let url = with_password(&postgres.url, postgres.password.as_ref())?;
        let owner_url = postgres.owner_url.as_ref();
        let owner_url =
            owner_url.map(|url| with_password(url, postgres.owner_password.as_ref())).transpose()?;
        Ok(Places { root: Root::Database { url }, owner_url })
    }

    /// Makes the data folder, for its owner's eyes.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_folder(&self) -> Result<(), Error> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data).map_err(|source| {
            let doing = format!("make the data folder {}", self.data.display());
            Error::Local { doing, source }
        })
    }
}

/// `postgres://user@host/database` with the password from its file.
fn with_password(url: &str, password: Option<&Secret>) -> Result<String, Error> {
    let Some(secret) = password else { return Ok(url.to_owned()) };
    let password = secret.read()?;
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
    fn every_part_has_a_file_or_a_schema_of_its_own() {
        let places = Storage::default().places().unwrap();
        let names = ["lines", "lines_view", "commitments", "progress"];
        let files = ["lines.db", "lines-view.db", "commitments.db", "progress.db"];
        for (name, file) in names.into_iter().zip(files) {
            assert_eq!(places.location(name), Location::Sqlite(PathBuf::from(DATA_FOLDER).join(file)));
        }
        let postgres = Postgres {
            url: "postgres://a@db/vigie".into(),
            password: None,
            owner_url: None,
            owner_password: None,
        };
        let places = Storage { postgres: Some(postgres), ..Storage::default() }.places().unwrap();
        for name in names {
            assert_eq!(places.location(name).schema(), Some(name));
        }
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
