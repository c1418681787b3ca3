//! What the columns of a kind of file mean.

/// A kind of file: what its columns make of a row.
pub(crate) trait Sheet: Default + Send + 'static {
    /// Its columns, in the order in which they are documented.
    const COLUMNS: &'static [Column<Self>];

    /// Takes the key that another system has, from a column `ext:OWNER:TYPE`. `false`: such a column does not belong here.
    fn keep(&mut self, _owner: &str, _kind: &str, _id: String) -> bool {
        false
    }
}

/// A column.
pub(crate) struct Column<S> {
    /// Its name in the header row.
    pub(crate) name: &'static str,
    /// Whether the header must name it.
    pub(crate) is_needed: bool,
    /// Puts a field that is not empty into the row, or says what should stand there.
    pub(crate) put: fn(&mut S, &str) -> Result<(), String>,
}

impl<S> Column<S> {
    /// A column that the header must name.
    pub(crate) const fn needed(name: &'static str, put: fn(&mut S, &str) -> Result<(), String>) -> Self {
        Self { name, is_needed: true, put }
    }

    /// A column that the header may name.
    pub(crate) const fn optional(name: &'static str, put: fn(&mut S, &str) -> Result<(), String>) -> Self {
        Self { name, is_needed: false, put }
    }
}
