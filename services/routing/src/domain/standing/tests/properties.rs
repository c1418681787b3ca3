//! Whatever happens, and whoever looks when: what is on record is what is so.

use proptest::prelude::*;

use super::office::*;
use crate::domain::account::{Command, Fact, GapEnd, Standing};
use crate::domain::{Moment, staff};

/// Something that happens; numbers are small so that they meet. What is refused does not happen.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Assign { account: usize, manager: usize, from: i64 },
    End { account: usize },
    Away { staff: usize, from: i64, hours: i64, cover: Option<usize> },
    Back { staff: usize },
    Leave { staff: usize, at: i64, deputy: Option<usize> },
    Train { staff: usize, hours: i64 },
    Untrain { hours: u64 },
    Hang { is_below: bool },
    Close { account: usize },
    Pass { hours: u64 },
}

fn happens() -> impl Strategy<Value = Happens> {
    use Happens::*;
    let (account, staff) = (0..3_usize, 0..4_usize);
    let other = proptest::option::of(0..4_usize);
    prop_oneof![
        5 => (account.clone(), staff.clone(), -30..30_i64)
            .prop_map(|(account, manager, from)| Assign { account, manager, from }),
        2 => account.clone().prop_map(|account| End { account }),
        3 => (staff.clone(), -20..20_i64, 1..60_i64, other.clone())
            .prop_map(|(staff, from, hours, cover)| Away { staff, from, hours, cover }),
        1 => staff.clone().prop_map(|staff| Back { staff }),
        1 => (staff.clone(), -20..30_i64, other).prop_map(|(staff, at, deputy)| Leave { staff, at, deputy }),
        1 => (staff, 1..9_000_i64).prop_map(|(staff, hours)| Train { staff, hours }),
        1 => (8_000..9_000_u64).prop_map(|hours| Untrain { hours }),
        1 => any::<bool>().prop_map(|is_below| Hang { is_below }),
        1 => account.prop_map(|account| Close { account }),
        4 => (1..40_u64).prop_map(|hours| Pass { hours }),
    ]
}

fn happen(office: &mut Office, what: Happens) {
    let _refused = match what {
        Happens::Assign { account, manager, from } => office.assign(account, manager, from).is_err(),
        Happens::End { account } => office.end(account).is_err(),
        Happens::Away { staff, from, hours, cover } => {
            office.away(staff, (from, from + hours), cover.filter(|cover| *cover != staff)).is_err()
        }
        Happens::Back { staff } => {
            let absence = office.colleague(staff).absences().first().map(|absence| absence.absence_id);
            absence.is_none_or(|absence_id| {
                office.member(staff, staff::Command::CancelAbsence { absence_id }).is_err()
            })
        }
        Happens::Leave { staff, at, deputy } => {
            office.leave(staff, at, deputy.filter(|deputy| *deputy != staff)).is_err()
        }
        Happens::Train { staff, hours } => office.train(staff, -1, hours).is_err(),
        Happens::Hang { is_below } => {
            let above = is_below.then(|| office.above(GROUP));
            office.account(COMPANY, Command::Move { above, effective_from: None }).is_err()
        }
        Happens::Close { account } => {
            let close = Command::Close { effective_from: None, is_needed_below: false };
            account == GROUP || office.account(account, close).is_err()
        }
        Happens::Untrain { hours } | Happens::Pass { hours } => {
            office.pass(hours);
            false
        }
    };
}

/// Gaps that were written down of an account: since when, until when.
fn gaps(office: &Office, account: usize) -> Vec<(String, Option<String>)> {
    let mut gaps = Vec::new();
    for fact in office.told(account, "gap_") {
        match fact {
            Fact::ManagerGapOpened(fact) => gaps.push((fact.gap.since.to_string(), None)),
            Fact::ManagerGapClosed(fact) => {
                let open = gaps.last_mut().expect("opened before");
                assert_eq!(open.1.replace(fact.until.to_string()), None, "closed once");
                assert!(fact.since <= fact.until);
                assert_eq!(fact.end == GapEnd::Served, fact.staff_id.is_some());
            }
            _ => {}
        }
    }
    gaps
}

proptest! {
    #[test]
    fn after_any_looks_in_any_order_what_is_on_record_is_what_is_so(
        story in proptest::collection::vec((happens(), proptest::collection::vec(0..3_usize, 0..3)), 1..25),
        last in Just([GROUP, COMPANY, ALONE]).prop_shuffle(),
    ) {
        let mut office = Office::open();
        for (what, looks) in story {
            happen(&mut office, what);
            looks.into_iter().for_each(|account| office.look(account));
        }
        for account in last {
            office.look(account);
        }
        for account in [GROUP, COMPANY, ALONE] {
            let standing = office.scene(account).standing(Moment::at(office.now));
            let is_gap = matches!(standing, Standing::Gap { .. });
            prop_assert_eq!(office.own(account).gap().is_some(), is_gap, "{:?}", standing);
            prop_assert!(account != GROUP || !is_gap, "a group is not counted");
        }
    }

    #[test]
    fn who_looks_often_and_who_looks_once_write_the_same_gaps(
        story in proptest::collection::vec(happens(), 1..20),
    ) {
        let (mut often, mut once) = (Office::open(), Office::open());
        for what in story {
            happen(&mut often, what);
            often.look_at_all();
            happen(&mut once, what);
        }
        for _ in 0..8 {
            once.look_at_all();
        }
        for account in [COMPANY, ALONE] {
            prop_assert_eq!(gaps(&often, account), gaps(&once, account), "{}", account);
        }
    }

    #[test]
    fn a_second_look_finds_nothing(story in proptest::collection::vec(happens(), 1..20)) {
        let mut office = Office::open();
        for what in story {
            happen(&mut office, what);
        }
        office.look_at_all();
        office.look_at_all();
        let written = office.facts.len();
        office.look_at_all();
        prop_assert_eq!(office.facts.len(), written);
    }
}
