//! Progress of long work.

use std::time::Duration;

use tokio::time::Instant;

/// How often a line on a terminal moves.
const TERMINAL_INTERVAL: Duration = Duration::from_millis(100);
/// How often a line is written elsewhere: a log of a nightly job stays short.
const SPARSE_INTERVAL: Duration = Duration::from_secs(10);
const BAR_CELLS: u64 = 24;

/// How far work has come. Decides when it is worth showing, and how; writes nothing itself.
#[derive(Debug)]
pub(crate) struct Progress {
    label: &'static str,
    shown: bool,
    terminal: bool,
    started: Instant,
    drawn: Option<Instant>,
    done: u64,
    total: u64,
    note: String,
}

impl Progress {
    pub(crate) fn new(label: &'static str, shown: bool, terminal: bool) -> Self {
        let started = Instant::now();
        Self { label, shown, terminal, started, drawn: None, done: 0, total: 0, note: String::new() }
    }

    /// `done` of `total` (0 = not known); negative counts are taken as none.
    pub(crate) fn update(&mut self, done: i64, total: i64, note: impl Into<String>) -> &mut Self {
        self.done = u64::try_from(done).unwrap_or(0);
        self.total = u64::try_from(total).unwrap_or(0);
        self.note = note.into();
        self
    }

    /// Since the work began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// What to write now, if anything.
    pub(crate) fn render(&mut self) -> Option<String> {
        let interval = if self.terminal { TERMINAL_INTERVAL } else { SPARSE_INTERVAL };
        // Work that is over in a blink needs no progress.
        let since = self.drawn.unwrap_or(self.started);
        if !self.shown || since.elapsed() < interval {
            return None;
        }
        self.drawn = Some(Instant::now());
        let line = self.line(self.elapsed());
        Some(if self.terminal { format!("\r\x1b[2K{line}") } else { format!("{line}\n") })
    }

    /// What takes a moving line away again.
    pub(crate) fn clear(self) -> &'static str {
        if self.terminal && self.drawn.is_some() { "\r\x1b[2K" } else { "" }
    }

    fn line(&self, elapsed: Duration) -> String {
        let mut line = self.label.to_owned();
        if self.total > 0 {
            let done = self.done.min(self.total);
            if self.terminal {
                let filled = done * BAR_CELLS / self.total;
                let bar: String = (0..BAR_CELLS).map(|cell| if cell < filled { '━' } else { '┈' }).collect();
                line.push_str(&format!("  {bar}"));
            }
            line.push_str(&format!("  {done}/{} ({} %)", self.total, done * 100 / self.total));
        } else if self.done > 0 {
            line.push_str(&format!("  {}", self.done));
        }
        let seconds = elapsed.as_secs_f64();
        if self.done > 0 && seconds > 0.0 {
            line.push_str(&format!("  {:.0}/s", self.done as f64 / seconds));
        }
        if !self.note.is_empty() {
            line.push_str(&format!("  {}", self.note));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_terminal_gets_a_moving_line_and_a_file_a_sparse_one() {
        let mut terminal = Progress::new("importing", true, true);
        let mut file = Progress::new("importing", true, false);
        assert_eq!(terminal.update(1, 10, "").render(), None, "nothing in the first blink");
        tokio::time::advance(Duration::from_secs(1)).await;
        let line = terminal.update(5, 10, "1 rejected").render().unwrap();
        assert!(
            line.starts_with("\r\x1b[2Kimporting  ━━━━━━━━━━━━┈┈┈┈┈┈┈┈┈┈┈┈  5/10 (50 %)  5/s  1 rejected"),
            "{line:?}"
        );
        assert_eq!(file.update(5, 10, "").render(), None);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(file.update(9, 10, "").render().unwrap(), "importing  9/10 (90 %)  1/s\n");
        assert_eq!(terminal.clear(), "\r\x1b[2K");
        assert_eq!(file.clear(), "");
    }

    #[tokio::test(start_paused = true)]
    async fn programs_see_none() {
        let mut silent = Progress::new("importing", false, true);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(silent.update(5, 10, "").render(), None);
    }
}
