//! The 17 promises, and how far Vigie keeps them today.

use crate::output::style;
use crate::output::table::{Align, Cell, Table};

/// A promise of the certified list.
struct Promise {
    number: &'static str,
    promise: &'static str,
    /// What works; empty when nothing does yet.
    works: &'static str,
    not_yet: &'static str,
}

const fn later(number: &'static str, promise: &'static str, not_yet: &'static str) -> Promise {
    Promise { number, promise, works: "", not_yet }
}

const PROMISES: [Promise; 17] = [
    later("2.1", "account manager (interlocuteur commercial dédié)", "assignment, training, cover"),
    later("3.1", "service easily reached (modalités d'accès)", "contact points, tariffs, hours"),
    later("3.2", "local presence (dédiée aux entreprises)", "regional teams, reviews"),
    later("3.3", "extranet offered (met à disposition)", "the extranet, invitations"),
    later("3.4", "support abroad (développement à l'international)", "referents, roaming terms"),
    later("4.2", "news of the Fixed deployment (informé)", "milestones, notices"),
    later("4.4", "Fixed solution verified (à la mise en service)", "SAT records, gate before billing"),
    later("5.1.1", "large accounts apart (grands comptes)", "the dedicated unit"),
    later("5.1.2", "specialised teams (équipes spécialisées)", "skills, routing"),
    later("5.2.1", "administrative service (suivi de l'avancement)", "requests, six indicators"),
    later("5.3.1", "technical service (GTI, GTR)", "incidents, clocks, penalties"),
    later("5.4.1", "end users' own service (répondre à leurs demandes)", "recognition, routing"),
    later("6.1", "extranet secure, free (24H/24 7J/7)", "the extranet, availability"),
    later("6.4", "management acts online (actes de gestion, J+1)", "catalogue of acts, J+1 clock"),
    later("8.1", "invoice in 4 jours ouvrés (déposée en poste)", "billing"),
    later("8.2", "invoice detail and duplicates (duplicata)", "billing, the extranet"),
    Promise {
        number: "9.3",
        promise: "loss or theft: suspended, back (immédiatement)",
        works: "suspend, reinstate, proof",
        not_yet: "IMEI block list, notices, usage",
    },
];

/// The promises as a table: what works and what does not yet.
pub(super) fn render() -> String {
    let mut table = Table::new([
        ("", Align::Left),
        ("promise", Align::Left),
        ("works", Align::Left),
        ("not yet", Align::Left),
    ]);
    for promise in &PROMISES {
        let works = if promise.works.is_empty() {
            Cell::styled("-", style::FAINT)
        } else {
            Cell::styled(promise.works, style::GOOD)
        };
        table.row([
            Cell::styled(promise.number, style::STRONG),
            promise.promise.into(),
            works,
            Cell::styled(promise.not_yet, style::FAINT),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_seventeen_are_there_once_and_only_one_claims_to_work() {
        let numbers: std::collections::BTreeSet<_> = PROMISES.iter().map(|promise| promise.number).collect();
        assert_eq!(numbers.len(), 17);
        let working: Vec<_> = PROMISES.iter().filter(|it| !it.works.is_empty()).map(|it| it.number).collect();
        assert_eq!(working, ["9.3"]);
        assert!(PROMISES.iter().all(|promise| !promise.not_yet.is_empty()), "nothing is finished");
        assert_eq!(render().lines().count(), 18);
    }

    #[test]
    fn the_table_fits_an_ordinary_terminal() {
        let plain = anstream::adapter::strip_str(&render()).to_string();
        let widest = plain.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 120, "{widest}");
    }
}
