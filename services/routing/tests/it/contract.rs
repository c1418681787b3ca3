//! The contract of the topics that `routing` publishes to and reads: `contracts/asyncapi/routing.yaml` is made from the
//! schemas, which are made from the event types, so that none of them can say something else than the code.
//!
//! `make golden` writes it; look at the difference before you commit it.

use vigie_bus::Topic;
use vigie_contractkit::{Contract, EventSchema, Events, Inbound, State};
use vigie_routing::config;

/// How the names of all events begin. Contacts, attendance and rejected facts have no state topic.
const PREFIXES: &[&str] = &[
    "vigie.account.",
    "vigie.attendance.",
    "vigie.contact.",
    "vigie.contact_point.",
    "vigie.desk.",
    "vigie.person.",
    "vigie.project.",
    "vigie.rejected_fact.",
    "vigie.review_plan.",
    "vigie.staff_member.",
];

/// In the order of the topics.
const STATES: &[State] = &[
    State { channel: "accountState", one: "account" },
    State { channel: "personState", one: "person" },
    State { channel: "staffMemberState", one: "staff member" },
    State { channel: "deskState", one: "desk" },
    State { channel: "contactPointState", one: "contact point" },
    State { channel: "reviewPlanState", one: "review plan" },
    State { channel: "projectState", one: "project" },
];

#[test]
fn the_asyncapi_document_is_what_the_event_types_make() {
    let contract = Contract {
        topics: config::topics().unwrap(),
        prefixes: PREFIXES,
        title: "Vigie: customers, those who face them, and what came of contacts",
        description: "Every event of every account, person, staff member, desk, contact point, contact, review plan and \
                      project, and what it is about after it, on Kafka; and the topic on which a contact centre tells \
                      what happened. contracts/README.md is the page for integrators.",
        events: Events { channel: "routingEvents", summary: "Every event of everything that routing keeps." },
        states: STATES,
        inbound: Some(Inbound {
            channel: "routingFacts",
            topic: Topic::of_facts(&config::Routing::default().facts_topic),
            prefix: "vigie.fact.",
            summary: "What happened to contacts, and who was there to answer, as a contact centre tells it.",
            description: "One CloudEvent 1.0 in JSON (structured mode) a record. Told again it changes nothing: source, \
                          subject and id tell a repeat. What cannot be taken becomes a rejected fact, \
                          vigie.rejected_fact.fact_rejected.v1, and stops nothing of what follows.",
            key: "The contact's key: the call id, as in subject; the team's key for desk_staffed.",
        }),
        key: "of an account's events the account's, of a person's the person's, and so on",
        open_values: &[
            "Channel",
            "ContactChannel",
            "CoverCause",
            "Family",
            "GapCause",
            "GapEnd",
            "HolidayRule",
            "Language",
            "PersonRole",
            "ProjectKind",
            "ProjectOutcome",
            "Purpose",
            "Segment",
            "Subject",
            "Term",
            "Version",
            "Zone",
        ],
    };
    contract.is_as_checked_in();
}

#[test]
fn personal_fields_are_found_in_what_is_published_and_in_what_is_read() {
    let schemas = EventSchema::all(&["vigie.person.", "vigie.account.", "vigie.contact.", "vigie.fact."]);
    let of = |event: &str| schemas.iter().find(|schema| schema.event_type == event).unwrap();
    assert_eq!(
        of("vigie.person.person_registered.v1").personal(),
        ["person.email", "person.family_name", "person.given_name", "person.numbers[]"]
    );
    assert_eq!(of("vigie.person.person_registered.v1").user_ids(), ["actor", "person.user_id"]);
    assert_eq!(
        of("vigie.account.manager_assigned.v1").personal(),
        ["manager.email", "manager.name", "manager.number"]
    );
    assert_eq!(of("vigie.contact.contact_offered.v1").personal(), ["caller.number"]);
    assert_eq!(of("vigie.fact.contact_offered.v1").personal(), ["data.caller"]);
    assert_eq!(of("vigie.fact.contact_answered.v1").user_ids(), ["data.agent.user_id"]);
}
