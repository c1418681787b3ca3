//! `vigie contact-point …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::customer::{MomentArgs, Number, When};
use super::house::{Named, PointSelector};
use super::line::RequestIdArgs;
use super::routing_words::{ContactChannel, Segment, TariffClass};

#[derive(Debug, Subcommand)]
pub(crate) enum ContactPointCommand {
    /// Publish where a team is reached, or a later version of that
    Publish(Box<Publish>),
    /// Contact points, as they are or will be
    List(ListContactPoints),
    /// One contact point, as of a day and as known on a day
    Show {
        /// Number, short code or address, or id
        contact_point: PointSelector,
        #[command(flatten)]
        at: MomentArgs,
    },
    /// End a contact point at a moment that lies ahead
    Retire(Retire),
    /// Customers who were told of a version, with the notice that proves it
    Recipients(ListRecipients),
}

#[derive(Args, Debug)]
pub(crate) struct Publish {
    /// The team: name, id, or OWNER/TYPE/KEY
    #[arg(required_unless_present = "file", requires = "channel")]
    pub(crate) desk: Option<Named>,
    /// The whole contact point from a file instead: TOML or JSON, with the fields of vigie.routing.v1.ContactPoint
    #[arg(long, value_name = "FILE", conflicts_with_all = ["desk", "channel", "number", "short_code", "from_abroad", "address",
        "tariff", "label", "segments", "for_end_users", "from", "point"])]
    pub(crate) file: Option<PathBuf>,
    /// By which channel
    #[arg(long, ignore_case = true)]
    pub(crate) channel: Option<ContactChannel>,
    /// Number (+33…)
    #[arg(long)]
    pub(crate) number: Option<Number>,
    /// Three to six digits that lead to the same place inside the country
    #[arg(long, value_name = "DIGITS")]
    pub(crate) short_code: Option<String>,
    /// Number that can be called from abroad
    #[arg(long, value_name = "NUMBER")]
    pub(crate) from_abroad: Option<Number>,
    /// Mail or web address
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// What a call costs
    #[arg(long, ignore_case = true)]
    pub(crate) tariff: Option<TariffClass>,
    /// What customers read of it, like "Service & appel gratuits"
    #[arg(long, requires = "tariff")]
    pub(crate) label: Option<String>,
    /// Whom it is for; may be repeated [default: everybody its team serves]
    #[arg(long = "segment", value_name = "SEGMENT", ignore_case = true)]
    pub(crate) segments: Vec<Segment>,
    /// It is for the mobile end users of businesses
    #[arg(long)]
    pub(crate) for_end_users: bool,
    /// From when it is valid; must lie ahead, except for a first version [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<When>,
    /// The contact point that this is a later version of: its number, short code or address by now, or id
    #[arg(long)]
    pub(crate) point: Option<PointSelector>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListContactPoints {
    /// Only of this team: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Option<Named>,
    /// Valid then [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<When>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Retire {
    /// Number, short code or address, or id
    pub(crate) contact_point: PointSelector,
    /// When it ends; must lie ahead
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: When,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListRecipients {
    /// Number, short code or address, or id
    pub(crate) contact_point: PointSelector,
    /// Which version of it [default: the newest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) point_version: Option<u32>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}
