//! `vigie line handset …`

use jiff::tz::TimeZone;
use vigie_proto::lines::{
    DeclareRecoveredRequest, DeclareTheftRequest, GetLineRequest, HandsetState, RecordHandsetRequest,
    TheftDeclaration,
};

use super::{remarks, show};
use crate::cli::{DeclareTheft, HandsetCommand, LineSelector, RecordHandset, Recovered};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, command: HandsetCommand) -> Result<(), Error> {
    match command {
        HandsetCommand::Record(arguments) => record(client, output, &arguments).await,
        HandsetCommand::DeclareTheft(arguments) => declare_theft(client, output, &arguments).await,
        HandsetCommand::Recovered(arguments) => recovered(client, output, &arguments).await,
        HandsetCommand::Thefts { line } => thefts(client, output, &line).await,
    }
}

async fn record(client: &Client, output: &mut Output, arguments: &RecordHandset) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = RecordHandsetRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        imei: arguments.imei.clone(),
        on_behalf: arguments.on_behalf.to_proto(),
    };
    let response = client.lines().record_handset(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&response),
        |zone| show::render(&response.line.clone().unwrap_or_default(), zone),
    )
}

async fn declare_theft(client: &Client, output: &mut Output, arguments: &DeclareTheft) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = DeclareTheftRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        imei: arguments.imei.clone().unwrap_or_default(),
        police_report: arguments.police_report.clone(),
        declared_at: Some(arguments.declared_at.into()),
        calendar_zone: arguments.calendar.clone().unwrap_or_default(),
        time_zone: arguments.time_zone.clone().unwrap_or_default(),
        on_behalf: arguments.on_behalf.to_proto(),
    };
    let response = client.lines().declare_theft(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    let declaration = response.declaration.clone().unwrap_or_default();
    output.either(|| json::document(&response), |zone| render(&declaration, zone))?;
    remarks::tell(output, &response.remarks);
    Ok(())
}

async fn recovered(client: &Client, output: &mut Output, arguments: &Recovered) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = DeclareRecoveredRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        declaration_id: arguments.declaration.map(|id| id.to_string()).unwrap_or_default(),
        recovered_at: Some(arguments.at.into()),
        attested_by: arguments.attested_by.clone().unwrap_or_default(),
        on_behalf: arguments.on_behalf.to_proto(),
    };
    let response = client.lines().declare_recovered(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    let declaration = response.declaration.clone().unwrap_or_default();
    output.either(|| json::document(&response), |zone| render(&declaration, zone))
}

async fn thefts(client: &Client, output: &mut Output, line: &LineSelector) -> Result<(), Error> {
    let request = GetLineRequest { line: Some(line.into()) };
    let response = client.lines().get_line(prompt(request)).await?.into_inner();
    output.either(
        || json::document(&response),
        |zone| match response.theft_declarations.as_slice() {
            [] => "No handset of this line is declared stolen.".to_owned(),
            all => all.iter().map(|declaration| render(declaration, zone)).collect::<Vec<_>>().join("\n"),
        },
    )
}

fn render(declaration: &TheftDeclaration, zone: &TimeZone) -> String {
    let state = paint(style_of(declaration), &headline(declaration));
    let calendar = format!(
        "{}, {} version {}, {}",
        declaration.last_day, declaration.calendar_zone, declaration.calendar_version, declaration.time_zone
    );
    Fields::new(format!("{}  {state}", paint(style::STRONG, &declaration.imei)))
        .field("reference", &declaration.reference)
        .field("police", &declaration.police_report)
        .field("declared", time::local(declaration.declared_at.as_ref(), zone))
        .field("received", time::local(declaration.received_at.as_ref(), zone))
        .field("last day", calendar)
        .field("blocked", time::local(declaration.blocked_at.as_ref(), zone))
        .field("recovered", time::local(declaration.recovered_at.as_ref(), zone))
        .field("evidence", evidence(declaration))
        .styled("declaration", &declaration.declaration_id, style::FAINT)
        .render()
}

/// Nothing was read back yet: there is nothing to prove.
fn evidence(declaration: &TheftDeclaration) -> String {
    if declaration.evidence == 0 { String::new() } else { words::block_evidence(declaration.evidence) }
}

fn headline(declaration: &TheftDeclaration) -> String {
    let state = match declaration.state() {
        HandsetState::ToBeBlocked => "accepted: it is being put on the block list".to_owned(),
        HandsetState::Blocked => "on the block list".to_owned(),
        HandsetState::ToBeUnblocked => "recovered: it is being taken off the block list".to_owned(),
        HandsetState::Unblocked => "recovered, and off the block list".to_owned(),
        HandsetState::KeptBlocked => {
            "recovered, and on the block list: it is declared stolen elsewhere too".to_owned()
        }
        HandsetState::Unspecified => words::handset_state(declaration.state),
    };
    if declaration.overdue { format!("{state}; not blocked in time") } else { state }
}

fn style_of(declaration: &TheftDeclaration) -> anstyle::Style {
    match declaration.state() {
        _ if declaration.overdue => style::BAD,
        HandsetState::Blocked | HandsetState::Unblocked => style::GOOD,
        HandsetState::ToBeBlocked | HandsetState::ToBeUnblocked => style::WAITING,
        HandsetState::KeptBlocked | HandsetState::Unspecified => style::PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use vigie_proto::lines::BlockEvidence;

    use super::*;

    fn plain(declaration: &TheftDeclaration) -> String {
        anstream::adapter::strip_str(&render(declaration, &TimeZone::UTC)).to_string()
    }

    #[test]
    fn a_declaration_says_where_the_handset_stands_and_until_when_that_is_in_time() {
        let declared = TheftDeclaration {
            imei: "490154203237518".into(),
            last_day: "2026-05-20".into(),
            calendar_zone: "metropole".into(),
            calendar_version: 1,
            time_zone: "Europe/Paris".into(),
            state: HandsetState::ToBeBlocked.into(),
            ..Default::default()
        };
        let text = plain(&declared);
        assert!(text.starts_with("490154203237518  accepted: it is being put on the block list\n"), "{text}");
        assert!(text.contains("2026-05-20, metropole version 1, Europe/Paris"), "{text}");
        assert!(!text.contains("evidence") && !text.contains("on the block list\n  blocked"), "{text}");

        let late = TheftDeclaration {
            state: HandsetState::Blocked.into(),
            evidence: BlockEvidence::Simulated.into(),
            overdue: true,
            ..declared
        };
        let text = plain(&late);
        assert!(text.contains("on the block list; not blocked in time"), "{text}");
        assert!(text.contains("SIMULATED"), "{text}");
    }
}
