//! One measured ratio, for people and for programs.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};

/// What a bench comes to.
pub type Reports = Result<Vec<Report>, String>;

/// The members of a JSON object.
pub fn conditions(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        other => Map::from_iter([("conditions".to_owned(), other)]),
    }
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    Higher,
    Lower,
}

/// `target/bench/<name>.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
    pub goal: f64,
    pub better: Better,
    pub conditions: Map<String, Value>,
}

impl Report {
    fn reached(&self) -> bool {
        match self.better {
            Better::Higher => self.value >= self.goal,
            Better::Lower => self.value <= self.goal,
        }
    }

    pub fn write(&self) -> std::io::Result<()> {
        let folder = PathBuf::from("target/bench");
        std::fs::create_dir_all(&folder)?;
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(folder.join(format!("{}.json", self.name)), text)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.better {
            Better::Higher => "≥",
            Better::Lower => "≤",
        };
        let verdict = if self.reached() { "reached" } else { "MISSED" };
        writeln!(
            f,
            "{:<26} {:>9.3} {:<9} goal {sign} {:<8} {verdict}",
            self.name, self.value, self.unit, self.goal
        )?;
        for (name, value) in &self.conditions {
            writeln!(f, "    {name}: {value}")?;
        }
        Ok(())
    }
}
