//! The rules as stories: given what was recorded before, when a command comes, then these events.

use uuid::Uuid;
use vigie_clock::{Channel, Context, Timestamp};

use crate::domain::person::*;
use crate::domain::{E164, ExternalIdentifier, Language, MailAddress};

const ACCOUNT: Uuid = Uuid::from_u128(0xacc0);
const PERSON: Uuid = Uuid::from_u128(0x9e50);

/// A person's time with an account.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) person: Option<Person>,
    pub(crate) events: Vec<Event>,
    last: Option<Result<Decided, Rejection>>,
}

impl Story {
    #[track_caller]
    pub(crate) fn when(mut self, command: Command) -> Self {
        let now = Timestamp::parse("2026-11-23T08:00:00Z").unwrap();
        let act_id = Uuid::from_u128(0xac7 + self.events.len() as u128);
        let context =
            Context { actor: "crm".to_owned(), channel: Channel::Api, ..Context::system("", now, act_id) };
        let decided = decide(&self.person, &command, &context);
        for event in decided.iter().flat_map(|decided| decided.events.clone()) {
            evolve(&mut self.person, &event);
            assert_eq!(self.person.as_ref().unwrap().known(), &event.person);
            self.events.push(event);
        }
        self.last = Some(decided);
        self
    }

    #[track_caller]
    fn then(self, names: &[&str]) -> Self {
        let decided = self.last.as_ref().unwrap().as_ref().expect("accepted");
        let names: Vec<_> = names.iter().map(|name| format!("vigie.person.{name}.v1")).collect();
        assert_eq!(decided.events.iter().map(Event::name).collect::<Vec<_>>(), names);
        self
    }

    #[track_caller]
    fn then_refused(self, reason: &str) -> Self {
        assert_eq!(self.last.as_ref().unwrap().as_ref().map_err(Rejection::reason).err(), Some(reason));
        self
    }
}

pub(crate) fn details() -> Details {
    Details {
        user_id: Some("marie.durand".to_owned()),
        given_name: Some("Marie".to_owned()),
        family_name: "Durand".to_owned(),
        roles: PersonRoles::of(&[PersonRole::FleetManager]),
        language: Some(Language::French),
        email: Some(MailAddress::parse("marie.durand@exemple.fr").unwrap()),
        numbers: vec![E164::parse("+33100000001").unwrap(), E164::parse("+33600000001").unwrap()],
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".to_owned(),
            kind: "contact".to_owned(),
            id: "P-1".to_owned(),
        }],
    }
}

pub(crate) fn register(details: Details) -> Command {
    Command::Register(Box::new(NewPerson { person_id: PERSON, account_id: ACCOUNT, details }))
}

#[test]
fn a_person_comes_in_once() {
    let story = Story::default().when(register(details())).then(&["person_registered"]);
    story.when(register(details())).then_refused("IDENTIFIER_TAKEN");
    Story::default().when(Command::Remove).then_refused("PERSON_NOT_FOUND");
    Story::default().when(Command::Change(Box::new(details()))).then_refused("PERSON_NOT_FOUND");
}

#[test]
fn a_change_shows_the_person_before_and_after() {
    let changed = Details { email: None, roles: PersonRoles::of(&[PersonRole::EndUser]), ..details() };
    let story = Story::default().when(register(details())).when(Command::Change(Box::new(changed.clone())));
    let story = story.then(&["person_changed"]);
    let Fact::PersonChanged(fact) = &story.events[1].fact else { panic!("{:?}", story.events) };
    assert_eq!(fact.before, story.events[0].person);
    assert_eq!(story.events[1].person.email, None);
    story.when(Command::Change(Box::new(changed))).then(&[]);
}

#[test]
fn all_that_names_a_person_has_one_subject_whatever_changes() {
    let story = Story::default().when(register(details()));
    let renamed =
        Details { user_id: Some("marie.petit".to_owned()), family_name: "Petit".to_owned(), ..details() };
    let story = story.when(Command::Change(Box::new(renamed)));
    let subject = story.events[0].person.family_name.subject();
    assert_eq!(subject, crate::domain::subject_of(ACCOUNT, "marie.durand"), "that of the person's lines");
    for event in &story.events {
        let person = &event.person;
        let subjects = person
            .numbers
            .iter()
            .map(vigie_clock::Personal::subject)
            .chain([person.given_name.as_ref().unwrap().subject(), person.email.as_ref().unwrap().subject()]);
        assert!(subjects.chain([person.family_name.subject()]).all(|found| found == subject));
    }
    let unknown = Story::default().when(register(Details { user_id: None, ..details() }));
    assert_eq!(unknown.events[0].person.family_name.subject(), PERSON);
}

#[test]
fn whoever_has_left_is_not_changed_any_more() {
    let story = Story::default().when(register(details())).when(Command::Remove).then(&["person_removed"]);
    assert!(story.person.as_ref().unwrap().has_left());
    let story = story.when(Command::Remove).then(&[]);
    story.when(Command::Change(Box::new(details()))).then_refused("ENDED");
}

#[test]
fn a_wake_that_nobody_asked_for_changes_nothing() {
    Story::default().when(register(details())).when(Command::Wake).then(&[]);
}
