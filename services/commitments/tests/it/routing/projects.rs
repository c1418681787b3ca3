//! 3.4: projects abroad are answered in time; 3.2: reviews are held each year.

use serde_json::{Value, json};
use uuid::Uuid;
use vigie_commitments::domain::{ExclusionReason, Verdict};
use vigie_viewkit::uuid;

use super::script::{DAY, HOUR, Story};
use super::view::{ledger_of, only};

const ACCOUNT: Uuid = Uuid::from_u128(0xACC1);
const PROJECT: Uuid = Uuid::from_u128(0x97);
const PLAN: Uuid = Uuid::from_u128(0x9E);

fn project(story: Story, name: &str, more: Value) -> Story {
    let asked = Story::default();
    let mut shown = json!({
        "kind": "NEW_SITE", "referent_staff_id": uuid(5), "requested_at": asked.now(),
        "answer_due_at": asked.wait(2 * DAY).now(), "answer_overdue": false,
    });
    shown.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    story.event(PROJECT, ACCOUNT, &format!("project.{name}"), json!({"project": shown}))
}

fn after(seconds: u64) -> Value {
    json!(Story::default().wait(seconds).now())
}

#[tokio::test]
async fn an_answer_in_time_with_referent_and_date_is_kept_also_when_recorded_late() {
    let opened = project(Story::default(), "project_opened", json!({}));
    let case = only(&opened, "3.4").await;
    assert_eq!((case.verdict(), case.matter.summary.as_str()), (Verdict::Open, "NEW_SITE"));
    let overdue = project(opened.clone().wait(3 * DAY), "answer_overdue", json!({"answer_overdue": true}));
    assert_eq!(only(&overdue, "3.4").await.verdict(), Verdict::Late);
    for (answer, verdict) in [
        (json!({"answered_at": after(DAY), "first_promised_for": after(9 * DAY)}), Verdict::Kept),
        (json!({"answered_at": after(2 * DAY), "first_promised_for": after(9 * DAY)}), Verdict::Late),
        (json!({"answered_at": after(DAY)}), Verdict::Late),
    ] {
        let mut answer_late = answer.clone();
        answer_late["answer_overdue"] = json!(true);
        for (story, answer) in [(&opened, answer), (&overdue, answer_late)] {
            let story = project(story.clone(), "project_answered", answer.clone());
            assert_eq!(only(&story, "3.4").await.verdict(), verdict, "{answer}");
        }
    }
}

#[tokio::test]
async fn a_project_given_up_in_time_is_excluded_and_one_declined_unanswered_is_late() {
    let withdrawn = Verdict::Excluded(ExclusionReason::Withdrawn);
    for (outcome, seconds, verdict) in [
        ("WITHDRAWN", DAY, withdrawn),
        ("WITHDRAWN", 3 * DAY, Verdict::Late),
        ("DECLINED", DAY, Verdict::Late),
    ] {
        let opened = project(Story::default(), "project_opened", json!({}));
        let closed = json!({"closed_at": after(seconds), "outcome": outcome});
        let story = project(opened, "project_closed", closed);
        assert_eq!(only(&story, "3.4").await.verdict(), verdict, "{outcome} {seconds}");
    }
}

fn plan(story: Story, name: &str, year: (u64, u64), mut fields: Value) -> Story {
    fields["review_plan"] = json!({"year_from": after(year.0), "due_at": after(year.1)});
    story.event(PLAN, ACCOUNT, &format!("review_plan.{name}"), fields)
}

#[tokio::test]
async fn a_year_is_kept_by_a_review_and_the_next_one_begins_with_it() {
    let opened = plan(Story::default(), "plan_opened", (0, 365 * DAY), json!({}));
    assert_eq!(only(&opened, "3.2/reviews").await.verdict(), Verdict::Open);
    let held = json!({"held_at": after(100 * DAY), "year_from": after(0), "due_at": after(365 * DAY)});
    let story = plan(opened.wait(100 * DAY), "review_held", (100 * DAY, 465 * DAY), held);
    let ledger = ledger_of(&story).await;
    let verdicts: Vec<_> = ledger.cases("3.2/reviews").await.iter().map(|case| case.verdict()).collect();
    assert_eq!(verdicts, [Verdict::Open, Verdict::Kept]);
}

#[tokio::test]
async fn a_year_without_a_review_is_late_unless_the_customer_cancelled() {
    for (name, verdict) in [
        ("review_overdue", Verdict::Late),
        ("review_excused", Verdict::Excluded(ExclusionReason::CancelledByCustomer)),
    ] {
        let opened = plan(Story::default(), "plan_opened", (0, 365 * DAY), json!({}));
        let year = json!({"year_from": after(0), "due_at": after(365 * DAY)});
        let story = plan(opened.wait(365 * DAY), name, (365 * DAY, 730 * DAY), year);
        let cases = ledger_of(&story).await.cases("3.2/reviews").await;
        assert_eq!(cases.iter().map(|case| case.verdict()).collect::<Vec<_>>(), [Verdict::Open, verdict]);
        assert_eq!(cases[0].matter.subject_id, ACCOUNT);
    }
}

#[tokio::test]
async fn the_running_year_of_an_account_that_ends_is_excluded() {
    let opened = plan(Story::default(), "plan_opened", (0, 365 * DAY), json!({}));
    let story = plan(opened, "plan_ended", (0, 365 * DAY), json!({"ended_at": after(HOUR)}));
    let excluded = Verdict::Excluded(ExclusionReason::AccountEnded);
    assert_eq!(only(&story, "3.2/reviews").await.verdict(), excluded);
}
