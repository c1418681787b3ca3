//! The service as a whole: its parts, started and stopped together.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use vigie_chassis::health::Readiness;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_clock::Almanac;
use vigie_command::Door;
use vigie_eventlog::reaction::{Oversight, Reactor, Ruling};
use vigie_eventlog::{Aggregates, EventLog, Timers};
use vigie_process::{Health, react, say_whether_it_moves, spawn};

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

/// Reactions that end what they carry out before the service stops.
const REACTIONS: usize = 2;

/// What the service is given.
pub struct Parts {
    /// The log of routing.
    pub log: EventLog,
    /// Signs where a page ended.
    pub pages: Signer,
    /// Where the service says whether it can serve: checks `routing_log`, `routing_clock`, `routing_view`,
    /// `routing_base`, and one for each reaction, `routing_reviews` and `routing_standing`.
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
        let health = Health {
            log: readiness.check("routing_log"),
            clock: readiness.check("routing_clock"),
            view: readiness.check("routing_view"),
            view_lag_max: options.view_lag_max,
        };
        let watched = view.clone();
        // The first ones are waited for when the service stops; the others may end anywhere.
        let tasks = vec![
            // Where they stopped all else goes on, the answer who is whose contact as well.
            spawn(react(reviewing.clone(), stopping.clone(), "no new company has a plan of reviews")),
            spawn(react(standing.clone(), stopping.clone(), "no account without manager is found")),
            spawn(say_whether_it_moves(readiness.check("routing_reviews"), reviewing.states())),
            spawn(say_whether_it_moves(readiness.check("routing_standing"), standing.states())),
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
            spawn(health.watch(log.clone(), move || (watched.state(), watched.position()))),
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

    /// Takes facts from `topic`, which is made if it is missing, where brokers are configured; they need not be there yet. It
    /// ends with the service. Without a name it takes none.
    ///
    /// # Errors
    /// When the configuration contradicts itself.
    #[cfg(feature = "kafka")]
    pub fn take_facts(
        &self,
        kafka: &vigie_process::Kafka,
        topic: &str,
    ) -> Result<(), vigie_bus::kafka::Error> {
        if !kafka.brokers.is_empty() && !topic.is_empty() {
            let reading = crate::ingest::read(kafka, topic, self.deps.clone(), self.stopping.clone())?;
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

    /// All reactions, for whoever looks at what waits for a person.
    pub fn reactions(&self) -> Vec<Arc<dyn Oversight>> {
        vec![Arc::new(self.reviewing.clone()), Arc::new(self.standing.clone())]
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

/// Empties the view, so that the next start computes it from `log`: offline, nothing else runs on it. Where the log was
/// restored from an older backup, the service's reactions begin anew as well.
///
/// All that they cause are events in this very log. A plan or a cover that came after the backup is lost with it, although
/// the company or the absence that led to it may be there still: so each is looked at once more, and what is on record adds
/// nothing. What others made of the lost ones stays with them: whoever reads Kafka is put right by `vigie log resync`, and
/// a customer who was told of a cover is told of it again when it is recorded anew, rather than not at all.
///
/// # Errors
/// When the view's database or a reaction's cannot be opened or refuses.
pub async fn start_view_over(options: &Options, log: &EventLog) -> Result<(), view::Error> {
    begin_anew_after_a_restore(options, log).await?;
    let view = View::open(options, log).await?;
    let started_over = view.start_over().await;
    view.close().await;
    started_over
}

async fn begin_anew_after_a_restore(options: &Options, log: &EventLog) -> Result<(), view::Error> {
    let ruling = Ruling::after_a_restore(log.clock().now());
    let reviews = reviewing::options(options.reviews.clone(), options.owner_url.clone());
    let begun = Reactor::<Reviewing>::begin_anew_after_a_restore(&reviews, log, &ruling).await;
    begun.map_err(view::Error::Reviews)?;
    let standing = standing::options(options);
    let begun = Reactor::<StandingReaction>::begin_anew_after_a_restore(&standing, log, &ruling).await;
    begun.map_err(view::Error::Standing)?;
    Ok(())
}

/// Keeps the view up to date. A view that stopped says so until somebody acts: commands go on without it.
async fn follow(view: View) {
    let _told_already = view.follow().await;
}

/// Keeps the base up to date. One that stopped says so until somebody acts: commands and lists go on without it.
async fn load_and_follow(base: Live, head: i64) {
    base.run(head).await;
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
