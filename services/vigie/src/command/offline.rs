//! What works on the databases themselves, while nothing else does.

use std::sync::Arc;

use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::view::is_in_use;
use vigie_eventlog::{EventLog, Location};

use crate::error::Error;
use crate::serve::{Places, with_causes};

/// Whether there may be a log of `context`: with PostgreSQL only its opening tells.
pub(super) fn is_there(places: &Places, context: &str) -> bool {
    !matches!(places.location(context), Location::Sqlite(file) if !file.exists())
}

/// The log of `context`, if it is there and nothing else runs on it; a failure has the command's own `reason`.
pub(super) async fn open_log(
    places: &Places,
    context: &str,
    reason: &'static str,
) -> Result<EventLog, Error> {
    let failed = |error: &dyn std::error::Error| Error::Found { reason, message: with_causes(error) };
    let location = places.location(context);
    if let Location::Sqlite(file) = &location
        && !file.exists()
    {
        return Err(Error::Usage(format!("there is no log of {context} at {}", file.display())));
    }
    if is_in_use(&location).await.map_err(|error| failed(&error))? {
        return Err(Error::Found {
            reason: "STILL_RUNNING",
            message: format!(
                "Vigie runs on the log of {context}: stop it first, on every machine; nothing was changed"
            ),
        });
    }
    let log = EventLog::open(places.log_options(context), Arc::new(SystemClock), Arc::new(SystemIds));
    log.await.map_err(|error| failed(&error))
}
