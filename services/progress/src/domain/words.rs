//! An entry in one line for people. Made when it is read: better words need no rebuild.

use super::entry::Entry;
use super::kind::EntryKind;

/// One line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// What an entry says to people.
pub fn summary(entry: &Entry) -> Summary {
    let (fr, en) = sentence(entry.kind());
    let remarks = remark(entry);
    let with = |text: &str, remark: Option<&str>| match remark {
        Some(remark) => format!("{text} ({remark})"),
        None => text.to_owned(),
    };
    Summary {
        fr: with(fr, remarks.as_ref().map(|(fr, _)| fr.as_str())),
        en: with(en, remarks.as_ref().map(|(_, en)| en.as_str())),
    }
}

/// None says that a line *is* suspended before the register was read back (rule 29).
const fn sentence(kind: EntryKind) -> (&'static str, &'static str) {
    match kind {
        EntryKind::LineRegistered => ("Ligne enregistrée", "Line registered"),
        EntryKind::SuspensionRequested => ("Suspension demandée", "Suspension asked for"),
        EntryKind::SuspensionConfirmed => {
            ("Suspension confirmée par le registre", "Suspension confirmed by the register")
        }
        EntryKind::SuspensionReasonLifted => {
            ("Motif levé, la ligne reste suspendue", "Reason lifted, the line stays suspended")
        }
        EntryKind::ReinstatementRequested => ("Remise en service demandée", "Reinstatement asked for"),
        EntryKind::ReinstatementConfirmed => {
            ("Remise en service confirmée par le registre", "Reinstatement confirmed by the register")
        }
        EntryKind::ConfirmationOverdue => {
            ("Confirmation du registre en retard", "The register's confirmation is overdue")
        }
        EntryKind::SecondContactNoticeDue => ("Second contact à prévenir", "Second contact to be told"),
        EntryKind::SimReplacementRequested => {
            ("Remplacement de la carte SIM demandé", "SIM replacement asked for")
        }
        EntryKind::SimReplacementConfirmed => (
            "Remplacement de la carte SIM confirmé par le registre",
            "SIM replacement confirmed by the register",
        ),
        EntryKind::TerminationRequested => ("Résiliation demandée", "Termination asked for"),
        EntryKind::TerminationConfirmed => {
            ("Résiliation confirmée par le registre", "Termination confirmed by the register")
        }
        EntryKind::RegisterDriftFound => {
            ("Écart constaté dans le registre", "The register was found to differ")
        }
        EntryKind::RegisterDriftRepaired => ("Écart du registre corrigé", "The register was put right"),
        EntryKind::HandsetRecorded => ("Terminal enregistré", "Handset recorded"),
        EntryKind::TheftDeclared => ("Vol du terminal déclaré", "Handset declared stolen"),
        EntryKind::HandsetBlocked => {
            ("Terminal bloqué, relu dans la liste", "Handset blocked, read back from the list")
        }
        EntryKind::HandsetBlockOverdue => {
            ("Terminal non bloqué dans le délai", "Handset not blocked in time")
        }
        EntryKind::HandsetRecovered => ("Terminal retrouvé", "Handset recovered"),
        EntryKind::HandsetUnblocked => {
            ("Terminal débloqué, relu dans la liste", "Handset unblocked, read back from the list")
        }
        EntryKind::HandsetBlockKept => (
            "Terminal toujours bloqué : une autre déclaration de vol le vise",
            "Handset still blocked: another declaration of theft is about it",
        ),
        EntryKind::PortOutNoted => ("Portabilité sortante prévue", "Port to another operator noted"),
        EntryKind::PortOutCancelled => ("Portabilité sortante annulée", "Port to another operator cancelled"),
        EntryKind::PortOutCompleted => {
            ("Numéro porté chez un autre opérateur", "Number ported to another operator")
        }
        EntryKind::Unknown => (
            "Événement d'un type que cette version ne connaît pas",
            "Event of a type that this version does not know",
        ),
        EntryKind::Skipped => ("Événement illisible, passé outre", "Unreadable event, passed by"),
    }
}

/// What stands in brackets: the reason, or that a simulated register proves nothing about a network.
fn remark(entry: &Entry) -> Option<(String, String)> {
    match entry.kind() {
        EntryKind::SuspensionRequested
        | EntryKind::SuspensionReasonLifted
        | EntryKind::ReinstatementRequested
        | EntryKind::ConfirmationOverdue
        | EntryKind::SecondContactNoticeDue => {
            let (fr, en) = reason(entry.reason.as_deref()?);
            Some((fr.to_owned(), en.to_owned()))
        }
        EntryKind::SuspensionConfirmed
        | EntryKind::ReinstatementConfirmed
        | EntryKind::SimReplacementConfirmed
        | EntryKind::TerminationConfirmed
        | EntryKind::RegisterDriftRepaired => {
            let is_simulated = entry.evidence.as_deref() == Some("SIMULATED");
            is_simulated.then(|| ("registre simulé".to_owned(), "simulated register".to_owned()))
        }
        EntryKind::HandsetBlocked | EntryKind::HandsetUnblocked | EntryKind::HandsetBlockKept => {
            let is_simulated = entry.evidence.as_deref() == Some("SIMULATED");
            is_simulated.then(|| ("liste simulée".to_owned(), "simulated list".to_owned()))
        }
        EntryKind::Unknown | EntryKind::Skipped => Some((entry.event_type.clone(), entry.event_type.clone())),
        EntryKind::LineRegistered
        | EntryKind::SimReplacementRequested
        | EntryKind::TerminationRequested
        | EntryKind::RegisterDriftFound
        | EntryKind::HandsetRecorded
        | EntryKind::TheftDeclared
        | EntryKind::HandsetBlockOverdue
        | EntryKind::HandsetRecovered
        | EntryKind::PortOutNoted
        | EntryKind::PortOutCancelled
        | EntryKind::PortOutCompleted => None,
    }
}

/// A reason that a newer build sets is shown as it is named.
fn reason(name: &str) -> (&str, &str) {
    match name {
        "LOSS" => ("perte", "loss"),
        "THEFT" => ("vol", "theft"),
        "OTHER" => ("autre motif", "another cause"),
        "UNPAID" => ("impayé", "unpaid invoices"),
        "COMMERCIAL_FREEZE" => ("gel commercial", "commercial freeze"),
        other => (other, other),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;
    use vigie_clock::Timestamp;

    use super::*;

    fn entry(event_type: &str) -> Entry {
        Entry {
            event_id: Uuid::nil(),
            line_id: Uuid::nil(),
            version: 1,
            incarnation: 1,
            event_type: event_type.to_owned(),
            recorded_at: Timestamp::from_micros(0),
            occurred_at: Timestamp::from_micros(0),
            actor: String::new(),
            on_behalf_of: None,
            channel: String::new(),
            act_id: None,
            act_ids: Vec::new(),
            reference: None,
            reason: None,
            evidence: None,
            line_state: None,
            line_reasons: Vec::new(),
            skipped: false,
        }
    }

    #[test]
    fn every_kind_has_its_own_words() {
        let all =
            || EntryKind::KNOWN.iter().copied().chain([EntryKind::Unknown, EntryKind::Skipped]).map(sentence);
        assert_eq!(all().map(|(fr, _)| fr).collect::<BTreeSet<_>>().len(), 26);
        assert_eq!(all().map(|(_, en)| en).collect::<BTreeSet<_>>().len(), 26);
    }

    #[test]
    fn a_reason_stands_in_brackets_also_one_of_tomorrow() {
        let theft = Entry { reason: Some("THEFT".into()), ..entry("vigie.line.suspension_requested.v1") };
        assert_eq!(summary(&theft).fr, "Suspension demandée (vol)");
        assert_eq!(summary(&theft).en, "Suspension asked for (theft)");
        let flood = Entry { reason: Some("FLOOD".into()), ..theft };
        assert_eq!(summary(&flood).fr, "Suspension demandée (FLOOD)");
    }

    #[test]
    fn a_simulated_register_is_said_and_an_unknown_type_named() {
        let simulated =
            Entry { evidence: Some("SIMULATED".into()), ..entry("vigie.line.suspension_confirmed.v1") };
        assert!(summary(&simulated).en.ends_with("(simulated register)"));
        assert!(summary(&entry("vigie.line.painted.v1")).en.ends_with("(vigie.line.painted.v1)"));
    }
}
