//! Facts by way of Kafka, topic `vigie.routing.facts.v1` unless another is configured: for contact centres that write to a topic rather than call.
//!
//! A record's value is one CloudEvent 1.0 in JSON (structured mode); `event` says which. What is on record already is
//! absorbed, what cannot be taken is put on the list of rejected facts, and only then is the place on the topic moved on: a
//! process that dies in between reads some facts again, and loses none.

#[cfg(test)]
mod contract;
mod data;
mod event;
#[cfg(feature = "kafka")]
mod reader;
mod refs;

#[cfg(feature = "kafka")]
pub(crate) use reader::read;
