//! What becomes due with time alone.

use vigie_clock::Timestamp;

use super::event::{ContactPointEnded, Fact, VersionTookEffect};
use super::point::{ContactPoint, Published};
use crate::domain::ALL_KNOWN;

/// When the contact point next wants to be woken.
pub fn next_due(state: &Option<ContactPoint>) -> Option<Timestamp> {
    state.as_ref()?.entries().map(|entry| entry.due).min()
}

/// Something that becomes due; it is due no more once its fact is on record.
#[derive(Clone, Copy)]
struct Entry<'a> {
    due: Timestamp,
    what: What,
    version: &'a Published,
}

#[derive(Clone, Copy)]
enum What {
    Begin,
    End,
}

impl ContactPoint {
    /// The first of what is due at `present`, as a fact.
    pub(super) fn due_at(&self, present: Timestamp) -> Option<Fact> {
        let due = self.entries().filter(|entry| entry.due <= present);
        let Entry { what, version, .. } = due.min_by_key(|entry| entry.due)?;
        let shown = self.shown(version, ALL_KNOWN);
        Some(match what {
            What::Begin => {
                let replaced = version.point_version.checked_sub(1).and_then(|before| self.numbered(before));
                Fact::VersionTookEffect(VersionTookEffect { version: shown, replaced })
            }
            What::End => Fact::ContactPointEnded(ContactPointEnded { version: shown }),
        })
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let begins = self.versions.iter().filter(|version| !version.took_effect);
        let begins = begins.map(|version| Entry { due: version.valid_from, what: What::Begin, version });
        begins.chain(self.versions.iter().filter_map(|version| self.end_entry(version)))
    }

    /// A version that another one follows at once just gives way.
    fn end_entry<'a>(&self, version: &'a Published) -> Option<Entry<'a>> {
        let due = self.end(version, ALL_KNOWN).filter(|_| !version.ended)?;
        let gives_way = self.versions.iter().any(|next| next.valid_from == due);
        (!gives_way).then_some(Entry { due, what: What::End, version })
    }
}
