//! The immediate path: recorded, driven, read back, answered in time.

use std::time::{Duration, Instant};

use vigie_lines::register::{Faults, Register as _};
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

on_both_engines! {
    async fn a_theft_is_barred_and_proven_when_the_answer_comes(house: House) {
        let line = house.a_line(1).await;
        let answer = house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        let (after, act) = (answer.line.unwrap(), answer.act.unwrap());
        assert!(house.is_barred(&line.imsi));
        assert_eq!(after.state(), LineState::Suspended);
        assert_eq!((after.evidence(), act.evidence()), (Evidence::Simulated, Evidence::Simulated));
        assert_eq!((act.kind(), act.reason(), act.state()), (ActKind::Suspend, SuspensionReason::Theft, ActState::Confirmed));
        assert_eq!(act.reference.len(), 11);
        let times = [act.received_at, act.recorded_at, act.confirmed_at].map(|time| {
            let time = time.unwrap();
            (time.seconds, time.nanos)
        });
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!((after.requested_at, after.confirmed_at), (act.received_at, act.confirmed_at));

        let seen = house.user().get_line(GetLineRequest { line: by_number(&line) }).await.unwrap().into_inner();
        assert_eq!(seen.line, Some(after));
    }

    async fn paying_does_not_bring_a_stolen_phone_back(house: House) {
        let line = house.a_line(1).await;
        house.clerk().suspend_line(suspend(&line, SuspensionReason::Unpaid)).await.unwrap();
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        let paid = house.clerk().reinstate_line(reinstate(&line, SuspensionReason::Unpaid)).await.unwrap().into_inner();
        let (after, act) = (paid.line.unwrap(), paid.act.unwrap());
        assert_eq!(after.reasons().collect::<Vec<_>>(), [SuspensionReason::Theft]);
        assert_eq!((after.state(), act.state()), (LineState::Suspended, ActState::Recorded));
        assert_eq!(after.evidence(), Evidence::Simulated, "still known to be barred");
        assert!(house.is_barred(&line.imsi));
    }

    async fn a_register_that_is_down_is_pending_in_time_and_confirmed_by_itself(house: House) {
        let line = house.a_line(1).await;
        house.register.set_faults(Faults { is_unreachable: true, ..Faults::default() });
        let asked = Instant::now();
        let answer = house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        assert!(asked.elapsed() < Duration::from_millis(1300), "{:?}", asked.elapsed());
        let act = answer.act.unwrap();
        assert_eq!((act.state(), act.evidence()), (ActState::Pending, Evidence::NotYetConfirmed));
        assert!(!house.is_barred(&line.imsi));

        let mut request = tonic::Request::new(suspend(&line, SuspensionReason::Loss));
        request.set_timeout(Duration::from_millis(300));
        let asked = Instant::now();
        let answer = house.user().suspend_line(request).await.unwrap().into_inner();
        assert!(asked.elapsed() < Duration::from_millis(300), "before the caller's deadline: {:?}", asked.elapsed());
        assert_eq!(answer.act.unwrap().state(), ActState::Pending);

        house.listed().await;
        let waiting = ListPendingLinesRequest::default();
        let pending = house.operator().list_pending_lines(waiting.clone()).await.unwrap().into_inner().lines;
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[0].line.as_ref().unwrap().line_id, line.line_id);
        assert!(!pending[0].overdue && pending[0].waiting.is_some());

        house.register.set_faults(Faults::default());
        until(|| async { house.is_barred(&line.imsi) }).await;
        let get = GetLineRequest { line: by_id(&line) };
        until(|| async {
            let seen = house.user().get_line(get.clone()).await.unwrap().into_inner().line.unwrap();
            seen.evidence() == Evidence::Simulated
        }).await;
        until(|| async {
            house.operator().list_pending_lines(waiting.clone()).await.unwrap().into_inner().lines.is_empty()
        }).await;
    }

    async fn a_caller_who_goes_away_stops_nothing(house: House) {
        let line = house.a_line(1).await;
        let mut user = house.user();
        let call = user.suspend_line(suspend(&line, SuspensionReason::Theft));
        // Long enough to be taken, not to be answered through a register that is slow to connect.
        house.register.set_faults(Faults { is_unreachable: true, ..Faults::default() });
        let _ = tokio::time::timeout(Duration::from_millis(300), call).await;
        house.register.set_faults(Faults::default());
        until(|| async { house.is_barred(&line.imsi) }).await;
    }

    async fn a_found_phone_comes_back_with_step_up(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Loss)).await.unwrap();
        let lift = || reinstate(&line, SuspensionReason::Loss);
        assert_eq!(refused(house.user().reinstate_line(lift()).await), "STEP_UP_REQUIRED");
        let stepped_up = user().with_step_up();
        let mut from_itself = house.calling_from(&stepped_up, &line.msisdn);
        assert_eq!(refused(from_itself.reinstate_line(lift()).await), "PERMISSION_DENIED");
        let answer = house.calling_from(&stepped_up, "+33199000000").reinstate_line(lift()).await.unwrap().into_inner();
        assert_eq!(answer.act.unwrap().state(), ActState::Confirmed);
        assert!(!house.is_barred(&line.imsi));
    }

    async fn a_stolen_phone_comes_back_by_a_manager_who_attests_its_recovery(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        let mut lift = reinstate(&line, SuspensionReason::Theft);
        assert_eq!(refused(house.as_bearer(&user().with_step_up()).reinstate_line(lift.clone()).await), "PERMISSION_DENIED");
        let mut manager = house.stepped_up_manager();
        assert_eq!(refused(manager.reinstate_line(lift.clone()).await), "HANDSET_RECOVERY_REQUIRED");
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        lift.request_id = fresh();
        lift.handset_recovery = Some(HandsetRecovery {
            attested_by: MANAGER.to_owned(),
            recovered_at: Some(prost_types::Timestamp { seconds: now.as_secs() as i64, nanos: now.subsec_nanos() as i32 }),
        });
        let answer = manager.reinstate_line(lift).await.unwrap().into_inner();
        assert_eq!(answer.line.unwrap().state(), LineState::Active);
        assert!(!house.is_barred(&line.imsi));
    }

    async fn staff_act_by_phone_with_checks_and_their_own_step_up(house: House) {
        let line = house.a_line(1).await;
        let on_behalf = |checks: &[&str]| Some(OnBehalf {
            person_id: USER.to_owned(),
            caller_checks: checks.iter().map(|check| (*check).to_owned()).collect(),
        });
        let mut advisor_phone = house.as_bearer(&advisor());
        let mut theft = suspend(&line, SuspensionReason::Loss);
        assert_eq!(refused(advisor_phone.suspend_line(theft.clone()).await), "PERMISSION_DENIED");
        theft.request_id = fresh();
        theft.on_behalf = on_behalf(&[]);
        assert_eq!(refused(advisor_phone.suspend_line(theft.clone()).await), "CALLER_CHECKS_REQUIRED");
        theft.request_id = fresh();
        theft.on_behalf = on_behalf(&["customer code"]);
        advisor_phone.suspend_line(theft).await.unwrap();

        let mut lift = reinstate(&line, SuspensionReason::Loss);
        lift.on_behalf = on_behalf(&["customer code"]);
        assert_eq!(refused(advisor_phone.reinstate_line(lift.clone()).await), "STEP_UP_REQUIRED");
        lift.request_id = fresh();
        house.as_bearer(&advisor().with_step_up()).reinstate_line(lift).await.unwrap();
        assert!(!house.is_barred(&line.imsi));
    }

    async fn a_wrong_line_is_undone_at_once_by_the_same_person(house: House) {
        let line = house.a_line(1).await;
        let lost = house.manager().suspend_line(suspend(&line, SuspensionReason::Loss)).await.unwrap().into_inner();
        let act_id = lost.act.unwrap().act_id;
        let undo = || UndoSuspensionRequest { request_id: fresh(), line: by_number(&line), act_id: act_id.clone() };
        assert_eq!(refused(house.user().undo_suspension(undo()).await), "UNDO_NOT_ALLOWED");
        let mut from_itself = house.calling_from(&manager(), &line.msisdn);
        assert_eq!(refused(from_itself.undo_suspension(undo()).await), "UNDO_NOT_ALLOWED");
        let undone = house.manager().undo_suspension(undo()).await.unwrap().into_inner();
        assert_eq!(undone.line.unwrap().state(), LineState::Active);
        assert!(!house.is_barred(&line.imsi));
    }

    async fn a_new_sim_takes_the_number_and_the_old_one_stays_barred(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        house.register.provision(&imsi(2), None).unwrap();
        let replace = |number| ReplaceSimRequest {
            request_id: fresh(),
            line: by_id(&line),
            new_imsi: imsi(number),
            new_iccid: iccid(number),
            on_behalf: None,
            ..Default::default()
        };
        assert_eq!(refused(house.manager().replace_sim(replace(2)).await), "STEP_UP_REQUIRED");
        let mut manager = house.stepped_up_manager();
        manager.replace_sim(replace(2)).await.unwrap();
        let get = GetLineRequest { line: by_id(&line) };
        until(|| async {
            house.user().get_line(get.clone()).await.unwrap().into_inner().line.unwrap().imsi == imsi(2)
        }).await;
        assert!(house.is_barred(&line.imsi) && house.is_barred(&imsi(2)), "the theft is not lifted by a new SIM");
        assert_eq!(house.register.look(&imsi(2)).unwrap().msisdn, Some(line.msisdn.clone()));

        manager.reinstate_line(reinstate(&line, SuspensionReason::Theft)).await.unwrap();
        assert!(house.is_barred(&line.imsi) && !house.is_barred(&imsi(2)));

        let other = house.a_line(3).await;
        let mut taken = replace(2);
        taken.line = by_id(&other);
        assert_eq!(refused(manager.replace_sim(taken).await), "SIM_TAKEN");
    }

    async fn an_ended_line_is_barred_and_its_number_is_nobodys(house: House) {
        let line = house.a_line(1).await;
        let terminate = || TerminateLineRequest { request_id: fresh(), line: by_id(&line), on_behalf: None };
        assert_eq!(refused(house.manager().terminate_line(terminate()).await), "STEP_UP_REQUIRED");
        let answer = house.stepped_up_manager().terminate_line(terminate()).await.unwrap().into_inner();
        assert_eq!((answer.line.unwrap().state(), answer.act.unwrap().state()), (LineState::Terminated, ActState::Confirmed));
        assert!(house.is_barred(&line.imsi));
        assert_eq!(refused(house.user().suspend_line(suspend(&line, SuspensionReason::Loss)).await), "LINE_TERMINATED");
        let again = LineEntry { imsi: imsi(9), iccid: iccid(9), ..entry(1) };
        let request = RegisterLineRequest { request_id: fresh(), line: Some(again) };
        assert_eq!(refused(house.crm().register_line(request).await), "NUMBER_TAKEN", "in quarantine");
    }

    async fn a_number_that_moved_on_bars_the_line_that_has_it_now(house: House) {
        let old = house.a_line(1).await;
        let by_its_number = |line: &Line| SuspendLineRequest { line: by_number(line), ..suspend(line, SuspensionReason::Loss) };
        let answer = house.user().suspend_line(by_its_number(&old)).await.unwrap().into_inner();
        assert_eq!(answer.line.unwrap().line_id, old.line_id);
        let terminate = TerminateLineRequest { request_id: fresh(), line: by_id(&old), on_behalf: None };
        house.stepped_up_manager().terminate_line(terminate).await.unwrap();
        assert_eq!(refused(house.user().suspend_line(by_its_number(&old)).await), "LINE_NOT_FOUND");

        house.pass(Duration::from_hours(91 * 24));
        // Whoever provisions SIMs takes the number off the old one first.
        house.register.connect().await.unwrap().set_number(&old.imsi, None).await.unwrap();
        let new = house.a_line_of(LineEntry { imsi: imsi(9), iccid: iccid(9), ..entry(1) }).await;
        assert_eq!(new.msisdn, old.msisdn);
        let answer = house.user().suspend_line(by_its_number(&new)).await.unwrap().into_inner();
        assert_eq!(answer.line.unwrap().line_id, new.line_id);
        // PostgreSQL's clock has not moved on with the house, so that the first lease may have to be waited out.
        until(|| async { house.is_barred(&new.imsi) }).await;
    }

    async fn a_receipt_has_number_times_and_reference_in_two_languages(house: House) {
        let line = house.a_line(1).await;
        let theft = house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        let act = theft.act.unwrap();
        let request = GetReceiptRequest { line: by_number(&line), act_id: act.act_id.clone() };
        let receipt = house.user().get_receipt(request).await.unwrap().into_inner();
        assert_eq!((receipt.reference.as_str(), receipt.msisdn.as_str()), (act.reference.as_str(), line.msisdn.as_str()));
        assert_eq!(receipt.act, Some(act.clone()));
        for words in ["RÉCÉPISSÉ", "vol", "RECEIPT", "theft", "Europe/Paris", &act.reference, &line.msisdn, "simulated"] {
            assert!(receipt.text.contains(words), "{words} in {}", receipt.text);
        }
        let latest = GetReceiptRequest { line: by_number(&line), act_id: String::new() };
        assert_eq!(house.user().get_receipt(latest).await.unwrap().into_inner().act, Some(act));
        let unknown = GetReceiptRequest { line: by_number(&line), act_id: fresh() };
        assert_eq!(refused(house.user().get_receipt(unknown).await), "ACT_NOT_FOUND");
    }

    async fn an_act_that_the_line_forgot_still_has_its_receipt(house: House) {
        let line = house.a_line(1).await;
        let first = house.clerk().suspend_line(suspend(&line, SuspensionReason::Unpaid)).await.unwrap().into_inner();
        for _ in 0..20 {
            house.clerk().reinstate_line(reinstate(&line, SuspensionReason::Unpaid)).await.unwrap();
            house.clerk().suspend_line(suspend(&line, SuspensionReason::Unpaid)).await.unwrap();
        }
        let act = first.act.unwrap();
        let request = GetReceiptRequest { line: by_id(&line), act_id: act.act_id.clone() };
        assert_eq!(house.manager().get_receipt(request).await.unwrap().into_inner().act, Some(act));
    }
}
