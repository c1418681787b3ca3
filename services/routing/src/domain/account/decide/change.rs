//! Changing what is known of an account, ahead or behind.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::draft::Draft;
use super::takes_from;
use crate::domain::account::command::Change;
use crate::domain::account::event::{AccountChanged, Fact};
use crate::domain::account::rejection::Rejection;
use crate::domain::account::state::Account;
use crate::domain::{Dated, Moment};

/// States what differs from what holds at that instant already; nothing, where nothing does.
pub(super) fn change(
    draft: &mut Draft<'_>,
    change: &Change,
    effective_from: Option<Timestamp>,
) -> Result<Uuid, Rejection> {
    let from = effective_from.unwrap_or(draft.now());
    takes_from(draft.account(), from)?;
    let Account { name, segments, language, address, countries, .. } = draft.account();
    let fact = AccountChanged {
        why: draft.why(),
        effective_from: from,
        name: news(name, change.name.as_ref(), from, "name")?,
        segments: news(segments, change.segments.as_ref(), from, "segments")?,
        language: news(language, change.language.map(Some).as_ref(), from, "language")?.flatten(),
        address: news(address, change.address.clone().map(Some).as_ref(), from, "address")?.flatten(),
        countries: news(countries, change.countries.as_ref(), from, "countries")?,
    };
    let is_news = fact.name.is_some()
        || fact.segments.is_some()
        || fact.language.is_some()
        || fact.address.is_some()
        || fact.countries.is_some();
    if is_news {
        draft.record(Fact::AccountChanged(fact));
    }
    Ok(draft.act_id())
}

/// What is asked, if it is not so already at `from`.
fn news<T: Clone + PartialEq>(
    dated: &Dated<T>,
    asked: Option<&T>,
    from: Timestamp,
    what: &'static str,
) -> Result<Option<T>, Rejection> {
    let news = asked.filter(|asked| dated.value(Moment::at(from)) != Some(asked));
    if news.is_some() && dated.is_full() {
        return Err(Rejection::TooMany(what));
    }
    Ok(news.cloned())
}
