//! The CRM contract: `contracts/asyncapi.yaml` is made from the schemas, which are made from the event types, so that
//! none of them can say something else than the code.
//!
//! `make golden` writes it; look at the difference before you commit it.

mod asyncapi;
mod headers;
mod restored;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};

use schema::EventSchema;

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts")
}

#[test]
fn the_asyncapi_document_is_what_the_event_types_make() {
    let document = asyncapi::document(&EventSchema::all(&contracts().join("schemas")));
    let text = format!(
        "# Generated from the event types by `make golden`. Do not edit.\n{}",
        serde_saphyr::to_string(&document).unwrap()
    );
    let path = contracts().join("asyncapi.yaml");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let checked_in = fs::read_to_string(&path).unwrap();
    assert_eq!(text, checked_in, "{} differs from what the code makes", path.display());
}

#[test]
fn every_open_list_of_values_is_a_list_in_some_schema() {
    let schemas = EventSchema::all(&contracts().join("schemas"));
    for name in asyncapi::OPEN_VALUES {
        assert!(schemas.iter().any(|schema| schema.defines_values(name)), "{name} is in no schema");
    }
}

#[test]
fn personal_fields_are_found_wherever_they_are_nested() {
    let schemas = EventSchema::all(&contracts().join("schemas"));
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
    assert_eq!(of("vigie.log.restored.v1"), [""; 0], "the log's own event is about nobody");
}

#[test]
fn user_ids_are_listed_beside_the_personal_fields() {
    let schemas = EventSchema::all(&contracts().join("schemas"));
    let drift =
        schemas.iter().find(|schema| schema.event_type == "vigie.line.register_drift_repaired.v1").unwrap();
    assert_eq!(drift.user_ids(), ["approved_by", "line.user_id"]);
}
