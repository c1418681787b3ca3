//! Notices, rules and endpoints on the wire.

use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_clock::Timestamp;
use vigie_command::field::wire_instant;
use vigie_proto::notices as wire;

use super::reject;
use crate::domain::{
    Address, Attempt, Audience, CauseKind, Ended, Language, MailAddress, Notice, NoticeState, PersonRole,
    Recipient, Rule, RuleChannel, Snapshot, Webhook, Whom,
};
use crate::view::NoticeRow;

/// A notice of a list.
pub(super) fn row(row: &NoticeRow) -> wire::Notice {
    snapshot(row.notice_id, &row.notice, row.version)
}

/// A notice of the log, with recipients and attempts.
pub(super) fn notice(notice: &Option<Notice>, version: i64) -> Result<wire::Notice, Refusal> {
    let notice = notice.as_ref().ok_or_else(reject::no_notice)?;
    let mut shown = snapshot(notice.notice_id(), &notice.snapshot(), version);
    shown.recipients = (1..).zip(notice.recipients()).map(recipient).collect();
    shown.attempts = notice.attempts().map(attempt).collect();
    Ok(shown)
}

fn recipient((number, recipient): (u32, &Recipient)) -> wire::Recipient {
    wire::Recipient {
        number,
        person_id: text(recipient.person_id),
        webhook_id: match &recipient.address {
            Address::Webhook { webhook_id } => webhook_id.to_string(),
            Address::Mail { .. } => String::new(),
        },
        channel: channel(recipient.address.channel()).into(),
        address: match &recipient.address {
            Address::Mail { address } => {
                address.known().map(MailAddress::as_str).unwrap_or_default().to_owned()
            }
            Address::Webhook { .. } => String::new(),
        },
        language: recipient.language.as_str().to_owned(),
    }
}

fn snapshot(notice_id: Uuid, notice: &Snapshot, version: i64) -> wire::Notice {
    let instant = |at: Option<Timestamp>| at.map(wire_instant);
    wire::Notice {
        notice_id: notice_id.to_string(),
        account_id: text(Some(notice.cause.account_id).filter(|id| !id.is_nil())),
        line_id: text(notice.cause.line.as_ref().map(|line| line.line_id)),
        cause: cause(notice.cause.kind).into(),
        cause_event_id: notice.cause.event_id.to_string(),
        cause_at: Some(wire_instant(notice.cause.at)),
        audience: audience(notice.audience).into(),
        state: state(notice.state).into(),
        person_id: text(notice.person_id),
        channel: channel(notice.channel.as_deref().unwrap_or_default()).into(),
        attempt_count: notice.attempts,
        decided_at: Some(wire_instant(notice.decided_at)),
        handed_over_at: instant(notice.handed_over_at),
        delivered_at: instant(notice.delivered_at),
        why: notice.why.clone().unwrap_or_default(),
        message_id: notice.message_id.clone().unwrap_or_default(),
        version,
        recipients: Vec::new(),
        attempts: Vec::new(),
    }
}

fn attempt(attempt: &Attempt) -> wire::Attempt {
    let (ended_at, outcome, code) = match &attempt.end {
        None => (None, wire::AttemptOutcome::UnderWay, String::new()),
        Some((at, ended, code)) => {
            let outcome = match ended {
                Ended::HandedOver => wire::AttemptOutcome::HandedOver,
                Ended::Failed => wire::AttemptOutcome::Failed,
                Ended::Unknown => wire::AttemptOutcome::Unknown,
                Ended::Refused => wire::AttemptOutcome::Refused,
            };
            (Some(wire_instant(*at)), outcome, code.clone())
        }
    };
    wire::Attempt {
        number: attempt.number,
        recipient: attempt.recipient,
        began_at: Some(wire_instant(attempt.began_at)),
        ended_at,
        outcome: outcome.into(),
        code,
        repeat: attempt.repeat,
    }
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn cause(kind: CauseKind) -> wire::NoticeCause {
    match kind {
        CauseKind::LineBarred => wire::NoticeCause::LineBarred,
        CauseKind::LineReinstated => wire::NoticeCause::LineReinstated,
        CauseKind::LinePending => wire::NoticeCause::LinePending,
        CauseKind::ReinstatementAsked => wire::NoticeCause::ReinstatementAsked,
        CauseKind::ManagerAssigned => wire::NoticeCause::ManagerAssigned,
        CauseKind::ManagerAssignmentEnded => wire::NoticeCause::ManagerAssignmentEnded,
        CauseKind::ManagerCoverBegan => wire::NoticeCause::ManagerCoverBegan,
        CauseKind::ManagerCoverEnded => wire::NoticeCause::ManagerCoverEnded,
        CauseKind::ContactPointChanged => wire::NoticeCause::ContactPointChanged,
        CauseKind::ContactPointRetired => wire::NoticeCause::ContactPointRetired,
    }
}

/// The cause of that name on the wire; `None` for none.
pub(super) fn cause_of(wanted: wire::NoticeCause) -> Option<CauseKind> {
    CauseKind::ALL.into_iter().find(|kind| cause(*kind) == wanted)
}

fn state(state: NoticeState) -> wire::NoticeState {
    match state {
        NoticeState::ToSend => wire::NoticeState::ToSend,
        NoticeState::HandedOver => wire::NoticeState::HandedOver,
        NoticeState::Delivered => wire::NoticeState::Delivered,
        NoticeState::GivenUp => wire::NoticeState::GivenUp,
        NoticeState::NobodyToTell => wire::NoticeState::NobodyToTell,
        NoticeState::Dropped => wire::NoticeState::Dropped,
    }
}

/// The state of that name on the wire; `None` for none.
pub(super) fn state_of(wanted: wire::NoticeState) -> Option<NoticeState> {
    NoticeState::ALL.into_iter().find(|one| state(*one) == wanted)
}

const fn audience(audience: Audience) -> wire::NoticeAudience {
    match audience {
        Audience::Person => wire::NoticeAudience::Person,
        Audience::AccountSystem => wire::NoticeAudience::AccountSystem,
        Audience::Operator => wire::NoticeAudience::Operator,
    }
}

fn channel(name: &str) -> wire::NoticeChannel {
    match name {
        "MAIL" => wire::NoticeChannel::Mail,
        "WEBHOOK" => wire::NoticeChannel::Webhook,
        _ => wire::NoticeChannel::Unspecified,
    }
}

fn role(role: PersonRole) -> wire::NoticeRole {
    match role {
        PersonRole::EndUser => wire::NoticeRole::EndUser,
        PersonRole::FleetManager => wire::NoticeRole::FleetManager,
        PersonRole::ItManager => wire::NoticeRole::ItManager,
        PersonRole::ContractManager => wire::NoticeRole::ContractManager,
        PersonRole::AccountAdministrator => wire::NoticeRole::AccountAdministrator,
    }
}

/// The role of that name on the wire; `None` for none.
pub(super) fn role_of(wanted: wire::NoticeRole) -> Option<PersonRole> {
    PersonRole::ALL.into_iter().find(|one| role(*one) == wanted)
}

/// The rules of a company, or of one of its people.
pub(super) fn preference(
    account_id: Uuid,
    person_id: Option<Uuid>,
    rules: &[Rule],
    language: Option<Language>,
) -> wire::Preference {
    wire::Preference {
        account_id: account_id.to_string(),
        person_id: text(person_id),
        rules: rules.iter().map(rule).collect(),
        language: language.map(Language::as_str).unwrap_or_default().to_owned(),
    }
}

fn rule(rule: &Rule) -> wire::Rule {
    let channel = match rule.channel {
        RuleChannel::Mail => wire::NoticeChannel::Mail,
        RuleChannel::None => wire::NoticeChannel::None,
    };
    wire::Rule {
        causes: rule.causes.iter().map(|kind| cause(*kind).into()).collect(),
        whom: Some(match rule.whom {
            Whom::Role(held) => wire::rule::Whom::Role(role(held).into()),
            Whom::Person(person_id) => wire::rule::Whom::PersonId(person_id.to_string()),
        }),
        channel: channel.into(),
    }
}

/// An endpoint.
pub(super) fn webhook(webhook: &Webhook) -> wire::Webhook {
    wire::Webhook {
        webhook_id: webhook.webhook_id.to_string(),
        account_id: text(webhook.account_id),
        url: webhook.url.as_str().to_owned(),
        causes: webhook.causes.iter().map(|kind| cause(*kind).into()).collect(),
        registered_at: Some(wire_instant(webhook.registered_at)),
    }
}
