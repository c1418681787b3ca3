//! Projects abroad: a named referent, an answer in time, a first promised date.

use std::time::Duration;

use vigie_proto::routing::project_service_client::ProjectServiceClient;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

fn projects(house: &House) -> ProjectServiceClient<Door> {
    ProjectServiceClient::new(house.door(&advisor()))
}

fn open(account: &Account, referent: &str) -> OpenProjectRequest {
    OpenProjectRequest {
        request_id: fresh(),
        account: by_id(account),
        kind: ProjectKind::NewSite.into(),
        countries: vec!["DE".to_owned(), "RE".to_owned()],
        referent_staff_id: referent.to_owned(),
        requested_at: None,
    }
}

async fn opened(house: &House, account: &Account, referent: &str) -> Project {
    projects(house).open_project(open(account, referent)).await.unwrap().into_inner().project.unwrap()
}

async fn shown(house: &House, project: &Project) -> Project {
    let request = GetProjectRequest { project_id: project.project_id.clone() };
    projects(house).get_project(request).await.unwrap().into_inner().project.unwrap()
}

async fn work(house: &House) -> Vec<(String, String)> {
    house.listed().await;
    let work = house.staff().list_work(ListWorkRequest::default()).await.unwrap().into_inner().work;
    let due = work.into_iter().filter(|work| work.kind() == WorkKind::ProjectAnswerDue);
    due.map(|work| (work.account_id, work.staff_id)).collect()
}

on_both_engines! {
    async fn a_project_is_answered_promised_again_and_closed(house: House) {
        let (account, anne) = (house.a_company(1).await, house.a_manager("Anne").await);
        let project = opened(&house, &account, &anne).await;
        let due = project.answer_due_at.unwrap().seconds;
        let hours = (due - project.requested_at.unwrap().seconds) / 3_600;
        assert!((24..24 * 9).contains(&hours), "two jours ouvrés: {hours} h");
        assert_eq!(project.zones, [i32::from(AbroadZone::Eea), i32::from(AbroadZone::Overseas)]);
        assert_eq!(work(&house).await, [(account.account_id.clone(), anne.clone())]);
        let answer = AnswerProjectRequest {
            request_id: fresh(),
            project_id: project.project_id.clone(),
            answered_at: None,
            promised_for: house.in_days(30),
        };
        let answered = projects(&house).answer_project(answer.clone()).await.unwrap().into_inner().project.unwrap();
        assert_eq!(projects(&house).answer_project(answer.clone()).await.unwrap().into_inner().project.unwrap(), answered);
        assert_eq!(answered.first_promised_for, answer.promised_for);
        assert_eq!(work(&house).await, []);
        let promise = ChangeProjectPromiseRequest {
            request_id: fresh(),
            project_id: project.project_id.clone(),
            promised_for: house.in_days(40),
            asked_by_customer: true,
        };
        let promised = projects(&house).change_project_promise(promise.clone()).await.unwrap().into_inner().project.unwrap();
        assert_eq!((promised.first_promised_for, promised.promised_for), (answer.promised_for, promise.promised_for));
        let close = CloseProjectRequest {
            request_id: fresh(),
            project_id: project.project_id.clone(),
            closed_at: None,
            outcome: ProjectOutcome::Delivered.into(),
        };
        let closed = projects(&house).close_project(close).await.unwrap().into_inner().project.unwrap();
        assert_eq!(closed.outcome(), ProjectOutcome::Delivered);
        let answer = AnswerProjectRequest { request_id: fresh(), ..answer };
        assert_eq!(refused(projects(&house).answer_project(answer).await), "ENDED");
    }

    async fn an_answer_that_does_not_come_is_overdue_once(house: House) {
        let (account, anne) = (house.a_company(1).await, house.a_manager("Anne").await);
        let project = opened(&house, &account, &anne).await;
        house.pass(Duration::from_hours(24 * 10));
        until(|| async { shown(&house, &project).await.answer_overdue }).await;
        assert_eq!(shown(&house, &project).await.version, 2);
        assert_eq!(work(&house).await.len(), 1, "it still waits");
    }

    async fn projects_of_an_account_are_listed_the_newest_first(house: House) {
        let (account, anne) = (house.a_company(1).await, house.a_manager("Anne").await);
        let mut all = Vec::new();
        for _ in 0..3 {
            all.push(opened(&house, &account, &anne).await);
            house.pass(Duration::from_secs(1));
        }
        opened(&house, &house.a_company(2).await, &anne).await;
        house.listed().await;
        all.reverse();
        let mut request = ListProjectsRequest { account: by_id(&account), page_size: 2, ..Default::default() };
        let first = projects(&house).list_projects(request.clone()).await.unwrap().into_inner();
        assert_eq!(first.projects, all[..2]);
        request.page_token = first.next_page_token;
        assert_eq!(projects(&house).list_projects(request).await.unwrap().into_inner().projects, all[2..]);
    }

    async fn wrong_input_and_foreign_projects_change_nothing(house: House) {
        let (own, foreign) = (house.a_company(1).await, house.a_company(2).await);
        let anne = house.a_manager("Anne").await;
        let theirs = opened(&house, &foreign, &anne).await;
        let good = || open(&own, &anne);
        for (request, reason) in [
            (OpenProjectRequest { kind: 0, ..good() }, "INVALID_ARGUMENT"),
            (OpenProjectRequest { countries: vec![], ..good() }, "INVALID_ARGUMENT"),
            (OpenProjectRequest { countries: vec!["XX".to_owned()], ..good() }, "BAD_PLACE"),
            (OpenProjectRequest { referent_staff_id: fresh(), ..good() }, "STAFF_NOT_FOUND"),
            (OpenProjectRequest { referent_staff_id: String::new(), ..good() }, "MALFORMED_ID"),
            (OpenProjectRequest { requested_at: house.in_days(1), ..good() }, "BAD_PERIOD"),
        ] {
            assert_eq!(refused(projects(&house).open_project(request).await), reason);
        }
        let mut customer = ProjectServiceClient::new(house.door(&fleet_manager(&own)));
        assert_eq!(refused(customer.open_project(good()).await), "PERMISSION_DENIED");
        let mut told = Vec::new();
        for project_id in [theirs.project_id, fresh()] {
            let status = customer.get_project(GetProjectRequest { project_id }).await.unwrap_err();
            told.push((status.code(), status.message().to_owned(), status.details().to_vec()));
        }
        assert_eq!(told[0], told[1]);
        let list = ListProjectsRequest { account: by_id(&foreign), ..Default::default() };
        assert_eq!(refused(customer.list_projects(list).await), "ACCOUNT_NOT_FOUND");
        house.listed().await;
        let own = ListProjectsRequest { account: by_id(&own), ..Default::default() };
        assert_eq!(projects(&house).list_projects(own).await.unwrap().into_inner().projects, [], "nothing changed");
    }
}
