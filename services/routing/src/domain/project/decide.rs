//! From a command to events, or to a refusal.

use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use super::command::{Command, New};
use super::event::{
    AnswerOverdue, Event, Fact, ProjectAnswered, ProjectClosed, ProjectOpened, PromiseChanged,
    ReferentChanged,
};
use super::rejection::Rejection;
use super::state::{Project, Snapshot};
use super::zone::AbroadZone;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when everything already is as asked.
    pub events: Vec<Event>,
    /// The act of the command.
    pub act_id: Uuid,
}

/// Decides `command` against the project, `None` if it was not opened.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(state: &Option<Project>, command: &Command, context: &Context) -> Result<Decided, Rejection> {
    let mut events = Vec::new();
    match (state, command) {
        (None, Command::Open(new)) => open(new, context, &mut events)?,
        (None, _) => return Err(Rejection::ProjectNotFound),
        (Some(_), Command::Open(_)) => return Err(Rejection::AlreadyOpen),
        (Some(project), command) => {
            let mut project = project.clone();
            // A wake whose replica's clock is behind must not come to nothing, for the same wake comes only once.
            let present = match command {
                Command::Wake { due } => context.now.max(*due),
                _ => context.now,
            };
            // A late record of an answer in time is no overdue answer.
            if !matches!(command, Command::Answer { .. } | Command::Close { .. }) {
                events.extend(project.record_due(present));
            }
            if let Some(fact) = change(&mut project, command, context)? {
                events.push(project.event(fact));
            }
        }
    }
    Ok(Decided { events, act_id: context.act_id })
}

/// The state after `event`: the event shows it.
pub fn evolve(state: &mut Option<Project>, event: &Event) {
    let Event { project_id, account_id, project, .. } = event;
    *state = Some(Project { project_id: *project_id, account_id: *account_id, shown: project.clone() });
}

/// When the project next wants to be woken: when the answer is overdue.
pub fn next_due(state: &Option<Project>) -> Option<Timestamp> {
    let project = state.as_ref()?;
    project.waits_for_its_answer().then_some(project.shown.answer_due_at)
}

impl Project {
    /// Whether the deadline has not passed yet, nor an answer come.
    fn waits_for_its_answer(&self) -> bool {
        let Snapshot { answered_at, closed_at, answer_overdue, .. } = &self.shown;
        answered_at.is_none() && closed_at.is_none() && !answer_overdue
    }

    fn record_due(&mut self, present: Timestamp) -> Option<Event> {
        let answer_due_at = self.shown.answer_due_at;
        if !self.waits_for_its_answer() || answer_due_at > present {
            return None;
        }
        self.shown.answer_overdue = true;
        Some(self.event(Fact::AnswerOverdue(AnswerOverdue { answer_due_at })))
    }

    fn event(&self, fact: Fact) -> Event {
        Event { project_id: self.project_id, account_id: self.account_id, fact, project: self.shown.clone() }
    }
}

fn open(new: &New, context: &Context, events: &mut Vec<Event>) -> Result<(), Rejection> {
    if new.requested_at > context.now {
        return Err(Rejection::BadPeriod("requested_at lies ahead"));
    }
    let project = Project {
        project_id: new.project_id,
        account_id: new.account_id,
        shown: Snapshot {
            kind: new.kind,
            countries: new.countries.clone(),
            zones: AbroadZone::of_all(&new.countries),
            referent_staff_id: new.referent_staff_id,
            requested_at: new.requested_at,
            term: new.term.clone(),
            answer_due_at: new.answer_due_at,
            answered_at: None,
            first_promised_for: None,
            promised_for: None,
            answer_overdue: false,
            closed_at: None,
            outcome: None,
        },
    };
    events.push(project.event(Fact::ProjectOpened(ProjectOpened { actor: context.actor.clone() })));
    Ok(())
}

fn change(project: &mut Project, command: &Command, context: &Context) -> Result<Option<Fact>, Rejection> {
    if matches!(command, Command::Wake { .. }) {
        return Ok(None);
    }
    let shown = &mut project.shown;
    if shown.closed_at.is_some() {
        return Err(Rejection::Ended);
    }
    let actor = context.actor.clone();
    Ok(match command {
        Command::Open(_) | Command::Wake { .. } => None,
        Command::ChangeReferent { staff_id } if *staff_id == shown.referent_staff_id => None,
        Command::ChangeReferent { staff_id } => {
            let former_staff_id = std::mem::replace(&mut shown.referent_staff_id, *staff_id);
            Some(Fact::ReferentChanged(ReferentChanged { actor, former_staff_id, staff_id: *staff_id }))
        }
        Command::Answer { answered_at, promised_for } => {
            if shown.answered_at.is_some() {
                return Err(Rejection::AlreadyAnswered);
            }
            within(shown.requested_at, *answered_at, context.now)?;
            if promised_for < answered_at {
                return Err(Rejection::BadPeriod("promised_for lies before the answer that promises it"));
            }
            shown.answered_at = Some(*answered_at);
            shown.first_promised_for = Some(*promised_for);
            shown.promised_for = Some(*promised_for);
            let (answered_at, promised_for, answer_due_at) =
                (*answered_at, *promised_for, shown.answer_due_at);
            Some(Fact::ProjectAnswered(ProjectAnswered { actor, answered_at, promised_for, answer_due_at }))
        }
        Command::ChangePromise { promised_for, asked_by_customer } => {
            let former_promised_for = shown.promised_for.ok_or(Rejection::NotAnswered)?;
            if former_promised_for == *promised_for {
                return Ok(None);
            }
            if *promised_for < context.now {
                return Err(Rejection::BadPeriod("promised_for lies behind"));
            }
            shown.promised_for = Some(*promised_for);
            let (promised_for, asked_by_customer) = (*promised_for, *asked_by_customer);
            let fact = PromiseChanged { actor, former_promised_for, promised_for, asked_by_customer };
            Some(Fact::PromiseChanged(fact))
        }
        Command::Close { closed_at, outcome } => {
            within(shown.requested_at, *closed_at, context.now)?;
            shown.closed_at = Some(*closed_at);
            shown.outcome = Some(*outcome);
            Some(Fact::ProjectClosed(ProjectClosed { actor, closed_at: *closed_at, outcome: *outcome }))
        }
    })
}

/// What is recorded has happened, and not before the customer asked.
fn within(requested_at: Timestamp, at: Timestamp, now: Timestamp) -> Result<(), Rejection> {
    if at < requested_at {
        return Err(Rejection::BadPeriod("it lies before the customer's request"));
    }
    if at > now {
        return Err(Rejection::BadPeriod("it lies ahead: record it once it has happened"));
    }
    Ok(())
}
