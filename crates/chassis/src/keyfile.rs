//! Keys that a process makes for itself and keeps in its data folder.

use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Bytes of such a key.
pub const KEY_BYTES: usize = 32;

/// Reads the key at `path`, or makes one there that only this user can read.
///
/// Errors: the file is readable by others, has another length, or cannot be read or written.
pub fn open_or_create(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(path),
        created => created,
    }
}

fn create(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let key = random()?;
    // Written aside and linked into place: another process never reads half a key, and the first one to link wins.
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)
        .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()));
    let linked = written.and_then(|()| std::fs::hard_link(&aside, path));
    let removed = std::fs::remove_file(&aside);
    linked.and(removed).map(|()| key)
}

fn open(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut file = std::fs::File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        let message = format!("{}: others can read this key; chmod 600 or remove it", path.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    let mut key = [0; KEY_BYTES];
    file.read_exact(&mut key)?;
    let end = file.read(&mut [0; 1])?;
    if end != 0 {
        let message = format!("{}: not a key of {KEY_BYTES} bytes", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(key)
}

fn random() -> io::Result<[u8; KEY_BYTES]> {
    // Not an input of a run: a key must differ at every run.
    let mut key = [0; KEY_BYTES];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut key)
        .map_err(|_| io::Error::other("the system gives no randomness"))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/page.key");
        let first = open_or_create(&path).unwrap();
        assert_eq!(open_or_create(&path).unwrap(), first);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_ne!(open_or_create(&folder.path().join("other.key")).unwrap(), first);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.key");
        open_or_create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(open_or_create(&path).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn a_file_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.key");
        for bytes in [0, 31, 33] {
            std::fs::write(&path, vec![1; bytes]).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert!(open_or_create(&path).is_err(), "{bytes}");
        }
    }
}
