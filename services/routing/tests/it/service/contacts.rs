//! What came of contacts, told by a contact centre: in any order, again, wrong, split, listed, and foreign.

use std::time::Duration;

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::routing::contact_fact::What;
use vigie_proto::routing::contact_service_client::ContactServiceClient;
use vigie_proto::routing::desk_service_client::DeskServiceClient;
use vigie_proto::routing::record_contacts_request::Fact;
use vigie_proto::routing::*;

use super::desks::desk;
use super::house::*;
use super::on_both_engines;

fn contacts(house: &House, grant: &Grant) -> ContactServiceClient<Door> {
    ContactServiceClient::new(house.door(grant))
}

/// The contact centre.
fn acd() -> Grant {
    Grant::new("acd", &[Role::Advisor])
}

async fn a_desk(house: &House, name: &str, change: impl FnOnce(&mut Desk)) -> Desk {
    let mut desk = Desk { regions: vec![], segments: vec![], skills: vec![], ..desk(name) };
    change(&mut desk);
    let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk) };
    let mut client = DeskServiceClient::new(house.door(&operator()));
    client.register_desk(request).await.unwrap().into_inner().desk.unwrap()
}

fn by_key(name: &str) -> Option<DeskRef> {
    Some(DeskRef { desk: Some(desk_ref::Desk::External(external("queue", name))) })
}

fn agent(staff_id: &str) -> Option<StaffRef> {
    Some(StaffRef { staff: Some(staff_ref::Staff::StaffId(staff_id.to_owned())) })
}

/// Told of `call`, so many seconds after a moment of an hour ago.
fn fact(house: &House, call: &str, fact_id: &str, seconds: i64, what: What) -> Fact {
    let hour_ago = house.in_days(0).unwrap().seconds / 3_600 * 3_600 - 3_600;
    Fact::Contact(ContactFact {
        origin: "acd".to_owned(),
        contact: call.to_owned(),
        fact_id: fact_id.to_owned(),
        occurred_at: Some(prost_types::Timestamp { seconds: hour_ago + seconds, nanos: 0 }),
        what: Some(what),
    })
}

fn from_number(number: &str) -> Option<ContactCaller> {
    Some(ContactCaller { caller: Some(contact_caller::Caller::Number(number.to_owned())) })
}

fn of_account(account: &Account) -> Option<ContactCaller> {
    Some(ContactCaller { caller: Some(contact_caller::Caller::AccountId(account.account_id.clone())) })
}

fn offered(desk: &str, caller: Option<ContactCaller>) -> What {
    let channel = ContactChannel::Phone.into();
    What::Offered(ContactOffered { desk: by_key(desk), channel, caller, ..ContactOffered::default() })
}

fn qualified(subject: Subject, families: &[ServiceFamily], caller: Option<ContactCaller>) -> What {
    let families = families.iter().map(|family| i32::from(*family)).collect();
    What::Qualified(ContactQualified { subject: subject.into(), families, caller })
}

fn answered(desk: &str, staff_id: &str) -> What {
    let (desk, agent) = (by_key(desk), agent(staff_id));
    What::Answered(ContactAnswered { desk, agent, context_shown: Some(true), wait_ms: None })
}

/// Tells all of them, and gives the answers in the order of the facts.
async fn tell(house: &House, facts: Vec<Fact>) -> Vec<RecordContactsResponse> {
    let numbered = facts.into_iter().zip(1..);
    let requests: Vec<_> =
        numbered.map(|(fact, number)| RecordContactsRequest { number, fact: Some(fact) }).collect();
    let count = requests.len();
    let mut stream =
        contacts(house, &acd()).record_contacts(tokio_stream::iter(requests)).await.unwrap().into_inner();
    let mut answers = Vec::new();
    while let Some(answer) = soon(stream.message()).await.unwrap() {
        answers.push(answer);
    }
    answers.sort_by_key(|answer| answer.number);
    assert_eq!(answers.len(), count, "one answer each");
    answers
}

fn outcomes(answers: &[RecordContactsResponse]) -> Vec<FactOutcome> {
    answers.iter().map(RecordContactsResponse::outcome).collect()
}

fn reasons(answers: &[RecordContactsResponse]) -> Vec<&str> {
    answers.iter().map(|answer| answer.reason.as_str()).collect()
}

fn named(call: &str) -> GetContactRequest {
    let (origin, contact) = ("acd".to_owned(), call.to_owned());
    GetContactRequest { origin, contact, ..GetContactRequest::default() }
}

async fn shown(house: &House, call: &str) -> ContactRecord {
    let mut client = contacts(house, &operator());
    client.get_contact(named(call)).await.unwrap().into_inner().contact.unwrap()
}

async fn listed(house: &House, request: ListContactsRequest) -> Vec<ContactRecord> {
    let mut client = contacts(house, &operator());
    let (mut request, mut all) = (request, Vec::new());
    loop {
        let page = client.list_contacts(request.clone()).await.unwrap().into_inner();
        all.extend(page.contacts);
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

on_both_engines! {
    async fn facts_come_in_any_order_and_again_and_the_contact_is_one(house: House) {
        let account = house.a_company(1).await;
        let person = house.a_person(&account, 1).await;
        let fleet = a_desk(&house, "fleet", |desk| {
            desk.skills = vec!["sme-fleet".to_owned()];
        }).await;
        a_desk(&house, "users", |desk| desk.purpose = DeskPurpose::EndUser.into()).await;
        let anne = house.a_manager("Anne").await;
        let own = from_number("+33600000001");
        let facts = vec![
            fact(&house, "c-1", "answer", 25, answered("fleet", &anne)),
            fact(&house, "c-1", "offer", 0, offered("fleet", own.clone())),
            fact(&house, "c-1", "charge", 60, What::TakenInCharge(ContactTakenInCharge { agent: agent(&anne) })),
            fact(&house, "c-1", "end", 90, What::Ended(ContactEnded { settled: Some(true) })),
        ];
        assert_eq!(outcomes(&tell(&house, facts.clone()).await), [FactOutcome::Recorded; 4]);
        let again = tell(&house, facts).await;
        assert_eq!(outcomes(&again), [FactOutcome::Repeated; 4]);
        let contact = shown(&house, "c-1").await;
        assert_eq!(contact.version, 4, "a repeat writes nothing");
        assert_eq!(contact.contact_id, again[0].contact_id);
        assert_eq!((contact.wait_ms, contact.agent_staff_id.as_str()), (Some(25_000), anne.as_str()));
        assert_eq!((contact.account_id, contact.person_id), (account.account_id, person.person_id));
        assert_eq!((contact.segment, contact.end_user), (Segment::SmeFleet.into(), false));
        assert_eq!(contact.expected[0].desk_ids, std::slice::from_ref(&fleet.desk_id));
        assert_eq!(contact.expected[0].skills, ["sme-fleet"]);
        assert_eq!((contact.desk_id, contact.facts), (fleet.desk_id, 4));
        assert!(contact.taken_in_charge_at.is_some() && contact.ended_at.is_some());
    }

    async fn a_segment_that_changes_in_the_middle_of_a_request_changes_no_verdict(house: House) {
        let account = house.a_company(1).await;
        a_desk(&house, "fleet", |desk| desk.skills = vec!["sme-fleet".to_owned()]).await;
        let unit = a_desk(&house, "unit", |desk| {
            desk.segments = vec![Segment::LargeAccount.into()];
        }).await;
        tell(&house, vec![fact(&house, "c-1", "1", 0, offered("fleet", of_account(&account)))]).await;
        let change = ChangeAccountRequest {
            request_id: fresh(),
            account: by_id(&account),
            segments: vec![Segment::LargeAccount.into()],
            ..Default::default()
        };
        house.crm().change_account(change).await.unwrap();
        let qualified = qualified(Subject::Technical, &[], of_account(&account));
        tell(&house, vec![fact(&house, "c-1", "2", 30, qualified)]).await;
        let contact = shown(&house, "c-1").await;
        assert_eq!((contact.segment(), contact.subject()), (Segment::SmeFleet, Subject::Technical));
        // The next whole second: a contact that begins after the change.
        let now = house.in_days(0).unwrap().seconds;
        let after = now + 1 - (now / 3_600 * 3_600 - 3_600);
        tell(&house, vec![fact(&house, "c-2", "1", after, offered("unit", of_account(&account)))]).await;
        let contact = shown(&house, "c-2").await;
        assert_eq!(contact.segment(), Segment::LargeAccount);
        assert_eq!(contact.expected[0].desk_ids, [unit.desk_id]);
    }

    async fn what_makes_no_sense_is_refused_by_its_reason_and_stops_nothing(house: House) {
        a_desk(&house, "fleet", |_| {}).await;
        let good = |id: &str| fact(&house, "c-1", id, 0, offered("fleet", None));
        let without = |change: fn(&mut ContactFact)| {
            let Fact::Contact(mut fact) = good("x") else { unreachable!() };
            change(&mut fact);
            Fact::Contact(fact)
        };
        let what = |what: What| fact(&house, "c-1", "x", 0, what);
        let survey = |score, score_max| {
            what(What::SurveyAnswered(SurveyAnswered { question: "courtesy".to_owned(), score, score_max }))
        };
        let promise = CallbackPromised { callback: String::new(), due_by: house.in_days(1) };
        let earlier = ContactRepeated { earlier_contact: "c-1".to_owned() };
        let cases = vec![
            (good("1"), ""),
            (fact(&house, "c-1", "1", 1, offered("fleet", None)), "FACT_CONTRADICTS"),
            (what(offered("nowhere", None)), "DESK_NOT_FOUND"),
            (what(answered("fleet", &fresh())), "STAFF_NOT_FOUND"),
            (what(offered("fleet", from_number("0600000001"))), "MALFORMED_NUMBER"),
            (without(|fact| fact.origin.clear()), "INVALID_ARGUMENT"),
            (without(|fact| fact.fact_id = "\0".to_owned()), "ILLEGAL_CHARACTER"),
            (without(|fact| fact.contact = "x".repeat(201)), "TOO_LARGE"),
            (without(|fact| fact.occurred_at = None), "INVALID_ARGUMENT"),
            (without(|fact| fact.what = None), "INVALID_ARGUMENT"),
            (fact(&house, "c-1", "x", 86_400, offered("fleet", None)), "BAD_PERIOD"),
            (what(qualified(Subject::Unspecified, &[], None)), "INVALID_ARGUMENT"),
            (survey(6, 5), "INVALID_ARGUMENT"),
            (survey(0, 0), "INVALID_ARGUMENT"),
            (what(What::CallbackPromised(promise)), "INVALID_ARGUMENT"),
            (what(What::RepeatedContact(earlier)), "INVALID_ARGUMENT"),
            (what(What::Abandoned(ContactAbandoned { desk: by_key("fleet"), wait_ms: Some(-1) })), "INVALID_ARGUMENT"),
            (good("2"), ""),
        ];
        // One after the other: which of two facts under one key came first is not the case here.
        for (fact, expected) in cases {
            let head = house.asked_for().await;
            let answers = tell(&house, vec![fact.clone()]).await;
            assert_eq!(reasons(&answers), [expected], "{fact:?}");
            assert_eq!(house.asked_for().await > head, expected.is_empty(), "{fact:?}");
        }
    }

    async fn announced_hours_are_held_against_presence(house: House) {
        a_desk(&house, "fleet", |_| {}).await;
        let today = house.in_days(0).unwrap().seconds;
        let ago = |days: i64| Some(prost_types::Timestamp { seconds: today - days * 86_400, nanos: 0 });
        let presence = |fact_id: &str, from: i64, until: i64| Fact::Presence(DeskPresence {
            origin: "acd".to_owned(),
            fact_id: fact_id.to_owned(),
            desk: by_key("fleet"),
            from: ago(from),
            until: ago(until),
        });
        for expected in [FactOutcome::Recorded, FactOutcome::Repeated] {
            assert_eq!(outcomes(&tell(&house, vec![presence("1", 2, 1)]).await), [expected]);
        }
        let answers = tell(&house, vec![presence("2", 1, 2), presence("3", 3, 1), presence("4", 0, -1)]).await;
        assert_eq!(reasons(&answers), ["BAD_PERIOD"; 3]);
    }

    async fn a_contact_about_both_families_is_split_and_each_part_counted(house: House) {
        let entry = AccountEntry {
            segments: vec![Segment::SmeFleet.into(), Segment::BusinessFixed.into()],
            ..house.company(1)
        };
        let account = house.register(entry).await;
        let skill = |skill: &'static str| move |desk: &mut Desk| desk.skills = vec![skill.to_owned()];
        let mobile = a_desk(&house, "mobile", skill("sme-fleet")).await;
        let fixed = a_desk(&house, "fixed", skill("business-fixed")).await;
        let both = qualified(
            Subject::Administrative,
            &[ServiceFamily::Mobile, ServiceFamily::Fixed],
            of_account(&account),
        );
        tell(&house, vec![fact(&house, "c-1", "1", 0, both)]).await;
        let whole = shown(&house, "c-1").await;
        assert_eq!(whole.expected.len(), 2);
        let part = |family: ServiceFamily| SplitPart { family: family.into(), contact: String::new() };
        let request = SplitContactRequest {
            request_id: fresh(),
            contact_id: whole.contact_id.clone(),
            parts: vec![part(ServiceFamily::Mobile), part(ServiceFamily::Fixed)],
        };
        let mut client = contacts(&house, &advisor());
        let split = client.split_contact(request.clone()).await.unwrap().into_inner();
        let again = client.split_contact(request.clone()).await.unwrap().into_inner();
        assert_eq!(again, split, "a repeat writes nothing");
        assert_eq!(split.contact.unwrap().parts.len(), 2);
        for (part, desk) in split.parts.iter().zip([&mobile, &fixed]) {
            assert_eq!(part.expected[0].desk_ids, std::slice::from_ref(&desk.desk_id));
            assert_eq!(part.parent.as_ref().unwrap().contact_id, whole.contact_id);
        }
        // Facts of a part are told under its own key.
        tell(&house, vec![fact(&house, "c-1#fixed", "1", 10, answered("fixed", &house.a_manager("Anne").await))]).await;
        assert_eq!(shown(&house, "c-1#fixed").await.desk_id, fixed.desk_id);
        let other = SplitContactRequest {
            request_id: fresh(),
            parts: vec![part(ServiceFamily::Mobile), part(ServiceFamily::Mobile)],
            ..request.clone()
        };
        assert_eq!(refused(client.split_contact(other).await), "ALREADY_DONE");
        let none = SplitContactRequest { request_id: fresh(), contact_id: fresh(), ..request };
        assert_eq!(refused(client.split_contact(none).await), "CONTACT_NOT_FOUND");
    }

    async fn a_callback_that_nobody_makes_is_overdue(house: House) {
        let promise = CallbackPromised { callback: "cb".to_owned(), due_by: house.in_days(1) };
        tell(&house, vec![fact(&house, "c-1", "1", 0, What::CallbackPromised(promise))]).await;
        assert!(!shown(&house, "c-1").await.callbacks[0].overdue);
        house.pass(Duration::from_hours(25));
        until(|| async { shown(&house, "c-1").await.callbacks[0].overdue }).await;
    }

    async fn contacts_are_listed_by_account_desk_and_day_also_rebuilt(house: House) {
        let (one, two) = (house.a_company(1).await, house.a_company(2).await);
        let fleet = a_desk(&house, "fleet", |_| {}).await;
        a_desk(&house, "other", |_| {}).await;
        for (call, desk, account) in [("a", "fleet", &one), ("b", "other", &one), ("c", "fleet", &two)] {
            tell(&house, vec![fact(&house, call, "1", 0, offered(desk, of_account(account)))]).await;
        }
        tell(&house, vec![fact(&house, "d", "1", 900, offered("other", None))]).await;
        house.listed().await;
        let calls = |records: Vec<ContactRecord>| {
            let mut calls: Vec<_> = records.into_iter().map(|record| record.contact).collect();
            calls.sort_unstable();
            calls
        };
        let all = listed(&house, ListContactsRequest { page_size: 1, ..Default::default() }).await;
        assert_eq!(all[0].contact, "d", "the newest first");
        assert_eq!(calls(all.clone()), ["a", "b", "c", "d"]);
        for record in &all {
            assert_eq!(&shown(&house, &record.contact).await, record);
        }
        let of = ListContactsRequest { account_id: one.account_id.clone(), ..Default::default() };
        assert_eq!(calls(listed(&house, of).await), ["a", "b"]);
        let of = ListContactsRequest { desk_id: fleet.desk_id, ..Default::default() };
        assert_eq!(calls(listed(&house, of).await), ["a", "c"]);
        let from = all[0].began_at;
        let of = ListContactsRequest { from, ..Default::default() };
        assert_eq!(calls(listed(&house, of).await), ["d"]);
        let of = ListContactsRequest { until: from, ..Default::default() };
        assert_eq!(calls(listed(&house, of).await), ["a", "b", "c"]);

        house.routing.start_view_over().await.unwrap();
        until(|| async { listed(&house, ListContactsRequest::default()).await == all }).await;
    }

    async fn another_customer_s_contact_looks_like_none_and_nobody_s_is_for_nobody(house: House) {
        let (own, foreign) = (house.a_company(1).await, house.a_company(2).await);
        a_desk(&house, "fleet", |_| {}).await;
        for (call, caller) in [("own", of_account(&own)), ("foreign", of_account(&foreign)), ("nobody", None)] {
            tell(&house, vec![fact(&house, call, "1", 0, offered("fleet", caller))]).await;
        }
        house.listed().await;
        let narrowed = Grant::new("advisor-2", &[Role::Advisor]).scope(Scope::account(id(&own.account_id)));
        let mut client = contacts(&house, &narrowed);
        assert!(client.get_contact(named("own")).await.is_ok());
        let mut told = Vec::new();
        for call in ["foreign", "nobody", "none"] {
            let status = client.get_contact(named(call)).await.unwrap_err();
            told.push((status.code(), status.message().to_owned(), status.details().to_vec()));
        }
        assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:?}");
        let all = ListContactsRequest::default();
        assert_eq!(refused(client.list_contacts(all).await), "SCOPE_TOO_NARROW");
        let foreign = ListContactsRequest { account_id: foreign.account_id, ..Default::default() };
        assert_eq!(refused(client.list_contacts(foreign).await), "ACCOUNT_NOT_FOUND");
        let own_only = ListContactsRequest { account_id: own.account_id.clone(), ..Default::default() };
        assert_eq!(client.list_contacts(own_only).await.unwrap().into_inner().contacts.len(), 1);

        let customer = contacts(&house, &fleet_manager(&own)).get_contact(named("own")).await;
        assert_eq!(refused(customer), "PERMISSION_DENIED");
        let request = || tokio_stream::iter([RecordContactsRequest::default()]);
        let integration = Grant::new("crm", &[Role::Integration]).scope(Scope::account(id(&own.account_id)));
        for (grant, reason) in [(narrowed, "SCOPE_TOO_NARROW"), (integration, "PERMISSION_DENIED")] {
            let told = contacts(&house, &grant).record_contacts(request()).await;
            assert_eq!(refused(told.map(drop)), reason);
        }
    }
}
