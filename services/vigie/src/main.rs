//! The `vigie` command: reads its arguments and hands over to the library.

use std::process::ExitCode;

use clap::Parser as _;

/// Half of what a command costs this process is small allocations that another thread frees; this allocator is made for
/// that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = vigie::Cli::parse();
    // One provider for all of TLS; a second installation is the only failure and harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    vigie::run(cli)
}
