//! `make bench`: how near Facteur comes to the limits of the machine. Each figure stands beside its limit, measured in
//! the same run, interleaved; what counts is the ratio.
//!
//! `cargo bench -- [sending] [release] [signup] [import] [letters] [--rounds N] [--quick]`; without a name, all of them.
//! Needs Debian's `smtp-source` (package postfix) for the limit of sending. PostgreSQL is measured
//! when `FACTEUR_TEST_DATABASE` names a server (`make bench` starts one for the time of the run).

#![allow(clippy::unwrap_used, clippy::allow_attributes, missing_docs, reason = "a bench may stop at the first fault")]

mod import;
mod letters;
mod process;
mod release;
mod sending;
mod signup;
mod sink;
mod table;
mod world;

/// What the command line asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Interleaved rounds of each measurement.
    pub rounds: usize,
    /// A tenth of the size, to see that everything works.
    pub quick: bool,
}

fn main() {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if args.first().map(String::as_str) == Some("--sink") {
        return sink::main(&args[1..]);
    }
    let quick = args.iter().any(|a| a == "--quick");
    let rounds = args.iter().position(|a| a == "--rounds").and_then(|i| args.get(i + 1)?.parse().ok());
    let options = Options { rounds: rounds.unwrap_or(if quick { 1 } else { 5 }), quick };
    let wanted = |name: &str| {
        let named: Vec<&String> = args.iter().filter(|a| a.chars().all(char::is_alphabetic)).collect();
        named.is_empty() || named.iter().any(|a| *a == name)
    };
    println!("{}", process::machine());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if wanted("letters") {
            letters::run(&options).await;
        }
        if wanted("release") {
            release::run(&options).await;
        }
        if wanted("sending") {
            sending::run(&options).await;
        }
        if wanted("signup") {
            signup::run(&options).await;
        }
        if wanted("import") {
            import::run(&options).await;
        }
    });
}
