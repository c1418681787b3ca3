//! A seeded operator of any size, as the events of its log, in the one place where it can be replaced.
//!
//! Large accounts are groups with companies and sites; the others are companies, some with sites. Twenty people an account:
//! one of them manages it, half of the accounts have a switchboard that all of its people call from as well. Every account
//! at the top has a manager, some of whom are away, or gone, or untrained.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Calendar, Channel as Door, Hours, Personal, Timestamp, Zone};
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Aggregate, Checkpoint, EncodedEvent, Hash, ReadError, RecordedEvent};
use vigie_proto::routing as wire;
use vigie_routing::domain::account::{self, Account, Assignment, Level, StaffContact, Why};
use vigie_routing::domain::contact_point::{self, ContactPoint, Phone, Reach, Tariff, TariffClass};
use vigie_routing::domain::desk::{self, Desk, Particulars, Purpose};
use vigie_routing::domain::person::{self, Person, PersonRole, PersonRoles};
use vigie_routing::domain::staff::{self, Absence, Profile, StaffMember, Training};
use vigie_routing::domain::{Code, E164, Language, Segment, Segments, Siren};

/// Staff members who have accounts.
const MANAGERS: u64 = 1_200;

/// Teams: of each purpose one for each région, and one for all.
const REGIONS: [&str; 13] = ["11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"];

/// Accounts to a large account: the group, four companies, and five sites.
const LARGE_FAMILY: u64 = 10;

/// An operator: how large, and by which seed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Operator {
    seed: u64,
    accounts: u64,
    people: u64,
}

impl Operator {
    /// As large as the goals are for; a tenth of it in a debug build, whose numbers say nothing.
    pub const fn whole() -> Self {
        let share = if cfg!(debug_assertions) { 10 } else { 1 };
        Self { seed: 20_261_123, accounts: 50_000 / share, people: 1_000_000 / share }
    }

    /// Its log.
    pub fn feed(self) -> Log {
        Log(Arc::new(self))
    }

    /// The `number`th contact: mostly people by their phone, some by id, some from phones that nobody knows.
    pub fn a_request(&self, number: u64) -> wire::RouteContactRequest {
        use wire::route_contact_request::Caller;
        let mut dice = Dice::new(self.seed, 0xca11, number);
        let person = dice.below(self.people);
        let caller = match dice.below(10) {
            0 => Caller::Number(format!("+337{:08}", dice.below(100_000_000))),
            1 => Caller::PersonId(id(Kind::Person, person).to_string()),
            2 => Caller::AccountId(id(Kind::Account, person % self.accounts).to_string()),
            3 => Caller::Number(self.switchboard(person % self.accounts)),
            _ => Caller::Number(mobile(person)),
        };
        let subjects = [
            wire::Subject::Commercial,
            wire::Subject::Administrative,
            wire::Subject::Technical,
            wire::Subject::LossOrTheft,
            wire::Subject::International,
        ];
        let subject = subjects.get(dice.below(5) as usize).copied().unwrap_or(wire::Subject::Commercial);
        wire::RouteContactRequest {
            caller: Some(caller),
            channel: wire::ContactChannel::Phone.into(),
            subject: subject.into(),
            ..Default::default()
        }
    }

    /// Events in all.
    const fn events(&self) -> u64 {
        self.desks() * 2 + MANAGERS * 2 + self.accounts * 2 + self.people
    }

    const fn desks(&self) -> u64 {
        Purpose::ALL.len() as u64 * (REGIONS.len() as u64 + 2)
    }

    /// The event at a position; none where the log ends, or where an account has no assignment of its own.
    fn event(&self, position: i64) -> Result<Option<(Uuid, i64, EncodedEvent)>, serde_json::Error> {
        let Some(mut place) = u64::try_from(position - 1).ok().filter(|place| *place < self.events()) else {
            return Ok(None);
        };
        let kinds = [self.desks() * 2, MANAGERS * 2, self.accounts * 2, self.people];
        let mut kind = 0;
        for count in kinds {
            if place < count {
                break;
            }
            place -= count;
            kind += 1;
        }
        let (number, version) = (place / 2, (place % 2) as i64 + 1);
        Ok(Some(match kind {
            0 if version == 1 => (id(Kind::Desk, number), 1, Desk::encode(&self.desk(number))?),
            0 => (id(Kind::Point, number), 1, ContactPoint::encode(&self.point(number))?),
            1 => (id(Kind::Staff, number), version, StaffMember::encode(&self.staff(number, version == 2))?),
            2 => (id(Kind::Account, number), version, Account::encode(&self.account(number, version == 2))?),
            _ => (id(Kind::Person, place), 1, Person::encode(&self.person(place))?),
        }))
    }

    /// For each purpose: a team for each région, one for all, and one for large accounts.
    fn desk(&self, number: u64) -> desk::Event {
        let purpose =
            Purpose::ALL.get(number as usize % Purpose::ALL.len()).copied().unwrap_or(Purpose::Sales);
        let of_purpose = number / Purpose::ALL.len() as u64;
        let region = REGIONS.get(of_purpose as usize).copied();
        let is_large = of_purpose == REGIONS.len() as u64;
        let is_open = purpose == Purpose::EndUser || purpose == Purpose::Technical;
        let segments = if is_large {
            vec![Segment::LargeAccount]
        } else if region.is_some() {
            vec![Segment::SmeFleet, Segment::BusinessFixed]
        } else {
            Vec::new()
        };
        let skills = ["sme-fleet", "business-fixed", "technical", "loss-theft"]
            .iter()
            .take(2 + 2 * usize::from(is_open));
        desk::Event {
            desk_id: id(Kind::Desk, number),
            external_identifiers: Vec::new(),
            fact: desk::Fact::DeskRegistered(desk::DeskRegistered { actor: ACTOR.to_owned() }),
            desk: desk::Snapshot {
                particulars: Particulars {
                    name: format!("{} {number}", purpose.as_str()),
                    purpose,
                    segments,
                    businesses_only: purpose != Purpose::EndUser,
                    skills: skills.filter_map(|code| Code::parse(code).ok()).collect(),
                    languages: vec![Language::French, Language::English],
                    regions: region.map(str::to_owned).into_iter().collect(),
                    countries: Vec::new(),
                    hours: if is_open { Hours::always() } else { office() },
                    overflow_desk_id: None,
                    rank: 1,
                },
                closed_at: None,
            },
        }
    }

    fn point(&self, number: u64) -> contact_point::Event {
        let content = contact_point::Content {
            desk_id: id(Kind::Desk, number),
            reach: phone(number),
            segments: Vec::new(),
            for_end_users: false,
            announced_hours: None,
        };
        let version =
            contact_point::Version { point_version: 1, content, valid_from: long_ago(), valid_until: None };
        contact_point::Event {
            contact_point_id: id(Kind::Point, number),
            fact: contact_point::Fact::VersionPublished(contact_point::VersionPublished {
                actor: ACTOR.to_owned(),
                version,
                replaces: None,
            }),
            contact_point: contact_point::Snapshot { versions: Vec::new() },
        }
    }

    fn staff(&self, number: u64, is_trained: bool) -> staff::Event {
        let staff_id = id(Kind::Staff, number);
        let mut dice = Dice::new(self.seed, 0x57af, number);
        // One in fifty is away, one in a hundred gone, one in fifty out of training.
        let away = (dice.below(50) == 0).then(|| Absence {
            absence_id: id(Kind::Absence, number),
            from: long_ago(),
            until: far_ahead(),
            cover_staff_id: Some(id(Kind::Staff, (number + 1) % MANAGERS)),
        });
        let leaves_at = (dice.below(100) == 0).then(long_ago);
        let valid_until = if dice.below(50) == 0 { long_ago() } else { far_ahead() };
        let training = Training {
            training_id: id(Kind::Training, number),
            code: Code::account_manager(),
            passed_at: Timestamp::from_micros(0),
            valid_until,
        };
        let actor = ACTOR.to_owned();
        let fact = if is_trained {
            staff::Fact::TrainingRecorded(staff::TrainingRecorded { actor, training: training.clone() })
        } else {
            staff::Fact::StaffRegistered(staff::StaffRegistered { actor })
        };
        staff::Event {
            staff_id,
            external_identifiers: Vec::new(),
            fact,
            staff_member: staff::Snapshot {
                profile: Profile {
                    user_id: Some(format!("staff-{number}")),
                    name: Personal::new(staff_id, format!("Camille Exemple {number}")),
                    is_account_manager: true,
                    skills: Vec::new(),
                    languages: vec![Language::French],
                    regions: Vec::new(),
                    email: None,
                    number: E164::parse(&format!("+331{number:08}"))
                        .ok()
                        .map(|number| Personal::new(staff_id, number)),
                    desk_id: Some(id(
                        Kind::Desk,
                        (number % (REGIONS.len() as u64)) * Purpose::ALL.len() as u64,
                    )),
                },
                trainings: is_trained.then_some(training).into_iter().collect(),
                training_valid_until: is_trained.then_some(valid_until),
                absences: away.into_iter().collect(),
                leaves_at,
                deputy_staff_id: leaves_at.map(|_| id(Kind::Staff, (number + 2) % MANAGERS)),
                has_left: leaves_at.is_some(),
            },
        }
    }

    fn account(&self, number: u64, is_assignment: bool) -> account::Event {
        let place = number % LARGE_FAMILY;
        // The first tenth of all accounts are the families of large ones.
        let is_large = number < self.accounts / 10;
        let (level, above) = match (is_large, place) {
            (true, 0) => (Level::Group, None),
            (true, 1..=4) => (Level::Company, Some(number - place)),
            (true, _) => (Level::Site, Some(number - place + 1)),
            (false, 0..=7) => (Level::Company, None),
            (false, _) => (Level::Site, Some(number - place)),
        };
        let mut dice = Dice::new(self.seed, 0xacc0, number);
        let segments: &[Segment] = match (above, is_large, dice.below(10)) {
            (Some(_), ..) => &[],
            (None, true, _) => &[Segment::LargeAccount],
            (None, false, 0..=6) => &[Segment::SmeFleet],
            (None, false, 7..=8) => &[Segment::BusinessFixed],
            (None, false, _) => &[Segment::SmeFleet, Segment::BusinessFixed],
        };
        let account_id = id(Kind::Account, number);
        let staff_id = id(Kind::Staff, dice.below(MANAGERS));
        let region = REGIONS.get(dice.below(REGIONS.len() as u64) as usize).copied().unwrap_or("11");
        let why = Why { act_id: account_id, actor: ACTOR.to_owned(), channel: Door::Api };
        let assignment = Assignment {
            assignment_id: id(Kind::Assignment, number),
            staff_id,
            effective_from: long_ago(),
            effective_until: None,
            training_valid_until: far_ahead(),
        };
        let manager = (is_assignment && above.is_none()).then_some(assignment);
        let fact = match (&manager, is_assignment) {
            (Some(assignment), _) => account::Fact::ManagerAssigned(account::ManagerAssigned {
                why,
                assignment: assignment.clone(),
                manager: StaffContact {
                    staff_id,
                    name: Personal::new(staff_id, "Camille Exemple".to_owned()),
                    email: None,
                    number: None,
                },
                replaces_assignment_id: None,
                tell_by: None,
            }),
            (None, true) => account::Fact::PlannedChangeTookEffect(account::PlannedChangeTookEffect {
                took_effect_at: long_ago(),
            }),
            (None, false) => account::Fact::AccountRegistered(account::AccountRegistered { why }),
        };
        account::Event {
            account_id,
            external_identifiers: Vec::new(),
            fact,
            account: account::Snapshot {
                as_of: long_ago(),
                level,
                parent_account_id: above.map(|above| id(Kind::Account, above)),
                name: format!("Exemple {number} SAS"),
                siren: None::<Siren>,
                siret: None,
                segments: Segments::of(segments).unwrap_or_default(),
                language: None,
                address: None,
                departement: None,
                region: Some(region.to_owned()),
                time_zone: None,
                countries: Vec::new(),
                customer_since: long_ago(),
                closed_at: None,
                manager,
                cover: None,
                gap: None,
                next_change_at: None,
            },
        }
    }

    fn person(&self, number: u64) -> person::Event {
        let person_id = id(Kind::Person, number);
        let account = number % self.accounts;
        let mut dice = Dice::new(self.seed, 0x9e75, number);
        let is_manager = number / self.accounts == 0;
        let role = if is_manager { PersonRole::FleetManager } else { PersonRole::EndUser };
        let mut numbers = vec![mobile(number)];
        if account.is_multiple_of(2) {
            numbers.push(self.switchboard(account));
        }
        let numbers = numbers.iter().filter_map(|number| E164::parse(number).ok());
        person::Event {
            account_id: id(Kind::Account, account),
            person_id,
            fact: person::Fact::PersonRegistered(person::PersonRegistered {
                act_id: person_id,
                actor: ACTOR.to_owned(),
                channel: Door::Api,
            }),
            person: person::Snapshot {
                user_id: Some(format!("user-{number}")),
                given_name: Some(Personal::new(person_id, "Marie".to_owned())),
                family_name: Personal::new(person_id, format!("Exemple {number}")),
                roles: PersonRoles::of(&[role]),
                language: (dice.below(20) == 0).then_some(Language::English),
                email: None,
                numbers: numbers.map(|number| Personal::new(person_id, number)).collect(),
                external_identifiers: Vec::new(),
                left_at: (dice.below(50) == 0).then(long_ago),
            },
        }
    }

    fn switchboard(&self, account: u64) -> String {
        format!("+334{account:08}")
    }
}

const ACTOR: &str = "import";

fn mobile(person: u64) -> String {
    format!("+336{person:08}")
}

fn long_ago() -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000)
}

fn far_ahead() -> Timestamp {
    Timestamp::from_micros(4_000_000_000_000_000)
}

fn office() -> Hours {
    let holidays = Calendar::built_in(Zone::Metropole).reference();
    let week = r#"{"time_zone":"Europe/Paris","week":{"mon":["08:00-20:00"],"tue":["08:00-20:00"],"wed":["08:00-20:00"],
        "thu":["08:00-20:00"],"fri":["08:00-20:00"]}}"#;
    let hours: Result<Hours, _> = serde_json::from_str(week);
    let hours = hours.unwrap_or_else(|_| Hours::always());
    hours.with_holidays(holidays, vigie_clock::HolidayRule::Closed).unwrap_or(hours)
}

fn phone(number: u64) -> Reach {
    let tariff = Tariff::new(TariffClass::Normal, "Prix d'un appel").ok();
    let parts = E164::parse(&format!("+339{number:08}")).ok().zip(tariff);
    let phone = parts.and_then(|(number, tariff)| Phone::new(number, None, None, tariff).ok());
    phone.map_or_else(|| Reach::Post { address: "Exemple".to_owned() }, Reach::Phone)
}

/// What an id is of.
#[derive(Clone, Copy)]
enum Kind {
    Account = 1,
    Person,
    Staff,
    Desk,
    Point,
    Assignment,
    Absence,
    Training,
}

fn id(kind: Kind, number: u64) -> Uuid {
    uuid::Builder::from_u128((kind as u128) << 64 | u128::from(number))
        .with_version(uuid::Version::SortRand)
        .into_uuid()
}

/// Numbers that look drawn and are the same in every process (SplitMix64).
struct Dice(u64);

impl Dice {
    const fn new(seed: u64, purpose: u64, number: u64) -> Self {
        Self(seed ^ purpose.rotate_left(32) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// The operator's log: events are made as they are read.
pub struct Log(Arc<Operator>);

impl Log {
    /// Where it ends.
    pub fn head(&self) -> i64 {
        i64::try_from(self.0.events()).unwrap_or(i64::MAX)
    }
}

#[async_trait]
impl Feed for Log {
    fn log(&self) -> &str {
        "routing"
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        Ok(Box::new(Reader { operator: self.0.clone(), after: checkpoint }))
    }

    async fn read_stream(&self, _: Uuid, _: i64, _: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        Ok(Vec::new())
    }
}

struct Reader {
    operator: Arc<Operator>,
    after: Checkpoint,
}

#[async_trait]
impl Source for Reader {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        let mut events = Vec::with_capacity(max);
        for position in (self.after.position + 1..).take(max) {
            let event =
                self.operator.event(position).map_err(|error| ReadError::Unreachable(Box::new(error)))?;
            let Some((stream_id, stream_version, encoded)) = event else { break };
            events.push(recorded(position, stream_id, stream_version, encoded));
        }
        let Some(last) = events.last() else { return std::future::pending().await };
        self.after = last.checkpoint();
        Ok(Batch { events, resume: self.after })
    }
}

fn recorded(position: i64, stream_id: Uuid, stream_version: i64, encoded: EncodedEvent) -> RecordedEvent {
    RecordedEvent {
        position,
        event_id: stream_id,
        shard: 0,
        incarnation: 1,
        stream_id,
        stream_version,
        event_type: encoded.event_type.to_owned(),
        account_id: encoded.account_id,
        recorded_at: long_ago(),
        occurred_at: long_ago(),
        actor: ACTOR.to_owned(),
        on_behalf_of: None,
        channel: Door::Api.as_str().to_owned(),
        request_id: None,
        act_id: encoded.act_id,
        traceparent: None,
        payload: encoded.payload,
        hash: Hash::default(),
    }
}

#[cfg(test)]
mod tests {
    use vigie_clock::{Almanac, SystemClock};
    use vigie_routing::base::{Live, State};

    use super::*;

    #[tokio::test]
    async fn a_base_loads_from_its_events() {
        let operator = Operator { seed: 7, accounts: 200, people: 4_000 };
        let feed = operator.feed();
        let head = feed.head();
        let base = Live::new(Arc::new(feed), Arc::new(SystemClock), Almanac::built_in());
        let running = base.clone();
        let loading = tokio::spawn(async move { running.run(head).await });
        let mut states = base.states();
        let state = states.wait_for(|state| *state != State::Loading).await.unwrap().clone();
        assert_eq!(state, State::Following);
        let size = base.size();
        assert_eq!((size.accounts, size.people), (200, 4_000));
        assert_eq!((size.staff, size.desks, size.points), (1_200, 75, 75));
        loading.abort();
    }
}
