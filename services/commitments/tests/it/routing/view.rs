//! What holds for any view of a log holds for the ledger's second one.

use std::sync::Arc;
use std::time::Duration;

use vigie_clock::SystemClock;
use vigie_commitments::domain::Indicator;
use vigie_commitments::domain::promise::PromiseCase;
use vigie_commitments::{Characteristic, Commitments, Error, Feed, Feeds, Log, Options};
use vigie_eventlog::view::{Comparison, Digest, Step};
use vigie_eventlog::{Checkpoint, Location};
use vigie_viewkit::cases::{self, Change};
use vigie_viewkit::{Engine, House, MemoryLog, Script, View, on_both_engines, uuid};

use super::history::history;
use super::script::{Story, golden};
use crate::support::{everything, promise};

/// The ledger over a log of `routing`; that of `lines` is silent.
#[derive(Clone)]
pub(super) struct RoutingView {
    pub(super) commitments: Commitments,
}

impl View for RoutingView {
    type Error = Error;

    const NAME: &'static str = "commitments";

    async fn open(location: Location, owner_url: Option<String>, feed: Arc<dyn Feed>) -> Self {
        let mut options = Options { owner_url, ..Options::new(location) };
        options.database.connections_max = 4;
        options.retry_min = Duration::from_millis(1);
        let feeds = Feeds { lines: Arc::new(MemoryLog::default()), routing: Some(feed) };
        Self { commitments: Commitments::open_over(options, feeds, Arc::new(SystemClock)).await.unwrap() }
    }

    async fn run_until(&self, stop: impl Future<Output = ()> + Send) -> Result<(), Error> {
        self.commitments.run(stop).await
    }

    async fn reached(&self, position: i64) {
        self.commitments.reached_in(Log::Routing, position).await;
    }

    fn checkpoint(&self) -> Checkpoint {
        self.commitments.standing_of(Log::Routing).unwrap().checkpoint
    }

    async fn digest(&self) -> Digest {
        self.commitments.digest().await.unwrap().0
    }

    async fn rebuild(&self, progress: impl FnMut(Step) + Send) -> Result<Comparison, Error> {
        let comparison = self.commitments.rebuild(progress).await?;
        // The shared cases look at the position of the log that moves.
        let standing = self.commitments.standing_of(Log::Routing).unwrap();
        Ok(Comparison { at: standing.checkpoint, ..comparison })
    }

    async fn start_over(&self) {
        self.commitments.start_over().await.unwrap();
    }

    async fn close(&self) {
        self.commitments.close().await;
    }
}

impl RoutingView {
    pub(super) async fn indicator(&self, characteristic: &str) -> Indicator {
        self.commitments.indicator(&everything(characteristic)).await.unwrap().0
    }

    pub(super) async fn cases(&self, characteristic: &str) -> Vec<PromiseCase> {
        let (cases, next) = self.commitments.cases(&everything(characteristic), None, 100_000).await.unwrap();
        assert!(next.is_none());
        cases.into_iter().map(promise).collect()
    }
}

/// A ledger on SQLite that has taken the story in.
pub(super) async fn ledger_of(story: &Story) -> House<RoutingView> {
    House::fed(Engine::Sqlite, &story.script).await
}

/// The only case of a characteristic.
pub(super) async fn only(story: &Story, characteristic: &str) -> PromiseCase {
    let cases = ledger_of(story).await.cases(characteristic).await;
    let [case] = cases.try_into().unwrap_or_else(|cases| panic!("{cases:?}"));
    case
}

async fn rebuilt_has_the_digest_of_the_live_one(engine: Engine) {
    cases::rebuilt_has_the_digest_of_the_live_one::<RoutingView>(engine, &history(1, 5_000)).await;
}

async fn shuffled_across_twelve_partitions_with_redelivery_gives_the_same_digest(engine: Engine) {
    cases::shuffled_gives_the_same_digest::<RoutingView>(engine, &history(2, 1_500)).await;
}

async fn two_processes_and_stops_between_give_the_same_digest(engine: Engine) {
    cases::two_processes_give_the_same_digest::<RoutingView>(engine, &history(3, 2_000)).await;
}

async fn an_old_owner_cannot_set_the_checkpoint_back(engine: Engine) {
    cases::an_old_owner_cannot_set_the_checkpoint_back::<RoutingView>(engine, &history(4, 300)).await;
}

async fn starting_over_reads_a_silent_log_again(engine: Engine) {
    cases::starting_over_reads_a_silent_log_again::<RoutingView>(engine, &history(5, 300)).await;
}

async fn each_stored_column_is_in_the_digest(engine: Engine) {
    let mut changes = vec![
        Change::of("routing_streams", "version", "version + 1"),
        Change::of("routing_streams", "parked_by", engine.zero_id()),
        Change::of("routing_checkpoint", "incarnation", "incarnation + 1"),
        Change::of("routing_checkpoint", "position", "position + 1"),
        Change::of("routing_checkpoint", "unknown_events", "unknown_events + 1"),
        Change::of("routing_checkpoint", "parked_streams", "parked_streams + 1"),
    ];
    for column in ["stream_id", "account_id", "subject_id"] {
        changes.push(Change::of("promise_cases", column, engine.zero_id()));
    }
    for column in ["recorded_at", "t0", "counted_at", "due_at", "t1", "failed_at", "overdue_at", "ended_at"] {
        changes.push(Change::of("promise_cases", column, "4711"));
    }
    for column in ["missing", "unreadable", "closed"] {
        changes.push(Change::of("promise_cases", column, engine.flipped(column)));
    }
    for column in [
        "log",
        "characteristic",
        "definition_version",
        "site",
        "cost_centre",
        "summary",
        "ended_reason",
        "verdict",
        "reason_code",
        "evidence_level",
        "evidence_event_ids",
        "incidents",
    ] {
        changes.push(Change::of("promise_cases", column, "'x'"));
    }
    cases::each_stored_column_is_in_the_digest::<RoutingView>(engine, &history(6, 200), changes).await;
}

on_both_engines!(
    rebuilt_has_the_digest_of_the_live_one,
    shuffled_across_twelve_partitions_with_redelivery_gives_the_same_digest,
    two_processes_and_stops_between_give_the_same_digest,
    an_old_owner_cannot_set_the_checkpoint_back,
    starting_over_reads_a_silent_log_again,
    each_stored_column_is_in_the_digest,
);

#[tokio::test]
async fn both_engines_give_the_same_digest() {
    cases::both_engines_give_the_same_digest::<RoutingView>(&history(7, 800), &history(8, 800)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_follows_and_rebuilds_with_the_rights_of_the_app_role() {
    let view: RoutingView = cases::works_with_the_rights_of_the_app_role(&history(9, 300)).await;
    assert!(view.indicator("2.1/told").await.tally.population() > 0);
}

#[tokio::test]
async fn a_changed_row_is_found_and_left_alone() {
    let kept = "(SELECT MIN(case_id) FROM promise_cases WHERE verdict = 'LATE')";
    let sql = format!("UPDATE promise_cases SET verdict = 'KEPT' WHERE case_id = {kept}");
    cases::a_changed_row_is_found_and_left_alone::<RoutingView>(Engine::Sqlite, &history(10, 400), &sql)
        .await;
}

#[tokio::test]
async fn one_rebuild_covers_both_logs_and_starting_over_one_leaves_the_other() {
    let lines = crate::history::history(31, 400);
    let routing = history(11, 400);
    let house = House::<RoutingView>::open_by(Engine::Sqlite, |location| async move {
        let feeds = Feeds {
            lines: Arc::new(MemoryLog::of(&lines.events)),
            routing: Some(Arc::new(MemoryLog::of(&routing.events))),
        };
        let opened = Commitments::open_over(Options::new(location), feeds, Arc::new(SystemClock)).await;
        RoutingView { commitments: opened.unwrap() }
    });
    let house = house.await;
    let ledger = &house.commitments;
    let both = async {
        ledger.reached(400).await;
        ledger.reached_in(Log::Routing, 400).await;
    };
    ledger.run(both).await.unwrap();
    let mut last = Step { events_done: 0, events_total: 0 };
    let comparison = ledger.rebuild(|step| last = step).await.unwrap();
    assert!(comparison.agrees());
    assert_eq!((last.events_done, last.events_total), (800, 800));

    let before = house.digest().await;
    let acts = ledger.indicator(&everything("9.3")).await.unwrap();
    ledger.start_over_of(Log::Routing).await.unwrap();
    assert_eq!(ledger.indicator(&everything("9.3")).await.unwrap(), acts);
    assert_eq!(house.indicator("2.1/told").await.tally.population(), 0);
    ledger.run(ledger.reached_in(Log::Routing, 400)).await.unwrap();
    assert_eq!(house.digest().await, before);
}

#[tokio::test]
async fn each_golden_event_of_routing_is_known_and_readable() {
    let golden = golden();
    assert!(golden.len() >= 31, "{} golden files", golden.len());
    for (name, payload) in golden {
        let ledger = ledger_of(&Story::default().raw(uuid(1), uuid(2), &name, payload)).await;
        let standing = ledger.commitments.standing_of(Log::Routing).unwrap();
        assert_eq!((standing.unknown_events, standing.parked_streams), (0, 0), "{name}");
    }
}

#[tokio::test]
async fn without_a_log_of_routing_its_promises_have_no_cases() {
    let ledger = crate::support::ledger_of(&Script::new().suspend(uuid(1), uuid(10), "LOSS", &[])).await;
    for characteristic in Characteristic::ALL.iter().filter(|found| found.log == Log::Routing) {
        let (indicator, standing) =
            ledger.commitments.indicator(&everything(characteristic.name)).await.unwrap();
        assert_eq!((indicator.tally.population(), indicator.tally.ratio()), (0, None));
        assert_eq!(standing.checkpoint, Checkpoint::START);
    }
    assert!(ledger.commitments.rebuild(|_| ()).await.unwrap().agrees());
}
