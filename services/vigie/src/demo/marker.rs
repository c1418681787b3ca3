//! Remembers in the data folder whether the demo was begun and finished.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::Error;

const FILE: &str = "demo";
const BEGUN: &str = "begun\n";
const FINISHED: &str = "finished\n";

/// What is known of the demo in a data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// Never begun.
    Absent,
    /// Begun and not finished: it goes on, and nothing is done twice.
    Begun,
    /// Over.
    Finished,
}

impl Marker {
    /// Reads it.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        match fs::read_to_string(folder.join(FILE)) {
            Ok(text) if text == FINISHED => Ok(Self::Finished),
            Ok(_) => Ok(Self::Begun),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Absent),
            Err(source) => Err(Error::local(format!("read {}", folder.join(FILE).display()), source)),
        }
    }

    /// Whether to show the demo, given whether the log holds anything: data of one's own is never mixed with it.
    pub(crate) fn calls_for_demo(self, log_is_empty: bool) -> bool {
        match self {
            Self::Absent => log_is_empty,
            Self::Begun => true,
            Self::Finished => false,
        }
    }

    pub(super) fn begun(self, folder: &Path) -> Result<(), Error> {
        write(folder, BEGUN)
    }

    pub(super) fn finished(self, folder: &Path) -> Result<(), Error> {
        write(folder, FINISHED)
    }
}

fn write(folder: &Path, text: &str) -> Result<(), Error> {
    let path = folder.join(FILE);
    fs::write(&path, text).map_err(|source| Error::local(format!("write {}", path.display()), source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_once_resumed_when_interrupted_never_beside_own_data() {
        let folder = tempfile::tempdir().unwrap();
        let marker = Marker::read(folder.path()).unwrap();
        assert_eq!(marker, Marker::Absent);
        assert!(marker.calls_for_demo(true) && !marker.calls_for_demo(false));
        marker.begun(folder.path()).unwrap();
        let marker = Marker::read(folder.path()).unwrap();
        assert!(marker == Marker::Begun && marker.calls_for_demo(false));
        marker.finished(folder.path()).unwrap();
        let marker = Marker::read(folder.path()).unwrap();
        assert!(marker == Marker::Finished && !marker.calls_for_demo(true));
    }
}
