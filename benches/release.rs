//! Releasing a digest to a million: beside the bare statement that writes the same rows, beside visitors who sign up, and with eight
//! topic sets in two languages beside the same digest without topics.

use std::time::{Duration, Instant};

use crate::Options;
use crate::http::{Server, Visitor};
use crate::process::{Measured, Used, facteur};
use crate::table::{Bar, of, row, title, worst};
use crate::world::{Relay, World, postgres_server};

/// Longest that anything here may take.
const LIMIT: Duration = Duration::from_mins(5);

/// Memory that a release may take, however many readers there are.
const MOST_MIB: f64 = 48.0;

/// One round: each on a copy of the same database.
struct Round {
    /// Seconds of the bare `INSERT .. SELECT` into the ledger.
    bare: f64,
    /// Seconds from the start of `facteur digest send` until the digest may be sent.
    released: f64,
    /// The command, from its start to its end.
    command: Used,
    /// Longest that a writer in another process waited meanwhile, ms.
    other_writer: f64,
    /// Longest that a sign-up waited for its answer while the same process released, ms.
    sign_up: f64,
    /// Sign-ups answered meanwhile.
    answered: usize,
}

pub async fn run(options: &Options) {
    let recipients = match options {
        Options { quick: true, .. } => 110_000,
        Options { large: true, .. } => 10_000_000,
        _ => 1_000_000,
    };
    let times = if options.large { 10.0 } else { 1.0 };
    let server = postgres_server();
    let mut databases = vec![(None, 1.5)];
    databases.extend(server.as_deref().map(|server| (Some(server), 5.0)));
    for (server, most_s) in databases {
        measure(options, server, recipients, most_s * times).await;
        // What topics add to a release does not depend on its size.
        if !options.large {
            topics(options, server, recipients).await;
        }
    }
}

/// Topics, and so posts, and sets that readers chose.
const TOPICS: usize = 8;

/// One round: the same digest to people of two languages who chose nothing, and to people who chose a topic each.
struct OfTopics {
    plain: f64,
    plain_used: Used,
    topics: f64,
    topics_used: Used,
}

async fn topics(options: &Options, server: Option<&str>, recipients: usize) {
    let world = World::new(server).await;
    world.newsletter(recipients).await;
    world.sql("UPDATE subscriber SET language = CASE WHEN id % 2 = 0 THEN 'en' ELSE 'fr' END").await;
    for place in 0..TOPICS {
        world.post_of(&format!("Le facteur, {place}"), &[format!("Rubrique {place}")]).await;
    }
    world.close().await;
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let (plain, plain_used) = by_command_on(world.copy().await, recipients, 0).await;
        let with = world.copy().await;
        choose(&with).await;
        let (topics, topics_used) = by_command_on(with, recipients, TOPICS as i64).await;
        rounds.push(OfTopics { plain, plain_used, topics, topics_used });
    }
    let database = if server.is_some() { "PostgreSQL" } else { "SQLite FULL" };
    title(&format!("Releasing a digest of {TOPICS} topic sets in 2 languages to {recipients}, {database}"));
    let (plain, with) = (of(&rounds, |r| r.plain), of(&rounds, |r| r.topics));
    let ratio = of(&rounds, |r| r.topics / r.plain);
    row("released with topics ÷ without", ratio, Bar::AtMost(1.5), &format!("{with:.2} s, {plain:.2} s"));
    let (most, usual) = (of(&rounds, |r| r.topics_used.peak_mib), of(&rounds, |r| r.plain_used.peak_mib));
    row("peak MiB", most, Bar::AtMost(MOST_MIB), &format!("{usual:.0} without topics"));
    row("CPU s/10k", of(&rounds, |r| r.topics_used.cpu) * 1e4 / recipients as f64, Bar::Report, "");
}

/// Each reader chooses one of the topics.
async fn choose(world: &World) {
    for place in 0..TOPICS {
        world
            .sql(&format!(
                "INSERT INTO topic (newsletter_id, bit, name, categories, created_at)
                 VALUES (1, {place}, 'Sujet {place}', 'Rubrique {place}', 0)"
            ))
            .await;
    }
    world.sql("UPDATE subscriber SET topics = CAST(1 AS BIGINT) << CAST(id % 8 AS INTEGER)").await;
    world.sql("ANALYZE").await;
}

/// A world in which nothing but the release is missing, and a token with which the API may be told to begin it.
pub async fn ready(server: Option<&str>, recipients: usize) -> (World, String) {
    let world = World::new(server).await;
    world.newsletter(recipients).await;
    world.post().await;
    let token = world.token().await;
    world.close().await;
    (world, token)
}

async fn measure(options: &Options, server: Option<&str>, recipients: usize, most_s: f64) {
    let (world, token) = ready(server, recipients).await;
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let bare = bare(&world, recipients).await;
        let (released, command) = by_command(&world, recipients).await;
        let other_writer = beside_a_writer(&world).await;
        let (sign_up, answered) = beside_sign_ups(&world, &token, recipients).await;
        rounds.push(Round { bare, released, command, other_writer, sign_up, answered });
    }
    let database = if server.is_some() { "PostgreSQL" } else { "SQLite FULL" };
    title(&format!("Releasing a digest to {recipients}, {database}"));
    let (seconds, bare) = (of(&rounds, |r| r.released), of(&rounds, |r| r.bare));
    let ratio = of(&rounds, |r| r.released / r.bare);
    row("released ÷ bare INSERT .. SELECT", ratio, Bar::AtMost(1.2), &format!("{seconds:.2} s, {bare:.2} s"));
    row("released, s after `facteur digest send` began", seconds, Bar::AtMost(most_s), "");
    row("the command to its end, with its report, s", of(&rounds, |r| r.command.seconds), Bar::Report, "");
    row("CPU s/10k", of(&rounds, |r| r.command.cpu) * 1e4 / recipients as f64, Bar::Report, "");
    row("peak MiB", of(&rounds, |r| r.command.peak_mib), Bar::AtMost(MOST_MIB), "");
    waits(&rounds, server.is_none());
}

/// On PostgreSQL writers do not wait for each other.
fn waits(rounds: &[Round], one_writer: bool) {
    let note = format!("{}; {:.0} answered", worst(rounds, |r| r.sign_up), of(rounds, |r| r.answered as f64));
    row("a sign-up waits meanwhile, longest, ms", of(rounds, |r| r.sign_up), Bar::AtMost(200.0), &note);
    if one_writer {
        let (longest, note) = (of(rounds, |r| r.other_writer), worst(rounds, |r| r.other_writer));
        row("a writer in another process waits, longest, ms", longest, Bar::AtMost(200.0), &note);
    }
}

/// The least there is to do: the rows of the ledger, by one statement in one transaction.
async fn bare(base: &World, recipients: usize) -> f64 {
    let world = base.copy().await;
    let started = Instant::now();
    world
        .sql(
            "INSERT INTO delivery (digest_id, subscriber_id)
              SELECT 1, id FROM subscriber WHERE schedule_id = 1 AND status = 'confirmed' ORDER BY id",
        )
        .await;
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
    world.close().await;
    seconds
}

const SENDING: &str = "SELECT COUNT(*) FROM digest WHERE state = 'sending'";

fn send(world: &World) -> Measured {
    let config = world.write_config(&world.config.database.url, &Relay::NONE, "[digests]\nsettle_s = 0\n");
    Measured::start(facteur(&["digest", "send", "bench", "--yes", "--config"]).arg(config))
}

/// The command by itself: seconds until the digest may be sent, and what the command has used.
async fn by_command(base: &World, recipients: usize) -> (f64, Used) {
    by_command_on(base.copy().await, recipients, 0).await
}

/// The same in this world; its digest has so many parts then.
async fn by_command_on(world: World, recipients: usize, parts: i64) -> (f64, Used) {
    let (command, mut released) = (send(&world), None);
    let started = command.started;
    let used = command
        .until_its_end(LIMIT, async || {
            if released.is_none() && world.number(SENDING).await > 0 {
                released = Some(started.elapsed().as_secs_f64());
            }
        })
        .await;
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
    assert_eq!(world.number("SELECT COUNT(*) FROM digest_part").await, parts);
    world.close().await;
    (released.unwrap_or(used.seconds), used)
}

/// The command, while this process asks for the right to write again and again: the longest that it waited, in ms.
async fn beside_a_writer(base: &World) -> f64 {
    let world = base.copy().await;
    let mut longest = 0.0_f64;
    send(&world)
        .until_its_end(LIMIT, async || {
            let asked = Instant::now();
            world.app.db.begin().await.unwrap().commit().await.unwrap();
            longest = longest.max(asked.elapsed().as_secs_f64() * 1e3);
        })
        .await;
    world.close().await;
    longest
}

/// The API is told to send, and visitors of the same process sign up until all is released: the longest wait of a
/// sign-up in ms, and how many there were.
pub async fn beside_sign_ups(base: &World, token: &str, recipients: usize) -> (f64, usize) {
    let world = base.copy().await;
    let server = Server::start(&world).await;
    let (mut visitor, mut editor) = (Visitor::connect(server.port).await, Visitor::connect(server.port).await);
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let release = tokio::spawn(async move { editor.post("/api/v1/newsletters/bench/digests", &headers, "{}").await });
    let (mut longest, mut answered) = (0.0_f64, 0);
    let until = Instant::now() + LIMIT;
    // An answer comes after 10 s even when a release goes on.
    while !release.is_finished() || world.number(SENDING).await == 0 {
        longest = longest.max(visitor.sign_up(answered).await.as_secs_f64() * 1e3);
        answered += 1;
        assert!(Instant::now() < until, "the release ends");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let status = release.await.unwrap();
    assert!(status.contains(" 201 "), "the digest is released: {status}");
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
    drop(server);
    world.close().await;
    (longest, answered)
}
