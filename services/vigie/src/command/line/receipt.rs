//! `vigie line receipt`

use vigie_proto::lines::GetReceiptRequest;

use crate::cli::Receipt;
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Receipt) -> Result<(), Error> {
    let act_id = arguments.act.map(|id| id.to_string()).unwrap_or_default();
    let request = GetReceiptRequest { line: Some((&arguments.line).into()), act_id };
    let response = client.lines().get_receipt(prompt(request)).await?.into_inner();
    // The text is handed on as it is: to paper, to a mail.
    output.either(|| json::document(&response), |_| response.text.clone())
}
