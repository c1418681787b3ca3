use vigie_contractkit::Schemas;

use super::super::account::NAMES;
use crate::domain::account;
use crate::stream::account::Payload;

#[test]
fn schemas_of_accounts() {
    use account::*;
    Schemas::of(&["vigie.account."])
        .event::<Payload<AccountRegistered>>(name::ACCOUNT_REGISTERED, "The account came in.")
        .event::<Payload<AccountChanged>>(name::ACCOUNT_CHANGED, "What is known of the account changes, from effective_from on: what is absent stays as it is.")
        .event::<Payload<AccountMoved>>(name::ACCOUNT_MOVED, "The account hangs below another one, or at the top, from effective_from on.")
        .event::<Payload<AccountClosed>>(name::ACCOUNT_CLOSED, "The account ends at closed_at, which may lie ahead.")
        .event::<Payload<PlannedChangeTookEffect>>(name::PLANNED_CHANGE_TOOK_EFFECT, "Something that was recorded ahead now holds: the account after it shows what.")
        .event::<Payload<ManagerAssigned>>(name::MANAGER_ASSIGNED, "The account has an account manager, from the begin of the assignment on, which may lie ahead.")
        .event::<Payload<ManagerAssignmentEnded>>(name::MANAGER_ASSIGNMENT_ENDED, "An assignment ends, or ends earlier than it was to.")
        .event::<Payload<ManagerCoverBegan>>(name::MANAGER_COVER_BEGAN, "Somebody steps in for the account manager, for the time of the cover.")
        .event::<Payload<ManagerCoverEnded>>(name::MANAGER_COVER_ENDED, "Whoever stepped in steps back: the cover ends, or ends earlier than it was to.")
        .event::<Payload<ManagerGapOpened>>(name::MANAGER_GAP_OPENED, "The customer has nobody: no account manager who is there, and no cover.")
        .event::<Payload<ManagerGapOverdue>>(name::MANAGER_GAP_OVERDUE, "The customer has had nobody for longer than is promised. Nobody may be known yet who was there in time.")
        .event::<Payload<ManagerGapClosed>>(name::MANAGER_GAP_CLOSED, "The customer has somebody again, or is no customer any more. The promise was kept if until is before due.")
        .event::<Payload<ManagerChangeTold>>(name::MANAGER_CHANGE_TOLD, "The customer was told of a change of the account manager; a notice proves it.")
        .event::<Payload<ManagerChangeNotTold>>(name::MANAGER_CHANGE_NOT_TOLD, "The customer should have been told of a change of the account manager by now, and nothing proves it.")
        .event::<Payload<ContactPointTold>>(name::CONTACT_POINT_TOLD, "The customer was told a version of a contact point; a notice proves it.")
        .are_as_checked_in(&NAMES);
}
