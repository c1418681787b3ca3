//! Tokens of the embedded default: whoever can read its key may be anybody, on this machine only.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tonic::transport::Uri;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_clock::SystemClock;

use crate::error::Error;

/// The key's file in the data folder, as the issuer makes it.
const KEY_FILE: &str = "development.key";
/// Long enough for one command, short enough to be worth nothing when found.
const TTL: Duration = Duration::from_secs(600);
/// Who commands when nobody in particular does.
pub(crate) const SUBJECT: &str = "developer";

/// Where the key of `folder` is, if there is one that we may read.
pub(crate) fn key(folder: &Path) -> Option<PathBuf> {
    let path = folder.join(KEY_FILE);
    std::fs::File::open(&path).is_ok().then_some(path)
}

/// A token that may do whatever a command may ask for; `None` when there is no key or the endpoint is not this machine.
pub(crate) fn token_for(endpoint: &str, folder: &Path) -> Result<Option<String>, Error> {
    if !is_loopback(endpoint) || key(folder).is_none() {
        return Ok(None);
    }
    let roles = [Role::Operator, Role::Auditor, Role::Advisor, Role::BillingClerk, Role::FleetManager];
    mint(folder, &Grant::new(SUBJECT, &roles).with_step_up().ttl(TTL)).map(Some)
}

/// Makes a token with the key of `folder`.
pub(crate) fn mint(folder: &Path, grant: &Grant) -> Result<String, Error> {
    if key(folder).is_none() {
        return Err(Error::Usage(format!(
            "there is no development key in {}: start `vigie run` there once, or give --data",
            folder.display()
        )));
    }
    let failed =
        |error: vigie_chassis::identity::Error| Error::Usage(format!("no development token: {error}"));
    Issuer::open(folder, Arc::new(SystemClock)).and_then(|issuer| issuer.mint(grant)).map_err(failed)
}

fn is_loopback(endpoint: &str) -> bool {
    let uri = endpoint.parse::<Uri>().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_gets_development_tokens() {
        for loopback in
            ["http://127.0.0.1:7070", "http://127.8.9.10:1", "http://[::1]:7070", "http://localhost:7070"]
        {
            assert!(is_loopback(loopback), "{loopback}");
        }
        for elsewhere in
            ["http://10.0.0.1:7070", "https://vigie.example", "http://localhost.example", "nonsense", ""]
        {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn without_a_key_there_is_no_token_and_no_key_is_made() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(token_for("http://127.0.0.1:7070", folder.path()).unwrap(), None);
        let refused = mint(folder.path(), &Grant::new("x", &[Role::Auditor])).unwrap_err();
        assert!(refused.to_string().contains("vigie run"), "{refused}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_issuers_key_is_found_where_it_puts_it() {
        let folder = tempfile::tempdir().unwrap();
        Issuer::open(folder.path(), Arc::new(SystemClock)).unwrap();
        assert!(key(folder.path()).is_some());
        assert!(token_for("http://127.0.0.1:7070", folder.path()).unwrap().is_some());
        assert_eq!(token_for("http://192.0.2.1:7070", folder.path()).unwrap(), None);
    }
}
