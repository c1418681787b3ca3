//! Where customers reach the teams.

use jiff::civil::Date;

use super::desk::{Desk, desks};
use crate::number;
use crate::operator::{days_after, days_before};
use crate::territory::Territory;

/// A version of a contact point. Names of kinds are those of the CSV format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPoint {
    /// The operator's own key; versions share it.
    pub key: String,
    /// Key of the team.
    pub desk_key: &'static str,
    /// `PHONE`, `EMAIL`, `CHAT`, `EXTRANET`, `POST`.
    pub channel: &'static str,
    /// Number in E.164, for a telephone.
    pub telephone: String,
    /// Digits that lead to the same place inside the country.
    pub short_code: &'static str,
    /// Number that can be called from abroad, where the other cannot.
    pub from_abroad: String,
    /// Mail or web address.
    pub address: String,
    /// `FREE`, `NORMAL`, `SURCHARGED`, for a telephone.
    pub tariff_class: &'static str,
    /// What customers read.
    pub tariff_label: &'static str,
    /// Whom it is for; none for everybody that its team serves.
    pub segments: &'static [&'static str],
    /// Whether it is for the mobile end users of businesses.
    pub for_end_users: bool,
    /// First day.
    pub valid_from: Date,
}

/// The number of the technical service changes so many days from now.
const CHANGE_IN_DAYS: i64 = 45;
const PUBLISHED_BEFORE_DAYS: u64 = 400;

/// Every contact point: a telephone and a mailbox of each team, and the extranet.
pub(crate) fn contact_points(today: Date) -> Vec<ContactPoint> {
    let valid_from = days_before(today, PUBLISHED_BEFORE_DAYS);
    let mut points = Vec::new();
    for (place, desk) in (0..).zip(desks(today)) {
        let point = |channel: &'static str| ContactPoint {
            key: format!("{}-{}", desk.key, channel.to_lowercase()),
            desk_key: desk.key,
            channel,
            telephone: String::new(),
            short_code: "",
            from_abroad: String::new(),
            address: String::new(),
            tariff_class: "",
            tariff_label: "",
            segments: desk.segments,
            for_end_users: desk.purpose == "END_USER",
            valid_from,
        };
        let telephone = number::desk(part(&desk), 2 * place);
        let ordinary = ContactPoint {
            telephone,
            tariff_class: "NORMAL",
            tariff_label: "Prix d'un appel",
            ..point("PHONE")
        };
        let phone = match desk.purpose {
            // Free inside the country; whoever is abroad without a phone of their own needs another number.
            "END_USER" => ContactPoint {
                short_code: "901",
                from_abroad: number::desk(1, 2 * place + 1),
                tariff_class: "FREE",
                tariff_label: "Service & appel gratuits",
                ..ordinary
            },
            _ => ordinary,
        };
        points.push(phone.clone());
        if desk.key == "technique-jour" {
            let valid_from = days_after(today, CHANGE_IN_DAYS);
            points.push(ContactPoint { telephone: number::desk(1, 90), valid_from, ..phone });
        }
        points.push(ContactPoint { address: format!("{}@operateur.example", desk.key), ..point("EMAIL") });
        if desk.key == "gestion-flottes" {
            let address = "https://extranet.operateur.example/".to_owned();
            points.push(ContactPoint { address, ..point("EXTRANET") });
        }
    }
    points
}

/// The part of the country that a team's landline number tells.
fn part(desk: &Desk) -> u8 {
    Territory::ALL
        .iter()
        .find(|territory| territory.desk_key() == desk.key)
        .map_or(1, |territory| territory.part())
}
