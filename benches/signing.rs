//! DKIM signatures of a 20 KB digest, beside the bare signature of `aws-lc` and a bare SHA-256 of the bytes behind the first hole:
//! what all readers share is hashed once, so no mail can cost less. Then the whole path with an RSA key beside the same without one:
//! signing is made ahead of the connections, on all cores, so only its CPU may slow it down.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use facteur::delivery::Mail;
use facteur::delivery::sign::{Room, Signer, Signing};
use facteur::dkim::key::{Algorithm, PrivateKey};
use facteur::ledger::Key;

use crate::process::facteur;
use crate::sending::{CONNECTIONS, Way, facteur_sqlite, released};
use crate::table::{Bar, median, of, row, title};
use crate::world::{Relay, World};
use crate::{Options, letters};

pub async fn run(options: &Options) {
    let rsa = alone(options);
    whole_path(options, rsa).await;
}

/// One mail after the other on one thread; gives the microseconds of RSA.
fn alone(options: &Options) -> f64 {
    let mail = mail();
    let mut rsa = 0.0;
    let mut bytes = Vec::new();
    mail.splice(&mut bytes);
    let first = memchr::memmem::find(&bytes, mail.address.as_bytes()).unwrap();
    let behind = &bytes[first..];
    title(&format!(
        "DKIM: a message of {} bytes, {} of them behind its first hole, one thread",
        bytes.len(),
        behind.len()
    ));
    for (algorithm, most, times) in [(Algorithm::Rsa, 1.15, 400), (Algorithm::Ed25519, 1.25, 8_000)] {
        let times = if options.quick { times / 10 } else { times };
        let (key, bare) = keys(algorithm);
        let signer = Signer::new("news.example".into(), vec![("one".into(), key)]);
        let signing = Signing::new(Arc::new(signer), "carnet@news.example", None);
        let mut room = Room::default();
        let (mut ours, mut limit) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds.max(3) {
            ours.push(micros(times, || {
                black_box(signing.sign(black_box(&mail), &mut room).unwrap());
            }));
            limit.push(micros(times, || bare(black_box(behind))));
        }
        let (ours, limit) = (median(ours), median(limit));
        let note = format!("{ours:.1} µs, {limit:.1} µs");
        row(&format!("{}: a mail ÷ (signature + hash)", algorithm.name()), ours / limit, Bar::AtMost(most), &note);
        if algorithm == Algorithm::Rsa {
            rsa = ours;
        }
    }
    rsa
}

async fn whole_path(options: &Options, rsa: f64) {
    let many = if options.quick { 4_000 } else { 20_000 };
    let (without, with) = (released(None, many).await, released_with_a_key(many).await);
    let (mut plain, mut signed) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        plain.push(facteur_sqlite(&without, many, Way::default()));
        signed.push(facteur_sqlite(&with, many, Way::default()));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    title(&format!(
        "Whole path with RSA, SQLite FULL, {CONNECTIONS} connections, {many} recipients, loopback, {cores} cores"
    ));
    let (cpu, plain_cpu) = (of(&signed, |r| r.cpu), of(&plain, |r| r.cpu));
    let most = cores as f64 / (plain_cpu / 1e4 + rsa / 1e6);
    let rate = of(&signed, |r| r.rate);
    let note = format!("{rate:.0}/s, without {:.0}/s", of(&plain, |r| r.rate));
    row("messages/s ÷ (cores ÷ (unsigned CPU + signing CPU))", rate / most, Bar::AtLeast(0.8), &note);
    row("CPU s/10k", cpu, Bar::Report, &format!("without {plain_cpu:.3}"));
    row("peak MiB", of(&signed, |r| r.peak_mib), Bar::AtMost(48.0), "");
}

/// A world whose digest is released and not yet sent, and whose sender's domain has an RSA key.
async fn released_with_a_key(recipients: usize) -> World {
    let world = World::new(None).await;
    world.newsletter(recipients).await;
    world.post().await;
    let config = world.write_config(&world.config.database.url, &Relay::NONE, "");
    let advance = ["dkim", "advance", "news.example", "--seen"];
    let new = ["dkim", "new", "news.example", "--selector", "one", "--rsa-only"];
    for command in [&new[..], &advance, &advance] {
        assert!(facteur(command).arg("--config").arg(&config).status().unwrap().success(), "{command:?}");
    }
    world.release(recipients).await;
    world.close().await;
    world
}

fn micros(times: usize, mut work: impl FnMut()) -> f64 {
    let started = Instant::now();
    (0..times).for_each(|_| work());
    started.elapsed().as_secs_f64() * 1e6 / times as f64
}

/// Hashes bytes and signs the hash.
type Bare = Box<dyn Fn(&[u8])>;

/// A key as Facteur has it, and the same as the library has it: hashes these bytes and signs the hash.
fn keys(algorithm: Algorithm) -> (PrivateKey, Bare) {
    let key = PrivateKey::generate(algorithm).unwrap();
    let pem = key.to_pem().unwrap();
    let der = STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
    let bare: Bare = match algorithm {
        Algorithm::Rsa => {
            let bare = RsaKeyPair::from_pkcs8(&der).unwrap();
            Box::new(move |bytes| {
                let hash = digest(&SHA256, bytes);
                let mut signature = vec![0; bare.public_modulus_len()];
                bare.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), hash.as_ref(), &mut signature).unwrap();
                black_box(signature);
            })
        }
        Algorithm::Ed25519 => {
            let bare = Ed25519KeyPair::from_pkcs8(&der).unwrap();
            Box::new(move |bytes| {
                black_box(bare.sign(digest(&SHA256, bytes).as_ref()));
            })
        }
    };
    (key, bare)
}

fn mail() -> Mail {
    Mail {
        key: Key::Letter { id: 1, epoch: 1 },
        newsletter_id: 1,
        attempts: 0,
        since: 0,
        envelope_from: "carnet@news.example".into(),
        address: "ana@example.org".into(),
        variant: Arc::new(letters::composed().variant),
        message_id: "abcdefghijklmnop".into(),
        leave: "AQEAabcdefghijklmnop".into(),
        action: String::new(),
        not_me: String::new(),
        signature: Box::default(),
    }
}
