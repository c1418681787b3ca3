//! The example CRM of `deploy/examples` and its table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use vigie_testkit::{Kafka, Process, Python, Scratch};

use crate::scene::Scene;

/// How long it may take to read what there is: a killed consumer's partitions wait 6 s for it.
const SHOWN_WITHIN: Duration = Duration::from_secs(60);

/// A place for the example CRM: its settings and its table.
pub struct Crm {
    folder: Scratch,
    properties: PathBuf,
    table: PathBuf,
}

impl Crm {
    /// An empty table, to be kept from this broker.
    pub fn of(kafka: &Kafka) -> Self {
        let folder = Scratch::new("crm").unwrap();
        let properties = folder.path().join("client.properties");
        // Or the partitions of a killed consumer wait 45 s for it.
        let settings =
            format!("bootstrap.servers={}\ngroup.id=crm\nsession.timeout.ms=6000\n", kafka.bootstrap());
        std::fs::write(&properties, settings).unwrap();
        let table = folder.path().join("crm.db");
        Self { folder, properties, table }
    }

    /// Starts it; once more, and both share the partitions.
    pub fn start(&self) -> Process {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/examples/crm.py");
        let arguments = [&self.properties, &self.table].map(|path| path.display().to_string());
        Python::with_kafka().unwrap().run(&self.folder, &script, arguments).unwrap()
    }

    /// What a statement answers: a row a line, columns separated by `|`.
    pub fn sql(&self, statement: &str) -> String {
        let code = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], timeout=60)\n\
                    rows = c.execute(sys.argv[2]).fetchall()\nc.commit()\n\
                    print('\\n'.join('|'.join(map(str, row)) for row in rows))";
        let python = Python::with_kafka().unwrap();
        let mut command = Command::new(python.interpreter());
        let output = command.args(["-c", code]).arg(&self.table).arg(statement).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Waits until its table shows every line as Vigie does, and no other.
    pub async fn assert_shows(&self, scene: &Scene) {
        let began = Instant::now();
        loop {
            let record = scene.record().await;
            let expected: BTreeMap<_, _> = record
                .lines()
                .map(|(line_id, line)| {
                    (line_id.to_string(), (line.version(), line.now().state().as_str().to_owned()))
                })
                .collect();
            let shown = tokio::task::block_in_place(|| self.lines());
            if shown == expected {
                return;
            }
            assert!(began.elapsed() < SHOWN_WITHIN, "the CRM shows {shown:?} and not {expected:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Version and state of every line that exists for it.
    pub fn lines(&self) -> BTreeMap<String, (i64, String)> {
        if !self.table.exists() {
            return BTreeMap::new();
        }
        let is_there = self.sql("SELECT count(*) FROM sqlite_master WHERE name = 'lines'");
        if is_there == "0" {
            return BTreeMap::new();
        }
        let rows = self.sql("SELECT line_id, sequence, state FROM lines WHERE state IS NOT NULL");
        let read = |row: &str| {
            let mut fields = row.split('|');
            let (line_id, version, state) = (fields.next()?, fields.next()?, fields.next()?);
            Some((line_id.to_owned(), (version.parse().ok()?, state.to_owned())))
        };
        rows.lines().filter_map(read).collect()
    }
}
