//! The service as a process of its own, killed after the first accounts of a manager who left, and before the last.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_stream::StreamExt as _;
use vigie_clock::{Clock as _, SystemClock};
use vigie_proto::log::FeedRequest;
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::staff_service_client::StaffServiceClient;
use vigie_proto::routing::*;
use vigie_testkit::{Postgres, arm_kill_point};

use crate::killed::{Door, Place};
use crate::service::house::{by_id, fresh, siren};

/// How long until what is waited for has come, an attempt of a dead process included.
const SOON: Duration = Duration::from_secs(90);

/// Customers of the manager who leaves.
const COMPANIES: u32 = 6;

const COVER_BEGAN: &str = "vigie.account.manager_cover_began.v1";
const PLAN_OPENED: &str = "vigie.review_plan.plan_opened.v1";

/// An attempt of a dead process is over soon.
fn soon_again(command: &mut Command) {
    command.env("VIGIE_ROUTING__STANDING_ATTEMPT_MAX_S", "1");
}

fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    let now = SystemClock.now().as_micros().div_euclid(1_000_000);
    Some(prost_types::Timestamp { seconds: now + seconds, nanos: 0 })
}

/// How many events of that type the log has, by stream.
async fn counts(door: &Door, event_type: &str) -> BTreeMap<String, usize> {
    let mut log = LogServiceClient::new(door.clone());
    let mut events = log.feed(FeedRequest::default()).await.unwrap().into_inner();
    let mut counts = BTreeMap::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap().event.unwrap();
        if event.r#type == event_type {
            *counts.entry(event.stream_id).or_default() += 1;
        }
    }
    counts
}

async fn until_counted(door: &Door, event_type: &str, streams: u32) -> BTreeMap<String, usize> {
    let end = Instant::now() + SOON;
    loop {
        let found = counts(door, event_type).await;
        if found.len() >= streams as usize {
            return found;
        }
        assert!(Instant::now() < end, "{event_type}: {found:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

async fn a_company(door: &Door, number: u32) -> Account {
    let entry = AccountEntry {
        level: AccountLevel::Company.into(),
        name: format!("Exemple {number} SAS"),
        siren: siren(number),
        segments: vec![Segment::SmeFleet.into()],
        address: Some(Address {
            lines: vec!["1 rue de l'Exemple".to_owned()],
            postal_code: "75001".to_owned(),
            town: "Exemple".to_owned(),
            ..Address::default()
        }),
        customer_since: at(-86_400),
        ..AccountEntry::default()
    };
    let request = RegisterAccountRequest { request_id: fresh(), account: Some(entry) };
    let mut accounts = AccountServiceClient::new(door.clone());
    accounts.register_account(request).await.unwrap().into_inner().account.unwrap()
}

async fn a_manager(door: &Door, name: &str) -> String {
    let mut staff = StaffServiceClient::new(door.clone());
    let entry = Staff {
        name: name.to_owned(),
        is_account_manager: true,
        languages: vec![Language::French.into()],
        ..Staff::default()
    };
    let request = RegisterStaffRequest { request_id: fresh(), staff: Some(entry) };
    let staff_id = staff.register_staff(request).await.unwrap().into_inner().staff.unwrap().staff_id;
    let training = Training {
        code: "account-manager".to_owned(),
        passed_at: at(-86_400),
        valid_until: at(86_400 * 300),
        ..Training::default()
    };
    let request =
        RecordTrainingRequest { request_id: fresh(), staff_id: staff_id.clone(), training: Some(training) };
    staff.record_training(request).await.unwrap();
    staff_id
}

async fn everybody_is_covered_once(url: Option<String>, point: &str) {
    let place = Place::new(url);
    let process = place.start_with(soon_again);
    let door = place.door().await;
    let (anne, bruno) = (a_manager(&door, "Anne").await, a_manager(&door, "Bruno").await);
    for number in 1..=COMPANIES {
        let account = a_company(&door, number).await;
        let request = AssignManagerRequest {
            request_id: fresh(),
            account: by_id(&account),
            staff_id: anne.clone(),
            ..Default::default()
        };
        AccountServiceClient::new(door.clone()).assign_manager(request).await.unwrap();
    }
    let leaving = RecordLeavingRequest {
        request_id: fresh(),
        staff_id: anne,
        leaves_at: at(3),
        deputy_staff_id: bruno,
    };
    StaffServiceClient::new(door.clone()).record_leaving(leaving).await.unwrap();
    process.kill9().unwrap();

    let armed = place.start_with(|command| {
        soon_again(command);
        arm_kill_point(command, &format!("{point}@3"));
    });
    tokio::task::block_in_place(|| armed.kill_at(point, SOON).map(drop)).unwrap();

    let _again = place.start_with(soon_again);
    let door = place.door().await;
    until_counted(&door, COVER_BEGAN, COMPANIES).await;
    // What was looked at twice is written once.
    sleep(Duration::from_secs(2)).await;
    let covers = counts(&door, COVER_BEGAN).await;
    assert!(covers.len() == COMPANIES as usize && covers.values().all(|count| *count == 1), "{covers:?}");
    let plans = until_counted(&door, PLAN_OPENED, COMPANIES).await;
    assert!(plans.values().all(|count| *count == 1), "{plans:?}");
}

async fn database() -> Option<String> {
    let create = || Postgres::shared().unwrap().create_database("routing").unwrap();
    Some(tokio::task::spawn_blocking(create).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_accounts_own_event_on_sqlite() {
    everybody_is_covered_once(None, "standing.after_account").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_accounts_own_event_on_postgres() {
    everybody_is_covered_once(database().await, "standing.after_account").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_effect_whose_end_is_not_on_record_on_sqlite() {
    everybody_is_covered_once(None, "reaction.after_effect").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_effect_whose_end_is_not_on_record_on_postgres() {
    everybody_is_covered_once(database().await, "reaction.after_effect").await;
}
