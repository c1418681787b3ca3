//! The customer service of mobile end users (promise 5.4.1): how a contact of one was answered.

use vigie_clock::{Almanac, CalendarRef, Term, Timestamp, Zone, derived_id};
use vigie_eventlog::RecordedEvent;

use super::{Callback, Contact, Pinned, state};
use crate::domain::ExclusionReason;
use crate::domain::promise::{
    Facts, IN_CHARGE, IN_CHARGE_DAYS, ON_DATE, PERSONAL, REACHABLE, Stroke, WAIT_MAX_MS,
};

/// Channels on which somebody waits for the answer.
const LIVE: [&str; 2] = ["PHONE", "CHAT"];

pub(super) fn strokes(event: &RecordedEvent, contact: &Contact) -> Vec<Stroke> {
    let is_end_user = contact.pinned.as_ref().is_some_and(Pinned::is_of_an_end_user);
    let whole = [
        (&REACHABLE, contact.reachable(event.recorded_at)),
        (&PERSONAL, contact.personal(event.recorded_at)),
        (&IN_CHARGE, Some(contact.in_charge())),
    ];
    let summary = contact.channel.as_deref().unwrap_or("CONTACT");
    let whole = whole.into_iter().map(|(definition, facts)| {
        let population = facts.filter(|_| is_end_user).map(|facts| (definition, facts));
        state(event, derived_id(event.stream_id, definition.name), population, summary)
    });
    let callbacks = contact.callbacks.iter().map(|callback| {
        let case_id = derived_id(event.stream_id, &format!("{} {}", ON_DATE.name, callback.callback));
        let population = is_end_user.then(|| (&ON_DATE, contact.on_date(callback)));
        state(event, case_id, population, "CALLBACK")
    });
    whole.chain(callbacks).collect()
}

impl Pinned {
    const fn is_of_an_end_user(&self) -> bool {
        self.is_end_user
    }
}

impl Contact {
    /// *Joignable*: of who waits, and of the whole that was answered once, whatever its parts.
    fn reachable(&self, recorded_at: Timestamp) -> Option<Facts> {
        let is_live = self.channel.as_deref().is_none_or(|channel| LIVE.contains(&channel));
        if self.parent.is_some() || !is_live {
            return None;
        }
        let open = Facts { t0: self.offered_at.or(self.began_at), ..Facts::default() };
        // Of a channel that nobody told it is not known whether somebody waited.
        let is_quick = self.channel.as_ref().and(self.wait_ms).map(|wait_ms| wait_ms <= WAIT_MAX_MS);
        Some(match (self.answered_at, self.abandoned_at) {
            (Some(answered_at), _) => decided(open, answered_at, is_quick, recorded_at),
            (None, Some(_)) if is_quick == Some(true) => self.ended(ExclusionReason::Abandoned),
            (None, Some(abandoned_at)) => decided(open, abandoned_at, is_quick, recorded_at),
            (None, None) => Facts { missing: self.ended_at.is_some(), ..open },
        })
    }

    /// *Personnalisé*: of the whole that was answered once.
    fn personal(&self, recorded_at: Timestamp) -> Option<Facts> {
        if self.parent.is_some() {
            return None;
        }
        let is_named = self.answered_by_staff_id.is_some();
        let is_personal = if is_named { self.context_shown } else { Some(false) };
        Some(match (self.answered_at, self.abandoned_at) {
            (Some(answered_at), _) => decided(self.open(), answered_at, is_personal, recorded_at),
            (None, Some(_)) => self.ended(ExclusionReason::Abandoned),
            (None, None) => Facts { missing: self.ended_at.is_some(), ..self.open() },
        })
    }

    /// *Prise en charge*: of each part.
    fn in_charge(&self) -> Facts {
        let open = Facts { due_at: self.began_at.and_then(in_charge_by), ..self.open() };
        let answered_by_name = self.answered_at.filter(|_| self.answered_by_staff_id.is_some());
        let taken_at = [answered_by_name, self.taken_in_charge_at].into_iter().flatten().min();
        match (taken_at, self.abandoned_at, self.ended_at) {
            _ if self.is_split() => self.ended(ExclusionReason::Split),
            (Some(taken_at), _, _) => Facts { t1: Some(taken_at), ..open },
            (None, Some(_), _) => self.ended(ExclusionReason::Abandoned),
            (None, None, ended_at) => Facts { failed_at: ended_at, ..open },
        }
    }

    /// *Traitement efficace*: of each callback, by the date that was promised first.
    fn on_date(&self, callback: &Callback) -> Facts {
        Facts {
            due_at: callback.first_due_by,
            t1: callback.kept_at,
            failed_at: callback.missed_at.filter(|_| callback.kept_at.is_none()),
            overdue_at: callback.first_due_by.filter(|_| callback.overdue),
            ..self.open()
        }
    }
}

/// Right or wrong at an instant, or not known.
fn decided(open: Facts, at: Timestamp, is_right: Option<bool>, recorded_at: Timestamp) -> Facts {
    match is_right {
        Some(true) => Facts { t1: Some(at), ..open },
        // Of the contact's own time, and not of when it was told: told again, it is the same.
        Some(false) => Facts { failed_at: Some(at.min(recorded_at)), ..open },
        None => Facts { missing: true, ..open },
    }
}

/// The first instant at which it is too late. Only an instant thousands of years away has none.
fn in_charge_by(began_at: Timestamp) -> Option<Timestamp> {
    let term = Term::working_days(IN_CHARGE_DAYS, CalendarRef::built_in(Zone::Metropole));
    Almanac::built_in().deadline(&term, began_at).ok()
}
