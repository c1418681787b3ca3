//! What a plan is made from, as it is known at this moment.

use futures::future::try_join_all;
use uuid::Uuid;
use vigie_eventlog::Aggregates;

use super::Error;
use crate::directory::{Directory, Known};
use crate::domain::{Account, Cause, Facts, Webhook};
use crate::events::Tell;
use crate::stream::{PreferenceStream, WebhookStream, key, preference_stream};

/// Endpoints of one account, or of the operator.
pub(crate) const WEBHOOKS_MAX: usize = 8;

/// How far up the hierarchy, and whether to the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The account, those above it, and the operator.
    All,
    /// The account's own people and endpoints: those above it are told for themselves.
    OwnOnly,
}

/// Where facts come from.
#[derive(Clone)]
pub(crate) struct FactFinder {
    pub(crate) directory: Directory,
    pub(crate) preferences: Aggregates<PreferenceStream>,
    pub(crate) webhooks: Aggregates<WebhookStream>,
}

impl FactFinder {
    /// All that is known of whom `tell` may concern in the account of `cause`.
    pub(crate) async fn facts(&self, tell: &Tell, cause: &Cause, reach: Reach) -> Result<Facts, Error> {
        let account_id = cause.account_id;
        let mut known = self.directory.account(account_id).await?;
        if known.is_empty() {
            // Who runs without accounts of ours may still have endpoints for theirs.
            known.push(Known {
                account_id,
                language: None,
                segments: vec![],
                closed_at: None,
                managers: vec![],
            });
        }
        let accounts = known.into_iter().enumerate().map(|(level, known)| {
            let is_told = level == 0 || reach == Reach::All;
            self.account(known, is_told)
        });
        let user = match &tell.parties.user_id {
            Some(user_id) => self.directory.person(account_id, user_id).await?,
            None => None,
        };
        let operator = match reach {
            Reach::All => self.webhooks_of(key::OPERATOR).await?,
            Reach::OwnOnly => Vec::new(),
        };
        Ok(Facts {
            cause: cause.clone(),
            accounts: try_join_all(accounts).await?,
            user,
            parties: tell.parties.clone(),
            operator,
        })
    }

    async fn account(&self, known: Known, is_told: bool) -> Result<Account, Error> {
        let Known { account_id, language, managers, .. } = known;
        let preference = self.preferences.load(preference_stream(account_id)).await;
        let (preference, _) = preference.map_err(|error| Error::of(&error))?;
        let (managers, webhooks) = match is_told {
            true => (managers, self.webhooks_of(&account_id.to_string()).await?),
            false => (Vec::new(), Vec::new()),
        };
        Ok(Account { account_id, language, managers, preference: (*preference).clone(), webhooks })
    }

    /// The endpoints of a customer, or of the operator, in order of id.
    pub(crate) async fn webhooks_of(&self, owner: &str) -> Result<Vec<Webhook>, Error> {
        let log = self.webhooks.log();
        let members: Vec<Uuid> = log.key_members(key::WEBHOOKS_OF, owner, WEBHOOKS_MAX).await?;
        let loaded = try_join_all(members.into_iter().map(|webhook_id| self.webhooks.load(webhook_id))).await;
        let loaded = loaded.map_err(|error| Error::of(&error))?;
        Ok(loaded.into_iter().filter_map(|(webhook, _)| (*webhook).clone()).collect())
    }
}
