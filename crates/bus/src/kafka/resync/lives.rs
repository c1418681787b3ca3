//! The lives of a log: each restore begins a new one.

use vigie_eventlog::{EventLog, ReadError};

use super::examine::event_at;

/// The lives of a log, by what its chain of events says.
#[derive(Clone, Debug)]
pub(super) struct Lives {
    present: i64,
    /// From the latest on.
    restores: Vec<Restore>,
}

#[derive(Clone, Copy, Debug)]
struct Restore {
    /// The incarnation that it began.
    incarnation: i64,
    /// The last event of the backup.
    up_to: i64,
}

impl Lives {
    pub(super) async fn of(log: &EventLog) -> Result<Self, ReadError> {
        let head = log.head().await?;
        let mut lives = Self { present: head.incarnation.max(1), restores: Vec::new() };
        let (mut incarnation, mut last) = (head.incarnation, head.position);
        while incarnation > 1 {
            let is_before = async |position| Ok(event_at(log, position).await?.incarnation < incarnation);
            let up_to = last_of(0, last, is_before).await?;
            lives.restores.push(Restore { incarnation, up_to });
            incarnation = if up_to == 0 { 1 } else { event_at(log, up_to).await?.incarnation };
            last = up_to;
        }
        Ok(lives)
    }

    pub(super) const fn present(&self) -> i64 {
        self.present
    }

    pub(super) fn was_restored(&self) -> bool {
        !self.restores.is_empty()
    }

    /// The last event of the latest backup.
    pub(super) fn backup_end(&self) -> i64 {
        self.restores.first().map_or(i64::MAX, |restore| restore.up_to)
    }

    /// The last event that life `incarnation` has in common with the present one; what it recorded after that was lost.
    pub(super) fn common_past(&self, incarnation: i64) -> i64 {
        let later = self.restores.iter().filter(|restore| restore.incarnation > incarnation);
        later.map(|restore| restore.up_to).min().unwrap_or(i64::MAX)
    }
}

/// The last number up to `last` of which something holds that holds up to some number, and not from there on; `none` if
/// of none after it.
pub(super) async fn last_of(
    none: i64,
    last: i64,
    holds: impl AsyncFn(i64) -> Result<bool, ReadError>,
) -> Result<i64, ReadError> {
    if last <= none || holds(last).await? {
        return Ok(last.max(none));
    }
    let (mut holding, mut failing) = (none, last);
    while failing - holding > 1 {
        let middle = holding + (failing - holding) / 2;
        *if holds(middle).await? { &mut holding } else { &mut failing } = middle;
    }
    Ok(holding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_shares_its_past_up_to_the_earliest_backup_after_it() {
        // Restored up to 60, went on to 70, restored up to 50, restored up to 55.
        let restores = [(4, 55), (3, 50), (2, 60)];
        let restores = restores.map(|(incarnation, up_to)| Restore { incarnation, up_to }).to_vec();
        let lives = Lives { present: 4, restores };
        let shared = [1, 2, 3, 4].map(|life| lives.common_past(life));
        assert_eq!(shared, [50, 50, 55, i64::MAX]);
        assert_eq!((lives.backup_end(), lives.was_restored()), (55, true));
    }

    #[tokio::test]
    async fn the_last_number_of_which_something_holds_is_found() {
        for last in 0..20 {
            for end in 0..=last {
                assert_eq!(last_of(0, last, async |number| Ok(number <= end)).await.unwrap(), end);
            }
        }
    }
}
