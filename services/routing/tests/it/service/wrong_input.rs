//! Wrong input: a clear error, a stable reason, nothing changed.

use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

on_both_engines! {
    async fn each_wrong_field_of_an_account_has_its_reason(house: House) {
        let company = house.a_company(9).await;
        let head = house.asked_for().await;
        let good = house.company(1);
        let site = house.site(&company, 1);
        let of = |change: fn(&mut AccountEntry)| {
            let mut entry = house.company(1);
            change(&mut entry);
            entry
        };
        let lines = |lines: Vec<String>| AccountEntry { address: Some(Address { lines, ..address("75001") }), ..good.clone() };
        let place = |postal_code: &str, commune: &str| AccountEntry {
            address: Some(Address { commune: commune.to_owned(), ..address(postal_code) }),
            ..good.clone()
        };
        let cases = [
            ("INVALID_ARGUMENT", of(|entry| entry.level = 0)),
            ("INVALID_ARGUMENT", of(|entry| entry.level = 99)),
            ("INVALID_ARGUMENT", of(|entry| entry.name = " ".to_owned())),
            ("TOO_LARGE", of(|entry| entry.name = "x".repeat(201))),
            ("ILLEGAL_CHARACTER", of(|entry| entry.name = "a\0b".to_owned())),
            ("BAD_SIREN", of(|entry| entry.siren = "732829321".to_owned())),
            ("BAD_SIREN", of(|entry| entry.siren = "73282932".to_owned())),
            ("BAD_SIREN", of(|entry| entry.siren = String::new())),
            ("ILLEGAL_CHARACTER", of(|entry| entry.siren = "73282932\0".to_owned())),
            ("BAD_SIRET", of(|entry| entry.siret = "73282932000074".to_owned())),
            ("BAD_SIRET", AccountEntry { siret: "73282932000075".to_owned(), ..site.clone() }),
            ("BAD_SIRET", AccountEntry { siret: "73282932000074".to_owned(), ..site.clone() }),
            ("BAD_SIRET", AccountEntry { siret: String::new(), ..site.clone() }),
            ("BAD_PLACE", AccountEntry { address: None, ..site.clone() }),
            ("HIERARCHY_REFUSED", AccountEntry { parent_account_id: String::new(), ..site.clone() }),
            ("HIERARCHY_REFUSED", AccountEntry { parent_account_id: company.account_id.clone(), ..good.clone() }),
            ("ACCOUNT_NOT_FOUND", AccountEntry { parent_account_id: fresh(), ..good.clone() }),
            ("MALFORMED_ID", AccountEntry { parent_account_id: "seven".to_owned(), ..good.clone() }),
            ("MALFORMED_ID", of(|entry| entry.account_id = "seven".to_owned())),
            ("MALFORMED_ID", of(|entry| entry.account_id = "00000000-0000-0000-0000-000000000000".to_owned())),
            ("INVALID_ARGUMENT", of(|entry| entry.segments = vec![1, 2])),
            ("INVALID_ARGUMENT", of(|entry| entry.segments = vec![0])),
            ("INVALID_ARGUMENT", of(|entry| entry.segments = vec![77])),
            ("TOO_LARGE", of(|entry| entry.segments = vec![2; 4])),
            ("BAD_PLACE", of(|entry| entry.language = 99)),
            ("BAD_PLACE", of(|entry| entry.countries = vec!["XX".to_owned()])),
            ("BAD_PLACE", of(|entry| entry.countries = vec!["fr".to_owned()])),
            ("TOO_LARGE", of(|entry| entry.countries = vec!["DE".to_owned(); 65])),
            ("BAD_PLACE", lines(vec![])),
            ("BAD_PLACE", lines(vec!["x".repeat(39)])),
            ("BAD_PLACE", lines(vec!["1 rue\r\nBcc: all".to_owned()])),
            ("ILLEGAL_CHARACTER", lines(vec!["1 rue\0".to_owned()])),
            ("TOO_LARGE", lines(vec!["1 rue".to_owned(); 17])),
            ("BAD_PLACE", place("7500", "")),
            ("BAD_PLACE", place("99123", "")),
            ("BAD_PLACE", place("01200", "")),
            ("BAD_PLACE", place("01200", "75056")),
            ("INVALID_ARGUMENT", of(|entry| entry.external_identifiers = vec![external("", "C-1")])),
            ("INVALID_ARGUMENT", of(|entry| entry.external_identifiers = vec![external("customer", "C-1"); 2])),
            ("TOO_LARGE", of(|entry| entry.external_identifiers = vec![external("customer", "C-1"); 9])),
            ("ILLEGAL_CHARACTER", of(|entry| entry.external_identifiers = vec![external("customer", "\0")])),
            ("BAD_PERIOD", AccountEntry { customer_since: house.in_days(1), ..good.clone() }),
            ("INVALID_ARGUMENT", of(|entry| {
                entry.customer_since = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 });
            })),
        ];
        for (number, (reason, entry)) in cases.into_iter().enumerate() {
            let request = RegisterAccountRequest { request_id: fresh(), account: Some(entry) };
            assert_eq!(refused(house.crm().register_account(request).await), reason, "case {number}");
        }
        for (reason, request_id) in
            [("REQUEST_ID_REQUIRED", ""), ("MALFORMED_ID", "one"), ("ILLEGAL_CHARACTER", "\0")]
        {
            let request =
                RegisterAccountRequest { request_id: request_id.to_owned(), account: Some(good.clone()) };
            assert_eq!(refused(house.crm().register_account(request).await), reason);
        }
        let nothing = RegisterAccountRequest { request_id: fresh(), account: None };
        assert_eq!(refused(house.crm().register_account(nothing).await), "INVALID_ARGUMENT");
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }

    async fn each_wrong_field_of_a_person_has_its_reason(house: House) {
        let account = house.a_company(1).await;
        let head = house.asked_for().await;
        let of = |change: &dyn Fn(&mut Person)| {
            let mut person = person(&account, 1);
            change(&mut person);
            person
        };
        let email = |email: &str| of(&|person| person.email = email.to_owned());
        let numbers = |numbers: &[&str]| {
            of(&|person| person.numbers = numbers.iter().map(ToString::to_string).collect())
        };
        let cases = [
            ("BAD_MAIL_ADDRESS", email("marie@exemple.fr\r\nBcc: all@exemple.fr")),
            ("BAD_MAIL_ADDRESS", email("marie@exemple.fr\nX-Spam: no")),
            ("BAD_MAIL_ADDRESS", email("Marie <marie@exemple.fr>")),
            ("BAD_MAIL_ADDRESS", email("marie@exemple.fr, paul@exemple.fr")),
            ("BAD_MAIL_ADDRESS", email("marie")),
            ("BAD_MAIL_ADDRESS", email(&format!("marie@{}.fr", "x".repeat(300)))),
            ("ILLEGAL_CHARACTER", email("marie\0@exemple.fr")),
            ("MALFORMED_NUMBER", numbers(&["0612345678"])),
            ("MALFORMED_NUMBER", numbers(&["+33 6 12 34 56 78"])),
            ("ILLEGAL_CHARACTER", numbers(&["+3361234567\0"])),
            ("TOO_LARGE", numbers(&["+33612345678"; 5])),
            ("INVALID_ARGUMENT", of(&|person| person.family_name = String::new())),
            ("TOO_LARGE", of(&|person| person.family_name = "é".repeat(51))),
            ("ILLEGAL_CHARACTER", of(&|person| person.given_name = "a\0".to_owned())),
            ("ILLEGAL_CHARACTER", of(&|person| person.user_id = "a\0".to_owned())),
            ("INVALID_ARGUMENT", of(&|person| person.roles = vec![])),
            ("INVALID_ARGUMENT", of(&|person| person.roles = vec![0])),
            ("INVALID_ARGUMENT", of(&|person| person.roles = vec![42])),
            ("BAD_PLACE", of(&|person| person.language = 42)),
            ("ACCOUNT_NOT_FOUND", of(&|person| person.account_id = fresh())),
            ("MALFORMED_ID", of(&|person| person.account_id = String::new())),
            ("MALFORMED_ID", of(&|person| person.person_id = "x".to_owned())),
            ("IDENTIFIER_TAKEN", of(&|person| person.person_id = account.account_id.clone())),
        ];
        for (number, (reason, person)) in cases.into_iter().enumerate() {
            let request = RegisterPersonRequest { request_id: fresh(), person: Some(person) };
            assert_eq!(refused(house.crm().register_person(request).await), reason, "case {number}");
        }
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }

    async fn each_wrong_field_of_an_assignment_has_its_reason(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        let head = house.asked_for().await;
        let good = AssignManagerRequest {
            request_id: fresh(),
            account: by_id(&account),
            staff_id: anne,
            ..Default::default()
        };
        let named = |by| Some(AccountRef { account: Some(by) });
        let days = |from, until| AssignManagerRequest {
            effective_from: house.in_days(from),
            effective_until: house.in_days(until),
            ..good.clone()
        };
        let cases = [
            ("INVALID_ARGUMENT", AssignManagerRequest { account: None, ..good.clone() }),
            ("INVALID_ARGUMENT", AssignManagerRequest { account: Some(AccountRef::default()), ..good.clone() }),
            ("BAD_SIREN", AssignManagerRequest { account: named(account_ref::Account::Siren("1".to_owned())), ..good.clone() }),
            ("BAD_SIRET", AssignManagerRequest { account: named(account_ref::Account::Siret("1".to_owned())), ..good.clone() }),
            ("INVALID_ARGUMENT", AssignManagerRequest { account: named(account_ref::Account::External(external("", ""))), ..good.clone() }),
            ("ACCOUNT_NOT_FOUND", AssignManagerRequest { account: named(account_ref::Account::External(external("a", "b"))), ..good.clone() }),
            ("MALFORMED_ID", AssignManagerRequest { staff_id: String::new(), ..good.clone() }),
            ("STAFF_NOT_FOUND", AssignManagerRequest { staff_id: fresh(), ..good.clone() }),
            ("ASSIGNMENT_NOT_FOUND", AssignManagerRequest { replaces_assignment_id: fresh(), ..good.clone() }),
            ("BAD_PERIOD", days(5, 4)),
            ("BAD_PERIOD", days(5, 5)),
            ("BAD_PERIOD", days(-366, 5)),
            ("INVALID_ARGUMENT", AssignManagerRequest {
                effective_from: Some(prost_types::Timestamp { seconds: 0, nanos: -1 }),
                ..good.clone()
            }),
        ];
        for (number, (reason, request)) in cases.into_iter().enumerate() {
            let request = AssignManagerRequest { request_id: fresh(), ..request };
            assert_eq!(refused(house.crm().assign_manager(request).await), reason, "case {number}");
        }
        assert_eq!(house.asked_for().await, head, "nothing changed");
        house.crm().assign_manager(good.clone()).await.unwrap();
        let other = AssignManagerRequest { effective_until: house.in_days(9), ..good };
        assert_eq!(refused(house.crm().assign_manager(other).await), "REQUEST_ID_REUSED");
    }

    async fn a_change_that_changes_nothing_asks_what(house: House) {
        let account = house.a_company(1).await;
        let head = house.asked_for().await;
        let nothing = ChangeAccountRequest { request_id: fresh(), account: by_id(&account), ..Default::default() };
        assert_eq!(refused(house.crm().change_account(nothing.clone()).await), "INVALID_ARGUMENT");
        let before = ChangeAccountRequest { name: "x".to_owned(), effective_from: house.in_days(-366), ..nothing };
        assert_eq!(refused(house.crm().change_account(before).await), "BAD_PERIOD");
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }
}
