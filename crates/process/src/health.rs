//! What parts of a process say of their own health, by its readiness checks.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use vigie_chassis::health::Check;
use vigie_eventlog::EventLog;
use vigie_eventlog::view::State;

/// How often a service looks at its own health.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a log may take to answer a look.
const PING_MAX: Duration = Duration::from_millis(800);

/// A replica whose clock is further from the database's is not ready (rule 9).
const CLOCK_SKEW_MAX: Duration = Duration::from_millis(500);

/// What a service that owns a log says of itself.
pub struct Health {
    /// Passes while the log answers.
    pub log: Check,
    /// Passes while the clock is near the database's.
    pub clock: Check,
    /// Passes while the view keeps up with the log.
    pub view: Check,
    /// Events that the view may be behind the log.
    pub view_lag_max: i64,
}

impl Health {
    /// Says so for as long as it runs. `view` answers whether the view moves on, and the position that it has come to.
    pub async fn watch(self, log: EventLog, view: impl Fn() -> (State, i64) + Send) {
        loop {
            if log.ping(PING_MAX).await {
                self.log.pass();
            } else {
                self.log.fail("the log does not answer");
            }
            let skew = log.clock_skew();
            if skew <= CLOCK_SKEW_MAX {
                self.clock.pass();
            } else {
                self.clock.fail(&format!("{} ms from the database's clock", skew.as_millis()));
            }
            let (state, position) = view();
            let lag = log.known_head().position - position;
            if state == State::Following && lag > self.view_lag_max {
                self.view.fail(&format!("{lag} events behind the log"));
            } else {
                say(&self.view, &state);
            }
            sleep(LOOK_EVERY).await;
        }
    }
}

/// Passes `check` while what reads a log moves on, for as long as that is there.
pub async fn say_whether_it_moves(check: Check, mut states: watch::Receiver<State>) {
    loop {
        say(&check, &states.borrow_and_update());
        if states.changed().await.is_err() {
            return;
        }
    }
}

fn say(check: &Check, state: &State) {
    match state {
        State::Starting => check.fail("starting"),
        State::Following => check.pass(),
        State::Stopped { why } => check.fail(&format!("stopped: {why}")),
    }
}
