//! `vigie staff …`

use std::str::FromStr;

use clap::{Args, Subcommand};
use uuid::Uuid;
use vigie_proto::routing;

use super::customer::{KeyArgs, Number, When};
use super::line::RequestIdArgs;
use super::routing_words::Language;

#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Register an account manager or an advisor
    Add(AddStaff),
    /// One staff member, with trainings and absences
    Show {
        /// Id
        staff: Uuid,
    },
    /// Staff members; who has left is among them
    List(ListStaff),
    /// Record a training that was passed
    Train(Train),
    /// Plan an absence, and who covers
    Absence(PlanAbsence),
    /// Take an absence back, or end it early
    CancelAbsence(CancelAbsence),
    /// The staff member leaves
    Leave(Leave),
    /// What has to be done before a gap opens, most urgent first
    Work {
        /// How many at most; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
}

/// A skill, for ever or until a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skill {
    code: String,
    valid_until: Option<When>,
}

impl FromStr for Skill {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (code, until) = match text.split_once('=') {
            Some((code, until)) => (code, Some(until.parse()?)),
            None => (text, None),
        };
        if code.is_empty() {
            return Err("write CODE, or CODE=UNTIL".to_owned());
        }
        Ok(Self { code: code.to_owned(), valid_until: until })
    }
}

impl Skill {
    pub(crate) fn to_proto(&self) -> routing::Skill {
        routing::Skill { code: self.code.clone(), valid_until: self.valid_until.map(Into::into) }
    }
}

#[derive(Args, Debug)]
pub(crate) struct AddStaff {
    /// Name that customers are told
    pub(crate) name: String,
    /// Accounts may be assigned
    #[arg(long)]
    pub(crate) account_manager: bool,
    /// A language spoken; may be repeated
    #[arg(long = "language", required = true, ignore_case = true)]
    pub(crate) languages: Vec<Language>,
    /// A skill, like sme-fleet or technical=2027-06-30; may be repeated
    #[arg(long = "skill", value_name = "CODE[=UNTIL]")]
    pub(crate) skills: Vec<Skill>,
    /// INSEE code of a région; may be repeated [default: all]
    #[arg(long = "region", value_name = "CODE")]
    pub(crate) regions: Vec<String>,
    /// Mail address that customers are told
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Number that customers are told (+33…)
    #[arg(long)]
    pub(crate) number: Option<Number>,
    /// The team that the person works in
    #[arg(long, value_name = "DESK")]
    pub(crate) desk: Option<Uuid>,
    /// User id that tokens know the person by
    #[arg(long, value_name = "USER")]
    pub(crate) user_id: Option<String>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListStaff {
    /// Only of this team
    #[arg(long, value_name = "DESK")]
    pub(crate) desk: Option<Uuid>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Train {
    /// Who: id
    pub(crate) staff: Uuid,
    /// Which training; `account-manager` is the one that assignments ask for
    #[arg(default_value = "account-manager")]
    pub(crate) code: String,
    /// When it was passed
    #[arg(long, value_name = "WHEN")]
    pub(crate) passed: When,
    /// Until when it is valid, exclusive
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: When,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct PlanAbsence {
    /// Who: id
    pub(crate) staff: Uuid,
    /// From when
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: When,
    /// Until when, exclusive
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: When,
    /// Who covers; without a cover it is work
    #[arg(long, value_name = "STAFF")]
    pub(crate) cover: Option<Uuid>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CancelAbsence {
    /// Who: id
    pub(crate) staff: Uuid,
    /// Which: `vigie staff show` shows them
    pub(crate) absence: Uuid,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Leave {
    /// Who: id
    pub(crate) staff: Uuid,
    /// When [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    /// Who steps in for every account that has no successor by then
    #[arg(long, value_name = "STAFF")]
    pub(crate) deputy: Option<Uuid>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}
