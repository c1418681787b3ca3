//! Pages of entries and acts, and what a scope lets through.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;
use vigie_progress::domain::ActState;
use vigie_progress::{ActFilter, Sight, Window};
use vigie_viewkit::{ACCOUNT, Engine, Script, on_both_engines, uuid};

use crate::history::history;
use crate::support::House;

fn filter() -> ActFilter {
    ActFilter { sight: Sight::Everything, line_id: None, account_id: Some(ACCOUNT), state: None }
}

async fn pages_show_each_row_once_newest_first(engine: Engine) {
    let mut script = history(31, 600);
    // Several at one instant: the id decides.
    for act in 0..30 {
        script = script.suspend(uuid(0x2000 + act), uuid(0xB000 + act), "LOSS", &[]);
    }
    let house = House::fed(engine, &script).await;
    let (whole, none) = house.progress.acts(&filter(), None, 100_000).await.unwrap();
    assert!(none.is_none() && whole.len() > 200);
    assert!(whole.is_sorted_by(|left, right| (left.asked_at, left.act_id) > (right.asked_at, right.act_id)));
    for size in [1, 7, 100] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (acts, next) = house.progress.acts(&filter(), after, size).await.unwrap();
            assert!(acts.len() <= size as usize);
            seen.extend(acts);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "acts in pages of {size}");
    }

    let line = script.events[0].stream_id;
    let mut whole = house.entries(line).await;
    whole.reverse();
    for size in [1, 7, 100] {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = house.progress.timeline(line, &Sight::Everything, None, before, size).await;
            let (_, entries, next) = page.unwrap().unwrap();
            seen.extend(entries);
            before = next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "entries in pages of {size}");
    }
}

async fn acts_narrow_by_line_account_and_state(engine: Engine) {
    let other = uuid(0xACC1);
    let script = Script::new()
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .barred(uuid(1), &[uuid(10)])
        .suspend(uuid(2), uuid(20), "THEFT", &[])
        .overdue(uuid(2), uuid(20))
        .at_place(other, json!({}))
        .suspend(uuid(3), uuid(30), "THEFT", &[]);
    let house = House::fed(engine, &script).await;
    let all = ActFilter { account_id: None, ..filter() };
    let expect = [
        (ActFilter { account_id: Some(other), ..all.clone() }, vec![30]),
        (ActFilter { line_id: Some(uuid(1)), ..all.clone() }, vec![10]),
        (ActFilter { line_id: Some(uuid(1)), account_id: Some(other), ..all.clone() }, vec![]),
        (ActFilter { state: Some(ActState::Overdue), ..all.clone() }, vec![20]),
        (ActFilter { state: Some(ActState::Pending), ..all.clone() }, vec![30]),
        (all, vec![30, 20, 10]),
    ];
    for (filter, acts) in expect {
        let (found, _) = house.progress.acts(&filter, None, 100).await.unwrap();
        let found: Vec<_> = found.iter().map(|act| act.act_id).collect();
        assert_eq!(found, acts.into_iter().map(uuid).collect::<Vec<_>>(), "{filter:?}");
    }
}

/// The lines that `sight` shows, by each question that can be asked: all answers agree.
async fn lines_within(house: &House, sight: Sight) -> BTreeSet<Uuid> {
    let filter = ActFilter { sight: sight.clone(), line_id: None, account_id: None, state: None };
    let (acts, _) = house.progress.acts(&filter, None, 100).await.unwrap();
    let lines: BTreeSet<_> = acts.iter().map(|act| act.line_id).collect();
    for line in (1..=4).map(uuid) {
        let is_seen = lines.contains(&line);
        assert_eq!(house.progress.head(line, &sight).await.unwrap().is_some(), is_seen, "{sight:?}");
        assert_eq!(house.progress.timeline(line, &sight, None, None, 9).await.unwrap().is_some(), is_seen);
        let act = uuid(line.as_u128() * 10);
        assert_eq!(house.progress.act(act, &sight).await.unwrap().is_some(), is_seen, "{sight:?}");
    }
    lines
}

async fn a_scope_shows_its_own_lines_and_no_other(engine: Engine) {
    let (site, other_site) = ("73282932000074", "73282932000082");
    let script = Script::new()
        .at_place(ACCOUNT, json!({"site": site, "cost_centre": "Ventes", "user_id": "marie"}))
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .at_place(ACCOUNT, json!({"site": other_site, "user_id": "marc"}))
        .suspend(uuid(2), uuid(20), "LOSS", &[])
        .at_place(ACCOUNT, json!({}))
        .suspend(uuid(3), uuid(30), "LOSS", &[])
        .at_place(uuid(0xACC1), json!({"site": site, "cost_centre": "Ventes", "user_id": "marie"}))
        .suspend(uuid(4), uuid(40), "LOSS", &[]);
    let house = House::fed(engine, &script).await;
    let whole = Window::account(ACCOUNT);
    let text = |text: &str| Some(text.to_owned());
    let expect = [
        (vec![], vec![]),
        (vec![whole.clone()], vec![1, 2, 3]),
        (vec![Window { siren: text("732829320"), ..whole.clone() }], vec![1, 2]),
        (vec![Window { siren: text("732829321"), ..whole.clone() }], vec![]),
        (vec![Window { site: text(site), ..whole.clone() }], vec![1]),
        (vec![Window { cost_centre: text("Ventes"), ..whole.clone() }], vec![1]),
        (vec![Window { user_id: text("marie"), ..whole.clone() }], vec![1]),
        (vec![Window { site: text(other_site), cost_centre: text("Ventes"), ..whole.clone() }], vec![]),
        (vec![Window { line_id: Some(uuid(3)), ..whole.clone() }], vec![3]),
        (vec![Window { line_id: Some(uuid(4)), ..whole.clone() }], vec![]),
        (
            vec![Window { site: text(site), ..whole.clone() }, Window { line_id: Some(uuid(3)), ..whole }],
            vec![1, 3],
        ),
    ];
    for (windows, lines) in expect {
        let found = lines_within(&house, Sight::Within(windows.clone())).await;
        assert_eq!(found, lines.into_iter().map(uuid).collect(), "{windows:?}");
    }
    assert_eq!(lines_within(&house, Sight::Everything).await.len(), 4);
}

async fn who_may_see_a_line_is_decided_by_where_it_is_now(engine: Engine) {
    let script = Script::new()
        .at_place(ACCOUNT, json!({"cost_centre": "Ventes"}))
        .suspend(uuid(1), uuid(10), "LOSS", &[])
        .at_place(ACCOUNT, json!({"cost_centre": "Achats"}))
        .barred(uuid(1), &[uuid(10)]);
    let house = House::fed(engine, &script).await;
    let of = |centre: &str| {
        Sight::Within(vec![Window { cost_centre: Some(centre.to_owned()), ..Window::account(ACCOUNT) }])
    };
    assert_eq!(lines_within(&house, of("Ventes")).await.len(), 0);
    assert_eq!(lines_within(&house, of("Achats")).await.len(), 1);
}

on_both_engines!(
    pages_show_each_row_once_newest_first,
    acts_narrow_by_line_account_and_state,
    a_scope_shows_its_own_lines_and_no_other,
    who_may_see_a_line_is_decided_by_where_it_is_now,
);
