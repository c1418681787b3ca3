//! Customers move, grow, join and go.

use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::{
    self as wire, Address, ChangeAccountRequest, CloseAccountRequest, MoveAccountRequest,
};

use super::{Deed, advisor};
use crate::year::Year;
use crate::year::diary::{Level, Place, Segment};
use crate::year::house;

/// A segment on the wire.
pub(super) fn on_wire(segment: Segment) -> wire::Segment {
    match segment {
        Segment::Large => wire::Segment::LargeAccount,
        Segment::Fleet => wire::Segment::SmeFleet,
        Segment::Fixed => wire::Segment::BusinessFixed,
    }
}

/// An address in a place.
pub(super) fn address(place: Place) -> Address {
    Address {
        lines: vec!["1 rue de l'Exemple".to_owned()],
        postal_code: place.postal_code.to_owned(),
        town: "Exemple".to_owned(),
        ..Address::default()
    }
}

impl Year {
    /// One of the companies that stay customers.
    pub(super) fn a_company(&mut self) -> usize {
        let stays = |customer: &usize| {
            let own = &self.diary.customers[*customer];
            own.level == Level::Company && own.stays()
        };
        let companies: Vec<_> = (0..self.diary.customers.len()).filter(stays).collect();
        *self.dice.pick(&companies)
    }

    async fn change(&mut self, customer: usize, change: ChangeAccountRequest) {
        let request = ChangeAccountRequest {
            request_id: self.house.fresh(),
            account: self.account(customer),
            ..change
        };
        AccountServiceClient::new(self.house.door(&advisor())).change_account(request).await.unwrap();
    }

    pub(super) async fn moves(&mut self) {
        let (company, place, now) = (self.a_company(), *self.dice.pick(&Place::ALL), self.now());
        self.change(company, ChangeAccountRequest { address: Some(address(place)), ..Default::default() })
            .await;
        self.diary.customers[company].places.push((now, Some(place)));
    }

    pub(super) async fn segment(&mut self) {
        let (company, now) = (self.a_company(), self.now());
        let segment = *self.dice.pick(&[Segment::Large, Segment::Fleet, Segment::Fixed]);
        let segments = vec![on_wire(segment).into()];
        self.change(company, ChangeAccountRequest { segments, ..Default::default() }).await;
        self.diary.customers[company].segments.push((now, segment));
    }

    /// A company of a group leaves it, another one joins one.
    pub(super) async fn regroup(&mut self) {
        let (company, now) = (self.a_company(), self.now());
        let groups: Vec<_> = (0..self.diary.customers.len())
            .filter(|customer| self.diary.customers[*customer].level == Level::Group)
            .collect();
        let parent = match self.diary.customers[company].parent(now) {
            Some(_) => None,
            None => Some(*self.dice.pick(&groups)),
        };
        let request = MoveAccountRequest {
            request_id: self.house.fresh(),
            account: self.account(company),
            parent_account_id: parent.map(|one| self.diary.customers[one].id.to_string()).unwrap_or_default(),
            effective_from: house::wire(now),
        };
        AccountServiceClient::new(self.house.door(&advisor())).move_account(request).await.unwrap();
        self.diary.customers[company].parents.push((now, parent));
        if parent.is_none() && self.diary.is_unassigned_from(company, now) {
            let later = self.dice.millis(600_000..5 * 86_400_000);
            self.on(now.plus(later), Deed::Assignment { customer: company });
        }
    }

    /// A company without sites below it; one of them has nobody to turn to at its end.
    pub(super) async fn closing(&mut self) {
        let now = self.now();
        let has_sites = |company: usize| {
            self.diary
                .customers
                .iter()
                .any(|one| one.level == Level::Site && one.parent(now) == Some(company))
        };
        let may_close = |company: &usize| {
            let own = &self.diary.customers[*company];
            let is_company = own.level == Level::Company && own.stays() && !has_sites(*company);
            is_company && Some(*company) != self.cast.unreachable
        };
        let companies: Vec<_> = (0..self.diary.customers.len()).filter(may_close).collect();
        let company = *self.dice.pick(&companies);
        let at =
            if self.dice.chance(50) { now } else { now.plus(self.dice.millis(3_600_000..10 * 86_400_000)) };
        let assignment = self.diary.own_assignment(company, now, now);
        if let Some(assignment) = assignment.filter(|one| self.diary.assignments[*one].ends.is_empty()) {
            // Whose account is to end is left alone a little before.
            self.end_assignment(assignment, now).await;
            self.next_second().await;
        }
        let at = at.max(self.now());
        let request = CloseAccountRequest {
            request_id: self.house.fresh(),
            account: self.account(company),
            effective_from: house::wire(at),
        };
        AccountServiceClient::new(self.house.door(&advisor())).close_account(request).await.unwrap();
        self.diary.customers[company].closed = Some((at, self.now()));
        if let Some(plan) = self.diary.plans.iter_mut().find(|plan| plan.customer == company) {
            plan.end(at);
        }
    }

    pub(super) async fn enrolment(&mut self) {
        let segment = *self.dice.pick(&[Segment::Large, Segment::Fleet, Segment::Fixed]);
        let company = self.customer(Level::Company, None, segment).await;
        self.usual_people(company).await;
        let later = self.dice.millis(60_000..3 * 86_400_000);
        self.on(self.now().plus(later), Deed::Assignment { customer: company });
    }
}
