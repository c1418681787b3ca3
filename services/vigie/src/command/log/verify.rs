//! `vigie log verify`

use tonic::Request;
use vigie_proto::log::{Finding, VerifyRequest, VerifyResponse};

use super::list::served;
use crate::cli::WhichLog;
use crate::client::Client;
use crate::error::Error;
use crate::output::style::{self, paint};
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, which: WhichLog) -> Result<(), Error> {
    let logs = match which.name {
        Some(name) => vec![name],
        None => served(client).await?.into_iter().map(|log| log.name).collect(),
    };
    let (mut found, mut altered) = (0, Vec::new());
    for log in logs {
        let of_this = verify(client, output, &log).await?;
        if of_this > 0 {
            altered.push(log);
        }
        found += of_this;
    }
    if altered.is_empty() {
        return Ok(());
    }
    let which = altered.join(" and ");
    Err(Error::Found {
        reason: "LOG_ALTERED",
        message: format!("{found} findings: the log of {which} is not as it was written; keep it as it is"),
    })
}

/// Verifies one log; answers how much was found.
async fn verify(client: &Client, output: &mut Output, log: &str) -> Result<u64, Error> {
    let request = VerifyRequest { log: log.to_owned() };
    let mut answers = client.log().verify(Request::new(request)).await?.into_inner();
    let mut progress = output.progress("verifying");
    let mut found = 0_u64;
    let mut last = VerifyResponse::default();
    while let Some(response) = answers.message().await? {
        progress.update(response.events_done, response.events_total, "");
        output.show(&mut progress);
        output.document(&json::verification(&response))?;
        for finding in &response.findings {
            output.text(&render(log, finding))?;
            found += 1;
        }
        last = response;
    }
    output.finish(progress);
    if !last.done {
        return Err(tonic::Status::unavailable("the verification ended before its end").into());
    }
    if found == 0 {
        output.text(&summary(&last))?;
    }
    Ok(found)
}

fn render(log: &str, finding: &Finding) -> String {
    let stream = match finding.stream_id.as_str() {
        "" => String::new(),
        stream => format!("  stream {stream}"),
    };
    format!(
        "{log} position {}{stream}  {}  {}",
        finding.position,
        paint(style::BAD, &finding.code),
        finding.message
    )
}

fn summary(last: &VerifyResponse) -> String {
    let head = last.head.clone().unwrap_or_default();
    format!(
        "{}: {} with {} events as they were written, {} anchors compared; head {}/{}/{}",
        paint(style::GOOD, "intact"),
        last.log,
        last.events_done,
        last.anchors_compared,
        head.incarnation,
        head.position,
        hex::encode(&head.hash)
    )
}

#[cfg(test)]
mod tests {
    use vigie_proto::log::Checkpoint;

    use super::*;

    #[test]
    fn a_finding_names_log_position_stream_and_code() {
        let finding = Finding {
            position: 9,
            stream_id: "s-1".into(),
            code: "HASH_MISMATCH".into(),
            message: "the payload is not what was written".into(),
        };
        let text = anstream::adapter::strip_str(&render("lines", &finding)).to_string();
        assert_eq!(text, "lines position 9  stream s-1  HASH_MISMATCH  the payload is not what was written");
    }

    #[test]
    fn an_intact_log_names_its_head() {
        let head = Checkpoint { incarnation: 1, position: 7, hash: vec![0xab] };
        let last = VerifyResponse {
            events_done: 7,
            head: Some(head),
            anchors_compared: 2,
            log: "lines".into(),
            ..Default::default()
        };
        let text = anstream::adapter::strip_str(&summary(&last)).to_string();
        assert_eq!(text, "intact: lines with 7 events as they were written, 2 anchors compared; head 1/7/ab");
    }
}
