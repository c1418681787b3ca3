//! Who takes a contact: decided from the base in memory, without a database and without waiting for anything.

pub(super) mod request;
mod response;
mod tally;

use std::sync::Arc;

use tonic::{Request, Response, Status};
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Role, Target};
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::server::Services;
use vigie_clock::Clock;
use vigie_proto::routing::routing_service_server::{RoutingService, RoutingServiceServer};
use vigie_proto::routing::{RouteContactRequest, RouteContactResponse};

use self::tally::Tally;
use crate::base::{Live, NotLoaded};
use crate::domain::route::{Sight, decide};

const METHOD: &str = "/vigie.routing.v1.RoutingService/RouteContact";

/// `vigie.routing.v1.RoutingService` on a base: all that a replica needs which only routes. Cheap to clone.
#[derive(Clone)]
pub struct Router {
    base: Live,
    clock: Arc<dyn Clock>,
    tally: Tally,
}

impl Router {
    /// Answers from `base`.
    pub fn new(base: Live, clock: Arc<dyn Clock>) -> Self {
        Self { base, clock, tally: Tally::new() }
    }

    /// Who may call: those who take contacts, and the telephone system that brings them.
    pub fn rules() -> Rules {
        Rules::new().allow(METHOD, Rule::roles([Role::Advisor, Role::Operator, Role::Integration]))
    }

    /// Adds the service to those of a server.
    #[must_use]
    pub fn add_to(&self, services: Services) -> Services {
        services.add(RoutingServiceServer::new(self.clone()))
    }

    fn route(&self, call: Request<RouteContactRequest>) -> Result<RouteContactResponse, Refusal> {
        let caller = Caller::of(&call)?;
        let contact = request::contact(&call.into_inner(), || self.clock.now())?;
        // An account out of the caller's sight looks like one that does not exist.
        let may_see = |account| caller.may_see(&Target::account(account));
        let sight = if caller.sees_every_account() { Sight::Everything } else { Sight::Within(&may_see) };
        let decided = self.base.read(|base| {
            let decision = decide(base, &contact, sight);
            self.tally.count(&decision);
            response::of(&decision, base.position())
        });
        decided.map_err(|NotLoaded| not_loaded())
    }
}

fn not_loaded() -> Refusal {
    Refusal::new(Reason::ViewBehind, "the base of customers is being loaded; ask again")
}

#[tonic::async_trait]
impl RoutingService for Router {
    async fn route_contact(
        &self,
        call: Request<RouteContactRequest>,
    ) -> Result<Response<RouteContactResponse>, Status> {
        Ok(Response::new(self.route(call)?))
    }
}
