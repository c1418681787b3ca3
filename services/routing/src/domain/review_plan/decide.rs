//! From a command to events, or to a refusal.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Almanac, Context, Term, Timestamp};

use super::command::{Command, New};
use super::event::{
    Event, Fact, PlanEnded, PlanOpened, ReviewCancelled, ReviewDue, ReviewExcused, ReviewHeld, ReviewOverdue,
    ReviewPlanned, ReviewRescheduled,
};
use super::plan::{Review, ReviewPlan, ReviewState, Side, Snapshot};
use super::rejection::Rejection;

/// How long before its end a year without a review is work [D]: time enough to find a date.
pub const NOTICE: Duration = Duration::from_hours(60 * 24);

/// Reviews of one company that are planned at once.
const PLANNED_MAX: usize = 8;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when everything already is as asked.
    pub events: Vec<Event>,
    /// The act of the command; also the id of the review that it records.
    pub act_id: Uuid,
}

/// Decides `command` against the plan, `None` if it was not opened.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(
    state: &Option<ReviewPlan>,
    command: &Command,
    context: &Context,
) -> Result<Decided, Rejection> {
    let Some(plan) = state else {
        return match command {
            Command::Open(new) => Ok(Decided { events: vec![opened(new, context)], act_id: context.act_id }),
            _ => Err(Rejection::PlanNotFound),
        };
    };
    // A wake whose replica's clock is behind must not come to nothing, for the same wake comes only once.
    let present = match command {
        Command::Wake { due } => context.now.max(*due),
        _ => context.now,
    };
    let mut draft = Draft { plan: plan.clone(), events: Vec::new(), actor: &context.actor };
    draft.record_due(present);
    let gives_an_order = !matches!(command, Command::Open(_) | Command::End { .. } | Command::Wake { .. });
    if gives_an_order && plan.has_ended(context.now) {
        return Err(Rejection::Ended);
    }
    match command {
        // A reaction may open a plan twice.
        Command::Open(_) | Command::Wake { .. } => {}
        Command::Plan { planned_for, staff_id } => draft.plan(*planned_for, *staff_id, context)?,
        Command::Reschedule { review_id, planned_for, by } => {
            draft.reschedule(*review_id, *planned_for, *by, context)?;
        }
        Command::Hold { review_id, held_at, staff_id } => {
            draft.hold(*review_id, *held_at, *staff_id, context)?;
        }
        Command::Cancel { review_id, by } => draft.cancel(*review_id, *by)?,
        Command::End { ended_at } => draft.end(*ended_at),
    }
    draft.record_due(present);
    Ok(Decided { events: draft.events, act_id: context.act_id })
}

/// The state after `event`: the event shows it.
pub fn evolve(state: &mut Option<ReviewPlan>, event: &Event) {
    *state = Some(ReviewPlan { account_id: event.account_id, shown: event.review_plan.clone() });
}

/// When the plan next wants to be woken.
pub fn next_due(state: &Option<ReviewPlan>) -> Option<Timestamp> {
    let plan = state.as_ref()?;
    let due = plan.notice_at().unwrap_or(plan.shown.due_at);
    (!plan.has_ended(due)).then_some(due)
}

/// When the year that begins at `from` ends.
fn year_after(year: &Term, from: Timestamp) -> Timestamp {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    // Only an instant thousands of years away has no deadline.
    Almanac::built_in().deadline(year, from).unwrap_or_else(|_| from.plus(YEAR))
}

fn opened(new: &New, context: &Context) -> Event {
    let year_from = new.customer_since.max(context.now);
    let review_plan = Snapshot {
        customer_since: new.customer_since,
        year: new.year.clone(),
        year_from,
        due_at: year_after(&new.year, year_from),
        notice_given: false,
        excused: false,
        late_since: None,
        ended_at: None,
        reviews: Vec::new(),
    };
    let fact = Fact::PlanOpened(PlanOpened { actor: context.actor.clone() });
    Event { account_id: new.account_id, fact, review_plan }
}

impl ReviewPlan {
    /// When it is to be said that the year ends without a review; `None` if it was, or nobody needs to hear it.
    fn notice_at(&self) -> Option<Timestamp> {
        let is_needed = !self.shown.notice_given && !self.is_planned_in_time();
        is_needed.then(|| self.shown.due_at.minus(NOTICE))
    }

    fn begin_year(&mut self, from: Timestamp) {
        self.shown.year_from = from;
        self.shown.due_at = year_after(&self.shown.year, from);
        self.shown.notice_given = false;
        self.shown.excused = false;
    }
}

/// Events in the making: each shows the plan after it.
struct Draft<'a> {
    plan: ReviewPlan,
    events: Vec<Event>,
    actor: &'a str,
}

impl Draft<'_> {
    fn record(&mut self, fact: Fact) {
        let (account_id, review_plan) = (self.plan.account_id, self.plan.shown.clone());
        self.events.push(Event { account_id, fact, review_plan });
    }

    /// Years that ended, one after the other, and the notice of the one that runs. A plan that nobody woke for a century
    /// takes a few more wakes.
    fn record_due(&mut self, present: Timestamp) {
        const YEARS_MAX: usize = 64;
        for _ in 0..YEARS_MAX {
            let Snapshot { year_from, due_at, excused, .. } = self.plan.shown;
            if due_at > present || self.plan.has_ended(due_at) {
                break;
            }
            self.plan.begin_year(due_at);
            if !excused {
                self.plan.shown.late_since.get_or_insert(due_at);
            }
            self.record(if excused {
                Fact::ReviewExcused(ReviewExcused { year_from, due_at })
            } else {
                Fact::ReviewOverdue(ReviewOverdue { year_from, due_at })
            });
        }
        if let Some(notice_at) = self.plan.notice_at()
            && notice_at <= present
            && !self.plan.has_ended(notice_at)
        {
            self.plan.shown.notice_given = true;
            self.record(Fact::ReviewDue(ReviewDue { due_at: self.plan.shown.due_at }));
        }
    }

    fn plan(
        &mut self,
        planned_for: Timestamp,
        staff_id: Option<Uuid>,
        context: &Context,
    ) -> Result<(), Rejection> {
        if planned_for <= context.now {
            return Err(Rejection::BadPeriod(
                "planned_for lies behind: record a review that was held as held",
            ));
        }
        let planned = self.plan.shown.reviews.iter().filter(|review| review.state == ReviewState::Planned);
        if planned.count() >= PLANNED_MAX {
            return Err(Rejection::TooManyPlanned);
        }
        let review_id = context.act_id;
        self.plan.put(Review {
            review_id,
            state: ReviewState::Planned,
            first_planned_for: Some(planned_for),
            planned_for: Some(planned_for),
            staff_id,
            held_at: None,
            cancelled_by: None,
            reschedules: 0,
        });
        let actor = self.actor.to_owned();
        self.record(Fact::ReviewPlanned(ReviewPlanned { actor, review_id, planned_for, staff_id }));
        Ok(())
    }

    fn reschedule(
        &mut self,
        review_id: Uuid,
        planned_for: Timestamp,
        by: Side,
        context: &Context,
    ) -> Result<(), Rejection> {
        let review = self.plan.planned(review_id).ok_or(Rejection::ReviewNotFound)?.clone();
        let former_planned_for = review.planned_for.ok_or(Rejection::ReviewNotFound)?;
        if former_planned_for == planned_for {
            return Ok(());
        }
        if planned_for <= context.now {
            return Err(Rejection::BadPeriod(
                "planned_for lies behind: record a review that was held as held",
            ));
        }
        let reschedules = review.reschedules.saturating_add(1);
        self.plan.put(Review { planned_for: Some(planned_for), reschedules, ..review });
        let actor = self.actor.to_owned();
        let fact = ReviewRescheduled { actor, review_id, former_planned_for, planned_for, by };
        self.record(Fact::ReviewRescheduled(fact));
        Ok(())
    }

    fn hold(
        &mut self,
        review_id: Option<Uuid>,
        held_at: Timestamp,
        staff_id: Option<Uuid>,
        context: &Context,
    ) -> Result<(), Rejection> {
        if held_at > context.now {
            return Err(Rejection::BadPeriod("held_at lies ahead: plan it, and record it once it was held"));
        }
        let review = match review_id {
            Some(review_id) => self.plan.planned(review_id).ok_or(Rejection::ReviewNotFound)?.clone(),
            None => Review {
                review_id: context.act_id,
                state: ReviewState::Held,
                first_planned_for: None,
                planned_for: None,
                staff_id,
                held_at: None,
                cancelled_by: None,
                reschedules: 0,
            },
        };
        let review_id = review.review_id;
        let staff_id = staff_id.or(review.staff_id);
        self.plan.put(Review { state: ReviewState::Held, held_at: Some(held_at), staff_id, ..review });
        let Snapshot { year_from, due_at, .. } = self.plan.shown;
        // One of a year that has ended leaves the year that runs as it is.
        if held_at >= year_from {
            self.plan.begin_year(held_at);
            self.plan.shown.late_since = None;
        }
        let actor = self.actor.to_owned();
        let fact = ReviewHeld { actor, review_id, held_at, staff_id, year_from, due_at };
        self.record(Fact::ReviewHeld(fact));
        Ok(())
    }

    fn cancel(&mut self, review_id: Uuid, by: Side) -> Result<(), Rejection> {
        let review = self.plan.planned(review_id).ok_or(Rejection::ReviewNotFound)?.clone();
        let planned_for = review.planned_for.ok_or(Rejection::ReviewNotFound)?;
        // One that was to be held in a later year excuses nothing of this one.
        if by == Side::Customer && planned_for < self.plan.shown.due_at {
            self.plan.shown.excused = true;
        }
        self.plan.put(Review { state: ReviewState::Cancelled, cancelled_by: Some(by), ..review });
        let actor = self.actor.to_owned();
        self.record(Fact::ReviewCancelled(ReviewCancelled { actor, review_id, planned_for, by }));
        Ok(())
    }

    fn end(&mut self, ended_at: Timestamp) {
        if self.plan.shown.ended_at == Some(ended_at) {
            return;
        }
        self.plan.shown.ended_at = Some(ended_at);
        self.record(Fact::PlanEnded(PlanEnded { ended_at }));
    }
}
