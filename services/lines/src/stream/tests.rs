//! What is published: names, bytes and schemas, compared with the files that consumers test against.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-lines` writes the files anew. A file of an event that was published may
//! only be written anew while the old bytes still decode: keep them beside it under another name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vigie_eventlog::{Aggregate, DecodeError, DirectoryOp};

use super::{Payload, key, person_key};
use crate::domain::tests::{
    EID, IMEI, Story, a_line, advisor, blocked, by_phone, clerk, complete_port_out, declare_theft, imei,
    integration, manager, new_sim, note_port_out, recovered, reinstate, released, replace_sim, report,
    stepped_up, suspend, terminate, user,
};
use crate::domain::*;

/// One life in which every event about the line itself happens.
fn a_full_life() -> Story {
    let story = Story::of_a_line()
        .given(Command::Suspend {
            reason: Reason::Theft,
            by: advisor(),
            on_behalf: Some(by_phone(&["customer code", "call back on the registered number"])),
        })
        .after(Duration::from_millis(3))
        .given(suspend(Reason::Unpaid, clerk()));
    let due = next_due(&story.line).expect("waits");
    let story = story.after(Duration::from_secs(60)).given(Command::Wake { due }).confirmed();
    let (sequence, barred) =
        (story.sequence(), Confirmation { cs: false, ps: false, attached: true, simulated: false });
    let story = story
        .given(Command::RecordDrift {
            sequence,
            found: Observed::domains(true, true),
            explained_by_own_write: true,
        })
        .after(Duration::from_millis(900))
        .given(Command::RecordDriftRepaired { sequence, read_back: barred, approved_by: None })
        .given(reinstate(Reason::Unpaid, clerk()))
        .given(replace_sim(new_sim(), stepped_up(manager())))
        .confirmed();
    let recovery = HandsetRecovery { attested_by: "paul.martin".to_owned(), recovered_at: story.now() };
    story
        .given(Command::Reinstate {
            reason: Reason::Theft,
            by: stepped_up(manager()),
            on_behalf: None,
            handset_recovery: Some(recovery),
        })
        .confirmed()
        .given(terminate(stepped_up(manager())))
        .after(Duration::from_millis(7))
        .confirmed()
}

/// Another one, of a data twin with an eSIM, in which the rest happens: its handset is stolen, recovered, stolen again and
/// recovered, and its number goes to another operator.
fn a_life_with_a_handset() -> Story {
    let twin_of = Some(uuid::Uuid::from_u128(0x99));
    let esim = Sim { eid: Some(Eid::parse(EID).unwrap()), ..a_line().sim };
    let new = NewLine { sim: esim, twin_of, ..a_line() };
    let story = Story::empty()
        .given(Command::Register(Box::new(new)))
        .given(Command::RecordHandset {
            imei: imei(IMEI),
            by: advisor(),
            on_behalf: Some(by_phone(&["customer code"])),
        })
        .given(declare_theft(report("2026-11-23T02:00:00Z"), user()));
    let (first, due) = (story.act(), next_due(&story.line).expect("waits"));
    let story = story
        .after(Duration::from_millis(5))
        .given(Command::Wake { due })
        .given(blocked(first))
        .given(recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager())))
        .given(released(first, false))
        .given(declare_theft(report("2026-11-23T02:40:00Z"), user()));
    let second = story.act();
    story
        .given(recovered(Some(second), "2026-11-23T02:50:00Z", stepped_up(manager())))
        .given(released(second, true))
        .given(note_port_out("2026-11-25T08:00:00Z", integration()))
        .given(Command::CancelPortOut { by: advisor() })
        .given(note_port_out("2026-11-26T08:00:00Z", integration()))
        .given(complete_port_out("2026-11-23T02:55:00Z", integration()))
        .after(Duration::from_millis(7))
        .confirmed()
}

/// The first event of each type.
fn one_of_each() -> BTreeMap<&'static str, Event> {
    let mut first = BTreeMap::new();
    for (event, _) in a_full_life().events.into_iter().chain(a_life_with_a_handset().events) {
        first.entry(event.name()).or_insert(event);
    }
    first
}

const PUBLISHED: [&str; 24] = [
    name::CONFIRMATION_OVERDUE,
    name::HANDSET_BLOCK_KEPT,
    name::HANDSET_BLOCK_OVERDUE,
    name::HANDSET_BLOCKED,
    name::HANDSET_RECORDED,
    name::HANDSET_RECOVERED,
    name::HANDSET_UNBLOCKED,
    name::LINE_REGISTERED,
    name::PORT_OUT_CANCELLED,
    name::PORT_OUT_COMPLETED,
    name::PORT_OUT_NOTED,
    name::REGISTER_DRIFT_FOUND,
    name::REGISTER_DRIFT_REPAIRED,
    name::REINSTATEMENT_CONFIRMED,
    name::REINSTATEMENT_REQUESTED,
    name::SECOND_CONTACT_NOTICE_DUE,
    name::SIM_REPLACEMENT_CONFIRMED,
    name::SIM_REPLACEMENT_REQUESTED,
    name::SUSPENSION_CONFIRMED,
    name::SUSPENSION_REASON_LIFTED,
    name::SUSPENSION_REQUESTED,
    name::TERMINATION_CONFIRMED,
    name::TERMINATION_REQUESTED,
    name::THEFT_DECLARED,
];

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn schema_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/schemas")
}

/// Compares with the file, or writes it where the run is told to.
fn is_as_checked_in(path: &Path, bytes: &[u8]) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // In one step: another test may be reading it.
        let fresh = path.with_extension("fresh");
        fs::write(&fresh, bytes).unwrap();
        fs::rename(fresh, path).unwrap();
    }
    let checked_in = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&checked_in),
        "{} differs from what the code makes",
        path.display()
    );
}

#[test]
fn every_event_type_has_a_golden_file_and_is_still_written_like_it() {
    let events = one_of_each();
    assert_eq!(events.keys().copied().collect::<Vec<_>>(), PUBLISHED, "the story tells every event");
    for (event_type, event) in &events {
        let encoded = Line::encode(event).unwrap();
        is_as_checked_in(&golden_folder().join(format!("{event_type}.golden.json")), &encoded.payload);
    }
}

#[test]
fn every_golden_file_decodes_and_is_encoded_to_the_same_bytes() {
    let mut seen = BTreeSet::new();
    for file in fs::read_dir(golden_folder()).unwrap() {
        let path = file.unwrap().path();
        let file_name = path.file_name().unwrap().to_str().unwrap();
        // Older bytes of the same type: `<type>.<since>.golden.json`.
        let event_type =
            PUBLISHED.into_iter().find(|name| file_name.starts_with(name)).expect("a known type");
        let bytes = fs::read(&path).unwrap();
        let event = Line::decode(event_type, &bytes).unwrap_or_else(|error| panic!("{file_name}: {error}"));
        let encoded = Line::encode(&event).unwrap();
        assert_eq!(encoded.event_type, event_type);
        assert_eq!(String::from_utf8_lossy(&encoded.payload), String::from_utf8_lossy(&bytes), "{file_name}");
        assert_eq!((encoded.account_id, encoded.act_id), (event.account_id, event.act_id()));
        seen.insert(event_type);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), PUBLISHED);
}

#[test]
fn a_consumer_finds_account_line_and_external_keys_beside_what_happened() {
    for event in one_of_each().values() {
        let json: serde_json::Value = serde_json::from_slice(&Line::encode(event).unwrap().payload).unwrap();
        assert_eq!(json["account_id"], event.account_id.to_string());
        assert_eq!(json["line_id"], event.line_id.to_string());
        assert_eq!(json["external_identifiers"][0]["type"], "subscription");
        assert_eq!(json["line"]["msisdn"]["value"], "+33600000001");
    }
}

#[test]
fn schemas_are_generated_from_the_types() {
    fn schema<F: schemars::JsonSchema>(event_type: &str, description: &str) {
        let mut schema = schemars::schema_for!(Payload<F>);
        schema.insert("$id".to_owned(), format!("urn:vigie:event:{event_type}").into());
        schema.insert("title".to_owned(), event_type.into());
        schema.insert("description".to_owned(), description.into());
        let mut text = serde_json::to_string_pretty(&schema).unwrap();
        text.push('\n');
        is_as_checked_in(&schema_folder().join(format!("{event_type}.json")), text.as_bytes());
    }
    schema::<LineRegistered>(
        name::LINE_REGISTERED,
        "The line came into the inventory; nothing was provisioned.",
    );
    schema::<SuspensionRequested>(
        name::SUSPENSION_REQUESTED,
        "A reason for suspension was added: the register is to show the line barred. It may not do so yet.",
    );
    schema::<Confirmed>(name::SUSPENSION_CONFIRMED, "The register was read back and shows the line barred.");
    schema::<SuspensionReasonLifted>(
        name::SUSPENSION_REASON_LIFTED,
        "A reason for suspension was lifted and others remain: the line stays barred.",
    );
    schema::<ReinstatementRequested>(
        name::REINSTATEMENT_REQUESTED,
        "The last reason for suspension was lifted: the register is to show the line open. It may not do so yet.",
    );
    schema::<Confirmed>(name::REINSTATEMENT_CONFIRMED, "The register was read back and shows the line open.");
    schema::<ConfirmationOverdue>(
        name::CONFIRMATION_OVERDUE,
        "The register has not confirmed an act within 60 seconds of its T0; it is still being driven.",
    );
    schema::<SecondContactNoticeDue>(
        name::SECOND_CONTACT_NOTICE_DUE,
        "LOSS or THEFT was lifted: a second contact of the customer is to be told.",
    );
    schema::<SimReplacementRequested>(
        name::SIM_REPLACEMENT_REQUESTED,
        "The line's number is to move to another SIM. The old one is in use until the confirmation.",
    );
    schema::<Confirmed>(
        name::SIM_REPLACEMENT_CONFIRMED,
        "The register was read back and shows the number on the new SIM, and the old one barred.",
    );
    schema::<TerminationRequested>(name::TERMINATION_REQUESTED, "The line ends: it takes no more commands.");
    schema::<TerminationConfirmed>(
        name::TERMINATION_CONFIRMED,
        "The register was read back and shows the ended line barred; its number is in quarantine, or another operator's.",
    );
    schema::<RegisterDriftFound>(
        name::REGISTER_DRIFT_FOUND,
        "The register shows for the line something that nobody asked for.",
    );
    schema::<RegisterDriftRepaired>(
        name::REGISTER_DRIFT_REPAIRED,
        "The register was read back and shows again what was asked.",
    );
    schema::<HandsetRecorded>(
        name::HANDSET_RECORDED,
        "The handset that the line is used with was put on record.",
    );
    schema::<TheftDeclared>(
        name::THEFT_DECLARED,
        "The police's declaration of theft of a handset reached us: it is to be on the EIR block list before due_at. The \
         line is suspended by an act of its own.",
    );
    schema::<HandsetBlocked>(
        name::HANDSET_BLOCKED,
        "The EIR block list was read back and shows the stolen handset.",
    );
    schema::<HandsetBlockOverdue>(
        name::HANDSET_BLOCK_OVERDUE,
        "The EIR block list does not show the stolen handset at due_at; it is still being put there.",
    );
    schema::<HandsetRecovered>(
        name::HANDSET_RECOVERED,
        "A stolen handset came back, and its declaration of theft ends. It may still be on the EIR block list.",
    );
    schema::<HandsetReleased>(
        name::HANDSET_UNBLOCKED,
        "The EIR block list was read back and does not show the recovered handset any more.",
    );
    schema::<HandsetReleased>(
        name::HANDSET_BLOCK_KEPT,
        "The recovered handset stays on the EIR block list: it is declared stolen on another line, or again, too.",
    );
    schema::<PortOutPlan>(
        name::PORT_OUT_NOTED,
        "The number is to go to another operator. Suspending the line does not stop that.",
    );
    schema::<PortOutPlan>(name::PORT_OUT_CANCELLED, "The number is not to go to another operator any more.");
    schema::<PortOutCompleted>(
        name::PORT_OUT_COMPLETED,
        "The number went to another operator: that is why the line ends. It follows the termination_requested of the act.",
    );
    let files = fs::read_dir(schema_folder()).unwrap().map(|file| file.unwrap().file_name());
    let of_lines = files.filter(|name| name.to_str().is_some_and(|name| name.starts_with("vigie.line.")));
    assert_eq!(of_lines.count(), PUBLISHED.len(), "no schema of an event that is not published");
}

#[test]
fn an_unknown_type_and_broken_bytes_are_refused() {
    let unknown = Line::decode("vigie.line.suspended.v1", b"{}");
    assert!(matches!(unknown, Err(DecodeError::UnknownType(name)) if name == "vigie.line.suspended.v1"));
    for broken in [&b"{}"[..], b"", b"\xff", b"[]"] {
        let decoded = Line::decode(name::SUSPENSION_REQUESTED, broken);
        assert!(matches!(decoded, Err(DecodeError::Malformed { .. })), "{broken:?}");
    }
}

#[test]
fn fields_that_this_build_does_not_know_are_ignored() {
    let event = &one_of_each()[name::SUSPENSION_REQUESTED];
    let mut json: serde_json::Value = serde_json::from_slice(&Line::encode(event).unwrap().payload).unwrap();
    json["added_later"] = 1.into();
    json["line"]["added_later"] = "x".into();
    let decoded = Line::decode(name::SUSPENSION_REQUESTED, json.to_string().as_bytes()).unwrap();
    assert_eq!(&decoded, event);
}

#[test]
fn a_sealed_number_decodes_as_erased() {
    let event = &one_of_each()[name::SUSPENSION_REQUESTED];
    let mut json: serde_json::Value = serde_json::from_slice(&Line::encode(event).unwrap().payload).unwrap();
    let subject = json["line"]["msisdn"]["subject"].clone();
    json["line"]["msisdn"] = serde_json::json!({ "subject": subject, "sealed": "AAEC" });
    let decoded = Line::decode(name::SUSPENSION_REQUESTED, json.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.line.msisdn.known(), None);
    assert_eq!(decoded.line.msisdn.subject(), event.line.msisdn.subject());
}

#[test]
fn no_event_prints_a_number_or_a_name() {
    for event in one_of_each().values() {
        let shown = format!("{event:?}");
        for hidden in
            ["33600000001", "20801000000000", "8933010", "Exemple SAS", "customer code", IMEI, EID, "000123"]
        {
            assert!(!shown.contains(hidden), "{} shows {hidden}", event.name());
        }
    }
}

#[test]
fn number_and_sims_are_claimed_and_the_person_finds_the_line() {
    let new = a_line();
    let reserve = |kind, key: &str| DirectoryOp::Reserve { kind, key: key.to_owned() };
    let person = || person_key(new.account_id, "marie.durand");
    let events = one_of_each();

    assert_eq!(
        Line::directory(&events[name::LINE_REGISTERED]),
        [
            reserve(key::MSISDN, "+33600000001"),
            reserve(key::IMSI, new.sim.imsi.as_str()),
            reserve(key::ICCID, new.sim.iccid.as_str()),
            DirectoryOp::Link { kind: key::PERSON, key: person() },
        ]
    );
    let other = new_sim();
    assert_eq!(
        Line::directory(&events[name::SIM_REPLACEMENT_REQUESTED]),
        [reserve(key::IMSI, other.imsi.as_str()), reserve(key::ICCID, other.iccid.as_str())],
        "and the old SIM stays claimed"
    );
    let Fact::TerminationConfirmed(ended) = &events[name::TERMINATION_CONFIRMED].fact else {
        panic!("not it")
    };
    assert_eq!(
        Line::directory(&events[name::TERMINATION_CONFIRMED]),
        [
            DirectoryOp::Release {
                kind: key::MSISDN,
                key: "+33600000001".to_owned(),
                until: ended.number_quarantined_until
            },
            DirectoryOp::Unlink { kind: key::PERSON, key: person() },
        ],
        "the SIMs never come back"
    );
    let silent = PUBLISHED.into_iter().filter(|event_type| {
        let claims = [
            name::LINE_REGISTERED,
            name::SIM_REPLACEMENT_REQUESTED,
            name::TERMINATION_CONFIRMED,
            name::THEFT_DECLARED,
            name::HANDSET_RECOVERED,
        ];
        !claims.contains(event_type)
    });
    for event_type in silent {
        assert_eq!(Line::directory(&events[event_type]), [], "{event_type}");
    }
}

#[test]
fn a_stolen_handset_finds_its_lines_a_main_line_its_twins_and_a_lost_number_the_line_it_left() {
    let link = |kind, key: &str| DirectoryOp::Link { kind, key: key.to_owned() };
    let unlink = |kind, key: &str| DirectoryOp::Unlink { kind, key: key.to_owned() };
    let main = uuid::Uuid::from_u128(0x99).to_string();
    let story = a_life_with_a_handset();
    let of = |name| {
        let mut events =
            story.events.iter().map(|(event, _)| event).filter(move |event| event.name() == name);
        Line::directory(events.next().expect("happened"))
    };
    assert_eq!(of(name::THEFT_DECLARED), [link(key::IMEI, IMEI)]);
    assert_eq!(of(name::HANDSET_RECOVERED), [unlink(key::IMEI, IMEI)]);
    assert!(of(name::LINE_REGISTERED).contains(&link(key::TWIN, &main)));
    let ended = of(name::TERMINATION_CONFIRMED);
    assert!(ended.contains(&unlink(key::TWIN, &main)), "{ended:?}");
    assert!(ended.contains(&link(key::PORTED_OUT, "+33600000001")), "{ended:?}");
}

#[test]
fn a_shared_line_is_nobodys() {
    let new = NewLine { user_id: None, ..a_line() };
    let story = Story::empty().given(Command::Register(Box::new(new)));
    let claims = Line::directory(&story.events[0].0);
    assert!(claims.iter().all(|claim| matches!(claim, DirectoryOp::Reserve { .. })), "{claims:?}");
    assert_eq!(claims.len(), 3);
}

#[test]
fn an_event_stays_far_below_the_bound_of_64_kib() {
    for event in one_of_each().values() {
        let bytes = Line::encode(event).unwrap().payload.len();
        assert!(bytes < 4096, "{} has {bytes} bytes", event.name());
    }
}

#[test]
fn a_wake_is_a_command_for_its_instant() {
    let due = Story::empty().now();
    assert_eq!(<Line as Aggregate>::wake(due), Command::Wake { due });
}
