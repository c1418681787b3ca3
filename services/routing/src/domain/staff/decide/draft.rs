//! Events in the making: each shows the staff member after it.

use vigie_clock::{Context, Timestamp};

use super::Decided;
use crate::domain::ExternalIdentifier;
use crate::domain::staff::event::{Event, Fact, StaffChanged};
use crate::domain::staff::member::StaffMember;
use crate::domain::staff::profile::Profile;

/// The staff member as the facts recorded so far leave them, and their events.
pub(super) struct Draft<'a> {
    member: StaffMember,
    context: &'a Context,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(member: &StaffMember, context: &'a Context) -> Self {
        Self { member: member.clone(), context, events: Vec::new() }
    }

    pub(super) const fn member(&self) -> &StaffMember {
        &self.member
    }

    pub(super) const fn context(&self) -> &'a Context {
        self.context
    }

    /// Who commands, for the record.
    pub(super) fn actor(&self) -> String {
        self.context.actor.clone()
    }

    pub(super) fn record(&mut self, fact: Fact) {
        self.member.take_in(&fact, self.context.now);
        self.show(fact);
    }

    pub(super) fn replace(&mut self, fact: StaffChanged, profile: Profile, keys: Vec<ExternalIdentifier>) {
        self.member.profile = profile;
        self.member.external_identifiers = keys;
        self.show(Fact::StaffChanged(fact));
    }

    /// Records all that is due at `present`, in the order of time. Each fact takes its entry off the agenda.
    pub(super) fn record_due(&mut self, present: Timestamp) {
        while let Some(fact) = self.member.due_at(present) {
            self.record(fact);
        }
    }

    pub(super) fn finish(self) -> Decided {
        Decided { events: self.events, act_id: self.context.act_id }
    }

    fn show(&mut self, fact: Fact) {
        self.events.push(Event {
            staff_id: self.member.staff_id,
            external_identifiers: self.member.external_identifiers.clone(),
            fact,
            staff_member: self.member.snapshot(),
        });
    }
}
