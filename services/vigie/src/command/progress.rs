//! `vigie progress …`

use tonic::Request;
use vigie_proto::progress::{RebuildProgressRequest, RebuildProgressResponse};

use crate::cli::ProgressCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json};

pub(super) async fn run(client: Client, output: &mut Output, command: ProgressCommand) -> Result<(), Error> {
    match command {
        ProgressCommand::Rebuild => rebuild(&client, output).await,
    }
}

async fn rebuild(client: &Client, output: &mut Output) -> Result<(), Error> {
    let request = Request::new(RebuildProgressRequest {});
    let mut answers = client.progress().rebuild_progress(request).await?.into_inner();
    let mut progress = output.progress("rebuilding");
    let mut last = RebuildProgressResponse::default();
    while let Some(response) = answers.message().await? {
        progress.update(response.events_done, response.events_total, "");
        output.show(&mut progress);
        output.document(&json::document(&response))?;
        last = response;
    }
    output.finish(progress);
    if !last.done {
        return Err(tonic::Status::unavailable("the rebuild ended before its end").into());
    }
    let same = last.digest == last.live_digest;
    let outcome = if same {
        paint(style::GOOD, "the live timelines are the same")
    } else {
        paint(style::BAD, "the live timelines differ")
    };
    let fields = Fields::new(format!("{} events read; {outcome}", last.events_done))
        .field("rebuilt", &last.digest)
        .field("live", &last.live_digest);
    output.text(&fields.render())?;
    if same {
        return Ok(());
    }
    Err(Error::Found {
        reason: "DIGEST_MISMATCH",
        message: "the rebuilt timelines are not the live ones: keep both and call an engineer".into(),
    })
}
