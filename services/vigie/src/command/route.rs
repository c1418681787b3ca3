//! `vigie route`

use jiff::tz::TimeZone;
use vigie_proto::routing::route_contact_request::Caller;
use vigie_proto::routing::{
    Destination, Route, RouteContactRequest, RouteContactResponse, RoutingReason, Segment, ServiceFamily,
};

use super::account;
use crate::cli::{self, Language, wires};
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &cli::Route) -> Result<(), Error> {
    let request = RouteContactRequest {
        caller: caller(client, arguments).await?,
        channel: arguments.channel.wire(),
        subject: arguments.subject.wire(),
        families: wires!(arguments.families),
        language: arguments.language.map(Language::wire).unwrap_or_default(),
        at: arguments.at.map(Into::into),
        from_country: arguments.from_country.clone().unwrap_or_default(),
    };
    let answer = client.routing().route_contact(prompt(request)).await?.into_inner();
    output.either(|| json::document(&answer), |zone| render(&answer, zone))
}

async fn caller(client: &Client, arguments: &cli::Route) -> Result<Option<Caller>, Error> {
    Ok(match (&arguments.from, &arguments.person, &arguments.account) {
        (Some(number), ..) => Some(Caller::Number(number.0.clone())),
        (_, Some(person), _) => Some(Caller::PersonId(person.to_string())),
        (_, _, Some(account)) => Some(Caller::AccountId(account::id_of(client, account).await?)),
        (None, None, None) => None,
    })
}

/// Who takes each part of the contact, where, and why.
pub(crate) fn render(answer: &RouteContactResponse, zone: &TimeZone) -> String {
    let mut text: String = answer.routes.iter().map(|route| part(route, zone)).collect();
    let segment = match answer.segment() {
        Segment::Unspecified => String::new(),
        _ => words::segment(answer.segment),
    };
    let known = Fields::new("")
        .styled("segment", segment, style::FAINT)
        .styled("account", &answer.account_id, style::FAINT)
        .styled("person", &answer.person_id, style::FAINT);
    text.push_str(&known.render());
    text
}

fn part(route: &Route, zone: &TimeZone) -> String {
    let reasons: Vec<_> = route.reasons.iter().map(|reason| sentence(*reason)).collect();
    let is_taken =
        matches!(route.destination(), Destination::AccountManager | Destination::Cover | Destination::Desk);
    let style = if is_taken { style::GOOD } else { style::WAITING };
    Fields::new(paint(style, &destination(route)))
        .field("at", &route.address)
        .styled("closed until", time::plain(route.closed_until.as_ref(), zone), style::WAITING)
        .field("instead", &route.alternative)
        .field("because", reasons.join("\n"))
        .styled("staff", &route.staff_id, style::FAINT)
        .styled("desk", &route.desk_id, style::FAINT)
        .styled("contact point", &route.contact_point_id, style::FAINT)
        .render()
}

/// Who takes a part of a contact, in words.
pub(crate) fn destination(route: &Route) -> String {
    let (staff, desk) = (&route.staff_name, &route.desk_name);
    let family = match route.family() {
        ServiceFamily::Unspecified => "",
        ServiceFamily::Mobile => "mobile: ",
        ServiceFamily::Fixed => "fixed: ",
    };
    let whom = match route.destination() {
        Destination::AccountManager => format!("{staff}, the account manager"),
        Destination::Cover => format!("{staff}, who covers for the account manager"),
        Destination::Desk => format!("the team {desk}"),
        Destination::Closed => format!("nobody now: {desk} is closed"),
        Destination::Nobody => "nobody: no team is there for that".to_owned(),
        Destination::Unspecified => "?".to_owned(),
    };
    format!("{family}{whom}")
}

/// A reason as a sentence.
pub(crate) fn sentence(reason: i32) -> String {
    let Ok(known) = RoutingReason::try_from(reason) else {
        // A newer service may know more reasons than this build.
        return format!("reason {reason}");
    };
    let sentence = match known {
        RoutingReason::Unspecified => "no reason given",
        RoutingReason::CallerRecognised => "the number is that of a person of the account",
        RoutingReason::CallerUnknown => "the caller is not known",
        RoutingReason::CallerLeft => "the caller has left the account",
        RoutingReason::EndUser => "the caller uses a line and has no other role",
        RoutingReason::NotAuthorised => {
            "the caller may not ask for the account, and is served as an end user"
        }
        RoutingReason::LargeAccount => "the customer is a large account",
        RoutingReason::Segment => "the customer's segment decides",
        RoutingReason::SegmentInherited => "the segment is that of an account above",
        RoutingReason::ManagerAssigned => "the account has a manager of its own",
        RoutingReason::ManagerInherited => "the manager is that of an account above",
        RoutingReason::ManagerAway => "the manager is away",
        RoutingReason::ManagerLeft => "the manager has left",
        RoutingReason::ManagerUntrained => "the manager's training has ended",
        RoutingReason::NoManager => "there is no manager",
        RoutingReason::OutsideHours => "it is outside of the opening hours",
        RoutingReason::Subject => "the subject is not for the manager",
        RoutingReason::Skill => "the team holds the skill",
        RoutingReason::Region => "the team is that of the region",
        RoutingReason::Language => "the team speaks the language",
        RoutingReason::LanguageNotServed => "no team speaks the language; this one fits otherwise",
        RoutingReason::Overflow => "the team is closed, and another one takes over",
        RoutingReason::FromAbroad => "the contact comes from abroad: another number",
        RoutingReason::Urgent => "loss and theft are taken at any hour",
        RoutingReason::Split => "the contact is about mobile and fixed: one part each",
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(answer: &RouteContactResponse) -> String {
        anstream::adapter::strip_str(&render(answer, &TimeZone::UTC)).to_string()
    }

    #[test]
    fn a_contact_shows_who_takes_it_where_and_why_in_sentences() {
        let route = Route {
            destination: Destination::Cover.into(),
            staff_name: "Bruno Roux".into(),
            address: "+33199000001".into(),
            reasons: vec![RoutingReason::CallerRecognised.into(), RoutingReason::ManagerAway.into(), 99],
            ..Default::default()
        };
        let answer = RouteContactResponse {
            routes: vec![route],
            segment: Segment::SmeFleet.into(),
            ..Default::default()
        };
        assert_eq!(
            plain(&answer),
            "Bruno Roux, who covers for the account manager\n  \
             at       +33199000001\n  \
             because  the number is that of a person of the account\n           \
             the manager is away\n           \
             reason 99\n\
             segment  SME_FLEET\n"
        );
    }

    #[test]
    fn a_contact_that_is_split_shows_each_part() {
        let part = |family: ServiceFamily, name: &str| Route {
            destination: Destination::Desk.into(),
            desk_name: name.into(),
            family: family.into(),
            ..Default::default()
        };
        let routes = vec![part(ServiceFamily::Mobile, "PME mobile"), part(ServiceFamily::Fixed, "PME fixe")];
        let text = plain(&RouteContactResponse { routes, ..Default::default() });
        assert_eq!(text, "mobile: the team PME mobile\nfixed: the team PME fixe\n");
    }

    #[test]
    fn what_is_closed_says_until_when_and_what_else_there_is() {
        let route = Route {
            destination: Destination::Closed.into(),
            desk_name: "Service technique".into(),
            closed_until: Some(prost_types::Timestamp { seconds: 1_795_325_220, nanos: 0 }),
            alternative: "+33199000002".into(),
            ..Default::default()
        };
        let text = plain(&RouteContactResponse { routes: vec![route], ..Default::default() });
        assert!(text.starts_with("nobody now: Service technique is closed\n"), "{text}");
        assert!(text.contains("2026-11-22 05:27 UTC") && text.contains("+33199000002"), "{text}");
    }

    #[test]
    fn every_reason_of_the_contract_has_a_sentence_of_its_own() {
        let sentences: std::collections::BTreeSet<_> = (0..=24).map(sentence).collect();
        assert_eq!(sentences.len(), 25);
        assert!(RoutingReason::try_from(25).is_err(), "a new reason needs a sentence");
    }
}
