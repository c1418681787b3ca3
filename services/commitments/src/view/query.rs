//! What is asked of the ledger: the result of a characteristic, and its cases by page.

use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::Table;
use vigie_eventlog::{Row, Transaction, Value};

use super::table::{CASES, PROMISES};
use super::{Error, promise_row, row};
use crate::domain::promise::{KeptIn, PromiseCase};
use crate::domain::{
    Case, Characteristic, EvidenceLevel, Indicator, Percentile, Tally, Verdict, nearest_rank,
};

/// A case of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyCase {
    /// An act of promise 9.3.
    Act(Case),
    /// A case of any other promise.
    Promise(PromiseCase),
}

impl AnyCase {
    /// Its id.
    pub const fn case_id(&self) -> Uuid {
        match self {
            Self::Act(case) => case.case_id,
            Self::Promise(case) => case.case_id,
        }
    }

    /// The instant by which it falls into a period.
    pub fn counted_at(&self) -> Timestamp {
        match self {
            Self::Act(case) => case.counted_at(),
            Self::Promise(case) => case.counted_at(),
        }
    }
}

/// Which cases a caller may see.
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
}

/// T0 from and before; cases without T0 count by when their act was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from: Option<Timestamp>,
    pub(crate) before: Option<Timestamp>,
}

/// Which cases are asked for.
#[derive(Clone, Debug)]
pub(crate) struct CaseFilter<'a> {
    pub(crate) characteristic: &'static Characteristic,
    /// What the caller may see.
    pub(crate) sight: &'a Sight,
    pub(crate) account_id: Option<Uuid>,
    pub(crate) subject_id: Option<Uuid>,
    /// Stable name of a verdict.
    pub(crate) verdict: Option<&'a str>,
    pub(crate) period: Period,
}

/// Where a page ended: cases are ordered newest T0 first, then by descending id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PageKey {
    counted_at: i64,
    case_id: Uuid,
}

/// A condition with its bound values.
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    fn of(filter: &CaseFilter<'_>) -> Self {
        let mut condition = Self { sql: "characteristic = $1".to_owned(), values: Vec::new() };
        condition.values.push(filter.characteristic.name.into());
        if let Some(account_id) = filter.account_id {
            condition.and("account_id =", account_id);
        }
        if let Some(subject_id) = filter.subject_id {
            condition.and("subject_id =", subject_id);
        }
        if let Some(verdict) = filter.verdict {
            condition.and("verdict =", verdict);
        }
        if let Some(from) = filter.period.from {
            condition.and("counted_at >=", from.as_micros());
        }
        if let Some(before) = filter.period.before {
            condition.and("counted_at <", before.as_micros());
        }
        if let Sight::Within(windows) = filter.sight {
            condition.within(windows);
        }
        condition
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn and(&mut self, left: &'static str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.sql.push_str(&format!(" AND {left} {place}"));
    }

    fn within(&mut self, windows: &[Window]) {
        let mut alternatives = vec!["1 = 0".to_owned()];
        for window in windows {
            let mut all = vec![format!("account_id = {}", self.bind(window.account_id))];
            if let Some(siren) = &window.siren {
                all.push(format!("substr(site, 1, 9) = {}", self.bind(siren.as_str())));
            }
            if let Some(site) = &window.site {
                all.push(format!("site = {}", self.bind(site.as_str())));
            }
            if let Some(cost_centre) = &window.cost_centre {
                all.push(format!("cost_centre = {}", self.bind(cost_centre.as_str())));
            }
            if let Some(line_id) = window.line_id {
                all.push(format!("subject_id = {}", self.bind(line_id)));
            }
            alternatives.push(format!("({})", all.join(" AND ")));
        }
        self.sql.push_str(&format!(" AND ({})", alternatives.join(" OR ")));
    }

    async fn query(self, snapshot: &mut Transaction, before: &str, after: &str) -> Result<Vec<Row>, Error> {
        let sql = format!("{before} WHERE {} {after}", self.sql);
        Ok(snapshot.query(AssertSqlSafe(sql), &self.values).await?)
    }
}

/// The table that the cases of a characteristic are in. The columns that a filter names are the same in both.
const fn table_of(characteristic: &Characteristic) -> &'static Table {
    match characteristic.kept_in {
        KeptIn::Acts => &CASES,
        KeptIn::Promises => &PROMISES,
    }
}

/// Cases by characteristic and verdict, over everything.
pub(crate) async fn tallies(snapshot: &mut Transaction) -> Result<Vec<(String, String, i64)>, Error> {
    let mut tallies = Vec::new();
    for table in [&CASES, &PROMISES] {
        let sql = format!(
            "SELECT characteristic, verdict, COUNT(*) FROM {} GROUP BY characteristic, verdict",
            table.name
        );
        for row in snapshot.query(AssertSqlSafe(sql), &[]).await? {
            tallies.push((row.text(0)?, row.text(1)?, row.i64(2)?));
        }
    }
    Ok(tallies)
}

/// The result over all cases that the filter lets through.
pub(crate) async fn indicator(
    snapshot: &mut Transaction,
    filter: &CaseFilter<'_>,
) -> Result<Indicator, Error> {
    let groups = Condition::of(filter)
        .query(
            snapshot,
            &format!(
                "SELECT verdict, reason_code, evidence_level, COUNT(*) FROM {}",
                table_of(filter.characteristic).name
            ),
            "GROUP BY verdict, reason_code, evidence_level",
        )
        .await?;
    let mut tally = Tally::default();
    let mut simulated = false;
    for group in groups {
        let (name, reason_code) = (group.text(0)?, group.opt_text(1)?);
        let verdict = Verdict::parse(&name, reason_code.as_deref()).ok_or(Error::UnknownVerdict)?;
        tally.add(verdict, u64::try_from(group.i64(3)?).unwrap_or(0));
        simulated |= group.text(2)? == EvidenceLevel::Simulated.as_str();
    }
    // Where a duration says nothing there is no percentile of it.
    let p95 = match filter.characteristic.p95_target {
        Some(_) => percentile(snapshot, filter, tally.denominator()).await?,
        None => Percentile::NotMeasurable,
    };
    Ok(Indicator { tally, p95, simulated })
}

async fn percentile(
    snapshot: &mut Transaction,
    filter: &CaseFilter<'_>,
    judged: u64,
) -> Result<Percentile, Error> {
    let Some(rank) = nearest_rank(judged, Indicator::PERCENT) else {
        return Ok(Percentile::NotMeasurable);
    };
    // Counted from the longest, which leaves a twentieth to sort.
    let longer = i64::try_from(judged - rank).unwrap_or(i64::MAX);
    let mut condition = Condition::of(filter);
    condition.sql.push_str(" AND verdict IN ('KEPT', 'LATE')");
    let offset = condition.bind(longer);
    let after = format!("ORDER BY (t0 IS NULL OR t1 IS NULL) DESC, t1 - t0 DESC LIMIT 1 OFFSET {offset}");
    let select = format!("SELECT t0, t1 FROM {}", table_of(filter.characteristic).name);
    let rows = condition.query(snapshot, &select, &after).await?;
    let Some(row) = rows.first() else { return Ok(Percentile::NotMeasurable) };
    Ok(match (row.opt_i64(0)?, row.opt_i64(1)?) {
        (Some(t0), Some(t1)) => Percentile::Of(Timestamp::from_micros(t1).since(Timestamp::from_micros(t0))),
        _ => Percentile::Unbounded,
    })
}

/// A page of cases, newest T0 first, and where the next one begins, if there is one.
pub(crate) async fn cases(
    snapshot: &mut Transaction,
    filter: &CaseFilter<'_>,
    after: Option<PageKey>,
    size: u32,
) -> Result<(Vec<AnyCase>, Option<PageKey>), Error> {
    let mut condition = Condition::of(filter);
    if let Some(PageKey { counted_at, case_id }) = after {
        let (at, id) = (condition.bind(counted_at), condition.bind(case_id));
        condition.sql.push_str(&format!(" AND (counted_at, case_id) < ({at}, {id})"));
    }
    let limit = condition.bind(i64::from(size) + 1);
    let order = format!("ORDER BY counted_at DESC, case_id DESC LIMIT {limit}");
    let rows = condition.query(snapshot, &table_of(filter.characteristic).select(), &order).await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    let to_case = |row: &Row| match filter.characteristic.kept_in {
        KeptIn::Acts => row::to_case(row).map(AnyCase::Act),
        KeptIn::Promises => promise_row::to_case(row).map(AnyCase::Promise),
    };
    let cases = rows.iter().take(size).map(to_case).collect::<Result<Vec<_>, _>>()?;
    let next = cases
        .last()
        .filter(|_| more)
        .map(|case| PageKey { counted_at: case.counted_at().as_micros(), case_id: case.case_id() });
    Ok((cases, next))
}
