//! An act on a line, and what became of it, for people.

use jiff::tz::TimeZone;
use uuid::Uuid;
use vigie_proto::lines::{Act, ActKind, ActState, Line};

use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::json::{self, Document};
use crate::output::style::{self, paint};
use crate::output::{Output, time, words};

/// Prints the answer to a command on one line: `response`, and the line and act in it.
pub(super) fn show<M: Document>(
    output: &mut Output,
    response: &M,
    (line, act): (&Option<Line>, &Option<Act>),
    request_id: Uuid,
) -> Result<(), Error> {
    let (line, act) = (line.clone().unwrap_or_default(), act.clone().unwrap_or_default());
    output.either(|| json::document(response), |zone| render(&line, &act, request_id, zone))
}

/// The line after the act, whether the network follows already, and what to quote.
fn render(line: &Line, act: &Act, request_id: Uuid, zone: &TimeZone) -> String {
    let elapsed = time::elapsed_ms(act.received_at.as_ref(), act.confirmed_at.as_ref());
    Fields::new(format!("{}  {}", paint(style::STRONG, &line.msisdn), headline(line, act)))
        .styled("evidence", words::evidence(act.evidence), words::evidence_style(act.evidence()))
        .field("reference", &act.reference)
        .field("asked (T0)", time::local(act.received_at.as_ref(), zone))
        .field("recorded", time::local(act.recorded_at.as_ref(), zone))
        .field("confirmed (T1)", confirmed(act, elapsed, zone))
        .styled("line", &line.line_id, style::FAINT)
        .styled("act", &act.act_id, style::FAINT)
        .styled("request", request_id.to_string(), style::FAINT)
        .render()
}

fn confirmed(act: &Act, elapsed: Option<f64>, zone: &TimeZone) -> String {
    let at = time::local(act.confirmed_at.as_ref(), zone);
    match elapsed {
        Some(ms) => format!("{at}  (T1 - T0 = {})", time::span(ms)),
        None => at,
    }
}

/// What happened, in a few words that never claim more than is known.
fn headline(line: &Line, act: &Act) -> String {
    let gesture = gesture(act);
    let outcome = match act.state() {
        ActState::Confirmed => "done: the register was read back as asked".to_owned(),
        ActState::Pending => {
            "accepted, pending: the register does not confirm yet; Vigie goes on by itself".to_owned()
        }
        ActState::Recorded if line.reasons.is_empty() => {
            "recorded: nothing to change in the register".to_owned()
        }
        ActState::Recorded => {
            format!("recorded: the line stays suspended for {}", words::reasons(&line.reasons))
        }
        ActState::Superseded => "superseded by a later act".to_owned(),
        ActState::Unspecified => "answered".to_owned(),
    };
    format!("{gesture}  {}", paint(words::act_style(act.state()), &outcome))
}

/// `suspend for THEFT`
pub(super) fn gesture(act: &Act) -> String {
    match act.kind() {
        ActKind::Suspend => format!("suspend for {}", words::reason(act.reason)),
        ActKind::Reinstate => format!("lift {}", words::reason(act.reason)),
        ActKind::ReplaceSim => "replace the SIM".to_owned(),
        ActKind::Terminate => "terminate".to_owned(),
        ActKind::Unspecified => words::act_kind(act.kind),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use prost_types::Timestamp;
    use vigie_proto::lines::{Evidence, LineState, SuspensionReason};

    use super::*;

    pub(crate) fn stolen_line() -> Line {
        Line {
            line_id: "0197-line".into(),
            msisdn: "+33639980001".into(),
            state: LineState::Suspended.into(),
            reasons: vec![SuspensionReason::Theft.into()],
            ..Default::default()
        }
    }

    pub(crate) fn theft(state: ActState, evidence: Evidence) -> Act {
        let at = |nanos| Some(Timestamp { seconds: 1_795_325_246, nanos });
        Act {
            act_id: "0197-act".into(),
            reference: "7KQ3-M2".into(),
            kind: ActKind::Suspend.into(),
            reason: SuspensionReason::Theft.into(),
            state: state.into(),
            evidence: evidence.into(),
            received_at: at(100_000_000),
            recorded_at: at(101_000_000),
            confirmed_at: (state == ActState::Confirmed).then(|| at(104_200_000)).flatten(),
        }
    }

    fn plain(act: &Act) -> String {
        let text = render(&stolen_line(), act, Uuid::nil(), &TimeZone::UTC);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn a_confirmed_theft_shows_both_ends_of_the_promise() {
        assert_eq!(
            plain(&theft(ActState::Confirmed, Evidence::DetachRequested)),
            "+33639980001  suspend for THEFT  done: the register was read back as asked\n  \
             evidence        DETACH_REQUESTED\n  \
             reference       7KQ3-M2\n  \
             asked (T0)      2026-11-22 05:27:26.100 UTC\n  \
             recorded        2026-11-22 05:27:26.101 UTC\n  \
             confirmed (T1)  2026-11-22 05:27:26.104 UTC  (T1 - T0 = 4.20 ms)\n  \
             line            0197-line\n  \
             act             0197-act\n  \
             request         00000000-0000-0000-0000-000000000000\n"
        );
    }

    #[test]
    fn a_pending_theft_never_claims_to_be_done() {
        let text = plain(&theft(ActState::Pending, Evidence::NotYetConfirmed));
        assert!(text.contains("accepted, pending"), "{text}");
        assert!(text.contains("NOT_YET_CONFIRMED"));
        assert!(!text.contains("confirmed (T1)") && !text.contains("done"));
    }

    #[test]
    fn lifting_one_reason_says_which_remain() {
        let act = Act {
            kind: ActKind::Reinstate.into(),
            reason: SuspensionReason::Unpaid.into(),
            ..theft(ActState::Recorded, Evidence::Simulated)
        };
        let text = plain(&act);
        assert!(text.contains("lift UNPAID  recorded: the line stays suspended for THEFT"), "{text}");
    }
}
