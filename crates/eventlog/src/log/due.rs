//! What time brings: timers that are due, leases that ran out, requests to be forgotten.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::schema::limit_value;
use super::{EventLog, ReadError, in_time};
use crate::timers::{Found, Timer};

impl EventLog {
    /// At most `limit` streams of a kind whose timer is due at `now`, most overdue first.
    pub async fn due(
        &self,
        kind: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Uuid, Timestamp)>, ReadError> {
        let found = self.timers(kind, Timer::START, now, limit).await?;
        Ok(found.due.into_iter().map(|timer| (timer.stream_id, timer.due)).collect())
    }

    /// At most `limit` timers of a kind of stream behind `after` that are due at `now`, and when the next one will be.
    ///
    /// Planned anew each time: it is asked from the first moment on, and a plan for a table of hardly any rows scans all that come.
    pub(crate) async fn timers(
        &self,
        kind: &str,
        after: Timer,
        now: Timestamp,
        limit: usize,
    ) -> Result<Found, ReadError> {
        let values = [
            kind.into(),
            after.due.as_micros().into(),
            after.stream_id.into(),
            now.as_micros().into(),
            limit_value(limit),
        ];
        let rows = self.0.database.query_planned_anew(
            "SELECT * FROM (SELECT stream_id, due_at FROM streams \
               WHERE kind = $1 AND due_at IS NOT NULL AND (due_at, stream_id) > ($2, $3) AND due_at <= $4 \
               ORDER BY due_at, stream_id LIMIT $5) AS due \
             UNION ALL SELECT * FROM (SELECT stream_id, due_at FROM streams \
               WHERE kind = $1 AND due_at IS NOT NULL AND due_at > $4 ORDER BY due_at, stream_id LIMIT 1) AS next",
            &values,
        );
        let mut found = Found::default();
        for row in in_time(rows).await? {
            let timer = Timer { stream_id: row.uuid(0)?, due: Timestamp::from_micros(row.i64(1)?) };
            if timer.due > now {
                found.next = Some(timer.due);
            } else {
                found.due.push(timer);
            }
        }
        // Of a union no order is promised.
        found.due.sort_unstable();
        Ok(found)
    }

    /// At most `limit` streams whose lease ran out without being given back.
    pub async fn abandoned_leases(&self, now: Timestamp, limit: usize) -> Result<Vec<Uuid>, ReadError> {
        let rows = self
            .query(
                "SELECT stream_id FROM streams WHERE lease_holder IS NOT NULL AND lease_until <= $1 \
                 ORDER BY lease_until LIMIT $2",
                &[now.as_micros().into(), limit_value(limit)],
            )
            .await?;
        Ok(rows.iter().map(|row| row.uuid(0)).collect::<Result<_, _>>()?)
    }

    /// Forgets at most `limit` requests recorded before `before`; answers how many it forgot.
    pub async fn purge_requests(&self, before: Timestamp, limit: usize) -> Result<u64, ReadError> {
        let purged = self
            .0
            .database
            .execute(
                "DELETE FROM requests WHERE (request_id, caller, method) IN \
                 (SELECT request_id, caller, method FROM requests WHERE recorded_at < $1 \
                  ORDER BY recorded_at LIMIT $2)",
                &[before.as_micros().into(), limit_value(limit)],
            )
            .await?;
        Ok(purged)
    }
}
