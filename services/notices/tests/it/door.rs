//! Who may see and do what, by page, and what wrong input meets.

use tonic::Code;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_notices::domain::NoticeState;
use vigie_proto::notices::*;

use crate::house::*;

on_both_engines!(
    notices_come_by_page_newest_first_and_filtered,
    a_managers_scope_shows_their_own_account_only_and_may_be_narrower,
    only_staff_try_again_and_drop,
    a_notice_that_was_dropped_is_sent_no_more,
    wrong_input_is_refused_and_changes_nothing,
);

/// Three notices of two causes.
async fn told_three(house: &mut House) -> Vec<Notice> {
    house.usual_people().await;
    house.serve().await;
    house.line_event("suspension_confirmed").await;
    house.until(&[(NoticeState::HandedOver, 2)]).await;
    house.account_event(1, "manager_assigned").await;
    house.until(&[(NoticeState::HandedOver, 3)]).await
}

async fn list(client: &mut Client, request: ListNoticesRequest) -> Vec<Notice> {
    client.list_notices(request).await.unwrap().into_inner().notices
}

async fn notices_come_by_page_newest_first_and_filtered(mut house: House) {
    let all = told_three(&mut house).await;
    let mut operator = house.operator();
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListNoticesRequest { page_size: 1, page_token: token, ..Default::default() };
        let page = operator.list_notices(request).await.unwrap().into_inner();
        paged.extend(page.notices);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, all);
    assert_eq!(all[0].cause(), NoticeCause::ManagerAssigned, "the newest");
    let by_cause = ListNoticesRequest { cause: NoticeCause::LineBarred.into(), ..Default::default() };
    assert_eq!(list(&mut operator, by_cause).await.len(), 2);
    let by_line = ListNoticesRequest { line_id: all[1].line_id.clone(), ..Default::default() };
    assert_eq!(list(&mut operator, by_line).await.len(), 2);
    let state = vigie_proto::notices::NoticeState::GivenUp.into();
    assert!(list(&mut operator, ListNoticesRequest { state, ..Default::default() }).await.is_empty());
    let other = ListNoticesRequest { account_id: OTHER_ACCOUNT.to_string(), ..Default::default() };
    assert!(list(&mut operator, other).await.is_empty());

    let shown = house.shown(&all[2].notice_id).await;
    assert_eq!(shown.recipients[0].channel(), NoticeChannel::Mail);
    assert!(shown.recipients[0].address.ends_with("@exemple.fr"));
    let bare = Notice { recipients: vec![], attempts: vec![], ..shown };
    assert_eq!(bare, all[2], "the list and the notice itself say the same");
}

async fn a_managers_scope_shows_their_own_account_only_and_may_be_narrower(mut house: House) {
    let all = told_three(&mut house).await;
    assert_eq!(list(&mut house.administrator(), ListNoticesRequest::default()).await.len(), 3);
    let scoped = |scope| Grant::new("someone", &[Role::FleetManager]).scope(scope);
    let foreign = scoped(Scope::account(OTHER_ACCOUNT));
    let mut foreign = house.as_bearer(&foreign);
    assert!(list(&mut foreign, ListNoticesRequest::default()).await.is_empty());
    let get = GetNoticeRequest { notice_id: all[0].notice_id.clone() };
    let of_another = foreign.get_notice(get).await.unwrap_err();
    let of_nobody = foreign.get_notice(GetNoticeRequest { notice_id: fresh() }).await.unwrap_err();
    assert_eq!((of_another.code(), of_another.message()), (of_nobody.code(), of_nobody.message()));
    assert_eq!(of_another.details(), of_nobody.details());

    // The golden line's site and cost centre.
    let site = Scope { siret: Some("00000000000018".to_owned()), ..Scope::account(ACCOUNT) };
    assert_eq!(list(&mut house.as_bearer(&scoped(site)), ListNoticesRequest::default()).await.len(), 2);
    let centre = Scope { cost_centre: Some("Achats".to_owned()), ..Scope::account(ACCOUNT) };
    assert!(list(&mut house.as_bearer(&scoped(centre)), ListNoticesRequest::default()).await.is_empty());
    let user = Grant::new("marie.durand", &[Role::EndUser]).scope(Scope::account(ACCOUNT));
    let answer = house.as_bearer(&user).list_notices(ListNoticesRequest::default()).await;
    assert_eq!(answer.unwrap_err().code(), Code::PermissionDenied);
}

async fn only_staff_try_again_and_drop(mut house: House) {
    let all = told_three(&mut house).await;
    let (notice_id, reason) = (all[0].notice_id.clone(), "a test".to_owned());
    let retry =
        RetryNoticeRequest { request_id: fresh(), notice_id: notice_id.clone(), reason: reason.clone() };
    let drop = DropNoticeRequest { request_id: fresh(), notice_id, reason };
    let mut administrator = house.administrator();
    assert_eq!(refused(administrator.retry_notice(retry.clone()).await), "PERMISSION_DENIED");
    assert_eq!(refused(administrator.drop_notice(drop.clone()).await), "PERMISSION_DENIED");
    assert_eq!(refused(house.advisor().retry_notice(retry).await), "NOTICE_CLOSED", "it was handed over");
    assert_eq!(refused(house.advisor().drop_notice(drop).await), "NOTICE_CLOSED");
}

async fn a_notice_that_was_dropped_is_sent_no_more(mut house: House) {
    // Nobody listens there.
    let nowhere = vigie_notices::post::SmtpOptions {
        port: vigie_testkit::free_port().unwrap(),
        encryption: vigie_notices::post::Encryption::None,
        ..Default::default()
    };
    let smtp =
        vigie_notices::post::Smtp::new(nowhere, "a@exemple.fr", "", "b@exemple.fr", "exemple.fr").unwrap();
    house.usual_people().await;
    house.serve_with(std::sync::Arc::new(smtp), house.options()).await;
    house.account_event(1, "manager_assigned").await;
    let notice = soon(async {
        loop {
            if let Some(notice) = house.listed().await.into_iter().find(|notice| notice.attempt_count > 0) {
                return notice;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;
    let drop = DropNoticeRequest {
        request_id: fresh(),
        notice_id: notice.notice_id.clone(),
        reason: "told by telephone".to_owned(),
    };
    let dropped = house.advisor().drop_notice(drop.clone()).await.unwrap().into_inner().notice.unwrap();
    assert_eq!(dropped.state(), vigie_proto::notices::NoticeState::Dropped);
    house.advisor().drop_notice(drop).await.expect("a repeat joins the first");
    house.stop().await;
    house.serve().await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(crate::letters::in_folder(house.folder()).is_empty());
}

async fn wrong_input_is_refused_and_changes_nothing(mut house: House) {
    let all = told_three(&mut house).await;
    let head = house.log.head().await.unwrap().position;
    let mut operator = house.operator();
    let list = |request: ListNoticesRequest| {
        let mut operator = operator.clone();
        async move { refused(operator.list_notices(request).await) }
    };
    let default = ListNoticesRequest::default;
    assert_eq!(list(ListNoticesRequest { account_id: "x".to_owned(), ..default() }).await, "MALFORMED_ID");
    assert_eq!(list(ListNoticesRequest { cause: 99, ..default() }).await, "INVALID_ARGUMENT");
    assert_eq!(list(ListNoticesRequest { state: -1, ..default() }).await, "INVALID_ARGUMENT");
    assert_eq!(list(ListNoticesRequest { page_size: -1, ..default() }).await, "INVALID_ARGUMENT");
    assert_eq!(list(ListNoticesRequest { page_token: "x".to_owned(), ..default() }).await, "BAD_PAGE_TOKEN");
    for id in ["", "x", "00000000-0000-0000-0000-000000000000", "a\0"] {
        let get = operator.get_notice(GetNoticeRequest { notice_id: id.to_owned() }).await;
        assert!(["MALFORMED_ID", "ILLEGAL_CHARACTER"].contains(&refused(get)), "{id:?}");
    }
    // The id of something else that is in this log.
    let preference = vigie_notices::preference_stream(ACCOUNT).to_string();
    let set = SetPreferenceRequest {
        request_id: fresh(),
        preference: Some(Preference {
            account_id: ACCOUNT.to_string(),
            language: "en".to_owned(),
            ..Default::default()
        }),
    };
    operator.set_preference(set).await.unwrap();
    let get = operator.get_notice(GetNoticeRequest { notice_id: preference }).await;
    assert_eq!(refused(get), "NOTICE_NOT_FOUND");
    let retry = |request_id: String, reason: &str| RetryNoticeRequest {
        request_id,
        notice_id: all[0].notice_id.clone(),
        reason: reason.to_owned(),
    };
    assert_eq!(refused(operator.retry_notice(retry(String::new(), "x")).await), "REQUEST_ID_REQUIRED");
    assert_eq!(refused(operator.retry_notice(retry(fresh(), " ")).await), "INVALID_ARGUMENT");
    assert_eq!(refused(operator.retry_notice(retry(fresh(), &"x".repeat(201))).await), "TOO_LARGE");
    assert_eq!(refused(operator.retry_notice(retry(fresh(), "a\0")).await), "ILLEGAL_CHARACTER");
    assert_eq!(house.log.head().await.unwrap().position, head + 1, "the rules that were set");
}
