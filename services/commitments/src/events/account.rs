//! The manager of an account (promise 2.1), and what its customer was told of contact points (3.1).

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode, named};
use crate::domain::promise::{
    CONTACT_POINT_TOLD, Ended, Facts, MANAGER_GAP, MANAGER_TOLD, MANAGER_TRAINED, News, Stroke,
};
use crate::domain::{EvidenceLevel, ExclusionReason};

/// What the event says; `None` for a type that this build does not know.
pub(super) fn strokes(event: &RecordedEvent, name: &str) -> Result<Option<Vec<Stroke>>, Unreadable> {
    let Some(mut strokes) = of_fact(event, name)? else { return Ok(None) };
    strokes.extend(named::stroke(event)?);
    Ok(Some(strokes))
}

/// What happened, beside the account after it.
fn of_fact(event: &RecordedEvent, name: &str) -> Result<Option<Vec<Stroke>>, Unreadable> {
    Ok(Some(match name {
        "manager_assigned.v1" => assigned(event)?,
        "manager_assignment_ended.v1" => {
            let Ending { assignment } = decode(event)?;
            let Assignment { assignment_id, spell, .. } = assignment;
            let cases = [told_case(event, assignment_id), trained_case(event, assignment_id)];
            if spell.never_held() { cases.map(never_held).to_vec() } else { Vec::new() }
        }
        "manager_cover_began.v1" => {
            let Covering { cover, tell_by } = decode(event)?;
            to_tell(event, cover.cover_id, cover.spell, tell_by, "COVER").into_iter().collect()
        }
        "manager_cover_ended.v1" => {
            let Covering { cover, .. } = decode(event)?;
            let case_id = told_case(event, cover.cover_id);
            if cover.spell.never_held() { vec![never_held(case_id)] } else { Vec::new() }
        }
        "manager_gap_opened.v1" => gap_opened(event)?,
        "manager_gap_overdue.v1" => {
            let GapId { gap_id } = decode(event)?;
            vec![Stroke::Tell { case_id: gap_id, news: News::Overdue }]
        }
        "manager_gap_closed.v1" => {
            let GapClosed { gap_id, until, end } = decode(event)?;
            let news = match end.as_deref() {
                Some("ACCOUNT_ENDED") => {
                    News::Ended(Ended { at: Some(until), reason: ExclusionReason::AccountEnded })
                }
                _ => News::Done { at: until, level: EvidenceLevel::Recorded },
            };
            vec![Stroke::Tell { case_id: gap_id, news }]
        }
        "manager_change_told.v1" => {
            let Told { change_id, told_at } = decode(event)?;
            let news = News::Done { at: told_at, level: EvidenceLevel::Recorded };
            vec![Stroke::Tell { case_id: told_case(event, change_id), news }]
        }
        "manager_change_not_told.v1" => {
            let NotTold { change_id } = decode(event)?;
            vec![Stroke::Tell { case_id: told_case(event, change_id), news: News::Overdue }]
        }
        "account_registered.v1"
        | "account_changed.v1"
        | "account_moved.v1"
        | "account_closed.v1"
        | "planned_change_took_effect.v1" => Vec::new(),
        "contact_point_told.v1" => point_told(event)?.into_iter().collect(),
        _ => return Ok(None),
    }))
}

/// From when until when something holds, `until` exclusive.
#[derive(Clone, Copy, Deserialize)]
struct Spell {
    effective_from: Timestamp,
    effective_until: Option<Timestamp>,
}

impl Spell {
    /// A mistake: it ends as it begins.
    fn never_held(self) -> bool {
        self.effective_until.is_some_and(|until| until <= self.effective_from)
    }
}

#[derive(Deserialize)]
struct Assignment {
    assignment_id: Uuid,
    staff_id: Option<Uuid>,
    training_valid_until: Option<Timestamp>,
    #[serde(flatten)]
    spell: Spell,
}

#[derive(Deserialize)]
struct TellBy {
    due: Timestamp,
}

#[derive(Deserialize)]
struct Assigned {
    assignment: Assignment,
    tell_by: Option<TellBy>,
    #[serde(default)]
    account: Account,
}

#[derive(Deserialize)]
struct Ending {
    assignment: Assignment,
}

#[derive(Deserialize)]
struct Cover {
    cover_id: Uuid,
    #[serde(flatten)]
    spell: Spell,
}

#[derive(Deserialize)]
struct Covering {
    cover: Cover,
    tell_by: Option<TellBy>,
}

#[derive(Deserialize)]
struct Gap {
    gap_id: Uuid,
    since: Timestamp,
    due: Option<Timestamp>,
    cause: Option<String>,
    staff_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct GapOpened {
    gap: Gap,
    #[serde(default)]
    account: Account,
}

/// The account after the event.
#[derive(Default, Deserialize)]
struct Account {
    level: Option<String>,
    manager: Option<Assignment>,
}

#[derive(Deserialize)]
struct GapId {
    gap_id: Uuid,
}

#[derive(Deserialize)]
struct GapClosed {
    gap_id: Uuid,
    until: Timestamp,
    end: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    change_id: Uuid,
    told_at: Timestamp,
}

#[derive(Deserialize)]
struct NotTold {
    change_id: Uuid,
}

#[derive(Deserialize)]
struct PointTold {
    contact_point_id: Uuid,
    point_version: u32,
    told_at: Timestamp,
    /// Events did not say it from the beginning.
    valid_from: Option<Timestamp>,
}

/// A changed version that the customer was told; the first one is no change.
fn point_told(event: &RecordedEvent) -> Result<Option<Stroke>, Unreadable> {
    let PointTold { contact_point_id, point_version, told_at, valid_from } = decode(event)?;
    if point_version < 2 {
        return Ok(None);
    }
    let summary = format!("VERSION {point_version}");
    let facts = Facts { t0: valid_from, due_at: valid_from, t1: Some(told_at), ..Facts::default() };
    Ok(Some(Stroke::Begin {
        case_id: derived_id(
            event.stream_id,
            &format!("{} {contact_point_id} {summary}", CONTACT_POINT_TOLD.name),
        ),
        matter: matter(&CONTACT_POINT_TOLD, event, contact_point_id, &summary),
        facts,
    }))
}

fn assigned(event: &RecordedEvent) -> Result<Vec<Stroke>, Unreadable> {
    let Assigned { assignment, tell_by, account } = decode(event)?;
    let Assignment { assignment_id, training_valid_until, spell, .. } = assignment;
    let begins = spell.effective_from;
    let is_trained = training_valid_until.map(|until| until > begins);
    // That a training ends later opens a gap of each company below, none of the group's own: nothing would say so here.
    let is_seen = account.level.as_deref() != Some("GROUP");
    let facts = Facts {
        t0: Some(begins),
        t1: is_trained.filter(|is_trained| *is_trained && is_seen).map(|_| begins),
        failed_at: is_trained.filter(|is_trained| !is_trained).map(|_| event.recorded_at),
        missing: is_trained.is_none_or(|is_trained| is_trained && !is_seen),
        ..Facts::default()
    };
    let trained = Stroke::Begin {
        case_id: trained_case(event, assignment_id),
        matter: matter(&MANAGER_TRAINED, event, event.stream_id, "ASSIGNED"),
        facts,
    };
    let told = to_tell(event, assignment_id, spell, tell_by, "ASSIGNED");
    Ok(told.into_iter().chain([trained]).collect())
}

/// A change of which the customer is to be told; `None` if nobody has to be.
fn to_tell(
    event: &RecordedEvent,
    change_id: Uuid,
    spell: Spell,
    tell_by: Option<TellBy>,
    summary: &str,
) -> Option<Stroke> {
    let facts = Facts { t0: Some(spell.effective_from), due_at: Some(tell_by?.due), ..Facts::default() };
    let matter = matter(&MANAGER_TOLD, event, event.stream_id, summary);
    Some(Stroke::Begin { case_id: told_case(event, change_id), matter, facts })
}

fn gap_opened(event: &RecordedEvent) -> Result<Vec<Stroke>, Unreadable> {
    let GapOpened { gap, account } = decode(event)?;
    let cause = gap.cause.as_deref().unwrap_or("UNKNOWN");
    let facts = Facts { t0: Some(gap.since), due_at: gap.due, ..Facts::default() };
    let matter = matter(&MANAGER_GAP, event, event.stream_id, cause);
    let opened = Stroke::Begin { case_id: gap.gap_id, matter, facts };
    // Whoever steps in may be the one without a training: then the assignment is none the worse.
    let untrained = account.manager.filter(|manager| {
        cause == "UNTRAINED" && (gap.staff_id.is_none() || manager.staff_id == gap.staff_id)
    });
    let failed = untrained.map(|manager| Stroke::Tell {
        case_id: trained_case(event, manager.assignment_id),
        news: News::Failed,
    });
    Ok([opened].into_iter().chain(failed).collect())
}

fn never_held(case_id: Uuid) -> Stroke {
    let ended = Ended { at: None, reason: ExclusionReason::NeverHeld };
    Stroke::Tell { case_id, news: News::Ended(ended) }
}

/// An absence covers many accounts under one id.
fn told_case(event: &RecordedEvent, change_id: Uuid) -> Uuid {
    derived_id(event.stream_id, &format!("{} {change_id}", MANAGER_TOLD.name))
}

fn trained_case(event: &RecordedEvent, assignment_id: Uuid) -> Uuid {
    derived_id(event.stream_id, &format!("{} {assignment_id}", MANAGER_TRAINED.name))
}
