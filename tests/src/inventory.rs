//! Lines for tests to act on.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;
use vigie_clock::{Ids, SystemIds};
use vigie_lines::domain::Iccid;
use vigie_proto::lines as wire;

use crate::people::Door;
use crate::system::{Kind, Stage};

/// Registrations under way at once.
const TOGETHER: usize = 16;

/// A registered line.
#[derive(Clone, Debug)]
pub struct TestLine {
    /// Its id.
    pub line_id: Uuid,
    /// With "+".
    pub msisdn: String,
    /// Of its SIM.
    pub imsi: String,
}

/// The line of `number`, from 1 to 9,999, among the numbers that are kept for fiction.
pub fn entry(number: usize, account: Uuid) -> wire::LineEntry {
    wire::LineEntry {
        account_id: account.to_string(),
        msisdn: format!("+3363998{number:04}"),
        imsi: format!("20801{number:010}"),
        iccid: Iccid::with_check_digit(&format!("893301{number:012}")).unwrap().as_str().to_owned(),
        account_holder: "Horizon SA".to_owned(),
        user_id: format!("user-{number}"),
        ..Default::default()
    }
}

/// The SIMs of lines 1 to `count` become known to the register, which a line's registration never does. A simulated
/// register finds them at its start.
pub fn provision(stage: &Stage, count: usize) {
    let entries = (1..=count).map(|number| entry(number, stage.account()));
    match stage.kind() {
        Kind::Real => {
            let digits = |msisdn: &str| msisdn.trim_start_matches('+').to_owned();
            let subscribers = entries.map(|entry| (entry.imsi.clone(), digits(&entry.msisdn)));
            stage.register().provision_many(subscribers).unwrap();
        }
        Kind::Embedded => {
            let subscribers = entries.map(|entry| {
                let subscriber = json!({
                    "imsi": entry.imsi, "msisdn": entry.msisdn, "cs": true, "ps": true, "phone_is_on": true,
                });
                format!("{subscriber}\n")
            });
            let data = stage.data(0);
            std::fs::create_dir_all(&data).unwrap();
            std::fs::write(data.join("register.jsonl"), subscribers.collect::<String>()).unwrap();
        }
    }
}

/// Registers lines 1 to `count`.
pub async fn register_lines(stage: &Stage, operator: &Door, count: usize) -> Vec<TestLine> {
    let entries: Vec<_> = (1..=count).map(|number| entry(number, stage.account())).collect();
    let mut lines = vec![None; count];
    let mut under_way = JoinSet::new();
    for (index, entry) in entries.into_iter().enumerate() {
        if under_way.len() == TOGETHER {
            note(&mut lines, under_way.join_next().await.unwrap().unwrap());
        }
        let operator = operator.clone();
        under_way.spawn(async move { (index, register_line(&operator, entry).await) });
    }
    while let Some(done) = under_way.join_next().await {
        note(&mut lines, done.unwrap());
    }
    lines.into_iter().map(Option::unwrap).collect()
}

fn note(lines: &mut [Option<TestLine>], (index, line): (usize, TestLine)) {
    lines[index] = Some(line);
}

async fn register_line(operator: &Door, entry: wire::LineEntry) -> TestLine {
    let message = wire::RegisterLineRequest { request_id: SystemIds.next().to_string(), line: Some(entry) };
    loop {
        let request = operator.request(message.clone(), Duration::from_secs(10));
        match operator.lines().register_line(request).await {
            Ok(answer) => {
                let line = answer.into_inner().line.unwrap();
                let line_id = line.line_id.parse().unwrap();
                return TestLine { line_id, msisdn: line.msisdn, imsi: line.imsi };
            }
            Err(status) if status.code() == tonic::Code::Unavailable => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(status) => panic!("a line was not registered: {status:?}"),
        }
    }
}
