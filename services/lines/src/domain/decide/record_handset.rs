//! Which handset the line is used with.

use vigie_clock::{Context, Personal};

use super::draft::{Draft, told};
use super::{Decided, takes_commands};
use crate::domain::event::{Fact, HandsetRecorded};
use crate::domain::handset::may_record_handset;
use crate::domain::imei::Imei;
use crate::domain::rejection::Rejection;
use crate::domain::suspension::Asker;

/// What is on record already is not recorded again. Declarations of theft of the handset before are not touched.
pub(super) fn record_handset(
    asker: &Asker<'_>,
    imei: &Imei,
    context: &Context,
) -> Result<Decided, Rejection> {
    may_record_handset(asker)?;
    let line = asker.line;
    takes_commands(line)?;
    if line.handset().and_then(Personal::known) == Some(imei) {
        return Ok(Decided::nothing(line, context));
    }
    let mut draft = Draft::of(line, context);
    draft.record(Fact::HandsetRecorded(HandsetRecorded {
        told: told(asker, context),
        imei: Personal::new(line.subject(), imei.clone()),
        replaces: line.handset().cloned(),
    }));
    Ok(draft.finish(context.act_id))
}
