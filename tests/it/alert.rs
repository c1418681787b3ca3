//! The register is away for a minute: an alert with its runbook, `vigie line pending`, a metric.

use std::time::Duration;

use serde_json::Value;
use vigie_acceptance::{Fleet, Kind, Person, Scene, Stage, TestLine, eventually};
use vigie_lines::domain::Fact;
use vigie_proto::lines::{ActState, Evidence, SuspensionReason};

/// Begins among the first tests and waits while the others work: nothing here is measured.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_confirmed_for_a_minute_is_an_alert_with_its_runbook() {
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 1), 1).await;
    let register = scene.fleet().stage().register();
    let manager = Person::manager(scene.fleet().stage().account());
    let line = &scene.lines()[0];
    register.kill9().unwrap();
    let act = scene.door(&manager).suspend(&line.line_id.to_string(), SuspensionReason::Theft).await;
    let act = act.unwrap().act.unwrap();
    assert_eq!(act.state(), ActState::Pending);

    tokio::time::sleep(Duration::from_secs(58)).await;
    eventually("the alert is recorded", Duration::from_secs(10), async || {
        scene.record().await.count("confirmation_overdue") > 0
    })
    .await;
    let record = scene.record().await;
    let overdue = record.line(line.line_id).events.iter().find_map(|(_, event)| match &event.fact {
        Fact::ConfirmationOverdue(fact) => Some(fact),
        _ => None,
    });
    let overdue = overdue.unwrap();
    assert_eq!(overdue.act_id.to_string(), act.act_id);
    assert!(overdue.runbook.ends_with("deploy/runbooks/register-unconfirmed.md"), "{}", overdue.runbook);
    assert_listed_as_overdue(&scene, line).await;

    register.restart().unwrap();
    eventually("the line is confirmed by itself", Duration::from_secs(10), async || {
        let line = scene.door(&manager).line(&line.line_id.to_string()).await.unwrap();
        line.evidence() == Evidence::RegisterReadBack
    })
    .await;
    scene.settled().await;
}

/// `vigie line pending` and the metric show it.
async fn assert_listed_as_overdue(scene: &Scene, line: &TestLine) {
    let system = scene.fleet().system(0).unwrap();
    eventually("`vigie line pending` shows it", Duration::from_secs(5), async || {
        let output = system.command().args(["line", "pending", "--json"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let listed: Vec<Value> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|document| serde_json::from_str(document).unwrap())
            .collect();
        listed.iter().any(|it| it["line"]["line_id"] == line.line_id.to_string() && it["overdue"] == true)
    })
    .await;
    let output = system.command().args(["line", "pending"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(&line.msisdn) && text.contains("OVERDUE"), "{text}");
    eventually("the metric shows it", Duration::from_secs(5), async || {
        let metrics = system.metrics();
        metrics.lines().any(|metric| {
            metric.starts_with("vigie_register_overdue") && metric.split_whitespace().last() == Some("1")
        })
    })
    .await;
}
