//! `vigie.account.*.v1`, `vigie.person.*.v1`, `vigie.staff_member.*.v1`, `vigie.contact_point.*.v1`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::RecordedEvent;
use vigie_eventlog::reaction::Unreadable;

use super::{Tell, decode};
use crate::domain::{
    self, Cause, CauseKind, Language, MailAddress, Parameter, Parameters, Parties, PersonRole,
};

/// What an event changes in who can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// An account is so.
    Account(AccountEntry),
    /// A person is so.
    Person(PersonEntry),
    /// A staff member is so.
    Staff(StaffEntry),
}

/// An account, as far as telling needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountEntry {
    /// Id.
    pub(crate) account_id: Uuid,
    /// The account above.
    pub(crate) parent_id: Option<Uuid>,
    /// Own language.
    pub(crate) language: Option<Language>,
    /// Own segments; empty for those of the account above.
    pub(crate) segments: Vec<String>,
    /// When it ended or is to end.
    pub(crate) closed_at: Option<Timestamp>,
}

/// A person of an account, as far as telling needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonEntry {
    /// Id.
    pub(crate) person_id: Uuid,
    /// The account.
    pub(crate) account_id: Uuid,
    /// User id that tokens and lines know the person by.
    pub(crate) user_id: Option<String>,
    /// Given name and family name.
    pub(crate) name: Option<Personal<String>>,
    /// What the person may ask for.
    pub(crate) roles: BTreeSet<PersonRole>,
    /// Own language.
    pub(crate) language: Option<Language>,
    /// Mail address; absent where there is none that mail may be sent to.
    pub(crate) email: Option<Personal<MailAddress>>,
    /// Whether the person has left.
    pub(crate) has_left: bool,
}

/// A staff member, as customers are told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffEntry {
    /// Id.
    pub staff_id: Uuid,
    /// Name.
    pub name: Personal<String>,
    /// Mail address.
    pub email: Option<Personal<String>>,
    /// Number.
    pub number: Option<Personal<String>>,
}

/// What an event of the log of `routing` changes in who can be told.
pub(crate) fn change(event: &RecordedEvent) -> Result<Option<Change>, Unreadable> {
    let event_type = event.event_type.as_str();
    if event_type.starts_with("vigie.account.") {
        return Ok(Some(Change::Account(account(event)?)));
    }
    if event_type.starts_with("vigie.person.") {
        return Ok(Some(Change::Person(person(event)?)));
    }
    if event_type.starts_with("vigie.staff_member.") {
        return Ok(Some(Change::Staff(staff(event)?)));
    }
    Ok(None)
}

/// Whom an event of the log of `routing` is told to, if it is to anybody.
pub(crate) fn told_by_routing(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    match event.event_type.as_str() {
        "vigie.account.manager_assigned.v1" => manager_assigned(event),
        "vigie.account.manager_assignment_ended.v1" => assignment_ended(event),
        "vigie.account.manager_cover_began.v1" => cover_began(event),
        "vigie.account.manager_cover_ended.v1" => cover_ended(event),
        "vigie.contact_point.change_notice_due.v1" => contact_point_changes(event),
        _ => Ok(None),
    }
}

#[derive(Deserialize)]
struct AccountPayload {
    account_id: Uuid,
    account: AccountState,
}

#[derive(Deserialize)]
struct AccountState {
    #[serde(default)]
    parent_account_id: Option<Uuid>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    segments: Vec<String>,
    #[serde(default)]
    closed_at: Option<Timestamp>,
}

fn account(event: &RecordedEvent) -> Result<AccountEntry, Unreadable> {
    let AccountPayload { account_id, account } = decode(event)?;
    Ok(AccountEntry {
        account_id,
        parent_id: account.parent_account_id,
        language: account.language.as_deref().and_then(Language::for_speaker_of),
        segments: account.segments,
        closed_at: account.closed_at,
    })
}

#[derive(Deserialize)]
struct PersonPayload {
    account_id: Uuid,
    person_id: Uuid,
    person: PersonState,
}

#[derive(Deserialize)]
struct PersonState {
    #[serde(default)]
    user_id: Option<String>,
    #[serde(default)]
    given_name: Option<Personal<String>>,
    #[serde(default)]
    family_name: Option<Personal<String>>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    email: Option<Personal<String>>,
    #[serde(default)]
    left_at: Option<Timestamp>,
}

fn person(event: &RecordedEvent) -> Result<PersonEntry, Unreadable> {
    let PersonPayload { account_id, person_id, person } = decode(event)?;
    let names = [&person.given_name, &person.family_name];
    let name = names.iter().filter_map(|name| name.as_ref()?.known()).cloned().collect::<Vec<_>>().join(" ");
    let subject = person.family_name.as_ref().or(person.given_name.as_ref()).map(Personal::subject);
    Ok(PersonEntry {
        person_id,
        account_id,
        user_id: person.user_id,
        name: subject.filter(|_| !name.is_empty()).map(|subject| Personal::new(subject, name)),
        roles: person.roles.iter().filter_map(|role| PersonRole::parse(role)).collect(),
        language: person.language.as_deref().and_then(Language::for_speaker_of),
        email: person.email.and_then(|email| {
            let subject = email.subject();
            Some(Personal::new(subject, MailAddress::parse(email.known()?).ok()?))
        }),
        has_left: person.left_at.is_some(),
    })
}

#[derive(Deserialize)]
struct StaffPayload {
    staff_id: Uuid,
    staff_member: StaffState,
}

#[derive(Deserialize)]
struct StaffState {
    name: Personal<String>,
    #[serde(default)]
    email: Option<Personal<String>>,
    #[serde(default)]
    number: Option<Personal<String>>,
}

fn staff(event: &RecordedEvent) -> Result<StaffEntry, Unreadable> {
    let StaffPayload { staff_id, staff_member: StaffState { name, email, number } } = decode(event)?;
    Ok(StaffEntry { staff_id, name, email, number })
}

#[derive(Deserialize)]
struct StaffContact {
    name: Personal<String>,
    #[serde(default)]
    email: Option<Personal<String>>,
    #[serde(default)]
    number: Option<Personal<String>>,
}

#[derive(Deserialize)]
struct Assignment {
    #[serde(default)]
    assignment_id: Option<Uuid>,
    staff_id: Uuid,
    effective_from: Timestamp,
    #[serde(default)]
    effective_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Assigned {
    assignment: Assignment,
    manager: StaffContact,
    #[serde(default)]
    tell_by: Option<IgnoredAny>,
}

/// What routing gives no time to be told by is no change for the customer: a base that is taken in, or what is over already.
fn manager_assigned(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let Assigned { assignment, manager, tell_by } = decode(event)?;
    if tell_by.is_none() {
        return Ok(None);
    }
    let mut parameters = contact(&manager.name, manager.email.as_ref(), manager.number.as_ref());
    parameters.insert("from".to_owned(), Parameter::Instant(assignment.effective_from));
    let told = tell(event, CauseKind::ManagerAssigned, parameters);
    Ok(Some(told.of(assignment.assignment_id.map(|change_id| domain::Change::Manager { change_id }))))
}

#[derive(Deserialize)]
struct AssignmentEnded {
    assignment: Assignment,
    #[serde(default)]
    replaced_by_assignment_id: Option<Uuid>,
}

/// Of a hand-over the customer hears once: that there is a new manager.
fn assignment_ended(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let ended: AssignmentEnded = decode(event)?;
    if ended.replaced_by_assignment_id.is_some() {
        return Ok(None);
    }
    let until = ended.assignment.effective_until.unwrap_or(event.recorded_at);
    let parameters = [("until".to_owned(), Parameter::Instant(until))].into();
    let told = tell(event, CauseKind::ManagerAssignmentEnded, parameters);
    Ok(Some(Tell { manager_staff_id: Some(ended.assignment.staff_id), ..told }))
}

#[derive(Deserialize)]
struct Cover {
    #[serde(default)]
    cover_id: Option<Uuid>,
    staff_id: Uuid,
    cause: String,
    effective_from: Timestamp,
    #[serde(default)]
    effective_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct CoverBegan {
    cover: Cover,
    cover_contact: StaffContact,
    #[serde(default)]
    tell_by: Option<IgnoredAny>,
}

fn cover_began(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let CoverBegan { cover, cover_contact: by, tell_by } = decode(event)?;
    if tell_by.is_none() {
        return Ok(None);
    }
    let mut parameters = contact(&by.name, by.email.as_ref(), by.number.as_ref());
    parameters.insert("from".to_owned(), Parameter::Instant(cover.effective_from));
    parameters.insert("cause".to_owned(), Parameter::Code(cover.cause));
    let until = cover.effective_until.map_or_else(|| Parameter::Text(String::new()), Parameter::Instant);
    parameters.insert("until".to_owned(), until);
    let told = tell(event, CauseKind::ManagerCoverBegan, parameters);
    Ok(Some(told.of(cover.cover_id.map(|change_id| domain::Change::Manager { change_id }))))
}

#[derive(Deserialize)]
struct CoverEnded {
    cover: Cover,
}

/// The manager is back. One who has left is not: that there is a successor is told by itself.
fn cover_ended(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let CoverEnded { cover } = decode(event)?;
    if cover.cause != "ABSENCE" {
        return Ok(None);
    }
    let at = cover.effective_until.unwrap_or(event.recorded_at);
    let parameters = [("from".to_owned(), Parameter::Instant(at))].into();
    let told = tell(event, CauseKind::ManagerCoverEnded, parameters);
    Ok(Some(Tell { manager_staff_id: Some(cover.staff_id), ..told }))
}

#[derive(Deserialize)]
struct ChangeNoticeDue {
    #[serde(default)]
    contact_point_id: Option<Uuid>,
    before: Version,
    #[serde(default)]
    after: Option<Version>,
    takes_effect_at: Timestamp,
}

#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    point_version: Option<u32>,
    channel: String,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    tariff_label: Option<String>,
    #[serde(default)]
    segments: Vec<String>,
}

impl Version {
    fn place(&self) -> String {
        self.number.clone().or_else(|| self.address.clone()).unwrap_or_default()
    }
}

fn contact_point_changes(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let ChangeNoticeDue { contact_point_id, before, after, takes_effect_at } = decode(event)?;
    let kind = if after.is_some() { CauseKind::ContactPointChanged } else { CauseKind::ContactPointRetired };
    let before_place = before.place();
    let mut parameters: Parameters = [
        ("channel", Parameter::Code(before.channel.clone())),
        ("before", Parameter::Text(before_place.clone())),
        ("from", Parameter::Instant(takes_effect_at)),
    ]
    .map(|(name, parameter)| (name.to_owned(), parameter))
    .into();
    let mut segments = before.segments;
    let mut change = None;
    if let Some(after) = after {
        change = contact_point_id.zip(after.point_version).map(|(contact_point_id, point_version)| {
            domain::Change::ContactPoint { contact_point_id, point_version }
        });
        let is_same_place = before.channel == after.channel && before_place == after.place();
        let what = if is_same_place { "TERMS" } else { "PLACE" };
        parameters.insert("what".to_owned(), Parameter::Code(what.to_owned()));
        parameters.insert("after".to_owned(), Parameter::Text(after.place()));
        parameters.insert("tariff".to_owned(), Parameter::Text(after.tariff_label.unwrap_or_default()));
        // Whom it was for and whom it will be for; one that is for all is for those as well.
        if segments.is_empty() || after.segments.is_empty() {
            segments.clear();
        } else {
            segments.extend(after.segments);
        }
    }
    Ok(Some(Tell { segments, ..tell(event, kind, parameters).of(change) }))
}

fn contact(
    name: &Personal<String>,
    email: Option<&Personal<String>>,
    number: Option<&Personal<String>>,
) -> Parameters {
    let of = |value: Option<&Personal<String>>| {
        value.map_or_else(|| Parameter::Text(String::new()), |value| Parameter::Personal(value.clone()))
    };
    [
        ("manager", Parameter::Personal(name.clone())),
        ("manager-email", of(email)),
        ("manager-number", of(number)),
    ]
    .map(|(name, parameter)| (name.to_owned(), parameter))
    .into()
}

fn tell(event: &RecordedEvent, kind: CauseKind, parameters: Parameters) -> Tell {
    Tell {
        cause: Cause {
            kind,
            log: "routing".to_owned(),
            event_id: event.event_id,
            at: event.recorded_at,
            account_id: event.account_id,
            line: None,
            security: false,
            change: None,
        },
        parameters,
        parties: Parties::default(),
        manager_staff_id: None,
        segments: Vec::new(),
    }
}

impl Tell {
    /// The same, of a change that `routing` keeps a record of.
    fn of(mut self, change: Option<domain::Change>) -> Self {
        self.cause.change = change;
        self
    }
}
