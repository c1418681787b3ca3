//! Terms in *jours ouvrés* of the place where a customer is.

use std::time::Duration;

use vigie_clock::{Almanac, CalendarRef, Term, TimeZone, Timestamp, Zone};

use super::state::Account;
use crate::domain::{Address, Moment};

impl Account {
    /// So many *jours ouvrés* of the place of the account's address at `start`, and the instant at which they are over.
    /// Without an address in France: those of metropolitan France.
    pub(super) fn working_days(&self, days: u16, start: Timestamp) -> (Term, Timestamp) {
        let address = self.address.value(Moment::at(start)).and_then(Option::as_ref);
        let territory = address.and_then(Address::territory);
        let zone = territory.map_or(Zone::Metropole, |found| found.holidays);
        let time_zone = territory.and_then(|found| TimeZone::named(found.time_zone).ok());
        let term = Term::WorkingDays {
            days,
            calendar: CalendarRef::built_in(zone),
            time_zone: time_zone.unwrap_or_else(TimeZone::paris),
        };
        // Only an instant thousands of years away has no deadline.
        let due = Almanac::built_in().deadline(&term, start);
        let due = due.unwrap_or_else(|_| start.plus(Duration::from_hours(24 * u64::from(days))));
        (term, due)
    }
}
