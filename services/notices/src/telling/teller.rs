//! Who tells: decides notices by what is known at this moment.

use std::sync::Arc;

use futures::future::try_join_all;
use uuid::Uuid;
use vigie_clock::{Clock, Context, Ids, derived_id};
use vigie_eventlog::reaction::Effect;
use vigie_eventlog::{Aggregates, Order};

use super::Error;
use super::facts::{FactFinder, Reach};
use crate::directory::Recorded;
use crate::domain::{Audience, Cause, Command, NewNotice, Notice, Parameter, Parameters, Plan, Route, plan};
use crate::events::Tell;
use crate::metrics::Metrics;
use crate::stream::CampaignStream;

/// Who tells. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Teller {
    pub(crate) facts: FactFinder,
    pub(crate) notices: Aggregates<Notice>,
    pub(crate) campaigns: Aggregates<CampaignStream>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) metrics: Metrics,
}

/// What telling came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Notices that were decided, by this attempt or an earlier one.
    pub(crate) notices: u64,
    /// Whether nobody could be told who should be.
    pub(crate) nobody: bool,
}

impl Teller {
    /// Decides the notices that `tell` leads to in the account of `cause`. `seed` is the same at every repeat: so each of
    /// them is decided once.
    pub(crate) async fn tell(
        &self,
        tell: &Tell,
        cause: &Cause,
        reach: Reach,
        seed: Uuid,
        effect: &Effect,
    ) -> Result<Told, Error> {
        let facts = self.facts.facts(tell, cause, reach).await?;
        let Plan { routes, nobody } = plan(&facts);
        let parameters = self.parameters(tell).await?;
        let bulk = reach == Reach::OwnOnly;
        let new = |notice_id, route: &Route| NewNotice {
            notice_id,
            cause: cause.clone(),
            parameters: parameters.clone(),
            parties: tell.parties.clone(),
            audience: route.audience,
            bulk,
            recipients: route.recipients.clone(),
        };
        let mut commands: Vec<(Uuid, Command)> = routes
            .iter()
            .map(|route| {
                let notice_id = derived_id(seed, &route.key.to_string());
                (notice_id, Command::Decide(Box::new(new(notice_id, route))))
            })
            .collect();
        let mut recorded = None;
        if let Some(why) = nobody {
            let above = reach == Reach::All;
            recorded = Some(self.facts.directory.recorded(cause.account_id, above).await?);
            let notice_id = derived_id(seed, &format!("nobody {}", cause.account_id));
            let nobody = Route { key: notice_id, audience: Audience::Person, recipients: Vec::new() };
            let new = Box::new(new(notice_id, &nobody));
            commands.push((notice_id, Command::FindNobody { new, why }));
        }
        try_join_all(commands.into_iter().map(|(notice_id, command)| {
            let orders = self.order(notice_id, command, cause, effect);
            self.execute(orders, recorded)
        }))
        .await?;
        Ok(Told { notices: u64::try_from(routes.len()).unwrap_or(u64::MAX), nobody: nobody.is_some() })
    }

    /// Whom a notice would be for, were it decided now: the recipients of the route that begins with `key`, else of all.
    pub(crate) async fn again(
        &self,
        tell: &Tell,
        key: Option<Uuid>,
    ) -> Result<Vec<crate::domain::Recipient>, Error> {
        let facts = self.facts.facts(tell, &tell.cause, Reach::All).await?;
        let Plan { routes, .. } = plan(&facts);
        let routes = || routes.iter().filter(|route| route.audience == Audience::Person);
        let same = routes().find(|route| Some(route.key) == key);
        let all = || routes().flat_map(|route| route.recipients.iter().cloned()).collect();
        Ok(match (same, key) {
            (Some(route), _) => route.recipients.clone(),
            (None, Some(_)) => Vec::new(),
            (None, None) => all(),
        })
    }

    async fn execute(&self, order: Order<Command>, recorded: Option<Recorded>) -> Result<(), Error> {
        let decided = self.notices.execute(order).await.map_err(|error| Error::of(&error))?;
        if let (false, Some(notice)) = (decided.events.is_empty(), decided.state.as_ref()) {
            self.metrics.decided(&notice.snapshot(), recorded);
        }
        Ok(())
    }

    fn order(&self, notice_id: Uuid, command: Command, cause: &Cause, effect: &Effect) -> Order<Command> {
        Order {
            urgent: cause.security,
            is_new: effect.attempts == 1,
            ..Order::new(notice_id, command, self.context(effect))
        }
    }

    pub(crate) fn context(&self, effect: &Effect) -> Context {
        Context {
            request_id: Some(effect.request_id),
            traceparent: effect.traceparent.clone(),
            ..Context::system("notices", self.clock.now(), self.ids.next())
        }
    }

    /// What the text is filled in with: what the event says, and how a staff member is called whom it only names by id.
    async fn parameters(&self, tell: &Tell) -> Result<Parameters, Error> {
        let mut parameters = tell.parameters.clone();
        if let Some(staff_id) = tell.manager_staff_id {
            let staff = self.facts.directory.staff(staff_id).await?;
            let name =
                staff.map_or_else(|| Parameter::Text(String::new()), |staff| Parameter::Personal(staff.name));
            parameters.insert("manager".to_owned(), name);
        }
        Ok(parameters)
    }
}
