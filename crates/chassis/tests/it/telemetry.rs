//! What is recorded of calls.

use vigie_proto::log::FeedRequest;

use crate::raw::{call, framed};
use crate::stub::{FEED, limit};
use crate::world::{World, get, soon};

#[tokio::test]
async fn every_call_is_counted_with_its_method_and_status() {
    let world = World::start().await;
    let token = world.operator();
    soon(world.feed(&token, limit::TELL)).await.unwrap();
    soon(world.feed(&token, limit::PANIC)).await.unwrap_err();
    soon(world.feed("garbage", limit::TELL)).await.unwrap_err();
    for path in ["/a", "/b"] {
        soon(call(world.address, path, &[], framed(&FeedRequest::default()))).await;
    }

    let (status, text) = get(world.admin, "/metrics").await;
    assert_eq!(status, 200);
    let count = |method: &str, status: &str| {
        let line = text.lines().find(|line| {
            line.starts_with("rpc_server_call_duration_seconds_count{")
                && line.contains(&format!(r#"rpc_method="{method}""#))
                && line.contains(&format!(r#"rpc_response_status_code="{status}""#))
        });
        line.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
    };
    let feed = FEED.trim_start_matches('/');
    assert_eq!(count(feed, "OK"), Some(1), "{text}");
    assert_eq!(count(feed, "INTERNAL"), Some(1));
    assert_eq!(count(feed, "UNAUTHENTICATED"), Some(1));
    assert_eq!(count("_OTHER", "UNIMPLEMENTED"), Some(2), "paths of strangers make no series of their own");
}

#[tokio::test]
async fn a_caller_that_goes_away_counts_as_cancelled() {
    let world = World::start().await;
    let mut client = world.client().await;
    let request = crate::world::with_token(
        FeedRequest { limit: limit::HANG, ..FeedRequest::default() },
        &world.operator(),
    );
    let waiting = tokio::time::timeout(std::time::Duration::from_millis(100), client.feed(request)).await;
    assert!(waiting.is_err());
    drop(client);
    soon(async {
        while !world.telemetry.prometheus_text().unwrap().contains(r#"rpc_response_status_code="CANCELLED""#)
        {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Telemetry is set up once a process, so what it sends is looked at in a process of its own.
#[test]
fn traces_and_log_lines_of_a_failing_call_leave_with_the_callers_trace_id() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "collector::a_failing_call_is_exported", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let (out, lines) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success(), "{out}\n{lines}");

    let lines: Vec<serde_json::Value> =
        lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of_call: Vec<_> = lines.iter().filter(|line| line["target"] == "vigie::rpc").collect();
    assert_eq!(of_call.len(), 1, "{lines:?}");
    assert_eq!(of_call[0]["trace_id"], crate::collector::TRACE_ID);
    assert_eq!(of_call[0]["reason"], "UNSPECIFIED");
    assert_eq!(of_call[0]["method"], FEED.trim_start_matches('/'));
}
