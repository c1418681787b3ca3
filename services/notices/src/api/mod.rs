//! `vigie.notices.v1.NoticeService`: a file per use case, from the request over the command to the response, with its rule
//! beside it.

mod bounce;
mod convert;
mod drop;
mod get;
mod list;
mod place;
mod preference;
mod reject;
mod request;
mod retry;
mod stuck;
mod webhook;

use tonic::{Request, Response, Status};
use vigie_chassis::identity::Role;
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;
use vigie_command::Door;
use vigie_proto::notices::notice_service_server::NoticeService;
use vigie_proto::notices::*;

pub(crate) use self::stuck::Stuck;
use crate::post::{SigningKey, Webhooks};
use crate::telling::Teller;
use crate::view::View;

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Deps {
    pub(crate) teller: Teller,
    pub(crate) view: View,
    pub(crate) pages: Signer,
    pub(crate) door: Door,
    pub(crate) key: SigningKey,
    /// `None` where nothing is sent by webhook.
    pub(crate) webhooks: Option<Webhooks>,
    pub(crate) loopback: bool,
    pub(crate) stuck: Stuck,
}

/// The customers' people who answer for more than their own phone.
const MANAGERS: [Role; 4] =
    [Role::FleetManager, Role::ItManager, Role::ContractManager, Role::AccountAdministrator];

/// Who may call what. What a caller sees is narrowed further by the scope in the token.
pub(crate) fn rules() -> Rules {
    Rules::new()
        .allow(list::METHOD, get::rule())
        .allow(get::METHOD, get::rule())
        .allow(retry::METHOD, retry::rule())
        .allow(drop::METHOD, retry::rule())
        .allow(bounce::METHOD, bounce::rule())
        .allow(preference::SET, preference::set_rule())
        .allow(preference::LIST, preference::list_rule())
        .allow(webhook::REGISTER, webhook::rule())
        .allow(webhook::REMOVE, webhook::rule())
        .allow(webhook::LIST, webhook::rule())
}

/// The notices of the operator.
#[derive(Clone)]
pub(crate) struct Api(pub(crate) Deps);

#[tonic::async_trait]
impl NoticeService for Api {
    async fn list_notices(
        &self,
        request: Request<ListNoticesRequest>,
    ) -> Result<Response<ListNoticesResponse>, Status> {
        Ok(Response::new(list::serve(&self.0, request).await?))
    }

    async fn get_notice(
        &self,
        request: Request<GetNoticeRequest>,
    ) -> Result<Response<GetNoticeResponse>, Status> {
        Ok(Response::new(get::serve(&self.0, request).await?))
    }

    async fn retry_notice(
        &self,
        request: Request<RetryNoticeRequest>,
    ) -> Result<Response<RetryNoticeResponse>, Status> {
        Ok(Response::new(retry::serve(&self.0, request).await?))
    }

    async fn drop_notice(
        &self,
        request: Request<DropNoticeRequest>,
    ) -> Result<Response<DropNoticeResponse>, Status> {
        Ok(Response::new(drop::serve(&self.0, request).await?))
    }

    async fn record_bounce(
        &self,
        request: Request<RecordBounceRequest>,
    ) -> Result<Response<RecordBounceResponse>, Status> {
        Ok(Response::new(bounce::serve(&self.0, request).await?))
    }

    async fn set_preference(
        &self,
        request: Request<SetPreferenceRequest>,
    ) -> Result<Response<SetPreferenceResponse>, Status> {
        Ok(Response::new(preference::set(&self.0, request).await?))
    }

    async fn list_preferences(
        &self,
        request: Request<ListPreferencesRequest>,
    ) -> Result<Response<ListPreferencesResponse>, Status> {
        Ok(Response::new(preference::list(&self.0, request).await?))
    }

    async fn register_webhook(
        &self,
        request: Request<RegisterWebhookRequest>,
    ) -> Result<Response<RegisterWebhookResponse>, Status> {
        Ok(Response::new(webhook::register(&self.0, request).await?))
    }

    async fn remove_webhook(
        &self,
        request: Request<RemoveWebhookRequest>,
    ) -> Result<Response<RemoveWebhookResponse>, Status> {
        Ok(Response::new(webhook::remove(&self.0, request).await?))
    }

    async fn list_webhooks(
        &self,
        request: Request<ListWebhooksRequest>,
    ) -> Result<Response<ListWebhooksResponse>, Status> {
        Ok(Response::new(webhook::list(&self.0, request).await?))
    }
}
