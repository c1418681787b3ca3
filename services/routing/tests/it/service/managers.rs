//! The named contact of promise 2.1: who it is, who it was, and how it is known.

use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

fn assign(account: &Account, staff_id: &str) -> AssignManagerRequest {
    AssignManagerRequest {
        request_id: fresh(),
        account: by_id(account),
        staff_id: staff_id.to_owned(),
        ..Default::default()
    }
}

async fn assigned(house: &House, request: AssignManagerRequest) -> Assignment {
    house.crm().assign_manager(request).await.unwrap().into_inner().assignment.unwrap()
}

async fn manager(house: &House, account: &Account, at: Moment) -> GetManagerResponse {
    let request = GetManagerRequest { account: by_id(account), at: Some(at) };
    house.crm().get_manager(request).await.unwrap().into_inner()
}

fn basis(answer: &GetManagerResponse) -> ManagerBasis {
    ManagerBasis::try_from(answer.basis).unwrap()
}

on_both_engines! {
    async fn the_group_s_manager_is_that_of_whoever_has_none(house: House) {
        let group = house.register(house.group()).await;
        let company = AccountEntry { parent_account_id: group.account_id.clone(), ..house.company(1) };
        let company = house.register(company).await;
        let site = house.register(house.site(&company, 1)).await;
        let nobody = manager(&house, &site, Moment::default()).await;
        assert_eq!((basis(&nobody), nobody.staff_id), (ManagerBasis::Nobody, String::new()));

        let (anne, bruno) = (house.a_manager("Anne Petit").await, house.a_manager("Bruno Roux").await);
        assigned(&house, assign(&group, &anne)).await;
        let inherited = manager(&house, &site, Moment::default()).await;
        assert_eq!((basis(&inherited), inherited.name.as_str()), (ManagerBasis::Inherited, "Anne Petit"));
        assert!(inherited.is_trained);
        assert_eq!(inherited.assignment.unwrap().account_id, group.account_id);
        assert_eq!(inherited.evidence.len(), 3, "the site hangs below, the company does, and the assignment");
        for event_id in &inherited.evidence {
            let (mut position, mut found) = (0, false);
            while let Some(event) = house.log.event_at(position + 1).await.unwrap() {
                (position, found) = (event.position, found || event.event_id.to_string() == *event_id);
            }
            assert!(found, "{event_id} is in the log");
        }
        assigned(&house, assign(&company, &bruno)).await;
        let nearest = manager(&house, &site, Moment::default()).await;
        assert_eq!((basis(&nearest), nearest.name.as_str()), (ManagerBasis::Inherited, "Bruno Roux"));
        let own = manager(&house, &company, Moment::default()).await;
        assert_eq!((basis(&own), own.staff_id), (ManagerBasis::Assigned, bruno));
    }

    async fn who_was_my_contact_on_that_day_as_known_on_that_other_day(house: House) {
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        let first = AssignManagerRequest { effective_from: house.in_days(-300), ..assign(&account, &anne) };
        let first = assigned(&house, first).await;
        let known_before = wire(house.now());
        let second = AssignManagerRequest {
            effective_from: house.in_days(-100),
            replaces_assignment_id: first.assignment_id,
            ..assign(&account, &bruno)
        };
        assigned(&house, second).await;

        let as_of = |days| Moment { as_of: house.in_days(days), known_at: None };
        assert_eq!(manager(&house, &account, as_of(-200)).await.staff_id, anne);
        assert_eq!(manager(&house, &account, as_of(-50)).await.staff_id, bruno);
        let known = Moment { known_at: known_before, ..as_of(-50) };
        assert_eq!(manager(&house, &account, known).await.staff_id, anne, "nobody knew of Bruno yet");
        assert_eq!(basis(&manager(&house, &account, as_of(-310)).await), ManagerBasis::Nobody);
        let request = GetManagerRequest { account: by_id(&account), at: Some(as_of(-400)) };
        assert_eq!(refused(house.crm().get_manager(request).await), "ACCOUNT_NOT_FOUND", "no customer yet");
    }

    async fn a_hand_over_sent_twice_is_one(house: House) {
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        let first = assigned(&house, assign(&account, &anne)).await;
        let without = assign(&account, &bruno);
        assert_eq!(refused(house.crm().assign_manager(without.clone()).await), "ASSIGNMENT_OVERLAPS");
        let hand_over =
            AssignManagerRequest { replaces_assignment_id: first.assignment_id.clone(), ..without };
        let second = assigned(&house, hand_over.clone()).await;
        let head = house.asked_for().await;
        assert_eq!(assigned(&house, hand_over).await, second);
        assert_eq!(house.asked_for().await, head);

        house.listed().await;
        let listed = |page_size, page_token| ListAssignmentsRequest {
            account: by_id(&account),
            page_size,
            page_token,
        };
        let page = house.crm().list_assignments(listed(1, String::new())).await.unwrap().into_inner();
        assert_eq!(page.assignments, std::slice::from_ref(&second), "the newest first");
        let rest = house.crm().list_assignments(listed(1, page.next_page_token)).await.unwrap().into_inner();
        assert_eq!(rest.assignments.len(), 1);
        assert_eq!(rest.assignments[0].effective_until, second.effective_from);
        assert_eq!(rest.assignments[0].recorded_at, first.recorded_at);
        assert_eq!(rest.next_page_token, "");

        house.routing.start_view_over().await.unwrap();
        let all = || async {
            house.crm().list_assignments(listed(0, String::new())).await.unwrap().into_inner().assignments
        };
        let before = [second, rest.assignments[0].clone()];
        until(|| async { all().await == before }).await;
    }

    async fn an_assignment_ends_without_successor(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        let first = assigned(&house, assign(&account, &anne)).await;
        let end = EndAssignmentRequest {
            request_id: fresh(),
            account: by_id(&account),
            assignment_id: first.assignment_id.clone(),
            effective_until: None,
        };
        let ended = house.crm().end_assignment(end.clone()).await.unwrap().into_inner().assignment.unwrap();
        assert!(ended.effective_until.is_some());
        assert_eq!(basis(&manager(&house, &account, Moment::default()).await), ManagerBasis::Nobody);
        let other = house.a_company(2).await;
        let elsewhere = EndAssignmentRequest { request_id: fresh(), account: by_id(&other), ..end };
        assert_eq!(refused(house.crm().end_assignment(elsewhere).await), "ASSIGNMENT_NOT_FOUND");
    }

    async fn while_a_manager_is_away_the_cover_is_the_contact(house: House) {
        let account = house.a_company(1).await;
        let (anne, bruno) = (house.a_manager("Anne").await, house.a_manager("Bruno").await);
        assigned(&house, assign(&account, &anne)).await;
        let absence = Absence {
            from: house.in_days(5),
            until: house.in_days(15),
            cover_staff_id: bruno.clone(),
            ..Absence::default()
        };
        let plan = |staff_id: &str, absence: Absence| PlanAbsenceRequest {
            request_id: fresh(),
            staff_id: staff_id.to_owned(),
            absence: Some(absence),
        };
        house.staff().plan_absence(plan(&anne, absence.clone())).await.unwrap();

        let as_of = |days| Moment { as_of: house.in_days(days), known_at: None };
        let covered = manager(&house, &account, as_of(10)).await;
        assert_eq!((basis(&covered), covered.staff_id), (ManagerBasis::Cover, bruno.clone()));
        assert!(covered.away_until.is_some());
        assert_eq!(basis(&manager(&house, &account, as_of(16)).await), ManagerBasis::Assigned);
        // The cover goes away too.
        let away = Absence { cover_staff_id: String::new(), ..absence };
        house.staff().plan_absence(plan(&bruno, away)).await.unwrap();
        let alone = manager(&house, &account, as_of(10)).await;
        assert_eq!((basis(&alone), alone.staff_id), (ManagerBasis::AwayWithoutCover, anne.clone()));

        let leaving = RecordLeavingRequest {
            request_id: fresh(),
            staff_id: anne,
            leaves_at: house.in_days(30),
            deputy_staff_id: String::new(),
        };
        house.staff().record_leaving(leaving).await.unwrap();
        let left = manager(&house, &account, as_of(31)).await;
        assert_eq!((basis(&left), left.staff_id), (ManagerBasis::LeftWithoutSuccessor, String::new()));
    }

    async fn nobody_untrained_gone_or_no_manager_is_assigned(house: House) {
        let account = house.a_company(1).await;
        let anne = house.a_manager("Anne").await;
        let late = AssignManagerRequest { effective_from: house.in_days(366), ..assign(&account, &anne) };
        assert_eq!(refused(house.crm().assign_manager(late).await), "MANAGER_UNTRAINED");
        let leaving = RecordLeavingRequest {
            request_id: fresh(),
            staff_id: anne.clone(),
            leaves_at: house.in_days(30),
            deputy_staff_id: String::new(),
        };
        house.staff().record_leaving(leaving).await.unwrap();
        let after = AssignManagerRequest { effective_from: house.in_days(31), ..assign(&account, &anne) };
        assert_eq!(refused(house.crm().assign_manager(after).await), "STAFF_UNAVAILABLE");
        assert_eq!(refused(house.crm().assign_manager(assign(&account, &fresh())).await), "STAFF_NOT_FOUND");
        assert_eq!(
            refused(house.crm().assign_manager(assign(&account, &account.account_id)).await),
            "STAFF_NOT_FOUND"
        );
        let advisor = Staff {
            name: "Zoé Blanc".to_owned(),
            languages: vec![Language::French.into()],
            ..Staff::default()
        };
        let request = RegisterStaffRequest { request_id: fresh(), staff: Some(advisor) };
        let advisor = house.staff().register_staff(request).await.unwrap().into_inner().staff.unwrap();
        assert_eq!(refused(house.crm().assign_manager(assign(&account, &advisor.staff_id)).await), "NOT_A_MANAGER");
    }
}
