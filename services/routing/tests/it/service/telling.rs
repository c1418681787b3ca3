//! Customers are told: of their manager (promise 2.1), of contact points (3.1), by the word of whoever has the proof.

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::routing::desk_service_client::DeskServiceClient;
use vigie_proto::routing::record_told_request::What;
use vigie_proto::routing::*;

use super::desks::{desk, number, publish};
use super::house::*;
use super::on_both_engines;

fn notices() -> Grant {
    Grant::new("notices", &[Role::Operator])
}

fn told(house: &House, account: &Account, what: What) -> RecordToldRequest {
    RecordToldRequest {
        request_id: fresh(),
        account: by_id(account),
        notice_id: fresh(),
        told_at: wire(house.now()),
        what: Some(what),
    }
}

fn change(change_id: &str) -> What {
    What::ManagerChangeId(change_id.to_owned())
}

async fn assigned(house: &House, account: &Account) -> Assignment {
    let anne = house.a_manager("Anne").await;
    let request = AssignManagerRequest {
        request_id: fresh(),
        account: by_id(account),
        staff_id: anne,
        ..Default::default()
    };
    house.crm().assign_manager(request).await.unwrap().into_inner().assignment.unwrap()
}

async fn listed(house: &House, account: &Account) -> Assignment {
    house.listed().await;
    let request = ListAssignmentsRequest { account: by_id(account), ..Default::default() };
    house.crm().list_assignments(request).await.unwrap().into_inner().assignments.remove(0)
}

on_both_engines! {
    async fn a_customer_is_told_of_a_change_once(house: House) {
        let account = house.a_company(1).await;
        let assignment = assigned(&house, &account).await;
        assert!(assignment.tell_by.is_some() && assignment.told_at.is_none());
        assert_eq!(listed(&house, &account).await, assignment);

        let mut client = house.accounts(&notices());
        let first = told(&house, &account, change(&assignment.assignment_id));
        let answer = client.record_told(first.clone()).await.unwrap().into_inner();
        assert_eq!(answer.told_at, first.told_at);
        let head = house.asked_for().await;
        assert_eq!(client.record_told(first.clone()).await.unwrap().into_inner(), answer, "the same request");
        let second = told(&house, &account, change(&assignment.assignment_id));
        assert_eq!(client.record_told(second).await.unwrap().into_inner(), answer, "the first proof counts");
        assert_eq!(house.asked_for().await, head);
        let shown = listed(&house, &account).await;
        assert_eq!((shown.told_at, shown.notice_id), (first.told_at, first.notice_id));
    }

    async fn of_a_change_that_no_notice_proves_it_is_said(house: House) {
        const NOT_TOLD: &str = "vigie.account.manager_change_not_told.v1";
        let account = house.a_company(1).await;
        let assignment = assigned(&house, &account).await;
        house.pass(std::time::Duration::from_hours(24 * 12));
        until(async || !house.recorded(NOT_TOLD).await.is_empty()).await;
        let recorded = house.recorded(NOT_TOLD).await;
        assert_eq!(recorded[0].1["change_id"], assignment.assignment_id);
        let told = told(&house, &account, change(&assignment.assignment_id));
        house.accounts(&notices()).record_told(told.clone()).await.unwrap();
        assert_eq!(listed(&house, &account).await.told_at, told.told_at, "late, but told");
    }

    async fn whoever_was_told_a_contact_point_is_listed(house: House) {
        let (first, second) = (house.a_company(1).await, house.a_company(2).await);
        let mut desks = DeskServiceClient::new(house.door(&operator()));
        let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk("Paris")) };
        let paris = desks.register_desk(request).await.unwrap().into_inner().desk.unwrap();
        let published = desks.publish_contact_point(publish(number(&paris, "+33100000009"))).await;
        let point = published.unwrap().into_inner().contact_point.unwrap();
        let version = |point_version| {
            What::ContactPoint(PointVersion { contact_point_id: point.contact_point_id.clone(), point_version })
        };
        let mut client = house.accounts(&notices());
        for account in [&first, &second] {
            client.record_told(told(&house, account, version(1))).await.unwrap();
        }
        let unknown = told(&house, &first, version(2));
        assert_eq!(refused(client.record_told(unknown).await), "CONTACT_POINT_NOT_FOUND");

        house.listed().await;
        let request = |page_token| ListRecipientsRequest {
            contact_point_id: point.contact_point_id.clone(),
            point_version: 1,
            page_size: 1,
            page_token,
        };
        let page = desks.list_recipients(request(String::new())).await.unwrap().into_inner();
        let rest = desks.list_recipients(request(page.next_page_token)).await.unwrap().into_inner();
        let mut told = [page.recipients[0].account_id.clone(), rest.recipients[0].account_id.clone()];
        told.sort();
        let mut expected = [first.account_id.clone(), second.account_id.clone()];
        expected.sort();
        assert_eq!((told, rest.next_page_token), (expected, String::new()));
        let mut customer = DeskServiceClient::new(house.door(&fleet_manager(&first)));
        let refusal = refused(customer.list_recipients(request(String::new())).await);
        assert_eq!(refusal, "PERMISSION_DENIED", "it names all customers");
    }

    async fn only_whoever_tells_customers_records_it_and_only_of_their_own(house: House) {
        let (account, other) = (house.a_company(1).await, house.a_company(2).await);
        let assignment = assigned(&house, &account).await;
        let request = || told(&house, &account, change(&assignment.assignment_id));
        for grant in [advisor(), fleet_manager(&account)] {
            assert_eq!(refused(house.accounts(&grant).record_told(request()).await), "PERMISSION_DENIED");
        }
        let foreign = Grant::new("crm", &[Role::Integration]).scope(Scope::account(id(&other.account_id)));
        assert_eq!(refused(house.accounts(&foreign).record_told(request()).await), "ACCOUNT_NOT_FOUND");
        let elsewhere = told(&house, &other, change(&assignment.assignment_id));
        let mut client = house.accounts(&notices());
        assert_eq!(refused(client.record_told(elsewhere).await), "ASSIGNMENT_NOT_FOUND");
        let nothing = RecordToldRequest { what: None, ..request() };
        assert_eq!(refused(client.record_told(nothing).await), "INVALID_ARGUMENT");
        let ahead = RecordToldRequest { told_at: house.in_days(1), ..request() };
        assert_eq!(refused(client.record_told(ahead).await), "BAD_PERIOD");
    }
}
