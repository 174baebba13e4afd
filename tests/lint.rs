//! The mail lint finds what it is there for: a good mail, spoilt in one way, breaks the rule of that way.

use facteur::letter::LetterKind;
use facteur::mails::lint;
use serde_json::json;

use crate::letters::{PERSON, all, digest, letter, message, several};

/// The command says the same, and its exit code tells a script.
#[tokio::test]
async fn the_command_line_tells_what_it_found() {
    let app = crate::harness::TestApp::spawn().await;
    let good = String::from_utf8(message(&digest(&several(), "fr"))).unwrap();
    let file = app.folder().join("good.eml");
    std::fs::write(&file, &good).unwrap();
    assert_eq!(app.cli(&["mail", "lint", file.to_str().unwrap()]).await.ok(), "");
    assert_eq!(app.cli_with_input(&["mail", "lint", "-", "--json"], &good).await.json(), json!([]));
    let envelope = ["mail", "lint", "-", "--from", "b@estuaire.example", "--to", "bea@example.org"];
    assert!(app.cli_with_input(&envelope, &good).await.stdout.starts_with("D6 error: "));
    let spoilt = good.replace("List-Post: NO\r\n", "");
    let said = app.cli_with_input(&["mail", "lint", "-", "--json"], &spoilt).await;
    said.fails(3);
    let found: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&found[0]["id"], &found[0]["severity"]), (&json!("D13"), &json!("error")));
    assert!(app.cli(&["mail", "lint", "/nowhere.eml"]).await.fails(1).contains("cannot read /nowhere.eml"));
    let help = app.cli(&["mail", "lint", "--help"]).await;
    for id in ["D1 ", "D22 ", "D33 "] {
        assert!(help.ok().contains(id), "{id}");
    }
}

/// How a mail is spoilt.
enum Spoil {
    /// The first `0` becomes `1`.
    Swap(&'static str, &'static str),
    /// Every `0` becomes `1`.
    SwapAll(&'static str, &'static str),
    /// This line stands first.
    Add(&'static str),
    /// The lines that begin so go, with what they are folded into.
    Drop(&'static str),
    /// Before the first heading of the HTML stands this.
    Html(&'static str),
}

use Spoil::{Add, Drop, Html, Swap, SwapAll};

fn spoil(good: &[u8], how: &Spoil) -> Vec<u8> {
    let text = String::from_utf8(good.to_vec()).unwrap();
    let spoilt = match how {
        Swap(from, to) => text.replacen(from, to, 1),
        SwapAll(from, to) => text.replace(from, to),
        Add(line) => format!("{line}\r\n{text}"),
        Drop(begin) => {
            let mut dropping = false;
            let kept = text.split_inclusive("\r\n").filter(|line| {
                dropping = line.starts_with(begin) || (dropping && line.starts_with(' '));
                !dropping
            });
            kept.collect()
        }
        Html(inserted) => text.replacen("<h1", &format!("{inserted}<h1"), 1),
    };
    assert_ne!(spoilt, text, "nothing was spoilt");
    spoilt.into_bytes()
}

fn found(id: &str, mail: &[u8]) -> bool {
    lint::check_envelope("b-token@estuaire.example", PERSON.address, mail).iter().any(|finding| finding.id == id)
}

/// A good digest breaks each rule when this is done to it.
const BREAKS: &[(&str, Spoil)] = &[
    ("D1", Drop("Date:")),
    ("D1", Add("Subject: two")),
    ("D1", Add("Return-Path: <a@estuaire.example>")),
    ("D1", Add("Resent-From: <a@estuaire.example>")),
    ("D1", Drop("MIME-Version:")),
    ("D1", Drop("Content-Transfer-Encoding:")),
    ("D2", Swap("+0100", "CET")),
    ("D2", Swap("Date: Mon, 23 Nov", "Date: 2026-11-")),
    ("D3", Swap("@estuaire.example>\r\nList-Id", "@localhost>\r\nList-Id")),
    ("D3", Swap("Message-ID: <q1w2e3r4t5y6u7i8o9p0aa", "Message-ID: <1")),
    ("D4", Swap("<lettre@estuaire.example>", "<lettre@estuaire.example>, <b@estuaire.example>")),
    ("D4", Swap("<lettre@estuaire.example>", "<lettre@gmail.com>")),
    ("D6", Swap("To: ana", "To: bea@example.org, ana")),
    ("D6", Swap("To: ana", "To: bea")),
    ("D7", Drop("List-Unsubscribe:")),
    ("D7", Swap("List-Unsubscribe: <https://", "List-Unsubscribe: <http://")),
    ("D7", Swap("List-Unsubscribe: <https://", "List-Unsubscribe: https://")),
    ("D7", Swap("List-Unsubscribe: <", "List-Unsubscribe: <https://a.example/b>, <")),
    ("D8", Drop("List-Unsubscribe-Post:")),
    ("D8", Swap("=One-Click", "=one-click")),
    ("D13", Drop("List-Id:")),
    ("D13", Swap("<estuaire.estuaire.example>", "<estuaire@example>")),
    ("D13", Swap("List-Post: NO", "List-Post: <mailto:a@estuaire.example>")),
    ("D15", Drop("Feedback-ID:")),
    ("D15", Swap(":digest:facteur", ":ana@example.org:facteur")),
    ("D17", Swap("multipart/alternative", "multipart/mixed")),
    ("D17", Swap("text/plain; charset=utf-8", "text/plain; charset=latin1")),
    ("D17", Swap("text/plain;", "text/html;")),
    ("D17", Html("<a href=3D\"https://a.example/only-here\">x</a>")),
    ("D18", Swap("\r\nList-Post", "\nList-Post")),
    ("D18", Swap("=C3=A9", "\u{e9}")),
    ("D18", Swap("List-Help: <", "List-Help: (a very long comment that has quite some blanks in it) <")),
    ("D18", Html("<p>a quoted-printable line that is longer than it may be by quite a bit, in fact by far</p>")),
    ("D19", Swap("\r\n\r\n--=_", "\r\n\r\n.\r\n--=_")),
    ("D20", Swap("text/html; charset=utf-8", "application/zip")),
    ("D22", Swap("mso-hide", "mso-show")),
    ("D25", Swap("display:none", "display:block")),
    ("D26", Html("<script>x()</script>")),
    ("D26", Html("<p onclick=3D\"x()\">a</p>")),
    ("D26", Html("<a href=3D\" java&#10;script:x()\">a</a>")),
    ("D26", Html("<img alt=3D\"\" src=3D\"data:image/gif;base64,R0\">")),
    ("D26", Html("<p style=3D\"background:url(https://a.example/a)\">a</p>")),
    ("D26", Html("<form></form>")),
    ("D27", Html("<a href=3D\"http://a.example/\">a</a>")),
    ("D27", Html("<a href=3D\"/relative\">a</a>")),
    ("D27", Html("<a href=3D\"https://bit.ly/x\">a</a>")),
    ("D27", Html("<a href=3D\"https://a.example/\">https://b.example/</a>")),
    ("D28", Html("<img alt=3D\"\" width=3D\"1\" height=3D\"1\" src=3D\"https://a.example/p\">")),
    ("D28", Html("<img alt=3D\"\" src=3D\"https://a.example/q1w2e3r4t5y6u7i8o9p0aa.gif\">")),
    ("D28", Html("<img alt=3D\"\" style=3D\"display: none\" src=3D\"https://a.example/p\">")),
    ("D29", Html("<p>ana.lecteur@example.org</p>")),
    ("D29", Html("<a href=3D\"https://a.example/?e=3DAna.Lecteur%40example.org\">a</a>")),
    ("D29", Add("X-For: ana.lecteur@example.org")),
    ("D30", SwapAll("Association Estuaire", "Quelqu'un")),
    ("D30", SwapAll("mailto:", "https:")),
    ("D30", SwapAll("Abonnement=", "Bonjour=")),
    ("D30", Swap("<br>Abonnement=", "<br>Bonjour=")),
    ("D32", Swap("To: ana.lecteur@example.org", "To: ana.lecteur@exampl\u{e9}.org")),
    ("D33", Swap("Subject: ", "Subject: \0")),
    ("D33", Swap("Subject: ", "Subject: a\rBcc: b@c.example ")),
    ("D33", Swap("Subject: ", "Subject: =?utf-8?q?a=0D=0ABcc:_b@c.example?=\r\n ")),
];

#[test]
fn each_rule_finds_what_breaks_it_in_a_digest() {
    let good = message(&digest(&several(), "fr"));
    for (id, how) in BREAKS {
        let how = if *id == "D22" { drop_first_leave_link(&good) } else { spoil(&good, how) };
        // `D30` renames the sender in the body only: the header keeps its name.
        let how = if *id == "D30" { restore_from(&how) } else { how };
        assert!(!found(id, &good), "{id} is found in a good mail");
        assert!(found(id, &how), "{id} is not found in\n{}", String::from_utf8_lossy(&how));
    }
}

/// What stands before the heading loses its link.
fn drop_first_leave_link(good: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(good.to_vec()).unwrap();
    let html = text.find("<body").unwrap();
    let (before, body) = text.split_at(html);
    format!("{before}{}", body.replacen("<a href", "<a name", 1)).into_bytes()
}

fn restore_from(mail: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(mail).replacen("From: \"Quelqu'un\"", "From: \"Association Estuaire\"", 1).into_bytes()
}

#[test]
fn each_rule_finds_what_breaks_it_in_a_letter() {
    let good = message(&letter(LetterKind::Confirm, "fr", &json!({"confirm_days": 7})));
    let table = [
        ("D14", Drop("Auto-Submitted:")),
        ("D14", Swap("auto-generated", "auto-replied")),
        ("D14", Add("Precedence: bulk")),
        ("D16", SwapAll("me/=", "us/=")),
        ("D16", Html("<a href=3D\"https://pills.example/\">a</a>")),
        ("D27", SwapAll("https://lettres", "http://lettres")),
    ];
    for (id, how) in &table {
        assert!(!found(id, &good), "{id} is found in a good mail");
        assert!(found(id, &spoil(&good, how)), "{id}");
    }
}

/// What stands before a mail that is signed well; the rules look at its tags, receivers at its cryptography.
fn signature(tags: &[(&str, &str)]) -> String {
    let names = "From:From:To:Subject:Date:Message-ID:Reply-To:MIME-Version:Content-Type:List-Id:List-Unsubscribe:\
                 List-Unsubscribe-Post:Feedback-ID:CFBL-Address";
    let b = "A".repeat(343) + "=";
    let usual = [
        ("v", "1"),
        ("a", "rsa-sha256"),
        ("c", "relaxed/relaxed"),
        ("d", "estuaire.example"),
        ("s", "s"),
        ("t", "1764486000"),
        ("h", names),
        ("bh", "AAAA"),
        ("b", &b),
    ];
    let said = |name: &str, value: &str| {
        tags.iter().find(|(known, _)| *known == name).map_or(value.to_owned(), |(_, own)| (*own).to_owned())
    };
    let mut lines: Vec<String> = usual.iter().map(|(name, value)| format!("{name}={}", said(name, value))).collect();
    lines.extend(tags.iter().filter(|(name, _)| *name == "l").map(|(_, value)| format!("l={value}")));
    format!("DKIM-Signature: {}", lines.join(";\r\n "))
}

#[test]
fn signatures_are_looked_at_where_they_are_or_are_wanted() {
    let good = String::from_utf8(message(&digest(&several(), "fr"))).unwrap();
    let ids = |mail: &str| lint::check(mail.as_bytes()).into_iter().map(|finding| finding.id).collect::<Vec<_>>();
    let with = |tags: &[(&str, &str)]| ids(&format!("{}\r\n{good}", signature(tags)));
    assert_eq!(ids(&good), [""; 0]);
    assert_eq!(lint::check_signed(good.as_bytes())[0].id, "D9");
    assert_eq!(with(&[]), [""; 0]);
    assert_eq!(with(&[("d", "ESTUAIRE.example")]), [""; 0]);
    assert_eq!(with(&[("d", "relay.example")]), ["D9"], "of a relay alone");
    assert_eq!(with(&[("d", "aire.example")]), ["D9"], "no domain above it");
    let names = signature(&[]).split("h=").nth(1).unwrap().split(';').next().unwrap().to_owned();
    for (tags, id) in [
        (("h", names.replace(":List-Unsubscribe-Post", "")), "D9"),
        (("h", names.replace(":Subject", "")), "D10"),
        (("h", names.replacen("From:", "", 1)), "D10"),
        (("c", "simple/relaxed".to_owned()), "D10"),
        (("l", "10".to_owned()), "D10"),
        (("t", String::new()), "D10"),
        (("a", "rsa-sha1".to_owned()), "D11"),
        (("a", "ed25519-sha256".to_owned()), "D11"),
        (("b", "A".repeat(172)), "D11"),
    ] {
        let found = with(&[(tags.0, &tags.1)]);
        assert!(found.contains(&id) && found.iter().all(|known| *known == id), "{tags:?}: {found:?}");
    }
    let cfbl = |address: &str, signed: &str| ids(&format!("{signed}CFBL-Address: {address}; report=arf\r\n{good}"));
    let signed = format!("{}\r\n", signature(&[]));
    assert_eq!(cfbl("b-token@bounces.estuaire.example", &signed), [""; 0]);
    assert_eq!(cfbl("b-token@estuaire.example", ""), ["D15"]);
    assert_eq!(cfbl("b-token@elsewhere.example", &signed), ["D15"]);
}

#[test]
fn size_and_envelope_are_looked_at() {
    let good = message(&digest(&several(), "fr"));
    let mut large = String::from_utf8(good.clone()).unwrap();
    large = large.replacen("<h1", &format!("{}<h1", "<p>mot</p>=\r\n".repeat(8_000)), 1);
    assert!(found("D21", large.as_bytes()) && !found("D20", large.as_bytes()));
    let huge = large.replacen("<h1", &format!("{}<h1", "<p>mot</p>=\r\n".repeat(20_000)), 1);
    assert!(found("D20", huge.as_bytes()));
    let envelope = |from: &str, to: &str| lint::check_envelope(from, to, &good);
    assert!(envelope("lettre@estuaire.example", PERSON.address).is_empty());
    assert_eq!(envelope("", PERSON.address)[0].id, "D5");
    assert_eq!(envelope(&format!("{}@estuaire.example", "x".repeat(65)), PERSON.address)[0].id, "D5");
    assert_eq!(envelope("lettre@estuaire.example", "bea@example.org")[0].id, "D6");
}

#[test]
fn on_this_machine_http_is_fine() {
    for base_url in ["http://127.0.0.1:8025", "http://localhost:8080", "http://[::1]:8080"] {
        let sender = facteur::mails::Sender {
            base_url: base_url.to_owned(),
            site_url: Some(format!("{base_url}/blog/")),
            leave_mailbox: String::new(),
            brand: facteur::mails::Brand::default(),
            ..crate::letters::sender()
        };
        let confirm = facteur::mails::letter(&sender, LetterKind::Confirm, "en", &json!({}), 0).unwrap();
        let digest = facteur::mails::digest(&sender, &several(), "en", 0).unwrap();
        for mail in [confirm, digest] {
            assert_eq!(lint::check(&message(&mail)), [], "{base_url}");
        }
    }
}

#[test]
fn nothing_at_all_makes_it_panic() {
    let good = message(&all("fr").remove(1).1);
    for bytes in [&b""[..], b"\r\n", b"\r\n\r\n", b"a", b":\r\n", b"\0\xff\xfe", b"From: \r\nTo: \r\n\r\n"] {
        assert!(!lint::check(bytes).is_empty());
    }
    for cut in (0..good.len()).step_by(97) {
        lint::check(&good[..cut]);
    }
}
