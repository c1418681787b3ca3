//! Read your own write: an answer waits until the view has the version that the caller's command made.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::grpc::{Deadline, answer_by};

use super::refuse::{parked, refusal};
use crate::progress::Progress;
use crate::view::{Head, Sight};

/// What is left for the answer's way back.
const MARGIN: Duration = Duration::from_millis(50);

/// Longest wait without a deadline.
const WITHOUT_DEADLINE: Duration = Duration::from_secs(1);

/// Longest wait whatever the deadline.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// The version that a read waits for, and until when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    version: i64,
    until: Instant,
}

impl Wanted {
    /// Of a request that carries `min_version`.
    pub(super) fn of<T>(request: &Request<T>, min_version: i64) -> Result<Self, Refusal> {
        if min_version < 0 {
            return Err(Refusal::new(Reason::InvalidArgument, "min_version is negative")
                .field("min_version", "must not be negative"));
        }
        let longest = if Deadline::of(request).is_some() { WAIT_MAX } else { WITHOUT_DEADLINE };
        Ok(Self { version: min_version, until: answer_by(request, MARGIN, longest) })
    }

    /// Whether there is something to wait for.
    pub(super) const fn is_some(&self) -> bool {
        self.version > 0
    }

    /// Waits until the view has the version of the line. One that the caller may not see is waited for like one that is
    /// not there yet.
    pub(super) async fn wait(
        &self,
        progress: &Progress,
        line_id: Uuid,
        sight: &Sight,
    ) -> Result<(), Refusal> {
        if !self.is_some() {
            return Ok(());
        }
        let mut listener = progress.listen(line_id).map_err(|error| refusal(&error))?;
        let mut latest = None;
        loop {
            match progress.head(line_id, sight).await.map_err(|error| refusal(&error))? {
                Some(head) if head.mark.version >= self.version => return Ok(()),
                Some(Head { parked_version: Some(version), .. }) => return Err(parked(version)),
                head => latest = head.map(|head| head.mark.version).or(latest),
            }
            if timeout_at(self.until, listener.rung()).await.is_err() {
                return Err(behind(latest));
            }
        }
    }
}

fn behind(latest: Option<i64>) -> Refusal {
    let message = "the progress view does not have that version of the line yet; ask again";
    let refusal = Refusal::new(Reason::ViewBehind, message);
    match latest {
        Some(version) => refusal.with("version", version.to_string()),
        None => refusal,
    }
}
