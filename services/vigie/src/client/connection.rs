//! One channel to the door, and the clients on it.

use std::path::Path;
use std::time::Duration;

use tonic::Request;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use vigie_chassis::client::{self, Tls};
use vigie_proto::commitments::commitment_service_client::CommitmentServiceClient;
use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_proto::lines::register_service_client::RegisterServiceClient;
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_proto::notices::notice_service_client::NoticeServiceClient;
use vigie_proto::progress::progress_service_client::ProgressServiceClient;
use vigie_proto::reactions::reaction_service_client::ReactionServiceClient;
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::base_service_client::BaseServiceClient;
use vigie_proto::routing::contact_service_client::ContactServiceClient;
use vigie_proto::routing::desk_service_client::DeskServiceClient;
use vigie_proto::routing::project_service_client::ProjectServiceClient;
use vigie_proto::routing::review_service_client::ReviewServiceClient;
use vigie_proto::routing::routing_service_client::RoutingServiceClient;
use vigie_proto::routing::staff_service_client::StaffServiceClient;
use vigie_proto::views::dead_letter_service_client::DeadLetterServiceClient;

use super::Credentials;
use crate::error::Error;
use crate::serve::with_causes;

/// The service answers a command within 1 s; whoever is silent for this long is not going to.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

type Authorised = InterceptedService<Channel, Credentials>;

/// A connection to the door at an endpoint, with a token.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    channel: Channel,
    credentials: Credentials,
}

impl Client {
    /// Connects to `endpoint` (`http://…` or `https://…`); `ca` replaces the machine's authorities.
    pub(crate) async fn connect(
        endpoint: &str,
        ca: Option<&Path>,
        credentials: Credentials,
    ) -> Result<Self, Error> {
        let target = target(endpoint, ca)?;
        let channel =
            target.connect().await.map_err(|error| Error::unreachable(endpoint, &root_cause(&error)))?;
        Ok(Self { channel, credentials })
    }

    /// The same connection with another token.
    pub(crate) fn with(&self, credentials: Credentials) -> Self {
        Self { channel: self.channel.clone(), credentials }
    }

    pub(crate) fn lines(&self) -> LineServiceClient<Authorised> {
        LineServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn register(&self) -> RegisterServiceClient<Authorised> {
        RegisterServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn commitments(&self) -> CommitmentServiceClient<Authorised> {
        CommitmentServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn progress(&self) -> ProgressServiceClient<Authorised> {
        ProgressServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn dead_letters(&self) -> DeadLetterServiceClient<Authorised> {
        DeadLetterServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn reactions(&self) -> ReactionServiceClient<Authorised> {
        ReactionServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn base(&self) -> BaseServiceClient<Authorised> {
        BaseServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn accounts(&self) -> AccountServiceClient<Authorised> {
        AccountServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn staff(&self) -> StaffServiceClient<Authorised> {
        StaffServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn desks(&self) -> DeskServiceClient<Authorised> {
        DeskServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn reviews(&self) -> ReviewServiceClient<Authorised> {
        ReviewServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn projects(&self) -> ProjectServiceClient<Authorised> {
        ProjectServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn contacts(&self) -> ContactServiceClient<Authorised> {
        ContactServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn routing(&self) -> RoutingServiceClient<Authorised> {
        RoutingServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn notices(&self) -> NoticeServiceClient<Authorised> {
        NoticeServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }

    pub(crate) fn log(&self) -> LogServiceClient<Authorised> {
        LogServiceClient::with_interceptor(self.channel.clone(), self.credentials.clone())
    }
}

fn target(url: &str, ca: Option<&Path>) -> Result<Endpoint, Error> {
    let tls = Tls { ca: ca.filter(|_| url.starts_with("https://")).map(Path::to_owned), ..Tls::default() };
    client::endpoint(url, &tls).map_err(|error| match error {
        client::Error::Certificate { path, source } => {
            Error::local(format!("read {}", path.display()), source)
        }
        error => Error::Usage(with_causes(&error)),
    })
}

/// The transport's own text is only "transport error"; the innermost cause says what happened.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// A call that is answered soon or not at all. Streams, which last as long as their work, go without.
pub(crate) fn prompt<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(ANSWER_TIMEOUT);
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_with_a_scheme() {
        for bad in ["127.0.0.1:7070", "http://", "ftp://x", "http://a b"] {
            let error = target(bad, None).unwrap_err();
            assert_eq!(error.reason(), "USAGE", "{bad}");
        }
        target("http://127.0.0.1:7070", None).unwrap();
    }

    #[tokio::test]
    async fn nobody_there_is_unavailable_and_says_where() {
        // Port 9 (discard) is below every range that is handed out.
        let error = Client::connect("http://127.0.0.1:9", None, Credentials::none()).await.unwrap_err();
        assert_eq!(error.exit_code(), std::process::ExitCode::from(3));
        assert!(error.to_string().contains("http://127.0.0.1:9"), "{error}");
    }
}
