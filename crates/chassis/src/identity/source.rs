//! Where an issuer's keys come from, and when they are fetched again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use tokio::time::Instant;

use super::keys::Keys;
use super::{Error, Options};

/// Bytes that a JWKS may have.
const DOCUMENT_MAX_BYTES: usize = 256 * 1024;

/// Where the document is.
enum Place {
    Url { url: String, client: reqwest::Client },
    File(PathBuf),
    Fixed,
}

/// The present keys of an issuer.
pub(super) struct Source {
    place: Place,
    refetch_interval: Duration,
    max_age: Duration,
    keys: RwLock<Arc<Keys>>,
    /// When fetching last began; held while it goes on, so that a hundred calls fetch once.
    fetched: tokio::sync::Mutex<Option<Instant>>,
    /// When the keys go stale, for a look without the lock above.
    stale_at: RwLock<Option<Instant>>,
}

/// What a fetch brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// Other keys than before.
    Changed,
    /// The same keys, or no look at all because the last one is too recent.
    Same,
}

impl Source {
    pub(super) fn configured(options: &Options) -> Result<Self, Error> {
        let place = match (&options.jwks_url, &options.jwks_file) {
            (Some(url), None) => Place::Url { url: url.clone(), client: client(url, options)? },
            (None, Some(file)) => Place::File(file.clone()),
            _ => return Err(Error::NoKeySource),
        };
        Ok(Self::at(place, options, Keys::default()))
    }

    pub(super) fn fixed(document: &[u8], options: &Options) -> Result<Self, Error> {
        Ok(Self::at(Place::Fixed, options, Keys::parse(document)?))
    }

    fn at(place: Place, options: &Options, keys: Keys) -> Self {
        Self {
            place,
            refetch_interval: options.refetch_interval(),
            max_age: options.keys_max_age(),
            keys: RwLock::new(Arc::new(keys)),
            fetched: tokio::sync::Mutex::new(None),
            stale_at: RwLock::new(None),
        }
    }

    pub(super) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read())
    }

    /// Whether the keys are old enough to be fetched though every token finds its key.
    pub(super) fn is_stale(&self) -> bool {
        !matches!(self.place, Place::Fixed) && self.stale_at.read().is_some_and(|at| Instant::now() >= at)
    }

    /// Fetches the keys, unless that was tried within the refetch interval. The old ones stay if it fails.
    pub(super) async fn refetch(&self) -> Result<Fetched, String> {
        let mut fetched = self.fetched.lock().await;
        if fetched.is_some_and(|at| at.elapsed() < self.refetch_interval) {
            return Ok(Fetched::Same);
        }
        *fetched = Some(Instant::now());
        // Also after a failure: the next try waits its turn as well.
        *self.stale_at.write() = Some(Instant::now() + self.max_age);
        let document = match &self.place {
            Place::Fixed => return Ok(Fetched::Same),
            Place::Url { url, client } => download(client, url).await?,
            Place::File(path) => tokio::fs::read(path).await.map_err(|error| error.to_string())?,
        };
        if document.len() > DOCUMENT_MAX_BYTES {
            return Err("the key set is too large".to_owned());
        }
        if self.keys().is_of(&document) {
            return Ok(Fetched::Same);
        }
        let keys = Keys::parse(&document).map_err(|error| error.to_string())?;
        tracing::info!(keys = keys.len(), "issuer keys loaded");
        *self.keys.write() = Arc::new(keys);
        Ok(Fetched::Changed)
    }
}

fn client(url: &str, options: &Options) -> Result<reqwest::Client, Error> {
    let parsed = reqwest::Url::parse(url).map_err(|_| Error::PlainUrl)?;
    let on_this_machine = matches!(parsed.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && on_this_machine) {
        return Err(Error::PlainUrl);
    }
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(Error::NoTlsProvider);
    }
    let client = reqwest::Client::builder()
        .timeout(options.fetch_timeout())
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    Ok(client)
}

async fn download(client: &reqwest::Client, url: &str) -> Result<Vec<u8>, String> {
    let get = async {
        let mut response = client.get(url).send().await?.error_for_status()?;
        let mut document = Vec::new();
        while let Some(piece) = response.chunk().await? {
            document.extend_from_slice(&piece);
            if document.len() > DOCUMENT_MAX_BYTES {
                break;
            }
        }
        Ok::<_, reqwest::Error>(document)
    };
    get.await.map_err(|error| error.without_url().to_string())
}
