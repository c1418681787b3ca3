//! One process per SQLite file; on PostgreSQL any number of replicas.

use vigie_eventlog::OpenError;

use crate::support::{Engine, Place, append, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_on_one_file_is_refused_until_the_first_is_gone() {
    let place = Place::new(Engine::Sqlite);
    let first = place.open().await;
    let clone = first.clone();
    first.append(append(id(), 0, 1)).await.unwrap();
    drop(first);
    assert!(matches!(place.try_open().await.map(|_| ()), Err(OpenError::InUse(_))));
    clone.close(crate::support::later(5000)).await;
    drop(clone);
    let second = place.try_open().await.unwrap();
    assert_eq!(second.append(append(id(), 0, 1)).await.unwrap().events[0].position, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_together_on_an_empty_database_all_open() {
    let place = Place::new(Engine::Postgres);
    let opened = futures::future::join_all((0..4).map(|_| place.try_open())).await;
    for (number, log) in opened.into_iter().enumerate() {
        let appended = log.unwrap().append(append(id(), 0, 1)).await.unwrap();
        assert_eq!(appended.events[0].position, i64::try_from(number).unwrap() + 1);
    }
}
