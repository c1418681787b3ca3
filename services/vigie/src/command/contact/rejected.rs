//! `vigie contact rejected-facts` and `settle-rejected-fact`

use jiff::tz::TimeZone;
use vigie_proto::routing::{ListRejectedFactsRequest, RejectedFact, SettleRejectedFactRequest};

use crate::cli::SettleRejectedFact;
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::command::request_id;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, time};

pub(super) async fn list(client: &Client, output: &mut Output, limit: u32) -> Result<(), Error> {
    let mut paging = Paging::new(limit);
    let mut contacts = client.contacts();
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListRejectedFactsRequest { page_size, page_token };
        let mut page = contacts.list_rejected_facts(prompt(request)).await?.into_inner();
        paging.took(&mut page.facts, page.next_page_token);
        for fact in &page.facts {
            output.document(&json::document(fact))?;
        }
        if !page.facts.is_empty() {
            let text = table(&page.facts, output.zone());
            output.text(&text)?;
        }
    }
    match paging.remark("facts") {
        Some(remark) => output.note(&remark),
        None if paging.seen() == 0 => output.text("No rejected facts.")?,
        None => {}
    }
    Ok(())
}

pub(super) async fn settle(
    client: &Client,
    output: &mut Output,
    arguments: &SettleRejectedFact,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = SettleRejectedFactRequest {
        request_id: request_id.to_string(),
        rejected_fact_id: arguments.fact.to_string(),
        note: arguments.note.clone(),
    };
    let answer = client.contacts().settle_rejected_fact(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(|| json::document(&answer), |zone| render(&answer.fact.clone().unwrap_or_default(), zone))
}

fn table(facts: &[RejectedFact], zone: &TimeZone) -> String {
    let mut table = Table::new([
        ("came", Align::Left),
        ("fact", Align::Left),
        ("reason", Align::Left),
        ("", Align::Left),
        ("at", Align::Left),
        ("rejected fact", Align::Left),
    ]);
    for fact in facts {
        table.row([
            time::plain(fact.rejected_at.as_ref(), zone).into(),
            key(fact).into(),
            Cell::styled(&fact.reason, style::BAD),
            (&fact.message).into(),
            place(fact).into(),
            Cell::styled(&fact.rejected_fact_id, style::FAINT),
        ]);
    }
    table.render()
}

fn render(fact: &RejectedFact, zone: &TimeZone) -> String {
    let stands = match &fact.settled_at {
        Some(_) => paint(style::GOOD, "settled"),
        None => paint(style::WAITING, "to be settled"),
    };
    Fields::new(format!("{}  {stands}", paint(style::STRONG, &fact.reason)))
        .field("", &fact.message)
        .field("fact", key(fact))
        .field("at", place(fact))
        .field("came", time::local(fact.rejected_at.as_ref(), zone))
        .field("settled", time::local(fact.settled_at.as_ref(), zone))
        .field("note", &fact.note)
        .styled("rejected fact", &fact.rejected_fact_id, style::FAINT)
        .render()
}

/// `acd/4711-offer`; empty where that could not be read.
fn key(fact: &RejectedFact) -> String {
    format!("{}/{}", fact.origin, fact.fact_id).trim_matches('/').to_owned()
}

/// Where it lies on the topic: what it said is not kept anywhere else.
fn place(fact: &RejectedFact) -> String {
    format!("{}/{}@{}", fact.topic, fact.partition, fact.offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_fact_says_where_it_lies_and_why() {
        let fact = RejectedFact {
            topic: "vigie.routing.facts.v1".into(),
            partition: 3,
            offset: 17,
            origin: "acd".into(),
            fact_id: "f-1".into(),
            reason: "DESK_NOT_FOUND".into(),
            rejected_fact_id: "r-1".into(),
            ..RejectedFact::default()
        };
        let text = anstream::adapter::strip_str(&table(&[fact], &TimeZone::UTC)).to_string();
        let parts: Vec<_> = text.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(parts, ["acd/f-1", "DESK_NOT_FOUND", "vigie.routing.facts.v1/3@17", "r-1"]);
        assert_eq!(key(&RejectedFact::default()), "");
    }
}
