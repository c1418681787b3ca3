//! Acts on lines, timed from the request until the register has confirmed them.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tonic::Request;
use vigie_clock::{Clock as _, Ids as _, SystemClock, SystemIds};
use vigie_proto::lines::{
    Act, ActState, Evidence, GetLineRequest, HandsetRecovery, LineRef, ReinstateLineRequest,
    SuspendLineRequest, SuspensionReason,
};

use crate::harness::text;
use crate::vigie::Lines;

/// Deadline of a call; Vigie answers within 1 s by itself.
const CALL_MAX: Duration = Duration::from_secs(10);

/// How long an act that was answered "accepted, pending" may take in all.
const CONFIRM_MAX: Duration = Duration::from_secs(60);

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How an act went.
#[derive(Clone, Copy, Debug)]
pub struct Confirmed {
    /// From `since` until the confirmation was known here.
    pub after: Duration,
    /// Whether the answer itself said so, or only a later look.
    pub in_answer: bool,
}

/// Suspends a line for THEFT; timed from `since`.
pub async fn suspend_for_theft(lines: &Lines, line: LineRef, since: Instant) -> Result<Confirmed, String> {
    let request = SuspendLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(line.clone()),
        reason: SuspensionReason::Theft.into(),
        on_behalf: None,
        ..Default::default()
    };
    let answer = lines.clone().suspend_line(bounded(request)).await.map_err(text)?;
    confirmed(lines, line, answer.into_inner().act, since).await
}

/// Lifts THEFT, the handset being back; timed from `since`.
pub async fn reinstate_after_theft(
    lines: &Lines,
    line: LineRef,
    since: Instant,
) -> Result<Confirmed, String> {
    let now = SystemClock.now().as_micros();
    let recovered_at = prost_types::Timestamp {
        seconds: now.div_euclid(1_000_000),
        nanos: i32::try_from(now.rem_euclid(1_000_000) * 1_000).map_err(text)?,
    };
    let request = ReinstateLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(line.clone()),
        reason: SuspensionReason::Theft.into(),
        on_behalf: None,
        handset_recovery: Some(HandsetRecovery {
            attested_by: "manager".to_owned(),
            recovered_at: Some(recovered_at),
        }),
        ..Default::default()
    };
    let answer = lines.clone().reinstate_line(bounded(request)).await.map_err(text)?;
    confirmed(lines, line, answer.into_inner().act, since).await
}

/// An answer leaves within 1 s whatever the register does: what counts is when the act is confirmed.
async fn confirmed(
    lines: &Lines,
    line: LineRef,
    act: Option<Act>,
    since: Instant,
) -> Result<Confirmed, String> {
    let act = act.ok_or("an answer without an act")?;
    if act.state() == ActState::Confirmed {
        return Ok(Confirmed { after: since.elapsed(), in_answer: true });
    }
    while since.elapsed() < CONFIRM_MAX {
        sleep(LOOK_EVERY).await;
        let request = GetLineRequest { line: Some(line.clone()) };
        let answer = lines.clone().get_line(bounded(request)).await.map_err(text)?;
        let now = answer.into_inner().line.ok_or("an answer without a line")?;
        if now.act_id == act.act_id && now.evidence() != Evidence::NotYetConfirmed {
            return Ok(Confirmed { after: since.elapsed(), in_answer: false });
        }
    }
    Err(format!("an act was not confirmed within {} s", CONFIRM_MAX.as_secs()))
}

fn bounded<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(CALL_MAX);
    request
}
