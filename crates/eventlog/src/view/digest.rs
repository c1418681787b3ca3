//! One number for a whole view: equal exactly when all its rows are.

use sha2::{Digest as _, Sha256};

use super::Table;
use crate::database::{Transaction, Value};

/// SHA-256 over all rows of a view's tables in key order, the checkpoint's among them.
///
/// The checkpoint belongs to it because a view is only equal to another *at the same position*: digests that agree also
/// agree on how far was read, and on how much was not understood. Every value is tagged and every length written before
/// what it counts, so that no two views encode alike; nothing in it depends on the engine, on when the view was computed
/// or in which batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Rows in memory at a time.
const PAGE_ROWS: i64 = 1_000;

/// The digest of what a snapshot shows of `tables`.
pub async fn digest(snapshot: &mut Transaction, tables: &[&Table]) -> Result<Digest, sqlx::Error> {
    let mut sha256 = Sha256::new();
    for table in tables {
        digest_table(snapshot, table, &mut sha256).await?;
    }
    Ok(Digest(sha256.finalize().into()))
}

async fn digest_table(
    snapshot: &mut Transaction,
    table: &Table,
    sha256: &mut Sha256,
) -> Result<(), sqlx::Error> {
    bytes(sha256, table.name.as_bytes());
    let mut after: Option<Value> = None;
    let mut rows_total: u64 = 0;
    loop {
        let rows = table.page(snapshot, after.as_ref(), PAGE_ROWS).await?;
        for row in &rows {
            let values = table.values(row)?;
            sha256.update([b'r']);
            values.iter().for_each(|value| encode(sha256, value));
            after = values.into_iter().next();
            rows_total += 1;
        }
        if rows.is_empty() {
            sha256.update([b'e']);
            sha256.update(rows_total.to_be_bytes());
            return Ok(());
        }
    }
}

fn encode(sha256: &mut Sha256, value: &Value) {
    match value {
        Value::I64(Some(number)) => {
            sha256.update([1]);
            sha256.update(number.to_be_bytes());
        }
        Value::Text(Some(text)) => {
            sha256.update([2]);
            bytes(sha256, text.as_bytes());
        }
        Value::Bytes(Some(value)) => {
            sha256.update([3]);
            bytes(sha256, value);
        }
        Value::Uuid(Some(id)) => {
            sha256.update([4]);
            sha256.update(id.as_bytes());
        }
        Value::Bool(flag) => sha256.update([5, u8::from(*flag)]),
        Value::I64(None) | Value::Text(None) | Value::Bytes(None) | Value::Uuid(None) => sha256.update([0]),
    }
}

fn bytes(sha256: &mut Sha256, bytes: &[u8]) {
    sha256.update((bytes.len() as u64).to_be_bytes());
    sha256.update(bytes);
}
