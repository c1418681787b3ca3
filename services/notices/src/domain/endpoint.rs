//! Where a webhook may lead.
//!
//! An endpoint is somebody else's text that makes this process open a connection. So it names a public host by https, and
//! what the name resolves to is looked at anew each time that it is connected to.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of an endpoint.
const BYTES_MAX: usize = 500;

/// The address of an endpoint.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EndpointUrl(String);

/// Why a webhook may not lead there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not an address of the web.
    #[error("the endpoint is no web address of at most {BYTES_MAX} bytes")]
    Malformed,
    /// Not https.
    #[error("an endpoint is told by https only")]
    NotHttps,
    /// It carries a user name, a password or a fragment.
    #[error("an endpoint carries neither user name nor password nor fragment")]
    Credentials,
    /// Its host is this machine or lies in a private network.
    #[error("the endpoint leads into a private network")]
    Private,
}

impl EndpointUrl {
    /// Checks a text. `loopback` also takes plain http to this very machine, for development. A host that is a name has to
    /// be looked at again once it is resolved, see [`is_private`].
    ///
    /// # Errors
    /// When a webhook may not lead there.
    pub fn parse(text: &str, loopback: bool) -> Result<Self, Error> {
        if text.len() > BYTES_MAX || text.chars().any(char::is_control) {
            return Err(Error::Malformed);
        }
        let url = Url::parse(text).map_err(|_| Error::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Error::Credentials);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Error::Malformed)?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let is_this_machine =
            host.eq_ignore_ascii_case("localhost") || literal.is_some_and(|ip| ip.is_loopback());
        if loopback && is_this_machine && matches!(url.scheme(), "http" | "https") {
            return Ok(Self(url.into()));
        }
        if url.scheme() != "https" {
            return Err(Error::NotHttps);
        }
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_local_name = host == "localhost"
            || [".localhost", ".local", ".internal"].iter().any(|suffix| host.ends_with(suffix));
        if is_local_name || literal.is_some_and(is_private) {
            return Err(Error::Private);
        }
        Ok(Self(url.into()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Paths of endpoints are often their password.
        f.write_str("EndpointUrl")
    }
}

impl JsonSchema for EndpointUrl {
    fn schema_name() -> Cow<'static, str> {
        "EndpointUrl".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "uri", "maxLength": BYTES_MAX })
    }
}

/// Whether an address is no public one: this machine, a private or link-local network (that of cloud metadata services
/// among them), a shared, reserved, documentation or multicast range, or one of them in IPv6 clothes.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        // Shared between providers and their customers (RFC 6598).
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments and 6to4 relays, benchmarks.
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [first, second, ..] = segments;
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // IPv4 in IPv6: mapped, compatible, translated (RFC 6052, RFC 8215), 6to4. Of the local translation prefix none.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => embedded(high, low),
        [0, 0, 0, 0, 0xffff, 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, 1, ..] => true,
        [0x2002, high, low, ..] => embedded(high, low),
        _ => {
            address.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
                || first & 0xffc0 == 0xfec0
                // Teredo, benchmarks, documentation, discard.
                || (first == 0x2001 && second < 0x0200)
                || (first == 0x2001 && second == 0x0db8)
                || first == 0x3fff
                || (first == 0x0100 && second == 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_host_by_https_is_taken() {
        for text in
            ["https://crm.exemple.fr/vigie?x=1", "https://8.8.8.8:8443/", "https://[2a00:1450:4007::1]/hook"]
        {
            assert!(EndpointUrl::parse(text, false).is_ok(), "{text}");
        }
    }

    #[test]
    fn private_and_metadata_addresses_are_refused_however_they_are_written() {
        for text in [
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://224.0.0.1/",
            "https://198.18.0.1/",
        ] {
            assert_eq!(EndpointUrl::parse(text, false), Err(Error::Private), "{text}");
        }
    }

    #[test]
    fn anything_but_https_and_anything_with_credentials_is_refused() {
        assert_eq!(EndpointUrl::parse("http://crm.exemple.fr/", false), Err(Error::NotHttps));
        assert_eq!(EndpointUrl::parse("ftp://crm.exemple.fr/", false), Err(Error::NotHttps));
        assert_eq!(EndpointUrl::parse("https://u:p@crm.exemple.fr/", false), Err(Error::Credentials));
        assert_eq!(EndpointUrl::parse("https://crm.exemple.fr/#x", false), Err(Error::Credentials));
        assert_eq!(EndpointUrl::parse("crm.exemple.fr", false), Err(Error::Malformed));
        assert_eq!(
            EndpointUrl::parse(&format!("https://a.fr/{}", "x".repeat(500)), false),
            Err(Error::Malformed)
        );
    }

    #[test]
    fn plain_http_leads_to_this_machine_only_and_only_in_development() {
        assert!(EndpointUrl::parse("http://127.0.0.1:9000/hook", true).is_ok());
        assert!(EndpointUrl::parse("http://[::1]:9000/hook", true).is_ok());
        assert!(EndpointUrl::parse("http://127.0.0.1:9000/hook", false).is_err());
        assert_eq!(EndpointUrl::parse("http://10.0.0.1/", true), Err(Error::NotHttps));
        assert_eq!(EndpointUrl::parse("https://10.0.0.1/", true), Err(Error::Private));
    }
}
