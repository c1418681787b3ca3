//! What many rows ask of the same thing: looked up once in a while, not for each row.
//!
//! Whether an account is there and open, or a manager trained, is true at some moment not long before the row is taken. So
//! it is where a single command asks the log first: between its question and its commit another may change the answer.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lru::LruCache;
use parking_lot::Mutex;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;

/// States kept of one kind, for one import.
const KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(8_191);

/// An answer that is older is asked for again.
const AGE_MAX: Duration = Duration::from_secs(2);

type State<T> = Arc<Option<T>>;
type Slot<T> = Arc<tokio::sync::Mutex<Option<(Instant, State<T>)>>>;

/// States of one kind of thing, the last ones asked for.
pub(super) struct Facts<T> {
    slots: Mutex<LruCache<Uuid, Slot<T>>>,
}

impl<T> Facts<T> {
    pub(super) fn new() -> Self {
        Self { slots: Mutex::new(LruCache::new(KEPT_MAX)) }
    }

    /// The state of a thing, by `load` if nobody has asked for it lately. Who asks at the same time waits for the one
    /// answer.
    pub(super) async fn get<F>(&self, id: Uuid, load: impl FnOnce() -> F) -> Result<State<T>, Refusal>
    where
        F: Future<Output = Result<State<T>, Refusal>>,
    {
        let slot = self.slot(id);
        let mut known = slot.lock().await;
        if let Some((since, state)) = &*known
            && since.elapsed() < AGE_MAX
        {
            return Ok(state.clone());
        }
        let asked = Instant::now();
        let state = load().await?;
        *known = Some((asked, state.clone()));
        Ok(state)
    }

    /// The state of a thing, as it was just committed.
    pub(super) async fn learn(&self, id: Uuid, state: State<T>) {
        *self.slot(id).lock().await = Some((Instant::now(), state));
    }

    fn slot(&self, id: Uuid) -> Slot<T> {
        self.slots.lock().get_or_insert(id, Slot::default).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_log_is_asked_once_in_a_while() {
        let (facts, asked) = (Facts::<u8>::new(), AtomicU32::new(0));
        let get = || {
            facts.get(Uuid::from_u128(1), || async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                asked.fetch_add(1, Ordering::Relaxed);
                Ok(Arc::new(Some(7)))
            })
        };
        let (one, other) = tokio::join!(get(), get());
        assert_eq!((*one.unwrap(), *other.unwrap()), (Some(7), Some(7)));
        assert_eq!(asked.load(Ordering::Relaxed), 1, "asked at the same time");
        tokio::time::sleep(AGE_MAX).await;
        get().await.unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), 2, "asked anew");
        facts.learn(Uuid::from_u128(1), Arc::new(Some(8))).await;
        assert_eq!(*get().await.unwrap(), Some(8));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
