//! `vigie contact …`

use std::str::FromStr;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::contact_fact::RecordCommand;
use super::customer::{AccountSelector, When};
use super::house::Named;
use super::line::RequestIdArgs;
use super::reference::id;
use super::routing_words::ServiceFamily;

#[derive(Debug, Subcommand)]
pub(crate) enum ContactCommand {
    /// One contact: who was to take it, who took it, and when
    Show {
        /// ORIGIN/KEY as the contact centre names it, like acd/4711, or id
        contact: ContactSelector,
    },
    /// Contacts, the newest first
    List(ListContacts),
    /// Record what happened to a contact, or many facts from a file
    #[command(subcommand)]
    Record(RecordCommand),
    /// Split a contact that is about mobile and fixed into one part each
    Split(SplitContact),
    /// Facts that came by the topic and could not be taken, until a person settles them
    RejectedFacts {
        /// How many at most; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Say what came of a rejected fact; its sender mends it by sending it again
    SettleRejectedFact(SettleRejectedFact),
}

/// A contact, by the key of its contact centre or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContactSelector {
    Id(Uuid),
    Key(ContactKey),
}

impl FromStr for ContactSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        text.parse()
            .map(Self::Key)
            .map_err(|_| "give ORIGIN/KEY, like acd/4711, or the contact's id".to_owned())
    }
}

/// The key of a contact centre's contact: `acd/4711`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContactKey {
    pub(crate) origin: String,
    pub(crate) contact: String,
}

impl FromStr for ContactKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((origin, contact)) if !origin.is_empty() && !contact.is_empty() => {
                Ok(Self { origin: origin.to_owned(), contact: contact.to_owned() })
            }
            _ => Err("write ORIGIN/KEY, like acd/4711".to_owned()),
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct ListContacts {
    /// Only of this account: id, SIREN, SIRET, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) account: Option<AccountSelector>,
    /// Only of this team: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Option<Named>,
    /// Only what began then or later
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<When>,
    /// Only what began before
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<When>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct SplitContact {
    /// ORIGIN/KEY, like acd/4711, or id
    pub(crate) contact: ContactSelector,
    /// A part: its family, or FAMILY=KEY where the part has a key of its own; may be repeated
    #[arg(long = "part", value_name = "FAMILY[=KEY]", default_values = ["mobile", "fixed"])]
    pub(crate) parts: Vec<Part>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

/// A part of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) family: ServiceFamily,
    /// The contact centre's key of the part; that of the whole with its family behind it when empty.
    pub(crate) contact: String,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use clap::ValueEnum as _;
        let (family, contact) = text.split_once('=').unwrap_or((text, ""));
        let family = ServiceFamily::from_str(family, true)
            .map_err(|_| "write mobile or fixed, or FAMILY=KEY like mobile=4711-a".to_owned())?;
        Ok(Self { family, contact: contact.to_owned() })
    }
}

#[derive(Args, Debug)]
pub(crate) struct SettleRejectedFact {
    /// Id: `vigie contact rejected-facts` shows it
    #[arg(value_name = "REJECTED_FACT", value_parser = id)]
    pub(crate) fact: Uuid,
    /// What came of it; without personal data
    #[arg(long)]
    pub(crate) note: String,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_named_as_its_contact_centre_does_or_by_id() {
        let key = |contact: &str| ContactKey { origin: "acd".into(), contact: contact.into() };
        assert_eq!("acd/4711".parse(), Ok(ContactSelector::Key(key("4711"))));
        assert_eq!("acd/2026/47".parse(), Ok(ContactSelector::Key(key("2026/47"))), "a key may have slashes");
        let id = Uuid::from_u128(7);
        assert_eq!(id.to_string().parse(), Ok(ContactSelector::Id(id)));
        for bad in ["4711", "/4711", "acd/", ""] {
            assert!(bad.parse::<ContactSelector>().unwrap_err().contains("acd/4711"), "{bad}");
        }
    }

    #[test]
    fn a_part_is_a_family_with_a_key_or_without() {
        let part = |text: &str| text.parse::<Part>();
        let mobile = Part { family: ServiceFamily::Mobile, contact: String::new() };
        assert_eq!(part("mobile"), Ok(mobile));
        assert_eq!(part("Fixed=4711-b"), Ok(Part { family: ServiceFamily::Fixed, contact: "4711-b".into() }));
        assert!(part("internet").is_err());
    }
}
