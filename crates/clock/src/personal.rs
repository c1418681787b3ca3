//! Data that names or locates a person.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A value that names or locates the person `subject`.
///
/// On the wire `{"subject": …, "value": …}`. A sealed or erased value, `{"subject": …, "sealed": …}`, decodes
/// as [`Personal::Erased`] until its key is at hand. `Debug` never prints the value: logs carry none.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Personal<T> {
    /// The value is readable.
    Known {
        /// The person it is about.
        subject: Uuid,
        /// What it says.
        value: T,
    },
    /// The value is not readable any more, or not here.
    Erased {
        /// The person it was about.
        subject: Uuid,
    },
}

impl<T> Personal<T> {
    /// A readable value about `subject`.
    pub const fn new(subject: Uuid, value: T) -> Self {
        Self::Known { subject, value }
    }

    /// The person it is about.
    pub const fn subject(&self) -> Uuid {
        match self {
            Self::Known { subject, .. } | Self::Erased { subject } => *subject,
        }
    }

    /// The value, unless erased.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Erased { .. } => None,
        }
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known { subject, .. } => write!(f, "Personal(of {subject})"),
            Self::Erased { subject } => write!(f, "Personal(of {subject}, erased)"),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Wire<T> {
    subject: Uuid,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    value: Option<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known { subject, value } => {
                Wire { subject: *subject, value: Some(value), sealed: None }.serialize(serializer)
            }
            Self::Erased { subject } => {
                Wire::<&T> { subject: *subject, value: None, sealed: Some(String::new()) }
                    .serialize(serializer)
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::<T>::deserialize(deserializer)?;
        match (wire.value, wire.sealed) {
            (Some(value), None) => Ok(Self::Known { subject: wire.subject, value }),
            (None, Some(_)) => Ok(Self::Erased { subject: wire.subject }),
            _ => Err(serde::de::Error::custom("personal data has either a value or a seal")),
        }
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Personal<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Personal_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = generator.subschema_for::<T>();
        schemars::json_schema!({
            "type": "object",
            "description": "Personal data: either a value or, once sealed or erased, a seal",
            "required": ["subject"],
            "properties": {
                "subject": { "type": "string", "format": "uuid" },
                "value": value,
                "sealed": { "type": "string" }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_a_value_and_a_seal_from_the_first_day() {
        let subject = Uuid::from_u128(7);
        let known: Personal<String> = Personal::new(subject, "+33600000001".into());
        let json = serde_json::to_string(&known).unwrap();
        assert_eq!(json, format!(r#"{{"subject":"{subject}","value":"+33600000001"}}"#));
        assert_eq!(serde_json::from_str::<Personal<String>>(&json).unwrap(), known);

        let sealed = format!(r#"{{"subject":"{subject}","sealed":"AAEC"}}"#);
        let erased: Personal<String> = serde_json::from_str(&sealed).unwrap();
        assert_eq!(erased, Personal::Erased { subject });
        let again = serde_json::to_string(&erased).unwrap();
        assert_eq!(serde_json::from_str::<Personal<String>>(&again).unwrap(), erased);
    }

    #[test]
    fn debug_never_shows_the_value() {
        let known = Personal::new(Uuid::from_u128(7), "+33600000001");
        assert!(!format!("{known:?}").contains("336"));
    }

    #[test]
    fn refuses_neither_and_both() {
        for bad in [
            r#"{"subject":"00000000-0000-0000-0000-000000000007"}"#,
            r#"{"subject":"00000000-0000-0000-0000-000000000007","value":"x","sealed":"y"}"#,
        ] {
            assert!(serde_json::from_str::<Personal<String>>(bad).is_err(), "{bad}");
        }
    }
}
