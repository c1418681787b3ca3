//! French business calendars: which days are *jours ouvrés*, by zone and version.

mod easter;
mod error;
mod law;
mod registry;
mod rule;
mod zone;

use std::sync::Arc;

use jiff::civil::{Date, Weekday};

pub use error::Error;
pub use registry::{Amendment, Calendars};
pub use rule::{Day, Holiday, MonthDay, Rule};
pub use zone::{CalendarRef, Zone};

/// Rules of one calendar.
const RULES_MAX: usize = 128;

/// The public holidays of one zone at one version. A clone shares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    reference: CalendarRef,
    rules: Arc<[Rule]>,
}

impl Calendar {
    /// What the law says of `zone`: version 1.
    pub fn built_in(zone: Zone) -> Self {
        Self::new(CalendarRef::built_in(zone), law::rules(zone))
    }

    fn new(reference: CalendarRef, rules: Vec<Rule>) -> Self {
        Self { reference, rules: rules.into() }
    }

    /// What events store of it.
    pub const fn reference(&self) -> CalendarRef {
        self.reference
    }

    /// What it says, in words.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The public holidays of `year`, in order. Two may share a day: 1 May 2008 was also Ascension.
    pub fn holidays(&self, year: i16) -> Vec<Holiday> {
        let mut holidays: Vec<_> = self.rules.iter().filter_map(|rule| rule.holiday(year)).collect();
        // Two rules that say the same of a year are one holiday.
        holidays.sort_unstable();
        holidays.dedup();
        holidays
    }

    /// The public holiday on `date`, if it is one.
    pub fn holiday(&self, date: Date) -> Option<Holiday> {
        self.rules.iter().filter_map(|rule| rule.holiday(date.year())).find(|holiday| holiday.date == date)
    }

    /// Whether `date` is a *jour ouvré*: Monday to Friday and no public holiday.
    pub fn is_working_day(&self, date: Date) -> bool {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && self.holiday(date).is_none()
    }

    /// The `nth` *jour ouvré* after `date`, which is not counted itself; `date` when `nth` is 0. `None` where dates
    /// end.
    pub fn nth_working_day_after(&self, date: Date, nth: u16) -> Option<Date> {
        let mut date = date;
        let mut left = nth;
        while left > 0 {
            date = date.tomorrow().ok()?;
            left -= u16::from(self.is_working_day(date));
        }
        Some(date)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn holidays_are_in_order_and_named_in_french() {
        let holidays = Calendar::built_in(Zone::Metropole).holidays(2026);
        let shown: Vec<_> =
            holidays.iter().map(|holiday| format!("{} {}", holiday.date, holiday.name)).collect();
        assert_eq!(
            shown,
            [
                "2026-01-01 Jour de l'an",
                "2026-04-06 Lundi de Pâques",
                "2026-05-01 Fête du Travail",
                "2026-05-08 Victoire 1945",
                "2026-05-14 Ascension",
                "2026-05-25 Lundi de Pentecôte",
                "2026-07-14 Fête nationale",
                "2026-08-15 Assomption",
                "2026-11-01 Toussaint",
                "2026-11-11 Armistice 1918",
                "2026-12-25 Noël",
            ]
        );
    }

    #[test]
    fn each_zone_has_its_own_days() {
        let own = [
            (Zone::AlsaceMoselle, vec![date(2026, 4, 3), date(2026, 12, 26)]),
            (Zone::Martinique, vec![date(2026, 5, 22)]),
            (Zone::Guadeloupe, vec![date(2026, 5, 27)]),
            (Zone::Guyane, vec![date(2026, 6, 10)]),
            (Zone::Reunion, vec![date(2026, 12, 20)]),
            (Zone::Mayotte, vec![date(2026, 4, 27)]),
            (Zone::SaintBarthelemy, vec![date(2026, 10, 9)]),
            (Zone::SaintMartin, vec![date(2026, 5, 28)]),
        ];
        let everywhere = Calendar::built_in(Zone::Metropole).holidays(2026);
        for (zone, days) in own {
            let holidays = Calendar::built_in(zone).holidays(2026);
            let extra: Vec<_> =
                holidays.iter().filter(|day| !everywhere.contains(day)).map(|day| day.date).collect();
            assert_eq!(extra, days, "{zone}");
            assert_eq!(holidays.len(), everywhere.len() + days.len(), "{zone}");
        }
    }

    #[test]
    fn two_holidays_may_share_a_day() {
        let holidays = Calendar::built_in(Zone::Metropole).holidays(2008);
        let names =
            holidays.iter().filter(|holiday| holiday.date == date(2008, 5, 1)).map(|holiday| &holiday.name);
        assert_eq!(names.collect::<Vec<_>>(), ["Ascension", "Fête du Travail"]);
    }
}
