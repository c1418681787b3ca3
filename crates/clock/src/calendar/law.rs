//! The French public holidays as the law gives them: version 1 of every zone.
//!
//! Code du travail, L3133-1 (metropolitan France), L3134-13 (Alsace and Moselle), L3422-2 and the decree 83-1003 as
//! amended in 2012 (commemorations of the abolition of slavery overseas). Whit Monday stayed a public holiday in 2005
//! to 2007 although most then worked on it (journée de solidarité). Years before 1982 are as good as they need be:
//! nothing was promised then.

use super::rule::{Day, MonthDay, Rule};
use super::zone::Zone;

const ABOLITION: &str = "Abolition de l'esclavage";

/// Version 1.
pub(super) fn rules(zone: Zone) -> Vec<Rule> {
    [everywhere(), local(zone)].into_iter().flatten().flatten().collect()
}

fn everywhere() -> Vec<Option<Rule>> {
    vec![
        fixed("Jour de l'an", 1, 1),
        easter("Lundi de Pâques", 1),
        fixed("Fête du Travail", 5, 1),
        // Abolished in 1959, restored in October 1981.
        fixed("Victoire 1945", 5, 8).map(|rule| rule.from(1953).until(1959)),
        fixed("Victoire 1945", 5, 8).map(|rule| rule.from(1982)),
        easter("Ascension", 39),
        easter("Lundi de Pentecôte", 50),
        fixed("Fête nationale", 7, 14),
        fixed("Assomption", 8, 15),
        fixed("Toussaint", 11, 1),
        fixed("Armistice 1918", 11, 11),
        fixed("Noël", 12, 25),
    ]
}

fn local(zone: Zone) -> Vec<Option<Rule>> {
    match zone {
        Zone::Metropole => Vec::new(),
        Zone::AlsaceMoselle => vec![easter("Vendredi saint", -2), fixed("Saint-Étienne", 12, 26)],
        Zone::Martinique => vec![fixed(ABOLITION, 5, 22).map(|rule| rule.from(1984))],
        Zone::Guadeloupe => vec![fixed(ABOLITION, 5, 27).map(|rule| rule.from(1984))],
        Zone::Guyane => vec![fixed(ABOLITION, 6, 10).map(|rule| rule.from(1984))],
        Zone::Reunion => vec![fixed(ABOLITION, 12, 20).map(|rule| rule.from(1983))],
        Zone::Mayotte => vec![fixed(ABOLITION, 4, 27).map(|rule| rule.from(1984))],
        // Communes of Guadeloupe until July 2007; a date of their own since the decree 2012-553.
        Zone::SaintBarthelemy => vec![
            fixed(ABOLITION, 5, 27).map(|rule| rule.from(1984).until(2007)),
            fixed(ABOLITION, 10, 9).map(|rule| rule.from(2012)),
        ],
        // The decree still says 27 May; the 28th is kept since 2018. Who reads it otherwise adds a version.
        Zone::SaintMartin => vec![
            fixed(ABOLITION, 5, 27).map(|rule| rule.from(1984).until(2017)),
            fixed(ABOLITION, 5, 28).map(|rule| rule.from(2018)),
        ],
    }
}

fn fixed(name: &'static str, month: i8, day: i8) -> Option<Rule> {
    MonthDay::new(month, day).map(|day| Rule::new(name, Day::Fixed(day)))
}

fn easter(name: &'static str, days: i16) -> Option<Rule> {
    Some(Rule::new(name, Day::Easter(days)))
}
