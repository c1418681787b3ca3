//! People of accounts as rows. What is erased is `None`.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::view::{Condition, Upsert};
use vigie_eventlog::{RecordedEvent, Row, Transaction, Value};

use super::columns::{from_json, json, micros, opt_instant};
use super::latest::latest_of;
use super::{Error, View};
use crate::domain::person::{Event, Person, PersonRole, PersonRoles};
use crate::domain::{E164, ExternalIdentifier, Language, MailAddress};

pub(super) const TABLE: &str = "person_view";

/// How the types of its events begin.
const EVENTS: &str = "vigie.person.";

/// Columns in order; the key first.
const COLUMNS: [&str; 12] = [
    "person_id",
    "version",
    "account_id",
    "user_id",
    "given_name",
    "family_name",
    "roles",
    "language",
    "email",
    "numbers",
    "external_identifiers",
    "left_at",
];

/// A person after their latest event.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PersonRow {
    pub(crate) person_id: Uuid,
    pub(crate) version: i64,
    pub(crate) account_id: Uuid,
    pub(crate) user_id: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) roles: PersonRoles,
    pub(crate) language: Option<Language>,
    pub(crate) email: Option<String>,
    pub(crate) numbers: Vec<String>,
    pub(crate) external_identifiers: Vec<ExternalIdentifier>,
    pub(crate) left_at: Option<Timestamp>,
}

/// Takes in the events of people.
pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let rows = latest_of::<Person>(EVENTS, events)
        .map(|(event, recorded)| PersonRow::after(event, recorded.stream_version).values());
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

impl PersonRow {
    fn after(event: Event, version: i64) -> Self {
        let Event { account_id, person_id, person, .. } = event;
        Self::of(account_id, person_id, &person, version)
    }

    /// The person as a row, from the log or from the table alike.
    pub(crate) fn of(
        account_id: Uuid,
        person_id: Uuid,
        person: &crate::domain::person::Snapshot,
        version: i64,
    ) -> Self {
        let numbers = person.numbers.iter().filter_map(Personal::known);
        Self {
            person_id,
            version,
            account_id,
            user_id: person.user_id.clone(),
            given_name: person.given_name.as_ref().and_then(Personal::known).cloned(),
            family_name: person.family_name.known().cloned(),
            roles: person.roles,
            language: person.language,
            email: person
                .email
                .as_ref()
                .and_then(Personal::known)
                .map(MailAddress::as_str)
                .map(str::to_owned),
            numbers: numbers.map(|number: &E164| number.as_str().to_owned()).collect(),
            external_identifiers: person.external_identifiers.clone(),
            left_at: person.left_at,
        }
    }

    fn values(self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.person_id.into(),
            self.version.into(),
            self.account_id.into(),
            self.user_id.into(),
            self.given_name.into(),
            self.family_name.into(),
            self.roles.bits().into(),
            self.language.map(|language| language.as_str().to_owned()).into(),
            self.email.into(),
            self.numbers.join(" ").into(),
            json("external_identifiers", &self.external_identifiers)?,
            micros(self.left_at),
        ])
    }

    fn read(row: &Row) -> Result<Self, Error> {
        let language = row.opt_text(7)?;
        let language = language.map(|name| Language::named(&name).ok_or(Error::Corrupt("language")));
        Ok(Self {
            person_id: row.uuid(0)?,
            version: row.i64(1)?,
            account_id: row.uuid(2)?,
            user_id: row.opt_text(3)?,
            given_name: row.opt_text(4)?,
            family_name: row.opt_text(5)?,
            roles: PersonRoles::from_bits(row.i64(6)?).ok_or(Error::Corrupt("roles"))?,
            language: language.transpose()?,
            email: row.opt_text(8)?,
            numbers: row.text(9)?.split_whitespace().map(str::to_owned).collect(),
            external_identifiers: from_json("external_identifiers", &row.text(10)?)?,
            left_at: opt_instant(row, 11)?,
        })
    }
}

/// Which people of an account are asked for.
#[derive(Clone, Debug)]
pub(crate) struct PersonFilter {
    pub(crate) account_id: Uuid,
    pub(crate) role: Option<PersonRole>,
    /// Only this user, for one who may see nobody else.
    pub(crate) user_id: Option<String>,
}

/// Where a page ended: people are in order of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PersonKey {
    person_id: Uuid,
}

impl View {
    /// At most `size` people in order of id, and where the next page begins, if there is one.
    pub(crate) async fn people_page(
        &self,
        filter: &PersonFilter,
        after: Option<PersonKey>,
        size: u32,
    ) -> Result<(Vec<PersonRow>, Option<PersonKey>), Error> {
        let mut condition = Condition::everything();
        condition.and("account_id =", filter.account_id);
        if let Some(role) = filter.role {
            let bit = condition.bind(role.bit());
            condition.sql.push_str(&format!(" AND (roles & {bit}) <> 0"));
        }
        if let Some(user_id) = &filter.user_id {
            condition.and("user_id =", user_id.as_str());
        }
        if let Some(PersonKey { person_id }) = after {
            condition.and("person_id >", person_id);
        }
        let limit = condition.bind(i64::from(size) + 1);
        let sql = format!(
            "SELECT {} FROM person_view WHERE {} ORDER BY person_id LIMIT {limit}",
            COLUMNS.join(", "),
            condition.sql
        );
        let rows: Vec<Row> = self.database().query(AssertSqlSafe(sql), &condition.values).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let people: Vec<_> = rows.iter().take(size).map(PersonRow::read).collect::<Result<_, _>>()?;
        let more = rows.len() > size;
        let next = people.last().filter(|_| more).map(|row| PersonKey { person_id: row.person_id });
        Ok((people, next))
    }
}
