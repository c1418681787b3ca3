//! An operator's office in small: a group, a company below it and one beside it, and four account managers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Ids, SeededIds, Timestamp};

use crate::domain::account::tests::{a_company, a_group};
use crate::domain::account::{self, Above, Account, Fact, NewAccount};
use crate::domain::staff::tests::a_manager;
use crate::domain::staff::{self, NewMember, StaffMember, StandIn};
use crate::domain::standing::{Scene, candidate_of};
use crate::domain::{Code, Siren};

pub(super) const GROUP: usize = 0;
/// Below the group.
pub(super) const COMPANY: usize = 1;
/// Below nothing.
pub(super) const ALONE: usize = 2;

pub(super) struct Office {
    pub(super) now: Timestamp,
    accounts: BTreeMap<Uuid, Arc<Option<Account>>>,
    staff: BTreeMap<Uuid, Arc<Option<StaffMember>>>,
    /// What was written down of accounts, in order.
    pub(super) facts: Vec<(Uuid, Fact)>,
    ids: SeededIds,
}

pub(super) const fn account_id(number: usize) -> Uuid {
    Uuid::from_u128(0xacc0 + number as u128)
}

pub(super) const fn staff_id(number: usize) -> Uuid {
    Uuid::from_u128(0x57af + number as u128)
}

impl Office {
    /// A Monday at 9:00; everybody was trained long ago and for a year, and no account has a manager.
    pub(super) fn open() -> Self {
        let now = Timestamp::parse("2026-11-23T09:00:00+01:00").unwrap();
        let (accounts, staff) = (BTreeMap::new(), BTreeMap::new());
        let mut office = Self { now, accounts, staff, facts: Vec::new(), ids: SeededIds::new(7) };
        let since = now.minus(Duration::from_hours(24));
        let group = NewAccount { account_id: account_id(GROUP), customer_since: Some(since), ..a_group() };
        office.account(GROUP, account::Command::Register(Box::new(group))).unwrap();
        let above = Some(office.above(GROUP));
        for (number, above, siren) in [(COMPANY, above, "732829320"), (ALONE, None, "552100554")] {
            let company = NewAccount {
                account_id: account_id(number),
                above,
                siren: Some(Siren::parse(siren).unwrap()),
                customer_since: Some(since),
                external_identifiers: Vec::new(),
                ..a_company()
            };
            office.account(number, account::Command::Register(Box::new(company))).unwrap();
        }
        for number in 0..4 {
            let member = NewMember { staff_id: staff_id(number), ..a_manager() };
            office.member(number, staff::Command::Register(Box::new(member))).unwrap();
            office.train(number, -24 * 400, 24 * 365).unwrap();
        }
        office
    }

    fn context(&self) -> Context {
        Context {
            now: self.now,
            received_at: self.now,
            actor: "crm".to_owned(),
            on_behalf_of: None,
            channel: Channel::Api,
            request_id: None,
            act_id: self.ids.next(),
            traceparent: None,
        }
    }

    /// Hours pass, and the timers of staff and accounts come.
    pub(super) fn pass(&mut self, hours: u64) {
        let until = self.now.plus(Duration::from_hours(hours));
        loop {
            let accounts =
                self.accounts.iter().filter_map(|(id, it)| Some((account::next_due(it)?, *id, true)));
            let staff = self.staff.iter().filter_map(|(id, it)| Some((staff::next_due(it)?, *id, false)));
            let Some((due, id, is_account)) = accounts.chain(staff).min().filter(|(due, ..)| *due <= until)
            else {
                break;
            };
            self.now = self.now.max(due);
            let woken = match is_account {
                true => {
                    self.execute(id, &account::Command::Wake { due }).map_err(|it| it.to_string()).map(drop)
                }
                false => self.order(id, &staff::Command::Wake { due }).map_err(|it| it.to_string()).map(drop),
            };
            woken.unwrap();
        }
        self.now = until;
    }

    pub(super) fn account(
        &mut self,
        number: usize,
        command: account::Command,
    ) -> Result<Uuid, account::Rejection> {
        self.now = self.now.plus(Duration::from_secs(1));
        self.execute(account_id(number), &command)
    }

    fn execute(&mut self, id: Uuid, command: &account::Command) -> Result<Uuid, account::Rejection> {
        let context = self.context();
        let state = self.accounts.entry(id).or_default();
        let mut after = Option::clone(state);
        let decided = account::decide(&after, command, &context)?;
        for event in decided.events {
            account::evolve(&mut after, &event, self.now);
            self.facts.push((id, event.fact));
        }
        *state = Arc::new(after);
        Ok(decided.act_id)
    }

    pub(super) fn member(
        &mut self,
        number: usize,
        command: staff::Command,
    ) -> Result<Uuid, staff::Rejection> {
        self.now = self.now.plus(Duration::from_secs(1));
        self.order(staff_id(number), &command)
    }

    fn order(&mut self, id: Uuid, command: &staff::Command) -> Result<Uuid, staff::Rejection> {
        let context = self.context();
        let state = self.staff.entry(id).or_default();
        let mut after = Option::clone(state);
        let decided = staff::decide(&after, command, &context)?;
        for event in decided.events {
            staff::evolve(&mut after, &event, self.now);
        }
        *state = Arc::new(after);
        Ok(decided.act_id)
    }

    /// The account's manager is the `manager`th from `from` hours on, instead of whoever is.
    pub(super) fn assign(
        &mut self,
        number: usize,
        manager: usize,
        from: i64,
    ) -> Result<Uuid, account::Rejection> {
        let from = self.hours(from);
        let candidate = candidate_of(self.colleague(manager), from);
        let replaces = self.own(number).own_assignment(from).map(|held| held.assignment_id);
        let command = account::Command::AssignManager {
            candidate: Box::new(candidate),
            effective_from: Some(from),
            effective_until: None,
            replaces,
        };
        self.account(number, command)
    }

    /// Whoever is the account's manager is none any more.
    pub(super) fn end(&mut self, number: usize) -> Result<Uuid, account::Rejection> {
        let assignment_id =
            self.own(number).own_assignment(self.now).map_or(Uuid::nil(), |held| held.assignment_id);
        self.account(number, account::Command::EndAssignment { assignment_id, effective_until: None })
    }

    pub(super) fn train(&mut self, number: usize, from: i64, until: i64) -> Result<Uuid, staff::Rejection> {
        let (passed_at, valid_until) = (self.hours(from), self.hours(until));
        self.member(
            number,
            staff::Command::RecordTraining { code: Code::account_manager(), passed_at, valid_until },
        )
    }

    pub(super) fn away(
        &mut self,
        number: usize,
        (from, until): (i64, i64),
        cover: Option<usize>,
    ) -> Result<Uuid, staff::Rejection> {
        let (from, until) = (self.hours(from), self.hours(until));
        let cover = cover.map(|cover| StandIn::of(self.colleague(cover), from, Some(until)));
        self.member(number, staff::Command::PlanAbsence { from, until, cover })
    }

    pub(super) fn leave(
        &mut self,
        number: usize,
        at: i64,
        deputy: Option<usize>,
    ) -> Result<Uuid, staff::Rejection> {
        let leaves_at = self.hours(at);
        let deputy = deputy.map(|deputy| StandIn::of(self.colleague(deputy), leaves_at, None));
        self.member(number, staff::Command::RecordLeaving { leaves_at, deputy })
    }

    pub(super) fn hours(&self, hours: i64) -> Timestamp {
        Timestamp::from_micros(self.now.as_micros() + hours * 3_600_000_000)
    }

    pub(super) fn own(&self, number: usize) -> &Account {
        Option::as_ref(&self.accounts[&account_id(number)]).unwrap()
    }

    pub(super) fn colleague(&self, number: usize) -> &StaffMember {
        Option::as_ref(&self.staff[&staff_id(number)]).unwrap()
    }

    pub(super) fn above(&self, number: usize) -> Above {
        Above::of(self.own(number))
    }

    /// All that the account's standing follows from.
    pub(super) fn scene(&self, number: usize) -> Scene {
        let own = self.accounts[&account_id(number)].clone();
        let version = self.own(number).version();
        let mut scene = Scene::of(account_id(number), own, version);
        while let Some(above) = scene.wanted_account() {
            scene.add_account(above, self.accounts[&above].clone());
        }
        while let Some(colleague) = scene.wanted_staff() {
            scene.add_staff(colleague, self.staff[&colleague].clone());
        }
        scene
    }

    /// Somebody looks at an account, and writes down what there is to.
    pub(super) fn look(&mut self, number: usize) {
        for _ in 0..16 {
            let scene = self.scene(number);
            let Some(command) = scene.cover(self.now).or_else(|| scene.record(self.now)) else { return };
            self.execute(account_id(number), &command).unwrap();
        }
        panic!("a look finds more and more to write");
    }

    pub(super) fn look_at_all(&mut self) {
        (0..3).for_each(|number| self.look(number));
    }

    /// What was written down of an account since `since` events, by name.
    pub(super) fn told(&self, number: usize, name: &str) -> Vec<&Fact> {
        let of_account = self.facts.iter().filter(|(id, _)| *id == account_id(number));
        of_account.map(|(_, fact)| fact).filter(|fact| fact.name().contains(name)).collect()
    }
}
