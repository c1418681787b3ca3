//! The service as a whole: its parts, started and stopped together.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use vigie_chassis::health::Readiness;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_clock::Clock;
use vigie_eventlog::reaction::{Oversight, Reactor};
use vigie_eventlog::{Aggregates, EventLog, Timers};
use vigie_process::{Health, react, say_whether_it_moves, spawn};
use vigie_proto::lines::line_service_server::LineServiceServer;
use vigie_proto::lines::register_service_server::RegisterServiceServer;

use crate::api::{self, Deps, Places};
use crate::block_list::{self, BlockList, Blocking, Hands, sweep_regularly};
use crate::domain::Line;
use crate::options::Options;
use crate::past;
use crate::register::{Driver, Handle, Register};
use crate::view::{self, BlockMetrics, View};

/// How often what waits for the block list is counted: its deadlines are days away.
const COUNT_BLOCKS_EVERY: Duration = Duration::from_secs(10);

/// What the service is given.
pub struct Parts {
    /// The log of lines.
    pub log: EventLog,
    /// The subscriber register that lines live in.
    pub register: Arc<dyn Register>,
    /// The list that stolen handsets go on.
    pub block_list: Arc<dyn BlockList>,
    /// Signs where a page ended.
    pub pages: Signer,
    /// Where the service says whether it can serve: checks `lines_log`, `lines_clock`, `lines_view`, `lines_block_list`.
    pub readiness: Readiness,
}

/// The service, on its way: view, timers, the register's driver and the block list's reaction. Cheap to clone.
#[derive(Clone)]
pub struct Lines {
    deps: Deps,
    blocking: Reactor<Blocking>,
    stopping: CancellationToken,
    tasks: Arc<Mutex<Vec<AbortOnDropHandle<()>>>>,
}

impl Lines {
    /// Opens the view, starts what runs beside requests.
    ///
    /// # Errors
    /// When the view's database cannot be opened.
    pub async fn open(options: Options, parts: Parts) -> Result<Self, view::Error> {
        let Parts { log, register, block_list, pages, readiness } = parts;
        let view = View::open(&options, &log).await?;
        if past::is_another(&view, &log).await? {
            tracing::warn!("the log was restored: what its driver watches is repaired towards barred only");
        }
        let aggregates: Aggregates<Line> = Aggregates::new(log.clone());
        let driver = Driver::start(
            aggregates.clone(),
            register,
            Arc::new(view.clone()),
            view.database().clone(),
            options.driver.clone(),
        );
        let hands = Arc::new(Hands::new(aggregates.clone(), block_list));
        let blocking = block_list::reactor(&options, hands.clone()).await;
        let blocking = blocking.map_err(view::Error::BlockList)?;
        let stopping = CancellationToken::new();
        let health = Health {
            log: readiness.check("lines_log"),
            clock: readiness.check("lines_clock"),
            view: readiness.check("lines_view"),
            view_lag_max: options.view_lag_max,
        };
        let watched = view.clone();
        // The first one is waited for when the service stops; the others may end anywhere.
        let tasks = vec![
            // Where it stopped commands go on, and timers raise an alert for each handset that is not blocked in time.
            spawn(react(blocking.clone(), stopping.clone(), "no stolen handset is blocked any more")),
            spawn(say_whether_it_moves(readiness.check("lines_block_list"), blocking.states())),
            spawn(follow(view.clone())),
            spawn(Timers::new(aggregates.clone()).run()),
            spawn(sweep_regularly(hands, Arc::new(view.clone()), options.block_sweep_every)),
            spawn(count_blocks(view.clone(), log.clock().clone())),
            spawn(health.watch(log.clone(), move || (watched.state(), watched.position()))),
        ];
        let deps = Deps {
            aggregates,
            view,
            driver,
            pages,
            clock: log.clock().clone(),
            ids: log.ids().clone(),
            managers: Arc::new(options.managers),
            answer_max: options.answer_max,
            places: Arc::new(Places::new()),
        };
        Ok(Self { deps, blocking, stopping, tasks: Arc::new(Mutex::new(tasks)) })
    }

    /// Adds the gRPC services to those of a server.
    #[must_use]
    pub fn add_to(&self, services: Services) -> Services {
        services
            .add(LineServiceServer::new(api::Lines(self.deps.clone())))
            .add(RegisterServiceServer::new(api::RegisterOps(self.deps.clone())))
    }

    /// Who may call what.
    pub fn rules() -> Rules {
        api::rules()
    }

    /// The lines themselves.
    pub fn aggregates(&self) -> &Aggregates<Line> {
        &self.deps.aggregates
    }

    /// The register's driver.
    pub fn driver(&self) -> &Handle {
        &self.deps.driver
    }

    /// What stolen handsets cause on the block list, for whoever looks at what waits for a person.
    pub fn blocking(&self) -> &Reactor<Blocking> {
        &self.blocking
    }

    /// All reactions, for whoever looks at what waits for a person.
    pub fn reactions(&self) -> Vec<Arc<dyn Oversight>> {
        vec![Arc::new(self.blocking.clone())]
    }

    /// The position of the log up to which lists are.
    pub fn view_position(&self) -> i64 {
        self.deps.view.position()
    }

    /// Waits until lists are up to `position` of the log.
    pub async fn view_reached(&self, position: i64) {
        self.deps.view.reached(position).await;
    }

    /// Forgets what lists show and reads the log from its beginning: what to do after the log was restored. The service must
    /// be started anew if the view had stopped.
    ///
    /// # Errors
    /// When the view's database refuses.
    pub async fn start_view_over(&self) -> Result<(), view::Error> {
        self.deps.view.start_over().await
    }

    /// Lets what is in work end, at most until `deadline`, and closes the view. Call it once no request comes in any more.
    /// The log is its owner's to close.
    pub async fn shutdown(&self, deadline: Instant) {
        self.stopping.cancel();
        self.deps.driver.shutdown(deadline).await;
        let mut tasks = std::mem::take(&mut *self.tasks.lock()).into_iter();
        if let Some(blocking) = tasks.next() {
            let _ = tokio::time::timeout_at(deadline, blocking).await;
        }
        drop(tasks);
        let _ = tokio::time::timeout_at(deadline, self.blocking.close()).await;
        let _ = tokio::time::timeout_at(deadline, self.deps.view.close()).await;
    }
}

/// Keeps the view up to date. A view that stopped says so until somebody acts: commands go on without it.
async fn follow(view: View) {
    let _told_already = view.follow().await;
}

/// Says how many stolen handsets wait for the block list, and how many of them are late.
async fn count_blocks(view: View, clock: Arc<dyn Clock>) {
    let metrics = BlockMetrics::new();
    loop {
        match view.blocks(clock.now()).await {
            Ok(blocks) => metrics.record(blocks),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "stolen handsets that wait for the block list cannot be counted"
                );
            }
        }
        sleep(COUNT_BLOCKS_EVERY).await;
    }
}
