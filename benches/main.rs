//! `make bench`: how near Facteur comes to the limits of the machine. Each figure stands beside its limit, measured in
//! the same run, interleaved; what counts is the ratio. Ends with 1 when one is over its limit.
//!
//! `cargo bench -- [letters] [signing] [instructions] [sending] [syncs] [tls] [release] [storage] [takeover] [signup] [burst]
//! [intake] [import] [feeds] [console] [archive] [stats] [scale] [--rounds N] [--quick]`;
//! without a name, all but `scale`, which takes 20 to 40 minutes. Needs Debian's `smtp-source` (package postfix) for
//! the limit of sending, and `valgrind` to count instructions. PostgreSQL is measured when `FACTEUR_TEST_DATABASE` names a
//! server (`make bench` starts one for the time of the run). Writes to temporary folders alone.
//!
//! `sending --base PROGRAM` measures an older `facteur` beside the present one instead, round by round ([`base`]); so do
//! `feeds --base PROGRAM`, `burst --base PROGRAM`, `signup --base PROGRAM`, and `import` and `release` ([`bulk`]).

#![allow(clippy::unwrap_used, clippy::allow_attributes, missing_docs, reason = "a bench may stop at the first fault")]

mod archive;
mod base;
mod bulk;
mod burst;
mod console;
mod feeds;
mod floor;
mod http;
mod import;
mod instructions;
mod intake;
mod letters;
mod lock;
mod process;
mod release;
mod scale;
mod sending;
mod signing;
mod signup;
mod sink;
mod stats;
mod storage;
mod sums;
mod syncs;
mod table;
mod takeover;
mod tls;
mod world;

use std::path::PathBuf;
use std::time::Instant;

/// What the command line asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Interleaved rounds of each measurement.
    pub rounds: usize,
    /// A tenth of the size, to see that everything works.
    pub quick: bool,
    /// Ten times the size, where a bench has it: `release`.
    pub large: bool,
    /// An older program, to be measured beside this one.
    pub base: Option<PathBuf>,
}

/// The benches, in the order in which they run.
const NAMES: &[&str] = &[
    "letters",
    "signing",
    "instructions",
    "sending",
    "syncs",
    "tls",
    "release",
    "storage",
    "takeover",
    "signup",
    "burst",
    "intake",
    "import",
    "feeds",
    "console",
    "archive",
    "stats",
    "scale",
];

/// Those that run only when they are named: they want much time and room.
const APART: &[&str] = &["scale"];

/// Those that can be measured beside an older program.
const BESIDE: &[&str] = &["sending", "feeds", "signup", "burst", "import", "release"];

fn main() {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match args.first().map(String::as_str) {
        Some("--sink") => return sink::main(&args[1..]),
        Some("--floor") => return floor::main(&args[1..]),
        Some("--splice") => return letters::main(&args[1..]),
        Some("--plain-signup") => return signup::main(&args[1..]),
        Some("--answers") => return sums::answers(&args[1..]),
        Some("--sum") => return sums::days(&args[1..]),
        Some("--plain-page") => return archive::main(&args[1..]),
        _ => {}
    }
    let base = args.iter().position(|a| a == "--base").map(|i| args.get(i + 1).expect("--base PROGRAM").into());
    let named: Vec<&str> = args.iter().map(String::as_str).filter(|a| a.chars().all(char::is_alphabetic)).collect();
    if let Some(unknown) = named.iter().find(|name| !NAMES.contains(name)) {
        eprintln!("there is no bench `{unknown}`; there are: {}", NAMES.join(", "));
        std::process::exit(2);
    }
    let [quick, large] = ["--quick", "--large"].map(|wish| args.iter().any(|a| a == wish));
    let rounds = args.iter().position(|a| a == "--rounds").and_then(|i| args.get(i + 1)?.parse().ok());
    if base.is_some() && !BESIDE.iter().any(|name| named == [*name]) {
        eprintln!(
            "only one of {} can be measured beside an older program: BENCH=sending BASE={base:?}",
            BESIDE.join(", ")
        );
        std::process::exit(2);
    }
    let usual = if quick { 1 } else { 5 };
    let options = Options { rounds: rounds.unwrap_or(if base.is_some() { 9 } else { usual }), quick, large, base };
    println!("{}; {} interleaved rounds", process::machine(), options.rounds);
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let wanted = |name: &&&str| if named.is_empty() { !APART.contains(name) } else { named.contains(name) };
    for name in NAMES.iter().filter(wanted) {
        runtime.block_on(run(name, &options));
    }
    println!("\n{:.1} minutes in all, load now {}", started.elapsed().as_secs_f64() / 60.0, process::load());
    if table::missed() > 0 {
        eprintln!("{} figures are not where they should be", table::missed());
        std::process::exit(1);
    }
}

async fn run(name: &str, options: &Options) {
    match name {
        "letters" => letters::run(options),
        "signing" => signing::run(options).await,
        "instructions" => instructions::run(options).await,
        "sending" => match &options.base {
            Some(program) => {
                base::run(options, program);
                Box::pin(bulk::sendings(options, program)).await;
            }
            None => Box::pin(sending::run(options)).await,
        },
        "syncs" => syncs::run(options).await,
        "tls" => tls::run(options).await,
        "release" => match &options.base {
            Some(program) => bulk::releases(options, program).await,
            None => release::run(options).await,
        },
        "storage" => storage::run(options).await,
        "takeover" => takeover::run(options).await,
        "signup" => match &options.base {
            Some(program) => signup::beside(options, program).await,
            None => signup::run(options).await,
        },
        "burst" => burst::run(options).await,
        "intake" => intake::run(options).await,
        "feeds" => feeds::run(options).await,
        "console" => console::run(options).await,
        "archive" => archive::run(options).await,
        "stats" => {
            stats::run(options).await;
            Box::pin(sums::run(options)).await;
        }
        "scale" => Box::pin(scale::run(options)).await,
        _ => match &options.base {
            Some(program) => bulk::imports(options, program).await,
            None => import::run(options).await,
        },
    }
}
