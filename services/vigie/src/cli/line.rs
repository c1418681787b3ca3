//! `vigie line …`

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use uuid::Uuid;
use vigie_proto::lines::OnBehalf;

use super::reference::id;
use super::{HandsetCommand, LineSelector, Person, PortOutCommand, Reason};
use crate::output::time::Instant;

#[derive(Debug, Subcommand)]
pub(crate) enum LineCommand {
    /// Suspend a line, or every line of a person
    Suspend(Suspend),
    /// Lift one reason; the line is back in service when none is left
    Reinstate(Reinstate),
    /// Take back the suspension of a wrong line (same person, within 15 minutes, loss only)
    Undo(Undo),
    /// Move the number to another SIM
    ReplaceSim(ReplaceSim),
    /// The handset that a line is used with: record it, declare it stolen, declare it recovered
    #[command(subcommand)]
    Handset(HandsetCommand),
    /// The way of a number to another operator
    #[command(subcommand)]
    PortOut(PortOutCommand),
    /// End a line for good
    Terminate(Terminate),
    /// One line as it is now
    Show {
        /// Number (+33…) or line id
        line: LineSelector,
    },
    /// Lines in the token's scope
    List(List),
    /// Lines whose register does not yet confirm what was asked, oldest first
    Pending {
        /// How many at most; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// What happened to a line, newest first
    Timeline(Timeline),
    /// What happens to a line, as it happens; until it is interrupted
    Watch(Watch),
    /// Times, number and reference of an act, for police and insurer
    Receipt(Receipt),
    /// Register lines from a CSV file; run it again to go on after an interruption
    Import(Import),
}

/// Which line, or whose lines.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("target").required(true).multiple(false))]
pub(crate) struct Target {
    /// Number (+33…) or line id
    #[arg(group = "target")]
    pub(crate) line: Option<LineSelector>,
    /// Every line that this person holds
    #[arg(long, group = "target", value_name = "ACCOUNT/USER")]
    pub(crate) person: Option<Person>,
}

/// When staff act for a customer on the phone.
#[derive(Args, Debug, Default)]
pub(crate) struct OnBehalfArgs {
    /// User id of the person who asks
    #[arg(long, value_name = "PERSON", requires = "check")]
    pub(crate) on_behalf: Option<String>,
    /// How the caller was recognised; at least one, may be repeated
    #[arg(long, value_name = "CHECK", requires = "on_behalf")]
    pub(crate) check: Vec<String>,
}

impl OnBehalfArgs {
    /// As the request carries it.
    pub(crate) fn to_proto(&self) -> Option<OnBehalf> {
        let person_id = self.on_behalf.clone()?;
        Some(OnBehalf { person_id, caller_checks: self.check.clone() })
    }
}

/// To repeat a command whose outcome is not known.
#[derive(Args, Debug, Default)]
pub(crate) struct RequestIdArgs {
    /// Repeat the request of this id instead of making a new one
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) request_id: Option<Uuid>,
}

#[derive(Args, Debug)]
pub(crate) struct Suspend {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Why
    #[arg(long, ignore_case = true)]
    pub(crate) reason: Reason,
    /// Also the line's data twins
    #[arg(long, conflicts_with = "person")]
    pub(crate) with_twins: bool,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Reinstate {
    #[command(flatten)]
    pub(crate) target: Target,
    /// The reason to lift
    #[arg(long, ignore_case = true)]
    pub(crate) reason: Reason,
    /// Also from the line's data twins
    #[arg(long, conflicts_with = "person")]
    pub(crate) with_twins: bool,
    /// After theft, on the same SIM: when the handset was recovered (RFC 3339, or local "2026-11-20 14:00")
    #[arg(long, value_name = "TIME", requires = "attested_by")]
    pub(crate) handset_recovered_at: Option<Instant>,
    /// Who attests that it was
    #[arg(long, value_name = "PERSON", requires = "handset_recovered_at")]
    pub(crate) attested_by: Option<String>,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Undo {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// The act to take back
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) act: Uuid,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ReplaceSim {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// IMSI of the new SIM; the register knows it already, without a number
    #[arg(long)]
    pub(crate) imsi: String,
    /// ICCID of the new SIM
    #[arg(long)]
    pub(crate) iccid: String,
    /// For an eSIM: the chip that it is a profile on, 32 digits
    #[arg(long)]
    pub(crate) eid: Option<String>,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Terminate {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// Do not ask first (on a terminal)
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) on_behalf: OnBehalfArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only this account
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) account: Option<Uuid>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Timeline {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// Only what changed this act
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) act: Option<Uuid>,
    /// How many entries at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// Go on where an earlier watch ended, instead of at the line's beginning
    #[arg(long, value_name = "TOKEN")]
    pub(crate) resume: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Receipt {
    /// Number (+33…) or line id
    pub(crate) line: LineSelector,
    /// The act; the latest if not given
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) act: Option<Uuid>,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// CSV with a header row: account_id,msisdn,imsi,iccid,account_holder and, if you like,
    /// user_id,cost_centre,site,ext:OWNER:TYPE (a key of another system); comma or semicolon, UTF-8
    pub(crate) file: PathBuf,
    /// Write the rejected rows here, with reason and message, ready to be mended and imported
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}
