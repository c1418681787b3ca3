//! `vigie project …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::customer::{AccountSelector, When};
use super::house::Named;
use super::line::RequestIdArgs;
use super::reference::id;
use super::routing_words::{ProjectKind, ProjectOutcome};

#[derive(Debug, Subcommand)]
pub(crate) enum ProjectCommand {
    /// Open a project abroad or an international request; its answer is due within 2 working days
    Open(OpenProject),
    /// Record the answer to the customer, with the date that it promises
    Answer(AnswerProject),
    /// Promise another date; the first one stays on record beside it
    Promise(ChangePromise),
    /// Name another referent
    Referent(ChangeReferent),
    /// End a project
    Close(CloseProject),
    /// Projects of an account, the newest first
    List(ListProjects),
    /// One project
    Show {
        /// Id: `vigie project list` shows it
        #[arg(value_parser = id)]
        project: Uuid,
    },
}

#[derive(Args, Debug)]
pub(crate) struct OpenProject {
    /// Whose: id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// What it is
    #[arg(long, ignore_case = true)]
    pub(crate) kind: ProjectKind,
    /// Where, two letters, overseas territories by their own (RE, GP, …); may be repeated
    #[arg(long = "country", value_name = "CC", required = true)]
    pub(crate) countries: Vec<String>,
    /// The named referent: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "STAFF")]
    pub(crate) referent: Named,
    /// When the customer asked [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) requested: Option<When>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct AnswerProject {
    /// Id: `vigie project list` shows it
    #[arg(value_parser = id)]
    pub(crate) project: Uuid,
    /// The date that the answer promises
    #[arg(long, value_name = "WHEN")]
    pub(crate) promised: When,
    /// When the customer was answered [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ChangePromise {
    /// Id: `vigie project list` shows it
    #[arg(value_parser = id)]
    pub(crate) project: Uuid,
    /// The new date
    #[arg(long = "for", value_name = "WHEN")]
    pub(crate) promised_for: When,
    /// The customer asked for it
    #[arg(long)]
    pub(crate) asked_by_customer: bool,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ChangeReferent {
    /// Id: `vigie project list` shows it
    #[arg(value_parser = id)]
    pub(crate) project: Uuid,
    /// Who from now on: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CloseProject {
    /// Id: `vigie project list` shows it
    #[arg(value_parser = id)]
    pub(crate) project: Uuid,
    /// How it ended
    #[arg(long, ignore_case = true)]
    pub(crate) outcome: ProjectOutcome,
    /// When [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListProjects {
    /// Whose: id, SIREN, SIRET, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}
