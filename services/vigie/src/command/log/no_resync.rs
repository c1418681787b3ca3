//! A build without Kafka has no topics to put right.

use std::path::Path;

use crate::cli::{Global, WhichLog};
use crate::error::Error;
use crate::output::Output;

#[expect(clippy::unused_async, reason = "the other build speaks to Kafka")]
pub(super) async fn run(_: &Global, _: &mut Output, _: &WhichLog, _: Option<&Path>) -> Result<(), Error> {
    Err(Error::Usage("this build cannot speak to Kafka: build with `--features kafka`".into()))
}
