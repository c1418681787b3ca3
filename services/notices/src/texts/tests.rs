//! Both languages say the same things about the same things.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::*;

/// The parameters that the texts whose keys begin with `prefix` are filled in with.
fn parameters_of(catalogue: &str, prefix: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in catalogue.lines() {
        if !line.starts_with(' ') && !line.starts_with('}') && !line.is_empty() {
            inside = line.starts_with(prefix);
        }
        if inside {
            let found = line.split('$').skip(1);
            names.extend(found.map(|rest| {
                rest.chars()
                    .take_while(|character| character.is_alphanumeric() || *character == '-')
                    .collect()
            }));
        }
    }
    names
}

fn keys(catalogue: &str) -> BTreeSet<String> {
    let names = catalogue.lines().filter_map(|line| line.split_once(" ="));
    names.filter(|(name, _)| !name.starts_with([' ', '#'])).map(|(name, _)| name.to_owned()).collect()
}

/// Parameters as the events give them.
pub(crate) fn example(kind: CauseKind) -> Parameters {
    let instant = || Parameter::Instant(Timestamp::parse("2026-11-23T03:01:00Z").unwrap());
    let personal = |text: &str| Parameter::Personal(Personal::new(Uuid::from_u128(1), text.to_owned()));
    let mut example = BTreeMap::new();
    for name in parameters_of(FR, &key(kind)) {
        let value = match name.as_str() {
            "line" => personal("+33600000001"),
            "reason" => Parameter::Code("THEFT".to_owned()),
            "remains" => Parameter::Code("NO".to_owned()),
            "act" => Parameter::Code("SUSPEND".to_owned()),
            "what" => Parameter::Code("PLACE".to_owned()),
            "cause" => Parameter::Code("ABSENCE".to_owned()),
            "channel" => Parameter::Code("PHONE".to_owned()),
            "manager" => personal("Paul Martin"),
            "manager-email" => personal("paul.martin@exemple.fr"),
            "manager-number" => personal("+33100000001"),
            "at" | "received-at" | "from" | "until" => instant(),
            _ => Parameter::Text(format!("<{name}>")),
        };
        example.insert(name, value);
    }
    example
}

#[test]
fn both_languages_have_the_same_keys_and_parameters() {
    assert_eq!(keys(FR), keys(EN));
    for key in keys(FR) {
        assert_eq!(parameters_of(FR, &format!("{key} =")), parameters_of(EN, &format!("{key} =")), "{key}");
    }
}

#[test]
fn every_cause_is_written_in_every_language_with_nothing_left_open() {
    let texts = Texts::load().unwrap();
    for kind in CauseKind::ALL {
        for language in Language::ALL {
            let written = texts.render(kind, language, &example(kind), Some("Marie Durand"), false).unwrap();
            let all = format!("{}\n{}", written.subject, written.body);
            assert!(!all.contains(['{', '}', '$']) && !all.contains("none"), "{language:?} {kind:?}: {all}");
            assert!(written.body.contains("Marie Durand") && !written.subject.contains('\n'));
            assert!(written.body.lines().count() >= 7, "what happened, what comes next: {all}");
        }
    }
}

#[test]
fn what_is_not_known_leaves_no_line() {
    let texts = Texts::load().unwrap();
    let mut parameters = example(CauseKind::ManagerAssigned);
    parameters.insert("manager-number".to_owned(), Parameter::Text(String::new()));
    let erased = Parameter::Personal(Personal::Erased { subject: Uuid::nil() });
    parameters.insert("manager-email".to_owned(), erased);
    let written = texts.render(CauseKind::ManagerAssigned, Language::Fr, &parameters, None, false).unwrap();
    assert!(!written.body.contains("Téléphone") && !written.body.contains("Adresse"), "{}", written.body);
    assert!(written.body.starts_with("Bonjour,\n"), "{}", written.body);
}

#[test]
fn a_missing_parameter_is_an_error_and_not_a_hole() {
    let texts = Texts::load().unwrap();
    let mut parameters = example(CauseKind::LineBarred);
    parameters.remove("at");
    let error = texts.render(CauseKind::LineBarred, Language::En, &parameters, None, false).unwrap_err();
    assert!(matches!(error, Error::Unwritable { .. }), "{error}");
}

#[test]
fn what_others_wrote_cannot_begin_a_header_or_a_paragraph() {
    let texts = Texts::load().unwrap();
    let mut parameters = example(CauseKind::ContactPointRetired);
    parameters
        .insert("before".to_owned(), Parameter::Text("3900\r\nBcc: x@exemple.fr\n\n{ $from }".to_owned()));
    let written =
        texts.render(CauseKind::ContactPointRetired, Language::Fr, &parameters, None, false).unwrap();
    assert!(written.subject.ends_with("3900 Bcc: x@exemple.fr { $from }"), "{}", written.subject);
    assert!(!written.subject.contains(['\r', '\n']));
}

#[test]
fn a_repeat_says_so_to_who_reads_it() {
    let texts = Texts::load().unwrap();
    let written = |repeat| {
        texts
            .render(CauseKind::LineBarred, Language::En, &example(CauseKind::LineBarred), None, repeat)
            .unwrap()
    };
    assert!(written(true).body.contains("received this message already"));
    assert!(!written(false).body.contains("received this message already"));
}
