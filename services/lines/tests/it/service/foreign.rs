//! A foreign account's line looks exactly like one that does not exist, to every RPC.

use tonic::Status;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

/// Every RPC that names a line, asked for `line`.
async fn ask_everything(client: &mut Client, line: Option<LineRef>) -> Vec<(&'static str, Status)> {
    let (request_id, act_id) = (fresh(), fresh());
    let reason = SuspensionReason::Loss.into();
    let mut answers = Vec::new();
    macro_rules! ask {
        ($rpc:ident, $request:expr) => {
            answers.push((stringify!($rpc), client.$rpc($request).await.expect_err(stringify!($rpc))));
        };
    }
    ask!(get_line, GetLineRequest { line: line.clone() });
    ask!(get_receipt, GetReceiptRequest { line: line.clone(), act_id: String::new() });
    ask!(
        suspend_line,
        SuspendLineRequest {
            request_id: request_id.clone(),
            line: line.clone(),
            reason,
            on_behalf: None,
            ..Default::default()
        }
    );
    ask!(
        reinstate_line,
        ReinstateLineRequest {
            request_id: request_id.clone(),
            line: line.clone(),
            reason,
            ..Default::default()
        }
    );
    ask!(
        undo_suspension,
        UndoSuspensionRequest { request_id: request_id.clone(), line: line.clone(), act_id }
    );
    ask!(
        replace_sim,
        ReplaceSimRequest {
            request_id: request_id.clone(),
            line: line.clone(),
            new_imsi: imsi(77),
            new_iccid: iccid(77),
            on_behalf: None,
            ..Default::default()
        }
    );
    let line_named = || line.clone();
    let now = || Some(prost_types::Timestamp { seconds: 1_795_000_000, nanos: 0 });
    ask!(
        record_handset,
        RecordHandsetRequest {
            request_id: request_id.clone(),
            line: line_named(),
            imei: "490154203237518".to_owned(),
            on_behalf: None
        }
    );
    ask!(
        declare_theft,
        DeclareTheftRequest {
            request_id: request_id.clone(),
            line: line_named(),
            police_report: "2026/000123".to_owned(),
            declared_at: now(),
            ..Default::default()
        }
    );
    ask!(
        declare_recovered,
        DeclareRecoveredRequest {
            request_id: request_id.clone(),
            line: line_named(),
            recovered_at: now(),
            ..Default::default()
        }
    );
    ask!(
        note_port_out,
        NotePortOutRequest { request_id: request_id.clone(), line: line_named(), planned_at: now() }
    );
    ask!(cancel_port_out, CancelPortOutRequest { request_id: request_id.clone(), line: line_named() });
    ask!(
        complete_port_out,
        CompletePortOutRequest { request_id: request_id.clone(), line: line_named(), completed_at: now() }
    );
    ask!(terminate_line, TerminateLineRequest { request_id, line, on_behalf: None });
    answers
}

on_both_engines! {
    async fn every_rpc_refuses_a_foreign_line_as_it_refuses_one_that_does_not_exist(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        let head = house.log.head().await.unwrap().position;
        let nobody = Line { line_id: fresh(), msisdn: "+33699999999".to_owned(), ..Line::default() };

        let foreigner = Grant::new("nora", &[Role::FleetManager, Role::ContractManager])
            .scope(Scope::account(OTHER_ACCOUNT))
            .with_step_up();
        let scoped_advisor = advisor().scope(Scope::account(OTHER_ACCOUNT)).with_step_up();
        let elsewhere = Grant::new("jean", &[Role::FleetManager])
            .scope(Scope { cost_centre: Some("Transport".to_owned()), ..Scope::account(ACCOUNT) })
            .with_step_up();
        let colleague = Grant::new("luc.petit", &[Role::EndUser]).scope(Scope::account(ACCOUNT)).with_step_up();
        for grant in [foreigner, scoped_advisor, elsewhere, colleague] {
            let mut client = house.as_bearer(&grant);
            for (there, not_there) in [(by_id(&line), by_id(&nobody)), (by_number(&line), by_number(&nobody))] {
                let foreign = ask_everything(&mut client, there).await;
                let unknown = ask_everything(&mut client, not_there).await;
                for ((rpc, foreign), (_, unknown)) in foreign.into_iter().zip(unknown) {
                    // Some are no user's, or no manager's, at all; that says nothing about the line.
                    assert_eq!(foreign.code(), unknown.code(), "{} {rpc}", grant.subject);
                    assert_eq!(foreign.message(), unknown.message(), "{} {rpc}", grant.subject);
                    assert_eq!(foreign.details(), unknown.details(), "{} {rpc}", grant.subject);
                    let is_allowed = match rpc {
                        "note_port_out" | "cancel_port_out" | "complete_port_out" => {
                            grant.subject == "advisor-1"
                        }
                        "terminate_line" | "record_handset" | "declare_recovered" => {
                            grant.subject != "luc.petit"
                        }
                        _ => true,
                    };
                    let expected = if is_allowed { "LINE_NOT_FOUND" } else { "PERMISSION_DENIED" };
                    assert_eq!(refused::<()>(Err(foreign)), expected, "{} {rpc}", grant.subject);
                }
            }
        }
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing changed");
    }

    async fn a_foreign_person_has_no_lines(house: House) {
        house.a_line(1).await;
        let foreigner = Grant::new("nora", &[Role::FleetManager]).scope(Scope::account(OTHER_ACCOUNT)).with_step_up();
        let mut foreigner = house.as_bearer(&foreigner);
        for user_id in [USER, "nobody"] {
            let request = SuspendPersonRequest {
                request_id: fresh(),
                account_id: ACCOUNT.to_string(),
                user_id: user_id.to_owned(),
                reason: SuspensionReason::Theft.into(),
                on_behalf: None,
            };
            assert_eq!(refused(foreigner.suspend_person(request).await), "LINE_NOT_FOUND");
            let request = ReinstatePersonRequest {
                request_id: fresh(),
                account_id: ACCOUNT.to_string(),
                user_id: user_id.to_owned(),
                reason: SuspensionReason::Theft.into(),
                ..Default::default()
            };
            assert_eq!(refused(foreigner.reinstate_person(request).await), "LINE_NOT_FOUND");
        }
    }

    async fn a_line_is_registered_only_within_the_scope(house: House) {
        let elsewhere = Grant::new("crm-2", &[Role::Integration]).scope(Scope::account(OTHER_ACCOUNT));
        let request = RegisterLineRequest { request_id: fresh(), line: Some(entry(1)) };
        assert_eq!(refused(house.as_bearer(&elsewhere).register_line(request).await), "PERMISSION_DENIED");
        assert_eq!(house.log.head().await.unwrap().position, 0);
    }
}
