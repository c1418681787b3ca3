//! Accounts, assignments and people on the wire.

use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_clock::Timestamp;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use super::super::wire::{wire_address, wire_external_identifiers, wire_language, wire_segments};
use super::chain::{Chain, not_found};
use crate::domain::account::{Account, Announcement, Assignment, Level};
use crate::domain::person::{PersonRole, PersonRoles};
use crate::domain::{Address, CountryCode, Language, Moment, Siren, Siret};
use crate::view::{AccountRow, Inherited, PersonRow};

/// The account of `chain`, which is that of `moment`, as it was then.
pub(super) fn account(chain: &Chain, moment: Moment) -> Result<wire::Account, Refusal> {
    let own = chain.own()?;
    let shown = own.shown(moment).ok_or_else(not_found)?;
    let all = || chain.iter().filter_map(|account| account.shown(moment));
    let segments = all().map(|account| account.segments).find(|segments| !segments.is_empty());
    let territory = shown.address.as_ref().and_then(Address::territory);
    Ok(wire::Account {
        account_id: own.account_id().to_string(),
        level: level(own.level()).into(),
        parent_account_id: id(shown.parent_account_id),
        name: shown.name,
        siren: own.siren().map(Siren::to_string).unwrap_or_default(),
        siret: own.siret().map(Siret::to_string).unwrap_or_default(),
        segments: wire_segments(segments.unwrap_or_default()),
        language: spoken(all().find_map(|account| account.language)),
        address: shown.address.as_ref().map(wire_address),
        countries: countries(&shown.countries),
        external_identifiers: wire_external_identifiers(own.external_identifiers()),
        region: territory.map(|found| found.region.to_owned()).unwrap_or_default(),
        departement: territory.map(|found| found.departement.to_owned()).unwrap_or_default(),
        time_zone: territory.map(|found| found.time_zone.to_owned()).unwrap_or_default(),
        customer_since: Some(wire_instant(own.customer_since())),
        closed_at: shown.closed_at.map(wire_instant),
        version: chain.version,
    })
}

/// An account of the view.
pub(super) fn account_row(row: AccountRow, inherited: Inherited) -> wire::Account {
    let segments = if row.segments.is_empty() { inherited.segments } else { row.segments };
    wire::Account {
        account_id: row.account_id.to_string(),
        level: level(row.level).into(),
        parent_account_id: id(row.parent_account_id),
        name: row.name,
        siren: row.siren.unwrap_or_default(),
        siret: row.siret.unwrap_or_default(),
        segments: wire_segments(segments),
        language: spoken(row.language.or(inherited.language)),
        address: row.address.as_ref().map(wire_address),
        countries: countries(&row.countries),
        external_identifiers: wire_external_identifiers(&row.external_identifiers),
        region: row.region.unwrap_or_default(),
        departement: row.departement.unwrap_or_default(),
        time_zone: row.time_zone.unwrap_or_default(),
        customer_since: Some(wire_instant(row.customer_since)),
        closed_at: row.closed_at.map(wire_instant),
        version: row.version,
    }
}

/// Whoever says nothing else is served in French.
fn spoken(language: Option<Language>) -> i32 {
    wire_language(Some(language.unwrap_or(Language::French)))
}

fn countries(countries: &[CountryCode]) -> Vec<String> {
    countries.iter().map(|country| country.as_str().to_owned()).collect()
}

fn level(level: Level) -> wire::AccountLevel {
    match level {
        Level::Group => wire::AccountLevel::Group,
        Level::Company => wire::AccountLevel::Company,
        Level::Site => wire::AccountLevel::Site,
    }
}

fn id(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// The assignment of that id, by all that is known of the account.
pub(super) fn own_assignment(account: &Account, assignment_id: Uuid) -> Option<wire::Assignment> {
    let (found, recorded_at) = account.assignment(assignment_id)?;
    Some(assignment(account.account_id(), &found, recorded_at, &account.announcement(assignment_id)))
}

pub(super) fn assignment(
    account_id: Uuid,
    assignment: &Assignment,
    recorded_at: Timestamp,
    announcement: &Announcement,
) -> wire::Assignment {
    wire::Assignment {
        assignment_id: assignment.assignment_id.to_string(),
        account_id: account_id.to_string(),
        staff_id: assignment.staff_id.to_string(),
        effective_from: Some(wire_instant(assignment.effective_from)),
        effective_until: assignment.effective_until.map(wire_instant),
        recorded_at: Some(wire_instant(recorded_at)),
        training_valid_until: Some(wire_instant(assignment.training_valid_until)),
        tell_by: announcement.tell_by.map(wire_instant),
        told_at: announcement.told_at.map(wire_instant),
        notice_id: id(announcement.notice_id),
    }
}

pub(super) fn person(row: PersonRow) -> wire::Person {
    wire::Person {
        person_id: row.person_id.to_string(),
        account_id: row.account_id.to_string(),
        user_id: row.user_id.unwrap_or_default(),
        given_name: row.given_name.unwrap_or_default(),
        family_name: row.family_name.unwrap_or_default(),
        roles: roles(row.roles),
        language: wire_language(row.language),
        email: row.email.unwrap_or_default(),
        numbers: row.numbers,
        external_identifiers: wire_external_identifiers(&row.external_identifiers),
        left_at: row.left_at.map(wire_instant),
        version: row.version,
    }
}

fn roles(roles: PersonRoles) -> Vec<i32> {
    let wire = |role| match role {
        PersonRole::EndUser => wire::PersonRole::EndUser,
        PersonRole::FleetManager => wire::PersonRole::FleetManager,
        PersonRole::ItManager => wire::PersonRole::ItManager,
        PersonRole::ContractManager => wire::PersonRole::ContractManager,
        PersonRole::AccountAdministrator => wire::PersonRole::AccountAdministrator,
    };
    roles.iter().map(|role| wire(role).into()).collect()
}
