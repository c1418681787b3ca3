//! A contact as answers show it.

use uuid::Uuid;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use super::super::house::shown_instant as instant;
use super::super::wire as fields;
use crate::domain::Code;
use crate::domain::contact::{Callback, PinnedPart, Snapshot};
use crate::domain::contact_point::Channel;
use crate::domain::route::{Family, Subject};

pub(super) fn contact(contact_id: Uuid, contact: &Snapshot, version: i64) -> wire::ContactRecord {
    let pinned = contact.pinned.as_ref();
    wire::ContactRecord {
        contact_id: contact_id.to_string(),
        origin: contact.origin.clone(),
        contact: contact.contact_key.clone(),
        began_at: Some(wire_instant(contact.began_at)),
        channel: contact.channel.map_or(wire::ContactChannel::Unspecified, channel).into(),
        account_id: id(contact.account_id()),
        person_id: id(pinned.and_then(|pinned| pinned.person_id)),
        segment: pinned.and_then(|pinned| pinned.segment).map_or(0, fields::wire_segment),
        end_user: pinned.is_some_and(|pinned| pinned.is_end_user),
        subject: contact.subject.map_or(wire::Subject::Unspecified, subject).into(),
        families: contact.families.iter().map(|of| family(*of).into()).collect(),
        expected: pinned.iter().flat_map(|pinned| pinned.parts.iter().map(expected)).collect(),
        offered_at: instant(contact.offered_at),
        answered_at: instant(contact.answered_at),
        wait_ms: contact.wait_ms,
        desk_id: id(contact.desk_id),
        agent_staff_id: id(contact.answered_by_staff_id),
        abandoned_at: instant(contact.abandoned_at),
        transfers: contact.transfers,
        taken_in_charge_at: instant(contact.taken_in_charge_at),
        taken_in_charge_by_staff_id: id(contact.taken_in_charge_by_staff_id),
        ended_at: instant(contact.ended_at),
        callbacks: contact.callbacks.iter().map(callback).collect(),
        parent: contact.parent.map(|parent| wire::ContactPart {
            family: family(parent.family).into(),
            contact_id: parent.contact_id.to_string(),
            contact: String::new(),
        }),
        parts: contact
            .parts
            .iter()
            .map(|part| wire::ContactPart {
                family: family(part.family).into(),
                contact_id: part.contact_id.to_string(),
                contact: part.contact_key.clone(),
            })
            .collect(),
        facts: contact.facts,
        version,
    }
}

fn expected(part: &PinnedPart) -> wire::ExpectedHandling {
    let ids = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect();
    wire::ExpectedHandling {
        family: part.family.map_or(wire::ServiceFamily::Unspecified, family).into(),
        skills: part.skills.iter().map(|code: &Code| code.as_str().to_owned()).collect(),
        desk_ids: ids(&part.desk_ids),
        staff_ids: ids(&part.staff_ids),
    }
}

fn callback(callback: &Callback) -> wire::Callback {
    wire::Callback {
        callback: callback.callback.clone(),
        first_due_by: instant(callback.first_due_by),
        due_by: instant(callback.due_by),
        kept_at: instant(callback.kept_at),
        missed_at: instant(callback.missed_at),
        overdue: callback.overdue,
    }
}

fn id(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
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

const fn subject(subject: Subject) -> wire::Subject {
    match subject {
        Subject::Commercial => wire::Subject::Commercial,
        Subject::Administrative => wire::Subject::Administrative,
        Subject::Technical => wire::Subject::Technical,
        Subject::LossOrTheft => wire::Subject::LossOrTheft,
        Subject::International => wire::Subject::International,
    }
}

const fn family(family: Family) -> wire::ServiceFamily {
    match family {
        Family::Mobile => wire::ServiceFamily::Mobile,
        Family::Fixed => wire::ServiceFamily::Fixed,
    }
}
