//! The contract of the topics that `lines` publishes to: `contracts/asyncapi/lines.yaml` is made from the schemas, which are
//! made from the event types, so that none of them can say something else than the code.
//!
//! `make golden` writes it; look at the difference before you commit it.

use vigie_contractkit::{Contract, EventSchema, Events, State};

#[test]
fn the_asyncapi_document_is_what_the_event_types_make() {
    let contract = Contract {
        topics: vigie_lines::config::topics().unwrap(),
        prefixes: &["vigie.line."],
        title: "Vigie: mobile lines",
        description: "Every event of every mobile line, and the line after it, on Kafka. contracts/README.md is the page for \
                      integrators.",
        events: Events { channel: "lineEvents", summary: "Every event of every line." },
        states: &[State { channel: "lineState", one: "line" }],
        inbound: None,
        key: "of a line's events the line's",
        open_values: &[
            "ActKind",
            "BlockEvidence",
            "Channel",
            "Evidence",
            "HandsetState",
            "Reason",
            "TargetName",
            "Zone",
        ],
    };
    contract.is_as_checked_in();
}

fn schemas() -> Vec<EventSchema> {
    EventSchema::all(&["vigie.line."])
}

#[test]
fn personal_fields_are_found_wherever_they_are_nested() {
    let schemas = schemas();
    let of = |event: &str| schemas.iter().find(|schema| schema.event_type == event).unwrap().personal();
    assert_eq!(
        of("vigie.line.reinstatement_requested.v1"),
        [
            "caller_checks",
            "handset_recovery.attested_by",
            "line.account_holder",
            "line.eid",
            "line.handset",
            "line.iccid",
            "line.imsi",
            "line.msisdn",
            "line.retired_imsis[]",
            "line.stolen_handsets[].imei",
        ]
    );
    assert!(of("vigie.line.sim_replacement_requested.v1").contains(&"new_imsi".to_owned()));
    for personal in ["imei", "police_report", "caller_checks"] {
        assert!(of("vigie.line.theft_declared.v1").contains(&personal.to_owned()), "{personal}");
    }
}

#[test]
fn user_ids_are_listed_beside_the_personal_fields() {
    let schemas = schemas();
    let drift =
        schemas.iter().find(|schema| schema.event_type == "vigie.line.register_drift_repaired.v1").unwrap();
    assert_eq!(drift.user_ids(), ["approved_by", "line.user_id"]);
}
