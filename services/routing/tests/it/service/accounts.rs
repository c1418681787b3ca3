//! Accounts: their hierarchy, their past and their future.

use std::time::Duration;

use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

async fn at(house: &House, account: &Account, days: i64) -> Account {
    let at = Moment { as_of: house.in_days(days), known_at: None };
    let request = GetAccountRequest { account: by_id(account), at: Some(at) };
    house.crm().get_account(request).await.unwrap().into_inner().account.unwrap()
}

/// Whatever was written down of its standing meanwhile.
fn unversioned(account: Account) -> Account {
    Account { version: 0, ..account }
}

fn change(account: &Account) -> ChangeAccountRequest {
    ChangeAccountRequest { request_id: fresh(), account: by_id(account), ..Default::default() }
}

fn close(account: &Account) -> CloseAccountRequest {
    CloseAccountRequest { request_id: fresh(), account: by_id(account), effective_from: None }
}

on_both_engines! {
    async fn a_service_that_is_up_says_so(house: House) {
        house.a_company(1).await;
        until(|| async { house.readiness.is_ready() }).await;
        assert_eq!(house.readiness.failing(), []);
    }

    async fn a_group_with_a_company_and_its_overseas_site(house: House) {
        let group = house.register(house.group()).await;
        let parent_account_id = group.account_id.clone();
        let company = AccountEntry { parent_account_id, segments: vec![], ..house.company(1) };
        let company = house.register(company).await;
        let site = house.register(house.site(&company, 1)).await;

        assert_eq!(site.segments, [i32::from(Segment::LargeAccount)], "those of the group");
        assert_eq!(site.language, i32::from(Language::English), "that of the group");
        let place = (site.departement.as_str(), site.region.as_str(), site.time_zone.as_str());
        assert_eq!(place, ("974", "04", "Indian/Reunion"));
        assert_eq!(site.parent_account_id, company.account_id);
        for by in [
            account_ref::Account::AccountId(site.account_id.clone()),
            account_ref::Account::Siret(site.siret.clone()),
        ] {
            let request = GetAccountRequest { account: Some(AccountRef { account: Some(by) }), at: None };
            let found = house.crm().get_account(request).await.unwrap().into_inner().account;
            assert_eq!(found.as_ref(), Some(&site));
        }
        let by = account_ref::Account::Siren(company.siren.clone());
        let request = GetAccountRequest { account: Some(AccountRef { account: Some(by) }), at: None };
        let found = house.crm().get_account(request).await.unwrap().into_inner().account.unwrap();
        assert_eq!(unversioned(found), unversioned(company));
    }

    async fn another_system_finds_its_own_key_again(house: House) {
        let key = external("customer", "C-1/7");
        let entry = AccountEntry { external_identifiers: vec![key.clone()], ..house.company(1) };
        let account = house.register(entry.clone()).await;
        let by = account_ref::Account::External(key);
        let request = GetAccountRequest { account: Some(AccountRef { account: Some(by) }), at: None };
        let found = house.crm().get_account(request).await.unwrap().into_inner().account.unwrap();
        assert_eq!(unversioned(found), unversioned(account));
        let twice = AccountEntry { siren: siren(2), ..entry };
        let request = RegisterAccountRequest { request_id: fresh(), account: Some(twice) };
        assert_eq!(refused(house.crm().register_account(request).await), "IDENTIFIER_TAKEN");
    }

    async fn a_request_that_comes_twice_registers_once(house: House) {
        let request = RegisterAccountRequest { request_id: fresh(), account: Some(house.company(1)) };
        let first = house.crm().register_account(request.clone()).await.unwrap().into_inner().account;
        let again = house.crm().register_account(request.clone()).await.unwrap().into_inner().account;
        assert_eq!(first.map(unversioned), again.map(unversioned));
        assert_eq!(house.asked_for().await, 1);
        let other = RegisterAccountRequest { account: Some(house.company(2)), ..request };
        assert_eq!(refused(house.crm().register_account(other).await), "REQUEST_ID_REUSED");
        let taken = RegisterAccountRequest { request_id: fresh(), account: Some(house.company(1)) };
        assert_eq!(refused(house.crm().register_account(taken).await), "IDENTIFIER_TAKEN");
    }

    async fn an_account_keeps_the_id_that_others_know_it_by(house: House) {
        let account_id = fresh();
        let entry = AccountEntry { account_id: account_id.clone(), ..house.company(1) };
        assert_eq!(house.register(entry.clone()).await.account_id, account_id);
        let again = AccountEntry { siren: siren(2), ..entry };
        let request = RegisterAccountRequest { request_id: fresh(), account: Some(again) };
        assert_eq!(refused(house.crm().register_account(request).await), "IDENTIFIER_TAKEN");
        // The id of a person is no account's, and none can be registered under it.
        let company = house.a_company(3).await;
        let person = house.a_person(&company, 1).await;
        let entry = AccountEntry { account_id: person.person_id, ..house.company(4) };
        let request = RegisterAccountRequest { request_id: fresh(), account: Some(entry) };
        assert_eq!(refused(house.crm().register_account(request).await), "IDENTIFIER_TAKEN");
    }

    async fn a_change_is_seen_as_of_its_day_and_as_known_on_its_day(house: House) {
        let account = house.a_company(1).await;
        let known_before = wire(house.now());
        let planned = ChangeAccountRequest {
            address: Some(address("13001")),
            effective_from: house.in_days(30),
            ..change(&account)
        };
        let answer = house.crm().change_account(planned).await.unwrap().into_inner().account.unwrap();
        assert_eq!(answer.region, "93", "as of the day that it holds from");
        let corrected = ChangeAccountRequest {
            name: "Exemple ancien SAS".to_owned(),
            effective_from: house.in_days(-100),
            ..change(&account)
        };
        house.crm().change_account(corrected).await.unwrap();

        let seen = |account: Account| (account.name, account.region);
        let (old, new) = ("Exemple 1 SAS".to_owned(), "Exemple ancien SAS".to_owned());
        assert_eq!(seen(at(&house, &account, -101).await), (old.clone(), "11".to_owned()));
        assert_eq!(seen(at(&house, &account, 0).await), (new.clone(), "11".to_owned()));
        assert_eq!(seen(at(&house, &account, 31).await), (new, "93".to_owned()));
        let moment = Moment { as_of: house.in_days(31), known_at: known_before };
        let request = GetAccountRequest { account: by_id(&account), at: Some(moment) };
        let known = house.crm().get_account(request).await.unwrap().into_inner().account.unwrap();
        assert_eq!(seen(known), (old, "11".to_owned()));
        let moment = Moment { as_of: None, known_at: house.in_days(-1) };
        let request = GetAccountRequest { account: by_id(&account), at: Some(moment) };
        assert_eq!(refused(house.crm().get_account(request).await), "ACCOUNT_NOT_FOUND", "nobody knew it yet");
    }

    async fn a_planned_change_is_listed_once_it_has_come(house: House) {
        let account = house.a_company(1).await;
        let planned = ChangeAccountRequest {
            name: "Exemple neuf SAS".to_owned(),
            effective_from: house.in_days(2),
            ..change(&account)
        };
        house.crm().change_account(planned).await.unwrap();
        house.listed().await;
        let listed = || async {
            let accounts = house.crm().list_accounts(ListAccountsRequest::default()).await.unwrap();
            accounts.into_inner().accounts[0].name.clone()
        };
        assert_eq!(listed().await, "Exemple 1 SAS");
        house.pass(Duration::from_hours(49));
        until(|| async { listed().await == "Exemple neuf SAS" }).await;
        let came = house.recorded("vigie.account.planned_change_took_effect.v1").await;
        assert_eq!(came.len(), 1, "and the event that says so came once");
    }

    async fn a_site_moves_only_below_its_own_company(house: House) {
        let (first, second) = (house.a_company(1).await, house.a_company(2).await);
        let site = house.register(house.site(&first, 1)).await;
        let to = |parent: &str| MoveAccountRequest {
            request_id: fresh(),
            account: by_id(&site),
            parent_account_id: parent.to_owned(),
            effective_from: None,
        };
        assert_eq!(refused(house.crm().move_account(to(&second.account_id)).await), "BAD_SIRET");
        assert_eq!(refused(house.crm().move_account(to("")).await), "HIERARCHY_REFUSED");
        assert_eq!(refused(house.crm().move_account(to(&site.account_id)).await), "HIERARCHY_REFUSED");
        let group = house.register(house.group()).await;
        let below = |account: &Account, parent: &Account| MoveAccountRequest {
            account: by_id(account),
            ..to(&parent.account_id)
        };
        assert_eq!(refused(house.crm().move_account(below(&group, &first)).await), "HIERARCHY_REFUSED");
        assert_eq!(refused(house.crm().move_account(below(&first, &site)).await), "HIERARCHY_REFUSED");
        let moved = house.crm().move_account(below(&first, &group)).await.unwrap().into_inner().account.unwrap();
        assert_eq!(moved.parent_account_id, group.account_id);
    }

    async fn a_company_ends_after_its_sites(house: House) {
        let company = house.a_company(1).await;
        let (first, second) =
            (house.register(house.site(&company, 1)).await, house.register(house.site(&company, 2)).await);
        assert_eq!(refused(house.crm().close_account(close(&company)).await), "STILL_IN_USE");
        house.crm().close_account(close(&first)).await.unwrap();
        assert_eq!(refused(house.crm().close_account(close(&company)).await), "STILL_IN_USE");
        let planned = CloseAccountRequest { effective_from: house.in_days(2), ..close(&second) };
        house.crm().close_account(planned).await.unwrap();
        assert_eq!(refused(house.crm().close_account(close(&company)).await), "STILL_IN_USE");
        let then = CloseAccountRequest { effective_from: house.in_days(3), ..close(&company) };
        let closed = house.crm().close_account(then).await.unwrap().into_inner().account.unwrap();
        assert!(closed.closed_at.is_some());

        house.pass(Duration::from_hours(80));
        let renamed = ChangeAccountRequest { name: "x".to_owned(), ..change(&company) };
        assert_eq!(refused(house.crm().change_account(renamed).await), "ENDED");
        let late = RegisterAccountRequest { request_id: fresh(), account: Some(house.site(&company, 3)) };
        assert_eq!(refused(house.crm().register_account(late).await), "ENDED");
    }
}
