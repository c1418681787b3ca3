use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;
use vigie_bus::Topics;
use vigie_chassis::server::{self, Services};
use vigie_chassis::{identity, telemetry};
use vigie_clock::{Ids as _, SystemIds};
use vigie_eventlog::view::Feed;
use vigie_eventlog::{Append, Checkpoint, EventLog, NewEvent, RecordedEvent};
use vigie_process::{Kafka, LinesSection, OwnLog, Process, RemoteLog, RoutingSection, Storage};
use vigie_testkit::{Scratch, free_port};

const SOON: Duration = Duration::from_secs(20);

async fn append(log: &EventLog, entity: &'static str, events: usize) {
    for _ in 0..events {
        let event = NewEvent {
            event_id: SystemIds.next(),
            event_type: format!("vigie.{entity}.happened.v1"),
            account_id: Uuid::from_u128(7),
            occurred_at: None,
            actor: "tester".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload: b"{}".to_vec(),
        };
        log.append(Append::new(SystemIds.next(), entity, 0, vec![event])).await.unwrap();
    }
}

async fn own(
    process: &Process,
    storage: &Storage,
    context: &str,
    entity: &'static str,
    events: usize,
) -> OwnLog {
    let topics = Topics::new(context, &[entity]).unwrap();
    let own = OwnLog::open(process, storage, &Kafka::default(), topics).await.unwrap();
    append(own.log(), entity, events).await;
    own
}

async fn read(feed: &dyn Feed, events: usize) -> Vec<RecordedEvent> {
    let mut source = feed.read_after(Checkpoint::START).await.unwrap();
    let mut seen = Vec::new();
    while seen.len() < events {
        seen.extend(timeout(SOON, source.next_batch(100)).await.expect("events").unwrap().events);
    }
    seen
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let waited = timeout(SOON, async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("not so: {what}"));
}

fn lines_of(file: &Path) -> usize {
    std::fs::read_to_string(file).unwrap_or_default().lines().count()
}

/// Telemetry is set up once a process, so one test has all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_logs_are_owned_served_and_read_beside_each_other() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let scratch = Scratch::new("process").unwrap();
    let data = scratch.path().join("data");
    let storage = Storage { data: data.clone(), postgres: None };
    let telemetry = telemetry::Options::default();
    let process = Process::open(&storage, &identity::Options::default(), &telemetry).unwrap();
    let lines = own(&process, &storage, "lines", "line", 3).await;
    let routing = own(&process, &storage, "routing", "account", 5).await;

    eventually("each log has an anchor of its own", || {
        ["lines", "routing"].iter().all(|log| lines_of(&data.join(format!("{log}.anchor"))) > 0)
    })
    .await;
    let metrics = process.telemetry().prometheus_text().unwrap();
    for (log, position) in [("lines", 3), ("routing", 5)] {
        for metric in ["vigie_eventlog_position", "vigie_eventlog_events_total"] {
            let of_log = |line: &&str| line.starts_with(metric) && line.contains(&format!("log=\"{log}\""));
            let shown: Vec<_> = metrics.lines().filter(of_log).collect();
            assert!(shown.len() == 1 && shown[0].ends_with(&format!(" {position}")), "{metric}: {shown:?}");
        }
    }

    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
    let options = server::Options {
        listen,
        admin: None,
        lame_duck_ms: 10,
        drain_ms: 1_000,
        ..server::Options::default()
    };
    let services = Services::new().add(OwnLog::service([&lines, &routing]));
    let server = process.server(options).rules(OwnLog::rules()).bind(services).await.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let serving = tokio::spawn(server.run(stop.clone().cancelled_owned()));

    let endpoint = Some(format!("http://{listen}"));
    let sections = (
        LinesSection { endpoint: endpoint.clone(), ..LinesSection::default() },
        RoutingSection { endpoint, ..RoutingSection::default() },
    );
    let remote = (
        RemoteLog::open(&process, sections.0.log(), &Kafka::default()).unwrap(),
        RemoteLog::open(&process, sections.1.log(), &Kafka::default()).unwrap(),
    );
    for (own, remote, events) in [(&lines, &remote.0, 3), (&routing, &remote.1, 5)] {
        let feed = remote.feed("tests");
        assert_eq!(feed.log(), own.log().name());
        assert_eq!(read(&*feed, events).await, own.log().read(0, 100).await.unwrap(), "{}", feed.log());
    }
    let readiness = process.readiness().clone();
    eventually("both logs are reached", || readiness.is_ready()).await;
    let checks: Vec<_> = readiness.checks().into_iter().map(|(name, _)| name).collect();
    assert_eq!(checks, ["lines_log", "routing_log"]);

    let nowhere =
        RemoteLog::open(&process, RoutingSection::default().log(), &Kafka::default()).err().unwrap();
    assert!(nowhere.to_string().starts_with("routing.endpoint: "), "{nowhere}");

    stop.cancel();
    serving.await.unwrap().unwrap();
    let deadline = Process::closes_until();
    process.stop(deadline).await;
    lines.close(deadline).await;
    routing.close(deadline).await;
    process.close().await;
}
