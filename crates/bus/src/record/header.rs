//! Names of a record's headers. CloudEvents attributes carry `ce_` (Kafka protocol binding 1.0.2, 3.2.3).

/// CloudEvents version: `1.0`.
pub const SPECVERSION: &str = "ce_specversion";
/// Event id, UUIDv7: the same at every repeat.
pub const ID: &str = "ce_id";
/// Stable public name with version: `vigie.line.suspension_requested.v1`.
pub const TYPE: &str = "ce_type";
/// `/vigie/<context>/<shard>/<stream id>`.
pub const SOURCE: &str = "ce_source";
/// When it happened where it happened, RFC 3339.
pub const TIME: &str = "ce_time";
/// When the log recorded it, RFC 3339.
pub const RECORDED_TIME: &str = "ce_recordedtime";
/// Version of the stream, from 1, contiguous; 19 digits, so that it sorts as text.
pub const SEQUENCE: &str = "ce_sequence";
/// Grows at every restore of the log; of two records of a stream the higher (incarnation, sequence) is the newer.
pub const INCARNATION: &str = "ce_incarnation";
/// Place in the log, dense, from 1.
pub const POSITION: &str = "ce_position";
/// Stream id; equal to the record's key.
pub const PARTITION_KEY: &str = "ce_partitionkey";
/// The business customer's account.
pub const ACCOUNT_ID: &str = "ce_accountid";
/// Who caused it.
pub const ACTOR: &str = "ce_actor";
/// Through which door.
pub const CHANNEL: &str = "ce_channel";
/// For whom, when staff acted. Optional.
pub const ON_BEHALF_OF: &str = "ce_onbehalfof";
/// The caller's request id. Optional.
pub const REQUEST_ID: &str = "ce_requestid";
/// The act that the event belongs to. Optional.
pub const ACT_ID: &str = "ce_actid";
/// The log's chain up to and including this event: SHA-256, hexadecimal.
pub const CHAIN_HASH: &str = "ce_chainhash";
/// W3C trace context of the command. Optional.
pub const TRACEPARENT: &str = "traceparent";
/// `application/json`.
pub const CONTENT_TYPE: &str = "content-type";

/// All of them, in the order they are written.
pub const ALL: [&str; 19] = [
    SPECVERSION,
    ID,
    TYPE,
    SOURCE,
    TIME,
    RECORDED_TIME,
    SEQUENCE,
    INCARNATION,
    POSITION,
    PARTITION_KEY,
    ACCOUNT_ID,
    ACTOR,
    CHANNEL,
    ON_BEHALF_OF,
    REQUEST_ID,
    ACT_ID,
    CHAIN_HASH,
    TRACEPARENT,
    CONTENT_TYPE,
];
