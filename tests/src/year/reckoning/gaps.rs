//! 2.1: times in which a company has nobody to turn to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use vigie_clock::Timestamp;

use super::{Reckoned, by_deadline};
use crate::year::diary::working_days;
use crate::year::diary::{Cause, Diary, Level, Standing};

/// So long it is waited for what is on its way before a broken promise is told.
const ON_ITS_WAY: Duration = Duration::from_mins(1);

/// *Jours ouvrés* that a gap may last.
const GAP_DAYS: u16 = 1;

/// A gap that is open.
struct Open {
    since: Timestamp,
    cause: Cause,
}

/// What a walk through the year found.
#[derive(Default)]
pub(super) struct Gaps {
    /// All gaps.
    pub(super) cases: Vec<Reckoned>,
    /// Why nobody is there at the end, by the place of the company in the diary.
    pub(super) open: BTreeMap<usize, Cause>,
    /// Assignments whose managers were not trained any more, by their places.
    pub(super) untrained: BTreeSet<usize>,
}

/// Walks through all companies' years.
pub(super) fn all(diary: &Diary, end: Timestamp) -> Gaps {
    let instants = diary.instants();
    let mut gaps = Gaps::default();
    for (number, customer) in diary.customers.iter().enumerate() {
        if customer.level == Level::Company {
            of_company(diary, number, &instants, end, &mut gaps);
        }
    }
    gaps
}

/// Walks through all instants, each as it was known then.
fn of_company(diary: &Diary, company: usize, instants: &[Timestamp], end: Timestamp, gaps: &mut Gaps) {
    let own = &diary.customers[company];
    let mut floor = own.since;
    let mut open: Option<Open> = None;
    for now in instants.iter().copied().filter(|now| (own.since..=end).contains(now)) {
        match (diary.standing(company, now, now), open.take()) {
            (Standing::Gap(cause, staff), None) => {
                open = Some(Open { since: since(diary, company, instants, floor, now), cause });
                if cause == Cause::Untrained
                    && let Some(assignment) = diary.own_assignment(company, now, now)
                    && Some(diary.assignments[assignment].staff) == staff
                {
                    gaps.untrained.insert(assignment);
                }
            }
            (Standing::Gap(..), Some(gap)) => open = Some(gap),
            (_, None) => {}
            (standing, Some(gap)) => {
                floor = now;
                gaps.cases.push(closed(diary, company, &gap, now, standing, end));
            }
        }
    }
    if let Some(gap) = open {
        let verdict = |due: Timestamp| by_deadline(None, due, due.plus(ON_ITS_WAY), end);
        gaps.cases.push(reckoned(diary, company, &gap, None, verdict));
        gaps.open.insert(company, gap.cause);
    }
}

/// Since when nobody is there, by what is known now.
fn since(
    diary: &Diary,
    company: usize,
    instants: &[Timestamp],
    floor: Timestamp,
    now: Timestamp,
) -> Timestamp {
    let before = instants.iter().rev().copied().filter(|at| (floor..now).contains(at));
    let nobody = |at: &Timestamp| matches!(diary.standing(company, *at, now), Standing::Gap(..));
    before.take_while(nobody).last().unwrap_or(now)
}

fn closed(
    diary: &Diary,
    company: usize,
    gap: &Open,
    at: Timestamp,
    standing: Standing,
    end: Timestamp,
) -> Reckoned {
    if standing == Standing::Out {
        return reckoned(diary, company, gap, None, |due| {
            if at < due { "EXCLUDED ACCOUNT_ENDED" } else { super::LATE }
        });
    }
    reckoned(diary, company, gap, Some(at), |due| by_deadline(Some(at), due, due, end))
}

fn reckoned(
    diary: &Diary,
    company: usize,
    gap: &Open,
    t1: Option<Timestamp>,
    verdict: impl Fn(Timestamp) -> &'static str,
) -> Reckoned {
    let own = &diary.customers[company];
    let due = working_days(own.zone(gap.since), GAP_DAYS, gap.since);
    Reckoned {
        subject: own.id,
        t0: Some(gap.since),
        summary: gap.cause.name().to_owned(),
        t1,
        verdict: verdict(due).to_owned(),
    }
}
