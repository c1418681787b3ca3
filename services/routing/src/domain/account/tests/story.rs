//! Given, when, then.

use uuid::Uuid;
use vigie_clock::{Channel, Context, Personal, Timestamp};

use crate::domain::account::*;
use crate::domain::{
    Address, CountryCode, E164, ExternalIdentifier, MailAddress, Moment, Segment, Segments, Siren, Siret,
};
use crate::story::Told;

/// An account's time as a customer.
pub(crate) type Story = crate::story::Story<Account>;

impl Told for Account {
    const SEED: u64 = 5;

    fn begins() -> Timestamp {
        day(0)
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context { channel: Channel::Api, ..Context::system("crm", now, act_id) }
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        let shown = self.snapshot(event.account.as_of);
        assert_eq!(event.account, shown, "{} shows the account after it", event.name());
    }
}

impl Story {
    /// A company that is a customer since day −100, below no group.
    pub(crate) fn of_a_company() -> Self {
        Self::empty().given(Command::Register(Box::new(a_company())))
    }

    /// Days pass, and timers come.
    pub(crate) fn after_days(self, days: i64) -> Self {
        let until = self.day(days);
        self.at(until)
    }

    /// Somebody looks, and finds that the company stands so from now on.
    pub(crate) fn standing(self, standing: Standing) -> Self {
        let turns = vec![Turn { at: self.now(), since: self.now(), standing }];
        let seen_version = self.account().version();
        self.given(Command::RecordStanding { seen_version, turns })
    }

    /// Days pass, and no timer comes.
    pub(crate) fn without_timers(self, days: i64) -> Self {
        let until = self.day(days);
        self.unwoken_at(until)
    }

    pub(crate) fn account(&self) -> &Account {
        self.state.as_ref().expect("registered")
    }

    /// The staff member who is the manager at the end of `on` days, by all that is known.
    pub(crate) fn manager_on(&self, on: i64) -> Option<Uuid> {
        self.manager_at(Moment::at(day(on)))
    }

    pub(crate) fn manager_at(&self, moment: Moment) -> Option<Uuid> {
        holding(&[self.account()], moment).map(|holding| holding.assignment.staff_id)
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

/// So many days after the story begins.
pub(crate) fn day(days: i64) -> Timestamp {
    Timestamp::from_micros(at("2026-11-23T08:00:00Z").as_micros() + days * 86_400_000_000)
}

pub(crate) const fn account_id() -> Uuid {
    Uuid::from_u128(0xacc0)
}

/// The `number`th staff member.
pub(crate) const fn manager_id(number: u128) -> Uuid {
    Uuid::from_u128(0x57af_0000 + number)
}

pub(crate) fn address(postal_code: &str) -> Address {
    let address = Address {
        lines: vec!["1 rue de l'Exemple".to_owned()],
        postal_code: postal_code.to_owned(),
        town: "Exemple".to_owned(),
        country: CountryCode::FRANCE,
        commune: None,
    };
    address.check().expect("an address")
}

pub(crate) fn a_group() -> NewAccount {
    NewAccount { level: Level::Group, siren: None, name: "Groupe Exemple".to_owned(), ..a_company() }
}

pub(crate) fn a_company() -> NewAccount {
    NewAccount {
        account_id: account_id(),
        level: Level::Company,
        above: None,
        name: "Exemple SAS".to_owned(),
        siren: Some(Siren::parse("732829320").expect("checks")),
        siret: None,
        segments: Segments::of(&[Segment::SmeFleet]).expect("may stand alone"),
        language: None,
        address: Some(address("75001")),
        countries: vec![CountryCode::parse("DE").expect("a country")],
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".to_owned(),
            kind: "customer".to_owned(),
            id: "C-1".to_owned(),
        }],
        customer_since: Some(day(-100)),
    }
}

/// A site of [`a_company`], which is registered under another id.
pub(crate) fn a_site() -> NewAccount {
    NewAccount {
        level: Level::Site,
        above: Some(above(Level::Company)),
        siren: None,
        siret: Some(Siret::parse("73282932000074").expect("checks")),
        segments: Segments::NONE,
        ..a_company()
    }
}

/// Something of `level` that another may hang below.
pub(crate) fn above(level: Level) -> Above {
    Above {
        account_id: Uuid::from_u128(0xab0e + level as u128),
        level,
        siren: (level == Level::Company).then(|| Siren::parse("732829320").expect("checks")),
        customer_since: day(-200),
        closes_at: None,
    }
}

/// What customers are told of the `number`th staff member.
pub(crate) fn contact(number: u128) -> StaffContact {
    let staff_id = manager_id(number);
    StaffContact {
        staff_id,
        name: Personal::new(staff_id, format!("Camille {number}")),
        email: Some(Personal::new(staff_id, MailAddress::parse("camille@exemple.fr").expect("an address"))),
        number: Some(Personal::new(staff_id, E164::parse("+33100000001").expect("a number"))),
    }
}

/// The `number`th staff member, whose training holds for a year.
pub(crate) fn a_candidate(number: u128) -> Candidate {
    Candidate {
        contact: contact(number),
        is_account_manager: true,
        trained_until: Some(day(365)),
        leaves_at: None,
    }
}

/// Gives the account to the `number`th staff member from day `from` until day `until`.
pub(crate) fn assign(number: u128, from: i64, until: Option<i64>, replaces: Option<Uuid>) -> Command {
    Command::AssignManager {
        candidate: Box::new(a_candidate(number)),
        effective_from: Some(day(from)),
        effective_until: until.map(day),
        replaces,
    }
}

pub(crate) fn end(assignment_id: Uuid, until: i64) -> Command {
    Command::EndAssignment { assignment_id, effective_until: Some(day(until)) }
}
