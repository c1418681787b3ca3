//! At the end of the year: what the services say, against what the diary says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use vigie_commitments::domain::{Indicator, Verdict};
use vigie_commitments::{AnyCase, Characteristic, Question, Sight};
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::{GetManagerRequest, ManagerBasis, Moment};

use super::deeds::{advisor, by_id};
use super::diary::Basis;
use super::house::wire;
use super::reckoning::{Reckoned, reckon};
use super::{Verdicts, Year};

/// Characteristics of the ledger that the diary does not reckon yet.
const NOT_IN_THE_DIARY: [&str; 0] = [];

/// Cases of one page of the ledger.
const PAGE: u32 = 200;

/// Questions after a manager, each of a customer, a day, and a day on which that was known.
const QUESTIONS: usize = 100;

impl Year {
    /// Compares everything; answers which verdicts there were.
    pub(super) async fn compare(&mut self) -> Verdicts {
        self.nobody_was_written_to_twice();
        for _ in 0..QUESTIONS {
            self.ask_for_the_manager().await;
        }
        self.house.judged().await;
        let verdicts = self.compare_cases().await;
        self.rebuild().await;
        verdicts
    }

    fn nobody_was_written_to_twice(&self) {
        let (most, mails) = self.house.postman.most_about_one_event();
        assert_eq!(most, 1, "somebody was written to more than once about one event");
        assert!(mails > 100, "{mails}");
    }

    /// "Who was my contact on that day, as known on this one?"
    async fn ask_for_the_manager(&mut self) {
        let customer = self.dice.below(self.diary.customers.len());
        let since = self.diary.customers[customer].since;
        let span = u64::try_from(self.now().since(since).as_millis()).unwrap();
        let as_of = since.plus(self.dice.millis(0..span));
        let known_at = since.plus(self.dice.millis(0..span));
        let request = GetManagerRequest {
            account: by_id(self.diary.customers[customer].id),
            at: Some(Moment { as_of: wire(as_of), known_at: wire(known_at) }),
        };
        let mut client = AccountServiceClient::new(self.house.door(&advisor()));
        let answer = client.get_manager(request).await.unwrap().into_inner();
        let named = self.diary.named(customer, as_of, known_at);
        let basis = match named.basis {
            Basis::Nobody => ManagerBasis::Nobody,
            Basis::Assigned => ManagerBasis::Assigned,
            Basis::Inherited => ManagerBasis::Inherited,
            Basis::Cover => ManagerBasis::Cover,
            Basis::AwayWithoutCover => ManagerBasis::AwayWithoutCover,
            Basis::LeftWithoutSuccessor => ManagerBasis::LeftWithoutSuccessor,
        };
        let staff = named.staff.map(|one| self.diary.staff[one].id.to_string()).unwrap_or_default();
        assert_eq!(
            (answer.basis(), answer.staff_id),
            (basis, staff),
            "customer {customer} at {as_of}, as known at {known_at}"
        );
    }

    async fn compare_cases(&self) -> Verdicts {
        let expected = reckon(&self.diary, self.end);
        let mut verdicts = Verdicts::new();
        let mut differences = String::new();
        for characteristic in Characteristic::ALL {
            let name = characteristic.name;
            let Some(expected) = expected.get(name) else {
                assert!(NOT_IN_THE_DIARY.contains(&name), "{name}: the diary neither reckons it nor says so");
                continue;
            };
            assert!(!NOT_IN_THE_DIARY.contains(&name), "{name}: the diary reckons it");
            let found = self.cases(characteristic).await;
            differences.push_str(&difference(name, expected, &found));
            self.compare_counts(characteristic, expected).await;
            for case in expected {
                *verdicts.entry((name.to_owned(), case.verdict.clone())).or_default() += 1;
            }
        }
        assert!(differences.is_empty(), "{differences}");
        assert!(expected.keys().all(|name| Characteristic::named(name).is_some()), "{:?}", expected.keys());
        verdicts
    }

    async fn cases(&self, characteristic: &'static Characteristic) -> Vec<Reckoned> {
        let question = Question::of(characteristic, Sight::Everything);
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = self.house.commitments.cases(&question, after, PAGE).await.unwrap();
            found.extend(page.iter().map(reckoned));
            after = next;
            if after.is_none() {
                found.sort();
                return found;
            }
        }
    }

    /// Population = kept + late + excluded + open + unmeasured, each as the diary counts.
    async fn compare_counts(&self, characteristic: &'static Characteristic, expected: &[Reckoned]) {
        let question = Question::of(characteristic, Sight::Everything);
        let (Indicator { tally, .. }, standing) = self.house.commitments.indicator(&question).await.unwrap();
        let count = |verdict: &str| {
            let cases = expected.iter().filter(|case| case.verdict.split(' ').next() == Some(verdict));
            u64::try_from(cases.count()).unwrap()
        };
        let name = characteristic.name;
        let counted = [tally.kept, tally.late, tally.excluded(), tally.open, tally.unmeasured()];
        let verdicts = ["KEPT", "LATE", "EXCLUDED", "OPEN", "UNMEASURED"];
        assert_eq!(tally.population(), counted.iter().sum::<u64>(), "{name}");
        assert_eq!(counted, verdicts.map(count), "{name}: {verdicts:?}");
        assert_eq!((standing.unknown_events, standing.parked_streams), (0, 0), "{name}");
    }

    /// The ledger computed anew from its logs ends with the same sum.
    async fn rebuild(&self) {
        let (live, _) = self.house.commitments.digest().await.unwrap();
        let comparison = self.house.commitments.rebuild(|_| {}).await.unwrap();
        assert!(comparison.agrees(), "{comparison:?}");
        assert_eq!(comparison.rebuilt, live);
    }
}

fn reckoned(case: &AnyCase) -> Reckoned {
    let (subject, t0, t1, summary, verdict) = match case {
        AnyCase::Act(case) => (case.subject_id, case.t0(), case.t1(), String::new(), case.verdict()),
        AnyCase::Promise(case) => {
            let (matter, facts) = (&case.matter, &case.facts);
            (matter.subject_id, facts.t0, facts.t1, matter.summary.clone(), case.verdict())
        }
    };
    Reckoned { subject, t0, t1, summary, verdict: named(verdict) }
}

fn named(verdict: Verdict) -> String {
    let reason = verdict.reason_code().map(|reason| format!(" {reason}")).unwrap_or_default();
    format!("{}{reason}", verdict.as_str())
}

/// What only one of both has, in order.
fn difference(name: &str, expected: &[Reckoned], found: &[Reckoned]) -> String {
    let mut counts: BTreeMap<&Reckoned, i64> = BTreeMap::new();
    expected.iter().for_each(|case| *counts.entry(case).or_default() += 1);
    found.iter().for_each(|case| *counts.entry(case).or_default() -= 1);
    let mut shown = String::new();
    for (case, count) in counts.into_iter().filter(|(_, count)| *count != 0) {
        let who = if count > 0 { "diary " } else { "ledger" };
        writeln!(shown, "{name}: only the {who} has {case}").unwrap();
    }
    shown
}
