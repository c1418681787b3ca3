//! The view through its gRPC service: who sees what, pages, wrong input.

use serde_json::json;
use tokio_stream::StreamExt;
use tonic::Request;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::{Caller, Role, RoleSet, Scope};
use vigie_progress::Api;
use vigie_proto::progress::progress_service_server::ProgressService;
use vigie_proto::progress::{
    ActState, EntryKind, GetActRequest, ListActsRequest, ListActsResponse, ListTimelineRequest,
    ListTimelineResponse, RebuildProgressRequest, WatchLineRequest,
};
use vigie_viewkit::{ACCOUNT, Script, asked_by, check_rules, manager, uuid};

use crate::history::history;
use crate::support::{api, house_of, staff};

fn timeline_of(line: u128) -> ListTimelineRequest {
    ListTimelineRequest { line_id: uuid(line).to_string(), ..Default::default() }
}

fn reason(status: tonic::Status) -> Reason {
    Reason::of(&status).expect("every error has a stable reason")
}

async fn timeline(
    api: &Api,
    caller: Caller,
    message: ListTimelineRequest,
) -> Result<ListTimelineResponse, Reason> {
    let answer = api.list_timeline(asked_by(caller, message)).await;
    answer.map(tonic::Response::into_inner).map_err(reason)
}

async fn acts(api: &Api, caller: Caller, message: ListActsRequest) -> Result<ListActsResponse, Reason> {
    api.list_acts(asked_by(caller, message)).await.map(tonic::Response::into_inner).map_err(reason)
}

#[tokio::test]
async fn a_timeline_is_shown_in_words_with_the_act_and_the_evidence() {
    let script = Script::new().register(uuid(1)).suspend(uuid(1), uuid(10), "THEFT", &[]).confirm(
        uuid(1),
        "suspension_confirmed",
        &[uuid(10)],
        false,
        "SIMULATED",
    );
    let house = house_of(&script).await;
    let answer = timeline(&api(&house.progress), staff(), timeline_of(1)).await.unwrap();
    assert_eq!((answer.version, answer.parked_version, answer.next_page_token.as_str()), (3, 0, ""));
    assert!(!answer.resume_token.is_empty());
    let [confirmed, asked, registered] = answer.entries.as_slice() else { panic!("{answer:?}") };
    assert_eq!(confirmed.kind(), EntryKind::SuspensionConfirmed);
    assert_eq!(confirmed.evidence, "SIMULATED");
    assert_eq!((confirmed.act_id.as_str(), confirmed.reference.as_str()), (&*uuid(10).to_string(), "REF-A"));
    assert_eq!(asked.summary_fr, "Suspension demandée (vol)");
    assert_eq!((asked.line_state.as_str(), asked.line_reasons.len()), ("SUSPENDED", 1));
    assert_eq!((asked.actor.as_str(), asked.channel.as_str()), ("someone", "API"));
    assert_eq!((registered.version, registered.act_id.as_str()), (1, ""));

    let act = GetActRequest { act_id: uuid(10).to_string(), ..Default::default() };
    let act = api(&house.progress).get_act(asked_by(staff(), act)).await.unwrap().into_inner().act.unwrap();
    assert_eq!((act.state(), act.account_id), (ActState::Confirmed, ACCOUNT.to_string()));
    assert!(act.confirmed_at.is_some() && act.overdue_at.is_none() && act.lifted_at.is_none());
}

#[tokio::test]
async fn another_account_s_line_looks_as_if_it_did_not_exist() {
    let script = Script::new()
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .at_place(uuid(0xACC1), json!({}))
        .suspend(uuid(3), uuid(30), "LOSS", &[]);
    let house = house_of(&script).await;
    let api = api(&house.progress);
    let own = || manager(Scope::account(ACCOUNT));
    assert_eq!(timeline(&api, own(), timeline_of(1)).await.unwrap().entries.len(), 1);
    for line in [3, 0xDEAD] {
        assert_eq!(timeline(&api, own(), timeline_of(line)).await.unwrap_err(), Reason::LineNotFound);
        let watch = WatchLineRequest { line_id: uuid(line).to_string(), ..Default::default() };
        let Err(refused) = api.watch_line(asked_by(own(), watch)).await else {
            panic!("watches line {line}")
        };
        assert_eq!(reason(refused), Reason::LineNotFound);
        let of_line = ListActsRequest { line_id: uuid(line).to_string(), ..Default::default() };
        assert_eq!(acts(&api, own(), of_line).await.unwrap_err(), Reason::LineNotFound);
    }
    for act in [30, 0xDEAD] {
        let act_id = uuid(act).to_string();
        let get = GetActRequest { act_id: act_id.clone(), ..Default::default() };
        assert_eq!(reason(api.get_act(asked_by(own(), get)).await.unwrap_err()), Reason::ActNotFound);
        let of_act = ListTimelineRequest { act_id, ..timeline_of(1) };
        assert_eq!(timeline(&api, own(), of_act).await.unwrap_err(), Reason::ActNotFound);
    }
    for account in [uuid(0xACC1), uuid(0xDEAD)] {
        let of_account = ListActsRequest { account_id: account.to_string(), ..Default::default() };
        assert_eq!(acts(&api, own(), of_account).await.unwrap(), ListActsResponse::default());
    }
}

#[tokio::test]
async fn one_who_is_only_a_user_sees_the_own_line() {
    let script = Script::new()
        .at_place(ACCOUNT, json!({"user_id": "marie"}))
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .at_place(ACCOUNT, json!({"user_id": "marc"}))
        .suspend(uuid(2), uuid(20), "LOSS", &[]);
    let house = house_of(&script).await;
    let api = api(&house.progress);
    let user = |name| Caller::new(name, RoleSet::of(&[Role::EndUser]), vec![Scope::account(ACCOUNT)], false);
    assert_eq!(timeline(&api, user("marie"), timeline_of(1)).await.unwrap().entries.len(), 1);
    assert_eq!(timeline(&api, user("marie"), timeline_of(2)).await.unwrap_err(), Reason::LineNotFound);
    let of_account = ListActsRequest { account_id: ACCOUNT.to_string(), ..Default::default() };
    let seen = acts(&api, user("marc"), of_account).await.unwrap().acts;
    assert_eq!(seen.iter().map(|act| act.act_id.clone()).collect::<Vec<_>>(), [uuid(20).to_string()]);
}

#[tokio::test]
async fn pages_continue_and_a_token_serves_its_own_question_only() {
    let script = history(41, 400);
    let house = house_of(&script).await;
    let api = api(&house.progress);
    let line = script.events[0].stream_id;
    let whole = house.entries(line).await.len();
    let mut message = ListTimelineRequest { line_id: line.to_string(), page_size: 3, ..Default::default() };
    let mut versions = Vec::new();
    loop {
        let answer = timeline(&api, staff(), message.clone()).await.unwrap();
        versions.extend(answer.entries.iter().map(|entry| entry.version));
        if answer.next_page_token.is_empty() {
            break;
        }
        message.page_token = answer.next_page_token;
    }
    assert!(versions.into_iter().rev().eq(1..=whole as i64));
    assert!(!message.page_token.is_empty(), "there was more than one page");

    let other_line =
        ListTimelineRequest { line_id: script.events[1].stream_id.to_string(), ..message.clone() };
    assert_eq!(timeline(&api, staff(), other_line).await.unwrap_err(), Reason::BadPageToken);
    let other_caller = manager(Scope::account(ACCOUNT));
    assert_eq!(timeline(&api, other_caller, message.clone()).await.unwrap_err(), Reason::BadPageToken);
    let as_resume = WatchLineRequest {
        line_id: line.to_string(),
        resume_token: message.page_token,
        ..Default::default()
    };
    let Err(refused) = api.watch_line(asked_by(staff(), as_resume)).await else {
        panic!("a page is no resume token")
    };
    assert_eq!(reason(refused), Reason::BadResumeToken);

    let of_account = ListActsRequest { account_id: ACCOUNT.to_string(), page_size: 50, ..Default::default() };
    let first = acts(&api, staff(), of_account.clone()).await.unwrap();
    assert_eq!(first.acts.len(), 50);
    let stolen = ListActsRequest {
        page_token: first.next_page_token.clone(),
        state: ActState::Pending.into(),
        ..of_account.clone()
    };
    assert_eq!(acts(&api, staff(), stolen).await.unwrap_err(), Reason::BadPageToken);
    let second = ListActsRequest { page_token: first.next_page_token, ..of_account };
    assert!(acts(&api, staff(), second).await.unwrap().acts.iter().all(|act| !first.acts.contains(act)));
}

#[tokio::test]
async fn wrong_input_is_refused_with_a_stable_reason() {
    let house = house_of(&Script::new().suspend(uuid(1), uuid(10), "LOSS", &[])).await;
    let api = api(&house.progress);
    let wrong = [
        (ListTimelineRequest::default(), Reason::MalformedId),
        (ListTimelineRequest { line_id: "+33600000001".into(), ..Default::default() }, Reason::MalformedId),
        (ListTimelineRequest { act_id: "x".into(), ..timeline_of(1) }, Reason::MalformedId),
        (ListTimelineRequest { page_size: -1, ..timeline_of(1) }, Reason::InvalidArgument),
        (ListTimelineRequest { min_version: -1, ..timeline_of(1) }, Reason::InvalidArgument),
        (ListTimelineRequest { page_token: "garbage".into(), ..timeline_of(1) }, Reason::BadPageToken),
    ];
    for (message, expected) in wrong {
        assert_eq!(timeline(&api, staff(), message.clone()).await.unwrap_err(), expected, "{message:?}");
    }
    let wrong = [
        (ListActsRequest::default(), Reason::InvalidArgument),
        (ListActsRequest { account_id: "ACME".into(), ..Default::default() }, Reason::MalformedId),
        (
            ListActsRequest { account_id: ACCOUNT.to_string(), min_version: 1, ..Default::default() },
            Reason::InvalidArgument,
        ),
        (
            ListActsRequest { account_id: ACCOUNT.to_string(), state: 99, ..Default::default() },
            Reason::InvalidArgument,
        ),
    ];
    for (message, expected) in wrong {
        assert_eq!(acts(&api, staff(), message.clone()).await.unwrap_err(), expected, "{message:?}");
    }
    let version_of_no_line =
        GetActRequest { act_id: uuid(10).to_string(), min_version: 1, ..Default::default() };
    let refused = api.get_act(asked_by(staff(), version_of_no_line)).await.unwrap_err();
    assert_eq!(reason(refused), Reason::InvalidArgument);
    let of_another_line =
        GetActRequest { act_id: uuid(10).to_string(), line_id: uuid(2).to_string(), ..Default::default() };
    let refused = api.get_act(asked_by(staff(), of_another_line)).await.unwrap_err();
    assert_eq!(reason(refused), Reason::ActNotFound);
    let nobody = api.list_timeline(Request::new(timeline_of(1))).await.unwrap_err();
    assert_eq!(reason(nobody), Reason::Unauthenticated);
}

#[tokio::test]
async fn a_rebuild_streams_progress_and_ends_with_both_digests() {
    let script = history(42, 1_500);
    let house = house_of(&script).await;
    let answer =
        api(&house.progress).rebuild_progress(asked_by(staff(), RebuildProgressRequest {})).await.unwrap();
    let messages: Vec<_> = answer.into_inner().map(Result::unwrap).collect().await;
    let (last, before) = messages.split_last().unwrap();
    assert!(last.done && before.iter().all(|message| !message.done && message.digest.is_empty()));
    assert_eq!((last.events_done, last.events_total), (1_500, 1_500));
    assert_eq!((last.digest.len(), &last.digest), (64, &last.live_digest));
    assert_eq!(last.live_digest, house.digest().await.to_string());
}

#[test]
fn every_rpc_has_a_rule_and_every_rule_an_rpc() {
    check_rules(&vigie_progress::rules(), "vigie.progress.v1.ProgressService");
}
