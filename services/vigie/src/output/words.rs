//! Enum values of the contract in short, and the colour that goes with them.

use anstyle::Style;
use vigie_proto::commitments::Verdict;
use vigie_proto::lines::{ActKind, ActState, Evidence, Line, LineState, SuspensionReason};

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
    /// `KEPT`
    verdict: Verdict, "VERDICT_";
}

/// `THEFT, UNPAID`
pub(crate) fn reasons(values: &[i32]) -> String {
    values.iter().map(|value| reason(*value)).collect::<Vec<_>>().join(", ")
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
