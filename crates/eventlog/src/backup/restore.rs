//! Puts a backup into an empty log.

use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use uuid::Uuid;
use vigie_clock::{Clock, Ids, derived_id};

use super::file::{LINE_BYTES_MAX, PAGE};
use super::intake::{Intake, header};
use super::{Error, Progress, RESTORED_EVENT};
use crate::append::Append;
use crate::database::{Database, DatabaseOptions, Transaction};
use crate::event::{Checkpoint, NewEvent};
use crate::file_lock::FileLock;
use crate::log::{EventLog, MIGRATIONS, Options};

/// The name of the log that `file` is a backup of; backups from before logs had names do not say.
pub async fn named_in(file: &Path) -> Result<Option<String>, Error> {
    let mut first = String::new();
    let bytes_max = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
    BufReader::new(tokio::fs::File::open(file).await?.take(bytes_max)).read_line(&mut first).await?;
    let header = header(&first).map_err(|why| Error::Malformed { line: 1, why: why.to_owned() })?;
    Ok(header.log)
}

/// Restores `file` into the empty log of `options`, checks the chain on the way, and starts a new incarnation by an
/// event: checkpoints of the positions that are given up are refused from then on.
pub async fn restore(
    file: &Path,
    options: Options,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    progress: impl FnMut(Progress),
) -> Result<Checkpoint, Error> {
    restore_above(file, 0, options, clock, ids, progress).await
}

/// The same in an incarnation above `above`: readers know that one from another restore of the same past.
pub async fn restore_above(
    file: &Path,
    above: i64,
    options: Options,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    mut progress: impl FnMut(Progress),
) -> Result<Checkpoint, Error> {
    let location = options.location.as_owner(options.owner_url.as_deref());
    // A running process on the same file is refused here already.
    let locked = FileLock::of(&location)?;
    let database = Database::open_migrated(&DatabaseOptions::new(location), None, MIGRATIONS).await?;
    let there = database.query("SELECT COALESCE(MAX(position), 0) FROM events", &[]).await?;
    match there.first().map(|row| row.i64(0)).transpose()? {
        None | Some(0) => {}
        Some(position) => return Err(Error::NotEmpty(position)),
    }

    let mut transaction = database.begin().await?;
    if matches!(transaction, Transaction::Postgres(_)) {
        transaction.execute("SET LOCAL idle_in_transaction_session_timeout = '300s'", &[]).await?;
    }
    let mut intake = Intake::default();
    let mut reader = BufReader::new(tokio::fs::File::open(file).await?);
    let mut text = String::new();
    while reader.read_line(&mut text).await? > 0 {
        intake.line(&text, &mut transaction).await?;
        if intake.line % PAGE as u64 == 0 {
            progress(Progress { rows_done: intake.rows, rows_total: intake.rows_total });
        }
        text.clear();
    }
    if !intake.ended {
        return Err(intake.malformed("the file ends early"));
    }
    let incarnation = intake.incarnation.max(above).saturating_add(1);
    transaction.execute("UPDATE log SET incarnation = $1", &[incarnation.into()]).await?;
    transaction.commit().await?;
    database.close().await;
    drop(locked);
    progress(Progress { rows_done: intake.rows, rows_total: intake.rows_total });
    start_incarnation(incarnation, options, &intake, clock, ids).await
}

async fn start_incarnation(
    incarnation: i64,
    options: Options,
    intake: &Intake,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> Result<Checkpoint, Error> {
    let log = EventLog::open(options, clock.clone(), ids.clone()).await?;
    let stream_id = derived_id(Uuid::nil(), "vigie.log");
    let version = log.confirm(stream_id, None).await?.0;
    let payload = serde_json::json!({
        "incarnation": incarnation,
        "restored_up_to": intake.head.position,
        "restored_hash": intake.head.hash.to_string(),
    });
    let event = NewEvent {
        event_id: ids.next(),
        event_type: RESTORED_EVENT.to_owned(),
        account_id: Uuid::nil(),
        occurred_at: None,
        actor: "vigie log restore".to_owned(),
        on_behalf_of: None,
        channel: vigie_clock::Channel::System.as_str().to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: payload.to_string().into_bytes(),
    };
    let appended = log
        .append(Append { not_before: clock.now(), ..Append::new(stream_id, "log", version, vec![event]) })
        .await?;
    log.close(tokio::time::Instant::now() + std::time::Duration::from_secs(5)).await;
    Ok(appended.events.first().map_or(intake.head, |event| event.checkpoint()))
}
