//! The view can be computed again at any time, beside the live one, with the same digest.

use vigie_progress::Error;
use vigie_viewkit::cases::{self, Change};
use vigie_viewkit::{Engine, on_both_engines};

use crate::history::history;
use crate::support::ProgressView;

async fn rebuilt_has_the_digest_of_the_live_one(engine: Engine) {
    cases::rebuilt_has_the_digest_of_the_live_one::<ProgressView>(engine, &history(21, 5_000)).await;
}

async fn a_rebuild_goes_on_beside_a_view_that_moves(engine: Engine) {
    let script = history(22, 3_000);
    cases::a_rebuild_goes_on_beside_a_view_that_moves::<ProgressView>(engine, &script, 1_000).await;
}

async fn a_changed_row_is_found_and_the_live_view_left_alone(engine: Engine) {
    let pending = match engine {
        Engine::Sqlite => "SELECT MIN(act_id) FROM acts WHERE state = 'PENDING'",
        Engine::Postgres => "SELECT act_id FROM acts WHERE state = 'PENDING' LIMIT 1",
    };
    let sql = format!("UPDATE acts SET state = 'CONFIRMED' WHERE act_id = ({pending})");
    cases::a_changed_row_is_found_and_left_alone::<ProgressView>(engine, &history(23, 400), &sql).await;
}

async fn starting_over_while_it_runs_reads_a_silent_log_again(engine: Engine) {
    cases::starting_over_reads_a_silent_log_again::<ProgressView>(engine, &history(27, 300)).await;
}

/// Changes one row of `table`: others may not have the same value.
fn one_row(table: &'static str, column: &'static str, value: impl Into<String>) -> Change {
    let rows = match table {
        "checkpoint" => "",
        "lines" => "WHERE line_id = (SELECT line_id FROM lines LIMIT 1)",
        "timeline" => "WHERE event_id = (SELECT event_id FROM timeline LIMIT 1)",
        _ => "WHERE act_id = (SELECT act_id FROM acts LIMIT 1)",
    };
    Change { rows, ..Change::of(table, column, value) }
}

async fn each_stored_column_is_in_the_digest(engine: Engine) {
    let mut changes = vec![
        one_row("timeline", "skipped", engine.flipped("skipped")),
        one_row("acts", "record_only", engine.flipped("record_only")),
    ];
    for (table, columns) in [
        ("lines", &["account_id"][..]),
        ("timeline", &["line_id", "act_id"]),
        ("acts", &["line_id", "account_id", "undoes"]),
    ] {
        changes.extend(columns.iter().map(|column| one_row(table, column, engine.zero_id())));
    }
    for (table, columns) in [
        ("lines", &["version", "incarnation"][..]),
        ("timeline", &["incarnation", "recorded_at", "occurred_at", "stream_version"]),
        (
            "acts",
            &[
                "asked_at",
                "recorded_at",
                "confirmed_at",
                "overdue_at",
                "superseded_at",
                "lifted_at",
                "first_version",
                "last_version",
            ],
        ),
        ("checkpoint", &["incarnation", "position", "unknown_events"]),
    ] {
        let later = |column: &str| format!("COALESCE({column}, 0) + 1000000");
        changes.extend(columns.iter().map(|column| one_row(table, column, later(column))));
    }
    for (table, columns) in [
        ("lines", &["site", "cost_centre", "user_id", "set_by"][..]),
        (
            "timeline",
            &[
                "event_type",
                "actor",
                "on_behalf_of",
                "channel",
                "act_ids",
                "reference",
                "reason",
                "evidence",
                "line_state",
                "line_reasons",
            ],
        ),
        ("acts", &["kind", "reason", "reference", "actor", "on_behalf_of", "channel", "evidence", "state"]),
    ] {
        changes.extend(columns.iter().map(|column| one_row(table, column, "'x'")));
    }
    cases::each_stored_column_is_in_the_digest::<ProgressView>(engine, &history(24, 200), changes).await;
}

on_both_engines!(
    rebuilt_has_the_digest_of_the_live_one,
    a_rebuild_goes_on_beside_a_view_that_moves,
    a_changed_row_is_found_and_the_live_view_left_alone,
    starting_over_while_it_runs_reads_a_silent_log_again,
    each_stored_column_is_in_the_digest,
);

#[tokio::test]
async fn nothing_of_a_rebuild_is_left_behind() {
    cases::nothing_of_a_rebuild_is_left_behind::<ProgressView>(&history(25, 100)).await;
}

#[tokio::test]
async fn one_rebuild_at_a_time() {
    let second = cases::two_rebuilds_at_once::<ProgressView>(&history(26, 600)).await;
    assert!(matches!(second, Err(Error::RebuildUnderWay)));
}
