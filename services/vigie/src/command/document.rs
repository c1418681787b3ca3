//! A message of the contract in a file: TOML or JSON, with the contract's field names.

use std::path::Path;

use serde_json::Value;

use crate::error::Error;
use crate::output::json::{self, Document};

/// More than any entity of the contract takes.
const BYTES_MAX: u64 = 256 * 1024;

/// The message that `path` holds: JSON if its name ends with `.json`, else TOML. An answer that holds it in its only field,
/// called `field`, is as good: it is what `--json` prints.
pub(super) fn read<M: Document + Default>(path: &Path, field: &str) -> Result<M, Error> {
    let failed = |source| Error::local(format!("read {}", path.display()), source);
    if std::fs::metadata(path).map_err(failed)?.len() > BYTES_MAX {
        return Err(Error::Usage(format!("{} has more than {BYTES_MAX} bytes", path.display())));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    parse(&text, is_json, field).map_err(|why| Error::Usage(format!("{}: {why}", path.display())))
}

fn parse<M: Document + Default>(text: &str, is_json: bool, field: &str) -> Result<M, String> {
    let value = if is_json {
        serde_json::from_str(text).map_err(|error| error.to_string())?
    } else {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        of_toml(toml::Value::Table(table))
    };
    json::message(unwrapped(value, field))
}

/// What stands in the only field, if it is called `field`.
fn unwrapped(value: Value, field: &str) -> Value {
    match value {
        Value::Object(mut fields) if fields.len() == 1 && fields.get(field).is_some_and(Value::is_object) => {
            fields.remove(field).unwrap_or_default()
        }
        value => value,
    }
}

/// The same in JSON. TOML has a type for times, which the contract writes as text.
fn of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(of_toml).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, of_toml(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_proto::routing::{ContactPoint, Desk, DeskPurpose};

    use super::*;

    #[test]
    fn a_team_is_the_same_in_toml_and_in_json() {
        let toml = "name = \"Lyon\"\npurpose = \"DESK_PURPOSE_SALES\"\nregions = [\"84\"]\n[hours]\n\
                    time_zone = \"Europe/Paris\"\nweek = [{ windows = [\"09:00-12:00\"] }, {}, {}, {}, {}, {}, {}]\n";
        let desk: Desk = parse(toml, false, "desk").unwrap();
        assert_eq!((desk.name.as_str(), desk.purpose()), ("Lyon", DeskPurpose::Sales));
        let hours = desk.hours.clone().unwrap();
        assert_eq!(
            (hours.week.len(), hours.week[0].windows.as_slice()),
            (7, &["09:00-12:00".to_owned()][..])
        );
        let document = json::document(&desk);
        for printed in [document.clone(), serde_json::json!({ "desk": document })] {
            let again: Desk = parse(&printed.to_string(), true, "desk").unwrap();
            assert_eq!(again, desk, "what a command prints for programs can be taken in");
        }
    }

    #[test]
    fn a_time_may_be_one_of_toml_s() {
        let point: ContactPoint =
            parse("valid_from = 2026-11-20T14:00:00+01:00\n", false, "contact_point").unwrap();
        assert_eq!(point.valid_from.unwrap().seconds, 1_795_179_600);
    }

    #[test]
    fn a_misspelt_field_or_word_is_refused_by_name() {
        for (text, named) in
            [("nmae = \"Lyon\"", "nmae"), ("purpose = \"SALE\"", "SALE"), ("name = 7", "7"), ("=", "1")]
        {
            let why = parse::<Desk>(text, false, "desk").unwrap_err();
            assert!(why.contains(named), "{why}");
        }
    }
}
