//! Numbers of the French register of companies (*répertoire SIRENE*) that have right check digits.
//!
//! All begin with 99, and the first 99,000 with 999; 99900 is left to demos and tests. Nobody keeps a part of the register for fiction; this is its far
//! end. A number that is somebody's all the same would meet an invented name, and no fact about anybody.

use crate::luhn::checked;

/// Companies that there are numbers for.
pub const COMPANIES_MAX: u64 = 1_000_000;

/// Sites of one company that there are numbers for.
pub const SITES_MAX: u64 = 9_999;

const BASE: u64 = 99_000_000;
const FIRST: u64 = 901_000;

/// SIREN of the `company`th company, from 0; from [`COMPANIES_MAX`] on they repeat.
pub fn siren(company: u64) -> String {
    checked(&format!("{:08}", BASE + (FIRST + company) % COMPANIES_MAX))
}

/// SIRET of the `site`th site, from 1, of the company with that SIREN; behind [`SITES_MAX`] they repeat.
pub fn siret(siren: &str, site: u64) -> String {
    checked(&format!("{siren}{:04}", site % (SITES_MAX + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sirens_begin_with_9990_and_go_on_with_99() {
        assert_eq!((siren(0), siren(1)), ("999010002".into(), "999010010".into()));
        assert_eq!(siren(98_999).get(..8), Some("99999999"));
        assert_eq!(siren(99_000).get(..8), Some("99000000"));
        assert_eq!(siren(999_999).get(..8), Some("99900999"));
    }

    #[test]
    fn a_siret_is_its_companys() {
        assert_eq!(siret("999000011", 1), "99900001100018");
        assert!(siret(&siren(5), SITES_MAX).starts_with(&siren(5)));
    }
}
