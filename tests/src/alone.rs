//! Services as processes of their own.

use std::path::PathBuf;
use std::process::Command;

use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_testkit::{Postgres, Process, free_port};

use crate::people::{Door, Person};
use crate::system::{Kind, Stage, System, built, publish_on};

/// A service that runs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// With log and register.
    Lines,
    /// The ledger.
    Commitments,
    /// The timelines.
    Progress,
    /// Customers, staff and teams, with a log of their own.
    Routing,
}

/// The places of services that run alone: each has a database, a data folder and addresses of its own, also after it was
/// killed. The views have no way to the database of lines.
pub struct Alone {
    stage: Stage,
    places: [Place; 4],
    ledger_reads_routing: bool,
}

struct Place {
    data: PathBuf,
    database: Option<String>,
    listen: u16,
    admin: u16,
}

impl Service {
    /// All of them.
    const ALL: [Self; 4] = [Self::Lines, Self::Commitments, Self::Progress, Self::Routing];

    const fn binary(self) -> &'static str {
        match self {
            Self::Lines => "vigie-lines",
            Self::Commitments => "vigie-commitments",
            Self::Progress => "vigie-progress",
            Self::Routing => "vigie-routing",
        }
    }
}

impl Alone {
    /// Places on the parts of `stage`, which is that of lines.
    pub fn new(stage: Stage) -> Self {
        let places = Service::ALL.map(|service| {
            let database = (stage.kind() == Kind::Real).then(|| match service {
                Service::Lines => stage.database().to_owned(),
                _ => Postgres::shared().unwrap().create_database("alone").unwrap(),
            });
            let data = stage.data(service as usize);
            Place { data, database, listen: free_port().unwrap(), admin: free_port().unwrap() }
        });
        Self { stage, places, ledger_reads_routing: false }
    }

    /// From its next start on the ledger reads the log of routing as well.
    pub fn let_the_ledger_read_routing(&mut self) {
        self.ledger_reads_routing = true;
    }

    /// What lines stand on.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The database of a service, on the real parts.
    pub fn database(&self, service: Service) -> &str {
        self.places[service as usize].database.as_deref().expect("the real parts")
    }

    /// Another data folder for a service, from its next start on.
    pub fn move_to(&mut self, service: Service, data: PathBuf) {
        self.places[service as usize].data = data;
    }

    /// The file of the token with which the timelines read the log.
    pub fn token_file(&self) -> PathBuf {
        self.stage.scratch().path().join("progress.token")
    }

    /// Writes it: with role auditor, and what `change` makes of that.
    pub fn write_token(&self, change: impl FnOnce(Grant) -> Grant) {
        let grant = change(Grant::new("vigie-progress", &[Role::Auditor]));
        std::fs::write(self.token_file(), self.stage.mint(&grant)).unwrap();
    }

    /// Starts a service and waits until it is ready.
    pub fn start(&self, service: Service) -> System {
        let system = self.launch(service);
        system.wait_until_ready();
        system
    }

    /// Starts a service and does not wait.
    pub fn launch(&self, service: Service) -> System {
        let Place { data, listen, admin, .. } = &self.places[service as usize];
        let process = Process::start(self.stage.scratch(), &mut self.command(service)).unwrap();
        System::of(process, data.clone(), *listen, *admin, self.stage.account())
    }

    /// How a service is started.
    pub fn command(&self, service: Service) -> Command {
        let Place { data, database, listen, admin } = &self.places[service as usize];
        let mut command = Command::new(built(service.binary()));
        command
            .env("VIGIE_DATA", data)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{listen}"))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{admin}"));
        if let Some(url) = database {
            command.env("VIGIE_STORAGE__POSTGRES__URL", url);
        }
        if self.stage.has_kafka() {
            publish_on(self.stage.kafka(), &mut command);
        }
        let endpoint_of =
            |service: Service| format!("http://127.0.0.1:{}", self.places[service as usize].listen);
        let endpoint = endpoint_of(Service::Lines);
        match service {
            Service::Lines if self.stage.kind() == Kind::Real => {
                let register = self.stage.register();
                command
                    .env("VIGIE_REGISTER__KIND", "osmo_hlr")
                    .env("VIGIE_REGISTER__OSMO_HLR__VTY", register.vty().to_string())
                    .env("VIGIE_REGISTER__OSMO_HLR__CTRL", register.ctrl().to_string());
            }
            Service::Lines | Service::Routing => {}
            // With a development token of its own making.
            Service::Commitments => {
                command.env("VIGIE_LINES__ENDPOINT", endpoint);
                if self.ledger_reads_routing {
                    command.env("VIGIE_ROUTING__ENDPOINT", endpoint_of(Service::Routing));
                }
            }
            Service::Progress => {
                if !self.token_file().exists() {
                    self.write_token(|grant| grant);
                }
                command
                    .env("VIGIE_LINES__ENDPOINT", endpoint)
                    .env("VIGIE_LINES__TOKEN__FILE", self.token_file());
            }
        }
        command
    }

    /// The way to a service, running or not, for `person`.
    pub async fn door(&self, service: Service, person: &Person) -> Door {
        let endpoint = format!("http://127.0.0.1:{}", self.places[service as usize].listen);
        Door::open(&endpoint, &self.stage.mint(&person.grant())).await
    }
}
