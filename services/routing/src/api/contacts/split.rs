//! A contact that is about mobile and fixed becomes one part each. The whole is split first: a part without its whole would
//! be counted beside it. A call that broke off in between is sent again, and goes on.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_clock::derived_id;
use vigie_command::{field, refusal};
use vigie_proto::routing::{self as wire, SplitContactRequest, SplitContactResponse};

use super::super::Deps;
use super::super::routing::request;
use super::{fact, get, pinned, shown};
use crate::domain::Moment;
use crate::domain::contact::{Attachment, Command, Contact, Part, contact_id};
use crate::domain::route::Family;

pub(super) const METHOD: &str = "/vigie.routing.v1.ContactService/SplitContact";

/// One for each family that there is.
const PARTS_MAX: usize = 2;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<SplitContactRequest>,
) -> Result<SplitContactResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let whole_id = field::id("contact_id", &body.contact_id)?;
    let (state, _) = get::seen(deps, &asking.caller, whole_id, Moment::at(asking.now)).await?;
    let whole = Option::as_ref(&state).ok_or_else(get::not_found)?;
    field::at_most("parts", &body.parts, PARTS_MAX)?;
    let parts: Vec<_> = body.parts.iter().map(|told| part(whole, told)).collect::<Result<_, _>>()?;

    let command = Command::Split { parts: parts.clone() };
    let order = asking.order(METHOD, request_id, &body, whole_id, command);
    let split = deps.contacts.execute(order).await.map_err(refusal)?;
    let whole = Option::as_ref(&split.state).ok_or_else(get::not_found)?;
    let mut shown_parts = Vec::with_capacity(parts.len());
    for part in &parts {
        let command = Command::Attach(Box::new(Attachment {
            origin: whole.origin().to_owned(),
            contact_key: part.contact_key.clone(),
            parent_contact_id: whole_id,
            family: part.family,
            pinned: pinned::of_part(deps, whole, part.family).await?,
        }));
        let request_id = derived_id(request_id, &part.contact_id.to_string());
        let order = asking.order(METHOD, request_id, &body, part.contact_id, command);
        let attached = deps.contacts.execute(order).await.map_err(refusal)?;
        let contact = Option::as_ref(&attached.state).ok_or_else(get::not_found)?;
        shown_parts.push(shown::contact(part.contact_id, &contact.snapshot(), attached.version));
    }
    let contact = Some(shown::contact(whole_id, &whole.snapshot(), split.version));
    Ok(SplitContactResponse { contact, parts: shown_parts })
}

fn part(whole: &Contact, told: &wire::SplitPart) -> Result<Part, Refusal> {
    let family = request::families(&[told.family])?.iter().next();
    let family = family.ok_or_else(|| field::missing("parts.family", "MOBILE or FIXED"))?;
    let suffix = match family {
        Family::Mobile => "mobile",
        Family::Fixed => "fixed",
    };
    let own = || format!("{}#{suffix}", whole.contact_key());
    let contact_key = fact::part_key(&told.contact)?.unwrap_or_else(own);
    Ok(Part { family, contact_id: contact_id(whole.origin(), &contact_key), contact_key })
}
