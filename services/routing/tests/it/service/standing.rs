//! Promise 2.1 through time: managers who leave, are away or lose their training, and what is written down of it.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

const OPENED: &str = "vigie.account.manager_gap_opened.v1";
const OVERDUE: &str = "vigie.account.manager_gap_overdue.v1";
const CLOSED: &str = "vigie.account.manager_gap_closed.v1";
const COVER_BEGAN: &str = "vigie.account.manager_cover_began.v1";
const COVER_ENDED: &str = "vigie.account.manager_cover_ended.v1";

async fn assign(house: &House, account: &Account, staff_id: &str) -> Assignment {
    let request = AssignManagerRequest {
        request_id: fresh(),
        account: by_id(account),
        staff_id: staff_id.to_owned(),
        ..Default::default()
    };
    house.crm().assign_manager(request).await.unwrap().into_inner().assignment.unwrap()
}

async fn hand_over(house: &House, account: &Account, from: &Assignment, staff_id: &str) {
    let request = AssignManagerRequest {
        request_id: fresh(),
        account: by_id(account),
        staff_id: staff_id.to_owned(),
        replaces_assignment_id: from.assignment_id.clone(),
        ..Default::default()
    };
    house.crm().assign_manager(request).await.unwrap();
}

async fn leave(house: &House, staff_id: &str, leaves_at: &str, deputy: &str) {
    let request = RecordLeavingRequest {
        request_id: fresh(),
        staff_id: staff_id.to_owned(),
        leaves_at: wire(Timestamp::parse(leaves_at).unwrap()),
        deputy_staff_id: deputy.to_owned(),
    };
    house.staff().record_leaving(request).await.unwrap();
}

async fn plan_absence(house: &House, staff_id: &str, from: i64, until: i64, cover: &str) -> Absence {
    let absence = Absence {
        from: house.in_days(from),
        until: house.in_days(until),
        cover_staff_id: cover.to_owned(),
        ..Absence::default()
    };
    let request =
        PlanAbsenceRequest { request_id: fresh(), staff_id: staff_id.to_owned(), absence: Some(absence) };
    house.staff().plan_absence(request).await.unwrap().into_inner().staff.unwrap().absences.remove(0)
}

async fn basis(house: &House, account: &Account) -> ManagerBasis {
    let request = GetManagerRequest { account: by_id(account), at: None };
    house.crm().get_manager(request).await.unwrap().into_inner().basis()
}

/// What was recorded of that type about an account, once there is so much of it.
async fn of(house: &House, event_type: &str, account: &Account, count: usize) -> Vec<Value> {
    let account_id = id(&account.account_id);
    let found = || async {
        let all = house.recorded(event_type).await.into_iter();
        all.filter(|(id, _)| *id == account_id).map(|(_, payload)| payload).collect::<Vec<_>>()
    };
    until(async || found().await.len() >= count).await;
    found().await
}

/// Waits until everything that was recorded was looked at.
async fn looked(house: &House) {
    // What a look writes leads to further looks.
    soon(async {
        loop {
            let head = house.head().await;
            house.routing.standing().decided(head).await;
            tokio::time::sleep(Duration::from_millis(400)).await;
            if head == house.head().await {
                break;
            }
        }
    })
    .await;
}

fn instant(payload: &Value) -> Timestamp {
    Timestamp::parse(payload.as_str().expect("an instant")).expect("an instant")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

async fn gaps_to_work_on(house: &House) -> Vec<String> {
    house.listed().await;
    let work = house.staff().list_work(ListWorkRequest::default()).await.unwrap().into_inner().work;
    let gaps = work.into_iter().filter(|work| work.kind() == WorkKind::AccountWithoutManager);
    gaps.map(|work| work.account_id).collect()
}

on_both_engines! {
    async fn a_manager_leaves_over_christmas_and_nobody_follows(house: House) {
        // A Thursday; Saturday is Christmas, so that the next working day is Monday.
        house.pass_until("2032-12-23T10:00:00+01:00");
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        let assignment = assign(&house, &account, &anne).await;
        let first = of(&house, CLOSED, &account, 1).await;
        assert_eq!(first[0]["cause"], "NO_MANAGER", "between its registration and its first manager");
        leave(&house, &anne, "2032-12-24T17:00:00+01:00", "").await;
        looked(&house).await;
        assert_eq!(of(&house, OPENED, &account, 1).await.len(), 1, "not yet");

        house.pass_until("2032-12-24T18:00:00+01:00");
        let opened = of(&house, OPENED, &account, 2).await.remove(1);
        assert_eq!(instant(&opened["gap"]["since"]), at("2032-12-24T17:00:00+01:00"));
        assert_eq!(instant(&opened["gap"]["due"]), at("2032-12-28T00:00:00+01:00"));
        assert_eq!((&opened["gap"]["cause"], &opened["gap"]["staff_id"]), (&"LEFT".into(), &anne.clone().into()));
        assert_eq!(opened["gap"]["term"]["calendar"]["zone"], "metropole");
        assert_eq!(basis(&house, &account).await, ManagerBasis::LeftWithoutSuccessor);
        assert_eq!(of(&house, OVERDUE, &account, 0).await, Vec::<Value>::new());

        house.pass_until("2032-12-28T00:02:00+01:00");
        let overdue = of(&house, OVERDUE, &account, 1).await;
        assert_eq!(overdue[0]["gap_id"], opened["gap"]["gap_id"]);
        let before = house.now();
        hand_over(&house, &account, &assignment, &bruno).await;
        let closed = of(&house, CLOSED, &account, 2).await.remove(1);
        assert_eq!((&closed["end"], &closed["staff_id"]), (&"SERVED".into(), &bruno.into()));
        assert!(instant(&closed["until"]) >= before);
        looked(&house).await;
        assert_eq!(of(&house, OPENED, &account, 2).await.len(), 2);
        assert_eq!(of(&house, OVERDUE, &account, 1).await.len(), 1);
    }

    async fn a_manager_leaves_and_the_deputy_steps_in(house: House) {
        house.pass_until("2032-11-23T10:00:00+01:00");
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        assign(&house, &account, &anne).await;
        leave(&house, &anne, "2032-11-25T17:00:00+01:00", &bruno).await;
        house.pass_until("2032-11-25T18:00:00+01:00");
        let began = of(&house, COVER_BEGAN, &account, 1).await;
        let cover = &began[0]["cover"];
        assert_eq!((&cover["cause"], &cover["cover_staff_id"]), (&"LEFT".into(), &bruno.into()));
        assert_eq!(instant(&cover["effective_from"]), at("2032-11-25T17:00:00+01:00"));
        assert_eq!(began[0]["cover_contact"]["name"]["value"], "Bruno");
        assert_eq!(basis(&house, &account).await, ManagerBasis::Cover);
        looked(&house).await;
        assert_eq!(of(&house, OPENED, &account, 1).await.len(), 1, "none since its first manager");
        assert_eq!(of(&house, COVER_BEGAN, &account, 1).await.len(), 1, "once");
    }

    async fn a_colleague_steps_in_for_an_absence_and_back_when_it_ends_early(house: House) {
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        assign(&house, &account, &anne).await;
        let absence = plan_absence(&house, &anne, 3, 10, &bruno).await;
        house.pass(Duration::from_hours(4 * 24));
        let began = of(&house, COVER_BEGAN, &account, 1).await;
        assert_eq!(began[0]["cover"]["cover_id"], absence.absence_id);
        let cancel =
            CancelAbsenceRequest { request_id: fresh(), staff_id: anne, absence_id: absence.absence_id };
        house.staff().cancel_absence(cancel).await.unwrap();
        let ended = of(&house, COVER_ENDED, &account, 1).await;
        assert!(instant(&ended[0]["cover"]["effective_until"]) <= house.now());
        assert_eq!(basis(&house, &account).await, ManagerBasis::Assigned);
    }

    async fn an_absence_without_a_cover_is_a_gap_while_it_lasts(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        assign(&house, &account, &anne).await;
        of(&house, CLOSED, &account, 1).await;
        let absence = plan_absence(&house, &anne, 3, 4, "").await;
        house.pass(Duration::from_hours(3 * 24 + 1));
        let opened = of(&house, OPENED, &account, 2).await.remove(1);
        assert_eq!(opened["gap"]["cause"], "AWAY_WITHOUT_COVER");
        assert_eq!(wire(instant(&opened["gap"]["since"])), absence.from);
        house.pass(Duration::from_hours(24));
        let closed = of(&house, CLOSED, &account, 2).await.remove(1);
        assert_eq!(closed["gap_id"], opened["gap"]["gap_id"]);
    }

    async fn a_training_ends_in_the_middle_of_an_assignment(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        assign(&house, &account, &anne).await;
        of(&house, CLOSED, &account, 1).await;
        let valid_until = house.in_days(365).unwrap().seconds;
        house.pass(Duration::from_hours(366 * 24));
        let opened = of(&house, OPENED, &account, 2).await.remove(1);
        assert_eq!(opened["gap"]["cause"], "UNTRAINED");
        let since = wire(instant(&opened["gap"]["since"])).unwrap().seconds;
        assert!((valid_until - 60..=valid_until).contains(&since), "when it ended, not when it was seen");
        assert_eq!(gaps_to_work_on(&house).await, Vec::<String>::new(), "the training itself is work");

        let training = Training {
            code: "account-manager".to_owned(),
            passed_at: house.in_days(0),
            valid_until: house.in_days(365),
            ..Training::default()
        };
        let request = RecordTrainingRequest { request_id: fresh(), staff_id: anne, training: Some(training) };
        house.staff().record_training(request).await.unwrap();
        of(&house, CLOSED, &account, 2).await;
    }

    async fn work_is_there_while_the_gap_is_open(house: House) {
        let account = house.a_company(1).await;
        of(&house, OPENED, &account, 1).await;
        assert_eq!(gaps_to_work_on(&house).await, std::slice::from_ref(&account.account_id));
        let anne = house.a_manager("Anne").await;
        assign(&house, &account, &anne).await;
        of(&house, CLOSED, &account, 1).await;
        assert_eq!(gaps_to_work_on(&house).await, Vec::<String>::new());
    }

    async fn the_manager_of_a_group_leaves_and_a_process_dies_meanwhile(house: House) {
        const COMPANIES: u32 = 30;
        let anne = house.a_manager("Anne").await;
        let group = house.register(house.group()).await;
        assign(&house, &group, &anne).await;
        let mut companies = Vec::new();
        for number in 1..=COMPANIES {
            let entry =
                AccountEntry { parent_account_id: group.account_id.clone(), ..house.company(number) };
            companies.push(house.register(entry).await);
        }
        looked(&house).await;
        assert_eq!(house.recorded(OPENED).await, [], "each is served from its first moment on");
        let replica = house.replica().await;

        let now = house.now();
        leave(&house, &anne, &now.to_string(), "").await;
        // One of the two is in the middle of it, perhaps: it dies, and what it was at is done by the other.
        let dying = house.routing.clone();
        until(async || !house.recorded(OPENED).await.is_empty()).await;
        dying.shutdown(Instant::now()).await;
        until(async || house.recorded(OPENED).await.len() == companies.len()).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        let mut opened: Vec<Uuid> = house.recorded(OPENED).await.into_iter().map(|(id, _)| id).collect();
        opened.sort_unstable();
        let mut all: Vec<Uuid> = companies.iter().map(|company| id(&company.account_id)).collect();
        all.sort_unstable();
        assert_eq!(opened, all, "each company once, and not the group");
        replica.shutdown(Instant::now() + Duration::from_secs(5)).await;
    }

    async fn two_processes_write_each_gap_once(house: House) {
        let replica = house.replica().await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        let mut accounts = Vec::new();
        for number in 1..=10 {
            let account = house.a_company(number).await;
            assign(&house, &account, &anne).await;
            accounts.push(account);
        }
        plan_absence(&house, &anne, 2, 5, &bruno).await;
        looked(&house).await;
        house.pass(Duration::from_hours(3 * 24));
        until(async || house.recorded(COVER_BEGAN).await.len() >= accounts.len()).await;
        house.pass(Duration::from_hours(3 * 24));
        looked(&house).await;
        for account in &accounts {
            assert_eq!(of(&house, COVER_BEGAN, account, 1).await.len(), 1);
            assert_eq!(of(&house, OPENED, account, 1).await.len(), of(&house, CLOSED, account, 1).await.len());
            assert_eq!(basis(&house, account).await, ManagerBasis::Assigned);
        }
        replica.shutdown(Instant::now() + Duration::from_secs(5)).await;
    }
}
