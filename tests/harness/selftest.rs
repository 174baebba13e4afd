//! The rig itself: a rig that is wrong would make every other test lie.

mod products;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::TestApp;
use super::feeds::{FeedServer, Item, Page};
use super::smtp::faults::Stage;
use super::smtp::tls::{Authority, Certificate};
use super::smtp::{Settings, Sink};

/// A client that sends what it is told and waits for so many complete replies.
struct Client<S> {
    stream: S,
}

impl Client<TcpStream> {
    async fn connect(sink: &Sink) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", sink.port())).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Sends, then reads `replies` replies; a shorter text means that the connection ended.
    async fn say(&mut self, text: &str, replies: usize) -> String {
        self.stream.write_all(text.as_bytes()).await.unwrap();
        let mut got = String::new();
        let ends = |line: &&str| line.ends_with('\n') && line.as_bytes().get(3) == Some(&b' ');
        while got.split_inclusive('\n').filter(ends).count() < replies {
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => got.push_str(&String::from_utf8_lossy(&buffer[..read])),
            }
        }
        got
    }

    async fn greet(&mut self) {
        assert!(self.say("", 1).await.starts_with("220 "));
        assert!(self.say("EHLO me\r\n", 1).await.contains("250-PIPELINING\r\n"));
    }
}

fn envelope(to: &str) -> String {
    format!("MAIL FROM:<carnet@lettres.example.org>\r\nRCPT TO:<{to}>\r\nDATA\r\n")
}

const MAIL: &str =
    "Message-ID: <1@x>\r\nDate: now\r\nSubject: =?utf-8?Q?=C3=A9t=C3=A9?=\r\n\r\nhttps://a/confirm/b\r\n..dot\r\n.\r\n";

#[tokio::test]
async fn sink_takes_mail_in_one_round_trip_each_and_journals_it() {
    let folder = super::folder();
    let sink = Sink::start_with(Settings::default(), Some(&folder.path().join("journal")));
    let mut client = Client::connect(&sink).await;
    client.greet().await;
    client.say(&envelope("a@example.org"), 3).await;
    let before = sink.round_trips();
    for n in 0..10 {
        let replies = client.say(&format!("{MAIL}{}", envelope(&format!("b{n}@example.org"))), 4).await;
        assert!(replies.starts_with("250 ") && replies.ends_with("354 end with a dot\r\n"), "{replies}");
    }
    assert_eq!(sink.round_trips() - before, 10);
    assert_eq!((sink.taken(), sink.violations()), (10, 0));
    let (mail, entry) = (sink.mails()[0].clone(), sink.journal()[0].clone());
    assert_eq!((mail.to.as_str(), mail.from.as_str()), ("a@example.org", "carnet@lettres.example.org"));
    assert!(mail.source().ends_with("\r\n.dot\r\n"), "{}", mail.source());
    assert_eq!((mail.subject().as_str(), mail.link("/confirm/").as_str()), ("été", "https://a/confirm/b"));
    assert_eq!((entry.rcpt, entry.message_id, entry.sha256), (mail.to.clone(), "<1@x>".into(), mail.sha256.clone()));
}

#[tokio::test]
async fn sink_sees_a_client_that_breaks_the_protocol() {
    let sink = Sink::start_with(Settings { pipelining: false, ..Settings::default() }, None);
    let mut client = Client::connect(&sink).await;
    client.say("EHLO me\r\n", 2).await;
    assert_eq!(sink.violations(), 0);
    client.say(&envelope("a@example.org"), 3).await;
    assert!(sink.violations() > 0, "commands sent ahead");
    let before = sink.violations();
    client.say("bare\nline\r\n.\r\n", 1).await;
    assert!(sink.violations() > before, "a line feed alone");
}

#[tokio::test]
async fn faults_fire_where_and_when_they_should() {
    let sink = Sink::start();
    sink.on(Stage::Rcpt).to("gone@example.org").reply("550 5.1.1 no such user");
    sink.on(Stage::Rcpt).to("@slow.example").nth(2).reply("451 4.7.1 later");
    sink.on(Stage::Dot).nth(2).stored().drop_connection();
    let mut client = Client::connect(&sink).await;
    client.greet().await;
    let refused = client.say(&envelope("gone@example.org"), 3).await;
    assert!(refused.contains("550 5.1.1") && refused.contains("554 5.5.1"), "{refused}");
    assert!(client.say(&envelope("a@slow.example"), 3).await.ends_with("354 end with a dot\r\n"));
    assert!(client.say(MAIL, 1).await.starts_with("250 "));
    assert!(client.say(&envelope("b@slow.example"), 3).await.contains("451 4.7.1"));
    assert!(client.say(&envelope("c@slow.example"), 3).await.ends_with("354 end with a dot\r\n"));
    assert_eq!(client.say(MAIL, 1).await, "", "the connection is gone");
    assert_eq!(sink.taken(), 2, "but the mail was taken");
}

#[tokio::test]
async fn sink_goes_down_and_comes_up_on_the_same_port() {
    let sink = Sink::start();
    let mut client = Client::connect(&sink).await;
    client.greet().await;
    sink.go_down();
    assert_eq!(client.say("NOOP\r\n", 1).await, "");
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", sink.port())).await.is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(10), "it still listens");
    }
    sink.come_up();
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", sink.port())).await.is_err() {
        assert!(begin.elapsed() < Duration::from_secs(10), "it does not listen again");
        tokio::task::yield_now().await;
    }
}

/// Says what the TLS handshake with this certificate comes to.
async fn handshake(certificate: Certificate, implicit: bool) -> Result<String, String> {
    let authority = Authority::new();
    let server = authority.server(certificate);
    let settings = if implicit {
        Settings { implicit_tls: Some(server), ..Settings::default() }
    } else {
        Settings { starttls: Some(server), ..Settings::default() }
    };
    let sink = Sink::start_with(settings, None);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let mut client = Client::connect(&sink).await;
    if !implicit {
        client.say("", 1).await;
        assert!(client.say("EHLO me\r\n", 1).await.contains("STARTTLS"));
        client.say("STARTTLS\r\n", 1).await;
    }
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name, client.stream).await.map_err(|error| error.to_string())?;
    let mut client = Client { stream };
    Ok(client.say(if implicit { "" } else { "EHLO me\r\n" }, 1).await)
}

#[tokio::test]
async fn sink_speaks_tls_with_good_and_bad_certificates() {
    assert!(handshake(Certificate::Good, true).await.unwrap().starts_with("220 "));
    let hello = handshake(Certificate::Good, false).await.unwrap();
    assert!(hello.starts_with("250-") && !hello.contains("STARTTLS"), "{hello}");
    assert!(handshake(Certificate::Expired, true).await.unwrap_err().contains("expired"));
    assert!(handshake(Certificate::WrongName, false).await.unwrap_err().contains("not valid for name"));
}

#[tokio::test]
async fn sink_wants_the_right_password() {
    let credentials = Some(("ana".to_owned(), "geheim".to_owned()));
    let sink = Sink::start_with(Settings { credentials, ..Settings::default() }, None);
    let mut client = Client::connect(&sink).await;
    client.greet().await;
    assert!(client.say("MAIL FROM:<a@b>\r\n", 1).await.starts_with("530 "));
    assert!(client.say("AUTH PLAIN AGFuYQB3cm9uZw==\r\n", 1).await.starts_with("535 "));
    assert!(client.say("AUTH LOGIN\r\n", 1).await.starts_with("334 "));
    assert!(client.say("YW5h\r\n", 1).await.starts_with("334 "));
    assert!(client.say("Z2VoZWlt\r\n", 1).await.starts_with("235 "));
    assert!(client.say("MAIL FROM:<a@b>\r\n", 1).await.starts_with("250 "));
}

#[tokio::test]
async fn feed_server_answers_as_told_and_knows_304() {
    let feeds = FeedServer::start().await;
    let page = Page::rss("Le carnet", &[Item::new("un", "Un & deux", 0)]).header("etag", "\"a\"");
    let url = feeds.put("/feed.xml", page.clone());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let whole = http.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(whole.contains("<title>Un &amp; deux</title>"), "{whole}");
    let again = http.get(&url).header("if-none-match", "\"a\"").send().await.unwrap();
    assert_eq!(again.status(), 304);
    feeds.put("/feed.xml", page.cut_after(20));
    assert!(http.get(&url).send().await.unwrap().text().await.is_err(), "the body is cut");
    assert_eq!(feeds.asked().len(), 3);
}

#[tokio::test]
async fn a_world_starts_stops_and_starts_again_on_its_own_database() {
    let mut app = TestApp::builder().set("smtp.connections", 2).spawn().await;
    assert_eq!(app.app.config.smtp.connections, 2);
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    app.reader(&carnet, "ana@example.org").await;
    assert_eq!(app.get("/nowhere").await.status, 404);
    app.idle().await;
    app.stop().await;
    app.start().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 4);
    let other = TestApp::spawn().await;
    assert_eq!(other.number("SELECT COUNT(*) FROM subscriber").await, 0);
    assert!(app.cli(&["newsletter", "--help"]).await.ok().contains("Usage"));
}

#[tokio::test]
async fn the_real_binary_serves_stops_in_order_and_can_be_killed() {
    let app = TestApp::builder().stopped().spawn().await;
    let mut server = app.server(&[], &[]);
    let address = server.address().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(http.get(format!("{address}/healthz")).send().await.unwrap().status(), 200);
    let (status, took) = server.terminate().await;
    assert!(status.success() && took < Duration::from_secs(10), "{status} after {took:?}\n{}", server.said());
    let mut server = app.server(&[], &[]);
    server.address().await;
    server.kill();
    assert!(!server.runs());
}

/// How fast the rig itself is: `cargo test … -- --ignored --nocapture rate_of_the_sink`.
#[tokio::test]
#[ignore = "a measurement, not a check"]
async fn rate_of_the_sink() {
    let folder = super::folder();
    let sink =
        Arc::new(Sink::start_with(Settings { keep: 100, ..Settings::default() }, Some(&folder.path().join("j"))));
    let (connections, each) = (16, 2_500);
    let begin = Instant::now();
    let run = |number: usize| {
        let sink = sink.clone();
        async move {
            let body =
                format!("Message-ID: <{number}@x>\r\nDate: now\r\n\r\n{}.\r\n", "0123456789abcdef\r\n".repeat(1_100));
            let mut client = Client::connect(&sink).await;
            client.greet().await;
            client.say(&envelope("a@example.org"), 3).await;
            for n in 0..each {
                client.say(&format!("{body}{}", envelope(&format!("b{n}@example.org"))), 4).await;
            }
        }
    };
    futures_util::future::join_all((0..connections).map(run)).await;
    let took = begin.elapsed();
    println!("{} mails of 20 KB in {took:?}: {:.0}/s", sink.taken(), sink.taken() as f64 / took.as_secs_f64());
}
