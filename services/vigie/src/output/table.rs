//! Aligned columns.

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use super::style::{self, paint};

/// A text and how it looks.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// `text` in `style`.
    pub(crate) fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::styled(text, style::PLAIN)
    }
}

/// Where a column's texts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows under a heading.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    heading: [(&'static str, Align); N],
    rows: Vec<[Cell; N]>,
}

impl<const N: usize> Table<N> {
    /// A table without rows.
    pub(crate) const fn new(heading: [(&'static str, Align); N]) -> Self {
        Self { heading, rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: [Cell; N]) {
        self.rows.push(cells);
    }

    /// The whole, a line a row; `""` without rows.
    pub(crate) fn render(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let heading = self.heading.map(|(text, _)| Cell::styled(text, style::FAINT));
        let widths = self.widths();
        let mut text = String::new();
        for row in std::iter::once(&heading).chain(&self.rows) {
            text.push_str(&self.render_row(row, &widths));
            text.push('\n');
        }
        text
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = self.heading.map(|(text, _)| text.width());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.text.width());
            }
        }
        widths
    }

    fn render_row(&self, row: &[Cell; N], widths: &[usize; N]) -> String {
        let mut line = String::new();
        for (index, ((cell, width), (_, align))) in row.iter().zip(widths).zip(&self.heading).enumerate() {
            let gap = " ".repeat(width.saturating_sub(cell.text.width()));
            let painted = paint(cell.style, &cell.text);
            let last = index + 1 == N;
            match align {
                Align::Right => line.push_str(&format!("{gap}{painted}")),
                // No blanks at the end of a line: they break copying and comparing.
                Align::Left if last => line.push_str(&painted),
                Align::Left => line.push_str(&format!("{painted}{gap}")),
            }
            if !last {
                line.push_str("  ");
            }
        }
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_whatever_the_accents_and_colours() {
        let mut table =
            Table::new([("holder", Align::Left), ("lines", Align::Right), ("state", Align::Left)]);
        table.row(["Ébénisterie Ré".into(), "7".into(), Cell::styled("ACTIVE", style::GOOD)]);
        table.row(["Zed".into(), "1200".into(), "".into()]);
        let plain = anstream::adapter::strip_str(&table.render()).to_string();
        assert_eq!(
            plain,
            "holder          lines  state\n\
             Ébénisterie Ré      7  ACTIVE\n\
             Zed              1200\n"
        );
        assert!(table.render().contains("\u{1b}["));
    }

    #[test]
    fn no_rows_no_heading() {
        assert_eq!(Table::new([("a", Align::Left)]).render(), "");
    }
}
