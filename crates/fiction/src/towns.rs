//! Where customers are: real towns with their postal codes, overseas included.

use crate::dice::Dice;
use crate::territory::Territory;

/// A town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Town {
    pub(crate) postal_code: &'static str,
    pub(crate) name: &'static str,
    /// INSEE code of the région, or of the collectivity where there is none.
    pub(crate) region: &'static str,
    /// INSEE code of the commune, where the postal code alone does not say the département.
    pub(crate) commune: &'static str,
    /// The part of the country that a landline number tells, 1 to 5.
    pub(crate) part: u8,
    pub(crate) territory: Territory,
    /// How often a customer is there, to the others.
    weight: u8,
}

const fn town(
    postal_code: &'static str,
    name: &'static str,
    region: &'static str,
    part: u8,
    territory: Territory,
    weight: u8,
) -> Town {
    Town { postal_code, name, region, commune: "", part, territory, weight }
}

use Territory::{Antilles, East, IleDeFrance, IndianOcean, North, SouthEast, SouthWest, West};

pub(crate) const TOWNS: [Town; 71] = [
    town("75002", "Paris", "11", 1, IleDeFrance, 14),
    town("75008", "Paris", "11", 1, IleDeFrance, 18),
    town("75015", "Paris", "11", 1, IleDeFrance, 12),
    town("77100", "Meaux", "11", 1, IleDeFrance, 6),
    town("78000", "Versailles", "11", 1, IleDeFrance, 8),
    town("91000", "Évry-Courcouronnes", "11", 1, IleDeFrance, 6),
    town("92000", "Nanterre", "11", 1, IleDeFrance, 12),
    town("92100", "Boulogne-Billancourt", "11", 1, IleDeFrance, 10),
    town("93200", "Saint-Denis", "11", 1, IleDeFrance, 8),
    town("94000", "Créteil", "11", 1, IleDeFrance, 8),
    town("95000", "Cergy", "11", 1, IleDeFrance, 6),
    town("59000", "Lille", "32", 3, North, 8),
    town("59500", "Douai", "32", 3, North, 4),
    town("62000", "Arras", "32", 3, North, 4),
    town("80000", "Amiens", "32", 3, North, 4),
    town("60000", "Beauvais", "32", 3, North, 3),
    town("76000", "Rouen", "28", 2, North, 5),
    town("76600", "Le Havre", "28", 2, North, 4),
    town("14000", "Caen", "28", 2, North, 4),
    town("50100", "Cherbourg-en-Cotentin", "28", 2, North, 2),
    town("67000", "Strasbourg", "44", 3, East, 6),
    town("57000", "Metz", "44", 3, East, 4),
    town("54000", "Nancy", "44", 3, East, 4),
    town("51100", "Reims", "44", 3, East, 4),
    town("68100", "Mulhouse", "44", 3, East, 4),
    town("10000", "Troyes", "44", 3, East, 2),
    town("21000", "Dijon", "27", 3, East, 4),
    town("25000", "Besançon", "27", 3, East, 3),
    town("71100", "Chalon-sur-Saône", "27", 3, East, 2),
    town("44000", "Nantes", "52", 2, West, 7),
    town("49000", "Angers", "52", 2, West, 4),
    town("72000", "Le Mans", "52", 2, West, 3),
    town("85000", "La Roche-sur-Yon", "52", 2, West, 3),
    town("35000", "Rennes", "53", 2, West, 6),
    town("29200", "Brest", "53", 2, West, 4),
    town("29900", "Concarneau", "53", 2, West, 1),
    town("56100", "Lorient", "53", 2, West, 3),
    town("22000", "Saint-Brieuc", "53", 2, West, 2),
    town("45000", "Orléans", "24", 2, West, 4),
    town("37000", "Tours", "24", 2, West, 4),
    town("18000", "Bourges", "24", 2, West, 2),
    town("33000", "Bordeaux", "75", 5, SouthWest, 8),
    town("87000", "Limoges", "75", 5, SouthWest, 3),
    town("86000", "Poitiers", "75", 5, SouthWest, 3),
    town("64000", "Pau", "75", 5, SouthWest, 3),
    town("17000", "La Rochelle", "75", 5, SouthWest, 3),
    town("31000", "Toulouse", "76", 5, SouthWest, 8),
    town("34000", "Montpellier", "76", 4, SouthWest, 5),
    town("30000", "Nîmes", "76", 4, SouthWest, 3),
    town("66000", "Perpignan", "76", 4, SouthWest, 3),
    town("81000", "Albi", "76", 5, SouthWest, 2),
    town("69003", "Lyon", "84", 4, SouthEast, 12),
    town("38000", "Grenoble", "84", 4, SouthEast, 5),
    town("63000", "Clermont-Ferrand", "84", 4, SouthEast, 4),
    town("42000", "Saint-Étienne", "84", 4, SouthEast, 4),
    town("74000", "Annecy", "84", 4, SouthEast, 4),
    // Lies in two départements: the commune says that it is the Ain.
    Town { commune: "01033", ..town("01200", "Valserhône", "84", 4, SouthEast, 1) },
    town("13001", "Marseille", "93", 4, SouthEast, 8),
    town("13100", "Aix-en-Provence", "93", 4, SouthEast, 5),
    town("06000", "Nice", "93", 4, SouthEast, 5),
    town("83000", "Toulon", "93", 4, SouthEast, 4),
    town("84000", "Avignon", "93", 4, SouthEast, 3),
    town("20000", "Ajaccio", "94", 4, SouthEast, 1),
    town("20200", "Bastia", "94", 4, SouthEast, 1),
    town("97400", "Saint-Denis", "04", 2, IndianOcean, 3),
    town("97410", "Saint-Pierre", "04", 2, IndianOcean, 2),
    town("97600", "Mamoudzou", "06", 2, IndianOcean, 1),
    town("97110", "Pointe-à-Pitre", "01", 5, Antilles, 2),
    town("97200", "Fort-de-France", "02", 5, Antilles, 2),
    town("97300", "Cayenne", "03", 5, Antilles, 1),
    town("98800", "Nouméa", "988", 2, IndianOcean, 1),
];

/// A town; the larger ones more often.
pub(crate) fn anywhere(dice: &mut Dice) -> &'static Town {
    let total: u64 = TOWNS.iter().map(|town| u64::from(town.weight)).sum();
    let mut left = dice.below(total);
    for town in &TOWNS {
        let weight = u64::from(town.weight);
        if left < weight {
            return town;
        }
        left -= weight;
    }
    let [first, ..] = &TOWNS;
    first
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_town_comes_up_and_lies_in_the_territory_of_its_region() {
        let mut dice = Dice::new(1);
        let seen: BTreeSet<_> = (0..20_000).map(|_| anywhere(&mut dice).postal_code).collect();
        assert_eq!(seen.len(), TOWNS.len());
        for town in &TOWNS {
            assert!(town.territory.regions().contains(&town.region), "{}", town.name);
            assert!((1..=5).contains(&town.part));
        }
    }
}
