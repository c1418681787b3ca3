//! Keys that other systems have for what is ours.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The key that another system has for an entity, so that it finds its own record in our events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ExternalIdentifier {
    /// System that owns the key: `crm`.
    pub owner: String,
    /// Kind of key: `customer`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The key.
    pub id: String,
}

impl ExternalIdentifier {
    /// External identifiers of one entity, at most.
    pub const MAX: usize = 8;

    /// Its key in the directory: `owner/type/id`. No two identifiers have the same one.
    pub fn directory_key(&self) -> String {
        let part = |text: &str| text.replace('%', "%25").replace('/', "%2F");
        format!("{}/{}/{}", part(&self.owner), part(&self.kind), self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_in_a_name_makes_no_two_keys_one() {
        let key = |owner: &str, kind: &str, id: &str| {
            ExternalIdentifier { owner: owner.into(), kind: kind.into(), id: id.into() }.directory_key()
        };
        assert_eq!(key("crm", "customer", "C-1/2"), "crm/customer/C-1/2");
        assert_ne!(key("a/b", "c", "d"), key("a", "b/c", "d"));
        assert_ne!(key("a/b", "c", "d"), key("a%2Fb", "c", "d"));
    }
}
