//! Yearly reviews with a company.

use uuid::Uuid;
use vigie_clock::{TimeZone, Timestamp};

/// Days of a year of reviews.
const YEAR_DAYS: i64 = 365;

/// A company's plan.
pub(in crate::year) struct Plan {
    pub(in crate::year) account: Uuid,
    pub(in crate::year) customer: usize,
    /// The last one runs.
    pub(in crate::year) years: Vec<Year>,
    /// When the account ends.
    pub(in crate::year) ends_at: Option<Timestamp>,
}

/// A year of a plan.
pub(in crate::year) struct Year {
    pub(in crate::year) from: Timestamp,
    pub(in crate::year) due: Timestamp,
    pub(in crate::year) held_at: Option<Timestamp>,
    /// The customer cancelled.
    pub(in crate::year) is_excused: bool,
    /// The account ended in it.
    pub(in crate::year) ended_at: Option<Timestamp>,
}

impl Year {
    fn begin(from: Timestamp) -> Self {
        let paris = TimeZone::paris();
        let last = (0..YEAR_DAYS).fold(paris.date_of(from), |date, _| date.tomorrow().unwrap());
        Self { from, due: paris.end_of(last), held_at: None, is_excused: false, ended_at: None }
    }
}

impl Plan {
    pub(in crate::year) fn open(account: Uuid, customer: usize, now: Timestamp) -> Self {
        Self { account, customer, years: vec![Year::begin(now)], ends_at: None }
    }

    pub(in crate::year) fn running(&mut self) -> &mut Year {
        self.years.last_mut().unwrap()
    }

    /// One year ends and the next begins.
    pub(super) fn look(&mut self, now: Timestamp) {
        while self.running().due <= now {
            let due = self.running().due;
            if self.ends_at.is_some_and(|ends_at| ends_at <= due) {
                return;
            }
            self.years.push(Year::begin(due));
        }
    }

    pub(in crate::year) fn held(&mut self, at: Timestamp) {
        if at >= self.running().from {
            self.running().held_at = Some(at);
            self.years.push(Year::begin(at));
        }
    }

    pub(in crate::year) fn end(&mut self, at: Timestamp) {
        self.ends_at = Some(at);
        self.running().ended_at = Some(at);
    }
}
