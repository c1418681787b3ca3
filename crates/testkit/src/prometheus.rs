//! A real Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::http::get;
use crate::part::Part;
use crate::{Error, Scratch, Tool, free_port};

const NAME: &str = "Prometheus";
const START_LIMIT: Duration = Duration::from_secs(30);

/// A Prometheus that scrapes and evaluates rules every second.
#[derive(Debug)]
pub struct Prometheus {
    address: SocketAddr,
    part: Mutex<Part>,
    // Last, so that the server has been told to end before its folder goes.
    _scratch: Scratch,
}

/// One series of a query's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its labels, `__name__` among them if it has a name.
    pub labels: BTreeMap<String, String>,
    /// Its value; NaN and infinities as they come.
    pub value: f64,
}

/// A rule as the server has loaded it.
#[derive(Clone, Debug, Deserialize)]
pub struct Rule {
    /// Of the series it records, or of the alert.
    pub name: String,
    /// `recording` or `alerting`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The expression.
    pub query: String,
    /// `ok`, `err`, or `unknown` before its first evaluation.
    pub health: String,
    /// Why it is not `ok`.
    #[serde(default, rename = "lastError")]
    pub last_error: String,
    /// Of an alert: `inactive`, `pending`, `firing`.
    #[serde(default)]
    pub state: String,
    /// Of an alert: what the person on call reads.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// What it adds to its series.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl Prometheus {
    /// Starts the program that `VIGIE_TEST_PROMETHEUS` names, else the one installed. It scrapes `targets` (job,
    /// address) and loads all `*.yaml` of the folder `rules`.
    ///
    /// # Errors
    /// What to install, or the end of the server's log, which says what is wrong with a rule.
    pub fn start(rules: &Path, targets: &[(&str, SocketAddr)]) -> Result<Self, Error> {
        let program = Tool::find("prometheus")?;
        let rules = rules.canonicalize().map_err(|error| Error::failed(NAME, error))?;
        let scratch = Scratch::new("prometheus")?;
        let home = scratch.folder("home")?;
        let configuration = home.join("prometheus.yaml");
        std::fs::write(&configuration, configured(&rules, targets))
            .map_err(|error| Error::failed(NAME, error))?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut command = Command::new(program);
        command
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!("--storage.tsdb.path={}", home.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--log.level=warn");
        let mut part = Part::new(NAME, home, scratch.path().join("prometheus.log"));
        part.start(&mut command, START_LIMIT, |_| matches!(get(address, "/-/ready"), Ok((200, _))))?;
        Ok(Self { address, part: Mutex::new(part), _scratch: scratch })
    }

    /// Evaluates a PromQL expression now. Empty if no series answers.
    ///
    /// # Errors
    /// What the server says is wrong with the expression.
    pub fn query(&self, expression: &str) -> Result<Vec<Sample>, Error> {
        let answer: Data = self.ask(&format!("/api/v1/query?query={}", encoded(expression)))?;
        match answer {
            Data::Vector { result } => result.into_iter().map(Series::sample).collect(),
            Data::Scalar { result } => Ok(vec![sample(BTreeMap::new(), result)?]),
        }
    }

    /// All rules that it loaded.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn rules(&self) -> Result<Vec<Rule>, Error> {
        let loaded: Loaded = self.ask("/api/v1/rules")?;
        Ok(loaded.groups.into_iter().flat_map(|group| group.rules).collect())
    }

    /// The end of its log.
    pub fn log_tail(&self) -> String {
        self.part.lock().log_tail()
    }

    fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let (_, body) = get(self.address, path).map_err(|error| Error::failed(NAME, error))?;
        let answer: Answer<T> = serde_json::from_str(&body)
            .map_err(|error| Error::failed(NAME, format!("{error} in the answer {body:?}")))?;
        answer.data.ok_or_else(|| Error::failed(NAME, answer.error.unwrap_or(body)))
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.part.lock().kill();
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", rename_all = "lowercase")]
enum Data {
    Vector { result: Vec<Series> },
    Scalar { result: (f64, String) },
}

#[derive(Deserialize)]
struct Series {
    metric: BTreeMap<String, String>,
    /// Seconds, and the value as text.
    value: (f64, String),
}

impl Series {
    fn sample(self) -> Result<Sample, Error> {
        sample(self.metric, self.value)
    }
}

#[derive(Deserialize)]
struct Loaded {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    rules: Vec<Rule>,
}

fn sample(labels: BTreeMap<String, String>, (_, value): (f64, String)) -> Result<Sample, Error> {
    let value = value.parse().map_err(|error| Error::failed(NAME, format!("{error}: {value}")))?;
    Ok(Sample { labels, value })
}

fn configured(rules: &Path, targets: &[(&str, SocketAddr)]) -> String {
    let mut text = format!(
        "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  evaluation_interval: 1s\n\
         rule_files: ['{}/*.yaml']\nscrape_configs:\n",
        rules.display()
    );
    for (job, address) in targets {
        // Writing into a String does not fail.
        let _ = writeln!(text, "  - job_name: {job}\n    static_configs: [{{ targets: ['{address}'] }}]");
    }
    text
}

/// Percent-encoded for a query string.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_encoded_for_an_address() {
        assert_eq!(encoded(r#"a{le="1"} > 0"#), "a%7Ble%3D%221%22%7D%20%3E%200");
    }

    #[test]
    fn values_that_json_has_no_number_for_come_through() {
        let value = |text: &str| sample(BTreeMap::new(), (1.0, text.to_owned())).unwrap().value;
        assert!(value("NaN").is_nan());
        assert_eq!((value("+Inf"), value("0.5")), (f64::INFINITY, 0.5));
    }
}
