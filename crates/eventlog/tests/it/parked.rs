//! A view that cannot take in an event parks its stream; the others go on (rule 23).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::{
    CheckpointTable, Error, Follower, Outlook, PARKED_STREAMS, Projection, Released, Retry, Skip, State,
};
use vigie_eventlog::{
    Append, Database, DatabaseOptions, EventLog, Location, MigrationText, RecordedEvent, Transaction,
};

use crate::support::{Place, append, id};

on_both_engines!(
    a_poison_event_parks_its_stream_and_the_others_go_on,
    a_stream_that_can_be_read_again_goes_on_in_order,
    an_event_that_a_person_skips_is_passed_by_and_on_record,
    a_retry_that_meets_the_poison_again_changes_nothing,
    a_view_that_begins_anew_meets_the_poison_anew,
    a_stream_with_two_poison_events_goes_as_far_as_the_second,
    a_person_lets_pass_only_the_event_that_they_looked_at,
    what_was_passed_by_is_passed_by_again_after_the_view_began_anew,
    releases_while_the_view_follows_lose_and_repeat_nothing,
);

/// Bytes that the view cannot read, unless `READABLE` holds the event.
const POISON: &[u8] = b"poison";

static READABLE: Mutex<BTreeSet<Uuid>> = Mutex::new(BTreeSet::new());

/// What was taken in, in order: stream, version.
struct Seen;

#[derive(Debug, thiserror::Error)]
enum SeenError {
    #[error(transparent)]
    View(#[from] Error),
    #[error("this event cannot be read")]
    Unreadable(Uuid),
}

impl From<sqlx::Error> for SeenError {
    fn from(error: sqlx::Error) -> Self {
        Self::View(error.into())
    }
}

const TABLES: &str = "CREATE TABLE seen (stream_id TEXT NOT NULL, version BIGINT NOT NULL, place BIGINT NOT NULL, \
     PRIMARY KEY (stream_id, version)); \
     CREATE TABLE seen_checkpoint (shard BIGINT NOT NULL PRIMARY KEY, incarnation BIGINT NOT NULL, \
     position BIGINT NOT NULL, hash BYTEA NOT NULL);";

const MIGRATIONS: &[MigrationText] = &[
    MigrationText { version: 1, description: "seen", postgres: TABLES, sqlite: TABLES },
    MigrationText {
        version: 2,
        description: "start",
        postgres: "INSERT INTO seen_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'))",
        sqlite: "INSERT INTO seen_checkpoint VALUES (0, 0, 0, zeroblob(32))",
    },
    PARKED_STREAMS,
];

#[async_trait]
impl Projection for Seen {
    type Error = SeenError;
    const NAME: &'static str = "the list of what was seen";
    const CHECKPOINT: CheckpointTable = CheckpointTable("seen_checkpoint");
    const PARKS: bool = true;

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), SeenError> {
        for event in events {
            if event.payload == POISON && !READABLE.lock().contains(&event.event_id) {
                return Err(SeenError::Unreadable(event.event_id));
            }
            let sql = "INSERT INTO seen (stream_id, version, place) SELECT $1, $2, COUNT(*) FROM seen WHERE TRUE \
                       ON CONFLICT (stream_id, version) DO NOTHING";
            let values = [event.stream_id.to_string().into(), event.stream_version.into()];
            transaction.execute(sql, &values).await?;
        }
        Ok(())
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), SeenError> {
        transaction.execute("DELETE FROM seen", &[]).await?;
        Ok(())
    }

    fn outlook(error: &SeenError) -> Outlook {
        match error {
            SeenError::View(error) => error.outlook(),
            SeenError::Unreadable(event_id) => Outlook::Poison { event_id: *event_id },
        }
    }

    fn advice(_: &SeenError) -> Option<&'static str> {
        None
    }
}

/// A log and the view of it.
struct Bench {
    log: EventLog,
    view: Follower<Seen>,
    _view_place: Place,
}

impl Bench {
    async fn open(place: &Place) -> Self {
        let log = place.open().await;
        let view_place = match &place.location {
            Location::Sqlite(_) => Place::new(place.engine()),
            Location::Postgres { url, .. } => Place::at(url),
        };
        let options = DatabaseOptions::new(view_place.location.clone());
        let database = Database::open_migrated(&options, None, MIGRATIONS).await.unwrap();
        let view = Follower::open(Seen, database, Arc::new(log.clone()), Retry::default()).await.unwrap();
        let running = view.clone();
        tokio::spawn(async move { running.run().await });
        Self { log, view, _view_place: view_place }
    }

    /// Appends and waits until the view stands behind it.
    async fn append(&self, append: Append) -> Vec<Uuid> {
        let appended = self.log.append(append).await.unwrap();
        let position = appended.events.last().unwrap().position;
        tokio::time::timeout(Duration::from_secs(10), self.view.reached(position)).await.unwrap();
        appended.events.iter().map(|event| event.event_id).collect()
    }

    /// Versions of a stream in the order in which they were taken in.
    async fn seen(&self, stream_id: Uuid) -> Vec<i64> {
        let sql = "SELECT version FROM seen WHERE stream_id = $1 ORDER BY place, version";
        let rows = self.view.database().query(sql, &[stream_id.to_string().into()]).await.unwrap();
        rows.iter().map(|row| row.i64(0).unwrap()).collect()
    }
}

fn poison(mut append: Append) -> Append {
    append.events[0].payload = POISON.to_vec();
    append
}

fn skip(event_id: Uuid) -> Skip {
    let at = Timestamp::from_micros(5);
    Skip { event_id, by: "sre-1".to_owned(), reason: "a test event".to_owned(), at }
}

/// Streams with a poison event and without; the id of the poison event.
async fn with_poison(bench: &Bench) -> (Uuid, Uuid, Uuid) {
    let (bad, good) = (id(), id());
    bench.append(append(bad, 0, 2)).await;
    bench.append(append(good, 0, 1)).await;
    let poison_id = bench.append(poison(append(bad, 2, 1))).await[0];
    bench.append(append(good, 1, 2)).await;
    bench.append(append(bad, 3, 2)).await;
    (bad, good, poison_id)
}

async fn a_poison_event_parks_its_stream_and_the_others_go_on(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, good, poison_id) = with_poison(&bench).await;
    assert_eq!(bench.seen(good).await, [1, 2, 3]);
    assert_eq!(bench.seen(bad).await, [1, 2]);
    assert_eq!(bench.view.state(), State::Following);
    let parked = bench.view.parked(0, 10).await.unwrap();
    assert_eq!(parked.len(), 1);
    let parked = &parked[0];
    assert_eq!((parked.stream_id, parked.event_id, parked.stream_version), (bad, poison_id, 3));
    assert_eq!((parked.why.as_str(), parked.waiting), ("this event cannot be read", 2));
    assert!(bench.view.parked(parked.position, 10).await.unwrap().is_empty());
}

async fn a_stream_that_can_be_read_again_goes_on_in_order(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, _, poison_id) = with_poison(&bench).await;
    READABLE.lock().insert(poison_id);
    assert_eq!(bench.view.release(bad, None).await.unwrap(), Released::Goes);
    assert_eq!(bench.seen(bad).await, [1, 2, 3, 4, 5]);
    bench.append(append(bad, 5, 1)).await;
    assert_eq!(bench.seen(bad).await, [1, 2, 3, 4, 5, 6]);
    assert!(bench.view.parked(0, 10).await.unwrap().is_empty());
    assert_eq!(bench.view.release(bad, None).await.unwrap(), Released::NotParked);
}

async fn an_event_that_a_person_skips_is_passed_by_and_on_record(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, _, poison_id) = with_poison(&bench).await;
    let skip = skip(poison_id);
    assert_eq!(bench.view.release(bad, Some(&skip)).await.unwrap(), Released::Goes);
    assert_eq!(bench.seen(bad).await, [1, 2, 4, 5]);
    let sql = "SELECT event_id, stream_version, skipped_by, reason, skipped_at FROM skipped_events";
    let rows = bench.view.database().query(sql, &[]).await.unwrap();
    let row = &rows[0];
    assert_eq!((row.uuid(0).unwrap(), row.i64(1).unwrap()), (poison_id, 3));
    assert_eq!((row.text(2).unwrap().as_str(), row.text(3).unwrap().as_str()), ("sre-1", "a test event"));
    assert_eq!((row.i64(4).unwrap(), rows.len()), (5, 1));
}

async fn a_retry_that_meets_the_poison_again_changes_nothing(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, ..) = with_poison(&bench).await;
    let before = bench.view.parked(0, 10).await.unwrap();
    assert_eq!(bench.view.release(bad, None).await.unwrap(), Released::StillParked);
    assert_eq!(bench.view.parked(0, 10).await.unwrap(), before);
    assert_eq!(bench.seen(bad).await, [1, 2]);
}

async fn a_view_that_begins_anew_meets_the_poison_anew(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, good, _) = with_poison(&bench).await;
    let head = bench.log.head().await.unwrap().position;
    bench.view.start_over().await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), bench.view.reached(head)).await.unwrap();
    assert_eq!((bench.seen(good).await, bench.seen(bad).await), (vec![1, 2, 3], vec![1, 2]));
    let parked = bench.view.parked(0, 10).await.unwrap();
    assert_eq!((parked.len(), parked[0].waiting), (1, 2));
}

async fn a_stream_with_two_poison_events_goes_as_far_as_the_second(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, _, first) = with_poison(&bench).await;
    let second = bench.append(poison(append(bad, 5, 1))).await[0];
    bench.append(append(bad, 6, 3)).await;

    assert_eq!(bench.view.release(bad, Some(&skip(first))).await.unwrap(), Released::ParkedAgain);
    assert_eq!(bench.seen(bad).await, [1, 2, 4, 5]);
    let parked = bench.view.parked_stream(bad).await.unwrap().unwrap();
    assert_eq!((parked.event_id, parked.stream_version, parked.waiting), (second, 6, 3));
    let skipped = bench.view.database().query("SELECT event_id FROM skipped_events", &[]).await.unwrap();
    assert_eq!((skipped.len(), skipped[0].uuid(0).unwrap()), (1, first));

    assert_eq!(bench.view.release(bad, None).await.unwrap(), Released::StillParked);
    READABLE.lock().insert(second);
    assert_eq!(bench.view.release(bad, None).await.unwrap(), Released::Goes);
    assert_eq!(bench.seen(bad).await, [1, 2, 4, 5, 6, 7, 8, 9]);
}

async fn a_person_lets_pass_only_the_event_that_they_looked_at(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, _, first) = with_poison(&bench).await;
    let second = bench.append(poison(append(bad, 5, 1))).await[0];
    // Two on call look at the first event, and both let it pass.
    assert_eq!(bench.view.release(bad, Some(&skip(first))).await.unwrap(), Released::ParkedAgain);
    assert_eq!(bench.view.release(bad, Some(&skip(first))).await.unwrap(), Released::OtherEvent);
    assert_eq!(bench.view.parked_stream(bad).await.unwrap().unwrap().event_id, second);
}

async fn what_was_passed_by_is_passed_by_again_after_the_view_began_anew(place: Place) {
    let bench = Bench::open(&place).await;
    let (bad, _, poison_id) = with_poison(&bench).await;
    assert_eq!(bench.view.release(bad, Some(&skip(poison_id))).await.unwrap(), Released::Goes);
    let head = bench.log.head().await.unwrap().position;
    bench.view.start_over().await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), bench.view.reached(head)).await.unwrap();
    assert_eq!(bench.seen(bad).await, [1, 2]);
    let again = Skip { by: "sre-2".to_owned(), ..skip(poison_id) };
    assert_eq!(bench.view.release(bad, Some(&again)).await.unwrap(), Released::Goes);
    assert_eq!(bench.seen(bad).await, [1, 2, 4, 5]);
    let skipped = bench.view.database().query("SELECT skipped_by FROM skipped_events", &[]).await.unwrap();
    assert_eq!((skipped.len(), skipped[0].text(0).unwrap().as_str()), (1, "sre-2"));
}

async fn releases_while_the_view_follows_lose_and_repeat_nothing(place: Place) {
    let bench = Bench::open(&place).await;
    let bad = id();
    let appending = async {
        for version in (0..60).step_by(2) {
            let poisoned = bench.log.append(poison(append(bad, version, 1))).await.unwrap();
            bench.log.append(append(bad, version + 1, 1)).await.unwrap();
            READABLE.lock().insert(poisoned.events[0].event_id);
        }
        bench.log.head().await.unwrap().position
    };
    let releasing = async {
        loop {
            bench.view.release(bad, None).await.unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let head = tokio::select! {
        head = appending => head,
        () = releasing => unreachable!(),
    };
    tokio::time::timeout(Duration::from_secs(10), bench.view.reached(head)).await.unwrap();
    assert_ne!(bench.view.release(bad, None).await.unwrap(), Released::StillParked);
    assert_eq!(bench.seen(bad).await, (1..=60).collect::<Vec<_>>());
    assert_eq!(bench.view.state(), State::Following);
}
