//! `vigie review list`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListReviewPlansRequest, ReviewPlan, ReviewState};

use crate::cli::ListReviews;
use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListReviews) -> Result<(), Error> {
    let mut paging = Paging::new(arguments.limit);
    let (mut reviews, mut names) = (client.reviews(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let due_before = arguments.due_before.map(Into::into);
        let request = ListReviewPlansRequest { due_before, page_size, page_token };
        let mut page = reviews.list_review_plans(prompt(request)).await?.into_inner();
        paging.took(&mut page.plans, page.next_page_token);
        for plan in &page.plans {
            output.document(&json::document(plan))?;
        }
        if !page.plans.is_empty() {
            let accounts = page.plans.iter().map(|plan| (Whose::Account, plan.account_id.as_str()));
            names.learn(client, output, accounts).await;
            let text = render(&page.plans, &names, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("companies") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No company's year ends then.")?,
        None => {}
    }
    Ok(())
}

fn render(plans: &[ReviewPlan], names: &Names, zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("due before", Align::Left),
        ("company", Align::Left),
        ("planned for", Align::Left),
        ("last held", Align::Left),
        ("", Align::Left),
        ("account", Align::Left),
    ]);
    for plan in plans {
        let in_state = |state| plan.reviews.iter().filter(move |review| review.state() == state);
        let planned = in_state(ReviewState::Planned).filter_map(|review| review.planned_for.as_ref());
        let held = in_state(ReviewState::Held).filter_map(|review| review.held_at.as_ref());
        let next = planned.min_by_key(|at| (at.seconds, at.nanos));
        let last = held.max_by_key(|at| (at.seconds, at.nanos));
        let (remark, style) = match (&plan.late_since, plan.excused) {
            (Some(since), _) => (format!("LATE since {}", time::plain(Some(since), zone)), style::BAD),
            (None, true) => ("EXCUSED".to_owned(), style::WAITING),
            (None, false) => (String::new(), style::PLAIN),
        };
        table.row([
            Cell::styled(time::plain(plan.due_at.as_ref(), zone), style::STRONG),
            names.name(Whose::Account, &plan.account_id).unwrap_or_default().into(),
            time::plain(next, zone).into(),
            time::plain(last, zone).into(),
            Cell::styled(remark, style),
            Cell::styled(&plan.account_id, style::FAINT),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;
    use vigie_proto::routing::Review;

    use super::*;

    #[test]
    fn a_company_shows_its_next_review_and_its_last_and_whether_it_is_late() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let review = |state: ReviewState, seconds| Review {
            state: state.into(),
            planned_for: at(seconds),
            held_at: at(seconds).filter(|_| state == ReviewState::Held),
            ..Review::default()
        };
        let plan = ReviewPlan {
            account_id: "a-1".into(),
            due_at: at(1_795_325_220),
            late_since: at(120),
            reviews: vec![
                review(ReviewState::Held, 60),
                review(ReviewState::Cancelled, 0),
                review(ReviewState::Planned, 1_795_000_020),
                review(ReviewState::Planned, 1_794_999_960),
            ],
            ..ReviewPlan::default()
        };
        let names = Names::knowing([(Whose::Account, "a-1", "Menuiserie Kerval")]);
        let text = anstream::adapter::strip_str(&render(&[plan], &names, &TimeZone::UTC)).to_string();
        assert_eq!(
            text.lines().nth(1).unwrap(),
            "2026-11-22 05:27 UTC  Menuiserie Kerval  2026-11-18 11:06 UTC  1970-01-01 00:01 UTC  LATE since 1970-01-01 \
             00:02 UTC  a-1"
        );
    }
}
