//! A broker that asks who is there and what he may do.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{Error, free_port};

use super::admin::{self, Credential, Entry, Operation, Pattern, Resource};
use super::broker::{Additions, Broker, Effort, Listener};
use super::certificates::Certificates;
use super::{Kafka, scram};

/// What RFC 7677 calls the least, and what Kafka refuses to go below.
const ITERATIONS_MIN: u16 = 4096;

/// What a user may do. A name that ends with `*` stands for all that begin like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right<'a> {
    /// Consume the topic, and see that it exists.
    ReadTopic(&'a str),
    /// Produce to the topic, also idempotently, and see that it exists.
    WriteTopic(&'a str),
    /// Be a member of the consumer group and commit its offsets.
    JoinGroup(&'a str),
    /// Run transactions under the id.
    Transact(&'a str),
}

/// A [`Kafka`] with a second listener: `SASL_SSL` with SCRAM-SHA-512, its own authority, and access control that refuses
/// whatever was not allowed. Over the plain listener anybody may do anything: it is the administrator's.
#[derive(Debug)]
pub struct SecureKafka {
    kafka: Kafka,
    bootstrap: String,
    ca: PathBuf,
    users_set: AtomicU16,
}

impl SecureKafka {
    pub(super) fn start() -> Result<Self, Error> {
        let port = free_port()?;
        let mut ca = PathBuf::new();
        let broker = Broker::start(Effort::Start, |home| {
            let certificates = Certificates::write(home)?;
            ca.clone_from(&certificates.ca);
            Ok(additions(port, &certificates.keystore))
        })?;
        let bootstrap = format!("127.0.0.1:{port}");
        Ok(Self { kafka: Kafka::of(broker), bootstrap, ca, users_set: AtomicU16::new(0) })
    }

    /// Where clients that identify themselves begin: `host:port`.
    pub fn bootstrap(&self) -> String {
        self.bootstrap.clone()
    }

    /// The same broker without TLS, password and limits: to create topics, to watch, to kill it.
    pub fn plain(&self) -> &Kafka {
        &self.kafka
    }

    /// PEM file with the certificate that clients have to trust.
    pub fn ca_file(&self) -> &Path {
        &self.ca
    }

    /// What a client built on librdkafka needs besides `bootstrap.servers` to come in as `user`. It takes librdkafka 2.6.1:
    /// older ones, such as that of kcat in Debian 12, repeat their nonce in SCRAM, which Kafka 4 takes for a wrong password.
    pub fn client_settings(&self, user: &str, password: &str) -> Vec<(&'static str, String)> {
        vec![
            ("security.protocol", "SASL_SSL".to_owned()),
            ("sasl.mechanism", "SCRAM-SHA-512".to_owned()),
            ("sasl.username", user.to_owned()),
            ("sasl.password", password.to_owned()),
            ("ssl.ca.location", self.ca.display().to_string()),
        ]
    }

    /// Adds a user, who may do nothing yet, or changes the password of one. Passwords are ASCII: nothing is normalised.
    ///
    /// # Errors
    /// What the broker says.
    pub fn add_user(&self, name: &str, password: &str) -> Result<(), Error> {
        let salt = b"the same for all";
        // A number of iterations of its own makes the change visible where the broker is asked for it.
        let iterations = ITERATIONS_MIN + self.users_set.fetch_add(1, Ordering::Relaxed) % ITERATIONS_MIN;
        let salted_password = scram::salted_password(password, salt, iterations);
        let credential = Credential { user: name, iterations, salt, salted_password: &salted_password };
        admin::set_credential(&self.kafka.bootstrap, &credential)
    }

    /// Gives `user` the rights, in force once this returns.
    ///
    /// # Errors
    /// What the broker says.
    pub fn allow(&self, user: &str, rights: &[Right<'_>]) -> Result<(), Error> {
        admin::allow(&self.kafka.bootstrap, &entries(user, rights))
    }

    /// Takes from `user` the rights that [`allow`](Self::allow) gave by the same names.
    ///
    /// # Errors
    /// What the broker says.
    pub fn revoke(&self, user: &str, rights: &[Right<'_>]) -> Result<(), Error> {
        admin::revoke(&self.kafka.bootstrap, &entries(user, rights))
    }
}

fn entries<'a>(user: &'a str, rights: &[Right<'a>]) -> Vec<Entry<'a>> {
    let entry = |right: &Right<'a>| {
        let (resource, name, operation) = match *right {
            Right::ReadTopic(name) => (Resource::Topic, name, Operation::Read),
            Right::WriteTopic(name) => (Resource::Topic, name, Operation::Write),
            Right::JoinGroup(name) => (Resource::Group, name, Operation::Read),
            Right::Transact(name) => (Resource::TransactionalId, name, Operation::Write),
        };
        Entry { user, resource, pattern: Pattern::of(name), operation }
    };
    rights.iter().map(entry).collect()
}

/// The listener's own settings, and who need not ask.
fn additions(port: u16, keystore: &Path) -> Additions {
    let login = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    let settings = [
        ("listener.name.secure.sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        ("listener.name.secure.scram-sha-512.sasl.jaas.config", login),
        ("listener.name.secure.ssl.keystore.type", "PEM"),
        ("listener.name.secure.ssl.keystore.location", &keystore.display().to_string()),
        ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        // Whoever comes over a listener without passwords: the kit, and the broker itself.
        ("super.users", "User:ANONYMOUS"),
    ];
    Additions {
        listener: Some(Listener { name: "SECURE", protocol: "SASL_SSL", port }),
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
    }
}
