//! Who faces customers.

use jiff::civil::Date;

use super::crew::Crew;
use crate::operator::days_after;
use crate::plain::plain;
use crate::territory::Territory;
use crate::{names, number};

/// Somebody who faces customers. Names of kinds are those of the CSV format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Counts from 0.
    pub number: u64,
    /// The operator's own key.
    pub key: String,
    /// User id; nobody else has it.
    pub user_id: String,
    /// Name that customers are told.
    pub name: String,
    /// Whether accounts may be assigned.
    pub is_account_manager: bool,
    /// What they know to do.
    pub skills: Vec<Skill>,
    /// `FRENCH`, `ENGLISH`, …; at least one.
    pub languages: Vec<&'static str>,
    /// INSEE codes of régions; none for all.
    pub regions: &'static [&'static str],
    /// Mail address that customers are told.
    pub email: String,
    /// Number that customers are told.
    pub telephone: String,
    /// Key of the desk that they work at.
    pub desk_key: &'static str,
}

/// What somebody knows to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skill {
    /// `sme-fleet`, `technical`, …
    pub code: &'static str,
    /// The first day on which it is valid no more; none for never.
    pub valid_until: Option<Date>,
}

/// Desks of advisors, with the skill that is needed there.
const ADVISORS_AT: [(&str, &str); 8] = [
    ("gestion-flottes", "sme-fleet"),
    ("gestion-fixe", "business-fixed"),
    ("utilisateurs", "loss-theft"),
    ("technique-jour", "technical"),
    ("gestion-grands-comptes", "large-account"),
    ("technique-nuit", "technical"),
    ("utilisateurs", "loss-theft"),
    ("international", "international"),
];

impl Crew {
    pub(crate) fn staff(&self, number: u64) -> Staff {
        let mut dice = self.dice("staff", number);
        let (given, family) = names::person(&mut dice);
        let user_id = format!("{}.{}.{number}", plain(given), plain(&family));
        let is_account_manager = self.is_account_manager(number);
        let territory = self.territory(number).filter(|_| is_account_manager);
        let (desk_key, codes) = self.post(number, territory);
        let mut skills: Vec<_> = codes.iter().map(|code| Skill { code, valid_until: None }).collect();
        if dice.percent(10) {
            let ends = days_after(self.today, i64::try_from(dice.between(30, 400)).unwrap_or(0));
            skills.push(Skill { code: "security", valid_until: Some(ends) });
        }
        let other =
            dice.percent(30).then(|| dice.word(&["GERMAN", "SPANISH", "ITALIAN", "PORTUGUESE", "DUTCH"]));
        let english = dice.percent(50) || desk_key == "international";
        let languages = std::iter::once("FRENCH").chain(english.then_some("ENGLISH")).chain(other).collect();
        Staff {
            number,
            key: self.key(number),
            name: format!("{given} {family}"),
            is_account_manager,
            skills,
            languages,
            regions: territory.map_or(&[], Territory::regions),
            email: format!("{user_id}@operateur.example"),
            user_id,
            telephone: number::staff(number),
            desk_key,
        }
    }

    /// Where somebody works, and what they need to know there.
    fn post(&self, number: u64, territory: Option<Territory>) -> (&'static str, Vec<&'static str>) {
        if let Some(territory) = territory {
            return (territory.desk_key(), vec!["sme-fleet", "business-fixed"]);
        }
        if self.is_account_manager(number) {
            return ("grands-comptes", vec!["large-account"]);
        }
        let place = usize::try_from(number).unwrap_or(0) % ADVISORS_AT.len();
        ADVISORS_AT.get(place).map_or(("gestion-flottes", Vec::new()), |(desk, skill)| (*desk, vec![*skill]))
    }
}
