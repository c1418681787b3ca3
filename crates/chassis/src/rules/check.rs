//! Whether the rules and the RPCs are the same set.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_types::FileDescriptorSet;

/// Rules that do not fit the RPCs served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Some RPC has no rule, or some rule no RPC.
    #[error("{}", describe(.without_rule, .without_rpc, .undescribed))]
    Mismatch {
        /// RPCs that anybody or nobody could call.
        without_rule: Vec<String>,
        /// Rules that protect nothing: a misspelling leaves something else open.
        without_rpc: Vec<String>,
        /// Services served that no descriptor set describes.
        undescribed: Vec<String>,
    },
    /// A descriptor set is not one.
    #[error("a descriptor set cannot be read")]
    Descriptors(#[from] prost::DecodeError),
}

fn describe(without_rule: &[String], without_rpc: &[String], undescribed: &[String]) -> String {
    [
        ("RPCs without a rule", without_rule),
        ("rules without an RPC", without_rpc),
        ("services without a description", undescribed),
    ]
    .iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(what, names)| format!("{what}: {}", names.join(", ")))
    .collect::<Vec<_>>()
    .join("; ")
}

pub(super) fn check<'a>(
    rules: impl Iterator<Item = &'a str>,
    descriptor_sets: &[&[u8]],
    served: &[&str],
) -> Result<(), Error> {
    let described = describe_services(descriptor_sets)?;
    let undescribed: Vec<String> =
        served.iter().filter(|name| !described.contains_key(**name)).map(|name| (*name).to_owned()).collect();
    let rpcs: BTreeSet<String> =
        served.iter().filter_map(|name| described.get(*name)).flatten().cloned().collect();
    let rules: BTreeSet<String> = rules.map(str::to_owned).collect();

    let without_rule: Vec<String> = rpcs.difference(&rules).cloned().collect();
    let without_rpc: Vec<String> = rules.difference(&rpcs).cloned().collect();
    if without_rule.is_empty() && without_rpc.is_empty() && undescribed.is_empty() {
        return Ok(());
    }
    Err(Error::Mismatch { without_rule, without_rpc, undescribed })
}

/// Service → its methods, `vigie.lines.v1.LineService/SuspendLine`.
fn describe_services(descriptor_sets: &[&[u8]]) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut services = BTreeMap::new();
    for bytes in descriptor_sets {
        for file in FileDescriptorSet::decode(*bytes)?.file {
            for service in &file.service {
                let name = match file.package() {
                    "" => service.name().to_owned(),
                    package => format!("{package}.{}", service.name()),
                };
                let methods =
                    service.method.iter().map(|method| format!("{name}/{}", method.name())).collect();
                services.insert(name, methods);
            }
        }
    }
    Ok(services)
}

#[cfg(test)]
mod tests {
    use super::super::{Rule, Rules};
    use super::*;

    const HEALTH: &[&[u8]] = &[tonic_health::pb::FILE_DESCRIPTOR_SET];
    const CHECK: &str = "grpc.health.v1.Health/Check";
    const WATCH: &str = "grpc.health.v1.Health/Watch";

    #[test]
    fn a_rule_for_each_rpc_is_right() {
        assert!(check([CHECK, WATCH].into_iter(), HEALTH, &["grpc.health.v1.Health"]).is_ok());
    }

    #[test]
    fn an_rpc_without_a_rule_is_named() {
        let error = check([CHECK].into_iter(), HEALTH, &["grpc.health.v1.Health"]).unwrap_err();
        assert_eq!(error.to_string(), format!("RPCs without a rule: {WATCH}"));
    }

    #[test]
    fn a_rule_without_an_rpc_is_named() {
        let rules = [CHECK, WATCH, "grpc.health.v1.Health/Chekc"];
        let error = check(rules.into_iter(), HEALTH, &["grpc.health.v1.Health"]).unwrap_err();
        assert_eq!(error.to_string(), "rules without an RPC: grpc.health.v1.Health/Chekc");
    }

    #[test]
    fn a_service_that_nothing_describes_is_named() {
        let error = check([].into_iter(), HEALTH, &["vigie.lines.v1.LineService"]).unwrap_err();
        assert!(error.to_string().contains("without a description: vigie.lines.v1.LineService"), "{error}");
    }

    #[test]
    fn garbage_is_no_descriptor_set() {
        assert!(matches!(Rules::new().check(&[b"\xff"], &[]), Err(Error::Descriptors(_))));
    }

    #[test]
    fn the_built_in_services_have_their_rules() {
        let sets = [
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ];
        let served = [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
        ];
        Rules::new().check(&sets, &served).unwrap();
        let twice = Rules::new().merge(Rules::new().allow(CHECK, Rule::authenticated()));
        twice.check(&sets, &served).unwrap();
    }
}
