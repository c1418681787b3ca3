//! `lines.block_list`: what a declaration of theft and its end cause on the list, in the order of each line.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_eventlog::reaction::{self, Effect, Outcome, Reaction, Reactor, Unreadable};
use vigie_eventlog::view::Retry;
use vigie_eventlog::{Aggregate, Checkpoint, RecordedEvent};

use super::hands::{Hands, Work};
use crate::domain::{Fact, Imei, Line, name};
use crate::options::Options;

/// What is to be done about a handset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Do {
    /// Put it on the list.
    Block {
        /// The declaration of theft.
        declaration_id: Uuid,
        /// The handset.
        imei: Imei,
    },
    /// Take it off the list, unless it is declared stolen elsewhere too.
    Release {
        /// The declaration that ended.
        declaration_id: Uuid,
        /// The handset.
        imei: Imei,
    },
}

/// Carries the block list out.
pub struct Blocking(Arc<Hands>);

/// The reaction of lines, not on its way yet.
pub(crate) async fn reactor(
    options: &Options,
    hands: Arc<Hands>,
) -> Result<Reactor<Blocking>, reaction::Error> {
    let log = hands.aggregates.log().clone();
    let clock = log.clock().clone();
    Reactor::open(Blocking(hands), set_up(options), Arc::new(log), clock).await
}

/// A list that is away for days is waited for: the law leaves days.
fn set_up(options: &Options) -> reaction::Options {
    let Options { block_list: database, owner_url, .. } = options;
    // From the log's beginning: a declaration that nobody carried out must not be passed over.
    let usual = reaction::Options::new(database.location.clone(), Checkpoint::START);
    reaction::Options {
        database: database.clone(),
        owner_url: owner_url.clone(),
        age_max: Duration::from_hours(60 * 24),
        attempts_max: 20_000,
        retry: Retry { min: Duration::from_millis(500), max: Duration::from_mins(5) },
        ..usual
    }
}

#[async_trait]
impl Reaction for Blocking {
    const NAME: &'static str = "lines.block_list";

    type Command = Do;

    /// A handset whose IMEI was erased cannot be named to the list any more.
    fn decide(event: &RecordedEvent) -> Result<Vec<Do>, Unreadable> {
        if ![name::THEFT_DECLARED, name::HANDSET_RECOVERED].contains(&event.event_type.as_str()) {
            return Ok(Vec::new());
        }
        // Without the decoder's words: they may quote the payload.
        let decoded = Line::decode(&event.event_type, &event.payload);
        let event = decoded.map_err(|_| Unreadable(format!("{} cannot be read", event.event_type)))?;
        let what = match event.fact {
            Fact::TheftDeclared(fact) => fact
                .imei
                .known()
                .map(|imei| Do::Block { declaration_id: fact.declaration_id, imei: imei.clone() }),
            Fact::HandsetRecovered(fact) => fact
                .imei
                .known()
                .map(|imei| Do::Release { declaration_id: fact.declaration_id, imei: imei.clone() }),
            _ => None,
        };
        Ok(what.into_iter().collect())
    }

    async fn carry_out(&self, what: &Do, effect: &Effect) -> Outcome {
        let (Do::Block { declaration_id, imei } | Do::Release { declaration_id, imei }) = what;
        let Effect { stream_id: line_id, request_id, .. } = *effect;
        let work = Work { line_id, declaration_id: *declaration_id, imei, request_id };
        let done = match what {
            Do::Block { .. } => self.0.block(&work).await,
            Do::Release { .. } => self.0.release(&work).await,
        };
        done.err().unwrap_or(Outcome::Done)
    }
}
