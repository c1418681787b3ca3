//! Compiles `proto/` without protoc and writes the descriptor set that reflection serves.

use std::path::PathBuf;

use prost::Message;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let files = [
        "vigie/lines/v1/lines.proto",
        "vigie/commitments/v1/commitments.proto",
        "vigie/log/v1/log.proto",
        "vigie/notices/v1/notices.proto",
        "vigie/progress/v1/progress.proto",
        "vigie/reactions/v1/reactions.proto",
        "vigie/routing/v1/parties.proto",
        "vigie/routing/v1/accounts.proto",
        "vigie/routing/v1/staff.proto",
        "vigie/routing/v1/desks.proto",
        "vigie/routing/v1/routing.proto",
        "vigie/routing/v1/base.proto",
        "vigie/routing/v1/contacts.proto",
        "vigie/routing/v1/reviews.proto",
        "vigie/routing/v1/projects.proto",
        "vigie/views/v1/views.proto",
    ];
    println!("cargo:rerun-if-changed={}", root.display());

    let descriptors = protox::compile(files, [&root])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
