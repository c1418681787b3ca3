//! The bearer token that goes with every call.

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::{Request, Status};
use vigie_chassis::client;

use crate::error::Error;

/// A token, or none. Never printed.
#[derive(Clone)]
pub(crate) struct Credentials(Option<MetadataValue<Ascii>>);

impl Credentials {
    /// Without a token: only what is public answers.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// With `token`.
    pub(crate) fn bearer(token: &str) -> Result<Self, Error> {
        let unusable = |_| Error::Usage("VIGIE_TOKEN holds characters that no token has".into());
        client::bearer(token).map(|value| Self(Some(value))).map_err(unusable)
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Credentials(bearer)" } else { "Credentials(none)" })
    }
}

impl Interceptor for Credentials {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_out_as_bearer_and_is_never_shown() {
        let mut credentials = Credentials::bearer("abc.def.ghi\n").unwrap();
        let request = credentials.call(Request::new(())).unwrap();
        assert_eq!(request.metadata().get("authorization").unwrap(), "Bearer abc.def.ghi");
        assert!(!format!("{credentials:?} {request:?}").contains("abc"));
        assert!(Credentials::bearer("a\u{0}b").is_err());
    }
}
