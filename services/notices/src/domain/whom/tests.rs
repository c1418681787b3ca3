//! Given what is known of a customer, these people are told.

use std::collections::BTreeSet;

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};

use super::*;
use crate::domain::*;

const USER: u128 = 100;

fn person(id: u128, roles: &[PersonRole]) -> Person {
    let person_id = Uuid::from_u128(id);
    let email = MailAddress::parse(&format!("p{id}@exemple.fr")).unwrap();
    Person {
        person_id,
        user_id: Some(format!("user-{id}")),
        roles: roles.iter().copied().collect(),
        name: None,
        email: Personal::new(person_id, email),
        language: None,
    }
}

fn account(id: u128, managers: Vec<Person>) -> Account {
    Account { account_id: Uuid::from_u128(id), managers, ..Account::default() }
}

fn facts(kind: CauseKind, security: bool, accounts: Vec<Account>) -> Facts {
    let cause = Cause {
        kind,
        log: "lines".to_owned(),
        event_id: Uuid::from_u128(1),
        at: Timestamp::from_micros(0),
        account_id: Uuid::from_u128(0xacc),
        line: None,
        security,
        change: None,
    };
    Facts { cause, accounts, user: None, parties: Parties::default(), operator: Vec::new() }
}

/// A line whose user can be reached.
fn of_user(facts: Facts) -> Facts {
    let user = person(USER, &[PersonRole::EndUser]);
    let parties = Parties { user_id: user.user_id.clone(), ..facts.parties };
    Facts { user: Some(user), parties, ..facts }
}

/// Who is told, each with the fallbacks.
fn told(facts: &Facts) -> Vec<Vec<u128>> {
    let plan = plan(facts);
    let people = plan.routes.iter().filter(|route| route.audience == Audience::Person);
    people
        .map(|route| {
            assert_eq!(route.recipients.first().and_then(|recipient| recipient.person_id), Some(route.key));
            route.recipients.iter().map(|recipient| recipient.person_id.unwrap().as_u128()).collect()
        })
        .collect()
}

fn rule(kinds: &[CauseKind], whom: Whom, channel: RuleChannel) -> Rule {
    Rule { causes: kinds.iter().copied().collect(), whom, channel }
}

use PersonRole::{AccountAdministrator, ContractManager, FleetManager, ItManager};

#[test]
fn of_a_barred_line_its_user_and_the_fleet_managers_are_told_and_others_are_their_fallback() {
    let managers = vec![
        person(1, &[FleetManager]),
        person(2, &[ContractManager]),
        person(3, &[FleetManager]),
        person(4, &[AccountAdministrator]),
    ];
    let facts = of_user(facts(CauseKind::LineBarred, false, vec![account(0xacc, managers)]));
    assert_eq!(told(&facts), [vec![1, 4], vec![3, 2], vec![USER]]);
    assert_eq!(plan(&facts).nobody, None);
}

#[test]
fn of_the_account_manager_the_administrators_are_told() {
    let managers = vec![person(1, &[FleetManager]), person(4, &[AccountAdministrator])];
    let facts = of_user(facts(CauseKind::ManagerAssigned, false, vec![account(0xacc, managers)]));
    assert_eq!(told(&facts), [vec![4, 1]], "the user of a line has nothing to do with it");
}

#[test]
fn where_an_account_has_nobody_the_one_above_it_is_told_and_is_the_fallback_otherwise() {
    let above = || account(0xab0, vec![person(9, &[AccountAdministrator])]);
    let site = facts(CauseKind::ManagerAssigned, false, vec![account(0xacc, vec![]), above()]);
    assert_eq!(told(&site), [vec![9]]);
    let own = account(0xacc, vec![person(1, &[ItManager])]);
    let site = facts(CauseKind::ManagerAssigned, false, vec![own, above()]);
    assert_eq!(told(&site), [vec![1, 9]]);
}

#[test]
fn after_a_theft_somebody_other_than_the_user_is_told_or_it_is_on_record_that_nobody_is() {
    let managers = vec![person(1, &[FleetManager])];
    let theft = of_user(facts(CauseKind::LineBarred, true, vec![account(0xacc, managers)]));
    assert_eq!(told(&theft), [vec![1], vec![USER]]);
    assert_eq!(plan(&theft).nobody, None);

    let alone = of_user(facts(CauseKind::LineBarred, true, vec![account(0xacc, vec![])]));
    assert_eq!(told(&alone), [vec![USER]]);
    assert_eq!(plan(&alone).nobody, Some(NobodyWhy::OnlyTheUser));

    let unreachable = facts(CauseKind::LineBarred, true, vec![account(0xacc, vec![])]);
    assert_eq!(plan(&unreachable).nobody, Some(NobodyWhy::NoContact));
}

#[test]
fn a_manager_who_holds_the_phone_is_told_but_does_not_count_as_somebody_else() {
    let mut holder = person(USER, &[FleetManager]);
    holder.user_id = Some("user-100".to_owned());
    let own = account(0xacc, vec![holder.clone()]);
    let mut theft = of_user(facts(CauseKind::LineBarred, true, vec![own]));
    theft.user = Some(holder);
    assert_eq!(told(&theft), [vec![USER]]);
    assert_eq!(plan(&theft).nobody, Some(NobodyWhy::OnlyTheUser));
}

#[test]
fn the_users_mailbox_under_another_name_is_still_the_users() {
    let mut alias = person(7, &[FleetManager]);
    alias.email = Personal::new(alias.person_id, MailAddress::parse("P100@EXEMPLE.fr").unwrap());
    let theft = of_user(facts(CauseKind::LineBarred, true, vec![account(0xacc, vec![alias])]));
    assert_eq!(plan(&theft).nobody, Some(NobodyWhy::OnlyTheUser));
}

#[test]
fn a_second_contact_is_neither_who_lifted_it_nor_who_holds_the_phone() {
    let managers = vec![
        person(1, &[FleetManager]),
        person(2, &[FleetManager]),
        person(3, &[AccountAdministrator]),
        person(USER, &[FleetManager]),
    ];
    let mut asked = of_user(facts(CauseKind::ReinstatementAsked, true, vec![account(0xacc, managers)]));
    asked.parties.doers = BTreeSet::from(["user-1".to_owned()]);
    assert_eq!(told(&asked), [vec![2, 3]], "one is told, the others are the fallback");
    asked.parties.doers.extend(["user-2".to_owned(), "user-3".to_owned()]);
    assert_eq!(told(&asked), [[0_u128; 0]; 0]);
    assert_eq!(plan(&asked).nobody, Some(NobodyWhy::NoContact));
}

#[test]
fn the_companys_rules_replace_the_usual_roles_for_their_causes_only() {
    let managers = vec![person(1, &[FleetManager]), person(2, &[ItManager]), person(3, &[ContractManager])];
    let mut own = account(0xacc, managers);
    own.preference.company = vec![
        rule(&[CauseKind::LineBarred], Whom::Role(ItManager), RuleChannel::Mail),
        rule(&[CauseKind::LineBarred], Whom::Person(Uuid::from_u128(3)), RuleChannel::Mail),
    ];
    let barred = facts(CauseKind::LineBarred, false, vec![own.clone()]);
    assert_eq!(told(&barred), [vec![2, 1], vec![3]]);
    let reinstated = facts(CauseKind::LineReinstated, false, vec![own.clone()]);
    assert_eq!(told(&reinstated), [vec![1, 2, 3]]);

    own.preference.company = vec![rule(&[], Whom::Person(Uuid::from_u128(99)), RuleChannel::Mail)];
    let nobody_named = facts(CauseKind::LineBarred, false, vec![own]);
    assert_eq!(told(&nobody_named).len(), 1, "who the rules name is gone: the usual ones are told");
}

#[test]
fn one_person_is_told_once_however_many_rules_name_them() {
    let mut own = account(0xacc, vec![person(1, &[FleetManager, ItManager, AccountAdministrator])]);
    own.preference.company = vec![
        rule(&[], Whom::Role(FleetManager), RuleChannel::Mail),
        rule(&[], Whom::Role(ItManager), RuleChannel::Mail),
        rule(&[], Whom::Person(Uuid::from_u128(1)), RuleChannel::Mail),
    ];
    let wish = rule(&[], Whom::Person(Uuid::from_u128(1)), RuleChannel::Mail);
    own.preference.personal = [(Uuid::from_u128(1), vec![wish])].into();
    let mut twin = person(2, &[FleetManager]);
    twin.email = person(1, &[]).email;
    own.managers.push(twin);
    assert_eq!(told(&facts(CauseKind::LineBarred, false, vec![own])), [vec![1]]);
}

#[test]
fn people_are_told_what_they_wish_and_spared_what_they_do_not() {
    let mut own = account(0xacc, vec![person(1, &[FleetManager]), person(2, &[ContractManager])]);
    let own_rule = |id, kinds: &[CauseKind], channel| rule(kinds, Whom::Person(Uuid::from_u128(id)), channel);
    own.preference.personal = [
        (Uuid::from_u128(1), vec![own_rule(1, &[CauseKind::LinePending], RuleChannel::None)]),
        (Uuid::from_u128(2), vec![own_rule(2, &[CauseKind::LinePending], RuleChannel::Mail)]),
        (Uuid::from_u128(USER), vec![own_rule(USER, &[], RuleChannel::None)]),
    ]
    .into();
    let pending = of_user(facts(CauseKind::LinePending, false, vec![own.clone()]));
    assert_eq!(told(&pending), [vec![2, 1]]);
    let barred = of_user(facts(CauseKind::LineBarred, false, vec![own]));
    assert_eq!(told(&barred), [vec![1, 2]]);
}

#[test]
fn nobody_is_spared_a_theft_if_that_left_nobody() {
    let mut own = account(0xacc, vec![person(1, &[FleetManager])]);
    own.preference.company = vec![rule(&[], Whom::Role(FleetManager), RuleChannel::None)];
    let barred = facts(CauseKind::LineBarred, false, vec![own.clone()]);
    assert_eq!(told(&barred), [[0_u128; 0]; 0]);
    assert_eq!(told(&facts(CauseKind::LineBarred, true, vec![own])), [vec![1]]);
}

#[test]
fn endpoints_are_told_of_what_they_asked_for_and_are_nobody() {
    let webhook = |id, causes: &[CauseKind]| Webhook {
        webhook_id: Uuid::from_u128(id),
        account_id: None,
        url: EndpointUrl::parse("https://crm.exemple.fr/", false).unwrap(),
        causes: causes.iter().copied().collect(),
        registered_at: Timestamp::from_micros(0),
        is_removed: false,
    };
    let mut own = account(0xacc, vec![]);
    own.webhooks = vec![webhook(50, &[]), webhook(51, &[CauseKind::ManagerAssigned])];
    let mut theft = facts(CauseKind::LineBarred, true, vec![own]);
    theft.operator = vec![webhook(60, &[]), Webhook { is_removed: true, ..webhook(61, &[]) }];
    let plan = plan(&theft);
    let routes: Vec<_> = plan.routes.iter().map(|route| (route.key.as_u128(), route.audience)).collect();
    assert_eq!(routes, [(50, Audience::AccountSystem), (60, Audience::Operator)]);
    assert_eq!(plan.nobody, Some(NobodyWhy::NoContact));
}

#[test]
fn each_is_written_to_in_their_own_language_else_the_companys_else_the_accounts_else_french() {
    let mut own = account(0xacc, vec![person(1, &[FleetManager]), person(2, &[FleetManager])]);
    own.managers[0].language = Some(Language::Fr);
    let language = |own: &Account| {
        let plan = plan(&facts(CauseKind::LineBarred, false, vec![own.clone()]));
        plan.routes.iter().map(|route| route.recipients[0].language).collect::<Vec<_>>()
    };
    assert_eq!(language(&own), [Language::Fr, Language::Fr]);
    own.language = Some(Language::En);
    assert_eq!(language(&own), [Language::Fr, Language::En]);
    own.preference.language = Some(Language::Fr);
    assert_eq!(language(&own), [Language::Fr, Language::Fr]);
}

#[test]
fn a_crowd_is_bounded() {
    let managers: Vec<_> = (1..=64).map(|id| person(id, &[FleetManager])).collect();
    let crowd = of_user(facts(CauseKind::LineBarred, true, vec![account(0xacc, managers)]));
    let told = told(&crowd);
    assert_eq!(told.len(), 9, "eight, and the user");
    assert!(told.iter().all(|people| people.len() <= RECIPIENTS_MAX));
    let all: BTreeSet<_> = told.iter().flatten().collect();
    assert_eq!(all.len(), told.iter().map(Vec::len).sum::<usize>(), "nobody twice");
}
