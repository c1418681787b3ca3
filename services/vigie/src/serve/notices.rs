//! Notices in the process of all: what they react to is served here, and so is whom they report to.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use vigie_chassis::client::{self, Token};
use vigie_chassis::keyfile;
use vigie_notices::post::SigningKey;
use vigie_notices::{Caused, Notices, Parts, RoutingDoor};
use vigie_process::{OwnLog, Places, Process, with_causes};

use super::config::Config;
use crate::error::Error;

/// The file of what webhooks are signed with, in the data folder; the same where notices run alone.
const KEY_FILE: &str = "webhooks.key";

/// The logs that notices live on.
pub(super) struct Logs<'a> {
    /// Their own.
    pub(super) own: &'a OwnLog,
    /// What is told of lines.
    pub(super) lines: &'a OwnLog,
    /// What is told of customers' contacts, and who can be told.
    pub(super) routing: &'a OwnLog,
}

/// Opens notices.
pub(super) async fn open(
    config: &Config,
    process: &Process,
    places: &Places,
    logs: Logs<'_>,
) -> Result<Notices, Error> {
    let key = keyfile::open_or_create(&config.storage.data.join(KEY_FILE))
        .map_err(|source| Error::local("make the key that webhooks are signed with", source))?;
    let parts = Parts {
        log: logs.own.log().clone(),
        lines: Some(caused(logs.lines, "notices_of_lines").await?),
        routing: Some(caused(logs.routing, "notices_of_routing").await?),
        contacts: Some(logs.routing.feed("notices_directory")),
        told_to: told_to(config, process)?,
        mail: config.notices.mail.open(&config.storage.data).map_err(unopened)?,
        key: SigningKey::new(&key),
        pages: process.pages(),
        readiness: process.readiness().clone(),
    };
    Notices::open(config.notices.options(places), parts).await.map_err(unopened)
}

/// What people are told of: from now on, where nobody was told of it before.
async fn caused(log: &OwnLog, name: &'static str) -> Result<Caused, Error> {
    let begin_after = log.log().head().await.map_err(unopened)?;
    Ok(Caused { feed: log.feed(name), begin_after })
}

/// The way to where routing keeps who was told of its changes: the process' own door, unless another is configured. It is a
/// caller like any other, so it needs a token.
fn told_to(config: &Config, process: &Process) -> Result<Option<RoutingDoor>, Error> {
    let token = match (&config.routing.token, process.issuer()) {
        (Some(file), _) => Token::File(file.clone()),
        (None, Some(issuer)) => Token::Development(issuer, RoutingDoor::grant()),
        (None, None) => {
            tracing::warn!(
                "no token is configured (routing.token): routing does not hear who was told of its changes"
            );
            return Ok(None);
        }
    };
    let is_in_clear = config.server.tls.is_none();
    let own = is_in_clear.then(|| format!("http://{}", reachable(config.server.listen)));
    let Some(url) = config.routing.endpoint.clone().or(own) else {
        tracing::warn!(
            "the name that our certificate is for is not configured (routing.endpoint): routing does not hear who was told \
             of its changes"
        );
        return Ok(None);
    };
    let endpoint = client::endpoint(&url, &config.routing.tls);
    let endpoint = endpoint.map_err(|error| Error::Usage(with_causes(&error)))?;
    Ok(Some(RoutingDoor::new(&endpoint, token)))
}

/// Where this machine reaches what listens on `listen`.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let mut address = listen;
    match listen {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

fn unopened(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    vigie_process::Error::part(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_reached_on_this_machine() {
        for (listen, reached) in [
            ("0.0.0.0:7070", "127.0.0.1:7070"),
            ("[::]:7070", "[::1]:7070"),
            ("10.0.0.7:7070", "10.0.0.7:7070"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()), reached.parse().unwrap());
        }
    }
}
