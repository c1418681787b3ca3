//! What is asked of the view: a line, its entries by page or after a mark, an act, acts by page.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_eventlog::Transaction;

use super::Error;
use super::condition::{Condition, Sight};
use super::projection::standing;
use super::row::{to_act, to_entry, to_line};
use super::table::{ACTS, LINES, TIMELINE};
use crate::domain::{Act, ActState, Entry};

/// How far a line's timeline goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// After its last entry.
    pub mark: Mark,
    /// Version of an event that cannot be read, behind which the rest of the line waits.
    pub parked_version: Option<i64>,
}

/// Where a reader of a line's timeline stands. Means the same on every replica, and after the view was rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The incarnation that recorded the last entry read; 0 before the first.
    pub incarnation: i64,
    /// The line's version at it; 0 before the first.
    pub version: i64,
}

impl Mark {
    /// Before a line's first entry.
    pub const START: Self = Self { incarnation: 0, version: 0 };

    /// After an entry.
    pub const fn after(entry: &Entry) -> Self {
        Self { incarnation: entry.incarnation, version: entry.version }
    }
}

/// What came after a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There is no such line, or it is not the caller's to see.
    NoLine,
    /// The log was restored to before the mark: what its reader has seen did not happen.
    OtherPast,
    /// Entries, oldest first; none when nothing came.
    Entries {
        /// The entries.
        entries: Vec<Entry>,
        /// Whether this view has come to the mark; until it has, nobody knows whether it ever will.
        has_mark: bool,
        /// Version of an event that cannot be read, behind which the rest of the line waits.
        parked_version: Option<i64>,
    },
}

/// Which acts are asked for.
#[derive(Clone, Debug)]
pub struct ActFilter {
    /// What the caller may see.
    pub sight: Sight,
    /// Only of this line.
    pub line_id: Option<Uuid>,
    /// Only of this account.
    pub account_id: Option<Uuid>,
    /// Only in this state.
    pub state: Option<ActState>,
}

/// Where a page of acts ended: newest T0 first, then by descending id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActKey {
    asked_at: i64,
    act_id: Uuid,
}

/// How far the timeline of a line goes that the caller may see.
pub(crate) async fn head(
    snapshot: &mut Transaction,
    line_id: Uuid,
    sight: &Sight,
) -> Result<Option<Head>, Error> {
    let condition = Condition::default().and("line_id =", line_id).seen_lines(sight);
    let rows = condition.query(snapshot, &LINES.select(), "").await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let line = to_line(row)?;
    let mark = Mark { incarnation: line.incarnation, version: line.version };
    Ok(Some(Head { mark, parked_version: parked_version(snapshot, line_id).await? }))
}

async fn parked_version(snapshot: &mut Transaction, line_id: Uuid) -> Result<Option<i64>, Error> {
    let sql = "SELECT stream_version FROM parked_streams WHERE stream_id = $1";
    let rows = snapshot.query(sql, &[line_id.into()]).await?;
    Ok(rows.first().map(|row| row.i64(0)).transpose()?)
}

/// A page of a line's entries, newest first, those of one act or all; and the version before which the next page begins,
/// if there is one.
pub(crate) async fn timeline(
    snapshot: &mut Transaction,
    line_id: Uuid,
    act: Option<&Act>,
    before: Option<i64>,
    size: u32,
) -> Result<(Vec<Entry>, Option<i64>), Error> {
    let mut condition = Condition::default().and("line_id =", line_id);
    if let Some(act) = act {
        condition = condition
            .and("stream_version >=", act.first_version)
            .and("stream_version <=", act.last_version)
            .and("act_ids LIKE", format!("%{}%", act.act_id));
    }
    if let Some(before) = before {
        condition = condition.and("stream_version <", before);
    }
    let limit = condition.bind(i64::from(size) + 1);
    let order = format!("ORDER BY stream_version DESC LIMIT {limit}");
    let rows = condition.query(snapshot, &TIMELINE.select(), &order).await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let entries = rows.iter().take(size).map(to_entry).collect::<Result<Vec<_>, _>>()?;
    let next = entries.last().filter(|_| rows.len() > size).map(|entry| entry.version);
    Ok((entries, next))
}

/// What came after `mark`, at most `limit` entries.
pub(crate) async fn news(
    snapshot: &mut Transaction,
    line_id: Uuid,
    sight: &Sight,
    mark: Mark,
    limit: u32,
) -> Result<News, Error> {
    let head = match head(snapshot, line_id, sight).await? {
        Some(head) => head,
        // Somebody was here and saw the line: it is not read yet, unless it is out of sight now.
        None if mark != Mark::START && self::head(snapshot, line_id, &Sight::Everything).await?.is_none() => {
            Head { mark: Mark::START, parked_version: None }
        }
        None => return Ok(News::NoLine),
    };
    if head.mark.version < mark.version {
        // A view that is behind will come to the mark; one that has read a later incarnation has all that there ever was
        // of the earlier one.
        let is_behind = standing(snapshot).await?.checkpoint.incarnation <= mark.incarnation;
        let nothing_yet =
            News::Entries { entries: Vec::new(), has_mark: false, parked_version: head.parked_version };
        return Ok(if is_behind { nothing_yet } else { News::OtherPast });
    }
    // The marked entry comes along: it must be the one that the reader has seen.
    let mut condition = Condition::default().and("line_id =", line_id).and("stream_version >=", mark.version);
    let limit = condition.bind(i64::from(limit) + 1);
    let order = format!("ORDER BY stream_version LIMIT {limit}");
    let rows = condition.query(snapshot, &TIMELINE.select(), &order).await?;
    let mut entries = rows.iter().map(to_entry).collect::<Result<Vec<_>, _>>()?;
    if mark != Mark::START {
        if entries.first().map(Mark::after) != Some(mark) {
            return Ok(News::OtherPast);
        }
        entries.remove(0);
    }
    Ok(News::Entries { entries, has_mark: true, parked_version: head.parked_version })
}

/// An act on a line that the caller may see.
pub(crate) async fn act(
    snapshot: &mut Transaction,
    act_id: Uuid,
    sight: &Sight,
) -> Result<Option<Act>, Error> {
    let condition = Condition::default().and("act_id =", act_id).acts_of_seen_lines(sight);
    let rows = condition.query(snapshot, &ACTS.select(), "").await?;
    rows.first().map(to_act).transpose()
}

/// A page of acts, newest T0 first, and where the next one begins, if there is one.
pub(crate) async fn acts(
    snapshot: &mut Transaction,
    filter: &ActFilter,
    after: Option<ActKey>,
    size: u32,
) -> Result<(Vec<Act>, Option<ActKey>), Error> {
    let ActFilter { sight, line_id, account_id, state } = filter;
    let mut condition = Condition::default().and("1 =", 1_i64);
    if let Some(line_id) = line_id {
        condition = condition.and("line_id =", *line_id);
    }
    if let Some(account_id) = account_id {
        condition = condition.and("account_id =", *account_id);
    }
    if let Some(state) = state {
        condition = condition.and("state =", state.as_str());
    }
    condition = condition.acts_of_seen_lines(sight);
    if let Some(ActKey { asked_at, act_id }) = after {
        let (at, id) = (condition.bind(asked_at), condition.bind(act_id));
        condition.and_sql(&format!("(asked_at, act_id) < ({at}, {id})"));
    }
    let limit = condition.bind(i64::from(size) + 1);
    let order = format!("ORDER BY asked_at DESC, act_id DESC LIMIT {limit}");
    let rows = condition.query(snapshot, &ACTS.select(), &order).await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let acts = rows.iter().take(size).map(to_act).collect::<Result<Vec<_>, _>>()?;
    let next = acts
        .last()
        .filter(|_| rows.len() > size)
        .map(|act| ActKey { asked_at: act.asked_at.as_micros(), act_id: act.act_id });
    Ok((acts, next))
}
