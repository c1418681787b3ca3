//! The block list was read back.

use uuid::Uuid;
use vigie_clock::Context;

use super::Decided;
use super::draft::Draft;
use crate::domain::event::{Fact, HandsetBlocked, HandsetReleased};
use crate::domain::line::Line;
use crate::domain::rejection::Rejection;
use crate::domain::theft::{BlockEvidence, Declaration, HandsetState};

/// The list shows the handset. Nothing to record if that is known, or if the handset was recovered meanwhile.
pub(super) fn blocked(
    line: &Line,
    declaration_id: Uuid,
    evidence: BlockEvidence,
    context: &Context,
) -> Result<Decided, Rejection> {
    let declaration = remembered(line, declaration_id)?;
    if declaration.state != HandsetState::ToBeBlocked {
        return Ok(Decided::joins(declaration_id));
    }
    let mut draft = Draft::of(line, context);
    draft.record(Fact::HandsetBlocked(HandsetBlocked {
        declaration_id,
        reference: declaration.reference(),
        imei: declaration.imei.clone(),
        declared_at: declaration.declared_at,
        counted_from: declaration.counted_from,
        due_at: declaration.due_at,
        evidence,
    }));
    Ok(draft.finish(declaration_id))
}

/// The handset of an ended declaration is off the list, or kept there for another one.
pub(super) fn released(
    line: &Line,
    declaration_id: Uuid,
    is_kept: bool,
    evidence: BlockEvidence,
    context: &Context,
) -> Result<Decided, Rejection> {
    let declaration = remembered(line, declaration_id)?;
    if declaration.state != HandsetState::ToBeUnblocked {
        return Ok(Decided::joins(declaration_id));
    }
    let fact = HandsetReleased {
        declaration_id,
        reference: declaration.reference(),
        imei: declaration.imei.clone(),
        evidence,
    };
    let mut draft = Draft::of(line, context);
    draft.record(if is_kept { Fact::HandsetBlockKept(fact) } else { Fact::HandsetUnblocked(fact) });
    Ok(draft.finish(declaration_id))
}

fn remembered(line: &Line, declaration_id: Uuid) -> Result<&Declaration, Rejection> {
    line.declaration(declaration_id).ok_or(Rejection::TheftNotDeclared)
}
