//! `vigie staff add`

use vigie_proto::routing::{RegisterStaffRequest, Staff};

use super::show;
use crate::cli::{AddStaff, wires};
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &AddStaff) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let staff = Staff {
        user_id: arguments.user_id.clone().unwrap_or_default(),
        name: arguments.name.clone(),
        is_account_manager: arguments.account_manager,
        skills: arguments.skills.iter().map(|skill| skill.to_proto()).collect(),
        languages: wires!(arguments.languages),
        regions: arguments.regions.clone(),
        email: arguments.email.clone().unwrap_or_default(),
        number: arguments.number.clone().map(|number| number.0).unwrap_or_default(),
        desk_id: house::desk_id_if_given(client, arguments.desk.as_ref()).await?,
        external_identifiers: arguments.keys.to_proto(),
        ..Staff::default()
    };
    let request = RegisterStaffRequest { request_id: request_id.to_string(), staff: Some(staff) };
    let answer = client.staff().register_staff(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}
