//! 2.1: somebody is there, is trained, and the customer was told.

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_commitments::domain::{ExclusionReason, UnmeasuredReason, Verdict};

use super::script::{DAY, HOUR, Story};
use super::view::{ledger_of, only};

const ACCOUNT: Uuid = Uuid::from_u128(0xACC1);
const GAP: Uuid = Uuid::from_u128(0x6A);
const ASSIGNMENT: Uuid = Uuid::from_u128(0xA5);
const STAFF: Uuid = Uuid::from_u128(0x57);

fn gap(cause: &str) -> Story {
    let story = Story::default();
    let (since, due) = (story.now(), story.clone().wait(DAY).now());
    let assignment = json!({
        "assignment_id": ASSIGNMENT, "staff_id": STAFF, "effective_from": since,
        "training_valid_until": due,
    });
    let gap = json!({"gap_id": GAP, "since": since, "due": due, "cause": cause, "staff_id": STAFF});
    let fields = json!({"gap": gap, "known_since": since, "account": {"manager": assignment}});
    story.account(ACCOUNT, "manager_gap_opened", fields)
}

fn closed(story: Story, after: u64, end: &str) -> Story {
    let until = gap("LEFT").wait(after).now();
    let fields = json!({"gap_id": GAP, "until": until, "end": end});
    story.account(ACCOUNT, "manager_gap_closed", fields)
}

fn assigned(fields: Value) -> Story {
    let story = Story::default();
    let begin = story.now();
    let mut assignment = json!({
        "assignment_id": ASSIGNMENT, "staff_id": STAFF, "effective_from": begin,
        "training_valid_until": story.clone().wait(300 * DAY).now(),
    });
    assignment.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let tell_by = json!({"due": story.clone().wait(2 * DAY).now()});
    story.account(ACCOUNT, "manager_assigned", json!({"assignment": assignment, "tell_by": tell_by}))
}

fn told(story: Story, after: u64) -> Story {
    let told_at = Story::default().wait(after).now();
    story.account(ACCOUNT, "manager_change_told", json!({"change_id": ASSIGNMENT, "told_at": told_at}))
}

#[tokio::test]
async fn a_gap_closed_before_it_was_due_is_kept_and_at_its_end_late() {
    let kept = closed(gap("LEFT"), DAY - 1, "SERVED");
    let case = only(&kept, "2.1/gap").await;
    assert_eq!((case.verdict(), case.case_id), (Verdict::Kept, GAP));
    assert_eq!((case.matter.summary.as_str(), case.matter.place.account_id), ("LEFT", ACCOUNT));
    assert_eq!(case.evidence, [kept.script.event_id(1), kept.script.event_id(2)]);
    assert_eq!(only(&closed(gap("LEFT"), DAY, "SERVED"), "2.1/gap").await.verdict(), Verdict::Late);
}

#[tokio::test]
async fn an_overdue_gap_is_late_until_it_is_known_that_it_had_closed_in_time() {
    let open = gap("LEFT").wait(3 * DAY);
    assert_eq!(only(&open, "2.1/gap").await.verdict(), Verdict::Open, "no clock of the reader judges");
    let overdue = open.account(ACCOUNT, "manager_gap_overdue", json!({"gap_id": GAP}));
    assert_eq!(only(&overdue, "2.1/gap").await.verdict(), Verdict::Late);
    assert_eq!(only(&closed(overdue.clone(), 3 * DAY, "SERVED"), "2.1/gap").await.verdict(), Verdict::Late);
    assert_eq!(only(&closed(overdue, HOUR, "SERVED"), "2.1/gap").await.verdict(), Verdict::Kept);
}

#[tokio::test]
async fn an_account_that_ends_in_time_is_excluded() {
    let ended = |after| closed(gap("NO_MANAGER"), after, "ACCOUNT_ENDED");
    let excluded = Verdict::Excluded(ExclusionReason::AccountEnded);
    assert_eq!(only(&ended(HOUR), "2.1/gap").await.verdict(), excluded);
    assert_eq!(only(&ended(2 * DAY), "2.1/gap").await.verdict(), Verdict::Late);
}

#[tokio::test]
async fn told_in_time_is_kept_also_when_the_proof_comes_after_the_alert() {
    let alert = json!({"change_id": ASSIGNMENT});
    let story = assigned(json!({}));
    assert_eq!(only(&story, "2.1/told").await.verdict(), Verdict::Open);
    assert_eq!(only(&told(story.clone(), DAY), "2.1/told").await.verdict(), Verdict::Kept);
    assert_eq!(only(&told(story.clone(), 2 * DAY), "2.1/told").await.verdict(), Verdict::Late);
    let late = story.wait(2 * DAY).account(ACCOUNT, "manager_change_not_told", alert);
    assert_eq!(only(&late, "2.1/told").await.verdict(), Verdict::Late);
    assert_eq!(only(&told(late, DAY), "2.1/told").await.verdict(), Verdict::Kept);
}

#[tokio::test]
async fn a_base_that_is_taken_in_needs_no_telling() {
    let begin = Story::default().now();
    let assignment =
        json!({"assignment_id": ASSIGNMENT, "effective_from": begin, "training_valid_until": begin});
    let story = Story::default().account(ACCOUNT, "manager_assigned", json!({"assignment": assignment}));
    let ledger = ledger_of(&story).await;
    assert_eq!(ledger.indicator("2.1/told").await.tally.population(), 0);
    assert_eq!(ledger.indicator("2.1/trained").await.tally.late, 1, "its training ended as it began");
}

#[tokio::test]
async fn of_a_group_it_is_not_seen_whether_its_manager_stays_trained() {
    let begin = Story::default().now();
    let valid_until = |until| {
        let assignment =
            json!({"assignment_id": ASSIGNMENT, "effective_from": begin, "training_valid_until": until});
        let fields = json!({"assignment": assignment, "account": {"level": "GROUP"}});
        Story::default().account(ACCOUNT, "manager_assigned", fields)
    };
    let later = Story::default().wait(DAY).now();
    let verdict = only(&valid_until(later), "2.1/trained").await.verdict();
    assert_eq!(verdict, Verdict::Unmeasured(UnmeasuredReason::EvidenceMissing), "never a kept promise");
    assert_eq!(only(&valid_until(begin), "2.1/trained").await.verdict(), Verdict::Late);
}

#[tokio::test]
async fn what_never_held_is_excluded() {
    let story = assigned(json!({}));
    let begin = Story::default().now();
    let assignment = json!({"assignment_id": ASSIGNMENT, "effective_from": begin, "effective_until": begin});
    let ended =
        story.wait(HOUR).account(ACCOUNT, "manager_assignment_ended", json!({"assignment": assignment}));
    for characteristic in ["2.1/told", "2.1/trained"] {
        let verdict = only(&ended, characteristic).await.verdict();
        assert_eq!(verdict, Verdict::Excluded(ExclusionReason::NeverHeld), "{characteristic}");
    }
}

#[tokio::test]
async fn an_assignment_is_trained_until_a_gap_says_that_its_manager_is_not() {
    let story = assigned(json!({}));
    assert_eq!(only(&story, "2.1/trained").await.verdict(), Verdict::Kept);
    let gap = |cause: &str, staff: Uuid| {
        let now = story.now();
        let manager = json!({"assignment_id": ASSIGNMENT, "staff_id": STAFF, "effective_from": now});
        let gap = json!({"gap_id": GAP, "since": now, "due": now, "cause": cause, "staff_id": staff});
        let fields = json!({"gap": gap, "account": {"manager": manager}});
        story.clone().account(ACCOUNT, "manager_gap_opened", fields)
    };
    let stand_in = Uuid::from_u128(0x58);
    for (cause, staff, verdict) in [
        ("UNTRAINED", STAFF, Verdict::Late),
        ("UNTRAINED", stand_in, Verdict::Kept),
        ("LEFT", STAFF, Verdict::Kept),
    ] {
        assert_eq!(only(&gap(cause, staff), "2.1/trained").await.verdict(), verdict, "{cause} {staff}");
    }
}

#[tokio::test]
async fn one_absence_covers_many_accounts_and_each_is_told() {
    let other = Uuid::from_u128(0xACC2);
    let mut story = Story::default();
    let (begin, due) = (story.now(), story.clone().wait(2 * DAY).now());
    for account in [ACCOUNT, other] {
        let cover = json!({"cover_id": ASSIGNMENT, "effective_from": begin});
        let fields = json!({"cover": cover, "tell_by": {"due": due}});
        story = story.account(account, "manager_cover_began", fields);
    }
    let ledger = ledger_of(&told(story, HOUR)).await;
    let tally = ledger.indicator("2.1/told").await.tally;
    assert_eq!((tally.kept, tally.open), (1, 1));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_what_the_account_has_under_way() {
    let story = assigned(json!({}));
    let story = story.raw(ACCOUNT, ACCOUNT, "account.manager_gap_opened", b"[]".to_vec());
    let ledger = ledger_of(&told(story, HOUR)).await;
    let unreadable = UnmeasuredReason::EvidenceUnreadable;
    for characteristic in ["2.1/gap", "2.1/told", "2.1/trained"] {
        let tally = ledger.indicator(characteristic).await.tally;
        assert_eq!(
            (tally.population(), tally.unmeasured.get(&unreadable)),
            (1, Some(&1)),
            "{characteristic}"
        );
    }
}

/// A company as an event shows it, with `more` beside the usual.
fn shown(story: Story, name: &str, more: Value) -> Story {
    let now = story.now();
    let mut account = json!({"as_of": now, "level": "COMPANY", "customer_since": Story::default().now()});
    account.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    story.account(ACCOUNT, name, json!({"account": account}))
}

#[tokio::test]
async fn a_company_is_named_somebody_as_it_stands_now() {
    let begin = json!(Story::default().now());
    let manager = json!({"assignment_id": ASSIGNMENT, "effective_from": begin});
    let cover = json!({"cover_id": ASSIGNMENT, "effective_from": begin});
    let gap = |cause: &str| json!({"gap_id": GAP, "since": begin, "cause": cause});
    for (more, summary, verdict) in [
        (json!({}), "NOT_SEEN_YET", Verdict::Open),
        (json!({"manager": manager}), "OWN", Verdict::Kept),
        (json!({"cover": cover}), "STANDS_IN", Verdict::Kept),
        (json!({"parent_account_id": GAP}), "INHERITED", Verdict::Kept),
        (json!({"gap": gap("NO_MANAGER")}), "NO_MANAGER", Verdict::Late),
        (json!({"manager": manager, "gap": gap("LEFT")}), "LEFT", Verdict::Late),
        (json!({"manager": manager, "gap": gap("AWAY_WITHOUT_COVER")}), "OWN", Verdict::Kept),
        (json!({"manager": manager, "gap": gap("UNTRAINED")}), "OWN", Verdict::Kept),
        (
            json!({"manager": manager, "closed_at": begin}),
            "ENDED",
            Verdict::Excluded(ExclusionReason::AccountEnded),
        ),
    ] {
        let case = only(&shown(Story::default(), "account_changed", more.clone()), "2.1/named").await;
        assert_eq!((case.matter.summary.as_str(), case.verdict()), (summary, verdict), "{more}");
    }
}

#[tokio::test]
async fn a_company_that_gets_its_manager_is_named_from_then_on_and_each_turn_is_evidence() {
    let begin = Story::default().now();
    let gap = json!({"gap": {"gap_id": GAP, "since": begin, "cause": "NO_MANAGER"}});
    let manager = json!({"manager": {"assignment_id": ASSIGNMENT, "effective_from": begin}});
    let story = shown(Story::default(), "account_registered", json!({}));
    let story = shown(story.wait(1), "account_changed", gap);
    let story = shown(story.wait(HOUR), "account_changed", manager.clone());
    let story = shown(story.wait(HOUR), "account_moved", manager);
    let case = only(&story, "2.1/named").await;
    assert_eq!((case.verdict(), case.facts.t1), (Verdict::Kept, Some(begin)));
    let evidence: Vec<_> = (1..4).map(|position| story.script.event_id(position)).collect();
    assert_eq!(case.evidence, evidence, "the fourth event changed nothing");
}

#[tokio::test]
async fn groups_and_sites_are_no_companies() {
    for level in ["GROUP", "SITE"] {
        let story = shown(Story::default(), "account_registered", json!({"level": level}));
        assert_eq!(ledger_of(&story).await.indicator("2.1/named").await.tally.population(), 0, "{level}");
    }
}
