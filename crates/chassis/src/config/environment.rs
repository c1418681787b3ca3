//! Environment variables as configuration: `VIGIE_SERVER__LISTEN=…` is `listen` in `[server]`.

use toml::{Table, Value};

use super::Error;

/// One variable of ours: where it points and what it may mean.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) variable: String,
    path: Vec<String>,
    text: String,
}

impl Setting {
    /// The setting that a variable stands for; `None` if the variable is not configuration.
    pub(super) fn read(name: &str, text: &str, prefix: &str, skip: &[&str]) -> Result<Option<Self>, Error> {
        let Some(rest) = name.strip_prefix(prefix) else { return Ok(None) };
        if skip.iter().any(|pattern| matches(pattern, name)) {
            return Ok(None);
        }
        let path: Vec<String> = rest.split("__").map(str::to_lowercase).collect();
        if path.iter().any(String::is_empty) {
            let message = "a name between double underscores is missing".to_owned();
            return Err(Error::Environment { variable: name.to_owned(), message });
        }
        Ok(Some(Self { variable: name.to_owned(), path, text: text.to_owned() }))
    }

    /// What the text may mean, likeliest first: the TOML value that it spells, else the text itself.
    ///
    /// Both, because a user name may be `007` and a label `true`; which one is meant only the target type knows.
    pub(super) fn candidates(&self) -> Vec<Value> {
        let spelled = format!("value = {}", self.text)
            .parse::<Table>()
            .ok()
            // A line break in the text must not smuggle in a second key.
            .filter(|table| table.len() == 1)
            .and_then(|mut table| table.remove("value"));
        let text = Value::String(self.text.clone());
        match spelled {
            Some(value) if value != text => vec![value, text],
            _ => vec![text],
        }
    }

    /// Puts `value` where the variable points.
    pub(super) fn apply(&self, base: &mut Table, value: Value) -> Result<(), Error> {
        let mut table = base;
        let Some((last, sections)) = self.path.split_last() else { return Ok(()) };
        for section in sections {
            let entry = table.entry(section.clone()).or_insert_with(|| Value::Table(Table::new()));
            match entry {
                Value::Table(next) => table = next,
                _ => {
                    let message = format!("`{section}` is a value and not a section");
                    return Err(Error::Environment { variable: self.variable.clone(), message });
                }
            }
        }
        table.insert(last.clone(), value);
        Ok(())
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}
