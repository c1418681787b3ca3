//! "Who was my contact on that day, as known on this one?"

use vigie_clock::Timestamp;

use super::{Diary, Level};

/// Why somebody is, or nobody is, the named contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) enum Basis {
    Nobody,
    Assigned,
    Inherited,
    Cover,
    AwayWithoutCover,
    LeftWithoutSuccessor,
}

/// Whom a customer has to do with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) struct Named {
    pub(in crate::year) basis: Basis,
    /// Who it is.
    pub(in crate::year) staff: Option<usize>,
    /// Who is assigned.
    pub(in crate::year) manager: Option<usize>,
}

/// Why nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) enum Cause {
    NoManager,
    Left,
    AwayWithoutCover,
    Untrained,
}

impl Cause {
    pub(in crate::year) const fn name(self) -> &'static str {
        match self {
            Self::NoManager => "NO_MANAGER",
            Self::Left => "LEFT",
            Self::AwayWithoutCover => "AWAY_WITHOUT_COVER",
            Self::Untrained => "UNTRAINED",
        }
    }
}

/// How a company stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::year) enum Standing {
    /// No company, or none that is a customer.
    Out,
    Served,
    Gap(Cause, Option<usize>),
}

impl Diary {
    /// Whom an account has to do with at `at`, as known at `known`.
    pub(in crate::year) fn named(&self, customer: usize, at: Timestamp, known: Timestamp) -> Named {
        let nobody = Named { basis: Basis::Nobody, staff: None, manager: None };
        if self.customers[customer].is_closed(at, known) {
            return nobody;
        }
        let mut account = Some(customer);
        while let Some(this) = account {
            if let Some(assignment) = self.own_assignment(this, at, known) {
                return self.served_by(self.assignments[assignment].staff, this != customer, at, known);
            }
            account = self.customers[this].parent(at.min(known));
        }
        nobody
    }

    fn served_by(&self, manager: usize, is_inherited: bool, at: Timestamp, known: Timestamp) -> Named {
        let member = &self.staff[manager];
        let named = |basis, staff| Named { basis, staff, manager: Some(manager) };
        let has_left = member.has_left(at, known);
        let away = member.away(at, known);
        if !has_left && away.is_none() {
            return named(if is_inherited { Basis::Inherited } else { Basis::Assigned }, Some(manager));
        }
        let stand_in = match away {
            _ if has_left => member.leaving(known).and_then(|leaving| leaving.deputy),
            Some(absence) => member.absences[absence].cover,
            None => None,
        };
        if let Some(stand_in) = stand_in.filter(|one| self.staff[*one].is_there(at, known)) {
            return named(Basis::Cover, Some(stand_in));
        }
        if has_left {
            named(Basis::LeftWithoutSuccessor, None)
        } else {
            named(Basis::AwayWithoutCover, Some(manager))
        }
    }

    /// How a company stands at `at`, as known at `known`.
    pub(in crate::year) fn standing(&self, customer: usize, at: Timestamp, known: Timestamp) -> Standing {
        let own = &self.customers[customer];
        if own.level != Level::Company || at < own.since || known < own.since || own.is_closed(at, known) {
            return Standing::Out;
        }
        let Named { basis, staff, manager } = self.named(customer, at, known);
        match (basis, staff) {
            (Basis::LeftWithoutSuccessor, _) => Standing::Gap(Cause::Left, manager),
            (Basis::AwayWithoutCover, _) => Standing::Gap(Cause::AwayWithoutCover, manager),
            (_, Some(staff)) if self.staff[staff].is_trained(at, known) => Standing::Served,
            (_, Some(staff)) => Standing::Gap(Cause::Untrained, Some(staff)),
            (_, None) => Standing::Gap(Cause::NoManager, None),
        }
    }
}
