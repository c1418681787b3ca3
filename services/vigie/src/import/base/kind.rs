//! Kinds of files.

use std::path::Path;

use clap::ValueEnum;
use vigie_proto::routing::BaseKind;

/// What the rows of a file are; in an order in which nothing names what comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// Teams
    Desks,
    /// Where teams are reached
    #[value(name = "contact_points")]
    ContactPoints,
    /// Who faces customers
    Staff,
    /// What they passed
    Trainings,
    /// When they are away
    Absences,
    /// Who leaves
    Leavings,
    /// Groups, companies, sites
    Accounts,
    /// Who is whose account manager: before the people, who are many, so that no account is long without
    Assignments,
    /// People of accounts
    People,
}

impl Kind {
    /// As files and columns name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Desks => "desks",
            Self::ContactPoints => "contact_points",
            Self::Staff => "staff",
            Self::Trainings => "trainings",
            Self::Absences => "absences",
            Self::Leavings => "leavings",
            Self::Accounts => "accounts",
            Self::People => "people",
            Self::Assignments => "assignments",
        }
    }

    /// On the wire.
    pub(crate) const fn wire(self) -> BaseKind {
        match self {
            Self::Desks => BaseKind::Desks,
            Self::ContactPoints => BaseKind::ContactPoints,
            Self::Staff => BaseKind::Staff,
            Self::Trainings => BaseKind::Trainings,
            Self::Absences => BaseKind::Absences,
            Self::Leavings => BaseKind::Leavings,
            Self::Accounts => BaseKind::Accounts,
            Self::People => BaseKind::People,
            Self::Assignments => BaseKind::Assignments,
        }
    }

    /// The kind that a file's name says: `people.csv`, `people-2026-11.csv`.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let stem = name.strip_suffix(".csv")?;
        Self::value_variants().iter().copied().find(|kind| {
            stem.strip_prefix(kind.name())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.', ' ']))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_says_its_kind() {
        for (name, kind) in [
            ("/data/people.csv", Some(Kind::People)),
            ("contact_points.csv", Some(Kind::ContactPoints)),
            ("Accounts-2026-11.CSV", Some(Kind::Accounts)),
            ("desks.rejected.csv", Some(Kind::Desks)),
            ("peoples.csv", None),
            ("people.txt", None),
            ("clients.csv", None),
        ] {
            assert_eq!(Kind::of_file(Path::new(name)), kind, "{name}");
        }
    }
}
