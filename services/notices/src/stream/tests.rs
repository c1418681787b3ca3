//! What is published: names, bytes and schemas, compared with the files that consumers test against.
//!
//! `UPDATE_GOLDEN=1 cargo test -p vigie-notices` writes the files anew. A file of an event that was published may only be
//! written anew while the old bytes still decode: keep them beside it under another name.

mod schemas;

use std::fmt::Debug;

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{CampaignStream, PreferenceStream, WebhookStream, key};
use crate::domain::story::*;
use crate::domain::*;

fn published<A>(life: Vec<A::Event>, id: &'static str) -> Published<A>
where
    A: Aggregate<Event: PartialEq + Debug>,
{
    Published::of(life, id, concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
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

#[test]
fn all_are_published_as_their_golden_files_say() {
    fn check<A>(life: Vec<A::Event>, id: &'static str)
    where
        A: Aggregate<Event: PartialEq + Debug>,
    {
        let kind = format!("vigie.{}.", A::KIND);
        let names: Vec<_> = PUBLISHED.into_iter().filter(|name| name.starts_with(&kind)).collect();
        let published: Published<A> = published(life, id);
        published.check(&names);
        published.stay_below(8192);
    }
    check::<Notice>(notices(), "notice_id");
    check::<CampaignStream>(campaigns(), "campaign_id");
    check::<PreferenceStream>(preferences(), "account_id");
    check::<WebhookStream>(webhooks(), "webhook_id");
}

#[test]
fn an_erased_address_decodes_and_nothing_else_is_lost() {
    let published: Published<Notice> = published(notices(), "notice_id");
    let mut json = Published::<Notice>::json(&published.first[name::NOTICE_DECIDED]);
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
fn a_notice_to_many_stays_below_the_bound_of_64_kib() {
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
