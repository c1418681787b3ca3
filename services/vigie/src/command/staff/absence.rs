//! `vigie staff absence` and `cancel-absence`

use vigie_proto::routing::{Absence, CancelAbsenceRequest, PlanAbsenceRequest};

use super::show;
use crate::cli::{CancelAbsence, PlanAbsence};
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn plan(client: &Client, output: &mut Output, arguments: &PlanAbsence) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let absence = Absence {
        from: Some(arguments.from.into()),
        until: Some(arguments.until.into()),
        cover_staff_id: house::staff_id_if_given(client, arguments.cover.as_ref()).await?,
        ..Absence::default()
    };
    let request = PlanAbsenceRequest {
        request_id: request_id.to_string(),
        staff_id: house::staff_id(client, &arguments.staff).await?,
        absence: Some(absence),
    };
    let answer = client.staff().plan_absence(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}

pub(super) async fn cancel(
    client: &Client,
    output: &mut Output,
    arguments: &CancelAbsence,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = CancelAbsenceRequest {
        request_id: request_id.to_string(),
        staff_id: house::staff_id(client, &arguments.staff).await?,
        absence_id: arguments.absence.to_string(),
    };
    let answer = client.staff().cancel_absence(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}
