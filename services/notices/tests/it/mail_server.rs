//! A real mail server that is not ours, and what it has accepted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use vigie_notices::post::{Encryption, Post, Smtp, SmtpOptions};
use vigie_testkit::{Process, Python, Scratch, free_port};

use crate::letters::{self, Mail};

/// The server's own script.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mail_server.py");

pub(crate) struct MailServer {
    pub(crate) port: u16,
    pub(crate) home: Scratch,
    /// The certificate that it shows, in a file.
    pub(crate) certificate: Option<PathBuf>,
    _process: Process,
}

/// A mail as the server took it.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) from: String,
    pub(crate) tls: bool,
    pub(crate) mail: Mail,
}

#[derive(Deserialize)]
struct Line {
    from: String,
    tls: bool,
    data: String,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        tokio::task::spawn_blocking(|| Self::start_with(None)).await.unwrap()
    }

    /// One that speaks only by TLS, with this certificate and key.
    pub(crate) async fn start_tls(certificate: String, key: String) -> Self {
        tokio::task::spawn_blocking(move || Self::start_with(Some((certificate, key)))).await.unwrap()
    }

    fn start_with(pair: Option<(String, String)>) -> Self {
        let home = Scratch::new("mail").unwrap();
        let port = free_port().unwrap();
        let mut arguments = vec![home.path().display().to_string(), port.to_string()];
        let certificate = pair.map(|(certificate, key)| {
            let (file, key_file) = (home.path().join("certificate.pem"), home.path().join("key.pem"));
            std::fs::write(&file, certificate).unwrap();
            std::fs::write(&key_file, key).unwrap();
            arguments.extend([&file, &key_file].map(|file| file.display().to_string()));
            file
        });
        let process = Python::with_kafka().unwrap().run(&home, Path::new(SCRIPT), &arguments).unwrap();
        process.wait_for_line("READY", Duration::from_secs(20), |line| line == "READY").unwrap();
        Self { port, home, certificate, _process: process }
    }

    /// All that it has accepted, in order.
    pub(crate) fn accepted(&self) -> Vec<Accepted> {
        let Ok(lines) = std::fs::read_to_string(self.home.path().join("accepted.jsonl")) else {
            return Vec::new();
        };
        let line = |line: &str| {
            let Line { from, tls, data } = serde_json::from_str(line).unwrap();
            Accepted { from, tls, mail: letters::read(data.as_bytes()) }
        };
        lines.lines().map(line).collect()
    }

    /// What it has accepted for the mailbox of `someone`.
    pub(crate) fn of(&self, someone: &str) -> Vec<Mail> {
        let to = format!("{someone}@exemple.fr");
        self.accepted().into_iter().map(|accepted| accepted.mail).filter(|mail| mail.to == to).collect()
    }

    /// The way out to it.
    pub(crate) fn post(&self) -> Arc<dyn Post> {
        Arc::new(self.smtp(SmtpOptions { encryption: Encryption::None, ..self.options() }))
    }

    pub(crate) fn options(&self) -> SmtpOptions {
        SmtpOptions { port: self.port, dialogue_max_ms: 2_000, message_max_ms: 700, ..SmtpOptions::default() }
    }

    pub(crate) fn smtp(&self, options: SmtpOptions) -> Smtp {
        let (from, bounces) = ("avis@exemple.fr", "retours@exemple.fr");
        Smtp::new(options, from, "Service client", bounces, "avis.exemple.fr").unwrap()
    }
}
