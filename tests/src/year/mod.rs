//! A virtual year of an operator in some seconds: every service in this process, one clock that jumps from event to event,
//! and a diary from which all that must be true at the end is reckoned by other means.
//!
//! Everything follows from the seed.

mod compare;
mod deeds;
mod diary;
mod house;
mod post;
mod reckoning;

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_clock::Timestamp;

use crate::Dice;
use deeds::Deed;
use diary::Diary;
use house::House;

/// A Monday morning.
const START: &str = "2026-01-05T06:00:00Z";

/// A year and a little more, so that years of reviews come to their end.
const DAYS: u64 = 400;

const DAY: Duration = Duration::from_hours(24);

/// Cases by characteristic and verdict.
pub type Verdicts = BTreeMap<(String, String), usize>;

/// A year on its way.
struct Year {
    house: House,
    diary: Diary,
    dice: Dice,
    /// Deeds of one instant in the order in which they were put here.
    agenda: BTreeMap<(Timestamp, usize), Deed>,
    planned: usize,
    cast: deeds::Cast,
    end: Timestamp,
}

/// Lives through the year of `seed`, and compares all that it left behind with what the diary says; answers which verdicts
/// there were.
pub async fn live(seed: u64) -> Verdicts {
    let start = Timestamp::parse(START).unwrap();
    let end = start.plus(DAY * u32::try_from(DAYS).unwrap());
    let house = House::open(seed, start).await;
    let (diary, agenda, cast) = (Diary::default(), BTreeMap::new(), deeds::Cast::default());
    let mut year = Year { house, diary, dice: Dice::new(seed), agenda, cast, planned: 0, end };
    year.open_shop().await;
    year.plan(start);
    year.pass().await;
    year.compare().await
}

impl Year {
    fn now(&self) -> Timestamp {
        self.house.now()
    }

    /// From event to event, until the end.
    async fn pass(&mut self) {
        loop {
            let due = self.house.next_due();
            let planned = self.agenda.first_key_value().map(|((at, _), _)| *at);
            let Some(next) = [due, planned].into_iter().flatten().min().filter(|next| *next <= self.end)
            else {
                break;
            };
            self.go_to(next).await;
            while let Some(deed) = self.agenda.first_entry().filter(|first| first.key().0 <= next) {
                let deed = deed.remove();
                self.carry_out(deed).await;
                self.settle().await;
            }
        }
        self.go_to(self.end).await;
    }

    async fn go_to(&mut self, instant: Timestamp) {
        self.house.clock.set(instant);
        self.settle().await;
    }

    /// Lets all come to rest that follows from what is so now, and writes it down.
    async fn settle(&mut self) {
        self.house.settle().await;
        self.diary.look(self.now());
        for mail in self.house.postman.returning() {
            self.on(self.now().plus(mail.after), Deed::MailReturns { message_id: mail.message_id });
        }
    }

    /// Puts a deed on the agenda.
    fn on(&mut self, at: Timestamp, deed: Deed) {
        self.agenda.insert((at, self.planned), deed);
        self.planned += 1;
    }
}
