//! A message, for the tests of the adapters.

use super::*;
use crate::domain::{Cause, CauseKind};

pub(crate) fn a_message() -> Message {
    Message {
        id: MessageId { notice_id: Uuid::from_u128(7), recipient: 1 },
        to: Destination::Mail {
            address: MailAddress::parse("marie.durand@exemple.fr").unwrap(),
            name: Some("Élodie Durand".to_owned()),
        },
        subject_id: Uuid::from_u128(9),
        subject: "Ligne +33600000001 : suspension effective dès à présent".to_owned(),
        body: "Bonjour,\n\nLa ligne est suspendue. « Voilà ».\n".to_owned(),
        language: Language::Fr,
        cause: Cause {
            kind: CauseKind::LineBarred,
            log: "lines".to_owned(),
            event_id: Uuid::from_u128(3),
            at: Timestamp::parse("2026-11-23T03:00:59Z").unwrap(),
            account_id: Uuid::from_u128(0xacc),
            line: None,
            security: true,
            change: None,
        },
        parameters: Parameters::new(),
        at: Timestamp::parse("2026-11-23T03:01:00Z").unwrap(),
        repeat: false,
    }
}
