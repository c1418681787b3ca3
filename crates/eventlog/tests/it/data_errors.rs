//! Rule 3: a data error hurts only its author.

use futures::future::join_all;
use vigie_eventlog::AppendError;

use crate::support::{Engine, Place, Stall, append, assert_dense_and_chained, id};

on_both_engines!(one_poisoned_append_of_64_stores_the_other_63);

/// What the engine refuses: PostgreSQL knows no U+0000 in a text. SQLite takes everything, so it is taught to refuse.
const POISON: &str = "poison\0";

async fn teach_to_refuse(place: &Place) {
    if place.engine() == Engine::Sqlite {
        let trigger = "CREATE TRIGGER poison BEFORE INSERT ON events WHEN instr(NEW.actor, 'poison') BEGIN \
                       SELECT RAISE(ABORT, 'poison'); END";
        place.database().await.execute(trigger, &[]).await.unwrap();
    }
}

async fn one_poisoned_append_of_64_stores_the_other_63(place: Place) {
    let log = place.open().await;
    teach_to_refuse(&place).await;
    let stall = Stall::of(&place).await;
    let appends = (0..64).map(|number| {
        let mut append = append(id(), 0, 2);
        if number == 20 {
            append.events[1].actor = POISON.to_owned();
        }
        log.append(append)
    });
    let (answers, ()) = tokio::join!(join_all(appends), async {
        Stall::settle().await;
        stall.end().await;
    });
    for (number, answer) in answers.iter().enumerate() {
        match answer {
            Err(AppendError::Data(_)) => assert_eq!(number, 20),
            Err(error) => panic!("{number}: {error}"),
            Ok(_) => assert_ne!(number, 20),
        }
    }
    assert_eq!(assert_dense_and_chained(&place.database().await).await, 63 * 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_it_is_under_the_exclusive_lock() {
    let place = Place::new(Engine::Postgres);
    let (log, other) = (place.open().await, place.open().await);
    other.append(append(id(), 0, 1)).await.unwrap();
    let mut poisoned = append(id(), 0, 1);
    poisoned.events[0].traceparent = Some("\0".to_owned());
    let good = (0..9).map(|_| log.append(append(id(), 0, 1)));
    let (poisoned, good) = tokio::join!(log.append(poisoned), join_all(good));
    assert!(matches!(poisoned, Err(AppendError::Data(_))), "{poisoned:?}");
    assert!(good.iter().all(Result::is_ok), "{good:?}");
    assert_eq!(assert_dense_and_chained(&place.database().await).await, 10);
}
