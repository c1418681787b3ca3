//! The label of a tariff, as customers read it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tariff::TariffClass;

/// What customers read of the price of a call, in the words that the French regulator's numbering plan has for
/// value-added services (*services à valeur ajoutée*):
///
/// | label | class |
/// |---|---|
/// | `Service & appel gratuits` | free |
/// | `Service gratuit + prix appel` | normal |
/// | `Prix d'un appel`, also `Prix d'un appel local` | normal; numbers that are no value-added service |
/// | `Service 0,15 € / min + prix appel`, `Service 0,80 € / appel + prix appel` | surcharged |
///
/// Case, spaces and the kind of apostrophe do not matter; a decimal point is as good as a comma. The text is kept as it
/// was given.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Label(String);

/// Bytes of the longest label.
pub(super) const BYTES_MAX: usize = 100;

impl Label {
    /// Takes one of the regulator's labels.
    pub(super) fn parse(text: &str) -> Option<(Self, TariffClass)> {
        let class = class_of(&plain(text)?)?;
        Some((Self(text.to_owned()), class))
    }

    /// As customers read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In lower case, with plain apostrophes, without any space around signs; `None` if it is no label at all.
fn plain(text: &str) -> Option<String> {
    if text.len() > BYTES_MAX || text.chars().any(char::is_control) {
        return None;
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let mut plain = words.join(" ").to_lowercase().replace('’', "'").replace("eur", "€");
    for sign in ["&", "+", "/", "€"] {
        plain = plain.replace(&format!(" {sign}"), sign).replace(&format!("{sign} "), sign);
    }
    Some(plain)
}

fn class_of(plain: &str) -> Option<TariffClass> {
    match plain {
        "service&appel gratuits" => return Some(TariffClass::Free),
        "service gratuit+prix appel" => return Some(TariffClass::Normal),
        _ => {}
    }
    if let Some(qualifier) = plain.strip_prefix("prix d'un appel") {
        let is_plain = qualifier.chars().all(|sign| sign.is_alphabetic() || sign == ' ');
        return (qualifier.is_empty() || is_plain && qualifier.starts_with(' '))
            .then_some(TariffClass::Normal);
    }
    let (amount, unit) = plain.strip_prefix("service ")?.strip_suffix("+prix appel")?.split_once("€/")?;
    let is_known_unit = matches!(unit, "min" | "minute" | "appel");
    (is_known_unit && is_amount(amount)).then_some(TariffClass::Surcharged)
}

/// Euros and at most three decimals, more than nothing.
fn is_amount(text: &str) -> bool {
    let (euros, decimals) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let is_number = |part: &str, len_max: usize| {
        (1..=len_max).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_nothing = euros.bytes().chain(decimals.bytes()).all(|byte| byte == b'0');
    is_number(euros, 2) && is_number(decimals, 3) && !is_nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Option<TariffClass> {
        Label::parse(text).map(|(_, class)| class)
    }

    #[test]
    fn the_regulators_labels_are_known_however_they_are_spaced() {
        for free in
            ["Service & appel gratuits", "SERVICE & APPEL GRATUITS", " service\u{a0}&  appel gratuits"]
        {
            assert_eq!(class(free), Some(TariffClass::Free), "{free}");
        }
        for normal in [
            "Service gratuit + prix appel",
            "service gratuit+prix appel",
            "Prix d'un appel",
            "Prix d’un appel local",
        ] {
            assert_eq!(class(normal), Some(TariffClass::Normal), "{normal}");
        }
        for surcharged in [
            "Service 0,15 € / min + prix appel",
            "Service 0.15€/min + prix appel",
            "Service 3 € / appel + prix appel",
            "service 0,045 EUR / minute + prix appel",
        ] {
            assert_eq!(class(surcharged), Some(TariffClass::Surcharged), "{surcharged}");
        }
    }

    #[test]
    fn anything_else_is_no_label() {
        for wrong in [
            "",
            "Gratuit",
            "Numéro vert",
            "Appel gratuit",
            "Service gratuit",
            "Service & appel gratuits + 0,15 €",
            "Service 0,00 € / min + prix appel",
            "Service € / min + prix appel",
            "Service 0,15 € / heure + prix appel",
            "Service 0,15 € / min",
            "Service -1 € / min + prix appel",
            "Service 0,15,2 € / min + prix appel",
            "Prix d'un appel + 0,15 € / min",
            "Prix d'un appelable",
            "Service gratuit + prix appel\n",
            "Service gratuit + prix appel\0",
        ] {
            assert_eq!(class(wrong), None, "{wrong:?}");
        }
        assert_eq!(class(&format!("Prix d'un appel {}", "x".repeat(BYTES_MAX))), None);
    }

    #[test]
    fn the_text_stays_as_it_was_given() {
        let (label, _) = Label::parse("Service  0.15€/min + prix appel").unwrap();
        assert_eq!(label.as_str(), "Service  0.15€/min + prix appel");
    }
}
