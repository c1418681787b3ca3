//! From the decision to the answer.

use uuid::Uuid;
use vigie_command::field::wire_instant;
use vigie_proto::routing as wire;

use crate::domain::Segment;
use crate::domain::route::{Decision, Desk, Family, Reach, Reason, Route, Staff, To};

/// The answer. It is the only thing that a decision allocates.
pub(super) fn of(decision: &Decision<'_>, position: i64) -> wire::RouteContactResponse {
    wire::RouteContactResponse {
        routes: decision.routes.as_slice().iter().map(route).collect(),
        account_id: optional_id(decision.account),
        person_id: optional_id(decision.person),
        segment: decision.segment.map_or(wire::Segment::Unspecified, segment).into(),
        position,
    }
}

fn optional_id(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn route(route: &Route<'_>) -> wire::Route {
    let common = wire::Route {
        reasons: route.reasons.as_slice().iter().map(|of| i32::from(reason(*of))).collect(),
        family: route.family.map_or(wire::ServiceFamily::Unspecified, family).into(),
        ..wire::Route::default()
    };
    match route.to {
        To::Manager { staff, reach } => to_person(common, wire::Destination::AccountManager, staff, reach),
        To::Cover { staff, reach } => to_person(common, wire::Destination::Cover, staff, reach),
        To::Desk { desk, reach } => reached(to_desk(common, wire::Destination::Desk, desk), reach),
        To::Closed { desk, until, alternative } => wire::Route {
            closed_until: until.map(wire_instant),
            alternative: alternative.unwrap_or_default().to_owned(),
            ..to_desk(common, wire::Destination::Closed, desk)
        },
        To::Nobody => wire::Route { destination: wire::Destination::Nobody.into(), ..common },
    }
}

fn to_person(
    route: wire::Route,
    destination: wire::Destination,
    staff: &Staff,
    reach: Reach<'_>,
) -> wire::Route {
    let route = wire::Route {
        destination: destination.into(),
        staff_id: staff.id.to_string(),
        staff_name: staff.name.to_string(),
        ..route
    };
    reached(route, reach)
}

fn to_desk(route: wire::Route, destination: wire::Destination, desk: &Desk) -> wire::Route {
    wire::Route {
        destination: destination.into(),
        desk_id: desk.id.to_string(),
        desk_name: desk.name.to_string(),
        ..route
    }
}

fn reached(route: wire::Route, reach: Reach<'_>) -> wire::Route {
    wire::Route { contact_point_id: optional_id(reach.point), address: reach.address.to_owned(), ..route }
}

const fn segment(segment: Segment) -> wire::Segment {
    match segment {
        Segment::LargeAccount => wire::Segment::LargeAccount,
        Segment::SmeFleet => wire::Segment::SmeFleet,
        Segment::BusinessFixed => wire::Segment::BusinessFixed,
    }
}

const fn family(family: Family) -> wire::ServiceFamily {
    match family {
        Family::Mobile => wire::ServiceFamily::Mobile,
        Family::Fixed => wire::ServiceFamily::Fixed,
    }
}

const fn reason(reason: Reason) -> wire::RoutingReason {
    use wire::RoutingReason as Wire;
    match reason {
        Reason::CallerRecognised => Wire::CallerRecognised,
        Reason::CallerUnknown => Wire::CallerUnknown,
        Reason::CallerLeft => Wire::CallerLeft,
        Reason::EndUser => Wire::EndUser,
        Reason::NotAuthorised => Wire::NotAuthorised,
        Reason::LargeAccount => Wire::LargeAccount,
        Reason::Segment => Wire::Segment,
        Reason::SegmentInherited => Wire::SegmentInherited,
        Reason::ManagerAssigned => Wire::ManagerAssigned,
        Reason::ManagerInherited => Wire::ManagerInherited,
        Reason::ManagerAway => Wire::ManagerAway,
        Reason::ManagerLeft => Wire::ManagerLeft,
        Reason::ManagerUntrained => Wire::ManagerUntrained,
        Reason::NoManager => Wire::NoManager,
        Reason::OutsideHours => Wire::OutsideHours,
        Reason::Subject => Wire::Subject,
        Reason::Skill => Wire::Skill,
        Reason::Region => Wire::Region,
        Reason::Language => Wire::Language,
        Reason::LanguageNotServed => Wire::LanguageNotServed,
        Reason::Overflow => Wire::Overflow,
        Reason::FromAbroad => Wire::FromAbroad,
        Reason::Urgent => Wire::Urgent,
        Reason::Split => Wire::Split,
    }
}
