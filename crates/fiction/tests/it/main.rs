//! The operator that does not exist, from outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "all of this is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};
use vigie_fiction::{Error, Operator, Size, Table, luhn_digit};

const TODAY: Date = date(2026, 11, 2);

fn operator(seed: u64, accounts: u64, people: u64) -> Operator {
    Operator::new(seed, Size { accounts, people }, TODAY).unwrap()
}

fn passes_luhn(digits: &str) -> bool {
    let (body, check) = digits.split_at(digits.len() - 1);
    luhn_digit(body).to_string() == check
}

/// Hashes what is written, and keeps nothing of it.
#[derive(Default)]
struct Hashing {
    hash: Sha256,
    bytes: usize,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.bytes += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn digest(operator: &Operator) -> String {
    let mut all = Hashing::default();
    for table in Table::ALL {
        operator.write(table, &mut all).unwrap();
    }
    hex::encode(all.hash.finalize())
}

#[test]
fn the_same_seed_size_and_day_give_the_same_bytes_on_every_machine() {
    assert_eq!(
        digest(&operator(1, 300, 5_000)),
        "aea35594eed7e78707e4a15a6d7c85ee45bbb3883221ba9033078c234a8246cb"
    );
    assert_ne!(digest(&operator(2, 300, 5_000)), digest(&operator(1, 300, 5_000)));
}

#[test]
fn as_many_as_asked_for_and_no_more() {
    for (accounts, people) in [(0, 0), (1, 1), (7, 3), (300, 5_000), (1_000, 20_000)] {
        let operator = operator(3, accounts, people);
        assert_eq!(operator.accounts().count() as u64, accounts);
        assert_eq!(operator.people().count() as u64, people);
    }
    let refused = |accounts, people| Operator::new(1, Size { accounts, people }, TODAY).unwrap_err();
    assert_eq!(refused(0, 1), Error::NoAccount);
    assert_eq!(refused(1, 80_000_001), Error::TooManyPeople);
    assert_eq!(refused(u64::MAX, 0), Error::TooManyAccounts);
}

#[test]
fn a_larger_operator_begins_with_the_same_accounts() {
    let (small, large) = (operator(5, 100, 0), operator(5, 200, 0));
    assert!(small.accounts().zip(large.accounts()).all(|(a, b)| a == b));
}

#[test]
fn accounts_hang_below_earlier_ones_and_their_numbers_check() {
    let mut seen: BTreeMap<String, (&str, Option<String>, Date)> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for account in operator(1, 5_000, 0).accounts() {
        let above = account.parent_key.as_ref().map(|key| &seen[key]);
        match account.level {
            "GROUP" => assert!(above.is_none() && account.address.is_none()),
            "COMPANY" => assert!(above.is_none_or(|above| above.0 == "GROUP")),
            "SITE" => {
                let siren = above.filter(|above| above.0 == "COMPANY").unwrap().1.as_ref().unwrap();
                assert!(account.siret.as_ref().unwrap().starts_with(siren) && account.address.is_some());
            }
            other => panic!("{other}"),
        }
        assert_eq!(account.segments.is_empty(), account.parent_key.is_some());
        assert!(above.is_none_or(|above| above.2 <= account.customer_since), "{account:?}");
        for (number, length) in [(&account.siren, 9), (&account.siret, 14)] {
            if let Some(number) = number {
                assert!(
                    number.len() == length && number.starts_with("99") && passes_luhn(number),
                    "{number}"
                );
                assert!(numbers.insert(number.clone()), "{number} twice");
            }
        }
        assert!(account.customer_since < TODAY && account.name.len() <= 200);
        assert!(account.address.is_none_or(|address| address.line.chars().count() <= 38));
        assert!(seen.insert(account.key, (account.level, account.siren, account.customer_since)).is_none());
    }
}

#[test]
fn most_accounts_have_few_people_and_some_have_thousands() {
    let operator = operator(1, 20_000, 400_000);
    let mut people: BTreeMap<String, u64> = operator.accounts().map(|account| (account.key, 0)).collect();
    for person in operator.people() {
        *people.get_mut(&person.account_key).unwrap() += 1;
    }
    let few = people.values().filter(|count| (3..=10).contains(*count)).count();
    assert!(few * 10 > people.len() * 6, "{few} of {} have 3 to 10", people.len());
    assert!(people.values().any(|count| *count > 2_000), "{:?}", people.values().max());
}

#[test]
fn nobody_is_anybody() {
    let operator = operator(1, 2_000, 40_000);
    let kept = ["+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998", "+330"];
    let is_fiction = |number: &str| number.len() == 12 && kept.iter().any(|range| number.starts_with(range));
    let mut users = BTreeSet::new();
    for person in operator.people() {
        assert!(person.numbers.iter().all(|number| is_fiction(number)), "{:?}", person.numbers);
        assert!(person.email.ends_with(".example") && person.email.is_ascii(), "{}", person.email);
        assert!(users.insert((person.account_key, person.user_id)));
    }
    for staff in operator.staff() {
        assert!(is_fiction(&staff.telephone) && staff.email.is_ascii());
    }
    assert!(
        operator
            .contact_points()
            .filter(|point| point.channel == "PHONE")
            .all(|point| is_fiction(&point.telephone))
    );
}

#[test]
fn whoever_covers_or_steps_in_is_trained_and_there() {
    let operator = operator(1, 50_000, 0);
    let mut trained: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for training in operator.trainings() {
        assert!(training.passed_on < TODAY, "{training:?}");
        trained.entry(training.staff_key).or_default().push((training.passed_on, training.valid_until));
    }
    // Without a gap, so that the ends of the chain say all.
    assert!(trained.values().all(|chain| chain.windows(2).all(|pair| pair[1].0 <= pair[0].1)));
    let is_trained = |who: &str, from: Date, until: Date| {
        trained.get(who).is_some_and(|chain| chain[0].0 <= from && until <= chain[chain.len() - 1].1)
    };
    let leaves: BTreeMap<_, _> = operator.leavings().map(|it| (it.staff_key, it.leaves_on)).collect();
    let absences: Vec<_> = operator.absences().collect();
    let is_there = |who: &str, from: Date, until: Date| {
        leaves.get(who).is_none_or(|leaves_on| until <= *leaves_on)
            && !absences.iter().any(|it| it.staff_key == who && it.from < until && from < it.until)
    };
    let mut uncovered = 0;
    for absence in &absences {
        assert!(absence.from < absence.until && absence.until > TODAY.tomorrow().unwrap());
        match &absence.cover_key {
            Some(cover) => {
                assert!(is_trained(cover, absence.from, absence.until), "{absence:?}");
                assert!(is_there(cover, absence.from, absence.until), "{absence:?}");
            }
            None => uncovered += 1,
        }
        let others = absences.iter().filter(|it| it.staff_key == absence.staff_key && *it != absence);
        assert!(others.into_iter().all(|it| it.until <= absence.from || absence.until <= it.from));
    }
    assert!(uncovered > 0 && uncovered * 3 < absences.len(), "{uncovered} of {}", absences.len());
    assert!(!leaves.is_empty());
    for leaving in operator.leavings() {
        let Some(deputy) = leaving.deputy_key else { continue };
        assert!(is_trained(&deputy, leaving.leaves_on, leaving.leaves_on.tomorrow().unwrap()));
        assert!(is_there(&deputy, leaving.leaves_on, leaving.leaves_on.tomorrow().unwrap()));
    }
}

#[test]
fn managers_are_trained_when_they_are_given_an_account_and_nobody_shares_one() {
    let operator = operator(1, 5_000, 0);
    let mut trained: BTreeMap<_, Date> = BTreeMap::new();
    for training in operator.trainings() {
        trained.entry(training.staff_key).or_insert(training.passed_on);
    }
    let customers: BTreeMap<_, _> =
        operator.accounts().map(|account| (account.key, account.customer_since)).collect();
    let mut last: BTreeMap<String, Option<Date>> = BTreeMap::new();
    let mut handed_over = 0;
    for assignment in operator.assignments() {
        assert!(trained[&assignment.manager_key] <= assignment.from && assignment.from < TODAY);
        assert!(customers[&assignment.account_key] <= assignment.from);
        if let Some(before) = last.insert(assignment.account_key, assignment.until) {
            assert_eq!(before, Some(assignment.from), "one follows the other");
            handed_over += 1;
        }
    }
    assert!(handed_over > 50, "{handed_over}");
    assert!(last.values().all(Option::is_none), "the last is open");
}

#[test]
fn files_have_as_many_fields_in_each_row_as_columns() {
    let operator = operator(1, 100, 1_000);
    for table in Table::ALL {
        let mut file = Vec::new();
        let rows = operator.write(table, &mut file).unwrap();
        let text = String::from_utf8(file).unwrap();
        let mut lines = text.lines();
        let columns = lines.next().unwrap().split(',').count();
        assert_eq!(lines.clone().count() as u64, rows, "{}", table.file_name());
        assert!(rows > 0, "{}", table.file_name());
        for line in lines.filter(|line| !line.contains('"')) {
            assert_eq!(line.split(',').count(), columns, "{}: {line}", table.file_name());
        }
    }
}

/// Prints how fast files are written; run it with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn how_fast_files_are_written() {
    let operator = operator(1, 50_000, 1_000_000);
    for table in Table::ALL {
        let (started, mut file) = (std::time::Instant::now(), Hashing::default());
        let rows = operator.write(table, &mut file).unwrap();
        eprintln!("{}: {rows} rows, {} bytes, {:?}", table.file_name(), file.bytes, started.elapsed());
    }
}
