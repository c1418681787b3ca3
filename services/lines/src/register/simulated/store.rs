//! The simulated register's subscribers, in memory and, if asked for, in a file that is only appended to.
//!
//! The file holds one JSON object a line, the subscriber's whole state; the last line of an IMSI counts. It is rewritten when
//! it is opened. It is not synced: what a killed process wrote is there, what a dead machine wrote may not be, as in a
//! register that Vigie reconciles anyway.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::{Domains, Error};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subscriber {
    pub(super) msisdn: Option<String>,
    pub(super) cs: bool,
    pub(super) ps: bool,
    pub(super) phone_is_on: bool,
}

#[derive(Debug)]
pub(super) enum Change {
    Domains(Domains),
    Number(Option<String>),
    Phone(bool),
}

#[derive(Debug, Default)]
pub(super) struct Store {
    subscribers: HashMap<String, Subscriber>,
    /// Number → IMSI.
    numbers: HashMap<String, String>,
    kept: Option<Kept>,
}

/// The file and how long it is up to its last whole line.
#[derive(Debug)]
struct Kept {
    file: File,
    length: u64,
}

impl Kept {
    fn append(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        match self.file.write_all(&text) {
            Ok(()) => {
                self.length += text.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Half a line in the middle would make the whole file unreadable.
                self.file.set_len(self.length)?;
                self.file.seek(SeekFrom::Start(self.length))?;
                Err(error)
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    imsi: String,
    #[serde(flatten)]
    subscriber: Subscriber,
}

impl Store {
    pub(super) fn open(path: Option<&Path>) -> io::Result<Self> {
        let mut store = Self::default();
        if let Some(path) = path {
            store.load(path)?;
            store.rewrite(path)?;
        }
        Ok(store)
    }

    pub(super) fn get(&self, imsi: &str) -> Option<&Subscriber> {
        self.subscribers.get(imsi)
    }

    /// One who is there already stays as he is.
    pub(super) fn create(&mut self, imsi: &str, msisdn: Option<&str>) -> Result<(), Error> {
        if self.subscribers.contains_key(imsi) {
            return Ok(());
        }
        if msisdn.is_some_and(|number| self.numbers.contains_key(number)) {
            return Err(Error::NumberTaken);
        }
        self.put(
            imsi,
            Subscriber { msisdn: msisdn.map(str::to_owned), cs: true, ps: true, phone_is_on: true },
        )
    }

    pub(super) fn change(&mut self, imsi: &str, change: &Change) -> Result<(), Error> {
        let before = self.subscribers.get(imsi).ok_or(Error::NoSuchSubscriber)?;
        let mut after = before.clone();
        match change {
            Change::Domains(domains) => (after.cs, after.ps) = (domains.cs, domains.ps),
            Change::Phone(is_on) => after.phone_is_on = *is_on,
            Change::Number(number) => {
                let owner = number.as_ref().and_then(|number| self.numbers.get(number));
                if owner.is_some_and(|owner| owner != imsi) {
                    return Err(Error::NumberTaken);
                }
                after.msisdn.clone_from(number);
            }
        }
        if after == *before { Ok(()) } else { self.put(imsi, after) }
    }

    /// Written first, remembered after: what cannot be kept has not happened.
    fn put(&mut self, imsi: &str, subscriber: Subscriber) -> Result<(), Error> {
        if let Some(kept) = &mut self.kept {
            let line = Line { imsi: imsi.to_owned(), subscriber: subscriber.clone() };
            kept.append(&line).map_err(|error| Error::Refused(format!("cannot keep it: {error}")))?;
        }
        self.remember(imsi.to_owned(), subscriber);
        Ok(())
    }

    fn remember(&mut self, imsi: String, subscriber: Subscriber) {
        let before = self.subscribers.get(&imsi).and_then(|before| before.msisdn.as_ref());
        if let Some(number) = before {
            self.numbers.remove(number);
        }
        if let Some(number) = &subscriber.msisdn {
            self.numbers.insert(number.clone(), imsi.clone());
        }
        self.subscribers.insert(imsi, subscriber);
    }

    fn load(&mut self, path: &Path) -> io::Result<()> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for (index, text) in text.split_inclusive('\n').enumerate() {
            match serde_json::from_str::<Line>(text) {
                Ok(line) => self.remember(line.imsi, line.subscriber),
                // A process killed while it wrote leaves half a line at the end.
                Err(_) if !text.ends_with('\n') => {}
                Err(_) => {
                    let problem = format!("line {} of {} is no subscriber", index + 1, path.display());
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
                }
            }
        }
        Ok(())
    }

    /// Leaves one line a subscriber and goes on appending there.
    fn rewrite(&mut self, path: &Path) -> io::Result<()> {
        let aside = path.with_extension("new");
        let mut text = Vec::new();
        for (imsi, subscriber) in &self.subscribers {
            serde_json::to_writer(&mut text, &Line { imsi: imsi.clone(), subscriber: subscriber.clone() })?;
            text.push(b'\n');
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // Numbers and IMSIs: for the owner's eyes.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&aside)?;
        file.write_all(&text)?;
        std::fs::rename(&aside, path)?;
        self.kept = Some(Kept { file, length: text.len() as u64 });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMSI: &str = "208010000000001";

    #[test]
    fn a_reopened_store_knows_the_last_of_everything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.jsonl");
        let mut store = Store::open(Some(&path)).unwrap();
        store.create(IMSI, Some("+33600000001")).unwrap();
        store.create("208010000000002", None).unwrap();
        store.change(IMSI, &Change::Domains(Domains::BARRED)).unwrap();
        store.change(IMSI, &Change::Number(None)).unwrap();
        store.change("208010000000002", &Change::Number(Some("+33600000001".to_owned()))).unwrap();
        let reopened = Store::open(Some(&path)).unwrap();
        assert_eq!(reopened.subscribers, store.subscribers);
        assert_eq!(reopened.numbers, store.numbers);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2, "not rewritten");
    }

    #[test]
    fn half_a_line_at_the_end_is_forgotten_and_garbage_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.jsonl");
        let mut store = Store::open(Some(&path)).unwrap();
        store.create(IMSI, None).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
        assert!(Store::open(Some(&path)).unwrap().get(IMSI).is_some());
        std::fs::write(&path, format!("garbage\n{whole}")).unwrap();
        assert!(Store::open(Some(&path)).unwrap_err().to_string().contains("line 1"));
    }
}
