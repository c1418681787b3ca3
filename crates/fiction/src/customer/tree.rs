//! Customers one after another, each with all of its accounts.

use jiff::civil::Date;

use super::account::{Account, Address};
use super::trade::Trade;
use crate::dice::Dice;
use crate::operator::days_before;
use crate::plain::plain;
use crate::towns::{Town, anywhere};
use crate::{names, number, register};

/// Days since the first customers came, and since the last did.
const OLDEST_DAYS: u64 = 5_000;
const NEWEST_DAYS: u64 = 30;

const ABROAD: [&str; 8] = ["BE", "CH", "DE", "ES", "GB", "IT", "MA", "US"];

/// An endless row of customers.
pub(crate) struct Customers {
    seed: u64,
    today: Date,
    customers: u64,
    accounts: u64,
    companies: u64,
}

impl Customers {
    pub(crate) const fn new(seed: u64, today: Date) -> Self {
        Self { seed, today, customers: 0, accounts: 0, companies: 0 }
    }
}

impl Iterator for Customers {
    type Item = Vec<Account>;

    fn next(&mut self) -> Option<Vec<Account>> {
        let number = self.customers;
        self.customers += 1;
        let mut dice = Dice::of(self.seed, "customer", number);
        let trade = Trade::of(number, &mut dice);
        let town = anywhere(&mut dice);
        let place = names::place(&mut dice);
        let since_days = dice.between(NEWEST_DAYS, OLDEST_DAYS);
        let domain = format!("{}-{number}.example", plain(&place));
        let language =
            dice.percent(3).then(|| dice.word(&["ENGLISH", "GERMAN", "SPANISH", "ITALIAN", "DUTCH"]));
        let mut tree =
            Tree { all: self, dice, trade, town, place, since_days, domain, language, accounts: Vec::new() };
        tree.grow(number);
        Some(tree.accounts)
    }
}

/// One customer as it grows.
struct Tree<'a> {
    all: &'a mut Customers,
    dice: Dice,
    trade: Trade,
    town: &'static Town,
    place: String,
    since_days: u64,
    domain: String,
    language: Option<&'static str>,
    accounts: Vec<Account>,
}

/// An account that others hang below.
struct Above {
    key: String,
    since_days: u64,
}

/// What an account is known by.
enum Known {
    Group,
    Company { siren: String },
    Site { siret: String },
}

impl Tree<'_> {
    fn grow(&mut self, customer: u64) {
        let group = (self.trade == Trade::Group).then(|| {
            let name = format!("Groupe {}", self.place);
            self.add(None, Known::Group, name, None)
        });
        for _ in 0..self.trade.companies(customer, &mut self.dice) {
            let name = format!("{} {}", names::activity(&mut self.dice), self.place);
            let siren = register::siren(self.all.companies);
            self.all.companies += 1;
            let seat = self.town;
            let known = Known::Company { siren: siren.clone() };
            let company = self.add(group.as_ref(), known, name.clone(), Some(seat));
            for site in 1..=self.trade.sites(customer, &mut self.dice) {
                // The first site is at the seat.
                let town = if site == 1 { seat } else { anywhere(&mut self.dice) };
                let name = format!("{name}, {}", town.name);
                self.add(
                    Some(&company),
                    Known::Site { siret: register::siret(&siren, site) },
                    name,
                    Some(town),
                );
            }
        }
    }

    /// Adds an account; nobody is a customer for longer than the account above.
    fn add(
        &mut self,
        above: Option<&Above>,
        known: Known,
        name: String,
        town: Option<&'static Town>,
    ) -> Above {
        let number = self.all.accounts;
        self.all.accounts += 1;
        let key = format!("A{number:07}");
        let is_top = above.is_none();
        let since_days = match above {
            Some(above) => self.dice.between(NEWEST_DAYS, above.since_days),
            None => self.since_days,
        };
        let is_company = matches!(known, Known::Company { .. });
        let works_abroad = is_company && self.dice.percent(if self.trade.is_large() { 40 } else { 3 });
        let weight = self.trade.weight(&mut self.dice);
        let (level, siren, siret) = match known {
            Known::Group => ("GROUP", None, None),
            Known::Company { siren } => ("COMPANY", Some(siren), None),
            Known::Site { siret } => ("SITE", None, Some(siret)),
        };
        self.accounts.push(Account {
            number,
            key: key.clone(),
            parent_key: above.map(|above| above.key.clone()),
            level,
            name,
            siren,
            siret,
            segments: if is_top { self.trade.segments() } else { &[] },
            language: self.language.filter(|_| is_top),
            address: town.map(|town| Address::new(names::street(&mut self.dice), town)),
            countries: if works_abroad { vec![self.dice.word(&ABROAD)] } else { Vec::new() },
            customer_since: days_before(self.all.today, since_days),
            weight,
            trade: self.trade,
            territory: self.town.territory,
            domain: self.domain.clone(),
            switchboard: number::switchboard(town.unwrap_or(self.town).part, number),
        });
        Above { key, since_days }
    }
}
