//! A base in bulk.

use std::collections::BTreeMap;

use jiff::civil::Date;
use tokio_stream::StreamExt;
use tonic::Status;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_fiction::{Operator, Size, Table};
use vigie_proto::routing::base_service_client::BaseServiceClient;
use vigie_proto::routing::desk_service_client::DeskServiceClient;
use vigie_proto::routing::import_base_request::Message;
use vigie_proto::routing::import_base_row::Entry;
use vigie_proto::routing::*;

use super::house::*;
use super::on_both_engines;

const FILE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OTHER_FILE: &str = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

fn header(kind: BaseKind, file_hash: &str) -> ImportBaseRequest {
    let header = ImportBaseHeader {
        kind: kind.into(),
        file_hash: file_hash.to_owned(),
        rows: 0,
        owner: "crm".to_owned(),
    };
    ImportBaseRequest { message: Some(Message::Header(header)) }
}

fn request(row: ImportBaseRow) -> ImportBaseRequest {
    ImportBaseRequest { message: Some(Message::Row(row)) }
}

fn row(row: i64, entry: Entry) -> ImportBaseRequest {
    request(ImportBaseRow { row, entry: Some(entry) })
}

async fn import_as(
    house: &House,
    grant: &Grant,
    messages: Vec<ImportBaseRequest>,
) -> Result<ImportBaseResponse, Status> {
    let mut client = BaseServiceClient::new(house.door(grant));
    let mut answers = client.import_base(tokio_stream::iter(messages)).await?.into_inner();
    let mut last = ImportBaseResponse::default();
    let mut rejections = Vec::new();
    while let Some(answer) = answers.next().await {
        last = answer?;
        rejections.append(&mut last.rejections);
    }
    rejections.sort_by_key(|rejection| rejection.row);
    Ok(ImportBaseResponse { rejections, ..last })
}

async fn import(house: &House, messages: Vec<ImportBaseRequest>) -> ImportBaseResponse {
    import_as(house, &operator(), messages).await.unwrap()
}

/// Events that imports recorded; what follows from them, others record.
async fn imported(house: &House) -> usize {
    let mut count = 0;
    let mut position = 0;
    loop {
        let events = house.log.read(position, 1_000).await.unwrap();
        let Some(last) = events.last() else { return count };
        position = last.position;
        count += events.iter().filter(|event| event.channel == "IMPORT").count();
    }
}

fn why(report: &ImportBaseResponse) -> Vec<(i64, &str)> {
    report.rejections.iter().map(|row| (row.row, row.reason.as_str())).collect()
}

/// A file of an operator that does not exist; its hash is a number.
fn file(fiction: Operator, table: Table) -> Vec<ImportBaseRequest> {
    let hash = format!("{:064x}", 0xf1c7 + table as u64);
    std::iter::once(header(table.base_kind(), &hash)).chain(fiction.rows(table).map(request)).collect()
}

fn fiction(house: &House, accounts: u64, people: u64) -> Operator {
    let today = house.now().as_micros() / 86_400_000_000;
    let today = Date::constant(1970, 1, 1).checked_add(jiff::SignedDuration::from_hours(24 * today)).unwrap();
    Operator::new(1, Size { accounts, people }, today).unwrap()
}

fn account(number: u32, key: &str, parent_key: &str) -> AccountRow {
    let entry = AccountEntry {
        level: AccountLevel::Company.into(),
        name: format!("Exemple {number} SAS"),
        siren: siren(number),
        segments: vec![Segment::SmeFleet.into()],
        ..AccountEntry::default()
    };
    AccountRow { key: key.to_owned(), parent_key: parent_key.to_owned(), account: Some(entry) }
}

fn site(company: &AccountRow, number: u32, key: &str) -> AccountRow {
    let siren = &company.account.as_ref().unwrap().siren;
    let entry = AccountEntry {
        level: AccountLevel::Site.into(),
        name: format!("Site {number}"),
        siret: siret(siren, number),
        address: Some(address("97400")),
        ..AccountEntry::default()
    };
    AccountRow { key: key.to_owned(), parent_key: company.key.clone(), account: Some(entry) }
}

fn person_row(key: &str, account_key: &str, number: u32) -> PersonRow {
    let person = Person { account_id: String::new(), ..person(&Account::default(), number) };
    PersonRow { key: key.to_owned(), account_key: account_key.to_owned(), person: Some(person) }
}

async fn account_of(house: &House, key: &str) -> Result<Account, Status> {
    let by_key = AccountRef { account: Some(account_ref::Account::External(external("account", key))) };
    let request = GetAccountRequest { account: Some(by_key), at: None };
    Ok(house.crm().get_account(request).await?.into_inner().account.unwrap())
}

on_both_engines! {
    async fn a_whole_base_comes_in_and_a_second_time_changes_nothing(house: House) {
        let fiction = fiction(&house, 120, 2_000);
        let mut rows = BTreeMap::new();
        for table in Table::ALL {
            let messages = file(fiction, table);
            let count = messages.len() as i64 - 1;
            let report = import(&house, messages).await;
            assert_eq!(report.rejections, [], "{}", table.file_name());
            assert_eq!((report.rows_done, report.registered), (count, count), "{}", table.file_name());
            rows.insert(table, count);
        }
        let before = imported(&house).await;
        for table in Table::ALL {
            let report = import(&house, file(fiction, table)).await;
            assert_eq!((report.registered, report.repeated_rows), (0, rows[&table]), "{}", table.file_name());
        }
        assert_eq!(imported(&house).await, before, "nothing new");

        house.listed().await;
        let group = account_of(&house, "A0000000").await.unwrap();
        assert_eq!(group.level(), AccountLevel::Group);
        let request = ListAccountsRequest { parent_account_id: group.account_id.clone(), ..Default::default() };
        let below = house.crm().list_accounts(request).await.unwrap().into_inner().accounts;
        assert_eq!(below.len(), 2);
        let assigned = fiction.assignments().last().unwrap();
        let customer = account_of(&house, &assigned.account_key).await.unwrap();
        let request = GetManagerRequest { account: by_id(&customer), at: None };
        let manager = house.crm().get_manager(request).await.unwrap().into_inner();
        assert!(!manager.name.is_empty(), "{manager:?}");
        let mut desks = DeskServiceClient::new(house.door(&operator()));
        let listed = desks.list_desks(ListDesksRequest::default()).await.unwrap().into_inner().desks;
        assert_eq!(listed.len() as i64, rows[&Table::Desks]);
    }

    async fn the_same_base_in_another_file_is_recognised_by_its_keys(house: House) {
        let fiction = fiction(&house, 60, 200);
        for table in Table::ALL {
            import(&house, file(fiction, table)).await;
        }
        let before = imported(&house).await;
        for table in Table::ALL {
            let mut messages = file(fiction, table);
            messages[0] = header(table.base_kind(), FILE);
            let count = messages.len() as i64 - 1;
            let report = import(&house, messages).await;
            assert_eq!(report.rejections, [], "{}", table.file_name());
            assert_eq!((report.registered, report.repeated_rows), (0, count), "{}", table.file_name());
        }
        assert_eq!(imported(&house).await, before);
    }

    async fn a_bad_row_stops_nothing_and_says_why(house: House) {
        let company = account(1, "C1", "");
        let wrong = |number, key: &str, change: fn(&mut AccountEntry)| {
            let mut row = account(number, key, "");
            change(row.account.as_mut().unwrap());
            Entry::Account(row)
        };
        // Of two rows under way that claim the same number, either may be first: so this one is there before.
        import(&house, vec![header(BaseKind::Accounts, OTHER_FILE), row(1, Entry::Account(company.clone()))]).await;
        let report = import(&house, vec![
            header(BaseKind::Accounts, FILE),
            row(1, Entry::Account(company.clone())),
            row(2, wrong(2, "C2", |entry| entry.siren = "123456789".to_owned())),
            row(3, Entry::Account(site(&company, 1, "S1"))),
            row(4, Entry::Account(account(1, "C4", ""))),
            row(5, Entry::Account(account(5, "C5", "nobody"))),
            row(6, wrong(6, "C6", |entry| entry.name = "a\0b".to_owned())),
            row(7, wrong(7, "", |_| ())),
            row(8, wrong(8, "C8", |entry| entry.account_id = "eight".to_owned())),
            row(9, Entry::Account(account(9, "C9", "C1"))),
            row(10, Entry::Account(AccountRow { key: "C10".to_owned(), ..Default::default() })),
            row(11, Entry::Account(account(11, "C1", ""))),
            row(12, Entry::Account(site(&account(12, "C2", ""), 1, "S2"))),
            row(13, wrong(13, "C13", |entry| entry.customer_since = Some(prost_types::Timestamp { seconds: 4_102_444_800, nanos: 0 }))),
            row(14, Entry::Account(account(14, "C14", ""))),
        ]).await;
        assert_eq!(why(&report), [
            (2, "BAD_SIREN"),
            (4, "IDENTIFIER_TAKEN"),
            (5, "ACCOUNT_NOT_FOUND"),
            (6, "ILLEGAL_CHARACTER"),
            (7, "INVALID_ARGUMENT"),
            (8, "MALFORMED_ID"),
            (9, "HIERARCHY_REFUSED"),
            (10, "INVALID_ARGUMENT"),
            (11, "IDENTIFIER_TAKEN"),
            (12, "ACCOUNT_NOT_FOUND"),
            (13, "BAD_PERIOD"),
        ]);
        assert_eq!((report.rows_done, report.registered, report.repeated_rows, report.rejected), (14, 2, 1, 11));
        assert!(report.rejections.iter().all(|row| !row.message.is_empty()));
    }

    async fn people_and_managers_need_what_they_name(house: House) {
        import(&house, vec![header(BaseKind::Accounts, FILE), row(1, Entry::Account(account(1, "C1", "")))]).await;
        let mut injected = person_row("P4", "C1", 4);
        injected.person.as_mut().unwrap().email = "a@b.test\r\nBcc: x@y.test".to_owned();
        let mut twice = person_row("P5", "C1", 1);
        twice.person.as_mut().unwrap().external_identifiers.clear();
        let first = || row(1, Entry::Person(person_row("P1", "C1", 1)));
        import(&house, vec![header(BaseKind::People, OTHER_FILE), first()]).await;
        let report = import(&house, vec![
            header(BaseKind::People, FILE),
            first(),
            row(2, Entry::Person(person_row("P2", "C9", 2))),
            row(3, Entry::Person(person_row("P3", "", 3))),
            row(4, Entry::Person(injected)),
            row(5, Entry::Person(twice)),
        ]).await;
        assert_eq!(why(&report), [
            (2, "ACCOUNT_NOT_FOUND"),
            (3, "INVALID_ARGUMENT"),
            (4, "BAD_MAIL_ADDRESS"),
            (5, "IDENTIFIER_TAKEN"),
        ]);

        let staff = |key: &str, is_account_manager| Entry::Staff(StaffRow {
            key: key.to_owned(),
            staff: Some(Staff {
                name: format!("Colleague {key}"),
                is_account_manager,
                languages: vec![Language::French.into()],
                ..Staff::default()
            }),
            ..StaffRow::default()
        });
        let trained = TrainingRow {
            staff_key: "M1".to_owned(),
            training: Some(Training {
                code: "account-manager".to_owned(),
                passed_at: house.in_days(-100),
                valid_until: house.in_days(100),
                ..Training::default()
            }),
            ..TrainingRow::default()
        };
        let messages = vec![header(BaseKind::Staff, FILE), row(1, staff("M1", true)), row(2, staff("M2", true)), row(3, staff("V1", false))];
        assert_eq!(import(&house, messages).await.registered, 3);
        let lost = TrainingRow { staff_key: "M9".to_owned(), ..trained.clone() };
        let report = import(&house, vec![
            header(BaseKind::Trainings, FILE),
            row(1, Entry::Training(trained)),
            row(2, Entry::Training(lost)),
        ]).await;
        assert_eq!(why(&report), [(2, "STAFF_NOT_FOUND")]);

        let assigned = |manager: &str, from| Entry::Assignment(AssignmentRow {
            account_key: "C1".to_owned(),
            manager_key: manager.to_owned(),
            effective_from: house.in_days(from),
            ..AssignmentRow::default()
        });
        let report = import(&house, vec![
            header(BaseKind::Assignments, FILE),
            row(1, assigned("M2", 1)),
            row(2, assigned("V1", 1)),
            row(3, assigned("M9", 1)),
            row(4, assigned("M1", 1)),
            row(5, assigned("M1", 2)),
            row(6, assigned("M1", -50)),
        ]).await;
        assert_eq!(why(&report), [
            (1, "MANAGER_UNTRAINED"),
            (2, "NOT_A_MANAGER"),
            (3, "STAFF_NOT_FOUND"),
            (5, "ASSIGNMENT_OVERLAPS"),
            (6, "BAD_PERIOD"),
        ]);
    }

    async fn an_import_that_broke_off_goes_on_where_it_stopped(house: House) {
        let company = account(1, "C1", "");
        let accounts: Vec<_> = std::iter::once(company.clone())
            .chain((1..400).map(|number| site(&company, number, &format!("S{number}"))))
            .collect();
        let messages: Vec<_> = std::iter::once(header(BaseKind::Accounts, FILE))
            .chain((1..).zip(accounts).map(|(number, account)| row(number, Entry::Account(account))))
            .collect();
        {
            // The caller goes away in the middle.
            let (sender, receiver) = tokio::sync::mpsc::channel(16);
            let mut client = BaseServiceClient::new(house.door(&operator()));
            let answers = client.import_base(tokio_stream::wrappers::ReceiverStream::new(receiver)).await.unwrap();
            for message in messages.iter().take(200) {
                sender.send(message.clone()).await.unwrap();
            }
            until(|| async { imported(&house).await >= 50 }).await;
            drop(answers);
        }
        let report = import(&house, messages.clone()).await;
        assert_eq!((report.rows_done, report.rejected), (400, 0), "{report:?}");
        assert!(report.repeated_rows >= 50, "{report:?}");
        assert_eq!(report.registered + report.repeated_rows, 400);
        assert_eq!(imported(&house).await, 400, "each account once");
    }

    async fn the_same_row_of_a_file_with_another_content_is_refused(house: House) {
        import(&house, vec![header(BaseKind::Accounts, FILE), row(1, Entry::Account(account(1, "C1", "")))]).await;
        let report =
            import(&house, vec![header(BaseKind::Accounts, FILE), row(1, Entry::Account(account(2, "C2", "")))]).await;
        assert_eq!(why(&report), [(1, "REQUEST_ID_REUSED")]);
    }

    async fn an_entry_that_changed_since_is_not_changed_by_an_import(house: House) {
        import(&house, vec![header(BaseKind::Accounts, FILE), row(1, Entry::Account(account(1, "C1", "")))]).await;
        let mut renamed = account(1, "C1", "");
        renamed.account.as_mut().unwrap().name = "Autre Exemple SAS".to_owned();
        let report = import(&house, vec![header(BaseKind::Accounts, OTHER_FILE), row(1, Entry::Account(renamed))]).await;
        assert_eq!(why(&report), [(1, "IDENTIFIER_TAKEN")]);
        assert_eq!(account_of(&house, "C1").await.unwrap().name, "Exemple 1 SAS");
    }

    async fn a_system_brings_only_what_lies_in_its_scope(house: House) {
        let own = house.a_company(1).await;
        let foreign = house.a_company(2).await;
        let crm = Grant::new("crm", &[Role::Integration]).scope(Scope::account(id(&own.account_id)));
        let at = |key: &str, account: &Account, number| {
            let mut row = person_row(key, "", number);
            row.person.as_mut().unwrap().account_id = account.account_id.clone();
            Entry::Person(row)
        };
        let report = import_as(&house, &crm, vec![
            header(BaseKind::People, FILE),
            row(1, at("P1", &own, 1)),
            row(2, at("P2", &foreign, 2)),
            row(3, at("P3", &Account { account_id: fresh(), ..own.clone() }, 3)),
        ]).await.unwrap();
        assert_eq!(why(&report), [(2, "ACCOUNT_NOT_FOUND"), (3, "ACCOUNT_NOT_FOUND")]);
        assert_eq!(report.rejections[0].message, report.rejections[1].message, "nobody can tell which");

        let below = |company: &Account, number, key: &str| {
            let company_row = AccountRow { key: String::new(), ..account(0, "", "") };
            let mut row = site(&company_row, number, key);
            let entry = row.account.as_mut().unwrap();
            entry.siret = siret(&company.siren, number);
            entry.parent_account_id = company.account_id.clone();
            Entry::Account(row)
        };
        let report = import_as(&house, &crm, vec![
            header(BaseKind::Accounts, FILE),
            row(1, below(&own, 1, "S1")),
            row(2, below(&foreign, 1, "S2")),
            row(3, Entry::Account(account(3, "C3", ""))),
        ]).await.unwrap();
        assert_eq!(why(&report), [(2, "ACCOUNT_NOT_FOUND"), (3, "PERMISSION_DENIED")]);
    }

    async fn a_stream_that_is_no_import_is_refused(house: House) {
        let accounts = || header(BaseKind::Accounts, FILE);
        let first = || row(1, Entry::Account(account(1, "C1", "")));
        let refusals = [
            vec![],
            vec![first()],
            vec![header(BaseKind::Unspecified, FILE)],
            vec![header(BaseKind::Accounts, "nope")],
            vec![accounts(), accounts()],
            vec![accounts(), row(0, Entry::Account(account(1, "C1", "")))],
            vec![header(BaseKind::People, FILE), first()],
            vec![accounts(), request(ImportBaseRow { row: 1, entry: None })],
        ];
        for messages in refusals {
            assert_eq!(refused(import_as(&house, &operator(), messages).await), "INVALID_ARGUMENT");
        }
        let advisor = import_as(&house, &advisor(), vec![accounts()]).await;
        assert_eq!(refused(advisor), "PERMISSION_DENIED");
        assert_eq!(imported(&house).await, 0);
    }
}

/// Prints how fast a base comes in; run it with `--release -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_fast_a_base_comes_in() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = House::open(engine).await;
        let fiction = fiction(&house, 2_500, 50_000);
        for table in Table::ALL {
            let messages = file(fiction, table);
            let rows = messages.len() - 1;
            let started = std::time::Instant::now();
            let report = import(&house, messages).await;
            assert_eq!(report.rejected, 0, "{:?}", report.rejections);
            let rate = rows as f64 / started.elapsed().as_secs_f64();
            eprintln!("{engine:?} {}: {rows} rows, {rate:.0} rows/s", table.file_name());
        }
    }
}
