//! What was done since the last report, and in all.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_proto::routing::{ImportBaseResponse, RejectedRow};

/// A report leaves after so many rows …
const ROWS_PER_REPORT: i64 = 1_000;

/// … or so many rejections, or so much time if anything was done.
const REJECTIONS_PER_REPORT: usize = 256;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was carried out.
    Now,
    /// It was carried out before: all is as it says.
    Before,
}

/// Whether the same row may go through a moment later.
pub(super) const fn may_pass(reason: Reason) -> bool {
    matches!(reason, Reason::QueueFull | Reason::Unavailable | Reason::OutcomeUnknown | Reason::Conflict)
}

/// Progress in the making.
#[derive(Default)]
pub(super) struct Report {
    totals: ImportBaseResponse,
    rows_reported: i64,
    /// Whether it has been long enough since the last one.
    pub(super) is_due: bool,
}

impl Report {
    /// Counts a row. A log that stays away ends the import: the same file goes on later.
    pub(super) fn take(&mut self, row: i64, outcome: Result<Taken, Refusal>) -> Result<(), Refusal> {
        match outcome {
            Ok(Taken::Now) => self.totals.registered += 1,
            Ok(Taken::Before) => self.totals.repeated_rows += 1,
            Err(refusal) if may_pass(refusal.reason()) && refusal.reason() != Reason::Conflict => {
                return Err(refusal);
            }
            Err(refusal) => {
                self.totals.rejected += 1;
                self.totals.rejections.push(RejectedRow {
                    row,
                    reason: refusal.reason().as_str().to_owned(),
                    message: refusal.message().to_owned(),
                });
            }
        }
        self.totals.rows_done += 1;
        Ok(())
    }

    pub(super) fn is_ready(&self) -> bool {
        let rows = self.totals.rows_done - self.rows_reported;
        rows >= ROWS_PER_REPORT
            || self.totals.rejections.len() >= REJECTIONS_PER_REPORT
            || (self.is_due && rows > 0)
    }

    pub(super) fn next(&mut self) -> ImportBaseResponse {
        self.is_due = false;
        self.rows_reported = self.totals.rows_done;
        let rejections = std::mem::take(&mut self.totals.rejections);
        ImportBaseResponse { rejections, ..self.totals.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(reason: Reason) -> Result<Taken, Refusal> {
        Err(Refusal::new(reason, "no"))
    }

    #[test]
    fn a_bad_row_is_reported_and_a_log_that_stays_away_ends_the_import() {
        let mut report = Report::default();
        report.take(1, Ok(Taken::Now)).unwrap();
        report.take(2, Ok(Taken::Before)).unwrap();
        report.take(3, refused(Reason::BadSiren)).unwrap();
        report.take(4, refused(Reason::Conflict)).unwrap();
        for away in [Reason::Unavailable, Reason::QueueFull, Reason::OutcomeUnknown] {
            assert_eq!(report.take(5, refused(away)).unwrap_err().reason(), away);
        }
        let first = report.next();
        assert_eq!((first.rows_done, first.registered, first.repeated_rows, first.rejected), (4, 1, 1, 2));
        assert_eq!(
            first.rejections.iter().map(|row| (row.row, &*row.reason)).collect::<Vec<_>>(),
            [(3, "BAD_SIREN"), (4, "CONFLICT")]
        );
        assert!(report.next().rejections.is_empty(), "each is told once");
    }

    #[test]
    fn a_report_leaves_when_there_is_enough_to_tell() {
        let mut report = Report { is_due: true, ..Report::default() };
        assert!(!report.is_ready(), "nothing was done");
        report.take(1, Ok(Taken::Now)).unwrap();
        assert!(report.is_ready());
        report.next();
        for row in 0..ROWS_PER_REPORT {
            assert!(!report.is_ready());
            report.take(row, Ok(Taken::Now)).unwrap();
        }
        assert!(report.is_ready());
    }
}
