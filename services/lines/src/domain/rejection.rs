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
    /// The line has ended: its number is another operator's.
    #[error(
        "the line has ended: its number was ported out, and only the operator who has it now can suspend it"
    )]
    LinePortedOut,
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
    /// The chip of the stolen handset would get the new SIM.
    #[error("this eSIM would be on the chip of the stolen handset: take another one")]
    EsimOnStolenHandset,
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
    /// No handset is on record, and none was named.
    #[error("no handset is on record for this line: say its IMEI")]
    HandsetUnknown,
    /// A declaration of theft in the future, or too old.
    #[error("the police took the declaration within the last 365 days, and not in the future")]
    DeclarationDateRefused,
    /// So many handsets of one line are declared stolen.
    #[error("8 handsets of this line are declared stolen: look whether all of them are")]
    TooManyDeclarations,
    /// No declaration of theft stands.
    #[error("no handset of this line is declared stolen, or not by this declaration")]
    TheftNotDeclared,
    /// Several declarations of theft stand.
    #[error("several handsets of this line are declared stolen: name the declaration")]
    SeveralDeclarations,
    /// A handset cannot have been recovered before the theft was declared, nor in the future.
    #[error("the handset was recovered after the theft was declared, and not in the future")]
    RecoveryDateRefused,
    /// No port to another operator is noted.
    #[error("no port to another operator is noted for this line")]
    PortOutNotNoted,
    /// A port that is planned too far from now, or was completed in the future or long ago.
    #[error("a port is planned at most 365 days ahead, and told at most 31 days after it happened")]
    PortOutDateRefused,
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
    pub(crate) const EXAMPLES: [Self; 26] = [
        Self::LineNotFound,
        Self::AlreadyRegistered,
        Self::LineTerminated,
        Self::LinePortedOut,
        Self::NumberTaken,
        Self::ImsiTaken,
        Self::IccidTaken,
        Self::PermissionDenied("example"),
        Self::StepUpRequired,
        Self::CallerChecksRequired,
        Self::HandsetRecoveryRequired,
        Self::EsimOnStolenHandset,
        Self::ReasonNotSet,
        Self::UndoNotAllowed,
        Self::UndoExpired,
        Self::SimReplacementInProgress,
        Self::HandsetUnknown,
        Self::DeclarationDateRefused,
        Self::TooManyDeclarations,
        Self::TheftNotDeclared,
        Self::SeveralDeclarations,
        Self::RecoveryDateRefused,
        Self::PortOutNotNoted,
        Self::PortOutDateRefused,
        Self::Superseded,
        Self::ReadBackDiffers,
    ];

    /// Stable name, for `google.rpc.ErrorInfo`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::LineNotFound => "LINE_NOT_FOUND",
            Self::AlreadyRegistered => "CONFLICT",
            Self::LineTerminated | Self::LinePortedOut => "LINE_TERMINATED",
            Self::NumberTaken => "NUMBER_TAKEN",
            Self::ImsiTaken => "SIM_TAKEN",
            Self::IccidTaken => "SIM_TAKEN",
            Self::PermissionDenied(_) => "PERMISSION_DENIED",
            Self::StepUpRequired => "STEP_UP_REQUIRED",
            Self::CallerChecksRequired => "CALLER_CHECKS_REQUIRED",
            Self::HandsetRecoveryRequired | Self::EsimOnStolenHandset => "HANDSET_RECOVERY_REQUIRED",
            Self::ReasonNotSet => "REASON_NOT_SET",
            Self::UndoNotAllowed => "UNDO_NOT_ALLOWED",
            Self::UndoExpired => "UNDO_EXPIRED",
            Self::SimReplacementInProgress => "SIM_REPLACEMENT_IN_PROGRESS",
            Self::HandsetUnknown => "HANDSET_UNKNOWN",
            Self::DeclarationDateRefused | Self::RecoveryDateRefused | Self::PortOutDateRefused => {
                "BAD_PERIOD"
            }
            Self::TooManyDeclarations => "TOO_MANY_DECLARATIONS",
            Self::TheftNotDeclared => "THEFT_NOT_DECLARED",
            Self::SeveralDeclarations => "INVALID_ARGUMENT",
            Self::PortOutNotNoted => "PORT_OUT_NOT_NOTED",
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
