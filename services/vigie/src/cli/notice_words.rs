//! Words of notices as they are written on the command line.

use clap::ValueEnum;
use vigie_proto::notices as wire;

/// Writes an enum of the command line from its table: the contract's values, each with its help. Written with `-` or `_`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident as $wire:ident { $($(#[$variant_doc:meta])* $variant:ident $alias:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub(crate) enum $name {
            $($(#[$variant_doc])* #[value(alias = $alias)] $variant,)*
        }

        impl $name {
            /// As the contract has it.
            pub(crate) fn wire(self) -> i32 {
                match self {
                    $(Self::$variant => wire::$wire::$variant.into(),)*
                }
            }
        }
    )*};
}

words! {
    /// What somebody is told of.
    Cause as NoticeCause {
        /// A line is barred
        LineBarred "line_barred",
        /// A line is in service again
        LineReinstated "line_reinstated",
        /// An act on a line waits for the register
        LinePending "line_pending",
        /// Loss or theft was lifted: a second contact is told
        ReinstatementAsked "reinstatement_asked",
        /// There is an account manager, or another one
        ManagerAssigned "manager_assigned",
        /// There is no account manager any more
        ManagerAssignmentEnded "manager_assignment_ended",
        /// Somebody covers for the account manager
        ManagerCoverBegan "manager_cover_began",
        /// The account manager is back
        ManagerCoverEnded "manager_cover_ended",
        /// A number, address, tariff or opening hours change
        ContactPointChanged "contact_point_changed",
        /// A number or address ends
        ContactPointRetired "contact_point_retired",
    }

    /// Where a notice stands.
    State as NoticeState {
        /// Not yet handed over
        ToSend "to_send",
        /// Handed over: told from then on, unless it bounces
        HandedOver "handed_over",
        /// Told for good
        Delivered "DELIVERED",
        /// Nobody could be reached: a person decides
        GivenUp "given_up",
        /// There was nobody to tell
        NobodyToTell "nobody_to_tell",
        /// A person ended it
        Dropped "DROPPED",
    }

    /// What somebody may ask for in the name of an account.
    Role as NoticeRole {
        EndUser "end_user",
        FleetManager "fleet_manager",
        ItManager "it_manager",
        ContractManager "contract_manager",
        AccountAdministrator "account_administrator",
    }
}

/// A language that notices are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Fr,
    En,
}

impl Language {
    /// ISO 639-1, as the contract has it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}
