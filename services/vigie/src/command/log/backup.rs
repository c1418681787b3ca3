//! `vigie log backup`: either the whole file is there under its name, or none is.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use tonic::Request;
use vigie_proto::log::BackupRequest;

use crate::cli::WhichLog;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

/// Before anything is asked of the service.
pub(super) fn refuse_existing(file: &Path) -> Result<(), Error> {
    if file.exists() {
        return Err(Error::Usage(format!("{} exists; a backup never overwrites", file.display())));
    }
    Ok(())
}

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    which: &WhichLog,
    file: &Path,
) -> Result<(), Error> {
    let request = BackupRequest { log: which.to_request() };
    let mut pieces = client.log().backup(Request::new(request)).await?.into_inner();
    let mut target = Part::create(file)?;
    let mut progress = output.progress("backing up");
    let (mut rows, mut total) = (0, 0);
    while let Some(response) = pieces.message().await? {
        target.write(&response.piece)?;
        (rows, total) = (response.rows_done, response.rows_total);
        progress.update(rows, total, "");
        output.show(&mut progress);
    }
    output.finish(progress);
    if rows < total {
        return Err(
            tonic::Status::unavailable(format!("the backup ended after {rows} of {total} rows")).into()
        );
    }
    let bytes = target.bytes;
    target.finish(file)?;
    output.either(
        || json!({ "file": file.display().to_string(), "rows": rows, "bytes": bytes }),
        |_| format!("{rows} rows, {bytes} bytes in {}", file.display()),
    )
}

/// A file that is being written, beside its place. What an interrupted backup leaves is written over by the next.
struct Part {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Part {
    fn create(target: &Path) -> Result<Self, Error> {
        let mut name = target.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let file = File::create(&path)
            .map_err(|source| Error::local(format!("write {}", path.display()), source))?;
        Ok(Self { path, file, bytes: 0 })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.bytes += piece.len() as u64;
        self.file
            .write_all(piece)
            .map_err(|source| Error::local(format!("write {}", self.path.display()), source))
    }

    /// Puts the file under its name once it is on the platter, and the name too.
    fn finish(self, target: &Path) -> Result<(), Error> {
        let failed = |source| Error::local(format!("write {}", target.display()), source);
        self.file.sync_all().map_err(failed)?;
        refuse_existing(target)?;
        fs::rename(&self.path, target).map_err(failed)?;
        let folder = target.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_appears_only_when_the_file_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("log.backup");
        let mut part = Part::create(&target).unwrap();
        part.write(b"half").unwrap();
        assert!(!target.exists());
        drop(part);
        let mut part = Part::create(&target).unwrap();
        part.write(b"whole").unwrap();
        part.finish(&target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole", "what an interrupted backup left is gone");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_exists_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("log.backup");
        let part = Part::create(&target).unwrap();
        fs::write(&target, b"precious").unwrap();
        assert_eq!(refuse_existing(&target).unwrap_err().reason(), "USAGE");
        assert_eq!(part.finish(&target).unwrap_err().reason(), "USAGE");
        assert_eq!(fs::read(&target).unwrap(), b"precious");
    }
}
