//! A notice as a row, and back.

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Row, Value};

use super::Error;
use crate::domain::{Audience, Cause, CauseKind, DeliveredBy, Event, Fact, LinePlace, NoticeState, Snapshot};

/// The columns in order; the first is the key.
pub(super) const COLUMNS: [&str; 19] = [
    "notice_id",
    "version",
    "account_id",
    "line_id",
    "site",
    "cost_centre",
    "cause",
    "cause_event_id",
    "cause_at",
    "audience",
    "state",
    "person_id",
    "channel",
    "attempts",
    "decided_at",
    "handed_over_at",
    "message_id",
    "delivered_at",
    "why",
];

/// A notice as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoticeRow {
    pub(crate) notice_id: Uuid,
    pub(crate) version: i64,
    pub(crate) notice: Snapshot,
}

impl NoticeRow {
    /// The row after an event, recorded at `recorded_at`: the instant that counts of what it says, which it could not yet
    /// know of itself.
    pub(super) fn after(event: Event, version: i64, recorded_at: Timestamp) -> Self {
        let Event { notice_id, fact, mut notice, .. } = event;
        match fact {
            Fact::NoticeDecided(_) | Fact::NobodyToTell(_) => notice.decided_at = recorded_at,
            Fact::HandedOver(_) => notice.handed_over_at = Some(recorded_at),
            Fact::Delivered(delivered) => {
                notice.delivered_at = Some(recorded_at);
                // An endpoint's acceptance is both, recorded together.
                if delivered.by == DeliveredBy::Acceptance {
                    notice.handed_over_at = Some(recorded_at);
                }
            }
            _ => {}
        }
        Self { notice_id, version, notice }
    }

    pub(super) fn values(&self) -> Vec<Value> {
        let Snapshot { cause, .. } = &self.notice;
        let micros = |at: Option<Timestamp>| Value::from(at.map(Timestamp::as_micros));
        let line = cause.line.as_ref();
        // PostgreSQL has no U+0000 in a text.
        let text = |text: Option<&String>| Value::from(text.filter(|text| !text.contains('\0')).cloned());
        vec![
            self.notice_id.into(),
            self.version.into(),
            cause.account_id.into(),
            line.map(|line| line.line_id).into(),
            text(line.and_then(|line| line.site.as_ref())),
            text(line.and_then(|line| line.cost_centre.as_ref())),
            cause.kind.as_str().into(),
            cause.event_id.into(),
            cause.at.as_micros().into(),
            self.notice.audience.as_str().into(),
            self.notice.state.as_str().into(),
            self.notice.person_id.into(),
            text(self.notice.channel.as_ref()),
            i64::from(self.notice.attempts).into(),
            self.notice.decided_at.as_micros().into(),
            micros(self.notice.handed_over_at),
            text(self.notice.message_id.as_ref()),
            micros(self.notice.delivered_at),
            text(self.notice.why.as_ref()),
        ]
    }

    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        let instant = |index| Ok::<_, sqlx::Error>(row.opt_i64(index)?.map(Timestamp::from_micros));
        let (site, cost_centre) = (row.opt_text(4)?, row.opt_text(5)?);
        let line = row.opt_uuid(3)?.map(|line_id| LinePlace { line_id, site, cost_centre });
        let cause = Cause {
            kind: CauseKind::parse(&row.text(6)?).ok_or(Error::Corrupt("cause"))?,
            // Lists do not show these; the notice itself does.
            log: String::new(),
            security: false,
            change: None,
            event_id: row.uuid(7)?,
            at: Timestamp::from_micros(row.i64(8)?),
            account_id: row.uuid(2)?,
            line,
        };
        Ok(Self {
            notice_id: row.uuid(0)?,
            version: row.i64(1)?,
            notice: Snapshot {
                cause,
                audience: Audience::parse(&row.text(9)?).ok_or(Error::Corrupt("audience"))?,
                state: NoticeState::parse(&row.text(10)?).ok_or(Error::Corrupt("state"))?,
                bulk: false,
                recipient: 0,
                person_id: row.opt_uuid(11)?,
                channel: row.opt_text(12)?,
                attempts: u32::try_from(row.i64(13)?).map_err(|_| Error::Corrupt("attempts"))?,
                decided_at: Timestamp::from_micros(row.i64(14)?),
                handed_over_at: instant(15)?,
                message_id: row.opt_text(16)?,
                delivered_at: instant(17)?,
                why: row.opt_text(18)?,
            },
        })
    }
}
