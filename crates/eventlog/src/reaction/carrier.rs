//! The other half: carries out what was decided.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

use super::judging::{self, Next};
use super::queue::{self, Claimed};
use super::reactor::Inner;
use super::store::Stored;
use super::{Outcome, Reaction, span};
use crate::kill_point::kill_point;
use crate::view::State;

/// Between two looks at the queue: retries come due, and another process may have decided something.
const POLL: Duration = Duration::from_millis(200);

/// Pause after the queue did not answer.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Between two tries to record how an attempt ended.
const RECORD_AGAIN: Duration = Duration::from_millis(200);

/// Between two looks at what is not finished and what can be forgotten.
const TIDY: Duration = Duration::from_secs(5);

/// Carries effects out until `stop`, and then lets those under way come to their end.
pub(super) async fn carry<R: Reaction>(reaction: &Arc<Inner<R>>, mut stop: watch::Receiver<bool>) {
    let states = reaction.cursor.states();
    let at_once = reaction.options.concurrency.max(1);
    let mut under_way = JoinSet::new();
    while !*stop.borrow_and_update() {
        let room = at_once.saturating_sub(under_way.len());
        // Not before the cursor has found its place: in a log that was restored nothing may be carried out.
        if room > 0 && *states.borrow() == State::Following {
            // Of the time before the claim: what the claim took is not left for the attempt.
            let give_up_at = Instant::now() + reaction.options.timeout;
            for stored in claim(reaction, room).await {
                let reaction = Arc::clone(reaction);
                under_way.spawn(async move { reaction.attempt(stored, give_up_at).await });
            }
        }
        tokio::select! {
            _ = stop.changed() => {}
            Some(ended) = under_way.join_next() => said(R::NAME, ended),
            () = reaction.cursor.projection().decided.notified(), if under_way.len() < at_once => {}
            () = sleep(POLL) => {}
        }
    }
    while let Some(ended) = under_way.join_next().await {
        said(R::NAME, ended);
    }
}

async fn claim<R: Reaction>(reaction: &Inner<R>, room: usize) -> Vec<Stored> {
    let Inner { cursor, clock, options, .. } = reaction;
    match queue::claim(cursor.database(), clock.now(), room, options).await {
        Ok(Claimed { begun, set_aside }) => {
            if !set_aside.is_empty() {
                // There may be more: what only waits took their place.
                cursor.projection().decided.notify_one();
            }
            for effect in set_aside {
                let (request_id, why) = (effect.request_id, effect.why.unwrap_or_default());
                tracing::error!(%request_id, event_type = effect.event_type, "{}: an effect waits: {why}", R::NAME);
            }
            begun
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "{}: the queue does not answer",
                R::NAME
            );
            sleep(ASK_AGAIN).await;
            Vec::new()
        }
    }
}

/// A reaction that panics has an attempt of unknown end: the next one begins when this one's time is over.
fn said(name: &str, ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "{name}: an attempt broke off");
    }
}

impl<R: Reaction> Inner<R> {
    async fn attempt(&self, stored: Stored, give_up_at: Instant) {
        let span = span::of(R::NAME, &stored.effect);
        async {
            kill_point("reaction.before_effect");
            let outcome = self.carry_out(&stored, give_up_at).await;
            kill_point("reaction.after_effect");
            self.metrics.attempt(&outcome);
            let next = judging::next(&stored, outcome, &self.options);
            tell(R::NAME, &stored, &next);
            self.record(&stored, &next, give_up_at + self.options.timeout).await;
            kill_point("reaction.after_record");
        }
        .instrument(span)
        .await;
    }

    async fn carry_out(&self, stored: &Stored, give_up_at: Instant) -> Outcome {
        // The decoder's error may quote the command, and that may name a person.
        let Ok(command) = serde_json::from_slice(&stored.effect.command) else {
            return Outcome::Refused("its command cannot be read".to_owned());
        };
        if Instant::now() >= give_up_at {
            // This process stood still since it began: the attempt may be another's by now.
            return Outcome::Failed("it could not begin in time".to_owned());
        }
        let outcome = timeout_at(give_up_at, self.reaction.carry_out(&command, &stored.effect)).await;
        outcome.unwrap_or_else(|_| Outcome::Unknown(format!("no answer within {:?}", self.options.timeout)))
    }

    /// What cannot be recorded while the attempt is this process' own is an attempt of unknown end.
    async fn record(&self, stored: &Stored, next: &Next, until: Instant) {
        let request_id = stored.effect.request_id;
        while Instant::now() < until {
            let recorded = queue::end(self.cursor.database(), &stored.effect, next, self.clock.now());
            match timeout_at(until, recorded).await {
                Ok(Ok(true)) => return,
                Ok(Ok(false)) => {
                    tracing::warn!(%request_id, "{}: an attempt ended when it was not its own any more", R::NAME);
                    return;
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, %request_id, "{}: an attempt's end is not recorded yet", R::NAME);
                    sleep(RECORD_AGAIN).await;
                }
                Err(_) => break,
            }
        }
        tracing::error!(%request_id, "{}: an attempt's end is not recorded; it is made again", R::NAME);
    }

    /// Counts what is not finished and forgets what was finished long ago, until `stop`.
    pub(super) async fn tidy(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow_and_update() {
            let (database, now) = (self.cursor.database(), self.clock.now());
            let tidied = async {
                self.metrics.unfinished(&queue::unfinished(database).await?, now);
                queue::forget(database, now, &self.options).await
            };
            if let Err(error) = tidied.await {
                tracing::warn!(error = &error as &dyn std::error::Error, "{}: nothing was tidied", R::NAME);
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = sleep(TIDY) => {}
            }
        }
    }
}

fn tell(name: &str, stored: &Stored, next: &Next) {
    let (request_id, event_type) = (stored.effect.request_id, stored.effect.event_type.as_str());
    let attempt = stored.effect.attempts;
    match next {
        Next::Done => tracing::debug!(%request_id, event_type, attempt, "{name}: done"),
        Next::Again { pause, why, .. } => {
            tracing::warn!(%request_id, event_type, attempt, ?pause, "{name}: an effect is tried again: {why}");
        }
        Next::Waits { why, .. } => {
            tracing::error!(%request_id, event_type, attempt, "{name}: an effect waits: {why}");
        }
    }
}
