//! The services of a whole operator in this very process, on one clock that is moved by hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;
use vigie_chassis::client::Token;
use vigie_chassis::health::Readiness;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Verifier};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{self, Builder, Services};
use vigie_clock::{Clock, Ids, ManualClock, SeededIds, Timestamp};
use vigie_commitments::{Commitments, Feeds, Log};
use vigie_eventlog::reaction::{Oversight, Ruled, Ruling};
use vigie_eventlog::{Aggregate, Aggregates, Checkpoint, DatabaseOptions, EventLog, Location, Timers};
use vigie_lines::domain::Line;
use vigie_lines::register::{Simulated, SimulatedOptions};
use vigie_lines::{Lines, block_list};
use vigie_notices::domain::Notice;
use vigie_notices::post::SigningKey;
use vigie_notices::{Caused, Notices, RoutingDoor};
use vigie_routing::Routing;
use vigie_routing::domain::account::Account;
use vigie_routing::domain::contact::Contact;
use vigie_routing::domain::contact_point::ContactPoint;
use vigie_routing::domain::project::Project;
use vigie_routing::domain::review_plan::ReviewPlan;
use vigie_routing::domain::staff::StaffMember;
use vigie_testkit::free_port;

use super::post::Postman;

/// What must come soon, or never will: far more than anything here takes.
const SOON: Duration = Duration::from_secs(60);

/// Between two looks at what a reaction has left to do: a look costs about as much as an effect.
const LOOK_AGAIN: Duration = Duration::from_millis(3);

/// Places of the logs, in their order.
const LINES: usize = 0;
const ROUTING: usize = 1;
const NOTICES: usize = 2;

/// The reaction of which a year lets an effect wait for a person.
const BLOCK_LIST: &str = "lines.block_list";

/// A channel with somebody's token.
pub(super) type Door = InterceptedService<Channel, Bearer>;

/// The whole operator.
pub(super) struct House {
    pub(super) clock: Arc<ManualClock>,
    pub(super) commitments: Commitments,
    pub(super) postman: Arc<Postman>,
    pub(super) register: Simulated,
    pub(super) block_list: block_list::Simulated,
    logs: [EventLog; 3],
    lines: Lines,
    routing: Routing,
    notices: Notices,
    alarms: Vec<Set>,
    reactions: Vec<(usize, Arc<dyn Oversight>)>,
    /// Up to where in each log all is at rest.
    settled: [i64; 3],
    request_ids: SeededIds,
    issuer: Arc<Issuer>,
    channel: Channel,
    _stop: DropGuard,
    _folder: tempfile::TempDir,
}

/// Timers of some kind.
#[async_trait]
trait Alarm: Send + Sync {
    async fn wake_due(&self);
    async fn next_due(&self) -> Option<Timestamp>;
}

#[async_trait]
impl<A: Aggregate> Alarm for Timers<A> {
    async fn wake_due(&self) {
        Timers::wake_due(self).await.unwrap();
    }

    async fn next_due(&self) -> Option<Timestamp> {
        Timers::next_due(self).await.unwrap()
    }
}

/// Timers of some kind, and when the first of them is due as far as they were looked at. Only events move them.
struct Set {
    alarm: Box<dyn Alarm>,
    log: usize,
    seen: Option<i64>,
    due: Option<Timestamp>,
}

fn set<A: Aggregate>(logs: &[EventLog; 3], log: usize) -> Set {
    let alarm = Box::new(Timers::new(Aggregates::<A>::new(logs[log].clone())));
    Set { alarm, log, seen: None, due: None }
}

impl Set {
    /// Wakes what is due at `now`, if anything is.
    async fn wake(&mut self, heads: [i64; 3], now: Timestamp) {
        if self.seen != Some(heads[self.log]) {
            self.due = self.alarm.next_due().await;
            self.seen = Some(heads[self.log]);
        }
        if self.due.is_some_and(|due| due <= now) {
            self.alarm.wake_due().await;
            // Also one that led to no event is over.
            self.seen = None;
        }
    }
}

impl House {
    /// Opens everything at `start`.
    pub(super) async fn open(seed: u64, start: Timestamp) -> Self {
        // The process' own part, as in a service's main.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| Location::Sqlite(folder.path().join(format!("{name}.db")));
        // Nothing here outlives the test.
        let database = |name: &str| DatabaseOptions {
            connections_max: 2,
            durable: false,
            ..DatabaseOptions::new(place(name))
        };
        let clock = Arc::new(ManualClock::at(start));
        let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(seed));
        let log = |name: &'static str| {
            let mut options = vigie_eventlog::Options::new(place(name));
            options.connections_max = 4;
            EventLog::open(options, clock.clone(), ids.clone())
        };
        let logs =
            [log("lines").await.unwrap(), log("routing").await.unwrap(), log("notices").await.unwrap()];
        let [of_lines, of_routing, of_notices] = logs.clone();
        let readiness = Readiness::new();
        let pages = Signer::open_or_create(&folder.path().join("pages.key")).unwrap();

        let register =
            Simulated::open(SimulatedOptions { knows_every_sim: false, ..SimulatedOptions::default() })
                .unwrap();
        let block_list = block_list::Simulated::open(block_list::SimulatedOptions::default()).unwrap();
        let mut options = vigie_lines::Options::new(place("lines_view"));
        (options.view, options.block_list) = (database("lines_view"), database("lines_block_list"));
        let parts = vigie_lines::Parts {
            log: of_lines.clone(),
            register: Arc::new(register.clone()),
            block_list: Arc::new(block_list.clone()),
            pages: pages.clone(),
            readiness: readiness.clone(),
        };
        let lines = Lines::open(options, parts).await.unwrap();

        let mut options = vigie_routing::Options::new(place("routing_view"));
        options.view = database("routing_view");
        (options.reviews, options.standing) = (database("routing_reviews"), database("routing_standing"));
        let parts = vigie_routing::Parts {
            log: of_routing.clone(),
            pages: pages.clone(),
            readiness: readiness.clone(),
        };
        let routing = Routing::open(options, parts).await.unwrap();

        let issuer = Arc::new(Issuer::open(folder.path(), clock.clone()).unwrap());
        let address = SocketAddr::from(([127, 0, 0, 1], free_port().unwrap()));
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        let postman = Arc::new(Postman::default());
        let mut options = vigie_notices::Options::new(place);
        options.view = database("notices_view");
        options.directory = database("notices_directory");
        options.of_lines = database("notices_of_lines");
        options.of_routing = database("notices_of_routing");
        options.send = database("notices_send");
        options.bulk = database("notices_bulk");
        options.report = database("notices_report");
        let caused =
            |log: &EventLog| Some(Caused { feed: Arc::new(log.clone()), begin_after: Checkpoint::START });
        let parts = vigie_notices::Parts {
            log: of_notices.clone(),
            lines: caused(&of_lines),
            routing: caused(&of_routing),
            contacts: Some(Arc::new(of_routing.clone())),
            told_to: Some(RoutingDoor::new(
                &endpoint,
                Token::Development(issuer.clone(), RoutingDoor::grant()),
            )),
            mail: postman.clone(),
            key: SigningKey::new(&[7; 32]),
            pages: pages.clone(),
            readiness: readiness.clone(),
        };
        let notices = Notices::open(options, parts).await.unwrap();

        let options = vigie_commitments::Options::new(place("commitments"));
        let feeds = Feeds { lines: Arc::new(of_lines.clone()), routing: Some(Arc::new(of_routing.clone())) };
        let commitments = Commitments::open_over(options, feeds, clock.clone()).await.unwrap();
        let ledger = commitments.clone();
        tokio::spawn(async move { ledger.run(std::future::pending()).await });

        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let options = server::Options { listen: address, admin: None, ..server::Options::default() };
        let services = notices.add_to(routing.add_to(lines.add_to(Services::new())));
        let server = Builder::new(options, clock.clone())
            .identity(verifier)
            .rules(Lines::rules())
            .rules(Routing::rules())
            .rules(Notices::rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .readiness(readiness)
            .bind(services)
            .await
            .unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(server.run(stop.clone().cancelled_owned()));

        let alarms = vec![
            set::<Line>(&logs, LINES),
            set::<Account>(&logs, ROUTING),
            set::<StaffMember>(&logs, ROUTING),
            set::<ContactPoint>(&logs, ROUTING),
            set::<Contact>(&logs, ROUTING),
            set::<ReviewPlan>(&logs, ROUTING),
            set::<Project>(&logs, ROUTING),
            set::<Notice>(&logs, NOTICES),
        ];
        let mut reactions = lines.reactions();
        reactions.extend(routing.reactions());
        reactions.extend(notices.reactions());
        let of_log = |reaction: Arc<dyn Oversight>| {
            let log = logs.iter().position(|log| log.name() == reaction.log());
            (log.unwrap_or_else(|| panic!("{}", reaction.name())), reaction)
        };
        let reactions = reactions.into_iter().map(of_log).collect();
        Self {
            clock,
            commitments,
            postman,
            register,
            block_list,
            logs,
            lines,
            routing,
            notices,
            alarms,
            reactions,
            settled: [-1; 3],
            // Apart from those that the services draw.
            request_ids: SeededIds::new(seed ^ (1 << 63)),
            issuer,
            channel: endpoint.connect_lazy(),
            _stop: stop.drop_guard(),
            _folder: folder,
        }
    }

    /// The present instant, for everybody.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A request id.
    pub(super) fn fresh(&self) -> String {
        self.request_ids.next().to_string()
    }

    /// A channel with the token of `grant`.
    pub(super) fn door(&self, grant: &Grant) -> Door {
        let token = self.issuer.mint(grant).unwrap();
        InterceptedService::new(self.channel.clone(), Bearer { token })
    }

    /// When time alone changes something next, once all is at rest.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.alarms.iter().filter_map(|set| set.due).min()
    }

    /// Waits until nothing follows any more from what is on record and what is due by now: all timers have fired, all
    /// readers have read, all effects are carried out, and none of that led to anything new.
    pub(super) async fn settle(&mut self) {
        if timeout(SOON, self.come_to_rest()).await.is_err() {
            let mut why = format!("nothing settles at {}: heads {:?}", self.now(), self.heads());
            for (_, reaction) in &self.reactions {
                let unfinished = reaction.unfinished().await;
                why = format!("{why}\n{} at {}: {unfinished:?}", reaction.name(), reaction.position());
            }
            panic!("{why}");
        }
    }

    async fn come_to_rest(&mut self) {
        let now = self.now();
        loop {
            let heads = self.heads();
            for set in &mut self.alarms {
                set.wake(heads, now).await;
            }
            let heads = self.heads();
            if self.settled != heads {
                self.caught_up(heads).await;
                self.settled = heads;
            }
            if self.heads() == heads && self.alarms.iter().all(|set| set.seen == Some(heads[set.log])) {
                return;
            }
        }
    }

    /// Where the logs end.
    pub(super) fn heads(&self) -> [i64; 3] {
        self.logs.each_ref().map(|log| log.known_head().position)
    }

    async fn caught_up(&self, heads: [i64; 3]) {
        let [lines, routing, notices] = heads;
        self.lines.view_reached(lines).await;
        self.routing.view_reached(routing).await;
        self.routing.base().reached(routing).await;
        self.notices.directory().reached(routing).await;
        self.notices.view_reached(notices).await;
        // Only what is new leads to anything.
        for (log, reaction) in self.reactions.iter().filter(|(log, _)| self.settled[*log] != heads[*log]) {
            while !is_idle(&**reaction, heads[*log]).await {
                sleep(LOOK_AGAIN).await;
            }
        }
    }

    /// Waits until the ledger has read all that is on record.
    pub(super) async fn judged(&self) {
        let [lines, routing, _] = self.heads();
        let judged = async {
            self.commitments.reached_in(Log::Lines, lines).await;
            self.commitments.reached_in(Log::Routing, routing).await;
        };
        timeout(SOON, judged).await.expect("the ledger follows");
    }

    /// Has tried again what the block list refused.
    pub(super) async fn approve_blocking(&mut self) {
        let (_, reaction) = self.reactions.iter().find(|(_, one)| one.name() == BLOCK_LIST).unwrap();
        let ruling = Ruling {
            by: "operator-1".to_owned(),
            reason: "the list was repaired".to_owned(),
            at: self.now(),
        };
        for kept in reaction.waiting((0, 0), 100).await.unwrap() {
            let (request_id, attempts) = (kept.effect.request_id, kept.effect.attempts);
            assert_eq!(reaction.approve(request_id, attempts, &ruling).await.unwrap(), Ruled::Recorded);
        }
        // What is approved leads to something new without an event.
        self.settled = [-1; 3];
    }
}

/// Whether a reaction has nothing left to do of what was recorded up to `head`.
async fn is_idle(reaction: &dyn Oversight, head: i64) -> bool {
    if reaction.position() < head {
        return false;
    }
    let unfinished = reaction.unfinished().await.unwrap();
    let waits = unfinished.waiting > 0;
    assert!(!waits || reaction.name() == BLOCK_LIST, "{} waits for a person", reaction.name());
    // What comes later in the stream of one that waits waits as well.
    unfinished.to_do == 0 || waits
}

/// The token.
#[derive(Clone)]
pub(super) struct Bearer {
    token: String,
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = MetadataValue::try_from(format!("Bearer {}", self.token)).unwrap();
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }
}

/// An instant as it is on the wire.
#[allow(clippy::unnecessary_wraps, reason = "every message has it so")]
pub(super) fn wire(instant: Timestamp) -> Option<prost_types::Timestamp> {
    let micros = instant.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap();
    Some(prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos })
}

/// An id as it is on the wire.
pub(super) fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}
