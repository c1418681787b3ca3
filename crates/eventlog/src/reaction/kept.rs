//! What is kept of an effect, for whoever looks at what became of it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::store::{Stored, select_effects};
use super::{Effect, Ruling};
use crate::database::{Database, Row};
use crate::log::limit_value;

/// How far an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is carried out by itself.
    ToDo,
    /// It waits for a person.
    Waits {
        /// Since when; `None` where a build began it that did not write that down.
        since: Option<Timestamp>,
    },
    /// It is done.
    Done {
        /// Since when.
        at: Timestamp,
    },
    /// A person gave it up.
    GivenUp {
        /// When.
        at: Timestamp,
    },
}

/// An effect, how far it is, and what a person last said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The effect.
    pub effect: Effect,
    /// How far it is.
    pub progress: Progress,
    /// What a person last said about it.
    pub ruling: Option<Ruling>,
}

impl Kept {
    fn of(row: &Row, now: Timestamp) -> Result<Self, sqlx::Error> {
        let Stored { effect, .. } = Stored::of(row, now)?;
        let since = row.opt_i64(16)?.map(Timestamp::from_micros);
        let ended = row.opt_i64(17)?.map(Timestamp::from_micros);
        let progress = match (row.text(15)?.as_str(), ended) {
            ("WAITS", _) => Progress::Waits { since },
            ("DONE", Some(at)) => Progress::Done { at },
            ("DROPPED", Some(at)) => Progress::GivenUp { at },
            _ => Progress::ToDo,
        };
        let ruling = match (row.opt_text(18)?, row.opt_text(19)?, row.opt_i64(20)?) {
            (Some(by), Some(reason), Some(at)) => Some(Ruling { by, reason, at: Timestamp::from_micros(at) }),
            _ => None,
        };
        Ok(Self { effect, progress, ruling })
    }
}

/// At most `limit` effects that wait, in order of position and ordinal, after those.
pub(super) async fn waiting(
    database: &Database,
    after: (i64, i64),
    limit: usize,
    now: Timestamp,
) -> Result<Vec<Kept>, sqlx::Error> {
    let sql = select_effects!(
        "WHERE e.finished_at IS NULL AND e.state = 'WAITS' AND (e.position, e.ordinal) > ($1, $2) \
         ORDER BY e.position, e.ordinal LIMIT $3"
    );
    let rows = database.query(sql, &[after.0.into(), after.1.into(), limit_value(limit)]).await?;
    rows.iter().map(|row| Kept::of(row, now)).collect()
}

/// The effect of that request id, also one that is finished, for as long as it is remembered.
pub(super) async fn find(
    database: &Database,
    request_id: Uuid,
    now: Timestamp,
) -> Result<Option<Kept>, sqlx::Error> {
    let sql = select_effects!("WHERE e.request_id = $1");
    let rows = database.query(sql, &[request_id.into()]).await?;
    rows.first().map(|row| Kept::of(row, now)).transpose()
}
