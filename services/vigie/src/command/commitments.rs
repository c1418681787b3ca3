//! `vigie commitments …`

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tonic::Request;
use vigie_commitments::Characteristic;
use vigie_proto::commitments::{
    Case, GetCharacteristicRequest, GetCharacteristicResponse, ListCasesRequest, RebuildRequest,
    RebuildResponse, Verdict,
};

use crate::cli::{CommitmentsCommand, ShowCommitments};
use crate::client::{Client, prompt};
use crate::command::paging::Paging;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{Output, json, time, words};

pub(super) async fn run(
    client: Client,
    output: &mut Output,
    command: CommitmentsCommand,
) -> Result<(), Error> {
    match command {
        CommitmentsCommand::Show(arguments) => show(&client, output, &arguments).await,
        CommitmentsCommand::Rebuild => rebuild(&client, output).await,
    }
}

/// The name that stands for every characteristic.
const ALL: &str = "all";

/// Characters of a promise's words on a line with its figures.
const PROMISE_MAX: usize = 34;

async fn show(client: &Client, output: &mut Output, arguments: &ShowCommitments) -> Result<(), Error> {
    let account_id = arguments.account.map(|id| id.to_string()).unwrap_or_default();
    if arguments.characteristic == ALL {
        return list(client, output, &account_id).await;
    }
    let result = result_of(client, &arguments.characteristic, &account_id).await?;
    if !arguments.cases {
        return output.either(|| json::document(&result), |_| render_result(&result));
    }
    let mut paging = Paging::new(arguments.limit);
    let mut cases = Vec::new();
    output.text(&render_result(&result))?;
    while let Some((page_size, page_token)) = paging.next_page() {
        let request = ListCasesRequest {
            characteristic: arguments.characteristic.clone(),
            account_id: account_id.clone(),
            verdict: Verdict::Unspecified.into(),
            subject_id: String::new(),
            page_size,
            page_token,
        };
        let mut page = client.commitments().list_cases(prompt(request)).await?.into_inner();
        paging.took(&mut page.cases, page.next_page_token);
        for case in &page.cases {
            let text = render_case(case, output.zone());
            output.text(&format!("\n{text}"))?;
        }
        if output.is_json() {
            cases.extend(page.cases.iter().map(json::document));
        }
    }
    if let Some(remark) = paging.remark("cases") {
        output.note(&remark);
    }
    output.document(&with_cases(json::document(&result), cases))
}

async fn list(client: &Client, output: &mut Output, account_id: &str) -> Result<(), Error> {
    let mut results = Vec::new();
    for characteristic in Characteristic::ALL {
        results.push(result_of(client, characteristic.name, account_id).await?);
    }
    output.either(
        || json!({ "characteristics": results.iter().map(json::document).collect::<Vec<_>>() }),
        |_| render_all(&results),
    )
}

async fn result_of(
    client: &Client,
    characteristic: &str,
    account_id: &str,
) -> Result<GetCharacteristicResponse, Error> {
    let request = GetCharacteristicRequest {
        characteristic: characteristic.to_owned(),
        account_id: account_id.to_owned(),
        from: None,
        to: None,
    };
    Ok(client.commitments().get_characteristic(prompt(request)).await?.into_inner())
}

fn with_cases(mut result: Value, cases: Vec<Value>) -> Value {
    if let Some(fields) = result.as_object_mut() {
        fields.insert("cases".into(), cases.into());
    }
    result
}

/// A promise on one line: its whole population.
fn render_all(results: &[GetCharacteristicResponse]) -> String {
    let mut table = Table::new([
        ("", Align::Left),
        ("ratio", Align::Right),
        ("kept", Align::Right),
        ("late", Align::Right),
        ("excluded", Align::Right),
        ("open", Align::Right),
        ("unmeasured", Align::Right),
        ("population", Align::Right),
        ("promise", Align::Left),
    ]);
    let mut promise = "";
    for result in results {
        let ratio = match result.ratio {
            Some(ratio) => format!("{:.2} %", ratio * 100.0).into(),
            None => Cell::styled("not measurable", style::FAINT),
        };
        let excluded: i64 = result.excluded.iter().map(|count| count.cases).sum();
        let of_late = if result.late == 0 { style::PLAIN } else { style::BAD };
        // Several characteristics of one promise follow each other: it is said once.
        let is_said = std::mem::replace(&mut promise, &result.promise) == result.promise;
        let words = if is_said { String::new() } else { shortened(&result.promise) };
        table.row([
            Cell::styled(&result.characteristic, style::STRONG),
            ratio,
            result.kept.to_string().into(),
            Cell::styled(result.late.to_string(), of_late),
            excluded.to_string().into(),
            result.open.to_string().into(),
            result.unmeasured.to_string().into(),
            result.population.to_string().into(),
            Cell::styled(words, style::FAINT),
        ]);
    }
    table.render()
}

/// As much of a promise as there is room for beside its figures.
fn shortened(promise: &str) -> String {
    match promise.char_indices().nth(PROMISE_MAX) {
        Some((end, _)) => format!("{}…", promise.get(..end).unwrap_or_default().trim_end()),
        None => promise.to_owned(),
    }
}

/// A promise and how it was kept; a denominator of 0 is not measurable, never 100 %.
pub(crate) fn render_result(result: &GetCharacteristicResponse) -> String {
    let kept_ratio = match result.ratio {
        Some(ratio) => {
            format!("{:.2} %  ({} of {} judged)", ratio * 100.0, result.kept, result.kept + result.late)
        }
        None => "not measurable".to_owned(),
    };
    let late_style = if result.late == 0 { style::PLAIN } else { style::BAD };
    let excluded: i64 = result.excluded.iter().map(|count| count.cases).sum();
    let codes: Vec<_> =
        result.excluded.iter().map(|count| format!("{} {}", count.cases, count.reason_code)).collect();
    let excluded = if excluded == 0 { "0".to_owned() } else { format!("{excluded}  ({})", codes.join(", ")) };
    // Where a duration says nothing there is no target for it.
    let p95 = match (&result.p95, &result.p95_target) {
        (_, None) => String::new(),
        (Some(p95), target) => {
            format!("{}  (at most {})", time::duration(Some(p95)), time::duration(target.as_ref()))
        }
        (None, Some(_)) => "not measurable".to_owned(),
    };
    let simulated = if result.simulated { "some evidence comes from a SIMULATED register" } else { "" };
    let title = format!("{}  {}", paint(style::STRONG, &result.characteristic), result.promise);
    Fields::new(title)
        .field("kept", kept_ratio)
        .styled("p95 of T1 - T0", p95, style::PLAIN)
        .field("population", format!("{} = kept + late + excluded + open + unmeasured", result.population))
        .field("  kept", result.kept.to_string())
        .styled("  late", result.late.to_string(), late_style)
        .field("  excluded", excluded)
        .field("  open", result.open.to_string())
        .field("  unmeasured", result.unmeasured.to_string())
        .styled("evidence", simulated, style::WAITING)
        .paragraph("definition", &format!("{}: {}", result.definition_version, result.definition))
        .styled("read up to", read_up_to(result), style::FAINT)
        .render()
}

/// How far the ledger has read the log that the cases come from.
fn read_up_to(result: &GetCharacteristicResponse) -> String {
    match result.log.as_str() {
        "" => format!("position {}", result.position),
        log => format!("position {} of the log of {log}", result.position),
    }
}

/// A case with everything that proves it.
pub(crate) fn render_case(case: &Case, zone: &TimeZone) -> String {
    let verdict = paint(words::verdict_style(case.verdict()), &words::verdict(case.verdict));
    let is_act = ["", "9.3"].contains(&case.characteristic.as_str());
    // Only what has to be done by a date takes time; what is done ahead of T0 took none.
    let took_time = |ms: &f64| is_act || (case.due_at.is_some() && *ms > 0.0);
    let elapsed = time::elapsed_ms(case.t0.as_ref(), case.t1.as_ref()).filter(took_time);
    let t1 = time::local(case.t1.as_ref(), zone);
    let t1 = elapsed.map_or_else(|| t1.clone(), |ms| format!("{t1}  (T1 - T0 = {})", time::span(ms)));
    // An act shows how long it took; a deadline of days is a date.
    let due = case.due_at.filter(|_| !is_act).map(|due| time::local(Some(&due), zone)).unwrap_or_default();
    Fields::new(format!("{}  {}", paint(style::STRONG, &case.summary), verdict))
        .styled("reason", &case.reason_code, style::WAITING)
        .field("T0", time::local(case.t0.as_ref(), zone))
        .field("T1", t1)
        .styled("due before", due, style::FAINT)
        .field("evidence", &case.evidence_level)
        .field("proven by", case.evidence_event_ids.join("\n"))
        .styled("incidents", case.incidents.join(", "), style::WAITING)
        .styled(if is_act { "line" } else { "about" }, &case.subject_id, style::FAINT)
        .styled("account", &case.account_id, style::FAINT)
        .styled(if is_act { "case = act" } else { "case" }, &case.case_id, style::FAINT)
        .render()
}

async fn rebuild(client: &Client, output: &mut Output) -> Result<(), Error> {
    let mut answers = client.commitments().rebuild(Request::new(RebuildRequest {})).await?.into_inner();
    let mut progress = output.progress("rebuilding");
    let mut last = RebuildResponse::default();
    while let Some(response) = answers.message().await? {
        progress.update(response.events_done, response.events_total, "");
        output.show(&mut progress);
        output.document(&json::document(&response))?;
        last = response;
    }
    output.finish(progress);
    if !last.done {
        return Err(tonic::Status::unavailable("the rebuild ended before its end").into());
    }
    let same = last.digest == last.live_digest;
    let outcome = if same {
        paint(style::GOOD, "the live ledger is the same")
    } else {
        paint(style::BAD, "the live ledger differs")
    };
    let fields = Fields::new(format!("{} events read; {outcome}", last.events_done))
        .field("rebuilt", &last.digest)
        .field("live", &last.live_digest);
    output.text(&fields.render())?;
    if same {
        return Ok(());
    }
    Err(Error::Found {
        reason: "DIGEST_MISMATCH",
        message: "the rebuilt ledger is not the live one: keep both and call an engineer".into(),
    })
}

#[cfg(test)]
mod tests {
    use prost_types::{Duration, Timestamp};
    use vigie_proto::commitments::ExcludedCount;

    use super::*;

    fn result() -> GetCharacteristicResponse {
        GetCharacteristicResponse {
            characteristic: "9.3".into(),
            promise: "suspended at once".into(),
            definition_version: "9.3/1".into(),
            kept: 199,
            late: 1,
            excluded: vec![ExcludedCount { reason_code: "SUPERSEDED".into(), cases: 3 }],
            open: 2,
            population: 205,
            ratio: Some(0.995),
            p95: Some(Duration { seconds: 0, nanos: 4_200_000 }),
            p95_target: Some(Duration { seconds: 1, nanos: 0 }),
            simulated: true,
            ..Default::default()
        }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_result_shows_its_whole_population() {
        let text = plain(&render_result(&result()));
        assert!(text.starts_with("9.3  suspended at once\n"), "{text}");
        assert!(text.contains("99.50 %  (199 of 200 judged)"), "{text}");
        assert!(text.contains("4.20 ms  (at most 1.00 s)"), "{text}");
        assert!(text.contains("3  (3 SUPERSEDED)"), "{text}");
        assert!(text.contains("SIMULATED"), "{text}");
        let of_lines = GetCharacteristicResponse { log: "lines".into(), position: 7, ..result() };
        assert!(plain(&render_result(&of_lines)).contains("position 7 of the log of lines"));
    }

    #[test]
    fn each_promise_has_a_line_with_its_whole_population() {
        let handset = GetCharacteristicResponse {
            characteristic: "9.3/block-list".into(),
            promise: "a stolen handset is on the block list within four working days of its declaration"
                .into(),
            ratio: None,
            kept: 0,
            late: 0,
            population: 5,
            ..result()
        };
        let text = plain(&render_all(&[result(), handset]));
        let cells: Vec<Vec<_>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(cells[1][..9], ["9.3", "99.50", "%", "199", "1", "3", "2", "0", "205"]);
        assert_eq!(cells[2][..9], ["9.3/block-list", "not", "measurable", "0", "0", "3", "2", "0", "5"]);
        assert!(
            text.contains("suspended at once") && text.contains("a stolen handset") && text.contains('…'),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }

    #[test]
    fn what_was_told_ahead_of_its_date_took_no_time() {
        let (t0, t1) = (Timestamp { seconds: 90_000, nanos: 0 }, Timestamp { seconds: 10, nanos: 0 });
        let case =
            Case { characteristic: "3.1/told".into(), t0: Some(t0), t1: Some(t1), ..Default::default() };
        let text = plain(&render_case(&case, &TimeZone::UTC));
        assert!(text.contains("T1") && !text.contains("T1 - T0"), "{text}");
    }

    #[test]
    fn without_a_target_no_duration_is_shown() {
        let text =
            plain(&render_result(&GetCharacteristicResponse { p95: None, p95_target: None, ..result() }));
        assert!(!text.contains("p95"), "{text}");
    }

    #[test]
    fn nothing_judged_is_not_measurable_and_never_100_percent() {
        let empty = GetCharacteristicResponse { ratio: None, p95: None, ..result() };
        let text = plain(&render_result(&empty));
        assert_eq!(text.matches("not measurable").count(), 2, "{text}");
        assert!(!text.contains("100"), "{text}");
    }

    #[test]
    fn a_case_names_every_event_that_proves_it() {
        let case = Case {
            summary: "SUSPEND THEFT".into(),
            verdict: Verdict::Kept.into(),
            t0: Some(Timestamp { seconds: 10, nanos: 0 }),
            t1: Some(Timestamp { seconds: 10, nanos: 3_400_000 }),
            evidence_event_ids: vec!["e-1".into(), "e-2".into()],
            ..Default::default()
        };
        let text = plain(&render_case(&case, &TimeZone::UTC));
        assert!(text.starts_with("SUSPEND THEFT  KEPT\n"), "{text}");
        assert!(text.contains("(T1 - T0 = 3.40 ms)"), "{text}");
        assert!(text.contains("e-1\n") && text.contains("e-2\n"), "{text}");
    }
}
