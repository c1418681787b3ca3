//! A worker: one session with the register, one line at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tracing::Instrument;

use super::Core;
use super::job::{Job, Next};
use super::queue::Lane;
use crate::register::{Error, Session};

/// An idle session is asked this often whether the register is still there: the next theft must not be the first to find out.
const PING_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(core: Arc<Core>, lowest: Lane) {
    let mut session: Option<Box<dyn Session>> = None;
    let mut failures = 0;
    while !core.stopping.is_cancelled() {
        // Work waits in the queue, without leases being taken, until somebody can do it.
        if session.is_none() {
            match core.connect().await {
                Ok(connected) => (session, failures) = (Some(connected), 0),
                Err(error) => {
                    if failures == 0 {
                        tracing::warn!(%error, register = core.register.description(), "the register cannot be reached");
                    }
                    let pause = core.options.backoff(failures, core.options.retry_max());
                    failures += 1;
                    tokio::select! {
                        () = sleep(pause) => {}
                        () = core.stopping.cancelled() => {}
                    }
                    continue;
                }
            }
        }
        tokio::select! {
            biased;
            () = core.stopping.cancelled() => {}
            mut work = core.queue.pop(lowest) => {
                let span = tracing::info_span!(parent: &work.carry.span, "register.drive", line_id = %work.line_id);
                let next = Job { core: &core, session: &mut session, work: &mut work }.run().instrument(span).await;
                match next {
                    Next::Done => core.queue.finish(work),
                    Next::Again(delay) => core.queue.retry(work, delay),
                }
                core.heard(session.is_some());
            }
            () = sleep(PING_EVERY) => ping(&core, &mut session).await,
        }
    }
}

async fn ping(core: &Core, session: &mut Option<Box<dyn Session>>) {
    let Some(open) = session else { return };
    let answer = open.ping().await;
    if answer.as_ref().is_err_and(Error::ends_session) {
        *session = None;
    }
    core.heard(answer.is_ok());
}
