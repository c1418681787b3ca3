//! Lines that are suspended for OTHER and for UNPAID, so that UNPAID can be lifted without a word to the register.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::{
    Evidence, GetLineRequest, RegisterLineRequest, SuspendLineRequest, SuspensionReason,
};
use vigie_testkit::Scratch;

use super::callers::Work;
use crate::fiction;
use crate::harness::text;
use crate::vigie::{Lines, Person, Vigie};

/// More than can be lifted in a turn.
const LINES: usize = 16_384;

/// Lines that are set at once.
pub const AT_ONCE: usize = 64;

/// An answer leaves within 1 s; the register is simulated and answers at once.
const CONFIRM_MAX: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(5);

pub struct Stock {
    clerk: Lines,
    /// Ids, each once.
    lines: Vec<String>,
    /// The same in a file, a line each.
    file: PathBuf,
    /// Where the next turn begins: the lines are lifted in turn.
    first: usize,
    /// UNPAID set again.
    set: u64,
    took: Duration,
}

impl Stock {
    /// Registers the lines and sets both reasons.
    pub async fn new(vigie: &Vigie, scratch: &Scratch, account: Uuid) -> Result<Self, String> {
        let inventory = vigie.lines(Person::staff(&["operator"])).await?;
        let manager = vigie.lines(Person::manager(account)).await?;
        let clerk = vigie.lines(Person::staff(&["billing_clerk"])).await?;
        let lines = {
            let clerk = clerk.clone();
            each((0..LINES as u64).collect(), move |number| {
                let (inventory, manager, clerk) = (inventory.clone(), manager.clone(), clerk.clone());
                async move {
                    let line_id = register(inventory, number, account).await?;
                    // Together: one read-back may confirm both.
                    tokio::try_join!(
                        suspend(manager, &line_id, SuspensionReason::Other),
                        suspend(clerk, &line_id, SuspensionReason::Unpaid),
                    )?;
                    Ok(line_id)
                }
            })
            .await?
        };
        let file = scratch.path().join("stock");
        std::fs::write(&file, lines.join("\n")).map_err(text)?;
        Ok(Self { clerk, lines, file, first: 0, set: 0, took: Duration::ZERO })
    }

    /// UNPAID is lifted on one line after the other.
    pub fn work(&self) -> Work {
        Work::LiftUnpaid { lines: self.file.clone(), first: self.first }
    }

    /// Sets UNPAID again where the last turn lifted it, and waits until the register has confirmed it.
    pub async fn refill(&mut self, lifted: u64) -> Result<(), String> {
        let lifted = usize::try_from(lifted).map_err(text)?;
        if lifted > self.lines.len() {
            return Err(format!("{LINES} lines are too few: {lifted} were lifted in a turn"));
        }
        let start = Instant::now();
        let lines = self.lines.iter().cycle().skip(self.first).take(lifted).cloned().collect();
        let clerk = self.clerk.clone();
        each(lines, move |line_id| {
            let clerk = clerk.clone();
            async move { suspend(clerk, &line_id, SuspensionReason::Unpaid).await }
        })
        .await?;
        self.took += start.elapsed();
        self.set += lifted as u64;
        self.first = (self.first + lifted) % self.lines.len();
        Ok(())
    }

    /// How fast UNPAID was set again.
    pub fn set_per_second(&self) -> f64 {
        self.set as f64 / self.took.as_secs_f64()
    }

    /// Commands that it took so far: each line was registered and suspended twice.
    pub const fn calls(&self) -> u64 {
        3 * self.lines.len() as u64 + self.set
    }
}

/// Does `work` for each item, [`AT_ONCE`] at a time; what it answered, in no particular order.
async fn each<I, T, Fut>(
    items: Vec<I>,
    work: impl Fn(I) -> Fut + Clone + Send + 'static,
) -> Result<Vec<T>, String>
where
    I: Clone + Send + Sync + 'static,
    T: Send + 'static,
    Fut: Future<Output = Result<T, String>> + Send,
{
    let items = Arc::new(items);
    let mut callers = JoinSet::new();
    for caller in 0..AT_ONCE {
        let (items, work) = (items.clone(), work.clone());
        callers.spawn(async move {
            let mut answers = Vec::new();
            for item in items.iter().skip(caller).step_by(AT_ONCE) {
                answers.push(work(item.clone()).await?);
            }
            Ok::<_, String>(answers)
        });
    }
    let answers: Result<Vec<_>, _> = callers.join_all().await.into_iter().collect();
    Ok(answers?.into_iter().flatten().collect())
}

/// The new line's id.
async fn register(mut inventory: Lines, number: u64, account: Uuid) -> Result<String, String> {
    let request = RegisterLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(fiction::entry(number, account)),
    };
    let answer = inventory.register_line(request).await.map_err(text)?.into_inner();
    answer.line.map(|line| line.line_id).ok_or_else(|| "an answer without a line".to_owned())
}

/// Sets a reason, and waits until the register has confirmed all that was asked for the line.
async fn suspend(mut lines: Lines, line_id: &str, reason: SuspensionReason) -> Result<(), String> {
    let request = SuspendLineRequest {
        request_id: SystemIds.next().to_string(),
        line: Some(fiction::by_id(line_id)),
        reason: reason.into(),
        on_behalf: None,
        ..Default::default()
    };
    let since = Instant::now();
    let mut line = lines.suspend_line(request).await.map_err(text)?.into_inner().line;
    while line.ok_or("an answer without a line")?.evidence() == Evidence::NotYetConfirmed {
        if since.elapsed() > CONFIRM_MAX {
            return Err(format!("an act was not confirmed within {} s", CONFIRM_MAX.as_secs()));
        }
        sleep(LOOK_EVERY).await;
        let request = GetLineRequest { line: Some(fiction::by_id(line_id)) };
        line = lines.get_line(request).await.map_err(text)?.into_inner().line;
    }
    Ok(())
}
