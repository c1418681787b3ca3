//! Replicas of one stage that come and go.

use std::collections::HashMap;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};
use tonic::transport::Channel;
use vigie_testkit::{Proxy, arm_kill_point};

use crate::dice::Dice;
use crate::people::{Door, Person};
use crate::system::{Stage, System};

/// Tokens are made anew after this time: a step-up holds for five minutes.
const TOKEN_AGE_MAX: Duration = Duration::from_secs(120);

/// How long a replica may take from its start to its kill point or to readiness.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Replicas over the same parts, numbered from 0, with ways to each for those who call.
pub struct Fleet {
    stage: Stage,
    replicas: RwLock<Vec<Option<Replica>>>,
    /// Between each replica and the register.
    register_wires: Vec<Wires>,
    tokens: Mutex<HashMap<String, (String, Instant)>>,
}

/// The bad network between a replica and the register, an interface at a time.
#[derive(Debug)]
pub struct Wires {
    /// Writes go here.
    pub vty: Proxy,
    /// Reads go here.
    pub ctrl: Proxy,
}

impl Wires {
    /// No faults on either from now on; what is held back still arrives.
    pub fn heal(&self) {
        self.vty.heal();
        self.ctrl.heal();
    }
}

#[derive(Clone)]
struct Replica {
    system: Arc<System>,
    channel: Channel,
}

impl Fleet {
    /// `count` replicas, none of them started.
    pub fn new(stage: Stage, count: usize) -> Self {
        Self {
            stage,
            replicas: RwLock::new(vec![None; count]),
            register_wires: Vec::new(),
            tokens: Mutex::default(),
        }
    }

    /// Puts a bad network between each replica and the register.
    #[must_use]
    pub fn with_register_wires(mut self) -> Self {
        let register = self.stage.register().clone();
        let wires = |_| Wires {
            vty: Proxy::start(register.vty()).unwrap(),
            ctrl: Proxy::start(register.ctrl()).unwrap(),
        };
        self.register_wires = (0..self.count()).map(wires).collect();
        self
    }

    /// What they stand on.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// How many there are, running or not.
    pub fn count(&self) -> usize {
        self.replicas.read().len()
    }

    /// What stands between replica `number` and the register.
    pub fn register_wires(&self, number: usize) -> &Wires {
        &self.register_wires[number]
    }

    /// Starts all and waits until they are ready.
    pub fn start_all(&self) {
        for number in 0..self.count() {
            self.start(number);
        }
    }

    /// Starts a replica and waits until it is ready; callers find it at once.
    pub fn start(&self, number: usize) -> Arc<System> {
        let system = self.launch(number, |_| {});
        system.wait_until_ready();
        system
    }

    /// Starts a replica that stands still when it comes by `kill_point` for the `nth` time.
    ///
    /// Callers find it before it is ready: it may come by while it starts.
    pub fn start_armed(&self, number: usize, kill_point: &str, nth: usize) -> Arc<System> {
        self.launch(number, |command| arm_kill_point(command, &format!("{kill_point}@{nth}")))
    }

    /// Starts a replica and does not wait; callers find it at once.
    pub fn begin(&self, number: usize) -> Arc<System> {
        self.launch(number, |_| {})
    }

    fn launch(&self, number: usize, change: impl FnOnce(&mut Command)) -> Arc<System> {
        let system = Arc::new(self.stage.launch(number, |command| {
            if let Some(wires) = self.register_wires.get(number) {
                command
                    .env("VIGIE_REGISTER__OSMO_HLR__VTY", wires.vty.address().to_string())
                    .env("VIGIE_REGISTER__OSMO_HLR__CTRL", wires.ctrl.address().to_string());
            }
            change(command);
        }));
        let channel = Channel::from_shared(system.endpoint().to_owned()).unwrap().connect_lazy();
        self.replicas.write()[number] = Some(Replica { system: system.clone(), channel });
        system
    }

    /// Waits until the replica announces that it stands at the kill point; when it did, unless that is not within `limit`.
    pub fn wait_for_kill_point(&self, number: usize, kill_point: &str, limit: Duration) -> Option<Instant> {
        let system = self.system(number)?;
        let announcement = format!("KILL-POINT {kill_point}");
        let limit = limit.min(START_LIMIT);
        let line = system.process().wait_for_line(&announcement, limit, |line| line.trim() == announcement);
        line.ok().map(|line| line.at)
    }

    /// SIGKILL.
    pub fn kill(&self, number: usize) {
        // Callers go elsewhere from now on; what is under way at it breaks.
        if let Some(replica) = self.replicas.write()[number].take() {
            replica.system.process().kill9().unwrap();
        }
    }

    /// SIGTERM, and waits for its end.
    pub fn stop(&self, number: usize) {
        if let Some(replica) = self.replicas.write()[number].take() {
            replica.system.process().terminate(Duration::from_secs(20)).unwrap();
        }
    }

    /// A replica, if it was started.
    pub fn system(&self, number: usize) -> Option<Arc<System>> {
        self.replicas.read()[number].as_ref().map(|replica| replica.system.clone())
    }

    /// The way to a replica for `person`.
    pub fn door(&self, number: usize, person: &Person) -> Option<Door> {
        let channel = self.replicas.read()[number].as_ref()?.channel.clone();
        Some(Door::through(channel, &self.token(person)))
    }

    /// The way to one of those that were started.
    pub fn any_door(&self, dice: &mut Dice, person: &Person) -> Option<(usize, Door)> {
        let up: Vec<_> = {
            let replicas = self.replicas.read();
            (0..replicas.len()).filter(|number| replicas[*number].is_some()).collect()
        };
        if up.is_empty() {
            return None;
        }
        let number = *dice.pick(&up);
        Some((number, self.door(number, person)?))
    }

    /// A token for `person`, fresh enough for a step-up to count.
    pub fn token(&self, person: &Person) -> String {
        let mut tokens = self.tokens.lock();
        if let Some((token, made)) = tokens.get(&person.subject)
            && made.elapsed() < TOKEN_AGE_MAX
        {
            return token.clone();
        }
        let token = self.stage.mint(&person.grant());
        tokens.insert(person.subject.clone(), (token.clone(), Instant::now()));
        token
    }
}
