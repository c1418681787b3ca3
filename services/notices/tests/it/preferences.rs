//! Who is told of what is the customer's own business, within bounds.

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_notices::domain::NoticeState;
use vigie_proto::notices::rule::Whom;
use vigie_proto::notices::*;

use crate::house::*;
use crate::letters::{in_folder, written_to};

on_both_engines!(
    the_companys_rules_and_peoples_own_decide_who_hears_and_in_which_language,
    people_speak_for_themselves_and_managers_for_the_company,
    rules_that_say_nothing_sensible_are_refused_and_change_nothing,
);

fn rule(causes: &[NoticeCause], whom: Option<Whom>, channel: NoticeChannel) -> Rule {
    let causes = causes.iter().map(|cause| i32::from(*cause)).collect();
    Rule { causes, whom, channel: channel.into() }
}

fn set(person_id: &str, rules: Vec<Rule>, language: &str) -> SetPreferenceRequest {
    let preference = Preference {
        account_id: ACCOUNT.to_string(),
        person_id: person_id.to_owned(),
        rules,
        language: language.to_owned(),
    };
    SetPreferenceRequest { request_id: fresh(), preference: Some(preference) }
}

fn role(role: NoticeRole) -> Option<Whom> {
    Some(Whom::Role(role.into()))
}

async fn the_companys_rules_and_peoples_own_decide_who_hears_and_in_which_language(mut house: House) {
    house.usual_people().await;
    let ina = house.person(ACCOUNT, "ina", &["IT_MANAGER"]).await;
    house.serve().await;
    let mut administrator = house.administrator();
    let company =
        vec![rule(&[NoticeCause::ManagerAssigned], role(NoticeRole::FleetManager), NoticeChannel::Mail)];
    let request = set("", company.clone(), "en");
    let answer = administrator.set_preference(request.clone()).await.unwrap().into_inner();
    assert_eq!(answer.preference.clone().unwrap().rules, company);
    assert_eq!(administrator.set_preference(request).await.unwrap().into_inner(), answer, "a repeat");
    let own = vec![rule(&[NoticeCause::ManagerAssigned], None, NoticeChannel::Mail)];
    administrator.set_preference(set(&ina.to_string(), own, "")).await.unwrap();
    house.account_event(1, "manager_assigned").await;
    house.until(&[(NoticeState::HandedOver, 2)]).await;
    let mails = in_folder(house.folder());
    assert_eq!(written_to(&mails), ["ina", "nadia"]);
    // The golden person speaks French herself; the company's language is for those of whom nothing is known.
    assert!(mails.iter().all(|mail| mail.subject.starts_with("Votre interlocuteur")), "{mails:?}");
    let list = ListPreferencesRequest { account_id: ACCOUNT.to_string() };
    let listed = administrator.list_preferences(list).await.unwrap().into_inner().preferences;
    assert_eq!(
        listed.iter().map(|one| one.person_id.clone()).collect::<Vec<_>>(),
        [String::new(), ina.to_string()]
    );
    assert_eq!(listed[0].language, "en");
}

async fn people_speak_for_themselves_and_managers_for_the_company(mut house: House) {
    house.usual_people().await;
    let marie = house.person(ACCOUNT, "marie.l", &["END_USER"]).await;
    house.serve().await;
    let head = house.routing.head().await.unwrap().position;
    soon(house.notices().directory().reached(head)).await;
    let user = |name| Grant::new(name, &[Role::EndUser]).scope(Scope::account(ACCOUNT));
    let silence = || vec![rule(&[], None, NoticeChannel::None)];
    house.as_bearer(&user("marie.l")).set_preference(set(&marie.to_string(), silence(), "")).await.unwrap();
    let other =
        house.as_bearer(&user("marie.durand")).set_preference(set(&marie.to_string(), silence(), "")).await;
    assert_eq!(refused(other), "ACCOUNT_NOT_FOUND");
    let company = vec![rule(&[], role(NoticeRole::FleetManager), NoticeChannel::None)];
    let company = house.as_bearer(&user("marie.l")).set_preference(set("", company, "")).await;
    assert_eq!(refused(company), "ACCOUNT_NOT_FOUND");

    let of_another = Grant::new("eve", &[Role::AccountAdministrator]).scope(Scope::account(OTHER_ACCOUNT));
    let mut of_another = house.as_bearer(&of_another);
    assert_eq!(refused(of_another.set_preference(set("", vec![], "")).await), "ACCOUNT_NOT_FOUND");
    let list = ListPreferencesRequest { account_id: ACCOUNT.to_string() };
    assert_eq!(refused(of_another.list_preferences(list).await), "ACCOUNT_NOT_FOUND");
}

async fn rules_that_say_nothing_sensible_are_refused_and_change_nothing(mut house: House) {
    house.usual_people().await;
    house.serve().await;
    let head = house.log.head().await.unwrap().position;
    let mut administrator = house.administrator();
    let fleet = || role(NoticeRole::FleetManager);
    let person = fresh();
    for (request, reason) in [
        (set("", vec![rule(&[], None, NoticeChannel::Mail)], ""), "INVALID_ARGUMENT"),
        (set("", vec![rule(&[], fleet(), NoticeChannel::Webhook)], ""), "INVALID_ARGUMENT"),
        (
            set("", vec![rule(&[NoticeCause::Unspecified], fleet(), NoticeChannel::Mail)], ""),
            "INVALID_ARGUMENT",
        ),
        (set("", vec![rule(&[], fleet(), NoticeChannel::Mail); 65], ""), "TOO_LARGE"),
        (set("", vec![], "xx"), "INVALID_ARGUMENT"),
        (set("", vec![], "f\0"), "ILLEGAL_CHARACTER"),
        (set(&person, vec![rule(&[], fleet(), NoticeChannel::Mail)], ""), "INVALID_ARGUMENT"),
        (
            set(&person, vec![rule(&[], Some(Whom::PersonId(fresh())), NoticeChannel::Mail)], ""),
            "INVALID_ARGUMENT",
        ),
        (set(&person, vec![rule(&[], None, NoticeChannel::Mail); 17], ""), "TOO_LARGE"),
        (set("x", vec![], ""), "MALFORMED_ID"),
        (SetPreferenceRequest { request_id: fresh(), preference: None }, "INVALID_ARGUMENT"),
        (SetPreferenceRequest { request_id: String::new(), ..set("", vec![], "") }, "REQUEST_ID_REQUIRED"),
    ] {
        assert_eq!(refused(administrator.set_preference(request.clone()).await), reason, "{request:?}");
    }
    assert_eq!(house.log.head().await.unwrap().position, head);
}
