//! Rule 13: a reader refuses a log whose past is another than its own.

use vigie_eventlog::{Checkpoint, EventLog, Hash, ReadError};

use crate::support::{Engine, Place, append, id, later, rows};

on_both_engines!(
    a_checkpoint_of_another_past_is_refused,
    after_a_restore_to_an_older_position_dense_new_events_do_not_fool_a_reader,
    an_event_changed_behind_the_log_stops_the_reader,
    a_missing_position_stops_the_reader,
    a_reader_follows_and_a_resumed_one_goes_on_where_it_stood,
);

async fn a_checkpoint_of_another_past_is_refused(place: Place) {
    let log = place.open().await;
    let appended = log.append(append(id(), 0, 3)).await.unwrap();
    let second = appended.events[1].checkpoint();
    let others = [
        Checkpoint { hash: Hash([7; 32]), ..second },
        Checkpoint { incarnation: second.incarnation + 1, ..second },
        Checkpoint { hash: appended.events[2].hash, ..second },
        Checkpoint { position: 4, ..second },
    ];
    for other in others {
        let refused = log.subscribe(other).next_batch(10).await.unwrap_err();
        assert!(matches!(refused, ReadError::CheckpointRefused { head: 3, .. }), "{refused}");
    }
    let rest = log.subscribe(second).next_batch(10).await.unwrap();
    assert_eq!(rest, rows(&appended)[2..]);
}

async fn after_a_restore_to_an_older_position_dense_new_events_do_not_fool_a_reader(place: Place) {
    let log = place.open().await;
    let stream = id();
    let appended = log.append(append(stream, 0, 5)).await.unwrap();
    close(log).await;
    let database = place.database().await;
    if place.engine() == Engine::Sqlite {
        database.execute("DROP TRIGGER events_no_delete", &[]).await.unwrap();
    }
    database.execute("DELETE FROM events WHERE position > 3", &[]).await.unwrap();
    database.execute("UPDATE streams SET version = 3", &[]).await.unwrap();
    database.execute("UPDATE log SET incarnation = 2", &[]).await.unwrap();

    let restored = place.open().await;
    let new = restored.append(append(stream, 3, 4)).await.unwrap();
    assert_eq!(new.events[3].position, 7, "dense again, beyond where the reader stood");
    assert_eq!(new.events[0].incarnation, 2);
    let lost = appended.events[4].checkpoint();
    let refused = restored.subscribe(lost).next_batch(10).await.unwrap_err();
    assert!(
        matches!(refused, ReadError::CheckpointRefused { position: 5, incarnation: 1, head: 7 }),
        "{refused}"
    );
    let kept = appended.events[2].checkpoint();
    assert_eq!(restored.subscribe(kept).next_batch(10).await.unwrap(), rows(&new));
}

/// What the process itself has just written it has in memory: only a new start reads all of it.
async fn close(log: EventLog) {
    log.close(later(5000)).await;
}

async fn an_event_changed_behind_the_log_stops_the_reader(place: Place) {
    let log = place.open().await;
    let appended = log.append(append(id(), 0, 3)).await.unwrap();
    close(log).await;
    let database = place.database().await;
    if place.engine() == Engine::Sqlite {
        database.execute("DROP TRIGGER events_no_update", &[]).await.unwrap();
    }
    database.execute("UPDATE events SET actor = 'somebody else' WHERE position = 2", &[]).await.unwrap();
    let log = place.open().await;
    log.subscribe(appended.events[0].checkpoint()).next_batch(10).await.unwrap_err();
}

async fn a_missing_position_stops_the_reader(place: Place) {
    let log = place.open().await;
    log.append(append(id(), 0, 5)).await.unwrap();
    close(log).await;
    let database = place.database().await;
    if place.engine() == Engine::Sqlite {
        database.execute("DROP TRIGGER events_no_delete", &[]).await.unwrap();
    }
    database.execute("DELETE FROM events WHERE position = 3", &[]).await.unwrap();
    let log = place.open().await;
    let refused = log.subscribe(Checkpoint::START).next_batch(10).await.unwrap_err();
    assert!(matches!(refused, ReadError::Gap { expected: 3, found: 4 }), "{refused}");
    let mut small_steps = log.subscribe(Checkpoint::START);
    small_steps.next_batch(2).await.unwrap();
    let refused = small_steps.next_batch(2).await.unwrap_err();
    assert!(matches!(refused, ReadError::Gap { expected: 3, found: 4 }), "{refused}");
}

async fn a_reader_follows_and_a_resumed_one_goes_on_where_it_stood(place: Place) {
    let log = place.open().await;
    let mut subscription = log.subscribe(Checkpoint::START);
    assert!(subscription.poll_batch(10).await.unwrap().is_none());
    let mut seen = Vec::new();
    let writes = async {
        for _ in 0..10 {
            log.append(append(id(), 0, 3)).await.unwrap();
        }
    };
    let reads = async {
        while seen.len() < 30 {
            if seen.len() % 2 == 0 {
                subscription = log.subscribe(subscription.checkpoint());
            }
            seen.extend(subscription.next_batch(4).await.unwrap());
        }
    };
    tokio::join!(writes, reads);
    assert!(seen.iter().map(|event| event.position).eq(1..=30));
    assert_eq!(log.known_head(), log.head().await.unwrap());
}
