//! Given, when, then.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Ids, SeededIds, TimeZone, Timestamp, Zone};

use crate::domain::*;

/// A line's life. Each command is decided, checked, and its events folded, a microsecond after the decision.
pub(crate) struct Story {
    pub(crate) line: Option<Line>,
    pub(crate) events: Vec<(Event, Timestamp)>,
    pub(crate) last: Result<Decided, Rejection>,
    now: Timestamp,
    ids: SeededIds,
}

impl Story {
    /// Before the line is registered.
    pub(crate) fn empty() -> Self {
        let ids = SeededIds::new(9);
        let last = Ok(Decided { events: Vec::new(), act_id: ids.next() });
        Self { line: None, events: Vec::new(), last, now: at("2026-11-23T03:00:00Z"), ids }
    }

    /// A registered line whose user is `user()`.
    pub(crate) fn of_a_line() -> Self {
        Self::empty().given(Command::Register(Box::new(a_line())))
    }

    /// A command that is accepted.
    pub(crate) fn given(self, command: Command) -> Self {
        let story = self.when(command);
        assert!(story.last.is_ok(), "given command was refused: {:?}", story.last);
        story
    }

    /// A command, accepted or not.
    pub(crate) fn when(mut self, command: Command) -> Self {
        let context = Context {
            now: self.now,
            received_at: self.received(),
            actor: actor_of(&command),
            on_behalf_of: None,
            channel: Channel::Extranet,
            request_id: None,
            act_id: self.ids.next(),
            traceparent: None,
        };
        let decided = decide(&self.line, &command, &context);
        assert_eq!(decided, decide(&self.line, &command, &context), "the same inputs decide alike");
        self.last = decided;
        if let Ok(decided) = &self.last {
            for event in decided.events.clone() {
                let recorded_at = self.now.plus(Duration::from_micros(1));
                evolve(&mut self.line, &event, recorded_at);
                assert_eq!(event.line, self.line().snapshot(), "{} shows the line after it", event.name());
                self.events.push((event, recorded_at));
            }
        }
        self
    }

    /// The register shows what the line's intent asks, and the driver says so.
    pub(crate) fn confirmed(self) -> Self {
        let (sequence, barred) = (self.sequence(), self.line().must_be_barred());
        self.given(Command::Confirm { sequence, read_back: read_back(barred) })
    }

    /// Time passes.
    pub(crate) fn after(mut self, pause: Duration) -> Self {
        self.now = self.now.plus(pause);
        self
    }

    /// The last command recorded exactly these events (`suspension_requested`).
    #[track_caller]
    pub(crate) fn then(self, names: &[&str]) -> Self {
        let events = &self.last.as_ref().expect("accepted").events;
        let recorded: Vec<_> = events.iter().map(|event| short_name(event)).collect();
        assert_eq!(recorded, names);
        self
    }

    /// The last command recorded nothing and joined this act.
    #[track_caller]
    pub(crate) fn then_joins(self, act_id: Uuid) -> Self {
        assert_eq!(self.last, Ok(Decided { events: vec![], act_id }));
        self
    }

    /// The last command was refused.
    #[track_caller]
    pub(crate) fn then_refused(self, reason: &str) -> Self {
        assert_eq!(self.last.as_ref().map_err(Rejection::reason).map(|_| "accepted"), Err(reason));
        self
    }

    /// The reasons and the target are these.
    #[track_caller]
    pub(crate) fn then_line_is(self, reasons: &[Reason], target: TargetName) -> Self {
        assert_eq!(self.line().reasons().collect::<Vec<_>>(), reasons);
        assert_eq!(self.line().target_name(), target);
        self
    }

    pub(crate) fn line(&self) -> &Line {
        self.line.as_ref().expect("registered")
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.line().intent().expect("identifiers are known").sequence
    }

    /// The act of the last command.
    #[track_caller]
    pub(crate) fn act(&self) -> Uuid {
        self.last.as_ref().expect("accepted").act_id
    }

    pub(crate) fn act_state(&self, act_id: Uuid) -> ActState {
        self.line().act(act_id).expect("remembered").state
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// When the request of a command that is asked now arrived.
    pub(crate) fn received(&self) -> Timestamp {
        self.now.minus(Duration::from_millis(1))
    }

    /// The facts of the last command.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        self.last.as_ref().expect("accepted").events.iter().map(|event| event.fact.clone()).collect()
    }
}

pub(crate) fn short_name(event: &Event) -> &'static str {
    event
        .name()
        .strip_prefix("vigie.line.")
        .and_then(|name| name.strip_suffix(".v1"))
        .expect("named by convention")
}

fn actor_of(command: &Command) -> String {
    match command {
        Command::Suspend { by, .. }
        | Command::Reinstate { by, .. }
        | Command::Undo { by, .. }
        | Command::ReplaceSim { by, .. }
        | Command::RecordHandset { by, .. }
        | Command::DeclareTheft { by, .. }
        | Command::DeclareRecovered { by, .. }
        | Command::NotePortOut { by, .. }
        | Command::CancelPortOut { by }
        | Command::CompletePortOut { by, .. }
        | Command::Terminate { by, .. } => by.user_id.clone(),
        Command::Register(_) => "crm".to_owned(),
        _ => "lines".to_owned(),
    }
}

pub(crate) fn at(instant: &str) -> Timestamp {
    Timestamp::parse(instant).expect("an instant")
}

pub(crate) fn read_back(barred: bool) -> Confirmation {
    Confirmation { cs: !barred, ps: !barred, attached: true, simulated: false }
}

const USER: &str = "marie.durand";

pub(crate) fn a_line() -> NewLine {
    NewLine {
        line_id: Uuid::from_u128(0x11),
        account_id: Uuid::from_u128(0xacc),
        msisdn: Msisdn::parse("+33600000001").unwrap(),
        sim: sim(1),
        account_holder: "Exemple SAS".to_owned(),
        user_id: Some(USER.to_owned()),
        cost_centre: Some("Ventes".to_owned()),
        site: Some("00000000000018".to_owned()),
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".to_owned(),
            kind: "subscription".to_owned(),
            id: "S-1".to_owned(),
        }],
        imei: None,
        twin_of: None,
    }
}

fn sim(number: u64) -> Sim {
    Sim {
        imsi: Imsi::parse(&format!("{}", 208_010_000_000_000_u64 + number)).unwrap(),
        iccid: Iccid::with_check_digit(&format!("{}", 893_301_000_000_000_000_u64 + number)).unwrap(),
        eid: None,
    }
}

pub(crate) fn new_sim() -> Sim {
    sim(2)
}

pub(crate) fn second_sim() -> Sim {
    sim(3)
}

fn person(user_id: &str, roles: &[Role]) -> Authority {
    Authority {
        user_id: user_id.to_owned(),
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        is_line_user: user_id == USER,
        step_up: false,
        asked_from_this_line: false,
    }
}

pub(crate) fn user() -> Authority {
    person(USER, &[])
}

pub(crate) fn stranger() -> Authority {
    person("luc.petit", &[])
}

pub(crate) fn manager() -> Authority {
    person("paul.martin", &[Role::Manager])
}

pub(crate) fn advisor() -> Authority {
    person("advisor-1", &[Role::Advisor])
}

pub(crate) fn clerk() -> Authority {
    person("clerk-1", &[Role::BillingClerk])
}

pub(crate) fn stepped_up(by: Authority) -> Authority {
    Authority { step_up: true, ..by }
}

pub(crate) fn from_this_line(by: Authority) -> Authority {
    Authority { asked_from_this_line: true, ..by }
}

/// The line's user on the phone.
pub(crate) fn by_phone(checks: &[&str]) -> OnBehalf {
    OnBehalf {
        person: USER.to_owned(),
        is_manager: false,
        caller_checks: checks.iter().map(|check| (*check).to_owned()).collect(),
    }
}

/// A manager on the phone.
pub(crate) fn by_phone_for_manager(checks: &[&str]) -> OnBehalf {
    OnBehalf { person: "paul.martin".to_owned(), is_manager: true, ..by_phone(checks) }
}

pub(crate) fn suspend(reason: Reason, by: Authority) -> Command {
    Command::Suspend { reason, by, on_behalf: None }
}

pub(crate) fn reinstate(reason: Reason, by: Authority) -> Command {
    Command::Reinstate { reason, by, on_behalf: None, handset_recovery: None }
}

pub(crate) fn undo(act_id: Uuid, by: Authority) -> Command {
    Command::Undo { act_id, by }
}

pub(crate) fn replace_sim(new_sim: Sim, by: Authority) -> Command {
    Command::ReplaceSim { new_sim, by, on_behalf: None }
}

pub(crate) fn terminate(by: Authority) -> Command {
    Command::Terminate { by, on_behalf: None }
}

/// Handsets that exist on paper only.
pub(crate) const IMEI: &str = "490154203237518";
pub(crate) const OTHER_IMEI: &str = "356938035643809";

/// Chips that exist on paper only.
pub(crate) const EID: &str = "89033023426200000000005785081774";
pub(crate) const OTHER_EID: &str = "89033023426200000000005785081871";

pub(crate) fn imei(digits: &str) -> Imei {
    Imei::parse(digits).unwrap()
}

pub(crate) fn integration() -> Authority {
    person("crm", &[Role::Integration])
}

pub(crate) fn record_handset(digits: &str, by: Authority) -> Command {
    Command::RecordHandset { imei: imei(digits), by, on_behalf: None }
}

/// Of the handset on record, in metropolitan France.
pub(crate) fn report(declared_at: &str) -> TheftReport {
    TheftReport {
        imei: None,
        police_report: "2026/000123".to_owned(),
        declared_at: at(declared_at),
        zone: Zone::Metropole,
        time_zone: TimeZone::paris(),
    }
}

pub(crate) fn declare_theft(report: TheftReport, by: Authority) -> Command {
    Command::DeclareTheft { report: Box::new(report), by, on_behalf: None }
}

pub(crate) fn recovered(declaration_id: Option<Uuid>, recovered_at: &str, by: Authority) -> Command {
    Command::DeclareRecovered {
        declaration_id,
        recovered_at: at(recovered_at),
        attested_by: None,
        by,
        on_behalf: None,
    }
}

pub(crate) fn blocked(declaration_id: Uuid) -> Command {
    Command::ConfirmBlocked { declaration_id, evidence: BlockEvidence::ReadBack }
}

pub(crate) fn released(declaration_id: Uuid, is_kept: bool) -> Command {
    Command::ConfirmReleased { declaration_id, is_kept, evidence: BlockEvidence::ReadBack }
}

pub(crate) fn note_port_out(planned_at: &str, by: Authority) -> Command {
    Command::NotePortOut { planned_at: at(planned_at), by }
}

pub(crate) fn complete_port_out(completed_at: &str, by: Authority) -> Command {
    Command::CompletePortOut { completed_at: at(completed_at), by }
}
