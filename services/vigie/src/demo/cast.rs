//! Who acts in the demo, each with a token of the role and no more.

use std::sync::Arc;
use std::time::Duration;

use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{Role, Scope};

use super::fiction::Company;
use crate::client::{Client, Credentials};
use crate::error::Error;

/// The demo is over long before.
const TTL: Duration = Duration::from_secs(600);

/// The people and systems of the demo, at one door.
#[derive(Clone)]
pub(super) struct Cast {
    door: Client,
    issuer: Arc<Issuer>,
}

impl Cast {
    /// All of them at the door of `endpoint`.
    pub(super) async fn at(endpoint: &str, issuer: Arc<Issuer>) -> Result<Self, Error> {
        let door = Client::connect(endpoint, None, Credentials::none()).await?;
        Ok(Self { door, issuer })
    }

    /// Who manages a company's fleet, just stepped up.
    pub(super) fn manager(&self, company: &Company) -> Result<Client, Error> {
        let scope = Scope::account(company.account_id());
        self.enter(Grant::new(company.manager, &[Role::FleetManager]).scope(scope).with_step_up())
    }

    /// An advisor on the phone, just stepped up.
    pub(super) fn advisor(&self) -> Result<Client, Error> {
        self.enter(Grant::new("advisor.demo", &[Role::Advisor]).with_step_up())
    }

    /// Who sets and lifts UNPAID.
    pub(super) fn clerk(&self) -> Result<Client, Error> {
        self.enter(Grant::new("clerk.demo", &[Role::BillingClerk]).with_step_up())
    }

    /// Who runs Vigie.
    pub(super) fn operator(&self) -> Result<Client, Error> {
        self.enter(Grant::new("operator.demo", &[Role::Operator]).with_step_up())
    }

    /// Who reads the ledger.
    pub(super) fn auditor(&self) -> Result<Client, Error> {
        self.enter(Grant::new("auditor.demo", &[Role::Auditor]))
    }

    fn enter(&self, grant: Grant) -> Result<Client, Error> {
        let token = self.issuer.mint(&grant.ttl(TTL));
        let token = token.map_err(|error| Error::Usage(format!("no development token: {error}")))?;
        Ok(self.door.with(Credentials::bearer(&token)?))
    }
}
