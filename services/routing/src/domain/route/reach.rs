//! How a team or a person is reached: by a contact point that is valid then, and from abroad by one that works from abroad
//! (promise 3.1).

use vigie_clock::Timestamp;

use super::contact::Contact;
use super::decision::Reach;
use super::known::{ContactPoint, Desk, Known, PointVersion, Staff};
use super::set::Set;
use super::words::{is_abroad, is_live};
use crate::domain::Segment;
use crate::domain::contact_point::Channel;

/// Whom a contact point must be for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Audience {
    pub(super) segments: Set<Segment>,
    pub(super) is_end_user: bool,
}

/// The contact point of a team for a contact; none is no obstacle: the team is named all the same.
pub(super) fn of_desk<'k, K: Known>(
    known: &'k K,
    desk: &Desk,
    contact: &Contact,
    audience: Audience,
) -> Reach<'k> {
    best(known, desk, contact.channel, contact.at, audience)
        .map_or_else(Reach::default, |(point, version)| of_point(point, version, contact))
}

/// How a person is reached who is to take it: as customers are told, else by their team.
pub(super) fn of_staff<'k, K: Known>(
    known: &'k K,
    staff: &'k Staff,
    contact: &Contact,
    audience: Audience,
) -> Reach<'k> {
    let own = match contact.channel {
        Channel::Phone => staff.number.as_deref(),
        Channel::Email => staff.email.as_deref(),
        Channel::Chat | Channel::Extranet | Channel::Post => None,
    };
    match (own, staff.desk.and_then(|desk| known.desk(desk))) {
        (Some(address), _) => Reach { point: None, address, is_from_abroad: false },
        (None, Some(desk)) if desk.exists(contact.at) => of_desk(known, desk, contact, audience),
        (None, _) => Reach::default(),
    }
}

/// A point of the team by another channel, one that waits for the opening by itself.
pub(super) fn that_waits<'k, K: Known>(
    known: &'k K,
    desk: &Desk,
    contact: &Contact,
    audience: Audience,
) -> Option<&'k str> {
    [Channel::Email, Channel::Extranet]
        .into_iter()
        .filter_map(|channel| best(known, desk, channel, contact.at, audience))
        .map(|(_, version)| &*version.address)
        .find(|address| !address.is_empty())
}

/// Among the points that are valid then: those for these callers first, those for these segments next, then by id.
fn best<'k, K: Known>(
    known: &'k K,
    desk: &Desk,
    channel: Channel,
    at: Timestamp,
    audience: Audience,
) -> Option<(&'k ContactPoint, &'k PointVersion)> {
    let fits = |version: &PointVersion| {
        version.desk == desk.id
            && version.channel == channel
            && (audience.is_end_user || !version.for_end_users)
            && (version.segments.is_empty()
                || audience.segments.is_empty()
                || version.segments.meets(audience.segments))
            // A number that is announced as closed rings in vain, whoever works behind it.
            && (!is_live(channel) || version.announced.as_ref().is_none_or(|hours| hours.is_open(at)))
    };
    known
        .points(desk.id)
        .filter_map(|point| Some((point, point.then(at)?)))
        .filter(|(_, version)| fits(version))
        .max_by_key(|(point, version)| {
            let is_meant = version.for_end_users == audience.is_end_user;
            let is_named = version.segments.meets(audience.segments);
            (is_meant, is_named, std::cmp::Reverse(point.id))
        })
}

fn of_point<'k>(point: &ContactPoint, version: &'k PointVersion, contact: &Contact) -> Reach<'k> {
    let from_abroad = match &version.from_abroad {
        Some(number) if contact.channel == Channel::Phone && is_abroad(contact.from) => Some(&**number),
        _ => None,
    };
    Reach {
        point: Some(point.id),
        address: from_abroad.unwrap_or(&version.address),
        is_from_abroad: from_abroad.is_some(),
    }
}
