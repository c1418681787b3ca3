//! The plan.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::facts::{Account, Facts, Person};
use super::ladder::ladder;
use crate::domain::{
    Address, Audience, CauseKind, Language, NobodyWhy, RECIPIENTS_MAX, Recipient, RuleChannel, Webhook, Whom,
};

/// People who are told at once of one cause, beside the line's user.
const PEOPLE_MAX: usize = 8;

/// A notice to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The first who is told: person or endpoint. One cause has one notice for each.
    pub key: Uuid,
    /// For whom.
    pub audience: Audience,
    /// The first, and those who are told if the one before cannot be reached.
    pub recipients: Vec<Recipient>,
}

/// Who is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order; no two begin with the same person or mailbox.
    pub routes: Vec<Route>,
    /// Why nobody is told who should be.
    pub nobody: Option<NobodyWhy>,
}

/// Who is told, and in which order if not everybody can be reached.
pub fn plan(facts: &Facts) -> Plan {
    let kind = facts.cause.kind;
    let excluded = excluded(facts);
    let candidates = candidates(facts, &excluded);
    let mut told = Told::default();

    let mut firsts = by_company_rules(facts, &candidates);
    if firsts.is_empty() {
        firsts = by_usual_roles(kind, &candidates);
    }
    if kind == CauseKind::ReinstatementAsked {
        // A second contact is one: the others are the fallback.
        firsts.truncate(1);
    } else {
        firsts.extend(wishing(facts, &candidates));
    }
    let unwilling = unwilling(facts);
    let mut willing: Vec<&Candidate<'_>> =
        firsts.iter().filter(|one| !unwilling.contains(&one.person.person_id)).copied().collect();
    if willing.is_empty() && facts.cause.security {
        willing = firsts;
    }
    let mut people: Vec<&Candidate<'_>> = Vec::new();
    for candidate in willing {
        if people.len() < PEOPLE_MAX && told.add(candidate.person) {
            people.push(candidate);
        }
    }
    let user = facts.user.as_ref().filter(|user| {
        let is_wanted = kind.is_about_a_line() && kind != CauseKind::ReinstatementAsked;
        is_wanted && !unwilling.contains(&user.person_id) && told.add(user)
    });

    let nobody = match (people.is_empty(), user.is_some()) {
        (false, _) => None,
        (true, true) if facts.cause.security => Some(NobodyWhy::OnlyTheUser),
        (true, true) => None,
        (true, false) => Some(NobodyWhy::NoContact),
    };
    let mut routes = with_fallbacks(facts, &people, &candidates, &mut told);
    routes.extend(user.map(|user| Route {
        key: user.person_id,
        audience: Audience::Person,
        recipients: vec![recipient(facts, user)],
    }));
    routes.extend(endpoints(facts));
    Plan { routes, nobody }
}

/// Somebody who may be told.
struct Candidate<'a> {
    person: &'a Person,
    /// How many levels above the account.
    level: usize,
}

/// People and mailboxes that are spoken for.
#[derive(Default)]
struct Told {
    people: BTreeSet<Uuid>,
    mailboxes: BTreeSet<String>,
}

impl Told {
    /// False if the person is told already, under whatever id.
    fn add(&mut self, person: &Person) -> bool {
        let Some(mailbox) = person.mailbox() else { return false };
        self.people.insert(person.person_id) & self.mailboxes.insert(mailbox)
    }
}

/// User ids and mailboxes of those who must not be whom a loss or theft is told to alone.
fn excluded(facts: &Facts) -> BTreeSet<String> {
    let mut excluded = BTreeSet::new();
    if facts.cause.kind == CauseKind::ReinstatementAsked {
        excluded.extend(facts.parties.doers.iter().cloned());
    }
    if facts.cause.security {
        excluded.extend(facts.parties.user_id.iter().cloned());
        excluded.extend(facts.user.as_ref().and_then(Person::mailbox));
    }
    excluded
}

/// The managers of the account and of those above it who may be told, nearest first.
fn candidates<'a>(facts: &'a Facts, excluded: &BTreeSet<String>) -> Vec<Candidate<'a>> {
    let is_excluded = |person: &Person| {
        person.user_id.as_ref().is_some_and(|user_id| excluded.contains(user_id))
            || person.mailbox().is_none_or(|mailbox| excluded.contains(&mailbox))
    };
    let of = |(level, account): (usize, &'a Account)| {
        account.managers.iter().map(move |person| Candidate { person, level })
    };
    let all = facts.accounts.iter().enumerate().flat_map(of);
    all.filter(|candidate| candidate.person.is_manager() && !is_excluded(candidate.person)).collect()
}

/// Those whom the rules of the nearest account name that has rules for the cause.
fn by_company_rules<'a, 'b>(facts: &Facts, candidates: &'b [Candidate<'a>]) -> Vec<&'b Candidate<'a>> {
    let kind = facts.cause.kind;
    let of_cause = |account: &Account| {
        let rules = account.preference.company.iter();
        let rules = rules.filter(|rule| rule.is_about(kind) && rule.channel == RuleChannel::Mail);
        rules.map(|rule| rule.whom).collect::<Vec<_>>()
    };
    let Some(named) = facts.accounts.iter().map(of_cause).find(|named| !named.is_empty()) else {
        return Vec::new();
    };
    let is_named = |candidate: &&Candidate<'_>| {
        named.iter().any(|whom| match whom {
            Whom::Role(role) => candidate.person.roles.contains(role),
            Whom::Person(person_id) => candidate.person.person_id == *person_id,
        })
    };
    candidates.iter().filter(is_named).collect()
}

/// Everybody with the first role of the ladder that somebody has, in the nearest account that has anybody.
fn by_usual_roles<'a, 'b>(kind: CauseKind, candidates: &'b [Candidate<'a>]) -> Vec<&'b Candidate<'a>> {
    let Some(nearest) = candidates.first().map(|candidate| candidate.level) else { return Vec::new() };
    let near = || candidates.iter().filter(|candidate| candidate.level == nearest);
    let having = |role| near().filter(|candidate| candidate.person.roles.contains(&role)).collect::<Vec<_>>();
    ladder(kind).into_iter().map(having).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Those who asked to be told.
fn wishing<'a, 'b>(facts: &Facts, candidates: &'b [Candidate<'a>]) -> Vec<&'b Candidate<'a>> {
    let wishes = own_rules(facts, RuleChannel::Mail);
    candidates.iter().filter(|candidate| wishes.contains(&candidate.person.person_id)).collect()
}

/// Those who asked not to be told, and those whom the company does not want told.
fn unwilling(facts: &Facts) -> BTreeSet<Uuid> {
    let mut unwilling = own_rules(facts, RuleChannel::None);
    for account in &facts.accounts {
        let rules = account.preference.company.iter();
        for rule in rules.filter(|rule| rule.is_about(facts.cause.kind) && rule.channel == RuleChannel::None)
        {
            match rule.whom {
                Whom::Person(person_id) => drop(unwilling.insert(person_id)),
                Whom::Role(role) => {
                    let people =
                        facts.accounts.iter().flat_map(|account| &account.managers).chain(&facts.user);
                    let only = |person: &&Person| person.roles.iter().all(|held| *held == role);
                    unwilling.extend(people.filter(only).map(|person| person.person_id));
                }
            }
        }
    }
    unwilling
}

fn own_rules(facts: &Facts, channel: RuleChannel) -> BTreeSet<Uuid> {
    let own = facts.accounts.iter().flat_map(|account| &account.preference.personal);
    let says = own.filter(|(_, rules)| {
        rules.iter().any(|rule| rule.is_about(facts.cause.kind) && rule.channel == channel)
    });
    says.map(|(person_id, _)| *person_id).collect()
}

/// A route for each of `people`; everybody else who could be told is the fallback of one of them.
fn with_fallbacks(
    facts: &Facts,
    people: &[&Candidate<'_>],
    candidates: &[Candidate<'_>],
    told: &mut Told,
) -> Vec<Route> {
    let mut routes: Vec<Route> = people
        .iter()
        .map(|candidate| Route {
            key: candidate.person.person_id,
            audience: Audience::Person,
            recipients: vec![recipient(facts, candidate.person)],
        })
        .collect();
    let mut others: BTreeMap<(usize, usize, Uuid), &Person> = BTreeMap::new();
    for Candidate { person, level } in candidates {
        let step = ladder(facts.cause.kind).iter().position(|role| person.roles.contains(role));
        others.insert((*level, step.unwrap_or(usize::MAX), person.person_id), person);
    }
    let others: Vec<&Person> = others.into_values().filter(|person| told.add(person)).collect();
    let count = routes.len().max(1);
    for (turn, person) in others.into_iter().enumerate() {
        if let Some(route) = routes.get_mut(turn % count)
            && route.recipients.len() < RECIPIENTS_MAX
        {
            route.recipients.push(recipient(facts, person));
        }
    }
    routes
}

fn recipient(facts: &Facts, person: &Person) -> Recipient {
    let of_accounts =
        facts.accounts.iter().find_map(|account| account.preference.language.or(account.language));
    Recipient {
        person_id: Some(person.person_id),
        name: person.name.clone(),
        address: Address::Mail { address: person.email.clone() },
        language: person.language.or(of_accounts).unwrap_or_default(),
    }
}

/// One for each endpoint of the account, of those above it, and of the operator.
fn endpoints(facts: &Facts) -> Vec<Route> {
    let language = facts.accounts.iter().find_map(|account| account.preference.language.or(account.language));
    let route = |audience: Audience, webhook: &Webhook, language: Language| Route {
        key: webhook.webhook_id,
        audience,
        recipients: vec![Recipient {
            person_id: None,
            name: None,
            address: Address::Webhook { webhook_id: webhook.webhook_id },
            language,
        }],
    };
    let of_accounts = facts.accounts.iter().flat_map(|account| &account.webhooks);
    let wanted = |webhook: &&Webhook| webhook.wants(facts.cause.kind);
    let of_accounts = of_accounts
        .filter(wanted)
        .map(|webhook| route(Audience::AccountSystem, webhook, language.unwrap_or_default()));
    let of_operator = facts
        .operator
        .iter()
        .filter(wanted)
        .map(|webhook| route(Audience::Operator, webhook, Language::default()));
    of_accounts.chain(of_operator).take(RECIPIENTS_MAX).collect()
}
