//! What a person does about parked streams, the same for every view that parks, whatever it shows.

use async_trait::async_trait;
use uuid::Uuid;

use super::{Follower, Outlook, ParkedStream, Projection, Released, Skip};

/// Why a view did not list or release what waits.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It may pass by itself: ask again.
    #[error("the view does not answer just now")]
    Passing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It takes a person.
    #[error("the view failed")]
    Final(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A view whose streams park, and what lets them go on. Object-safe: a server holds many, of different projections.
#[async_trait]
pub trait Parking: Send + Sync + 'static {
    /// The name of the log that the view follows, which positions are of.
    fn log(&self) -> &str;

    /// At most `limit` streams that wait, in order of the position that they wait behind, after position `after`.
    async fn parked(&self, after: i64, limit: usize) -> Result<Vec<ParkedStream>, Error>;

    /// The stream, if it waits.
    async fn parked_stream(&self, stream_id: Uuid) -> Result<Option<ParkedStream>, Error>;

    /// Takes a parked stream in again, from the log; past the event that it waits behind, if `skip` says so.
    async fn release(&self, stream_id: Uuid, skip: Option<&Skip>) -> Result<Released, Error>;
}

#[async_trait]
impl<P: Projection> Parking for Follower<P> {
    fn log(&self) -> &str {
        Self::log(self)
    }

    async fn parked(&self, after: i64, limit: usize) -> Result<Vec<ParkedStream>, Error> {
        Self::parked(self, after, limit).await.map_err(failed::<P>)
    }

    async fn parked_stream(&self, stream_id: Uuid) -> Result<Option<ParkedStream>, Error> {
        Self::parked_stream(self, stream_id).await.map_err(failed::<P>)
    }

    async fn release(&self, stream_id: Uuid, skip: Option<&Skip>) -> Result<Released, Error> {
        Self::release(self, stream_id, skip).await.map_err(failed::<P>)
    }
}

fn failed<P: Projection>(error: P::Error) -> Error {
    match P::outlook(&error) {
        Outlook::Contended | Outlook::Passing => Error::Passing(Box::new(error)),
        Outlook::Final | Outlook::Poison { .. } => Error::Final(Box::new(error)),
    }
}
