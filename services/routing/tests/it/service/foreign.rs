//! What is another customer's looks exactly like what does not exist; and customers change nothing.

use tonic::Status;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::routing::get_person_request::Person as By;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

/// All that a caller can tell of a refusal.
#[track_caller]
fn told<T: std::fmt::Debug>(answer: Result<T, Status>) -> (tonic::Code, String, Vec<u8>) {
    let status = answer.expect_err("refused");
    (status.code(), status.message().to_owned(), status.details().to_vec())
}

fn account(by: account_ref::Account) -> Option<AccountRef> {
    Some(AccountRef { account: Some(by) })
}

on_both_engines! {
    async fn another_customer_s_account_looks_like_none(house: House) {
        use account_ref::Account as Ref;
        let (own, foreign) = (house.a_company(1).await, house.a_company(2).await);
        let marie = house.a_person(&foreign, 2).await;
        let mut client = house.accounts(&fleet_manager(&own));
        assert!(client.get_account(GetAccountRequest { account: by_id(&own), at: None }).await.is_ok());
        let pairs = [
            (Ref::AccountId(foreign.account_id.clone()), Ref::AccountId(fresh())),
            (Ref::Siren(foreign.siren.clone()), Ref::Siren(siren(3))),
            (Ref::AccountId(marie.person_id.clone()), Ref::AccountId(fresh())),
        ];
        for (there, not_there) in pairs {
            let get = |by: Ref| GetAccountRequest { account: account(by), at: None };
            assert_eq!(
                told(client.get_account(get(there.clone())).await),
                told(client.get_account(get(not_there.clone())).await)
            );
            let manager = |by: Ref| GetManagerRequest { account: account(by), at: None };
            assert_eq!(
                told(client.get_manager(manager(there.clone())).await),
                told(client.get_manager(manager(not_there.clone())).await)
            );
            let people = |by: Ref| ListPeopleRequest { account: account(by), ..Default::default() };
            assert_eq!(
                told(client.list_people(people(there)).await),
                told(client.list_people(people(not_there)).await)
            );
        }
        let person = |by| GetPersonRequest { person: Some(by) };
        let foreign_person = told(client.get_person(person(By::PersonId(marie.person_id))).await);
        assert_eq!(foreign_person, told(client.get_person(person(By::PersonId(fresh()))).await));
        let foreign_number = told(client.get_person(person(By::Number("+33600000002".to_owned()))).await);
        assert_eq!(foreign_number, told(client.get_person(person(By::Number("+33699999999".to_owned()))).await));
    }

    async fn an_integration_changes_what_is_in_its_scope(house: House) {
        let (own, foreign) = (house.a_company(1).await, house.a_company(2).await);
        let head = house.asked_for().await;
        let grant = Grant::new("crm", &[Role::Integration]).scope(Scope::account(id(&own.account_id)));
        let mut client = house.accounts(&grant);
        let change = |of: &Account| ChangeAccountRequest {
            request_id: fresh(),
            account: by_id(of),
            name: "Neuf SA".to_owned(),
            ..Default::default()
        };
        assert_eq!(refused(client.change_account(change(&foreign)).await), "ACCOUNT_NOT_FOUND");
        let register = |of| RegisterPersonRequest { request_id: fresh(), person: Some(person(of, 1)) };
        assert_eq!(refused(client.register_person(register(&foreign)).await), "ACCOUNT_NOT_FOUND");
        let new = |entry| RegisterAccountRequest { request_id: fresh(), account: Some(entry) };
        assert_eq!(refused(client.register_account(new(house.company(3))).await), "PERMISSION_DENIED");
        assert_eq!(refused(client.register_account(new(house.site(&foreign, 1))).await), "ACCOUNT_NOT_FOUND");
        assert_eq!(house.asked_for().await, head, "nothing changed");
        client.register_account(new(house.site(&own, 1))).await.unwrap();
        client.change_account(change(&own)).await.unwrap();
        client.register_person(register(&own)).await.unwrap();
    }

    async fn customers_change_nothing(house: House) {
        let own = house.a_company(1).await;
        let head = house.asked_for().await;
        for role in [Role::EndUser, Role::FleetManager, Role::ItManager, Role::ContractManager, Role::AccountAdministrator, Role::Auditor] {
            let grant = Grant::new("someone", &[role]).scope(Scope::account(id(&own.account_id)));
            let mut client = house.accounts(&grant);
            let rename = ChangeAccountRequest {
                request_id: fresh(),
                account: by_id(&own),
                name: "Neuf SA".to_owned(),
                ..Default::default()
            };
            assert_eq!(refused(client.change_account(rename).await), "PERMISSION_DENIED");
            let register = RegisterPersonRequest { request_id: fresh(), person: Some(person(&own, 1)) };
            assert_eq!(refused(client.register_person(register).await), "PERMISSION_DENIED");
            assert!(client.get_manager(GetManagerRequest { account: by_id(&own), at: None }).await.is_ok());
        }
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }
}
