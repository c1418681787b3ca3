//! `vigie log verify`

use tonic::Request;
use vigie_proto::log::{Finding, VerifyRequest, VerifyResponse};

use crate::client::Client;
use crate::error::Error;
use crate::output::style::{self, paint};
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output) -> Result<(), Error> {
    let mut answers = client.log().verify(Request::new(VerifyRequest {})).await?.into_inner();
    let mut progress = output.progress("verifying");
    let mut found = 0_u64;
    let mut last = VerifyResponse::default();
    while let Some(response) = answers.message().await? {
        progress.update(response.events_done, response.events_total, "");
        output.show(&mut progress);
        output.document(&json::verification(&response))?;
        for finding in &response.findings {
            output.text(&render(finding))?;
            found += 1;
        }
        last = response;
    }
    output.finish(progress);
    if !last.done {
        return Err(tonic::Status::unavailable("the verification ended before its end").into());
    }
    if found > 0 {
        return Err(Error::Found {
            reason: "LOG_ALTERED",
            message: format!("{found} findings: the log is not as it was written; keep it as it is"),
        });
    }
    output.text(&summary(&last))
}

fn render(finding: &Finding) -> String {
    let stream = match finding.stream_id.as_str() {
        "" => String::new(),
        stream => format!("  stream {stream}"),
    };
    format!(
        "position {}{stream}  {}  {}",
        finding.position,
        paint(style::BAD, &finding.code),
        finding.message
    )
}

fn summary(last: &VerifyResponse) -> String {
    let head = last.head.clone().unwrap_or_default();
    format!(
        "{}: {} events as they were written, {} anchors compared; head {}/{}/{}",
        paint(style::GOOD, "intact"),
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
    fn a_finding_names_position_stream_and_code() {
        let finding = Finding {
            position: 9,
            stream_id: "s-1".into(),
            code: "HASH_MISMATCH".into(),
            message: "the payload is not what was written".into(),
        };
        let text = anstream::adapter::strip_str(&render(&finding)).to_string();
        assert_eq!(text, "position 9  stream s-1  HASH_MISMATCH  the payload is not what was written");
    }

    #[test]
    fn an_intact_log_names_its_head() {
        let head = Checkpoint { incarnation: 1, position: 7, hash: vec![0xab] };
        let last =
            VerifyResponse { events_done: 7, head: Some(head), anchors_compared: 2, ..Default::default() };
        let text = anstream::adapter::strip_str(&summary(&last)).to_string();
        assert_eq!(text, "intact: 7 events as they were written, 2 anchors compared; head 1/7/ab");
    }
}
