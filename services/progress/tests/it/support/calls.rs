//! Callers of the API, as tokens would make them.

use tonic::Request;
use vigie_chassis::identity::{Caller, Role, RoleSet, Scope};
use vigie_chassis::page::Signer;
use vigie_progress::{Api, Progress};

/// The service; all share one key, as replicas do.
pub(crate) fn api(progress: &Progress) -> Api {
    Api::new(progress.clone(), Signer::new(&[7; 32]).unwrap())
}

/// One whom nothing narrows.
pub(crate) fn staff() -> Caller {
    Caller::new("advisor-1", RoleSet::of(&[Role::Advisor]), vec![], false)
}

pub(crate) fn manager(scope: Scope) -> Caller {
    Caller::new("manager-1", RoleSet::of(&[Role::FleetManager]), vec![scope], false)
}

pub(crate) fn asked_by<T>(caller: Caller, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(caller);
    request
}
