//! A campaign as a stream.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::{
    Campaign, CampaignCommand, CampaignEvent, CampaignFact, CampaignRejection, CampaignSummary, campaign_name,
};

/// The aggregate of [`Campaign`].
#[derive(Debug)]
pub struct CampaignStream;

impl Aggregate for CampaignStream {
    const KIND: &'static str = "campaign";
    type State = Option<Campaign>;
    type Command = CampaignCommand;
    type Event = CampaignEvent;
    type Rejection = CampaignRejection;

    fn decide(
        state: &Option<Campaign>,
        command: &CampaignCommand,
        context: &Context,
    ) -> Result<Decision<CampaignEvent>, CampaignRejection> {
        let events = Campaign::decide(state, command)?.into_iter().collect();
        Ok(Decision { events, act_id: context.act_id })
    }

    fn evolve(state: &mut Option<Campaign>, event: &CampaignEvent, _: Timestamp) {
        Campaign::evolve(state, event);
    }

    fn next_due(_: &Option<Campaign>) -> Option<Timestamp> {
        None
    }

    /// Never asked for: it is due at no time. Ends nothing, for no campaign stands after nobody's account.
    fn wake(_: Timestamp) -> CampaignCommand {
        CampaignCommand::End { from: Some(Uuid::nil()) }
    }

    fn encode(event: &CampaignEvent) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: Uuid::nil(),
            campaign_id: event.campaign_id,
            fact: &event.fact,
            campaign: Cow::Borrowed(&event.campaign),
        };
        EncodedEvent::of(event.name(), Uuid::nil(), None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<CampaignEvent, DecodeError> {
        let decoded = match event_type {
            campaign_name::CAMPAIGN_BEGAN => event(payload, CampaignFact::Began),
            campaign_name::CAMPAIGN_PAGE_TOLD => event(payload, CampaignFact::PageTold),
            campaign_name::CAMPAIGN_ENDED => event(payload, CampaignFact::Ended),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }
}

/// The stored form.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// Nil: a campaign is no one customer's.
    #[serde(default)]
    account_id: Uuid,
    /// The campaign.
    campaign_id: Uuid,
    #[serde(flatten)]
    fact: F,
    /// The campaign after what happened.
    campaign: Cow<'a, CampaignSummary>,
}

fn event<F: DeserializeOwned>(
    payload: &[u8],
    fact: fn(F) -> CampaignFact,
) -> Result<CampaignEvent, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(CampaignEvent {
        campaign_id: payload.campaign_id,
        fact: fact(payload.fact),
        campaign: payload.campaign.into_owned(),
    })
}
