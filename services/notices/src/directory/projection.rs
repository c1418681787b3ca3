//! What the directory makes of events.

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;
use vigie_clock::Personal;
use vigie_eventlog::view::{self, Batch, CheckpointTable, Outlook, Upsert};
use vigie_eventlog::{Database, RecordedEvent, Transaction, Value};

use super::Error;
use super::settled::Settled;
use crate::domain::{Language, MailAddress, PersonRole};
use crate::events::{AccountEntry, Change, PersonEntry, StaffEntry, change};

const ACCOUNT: [&str; 6] = ["account_id", "parent_id", "language", "segments", "closed_at", "version"];

const PERSON: [&str; 11] = [
    "person_id",
    "account_id",
    "user_id",
    "name",
    "roles",
    "manages",
    "language",
    "email",
    "subject",
    "is_there",
    "version",
];

const STAFF: [&str; 6] = ["staff_id", "name", "email", "number", "subject", "version"];

/// Accounts, people and staff members as rows.
#[derive(Default)]
pub(super) struct Directory {
    settled: Settled,
}

impl Directory {
    pub(super) fn settled(&self) -> &Settled {
        &self.settled
    }
}

#[async_trait]
impl view::Projection for Directory {
    type Error = Error;

    const NAME: &'static str = "the directory of notices";

    const CHECKPOINT: CheckpointTable = CheckpointTable("directory_checkpoint");

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
        let mut latest: BTreeMap<Uuid, (i64, Change)> = BTreeMap::new();
        for event in events {
            match change(event) {
                Ok(Some(change)) => {
                    let known = latest.get(&event.stream_id).map_or(0, |(version, _)| *version);
                    if event.stream_version > known {
                        latest.insert(event.stream_id, (event.stream_version, change));
                    }
                }
                Ok(None) => {}
                // Whoever it is about is known as before; their next event, which shows all of it, heals the row.
                Err(error) => tracing::error!(
                    position = event.position, event_id = %event.event_id, %error,
                    "the directory of notices keeps what it knew"
                ),
            }
        }
        let (mut accounts, mut people, mut staff) = (Vec::new(), Vec::new(), Vec::new());
        for (version, change) in latest.into_values() {
            match change {
                Change::Account(entry) => accounts.push(account(entry, version)),
                Change::Person(entry) => people.push(person(entry, version)),
                Change::Staff(entry) => staff.push(member(entry, version)),
            }
        }
        Upsert::new("accounts", ACCOUNT).only_newer("version").put(transaction, accounts).await?;
        Upsert::new("people", PERSON).only_newer("version").put(transaction, people).await?;
        Ok(Upsert::new("staff", STAFF).only_newer("version").put(transaction, staff).await?)
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), Error> {
        for statement in ["DELETE FROM accounts", "DELETE FROM people", "DELETE FROM staff"] {
            transaction.execute(statement, &[]).await?;
        }
        Ok(())
    }

    fn outlook(error: &Error) -> Outlook {
        error.outlook()
    }

    fn advice(error: &Error) -> Option<&'static str> {
        error.advice()
    }

    async fn moved(&self, _: &Database, batch: Option<&Batch>) -> Result<(), Error> {
        if let Some(batch) = batch {
            self.settled.moved(batch.events.len());
        }
        Ok(())
    }
}

fn account(entry: AccountEntry, version: i64) -> Vec<Value> {
    vec![
        entry.account_id.into(),
        entry.parent_id.into(),
        entry.language.map(Language::as_str).into(),
        entry.segments.join(" ").into(),
        entry.closed_at.map(vigie_clock::Timestamp::as_micros).into(),
        version.into(),
    ]
}

fn person(entry: PersonEntry, version: i64) -> Vec<Value> {
    let roles = entry.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ");
    let manages = entry.roles.iter().any(|role| *role != PersonRole::EndUser);
    let subject = entry.email.as_ref().map(Personal::subject);
    vec![
        entry.person_id.into(),
        entry.account_id.into(),
        entry.user_id.into(),
        known(entry.name.as_ref()).into(),
        roles.into(),
        manages.into(),
        entry.language.map(Language::as_str).into(),
        entry.email.as_ref().and_then(Personal::known).map(MailAddress::as_str).into(),
        subject.unwrap_or(entry.person_id).into(),
        (!entry.has_left).into(),
        version.into(),
    ]
}

fn member(entry: StaffEntry, version: i64) -> Vec<Value> {
    vec![
        entry.staff_id.into(),
        known(Some(&entry.name)).into(),
        known(entry.email.as_ref()).into(),
        known(entry.number.as_ref()).into(),
        entry.name.subject().into(),
        version.into(),
    ]
}

fn known(value: Option<&Personal<String>>) -> Option<String> {
    // PostgreSQL has no U+0000 in a text.
    value.and_then(Personal::known).filter(|value| !value.contains('\0')).cloned()
}
