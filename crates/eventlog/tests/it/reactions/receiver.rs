//! A reaction that says texts, and somebody who hears them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::time::sleep;
use uuid::Uuid;
use vigie_eventlog::RecordedEvent;
use vigie_eventlog::reaction::{COMMAND_BYTES_MAX, Effect, Outcome, Reaction, Unreadable};

/// Events of this type say something: their payload is a list of texts.
pub(super) const SAID: &str = "test.somebody.said.v1";

/// An attempt as the receiver saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) text: String,
    pub(super) effect: Effect,
}

/// Hears every attempt.
#[derive(Default)]
pub(super) struct Receiver {
    heard: Mutex<Vec<Heard>>,
    streams: Mutex<BTreeMap<Uuid, usize>>,
    most_at_once: Mutex<usize>,
    attempts: Mutex<BTreeSet<(Uuid, i64)>>,
    wrong: Mutex<Option<String>>,
}

impl Receiver {
    /// All attempts in order, none of which came twice or beside another one of its stream.
    pub(super) fn heard(&self) -> Vec<Heard> {
        assert_eq!(*self.wrong.lock(), None);
        self.heard.lock().clone()
    }

    pub(super) fn texts(&self) -> Vec<String> {
        self.heard().into_iter().map(|heard| heard.text).collect()
    }

    /// Attempts at a time, at most, so far.
    pub(super) fn most_at_once(&self) -> usize {
        *self.most_at_once.lock()
    }

    pub(super) fn enter(self: &Arc<Self>, text: &str, effect: &Effect) -> Inside {
        self.heard.lock().push(Heard { text: text.to_owned(), effect: effect.clone() });
        if !self.attempts.lock().insert((effect.request_id, effect.attempts)) {
            *self.wrong.lock() = Some(format!("an attempt came twice: {effect:?}"));
        }
        let mut streams = self.streams.lock();
        let at_once = streams.entry(effect.stream_id).or_default();
        *at_once += 1;
        if *at_once > 1 {
            *self.wrong.lock() = Some(format!("another one of the stream is under way: {effect:?}"));
        }
        let all: usize = streams.values().sum();
        let mut most = self.most_at_once.lock();
        *most = all.max(*most);
        Inside { receiver: Arc::clone(self), stream_id: effect.stream_id }
    }
}

pub(super) struct Inside {
    receiver: Arc<Receiver>,
    stream_id: Uuid,
}

impl Drop for Inside {
    fn drop(&mut self) {
        if let Some(at_once) = self.receiver.streams.lock().get_mut(&self.stream_id) {
            *at_once -= 1;
        }
    }
}

/// Says texts to a receiver, which does as the text says. With room for `QUEUE` effects.
pub(super) struct Speaker<const QUEUE: i64 = 10_000>(pub(super) Arc<Receiver>);

#[async_trait]
impl<const QUEUE: i64> Reaction for Speaker<QUEUE> {
    const NAME: &'static str = "test.speaker";
    const QUEUE_MAX: i64 = QUEUE;
    type Command = String;

    fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
        decide(event)
    }

    async fn carry_out(&self, text: &String, effect: &Effect) -> Outcome {
        let _inside = self.0.enter(text, effect);
        match (text.as_str(), effect.attempts) {
            ("slow", _) => sleep(Duration::from_millis(100)).await,
            ("refuse late once", 1) => {
                sleep(Duration::from_millis(700)).await;
                return Outcome::Refused("nobody of that name".to_owned());
            }
            ("hang", _) | ("hang once", 1) => sleep(Duration::from_secs(3600)).await,
            ("panic once", 1) => panic!("as the text says"),
            ("fail", _) | ("fail twice", 1 | 2) | ("fail four times", 1..=4) => {
                return Outcome::Failed("the receiver is away".to_owned());
            }
            ("refuse", _) | ("refuse once", 1) => return Outcome::Refused("nobody of that name".to_owned()),
            _ => {}
        }
        Outcome::Done
    }
}

/// What events say.
pub(super) fn decide(event: &RecordedEvent) -> Result<Vec<String>, Unreadable> {
    if event.event_type != SAID {
        return Ok(Vec::new());
    }
    let texts: Vec<String> = serde_json::from_slice(&event.payload)
        .map_err(|_| Unreadable("this event cannot be read".to_owned()))?;
    let said = |text: String| if text == "grow" { "o".repeat(COMMAND_BYTES_MAX) } else { text };
    Ok(texts.into_iter().map(said).collect())
}
