//! Dead letters through gRPC, on both engines: streams that wait in views, and letting them go on (rule 23).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends there")]

mod door;
mod view;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_chassis::error::Reason;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_chassis::telemetry::{self, Telemetry};
use vigie_eventlog::view::Parking;
use vigie_proto::views::{
    DeadLetter, GetDeadLetterRequest, ListDeadLettersRequest, RetryDeadLetterRequest, SkipDeadLetterRequest,
};

use door::{Client, Door, NOW, refused};
use view::{Bench, Engine, Named, POISON, Plain, make_readable};

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
    what_waits_is_shown_without_what_it_says,
    a_listing_walks_through_the_views_and_their_pages,
    a_page_token_is_good_for_its_own_listing_only,
    a_retry_that_meets_the_poison_again_is_refused_and_changes_nothing,
    a_retry_of_what_can_be_read_again_lets_the_stream_go_on,
    a_skip_keeps_who_when_and_why,
    a_skip_needs_a_reason_of_bounded_length,
    a_skip_says_when_the_stream_waits_behind_a_later_event,
    a_skip_of_an_event_that_is_not_waited_behind_any_more_is_a_conflict,
    nobody_but_operators_releases_and_only_auditors_look_as_well,
    what_is_not_there_is_refused_by_name,
);

const VIEW: &str = "seen";

async fn open(engine: Engine) -> (Bench, Door) {
    let bench = Bench::<Plain>::open(engine).await;
    let door = Door::open(vec![(VIEW, parking(&bench))]).await;
    (bench, door)
}

fn parking<N: Named>(bench: &Bench<N>) -> Arc<dyn Parking> {
    Arc::new(bench.view.clone())
}

fn get(stream_id: Uuid) -> GetDeadLetterRequest {
    GetDeadLetterRequest { view: VIEW.into(), stream_id: stream_id.to_string() }
}

fn retry(stream_id: Uuid) -> RetryDeadLetterRequest {
    RetryDeadLetterRequest { view: VIEW.into(), stream_id: stream_id.to_string() }
}

fn skip(stream_id: Uuid, reason: &str) -> SkipDeadLetterRequest {
    let (view, stream_id) = (VIEW.into(), stream_id.to_string());
    SkipDeadLetterRequest { view, stream_id, reason: reason.into(), event_id: String::new() }
}

async fn all(client: &mut Client) -> Vec<DeadLetter> {
    client.list_dead_letters(ListDeadLettersRequest::default()).await.unwrap().into_inner().dead_letters
}

async fn skipped(bench: &Bench) -> i64 {
    let rows = bench.view.database().query("SELECT COUNT(*) FROM skipped_events", &[]).await.unwrap();
    rows[0].i64(0).unwrap()
}

async fn what_waits_is_shown_without_what_it_says(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, poison) = bench.stream_with_poison().await;
    let at = bench.log.event_at(2).await.unwrap().unwrap().recorded_at.as_micros();
    let mut client = door.operator();
    let listed = all(&mut client).await;
    let [letter] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((letter.view.as_str(), &letter.stream_id), (VIEW, &stream.to_string()));
    assert_eq!((&letter.event_id, letter.stream_version, letter.position), (&poison.to_string(), 2, 2));
    assert_eq!((letter.event_type.as_str(), letter.waiting), ("vigie.thing.happened.v1", 2));
    assert_eq!(letter.why, "this event cannot be read");
    let recorded = letter.recorded_at.unwrap();
    assert_eq!(recorded.seconds * 1_000_000 + i64::from(recorded.nanos) / 1_000, at);

    let shown = client.get_dead_letter(get(stream)).await.unwrap().into_inner();
    assert_eq!(shown.dead_letter.as_ref(), Some(letter));
    assert_eq!(
        shown.read_with,
        format!("vigie --json log tail --log {} --after 1 | head -n 1", bench.log.name())
    );
    let number = "33639980001";
    assert!(String::from_utf8_lossy(POISON).contains(number) && !format!("{shown:?}").contains(number));
}

async fn a_listing_walks_through_the_views_and_their_pages(engine: Engine) {
    let (first, second) = (Bench::<Plain>::open(engine).await, Bench::<Plain>::open(engine).await);
    let none = Bench::<Plain>::open(engine).await;
    let views = vec![("first", parking(&first)), ("none", parking(&none)), ("second", parking(&second))];
    let door = Door::open(views).await;
    let mut wanted = Vec::new();
    for (name, bench, streams) in [("first", &first, 3), ("second", &second, 2)] {
        for _ in 0..streams {
            wanted.push((name.to_owned(), bench.stream_with_poison().await.0.to_string()));
        }
    }
    let mut client = door.operator();
    for (page_size, pages) in [(1, 5), (2, 3), (3, 2), (4, 2), (5, 1), (0, 1)] {
        let (mut found, mut asked, mut page_token) = (Vec::new(), 0, String::new());
        loop {
            let request = ListDeadLettersRequest { page_size, page_token, ..Default::default() };
            let page = client.list_dead_letters(request).await.unwrap().into_inner();
            asked += 1;
            found.extend(page.dead_letters.into_iter().map(|letter| (letter.view, letter.stream_id)));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!((&found, asked), (&wanted, pages), "pages of {page_size}");
    }
    let only = ListDeadLettersRequest { view: "second".into(), ..Default::default() };
    let only = client.list_dead_letters(only).await.unwrap().into_inner().dead_letters;
    assert_eq!(only.len(), 2);
    assert!(only.iter().all(|letter| letter.view == "second"));
}

async fn a_page_token_is_good_for_its_own_listing_only(engine: Engine) {
    let (bench, door) = open(engine).await;
    bench.stream_with_poison().await;
    bench.stream_with_poison().await;
    let page = |view: &str, page_token: &str| ListDeadLettersRequest {
        view: view.into(),
        page_size: 1,
        page_token: page_token.into(),
    };
    let mut client = door.operator();
    let token = client.list_dead_letters(page("", "")).await.unwrap().into_inner().next_page_token;
    assert_eq!(client.list_dead_letters(page("", &token)).await.unwrap().into_inner().dead_letters.len(), 1);
    assert_eq!(refused(client.list_dead_letters(page(VIEW, &token)).await), Reason::BadPageToken);
    assert_eq!(refused(client.list_dead_letters(page("", "mine")).await), Reason::BadPageToken);
    let mut other = door.role(Role::Auditor);
    assert_eq!(refused(other.list_dead_letters(page("", &token)).await), Reason::BadPageToken);
    let negative = ListDeadLettersRequest { page_size: -1, ..Default::default() };
    assert_eq!(refused(client.list_dead_letters(negative).await), Reason::InvalidArgument);
}

async fn a_retry_that_meets_the_poison_again_is_refused_and_changes_nothing(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, _) = bench.stream_with_poison().await;
    let mut client = door.operator();
    let before = all(&mut client).await;
    let status = client.retry_dead_letter(retry(stream)).await.unwrap_err();
    assert_eq!(Reason::of(&status), Some(Reason::StillParked));
    assert_eq!(status.code(), tonic::Code::FailedPrecondition);
    assert_eq!(all(&mut client).await, before);
    assert_eq!(bench.seen(stream).await, [1]);
}

async fn a_retry_of_what_can_be_read_again_lets_the_stream_go_on(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, poison) = bench.stream_with_poison().await;
    let mut client = door.operator();
    make_readable(poison);
    assert_eq!(client.retry_dead_letter(retry(stream)).await.unwrap().into_inner().waits_behind, None);
    assert_eq!(bench.seen(stream).await, [1, 2, 3, 4]);
    assert!(all(&mut client).await.is_empty());
    bench.append(stream, 4, b"{}").await;
    assert_eq!(bench.seen(stream).await, [1, 2, 3, 4, 5]);
    assert_eq!(refused(client.retry_dead_letter(retry(stream)).await), Reason::DeadLetterNotFound);
}

async fn a_skip_keeps_who_when_and_why(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, poison) = bench.stream_with_poison().await;
    let mut client = door.operator();
    let answer = client.skip_dead_letter(skip(stream, "  sent by a test bench  ")).await.unwrap();
    assert_eq!(answer.into_inner().waits_behind, None);
    assert_eq!(bench.seen(stream).await, [1, 3, 4]);
    let sql = "SELECT event_id, skipped_by, reason, skipped_at, why FROM skipped_events";
    let rows = bench.view.database().query(sql, &[]).await.unwrap();
    let row = &rows[0];
    assert_eq!((rows.len(), row.uuid(0).unwrap()), (1, poison));
    assert_eq!(row.text(1).unwrap(), "sre-1", "the token's subject");
    assert_eq!(
        (row.text(2).unwrap().as_str(), row.i64(3).unwrap()),
        ("sent by a test bench", NOW.as_micros())
    );
    assert_eq!(row.text(4).unwrap(), "this event cannot be read");
}

async fn a_skip_needs_a_reason_of_bounded_length(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, _) = bench.stream_with_poison().await;
    let mut client = door.operator();
    for (reason, why) in [
        (String::new(), Reason::InvalidArgument),
        (" \n".to_owned(), Reason::InvalidArgument),
        ("é".repeat(501), Reason::TooLarge),
        ("a\0b".to_owned(), Reason::IllegalCharacter),
    ] {
        assert_eq!(refused(client.skip_dead_letter(skip(stream, &reason)).await), why);
    }
    assert_eq!((all(&mut client).await.len(), skipped(&bench).await), (1, 0));
    client.skip_dead_letter(skip(stream, &"é".repeat(500))).await.unwrap();
    assert_eq!((all(&mut client).await.len(), skipped(&bench).await), (0, 1));
}

async fn a_skip_says_when_the_stream_waits_behind_a_later_event(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, _) = bench.stream_with_poison().await;
    let later = bench.append(stream, 4, POISON).await;
    bench.append(stream, 5, b"{}").await;
    let mut client = door.operator();
    let answer = client.skip_dead_letter(skip(stream, "a test")).await.unwrap().into_inner();
    let behind = answer.waits_behind.expect("it waits on");
    assert_eq!((&behind.event_id, behind.stream_version, behind.waiting), (&later.to_string(), 5, 1));
    assert_eq!(bench.seen(stream).await, [1, 3, 4]);
    assert_eq!(refused(client.retry_dead_letter(retry(stream)).await), Reason::StillParked);
}

async fn a_skip_of_an_event_that_is_not_waited_behind_any_more_is_a_conflict(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, poison) = bench.stream_with_poison().await;
    let later = bench.append(stream, 4, POISON).await;
    let of = |event_id: &str| SkipDeadLetterRequest { event_id: event_id.into(), ..skip(stream, "a test") };
    let mut client = door.operator();
    // Two on call look at the first event, and both let it pass.
    client.skip_dead_letter(of(&poison.to_string())).await.unwrap();
    assert_eq!(refused(client.skip_dead_letter(of(&poison.to_string())).await), Reason::Conflict);
    assert_eq!(refused(client.skip_dead_letter(of("the first")).await), Reason::MalformedId);
    assert_eq!((all(&mut client).await[0].event_id.clone(), skipped(&bench).await), (later.to_string(), 1));
}

async fn nobody_but_operators_releases_and_only_auditors_look_as_well(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, poison) = bench.stream_with_poison().await;
    make_readable(poison);
    let list = ListDeadLettersRequest::default;
    for role in Role::ALL.iter().filter(|role| **role != Role::Operator) {
        let mut client = door.role(*role);
        if *role == Role::Auditor {
            assert_eq!(all(&mut client).await.len(), 1);
            client.get_dead_letter(get(stream)).await.unwrap();
        } else {
            assert_eq!(refused(client.list_dead_letters(list()).await), Reason::PermissionDenied, "{role}");
            assert_eq!(
                refused(client.get_dead_letter(get(stream)).await),
                Reason::PermissionDenied,
                "{role}"
            );
        }
        assert_eq!(
            refused(client.retry_dead_letter(retry(stream)).await),
            Reason::PermissionDenied,
            "{role}"
        );
        let skip = skip(stream, "I may not");
        assert_eq!(refused(client.skip_dead_letter(skip).await), Reason::PermissionDenied, "{role}");
    }
    let confined = Grant::new("sre-2", &[Role::Operator]).scope(Scope::account(Uuid::from_u128(7)));
    let mut confined = door.client(&confined);
    assert_eq!(refused(confined.list_dead_letters(list()).await), Reason::ScopeTooNarrow);
    assert_eq!(refused(confined.get_dead_letter(get(stream)).await), Reason::ScopeTooNarrow);
    assert_eq!(refused(confined.retry_dead_letter(retry(stream)).await), Reason::ScopeTooNarrow);
    assert_eq!(refused(confined.skip_dead_letter(skip(stream, "mine")).await), Reason::ScopeTooNarrow);
    assert_eq!((bench.seen(stream).await, skipped(&bench).await), (vec![1], 0));
}

async fn what_is_not_there_is_refused_by_name(engine: Engine) {
    let (bench, door) = open(engine).await;
    let (stream, _) = bench.stream_with_poison().await;
    let mut client = door.operator();
    let unknown = ListDeadLettersRequest { view: "ledger".into(), ..Default::default() };
    let status = client.list_dead_letters(unknown).await.unwrap_err();
    assert_eq!(Reason::of(&status), Some(Reason::ViewNotFound));
    assert!(status.message().contains(VIEW), "says which there are: {}", status.message());
    let elsewhere = GetDeadLetterRequest { view: "ledger".into(), ..get(stream) };
    assert_eq!(refused(client.get_dead_letter(elsewhere).await), Reason::ViewNotFound);
    let nowhere = GetDeadLetterRequest { view: String::new(), ..get(stream) };
    assert_eq!(refused(client.get_dead_letter(nowhere).await), Reason::InvalidArgument);
    let other = Uuid::from_u128(9);
    assert_eq!(refused(client.get_dead_letter(get(other)).await), Reason::DeadLetterNotFound);
    assert_eq!(refused(client.retry_dead_letter(retry(other)).await), Reason::DeadLetterNotFound);
    assert_eq!(refused(client.skip_dead_letter(skip(other, "a test")).await), Reason::DeadLetterNotFound);
    let malformed = RetryDeadLetterRequest { view: VIEW.into(), stream_id: "+33639980001".into() };
    assert_eq!(refused(client.retry_dead_letter(malformed).await), Reason::MalformedId);
}

struct Counted;

impl Named for Counted {
    const NAME: &'static str = "the counted list";
}

/// What the gauge says of the view.
fn gauge(telemetry: &Telemetry) -> Option<String> {
    let text = telemetry.prometheus_text().unwrap();
    let mut lines = text.lines().filter(|line| line.starts_with("vigie_bus_dead_letters{"));
    let line = lines.find(|line| line.contains(r#"view="counted list""#))?;
    Some(line.rsplit(' ').next().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gauge_counts_what_waits_at_the_start_and_after_each_park_and_release() {
    let telemetry = telemetry::init(&telemetry::Options::default()).unwrap();
    let bench = Bench::<Counted>::open(Engine::Sqlite).await;
    assert_eq!(gauge(&telemetry).as_deref(), Some("0"), "before anything happened");
    let (first, poison) = bench.stream_with_poison().await;
    let (second, _) = bench.stream_with_poison().await;
    assert_eq!(gauge(&telemetry).as_deref(), Some("2"));
    make_readable(poison);
    bench.view.release(first, None).await.unwrap();
    // A batch that was on its way may have counted before the release did: the next one counts anew.
    tokio::time::timeout(Duration::from_secs(10), bench.append(second, 4, b"{}")).await.unwrap();
    assert_eq!(gauge(&telemetry).as_deref(), Some("1"));
    bench.view.start_over().await.unwrap();
    let head = bench.log.head().await.unwrap().position;
    tokio::time::timeout(Duration::from_secs(10), bench.view.reached(head)).await.unwrap();
    assert_eq!(gauge(&telemetry).as_deref(), Some("1"), "the second's event is met anew");
}
