//! The rules of a notice.

use vigie_clock::{Context, Timestamp};

use super::command::{AttemptEnd, Command, NewNotice, Receipt, Report};
use super::draft::Draft;
use super::event::{
    AttemptBegan, AttemptFailed, Bounced, Delivered, DeliveredBy, Dropped, Event, Fact, Failure,
    FallbackChosen, GivenUp, GivenUpWhy, HandedOver, NobodyToTell, NobodyWhy, NoticeDecided, Proof, Refused,
    RetryAsked,
};
use super::limit;
use super::rejection::Rejection;
use super::snapshot::{NoticeState, Snapshot};
use super::state::Notice;
use crate::domain::Recipient;

/// Decides a command; no events where nothing is to be done.
pub fn decide(state: &Option<Notice>, command: &Command, context: &Context) -> Result<Vec<Event>, Rejection> {
    let mut draft = Draft::of(state, context.now);
    match (command, state) {
        // Whom the first decision names is told: a repeat of it may have found other contacts.
        (Command::Decide(_) | Command::FindNobody { .. }, Some(_)) => {}
        (Command::Decide(new), None) => decided(&mut draft, new, context.now)?,
        (Command::FindNobody { new, why }, None) => nobody(&mut draft, new, *why, context.now),
        (_, None) => return Err(Rejection::NotFound),
        (Command::Begin, Some(notice)) => begin(&mut draft, notice),
        (Command::End { attempt, end }, Some(notice)) => {
            ended(&mut draft, notice, *attempt, end, context.now)?
        }
        (Command::Report { recipient, report }, Some(notice)) => {
            reported(&mut draft, notice, *recipient, report)?;
        }
        (Command::Retry { recipients, by, reason }, Some(notice)) => {
            retry(&mut draft, notice, recipients, by, reason)?;
        }
        (Command::Drop { by, reason }, Some(notice)) => dropped(&mut draft, notice, by, reason)?,
        (Command::Wake { due }, Some(notice)) => wake(&mut draft, notice, *due, context.now),
    }
    Ok(draft.events)
}

fn first_snapshot(new: &NewNotice, now: Timestamp) -> Snapshot {
    Snapshot {
        state: NoticeState::ToSend,
        cause: new.cause.clone(),
        audience: new.audience,
        bulk: new.bulk,
        recipient: 0,
        person_id: None,
        channel: None,
        attempts: 0,
        decided_at: now,
        handed_over_at: None,
        message_id: None,
        delivered_at: None,
        why: None,
    }
}

fn decided(draft: &mut Draft, new: &NewNotice, now: Timestamp) -> Result<(), Rejection> {
    if new.recipients.is_empty() {
        return Err(Rejection::NobodyToTell);
    }
    let recipients = new.recipients.iter().take(crate::domain::RECIPIENTS_MAX).cloned().collect();
    let (parameters, parties) = (new.parameters.clone(), new.parties.clone());
    let fact = Fact::NoticeDecided(NoticeDecided { recipients, parameters, parties });
    draft.begin(new.notice_id, fact, first_snapshot(new, now));
    Ok(())
}

fn nobody(draft: &mut Draft, new: &NewNotice, why: NobodyWhy, now: Timestamp) {
    let (parameters, parties) = (new.parameters.clone(), new.parties.clone());
    let fact = Fact::NobodyToTell(NobodyToTell { why, parameters, parties });
    draft.begin(new.notice_id, fact, first_snapshot(new, now));
}

/// An attempt whose end was never recorded may have had its effect. So it is closed as one of unknown end, and the next
/// one, which is marked, is the last that may be of unknown end.
fn begin(draft: &mut Draft, notice: &Notice) {
    if notice.state != NoticeState::ToSend {
        return;
    }
    if let Some(lost) = notice.under_way() {
        draft.push(Fact::AttemptFailed(AttemptFailed {
            attempt: lost.number,
            recipient: lost.recipient,
            failure: Failure::of("END_NOT_RECORDED"),
            maybe_handed_over: true,
        }));
        if after_failure(draft) {
            return;
        }
    }
    let Some(notice) = &draft.notice else { return };
    let subject = notice.recipient(notice.current).map(Recipient::subject);
    let began = AttemptBegan {
        attempt: notice.attempt_count + 1,
        recipient: notice.current,
        repeat: subject.is_some_and(|subject| notice.maybe_told.contains(&subject)),
    };
    draft.push(Fact::AttemptBegan(began));
}

fn ended(
    draft: &mut Draft,
    notice: &Notice,
    number: u32,
    end: &AttemptEnd,
    now: Timestamp,
) -> Result<(), Rejection> {
    let under_way = notice.under_way().filter(|attempt| attempt.number == number);
    let (attempt, recipient) =
        under_way.map(|attempt| (attempt.number, attempt.recipient)).ok_or(Rejection::AttemptOver)?;
    let failed = |failure: &Failure, maybe_handed_over| {
        Fact::AttemptFailed(AttemptFailed { attempt, recipient, failure: failure.clone(), maybe_handed_over })
    };
    match end {
        AttemptEnd::HandedOver(receipt) => handed_over(draft, (attempt, recipient), receipt, now),
        AttemptEnd::Failed(failure) => {
            draft.push(failed(failure, false));
            after_failure(draft);
        }
        AttemptEnd::Unknown(failure) => {
            draft.push(failed(failure, true));
            after_failure(draft);
        }
        AttemptEnd::Refused(failure) => {
            draft.push(Fact::Refused(Refused { attempt, recipient, failure: failure.clone() }));
            turn_away(draft, GivenUpWhy::Refused);
        }
    }
    Ok(())
}

fn handed_over(draft: &mut Draft, (attempt, recipient): (u32, u32), receipt: &Receipt, now: Timestamp) {
    let is_final = receipt.proof == Proof::WebhookAccepted;
    draft.push(Fact::HandedOver(HandedOver {
        attempt,
        recipient,
        message_id: receipt.message_id.clone(),
        proof: receipt.proof,
        code: receipt.code.clone(),
        text: receipt.text.clone(),
        delivered_at: (!is_final).then(|| now.plus(limit::BOUNCE_WITHIN)),
    }));
    if is_final {
        draft.push(Fact::Delivered(Delivered { recipient, by: DeliveredBy::Acceptance }));
    }
}

/// Turns away from a recipient after too many failures; true if so.
fn after_failure(draft: &mut Draft) -> bool {
    let Some(notice) = &draft.notice else { return false };
    let why = if notice.unknown >= notice.unknown_max() {
        GivenUpWhy::EndUnknown
    } else if notice.tries >= notice.tries_max() {
        GivenUpWhy::Unreachable
    } else {
        return false;
    };
    turn_away(draft, why);
    true
}

/// The next recipient is told, or nobody is.
fn turn_away(draft: &mut Draft, why: GivenUpWhy) {
    let Some(notice) = &draft.notice else { return };
    if notice.state == NoticeState::Dropped {
        return;
    }
    let fact = if notice.has_fallback() {
        Fact::FallbackChosen(FallbackChosen { recipient: notice.current + 1, why })
    } else {
        Fact::GivenUp(GivenUp { why })
    };
    draft.push(fact);
}

fn reported(draft: &mut Draft, notice: &Notice, recipient: u32, report: &Report) -> Result<(), Rejection> {
    if !notice.sent_to.contains(&recipient) {
        return Err(Rejection::NotSent);
    }
    let is_current = recipient == notice.current;
    match report {
        Report::Delayed => {}
        Report::Delivered => {
            if is_current && notice.state == NoticeState::HandedOver {
                draft.push(Fact::Delivered(Delivered { recipient, by: DeliveredBy::Report }));
            }
        }
        // A second report of the same says nothing new.
        Report::Bounced(_) if notice.bounced.contains(&recipient) => {}
        Report::Bounced(failure) => {
            let was_told = matches!(notice.state, NoticeState::HandedOver | NoticeState::Delivered);
            draft.push(Fact::Bounced(Bounced { recipient, failure: failure.clone() }));
            if is_current && was_told {
                turn_away(draft, GivenUpWhy::Bounced);
            }
        }
    }
    Ok(())
}

fn retry(
    draft: &mut Draft,
    notice: &Notice,
    recipients: &[Recipient],
    by: &str,
    reason: &str,
) -> Result<(), Rejection> {
    match notice.state {
        NoticeState::GivenUp | NoticeState::NobodyToTell => {}
        // It is tried already; what else it waits for is the caller's to approve.
        NoticeState::ToSend => return Ok(()),
        NoticeState::HandedOver | NoticeState::Delivered | NoticeState::Dropped => {
            return Err(Rejection::Closed);
        }
    }
    if notice.retries >= limit::RETRIES_MAX {
        return Err(Rejection::TooOften);
    }
    let again = notice.recipients.get(notice.of_earlier_rounds..).unwrap_or_default();
    let recipients = if recipients.is_empty() { again } else { recipients };
    if recipients.is_empty() {
        return Err(Rejection::NobodyToTell);
    }
    draft.push(Fact::RetryAsked(RetryAsked {
        by: by.to_owned(),
        reason: reason.to_owned(),
        recipients: recipients.iter().take(crate::domain::RECIPIENTS_MAX).cloned().collect(),
    }));
    Ok(())
}

fn dropped(draft: &mut Draft, notice: &Notice, by: &str, reason: &str) -> Result<(), Rejection> {
    match notice.state {
        NoticeState::ToSend | NoticeState::GivenUp | NoticeState::NobodyToTell => {
            draft.push(Fact::Dropped(Dropped { by: by.to_owned(), reason: reason.to_owned() }));
            Ok(())
        }
        NoticeState::Dropped => Ok(()),
        NoticeState::HandedOver | NoticeState::Delivered => Err(Rejection::Closed),
    }
}

fn wake(draft: &mut Draft, notice: &Notice, due: Timestamp, now: Timestamp) {
    let is_due = notice.due.is_some_and(|at| at <= due.max(now));
    if is_due && notice.state == NoticeState::HandedOver {
        let fact = Delivered { recipient: notice.current, by: DeliveredBy::NoBounce };
        draft.push(Fact::Delivered(fact));
    }
}
