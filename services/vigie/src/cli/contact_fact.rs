//! `vigie contact record …`

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args, Subcommand};
use jiff::SignedDuration;
use uuid::Uuid;

use super::contact::ContactKey;
use super::customer::{AccountSelector, Number, When};
use super::house::{Named, PointSelector};
use super::reference::{id, yes_or_no};
use super::routing_words::{ContactChannel, ServiceFamily, Subject};

/// How to write the lines of a file; each is a fact of the contract, as `--json` would print it.
const LINES: &str = r#"A line is a vigie.routing.v1.ContactFact, or a DeskPresence where nobody's contact is meant:

  {"origin":"acd","contact":"4711","fact_id":"1","occurred_at":"2026-11-24T09:00:00Z",
   "offered":{"desk":{"external":{"owner":"acd","type":"queue","id":"fleet"}},
              "channel":"CONTACT_CHANNEL_PHONE","caller":{"number":"+33199002001"}}}
  {"origin":"acd","contact":"4711","fact_id":"2","occurred_at":"2026-11-24T09:00:25Z",
   "answered":{"desk":{"desk_id":"UUID"},"agent":{"user_id":"anne"},"wait_ms":25000}}
  {"origin":"wfm","fact_id":"1","desk":{"desk_id":"UUID"},
   "from":"2026-11-24T08:00:00Z","until":"2026-11-24T12:30:00Z"}

(on one line each). Facts may come in any order and again: what is on record is absorbed."#;

/// What happened.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// It waits for a team
    Offered(Offered),
    /// It is known who asks for what
    Qualified(Qualified),
    /// Somebody answers
    Answered(Answered),
    /// The caller gave up waiting
    Abandoned(Abandoned),
    /// It is handed to another team
    Transferred(Transferred),
    /// A named agent takes it in charge
    TakenInCharge(TakenInCharge),
    /// It is over
    Ended(Ended),
    /// Somebody is to call back
    CallbackPromised(CallbackPromised),
    /// Somebody called back
    CallbackKept(CallbackKept),
    /// Nobody will call back, or nobody was reached
    CallbackMissed(CallbackMissed),
    /// The customer answered a survey
    Survey(Survey),
    /// Somebody listened and graded
    Graded(Graded),
    /// It is a second contact on the subject of an earlier one
    Repeated(Repeated),
    /// Somebody was there to answer for a team
    Presence(Presence),
    /// Many facts, from JSON lines
    #[command(after_help = LINES)]
    File(FactFile),
}

/// Which contact, when, and the fact's own key.
#[derive(Args, Clone, Debug)]
pub(crate) struct FactArgs {
    /// ORIGIN/KEY as the contact centre names it, like acd/4711
    pub(crate) contact: ContactKey,
    /// When it happened [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<When>,
    /// Key of this fact, unique within the contact; the same fact again is recorded once [default: a new key]
    #[arg(long = "fact", value_name = "KEY")]
    pub(crate) fact_id: Option<String>,
}

/// Who calls; nobody given where it cannot be told.
#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("caller").multiple(false))]
pub(crate) struct CallerArgs {
    /// The number that the call comes from (+33…)
    #[arg(long, value_name = "NUMBER", group = "caller")]
    pub(crate) from: Option<Number>,
    /// The person: id
    #[arg(long, value_name = "UUID", group = "caller", value_parser = id)]
    pub(crate) person: Option<Uuid>,
    /// The account: id, SIREN, SIRET, or OWNER/TYPE/KEY
    #[arg(long, value_name = "ACCOUNT", group = "caller")]
    pub(crate) account: Option<AccountSelector>,
}

#[derive(Args, Debug)]
pub(crate) struct Offered {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Which team: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Named,
    /// How it arrives
    #[arg(long, ignore_case = true, default_value = "phone")]
    pub(crate) channel: ContactChannel,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
    /// Country that it comes from, two letters [default: FR]
    #[arg(long, value_name = "CC")]
    pub(crate) from_country: Option<String>,
    /// Contact point that was called: number, short code or address, or id
    #[arg(long)]
    pub(crate) point: Option<PointSelector>,
}

#[derive(Args, Debug)]
pub(crate) struct Qualified {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// What it is about
    #[arg(long, ignore_case = true)]
    pub(crate) subject: Subject,
    /// Which family of services; given twice where it is about both
    #[arg(long = "family", value_name = "FAMILY", ignore_case = true)]
    pub(crate) families: Vec<ServiceFamily>,
    #[command(flatten)]
    pub(crate) caller: CallerArgs,
}

#[derive(Args, Debug)]
pub(crate) struct Answered {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Of which team: name, id, or OWNER/TYPE/KEY; none for an account manager on the own number
    #[arg(long)]
    pub(crate) desk: Option<Named>,
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "STAFF")]
    pub(crate) agent: Option<Named>,
    /// How long it waited, like 25s or "1m 30s" [default: since it was offered]
    #[arg(long, value_name = "TIME")]
    pub(crate) wait: Option<Wait>,
    /// Whether the agent was shown the customer's context
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    pub(crate) context_shown: Option<bool>,
}

#[derive(Args, Debug)]
pub(crate) struct Abandoned {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Whose answer it waited for: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Named,
    /// How long it waited, like 25s or "1m 30s" [default: since it was offered]
    #[arg(long, value_name = "TIME")]
    pub(crate) wait: Option<Wait>,
}

#[derive(Args, Debug)]
pub(crate) struct Transferred {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// To which team: name, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "DESK")]
    pub(crate) to: Named,
    /// Why: a code of the contact centre's own, in lower case
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct TakenInCharge {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "STAFF")]
    pub(crate) agent: Named,
}

#[derive(Args, Debug)]
pub(crate) struct Ended {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Whether it was settled at once
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    pub(crate) settled: Option<bool>,
}

#[derive(Args, Debug)]
pub(crate) struct CallbackPromised {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Key of the callback, unique within the contact
    #[arg(long, value_name = "KEY")]
    pub(crate) callback: String,
    /// By when
    #[arg(long, value_name = "WHEN")]
    pub(crate) due: When,
}

#[derive(Args, Debug)]
pub(crate) struct CallbackKept {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Which callback: its key
    #[arg(long, value_name = "KEY")]
    pub(crate) callback: String,
    /// Who: name, user id, id, or OWNER/TYPE/KEY
    #[arg(long, value_name = "STAFF")]
    pub(crate) agent: Option<Named>,
}

#[derive(Args, Debug)]
pub(crate) struct CallbackMissed {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Which callback: its key
    #[arg(long, value_name = "KEY")]
    pub(crate) callback: String,
    /// Why: a code of the contact centre's own, in lower case
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Survey {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// About what: a code like courtesy or solved
    #[arg(long, value_name = "CODE")]
    pub(crate) question: String,
    /// The answer, and the best there is: 4/5
    #[arg(long, value_name = "SCORE/MAX")]
    pub(crate) score: Score,
}

#[derive(Args, Debug)]
pub(crate) struct Graded {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// By which grid: a code
    #[arg(long, value_name = "CODE")]
    pub(crate) grid: String,
    /// Points, and the most there are: 17/20
    #[arg(long, value_name = "SCORE/MAX")]
    pub(crate) score: Score,
}

#[derive(Args, Debug)]
pub(crate) struct Repeated {
    #[command(flatten)]
    pub(crate) fact: FactArgs,
    /// Key of the earlier contact, of the same origin
    #[arg(long, value_name = "KEY")]
    pub(crate) earlier: String,
}

#[derive(Args, Debug)]
pub(crate) struct Presence {
    /// The system that tells it, like wfm
    pub(crate) origin: String,
    /// Of which team: name, id, or OWNER/TYPE/KEY
    #[arg(long)]
    pub(crate) desk: Named,
    /// From when
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: When,
    /// Until when, exclusive; at most 24 hours later
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: When,
    /// Key of this fact, unique within team and day; the same fact again is recorded once [default: a new key]
    #[arg(long = "fact", value_name = "KEY")]
    pub(crate) fact_id: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct FactFile {
    /// File of JSON lines, or - for standard input
    pub(crate) path: PathBuf,
    /// Write the lines that were rejected here, each with reason and message, ready to be mended and recorded
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

/// How long somebody waited, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) i64);

impl FromStr for Wait {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a time like 25s, 800ms or \"1m 30s\"";
        let wait = text.parse::<SignedDuration>().ok().filter(|wait| !wait.is_negative()).ok_or(FORM)?;
        i64::try_from(wait.as_millis()).map(Self).map_err(|_| FORM.to_owned())
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) score: u32,
    pub(crate) max: u32,
}

impl FromStr for Score {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let both =
            text.split_once('/').and_then(|(score, max)| Some((score.parse().ok()?, max.parse().ok()?)));
        // Whether the score is possible is the service's to say.
        both.map(|(score, max)| Self { score, max }).ok_or_else(|| "write SCORE/MAX, like 4/5".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_a_time_with_its_unit() {
        let read = ["25s", "800ms", "1m 30s", "0s"].map(|text| text.parse::<Wait>().unwrap().0);
        assert_eq!(read, [25_000, 800, 90_000, 0]);
        for bad in ["25", "-3s", "soon", ""] {
            assert!(bad.parse::<Wait>().unwrap_err().contains("25s"), "{bad}");
        }
    }

    #[test]
    fn a_score_is_of_so_many() {
        assert_eq!("4/5".parse(), Ok(Score { score: 4, max: 5 }));
        for bad in ["4", "4/", "-1/5", "four/five"] {
            assert!(bad.parse::<Score>().is_err(), "{bad}");
        }
    }
}
