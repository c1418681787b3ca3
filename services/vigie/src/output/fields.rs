//! A heading, and under it labels with their values.

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use super::style::{self, paint};

/// How wide a paragraph gets: what the eye follows, and a terminal of 100 columns holds beside the label.
const PARAGRAPH_COLUMNS: usize = 76;

/// One thing, described.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    title: String,
    rows: Vec<(&'static str, String)>,
}

impl Fields {
    /// Under `title`, painted already; may be empty.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: Vec::new() }
    }

    /// A labelled value, which may have several lines; left out when empty.
    #[must_use]
    pub(crate) fn field(self, label: &'static str, value: impl Into<String>) -> Self {
        self.styled(label, value, style::PLAIN)
    }

    /// A labelled value in `style`; left out when empty.
    #[must_use]
    pub(crate) fn styled(mut self, label: &'static str, value: impl Into<String>, style: Style) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push((label, paint(style, &value)));
        }
        self
    }

    /// A labelled text of several sentences, in lines of readable length.
    #[must_use]
    pub(crate) fn paragraph(self, label: &'static str, text: &str) -> Self {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.width() + word.width() < PARAGRAPH_COLUMNS => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        self.field(label, lines.join("\n"))
    }

    /// The whole, a line each.
    pub(crate) fn render(&self) -> String {
        let width = self.rows.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
        let indent = if self.title.is_empty() { "" } else { "  " };
        let mut text = String::new();
        if !self.title.is_empty() {
            text.push_str(&self.title);
            text.push('\n');
        }
        for (label, value) in &self.rows {
            let gap = " ".repeat(width.saturating_sub(label.width()));
            let below = format!("\n{indent}{}  ", " ".repeat(width));
            let value = value.replace('\n', &below);
            text.push_str(&format!("{indent}{}{gap}  {value}\n", paint(style::FAINT, label)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_align_and_empty_ones_are_left_out() {
        let fields =
            Fields::new("title").field("a", "1").field("empty", "").styled("longer", "2", style::GOOD);
        let plain = anstream::adapter::strip_str(&fields.render()).to_string();
        assert_eq!(plain, "title\n  a       1\n  longer  2\n");
    }

    #[test]
    fn further_lines_stand_under_the_first() {
        let long = "word ".repeat(20);
        let fields = Fields::new("title").field("ids", "1\n2").paragraph("text", &long);
        let plain = anstream::adapter::strip_str(&fields.render()).to_string();
        let (first, second) = ("word ".repeat(15), "word ".repeat(5));
        assert_eq!(
            plain,
            format!("title\n  ids   1\n        2\n  text  {}\n        {}\n", first.trim(), second.trim())
        );
    }
}
