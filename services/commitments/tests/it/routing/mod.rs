//! The promises that `routing` keeps, from the outside: events in, verdicts out.

mod contacts;
mod end_users;
mod history;
mod managers;
mod points;
mod projects;
mod script;
mod view;
