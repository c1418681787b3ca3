//! From how a team or a staff member is named on the command line to its id.

use std::collections::BTreeSet;

use vigie_proto::routing::{
    ExternalIdentifier, ListContactPointsRequest, ListDesksRequest, ListStaffRequest,
};

use crate::cli::{Named, PointSelector};
use crate::client::{Client, prompt};
use crate::error::Error;

/// Rows a page: the contract's upper bound.
const PAGE_ROWS: i32 = 1000;
/// Pages that are looked through for a name; whoever has more staff than this gives an id.
const PAGES_MAX: usize = 20;
/// Whoever is named in an error, at most.
const SUGGESTED_MAX: usize = 5;

/// Who could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    id: String,
    name: String,
    /// Another name to go by; may be empty.
    alias: String,
    keys: Vec<ExternalIdentifier>,
    has_left: bool,
}

/// The id of a team. The list is a moment behind the log: what was registered just now may not be found by its name.
pub(super) async fn desk_id(client: &Client, named: &Named) -> Result<String, Error> {
    match named {
        Named::Id(id) => Ok(id.to_string()),
        _ => pick(named, &desks(client).await?, "team", "DESK_NOT_FOUND"),
    }
}

/// The id of a staff member; likewise.
pub(super) async fn staff_id(client: &Client, named: &Named) -> Result<String, Error> {
    match named {
        Named::Id(id) => Ok(id.to_string()),
        _ => pick(named, &staff(client).await?, "staff member", "STAFF_NOT_FOUND"),
    }
}

/// The same for one that may not be given: empty then.
pub(super) async fn desk_id_if_given(client: &Client, named: Option<&Named>) -> Result<String, Error> {
    match named {
        Some(named) => desk_id(client, named).await,
        None => Ok(String::new()),
    }
}

/// The same for one that may not be given: empty then.
pub(super) async fn staff_id_if_given(client: &Client, named: Option<&Named>) -> Result<String, Error> {
    match named {
        Some(named) => staff_id(client, named).await,
        None => Ok(String::new()),
    }
}

/// The id of the contact point that is reached so now; likewise.
pub(super) async fn point_id(client: &Client, point: &PointSelector) -> Result<String, Error> {
    let place = match point {
        PointSelector::Id(id) => return Ok(id.to_string()),
        PointSelector::Place(place) => place,
    };
    let mut found = BTreeSet::new();
    let mut page_token = String::new();
    for _ in 0..PAGES_MAX {
        let request = ListContactPointsRequest {
            page_size: PAGE_ROWS,
            page_token,
            ..ListContactPointsRequest::default()
        };
        let page = client.desks().list_contact_points(prompt(request)).await?.into_inner();
        let at_place = page.contact_points.into_iter().filter(|point| {
            [&point.number, &point.short_code, &point.from_abroad_number, &point.address].contains(&place)
        });
        found.extend(at_place.map(|point| point.contact_point_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (Some(id), 0) => Ok(id),
        (Some(_), others) => Err(Error::Found {
            reason: "NAME_AMBIGUOUS",
            message: format!("{} contact points are reached at {place}: give the id", others + 1),
        }),
        (None, _) => Err(Error::Found {
            reason: "CONTACT_POINT_NOT_FOUND",
            message: format!(
                "no contact point is reached at {place} by now; `vigie contact-point list` shows them"
            ),
        }),
    }
}

/// The same for one that may not be given: empty then.
pub(super) async fn point_id_if_given(
    client: &Client,
    point: Option<&PointSelector>,
) -> Result<String, Error> {
    match point {
        Some(point) => point_id(client, point).await,
        None => Ok(String::new()),
    }
}

async fn desks(client: &Client) -> Result<Vec<Candidate>, Error> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let request = ListDesksRequest { page_size: PAGE_ROWS, page_token, ..ListDesksRequest::default() };
        let page = client.desks().list_desks(prompt(request)).await?.into_inner();
        all.extend(page.desks.into_iter().map(|desk| Candidate {
            id: desk.desk_id,
            name: desk.name,
            alias: String::new(),
            keys: desk.external_identifiers,
            has_left: desk.closed_at.is_some(),
        }));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(all)
}

async fn staff(client: &Client) -> Result<Vec<Candidate>, Error> {
    let (mut all, mut page_token) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let request = ListStaffRequest { page_size: PAGE_ROWS, page_token, ..ListStaffRequest::default() };
        let page = client.staff().list_staff(prompt(request)).await?.into_inner();
        all.extend(page.staff.into_iter().map(|member| Candidate {
            id: member.staff_id,
            name: member.name,
            alias: member.user_id,
            keys: member.external_identifiers,
            has_left: member.leaves_at.is_some(),
        }));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(all)
}

/// The one who is meant: whoever leaves or has left only where nobody else goes by the name.
fn pick(named: &Named, all: &[Candidate], what: &str, reason: &'static str) -> Result<String, Error> {
    let matching: Vec<_> = all.iter().filter(|candidate| is_meant(candidate, named)).collect();
    let staying: Vec<_> = matching.iter().copied().filter(|candidate| !candidate.has_left).collect();
    let meant = if staying.is_empty() { matching } else { staying };
    match meant.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => {
            let message = format!("there is no {what} {}{}", shown(named), suggestions(named, all));
            Err(Error::Found { reason, message })
        }
        several => {
            let message = format!("more than one {what} is {}: {}", shown(named), list(several));
            Err(Error::Found { reason: "NAME_AMBIGUOUS", message })
        }
    }
}

fn is_meant(candidate: &Candidate, named: &Named) -> bool {
    match named {
        Named::Id(id) => candidate.id == id.to_string(),
        Named::Key(key) => candidate.keys.contains(&key.to_proto()),
        Named::Name(name) => {
            let name = name.to_lowercase();
            candidate.name.to_lowercase() == name || candidate.alias.to_lowercase() == name
        }
    }
}

fn shown(named: &Named) -> String {
    match named {
        Named::Id(id) => id.to_string(),
        Named::Key(key) => {
            let ExternalIdentifier { owner, r#type, id } = key.to_proto();
            format!("with the key {owner}/{type}/{id}")
        }
        Named::Name(name) => format!("called {name:?}"),
    }
}

/// Those of whose name a word was given: whoever types `lamotte` means Joris Lamotte, but has to say so.
fn suggestions(named: &Named, all: &[Candidate]) -> String {
    let Named::Name(name) = named else { return String::new() };
    let words: Vec<_> = name.split_whitespace().map(str::to_lowercase).collect();
    let has_word = |candidate: &&Candidate| {
        let name = candidate.name.to_lowercase();
        words.iter().any(|word| name.split_whitespace().any(|of| of.starts_with(word.as_str())))
    };
    let alike: Vec<_> = all.iter().filter(has_word).collect();
    if alike.is_empty() { String::new() } else { format!("; did you mean {}?", list(&alike)) }
}

fn list(candidates: &[&Candidate]) -> String {
    let mut names: Vec<_> =
        candidates.iter().take(SUGGESTED_MAX).map(|it| format!("{} ({})", it.name, it.id)).collect();
    if candidates.len() > SUGGESTED_MAX {
        names.push(format!("… ({} in all)", candidates.len()));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, name: &str, alias: &str) -> Candidate {
        let key = ExternalIdentifier { owner: "crm".into(), r#type: "staff".into(), id: format!("S-{id}") };
        Candidate { id: id.into(), name: name.into(), alias: alias.into(), keys: vec![key], has_left: false }
    }

    fn picked(text: &str, all: &[Candidate]) -> Result<String, String> {
        let named: Named = text.parse().unwrap();
        pick(&named, all, "staff member", "STAFF_NOT_FOUND").map_err(|error| error.to_string())
    }

    #[test]
    fn somebody_is_found_by_name_by_user_id_and_by_key_whatever_the_case() {
        let all = [candidate("1", "Anne Petit", "anne"), candidate("2", "Élodie Roux", "")];
        for text in ["Anne Petit", "ANNE PETIT", "anne", "crm/staff/S-1"] {
            assert_eq!(picked(text, &all).as_deref(), Ok("1"), "{text}");
        }
        assert_eq!(picked("élodie roux", &all).as_deref(), Ok("2"));
    }

    #[test]
    fn whoever_is_not_found_is_not_guessed_but_suggested() {
        let all = [candidate("1", "Anne Petit", "anne"), candidate("2", "Joris Lamotte", "")];
        let refused = picked("lamotte", &all).unwrap_err();
        assert_eq!(refused, "there is no staff member called \"lamotte\"; did you mean Joris Lamotte (2)?");
        assert_eq!(
            picked("crm/staff/S-9", &all).unwrap_err(),
            "there is no staff member with the key crm/staff/S-9"
        );
    }

    #[test]
    fn of_two_of_one_name_the_one_who_stays_is_meant_and_of_two_who_stay_none() {
        let mut all = [candidate("1", "Anne Petit", ""), candidate("2", "Anne Petit", "")];
        assert!(picked("Anne Petit", &all).unwrap_err().contains("Anne Petit (1), Anne Petit (2)"));
        all[0].has_left = true;
        assert_eq!(picked("Anne Petit", &all).as_deref(), Ok("2"));
        assert_eq!(picked("Anne Petit", &all[..1]).as_deref(), Ok("1"));
    }
}
