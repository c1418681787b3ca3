//! Replicas, lines and callers together, and what must be true when the noise is over.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use vigie_proto::{commitments, lines, log, progress};
use vigie_testkit::Nam;

use crate::check::{check, faults};
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::inventory::{TestLine, provision, register_lines};
use crate::load::{History, Load, Pace};
use crate::people::{Door, Person};
use crate::record::Record;
use crate::system::Kind;
use crate::topic::{assert_ends_with_the_newest, assert_in_order, carried};
use crate::views::{every_act_has_its_case, ledger_rebuilt, timelines_rebuilt};

/// How long the register may need to follow once nothing is wrong any more.
const SETTLE_LIMIT: Duration = Duration::from_secs(90);

/// How long everything must stay as it is to count as quiet.
const QUIET: Duration = Duration::from_millis(1_500);

/// Complaints of a replica that are shown when something is wrong.
const COMPLAINTS_SHOWN: usize = 10;

/// A running fleet and its lines.
pub struct Scene {
    fleet: Arc<Fleet>,
    lines: Arc<Vec<TestLine>>,
    floors: Arc<Vec<AtomicI64>>,
}

impl Scene {
    /// Starts all replicas and registers so many lines.
    pub async fn open(fleet: Fleet, count: usize) -> Self {
        tokio::task::block_in_place(|| {
            provision(fleet.stage(), count);
            fleet.start_all();
        });
        let operator = fleet.door(0, &operator()).unwrap();
        let lines = register_lines(fleet.stage(), &operator, count).await;
        let floors = (0..count).map(|_| AtomicI64::new(0)).collect();
        Self { fleet: Arc::new(fleet), lines: Arc::new(lines), floors: Arc::new(floors) }
    }

    /// The replicas.
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// The lines.
    pub fn lines(&self) -> &[TestLine] {
        &self.lines
    }

    /// Callers begin.
    pub fn load(&self, pace: &Pace, dice: &mut Dice) -> Load {
        Load::start(&self.fleet, &self.lines, &self.floors, pace, dice)
    }

    /// The log as a replica that runs gives it.
    pub async fn record(&self) -> Record {
        Record::read(&self.operator()).await
    }

    /// The operator's way to a replica that runs.
    pub fn operator(&self) -> Door {
        self.door(&operator())
    }

    /// The way to a replica that runs.
    pub fn door(&self, person: &Person) -> Door {
        let doors = (0..self.fleet.count()).filter_map(|number| self.fleet.door(number, person));
        doors.into_iter().next().expect("a replica that runs")
    }

    /// Waits until nothing waits for the register and nothing changes; then the register shows each line's last intent.
    pub async fn settled(&self) -> Record {
        let began = Instant::now();
        loop {
            let record = self.record().await;
            match self.unsettled(&record) {
                None => {
                    tokio::time::sleep(QUIET).await;
                    let later = self.record().await;
                    if later.head() == record.head() && self.unsettled(&later).is_none() {
                        return later;
                    }
                }
                Some((line, why)) => {
                    let is_late = began.elapsed() > SETTLE_LIMIT;
                    assert!(
                        !is_late,
                        "not quiet after {SETTLE_LIMIT:?}: {why}\n{}",
                        record.dump(line.line_id)
                    );
                }
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// A line on which the register is not yet where the log wants it.
    fn unsettled(&self, record: &Record) -> Option<(&TestLine, String)> {
        self.lines.iter().find_map(|line| self.why_unsettled(line, record).map(|why| (line, why)))
    }

    fn why_unsettled(&self, line: &TestLine, record: &Record) -> Option<String> {
        let now = record.line(line.line_id).now();
        if now.is_unconfirmed() {
            return Some("a command waits for the register".to_owned());
        }
        if let Some(drift) = now.drift() {
            return Some(format!("drift is open: {drift:?}"));
        }
        if self.fleet.stage().kind() == Kind::Embedded {
            return None;
        }
        // The test's own connection: nobody in between.
        let barred = now.must_be_barred();
        let wanted = Nam { cs: !barred, ps: !barred };
        let found = self.fleet.stage().register().nam(&line.imsi).unwrap();
        (found != Some(wanted))
            .then(|| format!("the register shows {found:?}, the last intent is {wanted:?}"))
    }

    /// Everything that must be true of what was asked and answered, once it is quiet.
    pub async fn conclude(&self, history: &History) -> Record {
        let record = self.settled().await;
        if !faults(&history.0, &self.lines, &record).is_empty() {
            self.show_complaints();
        }
        check(&history.0, &self.lines, &record);
        self.log_is_intact().await;
        self.readers_agree(&record).await;
        if self.fleet.stage().kind() == Kind::Embedded {
            self.simulated_register_agrees().await;
        }
        record
    }

    /// What the replicas said went wrong.
    fn show_complaints(&self) {
        for number in 0..self.fleet.count() {
            let Some(system) = self.fleet.system(number) else { continue };
            let lines = system.process().lines();
            let errors = lines.iter().filter(|line| line.text.contains("ERROR"));
            for line in errors.take(COMPLAINTS_SHOWN) {
                eprintln!("replica {number}: {}", line.text);
            }
        }
    }

    /// Hashes, positions, streams and anchors.
    pub async fn log_is_intact(&self) {
        let findings = verify(&self.operator()).await;
        assert!(findings.is_empty(), "the log is not as it was written: {findings:?}");
    }

    /// Computed anew from the log, ledger and timelines are the same to the last bit; and where the log is carried to
    /// Kafka, all of it is there.
    pub async fn readers_agree(&self, record: &Record) {
        let auditor = self.door(&Person::staff("auditor"));
        self.ledger_reaches(record.head().position).await;
        self.timelines_are_complete(record).await;
        let (live, anew) = ledger_rebuilt(&auditor).await;
        assert_eq!(live, anew, "the live ledger and the one computed anew");
        let (live, anew) = timelines_rebuilt(&auditor).await;
        assert_eq!(live, anew, "the live timelines and those computed anew");
        every_act_has_its_case(&auditor, record).await;
        if self.fleet.stage().has_kafka() {
            let kafka = self.fleet.stage().kafka();
            assert_in_order(&carried(kafka, record).await);
            assert_ends_with_the_newest(kafka, record).await;
        }
    }

    /// Waits until the ledger has read up to there.
    pub async fn ledger_reaches(&self, position: i64) {
        let auditor = self.door(&Person::staff("auditor"));
        eventually("the ledger reads as far as the log", Duration::from_secs(30), async || {
            let request =
                commitments::GetCharacteristicRequest { characteristic: "9.3".into(), ..Default::default() };
            let request = auditor.request(request, Duration::from_secs(10));
            let answer = auditor.commitments().get_characteristic(request).await;
            answer.is_ok_and(|answer| answer.into_inner().position >= position)
        })
        .await;
    }

    /// Waits until the timeline of every line is complete.
    pub async fn timelines_are_complete(&self, record: &Record) {
        let auditor = self.door(&Person::staff("auditor"));
        for (line_id, line) in record.lines() {
            eventually("the timeline has what the line has", Duration::from_secs(30), async || {
                let request = progress::ListTimelineRequest {
                    line_id: line_id.to_string(),
                    page_size: 1,
                    ..Default::default()
                };
                let request = auditor.request(request, Duration::from_secs(10));
                let answer = auditor.progress().list_timeline(request).await;
                answer.is_ok_and(|answer| answer.into_inner().version == line.version())
            })
            .await;
        }
    }

    /// Where the register cannot be asked from outside, the reconciler compares: it finds nothing.
    async fn simulated_register_agrees(&self) {
        let operator = self.operator();
        let request = operator.request(lines::ReconcileRequest { approve: false }, Duration::from_secs(60));
        let mut progress = operator.register().reconcile(request).await.unwrap().into_inner();
        let mut last = lines::ReconcileResponse::default();
        while let Some(message) = progress.message().await.unwrap() {
            last = message;
        }
        assert!(last.done && last.lines_compared > 0, "{last:?}");
        assert_eq!((last.drift_found, last.waiting_for_approval), (0, 0), "{last:?}");
    }
}

/// Who reads and verifies the log.
pub(crate) fn operator() -> Person {
    Person::staff("operator")
}

/// What `Verify` finds.
pub async fn verify(operator: &Door) -> Vec<log::Finding> {
    let request = operator.request(log::VerifyRequest { log: "lines".to_owned() }, Duration::from_secs(120));
    let mut answers = operator.log().verify(request).await.unwrap().into_inner();
    let (mut findings, mut done) = (Vec::new(), false);
    while let Some(answer) = answers.message().await.unwrap() {
        findings.extend(answer.findings);
        done |= answer.done;
    }
    assert!(done, "the verification ended early");
    findings
}

/// Waits until `holds`, looking every 20 ms; panics after `limit`.
pub async fn eventually(what: &str, limit: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
