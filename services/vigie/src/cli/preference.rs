//! `vigie preference …`

use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum as _};
use uuid::Uuid;
use vigie_proto::notices as wire;

use super::customer::AccountSelector;
use super::line::RequestIdArgs;
use super::notice_words::{Cause, Language, Role};
use super::reference::id;

#[derive(Debug, Subcommand)]
pub(crate) enum PreferenceCommand {
    /// Say who is told of what: the company's rules, or one person's own; replaces all there were
    Set(SetPreference),
    /// The rules of a customer, and of its people
    List {
        /// Whose: id, SIREN, SIRET or OWNER/TYPE/KEY
        account: AccountSelector,
    },
}

#[derive(Args, Debug)]
pub(crate) struct SetPreference {
    /// Whose: id, SIREN, SIRET or OWNER/TYPE/KEY
    pub(crate) account: AccountSelector,
    /// This person's own rules, instead of the company's
    #[arg(long, value_name = "UUID", value_parser = id)]
    pub(crate) person: Option<Uuid>,
    /// By mail: WHOM, or WHOM=CAUSE,CAUSE. WHOM is a role like fleet-manager, a person's id, or `me` in a person's own
    /// rules; may be repeated
    #[arg(long = "tell", value_name = "RULE")]
    pub(crate) tell: Vec<Rule>,
    /// Not at all, written alike; of loss and theft somebody other than the line's user is told all the same
    #[arg(long = "spare", value_name = "RULE")]
    pub(crate) spare: Vec<Rule>,
    /// In which language people are told whose own is not known; the company's only
    #[arg(long, conflicts_with = "person")]
    pub(crate) language: Option<Language>,
    #[command(flatten)]
    pub(crate) request: RequestIdArgs,
}

/// Who a rule is about, and of which causes it holds: none for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    whom: Whom,
    causes: Vec<Cause>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    Role(Role),
    Person(Uuid),
    Oneself,
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whom, causes) = text.split_once('=').map_or((text, None), |(whom, causes)| (whom, Some(causes)));
        let cause = |word: &str| {
            Cause::from_str(word.trim(), true).map_err(|_| format!("{word} is no cause like line-barred"))
        };
        let causes = causes.into_iter().flat_map(|causes| causes.split(',')).map(cause);
        Ok(Self { whom: whom.trim().parse()?, causes: causes.collect::<Result<_, _>>()? })
    }
}

impl FromStr for Whom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "me" {
            return Ok(Self::Oneself);
        }
        if let Ok(person_id) = text.parse() {
            return Ok(Self::Person(person_id));
        }
        Role::from_str(text, true)
            .map(Self::Role)
            .map_err(|_| "say whom: a role like fleet-manager, a person's id, or me".to_owned())
    }
}

impl Rule {
    /// As the contract has it.
    pub(crate) fn to_proto(&self, channel: wire::NoticeChannel) -> wire::Rule {
        wire::Rule {
            causes: self.causes.iter().map(|cause| cause.wire()).collect(),
            whom: match self.whom {
                Whom::Role(role) => Some(wire::rule::Whom::Role(role.wire())),
                Whom::Person(person_id) => Some(wire::rule::Whom::PersonId(person_id.to_string())),
                Whom::Oneself => None,
            },
            channel: channel.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_whom_and_of_what() {
        let rule: Rule = "fleet-manager=line-barred,line_pending".parse().unwrap();
        let expected = Rule {
            whom: Whom::Role(Role::FleetManager),
            causes: vec![Cause::LineBarred, Cause::LinePending],
        };
        assert_eq!(rule, expected);
        let of_everything: Rule = "me".parse().unwrap();
        assert_eq!(of_everything, Rule { whom: Whom::Oneself, causes: vec![] });
        let wire = of_everything.to_proto(wire::NoticeChannel::None);
        assert_eq!((&wire.whom, wire.channel()), (&None, wire::NoticeChannel::None));
        for wrong in ["astronaut", "fleet-manager=snow", "=line-barred", "fleet-manager="] {
            assert!(wrong.parse::<Rule>().is_err(), "{wrong}");
        }
    }
}
