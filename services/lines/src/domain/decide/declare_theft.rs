//! A handset was stolen, and the police took it down.

use vigie_clock::{Context, Personal, Timestamp};

use super::Decided;
use super::draft::{Draft, told};
use crate::domain::act::reference;
use crate::domain::event::{Fact, TheftDeclared};
use crate::domain::line::Line;
use crate::domain::policy::Policy;
use crate::domain::rejection::Rejection;
use crate::domain::suspension::Asker;
use crate::domain::theft::{BlockTerm, TheftReport, may_declare_theft};

/// A handset that is declared stolen already joins that declaration, whose deadline stands. The line need not be suspended,
/// nor even exist any more: what is blocked is the handset.
pub(super) fn declare_theft(
    asker: &Asker<'_>,
    report: &TheftReport,
    context: &Context,
) -> Result<Decided, Rejection> {
    may_declare_theft(asker, report.imei.as_ref())?;
    let line = asker.line;
    let on_record = line.handset().and_then(Personal::known);
    let imei = report.imei.as_ref().or(on_record).ok_or(Rejection::HandsetUnknown)?;
    let standing = line.declarations().iter().find(|declaration| declaration.stands_for(imei));
    if let Some(standing) = standing {
        return Ok(Decided::joins(standing.declaration_id));
    }
    is_recent(report.declared_at, context.now)?;
    has_room(line)?;

    let told = told(asker, context);
    let term = BlockTerm::of(report);
    let deadline = term.deadline(report.declared_at, told.received_at);
    let deadline = deadline.map_err(|_| Rejection::DeclarationDateRefused)?;
    let subject = line.subject();
    let mut draft = Draft::of(line, context);
    draft.record(Fact::TheftDeclared(TheftDeclared {
        declaration_id: context.act_id,
        reference: reference(context.act_id),
        told,
        imei: Personal::new(subject, imei.clone()),
        police_report: Personal::new(subject, report.police_report.clone()),
        declared_at: report.declared_at,
        term,
        counted_from: deadline.counted_from,
        due_at: deadline.due_at,
    }));
    Ok(draft.finish(context.act_id))
}

fn is_recent(declared_at: Timestamp, now: Timestamp) -> Result<(), Rejection> {
    let is_recent = declared_at <= now && now.since(declared_at) <= Policy::DEFAULT.declaration_age_max;
    if is_recent { Ok(()) } else { Err(Rejection::DeclarationDateRefused) }
}

/// Declarations are unsettled until the handset is off the list again: so whoever declares and recovers in a circle is
/// bounded by what the list takes.
fn has_room(line: &Line) -> Result<(), Rejection> {
    let unsettled = line.declarations().iter().filter(|declaration| !declaration.state.is_over()).count();
    if unsettled < Policy::DEFAULT.declarations_max { Ok(()) } else { Err(Rejection::TooManyDeclarations) }
}
