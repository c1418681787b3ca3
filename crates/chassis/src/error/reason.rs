//! Why a call is refused, in words that programs may rely on.

use std::fmt;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Writes the enum, the list of all of it, the stable names and the codes from one table.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident $name:literal $code:ident,)*) => {
        /// Why a call is refused: `ErrorInfo.reason` on the wire.
        ///
        /// The name never changes its meaning; a client may branch on it. The gRPC code says what kind of refusal it
        /// is to programs that know gRPC and not us.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            /// Every reason that there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name: `LINE_NOT_FOUND`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The gRPC code that goes with it.
            pub const fn code(self) -> Code {
                match self {
                    $(Self::$variant => Code::$code,)*
                }
            }
        }
    };
}

reasons! {
    /// A field is wrong in a way that no other reason names.
    InvalidArgument "INVALID_ARGUMENT" InvalidArgument,
    /// A number is not E.164 with "+", or an IMSI or ICCID has the wrong digits.
    MalformedNumber "MALFORMED_NUMBER" InvalidArgument,
    /// An id is not a UUID.
    MalformedId "MALFORMED_ID" InvalidArgument,
    /// The message is not what the contract describes; nothing of it was read.
    MalformedMessage "MALFORMED_MESSAGE" InvalidArgument,
    /// A string holds U+0000, which PostgreSQL cannot store.
    IllegalCharacter "ILLEGAL_CHARACTER" InvalidArgument,
    /// A message, text, event or page is larger than its bound. Not RESOURCE_EXHAUSTED, which clients retry: the
    /// same call never succeeds.
    TooLarge "TOO_LARGE" InvalidArgument,
    /// The page token is not one of ours, or belongs to another query.
    BadPageToken "BAD_PAGE_TOKEN" InvalidArgument,
    /// The resume token is not one of ours, or belongs to another watch.
    BadResumeToken "BAD_RESUME_TOKEN" InvalidArgument,
    /// The reason for suspension is not one that we know.
    UnknownReason "UNKNOWN_REASON" InvalidArgument,
    /// A SIREN is not nine digits with a right check digit.
    BadSiren "BAD_SIREN" InvalidArgument,
    /// A SIRET is not fourteen digits that check, or does not begin with its company's SIREN.
    BadSiret "BAD_SIRET" InvalidArgument,
    /// A postal code, commune, country or language that is none, or that lies in two départements without its commune.
    BadPlace "BAD_PLACE" InvalidArgument,
    /// A mail address that no mail may be sent to; one with control characters among them.
    BadMailAddress "BAD_MAIL_ADDRESS" InvalidArgument,
    /// Opening hours that contradict themselves, or an unknown time zone or calendar.
    BadHours "BAD_HOURS" InvalidArgument,
    /// The class of a tariff and the label that customers read contradict each other.
    TariffContradictsLabel "TARIFF_CONTRADICTS_LABEL" InvalidArgument,
    /// A period ends before it begins, or an instant lies on the wrong side of now.
    BadPeriod "BAD_PERIOD" InvalidArgument,
    /// There is no such account, or it is not the caller's to see.
    AccountNotFound "ACCOUNT_NOT_FOUND" NotFound,
    /// There is no such person, or it is not the caller's to see.
    PersonNotFound "PERSON_NOT_FOUND" NotFound,
    /// There is no such staff member.
    StaffNotFound "STAFF_NOT_FOUND" NotFound,
    /// There is no such desk.
    DeskNotFound "DESK_NOT_FOUND" NotFound,
    /// There is no such contact point, or none that was valid then.
    ContactPointNotFound "CONTACT_POINT_NOT_FOUND" NotFound,
    /// There is no such assignment of this account.
    AssignmentNotFound "ASSIGNMENT_NOT_FOUND" NotFound,
    /// There is no such contact, or it is not the caller's to see.
    ContactNotFound "CONTACT_NOT_FOUND" NotFound,
    /// There is no such review of this account, or the account has no plan of reviews: only companies have one.
    ReviewNotFound "REVIEW_NOT_FOUND" NotFound,
    /// There is no such project, or it is not the caller's to see.
    ProjectNotFound "PROJECT_NOT_FOUND" NotFound,
    /// The fact id was used before, for something else.
    FactContradicts "FACT_CONTRADICTS" AlreadyExists,
    /// There is no such absence of this staff member.
    AbsenceNotFound "ABSENCE_NOT_FOUND" NotFound,
    /// The SIREN, SIRET, external identifier or user id belongs to another.
    IdentifierTaken "IDENTIFIER_TAKEN" AlreadyExists,
    /// The account above is not of the level that this one hangs below, or is itself below it.
    HierarchyRefused "HIERARCHY_REFUSED" FailedPrecondition,
    /// Accounts below, or published contact points, still need what is to be ended.
    StillInUse "STILL_IN_USE" FailedPrecondition,
    /// The account, person or desk has ended.
    Ended "ENDED" FailedPrecondition,
    /// It was answered, split or settled before, and that is done once.
    AlreadyDone "ALREADY_DONE" FailedPrecondition,
    /// The project was not answered yet.
    NotAnswered "NOT_ANSWERED" FailedPrecondition,
    /// The staff member's training for account managers is not valid for the time.
    ManagerUntrained "MANAGER_UNTRAINED" FailedPrecondition,
    /// The staff member is no account manager.
    NotAManager "NOT_A_MANAGER" FailedPrecondition,
    /// The staff member is away or leaves in that time.
    StaffUnavailable "STAFF_UNAVAILABLE" FailedPrecondition,
    /// Another assignment holds in that time; say which one this replaces.
    AssignmentOverlaps "ASSIGNMENT_OVERLAPS" FailedPrecondition,
    /// Another absence of the same staff member lies in that time.
    AbsenceOverlaps "ABSENCE_OVERLAPS" FailedPrecondition,
    /// An endpoint's address is none that webhooks are sent to: not https, or it leads into a private network.
    WebhookAddressRefused "WEBHOOK_ADDRESS_REFUSED" InvalidArgument,
    /// A message is no delivery status notification (RFC 3464) of a message of ours.
    BadBounce "BAD_BOUNCE" InvalidArgument,
    /// There is no such notice, or it is not the caller's to see.
    NoticeNotFound "NOTICE_NOT_FOUND" NotFound,
    /// There is no such webhook, or it is not the caller's to see.
    WebhookNotFound "WEBHOOK_NOT_FOUND" NotFound,
    /// The notice is at a point where this cannot be done: it was handed over, or ended by a person.
    NoticeClosed "NOTICE_CLOSED" FailedPrecondition,
    /// Nobody of the account can be told.
    NobodyToTell "NOBODY_TO_TELL" FailedPrecondition,
    /// A command came without request id (AIP-155).
    RequestIdRequired "REQUEST_ID_REQUIRED" InvalidArgument,
    /// The request id was used before, with another body.
    RequestIdReused "REQUEST_ID_REUSED" AlreadyExists,
    /// There is no such thing, or it is not the caller's to see.
    NotFound "NOT_FOUND" NotFound,
    /// There is no such line, or it is not the caller's to see.
    LineNotFound "LINE_NOT_FOUND" NotFound,
    /// There is no such act, or it is not the caller's to see.
    ActNotFound "ACT_NOT_FOUND" NotFound,
    /// There is no such service characteristic.
    CharacteristicNotFound "CHARACTERISTIC_NOT_FOUND" NotFound,
    /// There is no view of that name here.
    ViewNotFound "VIEW_NOT_FOUND" NotFound,
    /// The process serves several logs, and the call names none; the metadata's `logs` names them, and so does `ListLogs`.
    LogNameRequired "LOG_NAME_REQUIRED" InvalidArgument,
    /// There is no log of that name here; the metadata's `logs` says which there are.
    LogNotFound "LOG_NOT_FOUND" NotFound,
    /// The stream does not wait in that view: it never did, or somebody released it.
    DeadLetterNotFound "DEAD_LETTER_NOT_FOUND" NotFound,
    /// There is no reaction of that name here.
    ReactionNotFound "REACTION_NOT_FOUND" NotFound,
    /// The reaction knows no such effect, or not any more.
    EffectNotFound "EFFECT_NOT_FOUND" NotFound,
    /// The effect does not wait for a person: it is carried out, done, or given up.
    EffectNotWaiting "EFFECT_NOT_WAITING" FailedPrecondition,
    /// Another command gives up more than the effect, and the effect with it; the message names it.
    GiveUpElsewhere "GIVE_UP_ELSEWHERE" FailedPrecondition,
    /// The number belongs to another line, or is in quarantine.
    NumberTaken "NUMBER_TAKEN" AlreadyExists,
    /// The IMSI or ICCID belongs to another line.
    SimTaken "SIM_TAKEN" AlreadyExists,
    /// There is no token.
    Unauthenticated "UNAUTHENTICATED" Unauthenticated,
    /// The token was valid once.
    TokenExpired "TOKEN_EXPIRED" Unauthenticated,
    /// The token is not one of the issuer's, or not yet valid, or lacks what we need.
    TokenInvalid "TOKEN_INVALID" Unauthenticated,
    /// The token was made for another service.
    WrongAudience "WRONG_AUDIENCE" Unauthenticated,
    /// The caller has none of the roles that the call needs.
    PermissionDenied "PERMISSION_DENIED" PermissionDenied,
    /// The token's scope (`vigie_scope`) narrows the caller to some accounts, and the call is about all of them.
    ScopeTooNarrow "SCOPE_TOO_NARROW" PermissionDenied,
    /// The caller must authenticate again, more strongly, within the last five minutes.
    StepUpRequired "STEP_UP_REQUIRED" PermissionDenied,
    /// A stolen line needs a new SIM or the attested recovery of the handset.
    HandsetRecoveryRequired "HANDSET_RECOVERY_REQUIRED" FailedPrecondition,
    /// Staff act by phone only with the caller's checks recorded.
    CallerChecksRequired "CALLER_CHECKS_REQUIRED" FailedPrecondition,
    /// The line is not suspended for the reason that was to be lifted.
    ReasonNotSet "REASON_NOT_SET" FailedPrecondition,
    /// The line has ended.
    LineTerminated "LINE_TERMINATED" FailedPrecondition,
    /// The time for taking an act back is over.
    UndoExpired "UNDO_EXPIRED" FailedPrecondition,
    /// The act is not one that may be taken back, or not by this caller.
    UndoNotAllowed "UNDO_NOT_ALLOWED" FailedPrecondition,
    /// The line's SIM is being replaced; wait for its end.
    SimReplacementInProgress "SIM_REPLACEMENT_IN_PROGRESS" FailedPrecondition,
    /// No handset is on record for the line, and none was named.
    HandsetUnknown "HANDSET_UNKNOWN" FailedPrecondition,
    /// No declaration of theft stands for the line, or not the one that was named.
    TheftNotDeclared "THEFT_NOT_DECLARED" FailedPrecondition,
    /// As many handsets of the line are declared stolen as one line can have.
    TooManyDeclarations "TOO_MANY_DECLARATIONS" FailedPrecondition,
    /// No port of the number to another operator is noted.
    PortOutNotNoted "PORT_OUT_NOT_NOTED" FailedPrecondition,
    /// The bounded queue is full; nothing was recorded.
    QueueFull "QUEUE_FULL" ResourceExhausted,
    /// A stream's reader took nothing for too long; it goes on from where it last was.
    SlowReader "SLOW_READER" ResourceExhausted,
    /// The caller's deadline passed; nothing says whether the command was taken, so repeat it with its request id.
    DeadlineExceeded "DEADLINE_EXCEEDED" DeadlineExceeded,
    /// The command may or may not be recorded; repeat it with the same request id.
    OutcomeUnknown "OUTCOME_UNKNOWN" Unavailable,
    /// A part that the call needs is not there now.
    Unavailable "UNAVAILABLE" Unavailable,
    /// A view has not yet read as far as the caller asked for.
    ViewBehind "VIEW_BEHIND" Unavailable,
    /// An event cannot be read, and what comes after it in its stream waits for a person.
    EventParked "EVENT_PARKED" FailedPrecondition,
    /// The event that a stream waits behind can still not be taken in; nothing was changed.
    StillParked "STILL_PARKED" FailedPrecondition,
    /// Somebody else changed the same thing first; read it again and decide anew.
    Conflict "CONFLICT" Aborted,
    /// The subscriber register does not answer.
    RegisterUnreachable "REGISTER_UNREACHABLE" Unavailable,
    /// The reconciler is paused or has stopped itself.
    ReconcilerPaused "RECONCILER_PAUSED" FailedPrecondition,
    /// The log's past is not the reader's: it was restored. Rebuild from the start.
    CheckpointRefused "CHECKPOINT_REFUSED" FailedPrecondition,
    /// There is no such RPC here.
    Unimplemented "UNIMPLEMENTED" Unimplemented,
    /// The caller went away.
    Cancelled "CANCELLED" Cancelled,
    /// A failure that says no more than its code.
    Unspecified "UNSPECIFIED" Unknown,
    /// Ours, not the caller's; the log has more.
    Internal "INTERNAL" Internal,
}

impl Reason {
    /// How long to wait before the same call may succeed; `None` when it never will.
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::QueueFull => Some(Duration::from_millis(200)),
            Self::Conflict => Some(Duration::from_millis(50)),
            Self::ViewBehind | Self::SlowReader => Some(Duration::from_millis(100)),
            Self::OutcomeUnknown | Self::Unavailable | Self::DeadlineExceeded => Some(Duration::from_secs(1)),
            Self::RegisterUnreachable => Some(Duration::from_secs(2)),
            _ => None,
        }
    }

    /// The reason of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == name)
    }

    /// The reason that a status carries, if it comes from one of our services.
    pub fn of(status: &Status) -> Option<Self> {
        let info = status.get_details_error_info()?;
        if info.domain == super::DOMAIN { Self::parse(&info.reason) } else { None }
    }

    /// What to say of a status that came without reason: tonic's own, or a service's slip.
    pub(super) const fn for_code(code: Code) -> Self {
        match code {
            Code::Cancelled => Self::Cancelled,
            Code::InvalidArgument => Self::InvalidArgument,
            Code::DeadlineExceeded => Self::DeadlineExceeded,
            Code::NotFound => Self::NotFound,
            Code::PermissionDenied => Self::PermissionDenied,
            Code::ResourceExhausted => Self::QueueFull,
            Code::Aborted => Self::Conflict,
            Code::OutOfRange => Self::TooLarge,
            Code::Unimplemented => Self::Unimplemented,
            Code::Internal | Code::DataLoss => Self::Internal,
            Code::Unavailable => Self::Unavailable,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::Ok | Code::Unknown | Code::AlreadyExists | Code::FailedPrecondition => Self::Unspecified,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_fit_error_info() {
        let names: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            let name = reason.as_str();
            assert!(name.len() <= 63 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{name}");
            assert_eq!(Reason::parse(name), Some(*reason));
        }
        assert_eq!(Reason::parse("NO_SUCH_REASON"), None);
    }

    #[test]
    fn only_calls_that_may_succeed_later_are_told_to_retry() {
        for reason in Reason::ALL {
            let transient = matches!(
                reason.code(),
                Code::Unavailable | Code::Aborted | Code::ResourceExhausted | Code::DeadlineExceeded
            );
            assert_eq!(reason.retry_after().is_some(), transient, "{reason}");
        }
    }
}
