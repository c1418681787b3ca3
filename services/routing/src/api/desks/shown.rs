//! A desk and a contact point as an answer shows them.

use uuid::Uuid;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use super::super::hours;
use super::super::house::{shown_instant, shown_languages, shown_segments};
use super::super::wire::wire_external_identifiers;
use crate::domain::contact_point::{Channel, Reach, TariffClass, Version};
use crate::domain::desk::{Desk, Purpose, Snapshot};
use crate::domain::{CountryCode, E164, ExternalIdentifier};
use crate::view::DeskRow;

pub(super) fn desk(desk: &Desk, version: i64) -> wire::Desk {
    shown(desk.desk_id(), desk.external_identifiers(), &desk.snapshot(), version)
}

pub(super) fn desk_row(row: &DeskRow) -> wire::Desk {
    shown(row.desk_id, &row.external_identifiers, &row.shown, row.version)
}

fn shown(desk_id: Uuid, keys: &[ExternalIdentifier], desk: &Snapshot, version: i64) -> wire::Desk {
    let known = &desk.particulars;
    wire::Desk {
        desk_id: desk_id.to_string(),
        name: known.name.clone(),
        purpose: purpose(known.purpose).into(),
        segments: shown_segments(&known.segments),
        businesses_only: known.businesses_only,
        skills: known.skills.iter().map(|code| code.as_str().to_owned()).collect(),
        languages: shown_languages(&known.languages),
        regions: known.regions.clone(),
        countries: known.countries.iter().map(CountryCode::as_str).map(str::to_owned).collect(),
        hours: Some(hours::shown(&known.hours)),
        overflow_desk_id: known.overflow_desk_id.map(|id| id.to_string()).unwrap_or_default(),
        rank: known.rank,
        external_identifiers: wire_external_identifiers(keys),
        closed_at: shown_instant(desk.closed_at),
        version,
    }
}

const fn purpose(purpose: Purpose) -> wire::DeskPurpose {
    match purpose {
        Purpose::Sales => wire::DeskPurpose::Sales,
        Purpose::Administrative => wire::DeskPurpose::Administrative,
        Purpose::Technical => wire::DeskPurpose::Technical,
        Purpose::EndUser => wire::DeskPurpose::EndUser,
        Purpose::International => wire::DeskPurpose::International,
    }
}

pub(super) fn contact_point(contact_point_id: Uuid, point: &Version, version: i64) -> wire::ContactPoint {
    let content = &point.content;
    let bare = wire::ContactPoint {
        contact_point_id: contact_point_id.to_string(),
        desk_id: content.desk_id.to_string(),
        channel: channel(content.reach.channel()).into(),
        segments: shown_segments(&content.segments),
        for_end_users: content.for_end_users,
        announced_hours: content.announced_hours.as_ref().map(hours::shown),
        valid_from: Some(wire_instant(point.valid_from)),
        valid_until: shown_instant(point.valid_until),
        point_version: i32::try_from(point.point_version).unwrap_or(i32::MAX),
        version,
        ..wire::ContactPoint::default()
    };
    let Reach::Phone(phone) = &content.reach else {
        return wire::ContactPoint { address: content.reach.address().to_owned(), ..bare };
    };
    wire::ContactPoint {
        number: phone.number().as_str().to_owned(),
        short_code: phone.short_code().map(|code| code.as_str().to_owned()).unwrap_or_default(),
        from_abroad_number: phone.from_abroad_number().map(E164::as_str).unwrap_or_default().to_owned(),
        tariff_class: tariff_class(phone.tariff().class()).into(),
        tariff_label: phone.tariff().label().as_str().to_owned(),
        ..bare
    }
}

const fn channel(channel: Channel) -> wire::ContactChannel {
    match channel {
        Channel::Phone => wire::ContactChannel::Phone,
        Channel::Email => wire::ContactChannel::Email,
        Channel::Chat => wire::ContactChannel::Chat,
        Channel::Extranet => wire::ContactChannel::Extranet,
        Channel::Post => wire::ContactChannel::Post,
    }
}

const fn tariff_class(class: TariffClass) -> wire::TariffClass {
    match class {
        TariffClass::Free => wire::TariffClass::Free,
        TariffClass::Normal => wire::TariffClass::Normal,
        TariffClass::Surcharged => wire::TariffClass::Surcharged,
    }
}
