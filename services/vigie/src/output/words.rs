//! Enum values of the contract in short, and the colour that goes with them.

use anstyle::Style;
use vigie_proto::commitments::Verdict;
use vigie_proto::lines::{
    ActKind, ActState, BlockEvidence, Evidence, HandsetState, Line, LineState, SuspensionReason,
};

use vigie_proto::notices::{
    AttemptOutcome, NoticeAudience, NoticeCause, NoticeChannel, NoticeRole, NoticeState,
};
use vigie_proto::routing::{
    AbroadZone, AccountLevel, ContactChannel, DeskPurpose, Language, ManagerBasis, PersonRole, ProjectKind,
    ProjectOutcome, ReviewState, Segment, ServiceFamily, Subject, TariffClass, WorkKind,
};

use super::style;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $prefix:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(value: i32) -> String {
            match <$type>::try_from(value) {
                Ok(known) => known.as_str_name().trim_start_matches($prefix).to_owned(),
                // A newer service may know more words than this build.
                Err(_) => value.to_string(),
            }
        }
    )*};
}

words! {
    /// `THEFT`
    reason: SuspensionReason, "SUSPENSION_REASON_";
    /// `REGISTER_READ_BACK`
    evidence: Evidence, "EVIDENCE_";
    /// `SUSPENDED`
    line_state: LineState, "LINE_STATE_";
    /// `REPLACE_SIM`
    act_kind: ActKind, "ACT_KIND_";
    /// `CONFIRMED`
    act_state: ActState, "ACT_STATE_";
    /// `READ_BACK`
    block_evidence: BlockEvidence, "BLOCK_EVIDENCE_";
    /// `TO_BE_BLOCKED`
    handset_state: HandsetState, "HANDSET_STATE_";
    /// `KEPT`
    verdict: Verdict, "VERDICT_";
    /// `COMPANY`
    account_level: AccountLevel, "ACCOUNT_LEVEL_";
    /// `SME_FLEET`
    segment: Segment, "SEGMENT_";
    /// `FRENCH`
    language: Language, "LANGUAGE_";
    /// `FLEET_MANAGER`
    person_role: PersonRole, "PERSON_ROLE_";
    /// `SALES`
    desk_purpose: DeskPurpose, "DESK_PURPOSE_";
    /// `PHONE`
    channel: ContactChannel, "CONTACT_CHANNEL_";
    /// `FREE`
    tariff: TariffClass, "TARIFF_CLASS_";
    /// `COVER`
    manager_basis: ManagerBasis, "MANAGER_BASIS_";
    /// `LINE_BARRED`
    notice_cause: NoticeCause, "NOTICE_CAUSE_";
    /// `HANDED_OVER`
    notice_state: NoticeState, "NOTICE_STATE_";
    /// `PERSON`
    notice_audience: NoticeAudience, "NOTICE_AUDIENCE_";
    /// `MAIL`
    notice_channel: NoticeChannel, "NOTICE_CHANNEL_";
    /// `FLEET_MANAGER`
    notice_role: NoticeRole, "NOTICE_ROLE_";
    /// `FAILED`
    attempt_outcome: AttemptOutcome, "ATTEMPT_OUTCOME_";
    /// `TRAINING_EXPIRING`
    work_kind: WorkKind, "WORK_KIND_";
    /// `PLANNED`
    review_state: ReviewState, "REVIEW_STATE_";
    /// `NEW_SITE`
    project_kind: ProjectKind, "PROJECT_KIND_";
    /// `NON_EEA`
    abroad_zone: AbroadZone, "ABROAD_ZONE_";
    /// `DELIVERED`
    project_outcome: ProjectOutcome, "PROJECT_OUTCOME_";
    /// `TECHNICAL`
    subject: Subject, "SUBJECT_";
    /// `MOBILE`
    service_family: ServiceFamily, "SERVICE_FAMILY_";
}

/// The word, or nothing where nothing is set.
pub(crate) fn if_set(value: i32, word: fn(i32) -> String) -> String {
    if value == 0 { String::new() } else { word(value) }
}

/// `THEFT, UNPAID`
pub(crate) fn reasons(values: &[i32]) -> String {
    list(values, reason)
}

/// Several words, in the order given.
pub(crate) fn list(values: &[i32], word: fn(i32) -> String) -> String {
    values.iter().map(|value| word(*value)).collect::<Vec<_>>().join(", ")
}

/// The evidence of a line's latest act; empty where nothing was ever asked, for there is nothing to prove.
pub(crate) fn evidence_of(line: &Line) -> String {
    if line.act_id.is_empty() { String::new() } else { evidence(line.evidence) }
}

/// The colour of a line's state.
pub(crate) fn line_style(state: LineState) -> Style {
    match state {
        LineState::Active => style::GOOD,
        LineState::Suspended => style::WAITING,
        LineState::Terminated | LineState::Unspecified => style::FAINT,
    }
}

/// The colour of evidence.
pub(crate) fn evidence_style(evidence: Evidence) -> Style {
    match evidence {
        Evidence::NotYetConfirmed => style::WAITING,
        Evidence::RegisterReadBack | Evidence::DetachRequested => style::GOOD,
        Evidence::Simulated | Evidence::Unspecified => style::PLAIN,
    }
}

/// The colour of where an act stands.
pub(crate) fn act_style(state: ActState) -> Style {
    match state {
        ActState::Confirmed => style::GOOD,
        ActState::Pending => style::WAITING,
        ActState::Superseded | ActState::Recorded | ActState::Unspecified => style::PLAIN,
    }
}

/// The colour of where a notice stands.
pub(crate) fn notice_style(state: NoticeState) -> Style {
    match state {
        NoticeState::HandedOver | NoticeState::Delivered => style::GOOD,
        NoticeState::ToSend => style::WAITING,
        NoticeState::GivenUp | NoticeState::NobodyToTell => style::BAD,
        NoticeState::Dropped | NoticeState::Unspecified => style::FAINT,
    }
}

/// The colour of a verdict.
pub(crate) fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Kept => style::GOOD,
        Verdict::Late => style::BAD,
        Verdict::Open => style::WAITING,
        Verdict::Excluded | Verdict::Unmeasured | Verdict::Unspecified => style::FAINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_contracts_without_their_prefix() {
        assert_eq!(reason(SuspensionReason::CommercialFreeze.into()), "COMMERCIAL_FREEZE");
        assert_eq!(evidence(Evidence::DetachRequested.into()), "DETACH_REQUESTED");
        assert_eq!(act_kind(ActKind::ReplaceSim.into()), "REPLACE_SIM");
        assert_eq!(reasons(&[2, 4]), "THEFT, UNPAID");
        assert_eq!(reason(99), "99", "a word of a newer service is shown, not hidden");
    }
}
