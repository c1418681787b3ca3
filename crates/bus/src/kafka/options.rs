//! Configuration of the bus.

use std::path::PathBuf;
use std::time::Duration;

use rdkafka::ClientConfig;
use serde::{Deserialize, Serialize};
use vigie_chassis::config::Secret;

use super::Error;

/// Section `[kafka]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// `host:port` of brokers to begin with.
    pub brokers: Vec<String>,
    /// How they are spoken to.
    pub security: Security,
    /// Copies of each record, where topics are made; an append is acknowledged by all but one of them.
    pub replication_factor: i32,
    /// Milliseconds until a record that is not acknowledged counts as failed.
    pub delivery_timeout_ms: u64,
    /// Milliseconds after which Kafka gives up a transaction that nobody ends; at least the delivery timeout.
    pub transaction_timeout_ms: u64,
    /// Milliseconds after which a relay that shows no sign of life is replaced.
    pub lease_ttl_ms: u64,
    /// Events sent at once, at most.
    pub batch_events_max: usize,
    /// Bytes of records sent at once, at most; a single larger event goes by itself.
    pub batch_bytes_max: usize,
    /// Milliseconds between two transactions on the state topic.
    pub state_every_ms: u64,
    /// Milliseconds to the second try; doubles from there.
    pub retry_min_ms: u64,
    /// Milliseconds between two tries, at most.
    pub retry_max_ms: u64,
}

/// Section `[kafka.security]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Security {
    /// How the connection is protected, and who we are.
    pub protocol: Protocol,
    /// The certificate authorities that brokers are trusted by, PEM; the system's if absent.
    pub ca_file: Option<PathBuf>,
    /// Our certificate chain, PEM, where brokers ask for one.
    pub certificate_file: Option<PathBuf>,
    /// Its private key, PEM.
    pub key_file: Option<PathBuf>,
    /// How the password is shown.
    pub mechanism: Mechanism,
    /// Who we are, with `sasl_tls`.
    pub user: Option<String>,
    /// Our password's file, with `sasl_tls`.
    pub password: Option<Secret>,
}

/// How the connection is protected, and who we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Not at all: on a trusted network.
    #[default]
    Plaintext,
    /// TLS; we are who our certificate says, if we have one.
    Tls,
    /// TLS; we are who has the password.
    SaslTls,
}

/// How the password is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mechanism {
    /// RFC 5802 with SHA-512: the password does not leave this process.
    #[default]
    #[serde(rename = "SCRAM-SHA-512")]
    ScramSha512,
    /// RFC 5802 with SHA-256.
    #[serde(rename = "SCRAM-SHA-256")]
    ScramSha256,
    /// RFC 4616: the password as it is, inside of TLS.
    #[serde(rename = "PLAIN")]
    Plain,
}

impl Mechanism {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ScramSha512 => "SCRAM-SHA-512",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::Plain => "PLAIN",
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            brokers: Vec::new(),
            security: Security::default(),
            replication_factor: 3,
            delivery_timeout_ms: 30_000,
            transaction_timeout_ms: 60_000,
            lease_ttl_ms: 5_000,
            batch_events_max: 1_024,
            batch_bytes_max: 4 << 20,
            state_every_ms: 100,
            retry_min_ms: 100,
            retry_max_ms: 10_000,
        }
    }
}

impl Options {
    pub(crate) const fn delivery_timeout(&self) -> Duration {
        Duration::from_millis(self.delivery_timeout_ms)
    }

    pub(crate) const fn lease_ttl(&self) -> Duration {
        Duration::from_millis(self.lease_ttl_ms)
    }

    pub(crate) const fn state_every(&self) -> Duration {
        Duration::from_millis(self.state_every_ms)
    }

    pub(crate) const fn retry_min(&self) -> Duration {
        Duration::from_millis(self.retry_min_ms)
    }

    pub(crate) const fn retry_max(&self) -> Duration {
        Duration::from_millis(self.retry_max_ms)
    }

    /// What every client of ours has in common.
    ///
    /// # Errors
    /// When the configuration contradicts itself, or the password's file cannot be read.
    pub fn client(&self) -> Result<ClientConfig, Error> {
        if self.brokers.is_empty() {
            return Err(wrong("brokers", "name at least one, as \"host:port\""));
        }
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.brokers.join(","))
            .set("client.id", "vigie")
            .set("log.connection.close", "false")
            .set("reconnect.backoff.max.ms", "1000")
            .set("socket.keepalive.enable", "true");
        self.security.set(&mut config)?;
        Ok(config)
    }

    /// A producer that writes in transactions as `transactional_id`: whoever comes later under the same id fences it.
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub fn fenced_producer(&self, transactional_id: &str) -> Result<ClientConfig, Error> {
        let mut config = self.producer()?;
        config
            .set("transactional.id", transactional_id)
            .set("delivery.timeout.ms", self.delivery_timeout_ms.to_string())
            .set("transaction.timeout.ms", self.transaction_timeout_ms.to_string());
        Ok(config)
    }

    /// A producer that brings what it is given in order and leaves nothing out: it gives no record up by itself, whoever
    /// uses it gives *it* up.
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub fn gapless_producer(&self) -> Result<ClientConfig, Error> {
        let mut config = self.producer()?;
        config.set("delivery.timeout.ms", "0").set("enable.gapless.guarantee", "true");
        Ok(config)
    }

    fn producer(&self) -> Result<ClientConfig, Error> {
        self.check()?;
        let mut config = self.client()?;
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "0")
            // As Java's clients do: whoever produces the same key with another client finds the same partition.
            .set("partitioner", "murmur2_random");
        Ok(config)
    }

    /// A consumer that sees what was committed, and keeps its checkpoint elsewhere (rule 22).
    ///
    /// # Errors
    /// As [`client`](Self::client).
    pub fn consumer(&self, group_id: &str) -> Result<ClientConfig, Error> {
        let mut config = self.client()?;
        config
            .set("group.id", group_id)
            .set("isolation.level", "read_committed")
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            .set("fetch.wait.max.ms", "100")
            .set("allow.auto.create.topics", "false");
        Ok(config)
    }

    fn check(&self) -> Result<(), Error> {
        let is_between = |key, value: u64, min: u64, max: u64| {
            let why = format!("{value} is not between {min} and {max}");
            if (min..=max).contains(&value) { Ok(()) } else { Err(wrong(key, why)) }
        };
        let size = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        is_between("delivery_timeout_ms", self.delivery_timeout_ms, 100, 900_000)?;
        is_between("transaction_timeout_ms", self.transaction_timeout_ms, self.delivery_timeout_ms, 900_000)?;
        is_between("lease_ttl_ms", self.lease_ttl_ms, 300, 3_600_000)?;
        is_between("batch_events_max", size(self.batch_events_max), 1, 100_000)?;
        is_between("batch_bytes_max", size(self.batch_bytes_max), 1, 1 << 30)?;
        is_between("state_every_ms", self.state_every_ms, 1, 60_000)?;
        is_between("retry_min_ms", self.retry_min_ms, 1, self.retry_max_ms)?;
        is_between("replication_factor", u64::try_from(self.replication_factor).unwrap_or(0), 1, 99)
    }
}

impl Security {
    fn set(&self, config: &mut ClientConfig) -> Result<(), Error> {
        let protocol = match self.protocol {
            Protocol::Plaintext => "plaintext",
            Protocol::Tls => "ssl",
            Protocol::SaslTls => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if self.protocol != Protocol::Plaintext {
            self.set_tls(config)?;
        } else if self.ca_file.is_some() || self.certificate_file.is_some() || self.key_file.is_some() {
            return Err(wrong("security.protocol", "is plaintext, and certificates are configured"));
        }
        match (self.protocol, &self.user, &self.password) {
            (Protocol::SaslTls, Some(user), Some(password)) => {
                let password = password.read();
                let password =
                    password.map_err(|source| Error::Secret { key: "security.password", source })?;
                config
                    .set("sasl.mechanism", self.mechanism.as_str())
                    .set("sasl.username", user)
                    .set("sasl.password", password.expose());
                Ok(())
            }
            (Protocol::SaslTls, ..) => Err(wrong("security", "sasl_tls needs user and password")),
            (_, None, None) => Ok(()),
            _ => Err(wrong("security.protocol", "is not sasl_tls, and a user or password is configured")),
        }
    }

    fn set_tls(&self, config: &mut ClientConfig) -> Result<(), Error> {
        if self.certificate_file.is_some() != self.key_file.is_some() {
            return Err(wrong("security", "certificate_file and key_file belong together"));
        }
        let files = [
            ("ssl.ca.location", &self.ca_file),
            ("ssl.certificate.location", &self.certificate_file),
            ("ssl.key.location", &self.key_file),
        ];
        for (key, file) in files {
            if let Some(file) = file {
                config.set(key, file.to_string_lossy());
            }
        }
        Ok(())
    }
}

fn wrong(key: &'static str, why: impl Into<String>) -> Error {
    Error::Options { key, why: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(security: Security) -> Options {
        Options { brokers: vec!["a:1".into(), "b:2".into()], security, ..Options::default() }
    }

    fn refused(options: &Options) -> String {
        options.fenced_producer("id").unwrap_err().to_string()
    }

    #[test]
    fn producers_are_idempotent_and_wait_for_all() {
        let options = options(Security::default());
        let fenced = options.fenced_producer("vigie-relay-lines-0").unwrap();
        let gapless = options.gapless_producer().unwrap();
        for (key, value) in [
            ("bootstrap.servers", "a:1,b:2"),
            ("enable.idempotence", "true"),
            ("acks", "all"),
            ("linger.ms", "0"),
            ("partitioner", "murmur2_random"),
            ("security.protocol", "plaintext"),
        ] {
            assert_eq!(fenced.get(key), Some(value), "{key}");
            assert_eq!(gapless.get(key), Some(value), "{key}");
        }
        assert_eq!(fenced.get("transactional.id"), Some("vigie-relay-lines-0"));
        assert_eq!(gapless.get("delivery.timeout.ms"), Some("0"), "it gives no record up by itself");
    }

    #[test]
    fn a_consumer_reads_what_was_committed_and_commits_nothing_by_itself() {
        let config = options(Security::default()).consumer("commitments").unwrap();
        assert_eq!(config.get("isolation.level"), Some("read_committed"));
        assert_eq!(config.get("enable.auto.commit"), Some("false"));
    }

    #[test]
    fn a_password_comes_from_its_file() {
        let scratch = vigie_testkit::Scratch::new("options").unwrap();
        let file = scratch.path().join("password");
        std::fs::write(&file, "hunter2\n").unwrap();
        let security = Security {
            protocol: Protocol::SaslTls,
            user: Some("vigie".to_owned()),
            password: Some(Secret { file: file.clone() }),
            ca_file: Some("/ca.pem".into()),
            ..Security::default()
        };
        let config = options(security.clone()).fenced_producer("id").unwrap();
        assert_eq!(config.get("security.protocol"), Some("sasl_ssl"));
        assert_eq!(config.get("sasl.mechanism"), Some("SCRAM-SHA-512"));
        assert_eq!(config.get("sasl.password"), Some("hunter2"));
        assert_eq!(config.get("ssl.ca.location"), Some("/ca.pem"));
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");

        std::fs::remove_file(file).unwrap();
        assert!(matches!(options(security).fenced_producer("id"), Err(Error::Secret { .. })));
    }

    #[test]
    fn what_contradicts_itself_is_refused_and_named() {
        let security = |protocol, user: Option<&str>, ca_file: Option<&str>| Security {
            protocol,
            user: user.map(str::to_owned),
            ca_file: ca_file.map(PathBuf::from),
            ..Security::default()
        };
        let with = |security| refused(&options(security));
        assert!(with(security(Protocol::SaslTls, Some("vigie"), None)).contains("needs user and password"));
        assert!(with(security(Protocol::Tls, Some("vigie"), None)).contains("is not sasl_tls"));
        assert!(with(security(Protocol::Plaintext, None, Some("/ca"))).contains("is plaintext"));
        let half = Security { key_file: Some("/key".into()), ..security(Protocol::Tls, None, None) };
        assert!(with(half).contains("belong together"));
        assert!(refused(&Options::default()).contains("brokers"));
        let short = Options { transaction_timeout_ms: 1_000, ..options(Security::default()) };
        assert!(refused(&short).contains("transaction_timeout_ms"));
        let none = Options { batch_events_max: 0, ..options(Security::default()) };
        assert!(refused(&none).contains("batch_events_max"));
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let read = |text: &str| serde_json::from_str::<Options>(text);
        let options =
            read(r#"{"security": {"protocol": "sasl_tls", "mechanism": "SCRAM-SHA-256"}}"#).unwrap();
        assert_eq!(options.security.mechanism, Mechanism::ScramSha256);
        assert!(read(r#"{"broker": []}"#).is_err());
        assert!(read(r#"{"security": {"protocol": "sasl"}}"#).is_err());
    }
}
