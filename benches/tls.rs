//! What TLS adds to a message: the whole path to a sink with implicit TLS (a certificate that is verified), beside the same
//! without, interleaved.

use crate::Options;
use crate::sending::{CONNECTIONS, Way, facteur_sqlite, released};
use crate::table::{Bar, of, row, title};

pub async fn run(options: &Options) {
    let many = if options.quick { 10_000 } else { 100_000 };
    let world = released(None, many).await;
    let (mut plain, mut secure) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        plain.push(facteur_sqlite(&world, many, Way::default()));
        secure.push(facteur_sqlite(&world, many, Way { tls: true, ..Way::default() }));
    }
    title(&format!(
        "Whole path with implicit TLS, SQLite FULL, {CONNECTIONS} connections, {many} recipients, loopback"
    ));
    let (cpu, plain_cpu) = (of(&secure, |r| r.cpu), of(&plain, |r| r.cpu));
    row("CPU a message ÷ without TLS", cpu / plain_cpu, Bar::Report, "");
    row("CPU s/10k", cpu, Bar::Report, &format!("without {plain_cpu:.3}"));
    row("TLS adds, CPU s/10k", cpu - plain_cpu, Bar::Report, "");
    let (rate, plain_rate) = (of(&secure, |r| r.rate), of(&plain, |r| r.rate));
    row("messages/s ÷ without TLS", rate / plain_rate, Bar::Report, &format!("{rate:.0} and {plain_rate:.0}/s"));
    let plain_peak = of(&plain, |r| r.peak_mib);
    row("peak MiB", of(&secure, |r| r.peak_mib), Bar::AtMost(48.0), &format!("without {plain_peak:.1}"));
}
