//! Why a process does not start, or ended by itself.

use std::io;
use std::process::ExitCode;

use vigie_chassis::config;

/// Why a process does not start, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be read, or is not as it should be.
    #[error(transparent)]
    Configuration(#[from] config::Error),
    /// The configuration contradicts itself, or lacks something.
    #[error("{0}")]
    Usage(String),
    /// A file or folder of this machine.
    #[error("cannot {doing}")]
    Local {
        /// What was tried: `make the data folder .vigie`.
        doing: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A part could not be opened, or ended.
    #[error(transparent)]
    Part(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A part could not be opened, or ended.
    pub fn part(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Part(Box::new(error))
    }

    /// 2 for what whoever started the process can put right, 3 for what may be otherwise at another time.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Configuration(_) | Self::Usage(_) | Self::Local { .. } => 2,
            Self::Part(_) => 3,
        })
    }
}

/// An error and what led to it, in one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
