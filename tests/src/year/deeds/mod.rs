//! What happens in the year, by the dice: each deed is done by the services' own doors and written down in the diary.

mod customers;
mod managers;
mod opening;
mod service;

use std::time::Duration;

use uuid::Uuid;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_clock::Timestamp;
use vigie_proto::notices::RecordBounceRequest;
use vigie_proto::notices::notice_service_client::NoticeServiceClient;
use vigie_proto::routing::{AccountRef, account_ref};

use super::post::returned;
use super::{DAY, DAYS, Year};

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Somebody plans to be away, or is ill.
    Absence,
    /// Somebody comes back early, or stays.
    BackEarly { staff: usize, absence: usize },
    /// Somebody passes the training for another year.
    Training { staff: usize },
    /// Somebody leaves.
    Leaving { has_deputy: bool, is_told_late: bool },
    /// The accounts of somebody who left are given to others.
    Succession { staff: usize },
    /// An account is given from one manager to another.
    HandOver,
    /// An assignment ends, and nobody follows at first.
    EndOfAssignment,
    /// Somebody is made the manager of an account.
    Assignment { customer: usize },
    /// A change is planned ahead.
    PlannedAssignment,
    /// It is taken back before it begins.
    TakenBack { assignment: usize },
    /// A customer moves to another territory.
    Move,
    /// A customer becomes another segment's.
    Segment,
    /// A company joins a group, or leaves it.
    Regroup,
    /// A company ends to be a customer: now or soon.
    Closing,
    /// A new customer.
    Enrolment,
    /// A review is planned.
    Review,
    /// And becomes this.
    ReviewEnds { plan: usize, review: String, how: ReviewEnd },
    /// A project abroad.
    Project,
    /// And what comes of it.
    ProjectEnds { project: usize, how: ProjectEnd },
    /// A contact point changes in so many hours.
    Publication { hours: u64 },
    /// Somebody calls.
    Contact,
    /// And is called back, or not.
    Callback { call: usize, is_kept: bool },
    /// A phone is stolen.
    Theft { is_refused: bool },
    /// The handset is found.
    Recovery { theft: usize },
    /// The block list is repaired.
    ListRepaired,
    /// A mail comes back.
    MailReturns { message_id: String },
}

/// What becomes of a planned review.
#[derive(Clone, Copy, Debug)]
pub(super) enum ReviewEnd {
    Held,
    CancelledByUs,
    CancelledByTheCustomer,
}

/// What becomes of a project.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProjectEnd {
    Answered,
    Withdrawn,
    Declined,
}

/// Who and what else there is.
#[derive(Default)]
pub(super) struct Cast {
    /// Desks: of large accounts, of fleets, of fixed services, of end users.
    pub(super) desks: [String; 4],
    /// Somebody at a desk who manages no account.
    pub(super) agent: String,
    /// Contact points, each with the number of its last version and from when that is valid.
    pub(super) points: Vec<(String, u32, Timestamp)>,
    /// Lines that were not stolen yet, with their customers.
    pub(super) lines: Vec<(Uuid, Uuid)>,
    /// Companies that were ever registered: each has its own SIREN.
    pub(super) companies: u32,
    pub(super) people: usize,
    /// A company where mail reaches nobody.
    pub(super) unreachable: Option<usize>,
}

impl Year {
    /// Throws the dice for each day, and places what every year has.
    pub(super) fn plan(&mut self, start: Timestamp) {
        let days = |days: u64| DAY * u32::try_from(days).unwrap();
        for day in 1..DAYS {
            if self.dice.chance(42) {
                let deed = self.usual();
                self.on_day(start, day, deed);
            }
        }
        for (day, has_deputy, is_told_late) in [(61, true, false), (150, false, true), (263, true, true)] {
            self.on_day(start, day, Deed::Leaving { has_deputy, is_told_late });
        }
        for day in [100, 222, 340] {
            self.on_day(start, day, Deed::Closing);
        }
        for day in [45, 199, 302] {
            self.on_day(start, day, Deed::Enrolment);
        }
        for (day, hours) in [(30, 24 * 30), (170, 2)] {
            self.on_day(start, day, Deed::Publication { hours });
        }
        for (day, repaired_after) in
            [(20, None), (75, Some(days(1))), (141, Some(days(12))), (239, Some(days(3)))]
        {
            let at = self.on_day(start, day, Deed::Theft { is_refused: repaired_after.is_some() });
            if let Some(after) = repaired_after {
                self.on(at.plus(after), Deed::ListRepaired);
            }
            if day == 239 {
                self.on(at.plus(days(2)), Deed::Recovery { theft: 3 });
            }
        }
        for staff in 0..self.diary.staff.len() {
            self.plan_training(staff);
        }
        // As the year ends, somebody has nobody to turn to, and somebody is being told of somebody new.
        self.on(self.end.minus(Duration::from_hours(2)), Deed::EndOfAssignment);
        self.on(self.end.minus(Duration::from_hours(1)), Deed::HandOver);
    }

    /// Sometime on a day between seven and six.
    fn on_day(&mut self, start: Timestamp, day: u64, deed: Deed) -> Timestamp {
        let midnight = start.minus(Duration::from_hours(6)).plus(DAY * u32::try_from(day).unwrap());
        let at = midnight.plus(self.dice.millis(7 * 3_600_000..18 * 3_600_000));
        self.on(at, deed);
        at
    }

    fn usual(&mut self) -> Deed {
        match self.dice.below(100) {
            0..22 => Deed::Absence,
            22..30 => Deed::HandOver,
            30..34 => Deed::EndOfAssignment,
            34..37 => Deed::PlannedAssignment,
            37..44 => Deed::Move,
            44..48 => Deed::Segment,
            48..52 => Deed::Regroup,
            52..68 => Deed::Review,
            68..77 => Deed::Project,
            _ => Deed::Contact,
        }
    }

    /// One deed, now. Where nobody is there whom it could concern, nothing happens.
    pub(super) async fn carry_out(&mut self, deed: Deed) {
        match deed {
            Deed::Absence => self.absence().await,
            Deed::BackEarly { staff, absence } => self.back_early(staff, absence).await,
            Deed::Training { staff } => self.training(staff).await,
            Deed::Leaving { has_deputy, is_told_late } => self.leaving(has_deputy, is_told_late).await,
            Deed::Succession { staff } => self.succession(staff).await,
            Deed::HandOver => self.hand_over_one().await,
            Deed::EndOfAssignment => self.end_of_assignment().await,
            Deed::Assignment { customer } => self.assignment(customer).await,
            Deed::PlannedAssignment => self.planned_assignment().await,
            Deed::TakenBack { assignment } => {
                let begins = self.diary.assignments[assignment].from;
                self.end_assignment(assignment, begins).await;
            }
            Deed::Move => self.moves().await,
            Deed::Segment => self.segment().await,
            Deed::Regroup => self.regroup().await,
            Deed::Closing => self.closing().await,
            Deed::Enrolment => self.enrolment().await,
            Deed::Review => self.review().await,
            Deed::ReviewEnds { plan, review, how } => self.review_ends(plan, review, how).await,
            Deed::Project => self.project().await,
            Deed::ProjectEnds { project, how } => self.project_ends(project, how).await,
            Deed::Publication { hours } => self.publication(hours).await,
            Deed::Contact => self.contact().await,
            Deed::Callback { call, is_kept } => self.callback(call, is_kept).await,
            Deed::Theft { is_refused } => self.theft(is_refused).await,
            Deed::Recovery { theft } => self.recovery(theft).await,
            Deed::ListRepaired => self.list_repaired().await,
            Deed::MailReturns { message_id } => self.mail_returns(&message_id).await,
        }
    }

    async fn mail_returns(&self, message_id: &str) {
        let request = RecordBounceRequest { request_id: self.house.fresh(), message: returned(message_id) };
        NoticeServiceClient::new(self.house.door(&operator())).record_bounce(request).await.unwrap();
    }

    /// A customer on the wire.
    fn account(&self, customer: usize) -> Option<AccountRef> {
        by_id(self.diary.customers[customer].id)
    }
}

pub(super) fn by_id(account: Uuid) -> Option<AccountRef> {
    Some(AccountRef { account: Some(account_ref::Account::AccountId(account.to_string())) })
}

pub(super) fn operator() -> Grant {
    Grant::new("operator-1", &[Role::Operator])
}

/// The operator's CRM, which keeps customers' records.
pub(super) fn advisor() -> Grant {
    Grant::new("advisor-1", &[Role::Advisor])
}
