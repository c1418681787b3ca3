//! What can be asked on the command line.

mod account;
mod base;
mod commitments;
mod contact;
mod contact_fact;
mod contact_point;
mod customer;
mod dead_letter;
mod desk;
mod handset;
mod hours;
mod house;
mod line;
mod log;
mod mailbox;
mod notice;
mod notice_words;
mod overview;
mod person;
mod port_out;
mod preference;
mod progress;
mod project;
mod reaction;
mod reference;
mod register;
mod review;
mod route;
mod routing_words;
mod staff;
mod token;
mod view;
mod webhook;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use vigie_process::DATA_FOLDER;

pub(crate) use account::{
    AccountCommand, AssignManager, ChangeAccount, CloseAccount, EndAssignment, ListAccounts, MoveAccount,
    RegisterAccount,
};
pub(crate) use base::{BaseCommand, GenerateBase, ImportBase};
pub(crate) use commitments::{CommitmentsCommand, Show as ShowCommitments};
pub(crate) use contact::{ContactCommand, ContactSelector, ListContacts, SettleRejectedFact, SplitContact};
pub(crate) use contact_fact::{CallerArgs, FactArgs, FactFile, Presence, RecordCommand, Score, Wait};
pub(crate) use contact_point::{ContactPointCommand, ListContactPoints, ListRecipients, Publish, Retire};
pub(crate) use customer::{AccountSelector, Key, MomentArgs, PersonSelector, When};
pub(crate) use dead_letter::{DeadLetterArgs, DeadLetterCommand, ListDeadLetters, SkipDeadLetter};
pub(crate) use desk::{AddDesk, ChangeDesk, DeskCommand, ListDesks};
pub(crate) use handset::{DeclareTheft, HandsetCommand, RecordHandset, Recovered};
pub(crate) use house::{Named, PointSelector};
pub(crate) use line::{
    Import, LineCommand, List, Receipt, Reinstate, ReplaceSim, RequestIdArgs, Suspend, Terminate, Timeline,
    Undo, Watch,
};
pub(crate) use log::{LogCommand, Tail, WhichLog};
pub(crate) use mailbox::MailboxCommand;
pub(crate) use notice::{ListNotices, NoticeCommand, RuleOnNotice};
pub(crate) use person::{AddPerson, ChangePerson, ListPeople, PersonCommand};
pub(crate) use port_out::{CancelPortOut, PortOutAt, PortOutCommand};
pub(crate) use preference::{PreferenceCommand, SetPreference};
pub(crate) use progress::ProgressCommand;
pub(crate) use project::{
    AnswerProject, ChangePromise, ChangeReferent, CloseProject, ListProjects, OpenProject, ProjectCommand,
};
pub(crate) use reaction::{EffectArgs, ListWaiting, ReactionCommand, RuleOnEffect};
pub(crate) use reference::{LineSelector, Person, Reason, StartAfter};
pub(crate) use register::{Pause, Reconcile, RegisterCommand};
pub(crate) use review::{
    CancelReview, HoldReview, ListReviews, PlanReview, RescheduleReview, ReviewCommand, WhichReview,
};
pub(crate) use route::Route;
pub(crate) use routing_words::{Language, wires};
pub(crate) use staff::{
    AddStaff, CancelAbsence, ChangeStaff, Leave, ListStaff, PlanAbsence, StaffCommand, Train,
};
pub(crate) use token::Token;
pub(crate) use view::{ViewCommand, Which};
pub(crate) use webhook::{AddWebhook, WebhookCommand};

const EXIT_CODES: &str = "\
Environment:
  VIGIE_ENDPOINT  where the gRPC door is
  VIGIE_TOKEN     bearer token; without it a development token, if --data holds its key
                  and the endpoint is this machine
  VIGIE_DATA      the data folder
  NO_COLOR        no colours, also on a terminal

Exit codes:
  0  done, or accepted and pending
  1  refused, or something was found that needs a person (the reason is on standard error)
  2  wrong usage, or a file that cannot be read or written
  3  unavailable: nothing answers, or the outcome is not known; try again";

/// Keeps a telecom operator's promises to its business customers, and proves which were kept.
#[derive(Debug, Parser)]
#[command(
    name = "vigie",
    version,
    help_template = overview::template(),
    after_help = EXIT_CODES,
    propagate_version = true
)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Where the gRPC door is
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "VIGIE_ENDPOINT",
        hide_env = true,
        default_value = "http://127.0.0.1:7070"
    )]
    pub(crate) endpoint: String,
    /// Certificate authority (PEM) that an https endpoint is checked against, instead of the machine's
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// For programs: one JSON document, or one a line for streams, with the field names of the .proto files
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The data folder [default: .vigie]
    #[arg(long, global = true, value_name = "FOLDER", env = "VIGIE_DATA", hide_env = true)]
    pub(crate) data: Option<PathBuf>,
}

impl Global {
    /// The data folder.
    pub(crate) fn data_folder(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(DATA_FOLDER))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve: all of Vigie in one process
    Run(Run),
    /// Mobile lines: suspend, reinstate, look up, import
    #[command(subcommand)]
    Line(LineCommand),
    /// Customers: groups, companies and sites, and who is their named contact
    #[command(subcommand)]
    Account(AccountCommand),
    /// People of customers
    #[command(subcommand)]
    Person(PersonCommand),
    /// Account managers and advisors: trainings, absences, the work before a gap opens
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Teams that customers reach, and when they answer
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Numbers and addresses at which teams are reached
    #[command(subcommand)]
    ContactPoint(ContactPointCommand),
    /// Yearly reviews with companies: plan, hold, cancel, and whose year ends
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Projects abroad and international requests: referent, answer, promised dates
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Who takes a contact, and why
    Route(Route),
    /// What came of contacts: who answered, after how long, and what followed
    #[command(subcommand)]
    Contact(ContactCommand),
    /// Who was told of what, and what proves it
    #[command(subcommand)]
    Notice(NoticeCommand),
    /// The mail of the embedded default, which leaves no machine
    #[command(subcommand)]
    Mailbox(MailboxCommand),
    /// Endpoints that are told by webhook
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Who is told of what
    #[command(subcommand)]
    Preference(PreferenceCommand),
    /// The operator's base: customers, their people, staff, teams
    #[command(subcommand)]
    Base(BaseCommand),
    /// The subscriber register that lines are barred in
    #[command(subcommand)]
    Register(RegisterCommand),
    /// The ledger of kept and missed promises
    #[command(subcommand)]
    Commitments(CommitmentsCommand),
    /// The timelines of lines and of the acts on them
    #[command(subcommand)]
    Progress(ProgressCommand),
    /// The event logs: list, follow, verify, back up, restore
    #[command(subcommand)]
    Log(LogCommand),
    /// What is computed from the logs: lists, ledger, timelines
    #[command(subcommand)]
    View(ViewCommand),
    /// Streams that wait behind an event that a view or a reaction cannot take in
    #[command(subcommand)]
    DeadLetter(DeadLetterCommand),
    /// What the logs cause: mail, webhooks, the block list; what of it waits for a person
    #[command(subcommand)]
    Reaction(ReactionCommand),
    /// Make a development token (needs the development key in the data folder)
    Token(Token),
}

/// Serves until it is told to stop.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Configuration (TOML); the environment (`VIGIE__SECTION__KEY`) overrides it
    #[arg(long, value_name = "FILE", env = "VIGIE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

#[cfg(test)]
mod tests;
