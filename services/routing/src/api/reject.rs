//! Failures of the view in the house's vocabulary.

use vigie_chassis::error::Error as Refusal;
use vigie_command::view_unreadable;

use crate::view::Error;

/// What a caller is told when a list cannot be read.
pub(super) fn view(error: &Error) -> Refusal {
    match error {
        Error::View(error) => view_unreadable("the list", error),
        Error::Reviews(_) | Error::Standing(_) | Error::Corrupt(_) => Refusal::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use vigie_chassis::error::Reason;

    use crate::domain::{account, attendance, contact, person, project, rejected_fact, review_plan};

    #[test]
    fn every_refusal_of_the_domain_has_a_word_outside() {
        for rejection in account::Rejection::EXAMPLES {
            assert!(Reason::parse(rejection.reason()).is_some(), "{rejection:?}");
        }
        let contacts = contact::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        let attendance = attendance::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        let plans = review_plan::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        let projects = project::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        let rejected = rejected_fact::Rejection::EXAMPLES.map(|rejection| rejection.reason());
        for reason in contacts.into_iter().chain(rejected).chain(attendance).chain(plans).chain(projects) {
            assert!(Reason::parse(reason).is_some(), "{reason}");
        }
        for rejection in person::Rejection::EXAMPLES {
            assert!(Reason::parse(rejection.reason()).is_some(), "{rejection:?}");
        }
    }
}
