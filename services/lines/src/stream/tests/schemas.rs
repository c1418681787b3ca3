//! The schema of every event, generated from its type.

use vigie_contractkit::Schemas;

use super::super::Payload;
use super::PUBLISHED;
use crate::domain::*;

#[test]
fn schemas_are_generated_from_the_types() {
    Schemas::of(&["vigie.line."])
        .event::<Payload<LineRegistered>>(
            name::LINE_REGISTERED,
            "The line came into the inventory; nothing was provisioned.",
        )
        .event::<Payload<SuspensionRequested>>(
            name::SUSPENSION_REQUESTED,
            "A reason for suspension was added: the register is to show the line barred. It may not do so yet.",
        )
        .event::<Payload<Confirmed>>(name::SUSPENSION_CONFIRMED, "The register was read back and shows the line barred.")
        .event::<Payload<SuspensionReasonLifted>>(
            name::SUSPENSION_REASON_LIFTED,
            "A reason for suspension was lifted and others remain: the line stays barred.",
        )
        .event::<Payload<ReinstatementRequested>>(
            name::REINSTATEMENT_REQUESTED,
            "The last reason for suspension was lifted: the register is to show the line open. It may not do so yet.",
        )
        .event::<Payload<Confirmed>>(name::REINSTATEMENT_CONFIRMED, "The register was read back and shows the line open.")
        .event::<Payload<ConfirmationOverdue>>(
            name::CONFIRMATION_OVERDUE,
            "The register has not confirmed an act within 60 seconds of its T0; it is still being driven.",
        )
        .event::<Payload<SecondContactNoticeDue>>(
            name::SECOND_CONTACT_NOTICE_DUE,
            "LOSS or THEFT was lifted: a second contact of the customer is to be told.",
        )
        .event::<Payload<SimReplacementRequested>>(
            name::SIM_REPLACEMENT_REQUESTED,
            "The line's number is to move to another SIM. The old one is in use until the confirmation.",
        )
        .event::<Payload<Confirmed>>(
            name::SIM_REPLACEMENT_CONFIRMED,
            "The register was read back and shows the number on the new SIM, and the old one barred.",
        )
        .event::<Payload<TerminationRequested>>(name::TERMINATION_REQUESTED, "The line ends: it takes no more commands.")
        .event::<Payload<TerminationConfirmed>>(
            name::TERMINATION_CONFIRMED,
            "The register was read back and shows the ended line barred; its number is in quarantine, or another operator's.",
        )
        .event::<Payload<RegisterDriftFound>>(
            name::REGISTER_DRIFT_FOUND,
            "The register shows for the line something that nobody asked for.",
        )
        .event::<Payload<RegisterDriftRepaired>>(
            name::REGISTER_DRIFT_REPAIRED,
            "The register was read back and shows again what was asked.",
        )
        .event::<Payload<HandsetRecorded>>(
            name::HANDSET_RECORDED,
            "The handset that the line is used with was put on record.",
        )
        .event::<Payload<TheftDeclared>>(
            name::THEFT_DECLARED,
            "The police's declaration of theft of a handset reached us: it is to be on the EIR block list before due_at. The \
             line is suspended by an act of its own.",
        )
        .event::<Payload<HandsetBlocked>>(
            name::HANDSET_BLOCKED,
            "The EIR block list was read back and shows the stolen handset.",
        )
        .event::<Payload<HandsetBlockOverdue>>(
            name::HANDSET_BLOCK_OVERDUE,
            "The EIR block list does not show the stolen handset at due_at; it is still being put there.",
        )
        .event::<Payload<HandsetRecovered>>(
            name::HANDSET_RECOVERED,
            "A stolen handset came back, and its declaration of theft ends. It may still be on the EIR block list.",
        )
        .event::<Payload<HandsetReleased>>(
            name::HANDSET_UNBLOCKED,
            "The EIR block list was read back and does not show the recovered handset any more.",
        )
        .event::<Payload<HandsetReleased>>(
            name::HANDSET_BLOCK_KEPT,
            "The recovered handset stays on the EIR block list: it is declared stolen on another line, or again, too.",
        )
        .event::<Payload<PortOutPlan>>(
            name::PORT_OUT_NOTED,
            "The number is to go to another operator. Suspending the line does not stop that.",
        )
        .event::<Payload<PortOutPlan>>(name::PORT_OUT_CANCELLED, "The number is not to go to another operator any more.")
        .event::<Payload<PortOutCompleted>>(
            name::PORT_OUT_COMPLETED,
            "The number went to another operator: that is why the line ends. It follows the termination_requested of the act.",
        )
        .are_as_checked_in(&PUBLISHED);
}
