//! Mails signed by us: keys made and rotated on the command line, and two strangers who verify what arrives: Debian's `python3-dkim`
//! and the crate `mail-auth`.

pub mod verifiers;

use std::collections::BTreeMap;
use std::sync::Arc;

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::mails::lint;
use facteur::newsletters::Newsletter;
use serde_json::Value;

use crate::harness::mail::Mail;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Builder, TestApp};

/// What DNS says: name → text.
pub type Dns = BTreeMap<String, String>;

const DOMAIN: &str = "lettres.example.org";

/// A world with a newsletter, five readers and a post.
async fn carnet(builder: Builder) -> (TestApp, Newsletter) {
    let app = builder.spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, 5).await;
    app.post(&newsletter, "Des nouvelles du jardin").await;
    (app, newsletter)
}

impl TestApp {
    /// A key that signs for this domain from now on; gives its records.
    pub async fn signing_key(&self, domain: &str, selector: &str) -> Dns {
        let made = self.cli(&["dkim", "new", domain, "--selector", selector, "--json"]).await.json();
        for _ in 0..2 {
            self.cli(&["dkim", "advance", domain, "--seen"]).await.ok();
        }
        records(&made)
    }
}

fn records(pair: &Value) -> Dns {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = pair["records"].as_array().unwrap().iter();
    all.map(|record| (text(&record["name"]), text(&record["text"]))).collect()
}

fn selectors(mail: &Mail) -> Vec<String> {
    let source = mail.source();
    let tags = source.split("\r\n").filter_map(|line| line.strip_prefix(" s="));
    tags.map(|rest| rest.split(';').next().unwrap().to_owned()).collect()
}

/// Both signatures hold for each verifier that there is, and the rules for signed mails do.
async fn verify(mails: &[Arc<Mail>], dns: &Dns) {
    assert!(!mails.is_empty());
    for mail in mails {
        let found: Vec<_> = lint::check_signed(&mail.bytes).into_iter().filter(lint::Finding::is_error).collect();
        assert_eq!(found, [], "{}", mail.source());
        assert_eq!(verifiers::mail_auth(&mail.bytes, dns).await, 2, "{}", mail.source());
    }
    let bytes: Vec<&[u8]> = mails.iter().map(|mail| mail.bytes.as_slice()).collect();
    verifiers::dkimpy(&bytes, dns, 2);
}

#[tokio::test]
async fn digests_and_letters_are_signed_twice_and_strangers_agree() {
    let (app, newsletter) = carnet(TestApp::builder().set("smtp.bounce_domain", "bounces.lettres.example.org")).await;
    let dns = app.signing_key(DOMAIN, "one").await;
    app.send_now(&newsletter).await;
    app.wait_for_mails(5).await;
    let ana = app.reader(&newsletter, "ana@example.org").await;
    app.letter_to(&newsletter, ana).await;
    app.mail_to("ana@example.org").await;
    app.idle().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 6);
    verify(&mails, &dns).await;
    for mail in &mails {
        assert_eq!(selectors(mail), ["one", "one-ed"]);
        assert!(mail.from.starts_with("b-") && mail.from.ends_with("@bounces.lettres.example.org"), "{}", mail.from);
        assert_eq!(mail.header("CFBL-Address"), format!("{}; report=arf", mail.from));
        assert!(app.app.keys.bounced(&mail.from).is_some());
    }
    let digests = mails.iter().filter(|mail| mail.to != "ana@example.org");
    for mail in digests {
        let feedback = mail.header("Feedback-ID");
        assert!(feedback.ends_with(":carnet:digest:facteur") && !feedback.contains(&mail.to), "{feedback}");
    }
}

#[tokio::test]
async fn without_a_key_for_its_domain_a_mail_is_as_it_always_was() {
    let (app, newsletter) = carnet(TestApp::builder().set("smtp.bounce_address", "bonjour+{token}@example.org")).await;
    app.cli(&["dkim", "new", "elsewhere.example", "--selector", "one"]).await.ok();
    app.cli(&["dkim", "new", DOMAIN, "--selector", "one"]).await.ok();
    app.send_now(&newsletter).await;
    for mail in app.wait_for_mails(5).await {
        assert!(mail.source().starts_with("From: "), "{}", mail.source());
        assert_eq!(mail.header("CFBL-Address"), "");
        assert!(mail.from.starts_with("bonjour+") && mail.from.ends_with("@example.org"), "{}", mail.from);
        let about = app.app.keys.bounced(&mail.from.to_uppercase()).unwrap();
        assert_eq!(about.subscriber_id, app.id_of(&mail.to).await);
    }
    let listed = app.cli(&["dkim", "list", "--json"]).await.json();
    assert_eq!(listed["unsigned"][0]["newsletter"], "carnet");
    assert!(app.cli(&["dkim", "list"]).await.ok().contains("not signed: newsletter `carnet`"));
}

#[tokio::test]
async fn a_repeat_has_the_same_bytes_though_another_key_signs_by_now() {
    let (app, newsletter) = carnet(TestApp::builder()).await;
    let mut dns = app.signing_key(DOMAIN, "one").await;
    app.sink.on(Stage::Rcpt).to("p3@example.org").first(1).reply("451 4.2.0 later");
    app.sink.on(Stage::Dot).to("p4@example.org").first(1).stored().drop_connection();
    app.send_now(&newsletter).await;
    app.wait_for_mails(4).await;
    app.clock.advance(MINUTE);
    dns.extend(app.signing_key(DOMAIN, "two").await);
    app.in_fast_time(app.mail_to("p3@example.org")).await;
    app.in_fast_time(
        app.wait_until("the repeat", |mails| mails.iter().filter(|mail| mail.to == "p4@example.org").count() == 2),
    )
    .await;
    let twice = app.mails_to("p4@example.org");
    assert_eq!(twice[0].sha256, twice[1].sha256);
    assert_eq!(selectors(&app.mails_to("p3@example.org")[0]), ["one", "one-ed"], "it was released while `one` signed");

    app.post(&newsletter, "Un autre jour").await;
    app.send_now(&newsletter).await;
    app.in_fast_time(app.wait_for_mails(11)).await;
    let last = app.mails_to("p1@example.org").pop().unwrap();
    assert_eq!(selectors(&last), ["two", "two-ed"]);
    verify(&app.mails(), &dns).await;
}

#[tokio::test]
async fn a_key_that_cannot_be_read_stops_the_mails_of_its_domain_until_it_is_back() {
    let (app, newsletter) = carnet(TestApp::builder()).await;
    app.signing_key(DOMAIN, "one").await;
    let file = app.folder().join("dkim/lettres.example.org.one.pem");
    let away = app.folder().join("away.pem");
    std::fs::rename(&file, &away).unwrap();
    let digest = app.send_now(&newsletter).await;
    let ana = app.reader(&newsletter, "ana@example.org").await;
    app.letter_to(&newsletter, ana).await;
    let begin = std::time::Instant::now();
    while app.digest_state(digest).await != "paused" {
        assert!(begin.elapsed() < crate::harness::PATIENCE, "{}", app.digest_state(digest).await);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(app.digest_reason(digest).await.contains("signing-key-unusable"), "{}", app.digest_reason(digest).await);
    assert!(app.cli(&["dkim", "list"]).await.ok().contains("CANNOT SIGN"));
    assert_eq!(app.mails_to("ana@example.org").len(), 0, "nothing leaves unsigned");

    std::fs::rename(&away, &file).unwrap();
    app.in_fast_time(app.mail_to("ana@example.org")).await;
    app.cli(&["digest", "resume", "carnet", &app.public_id(digest).await]).await.ok();
    app.wake();
    app.wait_for_mails(6).await;
    assert!(app.mails().iter().all(|mail| selectors(mail) == ["one", "one-ed"]));
}

#[tokio::test]
async fn keys_are_rotated_in_steps_on_the_command_line() {
    let app = TestApp::spawn().await;
    let made = app.cli(&["dkim", "new", "Example.org", "--selector", "one"]).await;
    let shown = made.ok();
    assert!(shown.contains("one._domainkey.example.org. 3600 IN TXT ( \"v=DKIM1; k=rsa; p=MIIB"), "{shown}");
    assert!(shown.contains("one-ed._domainkey.example.org. 3600 IN TXT ( \"v=DKIM1; k=ed25519; p="), "{shown}");
    let longest = shown.split('"').skip(1).step_by(2).map(str::len).max().unwrap();
    assert_eq!(longest, 255, "strings of a TXT record");
    assert!(!shown.contains("PRIVATE"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = app.folder().join("dkim/example.org.one.pem");
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(app.cli(&["dkim", "new", "example.org", "--selector", "one"]).await.fails(4).contains("choose another"));
    assert!(app.cli(&["dkim", "new", "no domain"]).await.fails(2).contains("not a domain"));
    assert!(app.cli(&["dkim", "advance", "example.net", "--seen"]).await.fails(5).contains("facteur dkim new"));
    assert!(app.cli(&["dkim", "show", "example.net"]).await.fails(5).contains("no such key"));

    let cname = app.cli(&["dkim", "show", "example.org", "--cname", "keys.example.net"]).await;
    let cname = cname.ok();
    assert!(
        cname.contains("one._domainkey.example.org. 3600 IN CNAME one.example.org._domainkey.keys.example.net.\n"),
        "{cname}"
    );
    assert!(cname.contains("one.example.org._domainkey.keys.example.net. 3600 IN TXT ( \"v=DKIM1; k=rsa;"), "{cname}");
    let json = app.cli(&["dkim", "show", "example.org", "--json"]).await.json();
    assert_eq!(json[0]["records"][0]["strings"].as_array().unwrap().len(), 2);
    assert_eq!(json[0]["state"], "publish");

    for state in ["seen", "sign"] {
        let step = app.cli(&["dkim", "advance", "example.org", "--seen", "--json"]).await.json();
        assert_eq!(step["state"], state);
    }
    assert!(app.cli(&["dkim", "retire", "example.org", "one"]).await.fails(4).contains("--now"));
    app.clock.advance(HOUR);
    app.signing_key("example.org", "two").await;
    assert!(app.cli(&["dkim", "retire", "example.org", "one"]).await.fails(4).contains("until"));
    app.clock.advance(7 * DAY);
    assert!(app.cli(&["dkim", "retire", "example.org", "one"]).await.ok().contains("Remove from DNS: one._domainkey"));
    assert!(!app.folder().join("dkim/example.org.one.pem").exists());
    let listed = app.cli(&["dkim", "list", "--json"]).await.json();
    let states: Vec<&str> =
        listed["keys"].as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["retired", "sign"]);
}

#[tokio::test]
async fn a_configuration_says_what_is_lost_without_bounce_addresses() {
    let app = TestApp::spawn().await;
    let said = app.cli(&["config", "check"]).await;
    assert!(said.ok().contains("loss     smtp.bounce_domain and smtp.bounce_address are empty"), "{}", said.stdout);
    assert_eq!(app.cli(&["config", "check", "--json"]).await.json()["losses"].as_array().unwrap().len(), 1);
    let other = TestApp::builder().set("smtp.bounce_address", "bonjour+{token}@example.org").spawn().await;
    assert!(!other.cli(&["config", "check"]).await.ok().contains("loss "));
}
