//! A notice's life, told step by step.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Context, Ids, Personal, SeededIds, Timestamp};

use crate::domain::*;

/// A notice and what happened to it so far.
pub(crate) struct Story {
    pub(crate) notice: Option<Notice>,
    pub(crate) events: Vec<Event>,
    /// What the last command led to.
    pub(crate) last: Vec<Event>,
    now: Timestamp,
    ids: SeededIds,
}

pub(crate) const NOTICE: Uuid = Uuid::from_u128(0x07);
pub(crate) const ACCOUNT: Uuid = Uuid::from_u128(0xacc);

impl Story {
    pub(crate) fn empty() -> Self {
        let now = Timestamp::parse("2026-11-23T03:01:00Z").unwrap();
        Self { notice: None, events: Vec::new(), last: Vec::new(), now, ids: SeededIds::new(9) }
    }

    /// A notice about a theft, to these people.
    pub(crate) fn of(people: &[u128]) -> Self {
        Self::empty().given(Command::Decide(Box::new(new_notice(people))))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn after(mut self, time: Duration) -> Self {
        self.now = self.now.plus(time);
        self
    }

    pub(crate) fn when(&mut self, command: &Command) -> Result<Vec<Fact>, Rejection> {
        let context = Context::system("notices", self.now, self.ids.next());
        let events = decide(&self.notice, command, &context)?;
        for event in &events {
            evolve(&mut self.notice, event, self.now);
        }
        if let (Some(event), Some(notice)) = (events.last(), &self.notice) {
            assert_eq!(event.notice, notice.snapshot(), "the last event shows the notice as it is");
        }
        self.events.extend(events.iter().cloned());
        self.last = events;
        Ok(self.last.iter().map(|event| event.fact.clone()).collect())
    }

    /// As [`when`](Self::when), for what must go through.
    pub(crate) fn given(mut self, command: Command) -> Self {
        self.when(&command).unwrap();
        self
    }

    /// Names of what the command leads to, without prefix and version.
    pub(crate) fn names(&mut self, command: &Command) -> Vec<&'static str> {
        self.when(command).unwrap().iter().map(|fact| short(fact.name())).collect()
    }

    pub(crate) fn attempt(&self) -> u32 {
        self.notice().under_way().expect("under way").number
    }

    pub(crate) fn notice(&self) -> &Notice {
        self.notice.as_ref().expect("there")
    }

    pub(crate) fn state(&self) -> NoticeState {
        self.notice().state()
    }

    /// An attempt that ends so.
    pub(crate) fn attempted(self, end: AttemptEnd) -> Self {
        let begun = self.given(Command::Begin);
        let attempt = begun.attempt();
        begun.given(Command::End { attempt, end })
    }
}

/// `vigie.notice.handed_over.v1` → `handed_over`
pub(crate) fn short(name: &'static str) -> &'static str {
    name.split('.').nth(2).unwrap()
}

pub(crate) fn person(id: u128) -> Recipient {
    let (subject, address) = (Uuid::from_u128(id), MailAddress::parse(&format!("p{id}@exemple.fr")).unwrap());
    Recipient {
        person_id: Some(subject),
        name: Some(Personal::new(subject, format!("Personne {id}"))),
        address: Address::Mail { address: Personal::new(subject, address) },
        language: Language::Fr,
    }
}

pub(crate) fn endpoint(id: u128) -> Recipient {
    let webhook_id = Uuid::from_u128(id);
    let address = Address::Webhook { webhook_id };
    Recipient { person_id: None, name: None, address, language: Language::Fr }
}

pub(crate) fn cause(kind: CauseKind) -> Cause {
    Cause {
        kind,
        log: "lines".to_owned(),
        event_id: Uuid::from_u128(0xe1),
        at: Timestamp::parse("2026-11-23T03:00:59Z").unwrap(),
        account_id: ACCOUNT,
        line: Some(LinePlace {
            line_id: Uuid::from_u128(0x11),
            site: Some("73282932000074".to_owned()),
            cost_centre: Some("Ventes".to_owned()),
        }),
        security: true,
        change: None,
    }
}

pub(crate) fn new_notice(people: &[u128]) -> NewNotice {
    let line = Personal::new(Uuid::from_u128(0x5b), "+33600000001".to_owned());
    let at = Timestamp::parse("2026-11-23T03:00:59Z").unwrap();
    NewNotice {
        notice_id: NOTICE,
        cause: cause(CauseKind::LineBarred),
        parameters: [
            ("line".to_owned(), Parameter::Personal(line)),
            ("reason".to_owned(), Parameter::Code("THEFT".to_owned())),
            ("reference".to_owned(), Parameter::Text("33Y3N-GTW46".to_owned())),
            ("at".to_owned(), Parameter::Instant(at)),
            ("received-at".to_owned(), Parameter::Instant(at)),
        ]
        .into(),
        parties: Parties {
            user_id: Some("marie.durand".to_owned()),
            doers: ["paul.martin".to_owned()].into(),
        },
        audience: Audience::Person,
        bulk: false,
        recipients: people.iter().map(|id| person(*id)).collect(),
    }
}

pub(crate) fn accepted() -> AttemptEnd {
    AttemptEnd::HandedOver(Receipt {
        message_id: format!("<{NOTICE}.1@avis.exemple.fr>"),
        proof: Proof::SmtpAccepted,
        code: "250 2.0.0".to_owned(),
        text: Some(Personal::new(Uuid::from_u128(1), "2.0.0 Ok: queued for p1@exemple.fr".to_owned())),
    })
}

pub(crate) fn failed() -> AttemptEnd {
    AttemptEnd::Failed(Failure::of("451 4.7.1"))
}

pub(crate) fn unknown() -> AttemptEnd {
    AttemptEnd::Unknown(Failure::of("CONNECTION_CUT"))
}

pub(crate) fn refused() -> AttemptEnd {
    let text = Personal::new(Uuid::from_u128(1), "5.1.1 <p1@exemple.fr>: unknown".to_owned());
    AttemptEnd::Refused(Failure { code: "550 5.1.1".to_owned(), text: Some(text) })
}

pub(crate) fn bounce(recipient: u32) -> Command {
    Command::Report { recipient, report: Report::Bounced(Failure::of("5.1.1")) }
}

pub(crate) fn retry(recipients: Vec<Recipient>) -> Command {
    Command::Retry { recipients, by: "advisor-1".to_owned(), reason: "the address was mended".to_owned() }
}

pub(crate) fn drop_it() -> Command {
    Command::Drop { by: "advisor-1".to_owned(), reason: "told by telephone".to_owned() }
}
