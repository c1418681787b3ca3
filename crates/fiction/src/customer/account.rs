//! A group, a company or a site.

use jiff::civil::Date;

use super::trade::Trade;
use crate::territory::Territory;
use crate::towns::Town;

/// A group, a company or a site. Names of kinds are those of the CSV format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Counts from 0.
    pub number: u64,
    /// The operator's own key.
    pub key: String,
    /// Key of the account above.
    pub parent_key: Option<String>,
    /// `GROUP`, `COMPANY` or `SITE`.
    pub level: &'static str,
    /// Name.
    pub name: String,
    /// Of a company.
    pub siren: Option<String>,
    /// Of a site.
    pub siret: Option<String>,
    /// `LARGE_ACCOUNT`, `SME_FLEET`, `BUSINESS_FIXED`; none: those of the account above.
    pub segments: &'static [&'static str],
    /// `ENGLISH`; none: that of the account above.
    pub language: Option<&'static str>,
    /// Of a site, or the seat.
    pub address: Option<Address>,
    /// Where it works abroad, ISO 3166-1 alpha-2.
    pub countries: Vec<&'static str>,
    /// Since when it is a customer.
    pub customer_since: Date,
    /// How many people it has, to the others.
    pub(crate) weight: u64,
    /// Of the account at the top.
    pub(crate) trade: Trade,
    /// Where the account at the top is.
    pub(crate) territory: Territory,
    /// Mail domain of all of the customer.
    pub(crate) domain: String,
    /// Number of its switchboard.
    pub(crate) switchboard: String,
}

/// A postal address in France.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Street line.
    pub line: String,
    /// Postal code, five digits.
    pub postal_code: &'static str,
    /// Name of the town.
    pub town: &'static str,
    /// INSEE code of the commune, where the postal code does not say the département; else empty.
    pub commune: &'static str,
}

impl Address {
    pub(super) const fn new(line: String, town: &Town) -> Self {
        Self { line, postal_code: town.postal_code, town: town.name, commune: town.commune }
    }
}
