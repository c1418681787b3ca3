//! The promises that `routing` keeps, from the outside: events in, verdicts out.

mod contacts;
mod history;
mod managers;
mod points;
mod projects;
mod script;
mod view;
