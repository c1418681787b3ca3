//! What every service of Vigie stands on: configuration, telemetry, health, the one error vocabulary, identity with
//! a rule for every RPC, deadlines that hold, pages, and a server that starts whole and stops in order.
//!
//! A service's `main` reads: [`config::load`], [`telemetry::init`], its own parts, [`server::Builder::bind`],
//! [`server::Server::run`]. A handler asks its request for [`identity::Caller`], [`grpc::ReceivedAt`] and
//! [`grpc::Deadline`], checks its fields with [`validate`], and answers with [`error::Error`]. [`client`] is the way to
//! another service.

pub mod client;
pub mod config;
pub mod error;
pub mod grpc;
pub mod health;
pub mod identity;
pub mod keyfile;
pub mod page;
pub mod rules;
pub mod server;
pub mod telemetry;
pub mod validate;
