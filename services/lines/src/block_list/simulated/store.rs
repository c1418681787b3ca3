//! What is on the simulated list, in memory and, if asked for, in a file that is only appended to.
//!
//! The file holds one JSON object a line; the last line of an IMEI counts. It is rewritten when it is opened, and not synced:
//! what a killed process wrote is there, what a dead machine wrote may not be.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::Imei;

#[derive(Debug, Default)]
pub(super) struct Store {
    listed: BTreeSet<Imei>,
    file: Option<File>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    imei: Imei,
    listed: bool,
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

    pub(super) fn contains(&self, imei: &Imei) -> bool {
        self.listed.contains(imei)
    }

    pub(super) fn count(&self) -> usize {
        self.listed.len()
    }

    pub(super) fn set(&mut self, imei: &Imei, listed: bool) -> io::Result<()> {
        if self.contains(imei) == listed {
            return Ok(());
        }
        if let Some(file) = &mut self.file {
            append(file, &Line { imei: imei.clone(), listed })?;
        }
        self.remember(Line { imei: imei.clone(), listed });
        Ok(())
    }

    fn remember(&mut self, line: Line) {
        if line.listed {
            self.listed.insert(line.imei);
        } else {
            self.listed.remove(&line.imei);
        }
    }

    fn load(&mut self, path: &Path) -> io::Result<()> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for (index, text) in text.split_inclusive('\n').enumerate() {
            match serde_json::from_str(text) {
                Ok(line) => self.remember(line),
                // A process killed while it wrote leaves half a line at the end.
                Err(_) if !text.ends_with('\n') => {}
                Err(_) => {
                    let problem = format!("line {} of {} is no handset", index + 1, path.display());
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
                }
            }
        }
        Ok(())
    }

    /// Leaves one line a handset and goes on appending there.
    fn rewrite(&mut self, path: &Path) -> io::Result<()> {
        let aside = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // IMEIs: for the owner's eyes.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&aside)?;
        for imei in &self.listed {
            append(&mut file, &Line { imei: imei.clone(), listed: true })?;
        }
        std::fs::rename(&aside, path)?;
        self.file = Some(file);
        Ok(())
    }
}

fn append(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reopened_list_knows_the_last_of_every_handset() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("block-list.jsonl");
        let [one, two] = ["490154203237518", "35693803564380"].map(|imei| Imei::parse(imei).unwrap());
        let mut store = Store::open(Some(&path)).unwrap();
        store.set(&one, true).unwrap();
        store.set(&two, true).unwrap();
        store.set(&one, false).unwrap();
        let reopened = Store::open(Some(&path)).unwrap();
        assert!(!reopened.contains(&one) && reopened.contains(&two));
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 1, "rewritten");

        std::fs::write(&path, format!("{text}{}", &text[..text.len() / 2])).unwrap();
        assert!(Store::open(Some(&path)).unwrap().contains(&two), "half a line at the end is forgotten");
        std::fs::write(&path, format!("garbage\n{text}")).unwrap();
        assert!(Store::open(Some(&path)).unwrap_err().to_string().contains("line 1"));
    }
}
