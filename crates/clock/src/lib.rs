//! What a domain module may know of the world: instants, ids, personal data, the context of a command, and the
//! calendars on which every deadline stands.
//!
//! Nothing here does I/O. Time and ids enter through the [`Clock`] and [`Ids`] seams, so that the same inputs
//! give the same events and a run can be repeated.
//!
//! # Which type to take
//!
//! | question | take |
//! |---|---|
//! | Is this day a *jour ouvré*, and which holiday is it? | [`Calendar`], by [`Calendars::get`] and a [`CalendarRef`] |
//! | What does an event store of a calendar? | [`CalendarRef`]: zone and version. A version never changes what it says; what changes is an [`Amendment`], which makes a further version |
//! | When is a desk open, and until when? | [`Hours`] in the event, [`Almanac::opening`] for the [`Schedule`] that answers |
//! | By when must it be done? | [`Term`] in the event, [`Almanac::deadline`] for the instant |
//! | How does a promise stand that is paused, re-promised, reopened? | [`Countdown`]; [`Countdowns`] for the several clocks of a case |
//!
//! A process makes one [`Almanac`] of its configured calendars and passes it to whoever decides; [`Almanac::built_in`]
//! will do where there are none. It is no I/O and no state: it only remembers what it has compiled. An aggregate asks
//! it while it decides and records the due instant in the event, so that folding the events needs no almanac.
//!
//! # Deadlines
//!
//! A deadline is the first instant at which the promise is broken; in time is what happens *before* it. So the end of
//! the Nth day is the first instant of the next one: tell people [`TimeZone::last_day_before`] of it.
//!
//! ```
//! use vigie_clock::{Almanac, CalendarRef, Term, TimeZone, Timestamp, Zone};
//!
//! let term = Term::working_days(4, CalendarRef::built_in(Zone::Metropole));
//! let invoiced = Timestamp::parse("2026-05-13T10:00:00+02:00").unwrap();
//! let due = Almanac::built_in().deadline(&term, invoiced).unwrap();
//! assert_eq!(due, Timestamp::parse("2026-05-21T00:00:00+02:00").unwrap());
//! assert_eq!(TimeZone::paris().last_day_before(due).to_string(), "2026-05-20");
//! ```
//!
//! Open time, paused time and time that is left are all counted by the term's own schedule. That one rule is what
//! keeps a pause outside of opening hours from being subtracted twice, and a deadline from landing after closing time.

mod almanac;
mod calendar;
mod context;
mod countdown;
mod hours;
mod ids;
mod pause;
mod personal;
mod schedule;
mod term;
mod time_zone;
mod timestamp;

pub use almanac::{Almanac, Measure};
pub use calendar::{
    Amendment, Calendar, CalendarRef, Calendars, Day, Error as CalendarError, Holiday, MonthDay, Rule, Zone,
};
pub use context::{Channel, Context};
pub use countdown::{
    Countdown, Countdowns, Error as CountdownError, Judgement, Promise, Reopening, Standing, Verdict,
};
pub use hours::{
    Because, Error as HoursError, Exception, HolidayRule, Hours, OpeningDay, PublicHolidays, Week, Window,
};
pub use ids::{Ids, SeededIds, SystemIds, derived_id};
pub use jiff::civil::{Date, Weekday};
pub use pause::{Cause, CauseKind, Pause, Pauses};
pub use personal::Personal;
pub use schedule::{Door, Error as ScheduleError, Schedule};
pub use term::Term;
pub use time_zone::{TimeZone, UnknownTimeZone, time_zone_database};
pub use timestamp::{Clock, ManualClock, SystemClock, Timestamp};
