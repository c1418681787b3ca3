//! The outcome on each line of a person: some may be done and others refused.

use vigie_proto::lines::LineOutcome;
use vigie_proto::lines::line_outcome::Outcome;

use super::act;
use crate::error::Error;
use crate::output::style;
use crate::output::table::{Align, Cell, Table};
use crate::output::words;

pub(super) fn render(outcomes: &[LineOutcome]) -> String {
    if outcomes.is_empty() {
        return "This person holds no line.".into();
    }
    let mut table = Table::new([
        ("line", Align::Left),
        ("gesture", Align::Left),
        ("outcome", Align::Left),
        ("reference", Align::Left),
        ("act", Align::Left),
    ]);
    for outcome in outcomes {
        let line = Cell::styled(&outcome.line_id, style::FAINT);
        match &outcome.outcome {
            Some(Outcome::Act(done)) => {
                let state = words::act_state(done.state);
                table.row([
                    line,
                    act::gesture(done).into(),
                    Cell::styled(
                        format!("{state}, {}", words::evidence(done.evidence)),
                        words::act_style(done.state()),
                    ),
                    (&done.reference).into(),
                    Cell::styled(&done.act_id, style::FAINT),
                ]);
            }
            Some(Outcome::Error(error)) => table.row([
                line,
                "".into(),
                Cell::styled(format!("{}: {}", error.reason, error.message), style::BAD),
                "".into(),
                "".into(),
            ]),
            None => table.row([line, "".into(), "no outcome".into(), "".into(), "".into()]),
        }
    }
    table.render()
}

/// A failure when a line of the person was refused.
pub(super) fn verdict(outcomes: &[LineOutcome]) -> Result<(), Error> {
    let refused = outcomes.iter().filter(|it| !matches!(it.outcome, Some(Outcome::Act(_)))).count();
    if refused == 0 {
        return Ok(());
    }
    let message = format!("{refused} of {} lines refused; the others are done", outcomes.len());
    Err(Error::Found { reason: "LINES_REFUSED", message })
}

#[cfg(test)]
mod tests {
    use vigie_proto::lines::{ActState, Evidence, LineError};

    use super::super::act::tests::theft;
    use super::*;

    fn outcomes() -> Vec<LineOutcome> {
        let act = theft(ActState::Confirmed, Evidence::Simulated);
        let error = LineError { reason: "LINE_TERMINATED".into(), message: "the line has ended".into() };
        vec![
            LineOutcome { line_id: "a".into(), outcome: Some(Outcome::Act(act)), ..Default::default() },
            LineOutcome { line_id: "b".into(), outcome: Some(Outcome::Error(error)), ..Default::default() },
        ]
    }

    #[test]
    fn each_line_has_its_own_outcome() {
        let text = anstream::adapter::strip_str(&render(&outcomes())).to_string();
        assert!(text.contains("a     suspend for THEFT  CONFIRMED, SIMULATED"), "{text}");
        assert!(text.contains("LINE_TERMINATED: the line has ended"), "{text}");
    }

    #[test]
    fn one_refused_line_fails_the_command_and_says_that_the_others_are_done() {
        let error = verdict(&outcomes()).unwrap_err();
        assert_eq!(error.to_string(), "1 of 2 lines refused; the others are done");
        assert!(verdict(&outcomes()[..1]).is_ok());
    }
}
