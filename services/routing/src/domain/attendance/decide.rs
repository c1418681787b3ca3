//! A team's day: what was told of it, and what a further presence adds.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Context, Timestamp, derived_id};

use super::event::{DeskStaffed, Event, Fact, Snapshot, Span};
use super::rejection::Rejection;

/// Facts of one team and day.
pub const FACTS_MAX: usize = 512;

/// The longest stretch that one fact tells.
const LONGEST: Duration = Duration::from_hours(24);

/// How far the clock of a contact centre may be ahead of ours.
const AHEAD_MAX: Duration = Duration::from_mins(5);

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The stream of a team's presences that begin on the day (UTC) of `from`.
pub fn attendance_id(desk_id: Uuid, from: Timestamp) -> Uuid {
    derived_id(desk_id, &format!("attendance of day {}", from.as_micros().div_euclid(MICROS_PER_DAY)))
}

/// A team's day of which something is on record: the fold of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    attendance_id: Uuid,
    desk_id: Uuid,
    /// By origin and fact id.
    told: BTreeMap<(String, String), Span>,
}

/// A presence as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Of which team.
    pub desk_id: Uuid,
    /// What.
    pub fact: DeskStaffed,
}

/// A command to a team's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Records that somebody was there.
    Record(Box<Presence>),
    /// Nothing of it is due with time; timers need a word for it.
    Wake,
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when it is on record already.
    pub events: Vec<Event>,
    /// The act of the command.
    pub act_id: Uuid,
}

/// Decides `command` against the team's day, `None` if nothing is on record of it.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(
    state: &Option<Attendance>,
    command: &Command,
    context: &Context,
) -> Result<Decided, Rejection> {
    let events = match command {
        Command::Record(presence) => record(state.as_ref(), presence, context)?,
        Command::Wake => Vec::new(),
    };
    Ok(Decided { events, act_id: context.act_id })
}

/// The state after `event`.
pub fn evolve(state: &mut Option<Attendance>, event: &Event) {
    let day = state.get_or_insert_with(|| Attendance {
        attendance_id: event.attendance_id,
        desk_id: event.attendance.desk_id,
        told: BTreeMap::new(),
    });
    let Fact::DeskStaffed(fact) = &event.fact;
    day.take_in(fact);
}

impl Attendance {
    fn take_in(&mut self, fact: &DeskStaffed) {
        let key = (fact.origin.clone(), fact.fact_id.clone());
        self.told.insert(key, Span { from: fact.from, until: fact.until });
    }

    /// The day as its events show it.
    pub fn snapshot(&self) -> Snapshot {
        let mut told: Vec<_> = self.told.values().copied().collect();
        told.sort_unstable();
        let mut staffed: Vec<Span> = Vec::new();
        for span in told {
            match staffed.last_mut().filter(|last| span.from <= last.until) {
                Some(last) => last.until = last.until.max(span.until),
                None => staffed.push(span),
            }
        }
        Snapshot { desk_id: self.desk_id, staffed }
    }
}

fn record(
    state: Option<&Attendance>,
    presence: &Presence,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let Presence { desk_id, fact } = presence;
    let key = (fact.origin.clone(), fact.fact_id.clone());
    if let Some(known) = state.and_then(|day| day.told.get(&key)) {
        let is_same = *known == Span { from: fact.from, until: fact.until };
        return if is_same { Ok(Vec::new()) } else { Err(Rejection::FactContradicts) };
    }
    if fact.until <= fact.from {
        return Err(Rejection::BadPeriod("the presence ends before it begins"));
    }
    if fact.until.since(fact.from) > LONGEST {
        return Err(Rejection::BadPeriod("one presence is at most 24 hours long"));
    }
    if fact.until > context.now.plus(AHEAD_MAX) {
        return Err(Rejection::BadPeriod("until lies ahead: a presence is told once it is over"));
    }
    if state.is_some_and(|day| day.told.len() >= FACTS_MAX) {
        return Err(Rejection::TooManyFacts);
    }
    let attendance_id = attendance_id(*desk_id, fact.from);
    let new = || Attendance { attendance_id, desk_id: *desk_id, told: BTreeMap::new() };
    let mut day = state.cloned().unwrap_or_else(new);
    day.take_in(fact);
    Ok(vec![Event {
        attendance_id: day.attendance_id,
        fact: Fact::DeskStaffed(fact.clone()),
        attendance: day.snapshot(),
    }])
}
