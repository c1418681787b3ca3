//! The reactions to other services' logs: each has a cursor and a queue of its own.

use async_trait::async_trait;
use vigie_eventlog::RecordedEvent;
use vigie_eventlog::reaction::{Effect, Outcome, Reaction, Unreadable};

use super::{Reach, Teller};
use crate::domain::CauseKind;
use crate::events::{Tell, told_by_lines, told_by_routing};

/// Reacts to the log of `lines`.
pub struct OfLines(pub(crate) Teller);

/// Reacts to the log of `routing`.
pub struct OfRouting(pub(crate) Teller);

#[async_trait]
impl Reaction for OfLines {
    const NAME: &'static str = "notices.lines";

    type Command = Tell;

    fn decide(event: &RecordedEvent) -> Result<Vec<Tell>, Unreadable> {
        Ok(told_by_lines(event)?.into_iter().collect())
    }

    async fn carry_out(&self, tell: &Tell, effect: &Effect) -> Outcome {
        // Contacts are of another log: as far as it has come.
        self.0.react(tell, None, effect).await
    }
}

#[async_trait]
impl Reaction for OfRouting {
    const NAME: &'static str = "notices.routing";

    type Command = Tell;

    fn decide(event: &RecordedEvent) -> Result<Vec<Tell>, Unreadable> {
        Ok(told_by_routing(event)?.into_iter().collect())
    }

    async fn carry_out(&self, tell: &Tell, effect: &Effect) -> Outcome {
        self.0.react(tell, Some(effect.position), effect).await
    }
}

impl Teller {
    async fn react(&self, tell: &Tell, position: Option<i64>, effect: &Effect) -> Outcome {
        if !self.facts.directory.is_ready_for(position).await {
            return Outcome::Failed("the directory of contacts has not come that far".to_owned());
        }
        let told = match tell.cause.kind {
            CauseKind::ContactPointChanged | CauseKind::ContactPointRetired => {
                self.begin_campaign(tell, effect).await
            }
            _ => self.tell(tell, &tell.cause, Reach::All, effect.request_id, effect).await.map(drop),
        };
        match told {
            Ok(()) => Outcome::Done,
            Err(error) => error.outcome(),
        }
    }
}
