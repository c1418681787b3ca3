//! What is published: names, bytes and schemas, compared with the files that consumers test against.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-lines` writes the files anew. A file of an event that was published may
//! only be written anew while the old bytes still decode: keep them beside it under another name.

mod schemas;

use std::time::Duration;

use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{key, person_key};
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

fn published() -> Published<Line> {
    let life = a_full_life().events.into_iter().chain(a_life_with_a_handset().events);
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    Published::of(life.map(|(event, _)| event), "line_id", golden)
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

#[test]
fn lines_are_published_as_their_golden_files_say() {
    let published = published();
    published.check(&PUBLISHED);
    published.stay_below(4096);
}

#[test]
fn a_consumer_finds_account_line_and_external_keys_beside_what_happened() {
    for event in published().first.values() {
        let json = Published::<Line>::json(event);
        assert_eq!(json["account_id"], event.account_id.to_string());
        assert_eq!(json["line_id"], event.line_id.to_string());
        assert_eq!(json["external_identifiers"][0]["type"], "subscription");
        assert_eq!(json["line"]["msisdn"]["value"], "+33600000001");
    }
}

#[test]
fn a_sealed_number_decodes_as_erased() {
    let event = &published().first[name::SUSPENSION_REQUESTED];
    let mut json = Published::<Line>::json(event);
    let subject = json["line"]["msisdn"]["subject"].clone();
    json["line"]["msisdn"] = serde_json::json!({ "subject": subject, "sealed": "AAEC" });
    let decoded = Line::decode(name::SUSPENSION_REQUESTED, json.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.line.msisdn.known(), None);
    assert_eq!(decoded.line.msisdn.subject(), event.line.msisdn.subject());
}

#[test]
fn no_event_prints_a_number_or_a_name() {
    published().never_print(&[
        "33600000001",
        "20801000000000",
        "8933010",
        "Exemple SAS",
        "customer code",
        IMEI,
        EID,
        "000123",
    ]);
}

#[test]
fn number_and_sims_are_claimed_and_the_person_finds_the_line() {
    let new = a_line();
    let reserve = |kind, key: &str| DirectoryOp::Reserve { kind, key: key.to_owned() };
    let person = || person_key(new.account_id, "marie.durand");
    let events = published().first;

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
fn a_wake_is_a_command_for_its_instant() {
    let due = Story::empty().now();
    assert_eq!(<Line as Aggregate>::wake(due), Command::Wake { due });
}
