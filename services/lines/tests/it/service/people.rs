//! A person's lines at once.

use vigie_lines::register::Faults;
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

fn suspend_person(reason: SuspensionReason) -> SuspendPersonRequest {
    SuspendPersonRequest {
        request_id: fresh(),
        account_id: ACCOUNT.to_string(),
        user_id: USER.to_owned(),
        reason: reason.into(),
        on_behalf: None,
    }
}

fn act(outcome: &LineOutcome) -> &Act {
    match outcome.outcome.as_ref().unwrap() {
        line_outcome::Outcome::Act(act) => act,
        line_outcome::Outcome::Error(error) => panic!("{error:?}"),
    }
}

on_both_engines! {
    async fn a_person_with_three_lines_is_three_acts(house: House) {
        for number in 1..=3 {
            house.a_line(number).await;
        }
        let mut somebody_elses = entry(4);
        somebody_elses.user_id = "luc.petit".to_owned();
        house.a_line_of(somebody_elses).await;

        let request = suspend_person(SuspensionReason::Theft);
        let answer = house.user().suspend_person(request.clone()).await.unwrap().into_inner();
        assert_eq!(answer.outcomes.len(), 3);
        let acts: std::collections::BTreeSet<_> = answer.outcomes.iter().map(|outcome| &act(outcome).act_id).collect();
        assert_eq!(acts.len(), 3);
        assert!(answer.outcomes.iter().all(|outcome| act(outcome).state() == ActState::Confirmed && outcome.version > 0));
        assert!((1..=3).all(|number| house.is_barred(&imsi(number))));
        assert!(!house.is_barred(&imsi(4)));

        let again = house.user().suspend_person(request.clone()).await.unwrap().into_inner();
        assert_eq!(again, answer, "a repeat is the same acts");
        let other = SuspendPersonRequest { reason: SuspensionReason::Loss.into(), ..request };
        assert_eq!(refused(house.user().suspend_person(other).await), "REQUEST_ID_REUSED");
    }

    async fn each_line_answers_for_itself(house: House) {
        let (first, second) = (house.a_line(1).await, house.a_line(2).await);
        house.user().suspend_line(suspend(&first, SuspensionReason::Loss)).await.unwrap();
        let request = ReinstatePersonRequest {
            request_id: fresh(),
            account_id: ACCOUNT.to_string(),
            user_id: USER.to_owned(),
            reason: SuspensionReason::Loss.into(),
            ..Default::default()
        };
        let answer = house.as_bearer(&user().with_step_up()).reinstate_person(request).await.unwrap().into_inner();
        for outcome in &answer.outcomes {
            match outcome.outcome.as_ref().unwrap() {
                line_outcome::Outcome::Act(act) => {
                    assert_eq!(outcome.line_id, first.line_id);
                    assert_eq!(act.kind(), ActKind::Reinstate);
                }
                line_outcome::Outcome::Error(error) => {
                    assert_eq!(outcome.line_id, second.line_id);
                    assert_eq!(error.reason, "REASON_NOT_SET");
                }
            }
        }
        assert_eq!(answer.outcomes.len(), 2);
    }

    async fn a_register_that_is_down_holds_up_all_lines_once(house: House) {
        for number in 1..=3 {
            house.a_line(number).await;
        }
        house.register.set_faults(Faults { is_unreachable: true, ..Faults::default() });
        let asked = std::time::Instant::now();
        let answer = house.user().suspend_person(suspend_person(SuspensionReason::Theft)).await.unwrap().into_inner();
        assert!(asked.elapsed() < std::time::Duration::from_millis(1500), "{:?}", asked.elapsed());
        assert!(answer.outcomes.iter().all(|outcome| act(outcome).state() == ActState::Pending));
        house.register.set_faults(Faults::default());
        until(|| async { (1..=3).all(|number| house.is_barred(&imsi(number))) }).await;
    }
}
