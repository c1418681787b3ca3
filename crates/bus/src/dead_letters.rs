//! `vigie.views.v1.DeadLetterService`: streams that wait in views, and letting them go on (rule 23).

use std::sync::Arc;

use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error, Reason};
use vigie_chassis::identity::{Caller, Role};
use vigie_chassis::page::{self, Signer};
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::validate;
use vigie_clock::Clock;
use vigie_eventlog::view::{ParkedStream, Parking, ParkingError, Released, Skip};
use vigie_proto::views as wire;
use wire::dead_letter_service_server::DeadLetterService;

use crate::convert;

const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

/// Characters of a reason to let an event pass by.
const REASON_MAX: usize = 500;

/// Characters of a view's name; no view has one that long.
const VIEW_MAX: usize = 100;

/// Who may call what. What waits may be any account's: which one is not looked at here.
pub fn rules() -> Rules {
    let readers = || Rule::roles([Role::Operator, Role::Auditor]).every_account();
    let operator = || Rule::roles([Role::Operator]).every_account();
    Rules::new()
        .allow("/vigie.views.v1.DeadLetterService/ListDeadLetters", readers())
        .allow("/vigie.views.v1.DeadLetterService/GetDeadLetter", readers())
        .allow("/vigie.views.v1.DeadLetterService/RetryDeadLetter", operator())
        .allow("/vigie.views.v1.DeadLetterService/SkipDeadLetter", operator())
}

/// The service over the views of one process that park.
pub struct DeadLetterServer {
    views: Vec<View>,
    pages: Signer,
    clock: Arc<dyn Clock>,
}

struct View {
    name: &'static str,
    parking: Arc<dyn Parking>,
}

impl DeadLetterServer {
    /// Serves `views`, listed in this order under these names. `pages` signs where a page ended; `clock` says when an event
    /// was passed by.
    pub fn new(views: Vec<(&'static str, Arc<dyn Parking>)>, pages: Signer, clock: Arc<dyn Clock>) -> Self {
        let views = views.into_iter().map(|(name, parking)| View { name, parking }).collect();
        Self { views, pages, clock }
    }

    fn view(&self, name: &str) -> Result<&View, Error> {
        validate::required_text("view", name, VIEW_MAX)?;
        self.views.iter().find(|view| view.name == name).ok_or_else(|| {
            let names: Vec<_> = self.views.iter().map(|view| view.name).collect();
            let message = format!("there is no view of that name; there are: {}", names.join(", "));
            Error::new(Reason::ViewNotFound, message).field("view", "unknown")
        })
    }

    /// The views to list, and the position in the first of them to go on after.
    fn still_to_list(&self, only: &str, after: Option<(String, i64)>) -> Result<(&[View], i64), Error> {
        let views = match only {
            "" => self.views.as_slice(),
            name => std::slice::from_ref(self.view(name)?),
        };
        let Some((name, position)) = after else { return Ok((views, 0)) };
        let left = views.iter().position(|view| view.name == name).and_then(|at| views.get(at..));
        let gone =
            || Error::new(Reason::BadPageToken, "the view of this page is gone; start again without one");
        Ok((left.ok_or_else(gone)?, position))
    }
}

#[tonic::async_trait]
impl DeadLetterService for DeadLetterServer {
    async fn list_dead_letters(
        &self,
        request: Request<wire::ListDeadLettersRequest>,
    ) -> Result<Response<wire::ListDeadLettersResponse>, Status> {
        let caller = Caller::of(&request)?;
        let request = request.into_inner();
        let size = usize::try_from(page::size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?).unwrap_or(1);
        let query = ("ListDeadLetters", caller.subject(), request.view.as_str());
        let after = self.pages.open(&query, &request.page_token)?;
        let (views, mut after) = self.still_to_list(&request.view, after)?;

        // One more than the page holds says whether there is another page.
        let mut dead_letters = Vec::new();
        for view in views {
            let room = (size + 1).saturating_sub(dead_letters.len());
            let parked = view.parking.parked(std::mem::take(&mut after), room).await.map_err(failure)?;
            dead_letters.extend(parked.into_iter().map(|parked| view.dead_letter(parked)));
            if dead_letters.len() > size {
                break;
            }
        }
        let is_last = dead_letters.len() <= size;
        dead_letters.truncate(size);
        let next_page_token = match dead_letters.last() {
            Some(last) if !is_last => self.pages.issue(&query, &(last.view.as_str(), last.position))?,
            _ => String::new(),
        };
        Ok(Response::new(wire::ListDeadLettersResponse { dead_letters, next_page_token }))
    }

    async fn get_dead_letter(
        &self,
        request: Request<wire::GetDeadLetterRequest>,
    ) -> Result<Response<wire::GetDeadLetterResponse>, Status> {
        let request = request.into_inner();
        let (view, stream_id) = (self.view(&request.view)?, stream(&request.stream_id)?);
        let parked = view.parked(stream_id).await?.ok_or_else(not_parked)?;
        let before = parked.position.saturating_sub(1);
        Ok(Response::new(wire::GetDeadLetterResponse {
            dead_letter: Some(view.dead_letter(parked)),
            read_with: format!(
                "vigie --json log tail --log {} --after {before} | head -n 1",
                view.parking.log()
            ),
        }))
    }

    async fn retry_dead_letter(
        &self,
        request: Request<wire::RetryDeadLetterRequest>,
    ) -> Result<Response<wire::RetryDeadLetterResponse>, Status> {
        let request = request.into_inner();
        let (view, stream_id) = (self.view(&request.view)?, stream(&request.stream_id)?);
        let waits_behind = view.release(stream_id, None).await?;
        tracing::info!(view = view.name, %stream_id, goes = waits_behind.is_none(), "a dead letter was retried");
        Ok(Response::new(wire::RetryDeadLetterResponse { waits_behind }))
    }

    async fn skip_dead_letter(
        &self,
        request: Request<wire::SkipDeadLetterRequest>,
    ) -> Result<Response<wire::SkipDeadLetterResponse>, Status> {
        let caller = Caller::of(&request)?;
        let request = request.into_inner();
        let (view, stream_id) = (self.view(&request.view)?, stream(&request.stream_id)?);
        let reason = request.reason.trim();
        validate::required_text("reason", reason, REASON_MAX)?;
        let event_id = match validate::optional_uuid("event_id", &request.event_id)? {
            Some(event_id) => event_id,
            None => view.parked(stream_id).await?.ok_or_else(not_parked)?.event_id,
        };
        let skip = Skip {
            event_id,
            by: caller.subject().to_owned(),
            reason: reason.to_owned(),
            at: self.clock.now(),
        };
        let waits_behind = view.release(stream_id, Some(&skip)).await?;
        // Who and why stand in the view's own record: a log line must not name a person.
        tracing::warn!(view = view.name, %stream_id, %event_id, "an event was passed by");
        Ok(Response::new(wire::SkipDeadLetterResponse { waits_behind }))
    }
}

impl View {
    async fn parked(&self, stream_id: Uuid) -> Result<Option<ParkedStream>, Error> {
        self.parking.parked_stream(stream_id).await.map_err(failure)
    }

    /// Lets a stream go on; answers what it waits behind now, if it does.
    async fn release(&self, stream_id: Uuid, skip: Option<&Skip>) -> Result<Option<wire::DeadLetter>, Error> {
        match self.parking.release(stream_id, skip).await.map_err(failure)? {
            Released::Goes => Ok(None),
            Released::ParkedAgain => Ok(self.parked(stream_id).await?.map(|parked| self.dead_letter(parked))),
            Released::NotParked => Err(not_parked()),
            Released::StillParked => Err(Error::new(
                Reason::StillParked,
                "the event can still not be taken in, and nothing was changed; see why with GetDeadLetter",
            )),
            Released::OtherEvent => Err(Error::new(
                Reason::Conflict,
                "the stream waits behind another event by now; look at that one, and decide anew",
            )),
        }
    }

    fn dead_letter(&self, parked: ParkedStream) -> wire::DeadLetter {
        wire::DeadLetter {
            view: self.name.to_owned(),
            stream_id: parked.stream_id.to_string(),
            event_id: parked.event_id.to_string(),
            stream_version: parked.stream_version,
            event_type: parked.event_type,
            position: parked.position,
            recorded_at: Some(convert::time(parked.recorded_at)),
            why: parked.why,
            waiting: parked.waiting,
        }
    }
}

fn stream(id: &str) -> Result<Uuid, Error> {
    validate::uuid("stream_id", id)
}

fn not_parked() -> Error {
    Error::new(Reason::DeadLetterNotFound, "no such stream waits in this view")
}

fn failure(error: ParkingError) -> Error {
    match error {
        ParkingError::Passing(_) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a view's dead letters cannot be reached"
            );
            Error::new(Reason::Unavailable, "the view does not answer just now; ask again")
        }
        ParkingError::Final(_) => Error::failure(&error),
    }
}
