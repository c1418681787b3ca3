//! The service as a whole: its parts, started and stopped together.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use vigie_chassis::health::Readiness;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_clock::Almanac;
use vigie_command::Door;
use vigie_eventlog::reaction::Reactor;
use vigie_eventlog::view::State;
use vigie_eventlog::{Aggregates, EventLog, Timers};

use crate::api::{self, Deps};
use crate::base::{self, Live};
use crate::domain::account::Account;
use crate::domain::contact::Contact;
use crate::domain::contact_point::ContactPoint;
use crate::domain::project::Project;
use crate::domain::review_plan::ReviewPlan;
use crate::domain::staff::StaffMember;
use crate::options::Options;
use crate::reviewing::{self, Reviewing};
use crate::standing::{self, Keeper, StandingReaction};
use crate::view::{self, View};

/// How often the service looks at its own health.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long the log may take to answer a look.
const PING_MAX: Duration = Duration::from_millis(800);

/// A replica whose clock is further from the database's is not ready (EVENTLOG.md, rule 9).
const CLOCK_SKEW_MAX: Duration = Duration::from_millis(500);

/// Reactions that end what they carry out before the service stops.
const REACTIONS: usize = 2;

/// What the service is given.
pub struct Parts {
    /// The log of routing.
    pub log: EventLog,
    /// Signs where a page ended.
    pub pages: Signer,
    /// Where the service says whether it can serve: checks `routing_log`, `routing_clock`, `routing_view`,
    /// `routing_base`.
    pub readiness: Readiness,
}

/// The service, on its way: view, base, timers and the reactions that open plans of reviews and keep accounts' standing.
/// Cheap to clone.
#[derive(Clone)]
pub struct Routing {
    deps: Deps,
    reviewing: Reactor<Reviewing>,
    standing: Reactor<StandingReaction>,
    stopping: CancellationToken,
    tasks: Arc<Mutex<Vec<AbortOnDropHandle<()>>>>,
}

impl Routing {
    /// Opens the view, starts what runs beside requests.
    ///
    /// # Errors
    /// When the database of the view or of the reaction cannot be opened.
    pub async fn open(options: Options, parts: Parts) -> Result<Self, view::Error> {
        let Parts { log, pages, readiness } = parts;
        let view = View::open(&options, &log).await?;
        let accounts: Aggregates<Account> = Aggregates::new(log.clone());
        let staff: Aggregates<StaffMember> = Aggregates::new(log.clone());
        let contact_points: Aggregates<ContactPoint> = Aggregates::new(log.clone());
        let almanac = Almanac::built_in();
        let base = Live::new(Arc::new(log.clone()), log.clock().clone(), almanac);
        let contacts: Aggregates<Contact> = Aggregates::new(log.clone());
        let review_plans: Aggregates<ReviewPlan> = Aggregates::new(log.clone());
        let projects: Aggregates<Project> = Aggregates::new(log.clone());
        let reviewing = Reactor::open(
            Reviewing::new(review_plans.clone()),
            reviewing::options(options.reviews.clone(), options.owner_url.clone()),
            Arc::new(log.clone()),
            log.clock().clone(),
        );
        let reviewing = reviewing.await.map_err(view::Error::Reviews)?;
        let standing = Reactor::open(
            StandingReaction::new(Keeper::new(accounts.clone(), staff.clone()), view.clone()),
            standing::options(&options),
            Arc::new(log.clone()),
            log.clock().clone(),
        );
        let standing = standing.await.map_err(view::Error::Standing)?;
        let stopping = CancellationToken::new();
        // The first ones are waited for when the service stops; the others may end anywhere.
        let tasks = vec![
            spawn(open_plans(reviewing.clone(), stopping.clone())),
            spawn(keep_standing(standing.clone(), stopping.clone())),
            spawn(standing::measure(view.clone(), log.clock().clone())),
            spawn(follow(view.clone())),
            spawn(load_and_follow(base.clone(), log.known_head().position)),
            spawn(watch(base.clone(), readiness.clone())),
            spawn(Timers::new(accounts.clone()).run()),
            spawn(Timers::new(staff.clone()).run()),
            spawn(Timers::new(contact_points.clone()).run()),
            spawn(Timers::new(contacts.clone()).run()),
            spawn(Timers::new(review_plans.clone()).run()),
            spawn(Timers::new(projects.clone()).run()),
            spawn(look(view.clone(), log.clone(), readiness, options.view_lag_max)),
        ];
        let deps = Deps {
            accounts,
            people: Aggregates::new(log.clone()),
            staff,
            desks: Aggregates::new(log.clone()),
            contact_points,
            contacts,
            attendance: Aggregates::new(log.clone()),
            rejected_facts: Aggregates::new(log.clone()),
            review_plans,
            projects,
            calendars: Arc::new(almanac.calendars().clone()),
            view,
            base,
            pages,
            door: Door::new(log.clock().clone(), log.ids().clone(), options.answer_max),
            log,
        };
        Ok(Self { deps, reviewing, standing, stopping, tasks: Arc::new(Mutex::new(tasks)) })
    }

    /// Adds the gRPC services to those of a server.
    #[must_use]
    pub fn add_to(&self, services: Services) -> Services {
        api::add_to(&self.deps, services)
    }

    /// Who may call what.
    pub fn rules() -> Rules {
        api::rules()
    }

    /// Takes facts from the topic `vigie.routing.facts.v1`, where brokers are configured; they need not be there yet. It ends
    /// with the service.
    ///
    /// # Errors
    /// When the configuration contradicts itself.
    #[cfg(feature = "kafka")]
    pub fn take_facts(&self, kafka: &vigie_process::Kafka) -> Result<(), vigie_bus::kafka::Error> {
        if !kafka.brokers.is_empty() {
            let reading = crate::ingest::read(kafka, self.deps.clone(), self.stopping.clone())?;
            self.tasks.lock().push(spawn(reading));
        }
        Ok(())
    }

    /// The accounts themselves.
    pub fn accounts(&self) -> &Aggregates<Account> {
        &self.deps.accounts
    }

    /// The position of the log up to which lists are.
    pub fn view_position(&self) -> i64 {
        self.deps.view.position()
    }

    /// Waits until lists are up to `position` of the log.
    pub async fn view_reached(&self, position: i64) {
        self.deps.view.reached(position).await;
    }

    /// What routing decisions ask.
    pub fn base(&self) -> &Live {
        &self.deps.base
    }

    /// What the coming and going of managers causes at accounts, for whoever looks at what waits for a person.
    pub fn standing(&self) -> &Reactor<StandingReaction> {
        &self.standing
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
        let mut tasks = std::mem::take(&mut *self.tasks.lock()).into_iter();
        for reaction in tasks.by_ref().take(REACTIONS) {
            let _ = tokio::time::timeout_at(deadline, reaction).await;
        }
        drop(tasks);
        let _ = tokio::time::timeout_at(deadline, self.reviewing.close()).await;
        let _ = tokio::time::timeout_at(deadline, self.standing.close()).await;
        let _ = tokio::time::timeout_at(deadline, self.deps.view.close()).await;
    }
}

/// Empties the view, so that the next start computes it from `log`: offline, nothing else runs on it.
///
/// # Errors
/// When the view's database cannot be opened or refuses.
pub async fn start_view_over(options: &Options, log: &EventLog) -> Result<(), view::Error> {
    let view = View::open(options, log).await?;
    let started_over = view.start_over().await;
    view.close().await;
    started_over
}

fn spawn(task: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    let handle: JoinHandle<()> = tokio::spawn(task);
    AbortOnDropHandle::new(handle)
}

/// Keeps the view up to date. A view that stopped says so until somebody acts: commands go on without it.
async fn follow(view: View) {
    let _told_already = view.follow().await;
}

/// Keeps the base up to date. One that stopped says so until somebody acts: commands and lists go on without it.
async fn load_and_follow(base: Live, head: i64) {
    base.run(head).await;
}

/// Opens and ends companies' plans of reviews. A reaction that stopped says so until somebody acts: all else goes on without
/// it.
async fn open_plans(reviewing: Reactor<Reviewing>, stopping: CancellationToken) {
    if let Err(error) = reviewing.run(stopping.cancelled_owned()).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "no new company has a plan of reviews until a person says from where the reaction goes on"
        );
    }
}

/// Keeps accounts' standing with their managers. A reaction that stopped says so until somebody acts: commands, lists and
/// the answer who is whose contact go on without it.
async fn keep_standing(standing: Reactor<StandingReaction>, stopping: CancellationToken) {
    if let Err(error) = standing.run(stopping.cancelled_owned()).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "no account without manager is found until a person says from where the reaction goes on"
        );
    }
}

/// Says whether contacts can be routed.
async fn watch(base: Live, readiness: Readiness) {
    let check = readiness.check("routing_base");
    let mut states = base.states();
    loop {
        match &*states.borrow_and_update() {
            base::State::Following => check.pass(),
            base::State::Loading => check.fail("loading"),
            base::State::Stopped { why } => check.fail(&format!("stopped: {why}")),
        }
        if states.changed().await.is_err() {
            return;
        }
    }
}

/// Says whether the service can serve.
async fn look(view: View, log: EventLog, readiness: Readiness, view_lag_max: i64) {
    let (log_check, clock_check, view_check) =
        (readiness.check("routing_log"), readiness.check("routing_clock"), readiness.check("routing_view"));
    loop {
        if log.ping(PING_MAX).await {
            log_check.pass();
        } else {
            log_check.fail("the log does not answer");
        }
        let skew = log.clock_skew();
        if skew <= CLOCK_SKEW_MAX {
            clock_check.pass();
        } else {
            clock_check.fail(&format!("{} ms from the database's clock", skew.as_millis()));
        }
        let lag = log.known_head().position - view.position();
        match view.state() {
            State::Following if lag <= view_lag_max => view_check.pass(),
            State::Following => view_check.fail(&format!("{lag} events behind the log")),
            State::Starting => view_check.fail("starting"),
            State::Stopped { why } => view_check.fail(&format!("stopped: {why}")),
        }
        sleep(LOOK_EVERY).await;
    }
}
