//! What follows from what happened.

use std::collections::{BTreeSet, VecDeque};

use vigie_clock::Timestamp;

use super::event::{Event, Fact};
use super::limit;
use super::snapshot::NoticeState;
use super::state::{Attempt, Ended, Notice};

/// The notice after an event, recorded at `recorded_at`.
pub fn evolve(state: &mut Option<Notice>, event: &Event, recorded_at: Timestamp) {
    match (&event.fact, state.as_mut()) {
        (Fact::NoticeDecided(fact), None) => {
            let mut notice = begin(event, recorded_at);
            notice.recipients.clone_from(&fact.recipients);
            notice.parameters.clone_from(&fact.parameters);
            notice.parties.clone_from(&fact.parties);
            notice.current = 1;
            *state = Some(notice);
        }
        (Fact::NobodyToTell(fact), None) => {
            let mut notice = begin(event, recorded_at);
            notice.parameters.clone_from(&fact.parameters);
            notice.parties.clone_from(&fact.parties);
            notice.state = NoticeState::NobodyToTell;
            notice.why = Some(fact.why.as_str().to_owned());
            *state = Some(notice);
        }
        (_, Some(notice)) => after(notice, &event.fact, recorded_at),
        // No stream begins otherwise.
        (_, None) => {}
    }
}

/// When time alone changes something: a mail counts as delivered once it has not bounced for so long.
pub fn next_due(state: &Option<Notice>) -> Option<Timestamp> {
    state.as_ref().filter(|notice| notice.state == NoticeState::HandedOver).and_then(|notice| notice.due)
}

fn begin(event: &Event, recorded_at: Timestamp) -> Notice {
    Notice {
        notice_id: event.notice_id,
        cause: event.notice.cause.clone(),
        parameters: Default::default(),
        parties: Default::default(),
        audience: event.notice.audience,
        bulk: event.notice.bulk,
        state: NoticeState::ToSend,
        recipients: Vec::new(),
        of_earlier_rounds: 0,
        current: 0,
        attempts: VecDeque::new(),
        attempt_count: 0,
        tries: 0,
        unknown: 0,
        maybe_told: BTreeSet::new(),
        sent_to: BTreeSet::new(),
        bounced: BTreeSet::new(),
        retries: 0,
        decided_at: recorded_at,
        handed_over_at: None,
        message_id: None,
        due: None,
        delivered_at: None,
        why: None,
    }
}

fn after(notice: &mut Notice, fact: &Fact, at: Timestamp) {
    match fact {
        Fact::NoticeDecided(_) | Fact::NobodyToTell(_) => {}
        Fact::AttemptBegan(fact) => {
            if notice.attempts.len() >= limit::ATTEMPTS_KEPT {
                notice.attempts.pop_front();
            }
            let (number, recipient, repeat) = (fact.attempt, fact.recipient, fact.repeat);
            notice.attempts.push_back(Attempt { number, recipient, began_at: at, repeat, end: None });
            notice.attempt_count = number;
            notice.sent_to.insert(recipient);
            notice.tries += 1;
        }
        Fact::HandedOver(fact) => {
            end(notice, fact.attempt, at, Ended::HandedOver, &fact.code);
            notice.state = NoticeState::HandedOver;
            notice.handed_over_at = Some(at);
            notice.message_id = Some(fact.message_id.clone());
            notice.due = fact.delivered_at;
            notice.why = None;
            told_perhaps(notice, fact.recipient);
        }
        Fact::AttemptFailed(fact) => {
            let ended = if fact.maybe_handed_over { Ended::Unknown } else { Ended::Failed };
            end(notice, fact.attempt, at, ended, &fact.failure.code);
            notice.why = Some(fact.failure.code.clone());
            if fact.maybe_handed_over {
                notice.unknown += 1;
                told_perhaps(notice, fact.recipient);
            }
        }
        Fact::Refused(fact) => {
            end(notice, fact.attempt, at, Ended::Refused, &fact.failure.code);
            notice.why = Some(fact.failure.code.clone());
        }
        Fact::Bounced(fact) => {
            notice.bounced.insert(fact.recipient);
            if fact.recipient == notice.current {
                notice.why = Some(fact.failure.code.clone());
                (notice.handed_over_at, notice.message_id) = (None, None);
                (notice.due, notice.delivered_at) = (None, None);
            }
        }
        Fact::FallbackChosen(fact) => turn_to(notice, fact.recipient),
        Fact::RetryAsked(fact) => {
            notice.of_earlier_rounds = notice.recipients.len();
            let first = notice.of_earlier_rounds + 1;
            notice.recipients.extend(fact.recipients.iter().cloned());
            notice.retries += 1;
            turn_to(notice, u32::try_from(first).unwrap_or(u32::MAX));
        }
        Fact::Delivered(_) => {
            notice.state = NoticeState::Delivered;
            notice.delivered_at = Some(at);
            notice.due = None;
        }
        Fact::GivenUp(fact) => {
            notice.state = NoticeState::GivenUp;
            notice.why.get_or_insert_with(|| fact.why.as_str().to_owned());
        }
        Fact::Dropped(_) => notice.state = NoticeState::Dropped,
    }
}

fn turn_to(notice: &mut Notice, recipient: u32) {
    notice.state = NoticeState::ToSend;
    notice.current = recipient;
    (notice.tries, notice.unknown) = (0, 0);
}

fn end(notice: &mut Notice, number: u32, at: Timestamp, ended: Ended, code: &str) {
    let attempt = notice.attempts.iter_mut().rev().find(|attempt| attempt.number == number);
    if let Some(attempt) = attempt {
        attempt.end = Some((at, ended, code.to_owned()));
    }
}

fn told_perhaps(notice: &mut Notice, recipient: u32) {
    if let Some(subject) = notice.recipient(recipient).map(crate::domain::Recipient::subject) {
        notice.maybe_told.insert(subject);
    }
}
