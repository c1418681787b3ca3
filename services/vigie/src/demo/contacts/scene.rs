//! The scene: an account manager goes on leave, and four contacts find who takes them.

use jiff::Timestamp;
use vigie_proto::routing::route_contact_request::Caller;
use vigie_proto::routing::{ContactChannel, RouteContactRequest, ServiceFamily, Subject};

use super::customers::{CUSTOMERS, names_of};
use super::days::Days;
use super::house::{self, JORIS, MATHILDE};
use super::{at, route};
use crate::client::Client;
use crate::command::{destination, reason};
use crate::demo::fiction::{COMPANIES, Line};
use crate::demo::heading;
use crate::error::Error;
use crate::output::Output;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::time;

pub(super) async fn play(
    operator: &Client,
    days: &Days,
    user: &Line,
    took: &str,
    output: &mut Output,
) -> Result<(), Error> {
    output.text(&heading("A named contact, and a team for everybody"))?;
    let (customers, work) = (CUSTOMERS.len(), days.at_work()?);
    output.text(&format!(
        "  {customers} customers, their people, 3 account managers and 6 teams recorded in {took}"
    ))?;
    let [large, _, mixed, ..] = &CUSTOMERS;
    let [large_company, _, mixed_company, ..] = &COMPANIES;
    let about_a_contract = call(large.number, Subject::Commercial, work);
    let of_large = format!(
        "{} {} of {} calls about a contract",
        large.given_name, large.family_name, large_company.name
    );
    show(operator, output, &of_large, about_a_contract.clone()).await?;

    house::go_on_leave(operator, days).await?;
    output.text(&format!("  {} goes on leave; {} covers. The same call:", MATHILDE.name, JORIS.name))?;
    show(operator, output, &of_large, about_a_contract).await?;

    let both = RouteContactRequest {
        families: vec![ServiceFamily::Mobile.into(), ServiceFamily::Fixed.into()],
        ..call(mixed.number, Subject::Technical, work)
    };
    let of_mixed = format!(
        "{} {} of {}: neither phones nor the office's line work",
        mixed.given_name, mixed.family_name, mixed_company.name
    );
    show(operator, output, &of_mixed, both).await?;

    let (given_name, family_name) = names_of(&user.entry.user_id);
    let of_user = format!("{given_name} {family_name}, who uses a line of {}", user.company.name);
    let night = days.at_night()?;
    let asks = |subject, at| call(&user.entry.msisdn, subject, at);
    show(operator, output, &format!("{of_user}, has a question"), asks(Subject::Technical, work)).await?;
    let at_night = format!("{of_user}, has it on a Sunday at 4 in the morning");
    show(operator, output, &at_night, asks(Subject::Technical, night)).await?;
    let stolen = format!("{of_user}, was robbed at that hour");
    show(operator, output, &stolen, asks(Subject::LossOrTheft, night)).await
}

fn call(number: &str, subject: Subject, moment: Timestamp) -> RouteContactRequest {
    RouteContactRequest {
        caller: Some(Caller::Number(number.to_owned())),
        channel: ContactChannel::Phone.into(),
        subject: subject.into(),
        at: at(moment),
        ..RouteContactRequest::default()
    }
}

/// Routes a contact, and shows who takes it and why.
async fn show(
    operator: &Client,
    output: &mut Output,
    contact: &str,
    request: RouteContactRequest,
) -> Result<(), Error> {
    let answer = route(operator, request).await?;
    let zone = output.zone().clone();
    let mut fields = Fields::new(format!("  {}", paint(style::STRONG, contact)));
    for route in &answer.routes {
        let reasons: Vec<_> = route.reasons.iter().map(|it| reason(*it)).collect();
        fields = fields
            .field("  goes to", destination(route))
            .field("  at", &route.address)
            .styled("  closed until", time::plain(route.closed_until.as_ref(), &zone), style::WAITING)
            .paragraph("  because", &reasons.join("; "));
    }
    output.text(&fields.render())
}
