//! Those who call Vigie.

use std::time::Duration;

use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds};
use vigie_proto::commitments::commitment_service_client::CommitmentServiceClient;
use vigie_proto::lines as wire;
use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_proto::lines::register_service_client::RegisterServiceClient;
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_proto::notices::notice_service_client::NoticeServiceClient;
use vigie_proto::progress::progress_service_client::ProgressServiceClient;

/// Who calls.
#[derive(Clone, Debug)]
pub struct Person {
    /// User id.
    pub subject: String,
    /// Stable names: `fleet_manager`.
    pub roles: Vec<&'static str>,
    /// Scope.
    pub accounts: Vec<Uuid>,
    /// Freshly authenticated once more.
    pub step_up: bool,
}

impl Person {
    /// A fleet manager of an account, with step-up.
    pub fn manager(account: Uuid) -> Self {
        Self {
            subject: "manager".to_owned(),
            roles: vec!["fleet_manager"],
            accounts: vec![account],
            step_up: true,
        }
    }

    /// Staff of the operator, with step-up.
    pub fn staff(role: &'static str) -> Self {
        Self { subject: format!("staff-{role}"), roles: vec![role], accounts: Vec::new(), step_up: true }
    }

    /// What a token for them says.
    pub fn grant(&self) -> Grant {
        let roles: Vec<_> = self.roles.iter().map(|name| Role::parse(name).unwrap()).collect();
        let grant = Grant { step_up: self.step_up, ..Grant::new(&self.subject, &roles) };
        self.accounts.iter().fold(grant, |grant, account| grant.scope(Scope::account(*account)))
    }
}

/// A channel with a token.
#[derive(Clone)]
pub struct Door {
    channel: Channel,
    token: String,
}

impl Door {
    /// Connects.
    pub async fn open(endpoint: &str, token: &str) -> Self {
        let channel = Channel::from_shared(endpoint.to_owned()).unwrap().connect_lazy();
        Self { channel, token: token.to_owned() }
    }

    /// Over a channel that is there already.
    pub fn through(channel: Channel, token: &str) -> Self {
        Self { channel, token: token.to_owned() }
    }

    /// A request with the token and no deadline.
    pub fn request_without_deadline<T>(&self, message: T) -> Request<T> {
        let mut request = self.request(message, Duration::from_secs(1));
        request.metadata_mut().remove("grpc-timeout");
        request
    }

    /// A request with the token; `deadline` as the caller's.
    pub fn request<T>(&self, message: T, deadline: Duration) -> Request<T> {
        let mut request = Request::new(message);
        let value = format!("Bearer {}", self.token).parse().unwrap();
        request.metadata_mut().insert("authorization", value);
        request.set_timeout(deadline);
        request
    }

    /// `vigie.lines.v1.LineService`.
    pub fn lines(&self) -> LineServiceClient<Channel> {
        LineServiceClient::new(self.channel.clone())
    }

    /// `vigie.lines.v1.RegisterService`.
    pub fn register(&self) -> RegisterServiceClient<Channel> {
        RegisterServiceClient::new(self.channel.clone())
    }

    /// `vigie.commitments.v1.CommitmentService`.
    pub fn commitments(&self) -> CommitmentServiceClient<Channel> {
        CommitmentServiceClient::new(self.channel.clone())
    }

    /// `vigie.progress.v1.ProgressService`.
    pub fn progress(&self) -> ProgressServiceClient<Channel> {
        ProgressServiceClient::new(self.channel.clone())
    }

    /// `vigie.notices.v1.NoticeService`.
    pub fn notices(&self) -> NoticeServiceClient<Channel> {
        NoticeServiceClient::new(self.channel.clone())
    }

    /// `vigie.log.v1.LogService`.
    pub fn log(&self) -> LogServiceClient<Channel> {
        LogServiceClient::new(self.channel.clone())
    }

    /// Suspends a line within 10 s.
    pub async fn suspend(
        &self,
        line_id: &str,
        reason: wire::SuspensionReason,
    ) -> Result<wire::SuspendLineResponse, Status> {
        let message = wire::SuspendLineRequest {
            request_id: SystemIds.next().to_string(),
            line: Some(line_by_id(line_id)),
            reason: reason.into(),
            on_behalf: None,
            ..Default::default()
        };
        let request = self.request(message, Duration::from_secs(10));
        self.lines().suspend_line(request).await.map(tonic::Response::into_inner)
    }

    /// Lifts a reason within 10 s, the handset being back.
    pub async fn reinstate(
        &self,
        line_id: &str,
        reason: wire::SuspensionReason,
    ) -> Result<wire::ReinstateLineResponse, Status> {
        let now = u64::try_from(SystemClock.now().as_micros()).unwrap();
        let recovered_at = std::time::SystemTime::UNIX_EPOCH + Duration::from_micros(now);
        let message = wire::ReinstateLineRequest {
            request_id: SystemIds.next().to_string(),
            line: Some(line_by_id(line_id)),
            reason: reason.into(),
            on_behalf: None,
            handset_recovery: Some(wire::HandsetRecovery {
                attested_by: "manager".to_owned(),
                recovered_at: Some(recovered_at.into()),
            }),
            ..Default::default()
        };
        let request = self.request(message, Duration::from_secs(10));
        self.lines().reinstate_line(request).await.map(tonic::Response::into_inner)
    }

    /// The line as it is now.
    pub async fn line(&self, line_id: &str) -> Result<wire::Line, Status> {
        let message = wire::GetLineRequest { line: Some(line_by_id(line_id)) };
        let response = self.lines().get_line(self.request(message, Duration::from_secs(10))).await?;
        Ok(response.into_inner().line.unwrap())
    }
}

fn line_by_id(line_id: &str) -> wire::LineRef {
    wire::LineRef { line: Some(wire::line_ref::Line::LineId(line_id.to_owned())) }
}

/// The stable reason of an error.
pub fn reason_of(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}
