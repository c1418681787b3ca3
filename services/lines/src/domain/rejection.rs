//! Why a command is refused.

/// A refusal: nothing was recorded. `Display` says what to do, [`Rejection::reason`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No such line.
    #[error("there is no such line")]
    LineNotFound,
    /// The line is registered already.
    #[error("the line is registered already")]
    AlreadyRegistered,
    /// The line is terminated and takes no more commands.
    #[error("the line is terminated")]
    LineTerminated,
    /// Another line has the number, or it is in quarantine.
    #[error("another line has this number, or it is in quarantine")]
    NumberTaken,
    /// The SIM with this IMSI belongs to a line.
    #[error("a line has, or had, the SIM with this IMSI")]
    ImsiTaken,
    /// The SIM with this ICCID belongs to a line.
    #[error("a line has, or had, the SIM with this ICCID")]
    IccidTaken,
    /// The person may not do this.
    #[error("not permitted: {0}")]
    PermissionDenied(&'static str),
    /// A fresh second proof of identity is missing.
    #[error("confirm your identity a second time (step-up) and ask again")]
    StepUpRequired,
    /// Staff act by phone and recorded no check of the caller.
    #[error("record at least one check of the caller and ask again")]
    CallerChecksRequired,
    /// After a theft neither a new SIM is in use nor is the handset attested to be recovered.
    #[error("replace the SIM first, or attest when the handset was recovered, after the theft was reported")]
    HandsetRecoveryRequired,
    /// The line is not suspended for this reason.
    #[error("the line is not suspended for this reason")]
    ReasonNotSet,
    /// This act cannot be undone by this person.
    #[error("only your own suspension for loss can be undone, and not from the suspended line")]
    UndoNotAllowed,
    /// The time to undo is over.
    #[error("the 15 minutes to undo are over: reinstate the line instead")]
    UndoExpired,
    /// A replacement of the SIM waits for the register.
    #[error("a replacement of the SIM waits for the register: ask again when it is confirmed")]
    SimReplacementInProgress,
    /// The register was driven to an intent that is no longer the line's.
    #[error("a later act asks for something else")]
    Superseded,
    /// The register does not show what the line's intent asks.
    #[error("the read-back is not what the line's intent asks")]
    ReadBackDiffers,
}

impl Rejection {
    /// One of each, for tests of what becomes of them.
    #[cfg(test)]
    pub(crate) const EXAMPLES: [Self; 16] = [
        Self::LineNotFound,
        Self::AlreadyRegistered,
        Self::LineTerminated,
        Self::NumberTaken,
        Self::ImsiTaken,
        Self::IccidTaken,
        Self::PermissionDenied("example"),
        Self::StepUpRequired,
        Self::CallerChecksRequired,
        Self::HandsetRecoveryRequired,
        Self::ReasonNotSet,
        Self::UndoNotAllowed,
        Self::UndoExpired,
        Self::SimReplacementInProgress,
        Self::Superseded,
        Self::ReadBackDiffers,
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::LineNotFound => "LINE_NOT_FOUND",
            Self::AlreadyRegistered => "CONFLICT",
            Self::LineTerminated => "LINE_TERMINATED",
            Self::NumberTaken => "NUMBER_TAKEN",
            Self::ImsiTaken => "SIM_TAKEN",
            Self::IccidTaken => "SIM_TAKEN",
            Self::PermissionDenied(_) => "PERMISSION_DENIED",
            Self::StepUpRequired => "STEP_UP_REQUIRED",
            Self::CallerChecksRequired => "CALLER_CHECKS_REQUIRED",
            Self::HandsetRecoveryRequired => "HANDSET_RECOVERY_REQUIRED",
            Self::ReasonNotSet => "REASON_NOT_SET",
            Self::UndoNotAllowed => "UNDO_NOT_ALLOWED",
            Self::UndoExpired => "UNDO_EXPIRED",
            Self::SimReplacementInProgress => "SIM_REPLACEMENT_IN_PROGRESS",
            Self::Superseded => "SUPERSEDED",
            Self::ReadBackDiffers => "READ_BACK_DIFFERS",
        }
    }

    /// The refusal for a key that the directory holds for another line; `None` for a kind that lines do not claim.
    pub fn taken(kind: &str) -> Option<Self> {
        match kind {
            "msisdn" => Some(Self::NumberTaken),
            "imsi" => Some(Self::ImsiTaken),
            "iccid" => Some(Self::IccidTaken),
            _ => None,
        }
    }
}
