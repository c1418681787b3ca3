//! The first reaction: events of other services in, notices out.
//!
//! What is decided is *that* somebody is to be told, and it is pure. *Who* that is, is looked up when it is carried out, and
//! is on record with the notice: so a repeat of the same decision tells nobody twice, whoever has come or gone meanwhile.

mod campaign;
mod error;
mod facts;
mod reactions;
mod teller;

pub(crate) use error::Error;
pub(crate) use facts::{FactFinder, Reach, WEBHOOKS_MAX};
pub use reactions::{OfLines, OfRouting};
pub(crate) use teller::Teller;
