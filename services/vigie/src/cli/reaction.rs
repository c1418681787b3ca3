//! `vigie reaction …`

use clap::{Args, Subcommand};
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum ReactionCommand {
    /// Every reaction: whether it goes on, and how much it has to do
    List,
    /// Effects that wait for a person, and why
    Waiting(ListWaiting),
    /// One effect, also one that is done or was given up
    Show(EffectArgs),
    /// Let an effect be carried out after all; who, when and why are kept
    Retry(RuleOnEffect),
    /// End an effect without carrying it out; who, when and why are kept
    GiveUp(RuleOnEffect),
}

#[derive(Args, Debug)]
pub(crate) struct ListWaiting {
    /// Only of this reaction
    #[arg(long, value_name = "NAME")]
    pub(crate) reaction: Option<String>,
    /// How many at most; 0 for all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: u32,
}

/// An effect.
#[derive(Args, Debug)]
pub(crate) struct EffectArgs {
    /// The reaction that it is of, as `list` names it
    pub(crate) reaction: String,
    /// Its id, as `waiting` shows it
    #[arg(value_name = "EFFECT")]
    pub(crate) effect_id: Uuid,
}

#[derive(Args, Debug)]
pub(crate) struct RuleOnEffect {
    #[command(flatten)]
    pub(crate) effect: EffectArgs,
    /// Why; without personal data
    #[arg(long)]
    pub(crate) reason: String,
    /// Only if so many attempts were begun, as `show` says [default: however many there are now]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) attempts: Option<i64>,
}
