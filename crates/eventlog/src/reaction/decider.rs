//! The deciding half: what events lead to is stored in the transaction that moves the cursor.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use async_trait::async_trait;
use tokio::sync::Notify;
use uuid::Uuid;

use super::effect::request_id;
use super::store::CHECKPOINT;
use super::{COMMAND_BYTES_MAX, COMMANDS_MAX, Error, Reaction, queue};
use crate::database::{Database, Transaction, Value};
use crate::event::RecordedEvent;
use crate::log::ReadError;
use crate::view::{self, Batch, CheckpointTable, Outlook, Projection};

/// As a cursor along the log, a reaction is as pure as a view: it writes its own tables and causes nothing. It is never
/// rebuilt, though, since nobody outside of this module has it.
pub(super) struct Decider<R> {
    /// Told after something was decided.
    pub(super) decided: Notify,
    reaction: PhantomData<fn() -> R>,
}

impl<R: Reaction> Decider<R> {
    pub(super) fn new() -> Self {
        Self { decided: Notify::new(), reaction: PhantomData }
    }
}

/// What events lead to, by request id: an event that comes twice in a batch leads to the same.
fn decide<R: Reaction>(events: &[RecordedEvent]) -> Result<BTreeMap<Uuid, Vec<Value>>, Error> {
    let mut effects = BTreeMap::new();
    for event in events {
        let commands =
            commands::<R>(event).map_err(|why| Error::Unreadable { event_id: event.event_id, why })?;
        for (ordinal, command) in commands.into_iter().enumerate() {
            let request_id = request_id(R::NAME, event.event_id, ordinal);
            effects.insert(request_id, queue::row(request_id, event, ordinal, command));
        }
    }
    Ok(effects)
}

fn commands<R: Reaction>(event: &RecordedEvent) -> Result<Vec<Vec<u8>>, String> {
    let commands = R::decide(event).map_err(|unreadable| unreadable.0)?;
    if commands.len() > COMMANDS_MAX {
        return Err(format!("it leads to {} commands, and may to {COMMANDS_MAX}", commands.len()));
    }
    let encoded = |command| match serde_json::to_vec(command) {
        Ok(bytes) if bytes.len() <= COMMAND_BYTES_MAX => Ok(bytes),
        Ok(bytes) => Err(format!("its command has {} bytes, and may have {COMMAND_BYTES_MAX}", bytes.len())),
        // Without the encoder's words: they may name a person.
        Err(_) => Err("its command cannot be written".to_owned()),
    };
    commands.iter().map(encoded).collect()
}

#[async_trait]
impl<R: Reaction> Projection for Decider<R> {
    type Error = Error;

    const NAME: &'static str = R::NAME;

    const CHECKPOINT: CheckpointTable = CHECKPOINT;

    const PARKS: bool = true;

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
        let effects = decide::<R>(events)?;
        if !effects.is_empty() {
            queue::add(transaction, effects.into_values().collect(), R::QUEUE_MAX).await?;
        }
        Ok(())
    }

    /// Never called: what was decided is no view of the log, and stays.
    async fn clear(_: &mut Transaction) -> Result<(), Error> {
        Ok(())
    }

    fn outlook(error: &Error) -> Outlook {
        error.outlook()
    }

    fn advice(error: &Error) -> Option<&'static str> {
        matches!(error, Error::Cursor(view::Error::Log(ReadError::CheckpointRefused { .. }))).then_some(
            "A reaction is not rebuilt: say from where it goes on, with `vigie view start-over all --log …` while nothing \
             runs. Until then nothing is carried out",
        )
    }

    async fn moved(&self, _: &Database, batch: Option<&Batch>) -> Result<(), Error> {
        if batch.is_some() {
            self.decided.notify_one();
        }
        Ok(())
    }

    async fn released(&self, _: &Database) -> Result<(), Error> {
        self.decided.notify_one();
        Ok(())
    }
}
