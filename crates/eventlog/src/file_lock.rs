//! One process per SQLite file (rule 1).

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

use crate::database::Location;
use crate::log::OpenError;

/// The right to a SQLite file, until this is dropped.
#[derive(Debug)]
pub(crate) struct FileLock(File);

impl FileLock {
    /// `None` on PostgreSQL, where the database itself arbitrates.
    pub(crate) fn of(location: &Location) -> Result<Option<Self>, OpenError> {
        let Location::Sqlite(path) = location else { return Ok(None) };
        let mut lock_path = path.clone().into_os_string();
        lock_path.push(".lock");
        let lock_path = PathBuf::from(lock_path);
        let failed = |error| OpenError::Lock(lock_path.clone(), error);
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&lock_path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.clone())),
            Err(TryLockError::Error(error)) => Err(OpenError::Lock(lock_path, error)),
        }
    }
}

impl Drop for FileLock {
    /// Closing the file is not enough: a child process that this one is just starting has it open as well, until it begins
    /// its own program, and with it the lock.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_up_it_is_free_although_a_child_process_has_the_file_open_for_a_moment() {
        let folder = std::env::temp_dir().join(format!("vigie-file-lock-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let location = Location::Sqlite(folder.join("log.db"));
        let lock = FileLock::of(&location).unwrap().unwrap();
        assert!(matches!(FileLock::of(&location), Err(OpenError::InUse(_))));
        // What a child has between fork and exec.
        let inherited = lock.0.try_clone().unwrap();
        drop(lock);
        assert!(FileLock::of(&location).unwrap().is_some());
        drop(inherited);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
