//! Accounts as rows, with what they inherit from those above.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, instant, json, micros, opt_instant};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::account::{Account, Event, Level};
use crate::domain::{Address, CountryCode, ExternalIdentifier, Language, Segment, Segments};

pub(super) const TABLE: &str = "account_view";

/// How the types of its events begin.
const EVENTS: &str = "vigie.account.";

/// Columns in order; the key first.
const COLUMNS: [&str; 21] = [
    "account_id",
    "version",
    "level",
    "parent_account_id",
    "name",
    "siren",
    "siret",
    "segments",
    "language",
    "address",
    "departement",
    "region",
    "time_zone",
    "countries",
    "external_identifiers",
    "customer_since",
    "closed_at",
    "manager_staff_id",
    "gap_since",
    "gap_due_at",
    "gap_cause",
];

/// An account after its latest event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountRow {
    pub(crate) account_id: Uuid,
    pub(crate) version: i64,
    pub(crate) level: Level,
    pub(crate) parent_account_id: Option<Uuid>,
    pub(crate) name: String,
    pub(crate) siren: Option<String>,
    pub(crate) siret: Option<String>,
    pub(crate) segments: Segments,
    pub(crate) language: Option<Language>,
    pub(crate) address: Option<Address>,
    pub(crate) departement: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) time_zone: Option<String>,
    pub(crate) countries: Vec<CountryCode>,
    pub(crate) external_identifiers: Vec<ExternalIdentifier>,
    pub(crate) customer_since: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) manager_staff_id: Option<Uuid>,
    pub(crate) gap: Option<GapRow>,
}

/// The gap that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GapRow {
    since: Timestamp,
    due_at: Timestamp,
    cause: String,
}

/// What an account shows where it has nothing of its own: of the nearest account above that has some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inherited {
    pub(crate) segments: Segments,
    pub(crate) language: Option<Language>,
}

/// Takes in the events of accounts.
pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<Account>(EVENTS, events)
        .map(|(event, recorded)| AccountRow::after(event, recorded).values());
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    // Versions already seen come again after a redelivery: they change nothing.
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

impl AccountRow {
    fn after(event: Event, recorded: &RecordedEvent) -> Self {
        let Event { account_id, external_identifiers, account, .. } = event;
        Self {
            account_id,
            version: recorded.stream_version,
            level: account.level,
            parent_account_id: account.parent_account_id,
            name: account.name,
            siren: account.siren.map(|siren| siren.to_string()),
            siret: account.siret.map(|siret| siret.to_string()),
            segments: account.segments,
            language: account.language,
            address: account.address,
            departement: account.departement,
            region: account.region,
            time_zone: account.time_zone,
            countries: account.countries,
            external_identifiers,
            customer_since: account.customer_since,
            closed_at: account.closed_at,
            manager_staff_id: account.manager.map(|manager| manager.staff_id),
            gap: account.gap.map(|gap| GapRow {
                since: gap.since,
                due_at: gap.due,
                cause: gap.cause.as_str().to_owned(),
            }),
        }
    }

    fn values(self) -> Result<Vec<Value>, Error> {
        let address = self.address.as_ref().map(serde_json::to_string).transpose();
        Ok(vec![
            self.account_id.into(),
            self.version.into(),
            self.level.as_str().into(),
            self.parent_account_id.into(),
            self.name.into(),
            self.siren.into(),
            self.siret.into(),
            self.segments.bits().into(),
            self.language.map(|language| language.as_str().to_owned()).into(),
            address.map_err(|_| Error::Corrupt("address"))?.into(),
            self.departement.into(),
            self.region.into(),
            self.time_zone.into(),
            json("countries", &self.countries)?,
            json("external_identifiers", &self.external_identifiers)?,
            self.customer_since.as_micros().into(),
            micros(self.closed_at),
            self.manager_staff_id.into(),
            micros(self.gap.as_ref().map(|gap| gap.since)),
            micros(self.gap.as_ref().map(|gap| gap.due_at)),
            self.gap.map(|gap| gap.cause).into(),
        ])
    }

    fn read(row: &Row) -> Result<Self, Error> {
        let address = row.opt_text(9)?;
        Ok(Self {
            account_id: row.uuid(0)?,
            version: row.i64(1)?,
            level: Level::named(&row.text(2)?).ok_or(Error::Corrupt("level"))?,
            parent_account_id: row.opt_uuid(3)?,
            name: row.text(4)?,
            siren: row.opt_text(5)?,
            siret: row.opt_text(6)?,
            segments: segments(row, 7)?.unwrap_or_default(),
            language: language(row, 8)?,
            address: address.map(|text| from_json("address", &text)).transpose()?,
            departement: row.opt_text(10)?,
            region: row.opt_text(11)?,
            time_zone: row.opt_text(12)?,
            countries: from_json("countries", &row.text(13)?)?,
            external_identifiers: from_json("external_identifiers", &row.text(14)?)?,
            customer_since: instant(row, 15)?,
            closed_at: opt_instant(row, 16)?,
            manager_staff_id: row.opt_uuid(17)?,
            gap: gap(row)?,
        })
    }
}

fn gap(row: &Row) -> Result<Option<GapRow>, Error> {
    let (since, due_at) = (opt_instant(row, 18)?, opt_instant(row, 19)?);
    let (Some(since), Some(due_at), Some(cause)) = (since, due_at, row.opt_text(20)?) else {
        return Ok(None);
    };
    Ok(Some(GapRow { since, due_at, cause }))
}

fn segments(row: &Row, index: usize) -> Result<Option<Segments>, Error> {
    let bits = row.opt_i64(index)?;
    bits.map(|bits| Segments::from_bits(bits).ok_or(Error::Corrupt("segments"))).transpose()
}

fn language(row: &Row, index: usize) -> Result<Option<Language>, Error> {
    let name = row.opt_text(index)?;
    name.map(|name| Language::named(&name).ok_or(Error::Corrupt("language"))).transpose()
}

/// A part of a customer: what hangs below `account_id`, itself too, narrowed by what is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) account_id: Uuid,
    /// What hangs below this one as well.
    pub(crate) group_id: Option<Uuid>,
    pub(crate) siren: Option<String>,
    pub(crate) siret: Option<String>,
}

/// Which accounts a caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Every account.
    Everything,
    /// What lies in one of these windows; none shows nothing.
    Within(Vec<Window>),
}

/// Which accounts are asked for.
#[derive(Clone, Debug)]
pub(crate) struct AccountFilter {
    pub(crate) sight: Sight,
    pub(crate) parent_account_id: Option<Uuid>,
    /// Among its own.
    pub(crate) segment: Option<Segment>,
    pub(crate) manager_staff_id: Option<Uuid>,
}

/// Where a page ended: accounts are in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountKey {
    account_id: Uuid,
}

impl View {
    /// At most `size` accounts in order of id, and where the next page begins, if there is one.
    pub(crate) async fn accounts_page(
        &self,
        filter: &AccountFilter,
        after: Option<AccountKey>,
        size: u32,
    ) -> Result<(Vec<(AccountRow, Inherited)>, Option<AccountKey>), Error> {
        let mut condition = condition(filter);
        if let Some(AccountKey { account_id }) = after {
            condition.and("a.account_id >", account_id);
        }
        let limit = condition.bind(i64::from(size) + 1);
        let own = COLUMNS.map(|column| format!("a.{column}")).join(", ");
        let sql = format!(
            "SELECT {own}, p.segments, p.language, g.segments, g.language FROM account_view a \
             LEFT JOIN account_view p ON p.account_id = a.parent_account_id \
             LEFT JOIN account_view g ON g.account_id = p.parent_account_id \
             WHERE {} ORDER BY a.account_id LIMIT {limit}",
            condition.sql
        );
        let rows: Vec<Row> = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let read = |row| Ok::<_, Error>((AccountRow::read(row)?, inherited(row)?));
        let accounts: Vec<_> = rows.iter().take(size).map(read).collect::<Result<_, _>>()?;
        let more = rows.len() > size;
        let next = accounts.last().filter(|_| more).map(|(row, _)| AccountKey { account_id: row.account_id });
        Ok((accounts, next))
    }
}

fn inherited(row: &Row) -> Result<Inherited, Error> {
    let first = COLUMNS.len();
    let (company, group) = (segments(row, first)?, segments(row, first + 2)?);
    let segments = [company, group].into_iter().flatten().find(|segments| !segments.is_empty());
    let language = language(row, first + 1)?.or(language(row, first + 3)?);
    Ok(Inherited { segments: segments.unwrap_or_default(), language })
}

fn condition(filter: &AccountFilter) -> Condition {
    let mut condition = Condition::everything();
    if let Some(parent_account_id) = filter.parent_account_id {
        condition.and("a.parent_account_id =", parent_account_id);
    }
    if let Some(segment) = filter.segment {
        let bit = condition.bind(Segments::of(&[segment]).unwrap_or_default().bits());
        condition.sql.push_str(&format!(" AND (a.segments & {bit}) <> 0"));
    }
    if let Some(staff_id) = filter.manager_staff_id {
        condition.and("a.manager_staff_id =", staff_id);
    }
    if let Sight::Within(windows) = &filter.sight {
        let alternatives: Vec<_> = windows.iter().map(|within| window(&mut condition, within)).collect();
        condition.and_one_of(&alternatives);
    }
    condition
}

fn window(condition: &mut Condition, window: &Window) -> String {
    // By the index on the account above, level by level: a customer's part is small, the table is not.
    let below = |condition: &mut Condition, account_id: Uuid| {
        let id = condition.bind(account_id);
        format!(
            "a.account_id IN (SELECT account_id FROM account_view WHERE account_id = {id} \
             UNION ALL SELECT account_id FROM account_view WHERE parent_account_id = {id} \
             UNION ALL SELECT s.account_id FROM account_view s \
             JOIN account_view c ON c.account_id = s.parent_account_id WHERE c.parent_account_id = {id})"
        )
    };
    let mut all = vec![below(condition, window.account_id)];
    if let Some(group_id) = window.group_id {
        all.push(below(condition, group_id));
    }
    let texts = [("COALESCE(a.siren, substr(a.siret, 1, 9))", &window.siren), ("a.siret", &window.siret)];
    for (column, value) in texts {
        if let Some(value) = value {
            all.push(format!("{column} = {}", condition.bind(value.as_str())));
        }
    }
    format!("({})", all.join(" AND "))
}
