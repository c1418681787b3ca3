//! Where a service is, and how a connection to it behaves.

use std::time::Duration;

use tonic::transport::Endpoint;

use super::{Error, Tls};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A dead peer under a stream without news is noticed within about two of these.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// The way to `url` (`http://…` or `https://…`); nobody is called yet.
pub fn endpoint(url: &str, tls: &Tls) -> Result<Endpoint, Error> {
    let is_tls = url.starts_with("https://");
    if !is_tls && !url.starts_with("http://") {
        return Err(Error::Scheme(url.to_owned()));
    }
    let endpoint = Endpoint::from_shared(url.to_owned())
        .and_then(|endpoint| endpoint.user_agent(concat!("vigie/", env!("CARGO_PKG_VERSION"))))
        .map_err(|_| Error::Url(url.to_owned()))?
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE);
    match (is_tls, *tls == Tls::default()) {
        (true, _) => {
            let failed = |source| Error::Tls { endpoint: url.to_owned(), source };
            endpoint.tls_config(tls.read()?).map_err(failed)
        }
        (false, true) => Ok(endpoint),
        (false, false) => Err(Error::NotTls(url.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn an_endpoint_is_a_url_with_a_scheme() {
        for bad in ["127.0.0.1:7070", "http://", "ftp://x", "http://a b"] {
            let error = endpoint(bad, &Tls::default()).unwrap_err();
            assert!(matches!(error, Error::Scheme(_) | Error::Url(_)), "{bad}: {error}");
        }
        endpoint("http://127.0.0.1:7070", &Tls::default()).unwrap();
    }

    #[test]
    fn certificates_that_contradict_the_rest_are_refused() {
        let ca = Tls { ca: Some("/ca.pem".into()), ..Tls::default() };
        assert!(matches!(endpoint("http://127.0.0.1:7070", &ca), Err(Error::NotTls(_))));
        assert!(matches!(endpoint("https://lines.internal", &ca), Err(Error::Certificate { .. })));
        let key = Tls { key: Some(Secret { file: "/key.pem".into() }), ..Tls::default() };
        assert!(matches!(endpoint("https://lines.internal", &key), Err(Error::HalfIdentity)));
    }
}
