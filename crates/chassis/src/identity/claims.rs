//! What a token says, once its signature is known to hold.

use std::time::Duration;

use serde::Deserialize;
use vigie_clock::Timestamp;

use super::{Caller, Role, RoleSet, Scope};

/// The authentication context class of a step-up.
pub(super) const STEP_UP: &str = "urn:vigie:step-up";

/// How long a step-up holds.
const STEP_UP_HOLDS: Duration = Duration::from_secs(5 * 60);

/// The claims that we read. Others are ignored; `iss` and `aud` are checked with the signature.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    sub: String,
    exp: NumericDate,
    #[serde(default)]
    nbf: Option<NumericDate>,
    #[serde(default)]
    auth_time: Option<NumericDate>,
    #[serde(default)]
    acr: Option<String>,
    /// Names that we do not know give no right, so a newer issuer does no harm.
    #[serde(default)]
    vigie_roles: Vec<String>,
    #[serde(default)]
    vigie_scope: Vec<Scope>,
}

/// Seconds since the epoch, perhaps with a fraction (RFC 7519, section 2).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
struct NumericDate(f64);

impl NumericDate {
    fn instant(self) -> Timestamp {
        // A cast saturates: a date far off stays far off.
        #[allow(clippy::cast_possible_truncation, reason = "saturating, and below a microsecond")]
        Timestamp::from_micros((self.0 * 1e6) as i64)
    }
}

/// A token whose signature, issuer and audience hold; the times are looked at for every request.
#[derive(Debug)]
pub(super) struct Verified {
    caller: Caller,
    expires: Timestamp,
    not_before: Option<Timestamp>,
    /// When the person last authenticated strongly.
    stepped_up: Option<Timestamp>,
}

/// Why a verified token does not count now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotNow {
    Expired,
    NotYet,
}

impl Verified {
    pub(super) fn new(claims: Claims) -> Self {
        let roles: RoleSet = claims.vigie_roles.iter().filter_map(|name| Role::parse(name)).collect();
        let strong = claims.acr.as_deref() == Some(STEP_UP);
        Self {
            caller: Caller::new(&claims.sub, roles, claims.vigie_scope, false),
            expires: claims.exp.instant(),
            not_before: claims.nbf.map(NumericDate::instant),
            stepped_up: claims.auth_time.filter(|_| strong).map(NumericDate::instant),
        }
    }

    /// The caller at `now`; clocks may differ by `leeway`.
    pub(super) fn caller(&self, now: Timestamp, leeway: Duration) -> Result<Caller, NotNow> {
        if now >= self.expires.plus(leeway) {
            return Err(NotNow::Expired);
        }
        if self.not_before.is_some_and(|from| now.plus(leeway) < from) {
            return Err(NotNow::NotYet);
        }
        // One that lies in the future would hold for longer than five minutes.
        let recent = |at: Timestamp| at <= now.plus(leeway) && now.since(at) <= STEP_UP_HOLDS;
        Ok(self.caller.clone().with_step_up(self.stepped_up.is_some_and(recent)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEEWAY: Duration = Duration::from_secs(5);

    fn second(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn verified(json: &str) -> Verified {
        Verified::new(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn holds_from_not_before_to_expiry_give_or_take_the_leeway() {
        let token = verified(r#"{"sub":"u","exp":2000,"nbf":1000.5}"#);
        let at = |instant| token.caller(second(instant), LEEWAY).err();
        assert_eq!(at(990), Some(NotNow::NotYet));
        assert_eq!(at(996), None);
        assert_eq!(at(2004), None);
        assert_eq!(at(2005), Some(NotNow::Expired));
    }

    #[test]
    fn step_up_needs_both_claims_and_is_over_after_five_minutes() {
        let strong = verified(r#"{"sub":"u","exp":9999,"acr":"urn:vigie:step-up","auth_time":1000}"#);
        let step_up = |token: &Verified, instant| token.caller(second(instant), LEEWAY).unwrap().step_up();
        assert!(step_up(&strong, 1000) && step_up(&strong, 1300));
        assert!(!step_up(&strong, 1301));
        assert!(!step_up(&strong, 900), "an authentication in the future is none");
        let weak = verified(r#"{"sub":"u","exp":9999,"acr":"pwd","auth_time":1000}"#);
        let timeless = verified(r#"{"sub":"u","exp":9999,"acr":"urn:vigie:step-up"}"#);
        assert!(!step_up(&weak, 1000) && !step_up(&timeless, 1000));
    }

    #[test]
    fn unknown_roles_give_nothing() {
        let token = verified(r#"{"sub":"u","exp":9999,"vigie_roles":["advisor","emperor"]}"#);
        let roles = token.caller(second(1), LEEWAY).unwrap().roles();
        assert_eq!(roles, RoleSet::of(&[Role::Advisor]));
    }

    #[test]
    fn a_token_without_expiry_or_subject_is_none() {
        assert!(serde_json::from_str::<Claims>(r#"{"sub":"u"}"#).is_err());
        assert!(serde_json::from_str::<Claims>(r#"{"exp":1}"#).is_err());
    }
}
