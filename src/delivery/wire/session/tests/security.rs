//! TLS and AUTH: what is encrypted, what fails closed, what a password is given to.

use std::io::Write as _;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use super::server::{Act, At, Moment, Server};
use super::*;
use crate::delivery::wire::smtp::open::OpenError;
use crate::i18n;

/// A certificate for this name, and the same as a PEM file.
fn certificate(name: &str) -> (TlsAcceptor, tempfile::NamedTempFile) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(made.cert.pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config).into(), file)
}

fn file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

fn path(file: &tempfile::NamedTempFile) -> String {
    file.path().to_str().unwrap().to_owned()
}

async fn secure(
    offers: &str,
    name: &str,
    implicit: bool,
    script: impl Fn(&Moment) -> Option<Act> + Send + Sync + 'static,
) -> (Server, tempfile::NamedTempFile) {
    let (acceptor, pem) = certificate(name);
    (Server::with(offers, Some(acceptor), implicit, script, |_| {}).await, pem)
}

const STARTTLS: &str = "PIPELINING\nSTARTTLS";

#[tokio::test]
async fn mail_travels_under_tls_by_both_ways_with_one_round_trip() {
    for (implicit, tls) in [(false, Tls::Starttls), (true, Tls::Tls)] {
        let (server, pem) = secure(STARTTLS, "127.0.0.1", implicit, |_| None).await;
        let (relay, _raised) = relay(&Smtp { tls, tls_ca_file: path(&pem), ..settings(server.port) });
        let (lane, ledger) = (Lane::of((0..50).map(mail)), Arc::new(Ledger::default()));
        send(&relay, &lane, &ledger).await;
        assert_eq!(ledger.accepted().len(), 50);
        let seen = server.seen.lock().unwrap();
        assert!(seen.lines.iter().filter(|line| line.starts_with("clear")).count() <= 2, "EHLO and STARTTLS at most");
        assert!(seen.lines.iter().all(|line| !(line.starts_with("clear") && line.contains("MAIL"))));
        assert!(seen.writes <= 50 + 7, "{}", seen.writes);
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_to_be_trusted_stops_everything() {
    let (other, _) = certificate("127.0.0.1");
    drop(other);
    for implicit in [false, true] {
        let tls = if implicit { Tls::Tls } else { Tls::Starttls };
        // Unknown authority; wrong name under a known one.
        for (name, trusted) in [("127.0.0.1", false), ("mail.example.org", true)] {
            let (server, pem) = secure(STARTTLS, name, implicit, |_| None).await;
            let ca = if trusted { path(&pem) } else { String::new() };
            let (relay, _raised) = relay(&Smtp { tls, tls_ca_file: ca, ..settings(server.port) });
            let error = relay.open(CancellationToken::new()).await.unwrap_err();
            assert!(matches!(&error, OpenError::Tls(hurdle) if hurdle.to_string().contains("certificate")), "{error}");
        }
        let (server, _) = secure(STARTTLS, "mail.example.org", implicit, |_| None).await;
        let (relay, _raised) = relay(&Smtp { tls, tls_accept_invalid: true, ..settings(server.port) });
        assert!(relay.open(CancellationToken::new()).await.is_ok(), "unless the owner says that any will do");
    }
}

#[tokio::test]
async fn starttls_that_is_stripped_refused_or_preceded_by_bytes_fails_closed() {
    let cases: [(&str, Option<Act>, &str); 4] = [
        ("PIPELINING", None, "does not offer STARTTLS"),
        (STARTTLS, Some(Act::Say("454 4.7.0 not now")), "454"),
        (STARTTLS, Some(Act::Say("220 go\r\n250-evil\r\n250 PIPELINING")), "before TLS began"),
        (STARTTLS, Some(Act::Drop), "closed"),
    ];
    for (offers, act, expected) in cases {
        let (server, pem) =
            secure(
                offers,
                "127.0.0.1",
                false,
                move |moment| {
                    if moment.at == At::StartTls { act.clone() } else { None }
                },
            )
            .await;
        let smtp = Smtp {
            tls: Tls::Starttls,
            tls_ca_file: path(&pem),
            username: "user".into(),
            password_file: path(&file("secret")),
            ..settings(server.port)
        };
        let (relay, mut raised) = relay(&smtp);
        let (lane, ledger) = (Lane::of([mail(1)]), Arc::new(Ledger::default()));
        let stop = lane.stop.clone();
        let work = tokio::spawn({
            let (relay, lane, ledger) = (relay.clone(), lane.clone(), ledger.clone());
            async move { send_with(&relay, &lane, &ledger, lane.stop.clone()).await }
        });
        let Some(Alarm::Trouble { why, .. }) = raised.recv().await else { panic!() };
        let words = why.words(i18n::locale(i18n::FALLBACK));
        assert!(words.contains(expected), "{words}");
        stop.cancel();
        work.await.unwrap();
        assert!(ledger.outcomes().is_empty(), "no row is touched");
        let lines = server.seen.lock().unwrap().lines.join("\n");
        assert!(!lines.contains("MAIL") && !lines.contains("AUTH"), "nothing in clear: {lines}");
    }
}

#[tokio::test]
async fn what_was_offered_in_clear_is_forgotten_under_tls() {
    let (server, pem) = secure(STARTTLS, "127.0.0.1", false, |moment| {
        (moment.at == At::Ehlo && moment.taken == 0 && moment.line.is_empty()).then_some(Act::Drop)
    })
    .await;
    let (relay, _raised) = relay(&Smtp { tls: Tls::Starttls, tls_ca_file: path(&pem), ..settings(server.port) });
    relay.open(CancellationToken::new()).await.unwrap();
    let hellos = server.seen.lock().unwrap().lines.iter().filter(|line| line.contains("EHLO news.test")).count();
    assert_eq!(hellos, 2, "EHLO is said again");
}

#[tokio::test]
async fn auth_plain_and_login_say_who_we_are() {
    let cases = [
        ("AUTH PLAIN LOGIN", vec!["clear AUTH PLAIN AHVzZXIAcMOkc3M="]),
        ("AUTH LOGIN", vec!["clear AUTH LOGIN", "clear dXNlcg==", "clear cMOkc3M="]),
    ];
    for (offers, expected) in cases {
        let server = Server::start(offers, |_| None).await;
        let password = file("p\u{e4}ss\r\n");
        let smtp = Smtp { username: "user".into(), password_file: path(&password), ..settings(server.port) };
        let (relay, _raised) = relay(&smtp);
        relay.open(CancellationToken::new()).await.unwrap();
        let lines = server.seen.lock().unwrap().lines[1..].to_vec();
        assert_eq!(lines, expected);
        assert!(!format!("{:?}", relay.target).contains("user"), "no credentials in what may be logged");
    }
    let server = Server::start("AUTH PLAIN", |moment| {
        (moment.at == At::Auth && moment.line == "AUTH PLAIN").then_some(Act::Say("334 "))
    })
    .await;
    let smtp = Smtp { username: "user".into(), password_file: path(&file("x")), ..settings(server.port) };
    assert!(relay(&smtp).0.open(CancellationToken::new()).await.is_err(), "the file is gone by now");
}

#[tokio::test]
async fn a_mechanism_that_is_not_taken_is_followed_by_the_next_and_a_wrong_password_is_not() {
    for (words, connects, last) in [
        ("504 5.5.4 PLAIN not here", true, "clear cMOkc3M="),
        ("534 5.7.9 too weak", true, "clear cMOkc3M="),
        ("535 5.7.8 bad", false, "clear AUTH PLAIN AHVzZXIAcMOkc3M="),
        ("454 4.7.0 later", false, "clear AUTH PLAIN AHVzZXIAcMOkc3M="),
    ] {
        let server = Server::start("AUTH LOGIN PLAIN", move |moment| {
            (moment.at == At::Auth && moment.line.starts_with("AUTH PLAIN")).then_some(Act::Say(words))
        })
        .await;
        let password = file("p\u{e4}ss");
        let smtp = Smtp { username: "user".into(), password_file: path(&password), ..settings(server.port) };
        let opened = relay(&smtp).0.open(CancellationToken::new()).await;
        assert_eq!(opened.is_ok(), connects, "{words}");
        assert_eq!(server.seen.lock().unwrap().lines.last().map(String::as_str), Some(last), "{words}");
    }
}

#[tokio::test]
async fn an_lmtp_server_is_named_as_one() {
    let server = Server::start("", |moment| match moment.at {
        At::Ehlo | At::Helo => Some(Act::Say("500 5.5.1 Unknown command")),
        At::Lhlo => Some(Act::Say("250 mx")),
        _ => None,
    })
    .await;
    let (relay, mut raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::of([mail(1)]), Arc::new(Ledger::default()));
    let work = tokio::spawn({
        let (lane, ledger) = (lane.clone(), ledger.clone());
        async move { send_with(&relay, &lane, &ledger, lane.stop.clone()).await }
    });
    let Some(Alarm::Trouble { why, .. }) = raised.recv().await else { panic!() };
    let words = why.words(i18n::locale(i18n::FALLBACK));
    assert!(words.contains("LMTP"), "{words}");
    lane.stop.cancel();
    work.await.unwrap();
    assert!(ledger.outcomes().is_empty());
}

#[tokio::test]
async fn a_refused_password_pauses_the_queue_and_changes_no_row() {
    let server =
        Server::start("AUTH PLAIN", |moment| (moment.at == At::Auth).then_some(Act::Say("535 5.7.8 bad"))).await;
    let password = file("secret");
    let smtp = Smtp { username: "user".into(), password_file: path(&password), ..settings(server.port) };
    let (relay, mut raised) = relay(&smtp);
    let (lane, ledger) = (Lane::of([mail(1)]), Arc::new(Ledger::default()));
    let work = tokio::spawn({
        let (lane, ledger) = (lane.clone(), ledger.clone());
        async move { send_with(&relay, &lane, &ledger, lane.stop.clone()).await }
    });
    let Some(Alarm::Trouble { why, .. }) = raised.recv().await else { panic!() };
    let words = why.words(i18n::locale(i18n::FALLBACK));
    assert!(words.contains("535 5.7.8 bad") && !words.contains("secret"), "{words}");
    lane.stop.cancel();
    work.await.unwrap();
    assert!(ledger.outcomes().is_empty());
    assert_eq!(server.connections(), 1, "and it is not tried again at once");
}

#[tokio::test]
async fn credentials_that_cannot_be_used_are_told_with_their_reason() {
    let server = Server::start("AUTH CRAM-MD5", |_| None).await;
    let (good, empty) = (file("secret"), file("\n"));
    let cases = [
        (path(&good), "neither AUTH PLAIN nor LOGIN"),
        ("/nowhere/password".to_owned(), "cannot read the password file /nowhere/password"),
        (path(&empty), "is empty"),
        (String::new(), "names no file"),
    ];
    for (password_file, expected) in cases {
        let smtp = Smtp { username: "user".into(), password_file, ..settings(server.port) };
        let error = relay(&smtp).0.open(CancellationToken::new()).await.unwrap_err();
        assert!(matches!(&error, OpenError::Credentials(hurdle) if hurdle.to_string().contains(expected)), "{error}");
    }
}

#[tokio::test]
async fn helo_is_said_only_where_neither_tls_nor_auth_is_wanted() {
    let old = |moment: &Moment| (moment.at == At::Ehlo).then_some(Act::Say("502 what"));
    let server = Server::start("", old).await;
    let (ledger, ..) = send_all(&server, Pipelining::Full, (0..3).map(mail).collect()).await;
    assert_eq!(ledger.accepted(), [0, 1, 2]);
    let lines = server.seen.lock().unwrap().lines.join("\n");
    assert!(lines.contains("HELO news.test") && !lines.contains("SIZE="), "{lines}");
    let server = Server::start("", old).await;
    let password = file("secret");
    let smtp = Smtp { username: "user".into(), password_file: path(&password), ..settings(server.port) };
    assert!(relay(&smtp).0.open(CancellationToken::new()).await.is_err());
    assert!(!server.seen.lock().unwrap().lines.iter().any(|line| line.contains("HELO")));
}
