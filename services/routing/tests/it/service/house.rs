//! A running service, and people who call it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;
use vigie_chassis::error::Reason;
use vigie_chassis::health::Readiness;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Role, Scope, Verifier};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{self, Builder, Services};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds, Timestamp};
use vigie_eventlog::{EventLog, Location};
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::review_service_client::ReviewServiceClient;
use vigie_proto::routing::staff_service_client::StaffServiceClient;
use vigie_proto::routing::*;
use vigie_routing::{Options, Parts, Routing};
use vigie_testkit::{Postgres, free_port};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A channel with somebody's token.
pub(crate) type Door = InterceptedService<Channel, Bearer>;
pub(crate) type Client = AccountServiceClient<Door>;

pub(crate) struct House {
    pub(crate) routing: Routing,
    pub(crate) log: EventLog,
    pub(crate) readiness: Readiness,
    address: SocketAddr,
    issuer: Issuer,
    clock: Arc<AheadClock>,
    options: Options,
    pages: Signer,
    _stop: DropGuard,
    _folder: tempfile::TempDir,
}

/// The system's clock, put forward by so many microseconds.
#[derive(Debug, Default)]
struct AheadClock(AtomicI64);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().as_micros() + self.0.load(Ordering::SeqCst))
    }
}

impl House {
    pub(crate) async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (log_at, view_at) = match engine {
            Engine::Sqlite => (
                Location::Sqlite(folder.path().join("log.db")),
                Location::Sqlite(folder.path().join("view.db")),
            ),
            Engine::Postgres => {
                let create = || Postgres::shared().unwrap().create_database("routing").unwrap();
                let url = tokio::task::spawn_blocking(create).await.unwrap();
                let schema =
                    |schema: &str| Location::Postgres { url: url.clone(), schema: schema.to_owned() };
                (schema("routing"), schema("routing_view"))
            }
        };
        let ahead = Arc::new(AheadClock::default());
        let clock: Arc<dyn Clock> = ahead.clone();
        let mut log_options = vigie_eventlog::Options::new(log_at);
        log_options.connections_max = 4;
        let log = EventLog::open(log_options, clock.clone(), Arc::new(SystemIds)).await.unwrap();

        let mut options = Options::new(view_at);
        options.view.connections_max = 4;
        options.standing_attempt_max = Duration::from_secs(2);
        let readiness = Readiness::new();
        let pages = Signer::open_or_create(&folder.path().join("pages.key")).unwrap();
        let parts = Parts { log: log.clone(), pages: pages.clone(), readiness: readiness.clone() };
        let routing = Routing::open(options.clone(), parts).await.unwrap();

        let issuer = Issuer::open(folder.path(), clock.clone()).unwrap();
        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let server_options = server::Options {
            listen: SocketAddr::from(([127, 0, 0, 1], free_port().unwrap())),
            admin: None,
            ..server::Options::default()
        };
        let server = Builder::new(server_options, clock)
            .identity(verifier)
            .rules(Routing::rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .readiness(readiness.clone())
            .bind(routing.add_to(Services::new()))
            .await
            .unwrap();
        let address = server.address();
        let stop = CancellationToken::new();
        tokio::spawn(server.run(stop.clone().cancelled_owned()));
        Self {
            routing,
            log,
            readiness,
            address,
            issuer,
            clock: ahead,
            options,
            pages,
            _stop: stop.drop_guard(),
            _folder: folder,
        }
    }

    /// Another process of the service, over the same log and the same tables.
    pub(crate) async fn replica(&self) -> Routing {
        let (log, pages, readiness) = (self.log.clone(), self.pages.clone(), Readiness::new());
        Routing::open(self.options.clone(), Parts { log, pages, readiness }).await.unwrap()
    }

    /// What was recorded of that type, by account.
    pub(crate) async fn recorded(&self, event_type: &str) -> Vec<(Uuid, serde_json::Value)> {
        let (mut position, mut found) = (0, Vec::new());
        while let Some(event) = self.log.event_at(position + 1).await.unwrap() {
            position = event.position;
            if event.event_type == event_type {
                found.push((event.stream_id, serde_json::from_slice(&event.payload).unwrap()));
            }
        }
        found
    }

    /// Time passes for everybody in the house until that instant.
    pub(crate) fn pass_until(&self, instant: &str) {
        self.pass(Timestamp::parse(instant).unwrap().since(self.now()));
    }

    /// Time passes for everybody in the house.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.0.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// The present instant in the house.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// So many days from now, on the wire.
    pub(crate) fn in_days(&self, days: i64) -> Option<prost_types::Timestamp> {
        wire(Timestamp::from_micros(self.now().as_micros() + days * 86_400_000_000))
    }

    /// How many events somebody asked for, apart from what time and the service's own reactions brought.
    pub(crate) async fn asked_for(&self) -> usize {
        let (mut position, mut count) = (0, 0);
        while let Some(event) = self.log.event_at(position + 1).await.unwrap() {
            position = event.position;
            count += usize::from(event.actor != "timer" && !event.actor.starts_with("routing."));
        }
        count
    }

    /// A channel with the token of `grant`, for the client of any service.
    pub(crate) fn door(&self, grant: &Grant) -> Door {
        let channel = Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect_lazy();
        InterceptedService::new(channel, Bearer { token: self.issuer.mint(grant).unwrap() })
    }

    pub(crate) fn accounts(&self, grant: &Grant) -> Client {
        AccountServiceClient::new(self.door(grant))
    }

    /// The operator's CRM, which keeps customers' records.
    pub(crate) fn crm(&self) -> Client {
        self.accounts(&advisor())
    }

    pub(crate) fn staff(&self) -> StaffServiceClient<Door> {
        StaffServiceClient::new(self.door(&operator()))
    }

    /// Waits until lists show everything that was recorded.
    pub(crate) async fn listed(&self) {
        let head = self.log.head().await.unwrap().position;
        soon(self.routing.view_reached(head)).await;
    }

    /// The position of the log's newest event.
    pub(crate) async fn head(&self) -> i64 {
        self.log.head().await.unwrap().position
    }

    pub(crate) async fn register(&self, entry: AccountEntry) -> Account {
        let request = RegisterAccountRequest { request_id: fresh(), account: Some(entry) };
        let account = self.crm().register_account(request).await.unwrap().into_inner().account.unwrap();
        if account.level() == AccountLevel::Company {
            self.planned(&account).await;
        }
        account
    }

    /// Waits until a company has its plan of reviews: it comes by a reaction, and the log's head is of interest to tests.
    pub(crate) async fn planned(&self, company: &Account) {
        let mut reviews = ReviewServiceClient::new(self.door(&operator()));
        let request = GetReviewPlanRequest { account: by_id(company) };
        soon(async {
            while reviews.get_review_plan(request.clone()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// A company of its own, customer for a year.
    pub(crate) async fn a_company(&self, number: u32) -> Account {
        self.register(self.company(number)).await
    }

    pub(crate) fn company(&self, number: u32) -> AccountEntry {
        AccountEntry {
            level: AccountLevel::Company.into(),
            name: format!("Exemple {number} SAS"),
            siren: siren(number),
            segments: vec![Segment::SmeFleet.into()],
            address: Some(address("75001")),
            customer_since: self.in_days(-365),
            ..AccountEntry::default()
        }
    }

    pub(crate) fn group(&self) -> AccountEntry {
        AccountEntry {
            level: AccountLevel::Group.into(),
            name: "Groupe Exemple".to_owned(),
            segments: vec![Segment::LargeAccount.into()],
            language: Language::English.into(),
            customer_since: self.in_days(-365),
            ..AccountEntry::default()
        }
    }

    pub(crate) fn site(&self, company: &Account, number: u32) -> AccountEntry {
        AccountEntry {
            level: AccountLevel::Site.into(),
            parent_account_id: company.account_id.clone(),
            name: format!("Site {number}"),
            siret: siret(&company.siren, number),
            address: Some(address("97400")),
            customer_since: self.in_days(-365),
            ..AccountEntry::default()
        }
    }

    /// An account manager, trained until in a year.
    pub(crate) async fn a_manager(&self, name: &str) -> String {
        let staff = Staff {
            name: name.to_owned(),
            is_account_manager: true,
            languages: vec![Language::French.into()],
            email: format!("{}@operateur.test", name.to_lowercase().replace(' ', ".")),
            ..Staff::default()
        };
        let request = RegisterStaffRequest { request_id: fresh(), staff: Some(staff) };
        let staff_id =
            self.staff().register_staff(request).await.unwrap().into_inner().staff.unwrap().staff_id;
        let training = Training {
            code: "account-manager".to_owned(),
            passed_at: self.in_days(-400),
            valid_until: self.in_days(365),
            ..Training::default()
        };
        let request = RecordTrainingRequest {
            request_id: fresh(),
            staff_id: staff_id.clone(),
            training: Some(training),
        };
        self.staff().record_training(request).await.unwrap();
        staff_id
    }

    pub(crate) async fn a_person(&self, account: &Account, number: u32) -> Person {
        let request = RegisterPersonRequest { request_id: fresh(), person: Some(person(account, number)) };
        self.crm().register_person(request).await.unwrap().into_inner().person.unwrap()
    }
}

pub(crate) fn advisor() -> Grant {
    Grant::new("advisor-1", &[Role::Advisor])
}

pub(crate) fn operator() -> Grant {
    Grant::new("operator-1", &[Role::Operator])
}

/// A customer's fleet manager, of this account and those below it.
pub(crate) fn fleet_manager(account: &Account) -> Grant {
    Grant::new("paul.martin", &[Role::FleetManager]).scope(Scope::account(id(&account.account_id)))
}

/// Somebody of the account with a phone, and nothing else.
pub(crate) fn end_user(account: &Account, user_id: &str) -> Grant {
    Grant::new(user_id, &[Role::EndUser]).scope(Scope::account(id(&account.account_id)))
}

/// The token.
#[derive(Clone)]
pub(crate) struct Bearer {
    token: String,
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = MetadataValue::try_from(format!("Bearer {}", self.token)).unwrap();
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }
}

pub(crate) fn person(account: &Account, number: u32) -> Person {
    Person {
        account_id: account.account_id.clone(),
        user_id: format!("user-{number}"),
        given_name: "Marie".to_owned(),
        family_name: format!("Durand {number}"),
        roles: vec![PersonRole::FleetManager.into()],
        email: format!("marie.{number}@exemple.fr"),
        numbers: vec!["+33100000001".to_owned(), format!("+336{number:08}")],
        external_identifiers: vec![external("contact", &format!("P-{number}"))],
        ..Person::default()
    }
}

pub(crate) fn external(kind: &str, id: &str) -> ExternalIdentifier {
    ExternalIdentifier { owner: "crm".to_owned(), r#type: kind.to_owned(), id: id.to_owned() }
}

pub(crate) fn address(postal_code: &str) -> Address {
    Address {
        lines: vec!["1 rue de l'Exemple".to_owned()],
        postal_code: postal_code.to_owned(),
        town: "Exemple".to_owned(),
        ..Address::default()
    }
}

/// The `number`th SIREN that checks.
pub(crate) fn siren(number: u32) -> String {
    with_check_digit(&format!("{:08}", 10_000_000 + number))
}

/// The `number`th site of a company.
pub(crate) fn siret(siren: &str, number: u32) -> String {
    with_check_digit(&format!("{siren}{number:04}"))
}

/// Found by trying, apart from what the service computes: the one digit that makes the whole check.
fn with_check_digit(body: &str) -> String {
    let checks = |digits: &str| {
        let weigh = |(place, digit): (usize, char)| {
            let weighed = digit.to_digit(10).unwrap() * (1 + u32::from(place % 2 == 1));
            weighed / 10 + weighed % 10
        };
        digits.chars().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
    };
    (0..10).map(|last| format!("{body}{last}")).find(|whole| checks(whole)).unwrap()
}

pub(crate) fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

pub(crate) fn fresh() -> String {
    SystemIds.next().to_string()
}

pub(crate) fn wire(instant: Timestamp) -> Option<prost_types::Timestamp> {
    let micros = instant.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap();
    Some(prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos })
}

pub(crate) fn by_id(account: &Account) -> Option<AccountRef> {
    Some(AccountRef { account: Some(account_ref::Account::AccountId(account.account_id.clone())) })
}

/// The stable reason of a refusal.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> &'static str {
    let status = result.expect_err("refused");
    Reason::of(&status).unwrap_or_else(|| panic!("a status without reason: {status:?}")).as_str()
}

/// What must come soon, or never will.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("comes soon")
}

/// Asks until it holds.
pub(crate) async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    soon(async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
