//! DMARC aggregate reports: who sends as our domain, week by week, whatever way a report is packed; and what forged ones cannot do.

use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use facteur::bounces::read::{self, Kind};
use facteur::clock::DAY;
use facteur::people::role::Role;
use facteur::receivers::refused::Refused;
use facteur::receivers::report::MAX_SOURCES;
use facteur::receivers::{self, unpack};
use facteur::refusal::Rules;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Builder, TestApp};

const DOMAIN: &str = "lettres.example.org";
const BOUNCES: &str = "bounces.example.org";
/// Where receivers send them.
const TO: &str = "dmarc@bounces.example.org";

fn builder() -> Builder {
    TestApp::builder().set("smtp.bounce_domain", BOUNCES).set("base_url", "https://10.9.8.7")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dmarc").join(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(sample(name)).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A mail with this attached, as receivers send it; its subject and the attachment's name say nothing.
fn mail(kind: &str, attached: &[u8]) -> String {
    let encoded = STANDARD.encode(attached);
    let lines: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!(
        "From: rapports@grande-boite.example\r\nTo: {TO}\r\nSubject: Votre domaine\r\nMessage-ID: <r1@grande-boite.example>\r\n\
         Date: Tue, 2 Jun 2026 01:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"m\"\r\n\r\n\
         --m\r\nContent-Type: text/plain\r\n\r\nCi-joint un rapport.\r\n\
         --m\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n{}\r\n--m--\r\n",
        lines.join("\r\n")
    )
}

/// A report with a row for each of these sources.
fn report(id: &str, domain: &str, sources: &[(String, u64)]) -> String {
    let row = |(ip, count): &(String, u64)| {
        format!(
            "<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated><disposition>none</disposition>\
             <dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>{domain}</header_from>\
             </identifiers></record>"
        )
    };
    format!(
        "<feedback><report_metadata><org_name>x</org_name><report_id>{id}</report_id><date_range><begin>1780272000</begin>\
         <end>1780358399</end></date_range></report_metadata><policy_published><domain>{domain}</domain></policy_published>{}\
         </feedback>",
        sources.iter().map(row).collect::<String>()
    )
}

impl TestApp {
    async fn arrives(&self, mail: &str) {
        self.cli_with_input(&["bounce", "--recipient", TO], mail).await.ok();
    }

    /// What the doctor says of reports about the domain; whatever else it finds.
    async fn heard(&self) -> Value {
        let out = self.cli(&["doctor", "--domain", DOMAIN, "--json"]).await;
        let said: Value = serde_json::from_str(&out.stdout).unwrap_or_else(|error| panic!("{error}: {out:?}"));
        said[0]["dmarc"].clone()
    }

    async fn kept(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM {table}")).await
    }
}

#[tokio::test]
async fn a_report_counts_once_however_it_is_packed_and_however_often_it_comes() {
    let app = builder().spawn().await;
    app.newsletter("carnet").await;
    for (kind, name) in [
        ("application/zip", "plain.zip"),
        ("application/gzip", "plain.xml.gz"),
        ("text/xml", "plain.xml"),
        ("application/octet-stream", "plain.zip"),
        ("text/xml", "later.xml"),
    ] {
        for _ in 0..2 {
            app.arrives(&mail(kind, &sample(name))).await;
        }
    }
    let heard = app.heard().await;
    let counts = |mails: i64, passed: i64, dkim: i64, spf: i64, quarantined: i64| json!({ "mails": mails, "passed": passed, "dkim": dkim, "spf": spf, "quarantined": quarantined, "rejected": 0 });
    let source = |name: &str, counts: Value| {
        let mut source = counts;
        source["source"] = name.into();
        source
    };
    let mut week = counts(134, 130, 130, 118, 4);
    week["begins"] = "2026-06-01".into();
    week["reporters"] = 2.into();
    week["sources"] = json!([
        source("198.51.100.10", counts(130, 130, 130, 118, 0)),
        source("2001:db8:77:1::/64", counts(4, 0, 0, 0, 4)),
    ]);
    assert_eq!(heard, json!({ "weeks": [week], "refused": {} }), "the other domain of the report is not ours");
    let told = app.cli(&["doctor", "--domain", DOMAIN]).await.stdout;
    for words in [
        "Who sends as lettres.example.org",
        "Week of 1\u{a0}June 2026: 130 of 134 mails passed, 4 among spam, 0 refused; 2 reporters",
        "198.51.100.10: 130 of 130 passed (DKIM 130, SPF 118)",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!((app.kept("dmarc_report").await, app.kept("dmarc_source").await), (2, 3));
}

#[tokio::test]
async fn a_report_is_never_a_bounce_and_never_lies_in_the_pile() {
    let app = builder().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Des nouvelles").await;
    app.send_now(&carnet).await;
    let address = app.mail_to("ana@example.org").await.from.clone();
    let whole = mail("application/gzip", &sample("plain.xml.gz"));
    let broken = mail("application/gzip", &sample("plain.xml.gz")[..300])
        .replace("Votre domaine", "Report Domain: a Report-ID: b");
    for mail in [&whole, &broken] {
        app.cli_with_input(&["bounce", "--recipient", &address], mail).await.ok();
        app.arrives(mail).await;
    }
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("confirmed"));
    assert_eq!(app.texts("SELECT DISTINCT kind || ' ' || state FROM returned").await, ["passing done"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM returned WHERE mail IS NOT NULL").await, 0, "nothing of it is kept");
    assert_eq!(app.kept("dmarc_report").await, 1);
}

#[tokio::test]
async fn what_is_not_ours_or_cannot_be_read_is_counted_and_nobody_is_told() {
    let app = builder().spawn().await;
    app.newsletter("carnet").await;
    let plain = text("plain.xml");
    let entities = "<!DOCTYPE feedback [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>\n<feedback>";
    let rows: Vec<(String, u64)> = (0..30_000).map(|n| (format!("192.0.{}.{}", n / 256, n % 256), 1)).collect();
    let cases: &[(&str, Vec<u8>, Refused)] = &[
        ("another domain", plain.replace("<domain>example.org<", "<domain>example.com<").into(), Refused::Foreign),
        (
            "a domain below ours",
            plain.replace("<domain>example.org<", "<domain>a.lettres.example.org<").into(),
            Refused::Foreign,
        ),
        ("entities", plain.replace("<feedback>", entities).replace("2026-06-01.7", "&b;").into(), Refused::Broken),
        ("no end", plain.replace("</feedback>", "").into(), Refused::Broken),
        (
            "next year",
            plain.replace("1780272000", "1811808000").replace("1780358399", "1811894399").into(),
            Refused::Broken,
        ),
        ("long ago", plain.replace("1780272000", "1000000000").into(), Refused::Broken),
        ("more rows than anybody has", gzip(report("a", DOMAIN, &rows).as_bytes()), Refused::TooLarge),
        ("a bomb", gzip(&[b"<feedback>".to_vec(), vec![b' '; unpack::MAX_BYTES]].concat()), Refused::TooLarge),
    ];
    for (what, attached, why) in cases {
        let counted = format!("SELECT COALESCE(SUM(reports), 0) FROM dmarc_refused WHERE reason = '{}'", why.as_str());
        let counted = format!("SELECT CAST(({counted}) AS BIGINT)");
        let before = app.number(&counted).await;
        app.arrives(&mail("application/octet-stream", attached)).await;
        assert_eq!(app.number(&counted).await, before + 1, "{what}");
    }
    assert_eq!((app.kept("dmarc_report").await, app.kept("dmarc_source").await), (0, 0));
    assert_eq!(app.texts("SELECT DISTINCT kind || ' ' || state FROM returned").await, ["passing done"]);
    assert_eq!(app.mails().len(), 0, "nobody gets an answer");
    let heard = app.heard().await;
    assert_eq!(heard, json!({ "weeks": [], "refused": { "broken": 4, "foreign": 2, "too-large": 2 } }));
    let told = app.cli(&["doctor", "--domain", DOMAIN]).await.stdout;
    assert!(told.contains("2 reports were about domains that no newsletter here sends from"), "{told}");
}

#[tokio::test]
async fn forged_reports_fill_no_table() {
    let app = builder().spawn().await;
    app.newsletter("carnet").await;
    let rows: Vec<(String, u64)> = (0..5_000_u64).map(|n| (format!("10.0.{}.{}", n / 256, n % 256), n + 1)).collect();
    app.arrives(&mail("application/gzip", &gzip(report("many", DOMAIN, &rows).as_bytes()))).await;
    assert_eq!(app.kept("dmarc_source").await, MAX_SOURCES as i64 + 1, "the rest is one row");
    let heard = app.heard().await;
    assert_eq!(heard["weeks"][0]["mails"], 5_000 * 5_001 / 2);
    let sources = heard["weeks"][0]["sources"].as_array().unwrap();
    assert_eq!((sources.len(), &sources[0]["source"]), (10, &Value::Null), "all others, and the largest");
    // As many of one week as nobody sends.
    app.execute(
        "INSERT INTO dmarc_report (org, report_id, domain, week, received_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         SELECT 'x', 'n' || CAST(i AS TEXT), 'lettres.example.org', 1780272000000, 1780272000000 FROM n",
    )
    .await;
    app.arrives(&mail("text/xml", report("one more", DOMAIN, &rows[..1]).as_bytes())).await;
    assert_eq!(app.heard().await["refused"], json!({ "too-many": 1 }));
    assert_eq!(app.kept("dmarc_report").await, 2_001);
}

#[tokio::test]
async fn reports_are_forgotten_after_a_year() {
    let app = builder().spawn().await;
    app.newsletter("carnet").await;
    app.arrives(&mail("text/xml", &sample("plain.xml"))).await;
    app.arrives(&mail("text/xml", b"<feedback>")).await;
    let all =
        async || (app.kept("dmarc_report").await, app.kept("dmarc_source").await, app.kept("dmarc_refused").await);
    app.clock.advance(360 * DAY);
    receivers::forget(&app.app).await.unwrap();
    assert_eq!(all().await, (1, 2, 1));
    app.clock.advance(10 * DAY);
    assert_eq!(receivers::forget(&app.app).await.unwrap(), 4);
    assert_eq!(all().await, (0, 0, 0));
}

#[tokio::test]
async fn the_console_shows_who_sends_as_the_domain() {
    let app = builder().spawn().await;
    app.newsletter("carnet").await;
    let editor = app.console(Role::Owner, Some("carnet")).await;
    let page = editor.get("/console/n/carnet/doctor").await;
    assert!(page.status == 200 && !page.body.contains("Who sends as"), "{}", page.body);
    app.arrives(&mail("application/zip", &sample("plain.zip"))).await;
    app.arrives(&mail("text/xml", text("later.xml").replace("lettres.example.org", "example.net").as_bytes())).await;
    let page = editor.get("/console/n/carnet/doctor").await;
    for words in [
        "Who sends as lettres.example.org",
        "Week of 1\u{a0}June 2026: 118 of 122 mails passed, 4 among spam, 0 refused; 1 reporter",
        "<th scope=\"row\">2001:db8:77:1::/64</th><td>0 of 4 passed</td>",
        "One report was about a domain that no newsletter here sends from",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let request = app.request(reqwest::Method::GET, "/api/v1/newsletters/carnet/doctor").bearer_auth(token);
    assert_eq!(app.send(request).await.json()["dmarc"]["weeks"][0]["mails"], 122);
}

#[test]
fn an_attachment_is_known_by_what_it_holds() {
    for (kind, attached, is_report) in [
        ("application/zip", sample("plain.zip"), true),
        ("application/octet-stream", sample("later.xml"), true),
        ("application/gzip", sample("plain.xml.gz"), true),
        ("application/gzip", gzip(b"{\"organization-name\":\"feedback\"}"), false),
        ("application/zip", b"PK\x03\x04 none".to_vec(), false),
        ("application/pdf", sample("plain.xml"), false),
    ] {
        let kind_of = read::read(mail(kind, &attached).as_bytes(), None, &Rules::default()).kind;
        assert_eq!(kind_of == Kind::Dmarc, is_report, "{kind}: {kind_of:?}");
    }
    // A report about TLS is named alike, and none.
    let tls = mail("application/gzip", &gzip(b"{}")).replace("attachment", "attachment; filename=\"a!b!1!2.json.gz\"");
    assert_eq!(read::read(tls.as_bytes(), None, &Rules::default()).kind, Kind::Dmarc);
    assert!(read::reports(tls.as_bytes()).is_empty());
}

proptest! {
    #[test]
    fn any_attachment_is_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), start in 0..3_usize, kept in 0..2_100_usize,
        is_encoded in any::<bool>(),
    ) {
        let name = ["plain.xml", "plain.xml.gz", "plain.zip"][start];
        let whole = sample(name);
        let attached = [&whole[..kept.min(whole.len())], &bytes].concat();
        let mut mail = mail("application/octet-stream", &attached).into_bytes();
        if !is_encoded {
            mail.extend(&attached);
        }
        let _ = read::read(&mail, None, &Rules::default());
        prop_assert!(read::reports(&mail).len() <= 2);
    }
}
