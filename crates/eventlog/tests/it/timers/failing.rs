//! Timers whose streams cannot be woken.

use std::collections::BTreeMap;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;
use vigie_clock::{Clock as _, Context, SystemClock, Timestamp};
use vigie_eventlog::{
    Aggregate, Aggregates, Append, Decision, DecodeError, Due, EncodedEvent, NewEvent, Timers,
};

use super::alarm;
use crate::support::{Account, Accounts, Place, append, event, id};

on_both_engines!(
    more_failing_timers_than_one_look_takes_starve_nobody,
    a_failing_timer_is_tried_now_and_then_and_acts_once_it_can,
);

/// More than one look takes.
const FAILING: usize = 700;

async fn more_failing_timers_than_one_look_takes_starve_nobody(place: Place) {
    let log = place.open().await;
    let accounts = Accounts::new(log.clone());
    let long_ago = SystemClock.now().minus(Duration::from_secs(3600));
    for _ in 0..FAILING {
        // Of a type that no account knows.
        let unreadable = Append { kind: Account::KIND, due: Due::Set(Some(long_ago)), ..append(id(), 0, 1) };
        log.append(unreadable).await.unwrap();
    }
    let behind = id();
    log.append(alarm(behind, SystemClock.now())).await.unwrap();
    let running = tokio::spawn(Timers::new(accounts.clone()).run());
    let rings = async |account| {
        while accounts.load(account).await.unwrap().0.rings == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(5), rings(behind)).await.expect("starved");
    // And while they all rest or are tried again.
    for _ in 0..5 {
        sleep(Duration::from_millis(300)).await;
        let later = id();
        log.append(alarm(later, SystemClock.now())).await.unwrap();
        timeout(Duration::from_secs(1), rings(later)).await.expect("starved");
    }
    running.abort();
    let still = log.due(Account::KIND, SystemClock.now(), FAILING + 10).await.unwrap();
    assert_eq!(still.len(), FAILING, "what failed stays due");
}

async fn a_failing_timer_is_tried_now_and_then_and_acts_once_it_can(place: Place) {
    let log = place.open().await;
    let moods = Aggregates::<Mood>::new(log.clone());
    let stream = id();
    FOUL.lock().insert(stream, 0);
    let payload = serde_json::to_vec(&stream).unwrap();
    let begun = vec![NewEvent { payload, ..event() }];
    let due = Due::Set(Some(SystemClock.now()));
    log.append(Append { due, ..Append::new(stream, Mood::KIND, 0, begun) }).await.unwrap();

    let running = tokio::spawn(Timers::new(moods.clone()).run());
    let began = Instant::now();
    while FOUL.lock()[&stream] < 2 {
        assert!(began.elapsed() < Duration::from_secs(5), "not tried again");
        sleep(Duration::from_millis(10)).await;
    }
    assert!(began.elapsed() > Duration::from_millis(900), "a hot loop");
    FOUL.lock().remove(&stream);
    while log.read_stream(stream, 1, 10).await.unwrap().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(10), "never woken");
        sleep(Duration::from_millis(10)).await;
    }
    running.abort();
    assert!(log.due(Mood::KIND, SystemClock.now(), 10).await.unwrap().is_empty());
}

/// Streams in a foul mood: they cannot be read, and count the tries.
static FOUL: Mutex<BTreeMap<Uuid, u32>> = Mutex::new(BTreeMap::new());

/// A stream that can be read only while it is not in a foul mood. Woken, it says so.
struct Mood;

impl Aggregate for Mood {
    const KIND: &'static str = "mood";
    /// Its events.
    type State = u32;
    type Command = ();
    /// The stream's id.
    type Event = Uuid;
    type Rejection = ();

    fn decide(_: &u32, (): &(), context: &Context) -> Result<Decision<Uuid>, ()> {
        Ok(Decision { events: vec![Uuid::nil()], act_id: context.act_id })
    }

    fn evolve(events: &mut u32, _: &Uuid, _: Timestamp) {
        *events += 1;
    }

    fn next_due(_: &u32) -> Option<Timestamp> {
        None
    }

    fn wake(_: Timestamp) {}

    fn encode(event: &Uuid) -> Result<EncodedEvent, serde_json::Error> {
        let payload = serde_json::to_vec(event)?;
        Ok(EncodedEvent { event_type: "test.mood.v1", payload, account_id: Uuid::nil(), act_id: None })
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Uuid, DecodeError> {
        let stream = serde_json::from_slice(payload).unwrap();
        match FOUL.lock().get_mut(&stream) {
            Some(tries) => {
                *tries += 1;
                Err(DecodeError::UnknownType(event_type.to_owned()))
            }
            None => Ok(stream),
        }
    }
}
