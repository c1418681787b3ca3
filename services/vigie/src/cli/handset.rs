//! `vigie line handset …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::LineSelector;
use super::line::{OnBehalfArgs, RequestIdArgs};
use crate::output::time::Instant;

#[derive(Debug, Subcommand)]
pub(crate) enum HandsetCommand {
    /// Put on record which handset a line is used with
    Record(RecordHandset),
    /// Hand on the police's declaration of theft: the handset goes on the block list within 4 working days
    DeclareTheft(DeclareTheft),
    /// A stolen handset came back: it goes off the block list
    Recovered(Recovered),
    /// Declarations of theft of a line's handsets, newest first
    Thefts {
        /// Number (+33…) or line id
        line: LineSelector,
    },
}

#[derive(Args, Debug)]
pub(crate) struct RecordHandset {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// IMEI, as *#06# or the box shows it: 14, 15 or 16 digits
    #[arg(long)]
    pub(crate) imei: String,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct DeclareTheft {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// Reference of the police's record
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) police_report: String,
    /// When the police took the declaration (RFC 3339, or local "2026-11-20 14:00")
    #[arg(long, value_name = "TIME")]
    pub(crate) declared_at: Instant,
    /// The handset; the one on record if not given
    #[arg(long)]
    pub(crate) imei: Option<String>,
    /// Whose public holidays count: metropole, alsace-moselle, martinique, guadeloupe, guyane, reunion, mayotte, …
    #[arg(long, value_name = "ZONE")]
    pub(crate) calendar: Option<String>,
    /// Where days begin and end [default: Europe/Paris]
    #[arg(long, value_name = "IANA")]
    pub(crate) time_zone: Option<String>,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Recovered {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// When it was recovered (RFC 3339, or local "2026-11-20 14:00")
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Instant,
    /// Who attests it; you, as a manager, if not given
    #[arg(long, value_name = "PERSON")]
    pub(crate) attested_by: Option<String>,
    /// Which declaration ends, where several stand
    #[arg(long, value_name = "UUID")]
    pub(crate) declaration: Option<Uuid>,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}
