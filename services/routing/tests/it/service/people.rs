//! People of accounts: recognised by their number while they are there, and by nobody after.

use vigie_proto::routing::get_person_request::Person as By;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

fn by_number(number: &str) -> GetPersonRequest {
    GetPersonRequest { person: Some(By::Number(number.to_owned())) }
}

async fn change(house: &House, person: Person) -> Person {
    let request = ChangePersonRequest { request_id: fresh(), person: Some(person) };
    house.crm().change_person(request).await.unwrap().into_inner().person.unwrap()
}

on_both_engines! {
    async fn a_person_is_recognised_by_number_while_they_are_there(house: House) {
        let account = house.a_company(1).await;
        let (marie, paul) = (house.a_person(&account, 1).await, house.a_person(&account, 2).await);
        let found = house.crm().get_person(by_number("+33600000001")).await.unwrap().into_inner().person;
        assert_eq!(found, Some(marie.clone()));
        assert_eq!(
            refused(house.crm().get_person(by_number("+33100000001")).await),
            "PERSON_NOT_FOUND",
            "the switchboard is not one person"
        );
        let moved = Person { numbers: vec!["+33611111111".to_owned()], ..marie.clone() };
        let moved = change(&house, moved).await;
        assert_eq!(refused(house.crm().get_person(by_number("+33600000001")).await), "PERSON_NOT_FOUND");
        let found = house.crm().get_person(by_number("+33100000001")).await.unwrap().into_inner().person;
        assert_eq!(found, Some(paul), "alone behind the switchboard now");

        let request = RemovePersonRequest { request_id: fresh(), person_id: moved.person_id.clone() };
        let removed = house.crm().remove_person(request.clone()).await.unwrap().into_inner().person.unwrap();
        assert!(removed.left_at.is_some());
        let again = house.crm().remove_person(request).await.unwrap().into_inner().person.unwrap();
        assert_eq!(again, removed);
        assert_eq!(refused(house.crm().get_person(by_number("+33611111111")).await), "PERSON_NOT_FOUND");
        let by_id = GetPersonRequest { person: Some(By::PersonId(removed.person_id.clone())) };
        assert_eq!(house.crm().get_person(by_id).await.unwrap().into_inner().person, Some(removed.clone()));
        let request = ChangePersonRequest { request_id: fresh(), person: Some(moved) };
        assert_eq!(refused(house.crm().change_person(request).await), "ENDED");
        // The same user may come back as another record.
        let back = Person { person_id: String::new(), left_at: None, external_identifiers: vec![], ..removed };
        let request = RegisterPersonRequest { request_id: fresh(), person: Some(back) };
        house.crm().register_person(request).await.unwrap();
    }

    async fn a_user_id_is_one_person_s_of_the_account_and_anybody_s_elsewhere(house: House) {
        let (account, other) = (house.a_company(1).await, house.a_company(2).await);
        let marie = house.a_person(&account, 1).await;
        let same = Person { external_identifiers: vec![], ..person(&account, 1) };
        let request = RegisterPersonRequest { request_id: fresh(), person: Some(same.clone()) };
        assert_eq!(refused(house.crm().register_person(request).await), "IDENTIFIER_TAKEN");
        let elsewhere = Person { account_id: other.account_id.clone(), ..same };
        let request = RegisterPersonRequest { request_id: fresh(), person: Some(elsewhere) };
        house.crm().register_person(request).await.unwrap();
        change(&house, Person { user_id: "marie.petit".to_owned(), ..marie }).await;
        let freed = Person { external_identifiers: vec![], ..person(&account, 1) };
        let request = RegisterPersonRequest { request_id: fresh(), person: Some(freed) };
        house.crm().register_person(request).await.unwrap();
    }

    async fn a_person_does_not_change_company(house: House) {
        let (account, other) = (house.a_company(1).await, house.a_company(2).await);
        let marie = house.a_person(&account, 1).await;
        let moved = Person { account_id: other.account_id, ..marie };
        let request = ChangePersonRequest { request_id: fresh(), person: Some(moved) };
        assert_eq!(refused(house.crm().change_person(request).await), "INVALID_ARGUMENT");
    }

    async fn nobody_is_registered_with_an_account_that_ended(house: House) {
        let account = house.a_company(1).await;
        let close = CloseAccountRequest { request_id: fresh(), account: by_id(&account), effective_from: None };
        house.crm().close_account(close).await.unwrap();
        let request = RegisterPersonRequest { request_id: fresh(), person: Some(person(&account, 1)) };
        assert_eq!(refused(house.crm().register_person(request).await), "ENDED");
    }

    async fn an_end_user_sees_themselves_and_nobody_else(house: House) {
        let account = house.a_company(1).await;
        let (marie, paul) = (house.a_person(&account, 1).await, house.a_person(&account, 2).await);
        house.listed().await;
        let mut client = house.accounts(&end_user(&account, "user-1"));
        let list = ListPeopleRequest { account: by_id(&account), ..Default::default() };
        let people = client.list_people(list).await.unwrap().into_inner().people;
        assert_eq!(people, std::slice::from_ref(&marie));
        let by_id = |person: &Person| GetPersonRequest { person: Some(By::PersonId(person.person_id.clone())) };
        assert!(client.get_person(by_id(&marie)).await.is_ok());
        assert_eq!(refused(client.get_person(by_id(&paul)).await), "PERSON_NOT_FOUND");
        assert_eq!(refused(client.get_person(by_number("+33600000002")).await), "PERSON_NOT_FOUND");
    }
}
