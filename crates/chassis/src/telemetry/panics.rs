//! A panic as a log line: where, and not what it said, which may quote a caller.

use std::panic;

/// From now on every panic of the process is logged with its place.
pub(super) fn log_them() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(target: "vigie::panic", place, "panic");
    }));
}
