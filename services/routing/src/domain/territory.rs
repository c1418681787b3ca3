//! From a postal code to département, région, time zone and public holidays, overseas included.
//!
//! The first digits of a postal code say the département, but for a few that lie in two and a few that lie elsewhere. Those
//! are in `data/territories.tsv`, which `scripts/territories` makes from open data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use vigie_clock::Zone;

use super::place::Error;

/// Where something lies in France.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Territory {
    /// Département, INSEE code: `75`, `2A`, `974`; overseas collectivities have one as well.
    pub departement: &'static str,
    /// Région, INSEE code: `11`, `04`; that of the collectivity where there is no région.
    pub region: &'static str,
    /// IANA name: `Europe/Paris`, `Indian/Reunion`.
    pub time_zone: &'static str,
    /// Whose public holidays hold.
    pub holidays: Zone,
}

impl Territory {
    /// Where a postal code lies; `commune` is an INSEE code of five characters, and needed where the postal code lies in two
    /// départements.
    ///
    /// # Errors
    /// [`Error::PostalCode`], [`Error::Commune`], [`Error::CommuneNeeded`], [`Error::CommuneElsewhere`].
    pub fn of(postal_code: &str, commune: Option<&str>) -> Result<Self, Error> {
        let is_code = postal_code.len() == 5 && postal_code.bytes().all(|byte| byte.is_ascii_digit());
        if !is_code {
            return Err(Error::PostalCode);
        }
        let table = &*TABLE;
        let by_digits = [departement_of(postal_code)];
        let possible = match table.postal_codes.get(postal_code) {
            Some(listed) => listed.as_slice(),
            None => by_digits.as_slice(),
        };
        let departement = match (commune, possible) {
            (Some(commune), _) => {
                let departement = table.departement_of_commune(commune)?;
                possible.iter().copied().find(|found| *found == departement).ok_or(Error::CommuneElsewhere)?
            }
            (None, [only]) => only,
            (None, _) => return Err(Error::CommuneNeeded),
        };
        let mut territory = table.departements.get(departement).copied().ok_or(Error::PostalCode)?;
        if let Some(time_zone) = table.time_zones.get(postal_code) {
            territory.time_zone = time_zone;
        }
        Ok(territory)
    }

    /// Whether there is a région with this INSEE code.
    pub fn is_region(code: &str) -> bool {
        TABLE.regions.contains(code)
    }

    /// Whether there is a département with this INSEE code.
    pub fn is_departement(code: &str) -> bool {
        TABLE.departements.contains_key(code)
    }
}

/// The département that the first characters of a postal code or a commune's code say; of a postal code of Corsica the
/// third digit says which half.
fn departement_of(code: &str) -> &str {
    let first = |count| code.get(..count).unwrap_or_default();
    match (first(2), first(3)) {
        ("97" | "98", three) => three,
        ("20", "200" | "201") => "2A",
        ("20", _) => "2B",
        (two, _) => two,
    }
}

struct Table {
    regions: BTreeSet<&'static str>,
    departements: BTreeMap<&'static str, Territory>,
    postal_codes: BTreeMap<&'static str, Vec<&'static str>>,
    communes: BTreeMap<&'static str, &'static str>,
    time_zones: BTreeMap<&'static str, &'static str>,
}

impl Table {
    fn departement_of_commune(&self, commune: &str) -> Result<&str, Error> {
        let is_code = commune.len() == 5
            && commune.bytes().enumerate().all(|(place, byte)| {
                byte.is_ascii_digit()
                    || (place == 1 && matches!(byte, b'A' | b'B') && commune.starts_with('2'))
            });
        if !is_code {
            return Err(Error::Commune);
        }
        let listed = self.communes.get(commune).copied();
        let departement = listed
            .or_else(|| self.departements.get_key_value(departement_of(commune)).map(|(code, _)| *code));
        departement.ok_or(Error::Commune)
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| read(include_str!("../../data/territories.tsv")));

/// Records that do not read are left out; a test says that there are none.
fn read(text: &'static str) -> Table {
    let mut table = Table {
        regions: BTreeSet::new(),
        departements: BTreeMap::new(),
        postal_codes: BTreeMap::new(),
        communes: BTreeMap::new(),
        time_zones: BTreeMap::new(),
    };
    for line in text.lines() {
        let fields: Vec<&'static str> = line.split('\t').collect();
        match fields.as_slice() {
            ["R", code, _name] => {
                table.regions.insert(code);
            }
            ["D", code, region, _name, time_zone, holidays] => {
                if let Some(holidays) = Zone::named(holidays) {
                    table
                        .departements
                        .insert(code, Territory { departement: code, region, time_zone, holidays });
                }
            }
            ["P", code, departements] => {
                table.postal_codes.insert(code, departements.split(',').collect());
            }
            ["C", code, departement] => {
                table.communes.insert(code, departement);
            }
            ["Z", code, time_zone] => {
                table.time_zones.insert(code, time_zone);
            }
            _ => {}
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lies(postal_code: &str, commune: Option<&str>) -> Result<(&'static str, &'static str), Error> {
        Territory::of(postal_code, commune).map(|found| (found.departement, found.region))
    }

    #[test]
    fn the_whole_table_reads_and_hangs_together() {
        let text = include_str!("../../data/territories.tsv");
        let of_kind = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
        assert_eq!(TABLE.departements.len(), of_kind("D\t"));
        assert_eq!(TABLE.departements.len(), 96 + 5 + 8, "metropole, overseas départements, collectivities");
        assert_eq!(TABLE.regions.len(), 13 + 5 + 8);
        assert_eq!(TABLE.postal_codes.len(), of_kind("P\t"));
        for (code, found) in &TABLE.departements {
            assert!(TABLE.regions.contains(found.region), "{code}");
            assert!(jiff::tz::TimeZone::get(found.time_zone).is_ok(), "{code}: {}", found.time_zone);
        }
        let listed = TABLE.postal_codes.values().flatten().chain(TABLE.communes.values());
        assert!(listed.into_iter().all(|code| TABLE.departements.contains_key(code)));
        assert!(TABLE.time_zones.values().all(|zone| jiff::tz::TimeZone::get(zone).is_ok()));
    }

    #[test]
    fn the_first_digits_decide_also_for_a_cedex() {
        assert_eq!(lies("75001", None), Ok(("75", "11")));
        assert_eq!(lies("92931", None), Ok(("92", "11")));
        assert_eq!(lies("20000", None), Ok(("2A", "94")));
        assert_eq!(lies("20190", None), Ok(("2A", "94")));
        assert_eq!(lies("20200", None), Ok(("2B", "94")));
        assert_eq!(lies("20600", None), Ok(("2B", "94")));
    }

    #[test]
    fn overseas_lies_in_its_own_time_and_its_own_holidays() {
        for (postal_code, departement, time_zone, holidays) in [
            ("97110", "971", "America/Guadeloupe", Zone::Guadeloupe),
            ("97133", "977", "America/St_Barthelemy", Zone::SaintBarthelemy),
            ("97150", "978", "America/Marigot", Zone::SaintMartin),
            ("97200", "972", "America/Martinique", Zone::Martinique),
            ("97300", "973", "America/Cayenne", Zone::Guyane),
            ("97400", "974", "Indian/Reunion", Zone::Reunion),
            ("97500", "975", "America/Miquelon", Zone::Metropole),
            ("97600", "976", "Indian/Mayotte", Zone::Mayotte),
            ("98600", "986", "Pacific/Wallis", Zone::Metropole),
            ("98714", "987", "Pacific/Tahiti", Zone::Metropole),
            ("98742", "987", "Pacific/Marquesas", Zone::Metropole),
            ("98800", "988", "Pacific/Noumea", Zone::Metropole),
            ("67000", "67", "Europe/Paris", Zone::AlsaceMoselle),
            ("57000", "57", "Europe/Paris", Zone::AlsaceMoselle),
        ] {
            let found = Territory::of(postal_code, None).unwrap();
            assert_eq!(
                (found.departement, found.time_zone, found.holidays),
                (departement, time_zone, holidays)
            );
        }
    }

    #[test]
    fn a_postal_code_in_two_departements_needs_the_commune() {
        assert_eq!(lies("01200", None), Err(Error::CommuneNeeded));
        assert_eq!(lies("01200", Some("74109")), Ok(("74", "84")));
        assert_eq!(lies("01200", Some("01033")), Ok(("01", "84")));
        assert_eq!(lies("01200", Some("75056")), Err(Error::CommuneElsewhere));
        assert_eq!(lies("75001", Some("13055")), Err(Error::CommuneElsewhere));
        // A commune that changed its département and kept its code.
        assert_eq!(lies("52100", Some("51494")), Ok(("52", "44")));
        assert_eq!(lies("20000", Some("2A004")), Ok(("2A", "94")));
    }

    #[test]
    fn what_is_no_place_in_france_is_refused() {
        for bad in ["", "7500", "750011", "7500A", "00100", "96000", "98000", "97900", "99123", "７５００１"]
        {
            assert_eq!(lies(bad, None), Err(Error::PostalCode), "{bad:?}");
        }
        for bad in ["", "7505", "A5056", "7A056", "99999"] {
            assert_eq!(lies("75001", Some(bad)), Err(Error::Commune), "{bad:?}");
        }
    }
}
