//! A mailbox on Dovecot, over TLS by an authority of our own: looked at first, then sorted, never expunged; also when the
//! connection breaks anywhere.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use facteur::bounces::imap::{self, Looked};
use facteur::bounces::intake::Intake;
use facteur::digests;
use facteur::serve::Roles;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Servers, Way, World};
use crate::harness::{Builder, PATIENCE};
use crate::returned::{answer, dead};

/// The mailbox `bonjour@DOMAIN`, which gets what comes back and what people write.
pub(super) fn settings(builder: Builder, servers: &Servers, domain: &str) -> Builder {
    let password = servers.path("imap-password");
    std::fs::write(&password, "secret\n").unwrap();
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600)).unwrap();
    // Nobody looks unless a test does.
    let roles = Roles { schedule: false, bounces: false, ..Roles::ALL };
    builder
        .roles(roles)
        .set("smtp.bounce_address", format!("bonjour+{{token}}@{domain}"))
        .set("bounces.imap.host", "localhost")
        .set("bounces.imap.port", servers.imaps)
        .set("bounces.imap.tls_ca_file", servers.path("dovecot/cert.pem").display().to_string())
        .set("bounces.imap.username", format!("bonjour@{domain}"))
        .set("bounces.imap.password_file", password.display().to_string())
        .set("bounces.imap.poll_s", 1)
}

impl World {
    /// Looks into the mailbox once.
    pub(super) async fn look(&self) -> anyhow::Result<Looked> {
        let intake = Intake::open(self.app.app.clone(), digests::MEANING);
        imap::look(&self.app.app, &intake).await
    }

    /// How many mails lie in this folder of the mailbox (empty: the inbox).
    pub(super) fn lie_in(&self, folder: &str) -> usize {
        let mailbox = self.servers.path("mail").join(&self.domain).join(folder);
        let files = |part: &str| std::fs::read_dir(mailbox.join(part)).map_or(0, Iterator::count);
        files("new") + files("cur")
    }

    /// Waits until so many mails lie in the inbox.
    pub(super) async fn arrived(&self, count: usize) {
        let begin = std::time::Instant::now();
        while self.lie_in("") != count {
            let log = || self.servers.log_of(&self.domain);
            assert!(begin.elapsed() < PATIENCE, "{} mails, not {count}\n{}", self.lie_in(""), log());
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// A report as it lies in a mailbox: its `To` names the address that the envelope had.
pub(super) fn report_to(address: &str) -> String {
    dead("somebody@example.com").replace("b-x@bounces.example.org", address)
}

#[tokio::test]
async fn a_mailbox_is_only_looked_at_first_then_sorted_and_nothing_is_lost_there() {
    let Some(servers) = Servers::here() else { return };
    let world = World::new(&servers, Way::Mailbox, |builder| builder).await;
    let addresses = world.sent(&["ana@example.org", "bea@example.org"]).await;
    let bonjour = format!("bonjour@{}", world.domain);
    world.hand_in(&addresses[0], &report_to(&addresses[0])).await;
    world.hand_in(&addresses[1], &answer(&addresses[1])).await;
    world.hand_in(&bonjour, &answer(&bonjour)).await;
    world.arrived(3).await;

    let first = world.look().await.unwrap();
    assert_eq!(first, Looked { only_looked: true, done: 1, unknown: 1, left: 1 });
    assert_eq!((world.lie_in(""), world.lie_in(".Facteur.Done")), (3, 0), "nothing was moved");
    assert_eq!(world.app.with_status("bounced").await, 0, "and nothing believed");
    assert!(world.app.returned().await.is_empty());

    let second = world.look().await.unwrap();
    assert_eq!(second, Looked { only_looked: false, done: 1, unknown: 1, left: 1 });
    let folders = ["", ".Facteur.Done", ".Facteur.Unknown"].map(|folder| world.lie_in(folder));
    assert_eq!(folders, [1, 1, 1], "what people write to one another stays; nothing is deleted");
    assert_eq!(world.app.status_of("ana@example.org").await.as_deref(), Some("bounced"));
    assert_eq!(world.app.status_of("bea@example.org").await.as_deref(), Some("confirmed"));

    let third = world.look().await.unwrap();
    assert_eq!(third, Looked::default(), "each mail is looked at once");
    let texts = "SELECT kind || ' ' || state FROM returned ORDER BY kind";
    assert_eq!(world.app.texts(texts).await, ["answer done", "hard done"]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_authority_are_said() {
    let Some(servers) = Servers::here() else { return };
    let world = World::new(&servers, Way::Mailbox, |builder| builder.set("bounces.imap.tls_ca_file", "")).await;
    let said = format!("{:#}", world.look().await.unwrap_err());
    assert!(said.to_lowercase().contains("certificate"), "{said}");
    let wrong = servers.path("wrong-password");
    std::fs::write(&wrong, "not it\n").unwrap();
    std::fs::set_permissions(&wrong, std::fs::Permissions::from_mode(0o600)).unwrap();
    let file = wrong.display().to_string();
    let world = World::new(&servers, Way::Mailbox, |builder| builder.set("bounces.imap.password_file", file)).await;
    let said = format!("{:#}", world.look().await.unwrap_err());
    assert!(said.contains("the server refuses the login"), "{said}");
}

/// A way to a server that breaks after so many bytes of its answers.
async fn breaking(server: u16) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let most = Arc::new(AtomicUsize::new(usize::MAX));
    let known = most.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, server, known.load(Ordering::SeqCst)));
        }
    });
    (port, most)
}

async fn pass(client: TcpStream, server: u16, most: usize) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let ask = async {
        tokio::io::copy(&mut from_client, &mut to_server).await.ok();
    };
    let answer = async {
        let (mut passed, mut bytes) = (0, vec![0; 1024]);
        while let Ok(count @ 1..) = from_server.read(&mut bytes).await {
            passed += count;
            if passed > most || to_client.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! { () = ask => {} () = answer => {} }
}

#[tokio::test]
async fn a_connection_that_breaks_anywhere_loses_nothing_and_counts_nothing_twice() {
    let Some(servers) = Servers::here() else { return };
    let (port, most) = breaking(servers.imaps).await;
    let world = World::new(&servers, Way::Mailbox, |builder| builder.set("bounces.imap.port", port)).await;
    let readers = ["p1@example.org", "p2@example.org", "p3@example.org", "p4@example.org"];
    let addresses = world.sent(&readers).await;
    assert!(world.look().await.unwrap().only_looked);
    for address in &addresses {
        world.hand_in(address, &report_to(address)).await;
    }
    world.arrived(4).await;
    let mut broken = 0;
    for bytes in (500..=12_000).step_by(500) {
        most.store(bytes, Ordering::SeqCst);
        broken += usize::from(world.look().await.is_err());
        assert!(world.lie_in("") + world.lie_in(".Facteur.Done") >= 4, "after {bytes} bytes");
    }
    assert!(broken > 3, "it broke {broken} times");
    most.store(usize::MAX, Ordering::SeqCst);
    world.look().await.unwrap();
    // A server that is cut off in the middle of a move may have done the half of it.
    assert!(world.lie_in("") == 0 && world.lie_in(".Facteur.Done") >= 4);
    assert_eq!(world.app.returned().await, ["hard done"; 4]);
    assert_eq!(world.app.with_status("bounced").await, 4);
}
