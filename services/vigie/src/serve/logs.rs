//! The logs that Vigie's processes own, by the names of their contexts.

use vigie_bus::Topics;

use crate::error::Error;

/// All logs, each with its topics. Never empty.
pub(crate) struct Logs(Vec<Topics>);

impl Logs {
    /// Those of this build.
    pub(crate) fn all() -> Result<Self, Error> {
        Ok(Self(vec![
            vigie_lines::config::topics()?,
            vigie_routing::config::topics()?,
            vigie_notices::config::topics()?,
        ]))
    }

    /// The log called `name`; without a name the only one. Of several none is guessed.
    pub(crate) fn get(&self, name: Option<&str>) -> Result<&Topics, Error> {
        match (name, self.0.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => Err(Error::Usage(format!("say which log with --log: {}", self.names().join(", ")))),
            (Some(name), logs) => logs.iter().find(|log| log.context() == name).ok_or_else(|| {
                Error::Usage(format!("there is no log {name}; there are: {}", self.names().join(", ")))
            }),
        }
    }

    /// What has to be added to a command so that it is about `log`: nothing where there is no other.
    pub(crate) fn option(&self, log: &Topics) -> String {
        match self.0.as_slice() {
            [_] => String::new(),
            _ => format!(" --log {}", log.context()),
        }
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(Topics::context).collect()
    }
}

#[cfg(test)]
impl Logs {
    /// One log and another.
    pub(crate) fn two() -> Self {
        let topics = |context, entity| Topics::new(context, &[entity]).unwrap();
        Self(vec![topics("lines", "line"), topics("routing", "account")])
    }

    /// A single one.
    pub(crate) fn one() -> Self {
        Self(vec![Topics::new("lines", &["line"]).unwrap()])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_contexts_share_a_topic() {
        let logs = Logs::all().unwrap();
        let topics: Vec<_> = logs.0.iter().flat_map(Topics::all).map(|topic| topic.name).collect();
        let distinct: BTreeSet<_> = topics.iter().collect();
        assert_eq!(distinct.len(), topics.len(), "{topics:?}");
    }

    #[test]
    fn the_only_log_needs_no_name_and_of_several_none_is_guessed() {
        let (one, two) = (Logs::one(), Logs::two());
        assert_eq!(one.get(None).unwrap().context(), "lines");
        assert_eq!(two.get(Some("routing")).unwrap().context(), "routing");
        let refused = two.get(None).unwrap_err();
        assert_eq!((refused.reason(), refused.to_string().contains("lines, routing")), ("USAGE", true));
        assert!(one.get(Some("routing")).unwrap_err().to_string().contains("there are: lines"));
        assert_eq!(one.option(one.get(None).unwrap()), "");
        assert_eq!(two.option(two.get(Some("routing")).unwrap()), " --log routing");
    }
}
