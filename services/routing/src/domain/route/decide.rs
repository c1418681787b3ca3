//! The decision, from the top.

use super::caller::{Standing, Who, identify};
use super::contact::{Contact, Sight};
use super::decision::{Decision, Reason, Route, Routes};
use super::known::Known;
use super::need::Need;
use super::part::Part;
use super::words::{Family, Subject};
use super::{desk, manager, urgent};
use crate::domain::desk::Purpose;
use crate::domain::{Language, Segment};

/// Decides who takes a contact. What `sight` does not show looks like what is not known.
pub fn decide<'k, K: Known>(known: &'k K, contact: &Contact, sight: Sight<'_>) -> Decision<'k> {
    let who = identify(known, contact, sight);
    let is_both = contact.families.has(Family::Mobile) && contact.families.has(Family::Fixed);
    // A phone is lost as a whole: nothing of it is about fixed services.
    let is_split = is_both && contact.subject != Subject::LossOrTheft;
    let routes = if is_split {
        Routes::Split([Family::Mobile, Family::Fixed].map(|family| {
            let mut part = part(known, contact, &who, Some(family));
            part.because(Reason::Split);
            route(part, &who)
        }))
    } else {
        let family = if is_both { None } else { contact.families.iter().next() };
        Routes::One([route(part(known, contact, &who, family), &who)])
    };
    Decision {
        routes,
        account: who.customer.map(|customer| customer.id),
        person: who.person.map(|person| person.id),
        segment: segment(&who, contact),
    }
}

fn part<'c, 'k, K: Known>(
    known: &'k K,
    contact: &'c Contact,
    who: &'c Who,
    family: Option<Family>,
) -> Part<'c, 'k, K> {
    let of_person = who.person.and_then(|person| person.language);
    let of_account = who.customer.and_then(|customer| customer.language);
    Part {
        known,
        contact,
        customer: who.customer.as_ref(),
        family,
        language: contact.language.or(of_person).or(of_account).unwrap_or(Language::French),
        is_end_user: who.standing != Standing::Account,
        is_urgent: contact.subject == Subject::LossOrTheft,
        reasons: who.reasons,
    }
}

fn route<'k, K: Known>(mut part: Part<'_, 'k, K>, who: &Who) -> Route<'k> {
    let subject = part.contact.subject;
    match (subject, who.standing) {
        (Subject::LossOrTheft, _) => return urgent::route(part),
        (Subject::Commercial, Standing::Account) => return manager::route(part),
        (_, Standing::Account) => {}
        // Somebody who wants to buy: a sales team finds out who it is.
        (Subject::Commercial, Standing::Unknown) => {
            part.is_end_user = false;
            let need = Need::of_account(&part, Purpose::Sales);
            return desk::route(part, &need);
        }
        (_, Standing::EndUser) => {
            part.because(Reason::EndUser);
            if matches!(subject, Subject::Commercial | Subject::Administrative) {
                part.because(Reason::NotAuthorised);
            }
            let need = Need::of_end_user(&part);
            return desk::route(part, &need);
        }
        // Whoever it is, nothing of an account is theirs to ask for until somebody has made sure.
        (_, Standing::Unknown | Standing::Left) => {
            let need = Need::of_end_user(&part);
            return desk::route(part, &need);
        }
    }
    part.because(Reason::Subject);
    let purpose = match subject {
        Subject::Technical | Subject::LossOrTheft => Purpose::Technical,
        Subject::International => Purpose::International,
        Subject::Administrative | Subject::Commercial => Purpose::Administrative,
    };
    let need = Need::of_account(&part, purpose);
    desk::route(part, &need)
}

/// The segment that is counted: of a customer who is both, that of the family which the contact is about.
pub(super) fn segment(who: &Who, contact: &Contact) -> Option<Segment> {
    let segments = who.customer?.segments;
    let of_families = contact.families.iter().map(|family| match family {
        Family::Mobile => Segment::SmeFleet,
        Family::Fixed => Segment::BusinessFixed,
    });
    let of_contact = of_families.into_iter().find(|segment| segments.has(*segment));
    of_contact.or_else(|| segments.iter().next())
}
