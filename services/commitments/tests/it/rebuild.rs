//! The ledger can be computed again at any time, beside the live one, with the same digest.

use vigie_commitments::Error;
use vigie_viewkit::cases::{self, Change};
use vigie_viewkit::{Engine, on_both_engines};

use crate::history::history;
use crate::support::LedgerView;

async fn rebuilt_has_the_digest_of_the_live_one(engine: Engine) {
    cases::rebuilt_has_the_digest_of_the_live_one::<LedgerView>(engine, &history(21, 5_000)).await;
}

async fn a_rebuild_goes_on_beside_a_ledger_that_moves(engine: Engine) {
    let script = history(22, 3_000);
    cases::a_rebuild_goes_on_beside_a_view_that_moves::<LedgerView>(engine, &script, 1_000).await;
}

async fn a_changed_row_is_found_and_the_live_ledger_left_alone(engine: Engine) {
    let late = "(SELECT MIN(t0) FROM cases WHERE verdict = 'LATE')";
    let sql = format!("UPDATE cases SET verdict = 'KEPT' WHERE verdict = 'LATE' AND t0 = {late}");
    cases::a_changed_row_is_found_and_left_alone::<LedgerView>(engine, &history(23, 400), &sql).await;
}

async fn starting_over_while_it_runs_reads_a_silent_log_again(engine: Engine) {
    cases::starting_over_reads_a_silent_log_again::<LedgerView>(engine, &history(27, 300)).await;
}

async fn each_stored_column_is_in_the_digest(engine: Engine) {
    let mut changes = vec![
        Change::of("streams", "version", "version + 1"),
        Change::of("streams", "parked_by", engine.zero_id()),
        Change::of("checkpoint", "incarnation", "incarnation + 1"),
        Change::of("checkpoint", "position", "position + 1"),
        Change::of("checkpoint", "unknown_events", "unknown_events + 1"),
        Change::of("cases", "incidents_beyond", "4711"),
    ];
    for column in ["account_id", "subject_id"] {
        changes.push(Change::of("cases", column, engine.zero_id()));
    }
    for column in ["recorded_at", "t0", "counted_at", "confirmed_at", "t1", "overdue_at", "superseded_at"] {
        changes.push(Change::of("cases", column, "4711"));
    }
    for column in ["other_reasons_remain", "unreadable", "closed"] {
        changes.push(Change::of("cases", column, engine.flipped(column)));
    }
    for column in [
        "characteristic",
        "definition_version",
        "site",
        "cost_centre",
        "act_kind",
        "act_reason",
        "read_back",
        "verdict",
        "reason_code",
        "evidence_level",
        "evidence_event_ids",
        "incidents",
    ] {
        changes.push(Change::of("cases", column, "'x'"));
    }
    cases::each_stored_column_is_in_the_digest::<LedgerView>(engine, &history(24, 200), changes).await;
}

on_both_engines!(
    rebuilt_has_the_digest_of_the_live_one,
    a_rebuild_goes_on_beside_a_ledger_that_moves,
    a_changed_row_is_found_and_the_live_ledger_left_alone,
    starting_over_while_it_runs_reads_a_silent_log_again,
    each_stored_column_is_in_the_digest,
);

#[tokio::test]
async fn nothing_of_a_rebuild_is_left_behind() {
    cases::nothing_of_a_rebuild_is_left_behind::<LedgerView>(&history(25, 100)).await;
}

#[tokio::test]
async fn one_rebuild_at_a_time() {
    let second = cases::two_rebuilds_at_once::<LedgerView>(&history(26, 600)).await;
    assert!(matches!(second, Err(Error::RebuildUnderWay)));
}
