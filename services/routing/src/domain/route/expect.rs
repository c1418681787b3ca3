//! Who keeps a promise by handling a contact: not whom it is sent to now, which depends on the hour, but every team and
//! person that may take it (promises 5.1.1, 5.1.2, 5.4.1). A team that takes over at night is among them only if it is as
//! specialised as the one that it stands in for.

use uuid::Uuid;

use super::caller::{Standing, Who, identify};
use super::contact::{Contact, Sight};
use super::decide::segment;
use super::known::{Desk, Known};
use super::need::skills;
use super::set::Set;
use super::words::{Family, Skill, Subject};
use crate::domain::Segment;
use crate::domain::desk::Purpose;

/// Who called, and who may take the contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The account that was recognised.
    pub account: Option<Uuid>,
    /// The person who was recognised.
    pub person: Option<Uuid>,
    /// The account's segments.
    pub segments: Vec<Segment>,
    /// The one that counts.
    pub segment: Option<Segment>,
    /// Whether a mobile end user called, for the own line.
    pub is_end_user: bool,
    /// One, or one for each family.
    pub parts: Vec<ExpectedPart>,
}

/// Who may take a contact, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedPart {
    /// Which part; none where it is one.
    pub family: Option<Family>,
    /// The specialised skills, of which a team is to hold one.
    pub skills: Vec<Skill>,
    /// The teams.
    pub desks: Vec<Uuid>,
    /// The account manager and whoever covers, where the contact is theirs.
    pub staff: Vec<Uuid>,
}

/// Says who may take a contact.
pub fn expect<K: Known>(known: &K, contact: &Contact, sight: Sight<'_>) -> Expected {
    let who = identify(known, contact, sight);
    let families: Vec<_> = contact.families.iter().collect();
    let parts = match families.as_slice() {
        [] => vec![part(known, contact, &who, None)],
        [_] => families.iter().map(|family| part(known, contact, &who, Some(*family))).collect(),
        // A phone is lost as a whole.
        _ if contact.subject == Subject::LossOrTheft => vec![part(known, contact, &who, None)],
        _ => families.iter().map(|family| part(known, contact, &who, Some(*family))).collect(),
    };
    Expected {
        account: who.customer.map(|customer| customer.id),
        person: who.person.map(|person| person.id),
        segments: segments(&who).iter().collect(),
        segment: segment(&who, contact),
        is_end_user: who.standing == Standing::EndUser,
        parts,
    }
}

fn part<K: Known>(known: &K, contact: &Contact, who: &Who, family: Option<Family>) -> ExpectedPart {
    let skills = if who.standing == Standing::Account { skills(segments(who), family) } else { Set::EMPTY };
    let desks = Purpose::ALL.into_iter().flat_map(|purpose| known.desks(purpose));
    let fitting = desks.filter(|desk| desk.exists(contact.at) && is_right(desk, contact, who, skills));
    ExpectedPart {
        family,
        skills: skills.iter().collect(),
        desks: fitting.map(|desk| desk.id).collect(),
        staff: staff(known, contact, who),
    }
}

fn segments(who: &Who) -> Set<Segment> {
    who.customer.map_or(Set::EMPTY, |customer| customer.segments)
}

fn is_right(desk: &Desk, contact: &Contact, who: &Who, skills: Set<Skill>) -> bool {
    let held = desk.skills_at(contact.at);
    let by_subject = match contact.subject {
        Subject::LossOrTheft => held.has(Skill::LossTheft),
        Subject::International => desk.purpose == Purpose::International,
        Subject::Commercial | Subject::Administrative | Subject::Technical => false,
    };
    match who.standing {
        // Of whom nobody knows anything, nothing is promised.
        Standing::Unknown | Standing::Left => false,
        Standing::EndUser => desk.purpose == Purpose::EndUser || by_subject,
        Standing::Account if segments(who).has(Segment::LargeAccount) => {
            by_subject || (desk.segments == Set::only(Segment::LargeAccount) && desk.businesses_only)
        }
        Standing::Account => by_subject || held.meets(skills),
    }
}

/// Whoever answers as account manager is named and knows the customer, at whichever team.
fn staff<K: Known>(known: &K, contact: &Contact, who: &Who) -> Vec<Uuid> {
    if who.standing != Standing::Account {
        return Vec::new();
    }
    let Some(manager) = who.customer.and_then(|customer| customer.manager) else { return Vec::new() };
    let own = known.staff(manager.then.staff);
    let away = own.and_then(|staff| staff.absence(contact.at)).and_then(|away| away.cover);
    let deputy = own.filter(|staff| staff.has_left(contact.at)).and_then(|staff| staff.deputy);
    let stand_ins = [manager.then.cover_while_away, manager.then.cover_after_leaving, away, deputy];
    let mut staff: Vec<Uuid> =
        std::iter::once(manager.then.staff).chain(stand_ins.into_iter().flatten()).collect();
    staff.sort_unstable();
    staff.dedup();
    staff
}
