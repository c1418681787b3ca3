//! `vigie notice show`

use jiff::tz::TimeZone;
use uuid::Uuid;
use vigie_proto::notices::{Attempt, GetNoticeRequest, Notice, Recipient};

use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, notice: Uuid) -> Result<(), Error> {
    let request = GetNoticeRequest { notice_id: notice.to_string() };
    let answer = client.notices().get_notice(prompt(request)).await?.into_inner();
    output.either(|| json::document(&answer), |zone| render(&answer.notice.clone().unwrap_or_default(), zone))
}

pub(super) fn render(notice: &Notice, zone: &TimeZone) -> String {
    let state = paint(words::notice_style(notice.state()), &words::notice_state(notice.state));
    let title = format!("{}  {state}", paint(style::STRONG, &words::notice_cause(notice.cause)));
    let recipients: Vec<_> = notice.recipients.iter().map(recipient).collect();
    let attempts: Vec<_> = notice.attempts.iter().map(|one| attempt(one, zone)).collect();
    Fields::new(title)
        .styled("why", &notice.why, style::BAD)
        .field("for", words::notice_audience(notice.audience))
        .field("happened", time::local(notice.cause_at.as_ref(), zone))
        .field("decided", time::local(notice.decided_at.as_ref(), zone))
        .field("handed over", time::local(notice.handed_over_at.as_ref(), zone))
        .field("delivered", time::local(notice.delivered_at.as_ref(), zone))
        .field("recipients", recipients.join("\n"))
        .field("attempts", attempts.join("\n"))
        .styled("message id", &notice.message_id, style::FAINT)
        .styled("event", &notice.cause_event_id, style::FAINT)
        .styled("account", &notice.account_id, style::FAINT)
        .styled("line", &notice.line_id, style::FAINT)
        .styled("notice", &notice.notice_id, style::FAINT)
        .styled("version", notice.version.to_string(), style::FAINT)
        .render()
}

fn recipient(recipient: &Recipient) -> String {
    let whom = if recipient.webhook_id.is_empty() { &recipient.person_id } else { &recipient.webhook_id };
    let place = if recipient.address.is_empty() { whom } else { &recipient.address };
    format!("{}  {}  {}", recipient.number, words::notice_channel(recipient.channel), place)
}

fn attempt(attempt: &Attempt, zone: &TimeZone) -> String {
    let repeat = if attempt.repeat { ", marked as a repeat" } else { "" };
    format!(
        "{}  to {}  {}  {} {}{repeat}",
        attempt.number,
        attempt.recipient,
        time::local(attempt.began_at.as_ref(), zone),
        words::attempt_outcome(attempt.outcome),
        attempt.code,
    )
}

#[cfg(test)]
mod tests {
    use vigie_proto::notices::{AttemptOutcome, NoticeCause, NoticeChannel, NoticeState};

    use super::*;

    #[test]
    fn a_notice_shows_who_was_tried_and_how_each_attempt_ended() {
        let recipient = Recipient {
            number: 1,
            person_id: "p-1".into(),
            channel: NoticeChannel::Mail.into(),
            address: "nadia@exemple.fr".into(),
            ..Recipient::default()
        };
        let attempt = Attempt {
            number: 2,
            recipient: 1,
            outcome: AttemptOutcome::HandedOver.into(),
            code: "250 2.0.0".into(),
            repeat: true,
            ..Attempt::default()
        };
        let notice = Notice {
            cause: NoticeCause::ManagerAssigned.into(),
            state: NoticeState::HandedOver.into(),
            recipients: vec![recipient],
            attempts: vec![attempt],
            ..Notice::default()
        };
        let text = anstream::adapter::strip_str(&render(&notice, &TimeZone::UTC)).to_string();
        assert!(text.starts_with("MANAGER_ASSIGNED  HANDED_OVER\n"), "{text}");
        assert!(text.contains("1  MAIL  nadia@exemple.fr"), "{text}");
        assert!(text.contains("HANDED_OVER 250 2.0.0, marked as a repeat"), "{text}");
    }
}
