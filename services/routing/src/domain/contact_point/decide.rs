//! From a command to events, or to a refusal.
//!
//! What is due already is recorded before what is asked is judged, and what the answer makes due at once is recorded with
//! it: so no answer hangs on whether a timer was quick.

use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use super::command::{Command, Publication};
use super::event::{ChangeNoticeDue, Event, Fact, RetirementRecorded, VersionPublished};
use super::point::{ContactPoint, Published};
use super::rejection::Rejection;
use super::snapshot::Version;
use crate::domain::ALL_KNOWN;

/// Versions of one contact point.
pub const VERSIONS_MAX: usize = 256;

/// Versions of one contact point that are not valid yet.
pub const PLANNED_VERSIONS_MAX: usize = 16;

/// Ends that may be recorded for one version.
const RETIREMENTS_MAX: usize = 16;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when everything already is as asked.
    pub events: Vec<Event>,
    /// The act of the command.
    pub act_id: Uuid,
}

/// Decides `command` against the contact point, `None` if no version of it was published.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(
    state: &Option<ContactPoint>,
    command: &Command,
    context: &Context,
) -> Result<Decided, Rejection> {
    let point = match (state, command) {
        (Some(point), _) => point.clone(),
        (None, Command::Publish(publication)) => ContactPoint::without_versions(publication.contact_point_id),
        (None, _) => return Err(Rejection::ContactPointNotFound),
    };
    // The later of `due` and the present counts: a wake whose replica's clock is behind must not come to nothing, for the
    // same wake comes only once.
    let present = match command {
        Command::Wake { due } => context.now.max(*due),
        _ => context.now,
    };
    let mut draft = Draft { point, context, events: Vec::new() };
    draft.record_due(present);
    match command {
        Command::Publish(publication) => draft.publish(publication)?,
        Command::Retire { valid_until } => draft.retire(*valid_until)?,
        Command::Wake { .. } => {}
    }
    draft.record_due(present);
    Ok(Decided { events: draft.events, act_id: context.act_id })
}

/// The contact point as the facts recorded so far leave it, and their events.
struct Draft<'a> {
    point: ContactPoint,
    context: &'a Context,
    events: Vec<Event>,
}

impl Draft<'_> {
    fn record(&mut self, fact: Fact) {
        self.point.take_in(&fact, self.context.now);
        self.events.push(Event {
            contact_point_id: self.point.contact_point_id,
            fact,
            contact_point: self.point.snapshot(),
        });
    }

    /// Records all that is due at `present`, in the order of time. Each fact takes its entry off the agenda.
    fn record_due(&mut self, present: Timestamp) {
        while let Some(fact) = self.point.due_at(present) {
            self.record(fact);
        }
    }

    /// The first version may be valid since long ago, as one is that comes from elsewhere. A further one begins ahead, and
    /// after all that are planned.
    fn publish(&mut self, publication: &Publication) -> Result<(), Rejection> {
        let Publication { content, is_desk_open, .. } = publication;
        let valid_from = match (self.point.versions.last(), publication.valid_from) {
            (None, valid_from) => valid_from.unwrap_or(self.context.now),
            (Some(last), Some(valid_from)) if last.valid_from == valid_from && last.content == *content => {
                return Ok(());
            }
            (Some(last), valid_from) => self.begins_ahead(last, valid_from)?,
        };
        if !is_desk_open {
            return Err(Rejection::DeskClosed);
        }
        self.check_room()?;
        let point_version = u32::try_from(self.point.versions.len()).unwrap_or(u32::MAX).saturating_add(1);
        let version = Version { point_version, content: content.clone(), valid_from, valid_until: None };
        let replaces = self.point.last_version().map(|last| ending(last, valid_from));
        let actor = self.context.actor.clone();
        let published = VersionPublished { actor, version: version.clone(), replaces: replaces.clone() };
        self.record(Fact::VersionPublished(published));
        if let Some(before) = replaces {
            self.record(Fact::ChangeNoticeDue(ChangeNoticeDue {
                before,
                after: Some(version),
                takes_effect_at: valid_from,
            }));
        }
        Ok(())
    }

    fn begins_ahead(&self, last: &Published, valid_from: Option<Timestamp>) -> Result<Timestamp, Rejection> {
        let valid_from = valid_from.filter(|from| *from > self.context.now).ok_or(Rejection::BadPeriod(
            "valid_from lies ahead for every version but the first: customers are told before it takes effect",
        ))?;
        if valid_from <= last.valid_from {
            return Err(Rejection::BadPeriod(
                "a version that begins then or later was published already: begin after it",
            ));
        }
        Ok(valid_from)
    }

    fn check_room(&self) -> Result<(), Rejection> {
        let versions = &self.point.versions;
        if versions.len() >= VERSIONS_MAX {
            return Err(Rejection::TooMany("the contact point has as many versions as there may be"));
        }
        if versions.iter().filter(|version| !version.took_effect).count() >= PLANNED_VERSIONS_MAX {
            return Err(Rejection::TooMany("the contact point has as many versions planned as there may be"));
        }
        Ok(())
    }

    /// Only the last version can end: those before it end by those after.
    fn retire(&mut self, valid_until: Timestamp) -> Result<(), Rejection> {
        let last = self.point.versions.last().ok_or(Rejection::ContactPointNotFound)?;
        if last.ended {
            return Err(Rejection::Ended);
        }
        if self.point.end(last, ALL_KNOWN) == Some(valid_until) {
            return Ok(());
        }
        if valid_until <= self.context.now {
            return Err(Rejection::BadPeriod("valid_until must lie ahead: customers are told before"));
        }
        if valid_until <= last.valid_from {
            return Err(Rejection::BadPeriod("a version was published that begins then or later"));
        }
        if last.retirements.len() >= RETIREMENTS_MAX {
            return Err(Rejection::TooMany("the end of this version was changed as often as it may be"));
        }
        let version = Version { valid_until: Some(valid_until), ..self.point.shown(last, ALL_KNOWN) };
        let actor = self.context.actor.clone();
        self.record(Fact::RetirementRecorded(RetirementRecorded { actor, version: version.clone() }));
        self.record(Fact::ChangeNoticeDue(ChangeNoticeDue {
            before: version,
            after: None,
            takes_effect_at: valid_until,
        }));
        Ok(())
    }
}

/// A version that another one takes over from, unless it has ended by then.
fn ending(version: Version, next_from: Timestamp) -> Version {
    let valid_until = version.valid_until.map_or(next_from, |until| until.min(next_from));
    Version { valid_until: Some(valid_until), ..version }
}
