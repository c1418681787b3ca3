//! A stolen handset came back.

use uuid::Uuid;
use vigie_clock::{Context, Personal, Timestamp};

use super::Decided;
use super::draft::{Draft, told};
use crate::domain::event::{Fact, HandsetRecovered};
use crate::domain::identifiers::subject_of;
use crate::domain::line::Line;
use crate::domain::rejection::Rejection;
use crate::domain::suspension::Asker;
use crate::domain::theft::{Declaration, may_declare_recovered};

/// That a handset is back.
pub(super) struct Recovery<'a> {
    pub(super) declaration_id: Option<Uuid>,
    pub(super) recovered_at: Timestamp,
    pub(super) attested_by: Option<&'a str>,
}

/// Ends the declaration; the handset goes off the list unless it is declared stolen elsewhere too. Lifts no reason for
/// suspension: that is a gesture of its own.
pub(super) fn declare_recovered(
    asker: &Asker<'_>,
    recovery: &Recovery<'_>,
    context: &Context,
) -> Result<Decided, Rejection> {
    let named = recovery.attested_by.filter(|person| !person.trim().is_empty());
    may_declare_recovered(asker, named.is_some())?;
    let line = asker.line;
    let declaration = meant(line, recovery.declaration_id)?;
    if !declaration.state.is_stolen() {
        return Ok(Decided::joins(declaration.declaration_id));
    }
    if recovery.recovered_at < declaration.declared_at || recovery.recovered_at > context.now {
        return Err(Rejection::RecoveryDateRefused);
    }
    // A manager who names nobody attests it.
    let asks = asker.on_behalf.map_or(asker.by.user_id.as_str(), |caller| caller.person.as_str());
    let attested_by = named.unwrap_or(asks);
    let mut draft = Draft::of(line, context);
    draft.record(Fact::HandsetRecovered(HandsetRecovered {
        declaration_id: declaration.declaration_id,
        reference: declaration.reference(),
        told: told(asker, context),
        imei: declaration.imei.clone(),
        attested_by: Personal::new(subject_of(line.account_id, attested_by), attested_by.to_owned()),
        recovered_at: recovery.recovered_at,
    }));
    Ok(draft.finish(declaration.declaration_id))
}

/// The declaration that is named, or the only one that stands.
fn meant(line: &Line, declaration_id: Option<Uuid>) -> Result<&Declaration, Rejection> {
    if let Some(declaration_id) = declaration_id {
        return line.declaration(declaration_id).ok_or(Rejection::TheftNotDeclared);
    }
    let mut standing = line.declarations().iter().filter(|declaration| declaration.state.is_stolen());
    match (standing.next(), standing.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(Rejection::SeveralDeclarations),
        (None, _) => Err(Rejection::TheftNotDeclared),
    }
}
