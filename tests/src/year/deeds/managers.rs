//! Account managers come, go, are away, and learn.

use std::time::Duration;

use vigie_clock::Timestamp;
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::staff_service_client::StaffServiceClient;
use vigie_proto::routing::{
    AssignManagerRequest, CancelAbsenceRequest, EndAssignmentRequest, PlanAbsenceRequest,
    RecordLeavingRequest,
};

use super::{Deed, advisor, operator};
use crate::year::diary::{Absence, Assignment, Change, Leaving, Level};
use crate::year::house::wire;
use crate::year::{DAY, Year};

/// Those who stay at least, whatever the dice say.
const STAY: usize = 5;

impl Year {
    /// Managers who are there now and have not said that they leave.
    fn present(&self) -> Vec<usize> {
        let now = self.now();
        let is_present = |staff: &usize| {
            let member = &self.diary.staff[*staff];
            member.is_manager && member.is_there(now, now) && member.leavings.is_empty()
        };
        (0..self.diary.staff.len()).filter(is_present).collect()
    }

    /// A manager to whom an account can be given from `from` on, other than `not`.
    fn candidate(&mut self, from: Timestamp, not: Option<usize>) -> Option<usize> {
        let now = self.now();
        let fits = |staff: &usize| Some(*staff) != not && self.diary.staff[*staff].is_trained(from, now);
        let candidates: Vec<_> = self.present().into_iter().filter(fits).collect();
        (!candidates.is_empty()).then(|| *self.dice.pick(&candidates))
    }

    /// A colleague who can step in for all of that time.
    fn stand_in(&mut self, for_whom: usize, from: Timestamp, until: Timestamp) -> Option<usize> {
        let fits = |staff: &usize| {
            let member = &self.diary.staff[*staff];
            let is_trained = member.trained_until(from).is_some_and(|trained| until <= trained);
            *staff != for_whom && is_trained && member.is_free(from, until)
        };
        let colleagues: Vec<_> = self.present().into_iter().filter(fits).collect();
        (!colleagues.is_empty()).then(|| *self.dice.pick(&colleagues))
    }

    pub(super) async fn absence(&mut self) {
        let present = self.present();
        if present.is_empty() {
            return;
        }
        let (staff, now) = (*self.dice.pick(&present), self.now());
        let from = match self.dice.below(3) {
            // Ill since this morning, which nobody knew.
            0 => now.minus(self.dice.millis(600_000..7_200_000)),
            _ => now.plus(self.dice.millis(3_600_000..20 * 86_400_000)),
        };
        let until = now.max(from).plus(self.dice.millis(5 * 3_600_000..16 * 86_400_000));
        if !self.diary.staff[staff].is_free(from, until) {
            return;
        }
        let is_covered = self.dice.chance(60);
        let cover = if is_covered { self.stand_in(staff, from, until) } else { None };
        let absence = vigie_proto::routing::Absence {
            from: wire(from),
            until: wire(until),
            cover_staff_id: cover.map(|one| self.diary.staff[one].id.to_string()).unwrap_or_default(),
            ..Default::default()
        };
        let request = PlanAbsenceRequest {
            request_id: self.house.fresh(),
            staff_id: self.diary.staff[staff].id.to_string(),
            absence: Some(absence.clone()),
        };
        let mut client = StaffServiceClient::new(self.house.door(&operator()));
        let answer = client.plan_absence(request).await.unwrap().into_inner().staff.unwrap();
        let planned = answer.absences.iter().find(|one| one.from == absence.from).unwrap();
        let id = planned.absence_id.clone();
        let (recorded_at, ended_at) = (now, None);
        self.diary.staff[staff].absences.push(Absence { id, from, until, cover, recorded_at, ended_at });
        let number = self.diary.staff[staff].absences.len() - 1;
        if self.dice.chance(25) {
            let first = if self.dice.chance(70) { from.max(now) } else { now };
            let span = until.since(first).min(DAY * 12);
            let at = first.plus(self.dice.millis(60_000..u64::try_from(span.as_millis()).unwrap() - 60_000));
            self.on(at, Deed::BackEarly { staff, absence: number });
        }
    }

    pub(super) async fn back_early(&mut self, staff: usize, absence: usize) {
        let now = self.now();
        let member = &self.diary.staff[staff];
        if member.has_left(now, now) {
            return;
        }
        let request = CancelAbsenceRequest {
            request_id: self.house.fresh(),
            staff_id: member.id.to_string(),
            absence_id: member.absences[absence].id.clone(),
        };
        StaffServiceClient::new(self.house.door(&operator())).cancel_absence(request).await.unwrap();
        self.diary.staff[staff].absences[absence].ended_at = Some(now);
    }

    /// Some renew in time, some after.
    pub(super) fn plan_training(&mut self, staff: usize) {
        let Some(until) = self.diary.staff[staff].trainings.last().map(|last| last.valid_until) else {
            return;
        };
        let at = if self.dice.chance(60) {
            until.minus(self.dice.millis(86_400_000..12 * 86_400_000))
        } else {
            until.plus(self.dice.millis(3_600_000..6 * 86_400_000))
        };
        self.on(at.max(self.now().plus(Duration::from_secs(60))), Deed::Training { staff });
    }

    pub(super) async fn training(&mut self, staff: usize) {
        let now = self.now();
        if self.diary.staff[staff].has_left(now, now) {
            return;
        }
        let span = self.dice.millis(90 * 86_400_000..365 * 86_400_000);
        self.record_training(staff, now, now.plus(span)).await;
        self.plan_training(staff);
    }

    pub(super) async fn leaving(&mut self, has_deputy: bool, is_told_late: bool) {
        let now = self.now();
        let has_accounts = |staff: &usize| {
            let own = self.diary.assignments.iter().filter(|one| one.staff == *staff);
            own.into_iter().any(|one| one.holds(now, now))
        };
        let present: Vec<_> = self.present();
        let all = self.diary.staff.iter().filter(|one| one.is_manager && one.leavings.is_empty()).count();
        let candidates: Vec<_> = present.into_iter().filter(has_accounts).collect();
        if candidates.is_empty() || all <= STAY {
            return;
        }
        let staff = *self.dice.pick(&candidates);
        let at = if is_told_late {
            now.minus(self.dice.millis(3_600_000..30 * 3_600_000))
        } else {
            now.plus(self.dice.millis(86_400_000..20 * 86_400_000))
        };
        let deputy =
            if has_deputy { self.stand_in(staff, at, at.plus(Duration::from_micros(1))) } else { None };
        let request = RecordLeavingRequest {
            request_id: self.house.fresh(),
            staff_id: self.diary.staff[staff].id.to_string(),
            leaves_at: wire(at),
            deputy_staff_id: deputy.map(|one| self.diary.staff[one].id.to_string()).unwrap_or_default(),
        };
        StaffServiceClient::new(self.house.door(&operator())).record_leaving(request).await.unwrap();
        self.diary.staff[staff].leavings.push(Leaving { at, deputy, recorded_at: now });
        let later = self.dice.millis(3_600_000..9 * 86_400_000);
        self.on(now.max(at).plus(later), Deed::Succession { staff });
    }

    pub(super) async fn succession(&mut self, staff: usize) {
        let now = self.now();
        for number in 0..self.diary.assignments.len() {
            let one = &self.diary.assignments[number];
            let customer = one.customer;
            let is_closed = !self.diary.customers[customer].stays();
            if one.staff != staff || !one.holds(now, now) || one.until(now).is_some() || is_closed {
                continue;
            }
            if let Some(successor) = self.candidate(self.now(), Some(staff)) {
                self.hand_over(number, successor).await;
                self.next_second().await;
            }
        }
    }

    /// One of the assignments that are open now.
    fn an_assignment(&mut self) -> Option<usize> {
        let now = self.now();
        let is_open = |number: &usize| {
            let one = &self.diary.assignments[*number];
            one.holds(now, now) && one.ends.is_empty() && self.diary.customers[one.customer].stays()
        };
        let open: Vec<_> = (0..self.diary.assignments.len()).filter(is_open).collect();
        (!open.is_empty()).then(|| *self.dice.pick(&open))
    }

    pub(super) async fn hand_over_one(&mut self) {
        let Some(assignment) = self.an_assignment() else { return };
        let former = self.diary.assignments[assignment].staff;
        if let Some(successor) = self.candidate(self.now(), Some(former)) {
            self.hand_over(assignment, successor).await;
        }
    }

    async fn hand_over(&mut self, assignment: usize, successor: usize) {
        let customer = self.diary.assignments[assignment].customer;
        // Nothing that is planned stands in the way.
        let planned =
            |one: &Assignment| one.customer == customer && one.from > self.now() && one.ends.is_empty();
        if self.diary.assignments.iter().any(planned) {
            return;
        }
        self.assign(customer, successor, Some(assignment)).await;
    }

    /// Makes somebody the manager of an account from now on.
    pub(super) async fn assign(&mut self, customer: usize, staff: usize, replaces: Option<usize>) {
        let now = self.now();
        self.assign_from(customer, staff, now, replaces).await;
    }

    async fn assign_from(&mut self, customer: usize, staff: usize, from: Timestamp, replaces: Option<usize>) {
        let now = self.now();
        let request = AssignManagerRequest {
            request_id: self.house.fresh(),
            account: self.account(customer),
            staff_id: self.diary.staff[staff].id.to_string(),
            effective_from: wire(from),
            replaces_assignment_id: replaces
                .map(|one| self.diary.assignments[one].id.clone())
                .unwrap_or_default(),
            ..AssignManagerRequest::default()
        };
        let mut client = AccountServiceClient::new(self.house.door(&advisor()));
        let made = client.assign_manager(request).await.unwrap().into_inner().assignment.unwrap();
        if let Some(replaced) = replaces {
            self.diary.assignments[replaced].ends.push((from, now));
        }
        let (id, recorded_at, ends) = (made.assignment_id, now, Vec::new());
        self.diary.assignments.push(Assignment { id, customer, staff, from, recorded_at, ends });
        let number = self.diary.assignments.len() - 1;
        let change = Change::new(&self.diary, customer, "ASSIGNED", from, now, Some(number));
        self.diary.changes.push(change);
    }

    pub(super) async fn end_assignment(&mut self, assignment: usize, until: Timestamp) {
        let now = self.now();
        let one = &self.diary.assignments[assignment];
        let request = EndAssignmentRequest {
            request_id: self.house.fresh(),
            account: self.account(one.customer),
            assignment_id: one.id.clone(),
            effective_until: wire(until),
        };
        AccountServiceClient::new(self.house.door(&advisor())).end_assignment(request).await.unwrap();
        self.diary.assignments[assignment].ends.push((until, now));
    }

    pub(super) async fn end_of_assignment(&mut self) {
        let Some(assignment) = self.an_assignment() else { return };
        let now = self.now();
        self.end_assignment(assignment, now).await;
        let customer = self.diary.assignments[assignment].customer;
        let later = self.dice.millis(600_000..6 * 86_400_000);
        self.on(now.plus(later), Deed::Assignment { customer });
    }

    pub(super) async fn assignment(&mut self, customer: usize) {
        let now = self.now();
        if !self.diary.customers[customer].stays() || !self.diary.is_unassigned_from(customer, now) {
            return;
        }
        match self.candidate(now, None) {
            Some(staff) => self.assign(customer, staff, None).await,
            None => self.on(now.plus(DAY), Deed::Assignment { customer }),
        }
    }

    /// Somebody is to be the manager of an account that has none of its own; half of the time that is taken back.
    pub(super) async fn planned_assignment(&mut self) {
        let now = self.now();
        let from = now.plus(self.dice.millis(2 * 86_400_000..12 * 86_400_000));
        let free = |customer: &usize| {
            let own = &self.diary.customers[*customer];
            own.level != Level::Group && own.stays() && self.diary.is_unassigned_from(*customer, now)
        };
        let free: Vec<_> = (0..self.diary.customers.len()).filter(free).collect();
        let Some(staff) = self.candidate(from, None).filter(|_| !free.is_empty()) else { return };
        let customer = *self.dice.pick(&free);
        self.assign_from(customer, staff, from, None).await;
        if self.dice.chance(50) {
            let at = now.plus(self.dice.millis(600_000..2 * 86_400_000 - 60_000));
            let assignment = self.diary.assignments.len() - 1;
            self.on(at, Deed::TakenBack { assignment });
        }
    }
}
