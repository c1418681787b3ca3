//! `vigie review show`, and how every command shows the reviews of a company.

use jiff::tz::TimeZone;
use serde_json::Value;
use vigie_proto::routing::{GetReviewPlanRequest, Review, ReviewPlan, ReviewState, Side};

use crate::cli::AccountSelector;
use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    account: &AccountSelector,
) -> Result<(), Error> {
    let request = GetReviewPlanRequest { account: Some(account.into()) };
    let answer = client.reviews().get_review_plan(prompt(request)).await?.into_inner();
    print(client, output, answer.plan.as_ref(), || json::document(&answer)).await
}

/// Prints a plan, with the names of those who are in it.
pub(super) async fn print(
    client: &Client,
    output: &mut Output,
    plan: Option<&ReviewPlan>,
    document: impl FnOnce() -> Value,
) -> Result<(), Error> {
    let plan = plan.cloned().unwrap_or_default();
    let staff = plan.reviews.iter().map(|review| (Whose::Staff, review.staff_id.as_str()));
    let ids = staff.chain([(Whose::Account, plan.account_id.as_str())]);
    let names = Names::of(client, output, ids).await;
    output.either(document, |zone| render(&plan, &names, zone))
}

fn render(plan: &ReviewPlan, names: &Names, zone: &TimeZone) -> String {
    let reviews: Vec<_> = plan.reviews.iter().map(|it| review(it, names, zone)).collect();
    let excused = if plan.excused { "the customer cancelled a review of this year" } else { "" };
    Fields::new(paint(style::STRONG, &names.short(Whose::Account, &plan.account_id)))
        .field("year from", time::plain(plan.year_from.as_ref(), zone))
        .field("due before", time::plain(plan.due_at.as_ref(), zone))
        .styled("late since", time::plain(plan.late_since.as_ref(), zone), style::BAD)
        .styled("excused", excused, style::WAITING)
        .styled("ended", time::plain(plan.ended_at.as_ref(), zone), style::WAITING)
        .field("reviews", if reviews.is_empty() { "none yet".to_owned() } else { reviews.join("\n") })
        .styled("account", &plan.account_id, style::FAINT)
        .styled("version", plan.version.to_string(), style::FAINT)
        .render()
}

fn review(review: &Review, names: &Names, zone: &TimeZone) -> String {
    let state = words::review_state(review.state);
    let planned = time::plain(review.planned_for.as_ref(), zone);
    let staff = match review.staff_id.as_str() {
        "" => String::new(),
        id => format!(" with {}", names.short(Whose::Staff, id)),
    };
    let text = match review.state() {
        ReviewState::Planned => format!("{} for {planned}{staff}", paint(style::WAITING, &state)),
        ReviewState::Held => {
            let held = time::plain(review.held_at.as_ref(), zone);
            format!("{} {held}{staff}", paint(style::GOOD, &state))
        }
        ReviewState::Cancelled => {
            let by = match review.cancelled_by() {
                Side::Customer => " by the customer",
                Side::Operator => " by us",
                Side::Unspecified => "",
            };
            format!("{}{by}, was to be {planned}{staff}", paint(style::FAINT, &state))
        }
        ReviewState::Unspecified => state,
    };
    let first = time::plain(review.first_planned_for.as_ref(), zone);
    let moved = match review.reschedules {
        0 => String::new(),
        1 => format!("\n  moved once, first planned for {first}"),
        times => format!("\n  moved {times} times, first planned for {first}"),
    };
    format!("{text}  {}{moved}", paint(style::FAINT, &review.review_id))
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;

    use super::*;

    #[test]
    fn each_review_says_how_it_stands_who_holds_it_and_how_often_it_was_moved() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let planned = Review {
            review_id: "r-1".into(),
            state: ReviewState::Planned.into(),
            planned_for: at(1_795_325_220),
            first_planned_for: at(60),
            staff_id: "s-1".into(),
            reschedules: 2,
            ..Review::default()
        };
        let cancelled = Review {
            state: ReviewState::Cancelled.into(),
            planned_for: at(60),
            cancelled_by: Side::Customer.into(),
            ..Review::default()
        };
        let plan = ReviewPlan {
            account_id: "a-1".into(),
            excused: true,
            reviews: vec![cancelled, planned],
            ..Default::default()
        };
        let names = Names::knowing([(Whose::Account, "a-1", "Kerval"), (Whose::Staff, "s-1", "Anne Petit")]);
        let text = anstream::adapter::strip_str(&render(&plan, &names, &TimeZone::UTC)).to_string();
        assert!(text.starts_with("Kerval\n"), "{text}");
        assert!(text.contains("the customer cancelled a review of this year"), "{text}");
        assert!(text.contains("CANCELLED by the customer, was to be 1970-01-01 00:01 UTC"), "{text}");
        assert!(text.contains("PLANNED for 2026-11-22 05:27 UTC with Anne Petit  r-1\n"), "{text}");
        assert!(text.contains("moved 2 times, first planned for 1970-01-01 00:01 UTC\n"), "{text}");
    }
}
