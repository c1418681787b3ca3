//! The simulated register.

use std::sync::Arc;
use std::time::Duration;

use vigie_lines::register::{Domains, Error, Faults, Register, Silence, Simulated, SimulatedOptions};

use crate::register_contract::{self, CALL_TIMEOUT, Laboratory};

const IMSI: &str = "208010000000001";

fn options() -> SimulatedOptions {
    let call_timeout_ms = u64::try_from(CALL_TIMEOUT.as_millis()).unwrap();
    SimulatedOptions { call_timeout_ms, knows_every_sim: false, ..SimulatedOptions::default() }
}

impl Laboratory for Simulated {
    fn register(&self) -> Arc<dyn Register> {
        Arc::new(self.clone())
    }

    fn provision(&self, imsi: &str, msisdn: Option<&str>) {
        Self::provision(self, imsi, msisdn).unwrap();
    }

    fn truth(&self, imsi: &str) -> (Domains, Option<String>) {
        let found = self.look(imsi).unwrap();
        (found.domains, found.msisdn)
    }

    fn go_silent(&self) {
        self.set_faults(Faults { silence: Some(Silence::Lost), ..Faults::default() });
    }

    fn go_slow(&self, delay: Duration) {
        self.set_faults(Faults { silence: Some(Silence::Late(delay)), ..Faults::default() });
    }

    fn go_away(&self) {
        self.set_faults(Faults { is_unreachable: true, ..Faults::default() });
    }

    fn heal(&self) {
        self.set_faults(Faults::default());
    }
}

#[tokio::test]
async fn keeps_the_contract() {
    register_contract::run(&Simulated::open(options()).unwrap()).await;
}

#[tokio::test]
async fn keeps_its_subscribers_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = SimulatedOptions { file: Some(folder.path().join("register.jsonl")), ..options() };
    let register = Simulated::open(options.clone()).unwrap();
    register.provision(IMSI, Some("+33600000001")).unwrap();
    register.connect().await.unwrap().set_domains(IMSI, Domains::BARRED).await.unwrap();
    drop(register);
    let register = Simulated::open(options).unwrap();
    let found = register.look(IMSI).unwrap();
    assert_eq!((found.domains, found.msisdn.as_deref()), (Domains::BARRED, Some("+33600000001")));
    register.provision(IMSI, Some("+33600000001")).unwrap();
    assert!(register.look(IMSI).unwrap().domains.is_barred(), "provisioning again opened a barred line");
}

#[tokio::test]
async fn says_that_it_is_simulated_and_whether_a_phone_is_on() {
    let register = Simulated::open(options()).unwrap();
    assert!(register.is_simulated() && register.description().contains("SIMULATED"));
    register.provision(IMSI, None).unwrap();
    let mut session = register.connect().await.unwrap();
    assert!(session.read(IMSI).await.unwrap().unwrap().attached);
    session.set_domains(IMSI, Domains::BARRED).await.unwrap();
    assert!(!session.read(IMSI).await.unwrap().unwrap().attached);
    session.set_domains(IMSI, Domains::OPEN).await.unwrap();
    assert!(session.read(IMSI).await.unwrap().unwrap().attached);
    register.set_phone(IMSI, false).unwrap();
    assert!(!session.read(IMSI).await.unwrap().unwrap().attached);
}

#[tokio::test]
async fn a_refused_write_changes_nothing_and_the_session_goes_on() {
    let register = Simulated::open(options()).unwrap();
    register.provision(IMSI, None).unwrap();
    let mut session = register.connect().await.unwrap();
    register.set_faults(Faults { refuses_writes: true, ..Faults::default() });
    assert!(matches!(session.set_domains(IMSI, Domains::BARRED).await, Err(Error::Refused(_))));
    assert_eq!(session.read(IMSI).await.unwrap().unwrap().domains, Domains::OPEN);
    register.set_faults(Faults::default());
    session.set_domains(IMSI, Domains::BARRED).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn latency_beyond_the_timeout_means_a_late_write() {
    let slow = SimulatedOptions { latency_min_ms: 5_000, latency_max_ms: 5_000, ..options() };
    let register = Simulated::open(slow).unwrap();
    register.provision(IMSI, None).unwrap();
    let mut session = register.connect().await.unwrap();
    let error = session.set_domains(IMSI, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert_eq!(register.look(IMSI).unwrap().domains, Domains::OPEN);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(register.look(IMSI).unwrap().domains, Domains::BARRED);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_takes_the_same_time() {
    let varying = SimulatedOptions { latency_min_ms: 1, latency_max_ms: 200, ..options() };
    let mut runs = Vec::new();
    for _ in 0..2 {
        let register = Simulated::open(varying.clone()).unwrap();
        register.provision(IMSI, None).unwrap();
        let mut session = register.connect().await.unwrap();
        let mut times = Vec::new();
        for _ in 0..20 {
            let began = tokio::time::Instant::now();
            session.read(IMSI).await.unwrap();
            times.push(began.elapsed());
        }
        runs.push(times);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].iter().max() > runs[0].iter().min());
}

#[tokio::test]
async fn without_anybody_to_provision_it_every_sim_is_a_subscriber_in_service() {
    let register = Simulated::open(SimulatedOptions::default()).unwrap();
    let mut session = register.connect().await.unwrap();
    let first = session.read("208010000000777").await.unwrap().unwrap();
    assert_eq!((first.domains, first.msisdn), (Domains::OPEN, None));
    session.set_domains("208010000000777", Domains::BARRED).await.unwrap();
    let barred = session.read("208010000000777").await.unwrap().unwrap();
    assert_eq!(barred.domains, Domains::BARRED, "asking again does not create it again");
}
