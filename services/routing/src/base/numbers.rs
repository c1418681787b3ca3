//! From a number to the people who call from it. Nearly all numbers are one person's; those of switchboards are many's.

use uuid::Uuid;

use super::index::Index;
use super::person::Record;
use super::slab::Slab;

/// Set in what is filed for a number that several people share.
const SHARED: u32 = 1 << 31;

/// People that the index can tell apart: what is filed for one is their place, and which of their numbers it is.
pub(super) const PEOPLE_MAX: usize = 1 << 29;

/// People by number.
#[derive(Debug)]
pub(super) struct Numbers {
    index: Index,
    shared: Vec<Shared>,
    /// Places in `shared` that are free again.
    free: Vec<u32>,
}

/// A number and everybody who shares it, by id.
#[derive(Debug)]
struct Shared {
    digits: u64,
    people: Vec<u32>,
}

/// Who calls from a number.
pub(super) enum Callers<'a> {
    Nobody,
    One(u32),
    Several(&'a [u32]),
}

impl Numbers {
    pub(super) fn new() -> Self {
        Self { index: Index::new(), shared: Vec::new(), free: Vec::new() }
    }

    /// Who calls from that number.
    pub(super) fn callers(&self, people: &Slab<Record>, digits: u64) -> Callers<'_> {
        let Some(filed) = self.find(people, digits) else { return Callers::Nobody };
        if filed & SHARED == 0 {
            return Callers::One(filed >> 2);
        }
        self.shared.get(place_of(filed)).map_or(Callers::Nobody, |shared| Callers::Several(&shared.people))
    }

    /// Files a person under all of their numbers.
    pub(super) fn add(&mut self, people: &Slab<Record>, person: u32) {
        let Some(record) = people.get(person as usize) else { return };
        for (place, digits) in record.numbers() {
            self.add_number(people, person, place, digits);
        }
    }

    fn add_number(&mut self, people: &Slab<Record>, person: u32, place: u32, digits: u64) {
        let one = person << 2 | place;
        match self.find(people, digits) {
            None => {
                let shared = &self.shared;
                self.index.insert(&digits, one, |filed| digits_of(people, shared, filed).unwrap_or_default());
            }
            Some(filed) if filed & SHARED == 0 => {
                let mut sharing = vec![filed >> 2, person];
                sharing.sort_by_key(|person| id_of(people, *person));
                let shared = self.share(Shared { digits, people: sharing });
                self.index.replace(&digits, |found| found == filed, shared);
            }
            Some(filed) => {
                if let Some(shared) = self.shared.get_mut(place_of(filed)) {
                    let id = id_of(people, person);
                    let place = shared.people.partition_point(|other| id_of(people, *other) < id);
                    shared.people.insert(place, person);
                }
            }
        }
    }

    /// The form in which a shared number is filed.
    fn share(&mut self, shared: Shared) -> u32 {
        let place = match self.free.pop() {
            Some(place) => {
                if let Some(free) = self.shared.get_mut(place as usize) {
                    *free = shared;
                }
                place
            }
            None => {
                self.shared.push(shared);
                u32::try_from(self.shared.len() - 1).unwrap_or_default()
            }
        };
        place | SHARED
    }

    /// Takes a person out from under all of their numbers: before these change.
    pub(super) fn remove(&mut self, people: &Slab<Record>, person: u32) {
        let Some(record) = people.get(person as usize) else { return };
        for (_, digits) in record.numbers() {
            let Some(filed) = self.find(people, digits) else { continue };
            if filed & SHARED == 0 {
                self.index.remove(&digits, |found| found == filed);
                continue;
            }
            let place = place_of(filed);
            let Some(shared) = self.shared.get_mut(place) else { continue };
            shared.people.retain(|other| *other != person);
            if shared.people.is_empty() {
                self.index.remove(&digits, |found| found == filed);
                self.free.push(filed & !SHARED);
            }
        }
    }

    fn find(&self, people: &Slab<Record>, digits: u64) -> Option<u32> {
        self.index.find(&digits, |filed| digits_of(people, &self.shared, filed) == Some(digits))
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        let lists: usize = self.shared.iter().map(|shared| shared.people.capacity() * size_of::<u32>()).sum();
        self.index.bytes()
            + lists
            + self.shared.capacity() * size_of::<Shared>()
            + self.free.capacity() * size_of::<u32>()
    }
}

const fn place_of(filed: u32) -> usize {
    (filed & !SHARED) as usize
}

/// The number under which something is filed.
fn digits_of(people: &Slab<Record>, shared: &[Shared], filed: u32) -> Option<u64> {
    if filed & SHARED == 0 {
        people.get((filed >> 2) as usize)?.number_at(filed & 3)
    } else {
        shared.get(place_of(filed)).map(|shared| shared.digits)
    }
}

fn id_of(people: &Slab<Record>, person: u32) -> Option<Uuid> {
    people.get(person as usize).map(|record| record.id)
}
