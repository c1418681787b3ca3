//! What is asked of the directory.

use std::collections::BTreeSet;

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::{Database, Row, Value};

use super::Error;
use crate::domain::{Language, MailAddress, Person, PersonRole};
use crate::events::StaffEntry;

/// Levels of the hierarchy: group, company, site; and one to spare.
const LEVELS_MAX: usize = 4;

/// Managers of one account who are looked at.
const MANAGERS_MAX: i64 = 64;

/// What is known of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Id.
    pub account_id: Uuid,
    /// In which language it is served.
    pub language: Option<Language>,
    /// Own segments; empty for those of the account above.
    pub segments: Vec<String>,
    /// When it ended or is to end.
    pub closed_at: Option<Timestamp>,
    /// Its own managers who can be reached, in order of id.
    pub managers: Vec<Person>,
}

pub(super) async fn chain(database: &Database, account_id: Uuid) -> Result<Vec<Known>, Error> {
    let mut chain: Vec<Known> = Vec::new();
    let mut next = Some(account_id);
    while let Some(account_id) = next.filter(|_| chain.len() < LEVELS_MAX) {
        let sql = "SELECT parent_id, language, segments, closed_at FROM accounts WHERE account_id = $1";
        let rows = database.query(sql, &[account_id.into()]).await?;
        let Some(row) = rows.first() else { break };
        next = row.opt_uuid(0)?;
        let language = row.opt_text(1)?;
        let segments = row.text(2)?;
        chain.push(Known {
            account_id,
            language: language.as_deref().and_then(Language::parse),
            segments: segments.split_whitespace().map(str::to_owned).collect(),
            closed_at: row.opt_i64(3)?.map(Timestamp::from_micros),
            managers: managers(database, account_id).await?,
        });
    }
    Ok(chain)
}

/// What is on record of an account's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The account itself is not.
    NoAccount,
    /// The account is, and nobody of it.
    Nobody,
    /// Somebody is.
    Somebody,
}

/// What is on record of the account, and of those above it where `above` says so.
pub(super) async fn recorded(database: &Database, account_id: Uuid, above: bool) -> Result<Recorded, Error> {
    let mut chain = chain(database, account_id).await?;
    if !above {
        chain.truncate(1);
    }
    for known in &chain {
        let sql = "SELECT 1 FROM people WHERE account_id = $1 AND is_there LIMIT 1";
        if !database.query(sql, &[known.account_id.into()]).await?.is_empty() {
            return Ok(Recorded::Somebody);
        }
    }
    Ok(if chain.is_empty() { Recorded::NoAccount } else { Recorded::Nobody })
}

/// What [`person`] reads.
macro_rules! select_people {
    ($rest:literal) => {
        concat!("SELECT person_id, user_id, name, roles, language, email, subject FROM people WHERE ", $rest)
    };
}

async fn managers(database: &Database, account_id: Uuid) -> Result<Vec<Person>, Error> {
    let sql = select_people!(
        "account_id = $1 AND manages AND is_there AND email IS NOT NULL ORDER BY person_id LIMIT $2"
    );
    let rows = database.query(sql, &[account_id.into(), MANAGERS_MAX.into()]).await?;
    rows.iter().map(person).collect()
}

pub(super) async fn person_of_user(
    database: &Database,
    account_id: Uuid,
    user_id: &str,
) -> Result<Option<Person>, Error> {
    let sql = select_people!(
        "account_id = $1 AND user_id = $2 AND is_there AND email IS NOT NULL ORDER BY person_id LIMIT 1"
    );
    let rows = database.query(sql, &[account_id.into(), user_id.into()]).await?;
    rows.first().map(person).transpose()
}

fn person(row: &Row) -> Result<Person, Error> {
    let subject = row.uuid(6)?;
    let roles: BTreeSet<_> = row.text(3)?.split_whitespace().filter_map(PersonRole::parse).collect();
    let email = MailAddress::parse(&row.text(5)?).map_err(|_| Error::Corrupt("email"))?;
    Ok(Person {
        person_id: row.uuid(0)?,
        user_id: row.opt_text(1)?,
        roles,
        name: row.opt_text(2)?.map(|name| Personal::new(subject, name)),
        email: Personal::new(subject, email),
        language: row.opt_text(4)?.as_deref().and_then(Language::parse),
    })
}

pub(super) async fn staff(database: &Database, staff_id: Uuid) -> Result<Option<StaffEntry>, Error> {
    let sql = "SELECT name, email, number, subject FROM staff WHERE staff_id = $1";
    let rows = database.query(sql, &[staff_id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let subject = row.uuid(3)?;
    let personal = |value: Option<String>| value.map(|value| Personal::new(subject, value));
    let name = personal(row.opt_text(0)?).unwrap_or(Personal::Erased { subject });
    Ok(Some(StaffEntry {
        staff_id,
        name,
        email: personal(row.opt_text(1)?),
        number: personal(row.opt_text(2)?),
    }))
}

pub(super) async fn accounts_after(
    database: &Database,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<Uuid>, Error> {
    let limit = Value::from(i64::try_from(limit).unwrap_or(i64::MAX));
    let sql = "SELECT account_id FROM accounts WHERE account_id > $1 ORDER BY account_id LIMIT $2";
    let rows = database.query(sql, &[after.unwrap_or_default().into(), limit]).await?;
    Ok(rows.iter().map(|row| row.uuid(0)).collect::<Result<_, _>>()?)
}
