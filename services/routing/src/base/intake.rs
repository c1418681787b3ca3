//! From the log's events to what the base is told. A wrong guess here sends callers to the wrong people, so events are read
//! by those who write them.

use vigie_clock::Personal;
use vigie_eventlog::{Aggregate, DecodeError, RecordedEvent};

use super::change::{AccountChange, Assigned, Change, Covered, DeskNow, PersonNow, PointNow, What};
use crate::domain::account::{self, Account, Assignment, Cover};
use crate::domain::contact_point::{self, ContactPoint, Version};
use crate::domain::desk::{self, Desk};
use crate::domain::person::{self, Person};
use crate::domain::route::{Away, Number, Period, Region, Set, Skill, Staff};
use crate::domain::staff::{self, StaffMember};
use crate::domain::{Address, Code, E164, MailAddress};

/// What an event says to the base; `None` for events of no concern to it, such as the log's own.
///
/// # Errors
/// When an event of our own kinds cannot be read: by a build that is older than the log, or because it is broken.
pub fn change_of(event: &RecordedEvent) -> Result<Option<Change>, DecodeError> {
    let what = match kind_of(&event.event_type) {
        "account" => What::Account(of_account(&decoded::<Account>(event)?)),
        "person" => What::Person(of_person(&decoded::<Person>(event)?)),
        "staff_member" => What::Staff(Box::new(of_staff(&decoded::<StaffMember>(event)?))),
        "desk" => What::Desk(Box::new(of_desk(decoded::<Desk>(event)?))),
        "contact_point" => What::Point(of_point(&decoded::<ContactPoint>(event)?)),
        _ => return Ok(None),
    };
    Ok(Some(Change { stream_id: event.stream_id, version: event.stream_version, what }))
}

/// `person` of `vigie.person.person_registered.v1`.
fn kind_of(event_type: &str) -> &str {
    event_type.strip_prefix("vigie.").and_then(|rest| rest.split_once('.')).map_or("", |(kind, _)| kind)
}

fn decoded<A: Aggregate>(event: &RecordedEvent) -> Result<A::Event, DecodeError> {
    A::decode(&event.event_type, &event.payload)
}

fn of_account(event: &account::Event) -> Vec<AccountChange> {
    use account::Fact;
    match &event.fact {
        Fact::AccountRegistered(_) => {
            let account = &event.account;
            let from = account.customer_since;
            let region = account.region.as_deref().and_then(Region::parse);
            vec![
                AccountChange::Above { from, above: account.parent_account_id },
                AccountChange::Segments { from, segments: account.segments.iter().collect() },
                AccountChange::Language { from, language: account.language },
                AccountChange::Region { from, region },
            ]
        }
        Fact::AccountChanged(fact) => {
            let from = fact.effective_from;
            let segments = fact.segments.map(|segments| segments.iter().collect());
            let segments = segments.map(|segments| AccountChange::Segments { from, segments });
            let language = fact.language.map(Some).map(|language| AccountChange::Language { from, language });
            let region = fact.address.as_ref().map(region_of);
            let region = region.map(|region| AccountChange::Region { from, region });
            [segments, language, region].into_iter().flatten().collect()
        }
        Fact::AccountMoved(fact) => {
            vec![AccountChange::Above { from: fact.effective_from, above: fact.parent_account_id }]
        }
        Fact::AccountClosed(fact) => vec![AccountChange::Closed { at: fact.closed_at }],
        // Of what a customer was told, and of gaps, nobody asks who is called.
        Fact::PlannedChangeTookEffect(_)
        | Fact::ManagerGapOpened(_)
        | Fact::ManagerGapOverdue(_)
        | Fact::ManagerGapClosed(_)
        | Fact::ManagerChangeTold(_)
        | Fact::ManagerChangeNotTold(_)
        | Fact::ContactPointTold(_) => Vec::new(),
        Fact::ManagerAssigned(fact) => vec![AccountChange::Assigned(of_assignment(&fact.assignment))],
        Fact::ManagerAssignmentEnded(fact) => {
            let Assignment { assignment_id: id, effective_until, .. } = fact.assignment;
            effective_until.map(|until| AccountChange::AssignmentEnded { id, until }).into_iter().collect()
        }
        Fact::ManagerCoverBegan(fact) => vec![AccountChange::Covered(of_cover(&fact.cover))],
        Fact::ManagerCoverEnded(fact) => {
            let Cover { cover_id: id, effective_until, .. } = fact.cover;
            effective_until.map(|until| AccountChange::CoverEnded { id, until }).into_iter().collect()
        }
    }
}

fn region_of(address: &Address) -> Option<Region> {
    address.territory().and_then(|territory| Region::parse(territory.region))
}

fn of_assignment(assignment: &Assignment) -> Assigned {
    Assigned {
        id: assignment.assignment_id,
        staff: assignment.staff_id,
        period: Period { from: assignment.effective_from, until: assignment.effective_until },
    }
}

fn of_cover(cover: &Cover) -> Covered {
    Covered {
        id: cover.cover_id,
        manager: cover.staff_id,
        staff: cover.cover_staff_id,
        cause: cover.cause,
        period: Period { from: cover.effective_from, until: cover.effective_until },
    }
}

fn of_person(event: &person::Event) -> PersonNow {
    let person = &event.person;
    let numbers = person.numbers.iter().filter_map(Personal::known);
    PersonNow {
        account: event.account_id,
        roles: person.roles.iter().collect(),
        language: person.language,
        numbers: numbers.filter_map(|number| Number::parse(number.as_str())).collect(),
        left_at: person.left_at,
    }
}

fn of_staff(event: &staff::Event) -> Staff {
    let staff::Snapshot { profile, trainings, absences, leaves_at, deputy_staff_id, .. } =
        &event.staff_member;
    let trainings = trainings.iter().filter(|training| training.code.as_str() == Code::ACCOUNT_MANAGER);
    let skills = profile.skills.iter();
    Staff {
        id: event.staff_id,
        name: profile.name.known().map(String::as_str).unwrap_or_default().into(),
        number: known_text(profile.number.as_ref(), E164::as_str),
        email: known_text(profile.email.as_ref(), MailAddress::as_str),
        desk: profile.desk_id,
        trained: trainings
            .map(|training| Period { from: training.passed_at, until: Some(training.valid_until) })
            .collect(),
        absences: absences
            .iter()
            .map(|absence| Away {
                period: Period { from: absence.from, until: Some(absence.until) },
                cover: absence.cover_staff_id,
            })
            .collect(),
        leaves_at: *leaves_at,
        deputy: *deputy_staff_id,
        skills: skills
            .filter_map(|skill| Some((Skill::named(skill.code.as_str())?, skill.valid_until)))
            .collect(),
    }
}

fn known_text<T>(personal: Option<&Personal<T>>, text: impl Fn(&T) -> &str) -> Option<Box<str>> {
    personal.and_then(Personal::known).map(|value| text(value).into())
}

fn of_desk(event: desk::Event) -> DeskNow {
    let desk::Snapshot { particulars: desk, closed_at } = event.desk;
    DeskNow {
        name: desk.name.into(),
        purpose: desk.purpose,
        segments: desk.segments.into_iter().collect(),
        businesses_only: desk.businesses_only,
        skills: desk.skills.iter().filter_map(|code| Skill::named(code.as_str())).collect(),
        languages: desk.languages.into_iter().collect(),
        regions: desk.regions.iter().filter_map(|code| Region::parse(code)).collect(),
        countries: desk.countries.into(),
        hours: desk.hours,
        overflow: desk.overflow_desk_id,
        rank: desk.rank,
        closed_at,
    }
}

/// The version that the event is about, and the one before it, whose end it may have set.
fn of_point(event: &contact_point::Event) -> Vec<PointNow> {
    use contact_point::Fact;
    match &event.fact {
        Fact::VersionPublished(fact) => fact.replaces.iter().chain([&fact.version]).map(of_version).collect(),
        Fact::RetirementRecorded(fact) => vec![of_version(&fact.version)],
        Fact::ChangeNoticeDue(_) | Fact::VersionTookEffect(_) | Fact::ContactPointEnded(_) => Vec::new(),
    }
}

fn of_version(version: &Version) -> PointNow {
    let content = &version.content;
    let from_abroad = content.reach.phone().and_then(contact_point::Phone::from_abroad_number);
    PointNow {
        number: version.point_version,
        valid: Period { from: version.valid_from, until: version.valid_until },
        desk: content.desk_id,
        channel: content.reach.channel(),
        address: content.reach.address().into(),
        from_abroad: from_abroad.map(|number| number.as_str().into()),
        segments: content.segments.iter().copied().collect::<Set<_>>(),
        for_end_users: content.for_end_users,
        announced: content.announced_hours.clone(),
    }
}
