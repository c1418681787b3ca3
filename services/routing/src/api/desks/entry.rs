//! A desk as a request gives it.

use vigie_chassis::error::Error as Refusal;
use vigie_clock::Calendars;
use vigie_command::field;
use vigie_proto::routing::{self as wire, Desk};

use super::super::hours::hours;
use super::super::{house, wire as fields};
use crate::domain::ExternalIdentifier;
use crate::domain::desk::{Particulars, Purpose};

/// Bytes of a name.
const NAME_BYTES_MAX: usize = 100;

/// What a request says of a desk, and the keys that other systems have for it.
pub(in crate::api) fn particulars(
    desk: &Desk,
    calendars: &Calendars,
) -> Result<(Particulars, Vec<ExternalIdentifier>), Refusal> {
    let asked_hours = desk.hours.as_ref().ok_or_else(|| field::missing("desk.hours", "when it answers"))?;
    let particulars = Particulars {
        name: field::required_text("desk.name", &desk.name, NAME_BYTES_MAX)?,
        purpose: purpose("desk.purpose", desk.purpose)?
            .ok_or_else(|| field::missing("desk.purpose", "what it is there for"))?,
        segments: house::segments("desk.segments", &desk.segments)?,
        businesses_only: desk.businesses_only,
        skills: house::codes("desk.skills", &desk.skills)?,
        languages: house::languages("desk.languages", &desk.languages)?,
        regions: house::regions("desk.regions", &desk.regions)?,
        countries: house::countries("desk.countries", &desk.countries)?,
        hours: hours("desk.hours", asked_hours, calendars)?,
        overflow_desk_id: field::optional_id("desk.overflow_desk_id", &desk.overflow_desk_id)?,
        rank: desk.rank,
    };
    let keys = fields::external_identifiers("desk.external_identifiers", &desk.external_identifiers)?;
    Ok((particulars, keys))
}

/// A purpose, or nothing where none is given.
pub(super) fn purpose(name: &str, number: i32) -> Result<Option<Purpose>, Refusal> {
    use wire::DeskPurpose as Wire;
    Ok(Some(match Wire::try_from(number) {
        Ok(Wire::Unspecified) => return Ok(None),
        Ok(Wire::Sales) => Purpose::Sales,
        Ok(Wire::Administrative) => Purpose::Administrative,
        Ok(Wire::Technical) => Purpose::Technical,
        Ok(Wire::EndUser) => Purpose::EndUser,
        Ok(Wire::International) => Purpose::International,
        Err(_) => return Err(fields::unknown(name, "a purpose")),
    }))
}
