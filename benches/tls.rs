//! What TLS adds to a message: the whole path to a sink with implicit TLS (a certificate that is verified), beside the same
//! without, and beside what bare rustls adds to one write and one read of the same bytes, interleaved.

use crate::Options;
use crate::floor;
use crate::sending::{CONNECTIONS, Way, facteur_sqlite, released};
use crate::table::{Bar, of, row, title};

pub async fn run(options: &Options) {
    let many = if options.quick { 10_000 } else { 100_000 };
    let world = released(None, many).await;
    let (mut plain, mut secure) = (Vec::new(), Vec::new());
    let (mut floor_plain, mut floor_secure) = (Vec::new(), Vec::new());
    let certificate = world.folder.path().join("certificate.pem");
    for _ in 0..options.rounds {
        let run = facteur_sqlite(&world, many, Way::default());
        let bytes = run.seen.bytes / run.seen.messages;
        plain.push(run);
        floor_plain.push(floor::run(many, bytes, None));
        floor_secure.push(floor::run(many, bytes, Some(&certificate)));
        secure.push(facteur_sqlite(&world, many, Way { tls: true, ..Way::default() }));
    }
    title(&format!(
        "Whole path with implicit TLS, SQLite FULL, {CONNECTIONS} connections, {many} recipients, loopback"
    ));
    let (cpu, plain_cpu) = (of(&secure, |r| r.cpu), of(&plain, |r| r.cpu));
    row("CPU a message ÷ without TLS", cpu / plain_cpu, Bar::Report, "");
    row("CPU s/10k", cpu, Bar::Report, &format!("without {plain_cpu:.3}"));
    row("TLS adds, CPU s/10k", cpu - plain_cpu, Bar::Report, "");
    let bare = of(&floor_secure, |r| r.cpu) - of(&floor_plain, |r| r.cpu);
    let note = format!("bare rustls {bare:.3} s/10k: one write and one read of the same bytes, with and without it");
    row("the same ÷ bare rustls", (cpu - plain_cpu) / bare, Bar::AtMost(1.3), &note);
    let (rate, plain_rate) = (of(&secure, |r| r.rate), of(&plain, |r| r.rate));
    row("messages/s ÷ without TLS", rate / plain_rate, Bar::Report, &format!("{rate:.0} and {plain_rate:.0}/s"));
    let plain_peak = of(&plain, |r| r.peak_mib);
    row("peak MiB", of(&secure, |r| r.peak_mib), Bar::AtMost(48.0), &format!("without {plain_peak:.1}"));
}
