//! Mail into a folder, as a mail server would leave it there: the embedded default, where nothing leaves the machine.
//!
//! `new/<time>.<message id>.eml`, written aside and renamed into place, durable before it counts. The same message at a
//! second attempt has the same name but for its time, and says that it is a repeat.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use vigie_clock::Personal;

use super::letter::Sender;
use super::{Error, Message, Post};
use crate::domain::{AttemptEnd, Failure, Proof, Receipt};

/// A folder of mail.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: PathBuf,
    sender: Sender,
}

/// A mail in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its file.
    pub file: PathBuf,
    /// All of it (RFC 5322).
    pub bytes: Vec<u8>,
}

impl Mailbox {
    /// Mail from `from`, called `name`, into `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made, or mail cannot come from there.
    pub fn open(folder: &Path, from: &str, name: &str, domain: &str) -> Result<Self, Error> {
        let sender = Sender::new(from, name, from, domain)?;
        for part in ["new", "tmp"] {
            std::fs::create_dir_all(folder.join(part)).map_err(Error::Folder)?;
        }
        Ok(Self { folder: folder.to_owned(), sender })
    }
}

#[async_trait]
impl Post for Mailbox {
    async fn send(&self, message: &Message) -> AttemptEnd {
        let Some(mail) = self.sender.compose(message) else {
            return AttemptEnd::Refused(Failure::of("ADDRESS"));
        };
        let name = format!("{}.{}.eml", message.at.as_micros(), message.id);
        let (folder, bytes) = (self.folder.clone(), mail.bytes);
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
        match written.map_err(io::Error::other).flatten() {
            Ok(()) => AttemptEnd::HandedOver(Receipt {
                message_id: mail.message_id,
                proof: Proof::MailboxWritten,
                code: "250".to_owned(),
                text: None,
            }),
            Err(error) => {
                let text = Personal::new(message.subject_id, error.to_string());
                AttemptEnd::Failed(Failure { code: "MAILBOX".to_owned(), text: Some(text) })
            }
        }
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let (aside, place) = (folder.join("tmp").join(name), folder.join("new").join(name));
    let mut file = File::create(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&aside, &place)?;
    // The name is durable once the folder is.
    File::open(folder.join("new"))?.sync_all()
}

/// The latest `max` mails of a folder, newest first.
///
/// # Errors
/// When the folder cannot be read.
pub fn letters(folder: &Path, max: usize) -> io::Result<Vec<Letter>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.join("new"))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort_unstable_by(|a, b| b.cmp(a));
    files.into_iter().take(max).map(|file| Ok(Letter { bytes: std::fs::read(&file)?, file })).collect()
}
