//! The rules as stories: given what was recorded before, when a command comes, then these events.

use jiff::civil::Weekday;
use uuid::Uuid;
use vigie_clock::{
    CalendarRef, Channel, Context, HolidayRule, Hours, TimeZone, Timestamp, Week, Window, Zone,
};

use super::*;
use crate::domain::{Code, CountryCode, ExternalIdentifier, Language, Segment};
use crate::story::Told;

/// A desk's life.
pub(crate) type Story = crate::story::Story<Desk>;

impl Told for Desk {
    const SEED: u64 = 9;

    fn begins() -> Timestamp {
        Timestamp::parse("2026-11-23T08:00:00Z").unwrap()
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context { channel: Channel::Api, ..Context::system("back-office", now, act_id) }
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        assert_eq!(event.desk, self.snapshot(), "{} shows the desk after it", event.name());
    }
}

impl Story {
    pub(crate) fn of_a_desk() -> Self {
        Self::empty().given(Command::Register(Box::new(a_desk())))
    }
}

/// Monday to Friday with a lunch break, the night from Saturday to Sunday, closed on public holidays.
pub(crate) fn hours() -> Hours {
    let day = Window::list("09:00-12:30 14:00-18:00").unwrap();
    let week = Week::monday_to_friday(&day).on(Weekday::Saturday, &Window::list("22:00-06:00").unwrap());
    let hours = Hours::new(TimeZone::named("Europe/Paris").unwrap(), week).unwrap();
    let hours = hours.with_holidays(CalendarRef::built_in(Zone::Metropole), HolidayRule::Closed).unwrap();
    hours
        .with_exception(
            jiff::civil::date(2026, 12, 24),
            &Window::list("09:00-12:00").unwrap(),
            "Veille de Noël",
        )
        .unwrap()
}

pub(crate) fn a_desk() -> NewDesk {
    NewDesk {
        desk_id: Uuid::from_u128(0xde5c),
        particulars: Particulars {
            name: "Grands comptes Nord".to_owned(),
            purpose: Purpose::Sales,
            segments: vec![Segment::LargeAccount],
            businesses_only: true,
            skills: vec![Code::parse("large-account").unwrap()],
            languages: vec![Language::French],
            regions: vec!["32".to_owned()],
            countries: vec![CountryCode::FRANCE],
            hours: hours(),
            overflow_desk_id: Some(Uuid::from_u128(0x0f)),
            rank: 1,
        },
        external_identifiers: vec![key("T-1")],
        overflow: vec![step(0x0f)],
    }
}

fn key(id: &str) -> ExternalIdentifier {
    ExternalIdentifier { owner: "acd".to_owned(), kind: "queue".to_owned(), id: id.to_owned() }
}

const fn step(desk: u128) -> OverflowDesk {
    OverflowDesk { desk_id: Uuid::from_u128(desk), is_closed: false }
}

pub(crate) fn change(particulars: Particulars, keys: &[&str], overflow: &[OverflowDesk]) -> Command {
    Command::Change {
        particulars: Box::new(particulars),
        external_identifiers: keys.iter().map(|id| key(id)).collect(),
        overflow: overflow.to_vec(),
    }
}

pub(crate) const CLOSE: Command = Command::Close { contact_points: 0, overflowing_desks: 0 };

#[test]
fn a_desk_is_registered_once() {
    let story = Story::empty().when(CLOSE).then_refused("DESK_NOT_FOUND");
    let story = story.when(Command::Register(Box::new(a_desk()))).then(&[name::DESK_REGISTERED]);
    story.when(Command::Register(Box::new(a_desk()))).then_refused("CONFLICT");
}

#[test]
fn a_change_says_what_was_given_up_and_one_to_what_is_so_records_nothing() {
    let story = Story::of_a_desk().when(change(a_desk().particulars, &["T-1"], &[step(0x0f)])).then(&[]);
    let elsewhere = Particulars { overflow_desk_id: Some(Uuid::from_u128(0x10)), ..a_desk().particulars };
    let story = story.when(change(elsewhere, &["T-2"], &[step(0x10)])).then(&[name::DESK_CHANGED]);
    let Fact::DeskChanged(fact) = &story.events[1].0.fact else { panic!("{:?}", story.events[1]) };
    assert_eq!(fact.former_external_identifiers, [key("T-1")]);
    assert_eq!(fact.former_overflow_desk_id, Some(Uuid::from_u128(0x0f)));
}

#[test]
fn contacts_never_overflow_in_a_circle_nor_to_a_desk_that_has_ended() {
    let ask = |way: &[OverflowDesk]| change(a_desk().particulars, &["T-2"], way);
    let circle = [step(0x0f), step(0x10), step(0xde5c)];
    let ended = [step(0x0f), OverflowDesk { is_closed: true, ..step(0x10) }];
    let long: Vec<_> = (0..=OVERFLOW_STEPS_MAX as u128).map(|desk| step(0x20 + desk)).collect();
    let story = Story::of_a_desk().when(ask(&circle)).then_refused("HIERARCHY_REFUSED");
    let story =
        story.when(ask(&ended)).then_refused("ENDED").when(ask(&long)).then_refused("HIERARCHY_REFUSED");
    story.when(ask(&long[1..])).then(&[name::DESK_CHANGED]);
    let to_itself = NewDesk { overflow: vec![step(0xde5c)], ..a_desk() };
    Story::empty().when(Command::Register(Box::new(to_itself))).then_refused("HIERARCHY_REFUSED");
}

#[test]
fn a_desk_that_customers_still_reach_does_not_end() {
    let close = |contact_points, overflowing_desks| Command::Close { contact_points, overflowing_desks };
    let story = Story::of_a_desk().when(close(1, 0)).then_refused("STILL_IN_USE");
    let story = story.when(close(0, 1)).then_refused("STILL_IN_USE").when(CLOSE).then(&[name::DESK_CLOSED]);
    assert!(story.state.as_ref().is_some_and(|desk| desk.closed_at().is_some()));
    let story = story.when(close(1, 0)).then(&[]);
    story.when(change(a_desk().particulars, &[], &[])).then_refused("ENDED");
}
