//! Given, when, then.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Timestamp};

use crate::domain::contact_point::*;
use crate::domain::desk::tests::hours;
use crate::domain::{E164, Segment};
use crate::story::Told;

/// A contact point's life.
pub(crate) type Story = crate::story::Story<ContactPoint>;

impl Told for ContactPoint {
    const SEED: u64 = 9;

    fn begins() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").expect("an instant")
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context { channel: Channel::Api, ..Context::system("back-office", now, act_id) }
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        assert_eq!(event.contact_point, self.snapshot(), "{} shows it after it", event.name());
    }
}

impl Story {
    /// Published, and valid at once.
    pub(crate) fn of_a_number() -> Self {
        Self::empty().given(publish(content("+33100000001"), None))
    }

    /// A version that begins in so many days.
    #[track_caller]
    pub(crate) fn publish(self, number: &str, in_days: i64) -> Self {
        let valid_from = self.day(in_days);
        self.when(publish(content(number), Some(valid_from)))
    }

    #[track_caller]
    pub(crate) fn retire(self, in_days: i64) -> Self {
        let valid_until = self.day(in_days);
        self.when(Command::Retire { valid_until })
    }

    /// Time passes, and timers come.
    pub(crate) fn after(self, pause: Duration) -> Self {
        let until = self.now().plus(pause);
        self.at(until)
    }

    /// Time passes, and no timer comes.
    pub(crate) fn without_timers(self, pause: Duration) -> Self {
        let until = self.now().plus(pause);
        self.unwoken_at(until)
    }

    pub(crate) fn point(&self) -> &ContactPoint {
        self.state.as_ref().expect("published")
    }

    /// The facts of the last command.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        self.last.as_ref().expect("accepted").events.iter().map(|event| event.fact.clone()).collect()
    }

    /// Number and address of the version valid in so many days.
    pub(crate) fn valid_in(&self, days: i64, known_at: Timestamp) -> Option<(u32, String)> {
        let version = self.point().version(self.day(days), known_at)?;
        Some((version.point_version, version.content.reach.address().to_owned()))
    }
}

pub(crate) const fn days(days: u64) -> Duration {
    Duration::from_hours(days * 24)
}

pub(crate) fn publish(content: Content, valid_from: Option<Timestamp>) -> Command {
    let contact_point_id = Uuid::from_u128(0xc011);
    Command::Publish(Box::new(Publication { contact_point_id, content, valid_from, is_desk_open: true }))
}

/// A number at the price of an ordinary call.
fn ordinary(number: &str) -> Reach {
    let tariff = Tariff::new(TariffClass::Normal, "Prix d'un appel").unwrap();
    Reach::Phone(Phone::new(E164::parse(number).unwrap(), None, None, tariff).unwrap())
}

/// A number with all that a number may have.
pub(crate) fn surcharged() -> Reach {
    let tariff = Tariff::new(TariffClass::Surcharged, "Service 0,15 € / min + prix appel").unwrap();
    let (number, from_abroad) = (E164::parse("+33820000001").unwrap(), E164::parse("+33100000099").unwrap());
    let short_code = ShortCode::parse("3900").unwrap();
    Reach::Phone(Phone::new(number, Some(short_code), Some(from_abroad), tariff).unwrap())
}

pub(crate) fn content(number: &str) -> Content {
    Content {
        desk_id: Uuid::from_u128(0xde5c),
        reach: ordinary(number),
        segments: vec![Segment::LargeAccount],
        for_end_users: false,
        announced_hours: Some(hours()),
    }
}
