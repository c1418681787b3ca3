//! `vigie contact-point list`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ContactPoint, ListContactPointsRequest};

use super::show::{place, tariff};
use crate::cli::ListContactPoints;
use crate::client::{Client, prompt};
use crate::command::house;
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &ListContactPoints,
) -> Result<(), Error> {
    let desk_id = house::desk_id_if_given(client, arguments.desk.as_ref()).await?;
    let mut paging = Paging::new(arguments.limit);
    let (mut desks, mut names) = (client.desks(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListContactPointsRequest {
            desk_id: desk_id.clone(),
            as_of: arguments.as_of.map(Into::into),
            page_size,
            page_token,
        };
        let mut response = desks.list_contact_points(prompt(request)).await?.into_inner();
        paging.took(&mut response.contact_points, response.next_page_token);
        for point in &response.contact_points {
            output.document(&json::document(point))?;
        }
        let teams = response.contact_points.iter().map(|point| (Whose::Desk, point.desk_id.as_str()));
        names.learn(client, output, teams).await;
        let text = render(&response.contact_points, &names, output.zone());
        output.text(&text)?;
    }
    match paging.remark("contact points") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No contact points.")?,
        None => {}
    }
    Ok(())
}

fn render(points: &[ContactPoint], names: &Names, zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("number or address", Align::Left),
        ("team", Align::Left),
        ("channel", Align::Left),
        ("tariff", Align::Left),
        ("from abroad", Align::Left),
        ("valid from", Align::Left),
        ("until", Align::Left),
        ("contact point", Align::Left),
    ]);
    for point in points {
        table.row([
            Cell::styled(place(point), style::STRONG),
            names.short(Whose::Desk, &point.desk_id).into(),
            words::channel(point.channel).into(),
            tariff(point).into(),
            (&point.from_abroad_number).into(),
            time::plain(point.valid_from.as_ref(), zone).into(),
            time::plain(point.valid_until.as_ref(), zone).into(),
            Cell::styled(&point.contact_point_id, style::FAINT),
        ]);
    }
    table.render()
}
