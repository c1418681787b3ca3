//! `vigie.reactions.v1.ReactionService`: what reactions do, and letting go on or giving up what of it waits (rule 26).

use std::sync::Arc;

use tonic::{Request, Response, Status};
use uuid::Uuid;
use vigie_chassis::error::{Error, Reason};
use vigie_chassis::identity::{Caller, Role};
use vigie_chassis::page::{self, Signer};
use vigie_chassis::rules::{Rule, Rules};
use vigie_chassis::validate;
use vigie_clock::Clock;
use vigie_eventlog::reaction::{self, Kept, Oversight, Progress, Ruled, Ruling};
use vigie_eventlog::view::{Outlook, State};
use vigie_proto::reactions as wire;
use wire::reaction_service_server::ReactionService;

use crate::convert;

const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

/// Characters of a reason.
const REASON_MAX: usize = 500;

/// Characters of a reaction's name; none has one that long.
const NAME_MAX: usize = 100;

/// Who may call what. What waits may be any account's: which one is not looked at here.
pub fn rules() -> Rules {
    let readers = || Rule::roles([Role::Operator, Role::Auditor]).every_account();
    let operator = || Rule::roles([Role::Operator]).every_account();
    Rules::new()
        .allow("/vigie.reactions.v1.ReactionService/ListReactions", readers())
        .allow("/vigie.reactions.v1.ReactionService/ListWaitingEffects", readers())
        .allow("/vigie.reactions.v1.ReactionService/GetEffect", readers())
        .allow("/vigie.reactions.v1.ReactionService/RetryEffect", operator())
        .allow("/vigie.reactions.v1.ReactionService/GiveUpEffect", operator())
}

/// The service over the reactions of one process.
pub struct ReactionServer {
    reactions: Vec<Arc<dyn Oversight>>,
    pages: Signer,
    clock: Arc<dyn Clock>,
}

/// What a person says about an effect.
struct Said {
    reaction: String,
    effect_id: String,
    reason: String,
    attempts: Option<i64>,
}

#[derive(Clone, Copy)]
enum What {
    Retry,
    GiveUp,
}

impl ReactionServer {
    /// Serves `reactions`, listed in this order. `pages` signs where a page ended; `clock` says when somebody ruled.
    pub fn new(reactions: Vec<Arc<dyn Oversight>>, pages: Signer, clock: Arc<dyn Clock>) -> Self {
        Self { reactions, pages, clock }
    }

    fn reaction(&self, name: &str) -> Result<&Arc<dyn Oversight>, Error> {
        validate::required_text("reaction", name, NAME_MAX)?;
        self.reactions.iter().find(|reaction| reaction.name() == name).ok_or_else(|| {
            let names: Vec<_> = self.reactions.iter().map(|reaction| reaction.name()).collect();
            let message = format!("there is no reaction of that name; there are: {}", names.join(", "));
            Error::new(Reason::ReactionNotFound, message).field("reaction", "unknown")
        })
    }

    /// The reactions to list, and the place in the first of them to go on after.
    #[expect(clippy::type_complexity, reason = "a slice and a place in its first")]
    fn still_to_list(
        &self,
        only: &str,
        after: Option<(String, i64, i64)>,
    ) -> Result<(&[Arc<dyn Oversight>], (i64, i64)), Error> {
        let reactions = match only {
            "" => self.reactions.as_slice(),
            name => std::slice::from_ref(self.reaction(name)?),
        };
        let Some((name, position, ordinal)) = after else { return Ok((reactions, (0, 0))) };
        let at = reactions.iter().position(|reaction| reaction.name() == name);
        let gone =
            || Error::new(Reason::BadPageToken, "the reaction of this page is gone; start again without one");
        Ok((at.and_then(|at| reactions.get(at..)).ok_or_else(gone)?, (position, ordinal)))
    }

    async fn rule(&self, caller: &Caller, what: What, said: Said) -> Result<wire::Effect, Error> {
        let reaction = self.reaction(&said.reaction)?;
        let effect_id = effect(&said.effect_id)?;
        let reason = said.reason.trim();
        validate::required_text("reason", reason, REASON_MAX)?;
        let seen = find(reaction, effect_id).await?;
        if let (What::GiveUp, Some(command)) = (what, reaction.gives_up_with(&seen.effect)) {
            let stream_id = seen.effect.stream_id;
            let message = format!("`{command} {stream_id}` gives it up together with what it is about");
            return Err(Error::new(Reason::GiveUpElsewhere, message));
        }
        let attempts = said.attempts.unwrap_or(seen.effect.attempts);
        let ruling =
            Ruling { by: caller.subject().to_owned(), reason: reason.to_owned(), at: self.clock.now() };
        let ruled = match what {
            What::Retry => reaction.approve(effect_id, attempts, &ruling).await,
            What::GiveUp => reaction.give_up(effect_id, attempts, &ruling).await,
        };
        match ruled.map_err(|error| failure(&error))? {
            Ruled::Recorded => {}
            Ruled::NotWaiting => {
                let message = "it does not wait for a person, or not any more; look at it with GetEffect";
                return Err(Error::new(Reason::EffectNotWaiting, message));
            }
            Ruled::TriedSince => {
                let message =
                    "it was tried since, and waits for another reason perhaps; look at it, and decide anew";
                return Err(Error::new(Reason::Conflict, message));
            }
        }
        // Who and why stand in the reaction's own record: a log line must not name a person.
        let done = match what {
            What::Retry => "is tried again",
            What::GiveUp => "was given up",
        };
        tracing::warn!(reaction = reaction.name(), %effect_id, "an effect {done}: a person said so");
        Ok(shown(&**reaction, find(reaction, effect_id).await?))
    }
}

#[tonic::async_trait]
impl ReactionService for ReactionServer {
    async fn list_reactions(
        &self,
        _: Request<wire::ListReactionsRequest>,
    ) -> Result<Response<wire::ListReactionsResponse>, Status> {
        let mut reactions = Vec::with_capacity(self.reactions.len());
        for reaction in &self.reactions {
            let unfinished = reaction.unfinished().await.map_err(|error| failure(&error))?;
            let (state, why) = match reaction.state() {
                State::Starting => (wire::ReactionState::Starting, String::new()),
                State::Following => (wire::ReactionState::Following, String::new()),
                State::Stopped { why } => (wire::ReactionState::Stopped, why),
            };
            reactions.push(wire::Reaction {
                reaction: reaction.name().to_owned(),
                log: reaction.log().to_owned(),
                state: state.into(),
                why,
                position: reaction.position(),
                to_do: unfinished.to_do,
                waiting: unfinished.waiting,
            });
        }
        Ok(Response::new(wire::ListReactionsResponse { reactions }))
    }

    async fn list_waiting_effects(
        &self,
        request: Request<wire::ListWaitingEffectsRequest>,
    ) -> Result<Response<wire::ListWaitingEffectsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let request = request.into_inner();
        let size = usize::try_from(page::size(request.page_size, PAGE_DEFAULT, PAGE_MAX)?).unwrap_or(1);
        let query = ("ListWaitingEffects", caller.subject(), request.reaction.as_str());
        let after = self.pages.open(&query, &request.page_token)?;
        let (reactions, mut after) = self.still_to_list(&request.reaction, after)?;

        // One more than the page holds says whether there is another page.
        let mut found = Vec::new();
        for reaction in reactions {
            let room = (size + 1).saturating_sub(found.len());
            let waiting = reaction.waiting(std::mem::take(&mut after), room).await;
            let waiting = waiting.map_err(|error| failure(&error))?;
            found.extend(waiting.into_iter().map(|kept| (reaction, kept)));
            if found.len() > size {
                break;
            }
        }
        let is_last = found.len() <= size;
        found.truncate(size);
        let next_page_token = match found.last() {
            Some((reaction, Kept { effect, .. })) if !is_last => {
                self.pages.issue(&query, &(reaction.name(), effect.position, effect.ordinal))?
            }
            _ => String::new(),
        };
        let effects = found.into_iter().map(|(reaction, kept)| shown(&**reaction, kept)).collect();
        Ok(Response::new(wire::ListWaitingEffectsResponse { effects, next_page_token }))
    }

    async fn get_effect(
        &self,
        request: Request<wire::GetEffectRequest>,
    ) -> Result<Response<wire::GetEffectResponse>, Status> {
        let request = request.into_inner();
        let reaction = self.reaction(&request.reaction)?;
        let kept = find(reaction, effect(&request.effect_id)?).await?;
        let before = kept.effect.position.saturating_sub(1);
        let read_with =
            format!("vigie --json log tail --log {} --after {before} | head -n 1", reaction.log());
        Ok(Response::new(wire::GetEffectResponse { effect: Some(shown(&**reaction, kept)), read_with }))
    }

    async fn retry_effect(
        &self,
        request: Request<wire::RetryEffectRequest>,
    ) -> Result<Response<wire::RetryEffectResponse>, Status> {
        let caller = Caller::of(&request)?;
        let wire::RetryEffectRequest { reaction, effect_id, reason, attempts } = request.into_inner();
        let said = Said { reaction, effect_id, reason, attempts };
        let effect = Some(self.rule(&caller, What::Retry, said).await?);
        Ok(Response::new(wire::RetryEffectResponse { effect }))
    }

    async fn give_up_effect(
        &self,
        request: Request<wire::GiveUpEffectRequest>,
    ) -> Result<Response<wire::GiveUpEffectResponse>, Status> {
        let caller = Caller::of(&request)?;
        let wire::GiveUpEffectRequest { reaction, effect_id, reason, attempts } = request.into_inner();
        let said = Said { reaction, effect_id, reason, attempts };
        let effect = Some(self.rule(&caller, What::GiveUp, said).await?);
        Ok(Response::new(wire::GiveUpEffectResponse { effect }))
    }
}

async fn find(reaction: &Arc<dyn Oversight>, effect_id: Uuid) -> Result<Kept, Error> {
    let found = reaction.find(effect_id).await.map_err(|error| failure(&error))?;
    found.ok_or_else(|| {
        Error::new(Reason::EffectNotFound, "the reaction knows no such effect, or not any more")
    })
}

fn effect(id: &str) -> Result<Uuid, Error> {
    validate::uuid("effect_id", id)
}

fn shown(reaction: &dyn Oversight, kept: Kept) -> wire::Effect {
    let Kept { effect, progress, ruling } = kept;
    let (state, since) = match progress {
        Progress::ToDo => (wire::EffectState::ToDo, None),
        Progress::Waits { since } => (wire::EffectState::Waiting, since),
        Progress::Done { at } => (wire::EffectState::Done, Some(at)),
        Progress::GivenUp { at } => (wire::EffectState::GivenUp, Some(at)),
    };
    wire::Effect {
        reaction: reaction.name().to_owned(),
        log: reaction.log().to_owned(),
        effect_id: effect.request_id.to_string(),
        stream_id: effect.stream_id.to_string(),
        event_id: effect.event_id.to_string(),
        stream_version: effect.stream_version,
        event_type: effect.event_type,
        position: effect.position,
        recorded_at: Some(convert::time(effect.recorded_at)),
        state: state.into(),
        since: since.map(convert::time),
        why: effect.why.unwrap_or_default(),
        attempts: effect.attempts,
        maybe_done: effect.maybe_done,
        ruling: ruling.map(|Ruling { by, reason, at }| wire::EffectRuling {
            by,
            reason,
            at: Some(convert::time(at)),
        }),
    }
}

fn failure(error: &reaction::Error) -> Error {
    match error.outlook() {
        Outlook::Contended | Outlook::Passing => {
            tracing::warn!(error = error as &dyn std::error::Error, "a reaction's queue cannot be reached");
            Error::new(Reason::Unavailable, "the reaction's queue does not answer just now; ask again")
        }
        Outlook::Final | Outlook::Poison { .. } => Error::failure(error),
    }
}
