//! `vigie mailbox …`: the folder that mail goes to where none leaves the machine. Read as it lies there, without a process.

use serde_json::{Value, json};
use vigie_notices::config::Mail;
use vigie_notices::post::{Letter, Shown, letters};

use crate::cli::{Global, MailboxCommand};
use crate::error::Error;
use crate::output::Output;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};

/// Mails looked at, at most.
const MAILS_MAX: u32 = 10_000;

pub(super) async fn run(global: &Global, output: &mut Output, command: MailboxCommand) -> Result<(), Error> {
    let (MailboxCommand::List { limit: wanted } | MailboxCommand::Show { number: wanted }) = &command;
    let latest = latest(global, (*wanted).min(MAILS_MAX)).await?;
    match command {
        MailboxCommand::List { .. } => list(output, &latest),
        MailboxCommand::Show { number } => {
            let index = usize::try_from(number).unwrap_or(usize::MAX).checked_sub(1);
            if latest.is_empty() && number > 0 {
                return Err(Error::Usage(
                    "there is no mail yet: it comes when somebody is told of something".to_owned(),
                ));
            }
            let letter = index.and_then(|index| latest.get(index)).ok_or_else(|| {
                Error::Usage(format!("there is no mail {number}: `vigie mailbox list` numbers them"))
            })?;
            let shown = letter.shown();
            output.either(|| document(letter, &shown, true), |_| render(&shown))
        }
    }
}

/// Newest first. No folder is no mail.
async fn latest(global: &Global, max: u32) -> Result<Vec<Letter>, Error> {
    let folder = global.data_folder().join(Mail::FOLDER);
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let read = tokio::task::spawn_blocking(move || letters(&folder, max)).await;
    match read.map_err(std::io::Error::other).flatten() {
        Ok(latest) => Ok(latest),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::local("read the mailbox folder", error)),
    }
}

fn list(output: &mut Output, latest: &[Letter]) -> Result<(), Error> {
    if latest.is_empty() {
        return output.text("No mail.");
    }
    let mut table = Table::new([
        ("", Align::Right),
        ("sent", Align::Left),
        ("to", Align::Left),
        ("subject", Align::Left),
    ]);
    for (number, letter) in (1..).zip(latest) {
        let shown = letter.shown();
        output.document(&document(letter, &shown, false))?;
        let number: u32 = number;
        table.row([
            number.to_string().into(),
            Cell::styled(shown.date, style::FAINT),
            Cell::styled(shown.to, style::STRONG),
            shown.subject.into(),
        ]);
    }
    output.text(&table.render())
}

fn render(shown: &Shown) -> String {
    let head = Fields::new(paint(style::STRONG, &shown.subject))
        .field("from", &shown.from)
        .field("to", &shown.to)
        .field("sent", &shown.date)
        .styled("message id", &shown.message_id, style::FAINT)
        .render();
    format!("{head}\n{}", shown.text)
}

fn document(letter: &Letter, shown: &Shown, with_text: bool) -> Value {
    let mut document = json!({
        "file": letter.file,
        "from": shown.from,
        "to": shown.to,
        "date": shown.date,
        "subject": shown.subject,
        "message_id": shown.message_id,
        "cause": shown.cause,
    });
    if let (true, Some(fields)) = (with_text, document.as_object_mut()) {
        fields.insert("text".to_owned(), shown.text.clone().into());
    }
    document
}
