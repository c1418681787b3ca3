//! Mail by SMTP: one message, one connection.
//!
//! The dialogue is led step by step, because what an answer that never came means depends on the step: before the message
//! has left as a whole nothing was taken, and after that nobody knows.

use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use tokio::time::timeout;
use uuid::Uuid;
use vigie_chassis::config::Secret;
use vigie_clock::Personal;

use super::letter::{Composed, Sender};
use super::{Error, Message, Post};
use crate::domain::{AttemptEnd, Failure, Proof, Receipt};

/// Characters of a reply that are kept.
const REPLY_CHARS_MAX: usize = 300;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// Not at all: to this very machine, or within a network that is trusted.
    None,
    /// By STARTTLS, without which nothing is sent.
    #[default]
    StartTls,
    /// From the first byte.
    Implicit,
}

/// How mail is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpOptions {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Certificates (PEM) that the server's is signed by, instead of the public ones.
    pub ca: Option<PathBuf>,
    /// Who logs in; nobody if absent.
    pub user: Option<String>,
    /// With which password.
    pub password: Option<Secret>,
    /// Until the message itself is sent, in milliseconds: connection, login, addresses.
    pub dialogue_max_ms: u64,
    /// For the message and the answer to it, in milliseconds.
    pub message_max_ms: u64,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 587,
            encryption: Encryption::default(),
            ca: None,
            user: None,
            password: None,
            dialogue_max_ms: 10_000,
            message_max_ms: 12_000,
        }
    }
}

/// Mail by SMTP.
pub struct Smtp {
    options: SmtpOptions,
    sender: Sender,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
}

impl Smtp {
    /// Mail from `from`, called `name`; what cannot be delivered comes back to `bounces_to`. Nothing is connected to yet.
    ///
    /// # Errors
    /// When mail cannot come from there, or a certificate or password cannot be had.
    pub fn new(
        options: SmtpOptions,
        from: &str,
        name: &str,
        bounces_to: &str,
        domain: &str,
    ) -> Result<Self, Error> {
        let sender = Sender::new(from, name, bounces_to, domain)?;
        let is_here = matches!(options.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        let tls = match options.encryption {
            Encryption::None => None,
            Encryption::StartTls | Encryption::Implicit => Some(tls(&options)?),
        };
        let credentials = match (&options.user, &options.password) {
            (Some(_), Some(_)) if tls.is_none() && !is_here => return Err(Error::PlainPassword),
            (Some(user), Some(password)) => {
                let password = password.read().map_err(Error::Secret)?;
                Some(Credentials::new(user.clone(), password.expose().to_owned()))
            }
            _ => None,
        };
        let hello = ClientId::Domain(domain.to_owned());
        Ok(Self { options, sender, tls, credentials, hello })
    }

    /// Connects, logs in, and says from whom to whom: up to where the server waits for the message.
    async fn dialogue(&self, mail: &Composed) -> Result<AsyncSmtpConnection, SmtpError> {
        let limit = Duration::from_millis(self.options.dialogue_max_ms);
        let server = (self.options.host.as_str(), self.options.port);
        let implicit = self.tls.clone().filter(|_| self.options.encryption == Encryption::Implicit);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(limit), &self.hello, implicit, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.options.encryption == Encryption::StartTls) {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        let needs_utf8 =
            [&self.sender.bounces_to, &mail.to].iter().any(|address| !address.to_string().is_ascii());
        let can_utf8 = connection.server_info().supports_feature(Extension::SmtpUtfEight);
        let parameters = if needs_utf8 && can_utf8 { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
        connection.command(Mail::new(Some(self.sender.bounces_to.clone()), parameters)).await?;
        connection.command(Rcpt::new(mail.to.clone(), Vec::new())).await?;
        connection.command(Data).await?;
        Ok(connection)
    }
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, Error> {
    let mut builder = TlsParametersBuilder::new(options.host.clone());
    if let Some(file) = &options.ca {
        let pem = std::fs::read(file).map_err(Error::Certificates)?;
        builder = builder.certificate_store(CertificateStore::None);
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(Error::Tls)?);
    } else {
        builder = builder.certificate_store(CertificateStore::WebpkiRoots);
    }
    builder.build_rustls().map_err(Error::Tls)
}

#[async_trait]
impl Post for Smtp {
    async fn send(&self, message: &Message) -> AttemptEnd {
        let subject = message.subject_id;
        let Some(mail) = self.sender.compose(message) else {
            return AttemptEnd::Refused(Failure::of("ADDRESS"));
        };
        let limit = Duration::from_millis(self.options.dialogue_max_ms);
        let mut connection = match timeout(limit, self.dialogue(&mail)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return not_taken(&error, subject),
            Err(_) => return AttemptEnd::Failed(Failure::of("DIALOGUE_TIMEOUT")),
        };
        let limit = Duration::from_millis(self.options.message_max_ms);
        let end = match timeout(limit, connection.message(&mail.bytes)).await {
            Ok(Ok(response)) => AttemptEnd::HandedOver(Receipt {
                message_id: mail.message_id,
                proof: Proof::SmtpAccepted,
                code: code_of(&response),
                text: reply(&response.message().collect::<Vec<_>>().join(" "), subject),
            }),
            Ok(Err(error)) if error.status().is_some() => not_taken(&error, subject),
            // The whole message may have been read: the connection broke before the answer to it.
            Ok(Err(_)) => return AttemptEnd::Unknown(Failure::of("CONNECTION_CUT")),
            Err(_) => return AttemptEnd::Unknown(Failure::of("NO_ANSWER")),
        };
        // Whether the server hears the farewell changes nothing.
        let _ = timeout(Duration::from_secs(1), connection.quit()).await;
        end
    }
}

fn code_of(response: &Response) -> String {
    enhanced(&response.code().to_string(), response.first_word())
}

/// `451` with `4.7.1` in front of its text is `451 4.7.1`.
fn enhanced(code: &str, first_word: Option<&str>) -> String {
    let is_status = |word: &&str| {
        let parts: Vec<_> = word.split('.').collect();
        parts.len() == 3
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    match first_word.filter(is_status) {
        Some(status) => format!("{code} {status}"),
        None => code.to_owned(),
    }
}

/// What was certainly not taken: refused for good by a 5xx, else to be tried again.
fn not_taken(error: &SmtpError, subject: Uuid) -> AttemptEnd {
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let code = match error.status() {
        Some(status) => enhanced(&status.to_string(), text.split_whitespace().next()),
        None if error.is_timeout() => "DIALOGUE_TIMEOUT".to_owned(),
        None if error.is_tls() => "TLS".to_owned(),
        None if error.is_client() => "DIALOGUE".to_owned(),
        None => "CONNECTION".to_owned(),
    };
    let failure = Failure { code, text: reply(&text, subject) };
    if error.is_permanent() { AttemptEnd::Refused(failure) } else { AttemptEnd::Failed(failure) }
}

/// A reply often repeats the address: it is the recipient's.
fn reply(text: &str, subject: Uuid) -> Option<Personal<String>> {
    let text: String = text.chars().filter(|character| *character != '\0').take(REPLY_CHARS_MAX).collect();
    (!text.is_empty()).then(|| Personal::new(subject, text))
}
