//! Who calls, and whether the RPC's rule admits them.

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};

use crate::error::{Error, Reason};
use crate::identity::Verifier;
use crate::rules::{Access, Rule};

/// Puts the [`crate::identity::Caller`] into the request's extensions, or refuses. A public RPC gets none.
pub(super) async fn authorise<B>(
    request: &mut Request<B>,
    rule: Rule,
    verifier: Option<&Verifier>,
) -> Result<(), Error> {
    if rule.access() == Access::Public {
        return Ok(());
    }
    let token = bearer(request.headers())?;
    let verifier =
        verifier.ok_or_else(|| Error::internal(&"a rule needs a token and nobody verifies one"))?;
    let caller = verifier.verify(token).await?;
    rule.admit(&caller)?;
    request.extensions_mut().insert(caller);
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let missing = || {
        let message = "this call needs a token: metadata `authorization: Bearer <token>`";
        Error::new(Reason::Unauthenticated, message)
    };
    let value = headers.get(AUTHORIZATION).ok_or_else(missing)?.to_str().map_err(|_| missing())?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(missing()),
    }
}
