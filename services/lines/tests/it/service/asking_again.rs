//! Repeats: the same act, one effect, and nothing to learn for others.

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

on_both_engines! {
    async fn suspending_twice_is_one_act_with_one_effect(house: House) {
        let line = house.a_line(1).await;
        let first = house.user().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        let head = house.log.head().await.unwrap().position;
        let second = house.manager().suspend_line(suspend(&line, SuspensionReason::Theft)).await.unwrap().into_inner();
        assert_eq!(first.act, second.act);
        assert_eq!(house.log.head().await.unwrap().position, head, "nothing more is recorded");
    }

    async fn a_repeated_request_joins_its_act_and_gets_its_state_of_now(house: House) {
        let line = house.a_line(1).await;
        let request = suspend(&line, SuspensionReason::Loss);
        let first = house.user().suspend_line(request.clone()).await.unwrap().into_inner();
        house.as_bearer(&user().with_step_up()).reinstate_line(reinstate(&line, SuspensionReason::Loss)).await.unwrap();
        let again = house.user().suspend_line(request).await.unwrap().into_inner();
        assert_eq!(first.act.unwrap().act_id, again.act.unwrap().act_id);
        assert_eq!(again.line.unwrap().state(), LineState::Active, "not suspended a second time");
        assert!(!house.is_barred(&line.imsi));
    }

    async fn the_same_request_id_with_another_body_is_refused(house: House) {
        let line = house.a_line(1).await;
        let request = suspend(&line, SuspensionReason::Loss);
        house.user().suspend_line(request.clone()).await.unwrap();
        let other = SuspendLineRequest { reason: SuspensionReason::Theft.into(), ..request };
        assert_eq!(refused(house.user().suspend_line(other).await), "REQUEST_ID_REUSED");
        let seen = house.user().get_line(GetLineRequest { line: by_id(&line) }).await.unwrap().into_inner();
        assert_eq!(seen.line.unwrap().reasons().collect::<Vec<_>>(), [SuspensionReason::Loss]);
    }

    async fn anothers_request_id_reveals_nothing(house: House) {
        let line = house.a_line(1).await;
        let request = suspend(&line, SuspensionReason::Theft);
        house.user().suspend_line(request.clone()).await.unwrap();

        let mut foreign = entry(2);
        foreign.account_id = OTHER_ACCOUNT.to_string();
        let own = house.a_line_of(foreign).await;
        let other = Grant::new("nora", &[Role::FleetManager]).scope(Scope::account(OTHER_ACCOUNT));
        let mut other = house.as_bearer(&other);
        assert_eq!(refused(other.suspend_line(request.clone()).await), "LINE_NOT_FOUND");
        let same_id = SuspendLineRequest { line: by_id(&own), ..request };
        let served = other.suspend_line(same_id).await.unwrap().into_inner();
        assert_eq!(served.line.unwrap().line_id, own.line_id, "as if nobody had used it");
    }

    async fn anothers_request_id_does_not_meet_their_new_line(house: House) {
        let request = RegisterLineRequest { request_id: fresh(), line: Some(entry(1)) };
        let first = house.crm().register_line(request.clone()).await.unwrap().into_inner().line.unwrap();
        let again = house.crm().register_line(request.clone()).await.unwrap().into_inner().line.unwrap();
        assert_eq!(first, again);
        let theirs = RegisterLineRequest { line: Some(entry(2)), ..request };
        let other = house.operator().register_line(theirs).await.unwrap().into_inner().line.unwrap();
        assert_ne!(other.line_id, first.line_id);
    }

    async fn many_at_once_are_one_act(house: House) {
        let line = house.a_line(1).await;
        let request = suspend(&line, SuspensionReason::Theft);
        let calls = (0..16).map(|number| {
            let mut user = house.user();
            let mut request = request.clone();
            if number % 2 == 0 {
                request.request_id = fresh();
            }
            tokio::spawn(async move { user.suspend_line(request).await.unwrap().into_inner().act.unwrap().act_id })
        });
        let mut acts = std::collections::BTreeSet::new();
        for call in calls {
            acts.insert(call.await.unwrap());
        }
        assert_eq!(acts.len(), 1);
    }
}
