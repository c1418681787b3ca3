//! Wrong input: a clear error, a stable reason, nothing changed.

use std::time::Duration;

use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

fn number(msisdn: &str) -> Option<LineRef> {
    Some(LineRef { line: Some(line_ref::Line::Msisdn(msisdn.to_owned())) })
}

fn id(line_id: &str) -> Option<LineRef> {
    Some(LineRef { line: Some(line_ref::Line::LineId(line_id.to_owned())) })
}

on_both_engines! {
    async fn each_wrong_field_has_its_reason(house: House) {
        let line = house.a_line(1).await;
        let head = house.log.head().await.unwrap().position;
        let good = suspend(&line, SuspensionReason::Loss);
        let on_behalf = |person_id: &str, checks: usize| {
            Some(OnBehalf { person_id: person_id.to_owned(), caller_checks: vec!["code".to_owned(); checks] })
        };
        let cases = [
            ("MALFORMED_NUMBER", SuspendLineRequest { line: number("0612345678"), ..good.clone() }),
            ("MALFORMED_NUMBER", SuspendLineRequest { line: number("+33 6 12 34 56 78"), ..good.clone() }),
            ("ILLEGAL_CHARACTER", SuspendLineRequest { line: number("+33612\u{0}345678"), ..good.clone() }),
            ("LINE_NOT_FOUND", SuspendLineRequest { line: number("+33699999999"), ..good.clone() }),
            ("MALFORMED_ID", SuspendLineRequest { line: id("seven"), ..good.clone() }),
            ("ILLEGAL_CHARACTER", SuspendLineRequest { line: id("\0"), ..good.clone() }),
            ("LINE_NOT_FOUND", SuspendLineRequest { line: id(&fresh()), ..good.clone() }),
            ("INVALID_ARGUMENT", SuspendLineRequest { line: None, ..good.clone() }),
            ("INVALID_ARGUMENT", SuspendLineRequest { line: Some(LineRef { line: None }), ..good.clone() }),
            ("UNKNOWN_REASON", SuspendLineRequest { reason: 0, ..good.clone() }),
            ("UNKNOWN_REASON", SuspendLineRequest { reason: 77, ..good.clone() }),
            ("REQUEST_ID_REQUIRED", SuspendLineRequest { request_id: String::new(), ..good.clone() }),
            ("MALFORMED_ID", SuspendLineRequest { request_id: "one".to_owned(), ..good.clone() }),
            ("ILLEGAL_CHARACTER", SuspendLineRequest { request_id: "\0".to_owned(), ..good.clone() }),
            ("INVALID_ARGUMENT", SuspendLineRequest { on_behalf: on_behalf("", 1), ..good.clone() }),
            ("ILLEGAL_CHARACTER", SuspendLineRequest { on_behalf: on_behalf("a\0", 1), ..good.clone() }),
            ("TOO_LARGE", SuspendLineRequest { on_behalf: on_behalf(&"x".repeat(201), 1), ..good.clone() }),
            ("TOO_LARGE", SuspendLineRequest { on_behalf: on_behalf(USER, 9), ..good.clone() }),
            ("TOO_LARGE", SuspendLineRequest { on_behalf: on_behalf(&"x".repeat(2 << 20), 1), ..good.clone() }),
        ];
        for (number, (reason, request)) in cases.into_iter().enumerate() {
            assert_eq!(refused(house.user().suspend_line(request).await), reason, "case {number}");
        }
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing changed");
        assert!(!house.is_barred(&line.imsi));
    }

    async fn each_wrong_field_of_a_line_has_its_reason(house: House) {
        let key = |id: &str| ExternalIdentifier { owner: "crm".to_owned(), r#type: "s".to_owned(), id: id.to_owned() };
        let cases = [
            ("MALFORMED_ID", LineEntry { account_id: String::new(), ..entry(1) }),
            ("MALFORMED_NUMBER", LineEntry { msisdn: String::new(), ..entry(1) }),
            ("MALFORMED_NUMBER", LineEntry { imsi: "20801".to_owned(), ..entry(1) }),
            ("MALFORMED_NUMBER", LineEntry { iccid: "8933010000000000011".to_owned(), ..entry(1) }),
            ("INVALID_ARGUMENT", LineEntry { account_holder: String::new(), ..entry(1) }),
            ("INVALID_ARGUMENT", LineEntry { site: "12".to_owned(), ..entry(1) }),
            ("ILLEGAL_CHARACTER", LineEntry { account_holder: "a\0".to_owned(), ..entry(1) }),
            ("ILLEGAL_CHARACTER", LineEntry { user_id: "a\0".to_owned(), ..entry(1) }),
            ("ILLEGAL_CHARACTER", LineEntry { cost_centre: "a\0".to_owned(), ..entry(1) }),
            ("ILLEGAL_CHARACTER", LineEntry { site: "a\0".to_owned(), ..entry(1) }),
            ("ILLEGAL_CHARACTER", LineEntry { external_identifiers: vec![key("a\0")], ..entry(1) }),
            ("INVALID_ARGUMENT", LineEntry { external_identifiers: vec![key("")], ..entry(1) }),
            ("TOO_LARGE", LineEntry { external_identifiers: vec![key("a"); 9], ..entry(1) }),
            ("TOO_LARGE", LineEntry { cost_centre: "é".repeat(101), ..entry(1) }),
        ];
        for (number, (reason, line)) in cases.into_iter().enumerate() {
            let request = RegisterLineRequest { request_id: fresh(), line: Some(line) };
            assert_eq!(refused(house.crm().register_line(request).await), reason, "case {number}");
        }
        assert_eq!(house.log.head().await.unwrap().position, 0, "nothing changed");
    }

    async fn a_recovery_that_is_no_instant_is_refused(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        for recovered_at in [None, Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 })] {
            let recovery = HandsetRecovery { attested_by: MANAGER.to_owned(), recovered_at };
            let mut request = reinstate(&line, SuspensionReason::Theft);
            request.handset_recovery = Some(recovery);
            assert_eq!(refused(house.stepped_up_manager().reinstate_line(request).await), "INVALID_ARGUMENT");
        }
    }

    async fn nobody_commands_without_a_good_token(house: House) {
        let line = house.a_line(1).await;
        let head = house.log.head().await.unwrap().position;
        let request = || suspend(&line, SuspensionReason::Theft);
        assert_eq!(refused(house.with_token("").suspend_line(request()).await), "TOKEN_INVALID");
        assert_eq!(refused(house.with_token("a.b.c").suspend_line(request()).await), "TOKEN_INVALID");
        let mut other_audience = user();
        other_audience.audience = "billing".to_owned();
        assert_eq!(refused(house.as_bearer(&other_audience).suspend_line(request()).await), "WRONG_AUDIENCE");
        let auditor = Grant::new("auditor", &[Role::Auditor]);
        assert_eq!(refused(house.as_bearer(&auditor).suspend_line(request()).await), "PERMISSION_DENIED");
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing changed");
    }

    async fn a_deadline_that_has_passed_changes_nothing(house: House) {
        let line = house.a_line(1).await;
        let head = house.log.head().await.unwrap().position;
        let mut request = tonic::Request::new(suspend(&line, SuspensionReason::Theft));
        request.set_timeout(Duration::ZERO);
        assert!(house.user().suspend_line(request).await.is_err());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(house.log.head().await.unwrap().position, head);
    }

    async fn one_bad_command_among_many_fails_alone(house: House) {
        let mut lines = Vec::new();
        for number in 1..=64 {
            lines.push(house.a_line(number).await);
        }
        let calls = lines.iter().enumerate().map(|(index, line)| {
            let mut user = house.user();
            let mut request = suspend(line, SuspensionReason::Theft);
            if index == 17 {
                request.on_behalf = Some(OnBehalf { person_id: "a\0b".to_owned(), caller_checks: vec![] });
            }
            tokio::spawn(async move { user.suspend_line(request).await })
        });
        let calls: Vec<_> = calls.collect();
        for (index, call) in calls.into_iter().enumerate() {
            let answer = call.await.unwrap();
            if index == 17 {
                assert_eq!(refused(answer), "ILLEGAL_CHARACTER");
            } else {
                answer.unwrap();
            }
        }
    }
}
