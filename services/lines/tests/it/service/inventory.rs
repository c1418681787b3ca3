//! The inventory and the register's operators.

use tokio_stream::StreamExt;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_lines::register::Domains;
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

on_both_engines! {
    async fn a_registered_line_is_as_it_was_given(house: House) {
        let given = entry(1);
        let line = house.a_line_of(given.clone()).await;
        assert_eq!((line.msisdn, line.imsi, line.iccid), (given.msisdn, given.imsi.clone(), given.iccid));
        assert_eq!((line.account_holder, line.user_id, line.site), (given.account_holder, given.user_id, given.site));
        assert_eq!((line.cost_centre, line.external_identifiers), (given.cost_centre, given.external_identifiers));
        assert_eq!((line.version, line.account_id), (1, ACCOUNT.to_string()));
        assert!(!house.is_barred(&given.imsi));
    }

    async fn a_number_or_sim_that_is_taken_is_refused(house: House) {
        house.a_line(1).await;
        let register = |line| RegisterLineRequest { request_id: fresh(), line: Some(line) };
        let mut crm = house.crm();
        let number = LineEntry { msisdn: entry(1).msisdn, ..entry(2) };
        assert_eq!(refused(crm.register_line(register(number)).await), "NUMBER_TAKEN");
        let imsi = LineEntry { imsi: entry(1).imsi, ..entry(2) };
        assert_eq!(refused(crm.register_line(register(imsi)).await), "SIM_TAKEN");
        let iccid = LineEntry { iccid: entry(1).iccid, ..entry(2) };
        assert_eq!(refused(crm.register_line(register(iccid)).await), "SIM_TAKEN");
        assert_eq!(house.log.head().await.unwrap().position, 1);
    }

    async fn an_engineer_pauses_compares_and_sees_the_register(house: House) {
        let line = house.a_line(1).await;
        house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap();
        house.listed().await;
        let mut engineer = house.register_service(&Grant::new("sre-1", &[Role::Operator]));
        let status = engineer.get_register_status(GetRegisterStatusRequest {}).await.unwrap().into_inner();
        assert!(status.reachable && status.register.contains("SIMULATED") && !status.paused, "{status:?}");

        let nothing = PauseReconcilerRequest { reason: String::new() };
        assert_eq!(refused(engineer.pause_reconciler(nothing).await), "INVALID_ARGUMENT");
        engineer.pause_reconciler(PauseReconcilerRequest { reason: "migration".to_owned() }).await.unwrap();
        let status = engineer.get_register_status(GetRegisterStatusRequest {}).await.unwrap().into_inner();
        assert_eq!((status.paused, status.pause_reason.as_str()), (true, "migration"));
        engineer.unpause_reconciler(UnpauseReconcilerRequest {}).await.unwrap();

        house.register.interfere(&line.imsi, Domains::OPEN).unwrap();
        let answers = engineer.reconcile(ReconcileRequest { approve: false }).await.unwrap().into_inner();
        let answers: Vec<_> = answers.map(Result::unwrap).collect().await;
        let last = answers.last().unwrap();
        assert!(last.done && answers.iter().filter(|answer| answer.done).count() == 1);
        assert_eq!((last.lines_compared, last.drift_found, last.drift_repaired), (1, 1, 1), "{last:?}");
        assert!(house.is_barred(&line.imsi), "repaired towards barred");

        let mut manager = house.register_service(&manager().with_step_up());
        assert_eq!(refused(manager.reconcile(ReconcileRequest { approve: true }).await), "PERMISSION_DENIED");
    }

    async fn the_service_says_when_it_is_ready(house: House) {
        until(|| async { house.readiness.is_ready() }).await;
        assert_eq!(house.readiness.failing(), []);
    }
}
