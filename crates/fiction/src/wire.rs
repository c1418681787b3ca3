//! The base as messages of `vigie.routing.v1.BaseService`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use prost_types::Timestamp;
use vigie_proto::routing as wire;
use vigie_proto::routing::import_base_row::Entry;

use crate::{Account, ContactPoint, Desk, Hours, Operator, Person, Staff, Table};

impl Operator {
    /// The rows of a file, as `ImportBase` takes them.
    pub fn rows(self, table: Table) -> Box<dyn Iterator<Item = wire::ImportBaseRow> + Send> {
        match table {
            Table::Desks => numbered(self.desks().map(|it| Entry::Desk(desk(it)))),
            Table::ContactPoints => {
                numbered(self.contact_points().map(contact_point).map(Entry::ContactPoint))
            }
            Table::Staff => numbered(self.staff().map(staff).map(Entry::Staff)),
            Table::Trainings => numbered(self.trainings().map(|it| {
                let training = wire::Training {
                    code: it.code.to_owned(),
                    passed_at: midnight(it.passed_on),
                    valid_until: midnight(it.valid_until),
                    ..Default::default()
                };
                Entry::Training(wire::TrainingRow {
                    staff_key: it.staff_key,
                    training: Some(training),
                    ..Default::default()
                })
            })),
            Table::Absences => numbered(self.absences().map(|it| {
                let absence = wire::Absence {
                    from: midnight(it.from),
                    until: midnight(it.until),
                    ..Default::default()
                };
                Entry::Absence(wire::AbsenceRow {
                    staff_key: it.staff_key,
                    cover_key: it.cover_key.unwrap_or_default(),
                    absence: Some(absence),
                    ..Default::default()
                })
            })),
            Table::Leavings => numbered(self.leavings().map(|it| {
                Entry::Leaving(wire::LeavingRow {
                    staff_key: it.staff_key,
                    leaves_at: midnight(it.leaves_on),
                    deputy_key: it.deputy_key.unwrap_or_default(),
                    ..Default::default()
                })
            })),
            Table::Accounts => numbered(self.accounts().map(account).map(Entry::Account)),
            Table::People => numbered(self.people().map(person).map(Entry::Person)),
            Table::Assignments => numbered(self.assignments().map(|it| {
                Entry::Assignment(wire::AssignmentRow {
                    account_key: it.account_key,
                    manager_key: it.manager_key,
                    effective_from: midnight(it.from),
                    effective_until: it.until.and_then(midnight),
                    ..Default::default()
                })
            })),
        }
    }
}

impl Table {
    /// What its rows are.
    pub const fn base_kind(self) -> wire::BaseKind {
        match self {
            Self::Desks => wire::BaseKind::Desks,
            Self::ContactPoints => wire::BaseKind::ContactPoints,
            Self::Staff => wire::BaseKind::Staff,
            Self::Trainings => wire::BaseKind::Trainings,
            Self::Absences => wire::BaseKind::Absences,
            Self::Leavings => wire::BaseKind::Leavings,
            Self::Accounts => wire::BaseKind::Accounts,
            Self::People => wire::BaseKind::People,
            Self::Assignments => wire::BaseKind::Assignments,
        }
    }
}

fn numbered(
    entries: impl Iterator<Item = Entry> + Send + 'static,
) -> Box<dyn Iterator<Item = wire::ImportBaseRow> + Send> {
    Box::new((1..).zip(entries).map(|(row, entry)| wire::ImportBaseRow { row, entry: Some(entry) }))
}

fn account(it: Account) -> wire::AccountRow {
    let address = it.address.map(|address| wire::Address {
        lines: vec![address.line],
        postal_code: address.postal_code.to_owned(),
        town: address.town.to_owned(),
        country: String::new(),
        commune: address.commune.to_owned(),
    });
    let entry = wire::AccountEntry {
        level: number("ACCOUNT_LEVEL", it.level, wire::AccountLevel::from_str_name),
        name: it.name,
        siren: it.siren.unwrap_or_default(),
        siret: it.siret.unwrap_or_default(),
        segments: segments(it.segments),
        language: it.language.map_or(0, language),
        address,
        countries: it.countries.iter().map(|country| (*country).to_owned()).collect(),
        customer_since: midnight(it.customer_since),
        ..Default::default()
    };
    wire::AccountRow { key: it.key, parent_key: it.parent_key.unwrap_or_default(), account: Some(entry) }
}

fn person(it: Person) -> wire::PersonRow {
    let role = |role: &&str| number("PERSON_ROLE", role, wire::PersonRole::from_str_name);
    let person = wire::Person {
        user_id: it.user_id,
        given_name: it.given_name.to_owned(),
        family_name: it.family_name,
        roles: it.roles.iter().map(role).collect(),
        language: it.language.map_or(0, language),
        email: it.email,
        numbers: it.numbers,
        ..Default::default()
    };
    wire::PersonRow { key: it.key, account_key: it.account_key, person: Some(person) }
}

fn staff(it: Staff) -> wire::StaffRow {
    let skills = it.skills.iter().map(|skill| wire::Skill {
        code: skill.code.to_owned(),
        valid_until: skill.valid_until.and_then(midnight),
    });
    let staff = wire::Staff {
        user_id: it.user_id,
        name: it.name,
        is_account_manager: it.is_account_manager,
        skills: skills.collect(),
        languages: it.languages.into_iter().map(language).collect(),
        regions: texts(it.regions),
        email: it.email,
        number: it.telephone,
        ..Default::default()
    };
    wire::StaffRow { key: it.key, desk_key: it.desk_key.to_owned(), staff: Some(staff) }
}

fn desk(it: Desk) -> wire::DeskRow {
    let desk = wire::Desk {
        name: it.name,
        purpose: number("DESK_PURPOSE", it.purpose, wire::DeskPurpose::from_str_name),
        segments: segments(it.segments),
        businesses_only: it.businesses_only,
        skills: texts(it.skills),
        languages: it.languages.iter().map(|it| language(it)).collect(),
        regions: texts(it.regions),
        countries: texts(it.countries),
        hours: Some(hours(&it.hours)),
        rank: it.rank,
        ..Default::default()
    };
    let overflow_key = it.overflow_key.unwrap_or_default().to_owned();
    wire::DeskRow { key: it.key.to_owned(), overflow_key, desk: Some(desk) }
}

fn hours(it: &Hours) -> wire::OpeningHours {
    let windows = |windows: &str| windows.split_whitespace().map(str::to_owned).collect();
    let exception = |(day, times, why): &(Date, &str, &str)| wire::HoursException {
        date: day.to_string(),
        windows: windows(times),
        reason: (*why).to_owned(),
    };
    wire::OpeningHours {
        time_zone: it.time_zone.to_owned(),
        holiday_zone: it.holiday_zone.to_owned(),
        calendar_version: 0,
        week: it.week.iter().map(|day| wire::DayHours { windows: windows(day) }).collect(),
        holidays: (it.holidays == "closed").then(wire::DayHours::default),
        exceptions: it.exceptions.iter().map(exception).collect(),
    }
}

fn contact_point(it: ContactPoint) -> wire::ContactPointRow {
    let point = wire::ContactPoint {
        channel: number("CONTACT_CHANNEL", it.channel, wire::ContactChannel::from_str_name),
        number: it.telephone,
        short_code: it.short_code.to_owned(),
        from_abroad_number: it.from_abroad,
        address: it.address,
        tariff_class: match it.tariff_class {
            "" => 0,
            class => number("TARIFF_CLASS", class, wire::TariffClass::from_str_name),
        },
        tariff_label: it.tariff_label.to_owned(),
        segments: segments(it.segments),
        for_end_users: it.for_end_users,
        valid_from: midnight(it.valid_from),
        ..Default::default()
    };
    wire::ContactPointRow { key: it.key, desk_key: it.desk_key.to_owned(), contact_point: Some(point) }
}

fn segments(names: &[&str]) -> Vec<i32> {
    names.iter().map(|name| number("SEGMENT", name, wire::Segment::from_str_name)).collect()
}

fn language(name: &str) -> i32 {
    number("LANGUAGE", name, wire::Language::from_str_name)
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Number of a value by its name; 0, which nothing takes, for none.
fn number<E: Into<i32>>(prefix: &str, name: &str, named: fn(&str) -> Option<E>) -> i32 {
    named(&format!("{prefix}_{name}")).map_or(0, Into::into)
}

/// When a day begins in Paris.
fn midnight(day: Date) -> Option<Timestamp> {
    let paris = TimeZone::get("Europe/Paris").ok()?;
    let seconds = day.to_zoned(paris).ok()?.timestamp().as_second();
    Some(Timestamp { seconds, nanos: 0 })
}
