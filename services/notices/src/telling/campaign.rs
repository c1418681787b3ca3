//! Telling many customers of one thing: a page of accounts at a time, each an event of the campaign.

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use uuid::Uuid;
use vigie_clock::derived_id;
use vigie_eventlog::Order;
use vigie_eventlog::reaction::{Effect, Outcome};

use super::{Error, Reach, Teller};
use crate::domain::{CampaignCommand, CampaignPageTold, NewCampaign};
use crate::events::Tell;

/// Accounts of one page: told within one attempt of the reaction.
const PAGE: usize = 128;

/// Accounts told at a time: enough to share commits.
const AT_ONCE: usize = 16;

impl Teller {
    /// Begins a campaign; a repeat changes nothing.
    pub(super) async fn begin_campaign(&self, tell: &Tell, effect: &Effect) -> Result<(), Error> {
        let campaign_id = derived_id(effect.request_id, "campaign");
        let new = NewCampaign {
            campaign_id,
            cause: tell.cause.clone(),
            parameters: tell.parameters.clone(),
            segments: tell.segments.clone(),
        };
        self.command_campaign(campaign_id, CampaignCommand::Begin(Box::new(new)), effect).await
    }

    /// Tells the page of accounts after `from`.
    pub(crate) async fn tell_page(&self, campaign_id: Uuid, from: Option<Uuid>, effect: &Effect) -> Outcome {
        match self.page(campaign_id, from, effect).await {
            Ok(()) => Outcome::Done,
            Err(error) => error.outcome(),
        }
    }

    async fn page(&self, campaign_id: Uuid, from: Option<Uuid>, effect: &Effect) -> Result<(), Error> {
        let (state, _) = self.campaigns.load(campaign_id).await.map_err(|error| Error::of(&error))?;
        let Some(campaign) = state.as_ref().as_ref().filter(|campaign| campaign.stands_at(from)) else {
            return Ok(());
        };
        let accounts = self.facts.directory.accounts_after(from, PAGE).await?;
        let Some(last) = accounts.last().copied() else {
            return self.command_campaign(campaign_id, CampaignCommand::End { from }, effect).await;
        };
        let tell = Tell {
            cause: campaign.cause_for(Uuid::nil()),
            parameters: campaign.parameters().clone(),
            parties: Default::default(),
            manager_staff_id: None,
            segments: Vec::new(),
        };
        let told: Vec<Option<(u64, bool)>> = stream::iter(accounts)
            .map(|account_id| self.tell_account(campaign, &tell, campaign_id, account_id, effect))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let mut page = CampaignPageTold { to: last, accounts: 0, notices: 0, nobody: 0 };
        for (notices, nobody) in told.into_iter().flatten() {
            page.accounts += 1;
            page.notices += notices;
            page.nobody += u64::from(nobody);
        }
        self.command_campaign(campaign_id, CampaignCommand::TellPage { from, page }, effect).await
    }

    /// Tells an account's own people; `None` if the campaign does not concern it. Those of the accounts above it are told
    /// with their own.
    async fn tell_account(
        &self,
        campaign: &crate::domain::Campaign,
        tell: &Tell,
        campaign_id: Uuid,
        account_id: Uuid,
        effect: &Effect,
    ) -> Result<Option<(u64, bool)>, Error> {
        let known = self.facts.directory.account(account_id).await?;
        let Some(own) = known.first() else { return Ok(None) };
        let is_over = own.closed_at.is_some_and(|closed_at| closed_at <= campaign.caused_at());
        let segments = known.iter().map(|account| &account.segments).find(|segments| !segments.is_empty());
        if is_over || !campaign.concerns(segments.map_or(&[], Vec::as_slice)) {
            return Ok(None);
        }
        let has_others_above = known.iter().skip(1).any(|account| !account.managers.is_empty());
        if own.managers.is_empty() && has_others_above {
            return Ok(Some((0, false)));
        }
        let cause = campaign.cause_for(account_id);
        let told = self.tell(tell, &cause, Reach::OwnOnly, campaign_id, effect).await?;
        Ok(Some((told.notices, told.nobody)))
    }

    async fn command_campaign(
        &self,
        campaign_id: Uuid,
        command: CampaignCommand,
        effect: &Effect,
    ) -> Result<(), Error> {
        let order = Order::new(campaign_id, command, self.context(effect));
        self.campaigns.execute(order).await.map(drop).map_err(|error| Error::of(&error))
    }
}
