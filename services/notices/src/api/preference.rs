//! Who of an account is told of what.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::{Caller, Role};
use vigie_chassis::rules::Rule;
use vigie_command::{field, refusal};
use vigie_proto::notices::{
    ListPreferencesRequest, ListPreferencesResponse, SetPreferenceRequest, SetPreferenceResponse,
};

use super::{Deps, MANAGERS, convert, place, reject, request};
use crate::domain::{PreferenceCommand, preference_limit};
use crate::stream::preference_stream;

pub(super) const SET: &str = "/vigie.notices.v1.NoticeService/SetPreference";
pub(super) const LIST: &str = "/vigie.notices.v1.NoticeService/ListPreferences";

/// Customers' managers for their own account, people for themselves, staff and systems.
pub(super) fn set_rule() -> Rule {
    const OTHERS: [Role; 4] = [Role::EndUser, Role::Advisor, Role::Operator, Role::Integration];
    Rule::roles(MANAGERS.into_iter().chain(OTHERS))
}

/// As [`set_rule`], and who audits; but not end users.
pub(super) fn list_rule() -> Rule {
    const OTHERS: [Role; 4] = [Role::Advisor, Role::Operator, Role::Integration, Role::Auditor];
    Rule::roles(MANAGERS.into_iter().chain(OTHERS))
}

pub(super) async fn set(
    deps: &Deps,
    call: Request<SetPreferenceRequest>,
) -> Result<SetPreferenceResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let preference = body.preference.clone().ok_or_else(|| field::missing("preference", "the rules"))?;
    let account_id = field::id("preference.account_id", &preference.account_id)?;
    let person_id = field::optional_id("preference.person_id", &preference.person_id)?;
    may_set(deps, &asking.caller, account_id, person_id).await?;
    field::at_most("preference.rules", &preference.rules, preference_limit::COMPANY_RULES_MAX)?;
    let rules = preference.rules.iter().map(|rule| request::rule(rule, person_id));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    let language = request::optional_language("preference.language", &preference.language)?;

    let command = match person_id {
        Some(person_id) => PreferenceCommand::SetPersonal { account_id, person_id, rules },
        None => PreferenceCommand::SetCompany { account_id, rules, language },
    };
    let order = asking.order(SET, request_id, &body, preference_stream(account_id), command);
    let set = deps.teller.facts.preferences.execute(order).await.map_err(refusal)?;
    let shown = match person_id {
        Some(person_id) => {
            let rules = set.state.personal.get(&person_id).map_or(&[][..], Vec::as_slice);
            convert::preference(account_id, Some(person_id), rules, None)
        }
        None => convert::preference(account_id, None, &set.state.company, set.state.language),
    };
    Ok(SetPreferenceResponse { preference: Some(shown) })
}

/// Who holds a phone and nothing else says only of themselves what they want to be told.
async fn may_set(
    deps: &Deps,
    caller: &Caller,
    account_id: Uuid,
    person_id: Option<Uuid>,
) -> Result<(), Refusal> {
    let in_scope = caller.scopes().iter().any(|scope| scope.account == account_id);
    let is_only_a_user = caller.roles().iter().all(|role| role == Role::EndUser);
    if !is_only_a_user && place::sees_account(caller, account_id) {
        return Ok(());
    }
    if let Some(person_id) = person_id.filter(|_| in_scope) {
        let own = deps.teller.facts.directory.person(account_id, caller.subject()).await;
        let own = own.map_err(|error| reject::not_told(&error.into()))?;
        if own.is_some_and(|own| own.person_id == person_id) {
            return Ok(());
        }
    }
    Err(reject::no_account())
}

pub(super) async fn list(
    deps: &Deps,
    call: Request<ListPreferencesRequest>,
) -> Result<ListPreferencesResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let account_id = field::id("account_id", &body.account_id)?;
    if !place::sees_account(&asking.caller, account_id) {
        return Err(reject::no_account());
    }
    let loaded = deps.teller.facts.preferences.load(preference_stream(account_id)).await;
    let (rules, _) = loaded.map_err(refusal)?;
    let company = convert::preference(account_id, None, &rules.company, rules.language);
    let personal = rules
        .personal
        .iter()
        .map(|(person_id, rules)| convert::preference(account_id, Some(*person_id), rules, None));
    Ok(ListPreferencesResponse { preferences: std::iter::once(company).chain(personal).collect() })
}
