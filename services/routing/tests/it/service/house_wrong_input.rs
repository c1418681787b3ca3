//! Wrong input about staff, desks and contact points: a clear error, a stable reason, nothing changed.

use vigie_proto::routing::*;

use super::desks::{desk, hours, number, publish};
use super::house::*;
use super::on_both_engines;

type DeskClient = desk_service_client::DeskServiceClient<Door>;

fn staff() -> Staff {
    Staff { name: "Anne Leroy".to_owned(), languages: vec![Language::French.into()], ..Staff::default() }
}

fn day(windows: &[&str]) -> DayHours {
    DayHours { windows: windows.iter().map(|window| (*window).to_owned()).collect() }
}

on_both_engines! {
    async fn each_wrong_field_of_a_staff_member_has_its_reason(house: House) {
        let skill = |code: &str| Skill { code: code.to_owned(), valid_until: None };
        let cases = [
            ("MALFORMED_ID", Staff { staff_id: "seven".to_owned(), ..staff() }),
            ("INVALID_ARGUMENT", Staff { name: String::new(), ..staff() }),
            ("ILLEGAL_CHARACTER", Staff { name: "Anne\0".to_owned(), ..staff() }),
            ("TOO_LARGE", Staff { name: "é".repeat(51), ..staff() }),
            ("ILLEGAL_CHARACTER", Staff { user_id: "a\0".to_owned(), ..staff() }),
            ("INVALID_ARGUMENT", Staff { languages: vec![], ..staff() }),
            ("BAD_PLACE", Staff { languages: vec![99], ..staff() }),
            ("BAD_PLACE", Staff { regions: vec!["999".to_owned()], ..staff() }),
            ("INVALID_ARGUMENT", Staff { skills: vec![skill("SME Fleet")], ..staff() }),
            ("INVALID_ARGUMENT", Staff { skills: vec![skill("a"), skill("a")], ..staff() }),
            ("TOO_LARGE", Staff { skills: vec![skill("a"); 33], ..staff() }),
            ("BAD_MAIL_ADDRESS", Staff { email: "anne@operateur.test\r\nBcc: all@operateur.test".to_owned(), ..staff() }),
            ("BAD_MAIL_ADDRESS", Staff { email: "anne".to_owned(), ..staff() }),
            ("MALFORMED_NUMBER", Staff { number: "0100000007".to_owned(), ..staff() }),
            ("DESK_NOT_FOUND", Staff { desk_id: fresh(), ..staff() }),
            ("TOO_LARGE", Staff { external_identifiers: vec![external("p", "1"); 9], ..staff() }),
        ];
        for (number, (reason, staff)) in cases.into_iter().enumerate() {
            let request = RegisterStaffRequest { request_id: fresh(), staff: Some(staff) };
            assert_eq!(refused(house.staff().register_staff(request).await), reason, "case {number}");
        }
        let without = RegisterStaffRequest { request_id: fresh(), staff: None };
        assert_eq!(refused(house.staff().register_staff(without).await), "INVALID_ARGUMENT");
        let without = RegisterStaffRequest { request_id: String::new(), staff: Some(staff()) };
        assert_eq!(refused(house.staff().register_staff(without).await), "REQUEST_ID_REQUIRED");
        assert_eq!(house.asked_for().await, 0, "nothing changed");
    }

    async fn times_that_cannot_be_are_refused(house: House) {
        let anne = house.a_manager("Anne").await;
        let account = house.a_company(1).await;
        let head = house.asked_for().await;
        let absence = |from, until| PlanAbsenceRequest {
            request_id: fresh(),
            staff_id: anne.clone(),
            absence: Some(Absence { from, until, ..Absence::default() }),
        };
        let cases = [
            ("BAD_PERIOD", absence(house.in_days(2), house.in_days(1))),
            ("BAD_PERIOD", absence(house.in_days(-2), house.in_days(-1))),
            ("INVALID_ARGUMENT", absence(None, house.in_days(1))),
            ("INVALID_ARGUMENT", absence(house.in_days(1), Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }))),
            ("STAFF_NOT_FOUND", PlanAbsenceRequest { staff_id: fresh(), ..absence(house.in_days(1), house.in_days(2)) }),
            ("MALFORMED_ID", PlanAbsenceRequest { staff_id: "x".to_owned(), ..absence(house.in_days(1), house.in_days(2)) }),
            ("INVALID_ARGUMENT", PlanAbsenceRequest { absence: None, ..absence(None, None) }),
            // An id of something else is nobody's.
            ("STAFF_NOT_FOUND", PlanAbsenceRequest {
                staff_id: account.account_id.clone(),
                ..absence(house.in_days(1), house.in_days(2))
            }),
        ];
        for (number, (reason, request)) in cases.into_iter().enumerate() {
            assert_eq!(refused(house.staff().plan_absence(request).await), reason, "case {number}");
        }
        let training = |code: &str, passed_at, valid_until| RecordTrainingRequest {
            request_id: fresh(),
            staff_id: anne.clone(),
            training: Some(Training { code: code.to_owned(), passed_at, valid_until, ..Training::default() }),
        };
        let cases = [
            ("BAD_PERIOD", training("x", house.in_days(1), house.in_days(2))),
            ("BAD_PERIOD", training("x", house.in_days(-1), house.in_days(-2))),
            ("INVALID_ARGUMENT", training("", house.in_days(-1), house.in_days(2))),
            ("INVALID_ARGUMENT", training("x", house.in_days(-1), None)),
        ];
        for (number, (reason, request)) in cases.into_iter().enumerate() {
            assert_eq!(refused(house.staff().record_training(request).await), reason, "case {number}");
        }
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }

    async fn each_wrong_field_of_a_desk_has_its_reason(house: House) {
        let with = |hours| Desk { hours: Some(hours), ..desk("Paris") };
        let monday = |windows: &[&str]| {
            let mut week = hours().week;
            week[0] = day(windows);
            OpeningHours { week, ..hours() }
        };
        let cases = [
            ("INVALID_ARGUMENT", Desk { name: String::new(), ..desk("Paris") }),
            ("INVALID_ARGUMENT", Desk { purpose: 0, ..desk("Paris") }),
            ("INVALID_ARGUMENT", Desk { purpose: 77, ..desk("Paris") }),
            ("INVALID_ARGUMENT", Desk { segments: vec![0], ..desk("Paris") }),
            ("INVALID_ARGUMENT", Desk { languages: vec![], ..desk("Paris") }),
            ("BAD_PLACE", Desk { countries: vec!["XX".to_owned()], ..desk("Paris") }),
            ("INVALID_ARGUMENT", Desk { hours: None, ..desk("Paris") }),
            ("BAD_HOURS", with(OpeningHours { time_zone: "Europe/Atlantis".to_owned(), ..hours() })),
            ("BAD_HOURS", with(OpeningHours { holiday_zone: "bretagne".to_owned(), ..hours() })),
            ("BAD_HOURS", with(OpeningHours { calendar_version: 7, ..hours() })),
            ("BAD_HOURS", with(OpeningHours { week: vec![], ..hours() })),
            ("BAD_HOURS", with(monday(&["09:00-12:00", "11:00-14:00"]))),
            ("BAD_HOURS", with(monday(&["9h00-12h00"]))),
            ("ILLEGAL_CHARACTER", with(monday(&["09:00-12:00\0"]))),
        ];
        for (number, (reason, desk)) in cases.into_iter().enumerate() {
            let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk) };
            let mut client = DeskClient::new(house.door(&operator()));
            assert_eq!(refused(client.register_desk(request).await), reason, "case {number}");
        }
        assert_eq!(house.asked_for().await, 0, "nothing changed");
    }

    async fn each_wrong_field_of_a_contact_point_has_its_reason(house: House) {
        let client = || DeskClient::new(house.door(&operator()));
        let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk("Paris")) };
        let desk = client().register_desk(request).await.unwrap().into_inner().desk.unwrap();
        let head = house.asked_for().await;
        let phone = || number(&desk, "+33100000001");
        let tariff = |class: TariffClass, label: &str| ContactPoint {
            tariff_class: class.into(),
            tariff_label: label.to_owned(),
            from_abroad_number: "+33100000099".to_owned(),
            ..phone()
        };
        let mail = |address: &str| ContactPoint {
            desk_id: desk.desk_id.clone(),
            channel: ContactChannel::Email.into(),
            address: address.to_owned(),
            ..ContactPoint::default()
        };
        let chat = |address: &str| ContactPoint { channel: ContactChannel::Chat.into(), ..mail(address) };
        let cases = [
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Free, "Service gratuit + prix appel")),
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Free, "Service 0,15 € / min + prix appel")),
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Normal, "Service & appel gratuits")),
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Normal, "Service 0,15 € / min + prix appel")),
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Surcharged, "Service gratuit + prix appel")),
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Surcharged, "Prix d'un appel")),
            ("TARIFF_CONTRADICTS_LABEL", tariff(TariffClass::Normal, "")),
            ("INVALID_ARGUMENT", tariff(TariffClass::Unspecified, "Prix d'un appel")),
            ("INVALID_ARGUMENT", ContactPoint {
                from_abroad_number: String::new(),
                ..tariff(TariffClass::Free, "Service & appel gratuits")
            }),
            ("INVALID_ARGUMENT", ContactPoint { short_code: "3900".to_owned(), ..phone() }),
            ("INVALID_ARGUMENT", ContactPoint { short_code: "39".to_owned(), from_abroad_number: "+33100000099".to_owned(), ..phone() }),
            ("INVALID_ARGUMENT", ContactPoint { from_abroad_number: "+33100000001".to_owned(), ..phone() }),
            ("MALFORMED_NUMBER", ContactPoint { number: "0100000001".to_owned(), ..phone() }),
            ("INVALID_ARGUMENT", ContactPoint { number: String::new(), ..phone() }),
            ("INVALID_ARGUMENT", ContactPoint { address: "x@y.test".to_owned(), ..phone() }),
            ("INVALID_ARGUMENT", ContactPoint { channel: 0, ..phone() }),
            ("INVALID_ARGUMENT", ContactPoint { channel: 9, ..phone() }),
            ("DESK_NOT_FOUND", ContactPoint { desk_id: fresh(), ..phone() }),
            ("MALFORMED_ID", ContactPoint { desk_id: String::new(), ..phone() }),
            ("BAD_HOURS", ContactPoint {
                announced_hours: Some(OpeningHours { time_zone: "Europe/Atlantis".to_owned(), ..hours() }),
                ..phone()
            }),
            ("BAD_MAIL_ADDRESS", mail("service@operateur.test\r\nBcc: all@operateur.test")),
            ("BAD_MAIL_ADDRESS", mail("service")),
            ("INVALID_ARGUMENT", mail("")),
            ("INVALID_ARGUMENT", ContactPoint { number: "+33100000001".to_owned(), ..mail("service@operateur.test") }),
            ("INVALID_ARGUMENT", chat("http://operateur.test")),
            ("INVALID_ARGUMENT", chat("https://operateur.test\n")),
        ];
        for (number, (reason, point)) in cases.into_iter().enumerate() {
            assert_eq!(refused(client().publish_contact_point(publish(point)).await), reason, "case {number}");
        }
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }
}
