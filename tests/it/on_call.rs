//! What the person on call sees, on a running system: every expression of every rule and dashboard answers, alerts are
//! silent while all is well and speak when it is not, and one suspension is one trace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie_acceptance::{
    Door, Kind, Person, Stage, System, TestLine, eventually, machine, provision, publish_on, register_lines,
};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{ActState, LineRef, SuspendLineRequest, SuspensionReason};
use vigie_testkit::{Collector, Kafka, Prometheus, Tool};

const LINES: usize = 4;

/// Rules of rules answer one evaluation after the other, each 10 s.
const ANSWER_LIMIT: Duration = Duration::from_secs(90);

/// A system that is scraped and exports, and some acts on it.
struct Watched {
    stage: Stage,
    system: System,
    lines: Vec<TestLine>,
    collector: Collector,
    prometheus: Prometheus,
    _kafka: Kafka,
}

impl Watched {
    async fn open() -> Self {
        let (stage, kafka, collector, system) = tokio::task::block_in_place(|| {
            let stage = Stage::new(Kind::Real);
            let kafka = Kafka::start().unwrap();
            provision(&stage, LINES);
            let collector = Collector::start(&deployed("otel/collector.yaml")).unwrap();
            let system = stage.start_with(0, |command| {
                publish_on(&kafka, command);
                command
                    .env("VIGIE_TELEMETRY__OTLP_ENDPOINT", collector.endpoint())
                    .env("VIGIE_TELEMETRY__METRICS_INTERVAL_S", "1");
            });
            (stage, kafka, collector, system)
        });
        let operator = system.door(&Person::staff("operator")).await;
        let lines = register_lines(&stage, &operator, LINES).await;
        let prometheus =
            Prometheus::start(&deployed("prometheus/rules"), &[("vigie", system.admin())]).unwrap();
        Self { stage, system, lines, collector, prometheus, _kafka: kafka }
    }

    /// A line is stolen and found again.
    async fn act(&self, manager: &Door, line: &TestLine) {
        let line_id = line.line_id.to_string();
        manager.suspend(&line_id, SuspensionReason::Theft).await.unwrap();
        manager.reinstate(&line_id, SuspensionReason::Theft).await.unwrap();
    }

    /// Alerts that somebody would be told about.
    fn firing(&self) -> BTreeSet<String> {
        let rules = self.prometheus.rules().unwrap();
        rules.into_iter().filter(|rule| rule.state == "firing").map(|rule| rule.name).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expression_answers_and_alerts_speak_only_when_something_is_wrong() {
    let _machine = machine().await;
    let watched = Watched::open().await;
    let manager = watched.system.manager().await;
    compare_all_lines(&watched.system);

    let expressions = expressions(&watched.prometheus);
    assert!(expressions.len() > 50, "only {} expressions were found", expressions.len());
    let began = Instant::now();
    loop {
        // Rates need a series that was there at two scrapes, so acts go on until all have one.
        watched.act(&manager, &watched.lines[0]).await;
        let silent = without_answer(&watched.prometheus, &expressions);
        if silent.is_empty() {
            break;
        }
        assert!(began.elapsed() < ANSWER_LIMIT, "expressions without an answer: {silent:#?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    for rule in watched.prometheus.rules().unwrap() {
        assert_ne!(rule.health, "err", "{}: {}", rule.name, rule.last_error);
    }
    assert_eq!(watched.firing(), BTreeSet::new(), "all is well, and yet somebody is told");

    watched.stage.register().kill9().unwrap();
    manager.suspend(&watched.lines[1].line_id.to_string(), SuspensionReason::Loss).await.unwrap();
    eventually("the register's absence is told", Duration::from_secs(60), async || {
        watched.firing().contains("VigieRegisterUnreachable")
    })
    .await;
    assert_eq!(watched.firing(), BTreeSet::from(["VigieRegisterUnreachable".to_owned()]));
    watched.stage.register().restart().unwrap();
    eventually("it is told no more", Duration::from_secs(60), async || watched.firing().is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_suspension_is_one_trace_from_the_call_by_kafka_to_the_views() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const CALLER: &str = "00f067aa0ba902b7";
    const VIEWS: [&str; 3] = ["the ledger", "the progress view", "the view of lines"];
    let _machine = machine().await;
    let watched = Watched::open().await;
    let manager = watched.system.manager().await;
    let line = &watched.lines[0];
    let message = SuspendLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(LineRef { line: Some(By::Msisdn(line.msisdn.clone())) }),
        reason: SuspensionReason::Theft.into(),
        on_behalf: None,
        ..Default::default()
    };
    let mut request = manager.request(message, Duration::from_secs(10));
    request.metadata_mut().insert("traceparent", format!("00-{TRACE}-{CALLER}-01").parse().unwrap());
    let answer = manager.lines().suspend_line(request).await.unwrap().into_inner();
    assert_eq!(answer.act.unwrap().state(), ActState::Confirmed);

    let mut spans = Vec::new();
    eventually("the trace arrives", Duration::from_secs(30), async || {
        spans = spans_of(TRACE, &watched.collector.traces());
        // A drive's own span ends after the answer that it leads to.
        let has = |name: &str| spans.iter().any(|span| span.name.ends_with(name));
        let of_views = spans.iter().filter(|span| span.name == "view.take_in");
        let views: BTreeSet<_> = of_views.filter_map(|span| span.view.as_deref()).collect();
        has("/SuspendLine")
            && has("register.drive")
            && has("relay.publish")
            && views.is_superset(&BTreeSet::from(VIEWS))
    })
    .await;
    let the = |name: &str| {
        let found: Vec<_> = spans.iter().filter(|span| span.name == name).collect();
        let [span] = found.as_slice() else { panic!("{} spans {name} in {spans:#?}", found.len()) };
        *span
    };
    let below = |parent: &Span, name: &str| {
        let is_child = |span: &&Span| span.name == name && span.parent == parent.id;
        assert_eq!(spans.iter().filter(is_child).count(), 1, "{name} below {} in {spans:#?}", parent.name);
    };
    let call = the("vigie.lines.v1.LineService/SuspendLine");
    assert_eq!(call.parent, CALLER);
    below(call, "log.append");
    below(call, "register.drive");
    let drive = the("register.drive");
    below(drive, "register.write");
    below(drive, "register.confirm");
    below(the("register.confirm"), "log.append");
    let ids: BTreeSet<_> = spans.iter().map(|span| &span.id).collect();
    for span in spans.iter().filter(|span| ["relay.publish", "view.take_in"].contains(&&*span.name)) {
        assert!(ids.contains(&span.parent), "{span:?} continues no span of the trace: {spans:#?}");
    }

    assert_says_nothing_of(line, &watched.collector);
    let exported = names(&watched.collector.metrics().unwrap());
    let missing: Vec<_> = names(&watched.system.metrics()).difference(&exported).cloned().collect();
    assert!(missing.is_empty(), "not under the same name through the collector: {missing:?}");
}

#[test]
fn promtool_accepts_the_rules_and_their_tests_pass() {
    let promtool = Tool::find("promtool").unwrap();
    let files = |folder: &str| files_of(&deployed(folder), "yaml");
    for (arguments, files) in [
        (["check", "rules"], files("prometheus/rules")),
        (["test", "rules"], files("prometheus/tests")),
        (["check", "config"], vec![deployed("prometheus/prometheus.yaml")]),
    ] {
        let output = Command::new(&promtool).args(arguments).args(&files).output().unwrap();
        let said =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(output.status.success(), "promtool {}: {said}", arguments.join(" "));
    }
}

#[test]
fn every_alert_has_a_severity_a_page_and_tests_of_both_answers() {
    let tested = text_of(&deployed("prometheus/tests"));
    let alerts = alerts();
    assert!(alerts.len() > 20, "only {} alerts were found", alerts.len());
    for (name, alert) in &alerts {
        assert!(
            ["severity: page", "severity: ticket"].iter().any(|it| alert.contains(it)),
            "{name}: severity"
        );
        assert!(alert.contains("summary: "), "{name}: summary");
        let page = runbook_of(name, alert);
        let text = std::fs::read_to_string(root().join(page)).unwrap_or_default();
        assert!(text.contains(name.as_str()), "{name}: {page} does not speak of it");
        let expected: Vec<_> = tested
            .split("alertname: ")
            .skip(1)
            .filter_map(|test| test.strip_prefix(name.as_str())?.trim_start().strip_prefix("exp_alerts:"))
            .collect();
        let silent = expected.iter().filter(|it| it.trim_start().starts_with("[]")).count();
        assert!(silent > 0, "{name}: no test that it is silent just before");
        assert!(silent < expected.len(), "{name}: no test that it fires");
    }
}

#[test]
fn every_page_belongs_to_an_alert() {
    let pages: BTreeSet<_> =
        alerts().iter().map(|(name, alert)| root().join(runbook_of(name, alert))).collect();
    for page in files_of(&deployed("runbooks"), "md") {
        assert!(pages.contains(&page), "no alert leads to {}", page.display());
    }
}

/// The alerts of all rule files, by name, each as its text.
fn alerts() -> Vec<(String, String)> {
    let rules = text_of(&deployed("prometheus/rules"));
    let each = rules.split("- alert: ").skip(1).map(|text| text.split("- record: ").next().unwrap());
    each.map(|text| (text.lines().next().unwrap().trim().to_owned(), text.to_owned())).collect()
}

fn runbook_of<'a>(name: &str, alert: &'a str) -> &'a str {
    let page = alert.split("runbook_url: ").nth(1).unwrap_or_else(|| panic!("{name}: no runbook_url"));
    page.lines().next().unwrap().trim()
}

/// An expression and where it stands.
#[derive(Debug)]
struct Expression {
    place: String,
    text: String,
}

/// Of all rules and all dashboards.
fn expressions(prometheus: &Prometheus) -> Vec<Expression> {
    let rules = prometheus.rules().unwrap().into_iter().map(|rule| {
        // An alert that is silent answers nothing; whether it could speak shows without its threshold.
        let text = match rule.kind.as_str() {
            "alerting" => rule.query.replace(" > ", " > bool ").replace(" < ", " < bool "),
            _ => rule.query,
        };
        Expression { place: rule.name, text }
    });
    let mut expressions: Vec<_> = rules.collect();
    for file in files_of(&deployed("grafana"), "json") {
        let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let before = expressions.len();
        panels(&dashboard, &name, &mut expressions);
        assert!(expressions.len() > before, "{name} shows nothing");
    }
    // It answers only when something is missing.
    expressions.retain(|it| !it.text.starts_with("absent("));
    expressions
}

fn panels(holder: &Value, dashboard: &str, expressions: &mut Vec<Expression>) {
    for panel in holder["panels"].as_array().into_iter().flatten() {
        let title = panel["title"].as_str().unwrap_or_default();
        for target in panel["targets"].as_array().into_iter().flatten() {
            let text = target["expr"].as_str().unwrap_or_default().to_owned();
            expressions.push(Expression { place: format!("{dashboard}: {title}"), text });
        }
        panels(panel, dashboard, expressions);
    }
}

/// Where an expression fails or answers nothing, and how.
fn without_answer(prometheus: &Prometheus, expressions: &[Expression]) -> Vec<String> {
    let answer = |it: &Expression| match prometheus.query(&it.text) {
        Ok(series) if series.is_empty() => Some(format!("{}: nothing for {}", it.place, it.text)),
        Ok(_) => None,
        Err(error) => Some(format!("{}: {error} for {}", it.place, it.text)),
    };
    expressions.iter().filter_map(answer).collect()
}

fn compare_all_lines(system: &System) {
    let output = system.command().args(["register", "reconcile"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[derive(Debug)]
struct Span {
    id: String,
    parent: String,
    name: String,
    /// `vigie.view`.
    view: Option<String>,
}

/// The spans of a trace, from lines of OTLP JSON.
fn spans_of(trace: &str, lines: &[String]) -> Vec<Span> {
    let text = |span: &Value, field: &str| span[field].as_str().unwrap_or_default().to_owned();
    let mut spans = Vec::new();
    // The last line may still be growing.
    for exported in lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let resources = exported["resourceSpans"].as_array().cloned().unwrap_or_default();
        let scopes = resources.iter().flat_map(|it| it["scopeSpans"].as_array().cloned().unwrap_or_default());
        for span in scopes.flat_map(|it| it["spans"].as_array().cloned().unwrap_or_default()) {
            if span["traceId"] == trace {
                spans.push(Span {
                    id: text(&span, "spanId"),
                    parent: text(&span, "parentSpanId"),
                    name: text(&span, "name"),
                    view: span["attributes"].as_array().and_then(|all| {
                        let view = all.iter().find(|attribute| attribute["key"] == "vigie.view")?;
                        Some(view["value"]["stringValue"].as_str()?.to_owned())
                    }),
                });
            }
        }
    }
    spans
}

/// No telemetry names a line by what a person knows it by.
fn assert_says_nothing_of(line: &TestLine, collector: &Collector) {
    let everything = [collector.traces(), collector.logs(), vec![collector.metrics().unwrap()]].concat();
    let digits = line.msisdn.trim_start_matches('+');
    for personal in [digits, &line.imsi, "Horizon SA"] {
        let told = everything.iter().find(|text| text.contains(personal));
        assert!(told.is_none(), "telemetry tells {personal}: {told:?}");
    }
}

/// Names of metrics in Prometheus text, with the names of their labels but those that a collector adds.
fn names(text: &str) -> BTreeSet<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let named: BTreeMap<_, _> = types.filter_map(|line| line.split_once(' ')).collect();
    named.into_keys().filter(|name| !name.starts_with("target_info")).map(str::to_owned).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn deployed(path: &str) -> PathBuf {
    root().join("deploy").join(path)
}

/// In the order of their names.
fn files_of(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<_> =
        entries.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    files.into_iter().collect()
}

/// All YAML of a folder in one piece.
fn text_of(folder: &Path) -> String {
    files_of(folder, "yaml").iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}
