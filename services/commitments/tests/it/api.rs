//! The ledger through its gRPC service.

use serde_json::json;
use tokio_stream::StreamExt;
use tonic::Request;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::{Caller, Role, RoleSet, Scope};
use vigie_commitments::Api;
use vigie_proto::commitments::commitment_service_server::CommitmentService;
use vigie_proto::commitments::{
    GetCharacteristicRequest, GetCharacteristicResponse, ListCasesRequest, ListCasesResponse, RebuildRequest,
    Verdict,
};
use vigie_viewkit::{ACCOUNT, Script, asked_by, check_rules, manager, seconds, signer, uuid};

use crate::history::history;
use crate::support::{Ledger, ledger_of};

fn api(ledger: &Ledger) -> Api {
    Api::new(ledger.commitments.clone(), signer())
}

fn auditor() -> Caller {
    Caller::new("auditor-1", RoleSet::of(&[Role::Auditor]), vec![], false)
}

async fn characteristic(api: &Api, caller: Caller, account: &str) -> GetCharacteristicResponse {
    let message = GetCharacteristicRequest {
        characteristic: "9.3".to_owned(),
        account_id: account.to_owned(),
        ..GetCharacteristicRequest::default()
    };
    api.get_characteristic(asked_by(caller, message)).await.unwrap().into_inner()
}

async fn page(api: &Api, caller: Caller, message: ListCasesRequest) -> Result<ListCasesResponse, Reason> {
    match api.list_cases(asked_by(caller, message)).await {
        Ok(answer) => Ok(answer.into_inner()),
        Err(status) => Err(Reason::of(&status).expect("every error has a stable reason")),
    }
}

fn cases_of(characteristic: &str) -> ListCasesRequest {
    ListCasesRequest { characteristic: characteristic.to_owned(), ..ListCasesRequest::default() }
}

fn some_cases() -> Script {
    Script::new()
        .suspend(uuid(1), uuid(10), "THEFT", &[])
        .wait(seconds(0.5))
        .confirm_with(uuid(1), &[uuid(10)], false, "SIMULATED")
        .suspend(uuid(2), uuid(20), "LOSS", &[])
        .reinstate(uuid(2), uuid(21), "LOSS", &[uuid(20)])
        .wait(seconds(60.0))
        .overdue(uuid(2), uuid(21))
        .at_place(uuid(0xACC1), json!({}))
        .lift(uuid(3), uuid(30), "LOSS", &[])
        .suspend(uuid(3), uuid(31), "LOSS", &[])
        .event(uuid(3), "suspension_confirmed", None, json!({"acts": [{"act_id": uuid(31)}]}))
        .suspend(uuid(4), uuid(40), "LOSS", &[])
}

#[tokio::test]
async fn an_auditor_sees_the_promise_its_definition_and_the_whole_result() {
    let script = some_cases();
    let ledger = ledger_of(&script).await;
    let answer = characteristic(&api(&ledger), auditor(), "").await;
    assert_eq!(answer.promise, "suspension de la ligne et/ou remise en service immédiatement");
    assert_eq!(answer.definition_version, "9.3/1");
    assert!(answer.definition.contains("60 s [D]"), "{}", answer.definition);
    assert_eq!((answer.kept, answer.late, answer.open, answer.unmeasured), (1, 1, 1, 1));
    let excluded: Vec<_> =
        answer.excluded.iter().map(|count| (count.reason_code.as_str(), count.cases)).collect();
    assert_eq!(excluded, [("SUPERSEDED", 1), ("OTHER_REASONS_REMAIN", 1)]);
    assert_eq!(answer.population, 6);
    assert_eq!(answer.ratio, Some(0.5));
    assert_eq!(answer.p95, None, "of two judged cases the longest was never confirmed");
    assert_eq!(answer.p95_target.unwrap().seconds, 1);
    assert!(answer.simulated);
    assert_eq!(answer.position, script.events.len() as i64);
}

#[tokio::test]
async fn nothing_judged_has_neither_ratio_nor_p95() {
    let ledger = ledger_of(&Script::new().suspend(uuid(1), uuid(10), "THEFT", &[])).await;
    let answer = characteristic(&api(&ledger), auditor(), "").await;
    assert_eq!((answer.population, answer.ratio, answer.p95), (1, None, None));
}

#[tokio::test]
async fn a_customer_sees_the_own_account_and_another_looks_as_if_it_did_not_exist() {
    let ledger = ledger_of(&some_cases()).await;
    let api = api(&ledger);
    let own = || manager(Scope::account(ACCOUNT));
    assert_eq!(characteristic(&api, own(), "").await.population, 3);
    assert_eq!(characteristic(&api, own(), &ACCOUNT.to_string()).await.population, 3);
    let foreign = characteristic(&api, own(), &uuid(0xACC1).to_string()).await;
    let nowhere = characteristic(&api, own(), &uuid(0xDEAD).to_string()).await;
    assert_eq!(foreign, nowhere);
    assert_eq!((foreign.population, foreign.simulated), (0, false));
    let foreign_line = ListCasesRequest { subject_id: uuid(3).to_string(), ..cases_of("9.3") };
    assert_eq!(page(&api, own(), foreign_line).await.unwrap().cases, []);
}

#[tokio::test]
async fn a_case_is_shown_with_its_evidence() {
    let script = some_cases();
    let ledger = ledger_of(&script).await;
    let kept = ListCasesRequest { verdict: Verdict::Kept.into(), ..cases_of("9.3") };
    let answer = page(&api(&ledger), auditor(), kept).await.unwrap();
    let [case] = answer.cases.as_slice() else { panic!("{answer:?}") };
    assert_eq!(case.case_id, uuid(10).to_string());
    assert_eq!((case.summary.as_str(), case.evidence_level.as_str()), ("SUSPEND THEFT", "SIMULATED"));
    assert_eq!(case.verdict, i32::from(Verdict::Kept));
    let (t0, due_at) = (case.t0.unwrap(), case.due_at.unwrap());
    assert_eq!((due_at.seconds - t0.seconds, due_at.nanos), (60, t0.nanos));
    assert_eq!(case.evidence_event_ids, [script.event_id(1), script.event_id(2)].map(|id| id.to_string()));
}

#[tokio::test]
async fn pages_continue_and_a_token_serves_its_own_question_only() {
    let script = history(41, 300);
    let ledger = ledger_of(&script).await;
    let api = api(&ledger);
    let mut message = ListCasesRequest { page_size: 10, ..cases_of("9.3") };
    let mut seen = Vec::new();
    loop {
        let answer = page(&api, auditor(), message.clone()).await.unwrap();
        seen.extend(answer.cases.into_iter().map(|case| case.case_id));
        if answer.next_page_token.is_empty() {
            break;
        }
        message.page_token = answer.next_page_token;
    }
    let whole: Vec<_> = ledger.cases().await.iter().map(|case| case.case_id.to_string()).collect();
    assert_eq!(seen, whole);

    let stolen = ListCasesRequest { account_id: ACCOUNT.to_string(), ..message.clone() };
    assert_eq!(page(&api, auditor(), stolen).await.unwrap_err(), Reason::BadPageToken);
    let other_caller = manager(Scope::account(ACCOUNT));
    assert_eq!(page(&api, other_caller, message).await.unwrap_err(), Reason::BadPageToken);
}

#[tokio::test]
async fn wrong_input_is_refused_with_a_stable_reason() {
    let ledger = ledger_of(&Script::new().suspend(uuid(1), uuid(10), "THEFT", &[])).await;
    let api = api(&ledger);
    let wrong = [
        (cases_of(""), Reason::CharacteristicNotFound),
        (cases_of("8.1"), Reason::CharacteristicNotFound),
        (ListCasesRequest { account_id: "ACME".to_owned(), ..cases_of("9.3") }, Reason::MalformedId),
        (ListCasesRequest { subject_id: "+33600000001".to_owned(), ..cases_of("9.3") }, Reason::MalformedId),
        (ListCasesRequest { verdict: 99, ..cases_of("9.3") }, Reason::InvalidArgument),
        (ListCasesRequest { page_size: -1, ..cases_of("9.3") }, Reason::InvalidArgument),
        (ListCasesRequest { page_token: "garbage".to_owned(), ..cases_of("9.3") }, Reason::BadPageToken),
    ];
    for (message, reason) in wrong {
        assert_eq!(page(&api, auditor(), message.clone()).await.unwrap_err(), reason, "{message:?}");
    }
    let nobody = api.list_cases(Request::new(cases_of("9.3"))).await.unwrap_err();
    assert_eq!(Reason::of(&nobody), Some(Reason::Unauthenticated));
}

#[tokio::test]
async fn a_rebuild_streams_progress_and_ends_with_both_digests() {
    let script = history(42, 1_500);
    let ledger = ledger_of(&script).await;
    let answer = api(&ledger).rebuild(asked_by(auditor(), RebuildRequest {})).await.unwrap();
    let messages: Vec<_> = answer.into_inner().map(Result::unwrap).collect().await;
    let (last, before) = messages.split_last().unwrap();
    assert!(last.done && before.iter().all(|message| !message.done && message.digest.is_empty()));
    assert_eq!((last.events_done, last.events_total), (1_500, 1_500));
    assert_eq!((last.digest.len(), &last.digest), (64, &last.live_digest));
    assert_eq!(last.live_digest, ledger.digest().await.to_string());
}

#[test]
fn every_rpc_has_a_rule_and_every_rule_an_rpc() {
    check_rules(&vigie_commitments::rules(), "vigie.commitments.v1.CommitmentService");
}
