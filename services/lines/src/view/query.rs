//! Lines by page: all that a caller may see, or those that wait for the register.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::Row;
use vigie_eventlog::view::Condition;

use super::row::{COLUMNS, LineRow};
use super::{Error, View};

/// Which lines a caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Every account.
    Everything,
    /// What lies in one of these windows; none shows nothing.
    Within(Vec<Window>),
}

/// A part of a customer's organisation. What is given must be equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) account_id: Uuid,
    /// The first nine digits of a site's SIRET.
    pub(crate) siren: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) cost_centre: Option<String>,
    pub(crate) line_id: Option<Uuid>,
    pub(crate) user_id: Option<String>,
}

/// Which lines are asked for.
#[derive(Clone, Debug)]
pub(crate) struct LineFilter {
    pub(crate) sight: Sight,
    pub(crate) account_id: Option<Uuid>,
}

/// Where a page ended: lines are in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageKey {
    line_id: Uuid,
}

/// Where a page ended: the oldest request first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PendingKey {
    waiting_since: i64,
    line_id: Uuid,
}

impl View {
    /// At most `size` lines in order of id, and where the next page begins, if there is one.
    pub(crate) async fn lines_page(
        &self,
        filter: &LineFilter,
        after: Option<PageKey>,
        size: u32,
    ) -> Result<(Vec<LineRow>, Option<PageKey>), Error> {
        let mut condition = condition(filter);
        if let Some(PageKey { line_id }) = after {
            condition.and("line_id >", line_id);
        }
        let (lines, more) = self.page(condition, "line_id", size).await?;
        let next = lines.last().filter(|_| more).map(|line| PageKey { line_id: line.line_id });
        Ok((lines, next))
    }

    /// At most `size` lines that wait for the register, the oldest request first, and where the next page begins.
    pub(crate) async fn pending_page(
        &self,
        filter: &LineFilter,
        after: Option<PendingKey>,
        size: u32,
    ) -> Result<(Vec<LineRow>, Option<PendingKey>), Error> {
        let mut condition = condition(filter);
        condition.sql.push_str(" AND waiting_since IS NOT NULL");
        if let Some(PendingKey { waiting_since, line_id }) = after {
            let (since, id) = (condition.bind(waiting_since), condition.bind(line_id));
            condition.sql.push_str(&format!(" AND (waiting_since, line_id) > ({since}, {id})"));
        }
        let (lines, more) = self.page(condition, "waiting_since, line_id", size).await?;
        let next = lines.last().filter(|_| more).and_then(|line| {
            Some(PendingKey { waiting_since: line.waiting_since?.as_micros(), line_id: line.line_id })
        });
        Ok((lines, next))
    }

    async fn page(
        &self,
        mut condition: Condition,
        order: &str,
        size: u32,
    ) -> Result<(Vec<LineRow>, bool), Error> {
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT {} FROM line_view WHERE {} ORDER BY {order} LIMIT {limit}",
            COLUMNS.join(", "),
            condition.sql
        );
        let rows: Vec<Row> = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let lines = rows.iter().take(size).map(LineRow::read).collect::<Result<_, _>>()?;
        Ok((lines, rows.len() > size))
    }
}

fn condition(filter: &LineFilter) -> Condition {
    let mut condition = Condition::everything();
    if let Some(account_id) = filter.account_id {
        condition.and("account_id =", account_id);
    }
    if let Sight::Within(windows) = &filter.sight {
        let windows: Vec<_> = windows.iter().map(|seen| window(&mut condition, seen)).collect();
        condition.and_one_of(&windows);
    }
    condition
}

fn window(condition: &mut Condition, window: &Window) -> String {
    let mut all = vec![format!("account_id = {}", condition.bind(window.account_id))];
    let texts = [
        ("substr(site, 1, 9)", &window.siren),
        ("site", &window.site),
        ("cost_centre", &window.cost_centre),
        ("user_id", &window.user_id),
    ];
    for (column, value) in texts {
        if let Some(value) = value {
            all.push(format!("{column} = {}", condition.bind(value.as_str())));
        }
    }
    if let Some(line_id) = window.line_id {
        all.push(format!("line_id = {}", condition.bind(line_id)));
    }
    format!("({})", all.join(" AND "))
}
