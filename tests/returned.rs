//! What comes back, through the outside: a mail server's pipe and LMTP connection, and what follows for people, digests and editors.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use crate::harness::mail::Mail;
use crate::harness::{Builder, TestApp};

const BOUNCES: &str = "bounces.example.org";

fn builder() -> Builder {
    TestApp::builder().set("smtp.bounce_domain", BOUNCES)
}

/// A report as Postfix writes it (RFC 3464), about `address`.
pub fn report(address: &str, status: &str, said: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\nTo: b-x@{BOUNCES}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Date: Mon, 2 Mar 2026 09:00:00 +0100\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
         Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {said}\r\n\r\n--b--\r\n"
    )
}

pub fn dead(address: &str) -> String {
    report(address, "5.1.1", "550 5.1.1 User unknown in virtual mailbox table")
}

pub fn full(address: &str) -> String {
    report(address, "5.2.2", "552 5.2.2 Quota exceeded (mailbox for user is full)")
}

/// A complaint (RFC 5965) with the original that it is about.
pub fn complaint(original: &str) -> String {
    format!(
        "From: feedback@mail.example.net\r\nTo: b-x@{BOUNCES}\r\nSubject: FW: complaint\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"f\"\r\n\r\n\
         --f\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n\r\n\
         --f\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Test/1\r\nVersion: 1\r\n\r\n\
         --f\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--f--\r\n"
    )
}

pub fn answer(to: &str) -> String {
    format!(
        "From: Ana <ana@example.org>\r\nTo: {to}\r\nSubject: Re: Des nouvelles\r\nMessage-ID: <1@mail.example.org>\r\n\
         Date: Mon, 2 Mar 2026 09:00:00 +0100\r\n\r\nMerci pour ce texte !\r\n\r\nÀ bientôt, Ana\r\n"
    )
}

/// What a mail program sends to the address for leaving.
fn leaving(address: &str) -> String {
    format!("From: ana@example.org\r\nTo: {address}\r\nSubject: unsubscribe\r\n\r\n")
}

impl TestApp {
    /// A newsletter with such readers to whom a digest went; its id, and each one's bounce address.
    pub async fn sent(&self, slug: &str, readers: &[&str]) -> (Newsletter, i64) {
        let newsletter = self.newsletter(slug).await;
        for reader in readers {
            self.reader(&newsletter, reader).await;
        }
        self.post(&newsletter, "Des nouvelles du jardin").await;
        let digest = self.send_now(&newsletter).await;
        self.wait_for_mails(readers.len()).await;
        (newsletter, digest)
    }

    /// The envelope sender of the mail to somebody.
    pub async fn bounce_address(&self, reader: &str) -> String {
        self.mail_to(reader).await.from.clone()
    }

    /// The address that one leaves by writing to, in the mail to somebody.
    async fn leave_address(&self, reader: &str) -> String {
        let header = self.mail_to(reader).await.source().replace("\r\n ", " ");
        header.split("<mailto:").nth(1).unwrap().split(['?', '>']).next().unwrap().to_owned()
    }

    /// Sends the form, as another site's page does; gives what comes back.
    async fn ask(&self, email: &str) -> (u16, String) {
        let answer = self.post_form("/n/carnet", &[("email", email), ("lang", "fr")]).await;
        (answer.status, answer.body)
    }

    pub async fn pipe(&self, recipient: &str, mail: &str) {
        self.cli_with_input(&["bounce", "--recipient", recipient], mail).await.ok();
    }

    pub async fn returned(&self) -> Vec<String> {
        self.texts("SELECT kind || ' ' || state FROM returned ORDER BY id").await
    }
}

#[tokio::test]
async fn a_dead_address_is_bounced_once_however_often_it_is_told() {
    let app = builder().spawn().await;
    let (newsletter, _) = app.sent("carnet", &["ana@example.org", "bea@example.org"]).await;
    let address = app.bounce_address("ana@example.org").await;
    assert!(address.ends_with(BOUNCES), "{address}");
    for _ in 0..3 {
        app.pipe(&address, &dead("somebody.else@example.com")).await;
    }
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("bounced"), "whom the code says, not the text");
    assert_eq!(app.status_of("bea@example.org").await.as_deref(), Some("confirmed"));
    assert_eq!(app.returned().await, ["hard done"]);
    assert_eq!(app.suppressions().await.len(), 1);
    let events = app.texts("SELECT code FROM event WHERE code = 'subscriber.bounced'").await;
    assert_eq!(events.len(), 1);
    // A soft one afterwards, or an older one that comes late, changes nothing.
    app.pipe(&address, &full("ana@example.org")).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("bounced"));
    let _ = newsletter;
}

#[tokio::test]
async fn a_code_lives_through_upper_case_and_forwarders_and_a_forged_one_does_nothing() {
    let app = builder().spawn().await;
    app.sent("carnet", &["ana@example.org", "bea@example.org"]).await;
    let ana = app.bounce_address("ana@example.org").await;
    let (local, _) = ana.split_once('@').unwrap();
    let mut forged: Vec<char> = local.chars().collect();
    let last = forged.len() - 1;
    forged[last] = if forged[last] == 'a' { 'b' } else { 'a' };
    let forged: String = forged.into_iter().collect();
    app.pipe(&format!("{forged}@{BOUNCES}"), &dead("ana@example.org")).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("confirmed"), "anybody can write a report");
    assert_eq!(app.returned().await, ["hard open"]);
    app.pipe(&format!("{}@{BOUNCES}", local.to_uppercase()), &dead("ana@example.org")).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("bounced"));
    let bea = app.bounce_address("bea@example.org").await;
    let (local, _) = bea.split_once('@').unwrap();
    app.pipe(&format!("SRS0=AbCd=TT={BOUNCES}={local}@{BOUNCES}"), &dead("bea@example.org")).await;
    assert_eq!(app.status_of("bea@example.org").await.as_deref(), Some("bounced"));
}

#[tokio::test]
async fn a_full_mailbox_ends_nobody_before_five_days_over_two_weeks() {
    let app = builder().spawn().await;
    app.sent("carnet", &["ana@example.org"]).await;
    let address = app.bounce_address("ana@example.org").await;
    for n in 0..10 {
        app.pipe(&address, &full(&format!("ana+{n}@example.org"))).await;
        app.advance(MINUTE).await;
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM soft_bounce").await, 1, "ten in one hour are one day");
    for n in 0..3 {
        app.advance(DAY).await;
        app.pipe(&address, &full(&format!("day{n}@example.org"))).await;
    }
    app.advance(DAY).await;
    app.pipe(&address, &full("fifth@example.org")).await;
    assert_eq!(
        app.status_of("ana@example.org").await.as_deref(),
        Some("confirmed"),
        "five days, but not over two weeks"
    );
    app.advance(11 * DAY).await;
    app.pipe(&address, &full("late@example.org")).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("bounced"));
    assert_eq!(app.number("SELECT COUNT(*) FROM soft_bounce").await, 0);
}

#[tokio::test]
async fn who_complains_is_out_of_every_newsletter_of_that_sender_and_comes_back_by_themselves_alone() {
    let app = builder().spawn().await;
    let (carnet, _) = app.sent("carnet", &["ana@example.org"]).await;
    let gazette = app.newsletter("gazette").await;
    app.reader(&gazette, "ana@example.org").await;
    let mail = app.mail_to("ana@example.org").await;
    let original = mail.source();
    for _ in 0..2 {
        // No code in the envelope: the original tells (three fields, as Microsoft writes them).
        app.pipe(&format!("fbl@{BOUNCES}"), &complaint(&original)).await;
    }
    assert_eq!(app.with_status("complained").await, 2);
    // A newsletter of the same sender that comes later knows it too.
    let later = app.newsletter("cahier").await;
    let kept =
        app.texts("SELECT CAST(newsletter_id AS TEXT) || ' ' || reason FROM suppression ORDER BY newsletter_id").await;
    assert_eq!(kept, [&carnet, &gazette, &later].map(|of| format!("{} complained", of.id)));
    let refused = app.cli(&["subscriber", "add", "carnet", "ana@example.org", "--bring-back", "she asked"]).await;
    assert_ne!(refused.code, 0, "no editor brings back who complained");
    let said = app.cli(&["suppression", "check", "ana@example.org", "--json"]).await.json();
    assert_eq!(said["suppressed"].as_array().unwrap().len(), 3, "{said}");
    // The way back: their own sign-up, and its button.
    app.advance(HOUR).await;
    app.ask("ana@example.org").await;
    let hers = |mails: &[_]| mails.iter().filter(|mail: &&Arc<Mail>| mail.to == "ana@example.org").count() == 2;
    app.wait_until("a letter after her digest", hers).await;
    let letter = app.mail_to("ana@example.org").await;
    assert_eq!(app.with_status("complained").await, 2, "asking alone changes nothing");
    let path = letter.link("/confirm/");
    let page = app.get(&path).await;
    app.submit(&path, &page.form()).await;
    assert_eq!(
        app.number(&format!(
            "SELECT COUNT(*) FROM subscriber WHERE newsletter_id = {} AND status = 'confirmed'",
            carnet.id
        ))
        .await,
        1
    );
    assert_eq!(app.with_status("complained").await, 1, "only where they asked");
}

#[tokio::test]
async fn somebody_erased_who_had_complained_gets_nothing_and_sees_the_same_page() {
    let app = builder().spawn().await;
    app.sent("carnet", &["ana@example.org"]).await;
    app.pipe(&app.bounce_address("ana@example.org").await, &complaint("Subject: x\r\n\r\nx\r\n")).await;
    assert_eq!(app.with_status("complained").await, 1);
    app.cli(&["subscriber", "erase", "carnet", "ana@example.org", "--yes"]).await.ok();
    let before = app.mails().len();
    let known = app.ask("ana@example.org").await;
    let new = app.ask("carl@example.org").await;
    assert_eq!(known, new);
    app.mail_to("carl@example.org").await;
    assert_eq!(app.mails().len(), before + 1, "one letter, to Carl");
    app.cli(&["suppression", "remove", "ana@example.org", "--because", "asked us by phone"]).await.ok();
    let said = app.cli(&["suppression", "check", "ana@example.org", "--json"]).await.json();
    assert_eq!(said["lifted"][0]["because"], "asked us by phone", "{said}");
    app.advance(HOUR).await;
    app.ask("ana@example.org").await;
    app.wait_for_mails(before + 2).await;
}

#[tokio::test]
async fn a_burst_of_dead_addresses_waits_for_an_editor() {
    let app = builder().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, 40).await;
    app.post(&newsletter, "Des nouvelles du jardin").await;
    app.send_now(&newsletter).await;
    app.wait_for_mails(40).await;
    for n in 1..=14 {
        let reader = format!("p{n}@example.org");
        app.pipe(&app.bounce_address(&reader).await, &dead(&reader)).await;
    }
    assert_eq!(app.with_status("bounced").await, 10, "a quarter of forty is ten; the rest waits");
    let state = "SELECT COUNT(*) FROM returned WHERE state = 'waiting'";
    assert_eq!(app.number(state).await, 4);
    app.tick().await;
    app.mail_to("carnet@lettres.example.org").await;
    let listed = app.cli(&["bounce", "list", "--state", "waiting", "--json"]).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 4, "{listed}");
    app.cli(&["bounce", "refuse", "carnet"]).await.ok();
    assert_eq!((app.number(state).await, app.with_status("bounced").await), (0, 10));
}

#[tokio::test]
async fn an_editor_who_says_that_a_burst_is_true_has_it_carried_out() {
    let app = builder().spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, 20).await;
    app.post(&newsletter, "Des nouvelles du jardin").await;
    app.send_now(&newsletter).await;
    app.wait_for_mails(20).await;
    for n in 1..=12 {
        let reader = format!("p{n}@example.org");
        app.pipe(&app.bounce_address(&reader).await, &dead(&reader)).await;
    }
    assert_eq!(app.with_status("bounced").await, 9);
    app.cli(&["bounce", "accept", "carnet"]).await.ok();
    assert_eq!(app.with_status("bounced").await, 12);
    let reader = "p13@example.org";
    app.pipe(&app.bounce_address(reader).await, &dead(reader)).await;
    assert_eq!(app.with_status("bounced").await, 13, "what is known to be true does not wait again");
}

#[tokio::test]
async fn a_persons_answer_reaches_the_editor_and_an_absence_nobody() {
    let app = builder().spawn().await;
    app.sent("carnet", &["ana@example.org"]).await;
    let address = app.bounce_address("ana@example.org").await;
    app.pipe(&address, &answer(&address)).await;
    let mail = app.mail_to("carnet@lettres.example.org").await;
    let text = mail.text();
    assert!(text.contains("Merci pour ce texte") && text.contains("ana@example.org"), "{text}");
    let absent =
        answer(&address).replace("Subject: Re: Des nouvelles", "Subject: Absence\r\nAuto-Submitted: auto-replied");
    app.pipe(&address, &absent).await;
    assert_eq!(app.returned().await, ["answer done", "passing done"]);
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("confirmed"));
    assert_eq!(app.mails().len(), 2);
}

#[tokio::test]
async fn who_writes_to_the_address_for_leaving_leaves() {
    let app = builder().set("smtp.leave_mailbox", "leave@example.org").spawn().await;
    app.sent("carnet", &["ana@example.org"]).await;
    let address = app.leave_address("ana@example.org").await;
    assert!(address.starts_with("leave+"), "{address}");
    let letter = leaving(&address);
    app.pipe(&address, &letter).await;
    app.pipe(&address, &letter).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("unsubscribed"));
    assert_eq!(app.returned().await, ["leave done"]);
}

#[tokio::test]
async fn the_address_for_leaving_lives_through_servers_that_fold_case() {
    let app = builder().set("smtp.leave_mailbox", "leave@example.org").spawn().await;
    app.sent("carnet", &["ana@example.org", "bea@example.org"]).await;
    let upper = app.leave_address("ana@example.org").await.to_ascii_uppercase();
    let lower = app.leave_address("bea@example.org").await.to_ascii_lowercase();
    for (reader, address) in [("ana@example.org", upper), ("bea@example.org", lower)] {
        app.pipe(&address, &leaving(&address)).await;
        assert_eq!(app.status_of(reader).await.as_deref(), Some("unsubscribed"), "{address}");
    }
    assert_eq!(app.returned().await, ["leave done", "leave done"]);
}

/// The token of a leaving link as earlier versions wrote it.
fn earlier_leave_token(secret: &str, subscriber: i64) -> String {
    let sign = |key: &[u8], said: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), said);
    // Numbers below 128 are one byte in LEB128: who, version, no time.
    let said = [u8::try_from(subscriber).unwrap(), 1, 0];
    assert!(said[0] < 128);
    let key = sign(secret.as_bytes(), b"token");
    let code = sign(key.as_ref(), &[&[2_u8][..], &said].concat());
    URL_SAFE_NO_PAD.encode([&said[..], &code.as_ref()[..16]].concat())
}

#[tokio::test]
async fn links_and_addresses_for_leaving_of_earlier_versions_stay_valid() {
    let app = builder().set("smtp.leave_mailbox", "leave@example.org").spawn().await;
    app.sent("carnet", &["ana@example.org", "bea@example.org"]).await;
    let secret = app.texts("SELECT value FROM instance WHERE name = 'secret'").await.remove(0);
    let earlier = earlier_leave_token(&secret, app.id_of("ana@example.org").await);
    let address = format!("leave+{earlier}@example.org");
    app.pipe(&address, &leaving(&address)).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("unsubscribed"));
    let earlier = earlier_leave_token(&secret, app.id_of("bea@example.org").await);
    assert_eq!(app.post_form(&format!("/unsubscribe/{earlier}"), &[]).await.status, 200);
    assert_eq!(app.status_of("bea@example.org").await.as_deref(), Some("unsubscribed"));
}

#[tokio::test]
async fn what_nobody_can_attribute_lies_in_the_pile_until_an_editor_files_it() {
    let app = builder().spawn().await;
    let (newsletter, _) = app.sent("carnet", &["ana@example.org"]).await;
    app.pipe(&format!("b-nonsense@{BOUNCES}"), &dead("ana@example.org")).await;
    assert_eq!(app.returned().await, ["hard open"]);
    let row = app.number("SELECT id FROM returned").await.to_string();
    let shown = app.cli(&["bounce", "show", &row]).await;
    assert!(shown.ok().contains("Undelivered Mail Returned to Sender"), "{shown:?}");
    app.cli(&["bounce", "file", &row, "hard", &newsletter.slug, "ana@example.org"]).await.ok();
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("bounced"));
    assert_eq!(app.returned().await, ["hard filed"]);
    assert_eq!(app.cli(&["bounce", "dismiss", &row]).await.code, 5, "it is dealt with");
    assert_eq!(app.cli(&["bounce", "show", "99999"]).await.code, 5);
}

/// A conversation over LMTP.
struct Lmtp(BufReader<UnixStream>);

impl Lmtp {
    async fn open(path: &Path) -> Self {
        for _ in 0..500 {
            if let Ok(stream) = UnixStream::connect(path).await {
                let mut talk = Self(BufReader::new(stream));
                assert!(talk.reply().await.starts_with("220 "));
                return talk;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("nobody listens on {}", path.display());
    }

    async fn reply(&mut self) -> String {
        let mut whole = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).await.unwrap(), 0, "closed after {whole:?}");
            let more = line.as_bytes().get(3) == Some(&b'-');
            whole.push_str(&line);
            if !more {
                return whole;
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.reply().await
    }

    async fn write(&mut self, bytes: &str) {
        self.0.get_mut().write_all(bytes.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn a_mail_server_hands_reports_over_by_lmtp() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bounces.sock");
    let app = builder().set("bounces.listen", format!("unix:{}", path.display())).spawn().await;
    app.sent("carnet", &["ana@example.org", "bea@example.org"]).await;
    let (ana, bea) = (app.bounce_address("ana@example.org").await, app.bounce_address("bea@example.org").await);
    let mut talk = Lmtp::open(&path).await;
    assert!(talk.say("EHLO mx.example.net").await.starts_with("500 5.5.1"), "it says that it is LMTP");
    assert!(talk.say("MAIL FROM:<>").await.starts_with("503"));
    let offers = talk.say("LHLO mx.example.net").await;
    assert!(offers.contains("PIPELINING") && offers.contains("SIZE "), "{offers}");
    assert!(talk.say("DATA").await.starts_with("503"));
    assert!(talk.say("MAIL FROM:<> SIZE=999999999").await.starts_with("552"));
    // All in one write, as Postfix does; a stranger's address among them.
    talk.write(&format!(
        "MAIL FROM:<>\r\nRCPT TO:<{ana}>\r\nRCPT TO:<who@elsewhere.example>\r\nRCPT TO:<{bea}>\r\nDATA\r\n"
    ))
    .await;
    assert!(talk.reply().await.starts_with("250"));
    assert!(talk.reply().await.starts_with("250"));
    assert!(talk.reply().await.starts_with("550 5.1.1"));
    assert!(talk.reply().await.starts_with("250"));
    assert!(talk.reply().await.starts_with("354"));
    talk.write(&format!("{}.\r\n", dead("x@example.org").replace("\r\nYour mail", "\r\n..dots\r\nYour mail"))).await;
    assert!(talk.reply().await.starts_with("250 2.0.0"), "one answer for each recipient");
    assert!(talk.reply().await.starts_with("250 2.0.0"));
    assert_eq!(app.with_status("bounced").await, 2);
    assert!(talk.say("NOOP").await.starts_with("250"), "the connection goes on");
    assert!(talk.say("MAIL FROM:<>").await.starts_with("250"));
    assert!(talk.say(&format!("RCPT TO:<{ana}>")).await.starts_with("250"));
    assert!(talk.say("DATA").await.starts_with("354"));
    talk.write(".\r\n").await;
    assert!(talk.reply().await.starts_with("250"), "an empty mail is one");
    assert!(talk.say("QUIT").await.starts_with("221"));
}

#[tokio::test]
async fn bytes_of_any_kind_are_answered_and_harm_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bounces.sock");
    let app = builder()
        .set("bounces.listen", format!("unix:{}", path.display()))
        .set("bounces.max_bytes", 65_536)
        .spawn()
        .await;
    app.sent("carnet", &["ana@example.org"]).await;
    let ana = app.bounce_address("ana@example.org").await;
    let mut talk = Lmtp::open(&path).await;
    talk.say("LHLO x").await;
    for line in ["", "\u{0}", "RCPT TO:<>", "MAIL FROM:<a b c>", "BDAT 5", "STARTTLS", "XYZ", "MAIL", "RCPT"] {
        let reply = talk.say(line).await;
        assert!(reply.starts_with('5'), "{line:?}: {reply}");
    }
    talk.say("MAIL FROM:<>").await;
    talk.say(&format!("RCPT TO:<{ana}>")).await;
    talk.say("DATA").await;
    talk.write(&format!("{}\r\n.\r\n", "x".repeat(900).as_str().to_owned() + &"\r\nline".repeat(20_000))).await;
    assert!(talk.reply().await.starts_with("552 5.3.4"));
    talk.write(&"y".repeat(10_000)).await;
    assert!(talk.reply().await.starts_with("500 5.5.2"), "a line without an end");
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("confirmed"));
}
