//! One fact.

use tonic::{Code, Status};
use vigie_proto::routing::record_contacts_request::Fact;
use vigie_proto::routing::{FactOutcome, RecordContactsRequest, RecordContactsResponse};

use crate::client::{Client, prompt};
use crate::command::repeat_with;
use crate::error::{Error, Refusal};
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, fact: Fact) -> Result<(), Error> {
    let Key { of, fact_id, again } = key(&fact);
    let answer = match tell(client, fact).await {
        Ok(answer) => answer,
        Err(status) => {
            let error = Error::from(status);
            repeat_with(output, &error, &again);
            return Err(error);
        }
    };
    if answer.outcome() == FactOutcome::Rejected {
        return Err(refusal(answer));
    }
    output.either(|| json::document(&answer), |_| render(&answer, &of, &fact_id))
}

async fn tell(client: &Client, fact: Fact) -> Result<RecordContactsResponse, Status> {
    let request = RecordContactsRequest { number: 1, fact: Some(fact) };
    let call = prompt(futures::stream::iter([request]));
    let mut answers = client.contacts().record_contacts(call).await?.into_inner();
    let answer = answers.message().await?;
    answer.ok_or_else(|| Status::unavailable("the service did not say what became of the fact"))
}

/// How a fact is told apart.
struct Key {
    /// What it is about.
    of: String,
    /// Its own key.
    fact_id: String,
    /// What a repeat has to say, to be recorded once.
    again: String,
}

fn key(fact: &Fact) -> Key {
    match fact {
        Fact::Contact(fact) => {
            let (of, fact_id) = (format!("{}/{}", fact.origin, fact.contact), fact.fact_id.clone());
            let at = fact.occurred_at.as_ref();
            let at = at.and_then(|at| jiff::Timestamp::new(at.seconds, at.nanos).ok());
            let again = format!("--fact {fact_id} --at {}", at.map(|at| at.to_string()).unwrap_or_default());
            Key { of, fact_id, again }
        }
        Fact::Presence(fact) => {
            let (of, fact_id) = (format!("presence, told by {}", fact.origin), fact.fact_id.clone());
            Key { of, again: format!("--fact {fact_id}"), fact_id }
        }
    }
}

/// A rejected fact fails the command as a refused command does.
fn refusal(answer: RecordContactsResponse) -> Error {
    Error::Service(Box::new(Refusal {
        reason: answer.reason,
        message: answer.message,
        code: Code::FailedPrecondition,
        metadata: Vec::new(),
        fields: Vec::new(),
        retry_after: None,
        request_id: None,
    }))
}

fn render(answer: &RecordContactsResponse, of: &str, fact_id: &str) -> String {
    let said = match answer.outcome() {
        FactOutcome::Repeated => paint(style::WAITING, "on record already"),
        _ => paint(style::GOOD, "recorded"),
    };
    Fields::new(format!("{}  {said}", paint(style::STRONG, of)))
        .styled("fact", fact_id, style::FAINT)
        .styled("contact", &answer.contact_id, style::FAINT)
        .render()
}
