//! A line as a row, and back.

use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::{RecordedEvent, Row, Value};

use super::Error;
use crate::domain::{
    Confirmed, Eid, Event, Evidence, ExternalIdentifier, Fact, HandsetState, Imei, LineState, Reason,
};

/// Columns in order; the key first.
pub(super) const COLUMNS: [&str; 29] = [
    "line_id",
    "account_id",
    "version",
    "msisdn",
    "imsi",
    "iccid",
    "account_holder",
    "user_id",
    "cost_centre",
    "site",
    "external_identifiers",
    "state",
    "reasons",
    "evidence",
    "barred",
    "in_drift",
    "intent_sequence",
    "waiting_since",
    "act_id",
    "requested_at",
    "confirmed_at",
    "retired_imsis",
    "imei",
    "eid",
    "twin_of",
    "port_out_planned_at",
    "ported_out_at",
    "block_due",
    "handset_waits",
];

/// A line after its latest event. What is erased is `None`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LineRow {
    pub(crate) line_id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) version: i64,
    pub(crate) msisdn: Option<String>,
    pub(crate) imsi: Option<String>,
    pub(crate) iccid: Option<String>,
    pub(crate) account_holder: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) cost_centre: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) external_identifiers: Vec<ExternalIdentifier>,
    pub(crate) state: LineState,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) evidence: Evidence,
    pub(crate) barred: bool,
    pub(crate) in_drift: bool,
    pub(crate) intent_sequence: i64,
    pub(crate) waiting_since: Option<Timestamp>,
    pub(crate) act_id: Option<Uuid>,
    pub(crate) requested_at: Option<Timestamp>,
    pub(crate) confirmed_at: Option<Timestamp>,
    pub(crate) retired_imsis: Vec<String>,
    pub(crate) imei: Option<String>,
    pub(crate) eid: Option<String>,
    pub(crate) twin_of: Option<Uuid>,
    pub(crate) port_out_planned_at: Option<Timestamp>,
    pub(crate) ported_out_at: Option<Timestamp>,
    /// The earliest deadline of a stolen handset that is yet to be blocked.
    pub(crate) block_due: Option<Timestamp>,
    /// Whether a handset is to be blocked or unblocked.
    pub(crate) handset_waits: bool,
}

impl LineRow {
    /// The line after `event`, which the log holds as `recorded`.
    pub(super) fn after(event: Event, recorded: &RecordedEvent) -> Self {
        let confirmed_at = confirms_latest(&event).then_some(recorded.recorded_at);
        let Event { account_id, line_id, external_identifiers, line, .. } = event;
        Self {
            line_id,
            account_id,
            version: recorded.stream_version,
            msisdn: line.msisdn.known().map(|msisdn| msisdn.as_str().to_owned()),
            imsi: line.imsi.known().map(|imsi| imsi.as_str().to_owned()),
            iccid: line.iccid.known().map(|iccid| iccid.as_str().to_owned()),
            account_holder: line.account_holder.known().cloned(),
            user_id: line.user_id,
            cost_centre: line.cost_centre,
            site: line.site,
            external_identifiers,
            state: line.state,
            reasons: line.reasons,
            evidence: line.evidence,
            barred: line.state != LineState::Active,
            in_drift: line.drift,
            intent_sequence: i64::try_from(line.intent.sequence).unwrap_or(i64::MAX),
            waiting_since: line.waiting_since,
            act_id: line.latest_act.as_ref().map(|act| act.act_id),
            requested_at: line.latest_act.as_ref().map(|act| act.received_at),
            confirmed_at,
            retired_imsis: line
                .retired_imsis
                .iter()
                .filter_map(|imsi| Some(imsi.known()?.as_str().to_owned()))
                .collect(),
            imei: known(line.handset.as_ref()).map(Imei::as_str).map(str::to_owned),
            eid: known(line.eid.as_ref()).map(Eid::as_str).map(str::to_owned),
            twin_of: line.twin_of,
            port_out_planned_at: line.port_out_planned_at,
            ported_out_at: line.ported_out_at,
            block_due: line
                .stolen_handsets
                .iter()
                .filter(|handset| handset.state == HandsetState::ToBeBlocked)
                .map(|handset| handset.due_at)
                .min(),
            handset_waits: line.stolen_handsets.iter().any(|handset| handset.state != HandsetState::Blocked),
        }
    }

    /// Keeps when the latest act was confirmed, where an older row of the line knows it and this one does not: only
    /// the confirmation itself tells.
    pub(super) fn keep_confirmation_of(&mut self, older: &Self) {
        if self.act_id == older.act_id {
            self.confirmed_at = self.confirmed_at.or(older.confirmed_at);
        }
    }

    /// The values in the order of [`COLUMNS`].
    pub(super) fn values(&self) -> Result<Vec<Value>, Error> {
        let micros = |instant: Option<Timestamp>| Value::from(instant.map(Timestamp::as_micros));
        let reasons: Vec<_> = self.reasons.iter().map(|reason| reason.as_str()).collect();
        let keys = serde_json::to_string(&self.external_identifiers)
            .map_err(|_| Error::Corrupt("external_identifiers"))?;
        Ok(vec![
            self.line_id.into(),
            self.account_id.into(),
            self.version.into(),
            self.msisdn.clone().into(),
            self.imsi.clone().into(),
            self.iccid.clone().into(),
            self.account_holder.clone().into(),
            self.user_id.clone().into(),
            self.cost_centre.clone().into(),
            self.site.clone().into(),
            keys.into(),
            self.state.as_str().into(),
            reasons.join(" ").into(),
            self.evidence.as_str().into(),
            self.barred.into(),
            self.in_drift.into(),
            self.intent_sequence.into(),
            micros(self.waiting_since),
            self.act_id.into(),
            micros(self.requested_at),
            micros(self.confirmed_at),
            self.retired_imsis.join(" ").into(),
            self.imei.clone().into(),
            self.eid.clone().into(),
            self.twin_of.into(),
            micros(self.port_out_planned_at),
            micros(self.ported_out_at),
            micros(self.block_due),
            self.handset_waits.into(),
        ])
    }

    /// The line of a row that holds [`COLUMNS`].
    pub(super) fn read(row: &Row) -> Result<Self, Error> {
        let instant = |index| Ok::<_, sqlx::Error>(row.opt_i64(index)?.map(Timestamp::from_micros));
        let (state, evidence, reasons) = (row.text(11)?, row.text(13)?, row.text(12)?);
        let reason = |name: &str| Reason::ALL.into_iter().find(|reason| reason.as_str() == name);
        Ok(Self {
            line_id: row.uuid(0)?,
            account_id: row.uuid(1)?,
            version: row.i64(2)?,
            msisdn: row.opt_text(3)?,
            imsi: row.opt_text(4)?,
            iccid: row.opt_text(5)?,
            account_holder: row.opt_text(6)?,
            user_id: row.opt_text(7)?,
            cost_centre: row.opt_text(8)?,
            site: row.opt_text(9)?,
            external_identifiers: serde_json::from_str(&row.text(10)?)
                .map_err(|_| Error::Corrupt("external_identifiers"))?,
            state: LineState::ALL
                .into_iter()
                .find(|known| known.as_str() == state)
                .ok_or(Error::Corrupt("state"))?,
            reasons: words(&reasons).map(reason).collect::<Option<_>>().ok_or(Error::Corrupt("reasons"))?,
            evidence: Evidence::ALL
                .into_iter()
                .find(|known| known.as_str() == evidence)
                .ok_or(Error::Corrupt("evidence"))?,
            barred: row.bool(14)?,
            in_drift: row.bool(15)?,
            intent_sequence: row.i64(16)?,
            waiting_since: instant(17)?,
            act_id: row.opt_uuid(18)?,
            requested_at: instant(19)?,
            confirmed_at: instant(20)?,
            retired_imsis: words(&row.text(21)?).map(str::to_owned).collect(),
            imei: row.opt_text(22)?,
            eid: row.opt_text(23)?,
            twin_of: row.opt_uuid(24)?,
            port_out_planned_at: instant(25)?,
            ported_out_at: instant(26)?,
            block_due: instant(27)?,
            handset_waits: row.bool(28)?,
        })
    }
}

fn known<T>(personal: Option<&Personal<T>>) -> Option<&T> {
    personal.and_then(Personal::known)
}

/// The words of a list that was joined by spaces.
pub(super) fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ').filter(|word| !word.is_empty())
}

/// Whether the event confirms the line's latest act.
fn confirms_latest(event: &Event) -> bool {
    let confirmed: &Confirmed = match &event.fact {
        Fact::SuspensionConfirmed(confirmed)
        | Fact::ReinstatementConfirmed(confirmed)
        | Fact::SimReplacementConfirmed(confirmed) => confirmed,
        Fact::TerminationConfirmed(fact) => &fact.confirmed,
        _ => return false,
    };
    let latest = event.line.latest_act.as_ref().map(|act| act.act_id);
    latest.is_some_and(|latest| confirmed.acts.iter().any(|act| act.act_id == latest))
}
