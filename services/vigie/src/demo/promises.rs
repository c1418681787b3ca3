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
    Promise {
        number: "2.1",
        promise: "account manager (interlocuteur commercial dédié)",
        works: "named, trained, proven",
        not_yet: "an extranet to see it",
    },
    Promise {
        number: "3.1",
        promise: "service easily reached (modalités d'accès)",
        works: "contact points, told",
        not_yet: "hours held",
    },
    Promise {
        number: "3.2",
        promise: "local presence (dédiée aux entreprises)",
        works: "regional teams, reviews",
        not_yet: "teams in the ledger",
    },
    later("3.3", "extranet offered (met à disposition)", "the extranet, invitations"),
    Promise {
        number: "3.4",
        promise: "support abroad (développement à l'international)",
        works: "projects abroad, routing",
        not_yet: "roaming terms",
    },
    later("4.2", "news of the Fixed deployment (informé)", "milestones, notices"),
    later("4.4", "Fixed solution verified (à la mise en service)", "SAT records, gate before billing"),
    Promise {
        number: "5.1.1",
        promise: "large accounts apart (grands comptes)",
        works: "a unit of their own",
        not_yet: "the extranet, requests",
    },
    Promise {
        number: "5.1.2",
        promise: "specialised teams (équipes spécialisées)",
        works: "skills, split contacts",
        not_yet: "the extranet, requests",
    },
    later("5.2.1", "administrative service (suivi de l'avancement)", "requests, six indicators"),
    later("5.3.1", "technical service (GTI, GTR)", "incidents, clocks, penalties"),
    Promise {
        number: "5.4.1",
        promise: "end users' own service (répondre à leurs demandes)",
        works: "recognised, own team",
        not_yet: "courtesy, follow-up",
    },
    later("6.1", "extranet secure, free (24H/24 7J/7)", "the extranet, availability"),
    later("6.4", "management acts online (actes de gestion, J+1)", "catalogue of acts, J+1 clock"),
    later("8.1", "invoice in 4 jours ouvrés (déposée en poste)", "billing"),
    later("8.2", "invoice detail and duplicates (duplicata)", "billing, the extranet"),
    Promise {
        number: "9.3",
        promise: "loss or theft: suspended, back (immédiatement)",
        works: "suspend, IMEI, proof",
        not_yet: "a real EIR, usage",
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
    fn all_seventeen_are_there_once_and_eight_claim_to_work() {
        let numbers: std::collections::BTreeSet<_> = PROMISES.iter().map(|promise| promise.number).collect();
        assert_eq!(numbers.len(), 17);
        let working: Vec<_> = PROMISES.iter().filter(|it| !it.works.is_empty()).map(|it| it.number).collect();
        assert_eq!(working, ["2.1", "3.1", "3.2", "3.4", "5.1.1", "5.1.2", "5.4.1", "9.3"]);
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
