//! Telephone numbers that are nobody's, in E.164.
//!
//! The French regulator keeps 10,000 numbers in each of six ranges for films and books: 01 99 00, 02 61 91, 03 53 01,
//! 04 65 71, 05 36 49 and, mobile, 06 39 98. Whoever needs more gets numbers whose national part begins with 0
//! (`+330…`): no number of the French plan does, with or without its trunk prefix, so nothing can be dialled by mistake.

/// Numbers in each range that is kept for fiction.
const KEPT: u64 = 10_000;

/// Of each landline range these are the operator's own.
const OWN_FROM: u64 = 9_000;
const DESKS_FROM: u64 = 9_900;

/// Mobile numbers that there are.
pub const MOBILES_MAX: u64 = 80_000_000;

/// Where the other kinds begin among the numbers that cannot be dialled, of which there are 10^8.
const SWITCHBOARDS_FROM: u64 = MOBILES_MAX;
const STAFF_FROM: u64 = 98_000_000;

/// The five parts of the country that a landline number tells, from 01 to 05.
const LANDLINES: [&str; 5] = ["+3319900", "+3326191", "+3335301", "+3346571", "+3353649"];

/// The `number`th mobile number, from 0; from [`MOBILES_MAX`] on they repeat.
pub fn mobile(number: u64) -> String {
    if number < KEPT { format!("+3363998{number:04}") } else { undialled(number % MOBILES_MAX) }
}

/// Number of the switchboard of the `number`th account in a part of the country, 1 to 5.
pub(crate) fn switchboard(part: u8, number: u64) -> String {
    if number < OWN_FROM {
        landline(part, number)
    } else {
        undialled(SWITCHBOARDS_FROM + number % (STAFF_FROM - SWITCHBOARDS_FROM))
    }
}

/// Number of the `number`th staff member.
pub(crate) fn staff(number: u64) -> String {
    let own = OWN_FROM + number;
    if own < DESKS_FROM {
        landline(1, own)
    } else {
        undialled(STAFF_FROM + number % (100_000_000 - STAFF_FROM))
    }
}

/// The `number`th number of a desk, below 100, in a part of the country.
pub(crate) fn desk(part: u8, number: u64) -> String {
    landline(part, DESKS_FROM + number % (KEPT - DESKS_FROM))
}

fn landline(part: u8, number: u64) -> String {
    let range = LANDLINES.get(usize::from(part).saturating_sub(1)).copied().unwrap_or("+3319900");
    format!("{range}{number:04}")
}

fn undialled(number: u64) -> String {
    format!("+330{number:08}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_come_from_the_ranges_for_fiction_and_the_others_cannot_be_dialled() {
        assert_eq!((mobile(0), mobile(9_999)), ("+33639980000".into(), "+33639989999".into()));
        assert_eq!(mobile(10_000), "+33000010000");
        assert_eq!(
            (switchboard(2, 7), switchboard(2, 9_000)),
            ("+33261910007".into(), "+33080009000".into())
        );
        assert_eq!((staff(0), staff(900)), ("+33199009000".into(), "+33098000900".into()));
        assert_eq!(desk(5, 3), "+33536499903");
    }

    #[test]
    fn no_two_kinds_share_a_number() {
        let mut seen = std::collections::BTreeSet::new();
        for number in (0..20_000).chain([79_999_999]) {
            assert!(seen.insert(mobile(number)), "{number}");
        }
        for number in 0..20_000 {
            assert!(seen.insert(switchboard(1, number)) && seen.insert(staff(number)), "{number}");
        }
        assert!((0..100).all(|number| seen.insert(desk(1, number))));
        assert!(seen.iter().all(|number| number.len() == 12));
    }
}
