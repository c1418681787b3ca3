//! `make bench`: Vigie against the bare parts it stands on, interleaved in one run.
//!
//! Prints ratios and writes `target/bench/<name>.json`. Absolute rates are in the conditions: these say more about
//! the machine than about Vigie.
#![allow(unreachable_pub, reason = "a binary has no outside")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command for people")]

mod acts;
mod append;
mod base;
mod bus;
mod child;
mod clock;
mod command;
mod cpu;
mod fiction;
mod golden;
mod growth;
mod harness;
mod import;
mod kafka_down;
mod rebuild;
mod report;
mod route;
mod servers;
mod start;
mod suspend;
mod theft;
mod timers;
mod vigie;

use std::process::ExitCode;

use crate::report::Reports;

/// The one that `vigie` has, so that no ratio is the allocator's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BENCHES: &[&str] = &[
    "append_postgres",
    "append_sqlite",
    "append_growth",
    "command_vs_floor",
    "suspend_vs_parts",
    "theft_under_load",
    "start",
    "kafka_down",
    "relay",
    "view_lag",
    "rebuild",
    "import",
    "route",
    "timer_lateness",
    "clock",
];

async fn run(bench: &str) -> Reports {
    match bench {
        "append_postgres" => append::postgres().await,
        "append_sqlite" => append::sqlite().await,
        "append_growth" => growth::postgres().await,
        "command_vs_floor" => Box::pin(command::vs_floor()).await,
        "suspend_vs_parts" => Box::pin(suspend::vs_parts()).await,
        "import" => Box::pin(base::vs_floor()).await,
        "relay" => Box::pin(bus::relay()).await,
        "view_lag" => Box::pin(bus::view_lag()).await,
        "kafka_down" => Box::pin(kafka_down::suspend()).await,
        "rebuild" => Box::pin(rebuild::vs_scan()).await,
        "timer_lateness" => Box::pin(timers::lateness()).await,
        "clock" => clock::deadlines(),
        "route" => Box::pin(route::contacts()).await,
        "theft_under_load" => Box::pin(theft::under_load()).await,
        _ => Box::pin(start::second_start()).await,
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [name, options] if child::NAMES.contains(&name.as_str()) => child::run(name, options),
        wanted => benches(wanted),
    }
}

/// All benches, or those that are named.
fn benches(wanted: &[String]) -> ExitCode {
    if wanted.iter().any(|name| !BENCHES.contains(&name.as_str())) {
        eprintln!("benches: {}", BENCHES.join(" "));
        return ExitCode::from(2);
    }
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: its numbers say nothing. `make bench` builds the other one.");
    }
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut failed = false;
    for name in BENCHES.iter().filter(|name| is_wanted(name)) {
        eprintln!("— {name}");
        // In a task of its own: timing from `block_on` in `main` adds 40–100 µs.
        let reports = match runtime.block_on(runtime.spawn(run(name))) {
            Ok(Ok(reports)) => reports,
            Ok(Err(error)) => {
                eprintln!("{name}: {error}");
                failed = true;
                continue;
            }
            Err(error) => {
                eprintln!("{name}: {error}");
                failed = true;
                continue;
            }
        };
        for report in reports {
            println!("{report}");
            if let Err(error) = report.write() {
                eprintln!("{name}: {error}");
                failed = true;
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
