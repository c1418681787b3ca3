//! Third-party command line tools.

use std::path::{Path, PathBuf};

use crate::Error;

/// Finds programs that we did not write.
#[derive(Clone, Copy, Debug)]
pub struct Tool;

impl Tool {
    /// The program `name`: `VIGIE_TEST_<NAME>` if set, else on PATH, else in `target/tools`.
    ///
    /// # Errors
    /// One line that says which variable to set.
    pub fn find(name: &str) -> Result<PathBuf, Error> {
        let variable = format!("VIGIE_TEST_{}", name.to_uppercase().replace('-', "_"));
        let advice = format!("set {variable} to the program, or install it; `make test` does");
        if let Some(chosen) = std::env::var_os(&variable).map(PathBuf::from) {
            return if is_program(&chosen) {
                Ok(chosen)
            } else {
                Err(Error::Missing { part: name.to_owned(), advice: format!("{variable} names no program") })
            };
        }
        on_path(name)
            .or_else(|| Some(own_tools().join(name)).filter(|program| is_program(program)))
            .ok_or(Error::Missing { part: name.to_owned(), advice })
    }
}

/// `name` in one of the folders of PATH, or where Debian keeps servers.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|program| is_program(program))
}

pub(crate) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Where `scripts/install-test-parts` puts what no package manager installs.
pub(crate) fn own_tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools")
}
