//! `vigie.routing.v1`: a file per use case, from the request over the command to the response, with its rule beside it.

mod accounts;
mod base;
pub(crate) mod contacts;
mod desks;
mod hours;
mod house;
mod projects;
mod reject;
mod reviews;
mod routing;
mod staff;
mod wire;

use std::sync::Arc;

use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_clock::Calendars;
use vigie_command::Door;
use vigie_eventlog::{Aggregates, EventLog};

pub use self::routing::Router;
use crate::base::Live;
use crate::domain::account::Account;
use crate::domain::attendance::Attendance;
use crate::domain::contact::Contact;
use crate::domain::contact_point::ContactPoint;
use crate::domain::desk::Desk;
use crate::domain::person::Person;
use crate::domain::project::Project;
use crate::domain::rejected_fact::RejectedFact;
use crate::domain::review_plan::ReviewPlan;
use crate::domain::staff::StaffMember;
use crate::view::View;

/// Entries of a page where the caller does not say.
const PAGE_DEFAULT: u32 = 100;
/// Entries of a page.
const PAGE_MAX: u32 = 1_000;

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Deps {
    pub(crate) log: EventLog,
    pub(crate) accounts: Aggregates<Account>,
    pub(crate) people: Aggregates<Person>,
    pub(crate) staff: Aggregates<StaffMember>,
    pub(crate) desks: Aggregates<Desk>,
    pub(crate) contact_points: Aggregates<ContactPoint>,
    pub(crate) contacts: Aggregates<Contact>,
    pub(crate) attendance: Aggregates<Attendance>,
    pub(crate) rejected_facts: Aggregates<RejectedFact>,
    pub(crate) review_plans: Aggregates<ReviewPlan>,
    pub(crate) projects: Aggregates<Project>,
    /// Public holidays, in all versions that hours may name.
    pub(crate) calendars: Arc<Calendars>,
    pub(crate) view: View,
    /// What routing decisions ask.
    pub(crate) base: Live,
    pub(crate) pages: Signer,
    pub(crate) door: Door,
}

/// Who may call what. Whose account it is, is decided call by call.
pub(crate) fn rules() -> Rules {
    accounts::rules()
        .merge(staff::rules())
        .merge(desks::rules())
        .merge(Router::rules())
        .merge(base::rules())
        .merge(contacts::rules())
        .merge(reviews::rules())
        .merge(projects::rules())
}

/// Adds the gRPC services to those of a server.
pub(crate) fn add_to(deps: &Deps, services: Services) -> Services {
    let services = accounts::add_to(deps, services);
    let services = desks::add_to(deps, staff::add_to(deps, services));
    let services = base::add_to(deps, router(deps).add_to(services));
    let services = contacts::add_to(deps, services);
    projects::add_to(deps, reviews::add_to(deps, services))
}

fn router(deps: &Deps) -> Router {
    Router::new(deps.base.clone(), deps.door.clock().clone())
}
