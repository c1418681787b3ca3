use sha2::{Digest, Sha256};
use vigie_eventlog::{Database, Row};

/// What the chain hashes of a column: numbers in 8 bytes, big end first; everything else behind its length; what may
/// be NULL behind a 0 or 1.
enum Column {
    Number(i64),
    Bytes(Vec<u8>),
    Optional(Option<Vec<u8>>),
}

/// Reads the stored rows, not through the log, and computes positions and chain anew, from the first row on.
pub(crate) async fn assert_dense_and_chained(database: &Database) -> i64 {
    let mut previous = vec![0; 32];
    let mut position = 0;
    loop {
        let rows = database
            .query(
                "SELECT position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
                 recorded_at, occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, \
                 hash FROM events WHERE position > $1 ORDER BY position LIMIT 5000",
                &[position.into()],
            )
            .await
            .unwrap();
        if rows.is_empty() {
            return position;
        }
        for row in rows {
            position += 1;
            assert_eq!(row.i64(0).unwrap(), position, "positions are dense");
            let hash = hash_of(&previous, &columns_of(&row));
            assert_eq!(row.bytes(17).unwrap(), hash, "the chain holds at {position}");
            previous = hash;
        }
    }
}

fn columns_of(row: &Row) -> Vec<Column> {
    let number = |index| Column::Number(row.i64(index).unwrap());
    let uuid = |index| Column::Bytes(row.uuid(index).unwrap().as_bytes().to_vec());
    let text = |index| Column::Bytes(row.text(index).unwrap().into_bytes());
    let maybe_uuid =
        |index| Column::Optional(row.opt_uuid(index).unwrap().map(|uuid| uuid.as_bytes().to_vec()));
    let maybe_text = |index| Column::Optional(row.opt_text(index).unwrap().map(String::into_bytes));
    vec![
        number(0),
        uuid(1),
        number(2),
        number(3),
        uuid(4),
        number(5),
        text(6),
        uuid(7),
        number(8),
        number(9),
        text(10),
        maybe_text(11),
        text(12),
        maybe_uuid(13),
        maybe_uuid(14),
        maybe_text(15),
        Column::Bytes(row.bytes(16).unwrap()),
    ]
}

fn hash_of(previous: &[u8], columns: &[Column]) -> Vec<u8> {
    let mut text = Vec::new();
    behind_length(&mut text, previous);
    for column in columns {
        match column {
            Column::Number(number) => text.extend(number.to_be_bytes()),
            Column::Bytes(bytes) => behind_length(&mut text, bytes),
            Column::Optional(None) => text.push(0),
            Column::Optional(Some(bytes)) => {
                text.push(1);
                behind_length(&mut text, bytes);
            }
        }
    }
    Sha256::digest(&text).to_vec()
}

fn behind_length(text: &mut Vec<u8>, bytes: &[u8]) {
    text.extend((bytes.len() as u64).to_be_bytes());
    text.extend(bytes);
}
