//! `vigie desk …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::customer::KeyArgs;
use super::hours::HoursArgs;
use super::line::RequestIdArgs;
use super::routing_words::{DeskPurpose, Language, Segment};

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Register a team
    Add(Box<AddDesk>),
    /// One team, with its hours
    Show {
        /// Id
        desk: Uuid,
    },
    /// Teams; closed ones are not among them
    List(ListDesks),
}

#[derive(Args, Debug)]
pub(crate) struct AddDesk {
    /// Name
    #[arg(required_unless_present = "file", requires = "purpose")]
    pub(crate) name: Option<String>,
    /// The whole team from a file instead: TOML or JSON, with the fields of vigie.routing.v1.Desk
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "purpose", "languages", "segments", "businesses_only",
        "skills", "regions", "countries", "overflow", "rank", "keys", "open", "time_zone", "holidays", "holiday_zone"])]
    pub(crate) file: Option<PathBuf>,
    /// What it is there for
    #[arg(long, ignore_case = true)]
    pub(crate) purpose: Option<DeskPurpose>,
    /// A language it serves in; may be repeated [default: French]
    #[arg(long = "language", ignore_case = true)]
    pub(crate) languages: Vec<Language>,
    /// Whom it serves; may be repeated [default: everybody]
    #[arg(long = "segment", ignore_case = true)]
    pub(crate) segments: Vec<Segment>,
    /// It serves businesses only
    #[arg(long)]
    pub(crate) businesses_only: bool,
    /// A skill that its people hold, like sme-fleet; may be repeated
    #[arg(long = "skill", value_name = "CODE")]
    pub(crate) skills: Vec<String>,
    /// INSEE code of a région it serves; may be repeated [default: all]
    #[arg(long = "region", value_name = "CODE")]
    pub(crate) regions: Vec<String>,
    /// A country it serves, two letters; may be repeated [default: FR]
    #[arg(long = "country", value_name = "CC")]
    pub(crate) countries: Vec<String>,
    #[command(flatten)]
    pub(crate) hours: HoursArgs,
    /// The team that contacts go to while it is closed
    #[arg(long, value_name = "DESK")]
    pub(crate) overflow: Option<Uuid>,
    /// Smaller comes first among teams that fit equally
    #[arg(long, default_value_t = 0)]
    pub(crate) rank: u32,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListDesks {
    /// Only with this purpose
    #[arg(long, ignore_case = true)]
    pub(crate) purpose: Option<DeskPurpose>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}
