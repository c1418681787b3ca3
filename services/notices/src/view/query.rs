//! Notices by page, newest first.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::view::Condition;

use super::row::{COLUMNS, NoticeRow};
use super::{Error, View};
use crate::domain::{CauseKind, NoticeState};

/// Which notices a caller may see.
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
}

/// Which notices are asked for.
#[derive(Clone, Debug)]
pub(crate) struct NoticeFilter {
    pub(crate) sight: Sight,
    pub(crate) account_id: Option<Uuid>,
    pub(crate) line_id: Option<Uuid>,
    pub(crate) cause: Option<CauseKind>,
    pub(crate) state: Option<NoticeState>,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageKey {
    decided_at: i64,
    notice_id: Uuid,
}

impl View {
    /// At most `size` notices, newest first, and where the next page begins, if there is one.
    pub(crate) async fn notices_page(
        &self,
        filter: &NoticeFilter,
        after: Option<PageKey>,
        size: u32,
    ) -> Result<(Vec<NoticeRow>, Option<PageKey>), Error> {
        let mut condition = condition(filter);
        if let Some(PageKey { decided_at, notice_id }) = after {
            let (at, id) = (condition.bind(decided_at), condition.bind(notice_id));
            condition.sql.push_str(&format!(" AND (decided_at, notice_id) < ({at}, {id})"));
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT {} FROM notice_view WHERE {} ORDER BY decided_at DESC, notice_id DESC LIMIT {limit}",
            COLUMNS.join(", "),
            condition.sql
        );
        let rows = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let notices = rows.iter().take(size).map(NoticeRow::of).collect::<Result<Vec<_>, _>>()?;
        let last = notices.last().filter(|_| rows.len() > size);
        let next = last.map(|last| PageKey {
            decided_at: last.notice.decided_at.as_micros(),
            notice_id: last.notice_id,
        });
        Ok((notices, next))
    }
}

fn condition(filter: &NoticeFilter) -> Condition {
    let mut condition = Condition::everything();
    if let Some(account_id) = filter.account_id {
        condition.and("account_id =", account_id);
    }
    if let Some(line_id) = filter.line_id {
        condition.and("line_id =", line_id);
    }
    if let Some(cause) = filter.cause {
        condition.and("cause =", cause.as_str());
    }
    if let Some(state) = filter.state {
        condition.and("state =", state.as_str());
    }
    if let Sight::Within(windows) = &filter.sight {
        // A system of the operator is told of everything, and that is the operator's.
        condition.sql.push_str(" AND audience <> 'OPERATOR'");
        let windows: Vec<_> = windows.iter().map(|seen| window(&mut condition, seen)).collect();
        condition.and_one_of(&windows);
    }
    condition
}

fn window(condition: &mut Condition, window: &Window) -> String {
    let mut all = vec![format!("account_id = {}", condition.bind(window.account_id))];
    let texts =
        [("substr(site, 1, 9)", &window.siren), ("site", &window.site), ("cost_centre", &window.cost_centre)];
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
