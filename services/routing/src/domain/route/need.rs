//! Which team fits a contact, and which fits best.

use std::cmp::Reverse;

use uuid::Uuid;

use super::decision::Reason;
use super::known::{Desk, Known};
use super::part::Part;
use super::set::Set;
use super::words::{Family, Skill};
use crate::domain::Segment;
use crate::domain::desk::Purpose;

/// What a contact needs of a team.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) purpose: Purpose,
    segments: Set<Segment>,
    skills: Set<Skill>,
    /// Only a team that serves these segments and no others, and no consumers.
    is_dedicated: bool,
    /// A team that serves other regions is better than none.
    is_region_optional: bool,
    /// A team that serves other segments is better than none.
    is_segment_optional: bool,
    /// Also the unit of large accounts serves everybody in this.
    is_open_to_all: bool,
}

impl Need {
    /// Of those who serve the accounts themselves.
    pub(super) fn of_account<K: Known>(part: &Part<'_, '_, K>, purpose: Purpose) -> Self {
        let segments = part.segments();
        let is_large = part.customer.is_some_and(|customer| customer.is_large());
        let mut need = Self {
            purpose,
            segments,
            skills: skills(segments, part.family),
            // Any team for international matters may serve all segments; for all else large accounts have a unit of their
            // own (promise 5.1.1).
            is_dedicated: is_large && purpose != Purpose::International,
            is_region_optional: purpose == Purpose::Sales,
            is_segment_optional: segments.is_empty(),
            is_open_to_all: false,
        };
        match purpose {
            Purpose::Technical => need.skills = need.skills.with(Skill::Technical),
            Purpose::International => need.skills = need.skills.with(Skill::International),
            Purpose::Sales | Purpose::Administrative | Purpose::EndUser => {}
        }
        need
    }

    /// Of the service for mobile end users (promise 5.4.1), whatever the account's segment.
    pub(super) fn of_end_user<K: Known>(part: &Part<'_, '_, K>) -> Self {
        Self {
            purpose: Purpose::EndUser,
            segments: part.segments(),
            skills: Set::EMPTY,
            is_dedicated: false,
            is_region_optional: false,
            is_segment_optional: true,
            is_open_to_all: false,
        }
    }

    /// Of those who bar a phone at any hour, wherever and for whomever they work.
    pub(super) fn of_loss_or_theft<K: Known>(part: &Part<'_, '_, K>, purpose: Purpose) -> Self {
        Self {
            purpose,
            segments: part.segments(),
            skills: Set::only(Skill::LossTheft),
            is_dedicated: false,
            is_region_optional: true,
            is_segment_optional: true,
            is_open_to_all: true,
        }
    }
}

/// The specialised skill: that of the family which the contact is about, else that of the account's segments.
pub(super) fn skills(segments: Set<Segment>, family: Option<Family>) -> Set<Skill> {
    if segments.has(Segment::LargeAccount) {
        return Set::only(Skill::LargeAccount);
    }
    match family {
        Some(Family::Mobile) => Set::only(Skill::SmeFleet),
        Some(Family::Fixed) => Set::only(Skill::BusinessFixed),
        None => segments
            .iter()
            .map(|segment| match segment {
                Segment::LargeAccount => Skill::LargeAccount,
                Segment::SmeFleet => Skill::SmeFleet,
                Segment::BusinessFixed => Skill::BusinessFixed,
            })
            .collect(),
    }
}

/// How well a team fits: the greater, the better. The order of the fields is the order in which they count; no two teams
/// fit equally, since ids differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    /// For sales: the regional team that serves businesses only (promise 3.2).
    is_local: bool,
    skills: u32,
    is_segment_named: bool,
    is_for_businesses: bool,
    region: Served,
    is_country_named: bool,
    is_language_spoken: bool,
    rank: Reverse<u32>,
    id: Reverse<Uuid>,
}

/// Whether a team serves a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Served {
    /// It serves others.
    No,
    /// It serves some, and nobody knows where the customer is.
    Perhaps,
    /// It serves all.
    AsAny,
    /// It names it.
    Named,
}

impl Fit {
    /// How well `desk` fits; `None` if it does not.
    pub(super) fn of<K: Known>(part: &Part<'_, '_, K>, need: &Need, desk: &Desk) -> Option<Self> {
        let contact = part.contact;
        if !desk.exists(contact.at) {
            return None;
        }
        if need.is_dedicated && (desk.segments != need.segments || !desk.businesses_only) {
            return None;
        }
        let is_units_own = desk.segments == Set::only(Segment::LargeAccount);
        if is_units_own && !need.is_open_to_all && !need.segments.has(Segment::LargeAccount) {
            return None;
        }
        // Whoever has no segment is best served by those who serve everybody.
        let is_for_all = desk.segments.is_empty();
        let is_segment_named =
            if need.segments.is_empty() { is_for_all } else { desk.segments.meets(need.segments) };
        if !is_segment_named && !is_for_all && !need.is_segment_optional {
            return None;
        }
        let region = match part.customer.and_then(|customer| customer.region) {
            _ if desk.regions.is_empty() => Served::AsAny,
            None => Served::Perhaps,
            Some(region) if desk.regions.contains(&region) => Served::Named,
            Some(_) => Served::No,
        };
        if region == Served::No && !need.is_region_optional {
            return None;
        }
        Some(Self {
            is_local: need.purpose == Purpose::Sales && desk.businesses_only && region == Served::Named,
            skills: desk.skills_at(contact.at).both(need.skills).count(),
            is_segment_named,
            is_for_businesses: desk.businesses_only,
            region,
            is_country_named: desk.countries.contains(&contact.from),
            is_language_spoken: desk.languages.has(part.language),
            rank: Reverse(desk.rank),
            id: Reverse(desk.id),
        })
    }

    /// Whether the team holds a skill that was needed.
    pub(super) const fn is_skilled(&self) -> bool {
        self.skills > 0
    }

    /// Why this team, in order.
    pub(super) fn explain<K: Known>(&self, part: &mut Part<'_, '_, K>) {
        if self.is_segment_named || self.is_skilled() {
            explain_segment(part);
        }
        self.explain_team(part);
    }

    /// Why this team, apart from the account's segment.
    pub(super) fn explain_team<K: Known>(&self, part: &mut Part<'_, '_, K>) {
        if self.is_skilled() {
            part.because(Reason::Skill);
        }
        if self.region == Served::Named {
            part.because(Reason::Region);
        }
    }
}

/// That the account's segment decided, if it has one.
pub(super) fn explain_segment<K: Known>(part: &mut Part<'_, '_, K>) {
    let Some(customer) = part.customer.filter(|customer| !customer.segments.is_empty()) else { return };
    if part.is_end_user {
        return;
    }
    part.because(if customer.is_large() { Reason::LargeAccount } else { Reason::Segment });
    if customer.inherits_segments {
        part.because(Reason::SegmentInherited);
    }
}

/// The team that fits best, and how well.
pub(super) fn best<'k, K: Known>(part: &Part<'_, 'k, K>, need: &Need) -> Option<(Fit, &'k Desk)> {
    best_that(part, need, |_| true)
}

/// Among those teams for which `is_wanted` holds.
pub(super) fn best_that<'k, K: Known>(
    part: &Part<'_, 'k, K>,
    need: &Need,
    is_wanted: impl Fn(&Desk) -> bool,
) -> Option<(Fit, &'k Desk)> {
    part.known
        .desks(need.purpose)
        .filter_map(|desk| Some((Fit::of(part, need, desk)?, desk)))
        // The hours last: they cost the most to ask.
        .filter(|(_, desk)| is_wanted(desk))
        .max_by_key(|(fit, _)| *fit)
}
