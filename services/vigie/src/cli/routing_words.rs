//! Words of routing as they are written on the command line.

use clap::ValueEnum;
use vigie_proto::routing as wire;

/// Writes an enum of the command line from its table: the contract's values, each with its help.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub(crate) enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// As the contract has it.
            pub(crate) fn wire(self) -> i32 {
                match self {
                    $(Self::$variant => wire::$name::$variant.into(),)*
                }
            }
        }
    )*};
}

words! {
    /// Level in a customer's hierarchy.
    AccountLevel {
        /// Several companies
        Group,
        /// A legal entity, known by its SIREN
        Company,
        /// An establishment, known by its SIRET
        Site,
    }

    /// What a customer is to the operator.
    Segment {
        /// Large account (grand compte)
        #[value(alias = "large_account")]
        LargeAccount,
        /// Fleet of mobile lines of a small or medium enterprise
        #[value(alias = "sme_fleet")]
        SmeFleet,
        /// Fixed services of a business
        #[value(alias = "business_fixed")]
        BusinessFixed,
    }

    /// A language that customers are served in.
    Language {
        #[value(alias = "fr")]
        French,
        #[value(alias = "en")]
        English,
        #[value(alias = "de")]
        German,
        #[value(alias = "es")]
        Spanish,
        #[value(alias = "it")]
        Italian,
        #[value(alias = "pt")]
        Portuguese,
        #[value(alias = "nl")]
        Dutch,
    }

    /// What somebody may ask for in the name of an account.
    PersonRole {
        /// Uses a line, and may ask for that line only
        #[value(alias = "end_user")]
        EndUser,
        /// Manages the fleet
        #[value(alias = "fleet_manager")]
        FleetManager,
        /// Manages information technology
        #[value(alias = "it_manager")]
        ItManager,
        /// Manages contracts
        #[value(alias = "contract_manager")]
        ContractManager,
        /// Administers the account
        #[value(alias = "account_administrator")]
        AccountAdministrator,
    }

    /// What a team is there for.
    DeskPurpose {
        /// Where account managers work
        Sales,
        /// Administrative service
        Administrative,
        /// Technical service
        Technical,
        /// Mobile end users
        #[value(alias = "end_user")]
        EndUser,
        /// International development
        International,
    }

    /// How a contact arrives.
    ContactChannel {
        /// By telephone
        Phone,
        /// By mail
        Email,
        /// In a chat
        Chat,
        /// On the extranet
        Extranet,
        /// By post
        Post,
    }

    /// What a call costs.
    TariffClass {
        /// Call and service are free
        Free,
        /// An ordinary call
        Normal,
        /// A price on top of the call's
        Surcharged,
    }

    /// What a contact is about.
    Subject {
        /// A contract, an offer, an order
        Commercial,
        /// A bill, an address, a user, an option
        Administrative,
        /// Something does not work
        Technical,
        /// A phone is lost or stolen
        #[value(alias = "loss_or_theft")]
        LossOrTheft,
        /// A project or a stay abroad
        International,
    }

    /// A family of services.
    ServiceFamily {
        Mobile,
        Fixed,
    }

    /// On whose side a cause lies.
    Side {
        /// The customer's
        Customer,
        /// Ours
        Operator,
    }

    /// What a project is.
    ProjectKind {
        /// A new site abroad
        #[value(alias = "new_site")]
        NewSite,
        /// A fleet for people abroad
        #[value(alias = "new_fleet")]
        NewFleet,
        /// Any other international request
        Request,
    }

    /// How a project ended.
    ProjectOutcome {
        /// Delivered
        Delivered,
        /// The customer gave it up
        Withdrawn,
        /// We cannot do it
        Declined,
    }
}

/// Several words as the contract has them.
macro_rules! wires {
    ($words:expr) => {
        $words.iter().map(|word| word.wire()).collect::<Vec<i32>>()
    };
}
pub(crate) use wires;
