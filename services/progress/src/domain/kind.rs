//! What an entry of a timeline tells.

/// Writes the enum, the list of all of it and the published names of the events from one table.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $event_type:literal,)*) => {
        /// What an entry of a timeline tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EntryKind {
            $($(#[$doc])* $variant,)*
            /// Of a type that this build does not know: shown as such, and nothing is concluded from it.
            Unknown,
            /// Of a type that it knows, and unreadable: a person let it pass by.
            Skipped,
        }

        impl EntryKind {
            /// Every kind that this build knows.
            pub const KNOWN: &[Self] = &[$(Self::$variant,)*];

            /// The kind of a published event.
            pub fn of(event_type: &str) -> Self {
                match event_type {
                    $($event_type => Self::$variant,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}

kinds! {
    /// The line came into the inventory.
    LineRegistered "vigie.line.line_registered.v1",
    /// A reason was added: the register is to show the line barred.
    SuspensionRequested "vigie.line.suspension_requested.v1",
    /// The register shows the line barred.
    SuspensionConfirmed "vigie.line.suspension_confirmed.v1",
    /// A reason was lifted and others remain: the line stays barred.
    SuspensionReasonLifted "vigie.line.suspension_reason_lifted.v1",
    /// The last reason was lifted: the register is to show the line open.
    ReinstatementRequested "vigie.line.reinstatement_requested.v1",
    /// The register shows the line open.
    ReinstatementConfirmed "vigie.line.reinstatement_confirmed.v1",
    /// The register has not confirmed an act in the promised time.
    ConfirmationOverdue "vigie.line.confirmation_overdue.v1",
    /// A second contact is to be told that LOSS or THEFT was lifted.
    SecondContactNoticeDue "vigie.line.second_contact_notice_due.v1",
    /// The number is to move to another SIM.
    SimReplacementRequested "vigie.line.sim_replacement_requested.v1",
    /// The register shows the number on the new SIM.
    SimReplacementConfirmed "vigie.line.sim_replacement_confirmed.v1",
    /// The line ends.
    TerminationRequested "vigie.line.termination_requested.v1",
    /// The register shows the ended line barred.
    TerminationConfirmed "vigie.line.termination_confirmed.v1",
    /// The register shows something that nobody asked for.
    RegisterDriftFound "vigie.line.register_drift_found.v1",
    /// The register shows again what was asked.
    RegisterDriftRepaired "vigie.line.register_drift_repaired.v1",
    /// The handset that the line is used with is known.
    HandsetRecorded "vigie.line.handset_recorded.v1",
    /// A handset was declared stolen: it is to go on the block list.
    TheftDeclared "vigie.line.theft_declared.v1",
    /// The block list shows the handset.
    HandsetBlocked "vigie.line.handset_blocked.v1",
    /// The block list did not show the handset in time.
    HandsetBlockOverdue "vigie.line.handset_block_overdue.v1",
    /// A stolen handset came back: it is to go off the block list.
    HandsetRecovered "vigie.line.handset_recovered.v1",
    /// The block list does not show the handset any more.
    HandsetUnblocked "vigie.line.handset_unblocked.v1",
    /// The handset stays on the block list: it is declared stolen elsewhere too.
    HandsetBlockKept "vigie.line.handset_block_kept.v1",
    /// The number is to go to another operator.
    PortOutNoted "vigie.line.port_out_noted.v1",
    /// The number is not to go any more.
    PortOutCancelled "vigie.line.port_out_cancelled.v1",
    /// The number went to another operator: the line ends.
    PortOutCompleted "vigie.line.port_out_completed.v1",
}
