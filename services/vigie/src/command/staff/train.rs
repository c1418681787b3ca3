//! `vigie staff train`

use vigie_proto::routing::{RecordTrainingRequest, Training};

use super::show;
use crate::cli::Train;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Train) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let training = Training {
        code: arguments.code.clone(),
        passed_at: Some(arguments.passed.into()),
        valid_until: Some(arguments.until.into()),
        ..Training::default()
    };
    let request = RecordTrainingRequest {
        request_id: request_id.to_string(),
        staff_id: house::staff_id(client, &arguments.staff).await?,
        training: Some(training),
    };
    let answer = client.staff().record_training(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}
