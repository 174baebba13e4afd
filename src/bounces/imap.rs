//! A mailbox in which mails come back (`[bounces.imap]`, RFC 9051): looked into every few minutes.
//!
//! In: new mails of one folder. Out: each that is a report, or written to an address of ours, to [`Intake`], and then moved to the
//! folder for what was understood, or for what somebody has to look at. All others stay where they are and as they are; nothing is
//! deleted, also where the server cannot move (then a copy is put there). The first look changes nothing and says what the next
//! would do. Every command has a deadline; a look that failed is repeated, and since the same mail again changes nothing, one that was
//! interrupted is too.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use async_imap::types::Fetch;
use async_imap::{Client, Session};
use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::intake::{Arrived, Intake, Source};
use super::mail::{self, Place};
use crate::app::App;
use crate::config::secret::Secret;
use crate::config::{Imap, Tls};
use crate::db::{Db, query, query_scalar};
use crate::fault::fault;
use crate::net::tls::Secure;

/// For one command, and for one mail to arrive.
const PATIENCE: Duration = Duration::from_mins(1);
/// Mails of one look; the rest waits for the next.
const AT_ONCE: usize = 500;
/// The row of `instance` that says how far the mailbox was read.
const MARK: &str = "bounces.imap";

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Stream for T {}

/// How far a folder was read. UIDs rise as long as `validity` stays (RFC 9051 section 2.3.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Mark {
    /// Server, login and folder.
    of: String,
    validity: u32,
    last: u32,
}

/// What one look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// It was the first, and changed nothing.
    pub only_looked: bool,
    /// Moved to the folder for what was understood.
    pub done: usize,
    /// Moved to the folder for what somebody has to look at.
    pub unknown: usize,
    /// Left where they were.
    pub left: usize,
}

/// Looks every `poll_s` seconds until `stop` is cancelled.
///
/// # Errors
/// Never: what fails is logged and tried again.
pub async fn run(app: Arc<App>, intake: Intake, stop: CancellationToken) -> anyhow::Result<()> {
    let mut failing = false;
    loop {
        let looked = tokio::select! { () = stop.cancelled() => return Ok(()), looked = look(&app, &intake) => looked };
        match looked {
            Ok(looked) => {
                if failing {
                    tracing::info!("the mailbox for bounces can be read again");
                }
                failing = false;
                tell(looked);
            }
            Err(error) => {
                if !failing {
                    tracing::warn!(error = %crate::cause::in_words(&error), "the mailbox for bounces cannot be read; Facteur keeps trying");
                }
                failing = true;
            }
        }
        let pause = Duration::from_secs(u64::from(app.config.bounces.imap.poll_s));
        tokio::select! { () = stop.cancelled() => return Ok(()), () = tokio::time::sleep(pause) => {} }
    }
}

fn tell(looked: Looked) {
    let Looked { only_looked, done, unknown, left } = looked;
    if only_looked {
        tracing::info!(
            done,
            unknown,
            left,
            "first look into the mailbox for bounces: nothing was moved, the next look moves these"
        );
    } else if done + unknown > 0 {
        tracing::info!(done, unknown, left, "looked into the mailbox for bounces");
    }
}

/// One look.
///
/// # Errors
/// When the server cannot be reached, refuses, or is silent; or the database's. What was done until then is done.
pub async fn look(app: &App, intake: &Intake) -> anyhow::Result<Looked> {
    let config = &app.config.bounces.imap;
    let mut session = open(config).await?;
    let looked = in_session(app, intake, config, &mut session).await;
    timeout(PATIENCE, session.logout()).await.ok();
    looked
}

async fn in_session(
    app: &App,
    intake: &Intake,
    config: &Imap,
    session: &mut Session<Box<dyn Stream>>,
) -> anyhow::Result<Looked> {
    let of = format!("{}:{} {} {}", config.host, config.port, config.username, config.folder);
    let known = mark(&app.db).await?.filter(|mark| mark.of == of);
    let between = delimiter(session).await?;
    let validity = enter(session, &config.folder, &between, known.is_none()).await?;
    let last = known.as_ref().filter(|mark| mark.validity == validity).map_or(0, |mark| mark.last);
    let mut uids: Vec<u32> =
        in_time(session.uid_search(format!("UID {}:*", last.saturating_add(1)))).await?.into_iter().collect();
    // `n:*` names the last mail also when its number is lower.
    uids.retain(|uid| *uid > last);
    uids.sort_unstable();
    let mut looked = Looked { only_looked: known.is_none(), ..Looked::default() };
    let (mut done, mut unknown, mut held) = (Vec::new(), Vec::new(), None);
    for uid in uids.iter().take(AT_ONCE) {
        match one(app, intake, session, *uid, looked.only_looked).await? {
            Some(Place::Done) => done.push(*uid),
            Some(Place::Unknown) => unknown.push(*uid),
            Some(Place::Leave) => looked.left += 1,
            // The next look begins with it.
            None => held = held.or(Some(*uid - 1)),
        }
    }
    (looked.done, looked.unknown) = (done.len(), unknown.len());
    if looked.only_looked {
        set_mark(app, &Mark { of, validity, last: 0 }).await?;
        return Ok(looked);
    }
    fault!("imap.before_move");
    put(session, &done, &config.done, &between).await?;
    put(session, &unknown, &config.unknown, &between).await?;
    fault!("imap.after_move");
    if let Some(last) = held.or(uids.iter().take(AT_ONCE).next_back().copied()) {
        set_mark(app, &Mark { of, validity, last }).await?;
        fault!("imap.after_mark");
    }
    Ok(looked)
}

/// Opens a folder, for looking only or for moving mails too; gives what its UIDs are valid for.
async fn enter(
    session: &mut Session<Box<dyn Stream>>,
    folder: &str,
    delimiter: &str,
    only_look: bool,
) -> anyhow::Result<u32> {
    let name = named(folder, delimiter);
    let opened = if only_look { in_time(session.examine(name)).await } else { in_time(session.select(name)).await };
    let opened = opened.with_context(|| format!("cannot open the folder {folder}"))?;
    Ok(opened.uid_validity.unwrap_or_default())
}

/// Takes one mail, unless this is only a look; says where it belongs. `None`: the server does not give it now, or it is gone.
async fn one(
    app: &App,
    intake: &Intake,
    session: &mut Session<Box<dyn Stream>>,
    uid: u32,
    only_look: bool,
) -> anyhow::Result<Option<Place>> {
    let most = app.config.bounces.max_bytes;
    let Some(size) = fetch(session, uid, "(UID RFC822.SIZE)").await?.and_then(|fetched| fetched.size) else {
        return Ok(None);
    };
    if size as usize > most {
        return Ok(Some(Place::Leave));
    }
    let Some(fetched) = fetch(session, uid, "(UID BODY.PEEK[])").await? else { return Ok(None) };
    let Some(bytes) = fetched.body() else { return Ok(None) };
    fault!("imap.after_fetch");
    let arrived = Arrived { source: Source::Imap, recipient: None, sender: None, mail: bytes.into() };
    let place = mail::place(app, &arrived).await?;
    if !only_look && place != Place::Leave {
        intake.take(arrived).await?;
    }
    Ok(Some(place))
}

async fn fetch(session: &mut Session<Box<dyn Stream>>, uid: u32, what: &str) -> anyhow::Result<Option<Fetch>> {
    let mut found = in_time(session.uid_fetch(uid.to_string(), what)).await?;
    let mut first = None;
    while let Some(fetched) = timeout(PATIENCE, found.next()).await.context("the server is silent")? {
        first = first.or(Some(fetched?)).filter(|fetched: &Fetch| fetched.uid.is_none_or(|is| is == uid));
    }
    Ok(first)
}

/// Moves mails to a folder, which is made when it is not there; copies them where the server cannot move (RFC 6851).
async fn put(
    session: &mut Session<Box<dyn Stream>>,
    uids: &[u32],
    folder: &str,
    delimiter: &str,
) -> anyhow::Result<()> {
    if uids.is_empty() {
        return Ok(());
    }
    let list = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let can_move = in_time(session.capabilities()).await?.has_str("MOVE");
    let to = named(folder, delimiter);
    // It is there already, as a rule: then the server says NO.
    timeout(PATIENCE, session.create(&to)).await.context("the server is silent")?.ok();
    if can_move {
        in_time(session.uid_mv(list, to)).await.with_context(|| format!("cannot move to {folder}"))
    } else {
        in_time(session.uid_copy(list, to)).await.with_context(|| format!("cannot copy to {folder}"))
    }
}

async fn open(config: &Imap) -> anyhow::Result<Session<Box<dyn Stream>>> {
    let password = Secret::read(&config.password_file)?;
    let password = password.as_ref().map_or("", Secret::expose);
    let place = || format!("{}:{}", config.host, config.port);
    let connect = timeout(PATIENCE, TcpStream::connect((config.host.as_str(), config.port))).await;
    let tcp = connect.with_context(|| format!("{}: no answer", place()))?.with_context(place)?;
    let secure = match config.tls {
        Tls::None => None,
        Tls::Tls | Tls::Starttls => Some(Secure::new(&config.host, &config.tls_ca_file, false)?),
    };
    let stream: Box<dyn Stream> = match (&secure, config.tls) {
        (Some(secure), Tls::Tls) => Box::new(timeout(PATIENCE, secure.connect(tcp)).await.context("TLS: no answer")??),
        (Some(secure), _) => {
            let mut plain = Client::new(tcp);
            greeting(&mut plain).await?;
            in_time(plain.run_command_and_check_ok("STARTTLS", None)).await.context("the server refuses STARTTLS")?;
            Box::new(timeout(PATIENCE, secure.connect(plain.into_inner())).await.context("TLS: no answer")??)
        }
        (None, _) => Box::new(tcp),
    };
    let mut client = Client::new(stream);
    if config.tls != Tls::Starttls {
        greeting(&mut client).await?;
    }
    let login = timeout(PATIENCE, client.login(&config.username, password)).await.context("login: no answer")?;
    login.map_err(|(error, _)| {
        anyhow::Error::from(error)
            .context("the server refuses the login: see [bounces.imap] username and password_file")
    })
}

async fn greeting<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug>(client: &mut Client<T>) -> anyhow::Result<()> {
    match timeout(PATIENCE, client.read_response()).await.context("no greeting")?? {
        Some(_) => Ok(()),
        None => bail!("the server closed the connection before its greeting"),
    }
}

async fn in_time<T>(command: impl Future<Output = async_imap::error::Result<T>>) -> anyhow::Result<T> {
    Ok(timeout(PATIENCE, command).await.context("the server is silent")??)
}

/// What this server puts between the levels of a folder's name (RFC 9051 section 6.3.9.1): `.` in many a Maildir.
async fn delimiter(session: &mut Session<Box<dyn Stream>>) -> anyhow::Result<String> {
    let mut listed = std::pin::pin!(in_time(session.list(None, None)).await?);
    let mut found = None;
    while let Some(name) = timeout(PATIENCE, listed.next()).await.context("the server is silent")? {
        found = found.or(name?.delimiter().map(str::to_owned));
    }
    Ok(found.unwrap_or_else(|| "/".to_owned()))
}

/// A folder of the settings as this server names it.
fn named(folder: &str, delimiter: &str) -> String {
    utf7(&folder.replace('/', delimiter))
}

/// Modified UTF-7 of RFC 3501 section 5.1.3, for names such as `Éléments lus`.
fn utf7(name: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let mut out = String::new();
    let mut beyond: Vec<u8> = Vec::new();
    let flush = |beyond: &mut Vec<u8>, out: &mut String| {
        if !beyond.is_empty() {
            out.push('&');
            out.push_str(&STANDARD_NO_PAD.encode(&*beyond).replace('/', ","));
            out.push('-');
            beyond.clear();
        }
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut beyond, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            beyond.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut beyond, &mut out);
    out
}

async fn mark(db: &Db) -> sqlx::Result<Option<Mark>> {
    let stored: Option<String> =
        query_scalar("SELECT value FROM instance WHERE name = $1").bind(MARK).fetch_optional(db.on()).await?;
    Ok(stored.and_then(|stored| serde_json::from_str(&stored).ok()))
}

async fn set_mark(app: &App, mark: &Mark) -> anyhow::Result<()> {
    let stored = serde_json::to_string(mark)?;
    let mut tx = app.db.begin().await?;
    query("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(MARK)
        .bind(&stored)
        .execute(tx.on())
        .await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_written_as_old_servers_read_them() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("Facteur/Done", "Facteur/Done"),
            ("A & B", "A &- B"),
            ("Éléments traités", "&AMk-l&AOk-ments trait&AOk-s"),
            ("日本語", "&ZeVnLIqe-"),
        ] {
            assert_eq!(utf7(name), written);
        }
        assert_eq!(named("Facteur/Done", "."), "Facteur.Done");
    }
}
