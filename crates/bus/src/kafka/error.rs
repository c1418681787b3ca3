//! Why the bus does not do what it should.

use rdkafka::error::KafkaError;
use vigie_eventlog::ReadError;

/// What is to be expected of trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Another process does it.
    Contended,
    /// It may pass by itself.
    Passing,
    /// It takes a person.
    Final,
}

/// Why the bus does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration contradicts itself.
    #[error("kafka.{key}: {why}")]
    Options {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A secret's file cannot be read.
    #[error("kafka.{key} cannot be read")]
    Secret {
        /// The key.
        key: &'static str,
        /// Why.
        #[source]
        source: vigie_chassis::config::Error,
    },
    /// librdkafka does not take the configuration.
    #[error("the Kafka client cannot be made")]
    Client(#[source] KafkaError),
    /// Kafka refuses, cannot be reached, or takes too long.
    #[error("Kafka did not {doing}")]
    Kafka {
        /// What was asked of it.
        doing: &'static str,
        /// Its answer.
        #[source]
        source: KafkaError,
    },
    /// A topic would spread keys otherwise, and a stream's order would be lost.
    #[error(
        "topic {topic} has {found} partitions and not {expected}: the order of a stream would be lost. Move its records \
         to a topic with {expected} partitions, or give the context another name"
    )]
    Partitions {
        /// The topic.
        topic: String,
        /// What it has.
        found: usize,
        /// What it should have.
        expected: i32,
    },
    /// The database of the log refuses or cannot be reached.
    #[error("the relay's place could not be read or written")]
    Database(#[from] sqlx::Error),
    /// The log cannot be read, or its past is not the one that was carried to Kafka.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The log was restored from a backup, and nothing is known of what its topics hold (rule 13).
    #[error(
        "the log was restored from a backup (it is in its life {incarnation}), and what its topics hold beyond that is \
         not known"
    )]
    Restored {
        /// The log's incarnation.
        incarnation: i64,
    },
    /// Another process carries this log now (rule 19).
    #[error("another process carries this log now")]
    LeaseLost,
    /// The thread that speaks to Kafka could not be started.
    #[error("the thread that speaks to Kafka could not be started")]
    Thread(#[source] std::io::Error),
    /// The thread that speaks to Kafka ended.
    #[error("the thread that speaks to Kafka ended")]
    ThreadEnded,
}

impl Error {
    /// What is to be expected of trying again.
    pub const fn outlook(&self) -> Outlook {
        match self {
            Self::LeaseLost => Outlook::Contended,
            Self::Kafka { .. }
            | Self::Database(_)
            | Self::Log(ReadError::Database(_) | ReadError::Unreachable(_))
            | Self::Thread(_)
            | Self::ThreadEnded => Outlook::Passing,
            Self::Options { .. }
            | Self::Secret { .. }
            | Self::Client(_)
            | Self::Partitions { .. }
            | Self::Restored { .. }
            | Self::Log(ReadError::Gap { .. } | ReadError::CheckpointRefused { .. }) => Outlook::Final,
        }
    }

    /// What a person does about an error that does not pass by itself, where its message does not say so.
    pub const fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Restored { .. } | Self::Log(ReadError::CheckpointRefused { .. }) => {
                Some("Run `vigie log resync`: it puts the topics right and lets the relay go on")
            }
            _ => None,
        }
    }
}
