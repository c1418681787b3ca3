//! Which rows of a view are asked for.

use crate::database::Value;

/// A condition in SQL with its bound values.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its text, as it stands behind WHERE.
    pub sql: String,
    /// The values bound in it, from `$1` on.
    pub values: Vec<Value>,
}

impl Condition {
    /// Nothing is left out.
    pub fn everything() -> Self {
        Self { sql: "1 = 1".to_owned(), values: Vec::new() }
    }

    /// The place of a bound value in the text.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// What else must hold: `left` is SQL up to the value.
    pub fn and(&mut self, left: &str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.sql.push_str(&format!(" AND {left} {place}"));
    }

    /// One of `alternatives`, each SQL, must hold; none of none does.
    pub fn and_one_of(&mut self, alternatives: &[String]) {
        if alternatives.is_empty() {
            self.sql.push_str(" AND 1 = 0");
        } else {
            self.sql.push_str(&format!(" AND ({})", alternatives.join(" OR ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bound_in_the_order_of_their_places() {
        let mut condition = Condition::everything();
        condition.and("account_id =", 7_i64);
        let either = [1_i64, 2].map(|rank| format!("rank = {}", condition.bind(rank)));
        condition.and_one_of(&either);
        assert_eq!(condition.sql, "1 = 1 AND account_id = $1 AND (rank = $2 OR rank = $3)");
        assert_eq!(condition.values, [Value::from(7_i64), Value::from(1_i64), Value::from(2_i64)]);
    }

    #[test]
    fn of_no_alternative_nothing_holds() {
        let mut condition = Condition::everything();
        condition.and_one_of(&[]);
        assert_eq!(condition.sql, "1 = 1 AND 1 = 0");
    }
}
