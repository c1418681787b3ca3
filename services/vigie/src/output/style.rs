//! The few colours, by what they mean.

use anstyle::{AnsiColor, Style};

/// As it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Not yet, or worth a look.
pub(crate) const WAITING: Style = AnsiColor::Yellow.on_default();
/// Wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What the eye should find first.
pub(crate) const STRONG: Style = Style::new().bold();
/// Labels, ids, remarks.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Nothing special.
pub(crate) const PLAIN: Style = Style::new();

/// `text` in `style`.
pub(crate) fn paint(style: Style, text: &str) -> String {
    if style == PLAIN || text.is_empty() { text.to_owned() } else { format!("{style}{text}{style:#}") }
}
