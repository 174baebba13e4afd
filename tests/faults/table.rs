//! Every row of the reply table, said to one of many, to the first, to every tenth and to all recipients of a digest: the
//! digest ends, and neither other newsletters nor letters wait for it.

use std::io::Write as _;
use std::time::{Duration, Instant};

use facteur::clock::HOUR;
use futures_util::{StreamExt as _, stream};

use super::connections;
use crate::harness::TestApp;
use crate::harness::smtp::faults::{Stage, Whom};

/// What the server does.
#[derive(Clone, Copy, Debug)]
enum Said {
    Reply(&'static str),
    Closes,
}

/// What may become of those to whom it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// Nothing is wrong with it.
    Fine,
    /// They are tried again until their time is up; said to all it pauses nothing.
    Later,
    /// They are refused, and nobody is marked; said to all it pauses the digest.
    Refused,
    /// They are marked; said to all it pauses the digest, and nobody is.
    Marked,
}

use Means::{Fine, Later, Marked, Refused};
use Said::{Closes, Reply};
use Stage::{Data, Dot, Mail, Rcpt};

const ROWS: &[(Stage, Said, Means)] = &[
    (Mail, Reply("250 2.1.0 d'accord, c'est not\u{e9}"), Fine),
    (Mail, Reply("421 4.7.0 too many messages"), Later),
    (Mail, Reply("450 4.1.8 sender domain not found"), Later),
    (Mail, Reply("451 later"), Later),
    (Mail, Reply("452 4.3.1 no space"), Later),
    (Mail, Reply("553 5.7.1 sender not owned"), Refused),
    (Mail, Reply("530 5.7.0 authentication required"), Refused),
    (Mail, Reply("550 5.7.515 not authenticated"), Refused),
    (Mail, Reply("552 5.3.4 message too big"), Refused),
    (Mail, Closes, Later),
    (Rcpt, Reply("250 2.1.5 destinataire accept\u{e9}"), Fine),
    (Rcpt, Reply("421 4.7.0 try again later"), Later),
    (Rcpt, Reply("450 4.2.0 greylisted"), Later),
    (Rcpt, Reply("451 4.7.1 greylisted"), Later),
    (Rcpt, Reply("452 Mailbox full"), Later),
    (Rcpt, Reply("452 4.3.1 insufficient system storage"), Later),
    (Rcpt, Reply("451 4.4.3 temporary lookup failure"), Later),
    (Rcpt, Reply("450 4.1.8 Sender address rejected: Domain not found"), Later),
    (Rcpt, Reply("552 5.2.2 over quota"), Later),
    (Rcpt, Reply("552 5.2.3 larger than this mailbox takes"), Later),
    (Rcpt, Reply("552 storage exceeded"), Later),
    (Rcpt, Reply("550 5.1.1 no such user"), Marked),
    (Rcpt, Reply("550 5.1.1 Bo\u{ee}te inconnue"), Marked),
    (Rcpt, Reply("550 User unknown"), Marked),
    (Rcpt, Reply("550 5.7.1 <x>: Sender address rejected: blocked by the recipient"), Refused),
    (Rcpt, Reply("554 5.7.1 Relay access denied"), Refused),
    (Rcpt, Reply("530 5.7.0 authentication required"), Refused),
    (Rcpt, Reply("553 5.1.8 sender domain"), Refused),
    (Rcpt, Closes, Later),
    (Data, Reply("421 4.3.2 closing"), Later),
    (Data, Reply("451 4.3.0 later"), Later),
    (Data, Reply("554 5.7.1 not this text"), Refused),
    (Dot, Reply("250 2.0.0 Message accept\u{e9}"), Fine),
    (Dot, Reply("421 4.4.2 closing"), Later),
    (Dot, Reply("451 4.7.1 later"), Later),
    (Dot, Reply("452 4.3.1 no space"), Later),
    (Dot, Reply("550 5.1.1 no such user"), Marked),
    (Dot, Reply("554 5.7.1 looks like spam"), Refused),
];

/// Readers of the digest that is struck: more than two runs of ten.
const READERS: usize = 30;
/// Cells at a time, of each test.
const AT_ONCE: usize = 8;
/// Looks that find nothing changed before the clock moves: a slow machine looks less often.
const QUIET: usize = 6;
/// How long others may have to wait.
const OTHERS_WAIT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn no_reply_to_one_stops_many_and_every_digest_ends() {
    column(Whom::One).await;
}

#[tokio::test]
async fn no_reply_to_the_first_stops_many_and_every_digest_ends() {
    column(Whom::First).await;
}

#[tokio::test]
async fn no_reply_to_every_tenth_stops_many_and_every_digest_ends() {
    column(Whom::EveryTenth).await;
}

#[tokio::test]
async fn no_reply_to_all_stops_others_and_every_digest_ends() {
    column(Whom::All).await;
}

/// Every row, said to these. A cell begins when one before it is done.
async fn column(whom: Whom) {
    let cells = ROWS.iter().map(|(stage, said, means)| cell(*stage, *said, *means, whom));
    let count = stream::iter(cells).buffer_unordered(AT_ONCE).count().await;
    // Past the capture of test output: the number belongs to the result.
    writeln!(std::io::stderr(), "reply table, said to {whom:?}: {count} cells").ok();
}

async fn cell(stage: Stage, said: Said, means: Means, whom: Whom) {
    let context = format!("{stage:?} {said:?} to {whom:?}");
    let app = connections(2).spawn().await;
    let (carnet, other) = (app.newsletter("carnet").await, app.newsletter("autre").await);
    app.readers(&carnet, READERS).await;
    app.reader(&other, "zoe@autre.example").await;
    let ana = app.reader(&other, "ana@autre.example").await;
    app.post(&carnet, "Des nouvelles du jardin").await;
    app.post(&other, "Autre chose").await;
    let rule = app.sink.on(stage).whom(whom);
    let rule = if stage == Mail { rule.from("carnet@lettres.example.org") } else { rule.to("@example.org") };
    match said {
        Reply(words) => rule.reply(words),
        Closes => rule.drop_connection(),
    }
    let digest = app.send_now(&carnet).await;
    app.sink.wait("nothing of the digest leaves", || app.sink.commands_kept() > 4).await;
    let began = Instant::now();
    app.send_now(&other).await;
    app.letter_to(&other, ana).await;
    let others = |mails: &[std::sync::Arc<crate::harness::mail::Mail>]| {
        mails.iter().filter(|mail| mail.to.ends_with("@autre.example")).count()
    };
    app.wait_until(&format!("the others' mails; {context}"), |mails| others(mails) == 3).await;
    assert!(began.elapsed() < OTHERS_WAIT, "{context}: the others waited {:?}", began.elapsed());
    let end = ended(&app, digest, &context).await;
    judge(&app, digest, &end, means, whom, &context).await;
}

/// Moves the clock until the digest is at its end or paused.
async fn ended(app: &TestApp, digest: i64, context: &str) -> String {
    let begin = app.clock.now();
    let (mut seen, mut quiet) = (0, 0);
    loop {
        let state = app.digest_state(digest).await;
        if state == "finished" || state == "paused" {
            return state;
        }
        let said = app.sink.commands_kept();
        quiet = if said == seen { quiet + 1 } else { 0 };
        seen = said;
        // Nothing is due now, or the server refuses one mail of the digest after the other, and they wait.
        if app.open_work().await.is_empty() {
            app.advance(2 * HOUR).await;
        } else if quiet >= QUIET {
            app.advance(4 * HOUR).await;
            quiet = 0;
        }
        let counts = app.counts(digest).await;
        // On a slow machine one mail is tried between two moves of the clock; there are 30.
        assert!(app.clock.now() - begin < 2_000 * HOUR, "{context}: the digest never ends: {counts:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn judge(app: &TestApp, digest: i64, state: &str, means: Means, whom: Whom, context: &str) {
    let counts = app.counts(digest).await;
    let marked = app.with_status("bounced").await;
    let suppressed = app.suppressions().await.len() as i64;
    let struck = match whom {
        Whom::One | Whom::First => 1,
        Whom::EveryTenth => READERS as i64 / 10,
        Whom::All => READERS as i64,
    };
    let context = format!("{context}: {state}, {marked} marked, {counts:?}");
    assert_eq!(marked, suppressed, "{context}");
    assert!(means == Fine || counts.accepted >= READERS as i64 - struck, "{context}");
    match (means, whom) {
        (Fine, _) => assert_eq!((state, counts.accepted), ("finished", READERS as i64), "{context}"),
        (Refused | Marked, Whom::All) => assert_eq!((state, marked), ("paused", 0), "{context}"),
        (Marked, _) => assert_eq!((state, marked, counts.refused), ("finished", struck, struck), "{context}"),
        (Later | Refused, _) => assert_eq!((state, marked), ("finished", 0), "{context}"),
    }
    let twice = app.sink.per_recipient().values().filter(|copies| **copies > 1).count();
    assert!(twice <= 1, "{context}: {twice} got it twice"); // the others' reader got a letter too
}
