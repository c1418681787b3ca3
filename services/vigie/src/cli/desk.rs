//! `vigie desk …`

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::customer::{Key, KeyArgs};
use super::hours::{ChangeHoursArgs, HoursArgs};
use super::house::Named;
use super::line::RequestIdArgs;
use super::reference::yes_or_no;
use super::routing_words::{DeskPurpose, Language, Segment};

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Register a team
    Add(Box<AddDesk>),
    /// Change a team, from now on; what is not given stays as it is
    Change(Box<ChangeDesk>),
    /// End a team; first end what leads to it
    Close {
        /// Name, id, or OWNER/TYPE/KEY
        desk: Named,
        #[command(flatten)]
        request: RequestIdArgs,
    },
    /// One team, with its hours
    Show {
        /// Name, id, or OWNER/TYPE/KEY
        desk: Named,
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
    #[arg(long = "language", value_name = "LANGUAGE", ignore_case = true)]
    pub(crate) languages: Vec<Language>,
    /// Whom it serves; may be repeated [default: everybody]
    #[arg(long = "segment", value_name = "SEGMENT", ignore_case = true)]
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
    /// The team that contacts go to while it is closed: name, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "DESK")]
    pub(crate) overflow: Option<Named>,
    /// Smaller comes first among teams that fit equally
    #[arg(long, default_value_t = 0)]
    pub(crate) rank: u32,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

/// What is not given stays as it is; what may be repeated replaces all there was.
#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("change").required(true).multiple(true),
    override_usage = "vigie desk change [OPTIONS] <DESK> --WHAT CHANGES..."
)]
pub(crate) struct ChangeDesk {
    /// Name, id, or OWNER/TYPE/KEY
    pub(crate) desk: Named,
    /// The whole team from a file instead: TOML or JSON, with the fields of vigie.routing.v1.Desk; what `vigie --json desk
    /// show` prints will do
    #[arg(long, value_name = "FILE", group = "change", conflicts_with_all = ["name", "purpose", "languages", "segments",
        "everybody", "businesses_only", "skills", "no_skills", "regions", "all_regions", "countries", "open", "time_zone",
        "holidays", "holiday_zone", "overflow", "no_overflow", "rank", "keys", "no_keys"])]
    pub(crate) file: Option<PathBuf>,
    /// Another name
    #[arg(long, group = "change")]
    pub(crate) name: Option<String>,
    /// What it is there for
    #[arg(long, ignore_case = true, group = "change")]
    pub(crate) purpose: Option<DeskPurpose>,
    /// A language it serves in; may be repeated
    #[arg(long = "language", value_name = "LANGUAGE", ignore_case = true, group = "change")]
    pub(crate) languages: Vec<Language>,
    /// Whom it serves; may be repeated
    #[arg(
        long = "segment",
        value_name = "SEGMENT",
        ignore_case = true,
        conflicts_with = "everybody",
        group = "change"
    )]
    pub(crate) segments: Vec<Segment>,
    /// It serves everybody
    #[arg(long, group = "change")]
    pub(crate) everybody: bool,
    /// Whether it serves businesses only
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no, group = "change")]
    pub(crate) businesses_only: Option<bool>,
    /// A skill that its people hold, like sme-fleet; may be repeated
    #[arg(long = "skill", value_name = "CODE", conflicts_with = "no_skills", group = "change")]
    pub(crate) skills: Vec<String>,
    /// No skill any more
    #[arg(long, group = "change")]
    pub(crate) no_skills: bool,
    /// INSEE code of a région it serves; may be repeated
    #[arg(long = "region", value_name = "CODE", conflicts_with = "all_regions", group = "change")]
    pub(crate) regions: Vec<String>,
    /// It serves all régions
    #[arg(long, group = "change")]
    pub(crate) all_regions: bool,
    /// A country it serves, two letters; may be repeated
    #[arg(long = "country", value_name = "CC", group = "change")]
    pub(crate) countries: Vec<String>,
    #[command(flatten)]
    pub(crate) hours: ChangeHoursArgs,
    /// The team that contacts go to while it is closed: name, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "DESK", conflicts_with = "no_overflow", group = "change")]
    pub(crate) overflow: Option<Named>,
    /// Contacts go nowhere while it is closed
    #[arg(long, group = "change")]
    pub(crate) no_overflow: bool,
    /// Smaller comes first among teams that fit equally
    #[arg(long, group = "change")]
    pub(crate) rank: Option<u32>,
    /// A key of another system, like acd/queue/fleet; may be repeated
    #[arg(long = "key", value_name = "OWNER/TYPE/KEY", conflicts_with = "no_keys", group = "change")]
    pub(crate) keys: Vec<Key>,
    /// No key of another system any more
    #[arg(long, group = "change")]
    pub(crate) no_keys: bool,
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
