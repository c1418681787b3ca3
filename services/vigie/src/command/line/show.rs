//! `vigie line show`

use jiff::tz::TimeZone;
use vigie_proto::lines::{GetLineRequest, Line};

use crate::cli::LineSelector;
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, line: &LineSelector) -> Result<(), Error> {
    let request = GetLineRequest { line: Some(line.into()) };
    let response = client.lines().get_line(prompt(request)).await?.into_inner();
    output
        .either(|| json::document(&response), |zone| render(&response.line.clone().unwrap_or_default(), zone))
}

pub(super) fn render(line: &Line, zone: &TimeZone) -> String {
    let state = paint(words::line_style(line.state()), &words::line_state(line.state));
    let keys: Vec<_> = line
        .external_identifiers
        .iter()
        .map(|key| format!("{}:{}={}", key.owner, key.r#type, key.id))
        .collect();
    Fields::new(format!("{}  {state}", paint(style::STRONG, &line.msisdn)))
        .styled("reasons", words::reasons(&line.reasons), style::WAITING)
        .styled("evidence", words::evidence_of(line), words::evidence_style(line.evidence()))
        .field("asked", time::local(line.requested_at.as_ref(), zone))
        .field("confirmed", time::local(line.confirmed_at.as_ref(), zone))
        .field("holder", &line.account_holder)
        .field("user", &line.user_id)
        .field("cost centre", &line.cost_centre)
        .field("site", &line.site)
        .field("IMSI", &line.imsi)
        .field("ICCID", &line.iccid)
        .field("EID", &line.eid)
        .field("IMEI", &line.imei)
        .field("twin of", &line.twin_of)
        .styled("ports out", time::local(line.port_out_planned_at.as_ref(), zone), style::WAITING)
        .field("ported out", time::local(line.ported_out_at.as_ref(), zone))
        .field("other keys", keys.join("  "))
        .styled("account", &line.account_id, style::FAINT)
        .styled("line", &line.line_id, style::FAINT)
        .styled("last act", &line.act_id, style::FAINT)
        .styled("version", line.version.to_string(), style::FAINT)
        .render()
}

#[cfg(test)]
mod tests {
    use vigie_proto::lines::ExternalIdentifier;

    use super::*;
    use crate::command::line::act::tests::stolen_line;

    #[test]
    fn a_line_shows_state_reasons_and_the_keys_of_other_systems() {
        let key =
            ExternalIdentifier { owner: "crm".into(), r#type: "subscription".into(), id: "S-17".into() };
        let line = Line { external_identifiers: vec![key], version: 4, ..stolen_line() };
        let text = anstream::adapter::strip_str(&render(&line, &TimeZone::UTC)).to_string();
        assert!(text.starts_with("+33639980001  SUSPENDED\n"), "{text}");
        assert!(text.contains("reasons     THEFT\n"), "{text}");
        assert!(text.contains("other keys  crm:subscription=S-17\n"), "{text}");
        assert!(!text.contains("confirmed"), "an absent time is left out: {text}");
    }
}
