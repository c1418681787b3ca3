//! A campaign as a stream.

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
        let payload = PayloadRef {
            account_id: Uuid::nil(),
            campaign_id: event.campaign_id,
            fact: &event.fact,
            campaign: &event.campaign,
        };
        Ok(EncodedEvent {
            event_type: event.name(),
            payload: serde_json::to_vec(&payload)?,
            account_id: Uuid::nil(),
            act_id: None,
        })
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<CampaignEvent, DecodeError> {
        let decoded = match event_type {
            campaign_name::CAMPAIGN_BEGAN => event(payload, CampaignFact::Began),
            campaign_name::CAMPAIGN_PAGE_TOLD => event(payload, CampaignFact::PageTold),
            campaign_name::CAMPAIGN_ENDED => event(payload, CampaignFact::Ended),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(super::malformed(event_type))
    }
}

#[derive(Serialize)]
struct PayloadRef<'a> {
    account_id: Uuid,
    campaign_id: Uuid,
    #[serde(flatten)]
    fact: &'a CampaignFact,
    campaign: &'a CampaignSummary,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Payload<F> {
    /// Nil: a campaign is no one customer's.
    #[serde(default)]
    #[allow(dead_code, reason = "said in the schema, and always the same")]
    account_id: Uuid,
    /// The campaign.
    campaign_id: Uuid,
    #[serde(flatten)]
    fact: F,
    /// The campaign after what happened.
    campaign: CampaignSummary,
}

fn event<F: DeserializeOwned>(
    payload: &[u8],
    fact: fn(F) -> CampaignFact,
) -> Result<CampaignEvent, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(CampaignEvent {
        campaign_id: payload.campaign_id,
        fact: fact(payload.fact),
        campaign: payload.campaign,
    })
}
