//! The other promises: reviews, projects, contacts, thefts.

use vigie_clock::{Timestamp, Zone};

use super::{KEPT, LATE, OPEN, Reckoned, by_deadline};
use crate::year::diary::{Diary, Handling, ProjectEnd, Year, working_days};

pub(super) fn reviews(diary: &Diary, end: Timestamp) -> Vec<Reckoned> {
    let years = diary.plans.iter().flat_map(|plan| plan.years.iter().map(|year| (plan.account, year)));
    let judged = years.map(|(account, year)| Reckoned {
        subject: account,
        t0: Some(year.from),
        summary: "REVIEW OF THE YEAR".to_owned(),
        t1: year.held_at,
        verdict: of_year(year, end).to_owned(),
    });
    judged.collect()
}

fn of_year(year: &Year, end: Timestamp) -> &'static str {
    match (year.held_at, year.ended_at) {
        (Some(held_at), _) if held_at < year.due => KEPT,
        (None, Some(ended_at)) if ended_at < year.due => "EXCLUDED ACCOUNT_ENDED",
        (None, None) if year.due > end => OPEN,
        (None, None) if year.is_excused => "EXCLUDED CANCELLED_BY_CUSTOMER",
        _ => LATE,
    }
}

/// *Jours ouvrés* until a project is answered.
const ANSWER_DAYS: u16 = 2;

pub(super) fn projects(diary: &Diary, end: Timestamp) -> Vec<Reckoned> {
    let judged = diary.projects.iter().map(|project| {
        let due = working_days(Zone::Metropole, ANSWER_DAYS, project.requested_at);
        let (t1, verdict) = match project.ended {
            Some(ProjectEnd::Answered(at)) => (Some(at), by_deadline(Some(at), due, due, end)),
            Some(ProjectEnd::Withdrawn(at)) if at < due => (None, "EXCLUDED WITHDRAWN"),
            Some(ProjectEnd::Withdrawn(_) | ProjectEnd::Declined) => (None, LATE),
            None => (None, by_deadline(None, due, due, end)),
        };
        Reckoned {
            subject: project.id,
            t0: Some(project.requested_at),
            summary: "NEW_SITE".to_owned(),
            t1,
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}

/// Contacts of large accounts, of other customers, or of end users.
pub(super) fn contacts(diary: &Diary, is_large: Option<bool>) -> Vec<Reckoned> {
    let judged = diary.contacts.iter().filter(|contact| contact.is_large == is_large).map(|contact| {
        let (t1, verdict) = match contact.handling {
            Handling::ByTheRightTeam(at) | Handling::ByTheManager(at) => (Some(at), KEPT),
            // Only those for whom there are specialised teams are promised that nobody hands them on.
            Handling::HandedOnTwice(at) if is_large != Some(false) => (Some(at), KEPT),
            Handling::HandedOnTwice(_) | Handling::ByAnotherTeam => (None, LATE),
            Handling::GivenUp => (None, "EXCLUDED ABANDONED"),
            Handling::GoesOn => (None, OPEN),
        };
        Reckoned {
            subject: contact.id,
            t0: Some(contact.began_at),
            summary: "CONTACT".to_owned(),
            t1,
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}

/// The register answers at once, all year.
pub(super) fn suspensions(diary: &Diary) -> Vec<Reckoned> {
    let judged = diary.thefts.iter().map(|theft| Reckoned {
        subject: theft.line,
        t0: Some(theft.suspended_at),
        summary: String::new(),
        t1: Some(theft.suspended_at),
        verdict: KEPT.to_owned(),
    });
    judged.collect()
}

/// *Jours ouvrés* until a stolen handset is on the list.
const LIST_DAYS: u16 = 4;

pub(super) fn thefts(diary: &Diary, end: Timestamp) -> Vec<Reckoned> {
    let judged = diary.thefts.iter().map(|theft| {
        let due = working_days(Zone::Metropole, LIST_DAYS, theft.declared_at);
        let verdict = match (theft.listed_at, theft.recovered_at) {
            (None, Some(recovered_at)) if recovered_at < due => "EXCLUDED RECOVERED",
            (listed_at, _) => by_deadline(listed_at, due, due, end),
        };
        Reckoned {
            subject: theft.line,
            t0: Some(theft.declared_at),
            summary: "BLOCK STOLEN HANDSET".to_owned(),
            t1: theft.listed_at,
            verdict: verdict.to_owned(),
        }
    });
    judged.collect()
}
