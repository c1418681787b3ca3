//! Contacts routed through the public door, from what was recorded through it.

use std::sync::Arc;

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_clock::{Almanac, Timestamp};
use vigie_proto::routing::route_contact_request::Caller;
use vigie_proto::routing::routing_service_client::RoutingServiceClient;
use vigie_proto::routing::*;
use vigie_routing::base::Live;

use super::desks::{hours, number, publish};
use super::house::*;
use super::on_both_engines;

const FRIDAS: &str = "+33600000077";

fn router(house: &House, grant: &Grant) -> RoutingServiceClient<Door> {
    RoutingServiceClient::new(house.door(grant))
}

async fn route(house: &House, request: RouteContactRequest) -> RouteContactResponse {
    router(house, &advisor()).route_contact(request).await.unwrap().into_inner()
}

/// A call about a contract.
fn call(caller: Caller) -> RouteContactRequest {
    RouteContactRequest { caller: Some(caller), channel: ContactChannel::Phone.into(), ..Default::default() }
}

fn from_number(number: &str) -> RouteContactRequest {
    call(Caller::Number(number.to_owned()))
}

fn reasons(route: &Route) -> Vec<RoutingReason> {
    route.reasons.iter().map(|reason| RoutingReason::try_from(*reason).unwrap()).collect()
}

/// Waits until decisions rest on everything that was recorded.
async fn taken_in(house: &House) {
    soon(house.routing.base().reached(house.head().await)).await;
}

fn always() -> OpeningHours {
    let day = DayHours { windows: vec!["00:00-24:00".to_owned()] };
    OpeningHours { time_zone: "Europe/Paris".to_owned(), week: vec![day; 7], ..OpeningHours::default() }
}

/// A team that never sleeps, with a number.
async fn a_desk(house: &House, purpose: DeskPurpose, segments: &[Segment], phone: &str) -> Desk {
    a_desk_open(house, purpose, segments, phone, always()).await
}

async fn a_desk_open(
    house: &House,
    purpose: DeskPurpose,
    segments: &[Segment],
    phone: &str,
    hours: OpeningHours,
) -> Desk {
    let mut desks = desk_service_client::DeskServiceClient::new(house.door(&operator()));
    let desk = Desk {
        name: format!("{} {phone}", purpose.as_str_name()),
        purpose: purpose.into(),
        segments: segments.iter().map(|segment| (*segment).into()).collect(),
        businesses_only: true,
        languages: vec![Language::French.into()],
        hours: Some(hours),
        ..Desk::default()
    };
    let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk) };
    let desk = desks.register_desk(request).await.unwrap().into_inner().desk.unwrap();
    desks.publish_contact_point(publish(number(&desk, phone))).await.unwrap();
    desk
}

async fn a_customer(house: &House) -> (Account, Person, String) {
    let account = house.a_company(1).await;
    let frida = Person { numbers: vec![FRIDAS.to_owned()], ..person(&account, 1) };
    let request = RegisterPersonRequest { request_id: fresh(), person: Some(frida) };
    let frida = house.crm().register_person(request).await.unwrap().into_inner().person.unwrap();
    let anne = house.a_manager("Anne Petit").await;
    let request = AssignManagerRequest {
        request_id: fresh(),
        account: by_id(&account),
        staff_id: anne.clone(),
        effective_from: house.in_days(-10),
        ..Default::default()
    };
    house.crm().assign_manager(request).await.unwrap();
    (account, frida, anne)
}

/// Noon of the next Sunday.
fn a_sunday(house: &House) -> Option<prost_types::Timestamp> {
    const DAY: i64 = 86_400_000_000;
    let today = house.now().as_micros().div_euclid(DAY);
    // The first day of the epoch was a Thursday.
    let sunday = today + 1 + (2 - today).rem_euclid(7);
    wire(Timestamp::from_micros(sunday * DAY + DAY / 2))
}

on_both_engines! {
    async fn a_number_leads_to_the_account_manager_and_the_answer_says_why(house: House) {
        let (account, frida, anne) = a_customer(&house).await;
        taken_in(&house).await;
        let answer = route(&house, from_number(FRIDAS)).await;
        let [to] = answer.routes.as_slice() else { panic!("{answer:?}") };
        assert_eq!((to.destination(), &to.staff_id), (Destination::AccountManager, &anne));
        assert_eq!(to.staff_name, "Anne Petit");
        assert_eq!(reasons(to), [RoutingReason::CallerRecognised, RoutingReason::ManagerAssigned]);
        assert_eq!((answer.account_id.as_str(), answer.person_id), (account.account_id.as_str(), frida.person_id));
        assert_eq!(Segment::try_from(answer.segment), Ok(Segment::SmeFleet));
        assert!((1..=house.head().await).contains(&answer.position));
        // By mail she is reached by hers.
        let mail = RouteContactRequest { channel: ContactChannel::Email.into(), ..from_number(FRIDAS) };
        assert_eq!(route(&house, mail).await.routes[0].address, "anne.petit@operateur.test");
    }

    async fn an_absence_that_is_planned_is_a_cover_on_its_days(house: House) {
        let (_, _, anne) = a_customer(&house).await;
        let bruno = house.a_manager("Bruno Roux").await;
        let absence = Absence { from: house.in_days(5), until: house.in_days(15), cover_staff_id: bruno.clone(), ..Absence::default() };
        let request = PlanAbsenceRequest { request_id: fresh(), staff_id: anne.clone(), absence: Some(absence) };
        house.staff().plan_absence(request).await.unwrap();
        taken_in(&house).await;
        for (days, destination, staff_id) in
            [(0, Destination::AccountManager, &anne), (10, Destination::Cover, &bruno), (15, Destination::AccountManager, &anne)]
        {
            let to = route(&house, RouteContactRequest { at: house.in_days(days), ..from_number(FRIDAS) }).await.routes.remove(0);
            assert_eq!((to.destination(), &to.staff_id), (destination, staff_id), "in {days} days");
        }
        // Nobody is trained for ever: at the end of the year a team has it.
        let sales = a_desk(&house, DeskPurpose::Sales, &[Segment::SmeFleet], "+33100000010").await;
        taken_in(&house).await;
        let to = route(&house, RouteContactRequest { at: house.in_days(366), ..from_number(FRIDAS) }).await.routes.remove(0);
        assert_eq!((to.destination(), &to.desk_id), (Destination::Desk, &sales.desk_id));
        assert_eq!(to.address, "+33100000010");
        assert!(reasons(&to).contains(&RoutingReason::ManagerUntrained));
    }

    async fn a_closed_team_says_until_when_and_theft_waits_for_nobody(house: House) {
        a_customer(&house).await;
        a_desk_open(&house, DeskPurpose::Administrative, &[], "+33100000020", hours()).await;
        let users = a_desk(&house, DeskPurpose::EndUser, &[], "+33100000030").await;
        taken_in(&house).await;
        let sunday = a_sunday(&house);
        let about = |subject: Subject| RouteContactRequest { at: sunday, subject: subject.into(), ..from_number(FRIDAS) };
        let to = route(&house, about(Subject::Administrative)).await.routes.remove(0);
        assert_eq!(to.destination(), Destination::Closed);
        assert!(to.closed_until.unwrap().seconds > sunday.unwrap().seconds);
        assert!(to.address.is_empty() && to.desk_name.starts_with("DESK_PURPOSE_ADMINISTRATIVE"));
        let to = route(&house, about(Subject::LossOrTheft)).await.routes.remove(0);
        assert_eq!((to.destination(), &to.desk_id), (Destination::Desk, &users.desk_id));
        assert_eq!(to.address, "+33100000030");
        let to = route(&house, about(Subject::Technical)).await.routes.remove(0);
        assert_eq!(to.destination(), Destination::Nobody, "no team is there for that");
    }

    async fn an_ex_employee_is_recognised_no_more(house: House) {
        let (_, frida, _) = a_customer(&house).await;
        let request = RemovePersonRequest { request_id: fresh(), person_id: frida.person_id };
        house.crm().remove_person(request).await.unwrap();
        taken_in(&house).await;
        let answer = route(&house, from_number(FRIDAS)).await;
        assert_eq!(reasons(&answer.routes[0]), [RoutingReason::CallerLeft]);
        assert_eq!((answer.account_id, answer.person_id), (String::new(), String::new()));
    }

    async fn a_system_learns_of_its_own_accounts_only(house: House) {
        let (account, _, _) = a_customer(&house).await;
        let other = house.a_company(2).await;
        taken_in(&house).await;
        let telephony = |account: &Account| {
            Grant::new("telephony", &[Role::Integration]).scope(Scope::account(id(&account.account_id)))
        };
        let seen = router(&house, &telephony(&account)).route_contact(from_number(FRIDAS)).await.unwrap().into_inner();
        assert_eq!(seen.account_id, account.account_id);
        let unseen = router(&house, &telephony(&other)).route_contact(from_number(FRIDAS)).await.unwrap().into_inner();
        let nobody = router(&house, &telephony(&other)).route_contact(from_number("+33699999999")).await.unwrap().into_inner();
        assert_eq!(unseen, nobody);
        let customer = fleet_manager(&account);
        assert_eq!(refused(router(&house, &customer).route_contact(from_number(FRIDAS)).await), "PERMISSION_DENIED");
    }

    async fn what_makes_no_sense_is_refused(house: House) {
        let mut router = router(&house, &advisor());
        taken_in(&house).await;
        for (request, reason) in [
            (from_number("06 00 00 00 77"), "MALFORMED_NUMBER"),
            (call(Caller::PersonId("frida".to_owned())), "MALFORMED_ID"),
            (call(Caller::AccountId("\0".to_owned())), "ILLEGAL_CHARACTER"),
            (RouteContactRequest { channel: 0, ..from_number(FRIDAS) }, "INVALID_ARGUMENT"),
            (RouteContactRequest { from_country: "ZZ".to_owned(), ..from_number(FRIDAS) }, "BAD_PLACE"),
        ] {
            assert_eq!(refused(router.route_contact(request).await), reason);
        }
    }

    async fn the_base_is_a_fold_of_the_log(house: House) {
        let (account, frida, anne) = a_customer(&house).await;
        let group = house.register(house.group()).await;
        let request = MoveAccountRequest {
            request_id: fresh(),
            account: by_id(&account),
            parent_account_id: group.account_id,
            effective_from: house.in_days(3),
        };
        house.crm().move_account(request).await.unwrap();
        let request = ChangeAccountRequest {
            request_id: fresh(),
            account: by_id(&account),
            effective_from: house.in_days(-5),
            segments: vec![Segment::BusinessFixed.into()],
            address: Some(address("97400")),
            ..Default::default()
        };
        house.crm().change_account(request).await.unwrap();
        let changed = Person { numbers: vec![FRIDAS.to_owned(), "+33600000078".to_owned()], ..frida };
        let request = ChangePersonRequest { request_id: fresh(), person: Some(changed) };
        house.crm().change_person(request).await.unwrap();
        let leaving = RecordLeavingRequest { request_id: fresh(), staff_id: anne, leaves_at: house.in_days(30), deputy_staff_id: String::new() };
        house.staff().record_leaving(leaving).await.unwrap();
        a_desk(&house, DeskPurpose::Sales, &[Segment::LargeAccount], "+33100000040").await;
        taken_in(&house).await;

        let anew = Live::new(Arc::new(house.log.clone()), house.log.clock().clone(), Almanac::built_in());
        let (running, head) = (anew.clone(), house.head().await);
        let loading = tokio::spawn(async move { running.run(head).await });
        // Reactions go on writing: the two are compared where both are up to the same event.
        let said = |base: &Live| base.read(|base| (base.position(), base.digest(), base.size()));
        soon(async {
            loop {
                let (followed, folded) = (said(house.routing.base()), said(&anew));
                if let (Ok(followed), Ok(folded)) = (followed, folded)
                    && followed.0 == folded.0
                {
                    assert_eq!(folded, followed);
                    break;
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
        loading.abort();
    }
}
