//! From what is written on the command line to a fact of the contract.

use prost_types::Timestamp;
use vigie_clock::{Clock as _, Ids as _, SystemClock, SystemIds};
use vigie_proto::routing::contact_caller::Caller;
use vigie_proto::routing::contact_fact::What;
use vigie_proto::routing::record_contacts_request::Fact;
use vigie_proto::routing::*;

use crate::cli::{self, CallerArgs, FactArgs, Named, RecordCommand, Wait, When, wires};
use crate::client::Client;
use crate::command::{account, house};
use crate::error::Error;

/// The fact that a command tells; `None` for the command that tells many.
pub(super) async fn of(client: &Client, command: RecordCommand) -> Result<Option<Fact>, Error> {
    let (fact, what) = match command {
        RecordCommand::Offered(told) => {
            let what = What::Offered(ContactOffered {
                desk: Some(desk(client, &told.desk).await?),
                channel: told.channel.wire(),
                caller: caller(client, &told.caller).await?,
                from_country: told.from_country.map(|country| country.to_uppercase()).unwrap_or_default(),
                contact_point_id: house::point_id_if_given(client, told.point.as_ref()).await?,
            });
            (told.fact, what)
        }
        RecordCommand::Qualified(told) => {
            let what = What::Qualified(ContactQualified {
                subject: told.subject.wire(),
                families: wires!(told.families),
                caller: caller(client, &told.caller).await?,
            });
            (told.fact, what)
        }
        RecordCommand::Answered(told) => {
            let what = What::Answered(ContactAnswered {
                desk: desk_if_given(client, told.desk.as_ref()).await?,
                agent: staff_if_given(client, told.agent.as_ref()).await?,
                wait_ms: told.wait.map(|Wait(ms)| ms),
                context_shown: told.context_shown,
            });
            (told.fact, what)
        }
        RecordCommand::Abandoned(told) => {
            let desk = Some(desk(client, &told.desk).await?);
            let wait_ms = told.wait.map(|Wait(ms)| ms);
            (told.fact, What::Abandoned(ContactAbandoned { desk, wait_ms }))
        }
        RecordCommand::Transferred(told) => {
            let to_desk = Some(desk(client, &told.to).await?);
            let reason = told.reason.unwrap_or_default();
            (told.fact, What::Transferred(ContactTransferred { to_desk, reason }))
        }
        RecordCommand::TakenInCharge(told) => {
            let agent = Some(staff(client, &told.agent).await?);
            (told.fact, What::TakenInCharge(ContactTakenInCharge { agent }))
        }
        RecordCommand::Ended(told) => (told.fact, What::Ended(ContactEnded { settled: told.settled })),
        RecordCommand::CallbackPromised(told) => {
            let due_by = Some(told.due.into());
            (told.fact, What::CallbackPromised(CallbackPromised { callback: told.callback, due_by }))
        }
        RecordCommand::CallbackKept(told) => {
            let agent = staff_if_given(client, told.agent.as_ref()).await?;
            (told.fact, What::CallbackKept(CallbackKept { callback: told.callback, agent }))
        }
        RecordCommand::CallbackMissed(told) => {
            let reason = told.reason.unwrap_or_default();
            (told.fact, What::CallbackMissed(CallbackMissed { callback: told.callback, reason }))
        }
        RecordCommand::Survey(told) => {
            let cli::Score { score, max } = told.score;
            (
                told.fact,
                What::SurveyAnswered(SurveyAnswered { question: told.question, score, score_max: max }),
            )
        }
        RecordCommand::Graded(told) => {
            let cli::Score { score, max } = told.score;
            (told.fact, What::QualityGraded(QualityGraded { grid: told.grid, score, score_max: max }))
        }
        RecordCommand::Repeated(told) => {
            (told.fact, What::RepeatedContact(ContactRepeated { earlier_contact: told.earlier }))
        }
        RecordCommand::Presence(told) => return presence(client, told).await.map(Some),
        RecordCommand::File(_) => return Ok(None),
    };
    Ok(Some(Fact::Contact(told(fact, what))))
}

async fn presence(client: &Client, told: cli::Presence) -> Result<Fact, Error> {
    Ok(Fact::Presence(DeskPresence {
        desk: Some(desk(client, &told.desk).await?),
        origin: told.origin,
        fact_id: told.fact_id.unwrap_or_else(new_key),
        from: Some(told.from.into()),
        until: Some(told.until.into()),
    }))
}

fn told(fact: FactArgs, what: What) -> ContactFact {
    ContactFact {
        origin: fact.contact.origin,
        contact: fact.contact.contact,
        fact_id: fact.fact_id.unwrap_or_else(new_key),
        occurred_at: Some(fact.at.map_or_else(now, When::into)),
        what: Some(what),
    }
}

fn new_key() -> String {
    SystemIds.next().to_string()
}

/// By the clock of this machine: whoever types it says that it happens now.
fn now() -> Timestamp {
    const MICROS: i64 = 1_000_000;
    let micros = SystemClock.now().as_micros();
    let nanos = i32::try_from(micros.rem_euclid(MICROS) * 1_000).unwrap_or(0);
    Timestamp { seconds: micros.div_euclid(MICROS), nanos }
}

/// A team by its key goes out as it is: the service looks it up in its log, not in a list.
async fn desk(client: &Client, named: &Named) -> Result<DeskRef, Error> {
    let desk = match named {
        Named::Key(key) => desk_ref::Desk::External(key.to_proto()),
        Named::Id(_) | Named::Name(_) => desk_ref::Desk::DeskId(house::desk_id(client, named).await?),
    };
    Ok(DeskRef { desk: Some(desk) })
}

async fn desk_if_given(client: &Client, named: Option<&Named>) -> Result<Option<DeskRef>, Error> {
    match named {
        Some(named) => desk(client, named).await.map(Some),
        None => Ok(None),
    }
}

/// Likewise.
async fn staff(client: &Client, named: &Named) -> Result<StaffRef, Error> {
    let staff = match named {
        Named::Key(key) => staff_ref::Staff::External(key.to_proto()),
        Named::Id(_) | Named::Name(_) => staff_ref::Staff::StaffId(house::staff_id(client, named).await?),
    };
    Ok(StaffRef { staff: Some(staff) })
}

async fn staff_if_given(client: &Client, named: Option<&Named>) -> Result<Option<StaffRef>, Error> {
    match named {
        Some(named) => staff(client, named).await.map(Some),
        None => Ok(None),
    }
}

async fn caller(client: &Client, arguments: &CallerArgs) -> Result<Option<ContactCaller>, Error> {
    let caller = match (&arguments.from, &arguments.person, &arguments.account) {
        (Some(number), ..) => Caller::Number(number.0.clone()),
        (_, Some(person), _) => Caller::PersonId(person.to_string()),
        (_, _, Some(account)) => Caller::AccountId(account::id_of(client, account).await?),
        (None, None, None) => return Ok(None),
    };
    Ok(Some(ContactCaller { caller: Some(caller) }))
}
