//! `vigie register …`

use tonic::Request;
use vigie_proto::lines::{
    GetRegisterStatusRequest, GetRegisterStatusResponse, PauseReconcilerRequest, ReconcileRequest,
    ReconcileResponse, UnpauseReconcilerRequest,
};

use crate::cli::{Pause, Reconcile, RegisterCommand};
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json};

pub(super) async fn run(client: Client, output: &mut Output, command: RegisterCommand) -> Result<(), Error> {
    match command {
        RegisterCommand::Status => status(&client, output).await,
        RegisterCommand::Reconcile(arguments) => reconcile(&client, output, &arguments).await,
        RegisterCommand::Pause(arguments) => pause(&client, output, arguments).await,
        RegisterCommand::Unpause => unpause(&client, output).await,
    }
}

async fn status(client: &Client, output: &mut Output) -> Result<(), Error> {
    let request = prompt(GetRegisterStatusRequest {});
    let response = client.register().get_register_status(request).await?.into_inner();
    output.either(|| json::document(&response), |_| render_status(&response))
}

fn render_status(status: &GetRegisterStatusResponse) -> String {
    let reachable =
        if status.reachable { paint(style::GOOD, "reachable") } else { paint(style::BAD, "unreachable") };
    let (reconciler, colour) = match (status.paused, status.waiting_for_approval) {
        (true, _) => (format!("paused: {}", status.pause_reason), style::WAITING),
        (false, waiting) if waiting > 0 => (
            format!("stopped: {waiting} differences wait for `vigie register reconcile --approve`"),
            style::BAD,
        ),
        (false, _) => ("running".to_owned(), style::GOOD),
    };
    let overdue = match status.overdue {
        0 => String::new(),
        overdue => format!("{overdue} for more than 60 s; see `vigie line pending`"),
    };
    Fields::new(format!("{}  {reachable}", paint(style::STRONG, &status.register)))
        .field("waiting", status.pending.to_string())
        .styled("overdue", overdue, style::BAD)
        .styled("reconciler", reconciler, colour)
        .render()
}

async fn reconcile(client: &Client, output: &mut Output, arguments: &Reconcile) -> Result<(), Error> {
    let request = Request::new(ReconcileRequest { approve: arguments.approve });
    let mut answers = client.register().reconcile(request).await?.into_inner();
    let mut progress = output.progress("comparing");
    let mut last = ReconcileResponse::default();
    while let Some(response) = answers.message().await? {
        progress.update(response.lines_compared, response.lines_total, "");
        output.show(&mut progress);
        output.document(&json::document(&response))?;
        last = response;
    }
    output.finish(progress);
    if !last.done {
        return Err(tonic::Status::unavailable("the comparison ended before its end").into());
    }
    output.text(&render_reconciled(&last))?;
    match last.waiting_for_approval {
        0 => Ok(()),
        waiting => Err(Error::Found {
            reason: "WAITING_FOR_APPROVAL",
            message: format!(
                "{waiting} differences left: look at the lines, then `vigie register reconcile --approve`"
            ),
        }),
    }
}

fn render_reconciled(last: &ReconcileResponse) -> String {
    let colour = if last.drift_found == 0 { style::GOOD } else { style::WAITING };
    let found = paint(colour, &format!("{} differences", last.drift_found));
    format!("{} lines compared, {found}, {} put right", last.lines_compared, last.drift_repaired)
}

async fn pause(client: &Client, output: &mut Output, arguments: Pause) -> Result<(), Error> {
    let request = prompt(PauseReconcilerRequest { reason: arguments.reason });
    client.register().pause_reconciler(request).await?;
    output.either(
        || serde_json::json!({}),
        |_| "The reconciler is paused; commands go on. `vigie register unpause` ends it.".into(),
    )
}

async fn unpause(client: &Client, output: &mut Output) -> Result<(), Error> {
    client.register().unpause_reconciler(prompt(UnpauseReconcilerRequest {})).await?;
    output.either(|| serde_json::json!({}), |_| "The reconciler repairs again.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(status: &GetRegisterStatusResponse) -> String {
        anstream::adapter::strip_str(&render_status(status)).to_string()
    }

    #[test]
    fn a_calm_register_says_so_in_three_lines() {
        let status = GetRegisterStatusResponse {
            register: "OsmoHLR at 127.0.0.1:4259".into(),
            reachable: true,
            ..Default::default()
        };
        assert_eq!(
            plain(&status),
            "OsmoHLR at 127.0.0.1:4259  reachable\n  waiting     0\n  reconciler  running\n"
        );
    }

    #[test]
    fn what_needs_a_person_says_what_to_do() {
        let status = GetRegisterStatusResponse {
            register: "simulated".into(),
            pending: 4,
            overdue: 2,
            waiting_for_approval: 21,
            ..Default::default()
        };
        let text = plain(&status);
        assert!(text.contains("unreachable") && text.contains("`vigie line pending`"), "{text}");
        assert!(text.contains("21 differences wait for `vigie register reconcile --approve`"), "{text}");
    }
}
