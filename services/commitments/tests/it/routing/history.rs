//! Random histories of `routing`, and the result computed a second time by other means.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_commitments::domain::promise::{Book, Mark};
use vigie_commitments::domain::{Docket, Indicator, LOSS_OR_THEFT, Meaning, Seen, Verdict};
use vigie_commitments::{Characteristic, Log, read_routing};
use vigie_eventlog::RecordedEvent;
use vigie_viewkit::{Script, uuid};

use super::script::{DAY, HOUR, MINUTE, Story};
use super::view::ledger_of;

/// Cases of a characteristic under a verdict with its reason.
type Counts = BTreeMap<(String, String), u64>;

/// A history of some accounts, contacts, projects and plans, and now and then something that nobody can read.
pub(super) fn history(seed: u64, steps: usize) -> Script {
    story(seed, steps).script
}

fn story(seed: u64, steps: usize) -> Story {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut story = Story::default();
    let mut open_gap: BTreeMap<u128, (Uuid, Timestamp)> = BTreeMap::new();
    let mut changes: BTreeMap<u128, Vec<(Uuid, Timestamp)>> = BTreeMap::new();
    let mut projects: BTreeMap<u128, Value> = BTreeMap::new();
    let mut plans: BTreeMap<u128, (Timestamp, Timestamp)> = BTreeMap::new();
    while story.script.events.len() < steps {
        story = story.wait(rng.random_range(1..90) * MINUTE);
        let (now, number, fresh) = (story.now(), rng.random_range(1..24_u128), uuid(rng.random()));
        let later = |seconds: u64| story.clone().wait(seconds).now();
        let some_time = |rng: &mut StdRng, due: Timestamp| match rng.random_range(0..3) {
            0 => due,
            1 => due.minus(std::time::Duration::from_micros(1)),
            _ => now,
        };
        let account = uuid(0xA000 + number);
        let company = company(&mut rng, number, now);
        let of_account = |story: Story, name: &str, mut fields: Value| {
            let mut shown = company.clone();
            if name == "manager_gap_opened" {
                shown["manager"] = fields["account"]["manager"].clone();
            }
            fields["account"] = shown;
            story.account(account, name, fields)
        };
        story = match rng.random_range(0..100) {
            0..=11 => {
                let due = later(DAY);
                open_gap.insert(number, (fresh, due));
                let cause = ["LEFT", "UNTRAINED", "NO_MANAGER"][rng.random_range(0..3)];
                let manager = changes.get(&number).and_then(|changes| changes.last());
                let manager = manager
                    .map(|(id, at)| json!({"assignment_id": id, "staff_id": uuid(5), "effective_from": at}));
                let staff = uuid(rng.random_range(5..7));
                let gap =
                    json!({"gap_id": fresh, "since": now, "due": due, "cause": cause, "staff_id": staff});
                let fields = json!({"gap": gap, "account": {"manager": manager}});
                of_account(story, "manager_gap_opened", fields)
            }
            12..=17 => match open_gap.get(&number) {
                Some((gap, _)) => of_account(story, "manager_gap_overdue", json!({"gap_id": gap})),
                None => continue,
            },
            18..=25 => match open_gap.get(&number) {
                Some((gap, due)) => {
                    let end = if rng.random_bool(0.2) { "ACCOUNT_ENDED" } else { "SERVED" };
                    let fields = json!({"gap_id": gap, "until": some_time(&mut rng, *due), "end": end});
                    of_account(story, "manager_gap_closed", fields)
                }
                None => continue,
            },
            26..=37 => {
                changes.entry(number).or_default().push((fresh, now));
                let mut assignment =
                    json!({"assignment_id": fresh, "staff_id": uuid(5), "effective_from": now});
                match rng.random_range(0..8) {
                    0 => assignment["training_valid_until"] = json!(now),
                    1 => {}
                    _ => assignment["training_valid_until"] = json!(later(300 * DAY)),
                }
                let mut fields = json!({"assignment": assignment});
                if rng.random_bool(0.8) {
                    fields["tell_by"] = json!({"due": later(2 * DAY)});
                }
                of_account(story, "manager_assigned", fields)
            }
            38..=41 => {
                changes.entry(number).or_default().push((fresh, now));
                let cover = json!({"cover_id": fresh, "effective_from": now});
                let fields = json!({"cover": cover, "tell_by": {"due": later(2 * DAY)}});
                of_account(story, "manager_cover_began", fields)
            }
            42..=57 => {
                let Some(changes) = changes.get(&number) else { continue };
                let (change, begin) = changes[rng.random_range(0..changes.len())];
                let due = begin.plus(std::time::Duration::from_secs(2 * DAY));
                match rng.random_range(0..4) {
                    0 => of_account(story, "manager_change_not_told", json!({"change_id": change})),
                    1 => {
                        let until = if rng.random_bool(0.5) { begin } else { later(HOUR) };
                        let spell = json!({
                            "assignment_id": change, "effective_from": begin, "effective_until": until,
                        });
                        of_account(story, "manager_assignment_ended", json!({"assignment": spell}))
                    }
                    _ => {
                        let fields = json!({"change_id": change, "told_at": some_time(&mut rng, due)});
                        of_account(story, "manager_change_told", fields)
                    }
                }
            }
            58..=73 => {
                let mut contact = json!({"began_at": now, "transfers": rng.random_range(0..3), "parts": []});
                if rng.random_bool(0.9) {
                    let segment = [json!("LARGE_ACCOUNT"), json!("SME_FLEET"), json!(null)]
                        [rng.random_range(0..3)]
                    .clone();
                    let part = json!({"desk_ids": [uuid(1)], "staff_ids": [uuid(5)]});
                    let end_user = rng.random_bool(0.2);
                    contact["pinned"] = json!({"segment": segment, "is_end_user": end_user, "parts": [part]});
                }
                for field in ["answered_at", "abandoned_at", "ended_at"] {
                    if rng.random_bool(if field == "abandoned_at" { 0.2 } else { 0.7 }) {
                        contact[field] = json!(now);
                    }
                }
                if rng.random_bool(0.8) {
                    contact["desk_id"] = json!(uuid(rng.random_range(1..3)));
                }
                if rng.random_bool(0.3) {
                    contact["answered_by_staff_id"] = json!(uuid(rng.random_range(5..7)));
                }
                if rng.random_bool(0.1) {
                    contact["parts"] = json!([{}]);
                }
                if rng.random_bool(0.8) {
                    contact["wait_ms"] = json!([4_000, 30_000, 30_001][rng.random_range(0..3)]);
                }
                if rng.random_bool(0.7) {
                    contact["context_shown"] = json!(rng.random_bool(0.7));
                }
                if rng.random_bool(0.3) {
                    contact["taken_in_charge_at"] = json!(later(rng.random_range(0..5) * DAY));
                }
                let number = rng.random_range(0..400_u128);
                // What a contact is does not change while it is told of.
                match number % 5 {
                    0 => contact["channel"] = json!("EMAIL"),
                    1 => {}
                    2 => contact["parent"] = json!({"family": "MOBILE"}),
                    _ => contact["channel"] = json!(["PHONE", "CHAT"][rng.random_range(0..2)]),
                }
                if number % 2 == 0 {
                    let mut callback = json!({"callback": "c-1", "first_due_by": later(HOUR)});
                    match rng.random_range(0..6) {
                        0 => callback["missed_at"] = json!(now),
                        1 => callback["overdue"] = json!(true),
                        2 => callback["kept_at"] = json!(later(2 * HOUR)),
                        3 => callback["kept_at"] = json!(later(HOUR)),
                        4 => callback["kept_at"] = json!(now),
                        _ => {}
                    }
                    contact["callbacks"] = json!([callback]);
                }
                let stream = uuid(0xC000 + number);
                story.event(stream, account, "contact.contact_answered", json!({"contact": contact}))
            }
            74..=83 => {
                let shown = projects.entry(number).or_insert_with(|| {
                    json!({"requested_at": now, "answer_due_at": later(2 * DAY), "referent_staff_id": uuid(5)})
                });
                let due: Timestamp = serde_json::from_value(shown["answer_due_at"].clone()).unwrap();
                let name = match rng.random_range(0..4) {
                    0 => {
                        shown["answer_overdue"] = json!(true);
                        "answer_overdue"
                    }
                    1 if shown["answered_at"].is_null() => {
                        shown["answered_at"] = json!(some_time(&mut rng, due));
                        if rng.random_bool(0.8) {
                            shown["first_promised_for"] = json!(later(9 * DAY));
                        }
                        "project_answered"
                    }
                    2 if rng.random_bool(0.3) => {
                        shown["closed_at"] = json!(some_time(&mut rng, due));
                        shown["outcome"] = json!(if rng.random_bool(0.5) { "WITHDRAWN" } else { "DECLINED" });
                        "project_closed"
                    }
                    _ => "referent_changed",
                };
                let fields = json!({"project": shown.clone()});
                // A new project takes the number of one that is over.
                let stream = uuid(0xB0_0000 + number + (u128::from(seed % 7) << 32));
                story.event(stream, account, &format!("project.{name}"), fields)
            }
            84..=93 => {
                let (from, due) = *plans.entry(number).or_insert((now, later(30 * DAY)));
                let begin_year =
                    |from: Timestamp| (from, from.plus(std::time::Duration::from_secs(30 * DAY)));
                let year = json!({"year_from": from, "due_at": due});
                let (name, mut fields) = match rng.random_range(0..6) {
                    0 => ("review_overdue", year),
                    1 => ("review_excused", year),
                    2 => {
                        let held_at = if rng.random_bool(0.2) {
                            from.minus(std::time::Duration::from_secs(9))
                        } else {
                            now
                        };
                        ("review_held", json!({"held_at": held_at, "year_from": from, "due_at": due}))
                    }
                    3 if rng.random_bool(0.1) => {
                        ("plan_ended", json!({"ended_at": some_time(&mut rng, due)}))
                    }
                    _ => ("review_planned", json!({})),
                };
                let next = match name {
                    "review_overdue" | "review_excused" => begin_year(due),
                    "review_held" if fields["held_at"] == json!(now) && now > from => begin_year(now),
                    _ => (from, due),
                };
                plans.insert(number, next);
                fields["review_plan"] = json!({"year_from": next.0, "due_at": next.1});
                story.event(uuid(0xD000 + number), account, &format!("review_plan.{name}"), fields)
            }
            94 => of_account(story, "seen_from_tomorrow", json!({})),
            95..=96 => {
                let mut fields = json!({
                    "contact_point_id": fresh, "point_version": rng.random_range(1..4), "told_at": now,
                });
                if rng.random_bool(0.8) {
                    fields["valid_from"] = json!(some_time(&mut rng, later(1)));
                }
                of_account(story, "contact_point_told", fields)
            }
            97 => {
                let mut version = json!({"point_version": 1, "valid_from": now, "channel": "PHONE"});
                if rng.random_bool(0.7) {
                    version["tariff_class"] = json!("FREE");
                    version["tariff_label"] = json!("Service & appel gratuits");
                }
                story.event(fresh, uuid(0), "contact_point.version_published", json!({"version": version}))
            }
            98 if rng.random_bool(0.3) => {
                let name =
                    ["manager_gap_opened", "manager_assigned", "manager_gap_overdue"][rng.random_range(0..3)];
                story.raw(account, account, &format!("account.{name}"), b"[".to_vec())
            }
            99 if rng.random_bool(0.5) => {
                let (stream, name) = match rng.random_range(0..3) {
                    0 => (0xC000 + rng.random_range(0..400), "contact.contact_ended"),
                    1 => (0xB0_0000 + number + (u128::from(seed % 7) << 32), "project.referent_changed"),
                    _ => (0xD000 + number, "review_plan.review_due"),
                };
                story.raw(uuid(stream), account, name, b"{}".to_vec())
            }
            _ => continue,
        };
    }
    story
}

/// A company as one of its events shows it, or another account, which no promise of a company is about.
fn company(rng: &mut StdRng, number: u128, now: Timestamp) -> Value {
    let mut shown = json!({
        "as_of": now, "level": if number.is_multiple_of(8) { "SITE" } else { "COMPANY" },
        "customer_since": Story::default().now(),
    });
    if number.is_multiple_of(3) {
        shown["parent_account_id"] = json!(uuid(0x6000));
    }
    if rng.random_bool(0.6) {
        shown["manager"] = json!({"assignment_id": uuid(rng.random()), "effective_from": now});
    }
    if rng.random_bool(0.3) {
        shown["cover"] = json!({"cover_id": uuid(rng.random()), "effective_from": now});
    }
    if rng.random_bool(0.3) {
        let cause = ["NO_MANAGER", "LEFT", "AWAY_WITHOUT_COVER", "UNTRAINED"][rng.random_range(0..4)];
        shown["gap"] = json!({"gap_id": uuid(rng.random()), "since": now, "cause": cause});
    }
    if rng.random_bool(0.05) {
        shown["closed_at"] = json!(now.plus(std::time::Duration::from_secs(rng.random_range(0..2) * DAY)));
    }
    shown
}

/// An event with its payload; `None` where nobody can read it.
struct Read<'a> {
    name: &'a str,
    body: Option<Value>,
}

/// The same result, stream by stream from the raw events, sharing nothing with the ledger's code: each case looks through all
/// that follows it, where the ledger folds.
fn expected(events: &[RecordedEvent]) -> Counts {
    let mut streams: BTreeMap<Uuid, Vec<Read<'_>>> = BTreeMap::new();
    for event in events {
        let name = event.event_type.strip_prefix("vigie.").unwrap().strip_suffix(".v1").unwrap();
        let body = serde_json::from_slice::<Value>(&event.payload).ok();
        let body = body.filter(|body| body.as_object().is_some_and(|fields| !fields.is_empty()));
        streams.entry(event.stream_id).or_default().push(Read { name, body });
    }
    let mut counts = Counts::new();
    for stream in streams.values() {
        let wall = stream.iter().position(|read| read.body.is_none()).unwrap_or(usize::MAX);
        let mut count = |characteristic: &str, verdict: &str| {
            *counts.entry((characteristic.to_owned(), verdict.to_owned())).or_default() += 1;
        };
        for (index, read) in stream.iter().enumerate() {
            let after = || {
                stream.iter().take(wall).skip(index + 1).map(|read| (read.name, read.body.as_ref().unwrap()))
            };
            let hidden = index > wall;
            let stopped = wall != usize::MAX;
            let (Some(body), name) = (&read.body, read.name) else {
                match read.name {
                    "account.manager_gap_opened" => count("2.1/gap", UNREADABLE),
                    "account.manager_assigned" => count("2.1/told", UNREADABLE),
                    "account.contact_point_told" => count("3.1/told", UNREADABLE),
                    _ => {}
                }
                continue;
            };
            match name {
                "account.manager_gap_opened" => {
                    let (gap, due) = (&body["gap"]["gap_id"], &body["gap"]["due"]);
                    let close = after().find(|(name, later)| {
                        *name == "account.manager_gap_closed" && &later["gap_id"] == gap
                    });
                    let late = after().any(|(name, later)| {
                        *name == *"account.manager_gap_overdue" && &later["gap_id"] == gap
                    });
                    let verdict = match close {
                        _ if hidden => UNREADABLE,
                        Some((_, close)) if close["until"].as_str() >= due.as_str() => "LATE",
                        Some((_, close)) if close["end"] == "SERVED" => "KEPT",
                        Some(_) => "EXCLUDED ACCOUNT_ENDED",
                        None if late => "LATE",
                        None if stopped => UNREADABLE,
                        None => "OPEN",
                    };
                    count("2.1/gap", verdict);
                }
                "account.manager_assigned" | "account.manager_cover_began" => {
                    let spell = if body["cover"].is_null() { &body["assignment"] } else { &body["cover"] };
                    let id = [&spell["assignment_id"], &spell["cover_id"]]
                        .into_iter()
                        .find(|id| id.is_string())
                        .unwrap();
                    let undone = |name: &str, later: &Value| {
                        let ended = &later["assignment"];
                        name == "account.manager_assignment_ended"
                            && &ended["assignment_id"] == id
                            && ended["effective_until"] == ended["effective_from"]
                    };
                    if let Some(due) = body["tell_by"]["due"].as_str() {
                        let told = |name: &str, later: &Value| {
                            name == "account.manager_change_told" && &later["change_id"] == id
                        };
                        let end = after().find(|(name, later)| told(name, later) || undone(name, later));
                        let alert = after().any(|(name, later)| {
                            name == "account.manager_change_not_told" && &later["change_id"] == id
                        });
                        let verdict = match end {
                            _ if hidden => UNREADABLE,
                            Some((name, later)) if told(name, later) => {
                                if later["told_at"].as_str().unwrap() < due { "KEPT" } else { "LATE" }
                            }
                            Some(_) => "EXCLUDED NEVER_HELD",
                            None if alert => "LATE",
                            None if stopped => UNREADABLE,
                            None => "OPEN",
                        };
                        count("2.1/told", verdict);
                    }
                    if name == "account.manager_assigned" {
                        let until = spell["training_valid_until"].as_str();
                        let is_bad = until == spell["effective_from"].as_str();
                        let untrained = |name: &str, later: &Value| {
                            name == "account.manager_gap_opened"
                                && later["gap"]["cause"] == "UNTRAINED"
                                && &later["account"]["manager"]["assignment_id"] == id
                                && later["gap"]["staff_id"] == spell["staff_id"]
                        };
                        let turn =
                            after().find(|(name, later)| untrained(name, later) || undone(name, later));
                        let verdict = match turn {
                            _ if hidden => UNREADABLE,
                            _ if is_bad => "LATE",
                            Some((name, later)) if untrained(name, later) => "LATE",
                            Some(_) => "EXCLUDED NEVER_HELD",
                            None if stopped => UNREADABLE,
                            None if until.is_none() => "UNMEASURED EVIDENCE_MISSING",
                            None => "KEPT",
                        };
                        count("2.1/trained", verdict);
                    }
                }
                "account.contact_point_told" if body["point_version"].as_u64() > Some(1) => {
                    let verdict = match (body["told_at"].as_str(), body["valid_from"].as_str()) {
                        _ if hidden => UNREADABLE,
                        (_, None) => MISSING,
                        (told, valid) if told < valid => "KEPT",
                        _ => "LATE",
                    };
                    count("3.1/told", verdict);
                }
                "contact_point.version_published" => {
                    let is_priced = body["version"]["tariff_label"].is_string();
                    count("3.1/published", if is_priced { "KEPT" } else { "LATE" });
                }
                _ => {}
            }
        }
        whole_stream(stream, wall, &mut count);
    }
    counts
}

const UNREADABLE: &str = "UNMEASURED EVIDENCE_UNREADABLE";

const MISSING: &str = "UNMEASURED EVIDENCE_MISSING";

/// What a stream says as a whole: a contact, a project, the years of a plan.
fn whole_stream(stream: &[Read<'_>], wall: usize, count: &mut impl FnMut(&str, &str)) {
    let kind = stream[0].name.split('.').next().unwrap();
    let readable: Vec<_> = stream.iter().take(wall).map(|read| read.body.as_ref().unwrap()).collect();
    let behind = || stream.iter().skip(wall.saturating_add(1)).filter_map(|read| read.body.as_ref());
    let stopped = wall != usize::MAX;
    match kind {
        "account" => {
            let known: Vec<_> = stream
                .iter()
                .filter(|read| read.name != "account.seen_from_tomorrow")
                .map(|read| read.body.as_ref())
                .collect();
            let wall = known.iter().position(Option::is_none);
            let is_company = |body: &&Value| body["account"]["level"] == "COMPANY";
            let before = known[..wall.unwrap_or(known.len())].iter().flatten().rfind(|body| is_company(body));
            let Some(last) = before else {
                if known.iter().flatten().any(is_company) {
                    count("2.1/named", UNREADABLE);
                }
                return;
            };
            let account = &last["account"];
            let nobody = ["NO_MANAGER", "LEFT"].map(|cause| account["gap"]["cause"] == cause);
            let somebody = ["manager", "cover", "parent_account_id"].map(|field| !account[field].is_null());
            let verdict =
                if account["closed_at"].as_str().is_some_and(|at| Some(at) <= account["as_of"].as_str()) {
                    "EXCLUDED ACCOUNT_ENDED"
                } else if nobody.contains(&true) {
                    "LATE"
                } else if wall.is_some() {
                    UNREADABLE
                } else if somebody.contains(&true) {
                    "KEPT"
                } else {
                    "OPEN"
                };
            count("2.1/named", verdict);
        }
        "contact" => {
            of_end_users(&readable, &behind().collect::<Vec<_>>(), stopped, count);
            let population = |body: &Value| {
                let pinned = &body["contact"]["pinned"];
                match (pinned["is_end_user"].as_bool(), pinned["segment"].as_str()) {
                    (Some(true), _) => Some("5.4.1"),
                    (_, Some("LARGE_ACCOUNT")) => Some("5.1.1"),
                    (_, Some(_)) => Some("5.1.2"),
                    _ => None,
                }
            };
            let last = readable.iter().rposition(|body| population(body).is_some());
            let Some(last) = last else {
                if let Some(first) = behind().find_map(population) {
                    count(first, UNREADABLE);
                }
                return;
            };
            let promise = population(readable[last]).unwrap();
            let contact = &readable[last]["contact"];
            let is = |field: &str| !contact[field].is_null();
            let is_taken = is("answered_at") || is("taken_in_charge_at");
            let decided = if contact["parts"].as_array().is_some_and(|parts| !parts.is_empty()) {
                Some("EXCLUDED SPLIT")
            } else if is("abandoned_at") && !is_taken {
                Some("EXCLUDED ABANDONED")
            } else if !is("ended_at") || !is_taken {
                None
            } else {
                let transfers = contact["transfers"].as_u64().unwrap();
                let by_staff = transfers == 0 && contact["answered_by_staff_id"] == json!(uuid(5));
                let nobody = !is("desk_id") && (transfers > 0 || !is("answered_by_staff_id"));
                let right = contact["desk_id"] == json!(uuid(1)) || by_staff;
                match (nobody, right, promise) {
                    (true, _, _) => None,
                    (_, true, "5.1.2") if transfers > 1 => Some("LATE"),
                    (_, true, _) => Some("KEPT"),
                    (_, false, _) => Some("LATE"),
                }
            };
            let forgotten = last + 1 < readable.len();
            let verdict = match decided {
                Some(decided) => decided,
                None if forgotten => "EXCLUDED NOT_RECOGNISED",
                None if stopped => UNREADABLE,
                None if is("ended_at") => "UNMEASURED EVIDENCE_MISSING",
                None => "OPEN",
            };
            count(promise, verdict);
        }
        "project" => {
            let Some(body) = readable.last() else {
                if behind().next().is_some() {
                    count("3.4", UNREADABLE);
                }
                return;
            };
            let project = &body["project"];
            let due = project["answer_due_at"].as_str();
            let verdict = match (project["answered_at"].as_str(), project["outcome"].as_str()) {
                (Some(_), _) if project["first_promised_for"].is_null() => "LATE",
                (Some(answered), _) => {
                    if Some(answered) < due {
                        "KEPT"
                    } else {
                        "LATE"
                    }
                }
                (None, Some("DECLINED")) => "LATE",
                (None, Some(_)) => {
                    if project["closed_at"].as_str() < due {
                        "EXCLUDED WITHDRAWN"
                    } else {
                        "LATE"
                    }
                }
                (None, None) if project["answer_overdue"] == true => "LATE",
                (None, None) if stopped => UNREADABLE,
                (None, None) => "OPEN",
            };
            count("3.4", verdict);
        }
        "review_plan" => {
            let mut years: Vec<(&str, &str)> = Vec::new();
            for body in readable.iter().copied().chain(behind()) {
                let year = &body["review_plan"];
                let year = (year["year_from"].as_str().unwrap(), year["due_at"].as_str().unwrap());
                if !years.contains(&year) {
                    years.push(year);
                }
            }
            for (from, due) in years {
                let appears = |body: &&Value| body["review_plan"]["year_from"] == from;
                let begins = readable.iter().position(appears);
                let mut overdue = false;
                let mut verdict = None;
                let told = stream.iter().take(wall).skip(begins.map_or(usize::MAX, |begins| begins + 1));
                for read in told {
                    let body = read.body.as_ref().unwrap();
                    let of_it = body["year_from"] == from;
                    let ends = body["ended_at"].as_str().filter(|_| body["review_plan"]["year_from"] == from);
                    match read.name {
                        "review_plan.review_overdue" if of_it => overdue = true,
                        "review_plan.review_excused" if of_it && !overdue => {
                            verdict.get_or_insert("EXCLUDED CANCELLED_BY_CUSTOMER");
                        }
                        "review_plan.review_held" if of_it && body["held_at"].as_str().unwrap() >= from => {
                            let in_time = !overdue && body["held_at"].as_str().unwrap() < due;
                            verdict.get_or_insert(if in_time { "KEPT" } else { "LATE" });
                        }
                        "review_plan.plan_ended" if ends.is_some() && !overdue => {
                            let in_time = ends.unwrap() < due;
                            verdict.get_or_insert(if in_time { "EXCLUDED ACCOUNT_ENDED" } else { "LATE" });
                        }
                        _ => {}
                    }
                }
                let verdict = match verdict {
                    Some(verdict) => verdict,
                    None if overdue => "LATE",
                    None if stopped => UNREADABLE,
                    None => "OPEN",
                };
                count("3.2/reviews", verdict);
            }
        }
        _ => {}
    }
}

/// The indicators of the service for end users: a contact is told of again and again, and what is known of it last counts.
fn of_end_users(readable: &[&Value], behind: &[&Value], stopped: bool, count: &mut impl FnMut(&str, &str)) {
    type Verdict = fn(&Value) -> Option<&'static str>;
    let indicators: [(&str, Verdict); 4] = [
        ("5.4.1/reachable", reachable),
        ("5.4.1/personal", personal),
        ("5.4.1/in-charge", in_charge),
        ("5.4.1/on-date", on_date),
    ];
    for (name, verdict) in indicators {
        let of = |body: &Value| {
            let contact = &body["contact"];
            let is_it = contact["pinned"]["is_end_user"] == true;
            is_it.then(|| verdict(contact)).flatten()
        };
        let Some(last) = readable.iter().rposition(|body| of(body).is_some()) else {
            if behind.iter().any(|body| of(body).is_some()) {
                count(name, UNREADABLE);
            }
            continue;
        };
        let verdict = of(readable[last]).unwrap();
        let is_decided = !["OPEN", MISSING, "LATE SO FAR"].contains(&verdict);
        count(
            name,
            match verdict {
                verdict if is_decided => verdict,
                _ if last + 1 < readable.len() => "EXCLUDED NOT_RECOGNISED",
                "LATE SO FAR" => "LATE",
                _ if stopped => UNREADABLE,
                verdict => verdict,
            },
        );
    }
}

fn reachable(contact: &Value) -> Option<&'static str> {
    if contact["channel"] == "EMAIL" || !contact["parent"].is_null() {
        return None;
    }
    let (answered, given_up) = (!contact["answered_at"].is_null(), !contact["abandoned_at"].is_null());
    if !answered && !given_up {
        return Some(if contact["ended_at"].is_null() { "OPEN" } else { MISSING });
    }
    Some(match contact["wait_ms"].as_u64() {
        _ if contact["channel"].is_null() => MISSING,
        None => MISSING,
        Some(30_001) => "LATE",
        Some(_) if answered => "KEPT",
        Some(_) => "EXCLUDED ABANDONED",
    })
}

fn personal(contact: &Value) -> Option<&'static str> {
    if !contact["parent"].is_null() {
        return None;
    }
    Some(if contact["answered_at"].is_null() {
        match (contact["abandoned_at"].is_null(), contact["ended_at"].is_null()) {
            (false, _) => "EXCLUDED ABANDONED",
            (true, true) => "OPEN",
            (true, false) => MISSING,
        }
    } else if contact["answered_by_staff_id"].is_null() || contact["context_shown"] == false {
        "LATE"
    } else if contact["context_shown"].is_null() {
        MISSING
    } else {
        "KEPT"
    })
}

fn in_charge(contact: &Value) -> Option<&'static str> {
    if contact["parts"].as_array().is_some_and(|parts| !parts.is_empty()) {
        return Some("EXCLUDED SPLIT");
    }
    let answered = contact["answered_at"].as_str().filter(|_| !contact["answered_by_staff_id"].is_null());
    let taken = match (answered, contact["taken_in_charge_at"].as_str()) {
        (Some(answered), Some(taken)) => Some(answered.min(taken)),
        (answered, taken) => answered.or(taken),
    };
    let due = end_of_the_next_working_day(contact["began_at"].as_str().unwrap());
    Some(match taken {
        Some(taken) if taken < due.as_str() => "KEPT",
        Some(_) => "LATE",
        None if !contact["abandoned_at"].is_null() => "EXCLUDED ABANDONED",
        None if !contact["ended_at"].is_null() => "LATE",
        None => "OPEN",
    })
}

fn on_date(contact: &Value) -> Option<&'static str> {
    let callback = contact["callbacks"].get(0)?;
    Some(match callback["kept_at"].as_str() {
        Some(kept) if Some(kept) < callback["first_due_by"].as_str() => "KEPT",
        Some(_) => "LATE",
        None if !callback["missed_at"].is_null() => "LATE",
        // It may still be told that it was kept in time.
        None if callback["overdue"] == true => "LATE SO FAR",
        None => "OPEN",
    })
}

/// In Paris in winter, by counting days: weekends and two public holidays are none.
fn end_of_the_next_working_day(began: &str) -> String {
    const DAY_MICROS: i64 = 86_400_000_000;
    const HOUR_MICROS: i64 = 3_600_000_000;
    let midnight = |day: i64| Timestamp::from_micros(day * DAY_MICROS - HOUR_MICROS);
    let began = Timestamp::parse(began).unwrap();
    let mut day = (began.as_micros() + HOUR_MICROS).div_euclid(DAY_MICROS) + 1;
    let is_off = |day: i64| {
        let date = midnight(day).plus(std::time::Duration::from_secs(2 * HOUR)).to_string();
        // The first day of 1970 was a Thursday.
        (day + 3).rem_euclid(7) >= 5 || ["-12-25T", "-01-01T"].iter().any(|holiday| date.contains(holiday))
    };
    while is_off(day) {
        day += 1;
    }
    midnight(day + 1).to_string()
}

/// The ledger's result in the terms of the second calculation.
fn measured(characteristic: &str, indicator: &Indicator, into: &mut Counts) {
    let tally = &indicator.tally;
    let mut count = |verdict: Verdict, cases: u64| {
        let reason = verdict.reason_code().map(|reason| format!(" {reason}")).unwrap_or_default();
        if cases > 0 {
            into.insert((characteristic.to_owned(), format!("{}{reason}", verdict.as_str())), cases);
        }
    };
    count(Verdict::Kept, tally.kept);
    count(Verdict::Late, tally.late);
    count(Verdict::Open, tally.open);
    tally.excluded.iter().for_each(|(reason, cases)| count(Verdict::Excluded(*reason), *cases));
    tally.unmeasured.iter().for_each(|(reason, cases)| count(Verdict::Unmeasured(*reason), *cases));
}

fn of_routing() -> impl Iterator<Item = &'static Characteristic> {
    Characteristic::ALL.into_iter().filter(|found| found.log == Log::Routing)
}

#[tokio::test]
async fn a_second_calculation_by_other_means_finds_the_same_result() {
    let mut met = Counts::new();
    for seed in 0..8 {
        let story = story(seed, 1_500);
        let ledger = ledger_of(&story).await;
        let mut found = Counts::new();
        for characteristic in of_routing() {
            let indicator = ledger.indicator(characteristic.name).await;
            let of_cases = Indicator::of(&ledger.cases(characteristic.name).await).tally;
            assert_eq!(of_cases, indicator.tally, "seed {seed}: in SQL and in Rust");
            measured(characteristic.name, &indicator, &mut found);
        }
        let expected = expected(&story.script.events);
        assert_eq!(found, expected, "seed {seed}");
        met.extend(expected);
    }
    // Histories that never meet a verdict would prove nothing about it.
    for characteristic in of_routing() {
        let verdicts = met.keys().filter(|(name, _)| name == characteristic.name).count();
        assert!(verdicts >= 2, "{}: {met:?}", characteristic.name);
    }
    assert!(met.len() > 40, "{}: {met:?}", met.len());
}

/// The ledger's cases without any database.
fn fold(events: &[RecordedEvent], repeat: usize) -> Book {
    let mut dockets: BTreeMap<Uuid, Docket> = BTreeMap::new();
    let mut book = Book::default();
    for index in 0..events.len() {
        for event in &events[index.saturating_sub(repeat)..=index] {
            let mut entry = read_routing(event);
            let strokes = std::mem::take(&mut entry.strokes);
            let is_unreadable = matches!(entry.meaning, Meaning::Unreadable { .. });
            let mark =
                Mark { event_id: event.event_id, stream_id: event.stream_id, recorded_at: event.recorded_at };
            let docket = dockets.entry(event.stream_id).or_insert_with(|| Docket::new(event.stream_id));
            if docket.record(&LOSS_OR_THEFT, entry).unwrap() == Seen::New {
                book.take_in(mark, strokes, docket.parked_by());
                if is_unreadable {
                    book.stop(mark);
                }
            }
        }
    }
    book
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// The second calculation agrees for every history, redelivered or not, whichever stream comes first.
    #[test]
    fn any_history_shuffled_and_redelivered_is_counted_alike(
        seed in any::<u64>(), steps in 1_usize..400, repeat in 0_usize..9,
    ) {
        let script = history(seed, steps);
        let book = fold(&script.events, repeat);
        let mut by_stream = script.events.clone();
        by_stream.sort_by_key(|event| (event.stream_id, event.stream_version));
        let in_order = fold(&by_stream, 0);
        prop_assert_eq!(book.cases().collect::<Vec<_>>(), in_order.cases().collect::<Vec<_>>());
        let mut found = Counts::new();
        for characteristic in of_routing() {
            let cases = book.cases().filter(|case| case.matter.definition == characteristic);
            measured(characteristic.name, &Indicator::of(cases), &mut found);
        }
        prop_assert_eq!(found, expected(&script.events));
    }
}
