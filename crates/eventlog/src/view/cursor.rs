//! Takes events in: effects and checkpoint in one transaction (rule 22).

use std::marker::PhantomData;

use super::parked::{self, Poison};
use super::{Batch, Error, Outlook, Projection};
use crate::database::{Database, Transaction};
use crate::event::Checkpoint;
use crate::kill_point::kill_point;

/// The one writer of a view, standing somewhere in the log.
#[derive(Debug)]
pub struct Cursor<P> {
    database: Database,
    checkpoint: Checkpoint,
    parked: Option<usize>,
    projection: PhantomData<fn() -> P>,
}

impl<P: Projection> Cursor<P> {
    /// Goes on from the stored checkpoint.
    pub async fn resume(database: Database) -> Result<Self, P::Error> {
        let checkpoint = P::CHECKPOINT.read(&database).await.map_err(Error::from)?;
        Ok(Self { database, checkpoint, parked: None, projection: PhantomData })
    }

    /// Everything up to here is taken in.
    pub const fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// Streams that waited after the latest batch; `None` before the first, and for a view that does not park.
    pub(super) const fn parked(&self) -> Option<usize> {
        self.parked
    }

    /// Takes a batch in, all or nothing. After an error nothing is known of the stored checkpoint: resume anew.
    pub async fn take_in(&mut self, batch: &Batch) -> Result<(), P::Error> {
        let mut poison = Vec::new();
        self.parked = loop {
            let error = match self.try_take_in(batch, &poison).await {
                Ok(parked) => break parked,
                Err(error) => error,
            };
            match P::outlook(&error) {
                Outlook::Poison { event_id } if P::PARKS && poison.len() < batch.events.len() => {
                    tracing::error!(%event_id, "{} parks a stream: {error}", P::NAME);
                    poison.push(Poison { event_id, why: error.to_string() });
                }
                _ => return Err(error),
            }
        };
        self.checkpoint = batch.resume;
        Ok(())
    }

    async fn try_take_in(&self, batch: &Batch, poison: &[Poison]) -> Result<Option<usize>, P::Error> {
        let mut transaction = self.database.begin_view().await.map_err(Error::from)?;
        self.advance(&mut transaction, batch.resume).await?;
        let left = match P::PARKS {
            true => Some(parked::set_aside(&mut transaction, &batch.events, poison).await?),
            false => None,
        };
        let clean = left.as_ref().and_then(|left| left.clean.as_deref());
        P::apply(&mut transaction, clean.unwrap_or(&batch.events)).await?;
        kill_point("view.before_commit");
        transaction.commit().await.map_err(Error::from)?;
        kill_point("view.after_commit");
        Ok(left.map(|left| left.parked))
    }

    async fn advance(&self, transaction: &mut Transaction, to: Checkpoint) -> Result<(), Error> {
        // Before the effects, since it is also the lock: what they read is read after any other writer has committed.
        match P::CHECKPOINT.advance(transaction, self.checkpoint, to).await? {
            true => Ok(()),
            false => Err(Error::CheckpointMoved),
        }
    }

    /// Empties the view. A cursor under way finds its checkpoint moved and resumes from the beginning.
    pub async fn start_over(database: &Database) -> Result<(), P::Error> {
        let mut transaction = database.begin().await.map_err(Error::from)?;
        P::CHECKPOINT.reset(&mut transaction).await.map_err(Error::from)?;
        P::clear(&mut transaction).await?;
        if P::PARKS {
            parked::forget(&mut transaction).await.map_err(Error::from)?;
        }
        Ok(transaction.commit().await.map_err(Error::from)?)
    }
}
