//! Given, when, then.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Personal, Timestamp};

use crate::domain::staff::*;
use crate::domain::{Code, E164, ExternalIdentifier, Language, MailAddress};
use crate::story::Told;

/// A staff member's time with the operator.
pub(crate) type Story = crate::story::Story<StaffMember>;

impl Told for StaffMember {
    const SEED: u64 = 9;

    fn begins() -> Timestamp {
        at("2026-11-23T08:00:00Z")
    }

    fn context(now: Timestamp, act_id: Uuid) -> Context {
        Context { channel: Channel::Api, ..Context::system("hr", now, act_id) }
    }

    fn name(event: &Event) -> &'static str {
        event.name()
    }

    fn is_shown_by(&self, event: &Event) {
        assert_eq!(event.staff_member, self.snapshot(), "{} shows who it is about", event.name());
    }
}

impl Story {
    /// An account manager without any training.
    pub(crate) fn of_a_manager() -> Self {
        Self::empty().given(Command::Register(Box::new(a_manager())))
    }

    /// An advisor, who has no accounts.
    pub(crate) fn of_an_advisor() -> Self {
        Self::empty().given(Command::Register(Box::new(an_advisor())))
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

    pub(crate) fn member(&self) -> &StaffMember {
        self.state.as_ref().expect("registered")
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
            passed_at: self.now(),
            valid_until: self.day(days),
        }
    }
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
