//! 5.4.1: how the service for end users answers.

use std::time::Duration;

use vigie_clock::{Timestamp, Zone};

use super::{KEPT, LATE, OPEN, Reckoned, by_deadline};
use crate::year::diary::{CallbackEnd, Contact, Diary, Handling, working_days};

/// So long a caller waits at most.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// *Jours ouvrés* until somebody has taken it in charge.
const CHARGE_DAYS: u16 = 1;

fn all(diary: &Diary, judge: impl Fn(&Contact) -> (Option<Timestamp>, &'static str)) -> Vec<Reckoned> {
    let of_end_users = diary.contacts.iter().filter(|contact| contact.is_large.is_none());
    let judged = of_end_users.map(|contact| {
        let (t1, verdict) = judge(contact);
        Reckoned {
            subject: contact.id,
            t0: Some(contact.began_at),
            summary: "PHONE".to_owned(),
            t1,
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}

pub(super) fn reachable(diary: &Diary) -> Vec<Reckoned> {
    all(diary, |contact| {
        let is_quick = contact.waited_until.since(contact.began_at) <= WAIT_MAX;
        match (contact.handling, is_quick) {
            (Handling::GivenUp, true) => (None, "EXCLUDED ABANDONED"),
            (_, true) => (Some(contact.waited_until), KEPT),
            (_, false) => (None, LATE),
        }
    })
}

/// Whoever answers here has a name, and is shown whom they answer.
pub(super) fn personal(diary: &Diary) -> Vec<Reckoned> {
    all(diary, |contact| match contact.handling {
        Handling::GivenUp => (None, "EXCLUDED ABANDONED"),
        _ => (Some(contact.waited_until), KEPT),
    })
}

pub(super) fn in_charge(diary: &Diary) -> Vec<Reckoned> {
    all(diary, |contact| match contact.handling {
        Handling::GivenUp => (None, "EXCLUDED ABANDONED"),
        _ => {
            let due = working_days(Zone::Metropole, CHARGE_DAYS, contact.began_at);
            (Some(contact.waited_until), if contact.waited_until < due { KEPT } else { LATE })
        }
    })
}

pub(super) fn on_date(diary: &Diary, end: Timestamp) -> Vec<Reckoned> {
    let promised = diary.contacts.iter().filter(|contact| contact.is_large.is_none());
    let promised = promised.filter_map(|contact| contact.callback.map(|callback| (contact, callback)));
    let judged = promised.map(|(contact, callback)| {
        let (t1, verdict) = match callback.ended {
            Some(CallbackEnd::Kept(at)) => (Some(at), by_deadline(Some(at), callback.due, callback.due, end)),
            Some(CallbackEnd::Missed) => (None, LATE),
            None if callback.due <= end => (None, LATE),
            None => (None, OPEN),
        };
        Reckoned {
            subject: contact.id,
            t0: Some(contact.began_at),
            summary: "CALLBACK".to_owned(),
            t1,
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}
