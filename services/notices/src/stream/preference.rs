//! An account's rules as a stream.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::{
    Preference, PreferenceCommand, PreferenceEvent, PreferenceFact, PreferenceRejection, PreferenceState,
    preference_name,
};

/// The aggregate of [`Preference`].
#[derive(Debug)]
pub struct PreferenceStream;

impl Aggregate for PreferenceStream {
    const KIND: &'static str = "preference";
    type State = Preference;
    type Command = PreferenceCommand;
    type Event = PreferenceEvent;
    type Rejection = PreferenceRejection;

    fn decide(
        state: &Preference,
        command: &PreferenceCommand,
        context: &Context,
    ) -> Result<Decision<PreferenceEvent>, PreferenceRejection> {
        let events = state.decide(command)?.into_iter().collect();
        Ok(Decision { events, act_id: context.act_id })
    }

    fn evolve(state: &mut Preference, event: &PreferenceEvent, _: Timestamp) {
        state.evolve(event);
    }

    fn next_due(_: &Preference) -> Option<Timestamp> {
        None
    }

    /// Never asked for: it is due at no time. Changes nothing, for nobody has such an id.
    fn wake(_: Timestamp) -> PreferenceCommand {
        PreferenceCommand::SetPersonal { account_id: Uuid::nil(), person_id: Uuid::nil(), rules: Vec::new() }
    }

    fn encode(event: &PreferenceEvent) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            fact: &event.fact,
            preference: Cow::Borrowed(&event.preference),
        };
        EncodedEvent::of(event.name(), event.account_id, None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<PreferenceEvent, DecodeError> {
        let decoded = match event_type {
            preference_name::COMPANY_RULES_SET => event(payload, PreferenceFact::CompanyRulesSet),
            preference_name::PERSONAL_RULES_SET => event(payload, PreferenceFact::PersonalRulesSet),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }
}

/// The stored form.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The account.
    account_id: Uuid,
    #[serde(flatten)]
    fact: F,
    /// The rules after what happened.
    preference: Cow<'a, PreferenceState>,
}

fn event<F: DeserializeOwned>(
    payload: &[u8],
    fact: fn(F) -> PreferenceFact,
) -> Result<PreferenceEvent, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(PreferenceEvent {
        account_id: payload.account_id,
        fact: fact(payload.fact),
        preference: payload.preference.into_owned(),
    })
}
