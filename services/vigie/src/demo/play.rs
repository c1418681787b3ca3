//! Plays a story through the door.

use futures::StreamExt as _;
use uuid::Uuid;
use vigie_proto::lines::{
    Act, HandsetRecovery, LineRef, OnBehalf, ReinstateLineRequest, ReplaceSimRequest, SuspendLineRequest,
    SuspensionReason, TerminateLineRequest, UndoSuspensionRequest, line_ref,
};

use super::Stage;
use super::cast::Cast;
use super::fiction::{self, Company, Line};
use super::history::{By, Gesture, Story};
use crate::client::{Client, prompt};
use crate::error::Error;

/// Stories told at once.
const TOGETHER: usize = 16;
/// SIMs that the operator keeps for replacements begin here.
const SPARE_SIMS_FROM: usize = 100_000;

/// What came of the stories.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) gestures: usize,
    pub(super) lines: usize,
    /// The first that went otherwise.
    pub(super) failed: Option<(usize, Error)>,
}

/// Tells all stories, some at once.
pub(super) async fn tell(stage: &Stage, cast: &Cast, lines: &[Line], stories: &[Story]) -> Told {
    let mut told = Told::default();
    let telling = stories.iter().filter_map(|story| Some((story, lines.get(story.line)?)));
    let mut results = futures::stream::iter(telling)
        .map(|(story, line)| async move { (story.line, one(stage, cast, line, story).await) })
        .buffer_unordered(TOGETHER);
    while let Some((line, result)) = results.next().await {
        match result {
            Ok(gestures) => {
                told.gestures += gestures;
                told.lines += 1;
            }
            Err(error) => told.failed = told.failed.take().or(Some((line, error))),
        }
    }
    told
}

async fn one(stage: &Stage, cast: &Cast, line: &Line, story: &Story) -> Result<usize, Error> {
    let mut last = Act::default();
    for (step, gesture) in story.gestures.iter().enumerate() {
        let request_id = fiction::id(&format!("history/{}/{step}", story.line));
        last = make(stage, cast, line, story.line, *gesture, &last, request_id).await?;
    }
    Ok(story.gestures.len())
}

async fn make(
    stage: &Stage,
    cast: &Cast,
    line: &Line,
    number: usize,
    gesture: Gesture,
    last: &Act,
    request_id: Uuid,
) -> Result<Act, Error> {
    let company = &line.company;
    match gesture {
        Gesture::Suspend(reason, by) => {
            suspend(&enter(cast, by, company)?, line, reason, by, request_id).await
        }
        Gesture::Reinstate(reason, by) => {
            reinstate(&enter(cast, by, company)?, line, reason, None, request_id).await
        }
        Gesture::ReinstateRecovered => {
            // The moment at which the theft was confirmed: after its report, and in the past.
            let recovered_at = last.confirmed_at.or(last.recorded_at);
            let recovery = HandsetRecovery { attested_by: company.manager.to_owned(), recovered_at };
            let manager = cast.manager(company)?;
            reinstate(&manager, line, SuspensionReason::Theft, Some(recovery), request_id).await
        }
        Gesture::Undo => {
            let request = UndoSuspensionRequest {
                request_id: request_id.to_string(),
                line: Some(by_number(line)),
                act_id: last.act_id.clone(),
            };
            let answer = cast.manager(company)?.lines().undo_suspension(prompt(request)).await?;
            Ok(answer.into_inner().act.unwrap_or_default())
        }
        Gesture::ReplaceSim => {
            let spare = SPARE_SIMS_FROM + number;
            let (new_imsi, new_iccid) = (fiction::imsi(spare), fiction::iccid(spare));
            // The operator's stock of SIMs is known to the register before any is sold.
            stage.provision([(new_imsi.as_str(), None)])?;
            let request = ReplaceSimRequest {
                request_id: request_id.to_string(),
                line: Some(by_number(line)),
                new_imsi,
                new_iccid,
                on_behalf: None,
                ..Default::default()
            };
            let answer = cast.manager(company)?.lines().replace_sim(prompt(request)).await?;
            Ok(answer.into_inner().act.unwrap_or_default())
        }
        Gesture::Terminate => {
            let request = TerminateLineRequest {
                request_id: request_id.to_string(),
                line: Some(by_number(line)),
                on_behalf: None,
            };
            let answer = cast.manager(company)?.lines().terminate_line(prompt(request)).await?;
            Ok(answer.into_inner().act.unwrap_or_default())
        }
    }
}

fn enter(cast: &Cast, by: By, company: &Company) -> Result<Client, Error> {
    match by {
        By::Manager => cast.manager(company),
        By::AdvisorOnBehalf | By::Advisor => cast.advisor(),
        By::Clerk => cast.clerk(),
    }
}

/// Suspends a line; the answer's act.
pub(super) async fn suspend(
    client: &Client,
    line: &Line,
    reason: SuspensionReason,
    by: By,
    request_id: Uuid,
) -> Result<Act, Error> {
    let on_behalf = (by == By::AdvisorOnBehalf).then(|| OnBehalf {
        person_id: line.company.manager.to_owned(),
        caller_checks: vec!["customer code".into(), "call back on the registered number".into()],
    });
    let request = SuspendLineRequest {
        request_id: request_id.to_string(),
        line: Some(by_number(line)),
        reason: reason.into(),
        on_behalf,
        ..Default::default()
    };
    let answer = client.lines().suspend_line(prompt(request)).await?;
    Ok(answer.into_inner().act.unwrap_or_default())
}

/// Lifts a reason; the answer's act.
pub(super) async fn reinstate(
    client: &Client,
    line: &Line,
    reason: SuspensionReason,
    handset_recovery: Option<HandsetRecovery>,
    request_id: Uuid,
) -> Result<Act, Error> {
    let request = ReinstateLineRequest {
        request_id: request_id.to_string(),
        line: Some(by_number(line)),
        reason: reason.into(),
        on_behalf: None,
        handset_recovery,
        ..Default::default()
    };
    let answer = client.lines().reinstate_line(prompt(request)).await?;
    Ok(answer.into_inner().act.unwrap_or_default())
}

/// The line by its number, as people ask for it.
pub(super) fn by_number(line: &Line) -> LineRef {
    LineRef { line: Some(line_ref::Line::Msisdn(line.entry.msisdn.clone())) }
}
