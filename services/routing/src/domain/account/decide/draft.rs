//! Events in the making: each shows the account after it.

use uuid::Uuid;
use vigie_clock::{Channel, Context, Timestamp};

use super::Decided;
use crate::domain::account::event::{Event, Fact, PlannedChangeTookEffect, Why};
use crate::domain::account::state::Account;

/// The account as the facts recorded so far leave it, and their events.
pub(super) struct Draft<'a> {
    account: Account,
    context: &'a Context,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    /// Begins with what took effect since the account was last shown: one event for all that did, at the last such instant,
    /// whether a timer or another command comes to tell it. `now` is not before the context's.
    pub(super) fn of(account: &Account, context: &'a Context, now: Timestamp) -> Self {
        let mut draft = Self { account: account.clone(), context, events: Vec::new() };
        let mut took_effect_at = None;
        let mut shown_as_of = account.shown_as_of;
        while let Some(next) = account.next_change(shown_as_of).filter(|next| *next <= now) {
            (took_effect_at, shown_as_of) = (Some(next), next);
        }
        if let Some(took_effect_at) = took_effect_at {
            draft.account.shown_as_of = took_effect_at;
            draft.record(Fact::PlannedChangeTookEffect(PlannedChangeTookEffect { took_effect_at }));
        }
        draft
    }

    pub(super) const fn account(&self) -> &Account {
        &self.account
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.context.now
    }

    pub(super) const fn act_id(&self) -> Uuid {
        self.context.act_id
    }

    pub(super) const fn channel(&self) -> Channel {
        self.context.channel
    }

    pub(super) fn why(&self) -> Why {
        why(self.context)
    }

    pub(super) fn record(&mut self, fact: Fact) {
        self.account.apply(&fact, self.context.now);
        let account = self.account.snapshot(self.context.now.max(self.account.shown_as_of));
        self.account.shown_as_of = account.as_of;
        self.events.push(Event {
            account_id: self.account.account_id(),
            external_identifiers: self.account.external_identifiers().to_vec(),
            fact,
            account,
        });
    }

    pub(super) fn finish(self, act_id: Uuid) -> Decided {
        Decided { events: self.events, act_id }
    }
}

/// Who records it.
pub(super) fn why(context: &Context) -> Why {
    Why { act_id: context.act_id, actor: context.actor.clone(), channel: context.channel }
}
