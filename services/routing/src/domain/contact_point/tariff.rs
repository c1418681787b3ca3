//! What a call costs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::label::{self, Label};

/// What a call costs. It is stated, never inferred from the number's prefix: the same prefix has had other classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TariffClass {
    /// Call and service are free.
    Free,
    /// The price of an ordinary call.
    Normal,
    /// A price on top of the call's.
    Surcharged,
}

/// Why class and label are not one tariff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The label is too long or empty, or none of those that the regulator has.
    #[error(
        "the label is none of `Service & appel gratuits`, `Service gratuit + prix appel`, `Prix d'un appel`, \
         `Service 0,15 € / min + prix appel`, `Service 0,80 € / appel + prix appel`"
    )]
    UnknownLabel,
    /// The label says another price than the class.
    #[error("{}", contradiction(*.0))]
    Contradicts(TariffClass),
}

const fn contradiction(class: TariffClass) -> &'static str {
    match class {
        TariffClass::Free => "a free number's label says that service and call are free, and no amount",
        TariffClass::Normal => {
            "a number at the price of an ordinary call has a label without an amount and that is not free"
        }
        TariffClass::Surcharged => "a surcharged number's label says the amount on top of the call's price",
    }
}

/// A tariff whose class and label say the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tariff {
    /// What a call costs.
    #[serde(rename = "tariff_class")]
    class: TariffClass,
    /// What customers read of it.
    #[serde(rename = "tariff_label")]
    label: Label,
}

impl Tariff {
    /// Bytes of the longest label.
    pub const LABEL_BYTES_MAX: usize = label::BYTES_MAX;

    /// Takes a class and the label that says it.
    ///
    /// # Errors
    /// When the label is not one of the regulator's, or says something else.
    pub fn new(class: TariffClass, label: &str) -> Result<Self, Error> {
        let (label, labelled) = Label::parse(label).ok_or(Error::UnknownLabel)?;
        if labelled == class { Ok(Self { class, label }) } else { Err(Error::Contradicts(class)) }
    }

    /// What a call costs.
    pub const fn class(&self) -> TariffClass {
        self.class
    }

    /// What customers read of it.
    pub const fn label(&self) -> &Label {
        &self.label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_says_another_price_is_refused() {
        const LABELS: [(TariffClass, &str); 4] = [
            (TariffClass::Free, "Service & appel gratuits"),
            (TariffClass::Normal, "Service gratuit + prix appel"),
            (TariffClass::Normal, "Prix d'un appel"),
            (TariffClass::Surcharged, "Service 0,15 € / min + prix appel"),
        ];
        for class in [TariffClass::Free, TariffClass::Normal, TariffClass::Surcharged] {
            for (right, label) in LABELS {
                let expected = if right == class { None } else { Some(Error::Contradicts(class)) };
                assert_eq!(Tariff::new(class, label).err(), expected, "{class:?} {label}");
            }
            assert_eq!(Tariff::new(class, "Appel gratuit"), Err(Error::UnknownLabel));
        }
    }
}
