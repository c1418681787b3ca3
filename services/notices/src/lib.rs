//! Notices: who is told what, with proof of delivery.
//!
//! `events` reads what other services publish, `telling` decides whom to tell by the `directory` of contacts, `domain` holds
//! the rules, `stream` says how its events are stored, `sending` hands messages to a `post` in the words of `texts`, `bounce`
//! reads what comes back, `reporting` says to `routing` who was told, `view` lists, `api` is the door.

mod api;
mod bounce;
pub mod config;
mod directory;
pub mod domain;
mod error;
mod events;
mod metrics;
mod options;
pub mod post;
mod reporting;
mod sending;
mod service;
mod stream;
mod telling;
mod texts;
mod view;

pub use directory::{Directory, Error as DirectoryError, Known};
pub use error::Error;
pub use events::StaffEntry;
pub use options::Options;
pub use reporting::{Report, RoutingDoor};
pub use sending::{Bulk, Send};
pub use service::{
    Caused, Notices, Parts, go_on_after_a_restore_of_lines, go_on_after_a_restore_of_routing,
    start_directory_over, start_view_over,
};
pub use stream::{CampaignStream, PreferenceStream, WebhookStream, preference_stream};
pub use telling::{OfLines, OfRouting};
pub use texts::Error as TextsError;
pub use view::Error as ViewError;
