//! A campaign: many customers are told of one thing, page by page.
//!
//! A change of a contact point concerns every customer whom it serves. One event leads to a campaign, each page of which is
//! an event of its own: so none is forgotten by a crash in the middle, and nothing is told twice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::cause::Cause;
use super::parameter::Parameters;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    campaign_id: Uuid,
    cause: Cause,
    parameters: Parameters,
    segments: Vec<String>,
    /// The last account that was told.
    after: Option<Uuid>,
    has_ended: bool,
    accounts: u64,
    notices: u64,
    nobody: u64,
}

/// What can be asked of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CampaignCommand {
    /// Customers are to be told. A repeat changes nothing.
    Begin(Box<NewCampaign>),
    /// A page of customers has been told. One that was told already changes nothing.
    TellPage {
        /// The account that the page began after.
        from: Option<Uuid>,
        /// What was done.
        page: CampaignPageTold,
    },
    /// There are no more customers. A repeat changes nothing.
    End {
        /// The account after which there are none.
        from: Option<Uuid>,
    },
}

/// A campaign to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCampaign {
    /// Its id.
    pub campaign_id: Uuid,
    /// What customers are told of; of no account.
    pub cause: Cause,
    /// What the text is filled in with.
    pub parameters: Parameters,
    /// Customers of these segments only; empty for all.
    pub segments: Vec<String>,
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CampaignRejection {
    /// No such campaign.
    #[error("there is no such campaign")]
    NotFound,
}

/// Something that happened to a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignEvent {
    /// The campaign.
    pub campaign_id: Uuid,
    /// What happened.
    pub fact: CampaignFact,
    /// The campaign after it.
    pub campaign: CampaignSummary,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CampaignFact {
    /// Customers are to be told.
    Began(CampaignBegan),
    /// A page of customers has been told.
    PageTold(CampaignPageTold),
    /// All have been.
    Ended(CampaignEnded),
}

/// See [`CampaignFact::Began`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignBegan {
    /// What the text is filled in with.
    pub parameters: Parameters,
    /// Customers of these segments only; empty for all.
    pub segments: Vec<String>,
}

/// See [`CampaignFact::PageTold`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignPageTold {
    /// The last account of the page, in order of id.
    pub to: Uuid,
    /// Accounts of the page that it concerns.
    pub accounts: u64,
    /// Notices that were decided.
    pub notices: u64,
    /// Accounts in which nobody could be told.
    pub nobody: u64,
}

/// See [`CampaignFact::Ended`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignEnded {}

/// A campaign after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignSummary {
    /// What customers are told of.
    pub cause: Cause,
    /// The last account that was told; absent before the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Uuid>,
    /// Whether all have been.
    pub has_ended: bool,
    /// Accounts so far that it concerns.
    pub accounts: u64,
    /// Notices so far.
    pub notices: u64,
    /// Accounts so far in which nobody could be told.
    pub nobody: u64,
}

/// Stable public names with version.
pub mod campaign_name {
    /// See [`super::CampaignFact::Began`].
    pub const CAMPAIGN_BEGAN: &str = "vigie.campaign.campaign_began.v1";
    /// See [`super::CampaignFact::PageTold`].
    pub const CAMPAIGN_PAGE_TOLD: &str = "vigie.campaign.campaign_page_told.v1";
    /// See [`super::CampaignFact::Ended`].
    pub const CAMPAIGN_ENDED: &str = "vigie.campaign.campaign_ended.v1";
}

impl CampaignEvent {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            CampaignFact::Began(_) => campaign_name::CAMPAIGN_BEGAN,
            CampaignFact::PageTold(_) => campaign_name::CAMPAIGN_PAGE_TOLD,
            CampaignFact::Ended(_) => campaign_name::CAMPAIGN_ENDED,
        }
    }
}

impl Campaign {
    /// Decides a command; no event where nothing is to be done.
    pub fn decide(
        state: &Option<Self>,
        command: &CampaignCommand,
    ) -> Result<Option<CampaignEvent>, CampaignRejection> {
        let (campaign_id, fact, before) = match (command, state) {
            (CampaignCommand::Begin(_), Some(_)) => return Ok(None),
            (CampaignCommand::Begin(new), None) => {
                let (parameters, segments) = (new.parameters.clone(), new.segments.clone());
                let fact = CampaignFact::Began(CampaignBegan { parameters, segments });
                (new.campaign_id, fact, CampaignSummary::first(&new.cause))
            }
            (_, None) => return Err(CampaignRejection::NotFound),
            (CampaignCommand::TellPage { from, page }, Some(campaign)) => {
                if campaign.has_ended || campaign.after != *from {
                    return Ok(None);
                }
                (campaign.campaign_id, CampaignFact::PageTold(page.clone()), campaign.summary())
            }
            (CampaignCommand::End { from }, Some(campaign)) => {
                if campaign.has_ended || campaign.after != *from {
                    return Ok(None);
                }
                (campaign.campaign_id, CampaignFact::Ended(CampaignEnded {}), campaign.summary())
            }
        };
        let mut event = CampaignEvent { campaign_id, fact, campaign: before };
        let mut after = state.clone();
        Self::evolve(&mut after, &event);
        if let Some(after) = after {
            event.campaign = after.summary();
        }
        Ok(Some(event))
    }

    /// The campaign after an event.
    pub fn evolve(state: &mut Option<Self>, event: &CampaignEvent) {
        match (&event.fact, state.as_mut()) {
            (CampaignFact::Began(fact), None) => {
                *state = Some(Self {
                    campaign_id: event.campaign_id,
                    cause: event.campaign.cause.clone(),
                    parameters: fact.parameters.clone(),
                    segments: fact.segments.clone(),
                    after: None,
                    has_ended: false,
                    accounts: 0,
                    notices: 0,
                    nobody: 0,
                });
            }
            (CampaignFact::PageTold(page), Some(campaign)) => {
                campaign.after = Some(page.to);
                campaign.accounts += page.accounts;
                campaign.notices += page.notices;
                campaign.nobody += page.nobody;
            }
            (CampaignFact::Ended(_), Some(campaign)) => campaign.has_ended = true,
            (CampaignFact::Began(_), Some(_)) | (_, None) => {}
        }
    }

    /// What the customers of `account_id` are told of, at the instant `at` that the campaign began.
    pub fn cause_for(&self, account_id: Uuid) -> Cause {
        Cause { account_id, ..self.cause.clone() }
    }

    /// When what it tells of was recorded.
    pub fn caused_at(&self) -> Timestamp {
        self.cause.at
    }

    /// What the text is filled in with.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Whether it concerns customers of one of these segments.
    pub fn concerns(&self, segments: &[String]) -> bool {
        self.segments.is_empty() || segments.iter().any(|segment| self.segments.contains(segment))
    }

    /// The page after `from` is the next one.
    pub fn stands_at(&self, from: Option<Uuid>) -> bool {
        !self.has_ended && self.after == from
    }

    fn summary(&self) -> CampaignSummary {
        CampaignSummary {
            cause: self.cause.clone(),
            after: self.after,
            has_ended: self.has_ended,
            accounts: self.accounts,
            notices: self.notices,
            nobody: self.nobody,
        }
    }
}

impl CampaignSummary {
    fn first(cause: &Cause) -> Self {
        Self { cause: cause.clone(), after: None, has_ended: false, accounts: 0, notices: 0, nobody: 0 }
    }
}
