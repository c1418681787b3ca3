//! An operator's customers in miniature. Nobody here exists: companies and people are made up, and the numbers come from
//! 06 39 98 xx xx, which the French regulator keeps for fiction.

use uuid::Uuid;
use vigie_clock::derived_id;
use vigie_fiction::{Dice, FAMILY_NAMES, GIVEN_NAMES, number::mobile, plain, sim};
use vigie_proto::lines::{ExternalIdentifier, LineEntry};

/// Ids of the demo hang below this one, so that a first start that was interrupted goes on where it stopped.
const ROOT: Uuid = Uuid::from_u128(0x7669_6769_6500_8000_8000_6465_6d6f_0001);

/// The id that `name` has in the demo: the same at every start.
pub(super) fn id(name: &str) -> Uuid {
    derived_id(ROOT, name)
}

/// A business customer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Company {
    pub(super) name: &'static str,
    pub(super) town: &'static str,
    /// SIRET of its only site; passes the check digit and belongs to nobody.
    pub(super) site: &'static str,
    pub(super) lines: usize,
    /// Who manages its fleet: user id.
    pub(super) manager: &'static str,
}

impl Company {
    /// Its account.
    pub(super) fn account_id(&self) -> Uuid {
        id(self.name)
    }
}

/// 3,000 lines in all.
pub(super) const COMPANIES: [Company; 5] = [
    Company {
        name: "Transports Ostrevent",
        town: "Douai",
        site: "99900001100018",
        lines: 1_240,
        manager: "solene.ferrand",
    },
    Company {
        name: "Fromageries du Haut-Sornin",
        town: "Charlieu",
        site: "99900002900010",
        lines: 760,
        manager: "bastien.roche",
    },
    Company {
        name: "Menuiserie Kerval",
        town: "Concarneau",
        site: "99900003700013",
        lines: 480,
        manager: "nolwenn.keryell",
    },
    Company {
        name: "Sucrerie du Bras-Canot",
        town: "Saint-Benoît (La Réunion)",
        site: "99900004500016",
        lines: 380,
        manager: "ketty.hoareau",
    },
    Company {
        name: "Cabinet Vauquelain",
        town: "Rouen",
        site: "99900005200012",
        lines: 140,
        manager: "edgar.vauquelain",
    },
];

const COST_CENTRES: [&str; 6] = ["direction", "ventes", "atelier", "logistique", "chantiers", "terrain"];

/// Of ten lines, the one that belongs to the holder of the line before.
const SECOND_SIM: usize = 1;

/// A line of the demo.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) company: Company,
    pub(super) entry: LineEntry,
}

/// All lines, in an order that is the same at every start.
pub(super) fn lines() -> Vec<Line> {
    let mut dice = Dice::new(93);
    let mut lines = Vec::new();
    for company in COMPANIES {
        let mut holder = String::new();
        for index in 0..company.lines {
            // Every tenth person holds a second SIM, for data: suspending the person suspends both.
            if index % 10 != SECOND_SIM {
                holder = user_id(index, &mut dice);
            }
            let number = lines.len();
            lines.push(Line { company, entry: entry(&company, number, holder.clone(), &mut dice) });
        }
    }
    lines
}

fn user_id(index: usize, dice: &mut Dice) -> String {
    let first = dice.pick(&GIVEN_NAMES).copied().unwrap_or_default();
    let last = dice.pick(&FAMILY_NAMES).copied().unwrap_or_default();
    format!("{}.{}.{index}", plain(first), plain(last))
}

fn entry(company: &Company, number: usize, user_id: String, dice: &mut Dice) -> LineEntry {
    LineEntry {
        account_id: company.account_id().to_string(),
        msisdn: msisdn(number),
        imsi: imsi(number),
        iccid: iccid(number),
        account_holder: company.name.to_owned(),
        user_id,
        cost_centre: dice.pick(&COST_CENTRES).copied().unwrap_or_default().to_owned(),
        site: company.site.to_owned(),
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".into(),
            r#type: "subscription".into(),
            id: format!("SUB-{number:06}"),
        }],
        ..Default::default()
    }
}

/// The `number`th of the 10,000 numbers kept for fiction.
pub(super) fn msisdn(number: usize) -> String {
    mobile(place(number))
}

/// The `number`th test subscriber.
pub(super) fn imsi(number: usize) -> String {
    sim::imsi(place(number))
}

/// The `number`th SIM.
pub(super) fn iccid(number: usize) -> String {
    sim::iccid(place(number))
}

fn place(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vigie_fiction::luhn_digit;

    use super::*;

    fn passes_luhn(digits: &str) -> bool {
        let (body, check) = digits.split_at(digits.len() - 1);
        luhn_digit(body).to_string() == check
    }

    #[test]
    fn every_line_is_its_own_and_well_formed() {
        let lines = lines();
        assert_eq!(lines.len(), 3_000);
        let distinct = |key: fn(&LineEntry) -> &str| {
            lines.iter().map(|line| key(&line.entry).to_owned()).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(distinct(|entry| &entry.msisdn), 3_000);
        assert_eq!(distinct(|entry| &entry.imsi), 3_000);
        assert_eq!(distinct(|entry| &entry.iccid), 3_000);
        for line in &lines {
            assert!(line.entry.msisdn.starts_with("+3363998") && line.entry.msisdn.len() == 12);
            assert_eq!(line.entry.imsi.len(), 15);
            assert!(passes_luhn(&line.entry.iccid) && line.entry.iccid.len() == 19);
            assert!(line.entry.user_id.is_ascii(), "{}", line.entry.user_id);
            assert!(passes_luhn(&line.entry.site), "SIRET {} of {}", line.entry.site, line.company.name);
        }
    }

    #[test]
    fn some_people_hold_two_lines_and_nobody_more() {
        let mut held = std::collections::BTreeMap::<_, usize>::new();
        for line in lines() {
            *held.entry((line.company.name, line.entry.user_id)).or_default() += 1;
        }
        assert!(held.values().all(|count| *count <= 2));
        assert_eq!(held.values().filter(|count| **count == 2).count(), 300);
    }

    #[test]
    fn the_same_customers_at_every_start() {
        let (one, other) = (lines(), lines());
        assert!(one.iter().zip(&other).all(|(a, b)| a.entry == b.entry));
        assert_eq!(id("x"), id("x"));
        assert_ne!(id("x"), id("y"));
    }
}
