//! Who is told what, and what proves it: the rules, as pure functions.
//!
//! Invariant: nothing here does I/O, reads a clock or draws a random number. The same inputs give the same events, and
//! replaying the events gives the same state.

mod campaign;
mod cause;
mod endpoint;
mod language;
mod mail_address;
mod notice;
mod parameter;
mod preference;
mod recipient;
mod webhook;
mod whom;

pub use campaign::{
    Campaign, CampaignBegan, CampaignCommand, CampaignEnded, CampaignEvent, CampaignFact, CampaignPageTold,
    CampaignRejection, CampaignSummary, NewCampaign, campaign_name,
};
pub use cause::{Cause, CauseKind, Change, LinePlace};
pub use endpoint::{EndpointUrl, Error as EndpointError, is_private};
pub use language::Language;
pub use mail_address::{Error as MailAddressError, MailAddress};
pub use notice::{
    Attempt, AttemptBegan, AttemptEnd, AttemptFailed, Bounced, Command, Delivered, DeliveredBy, Dropped,
    Ended, Event, Fact, Failure, FallbackChosen, GivenUp, GivenUpWhy, HandedOver, NewNotice, NobodyToTell,
    NobodyWhy, Notice, NoticeDecided, NoticeState, Proof, Receipt, Refused, Rejection, Report, RetryAsked,
    Snapshot, decide, evolve, limit, name, next_due,
};
pub use parameter::{Parameter, Parameters};
pub use preference::{
    CompanyRulesSet, PersonalRulesSet, Preference, PreferenceCommand, PreferenceEvent, PreferenceFact,
    PreferenceRejection, PreferenceState, Rule, RuleChannel, Whom, preference_limit, preference_name,
};
pub use recipient::{Address, Audience, Parties, RECIPIENTS_MAX, Recipient};
pub use webhook::{
    NewWebhook, Webhook, WebhookCommand, WebhookEvent, WebhookFact, WebhookRegistered, WebhookRejection,
    WebhookRemoved, WebhookSummary, webhook_name,
};
pub use whom::{Account, Facts, Person, PersonRole, Plan, Route, plan};

#[cfg(test)]
pub(crate) use notice::tests::story;
