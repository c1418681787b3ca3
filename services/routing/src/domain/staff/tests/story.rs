//! Given, when, then.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Ids, Personal, SeededIds, Timestamp};

use crate::domain::staff::*;
use crate::domain::{Code, E164, ExternalIdentifier, Language, MailAddress};

/// A staff member's time with the operator. Each command is decided, checked, and its events folded, a microsecond after
/// the decision.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) member: Option<StaffMember>,
    pub(crate) events: Vec<(Event, Timestamp)>,
    pub(crate) last: Result<Decided, Rejection>,
    now: Timestamp,
    ids: SeededIds,
}

impl Story {
    /// Before they are registered.
    pub(crate) fn empty() -> Self {
        let ids = SeededIds::new(9);
        let last = Ok(Decided { events: Vec::new(), act_id: ids.next() });
        Self { member: None, events: Vec::new(), last, now: at("2026-11-23T08:00:00Z"), ids }
    }

    /// An account manager without any training.
    pub(crate) fn of_a_manager() -> Self {
        Self::empty().given(Command::Register(Box::new(a_manager())))
    }

    /// An advisor, who has no accounts.
    pub(crate) fn of_an_advisor() -> Self {
        Self::empty().given(Command::Register(Box::new(an_advisor())))
    }

    /// A command that is accepted.
    #[track_caller]
    pub(crate) fn given(self, command: Command) -> Self {
        let story = self.when(command);
        assert!(story.last.is_ok(), "given command was refused: {:?}", story.last);
        story
    }

    /// A command, accepted or not.
    #[track_caller]
    pub(crate) fn when(mut self, command: Command) -> Self {
        let context = Context {
            now: self.now,
            received_at: self.now,
            actor: "hr".to_owned(),
            on_behalf_of: None,
            channel: Channel::Api,
            request_id: None,
            act_id: self.ids.next(),
            traceparent: None,
        };
        self.last = decide(&self.member, &command, &context);
        assert_eq!(self.last, decide(&self.member, &command, &context), "the same inputs decide alike");
        if let Ok(decided) = &self.last {
            for event in decided.events.clone() {
                let recorded_at = self.now.plus(Duration::from_micros(1));
                evolve(&mut self.member, &event, recorded_at);
                assert_eq!(
                    event.staff_member,
                    self.member().snapshot(),
                    "{} shows who it is about",
                    event.name()
                );
                self.events.push((event, recorded_at));
            }
        }
        self
    }

    /// Time passes; the timer comes at the first instant that it was asked for, if that has come, and so on.
    pub(crate) fn after(mut self, pause: Duration) -> Self {
        let until = self.now.plus(pause);
        while let Some(due) = next_due(&self.member).filter(|due| *due <= until) {
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

    /// The last command recorded exactly these events (`absence_planned`).
    #[track_caller]
    pub(crate) fn then(self, names: &[&str]) -> Self {
        let events = &self.last.as_ref().expect("accepted").events;
        assert_eq!(events.iter().map(short_name).collect::<Vec<_>>(), names);
        self
    }

    /// The last command was refused.
    #[track_caller]
    pub(crate) fn then_refused(self, reason: &str) -> Self {
        assert_eq!(self.last.as_ref().map_err(Rejection::reason).map(|_| "accepted"), Err(reason));
        self
    }

    /// Everything of these names that was recorded so far.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.events.iter().filter(|(event, _)| short_name(event) == name).count()
    }

    pub(crate) fn member(&self) -> &StaffMember {
        self.member.as_ref().expect("registered")
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The id of what the last command recorded.
    #[track_caller]
    pub(crate) fn act(&self) -> Uuid {
        self.last.as_ref().expect("accepted").act_id
    }

    /// The last of the events.
    #[track_caller]
    pub(crate) fn fact(&self) -> &Fact {
        &self.last.as_ref().expect("accepted").events.last().expect("an event").fact
    }

    /// From so many days from now until so many.
    pub(crate) fn plan(&self, from: i64, until: i64, cover: Option<StandIn>) -> Command {
        Command::PlanAbsence { from: self.day(from), until: self.day(until), cover }
    }

    /// A training for account managers that was passed just now.
    pub(crate) fn trained_for(&self, days: i64) -> Command {
        Command::RecordTraining {
            code: Code::account_manager(),
            passed_at: self.now,
            valid_until: self.day(days),
        }
    }

    /// So many days from now, or before it.
    pub(crate) fn day(&self, days: i64) -> Timestamp {
        Timestamp::from_micros(self.now.as_micros() + days * 86_400_000_000)
    }
}

pub(crate) fn short_name(event: &Event) -> &'static str {
    event
        .name()
        .strip_prefix("vigie.staff_member.")
        .and_then(|name| name.strip_suffix(".v1"))
        .expect("named by convention")
}

pub(crate) fn at(instant: &str) -> Timestamp {
    Timestamp::parse(instant).expect("an instant")
}

pub(crate) const fn days(days: u64) -> Duration {
    Duration::from_hours(days * 24)
}

pub(crate) fn a_manager() -> NewMember {
    let staff_id = Uuid::from_u128(0x57aff);
    NewMember {
        staff_id,
        profile: Profile {
            user_id: Some("anne.leroy".to_owned()),
            name: Personal::new(staff_id, "Anne Leroy".to_owned()),
            is_account_manager: true,
            skills: vec![Skill { code: Code::parse("large-account").unwrap(), valid_until: None }],
            languages: vec![Language::French, Language::English],
            regions: vec!["11".to_owned()],
            email: Some(Personal::new(staff_id, MailAddress::parse("anne.leroy@operateur.test").unwrap())),
            number: Some(Personal::new(staff_id, E164::parse("+33100000007").unwrap())),
            desk_id: Some(Uuid::from_u128(0xde5c)),
        },
        external_identifiers: vec![key("P-7")],
    }
}

pub(crate) fn an_advisor() -> NewMember {
    let manager = a_manager();
    NewMember { profile: Profile { is_account_manager: false, ..manager.profile }, ..manager }
}

pub(crate) fn key(id: &str) -> ExternalIdentifier {
    ExternalIdentifier { owner: "hr".to_owned(), kind: "person".to_owned(), id: id.to_owned() }
}

/// A colleague who can step in for anybody.
pub(crate) fn stand_in() -> StandIn {
    StandIn { staff_id: Uuid::from_u128(0xc0), is_account_manager: true, is_trained: true, is_there: true }
}
