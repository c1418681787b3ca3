//! Random bursts of appends, repeats and conflicts: whatever the log answers, some order of the burst explains it.

use std::collections::HashMap;

use futures::future::join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;
use uuid::Uuid;
use vigie_eventlog::{Append, AppendError, Appended, EventLog, RequestKey, RequestRecord};

use crate::support::{Engine, Place, append, asking, assert_dense_and_chained, id};

const STREAMS: usize = 3;
const REQUESTS: usize = 4;

/// One append of a burst.
#[derive(Clone, Debug)]
struct Step {
    stream: usize,
    events: usize,
    /// Added to the version that is right when the burst begins.
    off: i64,
    request: Option<usize>,
    replica: usize,
}

fn step() -> impl Strategy<Value = Step> {
    let off = prop_oneof![6 => Just(0), 2 => Just(1), 1 => Just(-1), 1 => Just(2)];
    let request = prop_oneof![1 => Just(None), 1 => (0..REQUESTS).prop_map(Some)];
    (0..STREAMS, 0..3_usize, off, request, 0..2_usize)
        .prop_map(|(stream, events, off, request, replica)| Step { stream, events, off, request, replica })
}

/// What the log should know.
#[derive(Clone, Default)]
struct Model {
    versions: HashMap<Uuid, i64>,
    requests: HashMap<RequestKey, RequestRecord>,
}

impl Model {
    fn version(&self, stream_id: Uuid) -> i64 {
        self.versions.get(&stream_id).copied().unwrap_or(0)
    }

    /// Whether the log may answer so in this state; if it may, the state moves on.
    fn explains(&mut self, asked: &Append, answer: &Result<Appended, AppendError>) -> bool {
        if let Some(known) = asked.request.as_ref().and_then(|request| self.requests.get(&request.key)) {
            return matches!(answer, Err(AppendError::Repeated(record)) if **record == *known);
        }
        let version = self.version(asked.stream_id);
        if version != asked.expected_version {
            return matches!(answer, Err(AppendError::VersionConflict { .. }));
        }
        let Ok(appended) = answer else { return false };
        let after = version + i64::try_from(asked.events.len()).unwrap();
        self.versions.insert(asked.stream_id, after);
        if let Some(request) = &asked.request {
            self.requests.insert(request.key.clone(), request.clone());
        }
        appended.version == after && appended.events.len() == asked.events.len()
    }

    /// An order in which each answer is the right one, and events come as their positions say.
    fn explain(
        &self,
        burst: &[(Append, Result<Appended, AppendError>)],
        done: &mut Vec<usize>,
        last: i64,
    ) -> Option<Self> {
        if done.len() == burst.len() {
            return Some(self.clone());
        }
        for (index, (asked, answer)) in burst.iter().enumerate() {
            let first =
                answer.as_ref().ok().and_then(|appended| appended.events.first()).map(|event| event.position);
            if done.contains(&index) || first.is_some_and(|first| first < last) {
                continue;
            }
            let mut next = self.clone();
            if next.explains(asked, answer) {
                done.push(index);
                if let Some(end) = next.explain(burst, done, first.unwrap_or(last)) {
                    return Some(end);
                }
                done.pop();
            }
        }
        None
    }
}

async fn run(replicas: &[EventLog; 2], plan: Vec<Vec<Step>>) -> Result<(), TestCaseError> {
    let streams: Vec<Uuid> = (0..STREAMS).map(|_| id()).collect();
    let requests: Vec<Uuid> = (0..REQUESTS).map(|_| id()).collect();
    let mut model = Model::default();
    for burst in plan {
        let asked: Vec<_> = burst
            .iter()
            .map(|step| {
                let stream_id = streams[step.stream];
                let expected = (model.version(stream_id) + step.off).max(0);
                let append = append(stream_id, expected, step.events);
                match step.request {
                    Some(request) => asking(append, "crm", requests[request]),
                    None => append,
                }
            })
            .collect();
        let answers = join_all(
            asked.iter().zip(&burst).map(|(append, step)| replicas[step.replica].append(append.clone())),
        );
        let answered: Vec<_> = asked.clone().into_iter().zip(answers.await).collect();
        match model.explain(&answered, &mut Vec::new(), 0) {
            Some(next) => model = next,
            None => return Err(TestCaseError::fail(format!("no order explains {answered:#?}"))),
        }
    }
    for stream_id in streams {
        let stored = replicas[0].read_stream(stream_id, 0, 1000).await.unwrap();
        let versions: Vec<_> = stored.iter().map(|event| event.stream_version).collect();
        prop_assert_eq!(&versions, &(1..=model.version(stream_id)).collect::<Vec<_>>());
        prop_assert_eq!(replicas[1].confirm(stream_id, None).await.unwrap().0, model.version(stream_id));
    }
    for (key, record) in &model.requests {
        let known = replicas[1].confirm(id(), Some(key)).await.unwrap().1;
        prop_assert_eq!(known.as_ref(), Some(record));
    }
    Ok(())
}

fn bursts_have_an_explanation(engine: Engine, cases: u32) {
    let runtime = Runtime::new().unwrap();
    let place = Place::new(engine);
    let first = runtime.block_on(place.open());
    let second = match engine {
        Engine::Sqlite => first.clone(),
        Engine::Postgres => runtime.block_on(place.open()),
    };
    let replicas = [first, second];
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    TestRunner::new(config)
        .run(&vec(vec(step(), 1..6), 1..8), |plan| runtime.block_on(run(&replicas, plan)))
        .unwrap();
    runtime.block_on(async { assert_dense_and_chained(&place.database().await).await });
}

mod on_sqlite {
    #[test]
    fn each_burst_of_appends_repeats_and_conflicts_has_an_explanation() {
        super::bursts_have_an_explanation(super::Engine::Sqlite, 100);
    }
}

mod on_postgres {
    #[test]
    fn each_burst_of_appends_repeats_and_conflicts_has_an_explanation() {
        super::bursts_have_an_explanation(super::Engine::Postgres, 100);
    }
}
