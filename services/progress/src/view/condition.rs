//! What a caller may see of the tables, as a condition in SQL.

use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::{Row, Transaction, Value};

/// Which lines a caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Every account.
    Everything,
    /// What lies in one of these windows; none shows nothing.
    Within(Vec<Window>),
}

/// A part of a customer's organisation. What is given must be equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Account.
    pub account_id: Uuid,
    /// SIREN: the first nine digits of a site's SIRET.
    pub siren: Option<String>,
    /// Site (SIRET).
    pub site: Option<String>,
    /// Cost centre.
    pub cost_centre: Option<String>,
    /// Line.
    pub line_id: Option<Uuid>,
    /// Person who holds the phone.
    pub user_id: Option<String>,
}

impl Window {
    /// An account as a whole.
    pub const fn account(account_id: Uuid) -> Self {
        Self { account_id, siren: None, site: None, cost_centre: None, line_id: None, user_id: None }
    }
}

/// A condition with its bound values.
#[derive(Debug, Default)]
pub(super) struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// `left` is SQL text before the value: `line_id =`.
    #[must_use]
    pub(super) fn and(mut self, left: &'static str, value: impl Into<Value>) -> Self {
        let place = self.bind(value);
        self.and_sql(&format!("{left} {place}"));
        self
    }

    pub(super) fn and_sql(&mut self, sql: &str) {
        let and = if self.sql.is_empty() { "" } else { " AND " };
        self.sql.push_str(&format!("{and}{sql}"));
    }

    /// Of rows of `lines`, those that `sight` shows.
    #[must_use]
    pub(super) fn seen_lines(mut self, sight: &Sight) -> Self {
        if let Sight::Within(windows) = sight {
            let windows = self.windows(windows);
            self.and_sql(&windows);
        }
        self
    }

    /// Of rows of `acts`, those of a line that `sight` shows: where it is now, not where it was at the act.
    #[must_use]
    pub(super) fn acts_of_seen_lines(mut self, sight: &Sight) -> Self {
        if let Sight::Within(windows) = sight {
            let windows = self.windows(windows);
            self.and_sql(&format!(
                "EXISTS (SELECT 1 FROM lines WHERE lines.line_id = acts.line_id AND {windows})"
            ));
        }
        self
    }

    fn windows(&mut self, windows: &[Window]) -> String {
        let mut alternatives = vec!["1 = 0".to_owned()];
        for window in windows {
            let mut all = vec![format!("lines.account_id = {}", self.bind(window.account_id))];
            if let Some(siren) = &window.siren {
                all.push(format!("substr(lines.site, 1, 9) = {}", self.bind(siren.as_str())));
            }
            if let Some(site) = &window.site {
                all.push(format!("lines.site = {}", self.bind(site.as_str())));
            }
            if let Some(cost_centre) = &window.cost_centre {
                all.push(format!("lines.cost_centre = {}", self.bind(cost_centre.as_str())));
            }
            if let Some(line_id) = window.line_id {
                all.push(format!("lines.line_id = {}", self.bind(line_id)));
            }
            if let Some(user_id) = &window.user_id {
                all.push(format!("lines.user_id = {}", self.bind(user_id.as_str())));
            }
            alternatives.push(format!("({})", all.join(" AND ")));
        }
        format!("({})", alternatives.join(" OR "))
    }

    /// Runs `select` under the condition; `after` is what follows it in SQL.
    pub(super) async fn query(
        self,
        snapshot: &mut Transaction,
        select: &str,
        after: &str,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let sql = format!("{select} WHERE {} {after}", self.sql);
        snapshot.query(AssertSqlSafe(sql), &self.values).await
    }
}
