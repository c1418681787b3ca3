//! What the service tells of itself.

use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};
use vigie_eventlog::Outcome;

use crate::directory::Recorded;
use crate::domain::{Audience, CauseKind, NobodyWhy, Notice, NoticeState, Snapshot, name};

/// Instruments of the service. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    decided: Counter<u64>,
    attempts: Counter<u64>,
    ended: Counter<u64>,
    bounces: Counter<u64>,
    handed_over_after: Histogram<f64>,
}

/// From a cause to the hand-over, in seconds: finer below a minute, for loss and theft.
const SECONDS: [f64; 14] =
    [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86_400.0];

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("vigie.notices");
        let metrics = Self {
            decided: meter
                .u64_counter("vigie.notices.decided")
                .with_description("Notices decided by this process, by cause, audience and state: TO_SEND, or NOBODY_TO_TELL and why")
                .build(),
            attempts: meter
                .u64_counter("vigie.notices.attempts")
                .with_description("Attempts of this process that ended, by channel and outcome")
                .build(),
            ended: meter
                .u64_counter("vigie.notices.given_up")
                .with_description("Notices that no recipient could be reached for, by cause")
                .build(),
            bounces: meter
                .u64_counter("vigie.notices.bounces")
                .with_description("Notices that came back after they were handed over, by cause")
                .build(),
            handed_over_after: meter
                .f64_histogram("vigie.notices.handed_over_after")
                .with_unit("s")
                .with_boundaries(SECONDS.to_vec())
                .with_description("From the event that caused a notice to its hand-over, by cause and channel")
                .build(),
        };
        // A counter that begins with its first incident shows no increase at it.
        for kind in CauseKind::ALL {
            metrics.ended.add(0, &[cause(kind)]);
            metrics.bounces.add(0, &[cause(kind)]);
            for why in NOBODY {
                let state = KeyValue::new("state", NoticeState::NobodyToTell.as_str());
                let why = KeyValue::new("why", why);
                metrics.decided.add(0, &[cause(kind), audience(Audience::Person), state, why]);
            }
        }
        metrics
    }

    /// A notice was decided; what is on record of the account's people, where nobody can be told.
    pub(crate) fn decided(&self, notice: &Snapshot, recorded: Option<Recorded>) {
        let state = KeyValue::new("state", notice.state.as_str());
        let about = [cause(notice.cause.kind), audience(notice.audience), state];
        if notice.state != NoticeState::NobodyToTell {
            self.decided.add(1, &about);
            return;
        }
        let why = nobody(notice, recorded);
        let [cause, audience, state] = about;
        self.decided.add(1, &[cause, audience, state, KeyValue::new("why", why)]);
        let (kind, account_id) = (notice.cause.kind.as_str(), notice.cause.account_id);
        if recorded == Some(Recorded::Somebody) {
            tracing::warn!(cause = kind, %account_id, why, "there is nobody to tell");
        } else {
            // It says the same of every line, for as long as customers' people are kept elsewhere.
            tracing::info!(cause = kind, %account_id, why, "there is nobody to tell");
        }
    }

    /// Something happened to a notice.
    pub(crate) fn happened(&self, executed: &Outcome<Option<Notice>>) {
        let Some(notice) = executed.state.as_ref() else { return };
        let notice = notice.snapshot();
        let kind = cause(notice.cause.kind);
        let channel = KeyValue::new("channel", notice.channel.clone().unwrap_or_default());
        let attempt = |outcome| self.attempts.add(1, &[channel.clone(), KeyValue::new("outcome", outcome)]);
        for event in &executed.events {
            match event.event_type.as_str() {
                name::HANDED_OVER => {
                    attempt("handed_over");
                    let after = event.recorded_at.since(notice.cause.at).as_secs_f64();
                    self.handed_over_after.record(after, &[kind.clone(), channel.clone()]);
                }
                name::ATTEMPT_FAILED => attempt("failed"),
                name::REFUSED => attempt("refused"),
                name::BOUNCED => self.bounces.add(1, std::slice::from_ref(&kind)),
                name::GIVEN_UP => {
                    self.ended.add(1, std::slice::from_ref(&kind));
                    let why = notice.why.as_deref().unwrap_or_default();
                    tracing::error!(stream_id = %event.stream_id, why, "a notice reached nobody; it waits for a person");
                }
                _ => {}
            }
        }
    }
}

/// The account is not on record.
const NO_ACCOUNT: &str = "NO_ACCOUNT";

/// Nobody of the account is on record.
const NO_PEOPLE: &str = "NO_PEOPLE";

/// Every reason why nobody is told.
const NOBODY: [&str; 4] =
    [NO_ACCOUNT, NO_PEOPLE, NobodyWhy::NoContact.as_str(), NobodyWhy::OnlyTheUser.as_str()];

/// Finer than what the notice says: customers' people who are not on record yet are no failure to reach them.
fn nobody(notice: &Snapshot, recorded: Option<Recorded>) -> &'static str {
    match recorded {
        Some(Recorded::NoAccount) => NO_ACCOUNT,
        Some(Recorded::Nobody) => NO_PEOPLE,
        _ if notice.why.as_deref() == Some(NobodyWhy::OnlyTheUser.as_str()) => {
            NobodyWhy::OnlyTheUser.as_str()
        }
        _ => NobodyWhy::NoContact.as_str(),
    }
}

fn cause(kind: CauseKind) -> KeyValue {
    KeyValue::new("cause", kind.as_str())
}

fn audience(audience: Audience) -> KeyValue {
    KeyValue::new("audience", audience.as_str())
}
