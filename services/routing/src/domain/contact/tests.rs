//! The rules as stories: given what was told before, when a fact comes, then these events.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use uuid::Uuid;
use vigie_clock::{Channel as Door, Context, Personal, Timestamp};

use super::*;
use crate::domain::contact_point::Channel;
use crate::domain::route::{Family, Subject};
use crate::domain::{Code, CountryCode, E164, Segment, Segments};
use crate::story;

pub(crate) const DESK: Uuid = Uuid::from_u128(0xde);
const OTHER_DESK: Uuid = Uuid::from_u128(0xdf);
const AGENT: Uuid = Uuid::from_u128(0xa6);
const ACCOUNT: Uuid = Uuid::from_u128(0xac);

/// So many seconds after the call began.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_795_300_000_000_000 + seconds * 1_000_000)
}

/// A call.
pub(crate) type Story = crate::story::Story<Contact>;

impl story::Told for Contact {
    const SEED: u64 = 11;

    fn begins() -> Timestamp {
        at(86_400)
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context { channel: Door::Api, ..Context::system("acd", now, act_id) }
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        assert_eq!(event.contact, self.snapshot(), "{} shows the contact after it", event.name());
    }
}

impl Story {
    /// Time passes until `seconds` after the call began, and timers come.
    pub(crate) fn until(self, seconds: i64) -> Self {
        self.at(at(seconds))
    }

    fn shown(&self) -> Snapshot {
        self.state.as_ref().unwrap().snapshot()
    }
}

pub(crate) fn told(fact_id: &str, seconds: i64, fact: Fact) -> Command {
    let pinned = matches!(fact, Fact::ContactOffered(_) | Fact::ContactQualified(_)).then(|| pinned(fact_id));
    Command::Record(Box::new(Report {
        origin: "acd".to_owned(),
        contact_key: "call-1".to_owned(),
        fact_id: fact_id.to_owned(),
        occurred_at: at(seconds),
        fact,
        pinned,
    }))
}

/// Told apart by the fact that it stands beside.
fn pinned(fact_id: &str) -> Pinned {
    let person = fact_id.bytes().fold(7_u128, |sum, byte| sum * 31 + u128::from(byte));
    Pinned {
        as_of: at(0),
        account_id: Some(ACCOUNT),
        person_id: Some(Uuid::from_u128(person)),
        segments: Segments::of(&[Segment::SmeFleet]).unwrap(),
        segment: Some(Segment::SmeFleet),
        is_end_user: false,
        parts: vec![PinnedPart {
            family: None,
            skills: vec![Code::parse("sme-fleet").unwrap()],
            desk_ids: vec![DESK],
            staff_ids: vec![AGENT],
        }],
    }
}

pub(crate) fn number(digits: &str) -> Caller {
    let subject = contact_id("acd", "call-1");
    Caller { number: Some(Personal::new(subject, E164::parse(digits).unwrap())), ..Caller::default() }
}

pub(crate) fn offered() -> Fact {
    Fact::ContactOffered(ContactOffered {
        desk_id: DESK,
        channel: Channel::Phone,
        caller: number("+33600000001"),
        from_country: CountryCode::FRANCE,
        contact_point_id: Some(Uuid::from_u128(0xcb)),
    })
}

pub(crate) fn qualified(subject: Subject) -> Fact {
    let caller = Caller { person_id: Some(Uuid::from_u128(0xbe)), ..Caller::default() };
    Fact::ContactQualified(ContactQualified { subject, families: vec![Family::Mobile], caller })
}

pub(crate) fn answered() -> Fact {
    let (desk_id, staff_id) = (Some(DESK), Some(AGENT));
    Fact::ContactAnswered(ContactAnswered { desk_id, staff_id, wait_ms: None, context_shown: Some(true) })
}

pub(crate) fn abandoned() -> Fact {
    Fact::ContactAbandoned(ContactAbandoned { desk_id: DESK, wait_ms: Some(31_000) })
}

pub(crate) fn transferred() -> Fact {
    let reason = Code::parse("wrong-team").ok();
    Fact::ContactTransferred(ContactTransferred { to_desk_id: OTHER_DESK, reason })
}

pub(crate) fn taken_in_charge() -> Fact {
    Fact::ContactTakenInCharge(ContactTakenInCharge { staff_id: AGENT })
}

pub(crate) fn ended() -> Fact {
    Fact::ContactEnded(ContactEnded { settled: Some(true) })
}

pub(crate) fn promised(callback: &str, due: i64) -> Fact {
    Fact::CallbackPromised(CallbackPromised { callback: callback.to_owned(), due_by: at(due) })
}

pub(crate) fn kept(callback: &str) -> Fact {
    Fact::CallbackKept(CallbackKept { callback: callback.to_owned(), staff_id: Some(AGENT) })
}

pub(crate) fn missed(callback: &str) -> Fact {
    let reason = Code::parse("no-answer").ok();
    Fact::CallbackMissed(CallbackMissed { callback: callback.to_owned(), reason })
}

pub(crate) fn survey(score: u32) -> Fact {
    let question = Code::parse("courtesy").unwrap();
    Fact::SurveyAnswered(SurveyAnswered { question, score, score_max: 5 })
}

pub(crate) fn graded() -> Fact {
    Fact::QualityGraded(QualityGraded { grid: Code::parse("listening").unwrap(), score: 18, score_max: 20 })
}

pub(crate) fn repeated() -> Fact {
    let earlier = "call-0".to_owned();
    Fact::ContactRepeated(ContactRepeated {
        earlier_contact_id: contact_id("acd", &earlier),
        earlier_contact_key: earlier,
    })
}

pub(crate) fn split() -> Command {
    let part =
        |family, key: &str| Part { family, contact_id: contact_id("acd", key), contact_key: key.to_owned() };
    Command::Split { parts: vec![part(Family::Mobile, "call-1#m"), part(Family::Fixed, "call-1#f")] }
}

pub(crate) fn attach(parent: u128) -> Command {
    Command::Attach(Box::new(Attachment {
        origin: "acd".to_owned(),
        contact_key: "call-1".to_owned(),
        parent_contact_id: Uuid::from_u128(parent),
        family: Family::Fixed,
        pinned: Some(pinned("whole")),
    }))
}

/// Every kind of fact that a contact centre tells, at instants that bring them out of order.
pub(crate) fn everything() -> Vec<Command> {
    vec![
        told("1", 0, offered()),
        told("2", 40, qualified(Subject::Technical)),
        told("3", 12, answered()),
        told("4", 60, transferred()),
        told("5", 75, taken_in_charge()),
        told("6", 300, ended()),
        told("7", 90, promised("cb", 50_000)),
        told("8", 400, kept("cb")),
        told("9", 95, missed("other")),
        told("10", 500, survey(5)),
        told("11", 600, graded()),
        told("12", 1, repeated()),
        told("13", 30, abandoned()),
        told("14", 200, promised("cb", 40_000)),
        told("15", 45, qualified(Subject::Administrative)),
    ]
}

#[test]
fn a_repeat_is_absorbed_and_another_content_under_the_same_key_refused() {
    let story = Story::empty().given(told("1", 0, offered())).then(&[name::CONTACT_OFFERED]);
    let story = story.when(told("1", 0, offered())).then(&[]);
    let story = story.when(told("1", 1, offered())).then_refused(Rejection::FactContradicts.reason());
    let story = story.when(told("1", 0, answered())).then_refused(Rejection::FactContradicts.reason());
    let Fact::ContactOffered(first) = offered() else { unreachable!() };
    let other = Fact::ContactOffered(ContactOffered { caller: number("+33600000002"), ..first });
    story.when(told("1", 0, other)).then_refused(Rejection::FactContradicts.reason());
}

#[test]
fn a_repeat_of_a_fact_whose_number_was_erased_meanwhile_is_one() {
    let mut story = Story::empty().given(told("1", 0, offered()));
    let Fact::ContactOffered(first) = offered() else { unreachable!() };
    let erased = Personal::Erased { subject: contact_id("acd", "call-1") };
    let caller = Caller { number: Some(erased), ..Caller::default() };
    let event =
        Event { fact: Fact::ContactOffered(ContactOffered { caller, ..first }), ..story.events[0].0.clone() };
    story.state = None;
    evolve(&mut story.state, &event);
    story.when(told("1", 0, offered())).then(&[]);
}

#[test]
fn an_answer_that_is_told_before_the_offer_waits_for_it() {
    let story = Story::empty().given(told("2", 25, answered()));
    assert_eq!((story.shown().answered_at, story.shown().wait_ms), (Some(at(25)), None));
    let story = story.given(told("1", 0, offered()));
    assert_eq!((story.shown().offered_at, story.shown().wait_ms), (Some(at(0)), Some(25_000)));
    assert_eq!(story.shown().began_at, at(0));
}

#[test]
fn what_the_contact_centre_measured_counts_before_what_is_computed() {
    let measured = ContactAnswered { desk_id: None, staff_id: None, wait_ms: Some(7), context_shown: None };
    let story = Story::empty().given(told("1", 0, offered()));
    let story = story.given(told("2", 25, Fact::ContactAnswered(measured)));
    assert_eq!(story.shown().wait_ms, Some(7));
}

#[test]
fn whoever_was_answered_did_not_give_up() {
    let story = Story::empty().given(told("1", 0, offered())).given(told("3", 30, abandoned()));
    assert_eq!((story.shown().abandoned_at, story.shown().wait_ms), (Some(at(30)), Some(31_000)));
    let story = story.given(told("2", 12, answered()));
    assert_eq!((story.shown().abandoned_at, story.shown().wait_ms), (None, Some(12_000)));
}

#[test]
fn what_was_found_out_last_about_the_caller_counts() {
    let story = Story::empty().given(told("1", 0, offered()));
    assert_eq!(story.shown().pinned, Some(pinned("1")));
    let story = story.given(told("3", 50, qualified(Subject::Technical)));
    let story = story.given(told("2", 40, qualified(Subject::Administrative)));
    assert_eq!((story.shown().pinned, story.shown().subject), (Some(pinned("3")), Some(Subject::Technical)));
}

#[test]
fn a_contact_from_tomorrow_is_refused() {
    let ahead = told("1", 86_400 + 301, offered());
    Story::empty().when(ahead).then_refused(Rejection::OccurredAhead.reason());
    Story::empty().when(told("1", 86_400 + 299, offered())).then(&[name::CONTACT_OFFERED]);
}

#[test]
fn a_contact_has_so_many_facts_and_no_more() {
    let mut story = Story::empty();
    for number in 0..FACTS_MAX {
        story = story.given(told(&number.to_string(), 0, transferred()));
    }
    let story = story.when(told("more", 0, transferred())).then_refused(Rejection::TooManyFacts.reason());
    story.when(told("7", 0, transferred())).then(&[]);
}

#[test]
fn a_callback_that_nobody_made_is_overdue_once() {
    let story = Story::empty().given(told("1", 0, promised("cb", 90_000)));
    assert_eq!(next_due(&story.state), Some(at(90_000)));
    let story = story.until(200_000);
    assert_eq!(story.names(), [name::CALLBACK_PROMISED, name::CALLBACK_OVERDUE]);
    assert_eq!(next_due(&story.state), None);
    // Told late, made in time: both stay on record.
    let story = story.given(told("2", 89_000, kept("cb")));
    let callback = &story.shown().callbacks[0];
    assert_eq!((callback.kept_at, callback.overdue), (Some(at(89_000)), true));
}

#[test]
fn a_new_promise_never_erases_the_first() {
    let story = Story::empty().given(told("2", 100, promised("cb", 95_000)));
    let story = story.given(told("1", 0, promised("cb", 90_000)));
    let callback = story.shown().callbacks[0].clone();
    assert_eq!((callback.first_due_by, callback.due_by), (Some(at(90_000)), Some(at(95_000))));
    assert_eq!(next_due(&story.state), Some(at(90_000)), "the first date is the deadline");
    let story = story.given(told("3", 200, missed("cb")));
    assert_eq!(next_due(&story.state), None);
}

#[test]
fn a_wake_of_a_replica_whose_clock_is_behind_does_not_come_to_nothing() {
    let story = Story::empty().given(told("1", 0, promised("cb", 90_000)));
    story.when(Command::Wake { due: at(90_000) }).then(&[name::CALLBACK_OVERDUE]);
}

#[test]
fn a_contact_is_split_once_into_one_part_for_each_family() {
    let story = Story::empty().when(split()).then_refused(Rejection::ContactNotFound.reason());
    let story = story.given(told("1", 0, offered())).given(split()).then(&[name::CONTACT_SPLIT]);
    assert_eq!(story.shown().parts.len(), 2);
    let Command::Split { parts } = split() else { unreachable!() };
    let story = story.when(split()).then(&[]);
    let reversed = Command::Split { parts: parts.iter().rev().cloned().collect() };
    let story = story.when(reversed).then_refused(Rejection::AlreadySplit.reason());
    story.when(attach(9)).then_refused(Rejection::AlreadySplit.reason());
    let lone = Command::Split { parts: parts[..1].to_vec() };
    let same = Part { family: Family::Fixed, ..parts[0].clone() };
    let twice = Command::Split { parts: vec![parts[0].clone(), same] };
    for bad in [lone, twice] {
        let story = Story::empty().given(told("1", 0, offered())).when(bad);
        assert!(matches!(story.last, Err(Rejection::BadParts(_))), "{:?}", story.last);
    }
}

#[test]
fn a_part_begins_with_its_whole_and_is_about_its_own_family() {
    let story = Story::empty().given(attach(9)).then(&[name::PART_ATTACHED]).when(attach(9)).then(&[]);
    let story = story.when(attach(8)).then_refused(Rejection::AlreadyAPart.reason());
    assert_eq!(story.shown().pinned, Some(pinned("whole")));
    let story = story.given(told("1", 0, offered()));
    assert_eq!(
        story.shown().pinned,
        Some(pinned("whole")),
        "what was known of the whole is more than the line's"
    );
    let story = story.given(told("2", 1, qualified(Subject::Technical)));
    assert_eq!((story.shown().families, story.shown().pinned), (vec![Family::Fixed], Some(pinned("2"))));
    story.when(split()).then_refused(Rejection::AlreadyAPart.reason());
}

#[test]
fn one_key_of_two_origins_is_two_contacts() {
    assert_ne!(contact_id("acd", "1"), contact_id("chat", "1"));
    assert_ne!(contact_id("acd 1", "2"), contact_id("acd", "1 2"));
    assert_eq!(
        contact_id("acd", "call-1").to_string(),
        "151c3923-699d-59b1-b906-a37eb9a15ca5",
        "consumers compute it"
    );
}

fn shuffled() -> impl Strategy<Value = Vec<Command>> {
    Just(everything()).prop_shuffle().prop_flat_map(|all| {
        let count = all.len();
        // Some of them come again.
        (Just(all), prop::collection::vec(0..count, 0..10)).prop_map(|(mut all, again)| {
            let repeats: Vec<_> = again.into_iter().filter_map(|index| all.get(index).cloned()).collect();
            all.extend(repeats);
            all
        })
    })
}

proptest! {
    #[test]
    fn whichever_fact_comes_first_the_contact_is_the_same(order in shuffled()) {
        let in_order = everything().into_iter().fold(Story::empty(), Story::given);
        let story = order.into_iter().fold(Story::empty(), Story::given);
        prop_assert_eq!(&story.state, &in_order.state);
        prop_assert_eq!(story.events.len(), in_order.events.len(), "repeats write nothing");
        let mut replayed = None;
        for event in story.told() {
            evolve(&mut replayed, event);
        }
        prop_assert_eq!(&replayed, &story.state);
        Ok::<(), TestCaseError>(())?;
    }
}
