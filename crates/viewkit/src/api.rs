//! The API of a view, as tests call it.

use tonic::Request;
use vigie_chassis::identity::{Caller, Role, RoleSet, Scope};
use vigie_chassis::page::Signer;
use vigie_chassis::rules::Rules;

/// Signs page tokens; all tests share one key, as replicas do.
pub fn signer() -> Signer {
    Signer::new(&[7; 32]).unwrap()
}

/// A customer who sees `scope` and no more.
pub fn manager(scope: Scope) -> Caller {
    Caller::new("manager-1", RoleSet::of(&[Role::FleetManager]), vec![scope], false)
}

/// A request as it comes out of authentication.
pub fn asked_by<T>(caller: Caller, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(caller);
    request
}

/// Panics unless each RPC of `service`, its full name, has a rule and each rule an RPC.
pub fn check_rules(rules: &Rules, service: &str) {
    let descriptors = [
        vigie_proto::DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    // The rules of health and reflection come with every set of rules.
    let served = [
        service,
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ];
    rules.check(&descriptors, &served).unwrap();
}
