//! Who stepped in where.

use vigie_clock::Timestamp;

use super::{Change, Diary};

/// What somebody steps in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Absence(usize),
    Left,
}

/// That somebody stepped in at an account for its manager.
pub(in crate::year) struct Cover {
    customer: usize,
    manager: usize,
    by: usize,
    cause: Cause,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Cover {
    fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Diary {
    /// At each account that has a manager of its own: who covers for a cause that is over steps back, and who is to cover
    /// steps in if they are there and trained, which the customer is told of.
    pub(super) fn look_at_covers(&mut self, now: Timestamp) {
        for customer in 0..self.customers.len() {
            if self.customers[customer].is_closed(now, now) {
                continue;
            }
            let Some(assignment) = self.own_assignment(customer, now, now) else { continue };
            let (manager, assigned_from) =
                (self.assignments[assignment].staff, self.assignments[assignment].from);
            let wanted = self.wanted(manager, now);
            let cause = wanted.map(|(cause, ..)| cause);
            for cover in &mut self.covers {
                let is_here = cover.customer == customer && cover.manager == manager && cover.holds(now);
                if is_here && Some(cover.cause) != cause {
                    cover.until = Some(now);
                }
            }
            let Some((cause, by, from, until)) = wanted else { continue };
            let own = || self.covers.iter().filter(|one| one.customer == customer && one.manager == manager);
            if own().any(|one| one.holds(now) && one.by == by) {
                continue;
            }
            let is_again = own().any(|one| one.cause == cause);
            let from =
                if is_again { now } else { from.max(assigned_from).max(self.customers[customer].since) };
            if !self.staff[by].is_trained(from, now) || !self.staff[by].is_there(now, now) {
                continue;
            }
            self.covers.push(Cover { customer, manager, by, cause, from, until });
            let change = Change::new(self, customer, "COVER", from, now, None);
            self.changes.push(change);
        }
    }

    /// Who is to step in for a manager: for what, who, from when until when.
    fn wanted(&self, manager: usize, now: Timestamp) -> Option<(Cause, usize, Timestamp, Option<Timestamp>)> {
        let member = &self.staff[manager];
        if member.has_left(now, now) {
            let leaving = member.leaving(now)?;
            return Some((Cause::Left, leaving.deputy?, leaving.at, None));
        }
        let number = member.away(now, now)?;
        let absence = &member.absences[number];
        Some((Cause::Absence(number), absence.cover?, absence.from, Some(absence.until)))
    }
}
