//! Given, when, then.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Ids, SeededIds, Timestamp};

use crate::domain::contact_point::*;
use crate::domain::desk::tests::hours;
use crate::domain::{E164, Segment};

/// A contact point's life. Each command is decided, checked, and its events folded, a microsecond after the decision.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) point: Option<ContactPoint>,
    pub(crate) events: Vec<(Event, Timestamp)>,
    pub(crate) last: Result<Decided, Rejection>,
    now: Timestamp,
    ids: SeededIds,
}

impl Story {
    pub(crate) fn empty() -> Self {
        let ids = SeededIds::new(9);
        let last = Ok(Decided { events: Vec::new(), act_id: ids.next() });
        let now = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        Self { point: None, events: Vec::new(), last, now, ids }
    }

    /// Published, and valid at once.
    pub(crate) fn of_a_number() -> Self {
        Self::empty().given(publish(content("+33100000001"), None))
    }

    #[track_caller]
    pub(crate) fn given(self, command: Command) -> Self {
        let story = self.when(command);
        assert!(story.last.is_ok(), "given command was refused: {:?}", story.last);
        story
    }

    #[track_caller]
    pub(crate) fn when(mut self, command: Command) -> Self {
        let context = Context {
            now: self.now,
            received_at: self.now,
            actor: "back-office".to_owned(),
            on_behalf_of: None,
            channel: Channel::Api,
            request_id: None,
            act_id: self.ids.next(),
            traceparent: None,
        };
        self.last = decide(&self.point, &command, &context);
        assert_eq!(self.last, decide(&self.point, &command, &context), "the same inputs decide alike");
        for event in self.last.iter().flat_map(|decided| decided.events.clone()) {
            let recorded_at = self.now.plus(Duration::from_micros(1));
            evolve(&mut self.point, &event, recorded_at);
            assert_eq!(event.contact_point, self.point().snapshot(), "{} shows it after it", event.name());
            self.events.push((event, recorded_at));
        }
        self
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

    /// Time passes, and the timer comes whenever it was asked for.
    pub(crate) fn after(mut self, pause: Duration) -> Self {
        let until = self.now.plus(pause);
        while let Some(due) = next_due(&self.point).filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self = self.given(Command::Wake { due });
        }
        self.now = until;
        self
    }

    /// Time passes, and no timer comes.
    pub(crate) fn without_timers(mut self, pause: Duration) -> Self {
        self.now = self.now.plus(pause);
        self
    }

    #[track_caller]
    pub(crate) fn then(self, names: &[&str]) -> Self {
        let events = &self.last.as_ref().expect("accepted").events;
        assert_eq!(events.iter().map(short_name).collect::<Vec<_>>(), names);
        self
    }

    #[track_caller]
    pub(crate) fn then_refused(self, reason: &str) -> Self {
        assert_eq!(self.last.as_ref().map_err(Rejection::reason).map(|_| "accepted"), Err(reason));
        self
    }

    pub(crate) fn point(&self) -> &ContactPoint {
        self.point.as_ref().expect("published")
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn day(&self, days: i64) -> Timestamp {
        Timestamp::from_micros(self.now.as_micros() + days * 86_400_000_000)
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

pub(crate) fn short_name(event: &Event) -> &'static str {
    event
        .name()
        .strip_prefix("vigie.contact_point.")
        .and_then(|name| name.strip_suffix(".v1"))
        .expect("named by convention")
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
