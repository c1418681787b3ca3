//! Where a line belongs: what decides whether a caller sees it.

use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;
use parking_lot::Mutex;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Role, Target};
use vigie_proto::lines::{LineRef, line_ref};

use super::Deps;
use super::reject::{self, line_not_found};
use super::request;
use crate::domain::{Line, Msisdn};
use crate::stream::key;

/// Places remembered.
const PLACES_MAX: usize = 131_072;

/// Lines that a number left for another operator and that are looked at, one after the other.
const PORTED_OUT_MAX: usize = 16;

/// What of a line decides whether a caller sees it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line_id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) site: Option<String>,
    pub(super) cost_centre: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) msisdn: Option<Msisdn>,
}

impl Place {
    pub(super) fn of(line: &Line) -> Self {
        Self {
            line_id: line.line_id(),
            account_id: line.account_id(),
            site: line.site().map(str::to_owned),
            cost_centre: line.cost_centre().map(str::to_owned),
            user_id: line.user_id().map(str::to_owned),
            msisdn: line.msisdn().known().cloned(),
        }
    }

    /// Whether `caller` holds this phone.
    pub(super) fn is_used_by(&self, caller: &Caller) -> bool {
        self.user_id.as_deref() == Some(caller.subject())
    }

    /// Whether the line is `caller`'s to see: in scope, and for one who is a user and nothing else their own.
    pub(super) fn is_seen_by(&self, caller: &Caller) -> bool {
        let target = Target {
            siret: self.site.as_deref(),
            cost_centre: self.cost_centre.as_deref(),
            line: Some(self.line_id),
            ..Target::account(self.account_id)
        };
        let in_scope = caller.may_see(&target);
        if is_only_a_user(caller) {
            let is_named = caller.scopes().iter().any(|scope| scope.line == Some(self.line_id));
            return in_scope && (is_named || self.is_used_by(caller));
        }
        in_scope
    }
}

/// Whether the caller has no role that sees more than their own phone.
pub(super) fn is_only_a_user(caller: &Caller) -> bool {
    caller.roles().iter().all(|role| role == Role::EndUser)
}

/// Places of lines met before. No command changes where a line belongs; one that does so must not rely on this.
pub(crate) struct Places {
    by_id: Mutex<LruCache<Uuid, Arc<Place>>>,
    by_number: Mutex<LruCache<Msisdn, Uuid>>,
}

impl Places {
    pub(crate) fn new() -> Self {
        let max = NonZeroUsize::new(PLACES_MAX).unwrap_or(NonZeroUsize::MIN);
        Self { by_id: Mutex::new(LruCache::new(max)), by_number: Mutex::new(LruCache::new(max)) }
    }

    fn get(&self, line_id: Uuid) -> Option<Arc<Place>> {
        self.by_id.lock().get(&line_id).cloned()
    }

    pub(super) fn remember(&self, line: &Line) -> Arc<Place> {
        let place = Arc::new(Place::of(line));
        self.by_id.lock().put(place.line_id, place.clone());
        place
    }

    /// The line that last had this number, as far as is known here.
    fn last_with(&self, msisdn: &Msisdn) -> Option<Arc<Place>> {
        let line_id = *self.by_number.lock().get(msisdn)?;
        self.get(line_id)
    }
}

/// The line that had the number when it was last asked for, if the caller may see it; no I/O. A number moves on only
/// after its line was terminated, and a terminated line takes no commands: whoever commands the line learns which it is.
pub(super) fn last_known(deps: &Deps, caller: &Caller, line: Option<&LineRef>) -> Option<Arc<Place>> {
    let Some(line_ref::Line::Msisdn(msisdn)) = line.and_then(|line| line.line.as_ref()) else { return None };
    let place = deps.places.last_with(&Msisdn::parse(msisdn).ok()?)?;
    place.is_seen_by(caller).then_some(place)
}

/// The line that a request names, if the caller may see it. A line that is not there and one that is somebody else's
/// look the same.
pub(super) async fn resolve(
    deps: &Deps,
    caller: &Caller,
    line: Option<&LineRef>,
) -> Result<Arc<Place>, Refusal> {
    let line_id = match line.and_then(|line| line.line.as_ref()) {
        Some(line_ref::Line::LineId(line_id)) => request::id("line.line_id", line_id)?,
        Some(line_ref::Line::Msisdn(msisdn)) => {
            let msisdn = request::msisdn("line.msisdn", msisdn)?;
            let holder = deps.aggregates.log().key_holder(key::MSISDN, msisdn.as_str()).await;
            let Some(line_id) = holder.map_err(|error| reject::unreadable(&error))? else {
                return ported_out(deps, caller, &msisdn).await;
            };
            deps.places.by_number.lock().put(msisdn, line_id);
            line_id
        }
        None => return Err(request::missing("line", "name the line by line_id or msisdn")),
    };
    by_id(deps, caller, line_id).await
}

/// The line whose number went to another operator, so that its people learn where it is; the latest that they may see.
async fn ported_out(deps: &Deps, caller: &Caller, msisdn: &Msisdn) -> Result<Arc<Place>, Refusal> {
    let gone = deps.aggregates.log().key_members(key::PORTED_OUT, msisdn.as_str(), PORTED_OUT_MAX).await;
    for line_id in gone.map_err(|error| reject::unreadable(&error))?.into_iter().rev() {
        match by_id(deps, caller, line_id).await {
            Err(refusal) if refusal.reason() == Reason::LineNotFound => {}
            found => return found,
        }
    }
    Err(line_not_found())
}

/// As [`resolve`], by id.
pub(super) async fn by_id(deps: &Deps, caller: &Caller, line_id: Uuid) -> Result<Arc<Place>, Refusal> {
    let place = match deps.places.get(line_id) {
        Some(place) => place,
        None => {
            let (state, _) = deps.aggregates.load(line_id).await.map_err(reject::refusal)?;
            let line = Option::as_ref(&state).ok_or_else(line_not_found)?;
            deps.places.remember(line)
        }
    };
    if place.is_seen_by(caller) { Ok(place) } else { Err(line_not_found()) }
}
