//! What reactions do, through gRPC, on both engines, and what a person says about what of it waits (rule 26).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends there")]

mod stage;

use std::time::Duration;

use uuid::Uuid;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_clock::{Clock as _, SystemClock};
use vigie_proto::reactions::{
    Effect, EffectState, GetEffectRequest, GiveUpEffectRequest, ListReactionsRequest,
    ListWaitingEffectsRequest, ReactionState, RetryEffectRequest,
};

use stage::{Client, Engine, NOW, Stage, listed, refused};

macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(super::Engine::Sqlite).await; }
        )+}
        mod on_postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(super::Engine::Postgres).await; }
        )+}
    };
}

on_both_engines!(
    what_waits_says_why_and_since_when_and_not_what_it_says,
    a_retry_is_carried_out_and_keeps_who_when_and_why,
    what_is_given_up_is_not_carried_out_and_keeps_who_when_and_why,
    what_another_command_gives_up_as_a_whole_is_not_given_up_here,
    a_person_rules_only_on_what_they_looked_at,
    a_listing_walks_through_the_reactions_and_their_pages,
    nobody_but_operators_rules_and_only_auditors_look_as_well,
    what_is_not_there_is_refused_by_name,
);

const CALLER: &str = "test.caller";
const VISITOR: &str = "test.visitor";
const NUMBER: &str = "+33639980001";

fn get(reaction: &str, effect_id: &str) -> GetEffectRequest {
    GetEffectRequest { reaction: reaction.into(), effect_id: effect_id.into() }
}

fn retry(reaction: &str, effect_id: &str) -> RetryEffectRequest {
    let (reaction, effect_id) = (reaction.into(), effect_id.into());
    RetryEffectRequest { reaction, effect_id, reason: "they are there now".into(), attempts: None }
}

fn give_up(reaction: &str, effect_id: &str) -> GiveUpEffectRequest {
    let (reaction, effect_id) = (reaction.into(), effect_id.into());
    GiveUpEffectRequest { reaction, effect_id, reason: "they moved".into(), attempts: None }
}

async fn shown(client: &mut Client, effect: &Effect) -> Effect {
    let request = get(&effect.reaction, &effect.effect_id);
    client.get_effect(request).await.unwrap().into_inner().effect.unwrap()
}

/// The one of the reaction that can be given up alone.
fn of_caller(effects: &[Effect]) -> Effect {
    effects.iter().find(|effect| effect.reaction == CALLER).unwrap().clone()
}

async fn what_waits_says_why_and_since_when_and_not_what_it_says(engine: Engine) {
    let stage = Stage::open(engine).await;
    let before = SystemClock.now();
    let stream_id = stage.call(NUMBER).await;
    let waiting = stage.until_waiting(2).await;
    let [call, visit] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((call.reaction.as_str(), visit.reaction.as_str()), (CALLER, VISITOR));
    assert_eq!((call.log.as_str(), call.position, call.stream_version), ("things", 1, 1));
    assert_eq!(
        (&call.stream_id, call.event_type.as_str()),
        (&stream_id.to_string(), "vigie.thing.happened.v1")
    );
    assert_eq!((call.state(), call.why.as_str(), call.attempts), (EffectState::Waiting, "nobody answers", 1));
    let since = call.since.unwrap();
    assert!(since.seconds >= before.as_micros() / 1_000_000, "{since:?}");

    let mut client = stage.operator();
    let answer = client.get_effect(get(CALLER, &call.effect_id)).await.unwrap().into_inner();
    assert_eq!(answer.effect.as_ref(), Some(call));
    assert_eq!(answer.read_with, "vigie --json log tail --log things --after 0 | head -n 1");
    assert!(!format!("{waiting:?}").contains("3363998"), "{waiting:?}");

    let reactions = client.list_reactions(ListReactionsRequest {}).await.unwrap().into_inner().reactions;
    let counts: Vec<_> =
        reactions.iter().map(|it| (it.reaction.as_str(), it.state(), it.to_do, it.waiting)).collect();
    let following = ReactionState::Following;
    assert_eq!(counts, [(CALLER, following, 0, 1), (VISITOR, following, 0, 1)]);
}

async fn a_retry_is_carried_out_and_keeps_who_when_and_why(engine: Engine) {
    let stage = Stage::open(engine).await;
    stage.call(NUMBER).await;
    let call = of_caller(&stage.until_waiting(2).await);
    let mut client = stage.operator();
    let retried = client.retry_effect(retry(CALLER, &call.effect_id)).await.unwrap().into_inner();
    let retried = retried.effect.unwrap();
    assert_eq!((retried.state(), retried.since.is_some()), (EffectState::ToDo, false));
    stage.until_waiting(1).await;
    let mut done = shown(&mut client, &call).await;
    while done.state() != EffectState::Done {
        tokio::time::sleep(Duration::from_millis(10)).await;
        done = shown(&mut client, &call).await;
    }
    let ruling = done.ruling.unwrap();
    assert_eq!((ruling.by.as_str(), ruling.reason.as_str()), ("sre-1", "they are there now"));
    assert_eq!(ruling.at.unwrap().seconds * 1_000_000, NOW.as_micros());
    assert_eq!(refused(client.retry_effect(retry(CALLER, &call.effect_id)).await), Reason::EffectNotWaiting);
}

async fn what_is_given_up_is_not_carried_out_and_keeps_who_when_and_why(engine: Engine) {
    let stage = Stage::open(engine).await;
    stage.call(NUMBER).await;
    let call = of_caller(&stage.until_waiting(2).await);
    let mut client = stage.operator();
    for (reason, why) in [
        (String::new(), Reason::InvalidArgument),
        ("  ".to_owned(), Reason::InvalidArgument),
        ("x".repeat(501), Reason::TooLarge),
    ] {
        let request = GiveUpEffectRequest { reason, ..give_up(CALLER, &call.effect_id) };
        assert_eq!(refused(client.give_up_effect(request).await), why);
    }
    let given_up = client.give_up_effect(give_up(CALLER, &call.effect_id)).await.unwrap().into_inner();
    let given_up = given_up.effect.unwrap();
    assert_eq!((given_up.state(), given_up.attempts), (EffectState::GivenUp, 1));
    assert_eq!(given_up.since.unwrap().seconds * 1_000_000, NOW.as_micros());
    assert_eq!(given_up.ruling.as_ref().unwrap().reason, "they moved");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(shown(&mut client, &call).await, given_up, "nobody was called");
}

async fn what_another_command_gives_up_as_a_whole_is_not_given_up_here(engine: Engine) {
    let stage = Stage::open(engine).await;
    let stream_id = stage.call(NUMBER).await;
    let visit = stage.until_waiting(2).await.remove(1);
    let mut client = stage.operator();
    let status = client.give_up_effect(give_up(VISITOR, &visit.effect_id)).await.unwrap_err();
    assert!(status.message().contains(&format!("vigie visit end {stream_id}")), "{status:?}");
    assert_eq!(Reason::of(&status), Some(Reason::GiveUpElsewhere));
    client.retry_effect(retry(VISITOR, &visit.effect_id)).await.unwrap();
}

async fn a_person_rules_only_on_what_they_looked_at(engine: Engine) {
    let stage = Stage::open(engine).await;
    stage.call(NUMBER).await;
    let visit = stage.until_waiting(2).await.remove(1);
    let mut client = stage.operator();
    let seen = RetryEffectRequest { attempts: Some(1), ..retry(VISITOR, &visit.effect_id) };
    client.retry_effect(seen.clone()).await.unwrap();
    stage.until_waiting(2).await;
    assert_eq!(refused(client.retry_effect(seen).await), Reason::Conflict, "it was tried since");
}

async fn a_listing_walks_through_the_reactions_and_their_pages(engine: Engine) {
    let stage = Stage::open(engine).await;
    for _ in 0..3 {
        stage.call(NUMBER).await;
    }
    let all = stage.until_waiting(6).await;
    let order: Vec<_> = all.iter().map(|effect| (effect.reaction.as_str(), effect.position)).collect();
    assert_eq!(order, [(CALLER, 1), (CALLER, 2), (CALLER, 3), (VISITOR, 1), (VISITOR, 2), (VISITOR, 3)]);
    let mut client = stage.operator();
    for (page_size, pages) in [(1, 6), (2, 3), (4, 2), (6, 1), (0, 1)] {
        let (mut found, mut token, mut count) = (Vec::new(), String::new(), 0);
        loop {
            let request = ListWaitingEffectsRequest { page_size, page_token: token, ..Default::default() };
            let page = client.list_waiting_effects(request).await.unwrap().into_inner();
            found.extend(page.effects);
            token = page.next_page_token;
            count += 1;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((found.as_slice(), count), (all.as_slice(), pages), "pages of {page_size}");
    }
    assert_eq!(listed(&mut client, VISITOR).await, all[3..]);
    let token = {
        let request = ListWaitingEffectsRequest { page_size: 1, ..Default::default() };
        client.list_waiting_effects(request).await.unwrap().into_inner().next_page_token
    };
    let other =
        ListWaitingEffectsRequest { reaction: VISITOR.into(), page_token: token, ..Default::default() };
    assert_eq!(refused(client.list_waiting_effects(other).await), Reason::BadPageToken);
}

async fn nobody_but_operators_rules_and_only_auditors_look_as_well(engine: Engine) {
    let stage = Stage::open(engine).await;
    stage.call(NUMBER).await;
    let call = of_caller(&stage.until_waiting(2).await);
    let mut auditor = stage.role(Role::Auditor);
    assert_eq!(listed(&mut auditor, "").await.len(), 2);
    shown(&mut auditor, &call).await;
    for mut client in [Role::Auditor, Role::Advisor, Role::FleetManager].map(|role| stage.role(role)) {
        let (retry, give_up) = (retry(CALLER, &call.effect_id), give_up(CALLER, &call.effect_id));
        assert_eq!(refused(client.retry_effect(retry).await), Reason::PermissionDenied);
        assert_eq!(refused(client.give_up_effect(give_up).await), Reason::PermissionDenied);
    }
    let mut advisor = stage.role(Role::Advisor);
    let list = advisor.list_waiting_effects(ListWaitingEffectsRequest::default()).await;
    assert_eq!(refused(list), Reason::PermissionDenied);
    assert_eq!(refused(advisor.list_reactions(ListReactionsRequest {}).await), Reason::PermissionDenied);
    let grant = Grant::new("sre-2", &[Role::Operator]).scope(Scope::account(Uuid::from_u128(7)));
    let narrow = stage.client(&grant).retry_effect(retry(CALLER, &call.effect_id)).await;
    assert_eq!(refused(narrow), Reason::ScopeTooNarrow);
}

async fn what_is_not_there_is_refused_by_name(engine: Engine) {
    let stage = Stage::open(engine).await;
    let mut client = stage.operator();
    let other = Uuid::from_u128(9).to_string();
    let status = client.get_effect(get("test.nobody", &other)).await.unwrap_err();
    assert!(status.message().contains("test.caller, test.visitor"), "{status:?}");
    assert_eq!(Reason::of(&status), Some(Reason::ReactionNotFound));
    assert_eq!(refused(client.get_effect(get(CALLER, &other)).await), Reason::EffectNotFound);
    assert_eq!(refused(client.retry_effect(retry(CALLER, &other)).await), Reason::EffectNotFound);
    assert_eq!(refused(client.give_up_effect(give_up(CALLER, "7")).await), Reason::MalformedId);
    // What cannot be read is no effect: its stream is a dead letter.
    stage.append(Uuid::from_u128(9), 0, b"7".to_vec()).await;
    stage.calling.decided(1).await;
    assert_eq!(listed(&mut client, "").await, []);
    assert_eq!(stage.calling.parking().parked(0, 9).await.unwrap().len(), 1);
}
