//! What is reported of the log of notices.

use std::sync::Arc;

use async_trait::async_trait;
use vigie_eventlog::reaction::{Effect, Outcome, Reaction, Unreadable};
use vigie_eventlog::{Aggregate as _, RecordedEvent};

use super::Record;
use super::record::Told;
use crate::domain::{Audience, Notice, name};

/// Reports what customers were told.
pub struct Report(pub(crate) Arc<dyn Record>);

#[async_trait]
impl Reaction for Report {
    const NAME: &'static str = "notices.report";

    type Command = Told;

    fn decide(event: &RecordedEvent) -> Result<Vec<Told>, Unreadable> {
        if event.event_type != name::DELIVERED {
            return Ok(Vec::new());
        }
        let decoded = Notice::decode(&event.event_type, &event.payload)
            .map_err(|_| Unreadable(format!("{} does not decode", event.event_type)))?;
        let (notice_id, notice) = (decoded.notice_id, decoded.notice);
        // A system that was told is nobody who was.
        if notice.audience != Audience::Person {
            return Ok(Vec::new());
        }
        let told = notice.cause.change.zip(notice.handed_over_at).map(|(change, told_at)| Told {
            account_id: notice.cause.account_id,
            change,
            notice_id,
            told_at,
        });
        Ok(told.into_iter().collect())
    }

    async fn carry_out(&self, told: &Told, effect: &Effect) -> Outcome {
        self.0.keep(told, effect).await
    }
}
