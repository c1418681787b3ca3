//! The operator's own people, teams and contact points: some thousands, kept as a decision wants them.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;
use vigie_clock::{Almanac, Hours};

use super::change::{DeskNow, PointNow};
use super::error::Error;
use crate::domain::desk::Purpose;
use crate::domain::route::{ContactPoint, Desk, HeldSkills, Member as _, Opening, PointVersion, Staff};

/// Staff members, teams and contact points, of each at most.
const EACH_MAX: usize = 100_000;

/// Staff, teams and contact points.
#[derive(Debug, Default)]
pub(super) struct House {
    staff: HashMap<Uuid, Versioned<Staff>>,
    /// Who works at a team.
    staff_of: HashMap<Uuid, BTreeSet<Uuid>>,
    desks: HashMap<Uuid, Versioned<Desk>>,
    /// By place of the purpose, by id.
    desks_for: [Vec<Uuid>; Purpose::ALL.len()],
    points: HashMap<Uuid, Versioned<ContactPoint>>,
    /// Points of which some version leads to a team.
    points_of: HashMap<Uuid, BTreeSet<Uuid>>,
}

/// A record and the version of its stream.
#[derive(Debug)]
struct Versioned<T> {
    version: i64,
    record: T,
}

impl House {
    pub(super) fn staff(&self, id: Uuid) -> Option<&Staff> {
        self.staff.get(&id).map(|kept| &kept.record)
    }

    pub(super) fn desk(&self, id: Uuid) -> Option<&Desk> {
        self.desks.get(&id).map(|kept| &kept.record)
    }

    pub(super) fn desks(&self, purpose: Purpose) -> impl Iterator<Item = &Desk> {
        let ids = self.desks_for.get(usize::from(purpose.place())).map_or([].as_slice(), Vec::as_slice);
        ids.iter().filter_map(|id| self.desk(*id))
    }

    pub(super) fn points(&self, desk: Uuid) -> impl Iterator<Item = &ContactPoint> {
        let ids = self.points_of.get(&desk).into_iter().flatten();
        ids.filter_map(|id| self.points.get(id).map(|kept| &kept.record))
    }

    /// The staff member as they are now.
    pub(super) fn set_staff(&mut self, version: i64, staff: Staff) -> Result<(), Error> {
        let id = staff.id;
        let desk = staff.desk;
        let before = keep(&mut self.staff, id, version, staff, "staff members")?;
        let Some(before) = before else { return Ok(()) };
        let desk_before = before.and_then(|staff| staff.desk);
        if desk_before != desk {
            if let Some(people) = desk_before.and_then(|desk| self.staff_of.get_mut(&desk)) {
                people.remove(&id);
            }
            if let Some(desk) = desk {
                self.staff_of.entry(desk).or_default().insert(id);
            }
        }
        for desk in desk_before.into_iter().chain(desk) {
            self.weigh_skills(desk);
        }
        Ok(())
    }

    /// The team as it is now.
    pub(super) fn set_desk(
        &mut self,
        id: Uuid,
        version: i64,
        now: DeskNow,
        almanac: &Almanac,
    ) -> Result<(), Error> {
        let desk = Desk {
            id,
            name: now.name,
            purpose: now.purpose,
            segments: now.segments,
            businesses_only: now.businesses_only,
            skills: now.skills,
            held: HeldSkills::default(),
            languages: now.languages,
            regions: now.regions,
            countries: now.countries,
            opening: opening(&now.hours, almanac),
            overflow: now.overflow,
            rank: now.rank,
            closed_at: now.closed_at,
        };
        let purpose = desk.purpose;
        let Some(before) = keep(&mut self.desks, id, version, desk, "desks")? else { return Ok(()) };
        let purpose_before = before.map(|desk| desk.purpose);
        if purpose_before != Some(purpose) {
            for ids in &mut self.desks_for {
                ids.retain(|other| *other != id);
            }
            if let Some(ids) = self.desks_for.get_mut(usize::from(purpose.place())) {
                let place = ids.partition_point(|other| *other < id);
                ids.insert(place, id);
            }
        }
        self.weigh_skills(id);
        Ok(())
    }

    /// Versions of a contact point that are new or have another end than before.
    pub(super) fn set_point(
        &mut self,
        id: Uuid,
        version: i64,
        changed: Vec<PointNow>,
        almanac: &Almanac,
    ) -> Result<(), Error> {
        let known = self.points.get(&id).map_or(0, |kept| kept.version);
        if version <= known {
            return Ok(());
        }
        // Versions add up: without one of them the rest is wrong.
        if version != known + 1 {
            return Err(Error::Lost { stream_id: id, expected: known + 1, found: version });
        }
        if known == 0 && self.points.len() >= EACH_MAX {
            return Err(Error::TooMany { what: "contact points", max: EACH_MAX });
        }
        let new = || Versioned { version, record: ContactPoint { id, versions: Vec::new() } };
        let kept = self.points.entry(id).or_insert_with(new);
        kept.version = version;
        for now in changed {
            self.points_of.entry(now.desk).or_default().insert(id);
            let version = point_version(now, almanac);
            let versions = &mut kept.record.versions;
            match versions.binary_search_by_key(&version.number, |known| known.number) {
                Ok(same) => {
                    if let Some(place) = versions.get_mut(same) {
                        *place = version;
                    }
                }
                Err(place) => versions.insert(place, version),
            }
        }
        Ok(())
    }

    /// Until when the people of a team hold each skill.
    fn weigh_skills(&mut self, desk: Uuid) {
        let mut held = HeldSkills::default();
        for person in self.staff_of.get(&desk).into_iter().flatten().filter_map(|id| self.staff.get(id)) {
            let person = &person.record;
            for (skill, valid_until) in &person.skills {
                let until = [*valid_until, person.leaves_at].into_iter().flatten().min();
                held.add(*skill, until);
            }
        }
        if let Some(kept) = self.desks.get_mut(&desk) {
            kept.record.held = held;
        }
    }

    /// How many staff members, teams and contact points there are.
    pub(super) fn counts(&self) -> [usize; 3] {
        [self.staff.len(), self.desks.len(), self.points.len()]
    }

    /// All that it says, for a digest, by id. Hours are told by what they were compiled from elsewhere.
    pub(super) fn canonical(&self) -> Vec<String> {
        let staff = self.staff.values().map(|kept| format!("staff {} {:?}", kept.version, kept.record));
        let desks = self.desks.values().map(|kept| {
            let desk = &kept.record;
            format!(
                "desk {} {} {} {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {} {:?}",
                desk.id,
                kept.version,
                desk.name,
                desk.purpose,
                desk.segments,
                desk.businesses_only,
                desk.skills,
                desk.held,
                desk.languages,
                desk.regions,
                desk.countries,
                desk.overflow,
                desk.rank,
                desk.closed_at
            )
        });
        let points = self.points.values().map(|kept| {
            let versions = kept.record.versions.iter().map(|version| {
                let PointVersion { number, valid, desk, channel, address, from_abroad, segments, for_end_users, .. } = version;
                format!("{number} {valid:?} {desk} {channel:?} {address} {from_abroad:?} {segments:?} {for_end_users}")
            });
            format!("point {} {} {:?}", kept.record.id, kept.version, versions.collect::<Vec<_>>())
        });
        let mut all: Vec<_> = staff.chain(desks).chain(points).collect();
        all.sort_unstable();
        all
    }

    /// Bytes that it holds, roughly: it is small beside the customers.
    pub(super) fn bytes(&self) -> usize {
        let staff = self.staff.capacity() * size_of::<(Uuid, Versioned<Staff>)>();
        let of_staff: usize = self
            .staff
            .values()
            .map(|kept| {
                let Staff { name, number, email, trained, absences, skills, .. } = &kept.record;
                let texts = [Some(name), number.as_ref(), email.as_ref()];
                let texts: usize = texts.into_iter().flatten().map(|text| text.len()).sum();
                texts + size_of_val(&**trained) + size_of_val(&**absences) + size_of_val(&**skills)
            })
            .sum();
        let desks = self.desks.capacity() * size_of::<(Uuid, Versioned<Desk>)>();
        let points: usize = self
            .points
            .values()
            .map(|kept| kept.record.versions.capacity() * size_of::<PointVersion>() + 64)
            .sum();
        staff + of_staff + desks + points
    }
}

/// Keeps `record` unless what is kept is as new: what was there before, or `None` if nothing was done.
#[allow(clippy::option_option, reason = "nothing was there, and nothing was done, are two answers")]
fn keep<T>(
    all: &mut HashMap<Uuid, Versioned<T>>,
    id: Uuid,
    version: i64,
    record: T,
    what: &'static str,
) -> Result<Option<Option<T>>, Error> {
    match all.get(&id) {
        Some(kept) if kept.version >= version => return Ok(None),
        Some(_) => {}
        None if all.len() >= EACH_MAX => return Err(Error::TooMany { what, max: EACH_MAX }),
        None => {}
    }
    Ok(Some(all.insert(id, Versioned { version, record }).map(|kept| kept.record)))
}

fn point_version(now: PointNow, almanac: &Almanac) -> PointVersion {
    PointVersion {
        number: now.number,
        valid: now.valid,
        desk: now.desk,
        channel: now.channel,
        address: now.address,
        from_abroad: now.from_abroad,
        segments: now.segments,
        for_end_users: now.for_end_users,
        announced: now.announced.map(|hours| opening(&hours, almanac)),
    }
}

/// Hours that name a calendar which this process has not are never open: a wrong "open" would send callers to nobody.
fn opening(hours: &Hours, almanac: &Almanac) -> Opening {
    match almanac.opening(hours) {
        Ok(schedule) => Opening::of(schedule),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "opening hours cannot be told");
            Opening::unknown()
        }
    }
}
