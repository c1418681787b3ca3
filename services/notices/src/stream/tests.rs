//! What is published: names, bytes and schemas, compared with the files that consumers test against.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-notices` writes the files anew. A file of an event that was published may only be
//! written anew while the old bytes still decode: keep them beside it under another name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::{Aggregate, DecodeError, DirectoryOp, EncodedEvent};

use super::{CampaignStream, PreferenceStream, WebhookStream, campaign, key, notice, preference, webhook};
use crate::domain::story::*;
use crate::domain::*;

/// Every event, encoded, by type.
fn one_of_each() -> BTreeMap<&'static str, EncodedEvent> {
    let mut first = BTreeMap::new();
    let mut add = |encoded: EncodedEvent| {
        first.entry(encoded.event_type).or_insert(encoded);
    };
    for event in notices() {
        add(Notice::encode(&event).unwrap());
    }
    for event in campaigns() {
        add(CampaignStream::encode(&event).unwrap());
    }
    for event in preferences() {
        add(PreferenceStream::encode(&event).unwrap());
    }
    for event in webhooks() {
        add(WebhookStream::encode(&event).unwrap());
    }
    first
}

fn notices() -> Vec<Event> {
    let told = Story::of(&[1, 2, 3]).attempted(unknown()).attempted(accepted()).given(bounce(1));
    let told =
        told.attempted(refused()).attempted(refused()).given(retry(vec![person(4)])).attempted(accepted());
    let due = next_due(&told.notice).unwrap();
    let told = told.after(limit::BOUNCE_WITHIN).given(Command::Wake { due });
    let nobody = Command::FindNobody { new: Box::new(new_notice(&[])), why: NobodyWhy::OnlyTheUser };
    let nobody = Story::empty().given(nobody).given(drop_it());
    told.events.into_iter().chain(nobody.events).collect()
}

fn campaigns() -> Vec<CampaignEvent> {
    let campaign_id = Uuid::from_u128(0xca);
    let cause = Cause {
        account_id: Uuid::nil(),
        line: None,
        security: false,
        change: Some(Change::ContactPoint { contact_point_id: Uuid::from_u128(0xc011), point_version: 2 }),
        ..cause(CauseKind::ContactPointChanged)
    };
    let parameters = [("before".to_owned(), Parameter::Text("3900".to_owned()))].into();
    let segments = vec!["LARGE_ACCOUNT".to_owned()];
    let new = Box::new(NewCampaign { campaign_id, cause, parameters, segments });
    let to = Uuid::from_u128(0xacc);
    let page = CampaignPageTold { to, accounts: 2, notices: 3, nobody: 1 };
    let commands = [
        CampaignCommand::Begin(new),
        CampaignCommand::TellPage { from: None, page },
        CampaignCommand::End { from: Some(to) },
    ];
    let mut state = None;
    commands
        .iter()
        .map(|command| {
            let event = Campaign::decide(&state, command).unwrap().unwrap();
            Campaign::evolve(&mut state, &event);
            event
        })
        .collect()
}

fn preferences() -> Vec<PreferenceEvent> {
    let person_id = Uuid::from_u128(1);
    let rule = |whom, channel| Rule { causes: [CauseKind::LineBarred].into(), whom, channel };
    let commands = [
        PreferenceCommand::SetCompany {
            account_id: ACCOUNT,
            rules: vec![rule(Whom::Role(PersonRole::ItManager), RuleChannel::Mail)],
            language: Some(Language::En),
        },
        PreferenceCommand::SetPersonal {
            account_id: ACCOUNT,
            person_id,
            rules: vec![rule(Whom::Person(person_id), RuleChannel::None)],
        },
    ];
    let mut state = Preference::default();
    commands
        .iter()
        .map(|command| {
            let event = state.decide(command).unwrap().unwrap();
            state.evolve(&event);
            assert_eq!(state.decide(command), Ok(None), "a repeat writes no event");
            event
        })
        .collect()
}

fn webhooks() -> Vec<WebhookEvent> {
    let new = NewWebhook {
        webhook_id: Uuid::from_u128(0x3b),
        account_id: Some(ACCOUNT),
        url: EndpointUrl::parse("https://crm.exemple.fr/vigie", false).unwrap(),
        causes: [CauseKind::LineBarred].into(),
    };
    let mut state = None;
    [WebhookCommand::Register(Box::new(new)), WebhookCommand::Remove]
        .iter()
        .map(|command| {
            let event = Webhook::decide(&state, command).unwrap().unwrap();
            Webhook::evolve(&mut state, &event, Timestamp::from_micros(0));
            event
        })
        .collect()
}

const PUBLISHED: [&str; 19] = [
    campaign_name::CAMPAIGN_BEGAN,
    campaign_name::CAMPAIGN_ENDED,
    campaign_name::CAMPAIGN_PAGE_TOLD,
    name::ATTEMPT_BEGAN,
    name::ATTEMPT_FAILED,
    name::BOUNCED,
    name::DELIVERED,
    name::DROPPED,
    name::FALLBACK_CHOSEN,
    name::GIVEN_UP,
    name::HANDED_OVER,
    name::NOBODY_TO_TELL,
    name::NOTICE_DECIDED,
    name::REFUSED,
    name::RETRY_ASKED,
    preference_name::COMPANY_RULES_SET,
    preference_name::PERSONAL_RULES_SET,
    webhook_name::WEBHOOK_REGISTERED,
    webhook_name::WEBHOOK_REMOVED,
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

/// Decodes bytes of a type and encodes them again.
fn there_and_back(event_type: &str, bytes: &[u8]) -> Result<EncodedEvent, DecodeError> {
    macro_rules! of {
        ($aggregate:ty) => {
            <$aggregate>::encode(&<$aggregate>::decode(event_type, bytes)?).unwrap()
        };
    }
    Ok(match event_type.split('.').nth(1).unwrap() {
        "notice" => of!(Notice),
        "campaign" => of!(CampaignStream),
        "preference" => of!(PreferenceStream),
        _ => of!(WebhookStream),
    })
}

#[test]
fn every_event_type_has_a_golden_file_and_is_still_written_like_it() {
    let events = one_of_each();
    assert_eq!(events.keys().copied().collect::<Vec<_>>(), PUBLISHED, "the stories tell every event");
    for (event_type, encoded) in &events {
        is_as_checked_in(&golden_folder().join(format!("{event_type}.golden.json")), &encoded.payload);
    }
}

#[test]
fn every_golden_file_decodes_and_is_encoded_to_the_same_bytes() {
    let mut seen = BTreeSet::new();
    for file in fs::read_dir(golden_folder()).unwrap() {
        let path = file.unwrap().path();
        let file_name = path.file_name().unwrap().to_str().unwrap();
        let event_type =
            PUBLISHED.into_iter().find(|name| file_name.starts_with(name)).expect("a known type");
        let bytes = fs::read(&path).unwrap();
        let encoded =
            there_and_back(event_type, &bytes).unwrap_or_else(|error| panic!("{file_name}: {error}"));
        assert_eq!(encoded.event_type, event_type);
        assert_eq!(String::from_utf8_lossy(&encoded.payload), String::from_utf8_lossy(&bytes), "{file_name}");
        seen.insert(event_type);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), PUBLISHED);
}

#[test]
fn an_unknown_type_and_broken_bytes_are_refused() {
    for event_type in PUBLISHED {
        let unknown = there_and_back(&event_type.replace(".v1", ".v9"), b"{}");
        assert!(matches!(unknown, Err(DecodeError::UnknownType(_))), "{event_type}");
        for broken in [&b"{}"[..], b"", b"\xff", b"[]"] {
            let decoded = there_and_back(event_type, broken);
            assert!(matches!(decoded, Err(DecodeError::Malformed { .. })), "{event_type} {broken:?}");
        }
    }
}

#[test]
fn fields_that_this_build_does_not_know_are_ignored() {
    for (event_type, encoded) in one_of_each() {
        let mut json: serde_json::Value = serde_json::from_slice(&encoded.payload).unwrap();
        json["added_later"] = 1.into();
        let again = there_and_back(event_type, json.to_string().as_bytes()).unwrap();
        assert_eq!(again, encoded, "{event_type}");
    }
}

#[test]
fn an_erased_address_decodes_and_nothing_else_is_lost() {
    let decided = &one_of_each()[name::NOTICE_DECIDED];
    let mut json: serde_json::Value = serde_json::from_slice(&decided.payload).unwrap();
    let subject = json["recipients"][0]["address"]["subject"].clone();
    json["recipients"][0]["address"] = serde_json::json!({ "subject": subject, "sealed": "AAEC" });
    let event = Notice::decode(name::NOTICE_DECIDED, json.to_string().as_bytes()).unwrap();
    let Fact::NoticeDecided(fact) = event.fact else { panic!("decided") };
    let Address::Mail { address } = &fact.recipients[0].address else { panic!("a mail") };
    assert_eq!(address, &Personal::Erased { subject: Uuid::from_u128(1) });
}

#[test]
fn no_event_prints_a_number_an_address_or_a_name() {
    for event in notices() {
        let shown = format!("{event:?}");
        for hidden in ["33600000001", "exemple.fr", "Personne", "queued for"] {
            // The Message-ID's domain is the service's own.
            let shown = shown.replace("@avis.exemple.fr", "");
            assert!(!shown.contains(hidden), "{} shows {hidden}: {shown}", event.name());
        }
    }
}

#[test]
fn an_event_stays_below_the_bound_of_64_kib() {
    for encoded in one_of_each().values() {
        assert!(encoded.payload.len() < 8192, "{} has {} bytes", encoded.event_type, encoded.payload.len());
    }
    let many: Vec<u128> = (1..=16).collect();
    let decided = Notice::encode(&Story::of(&many).events[0]).unwrap();
    assert!(decided.payload.len() < 16 << 10, "{} bytes", decided.payload.len());
}

#[test]
fn an_endpoint_is_found_by_its_owner_until_it_is_removed() {
    let events = webhooks();
    let (kind, key) = (key::WEBHOOKS_OF, ACCOUNT.to_string());
    assert_eq!(WebhookStream::directory(&events[0]), [DirectoryOp::Link { kind, key: key.clone() }]);
    assert_eq!(WebhookStream::directory(&events[1]), [DirectoryOp::Unlink { kind, key }]);
    let operators = WebhookEvent { account_id: Uuid::nil(), ..events[0].clone() };
    assert_eq!(
        WebhookStream::directory(&operators),
        [DirectoryOp::Link { kind, key: key::OPERATOR.to_owned() }]
    );
}

#[test]
fn schemas_are_generated_from_the_types() {
    fn write<P: schemars::JsonSchema>(event_type: &str, description: &str) {
        let mut schema = schemars::schema_for!(P);
        schema.insert("$id".to_owned(), format!("urn:vigie:event:{event_type}").into());
        schema.insert("title".to_owned(), event_type.into());
        schema.insert("description".to_owned(), description.into());
        let mut text = serde_json::to_string_pretty(&schema).unwrap();
        text.push('\n');
        is_as_checked_in(&schema_folder().join(format!("{event_type}.json")), text.as_bytes());
    }
    use notice::Payload as Of;
    write::<Of<NoticeDecided>>(name::NOTICE_DECIDED, "Somebody is to be told. Nobody has been yet.");
    write::<Of<NobodyToTell>>(name::NOBODY_TO_TELL, "Somebody should be told, and nobody can be.");
    write::<Of<AttemptBegan>>(
        name::ATTEMPT_BEGAN,
        "An attempt to hand a notice over began: from here on it may have been.",
    );
    write::<Of<HandedOver>>(
        name::HANDED_OVER,
        "Somebody else's system took the notice over: it counts as told from this instant, unless it bounces.",
    );
    write::<Of<AttemptFailed>>(
        name::ATTEMPT_FAILED,
        "An attempt did not hand the notice over, or nobody knows whether it did.",
    );
    write::<Of<Refused>>(name::REFUSED, "The other side refused the notice for good.");
    write::<Of<Bounced>>(name::BOUNCED, "The notice came back: it does not count as told any more.");
    write::<Of<FallbackChosen>>(name::FALLBACK_CHOSEN, "The next recipient is told.");
    write::<Of<RetryAsked>>(name::RETRY_ASKED, "A person wants the notice tried again.");
    write::<Of<Delivered>>(name::DELIVERED, "The notice counts as told for good.");
    write::<Of<GivenUp>>(name::GIVEN_UP, "No recipient of the notice could be reached: a person decides.");
    write::<Of<Dropped>>(name::DROPPED, "A person ended the notice.");
    write::<campaign::Payload<CampaignBegan>>(
        campaign_name::CAMPAIGN_BEGAN,
        "Many customers are to be told of one thing.",
    );
    write::<campaign::Payload<CampaignPageTold>>(
        campaign_name::CAMPAIGN_PAGE_TOLD,
        "Notices for a page of customers were decided.",
    );
    write::<campaign::Payload<CampaignEnded>>(
        campaign_name::CAMPAIGN_ENDED,
        "Notices for all customers whom it concerns were decided.",
    );
    write::<preference::Payload<CompanyRulesSet>>(
        preference_name::COMPANY_RULES_SET,
        "A company's rules of who is told of what were replaced.",
    );
    write::<preference::Payload<PersonalRulesSet>>(
        preference_name::PERSONAL_RULES_SET,
        "A person's own rules were replaced.",
    );
    write::<webhook::Payload<WebhookRegistered>>(
        webhook_name::WEBHOOK_REGISTERED,
        "An endpoint is to be told.",
    );
    write::<webhook::Payload<WebhookRemoved>>(
        webhook_name::WEBHOOK_REMOVED,
        "An endpoint is to be told no more.",
    );
}
