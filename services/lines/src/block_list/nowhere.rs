//! No list at all: for whoever has to do with the reaction and carries nothing out.

use std::io;

use async_trait::async_trait;

use super::{BlockList, Error};
use crate::domain::Imei;

/// Cannot be reached.
pub(crate) struct Nowhere;

fn unreachable() -> Error {
    Error::Unreachable { source: io::ErrorKind::NotFound.into() }
}

#[async_trait]
impl BlockList for Nowhere {
    fn description(&self) -> String {
        "NO BLOCK LIST".to_owned()
    }

    fn is_simulated(&self) -> bool {
        true
    }

    async fn put(&self, _: &Imei) -> Result<(), Error> {
        Err(unreachable())
    }

    async fn contains(&self, _: &Imei) -> Result<bool, Error> {
        Err(unreachable())
    }

    async fn remove(&self, _: &Imei) -> Result<(), Error> {
        Err(unreachable())
    }
}
