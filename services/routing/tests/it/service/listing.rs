//! Lists: by page, within the scope, rebuilt at any time.

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

async fn accounts(client: &mut Client, mut request: ListAccountsRequest) -> Vec<Account> {
    let mut accounts = Vec::new();
    loop {
        let page = client.list_accounts(request.clone()).await.unwrap().into_inner();
        accounts.extend(page.accounts);
        if page.next_page_token.is_empty() {
            assert!(accounts.is_sorted_by_key(|account| account.account_id.clone()), "in order, each once");
            return accounts;
        }
        request.page_token = page.next_page_token;
    }
}

fn names(accounts: &[Account]) -> Vec<&str> {
    let mut names: Vec<_> = accounts.iter().map(|account| account.name.as_str()).collect();
    names.sort_unstable();
    names
}

on_both_engines! {
    async fn pages_show_what_lies_in_scope_once(house: House) {
        let group = house.register(house.group()).await;
        let below = |number| AccountEntry { parent_account_id: group.account_id.clone(), ..house.company(number) };
        let first = house.register(below(1)).await;
        house.register(below(2)).await;
        let site = house.register(house.site(&first, 1)).await;
        house.a_company(3).await;
        house.listed().await;

        let by = |page_size| ListAccountsRequest { page_size, ..Default::default() };
        let whole = ["Exemple 1 SAS", "Exemple 2 SAS", "Groupe Exemple", "Site 1"];
        for page_size in [0, 1, 3, 1000] {
            let seen = accounts(&mut house.accounts(&fleet_manager(&group)), by(page_size)).await;
            assert_eq!(names(&seen), whole);
        }
        assert_eq!(accounts(&mut house.crm(), by(2)).await.len(), 5);
        let of = |scope| Grant::new("zoe", &[Role::ItManager]).scope(scope);
        let in_group = || Scope::account(id(&group.account_id));
        for (scope, expected) in [
            (Scope::account(id(&first.account_id)), vec!["Exemple 1 SAS", "Site 1"]),
            (Scope::account(id(&site.account_id)), vec!["Site 1"]),
            (Scope { siren: Some(siren(1)), ..in_group() }, vec!["Exemple 1 SAS", "Site 1"]),
            (Scope { siret: Some(site.siret.clone()), ..in_group() }, vec!["Site 1"]),
            (Scope { group: Some(group.account_id.clone()), ..in_group() }, whole.to_vec()),
            (Scope { group: Some("north".to_owned()), ..in_group() }, vec![]),
            (Scope { cost_centre: Some("Ventes".to_owned()), ..in_group() }, vec![]),
        ] {
            let mut client = house.accounts(&of(scope.clone()));
            let seen = accounts(&mut client, by(2)).await;
            assert_eq!(names(&seen), expected, "{scope:?}");
            // One by one the same are seen.
            for account in accounts(&mut house.crm(), by(0)).await {
                let one = GetAccountRequest { account: by_id(&account), at: None };
                let answer = client.get_account(one).await;
                assert_eq!(answer.is_ok(), seen.contains(&account), "{scope:?} {}", account.name);
            }
        }
        let nothing = Grant::new("zoe", &[Role::ItManager]);
        assert_eq!(accounts(&mut house.accounts(&nothing), by(2)).await, []);
    }

    async fn a_list_shows_what_the_account_itself_shows_also_rebuilt(house: House) {
        let group = house.register(house.group()).await;
        let company = AccountEntry {
            parent_account_id: group.account_id.clone(),
            segments: vec![],
            countries: vec!["DE".to_owned(), "BE".to_owned()],
            external_identifiers: vec![external("customer", "C-1")],
            ..house.company(1)
        };
        let company = house.register(company).await;
        house.register(house.site(&company, 1)).await;
        house.a_person(&company, 1).await;
        house.listed().await;
        let listed = accounts(&mut house.crm(), ListAccountsRequest::default()).await;
        for account in &listed {
            let request = GetAccountRequest { account: by_id(account), at: None };
            let itself = house.crm().get_account(request).await.unwrap().into_inner().account;
            assert_eq!(itself.as_ref(), Some(account));
        }
        assert_eq!(listed.len(), 3);

        house.routing.start_view_over().await.unwrap();
        until(|| async { accounts(&mut house.crm(), ListAccountsRequest::default()).await == listed }).await;
    }

    async fn accounts_are_found_by_parent_segment_and_manager(house: House) {
        let group = house.register(house.group()).await;
        let below = AccountEntry { parent_account_id: group.account_id.clone(), ..house.company(1) };
        let company = house.register(below).await;
        let fixed = AccountEntry {
            segments: vec![Segment::BusinessFixed.into(), Segment::SmeFleet.into()],
            ..house.company(2)
        };
        house.register(fixed).await;
        let anne = house.a_manager("Anne").await;
        let assign = AssignManagerRequest {
            request_id: fresh(),
            account: by_id(&company),
            staff_id: anne.clone(),
            ..Default::default()
        };
        house.crm().assign_manager(assign).await.unwrap();
        house.listed().await;

        let found = |request| async { accounts(&mut house.crm(), request).await };
        let below = ListAccountsRequest { parent_account_id: group.account_id, ..Default::default() };
        assert_eq!(names(&found(below).await), ["Exemple 1 SAS"]);
        let of = |segment: Segment| ListAccountsRequest { segment: segment.into(), ..Default::default() };
        assert_eq!(names(&found(of(Segment::SmeFleet)).await), ["Exemple 1 SAS", "Exemple 2 SAS"]);
        assert_eq!(names(&found(of(Segment::BusinessFixed)).await), ["Exemple 2 SAS"]);
        assert_eq!(names(&found(of(Segment::LargeAccount)).await), ["Groupe Exemple"]);
        let managed = ListAccountsRequest { manager_staff_id: anne, ..Default::default() };
        assert_eq!(names(&found(managed).await), ["Exemple 1 SAS"]);
    }

    async fn people_of_an_account_come_by_page_and_by_role(house: House) {
        let (account, other) = (house.a_company(1).await, house.a_company(2).await);
        let mut people = Vec::new();
        for number in 1..=5 {
            people.push(house.a_person(&account, number).await);
        }
        let it = Person { roles: vec![PersonRole::ItManager.into(), PersonRole::EndUser.into()], ..people[2].clone() };
        let request = ChangePersonRequest { request_id: fresh(), person: Some(it) };
        people[2] = house.crm().change_person(request).await.unwrap().into_inner().person.unwrap();
        house.a_person(&other, 9).await;
        house.listed().await;
        people.sort_by_key(|person| person.person_id.clone());

        let mut request = ListPeopleRequest { account: by_id(&account), page_size: 2, ..Default::default() };
        let mut listed = Vec::new();
        loop {
            let page = house.crm().list_people(request.clone()).await.unwrap().into_inner();
            listed.extend(page.people);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(listed, people);
        let by_role = ListPeopleRequest {
            account: by_id(&account),
            role: PersonRole::EndUser.into(),
            ..Default::default()
        };
        assert_eq!(house.crm().list_people(by_role).await.unwrap().into_inner().people.len(), 1);
    }

    async fn a_page_token_is_good_for_its_own_query_only(house: House) {
        for number in 1..=3 {
            house.a_company(number).await;
        }
        house.listed().await;
        let first = ListAccountsRequest { page_size: 1, ..Default::default() };
        let token = house.crm().list_accounts(first.clone()).await.unwrap().into_inner().next_page_token;
        let with = |page_token: &str| ListAccountsRequest { page_token: page_token.to_owned(), ..first.clone() };
        assert!(house.crm().list_accounts(with(&token)).await.is_ok());
        assert_eq!(refused(house.accounts(&operator()).list_accounts(with(&token)).await), "BAD_PAGE_TOKEN");
        for bad in ["x", "AAAA", &token[1..]] {
            assert_eq!(refused(house.crm().list_accounts(with(bad)).await), "BAD_PAGE_TOKEN");
        }
        let other = ListAccountsRequest { segment: Segment::SmeFleet.into(), ..with(&token) };
        assert_eq!(refused(house.crm().list_accounts(other).await), "BAD_PAGE_TOKEN");
        let negative = ListAccountsRequest { page_size: -1, ..Default::default() };
        assert_eq!(refused(house.crm().list_accounts(negative).await), "INVALID_ARGUMENT");
    }
}
