//! A condition of a query, with its bound values.

use vigie_eventlog::Value;

/// A condition with its bound values.
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    /// Nothing is left out.
    pub(super) fn everything() -> Self {
        Self { sql: "1 = 1".to_owned(), values: Vec::new() }
    }

    /// The place of a bound value in the text.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// What else must hold: `left` is SQL text up to the value.
    pub(super) fn and(&mut self, left: &str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.sql.push_str(&format!(" AND {left} {place}"));
    }

    /// One of `alternatives`, SQL text, must hold; none of none does.
    pub(super) fn and_one_of(&mut self, alternatives: &[String]) {
        if alternatives.is_empty() {
            self.sql.push_str(" AND 1 = 0");
        } else {
            self.sql.push_str(&format!(" AND ({})", alternatives.join(" OR ")));
        }
    }
}
