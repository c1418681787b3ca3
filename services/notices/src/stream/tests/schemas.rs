//! The schema of every event, generated from its type.

use vigie_contractkit::Schemas;

use super::super::notice::Payload as Of;
use super::super::{campaign, preference, webhook};
use super::PUBLISHED;
use crate::domain::*;

#[test]
fn schemas_are_generated_from_the_types() {
    Schemas::of(&["vigie.campaign.", "vigie.notice.", "vigie.preference.", "vigie.webhook."])
        .event::<Of<NoticeDecided>>(name::NOTICE_DECIDED, "Somebody is to be told. Nobody has been yet.")
        .event::<Of<NobodyToTell>>(name::NOBODY_TO_TELL, "Somebody should be told, and nobody can be.")
        .event::<Of<AttemptBegan>>(
            name::ATTEMPT_BEGAN,
            "An attempt to hand a notice over began: from here on it may have been.",
        )
        .event::<Of<HandedOver>>(
            name::HANDED_OVER,
            "Somebody else's system took the notice over: it counts as told from this instant, unless it bounces.",
        )
        .event::<Of<AttemptFailed>>(
            name::ATTEMPT_FAILED,
            "An attempt did not hand the notice over, or nobody knows whether it did.",
        )
        .event::<Of<Refused>>(name::REFUSED, "The other side refused the notice for good.")
        .event::<Of<Bounced>>(name::BOUNCED, "The notice came back: it does not count as told any more.")
        .event::<Of<FallbackChosen>>(name::FALLBACK_CHOSEN, "The next recipient is told.")
        .event::<Of<RetryAsked>>(name::RETRY_ASKED, "A person wants the notice tried again.")
        .event::<Of<Delivered>>(name::DELIVERED, "The notice counts as told for good.")
        .event::<Of<GivenUp>>(name::GIVEN_UP, "No recipient of the notice could be reached: a person decides.")
        .event::<Of<Dropped>>(name::DROPPED, "A person ended the notice.")
        .event::<campaign::Payload<CampaignBegan>>(
            campaign_name::CAMPAIGN_BEGAN,
            "Many customers are to be told of one thing.",
        )
        .event::<campaign::Payload<CampaignPageTold>>(
            campaign_name::CAMPAIGN_PAGE_TOLD,
            "Notices for a page of customers were decided.",
        )
        .event::<campaign::Payload<CampaignEnded>>(
            campaign_name::CAMPAIGN_ENDED,
            "Notices for all customers whom it concerns were decided.",
        )
        .event::<preference::Payload<CompanyRulesSet>>(
            preference_name::COMPANY_RULES_SET,
            "A company's rules of who is told of what were replaced.",
        )
        .event::<preference::Payload<PersonalRulesSet>>(
            preference_name::PERSONAL_RULES_SET,
            "A person's own rules were replaced.",
        )
        .event::<webhook::Payload<WebhookRegistered>>(
            webhook_name::WEBHOOK_REGISTERED,
            "An endpoint is to be told.",
        )
        .event::<webhook::Payload<WebhookRemoved>>(
            webhook_name::WEBHOOK_REMOVED,
            "An endpoint is to be told no more.",
        )
        .are_as_checked_in(&PUBLISHED);
}
