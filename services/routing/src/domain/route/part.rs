//! A contact, or a part of one, on its way to whoever takes it.

use super::contact::Contact;
use super::customer::Customer;
use super::decision::{Reason, Reasons, Route, To};
use super::known::{Desk, Known};
use super::reach::{self, Audience};
use super::set::Set;
use super::words::{Family, is_live};
use crate::domain::{Language, Segment};

/// A contact, or a part of one: what is known of it, and why it has come so far.
pub(super) struct Part<'c, 'k, K> {
    pub(super) known: &'k K,
    pub(super) contact: &'c Contact,
    pub(super) customer: Option<&'c Customer>,
    pub(super) family: Option<Family>,
    pub(super) language: Language,
    pub(super) is_end_user: bool,
    /// Whether it cannot wait, by whatever channel it comes.
    pub(super) is_urgent: bool,
    pub(super) reasons: Reasons,
}

impl<'k, K: Known> Part<'_, 'k, K> {
    pub(super) fn because(&mut self, reason: Reason) {
        self.reasons.add(reason);
    }

    /// The segments of the account; none if there is no account.
    pub(super) fn segments(&self) -> Set<Segment> {
        self.customer.map_or(Set::EMPTY, |customer| customer.segments)
    }

    pub(super) fn audience(&self) -> Audience {
        Audience { segments: self.segments(), is_end_user: self.is_end_user }
    }

    /// Whether the team is there for this contact: open, unless the contact waits for the opening by itself.
    pub(super) fn is_there(&self, desk: &Desk) -> bool {
        let waits_by_itself = !is_live(self.contact.channel) && !self.is_urgent;
        waits_by_itself || desk.opening.is_open(self.contact.at)
    }

    /// To that team.
    pub(super) fn taken_by(mut self, desk: &'k Desk) -> Route<'k> {
        let is_spoken = desk.languages.has(self.language);
        match (is_spoken, self.language) {
            // Everybody is served in French: it decides nothing.
            (true, Language::French) => {}
            (true, _) => self.because(Reason::Language),
            (false, _) => self.because(Reason::LanguageNotServed),
        }
        let reach = reach::of_desk(self.known, desk, self.contact, self.audience());
        if reach.is_from_abroad {
            self.because(Reason::FromAbroad);
        }
        self.end(To::Desk { desk, reach })
    }

    pub(super) fn end(self, to: To<'k>) -> Route<'k> {
        Route { to, reasons: self.reasons, family: self.family }
    }
}
