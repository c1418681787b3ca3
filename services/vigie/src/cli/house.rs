//! How a team and a staff member are written on the command line.

use std::str::FromStr;

use uuid::Uuid;

use super::customer::Key;

/// A team or a staff member: by id, by the key of another system, or by name. Nobody types an id of 36 characters twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Id(Uuid),
    Key(Key),
    /// As it stands on record, whatever the case; a staff member's user id as well.
    Name(String),
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err("give the name, the id, or OWNER/TYPE/KEY".to_owned());
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        // A name may have a slash; a key has two.
        Ok(text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Key))
    }
}

/// A contact point: by id, or by the number, short code or address at which it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PointSelector {
    Id(Uuid),
    Place(String),
}

impl FromStr for PointSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let is_number = text.starts_with('+') || text.bytes().all(|byte| byte.is_ascii_digit());
        let place: String = match is_number {
            true => text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect(),
            false => text.trim().to_owned(),
        };
        if place.is_empty() {
            return Err("give the number, short code or address, or the contact point's id".to_owned());
        }
        Ok(Self::Place(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_named_by_id_by_key_or_by_name() {
        let id = Uuid::from_u128(7);
        assert_eq!(id.to_string().parse(), Ok(Named::Id(id)));
        assert_eq!("crm/desk/D-1".parse(), Ok(Named::Key("crm/desk/D-1".parse().unwrap())));
        for name in ["Anne Petit", "Lyon / Grenoble", "anne.petit"] {
            assert_eq!(name.parse(), Ok(Named::Name(name.to_owned())));
        }
        assert!(" ".parse::<Named>().is_err());
    }

    #[test]
    fn a_contact_point_is_named_by_where_it_is_reached_or_by_id() {
        let id = Uuid::from_u128(7);
        assert_eq!(id.to_string().parse(), Ok(PointSelector::Id(id)));
        for (text, place) in
            [("+33 1 99.00-10 20", "+33199001020"), ("3900", "3900"), ("aide@exemple.fr", "aide@exemple.fr")]
        {
            assert_eq!(text.parse(), Ok(PointSelector::Place(place.to_owned())));
        }
        assert!("".parse::<PointSelector>().is_err());
    }
}
