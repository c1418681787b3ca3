//! Moving the number to another SIM.

use vigie_clock::{Context, Personal};

use super::draft::{AskedOf, Draft, asked};
use super::{Decided, takes_commands};
use crate::domain::act::ActKind;
use crate::domain::event::{Fact, SimReplacementRequested};
use crate::domain::identifiers::Sim;
use crate::domain::line::Line;
use crate::domain::rejection::Rejection;
use crate::domain::sim::may_replace_sim;
use crate::domain::suspension::{Asker, Reason};

/// Lifts no reason: on a suspended line the new SIM comes up barred, and makes a theft liftable.
pub(super) fn replace_sim(asker: &Asker<'_>, new_sim: &Sim, context: &Context) -> Result<Decided, Rejection> {
    may_replace_sim(asker)?;
    let line = asker.line;
    takes_commands(line)?;
    if let Some(replacement) = &line.replacement {
        // Two at once would leave it open which SIM ends up with the number.
        let repeated = replacement.sim.is(new_sim);
        return if repeated {
            Ok(Decided::joins(replacement.act_id))
        } else {
            Err(Rejection::SimReplacementInProgress)
        };
    }
    let latest_replacement = line.latest_act().filter(|act| act.kind == ActKind::ReplaceSim);
    if let Some(done) = latest_replacement.filter(|_| line.sim.is(new_sim)) {
        return Ok(Decided::joins(done.act_id));
    }
    is_new_to(line, new_sim)?;
    is_not_on_stolen_handset(line, new_sim)?;

    let subject = line.subject();
    let fact = SimReplacementRequested {
        asked: asked(asker, AskedOf::Register, Vec::new(), context),
        old_imsi: line.sim.imsi.clone(),
        old_iccid: line.sim.iccid.clone(),
        new_imsi: Personal::new(subject, new_sim.imsi.clone()),
        new_iccid: Personal::new(subject, new_sim.iccid.clone()),
        new_eid: new_sim.eid.clone().map(|eid| Personal::new(subject, eid)),
        barred_after: line.must_be_barred(),
    };
    let mut draft = Draft::of(line, context);
    draft.record(Fact::SimReplacementRequested(fact));
    Ok(draft.finish(context.act_id))
}

/// A SIM that was replaced never comes back: it may be in a stolen phone. (Other lines' SIMs the directory knows.)
fn is_new_to(line: &Line, new_sim: &Sim) -> Result<(), Rejection> {
    for sim in std::iter::once(&line.sim).chain(&line.retired_sims) {
        if sim.imsi.known() == Some(&new_sim.imsi) {
            return Err(Rejection::ImsiTaken);
        }
        if sim.iccid.known() == Some(&new_sim.iccid) {
            return Err(Rejection::IccidTaken);
        }
    }
    Ok(())
}

/// A new profile on the stolen handset's own chip would be the thief's, and make the theft look good.
fn is_not_on_stolen_handset(line: &Line, new_sim: &Sim) -> Result<(), Rejection> {
    if line.has(Reason::Theft) && line.sim.shares_chip_with(new_sim) {
        return Err(Rejection::EsimOnStolenHandset);
    }
    Ok(())
}
