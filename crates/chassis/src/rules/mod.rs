//! A rule for every RPC: who may call it. A server with an RPC without rule does not start.

mod check;
mod rule;

pub use check::Error;
pub(crate) use rule::Access;
pub use rule::Rule;

use std::collections::HashMap;
use std::sync::Arc;

/// Health and reflection: what every server serves besides its own, open to everybody.
const BUILT_IN: &[&str] = &[
    "grpc.health.v1.Health/Check",
    "grpc.health.v1.Health/Watch",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// The rule of each RPC, by path: `/vigie.lines.v1.LineService/SuspendLine`.
///
/// A rule says which roles may call at all. What a caller may see and do with which line is decided by the service,
/// with [`crate::identity::Caller`].
#[derive(Clone, Debug)]
pub struct Rules {
    /// By method as telemetry names it: the path without its first slash.
    by_method: HashMap<Arc<str>, Rule>,
}

impl Rules {
    /// Rules for health and reflection only.
    pub fn new() -> Self {
        Self { by_method: BUILT_IN.iter().map(|method| (Arc::from(*method), Rule::public())).collect() }
    }

    /// Adds a rule; the last one for a path counts.
    #[must_use]
    pub fn allow(mut self, path: &str, rule: Rule) -> Self {
        self.by_method.insert(Arc::from(path.strip_prefix('/').unwrap_or(path)), rule);
        self
    }

    /// These and those: one process may serve several services.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.by_method.extend(others.by_method);
        self
    }

    /// Refuses unless each RPC of the services in `served` has a rule and each rule an RPC. `descriptor_sets` describe
    /// them (encoded `FileDescriptorSet`s).
    pub fn check(&self, descriptor_sets: &[&[u8]], served: &[&str]) -> Result<(), Error> {
        check::check(self.by_method.keys().map(AsRef::as_ref), descriptor_sets, served)
    }

    /// Whether any rule asks for a token.
    pub(crate) fn need_identity(&self) -> bool {
        self.by_method.values().any(|rule| rule.access() != Access::Public)
    }

    /// The method and the rule of a path.
    pub(crate) fn find(&self, path: &str) -> Option<(&Arc<str>, &Rule)> {
        self.by_method.get_key_value(path.strip_prefix('/')?)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::new()
    }
}
