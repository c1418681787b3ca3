//! Given, when, then.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Ids, Personal, SeededIds, Timestamp};

use crate::domain::account::*;
use crate::domain::{
    Address, CountryCode, E164, ExternalIdentifier, MailAddress, Moment, Segment, Segments, Siren, Siret,
};

/// An account's time as a customer. Each command is decided, checked, and its events folded, a microsecond after the
/// decision.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) account: Option<Account>,
    pub(crate) events: Vec<(Event, Timestamp)>,
    pub(crate) last: Result<Decided, Rejection>,
    now: Timestamp,
    ids: SeededIds,
}

impl Story {
    /// Before it is registered.
    pub(crate) fn empty() -> Self {
        let ids = SeededIds::new(5);
        let last = Ok(Decided { events: Vec::new(), act_id: ids.next() });
        Self { account: None, events: Vec::new(), last, now: day(0), ids }
    }

    /// A company that is a customer since day −100, below no group.
    pub(crate) fn of_a_company() -> Self {
        Self::empty().given(Command::Register(Box::new(a_company())))
    }

    /// A command that is accepted.
    #[track_caller]
    pub(crate) fn given(self, command: Command) -> Self {
        let story = self.when(command);
        assert!(story.last.is_ok(), "given command was refused: {:?}", story.last);
        story
    }

    /// A command, accepted or not.
    #[track_caller]
    pub(crate) fn when(mut self, command: Command) -> Self {
        let context = Context {
            now: self.now,
            received_at: self.now,
            actor: "crm".to_owned(),
            on_behalf_of: None,
            channel: Channel::Api,
            request_id: None,
            act_id: self.ids.next(),
            traceparent: None,
        };
        self.last = decide(&self.account, &command, &context);
        assert_eq!(self.last, decide(&self.account, &command, &context), "the same inputs decide alike");
        if let Ok(decided) = &self.last {
            for event in decided.events.clone() {
                let recorded_at = self.now.plus(Duration::from_micros(1));
                evolve(&mut self.account, &event, recorded_at);
                let shown = self.account().snapshot(event.account.as_of);
                assert_eq!(event.account, shown, "{} shows the account after it", event.name());
                self.events.push((event, recorded_at));
            }
        }
        self
    }

    /// Days pass; the timer comes at the first instant that it was asked for, if that has come, and so on.
    pub(crate) fn after_days(mut self, days: i64) -> Self {
        let until = plus_days(self.now, days);
        while let Some(due) = next_due(&self.account).filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self = self.given(Command::Wake { due });
        }
        self.now = until;
        self
    }

    /// Somebody looks, and finds that the company stands so from now on.
    pub(crate) fn standing(self, standing: Standing) -> Self {
        let turns = vec![Turn { at: self.now, since: self.now, standing }];
        let seen_version = self.account().version();
        self.given(Command::RecordStanding { seen_version, turns })
    }

    /// Days pass, and no timer comes.
    pub(crate) fn without_timers(mut self, days: i64) -> Self {
        self.now = plus_days(self.now, days);
        self
    }

    /// The last command recorded exactly these events (`account_changed`).
    #[track_caller]
    pub(crate) fn then(self, names: &[&str]) -> Self {
        let events = &self.last.as_ref().expect("accepted").events;
        assert_eq!(events.iter().map(short_name).collect::<Vec<_>>(), names);
        self
    }

    /// The last command was refused.
    #[track_caller]
    pub(crate) fn then_refused(self, reason: &str) -> Self {
        assert_eq!(self.last.as_ref().map_err(Rejection::reason).map(|_| "accepted"), Err(reason));
        self
    }

    /// How often something of this name was recorded so far.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.events.iter().filter(|(event, _)| short_name(event) == name).count()
    }

    pub(crate) fn account(&self) -> &Account {
        self.account.as_ref().expect("registered")
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The act of the last command.
    #[track_caller]
    pub(crate) fn act(&self) -> Uuid {
        self.last.as_ref().expect("accepted").act_id
    }

    /// The staff member who is the manager at the end of `on` days, by all that is known.
    pub(crate) fn manager_on(&self, on: i64) -> Option<Uuid> {
        self.manager_at(Moment::at(day(on)))
    }

    pub(crate) fn manager_at(&self, moment: Moment) -> Option<Uuid> {
        holding(&[self.account()], moment).map(|holding| holding.assignment.staff_id)
    }
}

fn short_name(event: &Event) -> &'static str {
    event.name().split('.').nth(2).expect("vigie.account.<name>.v1")
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant")
}

/// So many days after the story begins.
pub(crate) fn day(days: i64) -> Timestamp {
    plus_days(at("2026-11-23T08:00:00Z"), days)
}

fn plus_days(instant: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_micros(instant.as_micros() + days * 86_400_000_000)
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
