//! How a line, a person, a reason and a place in the log are written on the command line.

use std::str::FromStr;

use clap::ValueEnum;
use uuid::Uuid;
use vigie_proto::lines::{LineRef, SuspensionReason, line_ref};
use vigie_proto::log::Checkpoint;

/// A line, by number or by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineSelector {
    Number(String),
    Id(Uuid),
}

impl FromStr for LineSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Whether it is a possible number is the service's to say: one rule, in one place.
        if text.starts_with('+') {
            return Ok(Self::Number(text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect()));
        }
        text.parse().map(Self::Id).map_err(|_| {
            "give the number in international form, like +33639980001, or the line's id".to_owned()
        })
    }
}

impl From<&LineSelector> for LineRef {
    fn from(selector: &LineSelector) -> Self {
        let line = match selector {
            LineSelector::Number(number) => line_ref::Line::Msisdn(number.clone()),
            LineSelector::Id(id) => line_ref::Line::LineId(id.to_string()),
        };
        Self { line: Some(line) }
    }
}

/// An id, as lists show it.
pub(super) fn id(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| {
        "give the id, 36 characters like 0197b1f0-0000-7000-8000-000000000001, as lists show it".to_owned()
    })
}

/// An answer to a question.
pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

/// A person of an account: all lines that the person holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) account_id: Uuid,
    pub(crate) user_id: String,
}

impl FromStr for Person {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (account, user) = text.split_once('/').ok_or("write ACCOUNT/USER")?;
        let account_id = account.parse().map_err(|_| "the account, before the /, is a UUID")?;
        if user.is_empty() {
            return Err("the user, after the /, is missing".into());
        }
        Ok(Self { account_id, user_id: user.to_owned() })
    }
}

/// Why a line is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// Lost (perte)
    Loss,
    /// Stolen (vol)
    Theft,
    /// Another cause, asked by a manager
    Other,
    /// Unpaid invoices (impayé)
    Unpaid,
    /// Commercial freeze (gel commercial)
    #[value(alias = "commercial_freeze")]
    CommercialFreeze,
}

impl From<Reason> for SuspensionReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Loss => Self::Loss,
            Reason::Theft => Self::Theft,
            Reason::Other => Self::Other,
            Reason::Unpaid => Self::Unpaid,
            Reason::CommercialFreeze => Self::CommercialFreeze,
        }
    }
}

/// Where reading the log starts: a position, or a whole checkpoint that is refused on a restored log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartAfter {
    pub(crate) incarnation: i64,
    pub(crate) position: i64,
    pub(crate) hash: Vec<u8>,
}

impl FromStr for StartAfter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a position, or INCARNATION/POSITION/HASH as `log tail --json` shows them";
        let number = |text: &str| text.parse::<i64>().ok().filter(|value| *value >= 0).ok_or(FORM);
        let parts: Vec<_> = text.split('/').collect();
        match parts.as_slice() {
            [position] => Ok(Self { incarnation: 0, position: number(position)?, hash: Vec::new() }),
            [incarnation, position, hash] => Ok(Self {
                incarnation: number(incarnation)?,
                position: number(position)?,
                hash: hex::decode(hash).map_err(|_| FORM)?,
            }),
            _ => Err(FORM.into()),
        }
    }
}

impl From<StartAfter> for Checkpoint {
    fn from(start: StartAfter) -> Self {
        Self { incarnation: start.incarnation, position: start.position, hash: start.hash }
    }
}
