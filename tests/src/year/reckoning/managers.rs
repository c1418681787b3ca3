//! 2.1: customers are told of each change, and managers are trained.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use vigie_clock::Timestamp;

use super::{KEPT, LATE, OPEN, Reckoned, by_deadline};
use crate::year::diary::{Cause, Change, Customer, Diary, Level};

/// So long it is waited for what is on its way before a broken promise is told.
const ON_ITS_WAY: Duration = Duration::from_mins(1);

const NEVER_HELD: &str = "EXCLUDED NEVER_HELD";

/// How each company stands at the end; `open`: why nobody is there, where nobody is.
pub(super) fn named(diary: &Diary, open: &BTreeMap<usize, Cause>, end: Timestamp) -> Vec<Reckoned> {
    let companies = diary.customers.iter().enumerate().filter(|(_, one)| one.level == Level::Company);
    let judged = companies.map(|(number, company)| {
        let (summary, t1, verdict) = how_it_stands(diary, (number, company), open.get(&number), end);
        Reckoned {
            subject: company.id,
            t0: Some(company.since),
            summary: summary.to_owned(),
            t1,
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}

/// In a word, since when somebody is named, and the verdict.
fn how_it_stands(
    diary: &Diary,
    (number, company): (usize, &Customer),
    gap: Option<&Cause>,
    end: Timestamp,
) -> (&'static str, Option<Timestamp>, &'static str) {
    if company.is_closed(end, end) {
        return ("ENDED", None, "EXCLUDED ACCOUNT_ENDED");
    }
    if let Some(cause @ (Cause::NoManager | Cause::Left)) = gap {
        return (cause.name(), None, LATE);
    }
    match diary.own_assignment(number, end, end) {
        Some(own) => ("OWN", Some(diary.assignments[own].from), KEPT),
        None if company.parent(end).is_some() => ("INHERITED", Some(company.since), KEPT),
        // A gap that opened for another cause goes on.
        None => ("NOT_SEEN_YET", None, OPEN),
    }
}

pub(super) fn told(diary: &Diary, end: Timestamp) -> Vec<Reckoned> {
    let told = diary.changes.iter().map(|change| {
        let told = change.told(end);
        // What had been told before it was known that it never held was told.
        let undone = never_held(diary, change).filter(|at| told.is_none_or(|told| *at < told.certain_at));
        let t1 = told.map(|told| told.at).filter(|_| undone.is_none());
        let verdict = match undone {
            Some(_) => NEVER_HELD,
            None => by_deadline(t1, change.due, change.due.plus(ON_ITS_WAY), end),
        };
        Reckoned {
            subject: diary.customers[change.customer].id,
            t0: Some(change.from),
            summary: change.summary.to_owned(),
            t1,
            verdict: verdict.to_owned(),
        }
    });
    told.collect()
}

fn never_held(diary: &Diary, change: &Change) -> Option<Timestamp> {
    diary.assignments[change.assignment?].never_held()
}

/// `untrained`: places of assignments whose manager opened a gap by not being trained any more.
pub(super) fn trained(diary: &Diary, untrained: &BTreeSet<usize>) -> Vec<Reckoned> {
    let judged = diary.assignments.iter().enumerate().map(|(number, assignment)| {
        let is_of_a_group = diary.customers[assignment.customer].level == Level::Group;
        let verdict = match assignment.never_held() {
            _ if untrained.contains(&number) => LATE,
            Some(_) => NEVER_HELD,
            None if is_of_a_group => "UNMEASURED EVIDENCE_MISSING",
            None => KEPT,
        };
        Reckoned {
            subject: diary.customers[assignment.customer].id,
            t0: Some(assignment.from),
            summary: "ASSIGNED".to_owned(),
            t1: Some(assignment.from).filter(|_| !is_of_a_group),
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}
