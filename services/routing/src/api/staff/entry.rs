//! A staff member as a request gives them.

use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_clock::Personal;
use vigie_command::field;
use vigie_proto::routing::{Skill as WireSkill, Staff};

use super::super::Deps;
use super::super::desks::open_desk;
use super::super::house::{self, CODES_MAX};
use super::super::wire;
use crate::domain::ExternalIdentifier;
use crate::domain::staff::{Profile, Skill};

/// Bytes of a name.
const NAME_BYTES_MAX: usize = 100;

/// What a request says of a staff member, and the keys that other systems have for them. The desk, where one is named, must
/// be there.
pub(in crate::api) async fn profile(
    deps: &Deps,
    staff_id: Uuid,
    staff: &Staff,
) -> Result<(Profile, Vec<ExternalIdentifier>), Refusal> {
    let desk_id = field::optional_id("staff.desk_id", &staff.desk_id)?;
    let number = match staff.number.as_str() {
        "" => None,
        number => Some(wire::number("staff.number", number)?),
    };
    let profile = Profile {
        user_id: field::optional_text("staff.user_id", &staff.user_id, field::TEXT_MAX_BYTES)?,
        name: Personal::new(staff_id, field::required_text("staff.name", &staff.name, NAME_BYTES_MAX)?),
        is_account_manager: staff.is_account_manager,
        skills: skills(&staff.skills)?,
        languages: house::languages("staff.languages", &staff.languages)?,
        regions: house::regions("staff.regions", &staff.regions)?,
        email: wire::email("staff.email", &staff.email)?.map(|email| Personal::new(staff_id, email)),
        number: number.map(|number| Personal::new(staff_id, number)),
        desk_id,
    };
    let keys = wire::external_identifiers("staff.external_identifiers", &staff.external_identifiers)?;
    if let Some(desk_id) = desk_id {
        open_desk(deps, "staff.desk_id", desk_id).await?;
    }
    Ok((profile, keys))
}

/// Skills, each code once: two ends of one skill are a mistake.
fn skills(skills: &[WireSkill]) -> Result<Vec<Skill>, Refusal> {
    field::at_most("staff.skills", skills, CODES_MAX)?;
    let mut taken: Vec<Skill> = Vec::with_capacity(skills.len());
    for skill in skills {
        let code = house::code("staff.skills.code", &skill.code)?;
        if taken.iter().any(|known| known.code == code) {
            return Err(house::malformed("staff.skills", &"a skill is named twice"));
        }
        taken.push(Skill {
            code,
            valid_until: field::optional_instant("staff.skills.valid_until", skill.valid_until)?,
        });
    }
    Ok(taken)
}
