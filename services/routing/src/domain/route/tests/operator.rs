//! A small operator, told to the base as the log would tell it.

use std::collections::HashMap;

use uuid::Uuid;
use vigie_clock::{Almanac, Hours, Timestamp, derived_id};

use crate::base::{AccountChange, Assigned, Base, Change, Covered, DeskNow, PersonNow, PointNow, What};
use crate::domain::account::CoverCause;
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::route::{
    Away, Caller, Contact, Decision, Family, Number, Period, Reason, Region, Route, Set, Sight, Skill, Staff,
    Subject, To, decide,
};
use crate::domain::{CountryCode, Language, Segment};

/// Long ago.
pub(super) const EVER: &str = "2020-01-01T00:00:00Z";
/// A Tuesday morning, in office hours everywhere in France.
pub(super) const TUESDAY: &str = "2026-11-24T09:30:00Z";
/// The night before.
pub(super) const NIGHT: &str = "2026-11-24T02:00:00Z";

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The id of whatever is called so.
pub(super) fn id(name: &str) -> Uuid {
    derived_id(Uuid::from_u128(7), name)
}

pub(super) fn office() -> Hours {
    hours(
        r#"{"mon":["09:00-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"],"thu":["09:00-18:00"],"fri":["09:00-18:00"]}"#,
    )
}

pub(super) fn hours(week: &str) -> Hours {
    let text = format!(
        r#"{{"time_zone":"Europe/Paris","week":{week},
            "holidays":{{"calendar":{{"zone":"metropole","version":1}},"rule":"closed"}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

pub(super) fn from(from: &str) -> Period {
    Period { from: at(from), until: None }
}

pub(super) fn period(from: &str, until: &str) -> Period {
    Period { from: at(from), until: Some(at(until)) }
}

/// A trained staff member without a team.
pub(super) fn staff(name: &str) -> Staff {
    Staff {
        id: id(name),
        name: name.into(),
        number: Some(format!("{name}'s number").into()),
        email: Some(format!("{name}'s mail").into()),
        desk: None,
        trained: [from(EVER)].into(),
        absences: Box::default(),
        leaves_at: None,
        deputy: None,
        skills: Box::default(),
    }
}

/// A team for everybody, in office hours, that speaks French.
pub(super) fn desk(name: &str, purpose: Purpose) -> DeskNow {
    DeskNow {
        name: name.into(),
        purpose,
        segments: Set::EMPTY,
        businesses_only: true,
        skills: Set::EMPTY,
        languages: Set::only(Language::French),
        regions: Box::default(),
        countries: Box::default(),
        hours: office(),
        overflow: None,
        rank: 0,
        closed_at: None,
    }
}

/// The first version of a number of a team.
pub(super) fn point(desk: &str, channel: Channel) -> PointNow {
    PointNow {
        number: 1,
        valid: from(EVER),
        desk: id(desk),
        channel,
        address: format!("{desk} by {}", channel.as_str()).into(),
        from_abroad: None,
        segments: Set::EMPTY,
        for_end_users: false,
        announced: None,
    }
}

pub(super) fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

pub(super) fn absent(from: &str, until: &str, cover: Option<&str>) -> Away {
    Away { period: period(from, until), cover: cover.map(id) }
}

/// A contact by phone from France, on Tuesday morning.
pub(super) fn call(caller: Caller, subject: Subject) -> Contact {
    Contact {
        caller,
        channel: Channel::Phone,
        subject,
        families: Set::EMPTY,
        language: None,
        at: at(TUESDAY),
        from: CountryCode::FRANCE,
    }
}

pub(super) fn of_person(name: &str) -> Caller {
    Caller::Person(id(name))
}

pub(super) fn of_account(name: &str) -> Caller {
    Caller::Account(id(name))
}

pub(super) fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

pub(super) fn families() -> Set<Family> {
    [Family::Mobile, Family::Fixed].into_iter().collect()
}

pub(super) struct Operator {
    pub(super) base: Base,
    versions: HashMap<Uuid, i64>,
}

impl Operator {
    pub(super) fn empty() -> Self {
        Self { base: Base::new(Almanac::built_in()), versions: HashMap::new() }
    }

    /// Teams of every kind with a phone each, managers, and a customer of each segment.
    pub(super) fn new() -> Self {
        let mut operator = Self::empty();
        let all = [Language::French, Language::English].into_iter().collect();
        let segment = Set::only;
        let sme: Set<Segment> = [Segment::SmeFleet, Segment::BusinessFixed].into_iter().collect();

        operator.desk(
            "sales-large",
            DeskNow {
                segments: segment(Segment::LargeAccount),
                overflow: Some(id("night")),
                ..desk("sales-large", Purpose::Sales)
            },
        );
        operator.desk(
            "sales-paris",
            DeskNow { segments: sme, regions: [region("11")].into(), ..desk("sales-paris", Purpose::Sales) },
        );
        operator.desk(
            "sales-anywhere",
            DeskNow { businesses_only: false, rank: 9, ..desk("sales-anywhere", Purpose::Sales) },
        );
        for (purpose, name) in [(Purpose::Administrative, "bills"), (Purpose::Technical, "repair")] {
            let of = |segments, skill: Option<Skill>| DeskNow {
                segments,
                skills: skill.into_iter().collect(),
                ..desk(name, purpose)
            };
            operator.desk(
                &format!("{name}-large"),
                DeskNow {
                    name: format!("{name}-large").into(),
                    ..of(segment(Segment::LargeAccount), Some(Skill::LargeAccount))
                },
            );
            operator.desk(
                &format!("{name}-fleet"),
                DeskNow { name: format!("{name}-fleet").into(), ..of(sme, Some(Skill::SmeFleet)) },
            );
            operator.desk(
                &format!("{name}-fixed"),
                DeskNow { name: format!("{name}-fixed").into(), ..of(sme, Some(Skill::BusinessFixed)) },
            );
        }
        operator.desk(
            "users",
            DeskNow { languages: all, businesses_only: false, ..desk("users", Purpose::EndUser) },
        );
        operator.desk(
            "abroad",
            DeskNow {
                languages: all,
                skills: segment_skill(Skill::International),
                ..desk("abroad", Purpose::International)
            },
        );
        operator.desk(
            "night",
            DeskNow {
                skills: [Skill::LossTheft, Skill::Technical].into_iter().collect(),
                hours: Hours::always(),
                businesses_only: false,
                rank: 50,
                ..desk("night", Purpose::Technical)
            },
        );

        for (name, team) in [("alice", "sales-large"), ("bob", "sales-paris"), ("carol", "sales-paris")] {
            operator.staff(Staff { desk: Some(id(team)), ..staff(name) });
        }

        operator.account("atlas", None, &[Segment::LargeAccount], None);
        operator.account("atlas-lyon", Some("atlas"), &[], Some("84"));
        operator.assign("atlas", "alice", from(EVER));
        operator.account("fleet", None, &[Segment::SmeFleet], Some("11"));
        operator.assign("fleet", "bob", from(EVER));
        operator.account("wires", None, &[Segment::BusinessFixed], Some("84"));
        operator.account("both", None, &[Segment::SmeFleet, Segment::BusinessFixed], Some("11"));

        operator.person("frida", "fleet", &[PersonRole::FleetManager], &["+33600000001"]);
        operator.person("eve", "fleet", &[PersonRole::EndUser], &["+33600000002"]);
        operator.person("lucien", "atlas-lyon", &[PersonRole::ItManager], &["+33600000003"]);
        operator.person("boris", "both", &[PersonRole::ContractManager], &["+33600000004"]);
        operator
    }

    fn tell(&mut self, stream_id: Uuid, what: What) {
        let version = self.versions.entry(stream_id).or_default();
        *version += 1;
        self.base.apply(Change { stream_id, version: *version, what }).unwrap();
    }

    /// A team and its phone.
    pub(super) fn desk(&mut self, name: &str, now: DeskNow) {
        self.desk_only(name, now);
        self.point(&format!("{name}-phone"), vec![point(name, Channel::Phone)]);
    }

    pub(super) fn desk_only(&mut self, name: &str, now: DeskNow) {
        self.tell(id(name), What::Desk(Box::new(now)));
    }

    pub(super) fn point(&mut self, name: &str, versions: Vec<PointNow>) {
        self.tell(id(name), What::Point(versions));
    }

    pub(super) fn staff(&mut self, now: Staff) {
        self.tell(now.id, What::Staff(Box::new(now)));
    }

    pub(super) fn account(
        &mut self,
        name: &str,
        above: Option<&str>,
        segments: &[Segment],
        code: Option<&str>,
    ) {
        let from = at(EVER);
        self.change_account(
            name,
            vec![
                AccountChange::Above { from, above: above.map(id) },
                AccountChange::Segments { from, segments: segments.iter().copied().collect() },
                AccountChange::Region { from, region: code.map(region) },
            ],
        );
    }

    pub(super) fn change_account(&mut self, name: &str, changes: Vec<AccountChange>) {
        self.tell(id(name), What::Account(changes));
    }

    pub(super) fn assign(&mut self, account: &str, manager: &str, period: Period) {
        let assigned = Assigned { id: id(&format!("{account}'s {manager}")), staff: id(manager), period };
        self.change_account(account, vec![AccountChange::Assigned(assigned)]);
    }

    pub(super) fn cover(
        &mut self,
        account: &str,
        manager: &str,
        staff: &str,
        cause: CoverCause,
        period: Period,
    ) {
        let covered = Covered {
            id: id(&format!("{account}'s {staff}")),
            manager: id(manager),
            staff: id(staff),
            cause,
            period,
        };
        self.change_account(account, vec![AccountChange::Covered(covered)]);
    }

    pub(super) fn person(&mut self, name: &str, account: &str, roles: &[PersonRole], numbers: &[&str]) {
        self.person_now(name, person(account, roles, numbers));
    }

    pub(super) fn person_now(&mut self, name: &str, now: PersonNow) {
        self.tell(id(name), What::Person(now));
    }

    pub(super) fn decide(&self, contact: &Contact) -> Decision<'_> {
        decide(&self.base, contact, Sight::Everything)
    }

    /// The only route, and why.
    pub(super) fn route(&self, contact: &Contact) -> (String, Vec<Reason>) {
        let decision = self.decide(contact);
        let [route] = decision.routes.as_slice() else { panic!("{decision:?}") };
        (shown(route), route.reasons.as_slice().to_vec())
    }

    pub(super) fn to(&self, contact: &Contact) -> String {
        self.route(contact).0
    }
}

pub(super) fn person(account: &str, roles: &[PersonRole], numbers: &[&str]) -> PersonNow {
    PersonNow {
        account: id(account),
        roles: roles.iter().copied().collect(),
        language: None,
        numbers: numbers.iter().map(|text| number(text)).collect(),
        left_at: None,
    }
}

fn segment_skill(skill: Skill) -> Set<Skill> {
    Set::only(skill)
}

/// `manager bob at bob's number`, `desk night at night by PHONE`, `bills closed until …, else …`, `nobody`.
pub(super) fn shown(route: &Route<'_>) -> String {
    match route.to {
        To::Manager { staff, reach } => format!("manager {} at {}", staff.name, reach.address),
        To::Cover { staff, reach } => format!("cover {} at {}", staff.name, reach.address),
        To::Desk { desk, reach } => format!("desk {} at {}", desk.name, reach.address),
        To::Closed { desk, until, alternative } => {
            let until = until.map(|until| until.to_string()).unwrap_or_default();
            format!("{} closed until {until}, else {}", desk.name, alternative.unwrap_or("nothing"))
        }
        To::Nobody => "nobody".to_owned(),
    }
}
