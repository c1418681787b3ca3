//! An account with those above it, and whether it is the caller's to see.

use std::sync::Arc;

use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Target};
use vigie_command::{Rejected as _, field, refusal, unreadable};
use vigie_eventlog::ExecuteError;
use vigie_proto::routing::{AccountRef, account_ref};

use super::super::{Deps, wire};
use crate::domain::account::{Account, Level, Rejection};
use crate::domain::{Moment, Siren, Siret};
use crate::stream::key;

/// An account and those above it at a moment, the nearest first. There are as many levels, so it ends.
#[derive(Clone, Debug, Default)]
pub(in crate::api) struct Chain {
    accounts: Vec<Arc<Option<Account>>>,
    /// Version of the account's stream.
    pub(super) version: i64,
}

impl Chain {
    /// An account and those above it, the nearest first.
    pub(in crate::api) const fn of(accounts: Vec<Arc<Option<Account>>>) -> Self {
        Self { accounts, version: 0 }
    }

    /// The account itself.
    pub(in crate::api) fn own(&self) -> Result<&Account, Refusal> {
        self.iter().next().ok_or_else(not_found)
    }

    /// The account and those above it.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter_map(|account| Option::as_ref(account))
    }

    /// Whether the account is `caller`'s to see: a scope names it or one above it, and no narrower field leaves it out.
    pub(in crate::api) fn is_seen_by(&self, caller: &Caller) -> bool {
        let Some(own) = self.iter().next() else { return false };
        let place = Place::of(own.account_id(), own.siren(), own.siret(), self);
        place.is_seen_by(caller)
    }
}

/// What of an account decides whether a caller sees it.
pub(super) struct Place<'a> {
    ids: Vec<Uuid>,
    group: Option<String>,
    siren: Option<&'a str>,
    siret: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// The place of an account below those of `above`, which may hold the account itself.
    pub(super) fn of(
        account_id: Uuid,
        siren: Option<&'a Siren>,
        siret: Option<&'a Siret>,
        above: &Chain,
    ) -> Self {
        let groups = above.iter().filter(|account| account.level() == Level::Group);
        Self {
            ids: std::iter::once(account_id).chain(above.iter().map(Account::account_id)).collect(),
            group: groups.map(|group| group.account_id().to_string()).next(),
            siren: siren.map(Siren::as_str),
            siret: siret.map(Siret::as_str),
        }
    }

    /// Whether a scope of `caller` names the account or one above it, and leaves it out by nothing narrower.
    pub(super) fn is_seen_by(&self, caller: &Caller) -> bool {
        self.ids.iter().any(|account| {
            let target = Target {
                group: self.group.as_deref(),
                siren: self.siren,
                siret: self.siret,
                ..Target::account(*account)
            };
            caller.may_see(&target)
        })
    }
}

/// No such account, or not the caller's to see: nobody can tell which.
pub(in crate::api) fn not_found() -> Refusal {
    refusal(ExecuteError::Rejected { rejection: Rejection::not_found(), version: 0 })
}

/// An account that must be named.
fn missing() -> Refusal {
    field::missing("account", "name the account by account_id, siren, siret or external identifier")
}

/// The account that a request names, with those above it now, if the caller may see it.
pub(in crate::api) async fn resolve(
    deps: &Deps,
    caller: &Caller,
    account: Option<&AccountRef>,
    now: Moment,
) -> Result<Chain, Refusal> {
    use account_ref::Account as By;
    let holder = |kind: &'static str, key: String| async move {
        let holder = deps.log.key_holder(kind, &key).await.map_err(|error| unreadable(&error))?;
        holder.ok_or_else(not_found)
    };
    let account_id = match account.and_then(|account| account.account.as_ref()).ok_or_else(missing)? {
        By::AccountId(account_id) => field::id("account.account_id", account_id)?,
        By::Siren(siren) => holder(key::SIREN, parsed_siren("account.siren", siren)?.to_string()).await?,
        By::Siret(siret) => holder(key::SIRET, parsed_siret("account.siret", siret)?.to_string()).await?,
        By::External(external) => {
            let identifier = wire::external_identifier("account.external", external)?;
            holder(key::EXTERNAL, identifier.directory_key()).await?
        }
    };
    seen(deps, caller, account_id, now).await
}

/// The account of that id, with those above it now, if the caller may see it.
pub(in crate::api) async fn seen(
    deps: &Deps,
    caller: &Caller,
    account_id: Uuid,
    now: Moment,
) -> Result<Chain, Refusal> {
    let chain = load(deps, account_id, now).await?;
    if chain.is_seen_by(caller) { Ok(chain) } else { Err(not_found()) }
}

/// The account of that id, with those above it at `moment`, whoever asks.
pub(super) async fn load(deps: &Deps, account_id: Uuid, moment: Moment) -> Result<Chain, Refusal> {
    let (own, version) = deps.accounts.load(account_id).await.map_err(refusal)?;
    let parent = |account: &Arc<Option<Account>>| Option::as_ref(account)?.parent(moment);
    let mut chain = Chain { accounts: vec![own], version };
    while let Some(above) = chain.accounts.last().and_then(parent)
        && chain.accounts.len() < Level::ALL.len()
    {
        let (account, _) = deps.accounts.load(above).await.map_err(refusal)?;
        chain.accounts.push(account);
    }
    Ok(chain)
}

/// A SIREN.
pub(super) fn parsed_siren(field: &str, value: &str) -> Result<Siren, Refusal> {
    field::text(field, value, field::TEXT_MAX_BYTES)?;
    Siren::parse(value).map_err(|error| field::wrong(Reason::BadSiren, field, &error))
}

/// A SIRET.
pub(super) fn parsed_siret(field: &str, value: &str) -> Result<Siret, Refusal> {
    field::text(field, value, field::TEXT_MAX_BYTES)?;
    Siret::parse(value).map_err(|error| field::wrong(Reason::BadSiret, field, &error))
}
