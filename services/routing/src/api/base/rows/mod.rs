//! What each kind of row asks for: a file a kind.

mod account;
mod assignment;
mod contact_point;
mod desk;
mod person;
mod staff;

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_eventlog::Outcome;
use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::{BaseKind, ImportBaseRow};

use super::file::File;
use super::key::Kind;
use super::report::Taken;
use super::underway::Touches;

/// What a row is about, and what it names. What cannot be read is the row's own fault, and told when it is taken.
///
/// # Errors
/// When it is no row of the file's kind: then it is no such file.
pub(super) fn touches(file: &File, row: &ImportBaseRow) -> Result<Touches, Refusal> {
    let keys = &file.keys;
    let own = |kind, key: &str, given: &str| keys.own(kind, key, given).ok();
    let named = |kind, key: &str, given: &str| keys.reference(kind, "", key, given).ok().flatten();
    let (kind, own, other) = match row.entry.as_ref() {
        Some(Entry::Desk(row)) => {
            let (desk_id, overflow_id) = ids(&row.desk, |desk| (&desk.desk_id, &desk.overflow_desk_id));
            let overflow = named(Kind::Desk, &row.overflow_key, overflow_id);
            (BaseKind::Desks, own(Kind::Desk, &row.key, desk_id), overflow)
        }
        Some(Entry::ContactPoint(row)) => {
            let (point_id, _) = ids(&row.contact_point, |point| (&point.contact_point_id, &point.desk_id));
            (BaseKind::ContactPoints, own(Kind::ContactPoint, &row.key, point_id), None)
        }
        Some(Entry::Staff(row)) => {
            let (staff_id, _) = ids(&row.staff, |staff| (&staff.staff_id, &staff.desk_id));
            (BaseKind::Staff, own(Kind::Staff, &row.key, staff_id), None)
        }
        Some(Entry::Training(row)) => {
            (BaseKind::Trainings, named(Kind::Staff, &row.staff_key, &row.staff_id), None)
        }
        Some(Entry::Absence(row)) => {
            let (cover_id, _) = ids(&row.absence, |absence| (&absence.cover_staff_id, &absence.absence_id));
            let cover = named(Kind::Staff, &row.cover_key, cover_id);
            (BaseKind::Absences, named(Kind::Staff, &row.staff_key, &row.staff_id), cover)
        }
        Some(Entry::Leaving(row)) => {
            let deputy = named(Kind::Staff, &row.deputy_key, &row.deputy_staff_id);
            (BaseKind::Leavings, named(Kind::Staff, &row.staff_key, &row.staff_id), deputy)
        }
        Some(Entry::Account(row)) => {
            let (account_id, parent_id) =
                ids(&row.account, |entry| (&entry.account_id, &entry.parent_account_id));
            let parent = named(Kind::Account, &row.parent_key, parent_id);
            (BaseKind::Accounts, own(Kind::Account, &row.key, account_id), parent)
        }
        Some(Entry::Person(row)) => {
            let (person_id, _) = ids(&row.person, |person| (&person.person_id, &person.account_id));
            (BaseKind::People, own(Kind::Person, &row.key, person_id), None)
        }
        Some(Entry::Assignment(row)) => {
            (BaseKind::Assignments, named(Kind::Account, &row.account_key, &row.account_id), None)
        }
        None => return Err(Refusal::new(Reason::InvalidArgument, "a row without entry")),
    };
    if kind != file.kind {
        let message = "a row is of another kind than the header says: one kind a file";
        return Err(Refusal::new(Reason::InvalidArgument, message).field("row.entry", "another kind"));
    }
    Ok(Touches { own, other })
}

/// Ids that stand in the entry itself, if there is one.
fn ids<T>(entry: &Option<T>, of: impl Fn(&T) -> (&String, &String)) -> (&str, &str) {
    entry.as_ref().map_or(("", ""), |entry| {
        let (own, other) = of(entry);
        (own.as_str(), other.as_str())
    })
}

/// Carries a row out.
pub(super) async fn take(file: &File, row: &ImportBaseRow) -> Result<Taken, Refusal> {
    let number = row.row;
    match row.entry.as_ref() {
        Some(Entry::Desk(row)) => desk::take(file, number, row).await,
        Some(Entry::ContactPoint(row)) => contact_point::take(file, number, row).await,
        Some(Entry::Staff(row)) => staff::register(file, number, row).await,
        Some(Entry::Training(row)) => staff::training(file, number, row).await,
        Some(Entry::Absence(row)) => staff::absence(file, number, row).await,
        Some(Entry::Leaving(row)) => staff::leaving(file, number, row).await,
        Some(Entry::Account(row)) => account::take(file, number, row).await,
        Some(Entry::Person(row)) => person::take(file, number, row).await,
        Some(Entry::Assignment(row)) => assignment::take(file, number, row).await,
        None => Err(Refusal::new(Reason::InvalidArgument, "a row without entry")),
    }
}

/// What became of a command that went through. One that had nothing to record found all as it says.
fn taken<S>(outcome: &Outcome<S>) -> Taken {
    if outcome.repeated || outcome.events.is_empty() { Taken::Before } else { Taken::Now }
}

/// What became of a row whose entry is registered already: the request is forgotten after 30 days, the entry is not.
fn found(is_the_same: bool) -> Result<Taken, Refusal> {
    if is_the_same {
        return Ok(Taken::Before);
    }
    let message = "this entry is registered already, and not as the row says: change it, imports only add";
    Err(Refusal::new(Reason::IdentifierTaken, message))
}
