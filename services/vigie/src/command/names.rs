//! The names behind ids: what people read.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};
use vigie_proto::routing::{AccountRef, GetAccountRequest, GetDeskRequest, GetStaffRequest, account_ref};

use crate::client::{Client, prompt};
use crate::output::Output;
use crate::output::style::{self, paint};

/// Names that one command asks for; a listing of everything is for programs, which read ids.
const ASKED_MAX: usize = 1_000;
/// Asked for at the same time.
const AT_ONCE: usize = 16;

/// Whose name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    Account,
    Staff,
    Desk,
}

/// Names that were asked for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// `None` where there is none that this token may see.
    known: BTreeMap<(Whose, String), Option<String>>,
}

impl Names {
    /// The names of these, for people only. What cannot be told is shown by its id: a name is a convenience.
    pub(super) async fn of(
        client: &Client,
        output: &Output,
        ids: impl IntoIterator<Item = (Whose, &str)>,
    ) -> Self {
        let mut names = Self::default();
        names.learn(client, output, ids).await;
        names
    }

    /// Learns further ones.
    pub(super) async fn learn(
        &mut self,
        client: &Client,
        output: &Output,
        ids: impl IntoIterator<Item = (Whose, &str)>,
    ) {
        if output.is_json() {
            return;
        }
        let mut asked = Vec::new();
        for (whose, id) in ids {
            let key = (whose, id.to_owned());
            if !id.is_empty() && self.known.len() < ASKED_MAX && !self.known.contains_key(&key) {
                self.known.insert(key.clone(), None);
                asked.push(key);
            }
        }
        let mut answers = stream::iter(asked)
            .map(|(whose, id)| async move {
                let name = name(client, whose, &id).await;
                ((whose, id), name)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((key, name)) = answers.next().await {
            self.known.insert(key, name);
        }
    }

    /// The name, if it is known.
    pub(super) fn name(&self, whose: Whose, id: &str) -> Option<&str> {
        self.known.get(&(whose, id.to_owned())).and_then(Option::as_deref)
    }

    /// The name, else the id.
    pub(super) fn short(&self, whose: Whose, id: &str) -> String {
        self.name(whose, id).unwrap_or(id).to_owned()
    }

    /// The name with the id behind it; the id alone where there is no name, and nothing where there is no id.
    pub(super) fn long(&self, whose: Whose, id: &str) -> String {
        let faint = paint(style::FAINT, id);
        self.name(whose, id).map_or_else(|| faint.clone(), |name| format!("{name}  {faint}"))
    }
}

async fn name(client: &Client, whose: Whose, id: &str) -> Option<String> {
    let name = match whose {
        Whose::Account => {
            let account = AccountRef { account: Some(account_ref::Account::AccountId(id.to_owned())) };
            let request = GetAccountRequest { account: Some(account), at: None };
            client.accounts().get_account(prompt(request)).await.ok()?.into_inner().account?.name
        }
        Whose::Staff => {
            let request = GetStaffRequest { staff_id: id.to_owned() };
            client.staff().get_staff(prompt(request)).await.ok()?.into_inner().staff?.name
        }
        Whose::Desk => {
            let request = GetDeskRequest { desk_id: id.to_owned() };
            client.desks().get_desk(prompt(request)).await.ok()?.into_inner().desk?.name
        }
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
impl Names {
    /// Names that are known already.
    pub(super) fn knowing<const N: usize>(names: [(Whose, &str, &str); N]) -> Self {
        let known = names.map(|(whose, id, name)| ((whose, id.to_owned()), Some(name.to_owned())));
        Self { known: known.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_an_id_where_it_is_known() {
        let names = Names::knowing([(Whose::Staff, "s-1", "Anne Petit")]);
        let plain = |text: String| anstream::adapter::strip_str(&text).to_string();
        assert_eq!(names.short(Whose::Staff, "s-1"), "Anne Petit");
        assert_eq!(names.short(Whose::Desk, "s-1"), "s-1");
        assert_eq!(plain(names.long(Whose::Staff, "s-1")), "Anne Petit  s-1");
        assert_eq!(
            (plain(names.long(Whose::Staff, "s-2")), plain(names.long(Whose::Staff, ""))),
            ("s-2".into(), String::new())
        );
    }
}
