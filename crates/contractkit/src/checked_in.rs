//! Files that are checked in, and made by the code.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of what integrators are promised.
pub fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts")
}

/// Compares with the file, or writes it where the run is told to.
///
/// # Panics
/// When it differs.
#[track_caller]
pub fn is_as_checked_in(path: &Path, bytes: &[u8]) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // In one step: another test may be reading it.
        let fresh = path.with_extension("fresh");
        fs::write(&fresh, bytes).unwrap();
        fs::rename(fresh, path).unwrap();
    }
    let checked_in = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&checked_in),
        "{} differs from what the code makes",
        path.display()
    );
}
