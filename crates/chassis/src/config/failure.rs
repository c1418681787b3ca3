//! What can be wrong with a configuration.

use std::path::PathBuf;

/// A configuration that cannot be used. The message names the source and, where there is one, the key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file named on the command line is not there or not readable.
    #[error("configuration file {}: cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or has a key or value that the configuration does not know.
    #[error("configuration file {}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        message: String,
    },
    /// An environment variable names no key or holds a value that does not fit.
    #[error("environment variable {variable}: {message}")]
    Environment {
        /// The variable.
        variable: String,
        /// What is wrong.
        message: String,
    },
    /// Each source is right by itself, and together they are not.
    #[error("configuration from {sources}: {message}")]
    Together {
        /// The sources, separated by commas.
        sources: String,
        /// What is wrong.
        message: String,
    },
    /// The defaults cannot be written as TOML: a mistake in the program.
    #[error("default configuration: {message}")]
    Defaults {
        /// What is wrong.
        message: String,
    },
    /// The file of a secret is not there, not readable, too large or not text.
    #[error("secret in {}: {message}", path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// What is wrong; never the content.
        message: String,
    },
}
