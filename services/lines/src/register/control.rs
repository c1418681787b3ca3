//! What people told the reconciler, and what it waits for; the same for all replicas.

use vigie_clock::Timestamp;
use vigie_eventlog::Database;

const PAUSE: &str = "pause";
const WAITING: &str = "waiting_for_approval";
const SWEEP: &str = "next_sweep_at";

/// What is on record now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    /// Why it is paused.
    pub(crate) paused: Option<String>,
    /// Differences that wait for a person.
    pub(crate) waiting: u64,
}

/// The table of the reconciler's control: a name, a text, a number.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    database: Database,
}

impl Control {
    pub(crate) const fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn orders(&self) -> Result<Orders, sqlx::Error> {
        let mut orders = Orders::default();
        for row in self.database.query("SELECT name, text, number FROM register_control", &[]).await? {
            match row.text(0)?.as_str() {
                PAUSE => orders.paused = Some(row.text(1)?),
                WAITING => orders.waiting = u64::try_from(row.i64(2)?).unwrap_or(0),
                _ => {}
            }
        }
        Ok(orders)
    }

    pub(crate) async fn pause(&self, reason: &str) -> Result<(), sqlx::Error> {
        self.put(PAUSE, reason, 0).await
    }

    pub(crate) async fn unpause(&self) -> Result<(), sqlx::Error> {
        self.database.execute("DELETE FROM register_control WHERE name = $1", &[PAUSE.into()]).await.map(drop)
    }

    pub(crate) async fn set_waiting(&self, differences: u64) -> Result<(), sqlx::Error> {
        self.put(WAITING, "", i64::try_from(differences).unwrap_or(i64::MAX)).await
    }

    /// Whether this replica sweeps now: one of them per period. The first period begins when nobody has asked yet.
    pub(crate) async fn take_sweep(&self, now: Timestamp, next: Timestamp) -> Result<bool, sqlx::Error> {
        let rows = self
            .database
            .query("SELECT number FROM register_control WHERE name = $1", &[SWEEP.into()])
            .await?;
        match rows.first() {
            Some(row) if row.i64(0)? > now.as_micros() => return Ok(false),
            Some(_) => {}
            None => {
                let first = "INSERT INTO register_control (name, text, number) VALUES ($1, '', $2) \
                             ON CONFLICT (name) DO NOTHING";
                self.database.execute(first, &[SWEEP.into(), next.as_micros().into()]).await?;
                return Ok(false);
            }
        }
        let taken = self
            .database
            .execute(
                "UPDATE register_control SET number = $2 WHERE name = $1 AND number <= $3",
                &[SWEEP.into(), next.as_micros().into(), now.as_micros().into()],
            )
            .await?;
        Ok(taken == 1)
    }

    async fn put(&self, name: &str, text: &str, number: i64) -> Result<(), sqlx::Error> {
        self.database
            .execute(
                "INSERT INTO register_control (name, text, number) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET text = excluded.text, number = excluded.number",
                &[name.into(), text.into(), number.into()],
            )
            .await
            .map(drop)
    }
}
