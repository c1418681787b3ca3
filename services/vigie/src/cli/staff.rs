//! `vigie staff …`

use std::str::FromStr;

use clap::{ArgGroup, Args, Subcommand};
use uuid::Uuid;
use vigie_proto::routing;

use super::customer::{Key, KeyArgs, Number, When};
use super::house::Named;
use super::line::RequestIdArgs;
use super::reference::{id, yes_or_no};
use super::routing_words::Language;

#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Register an account manager or an advisor
    Add(AddStaff),
    /// Change what is known of a staff member; what is not given stays as it is
    Change(ChangeStaff),
    /// One staff member, with trainings and absences
    Show {
        /// Name, user id, id, or OWNER/TYPE/KEY
        staff: Named,
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
    #[arg(long = "language", value_name = "LANGUAGE", required = true, ignore_case = true)]
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
    /// The team that the person works in: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Option<Named>,
    /// User id that tokens know the person by
    #[arg(long, value_name = "USER")]
    pub(crate) user_id: Option<String>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

/// What is not given stays as it is; what may be repeated replaces all there was.
#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("change").required(true).multiple(true),
    override_usage = "vigie staff change [OPTIONS] <STAFF> --WHAT CHANGES..."
)]
pub(crate) struct ChangeStaff {
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
    /// Another name that customers are told
    #[arg(long, group = "change")]
    pub(crate) name: Option<String>,
    /// Whether accounts may be assigned
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no, group = "change")]
    pub(crate) account_manager: Option<bool>,
    /// A language spoken; may be repeated
    #[arg(long = "language", value_name = "LANGUAGE", ignore_case = true, group = "change")]
    pub(crate) languages: Vec<Language>,
    /// A skill, like sme-fleet or technical=2027-06-30; may be repeated
    #[arg(long = "skill", value_name = "CODE[=UNTIL]", conflicts_with = "no_skills", group = "change")]
    pub(crate) skills: Vec<Skill>,
    /// No skill any more
    #[arg(long, group = "change")]
    pub(crate) no_skills: bool,
    /// INSEE code of a région; may be repeated
    #[arg(long = "region", value_name = "CODE", conflicts_with = "all_regions", group = "change")]
    pub(crate) regions: Vec<String>,
    /// All régions
    #[arg(long, group = "change")]
    pub(crate) all_regions: bool,
    /// Another mail address that customers are told
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_email", group = "change")]
    pub(crate) email: Option<String>,
    /// No mail address any more
    #[arg(long, group = "change")]
    pub(crate) no_email: bool,
    /// Another number that customers are told (+33…)
    #[arg(long, conflicts_with = "no_number", group = "change")]
    pub(crate) number: Option<Number>,
    /// No number any more
    #[arg(long, group = "change")]
    pub(crate) no_number: bool,
    /// Another team: name, id, or OWNER/TYPE/KEY
    #[arg(long, conflicts_with = "no_desk", group = "change")]
    pub(crate) desk: Option<Named>,
    /// In no team any more
    #[arg(long, group = "change")]
    pub(crate) no_desk: bool,
    /// Another user id that tokens know the person by
    #[arg(long, value_name = "USER", conflicts_with = "no_user_id", group = "change")]
    pub(crate) user_id: Option<String>,
    /// No user id any more
    #[arg(long, group = "change")]
    pub(crate) no_user_id: bool,
    /// A key of another system, like crm/staff/S-17; may be repeated
    #[arg(long = "key", value_name = "OWNER/TYPE/KEY", conflicts_with = "no_keys", group = "change")]
    pub(crate) keys: Vec<Key>,
    /// No key of another system any more
    #[arg(long, group = "change")]
    pub(crate) no_keys: bool,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListStaff {
    /// Only of this team: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Option<Named>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct Train {
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
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
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
    /// From when
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: When,
    /// Until when, exclusive
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: When,
    /// Who covers: name, user id, id, or OWNER/TYPE/KEY; without a cover it is work
    #[arg(long, value_name = "STAFF")]
    pub(crate) cover: Option<Named>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CancelAbsence {
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
    /// Which: `vigie staff show` shows them
    #[arg(value_parser = id)]
    pub(crate) absence: Uuid,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Leave {
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    pub(crate) staff: Named,
    /// When [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    /// Who steps in for every account that has no successor by then: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "STAFF")]
    pub(crate) deputy: Option<Named>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}
