//! All that a customer's standing follows from.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::presence::presence_of;
use crate::domain::Moment;
use crate::domain::account::{
    Account, Basis, Command, GapCause, Level, NamedContact, Presence, Standing, holding, named_contact,
};
use crate::domain::staff::StaffMember;

/// An account, all that ever were above it, and all staff who ever were to serve one of them: each as it is on record.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The account and those above it, by id.
    accounts: BTreeMap<Uuid, Arc<Option<Account>>>,
    /// Their managers, and whoever covers for those, by id.
    staff: BTreeMap<Uuid, Arc<Option<StaffMember>>>,
    account_id: Uuid,
    /// Version of the account that all of this is of.
    version: i64,
}

impl Scene {
    /// The account alone; [`Self::wanted_account`] and [`Self::wanted_staff`] say what else there must be.
    pub fn of(account_id: Uuid, account: Arc<Option<Account>>, version: i64) -> Self {
        let accounts = BTreeMap::from([(account_id, account)]);
        Self { accounts, staff: BTreeMap::new(), account_id, version }
    }

    /// An account that is missing yet.
    pub fn wanted_account(&self) -> Option<Uuid> {
        let mut parents = self.known_accounts().flat_map(Account::parents);
        // Levels are strict, so this ends with the groups.
        parents.find(|parent| !self.accounts.contains_key(parent))
    }

    /// A staff member who is missing yet.
    pub fn wanted_staff(&self) -> Option<Uuid> {
        let served_by = self.known_accounts().flat_map(Account::staff);
        let managers = self.known_accounts().flat_map(Account::staff).filter_map(|id| self.member(id));
        served_by.chain(managers.flat_map(StaffMember::colleagues)).find(|id| !self.staff.contains_key(id))
    }

    /// Adds an account.
    pub fn add_account(&mut self, account_id: Uuid, account: Arc<Option<Account>>) {
        self.accounts.insert(account_id, account);
    }

    /// Adds a staff member.
    pub fn add_staff(&mut self, staff_id: Uuid, member: Arc<Option<StaffMember>>) {
        self.staff.insert(staff_id, member);
    }

    /// The account itself, if it is registered.
    pub fn own(&self) -> Option<&Account> {
        self.account(self.account_id)
    }

    /// What is to be recorded of covers at `at`: one thing at a time, look again afterwards. `None` where all is on record.
    pub fn cover(&self, at: Timestamp) -> Option<Command> {
        self.next_cover(self.own()?, at)
    }

    /// What is to be recorded of gaps up to `at`; look again afterwards. `None` where all is on record.
    pub fn record(&self, at: Timestamp) -> Option<Command> {
        let turns = self.turns(self.own()?, at);
        let is_news = !turns.is_empty();
        is_news.then_some(Command::RecordStanding { seen_version: self.version, turns })
    }

    /// How the account stands at `moment`.
    pub fn standing(&self, moment: Moment) -> Standing {
        let Some(own) = self.own() else { return Standing::Out };
        if own.level() != Level::Company || own.is_closed(moment) || own.shown(moment).is_none() {
            return Standing::Out;
        }
        let gap = |cause, staff_id| Standing::Gap { cause, staff_id };
        let Some((staff_id, contact)) = self.contact(own, moment) else {
            return gap(GapCause::NoManager, None);
        };
        match (contact.basis, contact.staff) {
            (Basis::LeftWithoutSuccessor, _) => gap(GapCause::Left, Some(staff_id)),
            (Basis::AwayWithoutCover, _) => gap(GapCause::AwayWithoutCover, Some(staff_id)),
            (_, Some(Presence { staff_id, is_trained: true, .. })) => Standing::Served { staff_id },
            (_, Some(Presence { staff_id, .. })) => gap(GapCause::Untrained, Some(staff_id)),
            (_, None) => gap(GapCause::NoManager, None),
        }
    }

    /// Whose account it is, and the named contact.
    fn contact(&self, own: &Account, moment: Moment) -> Option<(Uuid, NamedContact)> {
        let holding = holding(&self.chain(own, moment), moment)?;
        let manager = self.presence(holding.assignment.staff_id, moment);
        let stand_ins = holding.stand_ins(&manager);
        let stand_ins = stand_ins.into_iter().map(|id| self.presence(id, moment)).collect();
        Some((holding.assignment.staff_id, named_contact(&holding, manager, stand_ins)))
    }

    /// The account and those above it at `moment`, the nearest first.
    fn chain<'a>(&'a self, own: &'a Account, moment: Moment) -> Vec<&'a Account> {
        let above = |account: &&'a Account| self.account(account.parent(moment)?);
        std::iter::successors(Some(own), above).take(Level::ALL.len()).collect()
    }

    pub(super) fn presence(&self, staff_id: Uuid, moment: Moment) -> Presence {
        presence_of(staff_id, self.member(staff_id), moment)
    }

    pub(super) fn member(&self, staff_id: Uuid) -> Option<&StaffMember> {
        self.staff.get(&staff_id).and_then(|member| Option::as_ref(member))
    }

    fn account(&self, account_id: Uuid) -> Option<&Account> {
        self.accounts.get(&account_id).and_then(|account| Option::as_ref(account))
    }

    fn known_accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().filter_map(|account| Option::as_ref(account))
    }

    /// Every instant at which the standing may turn.
    pub(super) fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let accounts = self.known_accounts().flat_map(Account::instants);
        let staff = self.staff.values().filter_map(|member| Option::as_ref(member));
        accounts.chain(staff.flat_map(StaffMember::instants))
    }
}
