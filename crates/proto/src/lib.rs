//! The gRPC contract: generated from `proto/`, one module per package.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::large_enum_variant,
    reason = "generated code; the documentation is in the .proto files"
)]

/// The descriptor set of every package, for reflection and for the check that every RPC has a rule.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// `vigie.lines.v1`
pub mod lines {
    tonic::include_proto!("vigie.lines.v1");
}

/// `vigie.commitments.v1`
pub mod commitments {
    tonic::include_proto!("vigie.commitments.v1");
}

/// `vigie.log.v1`
pub mod log {
    tonic::include_proto!("vigie.log.v1");
}

/// `vigie.notices.v1`
pub mod notices {
    tonic::include_proto!("vigie.notices.v1");
}

/// `vigie.progress.v1`
pub mod progress {
    tonic::include_proto!("vigie.progress.v1");
}

/// `vigie.reactions.v1`
pub mod reactions {
    tonic::include_proto!("vigie.reactions.v1");
}

/// `vigie.views.v1`
pub mod views {
    tonic::include_proto!("vigie.views.v1");
}

/// `vigie.routing.v1`
pub mod routing {
    tonic::include_proto!("vigie.routing.v1");
}
