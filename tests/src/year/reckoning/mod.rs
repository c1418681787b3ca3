//! What the ledger must say, by the diary alone and in plain arithmetic.

mod end_users;
mod gaps;
mod managers;
mod points;
mod service;

use std::collections::BTreeMap;
use std::fmt;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::diary::Diary;

/// A case as an auditor reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reckoned {
    pub(super) subject: Uuid,
    pub(super) t0: Option<Timestamp>,
    pub(super) summary: String,
    pub(super) t1: Option<Timestamp>,
    pub(super) verdict: String,
}

impl fmt::Display for Reckoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let (t0, t1) = (shown(self.t0), shown(self.t1));
        write!(f, "{} {:<20} {t0} .. {t1} {}", self.subject, self.summary, self.verdict)
    }
}

/// Cases by characteristic, each list in order.
pub(super) type Reckoning = BTreeMap<&'static str, Vec<Reckoned>>;

pub(super) const KEPT: &str = "KEPT";
pub(super) const LATE: &str = "LATE";
pub(super) const OPEN: &str = "OPEN";

/// Done at `t1` against a deadline; not done is late once that was told, at `told_late_at`.
fn by_deadline(
    t1: Option<Timestamp>,
    due: Timestamp,
    told_late_at: Timestamp,
    end: Timestamp,
) -> &'static str {
    match t1 {
        Some(t1) if t1 < due => KEPT,
        Some(_) => LATE,
        None if told_late_at <= end => LATE,
        None => OPEN,
    }
}

/// All cases that there must be at `end`.
pub(super) fn reckon(diary: &Diary, end: Timestamp) -> Reckoning {
    let gaps = gaps::all(diary, end);
    let mut reckoning = Reckoning::from([
        ("2.1/named", managers::named(diary, &gaps.open, end)),
        ("2.1/gap", gaps.cases),
        ("2.1/told", managers::told(diary, end)),
        ("2.1/trained", managers::trained(diary, &gaps.untrained)),
        ("3.1/published", points::published(diary)),
        ("3.1/told", points::told(diary, end)),
        ("3.2/reviews", service::reviews(diary, end)),
        ("3.4", service::projects(diary, end)),
        ("5.1.1", service::contacts(diary, Some(true))),
        ("5.1.2", service::contacts(diary, Some(false))),
        ("5.4.1", service::contacts(diary, None)),
        ("5.4.1/reachable", end_users::reachable(diary)),
        ("5.4.1/personal", end_users::personal(diary)),
        ("5.4.1/in-charge", end_users::in_charge(diary)),
        ("5.4.1/on-date", end_users::on_date(diary, end)),
        ("9.3", service::suspensions(diary)),
        ("9.3/block-list", service::thefts(diary, end)),
    ]);
    reckoning.values_mut().for_each(|cases| cases.sort());
    reckoning
}
