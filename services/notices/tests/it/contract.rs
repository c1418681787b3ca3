//! The contract of the topics that `notices` publishes to: `contracts/asyncapi/notices.yaml` is made from the schemas, which
//! are made from the event types, so that none of them can say something else than the code.
//!
//! `make golden` writes it; look at the difference before you commit it.

use vigie_contractkit::{Contract, EventSchema, Events, State};

const PREFIXES: &[&str] = &["vigie.campaign.", "vigie.notice.", "vigie.preference.", "vigie.webhook."];

/// In the order of the topics.
const STATES: &[State] = &[
    State { channel: "noticeState", one: "notice" },
    State { channel: "preferenceState", one: "account's preference" },
    State { channel: "webhookState", one: "webhook" },
    State { channel: "campaignState", one: "campaign" },
];

#[test]
fn the_asyncapi_document_is_what_the_event_types_make() {
    let contract = Contract {
        topics: vigie_notices::config::topics().unwrap(),
        prefixes: PREFIXES,
        title: "Vigie: who is told what, and the proof of it",
        description: "Every event of every notice, campaign, preference and webhook, and what it is about after it, on Kafka. \
                      contracts/README.md is the page for integrators.",
        events: Events { channel: "noticesEvents", summary: "Every event of everything that notices keeps." },
        states: STATES,
        inbound: None,
        key: "of a notice's events the notice's, of a webhook's the webhook's, and so on",
        open_values: &[
            "Audience",
            "CauseKind",
            "Change",
            "DeliveredBy",
            "GivenUpWhy",
            "Language",
            "NobodyWhy",
            "Parameter",
            "PersonRole",
            "Proof",
            "Recipient",
            "RuleChannel",
            "Whom",
        ],
    };
    contract.is_as_checked_in();
}

#[test]
fn whom_a_notice_goes_to_is_personal_and_so_is_what_the_other_side_said() {
    let schemas = EventSchema::all(PREFIXES);
    let of = |event: &str| schemas.iter().find(|schema| schema.event_type == event).unwrap();
    assert_eq!(
        of("vigie.notice.notice_decided.v1").personal(),
        ["parameters.*.value", "recipients[].address", "recipients[].name"]
    );
    assert_eq!(of("vigie.notice.attempt_failed.v1").personal(), ["text"]);
    assert_eq!(of("vigie.notice.notice_decided.v1").user_ids(), ["parties.doers", "parties.user_id"]);
    assert_eq!(of("vigie.campaign.campaign_began.v1").personal(), ["parameters.*.value"]);
}
