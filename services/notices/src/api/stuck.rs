//! What waits for a person in the queue of a reaction: approved or dropped together with its notice.

use std::sync::Arc;

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_eventlog::reaction::{self, Effect, Reaction, Reactor, Ruling};

use crate::sending::{Bulk, Send};

/// Effects looked at in one read.
const PAGE: usize = 512;

/// Effects of one notice: one for its decision, each fallback and each retry.
const OF_ONE_MAX: usize = 256;

/// The queues in which a notice may wait. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Stuck(Arc<(Reactor<Send>, Reactor<Bulk>)>);

#[derive(Clone, Copy)]
enum What {
    Approve,
    Drop,
}

impl Stuck {
    pub(crate) fn new(send: Reactor<Send>, bulk: Reactor<Bulk>) -> Self {
        Self(Arc::new((send, bulk)))
    }

    /// Lets what waits for this notice go on.
    pub(super) async fn approve(
        &self,
        notice_id: Uuid,
        by: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.rule(notice_id, What::Approve, by, reason, at).await
    }

    /// Ends what waits for this notice.
    pub(super) async fn drop(
        &self,
        notice_id: Uuid,
        by: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.rule(notice_id, What::Drop, by, reason, at).await
    }

    async fn rule(
        &self,
        notice_id: Uuid,
        what: What,
        by: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let ruling = Ruling { by: by.to_owned(), reason: reason.to_owned(), at };
        let (send, bulk) = &*self.0;
        let ruled = async {
            rule(send, notice_id, what, &ruling).await?;
            rule(bulk, notice_id, what, &ruling).await
        };
        ruled.await.map_err(|error: reaction::Error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "a reaction's queue does not answer");
            Refusal::new(
                Reason::Unavailable,
                "the queue does not answer just now; ask again with the same request id",
            )
        })
    }
}

async fn rule<R: Reaction>(
    reactor: &Reactor<R>,
    notice_id: Uuid,
    what: What,
    ruling: &Ruling,
) -> Result<(), reaction::Error> {
    for effect in waiting(reactor, notice_id).await? {
        let Effect { request_id, attempts, .. } = effect;
        match what {
            What::Approve => reactor.approve(request_id, attempts, ruling).await?,
            What::Drop => reactor.drop_effect(request_id, attempts, ruling).await?,
        };
    }
    Ok(())
}

/// What waits for this notice, whose stream it is. The queue is bounded, and so is this search.
async fn waiting<R: Reaction>(reactor: &Reactor<R>, notice_id: Uuid) -> Result<Vec<Effect>, reaction::Error> {
    let (mut found, mut after) = (Vec::new(), (0, 0));
    loop {
        let page = reactor.waiting(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = (last.position, last.ordinal);
        let is_last_page = page.len() < PAGE;
        found.extend(page.into_iter().filter(|effect| effect.stream_id == notice_id));
        if is_last_page || found.len() >= OF_ONE_MAX {
            return Ok(found);
        }
    }
}
