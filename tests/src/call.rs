//! What is asked of a line, by whom, and what was answered: the record that the checker judges.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_lines::domain::{Authority, Command, HandsetRecovery, Reason, Role};
use vigie_proto::lines as wire;

use crate::inventory::TestLine;
use crate::people::{Door, Person, reason_of};

/// Who attests that a handset came back.
const ATTESTED_BY: &str = "manager";

/// A gesture, or a look.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Adds a reason.
    Suspend(Reason),
    /// Lifts a reason, with the attested recovery of the handset at that instant.
    Reinstate(Reason, Option<Timestamp>),
    /// Looks at the line.
    Look,
}

/// A request: one request id and one body, however often it is sent.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id.
    pub request_id: Uuid,
    /// The line, by its place in the inventory.
    pub line: usize,
    /// What is asked.
    pub ask: Ask,
    /// Who asks.
    pub person: Person,
    /// Each time that it was sent.
    pub attempts: Vec<Attempt>,
}

/// A request that was sent once.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The newest version of the line that any answer had shown before this was sent.
    pub floor: i64,
    /// Where it was sent.
    pub replica: usize,
    /// When it was sent.
    pub sent_at: Instant,
    /// When the answer was there, or was given up.
    pub ended_at: Instant,
    /// The same by the clock that events carry.
    pub ended_at_clock: Timestamp,
    /// What came.
    pub reply: Reply,
}

/// What came of sending a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// It was served.
    Answered(Box<Answer>),
    /// It was refused: nothing was recorded.
    Refused {
        /// Stable reason.
        reason: String,
        /// The line's version that it was refused at, where the refusal says so.
        version: Option<i64>,
    },
    /// Neither: to be sent again.
    NoAnswer {
        /// The gRPC code.
        code: Code,
        /// Stable reason; empty where nobody of ours spoke.
        reason: String,
        /// When to try again, where it was said.
        retry_after: Option<Duration>,
    },
    /// Something that must not happen.
    Broken(String),
}

/// A line, and the act for a gesture.
#[derive(Clone, Debug)]
pub struct Answer {
    /// As shown.
    pub line: wire::Line,
    /// The act that was opened or joined; none for a look.
    pub act: Option<wire::Act>,
}

impl Ask {
    /// Whether it may change the line.
    pub fn is_command(&self) -> bool {
        !matches!(self, Self::Look)
    }

    /// Who may ask for it.
    pub fn person(&self, account: Uuid) -> Person {
        match self {
            Self::Suspend(Reason::Unpaid) | Self::Reinstate(Reason::Unpaid, _) => {
                Person::staff("billing_clerk")
            }
            Self::Suspend(Reason::CommercialFreeze) | Self::Reinstate(Reason::CommercialFreeze, _) => {
                Person::staff("advisor")
            }
            _ => Person::manager(account),
        }
    }
}

impl Call {
    /// A request that was not sent yet.
    pub fn new(request_id: Uuid, line: usize, ask: Ask, account: Uuid) -> Self {
        let person = ask.person(account);
        Self { request_id, line, ask, person, attempts: Vec::new() }
    }

    /// Sends it once; `deadline` as the caller's.
    pub async fn send(&self, door: &Door, line: &TestLine, deadline: Option<Duration>) -> Reply {
        let line_id = line.line_id.to_string();
        let line = Some(wire::LineRef { line: Some(wire::line_ref::Line::LineId(line_id)) });
        let request_id = self.request_id.to_string();
        let mut lines = door.lines();
        let answered = match &self.ask {
            Ask::Suspend(reason) => {
                let message = wire::SuspendLineRequest {
                    request_id,
                    line,
                    reason: on_wire(*reason),
                    on_behalf: None,
                    ..Default::default()
                };
                let answer = lines.suspend_line(within(door, message, deadline)).await;
                answer.map(|answer| answer.into_inner()).map(|answer| (answer.line, answer.act))
            }
            Ask::Reinstate(reason, recovered_at) => {
                let handset_recovery = recovered_at.map(|recovered_at| wire::HandsetRecovery {
                    attested_by: ATTESTED_BY.to_owned(),
                    recovered_at: Some(instant(recovered_at)),
                });
                let reason = on_wire(*reason);
                let message = wire::ReinstateLineRequest {
                    request_id,
                    line,
                    reason,
                    on_behalf: None,
                    handset_recovery,
                    ..Default::default()
                };
                let answer = lines.reinstate_line(within(door, message, deadline)).await;
                answer.map(|answer| answer.into_inner()).map(|answer| (answer.line, answer.act))
            }
            Ask::Look => {
                let message = wire::GetLineRequest { line };
                let answer = lines.get_line(within(door, message, deadline)).await;
                answer.map(|answer| (answer.into_inner().line, None))
            }
        };
        match answered {
            Ok((Some(line), act)) if act.is_some() == self.ask.is_command() => {
                Reply::Answered(Box::new(Answer { line, act }))
            }
            Ok(answer) => Reply::Broken(format!("an answer without line or act: {answer:?}")),
            Err(status) => Reply::of(&status),
        }
    }

    /// The reply that ended it, if one did.
    pub fn end(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|attempt| attempt.reply.is_end())
    }

    /// The command as the domain knows it; none for a look.
    pub fn command(&self) -> Option<Command> {
        let by = self.authority();
        match self.ask {
            Ask::Suspend(reason) => Some(Command::Suspend { reason, by, on_behalf: None }),
            Ask::Reinstate(reason, recovered_at) => Some(Command::Reinstate {
                reason,
                by,
                on_behalf: None,
                handset_recovery: recovered_at.map(|recovered_at| HandsetRecovery {
                    attested_by: ATTESTED_BY.to_owned(),
                    recovered_at,
                }),
            }),
            Ask::Look => None,
        }
    }

    fn authority(&self) -> Authority {
        let roles = self.person.roles.iter().filter_map(|role| match *role {
            "fleet_manager" => Some(Role::Manager),
            "advisor" => Some(Role::Advisor),
            "billing_clerk" => Some(Role::BillingClerk),
            _ => None,
        });
        Authority {
            user_id: self.person.subject.clone(),
            roles: roles.collect::<BTreeSet<_>>(),
            is_line_user: false,
            step_up: self.person.step_up,
            asked_from_this_line: false,
        }
    }
}

impl Reply {
    fn of(status: &Status) -> Self {
        let reason = reason_of(status);
        match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Aborted | Code::ResourceExhausted => {
                let retry_after = status.get_details_retry_info().and_then(|retry| retry.retry_delay);
                Self::NoAnswer { code: status.code(), reason, retry_after }
            }
            // What tonic's own client says of a connection that broke, or when it gave up by itself.
            Code::Unknown | Code::Cancelled | Code::Internal if reason.is_empty() => {
                Self::NoAnswer { code: status.code(), reason, retry_after: None }
            }
            Code::FailedPrecondition | Code::PermissionDenied => {
                let info = status.get_details_error_info();
                let version = info.and_then(|info| info.metadata.get("version")?.parse().ok());
                Self::Refused { reason, version }
            }
            _ => Self::Broken(format!("{status:?}")),
        }
    }

    /// Whether the request need not be sent again.
    pub fn is_end(&self) -> bool {
        !matches!(self, Self::NoAnswer { .. })
    }

    /// The version of the line that it shows.
    pub fn version(&self) -> Option<i64> {
        match self {
            Self::Answered(answer) => Some(answer.line.version),
            Self::Refused { version, .. } => *version,
            Self::NoAnswer { .. } | Self::Broken(_) => None,
        }
    }
}

fn within<T>(door: &Door, message: T, deadline: Option<Duration>) -> tonic::Request<T> {
    match deadline {
        Some(deadline) => door.request(message, deadline),
        None => door.request_without_deadline(message),
    }
}

fn on_wire(reason: Reason) -> i32 {
    let reason = match reason {
        Reason::Loss => wire::SuspensionReason::Loss,
        Reason::Theft => wire::SuspensionReason::Theft,
        Reason::Other => wire::SuspensionReason::Other,
        Reason::Unpaid => wire::SuspensionReason::Unpaid,
        Reason::CommercialFreeze => wire::SuspensionReason::CommercialFreeze,
    };
    reason.into()
}

fn instant(instant: Timestamp) -> prost_types::Timestamp {
    let micros = instant.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap();
    prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos }
}
