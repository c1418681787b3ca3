//! The result of a characteristic over many cases.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_clock::Timestamp;

use super::case::{Case, EvidenceLevel};
use super::promise::PromiseCase;
use super::verdict::{ExclusionReason, UnmeasuredReason, Verdict};

/// Cases by verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The numerator.
    pub kept: u64,
    /// With kept: the denominator.
    pub late: u64,
    /// By reason code.
    pub excluded: BTreeMap<ExclusionReason, u64>,
    /// Not yet decided.
    pub open: u64,
    /// By reason code.
    pub unmeasured: BTreeMap<UnmeasuredReason, u64>,
}

impl Tally {
    /// Counts `cases` more under a verdict.
    pub fn add(&mut self, verdict: Verdict, cases: u64) {
        match verdict {
            Verdict::Kept => self.kept += cases,
            Verdict::Late => self.late += cases,
            Verdict::Excluded(reason) => *self.excluded.entry(reason).or_default() += cases,
            Verdict::Open => self.open += cases,
            Verdict::Unmeasured(reason) => *self.unmeasured.entry(reason).or_default() += cases,
        }
    }

    /// Cases that were judged: kept and late.
    pub fn denominator(&self) -> u64 {
        self.kept + self.late
    }

    /// Excluded cases.
    pub fn excluded(&self) -> u64 {
        self.excluded.values().sum()
    }

    /// Unmeasured cases.
    pub fn unmeasured(&self) -> u64 {
        self.unmeasured.values().sum()
    }

    /// kept + late + excluded + open + unmeasured.
    pub fn population(&self) -> u64 {
        self.denominator() + self.excluded() + self.open + self.unmeasured()
    }

    /// kept / (kept + late); `None` is *not measurable*, never 100 %.
    #[allow(clippy::cast_precision_loss, reason = "counts of acts stay far below 2^52")]
    pub fn ratio(&self) -> Option<f64> {
        match self.denominator() {
            0 => None,
            denominator => Some(self.kept as f64 / denominator as f64),
        }
    }
}

/// A percentile of T1 − T0 over the judged cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentile {
    /// No case was judged.
    NotMeasurable,
    /// By the nearest-rank method.
    Of(Duration),
    /// It falls on a late case without T1: longer than anything measured.
    Unbounded,
}

impl Percentile {
    /// The duration, where there is one.
    pub const fn duration(self) -> Option<Duration> {
        match self {
            Self::Of(duration) => Some(duration),
            Self::NotMeasurable | Self::Unbounded => None,
        }
    }
}

/// The rank, from 1, of the `percent`th percentile among `count` values in ascending order: ⌈percent · count / 100⌉
/// (nearest rank). `None` without values.
pub const fn nearest_rank(count: u64, percent: u64) -> Option<u64> {
    if count == 0 { None } else { Some((count * percent).div_ceil(100)) }
}

/// What counts of a case.
pub trait Judged {
    /// The verdict on it.
    fn verdict(&self) -> Verdict;

    /// T0.
    fn t0(&self) -> Option<Timestamp>;

    /// T1.
    fn t1(&self) -> Option<Timestamp>;

    /// How far it is proven.
    fn evidence_level(&self) -> EvidenceLevel;
}

impl Judged for Case {
    fn verdict(&self) -> Verdict {
        Self::verdict(self)
    }

    fn t0(&self) -> Option<Timestamp> {
        self.facts.t0
    }

    fn t1(&self) -> Option<Timestamp> {
        self.facts.t1()
    }

    fn evidence_level(&self) -> EvidenceLevel {
        self.evidence_level
    }
}

impl Judged for PromiseCase {
    fn verdict(&self) -> Verdict {
        Self::verdict(self)
    }

    fn t0(&self) -> Option<Timestamp> {
        self.facts.t0
    }

    fn t1(&self) -> Option<Timestamp> {
        self.facts.t1
    }

    fn evidence_level(&self) -> EvidenceLevel {
        self.evidence_level
    }
}

/// The result of a characteristic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Cases by verdict.
    pub tally: Tally,
    /// The 95th percentile of T1 − T0. Late cases without T1 count as the longest.
    pub p95: Percentile,
    /// Whether some evidence comes from a simulated register.
    pub simulated: bool,
}

impl Indicator {
    /// The percentile that promise 9.3 is read by.
    pub const PERCENT: u64 = 95;

    /// The result over cases, in any order.
    pub fn of<'a, C: Judged + 'a>(cases: impl IntoIterator<Item = &'a C>) -> Self {
        let mut tally = Tally::default();
        let mut simulated = false;
        let mut durations = Vec::new();
        for case in cases {
            let verdict = case.verdict();
            tally.add(verdict, 1);
            simulated |= case.evidence_level() == EvidenceLevel::Simulated;
            if matches!(verdict, Verdict::Kept | Verdict::Late) {
                durations.push(case.t0().zip(case.t1()).map(|(t0, t1)| t1.since(t0)));
            }
        }
        Self { p95: percentile(durations), tally, simulated }
    }
}

fn percentile(mut durations: Vec<Option<Duration>>) -> Percentile {
    durations.sort_unstable_by_key(|duration| duration.unwrap_or(Duration::MAX));
    let at_rank = nearest_rank(durations.len() as u64, Indicator::PERCENT)
        .and_then(|rank| durations.get(usize::try_from(rank - 1).unwrap_or(usize::MAX)));
    match at_rank {
        None => Percentile::NotMeasurable,
        Some(Some(duration)) => Percentile::Of(*duration),
        Some(None) => Percentile::Unbounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank_is_the_textbook_one() {
        let ranks: Vec<_> = [0, 1, 19, 20, 21, 100, 101].map(|count| nearest_rank(count, 95)).to_vec();
        assert_eq!(ranks, [None, Some(1), Some(19), Some(19), Some(20), Some(95), Some(96)]);
    }

    #[test]
    fn nothing_judged_is_not_measurable_and_never_all_kept() {
        let mut tally = Tally::default();
        tally.add(Verdict::Excluded(ExclusionReason::Superseded), 3);
        assert_eq!((tally.ratio(), tally.population()), (None, 3));
        assert_eq!(percentile(vec![]), Percentile::NotMeasurable);
    }

    #[test]
    fn a_case_never_confirmed_is_longer_than_any() {
        let second = Some(Duration::from_secs(1));
        let mut durations = vec![second; 19];
        durations.push(None);
        assert_eq!(percentile(durations.clone()), Percentile::Of(Duration::from_secs(1)));
        durations.push(None);
        assert_eq!(percentile(durations), Percentile::Unbounded);
    }
}
