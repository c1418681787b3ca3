//! What the operator's base says of a contact now.

use std::time::Duration;

use tokio::time::timeout;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::{Personal, Timestamp};

use super::super::Deps;
use super::fact::earliest;
use crate::base::NotLoaded;
use crate::domain::CountryCode;
use crate::domain::contact::{Caller, Contact, ContactOffered, ContactQualified, Fact, Pinned, Report};
use crate::domain::contact_point::Channel;
use crate::domain::route::{self, Family, Number, Set, Sight, Subject, expect};

/// How long a fact waits for the base to come to what was recorded before it.
const BASE_WAIT_MAX: Duration = Duration::from_millis(500);

/// What the base says of `report`, if that says who calls or for what. `state` is what was known before.
pub(super) async fn of(
    deps: &Deps,
    state: Option<&Contact>,
    report: &Report,
) -> Result<Option<Pinned>, Refusal> {
    let told = state.map(Contact::told);
    let offered = told.and_then(|told| told.offered());
    let qualified = told.and_then(|told| told.qualified());
    let about = match &report.fact {
        Fact::ContactOffered(fact) => About::of(Some(fact), qualified, &fact.caller),
        Fact::ContactQualified(fact) => About::of(offered, Some(fact), &fact.caller),
        _ => return Ok(None),
    };
    let began_at = earliest(state.and_then(Contact::began_at), report.occurred_at);
    about.within(state.and_then(Contact::family)).ask(deps, began_at).await.map(Some)
}

/// What the base says of the part of `whole` that is about `family`.
pub(super) async fn of_part(deps: &Deps, whole: &Contact, family: Family) -> Result<Option<Pinned>, Refusal> {
    let (offered, qualified) = (whole.told().offered(), whole.told().qualified());
    let caller = qualified.map(|fact| &fact.caller).or(offered.map(|fact| &fact.caller));
    let (Some(caller), Some(began_at)) = (caller, whole.began_at()) else { return Ok(None) };
    About::of(offered, qualified, caller).within(Some(family)).ask(deps, began_at).await.map(Some)
}

/// What is asked of the base.
struct About {
    caller: route::Caller,
    channel: Channel,
    subject: Subject,
    families: Set<Family>,
    from: CountryCode,
}

impl About {
    fn of(offered: Option<&ContactOffered>, qualified: Option<&ContactQualified>, caller: &Caller) -> Self {
        Self {
            caller: who(caller).or_else(|| who(&offered?.caller)).unwrap_or(route::Caller::Unknown),
            channel: offered.map_or(Channel::Phone, |fact| fact.channel),
            // Only loss, theft and what is international are handled by others than the customer's own teams.
            subject: qualified.map_or(Subject::Administrative, |fact| fact.subject),
            families: qualified.iter().flat_map(|fact| fact.families.iter().copied()).collect(),
            from: offered.map_or(CountryCode::FRANCE, |fact| fact.from_country),
        }
    }

    /// A part is about its own family, whatever the call was about.
    fn within(self, family: Option<Family>) -> Self {
        Self { families: family.map_or(self.families, Set::only), ..self }
    }

    async fn ask(self, deps: &Deps, at: Timestamp) -> Result<Pinned, Refusal> {
        let Self { caller, channel, subject, families, from } = self;
        let contact = route::Contact { caller, channel, subject, families, language: None, at, from };
        // A customer who was registered a moment ago is known. A base that is far behind is asked all the same: what it
        // does not know yet it says it does not know, and the next fact pins again.
        let head = deps.log.known_head().position;
        let _ = timeout(BASE_WAIT_MAX, deps.base.reached(head)).await;
        let expected = deps.base.read(|base| expect(base, &contact, Sight::Everything));
        let expected = expected.map_err(|NotLoaded| {
            Refusal::new(Reason::ViewBehind, "the base of customers is being loaded; tell the fact again")
        })?;
        Ok(Pinned::of(&expected, at))
    }
}

/// A person says more than a number, and a number more than an account alone.
fn who(caller: &Caller) -> Option<route::Caller> {
    let number =
        caller.number.as_ref().and_then(Personal::known).and_then(|number| Number::parse(number.as_str()));
    caller
        .person_id
        .map(route::Caller::Person)
        .or(number.map(route::Caller::Number))
        .or(caller.account_id.map(route::Caller::Account))
}
