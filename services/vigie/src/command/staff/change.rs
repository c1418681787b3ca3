//! `vigie staff change`

use vigie_proto::routing::{ChangeStaffRequest, GetStaffRequest, Staff};

use super::show;
use crate::cli::{ChangeStaff, Key, Named, wires};
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ChangeStaff) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let mut staff = known(client, &arguments.staff).await?;
    apply(arguments, &mut staff);
    if arguments.no_desk || arguments.desk.is_some() {
        staff.desk_id = house::desk_id_if_given(client, arguments.desk.as_ref()).await?;
    }
    let request = ChangeStaffRequest { request_id: request_id.to_string(), staff: Some(staff) };
    let answer = client.staff().change_staff(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}

/// The staff member as they are: the contract replaces the whole. Without what this command does not set, which may not be the
/// same at a repeat.
async fn known(client: &Client, staff: &Named) -> Result<Staff, Error> {
    let request = GetStaffRequest { staff_id: house::staff_id(client, staff).await? };
    let answer = client.staff().get_staff(prompt(request)).await?.into_inner();
    let known = answer.staff.unwrap_or_default();
    Ok(Staff { version: 0, trainings: Vec::new(), absences: Vec::new(), leaves_at: None, ..known })
}

/// All but the team, whose id has to be asked for.
fn apply(arguments: &ChangeStaff, staff: &mut Staff) {
    if let Some(name) = &arguments.name {
        staff.name.clone_from(name);
    }
    if let Some(is_account_manager) = arguments.account_manager {
        staff.is_account_manager = is_account_manager;
    }
    if !arguments.languages.is_empty() {
        staff.languages = wires!(arguments.languages);
    }
    if arguments.no_skills || !arguments.skills.is_empty() {
        staff.skills = arguments.skills.iter().map(|skill| skill.to_proto()).collect();
    }
    if arguments.all_regions || !arguments.regions.is_empty() {
        staff.regions.clone_from(&arguments.regions);
    }
    if arguments.no_email || arguments.email.is_some() {
        staff.email = arguments.email.clone().unwrap_or_default();
    }
    if arguments.no_number || arguments.number.is_some() {
        staff.number = arguments.number.clone().map(|number| number.0).unwrap_or_default();
    }
    if arguments.no_user_id || arguments.user_id.is_some() {
        staff.user_id = arguments.user_id.clone().unwrap_or_default();
    }
    if arguments.no_keys || !arguments.keys.is_empty() {
        staff.external_identifiers = arguments.keys.iter().map(Key::to_proto).collect();
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use vigie_proto::routing::Skill;

    use super::*;
    use crate::cli::{Cli, Command, StaffCommand};

    fn changed(flags: &str, mut staff: Staff) -> Staff {
        let line = format!("vigie staff change anne {flags}");
        let Command::Staff(StaffCommand::Change(arguments)) =
            Cli::parse_from(line.split_whitespace()).command
        else {
            panic!("{line}")
        };
        apply(&arguments, &mut staff);
        staff
    }

    #[test]
    fn what_is_not_given_stays_and_what_is_taken_away_goes() {
        let anne = Staff {
            name: "Anne".into(),
            is_account_manager: true,
            skills: vec![Skill { code: "technical".into(), valid_until: None }],
            regions: vec!["84".into()],
            number: "+33199000001".into(),
            ..Staff::default()
        };
        let renamed = changed("--name Annie --account-manager no --all-regions", anne.clone());
        let expected =
            Staff { name: "Annie".into(), is_account_manager: false, regions: vec![], ..anne.clone() };
        assert_eq!(renamed, expected);
        let retrained = changed("--skill sme-fleet --no-number --user-id anne", anne.clone());
        let skills = vec![Skill { code: "sme-fleet".into(), valid_until: None }];
        assert_eq!(retrained, Staff { skills, number: String::new(), user_id: "anne".into(), ..anne });
    }
}
