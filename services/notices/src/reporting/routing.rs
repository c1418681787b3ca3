//! The record of `routing`, by gRPC.

use async_trait::async_trait;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use vigie_chassis::client::Token;
use vigie_chassis::error::Reason;
use vigie_chassis::grpc;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::Grant;
use vigie_command::field::wire_instant;
use vigie_eventlog::reaction::{Effect, Outcome};
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::record_told_request::What;
use vigie_proto::routing::{AccountRef, PointVersion, RecordToldRequest, account_ref};

use super::record::{Record, Told};
use crate::domain::Change;

/// The way to `vigie.routing.v1.AccountService`. Cheap to clone; all clones share one connection.
#[derive(Clone, Debug)]
pub struct RoutingDoor {
    channel: Channel,
    token: Token,
}

impl RoutingDoor {
    /// The service at `endpoint`, for the bearer of `token`: role operator and no scope, for an integration without scope sees
    /// nobody. Nobody is called yet. Inside a tokio runtime.
    pub fn new(endpoint: &Endpoint, token: Token) -> Self {
        Self { channel: endpoint.connect_lazy(), token }
    }

    /// Who reports, by a development token.
    pub fn grant() -> Grant {
        Grant::new("notices", &[Role::Operator])
    }
}

#[async_trait]
impl Record for RoutingDoor {
    async fn keep(&self, told: &Told, effect: &Effect) -> Outcome {
        let mut request = Request::new(message(told, effect));
        match self.token.bearer() {
            Ok(Some(bearer)) => {
                request.metadata_mut().insert("authorization", bearer);
            }
            Ok(None) => {}
            Err(error) => return Outcome::Failed(error.to_string()),
        }
        grpc::outgoing(&mut request, None);
        match AccountServiceClient::new(self.channel.clone()).record_told(request).await {
            Ok(_) => Outcome::Done,
            Err(status) => outcome(&status),
        }
    }
}

fn message(told: &Told, effect: &Effect) -> RecordToldRequest {
    let what = match told.change {
        Change::Manager { change_id } => What::ManagerChangeId(change_id.to_string()),
        Change::ContactPoint { contact_point_id, point_version } => {
            let contact_point_id = contact_point_id.to_string();
            What::ContactPoint(PointVersion { contact_point_id, point_version })
        }
    };
    let account = account_ref::Account::AccountId(told.account_id.to_string());
    RecordToldRequest {
        request_id: effect.request_id.to_string(),
        account: Some(AccountRef { account: Some(account) }),
        what: Some(what),
        notice_id: told.notice_id.to_string(),
        told_at: Some(wire_instant(told.told_at)),
    }
}

/// What would be refused again waits for a person; a token may be renewed, and whoever is away comes back.
fn outcome(status: &Status) -> Outcome {
    let why = Reason::of(status)
        .map_or_else(|| format!("{:?}", status.code()), |reason| reason.as_str().to_owned());
    match status.code() {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::OutOfRange => Outcome::Refused(why),
        Code::DeadlineExceeded | Code::Cancelled => Outcome::Unknown(why),
        _ => Outcome::Failed(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_refused_again_waits_for_a_person_and_everything_else_is_tried_again() {
        let of = |code| outcome(&Status::new(code, "whatever it says"));
        assert_eq!(of(Code::NotFound), Outcome::Refused("NotFound".to_owned()));
        assert_eq!(of(Code::Unavailable), Outcome::Failed("Unavailable".to_owned()));
        assert_eq!(of(Code::PermissionDenied), Outcome::Failed("PermissionDenied".to_owned()));
        assert_eq!(of(Code::Unimplemented), Outcome::Failed("Unimplemented".to_owned()));
        assert_eq!(of(Code::DeadlineExceeded), Outcome::Unknown("DeadlineExceeded".to_owned()));
    }
}
