//! Why an adapter cannot be set up.

/// Why an adapter cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another address than mail can be sent from.
    #[error("{field} is no mail address: {source}")]
    Sender {
        /// Which.
        field: &'static str,
        /// Why.
        #[source]
        source: crate::domain::MailAddressError,
    },
    /// The domain of Message-IDs.
    #[error("the domain of message ids is letters, digits, dots and hyphens")]
    Domain,
    /// Certificates, or a name that TLS does not take.
    #[error("TLS to the mail server")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// The secret's file.
    #[error("the password for the mail server")]
    Secret(#[source] vigie_chassis::config::Error),
    /// A password over a connection that anybody can read.
    #[error("a password is sent by TLS only, except to this very machine")]
    PlainPassword,
    /// The folder.
    #[error("the mailbox folder")]
    Folder(#[source] std::io::Error),
    /// The file of certificates.
    #[error("the certificates of the mail server")]
    Certificates(#[source] std::io::Error),
    /// The HTTP client.
    #[error("the client for webhooks")]
    Http(#[source] reqwest::Error),
    /// rustls has no provider: the process installs one first.
    #[error("no provider of TLS is installed")]
    NoTlsProvider,
}
