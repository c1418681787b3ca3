//! What works on the databases themselves, while nothing else does.

use std::sync::Arc;

use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::view::is_in_use;
use vigie_eventlog::{EventLog, Location};
use vigie_lines::config::CONTEXT;

use crate::error::Error;
use crate::serve::{Places, with_causes};

/// The log, if it is there and nothing else runs on it; a failure has the command's own `reason`.
pub(super) async fn open_log(places: &Places, reason: &'static str) -> Result<EventLog, Error> {
    let failed = |error: &dyn std::error::Error| Error::Found { reason, message: with_causes(error) };
    let location = places.location(CONTEXT);
    if let Location::Sqlite(file) = &location
        && !file.exists()
    {
        return Err(Error::Usage(format!("there is no log at {}", file.display())));
    }
    if is_in_use(&location).await.map_err(|error| failed(&error))? {
        return Err(Error::Found {
            reason: "STILL_RUNNING",
            message: "Vigie runs on this log: stop it first, on every machine; nothing was changed".into(),
        });
    }
    let log = EventLog::open(places.log_options(CONTEXT), Arc::new(SystemClock), Arc::new(SystemIds));
    log.await.map_err(|error| failed(&error))
}
