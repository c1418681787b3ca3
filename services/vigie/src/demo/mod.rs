//! What the first start of the embedded default shows: an operator in miniature, and some promises at work.
//!
//! Invariant: the demo is a client. Lines, acts and answers go through the process' own gRPC door with tokens of their
//! roles; nothing is written behind it. Only the simulated register, which plays the network, is its own to cut.

mod cast;
mod contacts;
mod fiction;
mod history;
mod inventory;
mod marker;
mod play;
mod promises;
mod scenes;
mod stopwatch;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_chassis::identity::dev::Issuer;
use vigie_lines::register::{Faults, Simulated};

use crate::error::Error;
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::output::time::span;
use cast::Cast;

pub(crate) use marker::Marker;
pub(crate) use stopwatch::Stopwatch;

/// Lines at the beginning that the scenes keep for themselves.
const LINES_OF_SCENES: usize = 20;

/// What the demo plays on.
pub(crate) struct Stage {
    /// The process' own door.
    pub(crate) endpoint: String,
    /// Who makes its tokens.
    pub(crate) issuer: Arc<Issuer>,
    /// The network.
    pub(crate) simulated: Simulated,
    /// Sees when the register is written and read.
    pub(crate) stopwatch: Stopwatch,
    /// Remembers that the demo was shown.
    pub(crate) marker: Marker,
    /// How the command line is called here: `target/release/vigie --data x`.
    pub(crate) command: String,
    /// The data folder.
    pub(crate) data: PathBuf,
}

impl Stage {
    fn provision<'a>(
        &self,
        subscribers: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<(), Error> {
        self.simulated
            .provision_many(subscribers)
            .map_err(|error| Error::Usage(format!("the simulated register refuses a subscriber: {error}")))
    }

    fn cut(&self, is_unreachable: bool) {
        self.simulated.set_faults(Faults { is_unreachable, ..Faults::default() });
    }
}

/// Who manages the demo's accounts, for advisors who act on behalf of them.
pub(crate) fn managers() -> impl Iterator<Item = (Uuid, BTreeSet<String>)> {
    fiction::COMPANIES
        .iter()
        .map(|company| (company.account_id(), BTreeSet::from([company.manager.to_owned()])))
}

/// Fills the operator and shows the promise at work.
pub(crate) async fn show(stage: &Stage, output: &mut Output) -> Result<(), Error> {
    let started = Instant::now();
    stage.marker.begun(&stage.data)?;
    let cast = Cast::at(&stage.endpoint, stage.issuer.clone()).await?;
    let lines = fiction::lines();

    output.text(&heading("An operator in miniature"))?;
    inventory::import(stage, &cast, &lines, output).await?;
    past(stage, &cast, &lines, output).await?;

    let staged = scenes::play(stage, &cast, &lines, output).await;
    // Whatever happened on stage, the network is whole afterwards.
    stage.cut(false);
    staged?;
    contacts::play(&cast, &lines, output).await?;

    output.text(&heading("The 17 promises"))?;
    output.text(&promises::render())?;
    output.text(&heading("Try it"))?;
    output.text(&commands(stage)?)?;
    stage.marker.finished(&stage.data)?;
    let took = span(started.elapsed().as_secs_f64() * 1e3);
    output.text(&paint(
        style::FAINT,
        &format!("\nShown in {took}; later starts skip this. Ctrl-C stops Vigie."),
    ))
}

async fn past(stage: &Stage, cast: &Cast, lines: &[fiction::Line], output: &mut Output) -> Result<(), Error> {
    let began = Instant::now();
    let stories = history::stories(LINES_OF_SCENES, lines.len());
    let told = play::tell(stage, cast, lines, &stories).await;
    if let Some((line, error)) = told.failed {
        output.note(&format!(
            "one of the stories, on line {line}, went otherwise: {}: {error}",
            error.reason()
        ));
    }
    let took = span(began.elapsed().as_secs_f64() * 1e3);
    output.text(&format!(
        "  {} acts on {} of them in {took}: losses, thefts, unpaid bills",
        told.gestures, told.lines
    ))
}

fn heading(text: &str) -> String {
    format!("\n{}", paint(style::STRONG, text))
}

fn commands(stage: &Stage) -> Result<String, Error> {
    let command = &stage.command;
    let (stolen, other) = (fiction::msisdn(scenes::STOLEN), fiction::msisdn(scenes::TO_TRY));
    let commands = [
        format!("  {command} line show {stolen}"),
        format!("  {command} line suspend {other} --reason theft"),
        format!("  {command} commitments show 9.3 --cases --limit 3"),
        format!("  {command} log verify"),
        format!("  {command} {}", contacts::to_paste()?),
    ];
    Ok(commands.join("\n"))
}
