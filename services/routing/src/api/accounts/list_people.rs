//! People of an account by page, in order of id. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_proto::routing::{ListPeopleRequest, ListPeopleResponse};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::sight::is_only_a_user;
use super::{chain, person_fields, response};
use crate::domain::Moment;
use crate::view::{PersonFilter, PersonKey};

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/ListPeople";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListPeopleRequest>,
) -> Result<ListPeopleResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();
    let user = is_only_a_user(&asking.caller).then(|| asking.caller.subject().to_owned());
    let filter = PersonFilter { account_id, role: person_fields::role("role", body.role)?, user_id: user };
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (METHOD, asking.caller.subject(), account_id, body.role);
    let after: Option<PersonKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.people_page(&filter, after, size).await;
    let (people, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListPeopleResponse { people: people.into_iter().map(response::person).collect(), next_page_token })
}
