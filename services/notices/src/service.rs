//! The service as a whole: its parts, started and stopped together.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use vigie_chassis::health::{Check, Readiness};
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_command::Door;
use vigie_eventlog::reaction::{self, Oversight, Reaction, Reactor, Ruling};
use vigie_eventlog::view::Feed;
use vigie_eventlog::{Aggregates, Checkpoint, DatabaseOptions, EventLog, Timers};
use vigie_process::{Health, say_whether_it_moves, spawn};
use vigie_proto::notices::notice_service_server::NoticeServiceServer;

use crate::api::{self, Deps, Stuck};
use crate::directory::Directory;
use crate::domain::Notice;
use crate::error::Error;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::post::{Post, SigningKey, WebhookOptions, Webhooks};
use crate::reporting::{Report, RoutingDoor};
use crate::sending::{Bulk, Send, Sender};
use crate::telling::{FactFinder, OfLines, OfRouting, Teller};
use crate::texts::Texts;
use crate::view::View;

/// What was told longer ago than that is not reported by itself. A receiver that is away for so long has lost more than
/// this.
const REPORT_AGE_MAX: Duration = Duration::from_secs(30 * 24 * 3600);

/// Another service's log.
pub struct Caused {
    /// Its events.
    pub feed: Arc<dyn Feed>,
    /// Where reacting begins if it never did: the log's head, unless people shall also be told of what is past.
    pub begin_after: Checkpoint,
}

/// What the service is given.
pub struct Parts {
    /// The log of notices.
    pub log: EventLog,
    /// The log of lines; `None` where there are none.
    pub lines: Option<Caused>,
    /// The log of routing; `None` where accounts are kept elsewhere.
    pub routing: Option<Caused>,
    /// The same log, for the directory of people who can be told; `None` where there are none.
    pub contacts: Option<Arc<dyn Feed>>,
    /// Where `routing` hears which of its changes customers were told of; `None` where it does not.
    pub told_to: Option<RoutingDoor>,
    /// The way out of mail.
    pub mail: Arc<dyn Post>,
    /// What webhooks are signed with.
    pub key: SigningKey,
    /// Signs where a page ended.
    pub pages: Signer,
    /// Where the service says whether it can serve: checks `notices_log`, `notices_clock`, `notices_view`,
    /// `notices_directory`, and one for each reaction.
    pub readiness: Readiness,
}

/// The service, on its way. Cheap to clone.
#[derive(Clone)]
pub struct Notices {
    deps: Deps,
    reactors: Arc<Reactors>,
    stop: CancellationToken,
    /// End when told to stop.
    reacting: Arc<Mutex<Vec<JoinHandle<()>>>>,
    /// May be dropped at any await.
    tasks: Arc<Mutex<Vec<AbortOnDropHandle<()>>>>,
}

struct Reactors {
    of_lines: Option<Reactor<OfLines>>,
    of_routing: Option<Reactor<OfRouting>>,
    send: Reactor<Send>,
    bulk: Reactor<Bulk>,
    report: Option<Reactor<Report>>,
}

impl Notices {
    /// Opens view, directory and reactions, and starts what runs beside requests. Webhooks need a provider of TLS that the
    /// process has installed.
    ///
    /// # Errors
    /// When a database cannot be opened or a way out cannot be set up.
    pub async fn open(options: Options, parts: Parts) -> Result<Self, Error> {
        let Parts { log, lines, routing, contacts, told_to, mail, key, pages, readiness } = parts;
        let owner_url = options.owner_url.as_deref();
        let (clock, ids) = (log.clock().clone(), log.ids().clone());
        let view = View::open(&options.view, owner_url, &log).await?;
        let directory = Directory::open(&options.directory, owner_url, contacts).await?;
        let webhooks = Webhooks::new(&WebhookOptions {
            loopback: options.loopback_webhooks,
            ..WebhookOptions::default()
        })?;
        let metrics = Metrics::new();

        let notices: Aggregates<Notice> = Aggregates::new(log.clone());
        let teller = Teller {
            facts: FactFinder {
                directory: directory.clone(),
                preferences: Aggregates::new(log.clone()),
                webhooks: Aggregates::new(log.clone()),
            },
            notices: notices.clone(),
            campaigns: Aggregates::new(log.clone()),
            clock: clock.clone(),
            ids: ids.clone(),
            metrics: metrics.clone(),
        };
        let sender = Sender {
            notices: notices.clone(),
            webhooks: teller.facts.webhooks.clone(),
            post: Arc::new(crate::post::Outbox::new(mail).webhooks(Arc::new(webhooks.clone()))),
            texts: Arc::new(Texts::load()?),
            key: key.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            metrics,
        };
        let reactors = Reactors::open(&options, &log, lines, routing, told_to, &teller, sender).await?;

        let stop = CancellationToken::new();
        let health = Health {
            log: readiness.check("notices_log"),
            clock: readiness.check("notices_clock"),
            view: readiness.check("notices_view"),
            view_lag_max: options.view_lag_max,
        };
        let watched = view.clone();
        let mut tasks = vec![
            spawn(follow(view.clone())),
            spawn(follow_directory(directory.clone())),
            spawn(Timers::new(notices).run()),
            spawn(health.watch(log, move || (watched.state(), watched.position()))),
        ];
        let directory_check = readiness.check("notices_directory");
        match directory.states() {
            Some(states) => tasks.push(spawn(say_whether_it_moves(directory_check, states))),
            None => directory_check.pass(),
        }
        let reacting = reactors.start(&stop, &readiness);
        let deps = Deps {
            teller,
            view,
            pages,
            door: Door::new(clock, ids, options.answer_max),
            key,
            webhooks: Some(webhooks),
            loopback: options.loopback_webhooks,
            stuck: Stuck::new(reactors.send.clone(), reactors.bulk.clone()),
        };
        Ok(Self {
            deps,
            reactors: Arc::new(reactors),
            stop,
            reacting: Arc::new(Mutex::new(reacting)),
            tasks: Arc::new(Mutex::new(tasks)),
        })
    }

    /// Adds the gRPC service to those of a server.
    #[must_use]
    pub fn add_to(&self, services: Services) -> Services {
        services.add(NoticeServiceServer::new(api::Api(self.deps.clone())))
    }

    /// Who may call what.
    pub fn rules() -> Rules {
        api::rules()
    }

    /// The notices themselves.
    pub fn aggregates(&self) -> &Aggregates<Notice> {
        &self.deps.teller.notices
    }

    /// Who can be told.
    pub fn directory(&self) -> &Directory {
        &self.deps.teller.facts.directory
    }

    /// Waits until lists are up to `position` of the log of notices.
    pub async fn view_reached(&self, position: i64) {
        self.deps.view.reached(position).await;
    }

    /// Forgets what lists show and reads the log from its beginning. Sends nothing.
    ///
    /// # Errors
    /// When the view's database refuses.
    pub async fn start_view_over(&self) -> Result<(), Error> {
        Ok(self.deps.view.start_over().await?)
    }

    /// The reaction to `lines`, where there is one: what a person does once that log was restored.
    pub fn of_lines(&self) -> Option<&Reactor<OfLines>> {
        self.reactors.of_lines.as_ref()
    }

    /// The reaction to `routing`, where there is one.
    pub fn of_routing(&self) -> Option<&Reactor<OfRouting>> {
        self.reactors.of_routing.as_ref()
    }

    /// The reaction that sends.
    pub fn sending(&self) -> &Reactor<Send> {
        &self.reactors.send
    }

    /// The reaction that sends what is told to very many.
    pub fn bulk(&self) -> &Reactor<Bulk> {
        &self.reactors.bulk
    }

    /// The reaction that reports to `routing`, where it does.
    pub fn report(&self) -> Option<&Reactor<Report>> {
        self.reactors.report.as_ref()
    }

    /// All reactions, for whoever looks at what waits for a person.
    pub fn reactions(&self) -> Vec<Arc<dyn Oversight>> {
        self.reactors.all()
    }

    /// Lets attempts under way come to their end, at most until `deadline`, and closes view, directory and reactions. Call
    /// it once no request comes in any more. The logs are their owners' to close.
    pub async fn shutdown(&self, deadline: Instant) {
        self.stop.cancel();
        let reacting = std::mem::take(&mut *self.reacting.lock());
        for task in reacting {
            // What does not end in time is an attempt of unknown end.
            let abort = task.abort_handle();
            if timeout_at(deadline, task).await.is_err() {
                abort.abort();
            }
        }
        self.tasks.lock().clear();
        let closed = async {
            self.deps.view.close().await;
            self.directory().close().await;
            self.reactors.close().await;
        };
        let _ = timeout_at(deadline, closed).await;
    }
}

impl Reactors {
    async fn open(
        options: &Options,
        log: &EventLog,
        lines: Option<Caused>,
        routing: Option<Caused>,
        told_to: Option<RoutingDoor>,
        teller: &Teller,
        sender: Sender,
    ) -> Result<Self, Error> {
        let clock = log.clock().clone();
        let own: Arc<dyn Feed> = Arc::new(log.clone());
        let of_lines = match lines {
            Some(Caused { feed, begin_after }) => {
                let options = decides(options, &options.of_lines, begin_after);
                Some(Reactor::open(OfLines(teller.clone()), options, feed, clock.clone()).await?)
            }
            None => None,
        };
        let of_routing = match routing {
            Some(Caused { feed, begin_after }) => {
                let options = decides(options, &options.of_routing, begin_after);
                Some(Reactor::open(OfRouting(teller.clone()), options, feed, clock.clone()).await?)
            }
            None => None,
        };
        let send =
            Reactor::open(Send(sender.clone()), sends(options, &options.send), own.clone(), clock.clone());
        let send = send.await?;
        let bulk = Bulk { sender, teller: teller.clone() };
        let bulk = Reactor::open(bulk, sends(options, &options.bulk), own.clone(), clock.clone()).await?;
        let report = match told_to {
            Some(door) => {
                let options = reports(options, &options.report);
                Some(Reactor::open(Report(Arc::new(door)), options, own, clock).await?)
            }
            None => None,
        };
        Ok(Self { of_lines, of_routing, send, bulk, report })
    }

    fn all(&self) -> Vec<Arc<dyn Oversight>> {
        let mut all: Vec<Arc<dyn Oversight>> = Vec::new();
        if let Some(reactor) = &self.of_lines {
            all.push(Arc::new(reactor.clone()));
        }
        if let Some(reactor) = &self.of_routing {
            all.push(Arc::new(reactor.clone()));
        }
        all.push(Arc::new(self.send.clone()));
        all.push(Arc::new(self.bulk.clone()));
        if let Some(reactor) = &self.report {
            all.push(Arc::new(reactor.clone()));
        }
        all
    }

    fn start(&self, stop: &CancellationToken, readiness: &Readiness) -> Vec<JoinHandle<()>> {
        let mut tasks = Vec::new();
        if let Some(reactor) = &self.of_lines {
            tasks.push(react(reactor.clone(), stop.clone(), readiness.check("notices_of_lines")));
        }
        if let Some(reactor) = &self.of_routing {
            tasks.push(react(reactor.clone(), stop.clone(), readiness.check("notices_of_routing")));
        }
        tasks.push(react(self.send.clone(), stop.clone(), readiness.check("notices_send")));
        tasks.push(react(self.bulk.clone(), stop.clone(), readiness.check("notices_bulk")));
        if let Some(reactor) = &self.report {
            tasks.push(react(reactor.clone(), stop.clone(), readiness.check("notices_report")));
        }
        tasks
    }

    async fn close(&self) {
        if let Some(reactor) = &self.of_lines {
            reactor.close().await;
        }
        if let Some(reactor) = &self.of_routing {
            reactor.close().await;
        }
        self.send.close().await;
        self.bulk.close().await;
        if let Some(reactor) = &self.report {
            reactor.close().await;
        }
    }
}

/// Of a reaction that decides notices.
fn decides(options: &Options, database: &DatabaseOptions, begin_after: Checkpoint) -> reaction::Options {
    reaction::Options {
        database: database.clone(),
        owner_url: options.owner_url.clone(),
        age_max: options.age_max,
        ..reaction::Options::new(database.location.clone(), begin_after)
    }
}

/// Of a reaction that sends them. It may begin at the beginning of its own log: what was handed over has nothing to send.
fn sends(options: &Options, database: &DatabaseOptions) -> reaction::Options {
    reaction::Options {
        database: database.clone(),
        owner_url: options.owner_url.clone(),
        age_max: options.age_max,
        // The notice counts its attempts itself, and turns to somebody else long before.
        attempts_max: 1_000,
        retry: options.retry,
        timeout: options.attempt_max,
        concurrency: options.concurrency,
        ..reaction::Options::new(database.location.clone(), Checkpoint::START)
    }
}

/// Of the one that reports them. What was told stays told: it is reported however long nobody listened, up to
/// [`REPORT_AGE_MAX`]; what is refused waits for a person.
fn reports(options: &Options, database: &DatabaseOptions) -> reaction::Options {
    reaction::Options {
        database: database.clone(),
        owner_url: options.owner_url.clone(),
        age_max: REPORT_AGE_MAX,
        attempts_max: u32::MAX,
        retry: options.retry,
        timeout: options.attempt_max,
        ..reaction::Options::new(database.location.clone(), Checkpoint::START)
    }
}

/// Reacts until it is told to stop, and says whether it does.
fn react<R: Reaction>(reactor: Reactor<R>, stop: CancellationToken, check: Check) -> JoinHandle<()> {
    let says = say_whether_it_moves(check, reactor.states());
    tokio::spawn(async move {
        let runs = reactor.run(stop.clone().cancelled_owned());
        tokio::pin!(says, runs);
        // Its own log line and the check say why it stopped; they go on saying so.
        tokio::select! {
            _ended = &mut runs => {
                tokio::select! { () = &mut says => {} () = stop.cancelled() => {} }
            }
            () = &mut says => {}
        }
    })
}

/// Empties the list of notices, so that the next start computes it from `log`: offline, nothing else runs on it. Sends
/// nothing, and leaves alone what reactions remember.
///
/// # Errors
/// When the view's database cannot be opened or refuses.
pub async fn start_view_over(options: &Options, log: &EventLog) -> Result<(), Error> {
    let view = View::open(&options.view, options.owner_url.as_deref(), log).await?;
    let started_over = view.start_over().await;
    view.close().await;
    Ok(started_over?)
}

/// Lets the reaction to the log of `lines` go on after a restore of that log, if it had read what is lost: offline. Of what
/// happens from then on somebody is told; what was told is not told again.
///
/// # Errors
/// When the reaction's database cannot be opened or refuses.
pub async fn go_on_after_a_restore_of_lines(options: &Options, lines: &EventLog) -> Result<(), Error> {
    let reaction = decides(options, &options.of_lines, lines.known_head());
    let ruling = Ruling::after_a_restore(lines.clock().now());
    Reactor::<OfLines>::go_on_after_a_restore(&reaction, lines, &ruling).await?;
    Ok(())
}

/// As [`go_on_after_a_restore_of_lines`], of `routing`.
///
/// # Errors
/// As there.
pub async fn go_on_after_a_restore_of_routing(options: &Options, routing: &EventLog) -> Result<(), Error> {
    let reaction = decides(options, &options.of_routing, routing.known_head());
    let ruling = Ruling::after_a_restore(routing.clock().now());
    Reactor::<OfRouting>::go_on_after_a_restore(&reaction, routing, &ruling).await?;
    Ok(())
}

/// Empties the directory of people who can be told, so that the next start computes it from `routing`'s log: offline, nothing
/// else runs on it.
///
/// # Errors
/// When the directory's database cannot be opened or refuses.
pub async fn start_directory_over(options: &Options, routing: Arc<dyn Feed>) -> Result<(), Error> {
    let directory = Directory::open(&options.directory, options.owner_url.as_deref(), Some(routing)).await?;
    let started_over = directory.start_over().await;
    directory.close().await;
    Ok(started_over?)
}

/// Keeps the view up to date. A view that stopped says so until somebody acts: commands go on without it.
async fn follow(view: View) {
    let _told_already = view.follow().await;
}

/// Keeps the directory up to date. Where it stopped, nobody is told of anything new until somebody acts.
async fn follow_directory(directory: Directory) {
    let _told_already = directory.follow().await;
}
