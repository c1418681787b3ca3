//! What a customer hands to police or insurer: number, times and reference of an act.

use jiff::tz::TimeZone;
use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::Aggregate;
use vigie_proto::lines::{GetReceiptRequest, GetReceiptResponse};

use super::asking::Asking;
use super::place::resolve;
use super::{Deps, reject, request, response};
use crate::domain::{Act, ActKind, ActState, Evidence, Imei, Line, Reason as Cause};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/GetReceipt";

/// Events per read when an old act is looked up.
const READ_PAGE: usize = 512;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetReceiptRequest>,
) -> Result<GetReceiptResponse, Refusal> {
    let (asking, body) = Asking::of(deps, call)?;
    request::text("act_id", &body.act_id)?;
    let act_id = vigie_chassis::validate::optional_uuid("act_id", &body.act_id)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;
    let (state, _) = deps.aggregates.load(place.line_id).await.map_err(reject::refusal)?;
    let line = Option::as_ref(&state).ok_or_else(reject::line_not_found)?;

    let act = match act_id {
        None => line.latest_act().cloned(),
        Some(act_id) => match line.act(act_id) {
            Some(act) => Some(act.clone()),
            None => forgotten_act(deps, place.line_id, act_id).await?,
        },
    };
    let act = act.ok_or_else(|| Refusal::new(Reason::ActNotFound, "there is no such act on this line"))?;
    let msisdn = line.msisdn().known().map(|msisdn| msisdn.as_str().to_owned()).unwrap_or_default();
    Ok(GetReceiptResponse {
        reference: act.reference(),
        text: text(&act, &msisdn, line.handset().and_then(Personal::known)),
        msisdn,
        act: Some(response::act(&act)),
    })
}

/// An act that the line does not remember any more, from its events.
pub(super) async fn forgotten_act(deps: &Deps, line_id: Uuid, act_id: Uuid) -> Result<Option<Act>, Refusal> {
    let (mut state, mut version, mut found) = (None, 0, None);
    loop {
        let page = deps.aggregates.log().read_stream(line_id, version, READ_PAGE).await;
        let page = page.map_err(|error| reject::unreadable(&error))?;
        for row in &page {
            let event =
                Line::decode(&row.event_type, &row.payload).map_err(|error| Refusal::internal(&error))?;
            crate::domain::evolve(&mut state, &event, row.recorded_at);
            version = row.stream_version;
            let act = state.as_ref().and_then(|line: &Line| line.act(act_id));
            found = act.cloned().or(found);
        }
        if page.len() < READ_PAGE {
            return Ok(found);
        }
    }
}

fn text(act: &Act, msisdn: &str, handset: Option<&Imei>) -> String {
    let number = if msisdn.is_empty() { "-" } else { msisdn };
    let confirmed = |pending: &str| act.confirmed_at.map_or_else(|| pending.to_owned(), both_times);
    let french = format!(
        "RÉCÉPISSÉ\n\
         Référence : {}\n\
         Numéro de la ligne : {number}\n\
         Acte : {}\n\
         Demande reçue : {}\n\
         Demande enregistrée : {}\n\
         Confirmé par relecture du registre : {}\n\
         Preuve : {}\n\
         IMEI du terminal : {}\n",
        act.reference(),
        act_in_french(act),
        both_times(act.received_at),
        both_times(act.recorded_at),
        confirmed(not_confirmed_in_french(act.state)),
        evidence_in_french(act.evidence),
        handset.map_or("non connu de l'opérateur", Imei::as_str),
    );
    let english = format!(
        "RECEIPT\n\
         Reference: {}\n\
         Number of the line: {number}\n\
         Act: {}\n\
         Request received: {}\n\
         Request recorded: {}\n\
         Confirmed by read-back from the register: {}\n\
         Evidence: {}\n\
         IMEI of the handset: {}\n",
        act.reference(),
        act_in_english(act),
        both_times(act.received_at),
        both_times(act.recorded_at),
        confirmed(not_confirmed_in_english(act.state)),
        evidence_in_english(act.evidence),
        handset.map_or("not known to the operator", Imei::as_str),
    );
    format!("{french}\n{english}")
}

/// `2026-11-23 04:00:00.120 Europe/Paris (2026-11-23T03:00:00.120000Z)`: what a clock on a wall showed, and what
/// everybody's clock showed.
fn both_times(instant: Timestamp) -> String {
    let utc = instant.to_string();
    let zoned = jiff::Timestamp::from_microsecond(instant.as_micros())
        .ok()
        .zip(TimeZone::get("Europe/Paris").ok())
        .map(|(instant, paris)| instant.to_zoned(paris));
    match zoned {
        Some(local) => format!("{} Europe/Paris ({utc})", local.strftime("%Y-%m-%d %H:%M:%S%.3f")),
        None => utc,
    }
}

const fn cause_in_french(reason: Cause) -> &'static str {
    match reason {
        Cause::Loss => "perte",
        Cause::Theft => "vol",
        Cause::Other => "autre motif",
        Cause::Unpaid => "impayé",
        Cause::CommercialFreeze => "gel commercial",
    }
}

const fn cause_in_english(reason: Cause) -> &'static str {
    match reason {
        Cause::Loss => "loss",
        Cause::Theft => "theft",
        Cause::Other => "other cause",
        Cause::Unpaid => "unpaid invoices",
        Cause::CommercialFreeze => "commercial freeze",
    }
}

fn act_in_french(act: &Act) -> String {
    let cause = act.reason.map_or("-", cause_in_french);
    match act.kind {
        ActKind::Suspend => format!("suspension de la ligne ({cause})"),
        ActKind::Reinstate if act.state == ActState::Recorded => {
            format!("levée d'un motif de suspension ({cause}) ; la ligne reste suspendue")
        }
        ActKind::Reinstate => format!("remise en service de la ligne ({cause})"),
        ActKind::ReplaceSim => "remplacement de la carte SIM".to_owned(),
        ActKind::Terminate => "résiliation de la ligne".to_owned(),
    }
}

fn act_in_english(act: &Act) -> String {
    let cause = act.reason.map_or("-", cause_in_english);
    match act.kind {
        ActKind::Suspend => format!("suspension of the line ({cause})"),
        ActKind::Reinstate if act.state == ActState::Recorded => {
            format!("a reason for suspension lifted ({cause}); the line stays suspended")
        }
        ActKind::Reinstate => format!("reinstatement of the line ({cause})"),
        ActKind::ReplaceSim => "replacement of the SIM".to_owned(),
        ActKind::Terminate => "termination of the line".to_owned(),
    }
}

const fn not_confirmed_in_french(state: ActState) -> &'static str {
    match state {
        ActState::Superseded => "non : un acte contraire l'a remplacé",
        ActState::Recorded => "sans objet",
        ActState::Pending | ActState::Confirmed => "pas encore",
    }
}

const fn not_confirmed_in_english(state: ActState) -> &'static str {
    match state {
        ActState::Superseded => "no: an opposite act replaced it",
        ActState::Recorded => "not applicable",
        ActState::Pending | ActState::Confirmed => "not yet",
    }
}

const fn evidence_in_french(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::NotYetConfirmed => "demande enregistrée, pas encore relue dans le registre",
        Evidence::Simulated => "registre simulé : ne prouve rien d'un réseau",
        Evidence::RegisterReadBack => "relue dans le registre des abonnés",
        Evidence::DetachRequested => "relue dans le registre des abonnés ; détachement du terminal demandé",
    }
}

const fn evidence_in_english(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::NotYetConfirmed => "recorded, not yet read back from the register",
        Evidence::Simulated => "simulated register: proves nothing about a network",
        Evidence::RegisterReadBack => "read back from the subscriber register",
        Evidence::DetachRequested => {
            "read back from the subscriber register; detach of the handset requested"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_wall_in_winter_and_summer_and_utc() {
        let winter = both_times(Timestamp::parse("2026-11-23T03:00:00.12Z").unwrap());
        assert_eq!(winter, "2026-11-23 04:00:00.120 Europe/Paris (2026-11-23T03:00:00.120000Z)");
        let summer = both_times(Timestamp::parse("2026-07-14T03:00:00Z").unwrap());
        assert_eq!(summer, "2026-07-14 05:00:00.000 Europe/Paris (2026-07-14T03:00:00.000000Z)");
    }
}
