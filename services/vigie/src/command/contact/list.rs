//! `vigie contact list`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ContactRecord, ListContactsRequest};

use super::show::{key, standing, wait};
use crate::cli::ListContacts;
use crate::client::{Client, prompt};
use crate::command::names::{Names, Whose};
use crate::command::paging::Paging;
use crate::command::{account, house};
use crate::error::Error;
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, style, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ListContacts) -> Result<(), Error> {
    let account_id = match &arguments.account {
        Some(account) => account::id_of(client, account).await?,
        None => String::new(),
    };
    let desk_id = house::desk_id_if_given(client, arguments.desk.as_ref()).await?;
    let mut paging = Paging::new(arguments.limit);
    let (mut contacts, mut names) = (client.contacts(), Names::default());
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListContactsRequest {
            account_id: account_id.clone(),
            desk_id: desk_id.clone(),
            from: arguments.from.map(Into::into),
            until: arguments.until.map(Into::into),
            page_size,
            page_token,
        };
        let mut page = contacts.list_contacts(prompt(request)).await?.into_inner();
        paging.took(&mut page.contacts, page.next_page_token);
        for contact in &page.contacts {
            output.document(&json::document(contact))?;
        }
        if !page.contacts.is_empty() {
            names.learn(client, output, page.contacts.iter().flat_map(whose)).await;
            let text = render(&page.contacts, &names, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("contacts") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No contacts.")?,
        None => {}
    }
    Ok(())
}

fn whose(contact: &ContactRecord) -> [(Whose, &str); 3] {
    [
        (Whose::Account, contact.account_id.as_str()),
        (Whose::Desk, contact.desk_id.as_str()),
        (Whose::Staff, contact.agent_staff_id.as_str()),
    ]
}

fn render(contacts: &[ContactRecord], names: &Names, zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("began", Align::Left),
        ("contact", Align::Left),
        ("stands", Align::Left),
        ("wait", Align::Right),
        ("channel", Align::Left),
        ("subject", Align::Left),
        ("team", Align::Left),
        ("agent", Align::Left),
        ("customer", Align::Left),
    ]);
    for contact in contacts {
        let (stands, style) = standing(contact);
        table.row([
            time::plain(contact.began_at.as_ref(), zone).into(),
            Cell::styled(key(contact), style::STRONG),
            Cell::styled(stands, style),
            wait(contact).into(),
            words::if_set(contact.channel, words::channel).into(),
            words::if_set(contact.subject, words::subject).into(),
            names.short(Whose::Desk, &contact.desk_id).into(),
            names.short(Whose::Staff, &contact.agent_staff_id).into(),
            names.short(Whose::Account, &contact.account_id).into(),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use vigie_proto::routing::{ContactChannel, Subject};

    use super::*;

    #[test]
    fn a_contact_is_one_line_with_names_instead_of_ids() {
        let contact = ContactRecord {
            origin: "acd".into(),
            contact: "4711".into(),
            answered_at: Some(prost_types::Timestamp::default()),
            wait_ms: Some(25_000),
            channel: ContactChannel::Phone.into(),
            subject: Subject::Technical.into(),
            desk_id: "d-1".into(),
            agent_staff_id: "s-1".into(),
            ..ContactRecord::default()
        };
        let names = Names::knowing([(Whose::Desk, "d-1", "PME"), (Whose::Staff, "s-1", "Anne")]);
        let text = anstream::adapter::strip_str(&render(&[contact], &names, &TimeZone::UTC)).to_string();
        let parts: Vec<_> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(parts, ["acd/4711", "ANSWERED", "25.00", "s", "PHONE", "TECHNICAL", "PME", "Anne"]);
    }
}
