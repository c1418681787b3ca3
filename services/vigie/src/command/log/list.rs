//! `vigie log list`

use tonic::Request;
use vigie_proto::log::{ListLogsRequest, Log};

use crate::client::Client;
use crate::error::Error;
use crate::output::style;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output) -> Result<(), Error> {
    let logs = served(client).await?;
    for log in &logs {
        output.document(&json::served_log(log))?;
    }
    output.text(&render(&logs))
}

/// The logs that the service has.
pub(super) async fn served(client: &Client) -> Result<Vec<Log>, Error> {
    Ok(client.log().list_logs(Request::new(ListLogsRequest {})).await?.into_inner().logs)
}

fn render(logs: &[Log]) -> String {
    let mut table = Table::new([
        ("log", Align::Left),
        ("incarnation", Align::Right),
        ("position", Align::Right),
        ("hash", Align::Left),
    ]);
    for log in logs {
        let head = log.head.clone().unwrap_or_default();
        table.row([
            Cell::styled(&log.name, style::STRONG),
            head.incarnation.to_string().into(),
            head.position.to_string().into(),
            Cell::styled(hex::encode(&head.hash), style::FAINT),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use vigie_proto::log::Checkpoint;

    use super::*;

    #[test]
    fn a_log_is_a_line_with_its_head() {
        let head = Some(Checkpoint { incarnation: 2, position: 41, hash: vec![0xab, 0xcd] });
        let text = render(&[Log { name: "routing".into(), head }]);
        let text = anstream::adapter::strip_str(&text).to_string();
        let words: Vec<_> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(words, ["routing", "2", "41", "abcd"], "{text}");
    }
}
