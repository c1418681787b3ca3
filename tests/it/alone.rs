//! Every service as a process of its own: lines with log and register; ledger and timelines each with a database of their own
//! and no way to that of lines, which they read by gRPC, and by Apache Kafka where there is one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::Connection as _;
use tokio::task::JoinSet;
use tonic::{Code, Status};
use vigie_acceptance::{
    Alone, Door, Kind, Person, Record, Service, Stage, System, TestLine, eventually, every_act_has_its_case,
    ledger_rebuilt, machine, provision, reason_of, register_lines, timelines_rebuilt, vigie,
};
use vigie_chassis::identity::Scope;
use vigie_clock::{Ids, SystemIds};
use vigie_proto::commitments::{Case, GetCharacteristicRequest, ListCasesRequest, Verdict};
use vigie_proto::lines::{ActState, SuspensionReason};
use vigie_proto::log::{BackupRequest, FeedRequest, ListLogsRequest, ReadStreamRequest, VerifyRequest};
use vigie_proto::progress::{EntryKind, ListTimelineRequest};

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);

/// Three processes and their lines.
struct World {
    alone: Alone,
    lines: System,
    commitments: System,
    progress: System,
    inventory: Vec<TestLine>,
}

impl World {
    async fn open(stage: Stage, count: usize) -> Self {
        let (alone, [lines, commitments, progress]) = tokio::task::block_in_place(|| {
            provision(&stage, count);
            let alone = Alone::new(stage);
            let services = [Service::Lines, Service::Commitments, Service::Progress];
            let systems = services.map(|service| alone.start(service));
            (alone, systems)
        });
        let operator = alone.door(Service::Lines, &Person::staff("operator")).await;
        let inventory = register_lines(alone.stage(), &operator, count).await;
        Self { alone, lines, commitments, progress, inventory }
    }

    async fn manager(&self) -> Door {
        self.alone.door(Service::Lines, &Person::manager(self.alone.stage().account())).await
    }

    async fn auditor(&self, service: Service) -> Door {
        self.alone.door(service, &Person::staff("auditor")).await
    }

    async fn record(&self) -> Record {
        Record::read(&self.auditor(Service::Lines).await).await
    }

    fn views(&self) -> [&System; 2] {
        [&self.commitments, &self.progress]
    }

    /// Suspends a line for theft; the act's id.
    async fn steal(&self, line: usize) -> String {
        let line_id = self.inventory[line].line_id.to_string();
        let answer = self.manager().await.suspend(&line_id, SuspensionReason::Theft).await.unwrap();
        let act = answer.act.unwrap();
        assert_eq!(act.state(), ActState::Confirmed, "{act:?}");
        act.act_id
    }

    /// The ledger's case of an act, once it is judged as kept.
    async fn kept(&self, act_id: &str) -> Case {
        let auditor = self.auditor(Service::Commitments).await;
        let mut found = None;
        eventually("the case is kept", SOON, async || {
            let request =
                ListCasesRequest { characteristic: "9.3".to_owned(), page_size: 1_000, ..Default::default() };
            let cases = auditor.commitments().list_cases(auditor.request(request, SOON)).await.unwrap();
            found = cases.into_inner().cases.into_iter().find(|case| case.case_id == act_id);
            found.as_ref().is_some_and(|case| case.verdict() == Verdict::Kept)
        })
        .await;
        found.unwrap()
    }

    /// What the timeline shows of an act, once it shows the confirmation.
    async fn shown(&self, line: usize, act_id: &str) -> Vec<EntryKind> {
        let auditor = self.auditor(Service::Progress).await;
        let mut kinds = Vec::new();
        eventually("the timeline shows the confirmation", SOON, async || {
            let request = ListTimelineRequest {
                line_id: self.inventory[line].line_id.to_string(),
                act_id: act_id.to_owned(),
                ..Default::default()
            };
            let listed = auditor.progress().list_timeline(auditor.request(request, SOON)).await;
            kinds = listed
                .map(|page| page.into_inner().entries.iter().map(|entry| entry.kind()).collect())
                .unwrap_or_default();
            kinds.contains(&EntryKind::SuspensionConfirmed)
        })
        .await;
        kinds
    }

    /// Both views have read all of the log and, computed anew from it by gRPC, are the same to the last bit.
    async fn agree(&self) {
        let record = self.record().await;
        let (ledger, timelines) =
            (self.auditor(Service::Commitments).await, self.auditor(Service::Progress).await);
        eventually("the ledger reads as far as the log", SOON, async || {
            position(&ledger).await.is_ok_and(|position| position >= record.head().position)
        })
        .await;
        for (line_id, line) in record.lines() {
            eventually("the timeline has what the line has", SOON, async || {
                let request =
                    ListTimelineRequest { line_id: line_id.to_string(), page_size: 1, ..Default::default() };
                let listed = timelines.progress().list_timeline(timelines.request(request, SOON)).await;
                listed.is_ok_and(|page| page.into_inner().version == line.version())
            })
            .await;
        }
        every_act_has_its_case(&ledger, &record).await;
        let (live, anew) = ledger_rebuilt(&ledger).await;
        assert_eq!(live, anew, "the live ledger and the one computed anew");
        let (live, anew) = timelines_rebuilt(&timelines).await;
        assert_eq!(live, anew, "the live timelines and those computed anew");
    }
}

/// Up to where the ledger has read.
async fn position(ledger: &Door) -> Result<i64, Status> {
    let request = GetCharacteristicRequest { characteristic: "9.3".to_owned(), ..Default::default() };
    let answer = ledger.commitments().get_characteristic(ledger.request(request, SOON)).await?;
    Ok(answer.into_inner().position)
}

/// Managers who suspend and reinstate lines again and again, whatever they are answered.
struct Noise {
    is_over: Arc<AtomicBool>,
    managers: JoinSet<usize>,
}

impl Noise {
    async fn begin(world: &World) -> Self {
        let (is_over, mut managers) = (Arc::<AtomicBool>::default(), JoinSet::new());
        for line in &world.inventory {
            let (door, is_over) = (world.manager().await, is_over.clone());
            let line_id = line.line_id.to_string();
            managers.spawn(async move {
                let mut answered = 0;
                while !is_over.load(Ordering::SeqCst) {
                    answered += usize::from(door.suspend(&line_id, SuspensionReason::Loss).await.is_ok());
                    answered += usize::from(door.reinstate(&line_id, SuspensionReason::Loss).await.is_ok());
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                answered
            });
        }
        Self { is_over, managers }
    }

    /// Ends it; how many gestures were answered.
    async fn end(self) -> usize {
        self.is_over.store(true, Ordering::SeqCst);
        self.managers.join_all().await.into_iter().sum()
    }
}

/// Waits until a view says that it is not ready, and why.
async fn says(view: &System, why: &str) {
    eventually(why, SOON, async || {
        let said = tokio::task::block_in_place(|| view.readiness());
        said.is_some_and(|(is_ready, said)| !is_ready && said.contains(why))
    })
    .await;
}

async fn ready(system: &System) {
    eventually("ready again", SOON, async || tokio::task::block_in_place(|| system.is_ready())).await;
}

/// Schemas of a database that are ours.
async fn schemas(url: &str) -> Vec<String> {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(
        "SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public)' ORDER BY 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn by_grpc_alone_a_theft_is_kept_in_the_ledger_and_shown_in_the_timeline() {
    let world = World::open(tokio::task::block_in_place(|| Stage::new(Kind::Real)), 3).await;
    a_theft_is_kept_and_shown(&world).await;
    let of = async |service| schemas(world.alone.database(service)).await;
    assert_eq!(of(Service::Lines).await, ["lines", "lines_block_list", "lines_view"]);
    assert_eq!(of(Service::Commitments).await, ["commitments"], "the ledger's database has nothing else");
    assert_eq!(of(Service::Progress).await, ["progress"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn by_kafka_a_theft_is_kept_in_the_ledger_and_shown_in_the_timeline() {
    let world = World::open(tokio::task::block_in_place(|| Stage::new(Kind::Real).with_kafka()), 3).await;
    a_theft_is_kept_and_shown(&world).await;
    for view in world.views() {
        let read = tokio::task::block_in_place(|| view.metrics());
        assert!(read.contains("from=\"kafka\""), "nothing came by Kafka:\n{read}");
    }
}

async fn a_theft_is_kept_and_shown(world: &World) {
    let act_id = world.steal(0).await;
    let barred = world.alone.stage().register().nam(&world.inventory[0].imsi).unwrap().unwrap();
    assert!(!barred.cs && !barred.ps, "the register reads {barred:?}");
    let case = world.kept(&act_id).await;
    assert!(["REGISTER_READ_BACK", "DETACH_REQUESTED"].contains(&case.evidence_level.as_str()), "{case:?}");
    assert!(case.evidence_event_ids.len() >= 2, "{case:?}");
    let shown = world.shown(0, &act_id).await;
    assert_eq!(shown, [EntryKind::SuspensionConfirmed, EntryKind::SuspensionRequested], "newest first");
    // Again, now that views that follow Kafka have gone over to it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    world.kept(&world.steal(1).await).await;
    world.agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lines_killed_under_load_come_back_and_views_by_grpc_go_on() {
    let _machine = machine().await;
    lines_are_killed(tokio::task::block_in_place(|| Stage::new(Kind::Real))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lines_killed_under_load_come_back_and_views_by_kafka_go_on() {
    let _machine = machine().await;
    lines_are_killed(tokio::task::block_in_place(|| Stage::new(Kind::Real).with_kafka())).await;
}

async fn lines_are_killed(stage: Stage) {
    let mut world = World::open(stage, 6).await;
    let noise = Noise::begin(&world).await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        tokio::task::block_in_place(|| world.lines.process().kill9().unwrap());
        for view in world.views() {
            says(view, "lines_log").await;
        }
        // What they have read until then can be read.
        position(&world.auditor(Service::Commitments).await).await.unwrap();
        world.lines = tokio::task::block_in_place(|| world.alone.start(Service::Lines));
        for view in world.views() {
            ready(view).await;
        }
    }
    let answered = noise.end().await;
    assert!(answered > 20, "{answered} gestures");
    world.agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn views_killed_under_load_go_on_where_they_were() {
    let _machine = machine().await;
    let mut world = World::open(tokio::task::block_in_place(|| Stage::new(Kind::Real)), 6).await;
    let noise = Noise::begin(&world).await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        tokio::task::block_in_place(|| {
            for view in world.views() {
                view.process().kill9().unwrap();
            }
            world.commitments = world.alone.start(Service::Commitments);
            world.progress = world.alone.start(Service::Progress);
        });
    }
    noise.end().await;
    world.agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_broker_the_views_go_on_by_grpc() {
    let _machine = machine().await;
    let world = World::open(tokio::task::block_in_place(|| Stage::new(Kind::Real).with_kafka()), 4).await;
    world.kept(&world.steal(0).await).await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    tokio::task::block_in_place(|| world.alone.stage().kafka().kill().unwrap());
    let act_id = world.steal(1).await;
    world.kept(&act_id).await;
    world.shown(1, &act_id).await;
    for view in world.views() {
        assert!(tokio::task::block_in_place(|| view.is_ready()), "the log itself is there");
    }

    tokio::task::block_in_place(|| world.alone.stage().kafka().restart().unwrap());
    world.kept(&world.steal(2).await).await;
    world.agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn views_that_are_there_before_lines_wait_and_say_so() {
    let stage = Stage::new(Kind::Embedded);
    let (alone, views) = tokio::task::block_in_place(|| {
        provision(&stage, 1);
        let alone = Alone::new(stage);
        let views = [Service::Commitments, Service::Progress].map(|service| alone.launch(service));
        (alone, views)
    });
    for view in &views {
        says(view, "lines_log: the event log cannot be reached: UNAVAILABLE").await;
    }
    let _lines = tokio::task::block_in_place(|| alone.start(Service::Lines));
    for view in &views {
        ready(view).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_restore_the_views_stop_and_say_so_until_they_start_over() {
    let mut world = World::open(tokio::task::block_in_place(|| Stage::new(Kind::Embedded)), 2).await;
    let backup = world.alone.stage().scratch().path().join("log.backup");
    let cli = |system: &System| {
        let mut command = vigie();
        command.env("VIGIE_ENDPOINT", system.endpoint()).env("VIGIE_DATA", system.data());
        command
    };
    let taken = cli(&world.lines).args(["log", "backup", "--log", "lines"]).arg(&backup).output().unwrap();
    assert!(taken.status.success(), "{taken:?}");
    world.kept(&world.steal(0).await).await;
    world.agree().await;

    // Another log in the place of the first, without what came after the backup.
    tokio::task::block_in_place(|| {
        world.lines.process().terminate(SOON).unwrap();
        let restored = world.alone.stage().data(3);
        std::fs::copy(world.lines.data().join("register.jsonl"), restored.join("register.jsonl")).unwrap();
        let mut restore = vigie();
        restore.env("VIGIE_DATA", &restored).args(["log", "restore"]).arg(&backup);
        assert!(restore.output().unwrap().status.success());
        world.alone.move_to(Service::Lines, restored);
        world.lines = world.alone.start(Service::Lines);
    });
    says(&world.commitments, "start-over commitments").await;
    says(&world.progress, "start-over progress").await;

    tokio::task::block_in_place(|| {
        for (service, view) in
            [(Service::Commitments, &world.commitments), (Service::Progress, &world.progress)]
        {
            view.process().terminate(SOON).unwrap();
            let started_over = world.alone.command(service).arg("start-over").output().unwrap();
            assert!(started_over.status.success(), "{started_over:?}");
        }
        world.commitments = world.alone.start(Service::Commitments);
        world.progress = world.alone.start(Service::Progress);
    });
    world.agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_view_whose_token_is_too_narrow_says_so_and_goes_on_with_another() {
    let world = World::open(tokio::task::block_in_place(|| Stage::new(Kind::Embedded)), 1).await;
    let account = world.alone.stage().account();
    world.alone.write_token(|grant| grant.scope(Scope::account(account)));
    tokio::task::block_in_place(|| world.progress.process().terminate(SOON).unwrap());
    let progress = tokio::task::block_in_place(|| world.alone.launch(Service::Progress));
    says(&progress, "SCOPE_TOO_NARROW").await;

    world.alone.write_token(|grant| grant);
    ready(&progress).await;
    let act_id = world.steal(0).await;
    world.shown(0, &act_id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whom_a_scope_narrows_reads_no_log() {
    let stage = Stage::new(Kind::Embedded);
    let system = tokio::task::block_in_place(|| stage.start(0));
    narrowed_callers_are_refused(&stage, system.endpoint()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whom_a_scope_narrows_reads_no_log_where_lines_run_alone() {
    let alone = tokio::task::block_in_place(|| Alone::new(Stage::new(Kind::Embedded)));
    let system = tokio::task::block_in_place(|| alone.start(Service::Lines));
    narrowed_callers_are_refused(alone.stage(), system.endpoint()).await;
}

async fn narrowed_callers_are_refused(stage: &Stage, endpoint: &str) {
    let reasons = async |person: &Person| {
        let door = Door::open(endpoint, &stage.mint(&person.grant())).await;
        called(&door).await.map(|answer| {
            answer.err().map(|status| {
                assert_eq!(status.code(), Code::PermissionDenied, "{status:?}");
                reason_of(&status)
            })
        })
    };
    let narrow = |role| Person { accounts: vec![stage.account()], ..Person::staff(role) };
    let refused = |reason: &str| Some(reason.to_owned());
    let too_narrow = || refused("SCOPE_TOO_NARROW");
    assert_eq!(reasons(&narrow("operator")).await, std::array::from_fn(|_| too_narrow()));
    assert_eq!(reasons(&Person::staff("operator")).await, [const { None }; 5]);
    // Backups are the operator's, whatever the scope.
    let denied = refused("PERMISSION_DENIED");
    assert_eq!(
        reasons(&narrow("auditor")).await,
        [too_narrow(), too_narrow(), too_narrow(), too_narrow(), denied.clone()]
    );
    assert_eq!(reasons(&Person::staff("auditor")).await, [None, None, None, None, denied]);
}

/// Every RPC of the log.
async fn called(door: &Door) -> [Result<(), Status>; 5] {
    let log = || "lines".to_owned();
    let feed = FeedRequest { log: log(), ..Default::default() };
    let stream_id = SystemIds.next().to_string();
    let stream = ReadStreamRequest { stream_id, log: log(), ..Default::default() };
    [
        door.log().list_logs(door.request(ListLogsRequest {}, SOON)).await.map(drop),
        door.log().feed(door.request(feed, SOON)).await.map(drop),
        door.log().read_stream(door.request(stream, SOON)).await.map(drop),
        door.log().verify(door.request(VerifyRequest { log: log() }, SOON)).await.map(drop),
        door.log().backup(door.request(BackupRequest { log: log() }, SOON)).await.map(drop),
    ]
}
