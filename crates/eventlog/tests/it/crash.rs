//! PostgreSQL dies at once (`-m immediate`) under load and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout};
use vigie_testkit::Postgres;

use crate::support::{Place, append, assert_dense_and_chained, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_stops_at_once_under_load_and_everything_acknowledged_is_there_once() {
    let postgres = Arc::new(Postgres::start_own().unwrap());
    let place = Place::at(&postgres.create_database("crash").unwrap());
    let replicas = [place.open().await, place.open().await];
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let (log, stop) = (replicas[number % 2].clone(), stop.clone());
            tokio::spawn(async move {
                let (stream, mut acknowledged) = (id(), Vec::new());
                for version in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    // Nobody has a deadline, so everybody gets a definite answer.
                    let appended = log.append(append(stream, version, 1)).await.unwrap();
                    acknowledged.push((appended.events[0].position, appended.events[0].event_id));
                }
                acknowledged
            })
        })
        .collect();

    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let before = replicas[0].known_head().position;
        let down = postgres.clone();
        tokio::task::spawn_blocking(move || {
            down.stop_immediate().unwrap();
            std::thread::sleep(Duration::from_millis(300));
            down.restart().unwrap();
        })
        .await
        .unwrap();
        let back = Instant::now();
        for log in &replicas {
            let served = timeout(Duration::from_secs(3), log.append(append(id(), 0, 1))).await;
            served.expect("not served within three seconds").unwrap();
        }
        println!("served again {:?} after the server was back", back.elapsed());
        assert!(before > 0, "there was load");
    }
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(timeout(Duration::from_secs(5), writer).await.unwrap().unwrap());
    }

    let database = place.database().await;
    let head = assert_dense_and_chained(&database).await;
    let rows = database.query("SELECT position, event_id FROM events ORDER BY position", &[]).await.unwrap();
    for (position, event_id) in &acknowledged {
        let row = &rows[usize::try_from(*position - 1).unwrap()];
        assert_eq!(row.uuid(1).unwrap(), *event_id, "position {position}");
    }
    let probes = 4;
    assert_eq!(acknowledged.len() + probes, usize::try_from(head).unwrap(), "something was stored twice");
}
