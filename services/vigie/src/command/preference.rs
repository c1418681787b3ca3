//! `vigie preference …`

use vigie_proto::notices::{
    ListPreferencesRequest, NoticeChannel, Preference, Rule, SetPreferenceRequest, rule,
};

use crate::cli::{AccountSelector, PreferenceCommand, SetPreference};
use crate::client::{Client, prompt};
use crate::command::{account, request_id};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, words};

pub(super) async fn run(
    client: Client,
    output: &mut Output,
    command: PreferenceCommand,
) -> Result<(), Error> {
    match command {
        PreferenceCommand::Set(arguments) => set(&client, output, &arguments).await,
        PreferenceCommand::List { account } => list(&client, output, &account).await,
    }
}

async fn set(client: &Client, output: &mut Output, arguments: &SetPreference) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let tell = arguments.tell.iter().map(|rule| rule.to_proto(NoticeChannel::Mail));
    let spare = arguments.spare.iter().map(|rule| rule.to_proto(NoticeChannel::None));
    let preference = Preference {
        account_id: account::id_of(client, &arguments.account).await?,
        person_id: arguments.person.map(|id| id.to_string()).unwrap_or_default(),
        rules: tell.chain(spare).collect(),
        language: arguments.language.map(|language| language.code().to_owned()).unwrap_or_default(),
    };
    let request = SetPreferenceRequest { request_id: request_id.to_string(), preference: Some(preference) };
    let answer = client.notices().set_preference(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(|| json::document(&answer), |_| render(&answer.preference.clone().unwrap_or_default()))
}

async fn list(client: &Client, output: &mut Output, account: &AccountSelector) -> Result<(), Error> {
    let request = ListPreferencesRequest { account_id: account::id_of(client, account).await? };
    let preferences = client.notices().list_preferences(prompt(request)).await?.into_inner().preferences;
    for preference in &preferences {
        output.document(&json::document(preference))?;
        output.text(&render(preference))?;
    }
    Ok(())
}

fn render(preference: &Preference) -> String {
    let whose = match preference.person_id.as_str() {
        "" => "the company's rules".to_owned(),
        person_id => format!("{person_id}'s own rules"),
    };
    let rules: Vec<_> = preference.rules.iter().map(said).collect();
    let rules =
        if rules.is_empty() { "none: the usual people are told".to_owned() } else { rules.join("\n") };
    Fields::new(paint(style::STRONG, &whose))
        .field("rules", rules)
        .field("language", &preference.language)
        .styled("account", &preference.account_id, style::FAINT)
        .render()
}

/// `FLEET_MANAGER by MAIL of LINE_BARRED`
fn said(rule: &Rule) -> String {
    let whom = match &rule.whom {
        Some(rule::Whom::Role(role)) => words::notice_role(*role),
        Some(rule::Whom::PersonId(person_id)) => person_id.clone(),
        None => "oneself".to_owned(),
    };
    let how = match rule.channel() {
        NoticeChannel::None => "not".to_owned(),
        _ => format!("by {}", words::notice_channel(rule.channel)),
    };
    let causes = words::list(&rule.causes, words::notice_cause);
    let of = if causes.is_empty() { "everything" } else { &causes };
    format!("{whom} {how} of {of}")
}

#[cfg(test)]
mod tests {
    use vigie_proto::notices::{NoticeCause, NoticeRole};

    use super::*;

    #[test]
    fn a_rule_is_a_sentence() {
        let rule = Rule {
            causes: vec![NoticeCause::LineBarred.into()],
            whom: Some(rule::Whom::Role(NoticeRole::FleetManager.into())),
            channel: NoticeChannel::Mail.into(),
        };
        assert_eq!(said(&rule), "FLEET_MANAGER by MAIL of LINE_BARRED");
        let spared = Rule { channel: NoticeChannel::None.into(), ..Rule::default() };
        assert_eq!(said(&spared), "oneself not of everything");
    }
}
