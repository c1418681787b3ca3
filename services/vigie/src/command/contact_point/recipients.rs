//! `vigie contact-point recipients`

use jiff::tz::TimeZone;
use vigie_proto::routing::{GetContactPointRequest, ListRecipientsRequest, Recipient};

use crate::cli::ListRecipients;
use crate::client::{Client, prompt};
use crate::command::house;
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &ListRecipients,
) -> Result<(), Error> {
    let contact_point_id = house::point_id(client, &arguments.contact_point).await?;
    let point_version = match arguments.point_version {
        Some(version) => version,
        None => newest(client, &contact_point_id).await?,
    };
    let mut paging = Paging::new(arguments.limit);
    let (mut desks, mut names) = (client.desks(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let contact_point_id = contact_point_id.clone();
        let request = ListRecipientsRequest { contact_point_id, point_version, page_size, page_token };
        let mut page = desks.list_recipients(prompt(request)).await?.into_inner();
        paging.took(&mut page.recipients, page.next_page_token);
        for recipient in &page.recipients {
            output.document(&json::document(recipient))?;
        }
        if !page.recipients.is_empty() {
            let accounts = page.recipients.iter().map(|one| (Whose::Account, one.account_id.as_str()));
            names.learn(client, output, accounts).await;
            let text = render(&page.recipients, &names, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("customers") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text(&format!("Nobody was told of version {point_version}."))?,
        None => {}
    }
    Ok(())
}

/// The version that was published last, whether it is valid yet or not.
async fn newest(client: &Client, contact_point_id: &str) -> Result<u32, Error> {
    // Far enough ahead for whatever is planned: the first instant of the year 9999.
    const FAR_AHEAD: prost_types::Timestamp = prost_types::Timestamp { seconds: 253_370_764_800, nanos: 0 };
    let at = |as_of| Some(vigie_proto::routing::Moment { as_of, known_at: None });
    let request = |as_of| {
        prompt(GetContactPointRequest { contact_point_id: contact_point_id.to_owned(), at: at(as_of) })
    };
    let mut desks = client.desks();
    // One that was retired is not there far ahead, but it may be now.
    let answer = match desks.get_contact_point(request(Some(FAR_AHEAD))).await {
        Ok(answer) => answer,
        Err(_) => desks.get_contact_point(request(None)).await?,
    };
    let version = answer.into_inner().contact_point.unwrap_or_default().point_version;
    Ok(u32::try_from(version).unwrap_or(1))
}

fn render(recipients: &[Recipient], names: &Names, zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("told", Align::Left),
        ("customer", Align::Left),
        ("account", Align::Left),
        ("proven by notice", Align::Left),
    ]);
    for recipient in recipients {
        table.row([
            time::plain(recipient.told_at.as_ref(), zone).into(),
            Cell::styled(
                names.name(Whose::Account, &recipient.account_id).unwrap_or_default(),
                style::STRONG,
            ),
            Cell::styled(&recipient.account_id, style::FAINT),
            Cell::styled(&recipient.notice_id, style::FAINT),
        ]);
    }
    table.render()
}
