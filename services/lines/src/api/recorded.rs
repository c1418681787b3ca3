//! Commands that ask nothing of the register: what is recorded is all there is to answer.

use std::sync::Arc;

use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_eventlog::Order;

use super::{Deps, reject};
use crate::domain::{Command, Declaration, Line};

/// The line after a command.
pub(super) struct Recorded {
    state: Arc<Option<Line>>,
    pub(super) version: i64,
    /// Of a repeated request, what it led to the first time.
    act_id: Uuid,
}

impl Recorded {
    pub(super) fn line(&self) -> Result<&Line, Refusal> {
        Option::as_ref(&self.state).ok_or_else(reject::line_not_found)
    }

    /// The declaration of theft that the command opened, joined or ended; `None` when the line has forgotten it since.
    pub(super) fn declaration(&self) -> Option<&Declaration> {
        Option::as_ref(&self.state)?.declaration(self.act_id)
    }
}

pub(super) async fn record(deps: &Deps, order: Order<Command>) -> Result<Recorded, Refusal> {
    let outcome = deps.aggregates.execute(order).await.map_err(reject::refusal)?;
    Ok(Recorded { state: outcome.state, version: outcome.version, act_id: outcome.act_id })
}
