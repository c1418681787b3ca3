//! All calendars that there are: the built-in ones and the operator's further versions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::Error;
use super::rule::{Day, Rule};
use super::zone::{CalendarRef, Zone};
use super::{Calendar, RULES_MAX};

/// Versions of all zones together.
pub(super) const CALENDARS_MAX: usize = 1_000;

/// A further version of a calendar, as configuration states it: what changes against an earlier one.
///
/// ```
/// # use vigie_clock::{Amendment, Calendars};
/// let saint_martin_as_in_the_decree: Amendment = serde_json::from_str(
///     r#"{"zone": "saint-martin", "version": 2, "based_on": 1,
///         "remove": [{"fixed": "05-28"}],
///         "add": [{"name": "Abolition de l'esclavage", "fixed": "05-27", "from": 2018}]}"#,
/// ).unwrap();
/// let calendars = Calendars::built_in().with(&saint_martin_as_in_the_decree).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Of which zone.
    pub zone: Zone,
    /// Its number: above that of its base.
    pub version: u32,
    /// The version whose rules it takes over.
    pub based_on: u32,
    /// Days that are public holidays no more; all rules about them go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Day>,
    /// Further public holidays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Rule>,
}

/// The calendars by zone and version. Adding a version leaves all others as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendars(BTreeMap<CalendarRef, Calendar>);

impl Calendars {
    /// Version 1 of every zone: the law.
    pub fn built_in() -> Self {
        let calendars = Zone::ALL.into_iter().map(Calendar::built_in);
        Self(calendars.map(|calendar| (calendar.reference(), calendar)).collect())
    }

    /// These and one more version. The same amendment a second time changes nothing.
    ///
    /// # Errors
    /// When its base is unknown, it takes away what is not there, or the version has other rules already.
    pub fn with(mut self, amendment: &Amendment) -> Result<Self, Error> {
        let calendar = self.amended(amendment)?;
        let reference = calendar.reference();
        match self.0.get(&reference) {
            Some(known) if *known == calendar => return Ok(self),
            Some(_) => return Err(Error::Redefined(reference)),
            None if self.0.len() >= CALENDARS_MAX => return Err(Error::TooManyCalendars),
            None => self.0.insert(reference, calendar),
        };
        Ok(self)
    }

    /// The calendar that an event pinned.
    ///
    /// # Errors
    /// When nobody defined it here.
    pub fn get(&self, reference: CalendarRef) -> Result<&Calendar, Error> {
        self.0.get(&reference).ok_or(Error::Unknown(reference))
    }

    /// The newest version of `zone`: what a new promise takes.
    pub fn latest(&self, zone: Zone) -> CalendarRef {
        let of_zone = CalendarRef { zone, version: 0 }..=CalendarRef { zone, version: u32::MAX };
        self.0.range(of_zone).next_back().map_or(CalendarRef::built_in(zone), |(reference, _)| *reference)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.0.values()
    }

    fn amended(&self, amendment: &Amendment) -> Result<Calendar, Error> {
        let reference = CalendarRef { zone: amendment.zone, version: amendment.version };
        if amendment.based_on >= amendment.version {
            return Err(Error::NotBasedOnEarlier(reference));
        }
        let base = self.get(CalendarRef { version: amendment.based_on, ..reference })?;
        let is_there = |day: &Day| base.rules().iter().any(|rule| rule.day == *day);
        if !amendment.remove.iter().all(is_there) {
            return Err(Error::NothingToRemove(reference));
        }
        if amendment.add.iter().any(Rule::is_void) {
            return Err(Error::VoidRule(reference));
        }
        let kept = base.rules().iter().filter(|rule| !amendment.remove.contains(&rule.day));
        let rules: Vec<_> = kept.chain(&amendment.add).cloned().collect();
        if rules.len() > RULES_MAX {
            return Err(Error::TooManyRules(reference));
        }
        Ok(Calendar::new(reference, rules))
    }
}

impl Default for Calendars {
    fn default() -> Self {
        Self::built_in()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::rule::MonthDay;
    use super::*;

    fn amendment(version: u32, based_on: u32) -> Amendment {
        let day = Day::Once(date(2026, 6, 2));
        let add = vec![Rule::new("Deuil national", day)];
        Amendment { zone: Zone::Metropole, version, based_on, remove: Vec::new(), add }
    }

    #[test]
    fn a_further_version_leaves_the_earlier_ones_as_they_were() {
        let before = Calendars::built_in();
        let after = before.clone().with(&amendment(2, 1)).unwrap();
        let (one, two) =
            (CalendarRef::built_in(Zone::Metropole), CalendarRef { zone: Zone::Metropole, version: 2 });
        assert_eq!(after.get(one), before.get(one));
        assert!(after.get(one).unwrap().is_working_day(date(2026, 6, 2)));
        assert!(!after.get(two).unwrap().is_working_day(date(2026, 6, 2)));
        assert_eq!((after.latest(Zone::Metropole), after.latest(Zone::Guyane).version), (two, 1));
    }

    #[test]
    fn a_version_is_never_given_other_rules() {
        let calendars = Calendars::built_in().with(&amendment(2, 1)).unwrap();
        assert_eq!(calendars.clone().with(&amendment(2, 1)).unwrap(), calendars);
        let other = Amendment { add: Vec::new(), ..amendment(2, 1) };
        let reference = CalendarRef { zone: Zone::Metropole, version: 2 };
        assert_eq!(calendars.clone().with(&other), Err(Error::Redefined(reference)));
        // Nor is the built-in one.
        let first = CalendarRef::built_in(Zone::Metropole);
        assert_eq!(
            calendars.with(&amendment(1, 0)),
            Err(Error::Unknown(CalendarRef { version: 0, ..first }))
        );
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        let calendars = Calendars::built_in();
        let two = CalendarRef { zone: Zone::Metropole, version: 2 };
        let christmas_eve = Day::Fixed(MonthDay::new(12, 24).unwrap());
        let cases = [
            (
                Amendment { based_on: 7, version: 8, ..amendment(2, 1) },
                Error::Unknown(CalendarRef { version: 7, ..two }),
            ),
            (amendment(2, 2), Error::NotBasedOnEarlier(two)),
            (Amendment { remove: vec![christmas_eve], ..amendment(2, 1) }, Error::NothingToRemove(two)),
            (Amendment { add: vec![Rule::new(" ", christmas_eve)], ..amendment(2, 1) }, Error::VoidRule(two)),
            (
                Amendment { add: vec![Rule::new("x", christmas_eve).from(2).until(1)], ..amendment(2, 1) },
                Error::VoidRule(two),
            ),
            (
                Amendment { add: vec![Rule::new("x", christmas_eve); RULES_MAX], ..amendment(2, 1) },
                Error::TooManyRules(two),
            ),
        ];
        for (wrong, error) in cases {
            assert_eq!(calendars.clone().with(&wrong), Err(error));
        }
    }
}
