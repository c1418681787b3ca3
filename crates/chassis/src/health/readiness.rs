//! Readiness: every part says for itself whether it can serve.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

/// What a check says before its part has spoken.
const STARTING: &str = "starting";

/// Ready = every check passes and nobody drains. Cheap to clone: one state.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    ready: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    /// Check → why it fails; `None` when it passes.
    checks: BTreeMap<&'static str, Option<String>>,
    draining: bool,
}

impl State {
    fn is_ready(&self) -> bool {
        !self.draining && self.checks.values().all(Option::is_none)
    }
}

impl Readiness {
    /// Without checks, and so ready.
    pub fn new() -> Self {
        let (ready, _) = watch::channel(true);
        Self(Arc::new(Shared { state: Mutex::default(), ready }))
    }

    /// A check for the part called `name`, failing until the part passes it. The same name is the same check.
    pub fn check(&self, name: &'static str) -> Check {
        self.change(|state| {
            state.checks.entry(name).or_insert_with(|| Some(STARTING.to_owned()));
        });
        Check { name, readiness: self.clone() }
    }

    /// Not ready from now on: the process is about to stop.
    pub fn drain(&self) {
        self.change(|state| state.draining = true);
    }

    /// Whether new work is welcome.
    pub fn is_ready(&self) -> bool {
        *self.0.ready.borrow()
    }

    /// Whether the process is about to stop.
    pub fn is_draining(&self) -> bool {
        self.0.state.lock().draining
    }

    /// The failing checks and why, by name; `draining` among them.
    pub fn failing(&self) -> Vec<(String, String)> {
        let state = self.0.state.lock();
        let draining = state.draining.then(|| ("draining".to_owned(), "the process stops".to_owned()));
        let checks =
            state.checks.iter().filter_map(|(name, why)| Some(((*name).to_owned(), why.as_ref()?.clone())));
        checks.chain(draining).collect()
    }

    /// Every check and whether it passes.
    pub fn checks(&self) -> Vec<(&'static str, bool)> {
        self.0.state.lock().checks.iter().map(|(name, why)| (*name, why.is_none())).collect()
    }

    /// Follows [`Self::is_ready`].
    pub fn subscribe(&self) -> watch::Receiver<bool> {
        self.0.ready.subscribe()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.state.lock();
        change(&mut state);
        let ready = state.is_ready();
        // Under the lock, so that two changes are announced in their order.
        self.0.ready.send_if_modified(|announced| std::mem::replace(announced, ready) != ready);
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}

/// One part's say in the readiness of the process.
#[derive(Clone, Debug)]
pub struct Check {
    name: &'static str,
    readiness: Readiness,
}

impl Check {
    /// The part can serve.
    pub fn pass(&self) {
        self.say(None);
    }

    /// The part cannot serve. `why` is shown on the admin address: no personal data.
    pub fn fail(&self, why: &str) {
        self.say(Some(why.to_owned()));
    }

    /// [`Self::pass`] or [`Self::fail`] without more to say.
    pub fn set(&self, passes: bool) {
        if passes { self.pass() } else { self.fail("not available") }
    }

    fn say(&self, why: Option<String>) {
        self.readiness.change(|state| {
            state.checks.insert(self.name, why);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_ready_when_every_check_passes() {
        let readiness = Readiness::new();
        assert!(readiness.is_ready());
        let (log, register) = (readiness.check("log"), readiness.check("register"));
        assert!(!readiness.is_ready());
        log.pass();
        assert_eq!(readiness.failing(), [("register".to_owned(), "starting".to_owned())]);
        register.pass();
        assert!(readiness.is_ready());
        log.fail("no connection");
        assert_eq!(readiness.failing(), [("log".to_owned(), "no connection".to_owned())]);
    }

    #[test]
    fn asking_for_a_check_again_does_not_fail_it() {
        let readiness = Readiness::new();
        readiness.check("log").pass();
        readiness.check("log");
        assert!(readiness.is_ready());
    }

    #[tokio::test]
    async fn draining_is_final_and_announced() {
        let readiness = Readiness::new();
        let check = readiness.check("log");
        check.pass();
        let mut follower = readiness.subscribe();
        follower.mark_unchanged();
        readiness.drain();
        follower.changed().await.unwrap();
        assert!(!*follower.borrow());
        check.pass();
        assert!(!readiness.is_ready() && readiness.is_draining());
        assert_eq!(readiness.failing()[0].0, "draining");
    }
}
