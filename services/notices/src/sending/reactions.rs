//! Two reactions to the log of notices: what is sent at once, and what is told to very many, which goes beside it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_eventlog::reaction::{Effect, Outcome, Reaction, Unreadable};
use vigie_eventlog::{Aggregate as _, RecordedEvent};

use super::Sender;
use crate::domain::{Notice, campaign_name, name};
use crate::stream::CampaignStream;
use crate::telling::Teller;

/// Sends notices.
pub struct Send(pub(crate) Sender);

/// Sends notices of campaigns, and tells campaigns' next pages.
pub struct Bulk {
    /// Sends.
    pub(crate) sender: Sender,
    /// Tells.
    pub(crate) teller: Teller,
}

/// A notice to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToSend {
    notice_id: Uuid,
}

/// What a campaign leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BulkCommand {
    /// A notice is to be sent.
    Send(ToSend),
    /// The page of accounts after this one is to be told.
    TellPage {
        /// Which campaign.
        campaign_id: Uuid,
        /// The last account that was told.
        after: Option<Uuid>,
    },
}

/// The notice that an event says is to be sent, and whether it is one of very many.
fn to_send(event: &RecordedEvent) -> Result<Option<(ToSend, bool)>, Unreadable> {
    if ![name::NOTICE_DECIDED, name::FALLBACK_CHOSEN, name::RETRY_ASKED].contains(&event.event_type.as_str())
    {
        return Ok(None);
    }
    let decoded = Notice::decode(&event.event_type, &event.payload).map_err(|_| unreadable(event))?;
    Ok(Some((ToSend { notice_id: decoded.notice_id }, decoded.notice.bulk)))
}

/// A notice that is not sent any more is dropped as a whole.
const DROP: &str = "vigie notice drop";

fn unreadable(event: &RecordedEvent) -> Unreadable {
    Unreadable(format!("{} does not decode", event.event_type))
}

#[async_trait]
impl Reaction for Send {
    const NAME: &'static str = "notices.send";

    type Command = ToSend;

    fn decide(event: &RecordedEvent) -> Result<Vec<ToSend>, Unreadable> {
        Ok(to_send(event)?.filter(|(_, bulk)| !bulk).map(|(to_send, _)| to_send).into_iter().collect())
    }

    fn gives_up_with(_effect: &Effect) -> Option<&'static str> {
        Some(DROP)
    }

    async fn carry_out(&self, command: &ToSend, effect: &Effect) -> Outcome {
        self.0.send(command.notice_id, effect).await
    }
}

#[async_trait]
impl Reaction for Bulk {
    const NAME: &'static str = "notices.bulk";

    type Command = BulkCommand;

    fn decide(event: &RecordedEvent) -> Result<Vec<BulkCommand>, Unreadable> {
        if [campaign_name::CAMPAIGN_BEGAN, campaign_name::CAMPAIGN_PAGE_TOLD]
            .contains(&event.event_type.as_str())
        {
            let told =
                CampaignStream::decode(&event.event_type, &event.payload).map_err(|_| unreadable(event))?;
            let (campaign_id, after) = (told.campaign_id, told.campaign.after);
            return Ok(vec![BulkCommand::TellPage { campaign_id, after }]);
        }
        Ok(to_send(event)?
            .filter(|(_, bulk)| *bulk)
            .map(|(to_send, _)| BulkCommand::Send(to_send))
            .into_iter()
            .collect())
    }

    fn gives_up_with(effect: &Effect) -> Option<&'static str> {
        let of_campaign = [campaign_name::CAMPAIGN_BEGAN, campaign_name::CAMPAIGN_PAGE_TOLD];
        (!of_campaign.contains(&effect.event_type.as_str())).then_some(DROP)
    }

    async fn carry_out(&self, command: &BulkCommand, effect: &Effect) -> Outcome {
        match command {
            BulkCommand::Send(to_send) => self.sender.send(to_send.notice_id, effect).await,
            BulkCommand::TellPage { campaign_id, after } => {
                self.teller.tell_page(*campaign_id, *after, effect).await
            }
        }
    }
}
