//! Pages of cases, and what a scope lets through.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;
use vigie_commitments::{Question, Sight, Window};
use vigie_viewkit::{ACCOUNT, Engine, START, Script, seconds, uuid};

use crate::history::history;
use crate::support::{Ledger, act, everything, ledger_of};

async fn pages_show_each_case_once_newest_first(engine: Engine) {
    let mut script = history(31, 600);
    // Several at one instant: the id decides.
    for act in 0..30 {
        script = script.suspend(uuid(0x2000 + act), uuid(0xB000 + act), "LOSS", &[]);
    }
    let ledger = Ledger::fed(engine, &script).await;
    let whole = ledger.cases().await;
    let keys: Vec<_> = whole.iter().map(|case| (case.counted_at(), case.case_id)).collect();
    assert!(keys.is_sorted_by(|left, right| left > right), "newest T0 first, then by id");

    for size in [1, 7, 100] {
        let question = everything("9.3");
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (cases, next) = ledger.commitments.cases(&question, after, size).await.unwrap();
            assert!(cases.len() <= size as usize);
            seen.extend(cases.into_iter().map(act));
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "pages of {size}");
    }
}

#[tokio::test]
async fn pages_on_sqlite() {
    pages_show_each_case_once_newest_first(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_on_postgres() {
    pages_show_each_case_once_newest_first(Engine::Postgres).await;
}

#[tokio::test]
async fn a_question_narrows_by_account_line_verdict_and_period() {
    let other = uuid(0xACC1);
    let script = Script::new()
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .barred(uuid(1), &[uuid(10)])
        .wait(seconds(100.0))
        .suspend(uuid(2), uuid(20), "THEFT", &[])
        .at_place(other, json!({}))
        .suspend(uuid(3), uuid(30), "THEFT", &[]);
    let ledger = ledger_of(&script).await;
    let all = everything("9.3");
    let between = START.plus(seconds(50.0));
    let expect = [
        (Question { account_id: Some(other), ..all.clone() }, vec![30]),
        (Question { subject_id: Some(uuid(1)), ..all.clone() }, vec![10]),
        (Question { verdict: Some("OPEN"), ..all.clone() }, vec![30, 20]),
        (Question { from: Some(between), ..all.clone() }, vec![30, 20]),
        (Question { before: Some(between), ..all.clone() }, vec![10]),
        (Question { before: Some(between), verdict: Some("OPEN"), ..all.clone() }, vec![]),
        (Question { sight: all.sight.clone(), ..everything("9.3/block-list") }, vec![]),
    ];
    for (question, acts) in expect {
        let (cases, _) = ledger.commitments.cases(&question, None, 100).await.unwrap();
        let found: Vec<_> = cases.iter().map(|case| case.case_id()).collect();
        assert_eq!(found, acts.iter().map(|act| uuid(*act)).collect::<Vec<_>>(), "{question:?}");
        let (indicator, _) = ledger.commitments.indicator(&question).await.unwrap();
        assert_eq!(indicator.tally.population(), acts.len() as u64, "{question:?}");
    }
}

async fn acts_within(ledger: &Ledger, sight: Sight) -> BTreeSet<Uuid> {
    let question = Question { sight, ..everything("9.3") };
    let (cases, _) = ledger.commitments.cases(&question, None, 100).await.unwrap();
    let (indicator, _) = ledger.commitments.indicator(&question).await.unwrap();
    assert_eq!(indicator.tally.population(), cases.len() as u64, "both answers show the same cases");
    cases.iter().map(|case| case.case_id()).collect()
}

async fn a_scope_shows_its_own_cases_and_no_other(engine: Engine) {
    let (site, other_site) = ("73282932000074", "73282932000082");
    let script = Script::new()
        .at_place(ACCOUNT, json!({"site": site, "cost_centre": "Ventes"}))
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .at_place(ACCOUNT, json!({"site": other_site}))
        .suspend(uuid(2), uuid(20), "LOSS", &[])
        .at_place(ACCOUNT, json!({}))
        .suspend(uuid(3), uuid(30), "LOSS", &[])
        .at_place(uuid(0xACC1), json!({"site": site, "cost_centre": "Ventes"}))
        .suspend(uuid(4), uuid(40), "LOSS", &[]);
    let ledger = Ledger::fed(engine, &script).await;

    let whole = Window { account_id: ACCOUNT, siren: None, site: None, cost_centre: None, line_id: None };
    let text = |text: &str| Some(text.to_owned());
    let expect = [
        (vec![], vec![]),
        (vec![whole.clone()], vec![10, 20, 30]),
        (vec![Window { siren: text("732829320"), ..whole.clone() }], vec![10, 20]),
        (vec![Window { siren: text("732829321"), ..whole.clone() }], vec![]),
        (vec![Window { site: text(site), ..whole.clone() }], vec![10]),
        (vec![Window { cost_centre: text("Ventes"), ..whole.clone() }], vec![10]),
        (vec![Window { site: text(other_site), cost_centre: text("Ventes"), ..whole.clone() }], vec![]),
        (vec![Window { line_id: Some(uuid(3)), ..whole.clone() }], vec![30]),
        (vec![Window { line_id: Some(uuid(4)), ..whole.clone() }], vec![]),
        (
            vec![Window { site: text(site), ..whole.clone() }, Window { line_id: Some(uuid(3)), ..whole }],
            vec![10, 30],
        ),
    ];
    for (windows, acts) in expect {
        let found = acts_within(&ledger, Sight::Within(windows.clone())).await;
        assert_eq!(found, acts.into_iter().map(uuid).collect(), "{windows:?}");
    }
    assert_eq!(acts_within(&ledger, Sight::Everything).await.len(), 4);
}

#[tokio::test]
async fn scopes_on_sqlite() {
    a_scope_shows_its_own_cases_and_no_other(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scopes_on_postgres() {
    a_scope_shows_its_own_cases_and_no_other(Engine::Postgres).await;
}
