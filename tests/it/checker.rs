//! The judge is judged: a history with one false answer in it does not pass.

use std::time::Duration;

use vigie_acceptance::{
    Answer, Ask, Call, Dice, Fleet, History, Kind, Pace, Record, Reply, Scene, Stage, faults, machine, seed,
    shown,
};
use vigie_clock::{Ids, SystemIds};
use vigie_lines::domain::Reason;
use vigie_proto::lines::{ActState, SuspensionReason};

/// A doctored history must be refused, for this reason.
struct Lie {
    what: &'static str,
    told: fn(&mut History, &Record) -> bool,
    found: &'static str,
}

const LIES: [Lie; 9] = [
    Lie {
        what: "an answer older than one known before",
        told: a_stale_answer,
        found: "had been acknowledged",
    },
    Lie { what: "a reason that is not set", told: another_reason, found: "where it was" },
    Lie { what: "a confirmation that was not", told: another_act_state, found: "shows act" },
    Lie { what: "another act than the one that was opened", told: another_act, found: "act" },
    Lie { what: "a refusal without a cause", told: a_refusal, found: "is in the log" },
    Lie { what: "a no-op that never was one", told: a_lost_command, found: "follows at none of versions" },
    Lie { what: "a request that nobody answered", told: no_answer, found: "was never answered" },
    Lie { what: "a request that nobody sent", told: a_missing_call, found: "nobody sent it" },
    Lie { what: "another command than the recorded one", told: another_command, found: "follows" },
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_false_answer_passes_the_checker() {
    let _machine = machine().await;
    let mut dice = Dice::new(seed("checker"));
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Embedded), 1), 5).await;
    let load = scene.load(&Pace { callers: 4, favourites: 5, ..Pace::default() }, &mut dice);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let history = load.finish().await;
    let record = scene.conclude(&history).await;

    for Lie { what, told, found } in LIES {
        let mut doctored = History(history.0.clone());
        assert!(told(&mut doctored, &record), "the history has no place for {what}");
        let complaints = faults(&doctored.0, scene.lines(), &record);
        assert!(complaints.iter().any(|(_, complaint)| complaint.contains(found)), "{what}: {complaints:?}");
    }
}

fn answered(history: &mut History) -> impl Iterator<Item = &mut Call> {
    history.0.iter_mut().filter(|call| matches!(call.end().map(|end| &end.reply), Some(Reply::Answered(_))))
}

fn commands_in_the_log<'a>(
    history: &'a mut History,
    record: &'a Record,
) -> impl Iterator<Item = &'a mut Call> {
    answered(history).filter(|call| {
        let request_id = call.request_id.to_string();
        record.events.iter().any(|event| event.request_id == request_id)
    })
}

fn a_stale_answer(history: &mut History, _: &Record) -> bool {
    let Some(call) = answered(history).next() else { return false };
    let last = call.attempts.last_mut().unwrap();
    last.floor = last.reply.version().unwrap() + 1;
    true
}

fn another_reason(history: &mut History, _: &Record) -> bool {
    let Some(call) = answered(history).next() else { return false };
    let Reply::Answered(answer) = &mut call.attempts.last_mut().unwrap().reply else { return false };
    answer.line.reasons.push(SuspensionReason::CommercialFreeze.into());
    true
}

fn another_act_state(history: &mut History, record: &Record) -> bool {
    let Some(call) = commands_in_the_log(history, record).next() else { return false };
    let Reply::Answered(answer) = &mut call.attempts.last_mut().unwrap().reply else { return false };
    let act = answer.act.as_mut().unwrap();
    act.state = match act.state() {
        ActState::Superseded => ActState::Confirmed,
        _ => ActState::Superseded,
    }
    .into();
    true
}

fn another_act(history: &mut History, record: &Record) -> bool {
    let Some(call) = commands_in_the_log(history, record).next() else { return false };
    let Reply::Answered(answer) = &mut call.attempts.last_mut().unwrap().reply else { return false };
    answer.act.as_mut().unwrap().act_id = SystemIds.next().to_string();
    true
}

fn a_refusal(history: &mut History, record: &Record) -> bool {
    let Some(call) = commands_in_the_log(history, record).next() else { return false };
    let refused = Reply::Refused { reason: "REASON_NOT_SET".into(), version: None };
    call.attempts.last_mut().unwrap().reply = refused;
    true
}

/// As if the log had lost what was acknowledged: the answer stands under an id that the log does not have, and names the
/// act before it.
fn a_lost_command(history: &mut History, record: &Record) -> bool {
    commands_in_the_log(history, record).any(|call| {
        let request_id = call.request_id.to_string();
        let event = record.events.iter().find(|event| event.request_id == request_id).unwrap();
        let before = event.stream_version - 1;
        let line = record.line(event.stream_id.parse().unwrap()).at(before).unwrap();
        let Some(act) = line.latest_act() else { return false };
        call.request_id = SystemIds.next();
        call.attempts.iter_mut().for_each(|attempt| attempt.floor = before);
        let Reply::Answered(answer) = &mut call.attempts.last_mut().unwrap().reply else { return false };
        let Answer { line: shown_line, act: shown_act } = &mut **answer;
        let shown = shown(line, act);
        (shown_line.version, shown_line.act_id) = (before, act.act_id.to_string());
        (shown_line.state, shown_line.reasons, shown_line.evidence) = shown.line;
        let shown_act = shown_act.as_mut().unwrap();
        shown_act.act_id = act.act_id.to_string();
        (shown_act.state, shown_act.evidence) = shown.act;
        true
    })
}

fn no_answer(history: &mut History, _: &Record) -> bool {
    let Some(call) = answered(history).next() else { return false };
    call.attempts.clear();
    true
}

fn a_missing_call(history: &mut History, record: &Record) -> bool {
    let Some(call) = commands_in_the_log(history, record).next() else { return false };
    let request_id = call.request_id;
    history.0.retain(|call| call.request_id != request_id);
    true
}

fn another_command(history: &mut History, record: &Record) -> bool {
    let is_suspension = |call: &&mut Call| matches!(call.ask, Ask::Suspend(Reason::Loss));
    let Some(call) = commands_in_the_log(history, record).find(is_suspension) else { return false };
    call.ask = Ask::Suspend(Reason::Theft);
    true
}
