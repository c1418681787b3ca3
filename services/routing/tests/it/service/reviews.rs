//! Yearly reviews: planned, held, moved, cancelled by whom; work before the year ends.

use std::time::Duration;

use vigie_proto::routing::review_service_client::ReviewServiceClient;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

fn reviews(house: &House) -> ReviewServiceClient<Door> {
    ReviewServiceClient::new(house.door(&advisor()))
}

const fn days(days: u64) -> Duration {
    Duration::from_hours(days * 24)
}

async fn plan_of(house: &House, account: &Account) -> ReviewPlan {
    let request = GetReviewPlanRequest { account: by_id(account) };
    reviews(house).get_review_plan(request).await.unwrap().into_inner().plan.unwrap()
}

async fn plan(house: &House, account: &Account, in_days: i64) -> Review {
    let request = PlanReviewRequest {
        request_id: fresh(),
        account: by_id(account),
        planned_for: house.in_days(in_days),
        ..Default::default()
    };
    let plan = reviews(house).plan_review(request).await.unwrap().into_inner().plan.unwrap();
    plan.reviews.last().cloned().unwrap()
}

async fn work(house: &House) -> Vec<(WorkKind, String)> {
    house.listed().await;
    let work = house.staff().list_work(ListWorkRequest::default()).await.unwrap().into_inner().work;
    let due = work.into_iter().map(|work| (work.kind(), work.account_id));
    due.filter(|(kind, _)| *kind == WorkKind::ReviewDue).collect()
}

on_both_engines! {
    async fn a_company_has_a_plan_and_a_group_and_a_site_have_none(house: House) {
        let company = house.a_company(1).await;
        assert_eq!(plan_of(&house, &company).await.account_id, company.account_id);
        let group = house.register(house.group()).await;
        let site = house.register(house.site(&company, 1)).await;
        for account in [&group, &site] {
            let request = GetReviewPlanRequest { account: by_id(account) };
            assert_eq!(refused(reviews(&house).get_review_plan(request).await), "REVIEW_NOT_FOUND");
        }
    }

    async fn a_review_is_planned_moved_held_and_the_next_year_begins(house: House) {
        let company = house.a_company(1).await;
        let review = plan(&house, &company, 100).await;
        assert_eq!(review.state(), ReviewState::Planned);
        let moved = RescheduleReviewRequest {
            request_id: fresh(),
            account: by_id(&company),
            review_id: review.review_id.clone(),
            planned_for: house.in_days(120),
            by: Side::Customer.into(),
        };
        let first = reviews(&house).reschedule_review(moved.clone()).await.unwrap().into_inner().plan.unwrap();
        assert_eq!(first.reviews[0].first_planned_for, review.planned_for);
        assert_eq!(first.reviews[0].reschedules, 1);
        let again = reviews(&house).reschedule_review(moved).await.unwrap().into_inner().plan.unwrap();
        assert_eq!(again, first);
        house.pass(days(121));
        let anne = house.a_manager("Anne").await;
        let hold = HoldReviewRequest {
            request_id: fresh(),
            account: by_id(&company),
            review_id: review.review_id,
            held_at: house.in_days(-1),
            staff_id: anne.clone(),
        };
        let held = reviews(&house).hold_review(hold.clone()).await.unwrap().into_inner().plan.unwrap();
        assert_eq!((held.reviews[0].state(), held.reviews[0].staff_id.clone()), (ReviewState::Held, anne));
        assert_eq!(held.year_from, hold.held_at);
        let again = HoldReviewRequest { request_id: fresh(), ..hold };
        assert_eq!(refused(reviews(&house).hold_review(again).await), "REVIEW_NOT_FOUND");
    }

    async fn work_is_raised_before_the_year_ends_and_stays_until_a_review_is_held(house: House) {
        let company = house.a_company(1).await;
        assert_eq!(work(&house).await, []);
        house.pass(days(310));
        assert_eq!(work(&house).await, [(WorkKind::ReviewDue, company.account_id.clone())]);
        let review = plan(&house, &company, 20).await;
        assert_eq!(work(&house).await, []);
        let cancel = CancelReviewRequest {
            request_id: fresh(),
            account: by_id(&company),
            review_id: review.review_id,
            by: Side::Operator.into(),
        };
        reviews(&house).cancel_review(cancel).await.unwrap();
        assert_eq!(work(&house).await.len(), 1);
        house.pass(days(60));
        until(|| async { plan_of(&house, &company).await.late_since.is_some() }).await;
        assert_eq!(work(&house).await.len(), 1, "late, and still to be done");
        let hold = HoldReviewRequest { request_id: fresh(), account: by_id(&company), ..Default::default() };
        reviews(&house).hold_review(hold).await.unwrap();
        assert_eq!(work(&house).await, []);
        assert_eq!(plan_of(&house, &company).await.late_since, None);
    }

    async fn the_plans_are_listed_whose_year_ends_first_first(house: House) {
        let mut due = Vec::new();
        for number in 1..=3 {
            let company = house.a_company(number).await;
            due.push(plan_of(&house, &company).await);
            house.pass(days(10));
        }
        house.listed().await;
        let mut request = ListReviewPlansRequest { page_size: 2, ..Default::default() };
        let mut listed = Vec::new();
        loop {
            let page = reviews(&house).list_review_plans(request.clone()).await.unwrap().into_inner();
            listed.extend(page.plans);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(listed, due);
        let before = ListReviewPlansRequest { due_before: due[1].due_at, ..Default::default() };
        let first = reviews(&house).list_review_plans(before).await.unwrap().into_inner().plans;
        assert_eq!(first, due[..1]);
        let narrowed = ReviewServiceClient::new(house.door(&fleet_manager(&house.a_company(4).await)));
        let refusal = { narrowed }.list_review_plans(ListReviewPlansRequest::default()).await;
        assert_eq!(refused(refusal), "PERMISSION_DENIED");
    }

    async fn wrong_input_and_foreign_accounts_change_nothing(house: House) {
        let (own, foreign) = (house.a_company(1).await, house.a_company(2).await);
        let before = plan_of(&house, &own).await;
        let good = || PlanReviewRequest {
            request_id: fresh(),
            account: by_id(&own),
            planned_for: house.in_days(10),
            ..Default::default()
        };
        let mut client = reviews(&house);
        for (request, reason) in [
            (PlanReviewRequest { request_id: String::new(), ..good() }, "REQUEST_ID_REQUIRED"),
            (PlanReviewRequest { planned_for: house.in_days(-1), ..good() }, "BAD_PERIOD"),
            (PlanReviewRequest { planned_for: None, ..good() }, "INVALID_ARGUMENT"),
            (PlanReviewRequest { staff_id: fresh(), ..good() }, "STAFF_NOT_FOUND"),
            (PlanReviewRequest { account: None, ..good() }, "INVALID_ARGUMENT"),
        ] {
            assert_eq!(refused(client.plan_review(request).await), reason);
        }
        let cancel = CancelReviewRequest {
            request_id: fresh(),
            account: by_id(&own),
            review_id: fresh(),
            by: Side::Unspecified.into(),
        };
        assert_eq!(refused(client.cancel_review(cancel).await), "INVALID_ARGUMENT");
        let mut customer = ReviewServiceClient::new(house.door(&fleet_manager(&own)));
        assert_eq!(refused(customer.plan_review(good()).await), "PERMISSION_DENIED");
        assert!(customer.get_review_plan(GetReviewPlanRequest { account: by_id(&own) }).await.is_ok());
        let theirs = customer.get_review_plan(GetReviewPlanRequest { account: by_id(&foreign) }).await;
        assert_eq!(refused(theirs), "ACCOUNT_NOT_FOUND");
        assert_eq!(plan_of(&house, &own).await, before, "nothing changed");
    }
}
