//! `vigie account show`, and how every command shows an account.

use jiff::tz::TimeZone;
use vigie_proto::routing::{Account, Address, ExternalIdentifier, GetAccountRequest};

use crate::cli::{AccountSelector, MomentArgs};
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    account: &AccountSelector,
    at: MomentArgs,
) -> Result<(), Error> {
    let request = GetAccountRequest { account: Some(account.into()), at: Some(at.to_proto()) };
    let answer = client.accounts().get_account(prompt(request)).await?.into_inner();
    output
        .either(|| json::document(&answer), |zone| render(&answer.account.clone().unwrap_or_default(), zone))
}

pub(super) fn render(account: &Account, zone: &TimeZone) -> String {
    let level = paint(style::FAINT, &words::account_level(account.level));
    Fields::new(format!("{}  {level}", paint(style::STRONG, &account.name)))
        .field("SIREN", &account.siren)
        .field("SIRET", &account.siret)
        .field("segments", words::list(&account.segments, words::segment))
        .field("language", words::language(account.language))
        .field("address", account.address.as_ref().map(address).unwrap_or_default())
        .field("région", &account.region)
        .field("département", &account.departement)
        .field("time zone", &account.time_zone)
        .field("also in", account.countries.join(", "))
        .field("other keys", keys(&account.external_identifiers))
        .field("customer since", time::plain(account.customer_since.as_ref(), zone))
        .styled("ended", time::plain(account.closed_at.as_ref(), zone), style::WAITING)
        .styled("below", &account.parent_account_id, style::FAINT)
        .styled("account", &account.account_id, style::FAINT)
        .styled("version", account.version.to_string(), style::FAINT)
        .render()
}

fn address(address: &Address) -> String {
    let town = format!("{} {}", address.postal_code, address.town);
    let mut lines = address.lines.clone();
    lines.push(town.trim().to_owned());
    if !address.country.is_empty() && address.country != "FR" {
        lines.push(address.country.clone());
    }
    lines.join("\n")
}

/// `crm/customer/C-17`, as the command line takes them.
pub(in crate::command) fn keys(keys: &[ExternalIdentifier]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| format!("{}/{}/{}", key.owner, key.r#type, key.id)).collect();
    keys.join("  ")
}

#[cfg(test)]
mod tests {
    use vigie_proto::routing::{AccountLevel, Segment};

    use super::*;

    #[test]
    fn an_account_shows_what_it_is_and_leaves_out_what_it_has_not() {
        let account = Account {
            level: AccountLevel::Site.into(),
            name: "Sucrerie du Bras-Canot".into(),
            siret: "99900004500016".into(),
            segments: vec![Segment::SmeFleet.into(), Segment::BusinessFixed.into()],
            address: Some(Address {
                lines: vec!["3 chemin des Cannes".into()],
                postal_code: "97470".into(),
                town: "Saint-Benoît".into(),
                country: "FR".into(),
                ..Default::default()
            }),
            external_identifiers: vec![ExternalIdentifier {
                owner: "crm".into(),
                r#type: "customer".into(),
                id: "C-17".into(),
            }],
            ..Default::default()
        };
        let text = anstream::adapter::strip_str(&render(&account, &TimeZone::UTC)).to_string();
        assert!(text.starts_with("Sucrerie du Bras-Canot  SITE\n"), "{text}");
        assert!(text.contains("SME_FLEET, BUSINESS_FIXED\n"), "{text}");
        assert!(text.contains("3 chemin des Cannes\n") && text.contains(" 97470 Saint-Benoît\n"), "{text}");
        assert!(text.contains("crm/customer/C-17\n"), "{text}");
        assert!(!text.contains("SIREN") && !text.contains("ended"), "{text}");
    }
}
