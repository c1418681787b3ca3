//! Which lines the register's driver should look at: candidates only, the log decides.

use async_trait::async_trait;
use sqlx::Error;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::Value;

use super::View;
use super::row::words;
use crate::register::{BoxError, Candidate, Candidates, Waiting};

#[async_trait]
impl Candidates for View {
    async fn unconfirmed(&self, after: Option<Waiting>, limit: usize) -> Result<Vec<Waiting>, BoxError> {
        let (since, line_id) =
            after.map_or((i64::MIN, Uuid::nil()), |after| (after.since.as_micros(), after.line_id));
        let rows = self
            .database()
            .query(
                "SELECT waiting_since, line_id FROM line_view \
                 WHERE waiting_since IS NOT NULL AND (waiting_since, line_id) > ($1, $2) \
                 ORDER BY waiting_since, line_id LIMIT $3",
                &[since.into(), line_id.into(), limit_value(limit)],
            )
            .await?;
        let waiting = rows
            .iter()
            .map(|row| Ok(Waiting { since: Timestamp::from_micros(row.i64(0)?), line_id: row.uuid(1)? }));
        Ok(waiting.collect::<Result<_, Error>>()?)
    }

    /// A line whose identifiers were erased cannot be compared.
    async fn lines(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Candidate>, BoxError> {
        let rows = self
            .database()
            .query(
                "SELECT line_id, imsi, msisdn, barred, waiting_since, in_drift, retired_imsis FROM line_view \
                 WHERE imsi IS NOT NULL AND msisdn IS NOT NULL AND line_id > $1 ORDER BY line_id LIMIT $2",
                &[after.unwrap_or_default().into(), limit_value(limit)],
            )
            .await?;
        let candidates = rows.iter().map(|row| {
            Ok(Candidate {
                line_id: row.uuid(0)?,
                imsi: row.text(1)?,
                msisdn: row.text(2)?,
                barred: row.bool(3)?,
                confirmed: row.opt_i64(4)?.is_none(),
                in_drift: row.bool(5)?,
                retired_imsis: words(&row.text(6)?).map(str::to_owned).collect(),
            })
        });
        Ok(candidates.collect::<Result<_, Error>>()?)
    }

    async fn count(&self) -> Result<u64, BoxError> {
        let rows = self
            .database()
            .query("SELECT COUNT(*) FROM line_view WHERE imsi IS NOT NULL AND msisdn IS NOT NULL", &[])
            .await?;
        let count = rows.first().ok_or(Error::RowNotFound)?.i64(0)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn limit_value(limit: usize) -> Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}
