//! What each command does: arguments to request, answer to output.

mod account;
mod base;
mod commitments;
mod contact;
mod contact_point;
mod dead_letter;
mod desk;
mod document;
mod house;
mod import;
mod line;
mod log;
mod mailbox;
mod names;
mod notice;
mod offline;
mod paging;
mod person;
mod preference;
mod progress;
mod project;
mod reaction;
mod register;
mod review;
mod route;
mod staff;
mod token;
mod view;
mod webhook;

pub(crate) use commitments::render_case;
pub(crate) use route::{destination, sentence as reason};

use std::process::ExitCode;

use vigie_clock::{Ids as _, SystemIds};

use uuid::Uuid;

use crate::cli::{Cli, Command, Global, RequestIdArgs};
use crate::client::{Client, Credentials, development};
use crate::error::Error;
use crate::output::Output;
use crate::serve;

/// Carries out a command.
pub(crate) async fn dispatch(cli: Cli, output: &mut Output) -> Result<(), Error> {
    let Cli { global, command } = cli;
    match command {
        Command::Run(arguments) => {
            // It holds every part of a service's start; no other command is to be as large.
            Box::pin(serve::run(arguments.config.as_deref(), global.data.as_deref(), output)).await
        }
        Command::Token(arguments) => token::run(&global, output, &arguments),
        Command::Line(command) => line::run(connect(&global, output).await?, output, command).await,
        Command::Account(command) => account::run(connect(&global, output).await?, output, command).await,
        Command::Person(command) => person::run(connect(&global, output).await?, output, command).await,
        Command::Staff(command) => staff::run(connect(&global, output).await?, output, command).await,
        Command::Desk(command) => desk::run(connect(&global, output).await?, output, command).await,
        Command::ContactPoint(command) => {
            contact_point::run(connect(&global, output).await?, output, command).await
        }
        Command::Review(command) => review::run(connect(&global, output).await?, output, command).await,
        Command::Project(command) => project::run(connect(&global, output).await?, output, command).await,
        Command::Contact(command) => contact::run(connect(&global, output).await?, output, command).await,
        Command::Route(arguments) => route::run(&connect(&global, output).await?, output, &arguments).await,
        Command::Notice(command) => notice::run(connect(&global, output).await?, output, command).await,
        Command::Mailbox(command) => mailbox::run(&global, output, command).await,
        Command::Webhook(command) => webhook::run(connect(&global, output).await?, output, command).await,
        Command::Preference(command) => {
            preference::run(connect(&global, output).await?, output, command).await
        }
        Command::Base(command) => base::run(&global, output, command).await,
        Command::Register(command) => register::run(connect(&global, output).await?, output, command).await,
        Command::Commitments(command) => {
            commitments::run(connect(&global, output).await?, output, command).await
        }
        Command::Progress(command) => progress::run(connect(&global, output).await?, output, command).await,
        Command::Log(command) => log::run(&global, output, command).await,
        Command::View(command) => view::run(&global, output, command).await,
        Command::DeadLetter(command) => {
            dead_letter::run(connect(&global, output).await?, output, command).await
        }
        Command::Reaction(command) => reaction::run(connect(&global, output).await?, output, command).await,
    }
}

/// Connects with the token at hand: the environment's, else one for development, else none.
async fn connect(global: &Global, output: &mut Output) -> Result<Client, Error> {
    let credentials = match std::env::var("VIGIE_TOKEN") {
        Ok(token) if !token.trim().is_empty() => Credentials::bearer(&token)?,
        _ => match development::token_for(&global.endpoint, global.data_folder())? {
            Some(token) => {
                let folder = global.data_folder().display();
                output.note(&format!("with a development token of {folder} (VIGIE_TOKEN is not set)"));
                Credentials::bearer(&token)?
            }
            None => Credentials::none(),
        },
    };
    Client::connect(&global.endpoint, global.ca.as_deref(), credentials).await
}

/// The id of this request: the one to repeat, else a new one.
fn request_id(arguments: &RequestIdArgs) -> Uuid {
    arguments.request_id.unwrap_or_else(|| SystemIds.next())
}

/// What else a repeat has to say where the outcome is not known: what was chosen then is perhaps not what would be chosen now.
fn repeat_with(output: &mut Output, error: &Error, what: &str) {
    if error.exit_code() == ExitCode::from(3) {
        output.note(&format!("When you repeat it, say {what}."));
    }
}
