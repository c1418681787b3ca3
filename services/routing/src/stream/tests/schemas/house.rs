//! What is the operator's own: staff, desks, contact points.

use vigie_contractkit::Schemas;

use super::super::{contact_point as points, desk as desks, staff_member as members};
use crate::domain::{contact_point, desk, staff};
use crate::stream;

#[test]
fn schemas_of_staff_members() {
    use staff::*;
    Schemas::of(&["vigie.staff_member."])
        .event::<stream::staff_member::Payload<StaffRegistered>>(
            name::STAFF_REGISTERED,
            "Somebody starts to face customers.",
        )
        .event::<stream::staff_member::Payload<StaffChanged>>(
            name::STAFF_CHANGED,
            "What is known of the staff member was replaced.",
        )
        .event::<stream::staff_member::Payload<TrainingRecorded>>(
            name::TRAINING_RECORDED,
            "The staff member passed a training.",
        )
        .event::<stream::staff_member::Payload<TrainingExpiring>>(
            name::TRAINING_EXPIRING,
            "The training of an account manager ends soon.",
        )
        .event::<stream::staff_member::Payload<TrainingExpired>>(
            name::TRAINING_EXPIRED,
            "The training of an account manager has ended.",
        )
        .event::<stream::staff_member::Payload<AbsencePlanned>>(
            name::ABSENCE_PLANNED,
            "A time away is planned.",
        )
        .event::<stream::staff_member::Payload<AbsenceCancelled>>(
            name::ABSENCE_CANCELLED,
            "A time away was taken back before it began.",
        )
        .event::<stream::staff_member::Payload<AbsenceBegan>>(name::ABSENCE_BEGAN, "A time away began.")
        .event::<stream::staff_member::Payload<AbsenceEnded>>(name::ABSENCE_ENDED, "A time away is over.")
        .event::<stream::staff_member::Payload<LeavingRecorded>>(
            name::LEAVING_RECORDED,
            "The staff member is to leave at leaves_at.",
        )
        .event::<stream::staff_member::Payload<StaffLeft>>(name::STAFF_LEFT, "The staff member has left.")
        .are_as_checked_in(&members::NAMES);
}

#[test]
fn schemas_of_desks() {
    use desk::*;
    Schemas::of(&["vigie.desk."])
        .event::<stream::desk::Payload<DeskRegistered>>(name::DESK_REGISTERED, "A team was taken in.")
        .event::<stream::desk::Payload<DeskChanged>>(
            name::DESK_CHANGED,
            "What is known of the team was replaced.",
        )
        .event::<stream::desk::Payload<DeskClosed>>(name::DESK_CLOSED, "The team ended.")
        .are_as_checked_in(&desks::NAMES);
}

#[test]
fn schemas_of_contact_points() {
    use contact_point::*;
    Schemas::of(&["vigie.contact_point."])
        .event::<stream::contact_point::Payload<VersionPublished>>(
            name::VERSION_PUBLISHED,
            "A version of the contact point was published; it may be valid only later.",
        )
        .event::<stream::contact_point::Payload<ChangeNoticeDue>>(
            name::CHANGE_NOTICE_DUE,
            "Customers are to be told of a change of the contact point before it takes effect.",
        )
        .event::<stream::contact_point::Payload<VersionTookEffect>>(
            name::VERSION_TOOK_EFFECT,
            "A version of the contact point became valid.",
        )
        .event::<stream::contact_point::Payload<RetirementRecorded>>(
            name::RETIREMENT_RECORDED,
            "The contact point is to end.",
        )
        .event::<stream::contact_point::Payload<ContactPointEnded>>(
            name::CONTACT_POINT_ENDED,
            "The contact point has ended, and no version follows at once.",
        )
        .are_as_checked_in(&points::NAMES);
}
