//! Desks and contact points: hours, overflow, versions that customers are told of before they take effect.

use std::time::Duration;

use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

const fn days(days: u64) -> Duration {
    Duration::from_hours(days * 24)
}

type DeskClient = desk_service_client::DeskServiceClient<Door>;

fn desks(house: &House) -> DeskClient {
    DeskClient::new(house.door(&operator()))
}

pub(crate) fn hours() -> OpeningHours {
    let day =
        |windows: &[&str]| DayHours { windows: windows.iter().map(|window| (*window).to_owned()).collect() };
    let usual = day(&["09:00-12:30", "14:00-18:00"]);
    OpeningHours {
        time_zone: "Europe/Paris".to_owned(),
        holiday_zone: "metropole".to_owned(),
        calendar_version: 1,
        week: vec![usual.clone(), usual.clone(), usual.clone(), usual.clone(), usual, day(&[]), day(&[])],
        holidays: Some(day(&[])),
        exceptions: vec![HoursException {
            date: "2026-12-24".to_owned(),
            windows: vec!["09:00-12:00".to_owned()],
            reason: "Veille de Noël".to_owned(),
        }],
    }
}

pub(crate) fn desk(name: &str) -> Desk {
    Desk {
        name: name.to_owned(),
        purpose: DeskPurpose::Sales.into(),
        segments: vec![Segment::LargeAccount.into(), Segment::SmeFleet.into()],
        businesses_only: true,
        skills: vec!["large-account".to_owned()],
        languages: vec![Language::French.into()],
        regions: vec!["11".to_owned()],
        countries: vec!["FR".to_owned()],
        hours: Some(hours()),
        rank: 1,
        external_identifiers: vec![external("queue", name)],
        ..Desk::default()
    }
}

async fn register(house: &House, desk: Desk) -> Desk {
    let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk) };
    desks(house).register_desk(request).await.unwrap().into_inner().desk.unwrap()
}

fn change(desk: &Desk, overflow: &str) -> ChangeDeskRequest {
    let desk = Desk { overflow_desk_id: overflow.to_owned(), ..desk.clone() };
    ChangeDeskRequest { request_id: fresh(), desk: Some(desk) }
}

fn close(desk: &Desk) -> CloseDeskRequest {
    CloseDeskRequest { request_id: fresh(), desk_id: desk.desk_id.clone() }
}

pub(crate) fn number(desk: &Desk, number: &str) -> ContactPoint {
    ContactPoint {
        desk_id: desk.desk_id.clone(),
        channel: ContactChannel::Phone.into(),
        number: number.to_owned(),
        tariff_class: TariffClass::Normal.into(),
        tariff_label: "Prix d'un appel".to_owned(),
        ..ContactPoint::default()
    }
}

pub(crate) fn publish(point: ContactPoint) -> PublishContactPointRequest {
    PublishContactPointRequest { request_id: fresh(), contact_point: Some(point) }
}

async fn published(house: &House, point: ContactPoint) -> ContactPoint {
    let answer = desks(house).publish_contact_point(publish(point)).await;
    answer.unwrap().into_inner().contact_point.unwrap()
}

async fn valid(house: &House, point: &ContactPoint, as_of: i64) -> Option<String> {
    let at = Moment { as_of: house.in_days(as_of), known_at: None };
    let request = GetContactPointRequest { contact_point_id: point.contact_point_id.clone(), at: Some(at) };
    let answer = desks(house).get_contact_point(request).await.ok()?;
    Some(answer.into_inner().contact_point.unwrap().number)
}

/// Names of what was recorded for a contact point.
async fn facts(house: &House) -> Vec<String> {
    let (mut position, mut names) = (0, Vec::new());
    while let Some(event) = house.log.event_at(position + 1).await.unwrap() {
        position = event.position;
        if let Some(name) = event.event_type.strip_prefix("vigie.contact_point.") {
            names.push(name.trim_end_matches(".v1").to_owned());
        }
    }
    names
}

on_both_engines! {
    async fn a_desk_is_as_registered_and_as_changed(house: House) {
        let registered = register(&house, desk("Paris")).await;
        assert_eq!(registered, Desk { desk_id: registered.desk_id.clone(), version: 1, ..desk("Paris") });
        let renamed = Desk { name: "Paris Nord".to_owned(), ..registered.clone() };
        let request = ChangeDeskRequest { request_id: fresh(), desk: Some(renamed.clone()) };
        let changed = desks(&house).change_desk(request).await.unwrap().into_inner().desk.unwrap();
        assert_eq!(changed, Desk { version: 2, ..renamed });
        house.listed().await;
        let request = ListDesksRequest { purpose: DeskPurpose::Sales.into(), ..Default::default() };
        assert_eq!(desks(&house).list_desks(request).await.unwrap().into_inner().desks, std::slice::from_ref(&changed));
        let request = ListDesksRequest { purpose: DeskPurpose::Technical.into(), ..Default::default() };
        assert_eq!(desks(&house).list_desks(request).await.unwrap().into_inner().desks, []);
        let request = GetDeskRequest { desk_id: changed.desk_id.clone() };
        assert_eq!(desks(&house).get_desk(request).await.unwrap().into_inner().desk.unwrap(), changed);
    }

    async fn contacts_never_overflow_in_a_circle(house: House) {
        let mut chain = vec![register(&house, desk("desk 0")).await];
        for number in 1..5 {
            let overflow_desk_id = chain[number - 1].desk_id.clone();
            chain.push(register(&house, Desk { overflow_desk_id, ..desk(&format!("desk {number}")) }).await);
        }
        let [first, second, .., last] = &chain[..] else { panic!("five desks") };
        assert_eq!(refused(desks(&house).change_desk(change(first, &last.desk_id)).await), "HIERARCHY_REFUSED");
        assert_eq!(refused(desks(&house).change_desk(change(first, &first.desk_id)).await), "HIERARCHY_REFUSED");
        assert_eq!(refused(desks(&house).change_desk(change(first, &fresh())).await), "DESK_NOT_FOUND");
        let too_far = Desk { overflow_desk_id: last.desk_id.clone(), ..desk("desk 5") };
        let request = RegisterDeskRequest { request_id: fresh(), desk: Some(too_far) };
        assert_eq!(refused(desks(&house).register_desk(request).await), "HIERARCHY_REFUSED");

        assert_eq!(refused(desks(&house).close_desk(close(first)).await), "STILL_IN_USE");
        desks(&house).change_desk(change(second, "")).await.unwrap();
        let closed = desks(&house).close_desk(close(first)).await.unwrap().into_inner().desk.unwrap();
        assert!(closed.closed_at.is_some());
        assert_eq!(refused(desks(&house).change_desk(change(second, &first.desk_id)).await), "ENDED");
        house.listed().await;
        let listed = desks(&house).list_desks(ListDesksRequest::default()).await.unwrap().into_inner().desks;
        assert_eq!(listed.len(), 4, "without the one that has ended");
    }

    async fn a_contact_point_changes_only_after_customers_could_be_told(house: House) {
        let desk = register(&house, desk("Paris")).await;
        let first = published(&house, number(&desk, "+33100000001")).await;
        assert_eq!((first.point_version, first.valid_until.is_none()), (1, true));
        assert_eq!(facts(&house).await, ["version_published", "version_took_effect"]);

        let second = ContactPoint {
            contact_point_id: first.contact_point_id.clone(),
            valid_from: house.in_days(30),
            ..number(&desk, "+33100000002")
        };
        for valid_from in [None, house.in_days(-1)] {
            let past = publish(ContactPoint { valid_from, ..second.clone() });
            assert_eq!(refused(desks(&house).publish_contact_point(past).await), "BAD_PERIOD");
        }
        let second = published(&house, second).await;
        assert_eq!(second.point_version, 2);
        assert_eq!(facts(&house).await[2..], ["version_published", "change_notice_due"]);
        assert_eq!(valid(&house, &first, 29).await.as_deref(), Some("+33100000001"));
        assert_eq!(valid(&house, &first, 31).await.as_deref(), Some("+33100000002"));
        house.listed().await;
        let listed = async |at: i64| {
            let request = ListContactPointsRequest { as_of: house.in_days(at), ..Default::default() };
            let page = desks(&house).list_contact_points(request).await.unwrap().into_inner();
            page.contact_points.into_iter().map(|point| (point.number, point.valid_until.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(listed(29).await, [("+33100000001".to_owned(), true)]);
        assert_eq!(listed(31).await, [("+33100000002".to_owned(), false)]);
        assert_eq!(listed(-1).await, []);

        house.pass(days(31));
        until(async || facts(&house).await.last().is_some_and(|name| name == "version_took_effect")).await;
        assert_eq!(facts(&house).await.len(), 5);
    }

    async fn what_was_published_when_it_was_known(house: House) {
        let desk = register(&house, desk("Paris")).await;
        let first = published(&house, number(&desk, "+33100000001")).await;
        let known_at = wire(house.now());
        let second = ContactPoint {
            contact_point_id: first.contact_point_id.clone(),
            valid_from: house.in_days(30),
            ..number(&desk, "+33100000002")
        };
        published(&house, second).await;
        let at = Moment { as_of: house.in_days(40), known_at };
        let request = GetContactPointRequest { contact_point_id: first.contact_point_id.clone(), at: Some(at) };
        let known = desks(&house).get_contact_point(request).await.unwrap().into_inner().contact_point.unwrap();
        assert_eq!((known.number.as_str(), known.valid_until), ("+33100000001", None));
    }

    async fn a_contact_point_ends_and_only_then_its_desk(house: House) {
        let desk = register(&house, desk("Paris")).await;
        let point = published(&house, number(&desk, "+33100000001")).await;
        assert_eq!(refused(desks(&house).close_desk(close(&desk)).await), "STILL_IN_USE");
        let retire = |valid_until| RetireContactPointRequest {
            request_id: fresh(),
            contact_point_id: point.contact_point_id.clone(),
            valid_until,
        };
        let refusals = [(None, "INVALID_ARGUMENT"), (house.in_days(-1), "BAD_PERIOD")];
        for (valid_until, reason) in refusals {
            assert_eq!(refused(desks(&house).retire_contact_point(retire(valid_until)).await), reason);
        }
        let last = desks(&house).retire_contact_point(retire(house.in_days(10))).await.unwrap().into_inner();
        assert!(last.contact_point.unwrap().valid_until.is_some());
        assert_eq!(valid(&house, &point, 11).await, None);
        assert_eq!(refused(desks(&house).close_desk(close(&desk)).await), "STILL_IN_USE");
        house.pass(days(11));
        until(async || facts(&house).await.last().is_some_and(|name| name == "contact_point_ended")).await;
        assert!(desks(&house).close_desk(close(&desk)).await.is_ok());
        let late = publish(number(&desk, "+33100000003"));
        assert_eq!(refused(desks(&house).publish_contact_point(late).await), "ENDED");
    }

    async fn each_channel_has_what_it_needs(house: House) {
        let desk = register(&house, desk("Paris")).await;
        let bare = || ContactPoint { desk_id: desk.desk_id.clone(), ..ContactPoint::default() };
        let points = [
            ContactPoint { channel: ContactChannel::Email.into(), address: "service@operateur.test".to_owned(), ..bare() },
            ContactPoint { channel: ContactChannel::Chat.into(), address: "https://operateur.test/chat".to_owned(), ..bare() },
            ContactPoint { channel: ContactChannel::Extranet.into(), address: "https://operateur.test/".to_owned(), ..bare() },
            ContactPoint { channel: ContactChannel::Post.into(), address: "1 rue de l'Exemple, 75001 Paris".to_owned(), ..bare() },
            ContactPoint {
                short_code: "3900".to_owned(),
                from_abroad_number: "+33100000099".to_owned(),
                tariff_class: TariffClass::Surcharged.into(),
                tariff_label: "Service 0,15 € / min + prix appel".to_owned(),
                segments: vec![Segment::SmeFleet.into()],
                for_end_users: true,
                announced_hours: Some(hours()),
                ..number(&desk, "+33820000001")
            },
        ];
        for point in points {
            let shown = published(&house, point.clone()).await;
            let same = ContactPoint {
                contact_point_id: String::new(),
                valid_from: None,
                point_version: 0,
                version: 0,
                ..shown
            };
            assert_eq!(same, point);
        }
        house.listed().await;
        let mut request =
            ListContactPointsRequest { desk_id: desk.desk_id.clone(), page_size: 2, ..Default::default() };
        let mut seen = 0;
        loop {
            let page = desks(&house).list_contact_points(request.clone()).await.unwrap().into_inner();
            seen += page.contact_points.len();
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(seen, 5);
    }

    async fn the_longest_hours_that_are_taken_fit_into_every_event(house: House) {
        let long = |reason: &str| {
            let exception = |number: usize| HoursException {
                date: format!("{}-{:02}-01", 2027 + number / 12, 1 + number % 12),
                windows: vec!["09:00-12:00".to_owned()],
                reason: reason.to_owned(),
            };
            OpeningHours { exceptions: (0..400).map(exception).collect(), ..hours() }
        };
        let desk = register(&house, Desk { hours: Some(long("inventaire")), ..desk("Paris") }).await;
        let with = |reason, point| ContactPoint { announced_hours: Some(long(reason)), ..point };
        let first = published(&house, with("inventaire", number(&desk, "+33100000001"))).await;
        let second = ContactPoint {
            contact_point_id: first.contact_point_id.clone(),
            valid_from: house.in_days(30),
            ..number(&desk, "+33100000002")
        };
        let too_long = publish(with("inventaire annuel", second.clone()));
        assert_eq!(refused(desks(&house).publish_contact_point(too_long).await), "TOO_LARGE");
        assert_eq!(published(&house, with("inventaire", second)).await.point_version, 2);
    }

    async fn lists_are_the_same_after_they_were_computed_anew(house: House) {
        let paris = register(&house, desk("Paris")).await;
        register(&house, Desk { overflow_desk_id: paris.desk_id.clone(), ..desk("Lyon") }).await;
        let point = published(&house, number(&paris, "+33100000001")).await;
        let next = ContactPoint {
            contact_point_id: point.contact_point_id.clone(),
            valid_from: house.in_days(30),
            ..number(&paris, "+33100000002")
        };
        published(&house, next).await;
        let anne = house.a_manager("Anne").await;
        let absence = Absence { from: house.in_days(1), until: house.in_days(9), ..Absence::default() };
        let request = PlanAbsenceRequest { request_id: fresh(), staff_id: anne, absence: Some(absence) };
        house.staff().plan_absence(request).await.unwrap();

        let lists = async || {
            house.listed().await;
            let points = ListContactPointsRequest { as_of: point.valid_from, ..Default::default() };
            (
                desks(&house).list_desks(ListDesksRequest::default()).await.unwrap().into_inner(),
                desks(&house).list_contact_points(points).await.unwrap().into_inner(),
                house.staff().list_staff(ListStaffRequest::default()).await.unwrap().into_inner(),
                house.staff().list_work(ListWorkRequest::default()).await.unwrap().into_inner(),
            )
        };
        let before = lists().await;
        assert_eq!((before.0.desks.len(), before.1.contact_points.len()), (2, 1));
        assert_eq!((before.2.staff.len(), before.3.work.len()), (1, 1));
        house.routing.start_view_over().await.unwrap();
        until(async || house.routing.view_position() < house.head().await || lists().await == before).await;
        assert_eq!(lists().await, before);
    }

    async fn everybody_with_a_token_may_read_and_only_the_house_may_write(house: House) {
        let account = house.a_company(1).await;
        let desk_there = register(&house, desk("Paris")).await;
        let head = house.asked_for().await;
        let grants = [end_user(&account, "marie"), fleet_manager(&account), advisor(), Grant::new("a", &[Role::Auditor])];
        for grant in grants {
            let mut client = DeskClient::new(house.door(&grant));
            assert!(client.list_desks(ListDesksRequest::default()).await.is_ok());
            let request = GetDeskRequest { desk_id: desk_there.desk_id.clone() };
            assert!(client.get_desk(request).await.is_ok());
            assert_eq!(refused(client.close_desk(close(&desk_there)).await), "PERMISSION_DENIED");
            let point = publish(number(&desk_there, "+33100000001"));
            assert_eq!(refused(client.publish_contact_point(point).await), "PERMISSION_DENIED");
            let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk("Lyon")) };
            assert_eq!(refused(client.register_desk(request).await), "PERMISSION_DENIED");
        }
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }
}
