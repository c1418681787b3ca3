//! Whom and what a fact names, by whichever key a contact centre has at hand.

use schemars::JsonSchema;
use serde::Deserialize;
use vigie_proto::routing as wire;

/// A key in another system.
#[derive(Deserialize, JsonSchema)]
pub(super) struct External {
    /// System that owns the key: `acd`.
    owner: String,
    /// Kind of key: `queue`.
    #[serde(rename = "type")]
    kind: String,
    /// The key.
    id: String,
}

impl External {
    fn wire(self) -> wire::ExternalIdentifier {
        wire::ExternalIdentifier { owner: self.owner, r#type: self.kind, id: self.id }
    }
}

/// A team, by whichever key is at hand.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum DeskRef {
    /// By its id (UUID).
    DeskId(String),
    /// By its key in another system.
    External(External),
}

impl DeskRef {
    pub(super) fn wire(self) -> wire::DeskRef {
        use wire::desk_ref::Desk;
        wire::DeskRef {
            desk: Some(match self {
                Self::DeskId(id) => Desk::DeskId(id),
                Self::External(key) => Desk::External(key.wire()),
            }),
        }
    }
}

/// A staff member, by whichever key is at hand.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StaffRef {
    /// By the id (UUID).
    StaffId(String),
    /// By the user id that tokens know the person by.
    UserId(String),
    /// By the key in another system.
    External(External),
}

impl StaffRef {
    pub(super) fn wire(self) -> wire::StaffRef {
        use wire::staff_ref::Staff;
        wire::StaffRef {
            staff: Some(match self {
                Self::StaffId(id) => Staff::StaffId(id),
                Self::UserId(id) => Staff::UserId(id),
                Self::External(key) => Staff::External(key.wire()),
            }),
        }
    }
}

/// Who calls, as far as known.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Caller {
    /// By the number that the call comes from, E.164 with "+".
    Number(String),
    /// By the person's id (UUID).
    PersonId(String),
    /// By the account's id (UUID).
    AccountId(String),
}

impl Caller {
    pub(super) fn wire(self) -> wire::ContactCaller {
        use wire::contact_caller::Caller as Wire;
        wire::ContactCaller {
            caller: Some(match self {
                Self::Number(number) => Wire::Number(number),
                Self::PersonId(id) => Wire::PersonId(id),
                Self::AccountId(id) => Wire::AccountId(id),
            }),
        }
    }
}
