//! Data twins of a line, and eSIMs.

use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

const EID: &str = "89033023426200000000005785081774";
const OTHER_EID: &str = "89033023426200000000005785081871";

fn twin(number: u64, main: &Line) -> LineEntry {
    LineEntry { twin_of: by_number(main), eid: EID.to_owned(), ..entry(number) }
}

fn register(entry: LineEntry) -> RegisterLineRequest {
    RegisterLineRequest { request_id: fresh(), line: Some(entry) }
}

fn act(outcome: &LineOutcome) -> &Act {
    match outcome.outcome.as_ref().unwrap() {
        line_outcome::Outcome::Act(act) => act,
        line_outcome::Outcome::Error(error) => panic!("{error:?}"),
    }
}

on_both_engines! {
    async fn a_line_is_suspended_with_its_twins_where_that_is_asked_for(house: House) {
        let main = house.a_line(1).await;
        let twins = [house.a_line_of(twin(2, &main)).await, house.a_line_of(twin(3, &main)).await];
        assert_eq!((&twins[0].twin_of, twins[0].eid.as_str()), (&main.line_id, EID));
        house.a_line(4).await;

        let alone = house.user().suspend_line(suspend(&main, SuspensionReason::Loss)).await.unwrap().into_inner();
        assert!(alone.twins.is_empty());
        assert!(house.is_barred(&imsi(1)) && !house.is_barred(&imsi(2)));

        let request = SuspendLineRequest { include_twins: true, ..suspend(&main, SuspensionReason::Theft) };
        let answer = house.user().suspend_line(request.clone()).await.unwrap().into_inner();
        assert_eq!(answer.line.as_ref().unwrap().line_id, main.line_id);
        assert_eq!(answer.twins.len(), 2);
        assert!(answer.twins.iter().all(|twin| act(twin).state() == ActState::Confirmed));
        assert!((1..=3).all(|number| house.is_barred(&imsi(number))) && !house.is_barred(&imsi(4)));
        assert_eq!(house.user().suspend_line(request).await.unwrap().into_inner(), answer, "a repeat is the same acts");

        house.listed().await;
        let listed = house.manager().list_lines(ListLinesRequest::default()).await.unwrap().into_inner().lines;
        assert_eq!(listed.iter().filter(|line| line.twin_of == main.line_id && line.eid == EID).count(), 2);
    }

    async fn twins_come_back_with_their_line_each_for_itself(house: House) {
        let main = house.a_line(1).await;
        let one = house.a_line_of(twin(2, &main)).await;
        house.a_line_of(twin(3, &main)).await;
        house.user().suspend_line(suspend(&main, SuspensionReason::Loss)).await.unwrap();
        house.user().suspend_line(suspend(&one, SuspensionReason::Loss)).await.unwrap();
        let request = ReinstateLineRequest { include_twins: true, ..reinstate(&main, SuspensionReason::Loss) };
        let answer = house.stepped_up_manager().reinstate_line(request).await.unwrap().into_inner();
        assert_eq!(answer.act.unwrap().state(), ActState::Confirmed);
        for twin in &answer.twins {
            match twin.outcome.as_ref().unwrap() {
                line_outcome::Outcome::Act(act) => assert_eq!((&twin.line_id, act.state()), (&one.line_id, ActState::Confirmed)),
                line_outcome::Outcome::Error(error) => assert_eq!(error.reason, "REASON_NOT_SET"),
            }
        }
        assert_eq!(answer.twins.len(), 2);
        assert!((1..=3).all(|number| !house.is_barred(&imsi(number))));
    }

    async fn an_ended_twin_is_nobodys(house: House) {
        let main = house.a_line(1).await;
        let one = house.a_line_of(twin(2, &main)).await;
        let terminate = TerminateLineRequest { request_id: fresh(), line: by_id(&one), on_behalf: None };
        house.stepped_up_manager().terminate_line(terminate).await.unwrap();
        let request = SuspendLineRequest { include_twins: true, ..suspend(&main, SuspensionReason::Loss) };
        let answer = house.user().suspend_line(request).await.unwrap().into_inner();
        assert!(answer.twins.is_empty(), "{:?}", answer.twins);
    }

    async fn a_twin_names_a_living_main_line_of_its_account(house: House) {
        let main = house.a_line(1).await;
        let one = house.a_line_of(twin(2, &main)).await;
        let foreign = LineEntry { account_id: OTHER_ACCOUNT.to_string(), ..entry(5) };
        let foreign = house.a_line_of(foreign).await;
        let head = house.log.head().await.unwrap().position;
        let mut crm = house.crm();
        assert_eq!(refused(crm.register_line(register(twin(3, &one))).await), "INVALID_ARGUMENT", "a twin of a twin");
        assert_eq!(refused(crm.register_line(register(twin(3, &foreign))).await), "LINE_NOT_FOUND");
        let nobody = LineEntry { twin_of: Some(LineRef { line: None }), ..entry(3) };
        assert_eq!(refused(crm.register_line(register(nobody)).await), "INVALID_ARGUMENT");
        for wrong in ["8903", "89033023426200000000005785081775"] {
            let wrong = LineEntry { eid: wrong.to_owned(), ..entry(3) };
            assert_eq!(refused(crm.register_line(register(wrong)).await), "MALFORMED_NUMBER");
        }
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing changed");

        let terminate = TerminateLineRequest { request_id: fresh(), line: by_id(&main), on_behalf: None };
        house.stepped_up_manager().terminate_line(terminate).await.unwrap();
        let late = LineEntry { twin_of: by_id(&main), ..entry(3) };
        assert_eq!(refused(crm.register_line(register(late)).await), "LINE_TERMINATED");
    }

    async fn a_card_is_replaced_by_an_esim_but_not_on_the_stolen_handset(house: House) {
        let line = house.a_line(1).await;
        let replace = |number: u64, eid: &str| ReplaceSimRequest {
            request_id: fresh(),
            line: by_id(&line),
            new_imsi: imsi(number),
            new_iccid: iccid(number),
            new_eid: eid.to_owned(),
            on_behalf: None,
        };
        for number in 2..=4 {
            house.register.provision(&imsi(number), None).unwrap();
        }
        let mut manager = house.stepped_up_manager();
        assert_eq!(refused(manager.replace_sim(replace(2, "1")).await), "MALFORMED_NUMBER");
        manager.replace_sim(replace(2, EID)).await.unwrap();
        let seen = || async {
            house.user().get_line(GetLineRequest { line: by_id(&line) }).await.unwrap().into_inner().line.unwrap()
        };
        until(|| async { seen().await.eid == EID }).await;

        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        assert_eq!(refused(manager.replace_sim(replace(3, EID)).await), "HANDSET_RECOVERY_REQUIRED");
        manager.replace_sim(replace(4, OTHER_EID)).await.unwrap();
        until(|| async { seen().await.eid == OTHER_EID }).await;
    }
}
