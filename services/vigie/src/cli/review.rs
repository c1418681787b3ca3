//! `vigie review …`

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::customer::{AccountSelector, When};
use super::house::Named;
use super::line::RequestIdArgs;
use super::reference::id;
use super::routing_words::Side;

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Plan a review with a company
    Plan(PlanReview),
    /// Move a planned review to another date
    Reschedule(RescheduleReview),
    /// Record that a review was held: a new year begins with it
    Hold(HoldReview),
    /// Cancel a planned review; by the customer, the year counts as excused
    Cancel(CancelReview),
    /// Companies by the end of their year, the most urgent first
    List(ListReviews),
    /// The reviews of a company, and until when the next one is due
    Show {
        /// With which company: id, SIREN, or OWNER/TYPE/KEY
        account: AccountSelector,
    },
}

#[derive(Args, Debug)]
pub(crate) struct PlanReview {
    /// With which company: id, SIREN, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// When; must lie ahead
    #[arg(long = "for", value_name = "WHEN")]
    pub(crate) planned_for: When,
    /// Who holds it: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) staff: Option<Named>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

/// Which of a company's reviews.
#[derive(Args, Debug)]
pub(crate) struct WhichReview {
    /// With which company: id, SIREN, or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// Which review, where several are planned: `vigie review show` shows them [default: the one that is planned]
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) review: Option<Uuid>,
}

#[derive(Args, Debug)]
pub(crate) struct RescheduleReview {
    #[command(flatten)]
    pub(crate) which: WhichReview,
    /// To when; must lie ahead
    #[arg(long, value_name = "WHEN")]
    pub(crate) to: When,
    /// Who asked for it
    #[arg(long, ignore_case = true)]
    pub(crate) by: Side,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct HoldReview {
    #[command(flatten)]
    pub(crate) which: WhichReview,
    /// Nobody had planned it
    #[arg(long, conflicts_with = "review")]
    pub(crate) unplanned: bool,
    /// When [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    /// Who held it: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) staff: Option<Named>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CancelReview {
    #[command(flatten)]
    pub(crate) which: WhichReview,
    /// On whose side the cause lies
    #[arg(long, ignore_case = true)]
    pub(crate) by: Side,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ListReviews {
    /// Only those whose year ends before this
    #[arg(long, value_name = "WHEN")]
    pub(crate) due_before: Option<When>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}
