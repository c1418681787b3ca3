//! `vigie account manager`

use jiff::tz::TimeZone;
use vigie_proto::routing::{GetManagerRequest, GetManagerResponse, ManagerBasis};

use crate::cli::{AccountSelector, MomentArgs};
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    account: &AccountSelector,
    at: MomentArgs,
) -> Result<(), Error> {
    let request = GetManagerRequest { account: Some(account.into()), at: Some(at.to_proto()) };
    let answer = client.accounts().get_manager(prompt(request)).await?.into_inner();
    output.either(|| json::document(&answer), |zone| render(&answer, zone))
}

fn render(answer: &GetManagerResponse, zone: &TimeZone) -> String {
    let basis = answer.basis();
    let whom = if answer.staff_id.is_empty() { "nobody" } else { &answer.name };
    let is_gap = matches!(
        basis,
        ManagerBasis::Nobody | ManagerBasis::AwayWithoutCover | ManagerBasis::LeftWithoutSuccessor
    );
    let style = if is_gap { style::WAITING } else { style::GOOD };
    let training = match (answer.staff_id.is_empty(), answer.is_trained) {
        (true, _) => "",
        (false, true) => "valid",
        (false, false) => "NOT VALID",
    };
    let assignment = answer.assignment.clone().unwrap_or_default();
    Fields::new(format!(
        "{}  {}",
        paint(style::STRONG, whom),
        paint(style, &words::manager_basis(answer.basis))
    ))
    .field("because", sentence(basis))
    .field("away until", time::plain(answer.away_until.as_ref(), zone))
    .styled("training", training, if answer.is_trained { style::GOOD } else { style::BAD })
    .field("assigned from", time::plain(assignment.effective_from.as_ref(), zone))
    .field("until", time::plain(assignment.effective_until.as_ref(), zone))
    .field("recorded", time::plain(assignment.recorded_at.as_ref(), zone))
    .styled("staff", &answer.staff_id, style::FAINT)
    .styled("assignment", &assignment.assignment_id, style::FAINT)
    .styled("proven by", answer.evidence.join("\n"), style::FAINT)
    .render()
}

const fn sentence(basis: ManagerBasis) -> &'static str {
    match basis {
        ManagerBasis::Unspecified => "",
        ManagerBasis::Assigned => "the account's own manager, who is there",
        ManagerBasis::Inherited => "the manager of an account above, who is there",
        ManagerBasis::Cover => "the manager is away; this is who covers",
        ManagerBasis::AwayWithoutCover => "the manager is away, and nobody covers",
        ManagerBasis::LeftWithoutSuccessor => "the manager has left, and nobody follows",
        ManagerBasis::Nobody => "nobody was ever assigned",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(answer: &GetManagerResponse) -> String {
        anstream::adapter::strip_str(&render(answer, &TimeZone::UTC)).to_string()
    }

    #[test]
    fn the_cover_is_named_with_the_reason() {
        let answer = GetManagerResponse {
            staff_id: "0197-staff".into(),
            name: "Bruno Roux".into(),
            basis: ManagerBasis::Cover.into(),
            is_trained: true,
            away_until: Some(prost_types::Timestamp { seconds: 1_795_325_220, nanos: 0 }),
            ..Default::default()
        };
        let text = plain(&answer);
        assert!(text.starts_with("Bruno Roux  COVER\n"), "{text}");
        assert!(text.contains("the manager is away; this is who covers"), "{text}");
        assert!(text.contains("2026-11-22 05:27 UTC") && text.contains("valid"), "{text}");
    }

    #[test]
    fn where_there_is_nobody_it_says_so_and_speaks_of_no_training() {
        let text = plain(&GetManagerResponse { basis: ManagerBasis::Nobody.into(), ..Default::default() });
        assert_eq!(text, "nobody  NOBODY\n  because  nobody was ever assigned\n");
    }
}
