//! What customers are served with: reviews, projects, contact points, contacts, and help after a theft.

use std::time::Duration;

use uuid::Uuid;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_clock::Timestamp;
use vigie_lines::block_list::Faults;
use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_proto::lines::{
    ActState, DeclareRecoveredRequest, DeclareTheftRequest, LineRef, SuspendLineRequest, SuspensionReason,
    line_ref,
};
use vigie_proto::routing::contact_fact::What;
use vigie_proto::routing::contact_service_client::ContactServiceClient;
use vigie_proto::routing::desk_service_client::DeskServiceClient;
use vigie_proto::routing::project_service_client::ProjectServiceClient;
use vigie_proto::routing::record_contacts_request::Fact;
use vigie_proto::routing::review_service_client::ReviewServiceClient;
use vigie_proto::routing::*;

use super::{Deed, ProjectEnd, ReviewEnd, advisor, by_id, operator};
use crate::year::diary::{self, Basis, Handling, Theft, Version};
use crate::year::house::{id, wire};
use crate::year::{DAY, Year};

/// A system that keeps lines.
pub(super) fn crm(account: Uuid) -> Grant {
    Grant::new("crm", &[Role::Integration]).scope(Scope::account(account))
}

fn phone_holder(account: Uuid, number: usize) -> Grant {
    Grant::new(&format!("phone-{number}"), &[Role::EndUser]).scope(Scope::account(account))
}

fn fleet_manager(account: Uuid) -> Grant {
    Grant::new("paul.martin", &[Role::FleetManager]).scope(Scope::account(account)).with_step_up()
}

fn line_by_id(line: Uuid) -> Option<LineRef> {
    Some(LineRef { line: Some(line_ref::Line::LineId(line.to_string())) })
}

impl Year {
    pub(super) async fn review(&mut self) {
        let (company, now) = (self.a_company(), self.now());
        let number = self.diary.plans.iter().position(|plan| plan.customer == company).unwrap();
        let planned_for = now.plus(self.dice.millis(5 * 86_400_000..40 * 86_400_000));
        if planned_for >= self.diary.plans[number].running().due {
            return;
        }
        let request = PlanReviewRequest {
            request_id: self.house.fresh(),
            account: self.account(company),
            planned_for: wire(planned_for),
            staff_id: String::new(),
        };
        let mut client = ReviewServiceClient::new(self.house.door(&operator()));
        let plan = client.plan_review(request).await.unwrap().into_inner().plan.unwrap();
        let review = plan.reviews.last().unwrap().review_id.clone();
        let (how, at) = match self.dice.below(10) {
            0..4 => (ReviewEnd::Held, planned_for),
            4..7 => (ReviewEnd::CancelledByUs, planned_for.minus(DAY)),
            _ => (ReviewEnd::CancelledByTheCustomer, planned_for.minus(DAY)),
        };
        self.on(at, Deed::ReviewEnds { plan: number, review, how });
    }

    pub(super) async fn review_ends(&mut self, plan: usize, review: String, how: ReviewEnd) {
        let (account, now) = (self.diary.plans[plan].account, self.now());
        if !self.diary.customers[self.diary.plans[plan].customer].stays() {
            return;
        }
        let (request_id, account) = (self.house.fresh(), by_id(account));
        let mut client = ReviewServiceClient::new(self.house.door(&operator()));
        let by = match how {
            ReviewEnd::Held => {
                // It was put on record an hour after.
                let held_at = now.minus(Duration::from_hours(1));
                let request = HoldReviewRequest {
                    request_id,
                    account,
                    review_id: review,
                    held_at: wire(held_at),
                    staff_id: String::new(),
                };
                client.hold_review(request).await.unwrap();
                self.diary.plans[plan].held(held_at);
                return;
            }
            ReviewEnd::CancelledByUs => Side::Operator,
            ReviewEnd::CancelledByTheCustomer => Side::Customer,
        };
        let request = CancelReviewRequest { request_id, account, review_id: review, by: by.into() };
        client.cancel_review(request).await.unwrap();
        let running = self.diary.plans[plan].running();
        // What was planned for a later year excuses nothing of this one.
        running.is_excused |= by == Side::Customer && now.plus(DAY) < running.due;
    }

    pub(super) async fn project(&mut self) {
        let (company, now) = (self.a_company(), self.now());
        // The customer wrote a while ago.
        let requested_at = now.minus(self.dice.millis(0..7_200_000));
        let request = OpenProjectRequest {
            request_id: self.house.fresh(),
            account: self.account(company),
            kind: ProjectKind::NewSite.into(),
            countries: vec!["DE".to_owned()],
            referent_staff_id: self.diary.staff[0].id.to_string(),
            requested_at: wire(requested_at),
        };
        let mut client = ProjectServiceClient::new(self.house.door(&operator()));
        let project = client.open_project(request).await.unwrap().into_inner().project.unwrap();
        self.diary.projects.push(diary::Project { id: id(&project.project_id), requested_at, ended: None });
        let number = self.diary.projects.len() - 1;
        let how = match self.dice.below(10) {
            0..7 => ProjectEnd::Answered,
            7..9 => ProjectEnd::Withdrawn,
            _ => ProjectEnd::Declined,
        };
        let at = now.plus(self.dice.millis(600_000..6 * 86_400_000));
        self.on(at, Deed::ProjectEnds { project: number, how });
    }

    pub(super) async fn project_ends(&mut self, project: usize, how: ProjectEnd) {
        let (now, request_id) = (self.now(), self.house.fresh());
        let mut client = ProjectServiceClient::new(self.house.door(&operator()));
        let project_id = self.diary.projects[project].id.to_string();
        let requested_at = self.diary.projects[project].requested_at;
        // Put on record a while after.
        let at = now.minus(self.dice.millis(0..28_800_000)).max(requested_at);
        let outcome = match how {
            ProjectEnd::Answered => {
                let (answered_at, promised_for) = (wire(at), wire(now.plus(DAY * 30)));
                let request = AnswerProjectRequest { request_id, project_id, answered_at, promised_for };
                client.answer_project(request).await.unwrap();
                self.diary.projects[project].ended = Some(diary::ProjectEnd::Answered(at));
                return;
            }
            ProjectEnd::Withdrawn => ProjectOutcome::Withdrawn,
            ProjectEnd::Declined => ProjectOutcome::Declined,
        };
        let (closed_at, outcome) = (wire(at), outcome.into());
        client
            .close_project(CloseProjectRequest { request_id, project_id, closed_at, outcome })
            .await
            .unwrap();
        let ended = match how {
            ProjectEnd::Withdrawn => diary::ProjectEnd::Withdrawn(at),
            ProjectEnd::Declined | ProjectEnd::Answered => diary::ProjectEnd::Declined,
        };
        self.diary.projects[project].ended = Some(ended);
    }

    /// The contact point of a desk changes in so many hours; its first version is valid at once.
    pub(super) async fn publish(&mut self, desk: usize, hours: u64) {
        let now = self.now();
        let known = self.cast.points.get(desk).cloned();
        let valid_from = now.plus(Duration::from_hours(hours));
        let point_version = known.as_ref().map_or(1, |(_, version, _)| version + 1);
        let point = ContactPoint {
            contact_point_id: known.as_ref().map(|(point, ..)| point.clone()).unwrap_or_default(),
            desk_id: self.cast.desks[desk].clone(),
            channel: ContactChannel::Phone.into(),
            number: format!("+3319900{desk:02}{point_version:02}"),
            tariff_class: TariffClass::Normal.into(),
            tariff_label: "Prix d'un appel".to_owned(),
            valid_from: wire(valid_from),
            ..ContactPoint::default()
        };
        let request =
            PublishContactPointRequest { request_id: self.house.fresh(), contact_point: Some(point) };
        let mut client = DeskServiceClient::new(self.house.door(&operator()));
        let point = client.publish_contact_point(request).await.unwrap().into_inner().contact_point.unwrap();
        let version = Version {
            point: id(&point.contact_point_id),
            number: point_version,
            published_at: now,
            valid_from,
            // The first one changes nothing.
            told: if point_version > 1 { self.diary.letters_to_all(now) } else { Vec::new() },
        };
        self.diary.versions.push(version);
        let entry = (point.contact_point_id, point_version, valid_from);
        match self.cast.points.get_mut(desk) {
            Some(known) => *known = entry,
            None => self.cast.points.push(entry),
        }
    }

    pub(super) async fn publication(&mut self, hours: u64) {
        let valid_from = self.now().plus(Duration::from_hours(hours));
        let desk = self.dice.below(self.cast.points.len());
        if self.cast.points[desk].2 < valid_from {
            self.publish(desk, hours).await;
        }
    }

    pub(super) async fn contact(&mut self) {
        let (company, now) = (self.a_company(), self.now());
        let own = &self.diary.customers[company];
        let segment = own.segment(now);
        let end_user = own.end_user.filter(|_| self.dice.chance(30));
        let caller = match end_user {
            Some(person) => contact_caller::Caller::PersonId(person.to_string()),
            None => contact_caller::Caller::AccountId(self.diary.customers[company].id.to_string()),
        };
        let right = match (end_user, segment) {
            (Some(_), _) => 3,
            (None, diary::Segment::Large) => 0,
            (None, diary::Segment::Fleet) => 1,
            (None, diary::Segment::Fixed) => 2,
        };
        let wrong = (right + 1) % 4;
        let named = self.diary.named(company, now, now);
        let manager = named.staff.filter(|_| end_user.is_none() && named.basis == Basis::Assigned);
        let answered_at = now.plus(self.dice.millis(5_000..60_000));
        let (desk, handling) = match self.dice.below(10) {
            0..4 => (right, Handling::ByTheRightTeam(answered_at)),
            4 | 5 => (wrong, Handling::ByAnotherTeam),
            6 if manager.is_some() => (wrong, Handling::ByTheManager(answered_at)),
            6 | 7 => (wrong, Handling::HandedOnTwice(answered_at)),
            8 => (right, Handling::GivenUp),
            _ => (right, Handling::GoesOn),
        };
        let offered = What::Offered(ContactOffered {
            desk: self.desk(desk),
            channel: ContactChannel::Phone.into(),
            caller: Some(ContactCaller { caller: Some(caller) }),
            ..ContactOffered::default()
        });
        let answered = |staff: String| {
            What::Answered(ContactAnswered {
                desk: self.desk(desk),
                agent: Some(StaffRef { staff: Some(staff_ref::Staff::StaffId(staff)) }),
                wait_ms: None,
                context_shown: Some(true),
            })
        };
        let handed_on = |to: usize| {
            What::Transferred(ContactTransferred { to_desk: self.desk(to), reason: String::new() })
        };
        let ended = || What::Ended(ContactEnded { settled: Some(true) });
        let agent = || self.cast.agent.clone();
        let after = |seconds| answered_at.plus(Duration::from_secs(seconds));
        let facts = match handling {
            Handling::ByTheRightTeam(_) | Handling::ByAnotherTeam => {
                vec![(now, offered), (answered_at, answered(agent())), (after(90), ended())]
            }
            Handling::ByTheManager(_) => {
                let manager = self.diary.staff[manager.unwrap()].id.to_string();
                vec![(now, offered), (answered_at, answered(manager)), (after(90), ended())]
            }
            Handling::HandedOnTwice(_) => vec![
                (now, offered),
                (answered_at, answered(agent())),
                (after(30), handed_on((wrong + 1) % 4)),
                (after(60), handed_on(right)),
                (after(90), ended()),
            ],
            Handling::GivenUp => {
                let abandoned = ContactAbandoned { desk: self.desk(desk), wait_ms: None };
                vec![(now, offered), (answered_at, What::Abandoned(abandoned))]
            }
            Handling::GoesOn => vec![(now, offered), (answered_at, answered(agent()))],
        };
        let call = self.diary.contacts.len();
        let (id, waited_until) = (self.tell(call, facts).await, answered_at);
        let is_large = end_user.is_none().then_some(segment == diary::Segment::Large);
        let began_at = now;
        self.diary.contacts.push(diary::Contact {
            id,
            began_at,
            is_large,
            handling,
            waited_until,
            callback: None,
        });
        if end_user.is_some() && handling != Handling::GivenUp && self.dice.chance(60) {
            self.promise_callback(call).await;
        }
    }

    async fn promise_callback(&mut self, call: usize) {
        let now = self.now();
        let due = now.plus(self.dice.millis(3_600_000..3 * 86_400_000));
        let promised =
            What::CallbackPromised(CallbackPromised { callback: "1".to_owned(), due_by: wire(due) });
        self.tell(call, vec![(now, promised)]).await;
        self.diary.contacts[call].callback = Some(diary::Callback { due, ended: None });
        let at = now.plus(self.dice.millis(600_000..4 * 86_400_000));
        match self.dice.below(10) {
            0..7 => self.on(at, Deed::Callback { call, is_kept: true }),
            7 => self.on(at, Deed::Callback { call, is_kept: false }),
            _ => {}
        }
    }

    pub(super) async fn callback(&mut self, call: usize, is_kept: bool) {
        let (now, callback) = (self.now(), "1".to_owned());
        let (what, ended) = if is_kept {
            (What::CallbackKept(CallbackKept { callback, agent: None }), diary::CallbackEnd::Kept(now))
        } else {
            (
                What::CallbackMissed(CallbackMissed { callback, reason: String::new() }),
                diary::CallbackEnd::Missed,
            )
        };
        self.tell(call, vec![(now, what)]).await;
        if let Some(callback) = &mut self.diary.contacts[call].callback {
            callback.ended = Some(ended);
        }
    }

    fn desk(&self, number: usize) -> Option<DeskRef> {
        Some(DeskRef { desk: Some(desk_ref::Desk::DeskId(self.cast.desks[number].clone())) })
    }

    /// Tells what happened to a call, as the contact centre does.
    async fn tell(&self, call: usize, facts: Vec<(Timestamp, What)>) -> Uuid {
        let numbered = facts.into_iter().zip(1..);
        let requests: Vec<_> = numbered
            .map(|((at, what), number)| {
                let fact = ContactFact {
                    origin: "acd".to_owned(),
                    contact: format!("call-{call}"),
                    fact_id: self.house.fresh(),
                    occurred_at: wire(at),
                    what: Some(what),
                };
                RecordContactsRequest { number, fact: Some(Fact::Contact(fact)) }
            })
            .collect();
        let mut client = ContactServiceClient::new(self.house.door(&advisor()));
        let mut answers = client.record_contacts(tokio_stream::iter(requests)).await.unwrap().into_inner();
        let mut contact_id = None;
        while let Some(answer) = answers.message().await.unwrap() {
            assert_eq!(answer.outcome(), FactOutcome::Recorded, "{answer:?}");
            contact_id = Some(id(&answer.contact_id));
        }
        contact_id.unwrap()
    }

    pub(super) async fn theft(&mut self, is_refused: bool) {
        let number = self.diary.thefts.len();
        let (line, account) = self.cast.lines[number];
        let (now, declared_at) = (self.now(), self.now().minus(Duration::from_hours(1)));
        self.house.block_list.set_faults(Faults { refuses_writes: is_refused, ..Faults::default() });
        let mut client = LineServiceClient::new(self.house.door(&phone_holder(account, number + 1)));
        let suspend = SuspendLineRequest {
            request_id: self.house.fresh(),
            line: line_by_id(line),
            reason: SuspensionReason::Theft.into(),
            ..SuspendLineRequest::default()
        };
        let suspended = client.suspend_line(suspend).await.unwrap().into_inner();
        assert_eq!(suspended.act.unwrap().state(), ActState::Confirmed);
        let declare = DeclareTheftRequest {
            request_id: self.house.fresh(),
            line: line_by_id(line),
            police_report: format!("2026/{number:06}"),
            declared_at: wire(declared_at),
            ..DeclareTheftRequest::default()
        };
        client.declare_theft(declare).await.unwrap();
        let listed_at = (!is_refused).then_some(now);
        let theft = Theft { line, suspended_at: now, declared_at, listed_at, recovered_at: None };
        self.diary.thefts.push(theft);
    }

    pub(super) async fn list_repaired(&mut self) {
        self.house.block_list.set_faults(Faults::default());
        self.house.approve_blocking().await;
        let now = self.now();
        let waits = |theft: &&mut Theft| theft.listed_at.is_none() && theft.recovered_at.is_none();
        for theft in self.diary.thefts.iter_mut().filter(waits) {
            theft.listed_at = Some(now);
        }
    }

    pub(super) async fn recovery(&mut self, theft: usize) {
        let line = self.diary.thefts[theft].line;
        let account = self.cast.lines.iter().find(|(one, _)| *one == line).unwrap().1;
        let request = DeclareRecoveredRequest {
            request_id: self.house.fresh(),
            line: line_by_id(line),
            recovered_at: wire(self.now().minus(Duration::from_hours(1))),
            ..DeclareRecoveredRequest::default()
        };
        let mut client = LineServiceClient::new(self.house.door(&fleet_manager(account)));
        client.declare_recovered(request).await.unwrap();
        self.diary.thefts[theft].recovered_at = Some(self.now());
    }
}
