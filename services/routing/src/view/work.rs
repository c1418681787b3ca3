//! What has to be done before a gap opens (promises 2.1, 3.2, 3.4). Nothing of it is a row of its own: a gap is there, or not, in what
//! is recorded of managers, absences and accounts, so that nothing is left on the list when somebody closed the gap from
//! another side, and nothing is missing whichever stream is read first.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Row, Value};

use super::columns::instant;
use super::{Error, View};
use crate::domain::review_plan::NOTICE;
use crate::domain::staff::Policy;

/// What will open a gap, or has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkKind {
    /// A manager's training ends soon.
    TrainingExpiring,
    /// A manager's training has ended.
    TrainingExpired,
    /// A manager leaves, or has left, and has accounts without a successor.
    ManagerLeaving,
    /// Nobody covers for a manager, or whoever was to is away, gone or untrained.
    AbsenceWithoutCover,
    /// A company has no manager, here or above: its gap is open. Or one at the top of its hierarchy soon will have none.
    AccountWithoutManager,
    /// A company's year ends soon, or has ended, and no review is planned.
    ReviewDue,
    /// A project abroad waits for its answer.
    ProjectAnswerDue,
}

/// Something to do.
pub(crate) struct WorkRow {
    pub(crate) kind: WorkKind,
    /// By whom it is caused; none for an account's own.
    pub(crate) staff_id: Option<Uuid>,
    /// Which account; none where it is about all of a manager's.
    pub(crate) account_id: Option<Uuid>,
    /// When the gap opens, or opened.
    pub(crate) due_at: Timestamp,
    /// How many accounts it is about.
    pub(crate) accounts: i64,
    key: WorkKey,
}

/// Where a page ended: what is due first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkKey {
    due_at: i64,
    kind: i64,
    item_id: Uuid,
}

/// `$1` is now, `$2` until when a training and an assignment must last to be no work, `$3` to `$5` where the page before
/// ended, `$6` how many, `$7` until when a year must end to be no work. `held` is who manages which account, as long as there is such an account. A manager's accounts are
/// counted at the instant at which the gap opens, or now where it has opened.
const SQL: &str = "
WITH held AS NOT MATERIALIZED (
    SELECT m.staff_id, m.account_id, m.effective_from AS begins_at,
        CASE WHEN a.closed_at < m.effective_until OR m.effective_until IS NULL
        THEN a.closed_at ELSE m.effective_until END AS ends_at
    FROM assignment_view m JOIN account_view a ON a.account_id = m.account_id
)
SELECT w.kind, w.item_id, w.due_at, w.staff_id, w.account_id,
    CASE WHEN w.kind > 5 THEN CAST(1 AS BIGINT)
    WHEN w.account_id IS NULL
    THEN (SELECT COUNT(*) FROM held h
          WHERE h.staff_id = w.staff_id
          AND h.begins_at <= CASE WHEN w.due_at > $1 THEN w.due_at ELSE $1 END
          AND (h.ends_at IS NULL OR h.ends_at > CASE WHEN w.due_at > $1 THEN w.due_at ELSE $1 END))
    ELSE 1 + (SELECT COUNT(*) FROM account_view b
              WHERE b.parent_account_id = w.account_id AND b.manager_staff_id IS NULL
              AND (b.closed_at IS NULL OR b.closed_at > $1))
           + (SELECT COUNT(*) FROM account_view b JOIN account_view c ON c.parent_account_id = b.account_id
              WHERE b.parent_account_id = w.account_id AND b.manager_staff_id IS NULL
              AND (b.closed_at IS NULL OR b.closed_at > $1)
              AND c.manager_staff_id IS NULL AND (c.closed_at IS NULL OR c.closed_at > $1))
    END
FROM (
    SELECT * FROM (
        SELECT CAST(CASE WHEN s.training_valid_until > $1 THEN 1 ELSE 2 END AS BIGINT) AS kind,
            s.staff_id AS item_id, s.training_valid_until AS due_at, s.staff_id, CAST(NULL AS UUID) AS account_id
        FROM staff_view s
        WHERE s.is_account_manager AND NOT s.has_left AND s.training_valid_until <= $2
        AND (s.leaves_at IS NULL OR s.leaves_at > s.training_valid_until)
      UNION ALL
        SELECT CAST(3 AS BIGINT), s.staff_id, s.leaves_at, s.staff_id, CAST(NULL AS UUID)
        FROM staff_view s
        WHERE s.leaves_at IS NOT NULL AND EXISTS (
            SELECT 1 FROM held h
            WHERE h.staff_id = s.staff_id
            AND h.begins_at <= CASE WHEN s.leaves_at > $1 THEN s.leaves_at ELSE $1 END
            AND (h.ends_at IS NULL OR h.ends_at > CASE WHEN s.leaves_at > $1 THEN s.leaves_at ELSE $1 END))
      UNION ALL
        SELECT CAST(4 AS BIGINT), a.absence_id, a.begins_at, a.staff_id, CAST(NULL AS UUID)
        FROM absence_view a
        JOIN staff_view s ON s.staff_id = a.staff_id
        LEFT JOIN staff_view c ON c.staff_id = a.cover_staff_id
        WHERE NOT a.is_over AND a.ends_at > $1 AND s.is_account_manager AND NOT s.has_left
        AND (s.leaves_at IS NULL OR s.leaves_at > a.begins_at)
        AND (c.staff_id IS NULL OR NOT c.is_account_manager
             OR c.training_valid_until IS NULL OR c.training_valid_until < a.ends_at
             OR c.leaves_at < a.ends_at
             OR EXISTS (SELECT 1 FROM absence_view o
                        WHERE o.staff_id = c.staff_id AND NOT o.is_over
                        AND o.begins_at < a.ends_at AND a.begins_at < o.ends_at AND o.ends_at > $1))
      UNION ALL
        SELECT CAST(5 AS BIGINT), a.account_id, a.gap_since, CAST(NULL AS UUID), a.account_id
        FROM account_view a
        WHERE a.gap_since IS NOT NULL AND a.gap_cause = 'NO_MANAGER'
      UNION ALL
        SELECT CAST(5 AS BIGINT), m.account_id, m.effective_until, CAST(NULL AS UUID), m.account_id
        FROM assignment_view m JOIN account_view a ON a.account_id = m.account_id
        WHERE m.effective_until > $1 AND m.effective_until <= $2 AND m.effective_from <= $1
        AND a.parent_account_id IS NULL AND (a.closed_at IS NULL OR a.closed_at > m.effective_until)
        AND NOT EXISTS (SELECT 1 FROM assignment_view n
                        WHERE n.account_id = m.account_id AND n.effective_from <= m.effective_until
                        AND (n.effective_until IS NULL OR n.effective_until > m.effective_until))
      UNION ALL
        SELECT CAST(6 AS BIGINT), r.account_id, COALESCE(r.late_since, r.due_at), CAST(NULL AS UUID), r.account_id
        FROM review_plan_view r
        WHERE NOT r.is_planned AND (r.late_since IS NOT NULL OR r.due_at <= $7)
        AND (r.ended_at IS NULL OR r.ended_at > $1)
      UNION ALL
        SELECT CAST(7 AS BIGINT), p.project_id, p.answer_due_at, p.referent_staff_id, p.account_id
        FROM project_view p
        WHERE p.is_waiting
    ) found
    WHERE (found.due_at, found.kind, found.item_id) > ($3, $4, $5)
    ORDER BY found.due_at, found.kind, found.item_id LIMIT $6
) w
ORDER BY w.due_at, w.kind, w.item_id";

impl View {
    /// At most `size` things to do as of `now`, the most urgent first, and where the next page begins.
    pub(crate) async fn work_page(
        &self,
        now: Timestamp,
        after: Option<WorkKey>,
        size: u32,
    ) -> Result<(Vec<WorkRow>, Option<WorkKey>), Error> {
        let WorkKey { due_at, kind, item_id } =
            after.unwrap_or(WorkKey { due_at: i64::MIN, kind: 0, item_id: Uuid::nil() });
        let values: [Value; 7] = [
            now.as_micros().into(),
            now.plus(Policy::DEFAULT.training_notice).as_micros().into(),
            due_at.into(),
            kind.into(),
            item_id.into(),
            (i64::from(size) + 1).into(),
            now.plus(NOTICE).as_micros().into(),
        ];
        let rows = self.database().query(AssertSqlSafe(SQL), &values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let work = rows.iter().take(size).map(read).collect::<Result<Vec<_>, _>>()?;
        let next = work.last().filter(|_| rows.len() > size).map(|last| last.key);
        Ok((work, next))
    }
}

fn read(row: &Row) -> Result<WorkRow, Error> {
    let (kind, item_id, due_at) = (row.i64(0)?, row.uuid(1)?, instant(row, 2)?);
    Ok(WorkRow {
        kind: match kind {
            1 => WorkKind::TrainingExpiring,
            2 => WorkKind::TrainingExpired,
            3 => WorkKind::ManagerLeaving,
            4 => WorkKind::AbsenceWithoutCover,
            5 => WorkKind::AccountWithoutManager,
            6 => WorkKind::ReviewDue,
            7 => WorkKind::ProjectAnswerDue,
            _ => return Err(Error::Corrupt("kind")),
        },
        staff_id: row.opt_uuid(3)?,
        account_id: row.opt_uuid(4)?,
        due_at,
        accounts: row.i64(5)?,
        key: WorkKey { due_at: due_at.as_micros(), kind, item_id },
    })
}
