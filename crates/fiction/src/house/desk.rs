//! Teams.

use jiff::civil::Date;

use crate::territory::Territory;

/// A team. Names of kinds are those of the CSV format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// The operator's own key.
    pub key: &'static str,
    /// Name.
    pub name: String,
    /// `SALES`, `ADMINISTRATIVE`, `TECHNICAL`, `END_USER`, `INTERNATIONAL`.
    pub purpose: &'static str,
    /// Whom it serves; none for everybody.
    pub segments: &'static [&'static str],
    /// Whether it serves businesses only.
    pub businesses_only: bool,
    /// Skills that its people hold.
    pub skills: &'static [&'static str],
    /// Languages it serves in.
    pub languages: &'static [&'static str],
    /// INSEE codes of régions; none for all.
    pub regions: &'static [&'static str],
    /// Countries it serves, ISO 3166-1 alpha-2; none for France.
    pub countries: &'static [&'static str],
    /// When it answers.
    pub hours: Hours,
    /// Where contacts go while it is closed: key.
    pub overflow_key: Option<&'static str>,
    /// Smaller comes first among desks that fit equally.
    pub rank: u32,
}

/// When a team answers, in its own local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// IANA name.
    pub time_zone: &'static str,
    /// Zone of the public holidays.
    pub holiday_zone: &'static str,
    /// Windows of each day, Monday first, separated by blanks; empty for closed.
    pub week: [&'static str; 7],
    /// On public holidays: `closed`, or nothing for as on any day.
    pub holidays: &'static str,
    /// Days that are not as their weekday: date, windows, why.
    pub exceptions: Vec<(Date, &'static str, &'static str)>,
}

const OFFICE: [&str; 7] = week("09:00-12:30 14:00-18:00", "", "");
const LONG: [&str; 7] = week("08:00-19:00", "09:00-17:00", "");
const NIGHT: [&str; 7] = week("19:00-08:00", "17:00-09:00", "09:00-08:00");
const ALWAYS: [&str; 7] = week("00:00-24:00", "00:00-24:00", "00:00-24:00");

const fn week(workday: &'static str, saturday: &'static str, sunday: &'static str) -> [&'static str; 7] {
    [workday, workday, workday, workday, workday, saturday, sunday]
}

const FRENCH: &[&str] = &["FRENCH"];
const TWO: &[&str] = &["FRENCH", "ENGLISH"];

/// Every team, on a day of which the year's exceptions follow.
pub(crate) fn desks(today: Date) -> Vec<Desk> {
    let team = |key, name: &str, purpose, week| Desk {
        key,
        name: name.to_owned(),
        purpose,
        segments: &[],
        businesses_only: true,
        skills: &[],
        languages: TWO,
        regions: &[],
        countries: &[],
        hours: Hours {
            time_zone: "Europe/Paris",
            holiday_zone: "metropole",
            week,
            holidays: "closed",
            exceptions: Vec::new(),
        },
        overflow_key: None,
        rank: 0,
    };
    let mut desks = vec![
        // Contacts overflow to it, so it comes first.
        Desk {
            skills: &["technical"],
            rank: 10,
            hours: Hours { holidays: "", ..team("", "", "", NIGHT).hours },
            ..team("technique-nuit", "Service technique, nuit et dimanche", "TECHNICAL", NIGHT)
        },
        Desk {
            skills: &["technical"],
            overflow_key: Some("technique-nuit"),
            ..team("technique-jour", "Service technique", "TECHNICAL", LONG)
        },
        Desk {
            segments: &["LARGE_ACCOUNT"],
            skills: &["large-account"],
            ..team("grands-comptes", "Grands comptes", "SALES", OFFICE)
        },
        Desk {
            segments: &["LARGE_ACCOUNT"],
            skills: &["large-account"],
            ..team("gestion-grands-comptes", "Gestion des grands comptes", "ADMINISTRATIVE", LONG)
        },
        Desk {
            segments: &["SME_FLEET"],
            skills: &["sme-fleet"],
            hours: inventory_day(today, LONG),
            ..team("gestion-flottes", "Gestion des flottes mobiles", "ADMINISTRATIVE", LONG)
        },
        Desk {
            segments: &["BUSINESS_FIXED"],
            skills: &["business-fixed"],
            ..team("gestion-fixe", "Gestion des services fixes", "ADMINISTRATIVE", OFFICE)
        },
        Desk {
            skills: &["loss-theft"],
            businesses_only: false,
            hours: Hours { holidays: "", ..team("", "", "", ALWAYS).hours },
            ..team("utilisateurs", "Service aux utilisateurs mobiles", "END_USER", ALWAYS)
        },
        Desk {
            skills: &["international"],
            languages: &["FRENCH", "ENGLISH", "GERMAN", "SPANISH"],
            countries: &["FR", "BE", "CH", "DE", "ES", "GB", "IT", "MA", "US"],
            ..team("international", "Développement international", "INTERNATIONAL", OFFICE)
        },
    ];
    desks.extend(Territory::ALL.map(|territory| {
        let (time_zone, holiday_zone) = territory.clock();
        let hours = team("", "", "", OFFICE).hours;
        Desk {
            segments: &["SME_FLEET", "BUSINESS_FIXED"],
            languages: FRENCH,
            regions: territory.regions(),
            hours: Hours { time_zone, holiday_zone, ..hours },
            rank: 1,
            ..team(territory.desk_key(), &format!("Équipe commerciale {}", territory.name()), "SALES", OFFICE)
        }
    }));
    desks
}

/// Closed at noon on the last day of the year.
fn inventory_day(today: Date, week: [&'static str; 7]) -> Hours {
    let last = today.last_of_year();
    Hours {
        time_zone: "Europe/Paris",
        holiday_zone: "metropole",
        week,
        holidays: "closed",
        exceptions: vec![(last, "08:00-12:00", "inventaire annuel")],
    }
}
