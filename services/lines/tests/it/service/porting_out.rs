//! A number on its way to another operator, and gone.

use std::time::Duration;

use vigie_lines::register::{Faults, Register as _};
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;
use super::stolen_handsets::{ago, on_wire};

fn note(house: &House, line: &Line) -> NotePortOutRequest {
    let planned_at = on_wire(house.now().plus(Duration::from_hours(24)));
    NotePortOutRequest { request_id: fresh(), line: by_id(line), planned_at: Some(planned_at) }
}

fn cancel(line: &Line) -> CancelPortOutRequest {
    CancelPortOutRequest { request_id: fresh(), line: by_id(line) }
}

fn complete(house: &House, line: &Line) -> CompletePortOutRequest {
    let completed_at = Some(ago(house, Duration::from_mins(1)));
    CompletePortOutRequest { request_id: fresh(), line: by_id(line), completed_at }
}

on_both_engines! {
    async fn a_theft_is_barred_while_the_number_is_on_its_way_and_the_answer_says_that_it_goes_on(house: House) {
        let line = house.a_line(1).await;
        let noted = house.crm().note_port_out(note(&house, &line)).await.unwrap().into_inner().line.unwrap();
        assert!(noted.port_out_planned_at.is_some() && noted.state() == LineState::Active);
        let answer = house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        assert_eq!(answer.remarks, [i32::from(Remark::PortOutGoesOn)]);
        assert_eq!(answer.act.unwrap().state(), ActState::Confirmed);
        assert!(house.is_barred(&line.imsi));

        let after = house.crm().cancel_port_out(cancel(&line)).await.unwrap().into_inner().line.unwrap();
        assert!(after.port_out_planned_at.is_none());
        assert!(house.is_barred(&line.imsi), "nothing else changed");
        assert_eq!(refused(house.crm().cancel_port_out(cancel(&line)).await), "PORT_OUT_NOT_NOTED");
    }

    async fn a_number_that_is_gone_ends_its_line_and_may_come_back_at_once(house: House) {
        let line = house.a_line(1).await;
        assert_eq!(refused(house.crm().complete_port_out(complete(&house, &line)).await), "PORT_OUT_NOT_NOTED");
        house.crm().note_port_out(note(&house, &line)).await.unwrap();
        let request = complete(&house, &line);
        let answer = house.crm().complete_port_out(request.clone()).await.unwrap().into_inner();
        let (after, act) = (answer.line.unwrap(), answer.act.unwrap());
        assert_eq!((after.state(), act.kind(), act.state()), (LineState::Terminated, ActKind::Terminate, ActState::Confirmed));
        assert!(after.ported_out_at.is_some() && after.port_out_planned_at.is_none());
        assert!(house.is_barred(&line.imsi));
        let again = house.crm().complete_port_out(request).await.unwrap().into_inner();
        assert_eq!(again.act.unwrap().act_id, act.act_id);

        // By number too, as long as nobody else has it: its people learn where it is.
        for named in [by_id(&line), by_number(&line)] {
            let request = SuspendLineRequest { line: named.clone(), ..suspend(&line, SuspensionReason::Loss) };
            let status = house.user().suspend_line(request).await.unwrap_err();
            assert!(status.message().contains("ported out"), "{}", status.message());
            assert_eq!(refused::<()>(Err(status)), "LINE_TERMINATED");
            let request = ReinstateLineRequest { line: named, ..reinstate(&line, SuspensionReason::Loss) };
            assert_eq!(refused(house.stepped_up_manager().reinstate_line(request).await), "LINE_TERMINATED");
        }
        house.listed().await;
        let listed = house.manager().list_lines(ListLinesRequest::default()).await.unwrap().into_inner().lines;
        assert_eq!(listed[0].ported_out_at, after.ported_out_at);

        house.register.connect().await.unwrap().set_number(&line.imsi, None).await.unwrap();
        let back = house.a_line_of(LineEntry { imsi: imsi(9), iccid: iccid(9), ..entry(1) }).await;
        assert_eq!(back.msisdn, line.msisdn, "ported in again");
        let request = SuspendLineRequest { line: by_number(&back), ..suspend(&back, SuspensionReason::Loss) };
        let answer = house.user().suspend_line(request).await.unwrap().into_inner();
        assert_eq!(answer.line.unwrap().line_id, back.line_id);
    }

    async fn a_suspension_that_waits_for_the_register_is_confirmed_with_the_end(house: House) {
        let line = house.a_line(1).await;
        house.crm().note_port_out(note(&house, &line)).await.unwrap();
        house.register.set_faults(Faults { is_unreachable: true, ..Faults::default() });
        let theft = house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        assert_eq!(theft.act.as_ref().unwrap().state(), ActState::Pending);
        let ended = house.crm().complete_port_out(complete(&house, &line)).await.unwrap().into_inner();
        assert_eq!(ended.act.unwrap().state(), ActState::Pending);
        house.register.set_faults(Faults::default());
        until(|| async { house.is_barred(&line.imsi) }).await;
        let receipt = GetReceiptRequest { line: by_id(&line), act_id: theft.act.unwrap().act_id };
        until(|| async {
            let receipt = house.user().get_receipt(receipt.clone()).await.unwrap().into_inner();
            receipt.act.unwrap().state() == ActState::Confirmed
        }).await;
    }

    async fn a_line_that_is_barred_when_its_number_goes_stays_barred(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Loss)).await.unwrap();
        house.crm().note_port_out(note(&house, &line)).await.unwrap();
        let ended = house.crm().complete_port_out(complete(&house, &line)).await.unwrap().into_inner();
        assert_eq!(ended.act.unwrap().state(), ActState::Confirmed);
        assert_eq!(refused(house.stepped_up_manager().reinstate_line(reinstate(&line, SuspensionReason::Loss)).await), "LINE_TERMINATED");
        assert!(house.is_barred(&line.imsi));
    }

    async fn each_wrong_date_and_each_wrong_caller_has_its_reason(house: House) {
        let line = house.a_line(1).await;
        let head = house.log.head().await.unwrap().position;
        let day = Duration::from_hours(24);
        let planned = |planned_at| NotePortOutRequest { planned_at, ..note(&house, &line) };
        for (reason, planned_at) in [
            ("INVALID_ARGUMENT", None),
            ("BAD_PERIOD", Some(on_wire(house.now().plus(day * 367)))),
            ("BAD_PERIOD", Some(ago(&house, day * 32))),
        ] {
            assert_eq!(refused(house.crm().note_port_out(planned(planned_at)).await), reason);
        }
        for mut client in [house.user(), house.stepped_up_manager(), house.clerk(), house.operator()] {
            assert_eq!(refused(client.note_port_out(note(&house, &line)).await), "PERMISSION_DENIED");
            assert_eq!(refused(client.cancel_port_out(cancel(&line)).await), "PERMISSION_DENIED");
            assert_eq!(refused(client.complete_port_out(complete(&house, &line)).await), "PERMISSION_DENIED");
        }
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing changed");

        house.crm().note_port_out(note(&house, &line)).await.unwrap();
        let tomorrow = CompletePortOutRequest { completed_at: Some(on_wire(house.now().plus(day))), ..complete(&house, &line) };
        assert_eq!(refused(house.crm().complete_port_out(tomorrow).await), "BAD_PERIOD");
        assert!(!house.is_barred(&line.imsi));
    }
}
