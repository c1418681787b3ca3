//! `vigie --help`: the commands by what they are for, in the order in which one meets them.

use std::fmt::Write as _;

use clap::Subcommand as _;
use clap::builder::Styles;

use super::Command;

/// Every command, once.
const GROUPS: &[(&str, &[&str])] = &[
    ("Start", &["run", "token"]),
    ("Mobile lines", &["line", "register"]),
    ("Customers", &["account", "person", "review", "project", "base"]),
    ("Those who face them", &["staff", "desk", "contact-point"]),
    ("Contacts", &["route", "contact"]),
    ("Who is told", &["notice", "preference", "webhook", "mailbox"]),
    ("Proof", &["commitments", "progress", "log"]),
    ("Care of views and reactions", &["view", "dead-letter", "reaction"]),
];

/// The template of the help, with the commands in it.
pub(super) fn template() -> String {
    let commands = Command::augment_subcommands(clap::Command::new("vigie"));
    let styles = Styles::styled();
    let (heading, literal) = (styles.get_header(), styles.get_literal());
    let width = commands.get_subcommands().map(|command| command.get_name().len()).max().unwrap_or(0);
    let mut text = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for (group, names) in GROUPS {
        let _ = write!(text, "\n{heading}{group}:{heading:#}\n");
        for name in *names {
            let about = commands.find_subcommand(name).and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let gap = " ".repeat(width - name.len().min(width));
            let _ = writeln!(text, "  {literal}{name}{literal:#}{gap}  {about}");
        }
    }
    text.push_str("\n`vigie help COMMAND`, or `vigie COMMAND --help`, says more.\n\n");
    let _ = write!(text, "{heading}Global options:{heading:#}\n{{options}}{{after-help}}");
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_stands_in_one_group() {
        let mut grouped: Vec<_> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.sort_unstable();
        let command = Cli::command();
        let mut all: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn the_help_fits_a_terminal_and_ends_with_the_exit_codes() {
        let help = Cli::command().render_long_help().to_string();
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{} columns: {line}", line.chars().count());
        }
        let places: Vec<_> = ["Usage:", "Customers:", "  account  ", "Global options:", "Exit codes:"]
            .map(|part| help.find(part).unwrap_or_else(|| panic!("{part} is missing in:\n{help}")))
            .into();
        assert!(places.is_sorted(), "{help}");
    }
}
