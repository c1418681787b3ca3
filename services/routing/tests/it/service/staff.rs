//! Staff: registered, trained, away, leaving; and the work that this makes before a gap opens.

use std::time::Duration;

use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

const fn days(days: u64) -> Duration {
    Duration::from_hours(days * 24)
}

fn entry(name: &str) -> Staff {
    Staff {
        user_id: format!("{name}@staff"),
        name: name.to_owned(),
        is_account_manager: true,
        skills: vec![Skill { code: "large-account".to_owned(), valid_until: None }],
        languages: vec![Language::French.into(), Language::English.into()],
        regions: vec!["11".to_owned()],
        email: format!("{name}@operateur.test"),
        number: "+33100000007".to_owned(),
        external_identifiers: vec![external("person", name)],
        ..Staff::default()
    }
}

async fn register(house: &House, staff: Staff) -> Staff {
    let request = RegisterStaffRequest { request_id: fresh(), staff: Some(staff) };
    house.staff().register_staff(request).await.unwrap().into_inner().staff.unwrap()
}

async fn get(house: &House, staff_id: &str) -> Staff {
    let request = GetStaffRequest { staff_id: staff_id.to_owned() };
    house.staff().get_staff(request).await.unwrap().into_inner().staff.unwrap()
}

fn plan(house: &House, staff_id: &str, from: i64, until: i64, cover: &str) -> PlanAbsenceRequest {
    let absence = Absence {
        from: house.in_days(from),
        until: house.in_days(until),
        cover_staff_id: cover.to_owned(),
        ..Absence::default()
    };
    PlanAbsenceRequest { request_id: fresh(), staff_id: staff_id.to_owned(), absence: Some(absence) }
}

async fn planned(house: &House, request: PlanAbsenceRequest) -> Staff {
    house.staff().plan_absence(request).await.unwrap().into_inner().staff.unwrap()
}

async fn assign(house: &House, account: &Account, staff_id: &str) {
    let request = AssignManagerRequest {
        request_id: fresh(),
        account: by_id(account),
        staff_id: staff_id.to_owned(),
        ..Default::default()
    };
    house.crm().assign_manager(request).await.unwrap();
}

/// What is to be done: kind, by whom, about how many accounts.
async fn work(house: &House) -> Vec<(WorkKind, String, i64)> {
    house.listed().await;
    let request = ListWorkRequest::default();
    let listed = house.staff().list_work(request).await.unwrap().into_inner().work;
    let listed = listed.into_iter().filter(|work| work.kind() != WorkKind::ReviewDue);
    listed.map(|work| (work.kind(), work.staff_id, work.accounts)).collect()
}

/// Waits until exactly that is to be done. Gaps are looked for beside what opens and closes them.
async fn work_is(house: &House, expected: &[(WorkKind, String, i64)]) {
    until(async || work(house).await == expected).await;
}

/// Waits for the timer that records `event_type`.
async fn recorded(house: &House, event_type: &str) {
    let event_type = format!("vigie.staff_member.{event_type}.v1");
    until(async || {
        let mut position = 0;
        while let Some(event) = house.log.event_at(position + 1).await.unwrap() {
            if event.event_type == event_type {
                return true;
            }
            position = event.position;
        }
        false
    })
    .await;
}

on_both_engines! {
    async fn a_staff_member_is_as_registered_and_as_changed(house: House) {
        let staff = register(&house, entry("anne")).await;
        assert_eq!(staff, Staff { staff_id: staff.staff_id.clone(), version: 1, ..entry("anne") });
        assert_eq!(get(&house, &staff.staff_id).await, staff);

        let changed = Staff { staff_id: staff.staff_id.clone(), user_id: "anne.petit".to_owned(), ..entry("anne") };
        let request = ChangeStaffRequest { request_id: fresh(), staff: Some(changed.clone()) };
        let answer = house.staff().change_staff(request).await.unwrap().into_inner().staff.unwrap();
        assert_eq!(answer, Staff { version: 2, ..changed });
        // The user id that was given up is free for another.
        let other = Staff { user_id: entry("anne").user_id, ..entry("bruno") };
        register(&house, other).await;
    }

    async fn asking_again_with_the_same_request_id_registers_one(house: House) {
        let request = RegisterStaffRequest { request_id: fresh(), staff: Some(entry("anne")) };
        let first = house.staff().register_staff(request.clone()).await.unwrap().into_inner();
        let again = house.staff().register_staff(request.clone()).await.unwrap().into_inner();
        assert_eq!(first, again);
        let other = RegisterStaffRequest { staff: Some(entry("bruno")), ..request };
        assert_eq!(refused(house.staff().register_staff(other).await), "REQUEST_ID_REUSED");
    }

    async fn user_id_and_external_keys_belong_to_one(house: House) {
        register(&house, entry("anne")).await;
        for twin in [
            Staff { user_id: entry("anne").user_id, ..entry("bruno") },
            Staff { external_identifiers: entry("anne").external_identifiers, ..entry("bruno") },
        ] {
            let request = RegisterStaffRequest { request_id: fresh(), staff: Some(twin) };
            assert_eq!(refused(house.staff().register_staff(request).await), "IDENTIFIER_TAKEN");
        }
    }

    async fn whoever_covers_is_trained_and_there(house: House) {
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        let untrained = register(&house, entry("carla")).await.staff_id;
        let no_manager = Staff { is_account_manager: false, ..entry("david") };
        let no_manager = register(&house, no_manager).await.staff_id;
        planned(&house, plan(&house, &bruno, 15, 20, "")).await;
        let refusals = [
            (plan(&house, &anne, 10, 16, &bruno), "STAFF_UNAVAILABLE"),
            (plan(&house, &anne, 10, 16, &anne), "STAFF_UNAVAILABLE"),
            (plan(&house, &anne, 10, 16, &untrained), "MANAGER_UNTRAINED"),
            (plan(&house, &anne, 10, 400, &bruno), "STAFF_UNAVAILABLE"),
            (plan(&house, &anne, 30, 400, &bruno), "MANAGER_UNTRAINED"),
            (plan(&house, &anne, 10, 16, &no_manager), "NOT_A_MANAGER"),
            (plan(&house, &anne, 10, 16, &fresh()), "STAFF_NOT_FOUND"),
        ];
        for (number, (request, reason)) in refusals.into_iter().enumerate() {
            assert_eq!(refused(house.staff().plan_absence(request).await), reason, "case {number}");
        }
        let staff = planned(&house, plan(&house, &anne, 10, 14, &bruno)).await;
        assert_eq!(staff.absences[0].cover_staff_id, bruno);
        let overlapping = plan(&house, &anne, 13, 16, "");
        assert_eq!(refused(house.staff().plan_absence(overlapping).await), "ABSENCE_OVERLAPS");
    }

    async fn an_absence_begins_ends_and_is_taken_back(house: House) {
        let anne = house.a_manager("Anne").await;
        let staff = planned(&house, plan(&house, &anne, 10, 20, "")).await;
        let absence_id = staff.absences[0].absence_id.clone();
        let cancel = CancelAbsenceRequest { request_id: fresh(), staff_id: anne.clone(), absence_id };
        let back = house.staff().cancel_absence(cancel).await.unwrap().into_inner().staff.unwrap();
        assert_eq!(back.absences, []);
        let unknown = CancelAbsenceRequest { request_id: fresh(), staff_id: anne.clone(), absence_id: fresh() };
        assert_eq!(refused(house.staff().cancel_absence(unknown).await), "ABSENCE_NOT_FOUND");

        planned(&house, plan(&house, &anne, 10, 20, "")).await;
        house.pass(days(11));
        recorded(&house, "absence_began").await;
        house.pass(days(10));
        recorded(&house, "absence_ended").await;
        assert_eq!(get(&house, &anne).await.absences, []);
    }

    async fn a_training_that_ends_soon_is_work_until_it_is_renewed(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        assign(&house, &account, &anne).await;
        work_is(&house, &[]).await;
        house.pass(days(340));
        recorded(&house, "training_expiring").await;
        work_is(&house, &[(WorkKind::TrainingExpiring, anne.clone(), 1)]).await;
        house.pass(days(30));
        recorded(&house, "training_expired").await;
        work_is(&house, &[(WorkKind::TrainingExpired, anne.clone(), 1)]).await;

        let training = Training {
            code: "account-manager".to_owned(),
            passed_at: house.in_days(0),
            valid_until: house.in_days(365),
            ..Training::default()
        };
        let request =
            RecordTrainingRequest { request_id: fresh(), staff_id: anne.clone(), training: Some(training) };
        house.staff().record_training(request).await.unwrap();
        work_is(&house, &[]).await;
    }

    async fn a_leaving_manager_is_work_until_each_account_has_a_successor(house: House) {
        let (first, second) = (house.a_company(1).await, house.a_company(2).await);
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        assign(&house, &first, &anne).await;
        assign(&house, &second, &anne).await;
        let leaving = RecordLeavingRequest {
            request_id: fresh(),
            staff_id: anne.clone(),
            leaves_at: house.in_days(20),
            deputy_staff_id: bruno.clone(),
        };
        let staff = house.staff().record_leaving(leaving).await.unwrap().into_inner().staff.unwrap();
        assert!(staff.leaves_at.is_some());
        work_is(&house, &[(WorkKind::ManagerLeaving, anne.clone(), 2)]).await;

        house.pass(days(21));
        recorded(&house, "staff_left").await;
        work_is(&house, &[(WorkKind::ManagerLeaving, anne.clone(), 2)]).await;
        assert_eq!(refused(house.staff().plan_absence(plan(&house, &anne, 1, 2, "")).await), "ENDED");
        let close = CloseAccountRequest { request_id: fresh(), account: by_id(&first), effective_from: None };
        house.crm().close_account(close).await.unwrap();
        work_is(&house, &[(WorkKind::ManagerLeaving, anne.clone(), 1)]).await;
        let request = ListAssignmentsRequest { account: by_id(&second), ..Default::default() };
        let assignments = house.crm().list_assignments(request).await.unwrap().into_inner().assignments;
        let successor = AssignManagerRequest {
            request_id: fresh(),
            account: by_id(&second),
            staff_id: bruno,
            replaces_assignment_id: assignments[0].assignment_id.clone(),
            ..Default::default()
        };
        house.crm().assign_manager(successor).await.unwrap();
        work_is(&house, &[]).await;
    }

    async fn an_assignment_that_ends_without_a_successor_is_work_before_it_does(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        let request = AssignManagerRequest {
            request_id: fresh(),
            account: by_id(&account),
            staff_id: anne,
            effective_until: house.in_days(40),
            ..Default::default()
        };
        house.crm().assign_manager(request).await.unwrap();
        work_is(&house, &[]).await;
        house.pass(days(11));
        let gap = [(WorkKind::AccountWithoutManager, String::new(), 1)];
        work_is(&house, &gap).await;
        let before = house.head().await;
        house.pass(days(30));
        until(async || house.head().await > before).await;
        work_is(&house, &gap).await;
    }

    async fn an_absence_without_a_cover_is_work_also_when_the_cover_falls_ill(house: House) {
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        assign(&house, &account, &anne).await;
        let uncovered = planned(&house, plan(&house, &anne, 30, 40, "")).await.absences[0].clone();
        work_is(&house, &[(WorkKind::AbsenceWithoutCover, anne.clone(), 1)]).await;
        let cancel = CancelAbsenceRequest {
            request_id: fresh(),
            staff_id: anne.clone(),
            absence_id: uncovered.absence_id,
        };
        house.staff().cancel_absence(cancel).await.unwrap();
        work_is(&house, &[]).await;

        planned(&house, plan(&house, &anne, 30, 40, &bruno)).await;
        work_is(&house, &[]).await;
        planned(&house, plan(&house, &bruno, 35, 36, "")).await;
        let gaps = [(WorkKind::AbsenceWithoutCover, anne, 1), (WorkKind::AbsenceWithoutCover, bruno, 0)];
        work_is(&house, &gaps).await;
    }

    async fn an_account_without_manager_is_work_with_those_below_it(house: House) {
        let company = house.a_company(1).await;
        house.register(house.site(&company, 1)).await;
        work_is(&house, &[(WorkKind::AccountWithoutManager, String::new(), 2)]).await;
        let listed = house.staff().list_work(ListWorkRequest::default()).await.unwrap().into_inner().work;
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].kind(), listed[0].accounts), (WorkKind::AccountWithoutManager, 2));
        assert_eq!((&listed[0].account_id, &listed[0].staff_id), (&company.account_id, &String::new()));
        assert!(!listed[0].text.is_empty());
        let anne = house.a_manager("Anne").await;
        assign(&house, &company, &anne).await;
        work_is(&house, &[]).await;
    }

    async fn work_and_staff_come_by_page_and_a_token_fits_its_own_question_only(house: House) {
        for number in 1..=5 {
            house.a_company(number).await;
            register(&house, entry(&format!("m{number}"))).await;
        }
        until(async || work(&house).await.len() == 5).await;
        let (mut accounts, mut request) = (Vec::new(), ListWorkRequest { page_size: 2, ..Default::default() });
        loop {
            let page = house.staff().list_work(request.clone()).await.unwrap().into_inner();
            assert!(page.work.len() <= 2);
            let due = |work: Work| (work.due_at.unwrap(), work.account_id);
            accounts.extend(page.work.into_iter().map(due).map(|(at, id)| (at.seconds, at.nanos, id)));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(accounts.len(), 5);
        assert!(accounts.is_sorted(), "the most urgent first: {accounts:?}");

        let (mut names, mut request) = (Vec::new(), ListStaffRequest { page_size: 2, ..Default::default() });
        loop {
            let page = house.staff().list_staff(request.clone()).await.unwrap().into_inner();
            names.extend(page.staff.into_iter().map(|staff| staff.name));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        names.sort();
        assert_eq!(names, ["m1", "m2", "m3", "m4", "m5"]);
        let first = ListStaffRequest { page_size: 2, ..Default::default() };
        let token = house.staff().list_staff(first).await.unwrap().into_inner().next_page_token;
        let other = ListWorkRequest { page_token: token, ..Default::default() };
        assert_eq!(refused(house.staff().list_work(other).await), "BAD_PAGE_TOKEN");
    }

    async fn customers_neither_see_staff_nor_change_them(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        let head = house.asked_for().await;
        let advisor = || StaffClient::new(house.door(&advisor()));
        let customer = || StaffClient::new(house.door(&fleet_manager(&account)));
        let get = GetStaffRequest { staff_id: anne.clone() };
        assert_eq!(refused(customer().get_staff(get.clone()).await), "PERMISSION_DENIED");
        assert_eq!(refused(customer().list_work(ListWorkRequest::default()).await), "PERMISSION_DENIED");
        assert!(advisor().get_staff(get).await.is_ok());
        let request = || plan(&house, &anne, 1, 2, "");
        assert_eq!(refused(customer().plan_absence(request()).await), "PERMISSION_DENIED");
        assert_eq!(refused(advisor().plan_absence(request()).await), "PERMISSION_DENIED");
        let auditor = Grant::new("auditor", &[Role::Auditor]);
        let mut auditor = StaffClient::new(house.door(&auditor));
        assert!(auditor.list_staff(ListStaffRequest::default()).await.is_ok());
        assert_eq!(house.asked_for().await, head, "nothing changed");
    }
}

type StaffClient = staff_service_client::StaffServiceClient<Door>;
