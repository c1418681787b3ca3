//! How mail leaves.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::post::{Error, Mailbox, Post, Smtp, SmtpOptions};

/// Section `[notices.mail]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Which of both.
    pub kind: Kind,
    /// Who mail comes from.
    pub from: String,
    /// How that is called.
    pub name: String,
    /// Where what cannot be delivered comes back to; `from` if absent. Whoever reads it passes it on by `RecordBounce`.
    pub bounces_to: Option<String>,
    /// The domain of message ids.
    pub domain: String,
    /// The mail server.
    pub smtp: SmtpOptions,
}

/// How mail leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Into the folder `mailbox` of the data folder: nothing leaves the machine.
    #[default]
    Mailbox,
    /// By SMTP.
    Smtp,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            from: "vigie@localhost".to_owned(),
            name: "Vigie".to_owned(),
            bounces_to: None,
            domain: "localhost".to_owned(),
            smtp: SmtpOptions::default(),
        }
    }
}

impl Mail {
    /// The folder of mail in the data folder.
    pub const FOLDER: &'static str = "mailbox";

    /// The way out of mail.
    ///
    /// # Errors
    /// When it cannot be set up; a mail server is not connected to yet.
    pub fn open(&self, data: &Path) -> Result<Arc<dyn Post>, Error> {
        let Self { from, name, domain, .. } = self;
        match self.kind {
            Kind::Mailbox => Ok(Arc::new(Mailbox::open(&data.join(Self::FOLDER), from, name, domain)?)),
            Kind::Smtp => {
                let bounces_to = self.bounces_to.as_ref().unwrap_or(from);
                Ok(Arc::new(Smtp::new(self.smtp.clone(), from, name, bounces_to, domain)?))
            }
        }
    }
}
