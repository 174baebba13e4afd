//! Rendering a 20 KB message: a splice into a reused buffer beside building it anew with lettre's `MessageBuilder`.

use std::hint::black_box;
use std::time::Instant;

use facteur::mails::{self, Composed, DigestContent, DigestPost, Person, Sender};
use lettre::message::{Mailbox, MultiPart};

use crate::Options;
use crate::table::{Bar, median, row, title};

pub fn run(options: &Options) {
    let composed = composed();
    let rounds = if options.quick { 200 } else { 2_000 };
    let (mut splice, mut build) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let started = Instant::now();
        splice_again(&composed, rounds * 20);
        splice.push(started.elapsed().as_secs_f64() * 1e6 / (rounds * 20) as f64);
        let started = Instant::now();
        for _ in 0..rounds {
            black_box(built(black_box(&composed)));
        }
        build.push(started.elapsed().as_secs_f64() * 1e6 / rounds as f64);
    }
    title(&format!("Rendering a message of {} bytes", splice_again(&composed, 1)));
    let (splice, build) = (median(splice), median(build));
    row(
        "splice ÷ lettre's MessageBuilder",
        splice / build,
        Bar::AtMost(1.0 / 40.0),
        &format!("{splice:.2} µs, {build:.1} µs"),
    );
}

/// `--splice TIMES`: nothing but that, for who counts instructions.
pub fn main(args: &[String]) {
    splice_again(&composed(), args[0].parse().unwrap());
}

/// Splices the same message for one person again and again, and tells its bytes.
fn splice_again(composed: &Composed, times: usize) -> usize {
    let person = Person {
        address: "ana@example.org",
        message_id: "abcdefghijklmnop",
        leave: "AQEAabcdefghijklmnop",
        ..Person::default()
    };
    let mut out = Vec::with_capacity(64 * 1024);
    for _ in 0..times {
        out.clear();
        composed.variant.splice(black_box(&person), &mut out);
        black_box(&out);
    }
    out.len()
}

pub fn composed() -> Composed {
    let paragraph = "<p>Le facteur passe chaque matin, quel que soit le temps, et dépose dans la boîte ce que le village écrit.</p>\n";
    let content = DigestContent {
        posts: vec![DigestPost {
            title: "Le facteur passe".into(),
            url: Some("https://blog.example/facteur".into()),
            content: paragraph.repeat(40),
            ..Default::default()
        }],
        zone: "Europe/Paris".into(),
        ..Default::default()
    };
    let sender = Sender {
        newsletter: "Carnet".into(),
        slug: "carnet".into(),
        from_name: "Le carnet".into(),
        from_address: "carnet@news.example".into(),
        reply_to: None,
        site_url: Some("https://blog.example".into()),
        postal: String::new(),
        base_url: "https://news.example".into(),
        leave_mailbox: String::new(),
        brand: mails::Brand::default(),
        texts: facteur::texts::Texts::default(),
    };
    mails::digest(&sender, &content, "fr", 1_764_000_000_000).unwrap()
}

fn built(composed: &Composed) -> Vec<u8> {
    let from: Mailbox = "Le carnet <carnet@news.example>".parse().unwrap();
    lettre::Message::builder()
        .from(from)
        .to("ana@example.org".parse().unwrap())
        .subject(&composed.subject)
        .multipart(MultiPart::alternative_plain_html(composed.text.clone(), composed.html.clone()))
        .unwrap()
        .formatted()
}
