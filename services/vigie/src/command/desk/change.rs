//! `vigie desk change` and `close`

use vigie_proto::routing::{ChangeDeskRequest, CloseDeskRequest, Desk, GetDeskRequest};

use super::show;
use crate::cli::{ChangeDesk, Key, Named, RequestIdArgs, wires};
use crate::client::{Client, prompt};
use crate::command::{document, house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ChangeDesk) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let desk_id = house::desk_id(client, &arguments.desk).await?;
    let desk = match &arguments.file {
        Some(file) => of_file(document::read(file, "desk")?, desk_id)?,
        None => {
            let mut desk = known(client, desk_id).await?;
            apply(arguments, &mut desk);
            if arguments.no_overflow || arguments.overflow.is_some() {
                desk.overflow_desk_id = house::desk_id_if_given(client, arguments.overflow.as_ref()).await?;
            }
            desk
        }
    };
    let request = ChangeDeskRequest { request_id: request_id.to_string(), desk: Some(desk) };
    let answer = client.desks().change_desk(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.desk.as_ref(), || json::document(&answer)).await
}

pub(super) async fn close(
    client: &Client,
    output: &mut Output,
    desk: &Named,
    request: &RequestIdArgs,
) -> Result<(), Error> {
    let request_id = request_id(request);
    let desk_id = house::desk_id(client, desk).await?;
    let request = CloseDeskRequest { request_id: request_id.to_string(), desk_id };
    let answer = client.desks().close_desk(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.desk.as_ref(), || json::document(&answer)).await
}

/// A file says how a team is to be, not which: one that names another team was taken for this one by mistake.
fn of_file(desk: Desk, desk_id: String) -> Result<Desk, Error> {
    if !desk.desk_id.is_empty() && desk.desk_id != desk_id {
        return Err(Error::Usage(format!("the file is of another team: {}, not {desk_id}", desk.desk_id)));
    }
    Ok(Desk { desk_id, version: 0, closed_at: None, ..desk })
}

/// The team as it is: the contract replaces the whole. Without what no command sets, which is not the same at a repeat.
async fn known(client: &Client, desk_id: String) -> Result<Desk, Error> {
    let answer = client.desks().get_desk(prompt(GetDeskRequest { desk_id })).await?.into_inner();
    Ok(Desk { version: 0, closed_at: None, ..answer.desk.unwrap_or_default() })
}

/// All but the overflow, whose id has to be asked for.
fn apply(arguments: &ChangeDesk, desk: &mut Desk) {
    if let Some(name) = &arguments.name {
        desk.name.clone_from(name);
    }
    if let Some(purpose) = arguments.purpose {
        desk.purpose = purpose.wire();
    }
    if !arguments.languages.is_empty() {
        desk.languages = wires!(arguments.languages);
    }
    if arguments.everybody || !arguments.segments.is_empty() {
        desk.segments = wires!(arguments.segments);
    }
    if let Some(businesses_only) = arguments.businesses_only {
        desk.businesses_only = businesses_only;
    }
    if arguments.no_skills || !arguments.skills.is_empty() {
        desk.skills.clone_from(&arguments.skills);
    }
    if arguments.all_regions || !arguments.regions.is_empty() {
        desk.regions.clone_from(&arguments.regions);
    }
    if !arguments.countries.is_empty() {
        desk.countries.clone_from(&arguments.countries);
    }
    arguments.hours.apply(desk.hours.get_or_insert_default());
    if let Some(rank) = arguments.rank {
        desk.rank = rank;
    }
    if arguments.no_keys || !arguments.keys.is_empty() {
        desk.external_identifiers = arguments.keys.iter().map(Key::to_proto).collect();
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use vigie_proto::routing::{DayHours, OpeningHours};

    use super::*;
    use crate::cli::{Cli, Command, DeskCommand};

    fn changed(flags: &[&str], mut desk: Desk) -> Desk {
        let line = [&["vigie", "desk", "change", "Lyon"], flags].concat();
        let Command::Desk(DeskCommand::Change(arguments)) = Cli::parse_from(&line).command else {
            panic!("{line:?}")
        };
        apply(&arguments, &mut desk);
        desk
    }

    #[test]
    fn what_is_not_given_stays_and_what_is_taken_away_goes() {
        let hours = OpeningHours {
            time_zone: "Europe/Paris".into(),
            week: vec![DayHours { windows: vec!["09:00-12:00".into()] }; 7],
            ..OpeningHours::default()
        };
        let lyon = Desk {
            name: "Lyon".into(),
            segments: vec![2],
            skills: vec!["sme-fleet".into()],
            businesses_only: true,
            hours: Some(hours.clone()),
            ..Desk::default()
        };
        let renamed = changed(&["--name", "Lyon 3", "--businesses-only", "no", "--everybody"], lyon.clone());
        let expected =
            Desk { name: "Lyon 3".into(), businesses_only: false, segments: vec![], ..lyon.clone() };
        assert_eq!(renamed, expected, "hours too stay as they are");
        let reopened = changed(&["--open", "sat 10:00-11:00", "--no-skills"], lyon.clone());
        let week = &reopened.hours.as_ref().unwrap().week;
        assert_eq!((week[0].windows.len(), week[5].windows.as_slice()), (0, &["10:00-11:00".to_owned()][..]));
        assert_eq!((reopened.skills.len(), reopened.segments.as_slice()), (0, &[2][..]));
    }

    #[test]
    fn a_file_of_another_team_is_refused() {
        let desk = Desk { desk_id: "d-1".into(), version: 7, ..Desk::default() };
        assert!(of_file(desk.clone(), "d-2".into()).unwrap_err().to_string().contains("another team"));
        assert_eq!(of_file(desk, "d-1".into()).unwrap().version, 0);
        assert_eq!(of_file(Desk::default(), "d-2".into()).unwrap().desk_id, "d-2");
    }
}
