//! Times away, as a year brings them: summer, winter and spring holidays, illness, parental leave.

use jiff::civil::{Date, date};

use super::crew::Crew;
use crate::dice::Dice;
use crate::operator::days_after;

/// A time away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Whose: the operator's own key.
    pub staff_key: String,
    /// First day.
    pub from: Date,
    /// The day of return; not part of it.
    pub until: Date,
    /// Who covers: key; none for nobody.
    pub cover_key: Option<String>,
}

/// Days away: from, until (exclusive).
pub(super) type Days = (Date, Date);

fn overlap(a: Days, b: Days) -> bool {
    a.0 < b.1 && b.0 < a.1
}

impl Crew {
    /// Times away of an account manager. Whoever covers is trained and there all the time; where nobody is, nobody covers.
    pub(crate) fn absences(&self, manager: u64) -> Vec<Absence> {
        let mut dice = self.dice("cover", manager);
        let partner = self.partner(manager);
        let away = self.away(manager).into_iter();
        away.map(|days| {
            let is_covered = !dice.percent(4) && self.is_free(partner, days);
            Absence {
                staff_key: self.key(manager),
                from: days.0,
                until: days.1,
                cover_key: is_covered.then(|| self.key(partner)),
            }
        })
        .collect()
    }

    /// Whether an account manager is trained and there all the time.
    fn is_free(&self, manager: u64, days: Days) -> bool {
        days.1 <= self.trained_until(manager)
            && self.leaves_on(manager).is_none_or(|leaves_on| days.1 <= leaves_on)
            && !self.away(manager).into_iter().any(|away| overlap(away, days))
    }

    /// When an account manager is away: as they wish, except where the one they cover for was first, and not after they left.
    pub(super) fn away(&self, manager: u64) -> Vec<Days> {
        let mut away = self.wishes(manager);
        let partner = self.partner(manager);
        if partner < manager {
            let partners = self.wishes(partner);
            away.retain(|days| !partners.iter().any(|partners| overlap(*partners, *days)));
        }
        if let Some(leaves_on) = self.leaves_on(manager) {
            away.retain(|days| days.1 <= leaves_on);
        }
        away
    }

    /// When an account manager would be away, in the order of time and without overlaps. The first of a pair goes in July and
    /// at Christmas, the second in August and in February.
    pub(super) fn wishes(&self, manager: u64) -> Vec<Days> {
        let mut dice = self.dice("absence", manager);
        let is_second = Self::is_second(manager);
        let mut wishes = Vec::new();
        if dice.percent(3) {
            // Ill on the day that everything is looked at.
            let from = days_after(self.today, -days(&mut dice, 1, 4));
            wishes.push((from, days_after(self.today, days(&mut dice, 5, 20))));
        }
        let (summer, winter, spring) =
            if is_second { ((8, 3), (2, 10), (5, 12)) } else { ((7, 6), (12, 21), (4, 10)) };
        wishes.push(self.season(summer, &mut dice, 14, 21));
        wishes.push(self.season(winter, &mut dice, 5, 12));
        if dice.percent(60) {
            wishes.push(self.season(spring, &mut dice, 4, 9));
        }
        for _ in 0..dice.heads(2) {
            wishes.push(self.some_time(&mut dice, 350, 2, 15));
        }
        if dice.percent(2) {
            wishes.push(self.some_time(&mut dice, 150, 112, 112));
        }
        wishes.sort_unstable();
        let mut taken: Vec<Days> = Vec::new();
        for days in wishes {
            if taken.last().is_none_or(|last| last.1 <= days.0) {
                taken.push(days);
            }
        }
        taken
    }

    /// Around a day of the year, when that comes next.
    fn season(&self, (month, day): (i8, i8), dice: &mut Dice, least: u64, most: u64) -> Days {
        let this_year = date(self.today.year(), month, day);
        let begins = if this_year > days_after(self.today, 7) {
            this_year
        } else {
            date(self.today.year() + 1, month, day)
        };
        let from = days_after(begins, days(dice, 0, 6));
        (from, days_after(from, days(dice, least, most)))
    }

    /// Within so many days from ten days on.
    fn some_time(&self, dice: &mut Dice, within: u64, least: u64, most: u64) -> Days {
        let from = days_after(self.today, days(dice, 10, within));
        (from, days_after(from, days(dice, least, most)))
    }
}

fn days(dice: &mut Dice, least: u64, most: u64) -> i64 {
    i64::try_from(dice.between(least, most)).unwrap_or(0)
}
