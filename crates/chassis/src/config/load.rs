//! Lays the sources over each other and says which one is wrong.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::Error;
use super::environment::Setting;

/// Reads a configuration: defaults < `file` < the variables of `env` that begin with `prefix`.
///
/// `VIGIE_SERVER__LISTEN` is the key `listen` in the section `server`: double underscores nest, case does not matter.
/// A value is read as TOML (`5`, `true`, `["a", "b"]`) where the key takes that, else as text. Variables in `skip` are
/// ours and not configuration ([`super::NOT_CONFIGURATION`]); any other that names no key is refused, so that a
/// misspelt setting does not silently stay at its default.
pub fn load<T>(
    file: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
    prefix: &str,
    skip: &[&str],
) -> Result<T, Error>
where
    T: DeserializeOwned + Default + Serialize,
{
    let mut base =
        Table::try_from(T::default()).map_err(|error| Error::Defaults { message: error.to_string() })?;
    if let Some(path) = file {
        merge(&mut base, read::<T>(path)?);
    }

    let mut settings = Vec::new();
    for (name, text) in env {
        settings.extend(Setting::read(&name, &text, prefix, skip)?);
    }
    let mut merged = base.clone();
    for setting in &settings {
        setting.apply(&mut merged, meaning::<T>(&base, setting)?)?;
    }

    merged.try_into().map_err(|error| blame::<T>(&base, file, &settings, &error))
}

/// The file as a table, once it is known to fit by itself: then the parser can name line and column.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Table, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    let refuse = |error: toml::de::Error| Error::File { path: path.to_owned(), message: error.to_string() };
    toml::from_str::<T>(&text).map_err(refuse)?;
    toml::from_str::<Table>(&text).map_err(refuse)
}

/// Which of a variable's meanings the configuration takes; the first if it takes none by itself.
fn meaning<T: DeserializeOwned>(base: &Table, setting: &Setting) -> Result<Value, Error> {
    let mut candidates = setting.candidates();
    for candidate in &candidates {
        if alone::<T>(base, setting, candidate.clone())?.is_none() {
            return Ok(candidate.clone());
        }
    }
    Ok(candidates.swap_remove(0))
}

/// What is wrong when only this variable is set; `None` if nothing is.
fn alone<T: DeserializeOwned>(
    base: &Table,
    setting: &Setting,
    value: Value,
) -> Result<Option<String>, Error> {
    let mut table = base.clone();
    setting.apply(&mut table, value)?;
    Ok(table.try_into::<T>().err().map(|error| error.message().to_owned()))
}

/// Names the source of a failure: the first variable that fails alone, else all of them together.
fn blame<T: DeserializeOwned>(
    base: &Table,
    file: Option<&Path>,
    settings: &[Setting],
    error: &toml::de::Error,
) -> Error {
    if base.clone().try_into::<T>().is_ok() {
        for setting in settings {
            let Ok(value) = meaning::<T>(base, setting) else { continue };
            if let Ok(Some(message)) = alone::<T>(base, setting, value) {
                return Error::Environment { variable: setting.variable.clone(), message };
            }
        }
    }
    let file = file.map(|path| path.display().to_string());
    let variables = settings.iter().map(|setting| setting.variable.clone());
    let sources = file.into_iter().chain(variables).collect::<Vec<_>>().join(", ");
    Error::Together { sources, message: error.message().to_owned() }
}

/// Lays `over` on `base`: sections are merged, values replaced.
fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(over)) => merge(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::{NOT_CONFIGURATION, PREFIX, Secret};
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Config {
        data: String,
        server: Server,
        database: Database,
    }

    impl Default for Config {
        fn default() -> Self {
            // Another default than the section's own: it must survive a file that sets only the other key.
            let server = Server { listen: "127.0.0.1:7070".into(), streams_max: 9 };
            Self { data: ".vigie".into(), server, database: Database::default() }
        }
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Server {
        listen: String,
        streams_max: u32,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Database {
        user: Option<String>,
        password: Option<Secret>,
        hosts: Vec<String>,
    }

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn load_from(file: Option<&str>, pairs: &[(&str, &str)]) -> Result<Config, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vigie.toml");
        if let Some(text) = file {
            std::fs::write(&path, text).unwrap();
        }
        load(file.map(|_| path.as_path()), env(pairs), PREFIX, NOT_CONFIGURATION)
    }

    #[test]
    fn environment_over_file_over_defaults() {
        let file = "data = \"/file\"\n[server]\nlisten = \"127.0.0.1:1\"\n";
        let config = load_from(Some(file), &[("VIGIE_SERVER__LISTEN", "127.0.0.1:2")]).unwrap();
        assert_eq!(config.data, "/file");
        assert_eq!(config.server, Server { listen: "127.0.0.1:2".into(), streams_max: 9 });
    }

    #[test]
    fn an_environment_value_is_toml_where_the_key_takes_it_and_text_elsewhere() {
        let config = load_from(
            None,
            &[
                ("VIGIE_SERVER__STREAMS_MAX", "12"),
                ("VIGIE_DATABASE__USER", "007"),
                ("VIGIE_DATABASE__HOSTS", r#"["a", "b"]"#),
                ("VIGIE_DATA", "7"),
                ("VIGIE_DATABASE__PASSWORD__FILE", "/run/secrets/password"),
            ],
        )
        .unwrap();
        assert_eq!(config.server.streams_max, 12);
        assert_eq!(config.database.user.as_deref(), Some("007"));
        assert_eq!(config.database.hosts, ["a", "b"]);
        assert_eq!(config.data, "7");
        assert_eq!(config.database.password.unwrap().file, Path::new("/run/secrets/password"));
    }

    #[test]
    fn an_unknown_key_in_the_file_is_named_with_its_line() {
        let message = load_from(Some("[server]\nlistn = \"x\"\n"), &[]).unwrap_err().to_string();
        assert!(message.contains("vigie.toml") && message.contains("listn"), "{message}");
        assert!(message.contains("line 2"), "{message}");
    }

    #[test]
    fn an_unknown_key_in_the_environment_is_named_with_its_variable() {
        let message =
            load_from(None, &[("VIGIE_DATA", "/x"), ("VIGIE_SERVER__LISTN", "x")]).unwrap_err().to_string();
        assert!(message.starts_with("environment variable VIGIE_SERVER__LISTN:"), "{message}");
        assert!(message.contains("listn"), "{message}");
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_and_named() {
        let message = load_from(None, &[("VIGIE_SERVER__STREAMS_MAX", "many")]).unwrap_err().to_string();
        assert!(message.contains("VIGIE_SERVER__STREAMS_MAX"), "{message}");
        let through_a_value = load_from(None, &[("VIGIE_DATA__FOLDER", "x")]).unwrap_err().to_string();
        assert!(through_a_value.contains("VIGIE_DATA__FOLDER"), "{through_a_value}");
        assert!(load_from(None, &[("VIGIE_SERVER____LISTEN", "x")]).is_err());
    }

    #[test]
    fn variables_that_are_not_configuration_are_left_alone() {
        let others = [
            ("VIGIE_ENDPOINT", "x"),
            ("VIGIE_TOKEN", "y"),
            ("VIGIE_TEST_POSTGRES", "z"),
            ("VIGIE_KILL_POINT", "k"),
            ("HOME", "/"),
        ];
        assert_eq!(load_from(None, &others).unwrap(), Config::default());
        assert!(load_from(None, &[("VIGIE_ENDPOINTS", "x")]).is_err());
    }

    #[test]
    fn a_line_break_in_a_value_adds_no_key() {
        let config = load_from(None, &[("VIGIE_DATA", "1\nserver = 2")]).unwrap();
        assert_eq!(config.data, "1\nserver = 2");
    }

    #[test]
    fn a_missing_file_is_an_error() {
        let missing = load::<Config>(Some(Path::new("/nonexistent/vigie.toml")), env(&[]), PREFIX, &[]);
        assert!(matches!(missing, Err(Error::Unreadable { .. })));
    }

    #[test]
    fn a_secret_is_a_file_and_nothing_else() {
        let plain = load_from(Some("[database]\npassword = \"hunter2\"\n"), &[]);
        assert!(matches!(plain, Err(Error::File { .. })));
    }
}
