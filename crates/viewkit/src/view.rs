//! What the shared tests ask of a view.

use std::fmt::Debug;
use std::sync::Arc;

use vigie_eventlog::view::{Comparison, Digest, Feed, Step};
use vigie_eventlog::{Checkpoint, Location};

/// A view of a log, as the shared tests drive it.
///
/// A service's tests implement it for a struct that holds the service: `open` by hand, the rest by
/// [`as_its_service_does!`](crate::as_its_service_does).
pub trait View: Clone + Send + Sync + 'static {
    /// Why it stopped, or did not do it.
    type Error: Debug + Send;

    /// What its database and its schema are called.
    const NAME: &'static str;

    /// Opens it over the tables at `location`, which are made with the rights of `owner_url` where there is one.
    ///
    /// For tests, so with few connections and hardly a pause between two tries.
    fn open(
        location: Location,
        owner_url: Option<String>,
        feed: Arc<dyn Feed>,
    ) -> impl Future<Output = Self> + Send;

    /// Follows the log until `stop`, or until what does not pass by itself.
    fn run_until(
        &self,
        stop: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Waits until everything up to `position` is taken in.
    fn reached(&self, position: i64) -> impl Future<Output = ()> + Send;

    /// How far this process has seen it come.
    fn checkpoint(&self) -> Checkpoint;

    /// The digest of its tables.
    fn digest(&self) -> impl Future<Output = Digest> + Send;

    /// Computes it anew beside the live one.
    fn rebuild(
        &self,
        progress: impl FnMut(Step) + Send,
    ) -> impl Future<Output = Result<Comparison, Self::Error>> + Send;

    /// Forgets everything.
    fn start_over(&self) -> impl Future<Output = ()> + Send;

    /// Closes all connections.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// What is the same in every implementation of [`View`]: all that the service in the named field does under the same name.
#[macro_export]
macro_rules! as_its_service_does {
    ($service:ident) => {
        async fn run_until(
            &self,
            stop: impl ::core::future::Future<Output = ()> + Send,
        ) -> Result<(), Self::Error> {
            self.$service.run(stop).await
        }

        async fn reached(&self, position: i64) {
            self.$service.reached(position).await;
        }

        fn checkpoint(&self) -> ::vigie_eventlog::Checkpoint {
            self.$service.standing().checkpoint
        }

        async fn digest(&self) -> ::vigie_eventlog::view::Digest {
            self.$service.digest().await.unwrap().0
        }

        async fn rebuild(
            &self,
            progress: impl FnMut(::vigie_eventlog::view::Step) + Send,
        ) -> Result<::vigie_eventlog::view::Comparison, Self::Error> {
            self.$service.rebuild(progress).await
        }

        async fn start_over(&self) {
            self.$service.start_over().await.unwrap();
        }

        async fn close(&self) {
            self.$service.close().await;
        }
    };
}
