//! Who of an account is told of what: the company's rules, and people's own.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::cause::CauseKind;
use super::language::Language;
use super::whom::PersonRole;

/// Bounds of an account's rules.
pub mod preference_limit {
    /// Rules of the company.
    pub const COMPANY_RULES_MAX: usize = 64;
    /// Rules of one person.
    pub const PERSONAL_RULES_MAX: usize = 16;
    /// People with rules of their own.
    pub const PEOPLE_MAX: usize = 256;
}

/// Whom a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Everybody with this role.
    Role(PersonRole),
    /// This person.
    Person(Uuid),
}

/// How a rule says that somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleChannel {
    /// By mail.
    Mail,
    /// Not at all.
    None,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Of what; empty for everything.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub causes: BTreeSet<CauseKind>,
    /// Who.
    pub whom: Whom,
    /// How.
    pub channel: RuleChannel,
}

impl Rule {
    /// Whether it is about such a cause.
    pub fn is_about(&self, kind: CauseKind) -> bool {
        self.causes.is_empty() || self.causes.contains(&kind)
    }
}

/// The rules of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// The company's; empty for the usual ones.
    pub company: Vec<Rule>,
    /// People's own, each about that person.
    pub personal: BTreeMap<Uuid, Vec<Rule>>,
    /// In which language people are told whose own is not known.
    pub language: Option<Language>,
}

/// What can be asked of an account's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreferenceCommand {
    /// The company's rules are these.
    SetCompany {
        /// The account.
        account_id: Uuid,
        /// The rules.
        rules: Vec<Rule>,
        /// In which language people are told whose own is not known.
        language: Option<Language>,
    },
    /// A person's own rules are these.
    SetPersonal {
        /// The account.
        account_id: Uuid,
        /// The person.
        person_id: Uuid,
        /// The rules, each about that person.
        rules: Vec<Rule>,
    },
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreferenceRejection {
    /// Too many.
    #[error("an account has at most 64 rules, a person 16, and at most 256 people have rules of their own")]
    TooMany,
    /// Somebody's own rules are about that person.
    #[error("a person's own rules are about that person")]
    OfAnother,
}

/// Something that happened to an account's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferenceEvent {
    /// The account.
    pub account_id: Uuid,
    /// What happened.
    pub fact: PreferenceFact,
    /// The rules after it.
    pub preference: PreferenceState,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PreferenceFact {
    /// The company's rules were replaced.
    CompanyRulesSet(CompanyRulesSet),
    /// A person's own rules were replaced.
    PersonalRulesSet(PersonalRulesSet),
}

/// See [`PreferenceFact::CompanyRulesSet`]; the rules are in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompanyRulesSet {}

/// See [`PreferenceFact::PersonalRulesSet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonalRulesSet {
    /// The person.
    pub person_id: Uuid,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// An account's rules after an event. People's own are in their events: together they may be more than one event holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreferenceState {
    /// The company's.
    pub company: Vec<Rule>,
    /// In which language people are told whose own is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// People with rules of their own.
    pub people: u32,
}

/// Stable public names with version.
pub mod preference_name {
    /// See [`super::PreferenceFact::CompanyRulesSet`].
    pub const COMPANY_RULES_SET: &str = "vigie.preference.company_rules_set.v1";
    /// See [`super::PreferenceFact::PersonalRulesSet`].
    pub const PERSONAL_RULES_SET: &str = "vigie.preference.personal_rules_set.v1";
}

impl PreferenceEvent {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            PreferenceFact::CompanyRulesSet(_) => preference_name::COMPANY_RULES_SET,
            PreferenceFact::PersonalRulesSet(_) => preference_name::PERSONAL_RULES_SET,
        }
    }
}

impl Preference {
    /// Decides a command; no event where the rules are so already.
    pub fn decide(
        &self,
        command: &PreferenceCommand,
    ) -> Result<Option<PreferenceEvent>, PreferenceRejection> {
        let mut after = self.clone();
        let (account_id, fact) = match command {
            PreferenceCommand::SetCompany { account_id, rules, language } => {
                if rules.len() > preference_limit::COMPANY_RULES_MAX {
                    return Err(PreferenceRejection::TooMany);
                }
                after.company.clone_from(rules);
                after.language = *language;
                (*account_id, PreferenceFact::CompanyRulesSet(CompanyRulesSet {}))
            }
            PreferenceCommand::SetPersonal { account_id, person_id, rules } => {
                if rules.len() > preference_limit::PERSONAL_RULES_MAX {
                    return Err(PreferenceRejection::TooMany);
                }
                if rules.iter().any(|rule| rule.whom != Whom::Person(*person_id)) {
                    return Err(PreferenceRejection::OfAnother);
                }
                let fact = PersonalRulesSet { person_id: *person_id, rules: rules.clone() };
                after.set_personal(&fact);
                if after.personal.len() > preference_limit::PEOPLE_MAX {
                    return Err(PreferenceRejection::TooMany);
                }
                (*account_id, PreferenceFact::PersonalRulesSet(fact))
            }
        };
        let is_so_already = after == *self;
        Ok((!is_so_already).then(|| PreferenceEvent { account_id, fact, preference: after.state() }))
    }

    /// The rules after an event.
    pub fn evolve(&mut self, event: &PreferenceEvent) {
        match &event.fact {
            PreferenceFact::CompanyRulesSet(_) => {
                self.company.clone_from(&event.preference.company);
                self.language = event.preference.language;
            }
            PreferenceFact::PersonalRulesSet(fact) => self.set_personal(fact),
        }
    }

    fn set_personal(&mut self, fact: &PersonalRulesSet) {
        if fact.rules.is_empty() {
            self.personal.remove(&fact.person_id);
        } else {
            self.personal.insert(fact.person_id, fact.rules.clone());
        }
    }

    fn state(&self) -> PreferenceState {
        PreferenceState {
            company: self.company.clone(),
            language: self.language,
            people: u32::try_from(self.personal.len()).unwrap_or(u32::MAX),
        }
    }
}
