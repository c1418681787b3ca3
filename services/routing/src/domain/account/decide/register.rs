//! Taking an account in.

use vigie_clock::Context;

use super::Decided;
use super::draft::why;
use crate::domain::Address;
use crate::domain::account::command::NewAccount;
use crate::domain::account::event::{AccountRegistered, Event, Fact};
use crate::domain::account::hierarchy::may_hang;
use crate::domain::account::level::Level;
use crate::domain::account::rejection::Rejection;
use crate::domain::account::snapshot::Snapshot;

pub(super) fn register(new: &NewAccount, context: &Context) -> Result<Decided, Rejection> {
    is_known_by_its_number(new)?;
    let customer_since = new.customer_since.unwrap_or(context.now);
    if customer_since > context.now {
        return Err(Rejection::Period(
            "customer_since lies ahead: register the account when it is a customer",
        ));
    }
    may_hang(new.level, new.siret.as_ref(), new.above.as_ref(), context.now)?;
    let territory = new.address.as_ref().and_then(Address::territory);
    let event = Event {
        account_id: new.account_id,
        external_identifiers: new.external_identifiers.clone(),
        fact: Fact::AccountRegistered(AccountRegistered { why: why(context) }),
        account: Snapshot {
            as_of: context.now,
            level: new.level,
            parent_account_id: new.above.as_ref().map(|above| above.account_id),
            name: new.name.clone(),
            siren: new.siren.clone(),
            siret: new.siret.clone(),
            segments: new.segments,
            language: new.language,
            departement: territory.map(|found| found.departement.to_owned()),
            region: territory.map(|found| found.region.to_owned()),
            time_zone: territory.map(|found| found.time_zone.to_owned()),
            address: new.address.clone(),
            countries: new.countries.clone(),
            customer_since,
            closed_at: None,
            manager: None,
            cover: None,
            gap: None,
            next_change_at: None,
        },
    };
    Ok(Decided { events: vec![event], act_id: context.act_id })
}

/// A company has a SIREN and no SIRET, a site a SIRET and no SIREN, a group neither.
fn is_known_by_its_number(new: &NewAccount) -> Result<(), Rejection> {
    match (new.level, &new.siren, &new.siret) {
        (Level::Company, None, _) => return Err(Rejection::Siren("a company needs its SIREN")),
        (Level::Group | Level::Site, Some(_), _) => {
            return Err(Rejection::Siren("only a company has a SIREN"));
        }
        (Level::Site, _, None) => return Err(Rejection::Siret("a site needs its SIRET")),
        (Level::Group | Level::Company, _, Some(_)) => {
            return Err(Rejection::Siret("only a site has a SIRET"));
        }
        (Level::Group, None, None) | (Level::Company, Some(_), None) | (Level::Site, None, Some(_)) => {}
    }
    if new.level == Level::Site && new.address.is_none() {
        return Err(Rejection::AddressNeeded);
    }
    Ok(())
}
