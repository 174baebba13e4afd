//! The doctor against a name server of ours with every fault in its turn, and what waits for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::Redirect;
use facteur::app::App;
use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::config;
use facteur::doctor::{self, Algorithm, Check, Finding, Key, Line, Look, Subject, Verdict, daily, dkim, store};
use facteur::events::Actor;
use facteur::net::dns::inquiry::Inquiry;
use facteur::net::dns::{Dns, DnsError, Kind, Whence};
use facteur::newsletters::Newsletter;
use facteur::newsletters::settings::Rhythm;
use facteur::people::role::Role;
use facteur::serve::Roles;
use hickory_proto::op::ResponseCode;
use serde_json::json;

use crate::harness::dns::DnsServer;
use crate::harness::feeds::{Item, Page};
use crate::harness::smtp::faults::Stage;
use crate::harness::{Builder, TestApp, at_eight};

/// The domain of From, and the address that sends.
const DOMAIN: &str = "lettres.example.org";
const OURS: &str = "93.184.216.10";
const EDITOR: &str = "carnet@lettres.example.org";

/// Pages and commands, no mails.
const WEB: Roles = Roles { web: true, ..Roles::NONE };

/// A domain where all is well.
async fn healthy() -> DnsServer {
    let dns = DnsServer::start().await;
    dns.zone("example.org")
        .ip(DOMAIN, OURS)
        .txt(DOMAIN, &format!("v=spf1 ip4:{OURS} -all"))
        .mx(DOMAIN, 10, "mail.example.org")
        .ip("mail.example.org", "93.184.216.11")
        .txt("_dmarc.example.org", "v=DMARC1; p=none")
        .ptr(OURS, DOMAIN);
    dns
}

/// A world that asks this name server. Its public address is one that nobody asks.
fn world(dns: &DnsServer) -> Builder {
    TestApp::builder()
        .roles(WEB)
        .set("dns.servers", vec![dns.server()])
        .set("dns.authority_port", dns.port())
        .set("base_url", "https://10.9.8.7")
        .set("smtp.hello", DOMAIN)
}

async fn look(app: &TestApp) -> Look {
    doctor::look(&app.app, &Subject::of_domain(&app.app.config, DOMAIN, Vec::new())).await
}

/// How the lines of a check are, with the codes of what was found.
fn of(look: &Look, check: Check) -> Vec<(Verdict, String)> {
    use facteur::coded::Coded as _;
    let lines = look.lines.iter().filter(|line| line.check == check);
    lines.map(|line| (line.verdict, line.finding.code().to_owned())).collect()
}

fn first(look: &Look, check: Check) -> &Line {
    look.lines.iter().find(|line| line.check == check).expect("it was looked at")
}

#[tokio::test]
async fn all_is_well_where_all_stands_as_it_should() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    let found = look(&app).await;
    assert!(found.faults().is_empty(), "{:#?}", found.lines);
    for (check, code) in [
        (Check::Spf, "spf-good"),
        (Check::Dkim, "dkim-none"),
        (Check::Dmarc, "dmarc-good"),
        (Check::Alignment, "aligned-spf"),
        (Check::Mx, "mx-good"),
        (Check::Reverse, "reverse-good"),
        (Check::Relay, "relay-near"),
        (Check::Extensions, "relay-offers"),
        (Check::Https, "https-unknown"),
        (Check::Clock, "clock-unknown"),
    ] {
        assert_eq!(of(&found, check)[0].1, code, "{check}");
    }
    let spf = first(&found, Check::Spf);
    assert_eq!(
        (spf.by.as_str(), spf.found.as_slice()),
        ("ns.example.org", [format!("v=spf1 ip4:{OURS} -all")].as_slice())
    );
    assert!(first(&found, Check::Extensions).found.iter().any(|line| line.starts_with("PIPELINING")));
}

#[tokio::test]
async fn each_fault_of_spf_is_found() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    for n in 0..12 {
        dns.txt(&format!("s{n}.example.net"), "v=spf1 ip4:192.0.2.1 -all");
    }
    dns.txt("loop.example.net", "v=spf1 include:loop.example.net -all");
    dns.txt("covers.example.net", &format!("v=spf1 ip4:{OURS}/24 -all"));
    let includes = (0..11).map(|n| format!("include:s{n}.example.net ")).collect::<Vec<_>>().concat();
    let faults: &[(&str, &[&str], &str, Verdict)] = &[
        ("none", &[], "spf-missing", Verdict::Fault),
        ("others only", &["google-site-verification=x"], "spf-missing", Verdict::Fault),
        ("two", &["v=spf1 -all", "v=spf1 mx -all"], "spf-several", Verdict::Fault),
        ("a term that is none", &["v=spf1 ipv4:192.0.2.1 -all"], "spf-broken", Verdict::Fault),
        ("nowhere", &["v=spf1 include:nowhere.example.net -all"], "spf-nowhere", Verdict::Fault),
        ("redirect nowhere", &["v=spf1 redirect=nowhere.example.net"], "spf-nowhere", Verdict::Fault),
        (
            "void",
            &["v=spf1 a:x.example.net a:y.example.net a:z.example.net ip4:93.184.216.10 -all"],
            "spf-void",
            Verdict::Fault,
        ),
        ("itself", &["v=spf1 include:loop.example.net -all"], "spf-lookups", Verdict::Fault),
        ("not ours", &["v=spf1 ip4:192.0.2.1 -all"], "spf-uncovered", Verdict::Fault),
        ("not ours, softly", &["v=spf1 ip4:192.0.2.1 ~all"], "spf-uncovered", Verdict::Warning),
        ("everybody", &["v=spf1 +all"], "spf-everybody", Verdict::Fault),
        ("open", &["v=spf1 ip4:93.184.216.10 ?all"], "spf-open", Verdict::Warning),
        ("ptr", &["v=spf1 ptr ip4:93.184.216.10 -all"], "spf-ptr", Verdict::Warning),
        ("a macro", &["v=spf1 exists:%{i}.example.net -all"], "spf-macro", Verdict::Unknown),
        ("include", &["v=spf1 include:covers.example.net -all"], "spf-good", Verdict::Ok),
        ("redirect", &["v=spf1 redirect=covers.example.net"], "spf-good", Verdict::Ok),
        ("a", &["v=spf1 a -all"], "spf-good", Verdict::Ok),
        ("a network of a", &["v=spf1 a:mail.example.org/24 -all"], "spf-good", Verdict::Ok),
        ("mx", &["v=spf1 mx/24 -all"], "spf-good", Verdict::Ok),
    ];
    for (name, records, code, verdict) in faults {
        put(&dns, records);
        let found = look(&app).await;
        assert_eq!(of(&found, Check::Spf)[0], (*verdict, (*code).to_owned()), "{name}");
    }
    put(&dns, &[&format!("v=spf1 {includes}ip4:{OURS} -all")]);
    let found = look(&app).await;
    assert_eq!(first(&found, Check::Spf).finding, Finding::SpfLookups { count: 11 });
    put(
        &dns,
        &[&format!("v=spf1 {}ip4:{OURS} -all", includes.trim_end().rsplit_once(' ').unwrap().0.to_owned() + " ")],
    );
    let found = look(&app).await;
    assert_eq!(first(&found, Check::Spf).finding, Finding::SpfGood { count: 10 });
}

/// The texts of the domain, instead of those it has.
fn put(dns: &DnsServer, records: &[&str]) {
    dns.clear(DOMAIN).ip(DOMAIN, OURS).mx(DOMAIN, 10, "mail.example.org");
    for record in records {
        dns.txt(DOMAIN, record);
    }
}

#[tokio::test]
async fn the_record_to_paste_stands_beside_the_record_found_and_mends_it() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    for found in [&[][..], &["v=spf1 ip4:192.0.2.1 -all"]] {
        put(&dns, found);
        let line = first(&look(&app).await, Check::Spf).clone();
        let wanted = line.wanted.expect("a record to paste");
        assert_eq!((wanted.name.as_str(), wanted.kind.as_str()), (DOMAIN, "TXT"));
        assert_eq!(line.found, found);
        put(&dns, &[&wanted.value]);
        assert_eq!(of(&look(&app).await, Check::Spf)[0].1, "spf-good", "{}", wanted.value);
    }
    let out = app.cli(&["doctor", "--domain", DOMAIN, "--zone-file"]).await;
    let zone = out.ok();
    assert!(zone.contains(&format!("{DOMAIN}. 3600 IN TXT \"v=spf1 ")), "{zone}");
    assert!(zone.contains("_dmarc.example.org. 3600 IN TXT \"v=DMARC1; p=none\""), "{zone}");
}

/// Policies, each with its domain.
type Policies<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn each_fault_of_dmarc_is_found_by_walking_up_the_tree() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    let policy = "v=DMARC1; p=none";
    let cases: &[(Policies<'_>, &str, Verdict)] = &[
        (&[], "dmarc-missing", Verdict::Fault),
        (&[("example.org", policy)], "dmarc-good", Verdict::Ok),
        (&[("lettres.example.org", policy)], "dmarc-good", Verdict::Ok),
        (&[("org", "v=DMARC1; p=reject; psd=y"), ("example.org", policy)], "dmarc-good", Verdict::Ok),
        (
            &[("lettres.example.org", policy), ("lettres.example.org", "v=DMARC1; p=reject")],
            "dmarc-several",
            Verdict::Fault,
        ),
        (&[("lettres.example.org", "v=DMARC1; p=often")], "dmarc-broken", Verdict::Fault),
        (&[("lettres.example.org", "v=DMARC1 p=none")], "dmarc-missing", Verdict::Fault),
        (&[("lettres.example.org", "hello"), ("example.org", policy)], "dmarc-good", Verdict::Ok),
    ];
    for (records, code, verdict) in cases {
        for name in ["_dmarc.lettres.example.org", "_dmarc.example.org", "_dmarc.org"] {
            dns.clear(name);
        }
        for (domain, text) in *records {
            dns.txt(&format!("_dmarc.{domain}"), text);
        }
        assert_eq!(of(&look(&app).await, Check::Dmarc)[0], (*verdict, (*code).to_owned()), "{records:?}");
    }
    dns.clear("_dmarc.lettres.example.org").clear("_dmarc.example.org");
    dns.txt("_dmarc.example.org", "v=DMARC1; p=none; sp=quarantine; pct=50; rf=afrf; ri=3600");
    let found = look(&app).await;
    let lines: Vec<&Line> = found.lines.iter().filter(|line| line.check == Check::Dmarc).collect();
    let good = Finding::DmarcGood { policy: "quarantine".into(), domain: "example.org".into() };
    assert_eq!(lines[0].finding, good, "a domain below has the policy for those");
    assert_eq!(lines[1].finding, Finding::DmarcOld { tags: "pct, rf, ri".into() });
    assert_eq!(lines[1].wanted.as_ref().unwrap().value, "v=DMARC1; p=none; sp=quarantine");
}

#[tokio::test]
async fn the_record_of_dmarc_that_is_proposed_has_the_address_that_the_intake_reads() {
    let dns = healthy().await;
    dns.txt("retour.example.org", &format!("v=spf1 ip4:{OURS} -all")).mx("retour.example.org", 10, "mail.example.org");
    let app = world(&dns).set("smtp.bounce_domain", "retour.example.org").spawn().await;
    let ours = "rua=mailto:dmarc@retour.example.org";
    let good = (Verdict::Ok, "dmarc-good".to_owned());
    let wanted = |found: &Look| {
        let line = found.lines.iter().rfind(|line| line.check == Check::Dmarc).unwrap();
        line.wanted.clone().expect("a record to paste")
    };
    for (before, after) in [
        ("v=DMARC1; p=none", format!("v=DMARC1; p=none; {ours}")),
        (
            "v=DMARC1; p=none; rua=mailto:a@example.net",
            "v=DMARC1; p=none; rua=mailto:a@example.net,mailto:dmarc@retour.example.org".into(),
        ),
        ("v=DMARC1; p=none; pct=10", format!("v=DMARC1; p=none; {ours}")),
    ] {
        dns.clear("_dmarc.example.org").txt("_dmarc.example.org", before);
        let found = look(&app).await;
        assert!(of(&found, Check::Dmarc).contains(&(Verdict::Ok, "dmarc-unheard".into())), "{before}");
        let record = wanted(&found);
        assert_eq!((record.name.as_str(), record.value.as_str()), ("_dmarc.example.org", after.as_str()));
        dns.clear("_dmarc.example.org").txt("_dmarc.example.org", &record.value);
        assert_eq!(of(&look(&app).await, Check::Dmarc), std::slice::from_ref(&good), "{after}");
    }
    dns.clear("_dmarc.example.org");
    assert_eq!(wanted(&look(&app).await).value, format!("v=DMARC1; p=none; {ours}"));
    // A mailbox of another organisation says itself that it takes reports of strangers.
    dns.zone("boite.example").txt("_dmarc.example.org", "v=DMARC1; p=none; rua=mailto:bonjour+dmarc@boite.example");
    let app = world(&dns).set("smtp.bounce_address", "bonjour+{token}@boite.example").spawn().await;
    let found = look(&app).await;
    assert_eq!(of(&found, Check::Dmarc), [good.clone(), (Verdict::Warning, "dmarc-reports-unwanted".into())]);
    let record = wanted(&found);
    assert_eq!((record.name.as_str(), record.value.as_str()), ("example.org._report._dmarc.boite.example", "v=DMARC1"));
    dns.txt(&record.name, &record.value);
    assert_eq!(of(&look(&app).await, Check::Dmarc), [good]);
}

#[tokio::test]
async fn an_envelope_of_another_organisation_is_not_aligned() {
    let dns = healthy().await;
    dns.zone("bounces.example").txt("bounces.example", &format!("v=spf1 ip4:{OURS} -all"));
    dns.mx("bounces.example", 10, "mail.example.org");
    let app = world(&dns).set("smtp.bounce_domain", "bounces.example").spawn().await;
    assert_eq!(of(&look(&app).await, Check::Alignment), [(Verdict::Fault, "aligned-none".into())]);
    let app = world(&dns).set("smtp.bounce_domain", "retour.example.org").spawn().await;
    dns.txt("retour.example.org", &format!("v=spf1 ip4:{OURS} -all")).mx("retour.example.org", 10, "mail.example.org");
    assert_eq!(of(&look(&app).await, Check::Alignment), [(Verdict::Ok, "aligned-spf".into())]);
    dns.clear("_dmarc.example.org").txt("_dmarc.example.org", "v=DMARC1; p=none; aspf=s");
    assert_eq!(of(&look(&app).await, Check::Alignment), [(Verdict::Fault, "aligned-none".into())], "strict");
}

#[tokio::test]
async fn a_domain_is_aligned_only_through_what_can_pass() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    let found = async |keys: Vec<Key>| {
        let subject = Subject::of_domain(&app.app.config, DOMAIN, keys);
        of(&doctor::look(&app.app, &subject).await, Check::Alignment)
    };
    let said = |verdict, code: &str| [(verdict, code.to_owned())];
    put(&dns, &["v=spf1 ip4:192.0.2.1 -all"]);
    assert_eq!(found(vec![]).await, said(Verdict::Fault, "aligned-fails"), "SPF is at fault, and nothing else speaks");
    put(&dns, &["v=spf1 exists:%{i}.example.net -all"]);
    assert_eq!(found(vec![]).await, said(Verdict::Unknown, "aligned-open"));
    assert_eq!(found(vec![key()]).await, said(Verdict::Unknown, "aligned-open"), "a key without a record helps nobody");
    dns.txt(&key().name(), &dkim::wanted(&key()).value);
    assert_eq!(found(vec![key()]).await, said(Verdict::Ok, "aligned-dkim-alone"));
    put(&dns, &[&format!("v=spf1 ip4:{OURS} -all")]);
    assert_eq!(found(vec![key()]).await, said(Verdict::Ok, "aligned-both"));
    dns.clear(&key().name());
    assert_eq!(found(vec![key()]).await, said(Verdict::Ok, "aligned-spf-alone"));
}

#[tokio::test]
async fn a_domain_for_bounces_must_take_mail() {
    let dns = healthy().await;
    dns.txt("retour.example.org", &format!("v=spf1 ip4:{OURS} -all"));
    let app = world(&dns).set("smtp.bounce_domain", "retour.example.org").spawn().await;
    let bounces = |found: &Look| of(found, Check::Mx).pop().unwrap();
    assert_eq!(bounces(&look(&app).await), (Verdict::Fault, "mx-missing".into()));
    dns.mx("retour.example.org", 0, "");
    assert_eq!(bounces(&look(&app).await), (Verdict::Fault, "mx-null".into()));
    dns.clear("retour.example.org").mx("retour.example.org", 5, "gone.example.org");
    assert_eq!(bounces(&look(&app).await), (Verdict::Fault, "mx-nowhere".into()));
    dns.ip("gone.example.org", "2001:4860::1");
    assert_eq!(bounces(&look(&app).await), (Verdict::Ok, "mx-good".into()));
    let app = world(&dns).spawn().await;
    assert_eq!(bounces(&look(&app).await), (Verdict::Warning, "mx-no-bounces".into()));
    dns.clear(DOMAIN).ip(DOMAIN, OURS).mx(DOMAIN, 0, "");
    assert_eq!(of(&look(&app).await, Check::Mx)[0], (Verdict::Fault, "mx-null".into()));
}

#[tokio::test]
async fn an_address_has_a_name_that_leads_back_to_it() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    let ptr = "10.216.184.93.in-addr.arpa";
    dns.clear(ptr);
    assert_eq!(of(&look(&app).await, Check::Reverse), [(Verdict::Fault, "reverse-missing".into())]);
    dns.ptr(OURS, "mail.example.org");
    assert_eq!(of(&look(&app).await, Check::Reverse), [(Verdict::Fault, "reverse-other".into())]);
    dns.ptr(OURS, DOMAIN);
    assert_eq!(of(&look(&app).await, Check::Reverse), [(Verdict::Ok, "reverse-good".into())], "one of two is enough");
    dns.clear(DOMAIN);
    assert_eq!(of(&look(&app).await, Check::Reverse), [(Verdict::Unknown, "reverse-unknown".into())]);
}

/// A key of ours, and the text of its record without the key.
fn key() -> Key {
    let public = (0..294_u32).map(|n| (n * 7 % 251) as u8).collect();
    Key { selector: "f1".into(), domain: "example.org".into(), algorithm: Algorithm::Rsa, public }
}

fn inquiry(dns: &DnsServer) -> Inquiry {
    let config = config::Dns { servers: vec![dns.server()], authority_port: dns.port() };
    Inquiry::new(Arc::new(Dns::new(&config)))
}

#[tokio::test]
async fn each_fault_of_a_key_record_is_found() {
    use facteur::coded::Coded as _;
    let dns = healthy().await;
    let key = key();
    let (name, record) = (key.name(), dkim::wanted(&key).value);
    let p = record.rsplit_once("p=").unwrap().1.to_owned();
    let other = p.replace('A', "B");
    let spaced = p.as_bytes().chunks(40).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let found = async |what: &str| {
        let lines = dkim::check(&inquiry(&dns), DOMAIN, std::slice::from_ref(&key)).await;
        let codes: Vec<(Verdict, &str)> = lines.iter().map(|line| (line.verdict, line.finding.code())).collect();
        (what.to_owned(), codes[0].0, codes.iter().map(|(_, code)| *code).collect::<Vec<_>>().join(" "))
    };
    let expects = |what: &str, verdict, codes: &str| (what.to_owned(), verdict, codes.to_owned());
    assert_eq!(found("nothing").await, expects("nothing", Verdict::Fault, "dkim-missing"));
    let texts: &[(&str, &[String], Verdict, &str)] = &[
        ("split", std::slice::from_ref(&record), Verdict::Ok, "dkim-good"),
        ("blanks", &[format!("v=DKIM1;  k=rsa ;\tp= {spaced};")], Verdict::Ok, "dkim-good"),
        (
            "extra tags",
            &[format!("v=DKIM1; h=sha256; n=note; s=email; t=s; k=rsa; p={p}; x=1")],
            Verdict::Ok,
            "dkim-good",
        ),
        ("p= empty", &["v=DKIM1; k=rsa; p=".into()], Verdict::Fault, "dkim-revoked"),
        ("another key", &[format!("v=DKIM1; k=rsa; p={other}")], Verdict::Fault, "dkim-other"),
        ("two", &[record.clone(), format!("v=DKIM1; p={other}")], Verdict::Fault, "dkim-several"),
        ("two of the same", &[record.clone(), record.clone()], Verdict::Fault, "dkim-several"),
        ("another kind", &[format!("v=DKIM1; k=ed25519; p={p}")], Verdict::Fault, "dkim-kind"),
        ("no base64", &["v=DKIM1; p=%%%".into()], Verdict::Fault, "dkim-broken"),
        ("no list", &["v=DKIM1 p".into()], Verdict::Fault, "dkim-broken"),
        ("old hash", &[format!("v=DKIM1; h=sha1; p={p}")], Verdict::Fault, "dkim-unfit"),
        ("trial", &[format!("v=DKIM1; t=y; p={p}")], Verdict::Warning, "dkim-trial"),
    ];
    for (what, records, verdict, codes) in texts {
        dns.clear(&name);
        records.iter().for_each(|text| {
            dns.txt(&name, text);
        });
        assert_eq!(found(what).await, expects(what, *verdict, codes));
    }
    // The strings of a text may be cut anywhere.
    dns.clear(&name).strings(&name, &[&record[..7], "", &record[7..100], &record[100..300], &record[300..]]);
    assert_eq!(found("odd strings").await, expects("odd strings", Verdict::Ok, "dkim-good"));
    // The name stands for one of another zone.
    dns.zone("provider.example").txt("f1.keys.provider.example", &record);
    dns.clear(&name).cname(&name, "f1.keys.provider.example");
    assert_eq!(found("CNAME").await, expects("CNAME", Verdict::Ok, "dkim-good"));
    dns.clear(&name).txt("*._domainkey.example.org", &record);
    assert_eq!(found("wildcard").await, expects("wildcard", Verdict::Ok, "dkim-good dkim-wildcard"));
}

#[tokio::test]
async fn a_key_of_another_algorithm_is_compared_by_its_bytes_too() {
    use facteur::coded::Coded as _;
    let dns = healthy().await;
    let key = Key { selector: "f1-ed".into(), algorithm: Algorithm::Ed25519, public: vec![7; 32], ..key() };
    dns.txt(&key.name(), &dkim::wanted(&key).value);
    let lines = dkim::check(&inquiry(&dns), DOMAIN, &[key]).await;
    assert_eq!(lines[0].finding.code(), "dkim-good");
}

#[tokio::test]
async fn the_authority_is_asked_and_not_a_resolver_that_has_not_heard() {
    let dns = healthy().await;
    dns.stale("_dmarc.example.org", "v=DMARC1; p=reject");
    let asked = inquiry(&dns);
    let answer = asked.ask("_dmarc.example.org", Kind::Txt).await.unwrap();
    assert_eq!(answer.texts(), ["v=DMARC1; p=none"]);
    assert_eq!((answer.by, asked.is_blocked()), (Whence::Authority("ns.example.org".into()), false));
}

#[tokio::test]
async fn where_name_servers_are_blocked_a_resolver_is_asked_and_the_doctor_says_so() {
    let dns = healthy().await;
    dns.blocked();
    let app = world(&dns).spawn().await;
    let found = look(&app).await;
    assert_eq!(of(&found, Check::Dns), [(Verdict::Unknown, "dns-blocked".into())]);
    assert_eq!(of(&found, Check::Spf)[0], (Verdict::Ok, "spf-good".into()));
    assert_eq!(first(&found, Check::Spf).by, "127.0.0.1");
}

#[tokio::test]
async fn what_does_not_answer_is_not_checkable_and_no_fault() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    dns.error(DOMAIN, ResponseCode::ServFail);
    let found = look(&app).await;
    assert_eq!(of(&found, Check::Spf), [(Verdict::Unknown, "not-answered".into())]);
    let off = TestApp::builder().roles(WEB).spawn().await;
    let found = look(&off).await;
    assert_eq!(of(&found, Check::Dns), [(Verdict::Unknown, "dns-off".into())]);
    assert!(found.lines.iter().all(|line| line.check != Check::Spf));
}

#[tokio::test]
async fn an_answer_without_room_in_a_datagram_comes_over_tcp() {
    let dns = healthy().await;
    dns.only_tcp();
    let answer = inquiry(&dns).ask(DOMAIN, Kind::Txt).await.unwrap();
    assert_eq!(answer.texts(), [format!("v=spf1 ip4:{OURS} -all")]);
    assert!(dns.asked().contains(&format!("tcp {DOMAIN} TXT")), "{:?}", dns.asked());
    dns.silent(true);
    assert_eq!(inquiry(&dns).ask(DOMAIN, Kind::Txt).await, Err(DnsError::Silent));
}

#[tokio::test]
async fn a_relay_that_cannot_encrypt_or_is_not_there_is_a_fault() {
    use facteur::coded::Told as _;
    let dns = healthy().await;
    let app = world(&dns).set("smtp.tls", "starttls").spawn().await;
    let found = look(&app).await;
    assert_eq!(of(&found, Check::Relay), [(Verdict::Fault, "relay-failed".into())]);
    assert!(first(&found, Check::Relay).finding.to_string().contains("STARTTLS"), "{:?}", first(&found, Check::Relay));
    let app = world(&dns).set("smtp.port", 1).spawn().await;
    let found = look(&app).await;
    assert_eq!(of(&found, Check::Relay), [(Verdict::Fault, "relay-failed".into())]);
    let words = first(&found, Check::Relay).finding.words(facteur::i18n::locale("fr"));
    assert!(words.ends_with("la connexion a échoué\u{202f}: connexion refusée"), "{words}");
    assert_eq!(app.sink.taken(), 0, "nothing is sent");
}

/// The same app under another public address.
fn under(app: &TestApp, base_url: String) -> App {
    let mut moved = (*app.app).clone();
    moved.config.base_url = base_url;
    moved
}

#[tokio::test]
async fn one_click_is_tried_from_outside_with_a_token_that_is_nobodys() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    let subject = Subject::of_domain(&app.app.config, DOMAIN, Vec::new());
    let one_click = async |base_url: String| {
        let found = doctor::look(&under(&app, base_url), &subject).await;
        assert_eq!(of(&found, Check::Https)[0].1, "https-clear");
        of(&found, Check::OneClick).pop().unwrap()
    };
    let own = app.local("/").trim_end_matches('/').to_owned();
    assert_eq!(one_click(own).await, (Verdict::Ok, "one-click-good".into()));
    let elsewhere = app.feeds.url("");
    assert_eq!(one_click(elsewhere).await, (Verdict::Fault, "one-click-status".into()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gate = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(|| async { Redirect::to("/login?next=secret") });
    tokio::spawn(async move { axum::serve(listener, router).await });
    assert_eq!(one_click(gate).await, (Verdict::Fault, "one-click-redirect".into()));
}

#[tokio::test]
async fn the_clock_is_held_against_the_blogs() {
    let dns = healthy().await;
    let app = world(&dns).spawn().await;
    let carnet = with_feed(&app).await;
    let now = app.clock.machine();
    for (off, code) in [(0, "clock-good"), (2 * MINUTE, "clock-off"), (-HOUR, "clock-off")] {
        let theirs = facteur::clock::timestamp(now + off).to_zoned(jiff::tz::TimeZone::UTC);
        let date = theirs.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        app.feeds.put("/feed", Page::rss("Le blog", &[]).header("date", &date));
        let found = doctor::look(&app.app, &Subject::of(&app.app.config, &carnet, Vec::new())).await;
        assert_eq!(of(&found, Check::Clock)[0].1, code, "{off}");
    }
}

async fn with_feed(app: &TestApp) -> Newsletter {
    let feed = app.feeds.url("/feed");
    app.feeds.put("/feed", Page::rss("Le blog", &[Item::new("a", "A", app.clock.now() - HOUR)]));
    app.newsletter_with("carnet", Rhythm { on: Some("monday".into()), ..at_eight() }, &[&feed]).await
}

/// What the letters to the editor are about.
async fn told(app: &TestApp) -> Vec<String> {
    let event =
        |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap()["event"].as_str().unwrap().to_owned();
    let letters = "SELECT parameters FROM letter WHERE kind = 'notice' ORDER BY id";
    app.texts(letters).await.into_iter().map(event).collect()
}

async fn events(app: &TestApp, code: &str) -> i64 {
    app.number(&format!("SELECT COUNT(*) FROM event WHERE code = '{code}'")).await
}

#[tokio::test]
async fn what_turns_bad_is_told_once_a_cause_and_once_more_when_it_is_over() {
    let dns = healthy().await;
    let app = world(&dns).set("doctor.daily", true).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    daily::due(&app.app).await.unwrap();
    assert!(told(&app).await.is_empty() && events(&app, "doctor.fault").await == 0);
    daily::due(&app.app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM doctor_look").await, 1);
    dns.clear("_dmarc.example.org");
    daily::due(&app.app).await.unwrap();
    assert_eq!(events(&app, "doctor.fault").await, 0, "once a day");
    for _ in 0..3 {
        app.clock.advance(DAY + MINUTE);
        daily::due(&app.app).await.unwrap();
    }
    assert_eq!((told(&app).await, events(&app, "doctor.fault").await), (vec!["doctor_fault".to_owned()], 1));
    put(&dns, &[]);
    app.clock.advance(DAY + MINUTE);
    daily::due(&app.app).await.unwrap();
    assert_eq!(told(&app).await, ["doctor_fault", "doctor_fault"], "another cause");
    dns.error("_dmarc.lettres.example.org", ResponseCode::ServFail);
    app.clock.advance(DAY + MINUTE);
    daily::due(&app.app).await.unwrap();
    assert_eq!(told(&app).await.len(), 2, "what is not checkable changes nothing");
    dns.error("_dmarc.lettres.example.org", ResponseCode::NXDomain).txt("_dmarc.example.org", "v=DMARC1; p=none");
    put(&dns, &[&format!("v=spf1 ip4:{OURS} -all")]);
    app.clock.advance(DAY + MINUTE);
    daily::due(&app.app).await.unwrap();
    assert_eq!(told(&app).await, ["doctor_fault", "doctor_fault", "doctor_well"]);
    assert_eq!(events(&app, "doctor.well").await, 3, "DMARC, SPF, and what only SPF aligned");
    assert!(store::of(&app.app, carnet.id).await.unwrap().faults().is_empty());
    let letters = app.texts("SELECT parameters FROM letter WHERE kind = 'notice' ORDER BY id").await;
    assert!(letters[0].contains("DMARC") && letters[0].contains("/console/n/carnet/doctor"), "{}", letters[0]);
}

#[tokio::test]
async fn the_letter_names_what_turned_bad() {
    let dns = healthy().await;
    let mut app = world(&dns).roles(Roles::ALL).set("base_url", "https://lettres.example.org").stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    store::keep(&app.app, &carnet, &a_look(Verdict::Ok)).await.unwrap();
    store::keep(&app.app, &carnet, &a_look(Verdict::Fault)).await.unwrap();
    app.start().await;
    let letter = app.mail_to(EDITOR).await;
    assert!(letter.subject().contains("risquent de ne plus arriver"), "{}", letter.subject());
    let text = letter.text();
    assert!(text.contains("SPF (lettres.example.org)") && text.contains("facteur doctor carnet"), "{text}");
}

/// A look that found this of SPF.
fn a_look(verdict: Verdict) -> Look {
    let finding = if verdict == Verdict::Fault { Finding::SpfMissing } else { Finding::SpfGood { count: 0 } };
    Look { domain: DOMAIN.into(), at: TestApp::BEGINNING, lines: vec![Line::new(Check::Spf, verdict, DOMAIN, finding)] }
}

/// A newsletter with so many readers and a post, and a limit of three.
async fn waits(readers: usize) -> (TestApp, Newsletter) {
    let app = TestApp::builder().roles(WEB).set("doctor.first_digest_above", 3).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.post(&carnet, "Un").await;
    (app, carnet)
}

async fn state(app: &TestApp) -> String {
    app.texts("SELECT state || ' ' || COALESCE(reason, '') FROM digest ORDER BY id DESC LIMIT 1")
        .await
        .pop()
        .unwrap_or_default()
}

#[tokio::test]
async fn a_first_digest_to_many_waits_for_a_green_look_and_leaves_by_itself() {
    let (app, carnet) = waits(4).await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    assert_eq!(state(&app).await, r#"waiting {"code":"not-green"}"#, "nobody has looked yet");
    assert_eq!(told(&app).await, ["digest_unready"]);
    store::keep(&app.app, &carnet, &a_look(Verdict::Fault)).await.unwrap();
    app.tick().await;
    assert!(state(&app).await.starts_with("waiting"));
    assert_eq!(told(&app).await, ["digest_unready"], "told once");
    store::keep(&app.app, &carnet, &a_look(Verdict::Warning)).await.unwrap();
    app.tick().await;
    assert_eq!(app.number("SELECT recipients FROM digest").await, 4);
    // It has sent: a fault holds nothing up any more.
    store::keep(&app.app, &carnet, &a_look(Verdict::Fault)).await.unwrap();
    app.post(&carnet, "Deux").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM digest WHERE recipients = 4").await, 2);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn nobody_sends_a_first_digest_to_many_without_an_editors_word() {
    let (app, carnet) = waits(4).await;
    let refused = app.cli(&["digest", "send", "carnet", "--yes"]).await;
    assert!(refused.fails(4).contains("--waive"), "{}", refused.stderr);
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let send = async || {
        let request = app.request(reqwest::Method::POST, "/api/v1/newsletters/carnet/digests").bearer_auth(&token);
        app.send(request.header("idempotency-key", "one").header("content-type", "application/json").body("{}")).await
    };
    let answer = send().await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("not-green")), "{}", answer.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0);
    let path = "/api/v1/newsletters/carnet/doctor";
    let standing = app.send(app.request(reqwest::Method::GET, path).bearer_auth(&token)).await.json();
    assert_eq!((&standing["look"], &standing["green"]), (&json!(null), &json!(false)));
    let editor = app.console(Role::Owner, Some("carnet")).await;
    let page = editor.get("/console/n/carnet/doctor").await;
    assert!(page.body.contains("/console/n/carnet/doctor/waive"), "{}", page.body);
    let pressed = editor.post("/console/n/carnet/doctor/waive", &[]).await;
    assert_eq!((pressed.status, pressed.header("location")), (303, "/console/n/carnet/doctor"));
    assert_eq!(app.texts("SELECT actor FROM event WHERE code = 'doctor.waived'").await, ["person"]);
    store::waive(&app.app, &carnet, Actor::Command).await.unwrap();
    assert_eq!(events(&app, "doctor.waived").await, 1, "said once");
    let again = app.request(reqwest::Method::POST, &format!("{path}/waive")).bearer_auth(&token);
    let again = app.send(again.header("idempotency-key", "two")).await;
    assert_eq!((again.status, &again.json()["green"]), (200, &json!(true)), "{}", again.body);
    assert_eq!(events(&app, "doctor.waived").await, 1);
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    assert_eq!(app.number("SELECT recipients FROM digest").await, 4);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn a_few_readers_wait_for_nobody_and_the_command_line_gives_an_editors_word() {
    let (app, _) = waits(3).await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    assert_eq!(app.number("SELECT recipients FROM digest").await, 3);
    app.execute("DELETE FROM delivery").await;
    let (app, _) = waits(4).await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    assert!(app.cli(&["digest", "approve", "carnet"]).await.fails(4).contains("doctor"));
    app.cli(&["doctor", "carnet", "--waive"]).await.ok();
    app.tick().await;
    assert_eq!(app.number("SELECT recipients FROM digest").await, 4);
    app.execute("DELETE FROM delivery").await;
}

#[tokio::test]
async fn the_page_shows_the_last_look_and_looks_again() {
    let dns = healthy().await;
    dns.clear("_dmarc.example.org");
    let app = world(&dns).spawn().await;
    app.newsletter("carnet").await;
    let editor = app.console(Role::Owner, Some("carnet")).await;
    let page = editor.get("/console/n/carnet/doctor").await;
    assert!(page.status == 200 && page.body.contains("Nobody has looked yet"), "{}", page.body);
    assert_eq!(dns.asked().len(), 0, "a look is made when it is asked for");
    let pressed = editor.post("/console/n/carnet/doctor", &[]).await;
    assert_eq!((pressed.status, pressed.header("location")), (303, "/console/n/carnet/doctor"));
    let page = editor.get("/console/n/carnet/doctor").await;
    for words in ["Last look:", "v=DMARC1; p=none", "_dmarc.lettres.example.org", "ns.example.org", "Not checkable"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let today = editor.get("/console/n/carnet").await;
    assert!(today.body.contains("Mails may not arrive: DMARC"), "{}", today.body);
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    assert_eq!(viewer.get("/console/n/carnet/doctor").await.status, 403);
    assert_eq!(viewer.post("/console/n/carnet/doctor/waive", &[]).await.status, 403);
}

#[tokio::test]
async fn the_command_says_how_bad_it_is() {
    let dns = healthy().await;
    let app = world(&dns).set("smtp.bounce_domain", "retour.example.org").spawn().await;
    dns.txt("retour.example.org", &format!("v=spf1 ip4:{OURS} -all")).mx("retour.example.org", 10, "mail.example.org");
    app.newsletter("carnet").await;
    let out = app.cli(&["doctor", "--domain", DOMAIN, "--json"]).await;
    let said = out.json();
    assert_eq!((&said[0]["domain"], &said[0]["worst"]), (&json!(DOMAIN), &json!("ok")), "{said:#}");
    let spf = said[0]["lines"].as_array().unwrap().iter().find(|line| line["check"] == "spf").unwrap();
    assert_eq!((&spf["code"], &spf["verdict"]), (&json!("spf-good"), &json!("ok")));
    dns.clear("_dmarc.example.org").txt("_dmarc.example.org", "v=DMARC1; p=none; pct=10");
    assert_eq!(app.cli(&["doctor", "--domain", DOMAIN]).await.code, 1);
    dns.clear("_dmarc.example.org");
    let out = app.cli(&["doctor", "carnet"]).await;
    assert_eq!(out.code, 2);
    assert!(out.stdout.contains("_dmarc.lettres.example.org TXT v=DMARC1; p=none"), "{}", out.stdout);
    assert_eq!(app.number("SELECT COUNT(*) FROM doctor_look WHERE looked_at IS NOT NULL").await, 1, "and keeps it");
    app.cli(&["doctor", "nobody"]).await.fails(5);
    app.cli(&["doctor", "--domain", "nonsense"]).await.fails(2);
}

/// Asks to subscribe through a plain form; gives the status and the page.
async fn ask(app: &TestApp, email: &str) -> (u16, String) {
    let answer = app.post_form("/n/carnet", &[("email", email), ("lang", "en"), ("hint", email)]).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn an_address_whose_domain_takes_no_mail_is_told_at_the_door() {
    let dns = healthy().await;
    dns.mx("null.example", 0, "").ip("null.example", OURS).ip("address.example", OURS).zone("empty.example");
    dns.mx("mail.example", 10, "mx.mail.example").error("broken.example", ResponseCode::ServFail);
    let app = world(&dns).set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "known@null.example").await;
    for (email, status) in [
        ("ana@mail.example", 303),
        ("ana@address.example", 303),
        ("ana@broken.example", 303),
        ("ana@null.example", 422),
        ("known@null.example", 422),
        ("ana@empty.example", 422),
        ("ana@nowhere.example", 422),
    ] {
        let (said, page) = ask(&app, email).await;
        assert_eq!(said, status, "{email}");
        assert_eq!(page.contains("takes no mail"), status == 422, "{email}: {page}");
    }
    let words = |page: String, email: &str| {
        page.replace(email, "").lines().filter(|line| !line.contains("stamp")).collect::<String>()
    };
    let (_, known) = ask(&app, "known@null.example").await;
    let (_, new) = ask(&app, "other@null.example").await;
    assert_eq!(words(known, "known@null.example"), words(new, "other@null.example"), "it never tells whom it knows");
    let answer = app.post_json("/n/carnet", &json!({ "email": "ana@null.example" })).await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["code"]), (422, &json!("no-mail")), "{}", answer.body);
    let asked = dns.asked().iter().filter(|question| question.contains("null.example")).count();
    assert_eq!(asked, 1, "what was found is remembered");
}

#[tokio::test]
async fn a_name_server_that_does_not_answer_lets_pass_within_its_time() {
    let dns = healthy().await;
    dns.silent(true);
    let app = world(&dns).set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    app.newsletter("carnet").await;
    let begin = Instant::now();
    assert_eq!(ask(&app, "ana@slow.example").await.0, 303);
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    let off = world(&dns).set("signup.check_domains", false).spawn().await;
    off.newsletter("carnet").await;
    let before = dns.asked().len();
    assert_eq!(ask(&off, "ana@other.example").await.0, 303);
    assert_eq!(dns.asked().iter().skip(before).filter(|asked| asked.contains("other.example")).count(), 0);
}

#[tokio::test]
async fn throw_away_addresses_are_refused_in_words_where_the_owner_has_a_list() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list");
    std::fs::write(&list, "# mine\njetable.example\n").unwrap();
    let app = TestApp::builder().roles(WEB).set("signup.disposable_file", list.display().to_string()).spawn().await;
    app.newsletter("carnet").await;
    for (email, status) in
        [("ana@jetable.example", 422), ("ana@a.jetable.example", 422), ("ana@notjetable.example", 303)]
    {
        let (said, page) = ask(&app, email).await;
        assert_eq!((said, page.contains("throw-away")), (status, status == 422), "{email}: {page}");
    }
}

// -- A mail that goes round -----------------------------------------------------------------------------------------

/// A mailbox of the owner's.
const MAILBOX: &str = "moi@boite.example";

/// A mail as that mailbox's server keeps it: what it found, above what it got.
fn kept(results: &str, mail: &str) -> String {
    format!(
        "Return-Path: <x@bounces.example.org>\r\nReceived: by boite.example; Mon, 1 Jun 2026 06:00:02 +0000\r\n\
         Authentication-Results: mx.boite.example;\r\n {results}\r\n\
         Received: from relay.example.org by mx.boite.example; Mon, 1 Jun 2026 06:00:01 +0000\r\n{mail}"
    )
}

const GOOD: &str = "spf=pass (sent by x@bounces.example.org) smtp.mailfrom=x@bounces.example.org;\r\n\
    \tdkim=pass header.d=lettres.example.org header.s=one; dmarc=pass header.from=lettres.example.org";

/// The codes of lines, with their verdicts.
fn codes(look: &serde_json::Value) -> Vec<(&str, &str)> {
    let lines = look["lines"].as_array().unwrap();
    lines.iter().map(|line| (line["verdict"].as_str().unwrap(), line["code"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_mail_that_goes_round_says_how_the_newsletters_mails_arrive() {
    let app = TestApp::builder().set("smtp.bounce_domain", "bounces.example.org").spawn().await;
    app.newsletter("carnet").await;
    app.signing_key(DOMAIN, "one").await;
    let sent = app.cli(&["doctor", "carnet", "--loop", MAILBOX, "--wait", "60", "--json"]);
    let back = async {
        let mail = app.mail_to(MAILBOX).await;
        let forwarded = kept(GOOD, &mail.source());
        for copy in [forwarded.clone(), forwarded.replace("spf=pass", "spf=fail")] {
            app.cli_with_input(&["bounce", "--recipient", "retour@bounces.example.org"], &copy).await.ok();
        }
        mail
    };
    let (out, mail) = tokio::join!(sent, back);
    let look = out.json();
    let ok = |code| ("ok", code);
    let mut found = codes(&look);
    assert_eq!(found.remove(0), ok("loop-spf-good"), "the first copy counts: {look:#}");
    assert_eq!(found.pop(), Some(ok("loop-dmarc-good")));
    // Each of the two signatures has a line, and the server knows one of them.
    found.sort_unstable();
    assert_eq!(found, [ok("loop-dkim-good"), ("unknown", "loop-not-judged")], "{look:#}");
    assert_eq!((&look["domain"], &look["lines"][0]["by"]), (&json!(DOMAIN), &json!("mx.boite.example")));
    assert!(mail.from.ends_with("@bounces.example.org") && mail.header("From").contains("carnet@lettres.example.org"));
    assert_eq!(app.texts("SELECT DISTINCT kind || ' ' || state FROM returned WHERE state <> 'done'").await.len(), 0);
    let stored = app.texts("SELECT heard FROM loop_mail").await.pop().unwrap();
    for told in [&out.stderr, &out.stdout, &stored] {
        assert!(!told.contains("moi@") && !told.contains("x@bounces"), "{told}");
    }
    // A server of ours that checks what is forwarded to it finds another sender; the mailbox's is named.
    let other = "autre@boite.example";
    let arguments = ["doctor", "carnet", "--loop", other, "--server", "mx.boite.example", "--wait", "60", "--json"];
    let back = async {
        let mail = app.mail_to(other).await;
        let forwarded =
            kept("spf=fail; dmarc=fail", &kept(GOOD, &mail.source())).replacen("mx.boite", "mx.chez-nous", 1);
        app.cli_with_input(&["bounce", "--recipient", "retour@bounces.example.org"], &forwarded).await.ok();
    };
    let (out, ()) = tokio::join!(app.cli(&arguments), back);
    assert_eq!(codes(&out.json()).pop(), Some(ok("loop-dmarc-good")));
    // Somebody who writes a Message-ID of our form is nobody's mail that goes round.
    let forged =
        kept(GOOD, "From: a@b.example\r\nMessage-ID: <aaaaaaaaaaaaaaaaaaaaaa@b.example>\r\nSubject: x\r\n\r\ny\r\n");
    app.cli_with_input(&["bounce", "--recipient", "retour@bounces.example.org"], &forged).await.ok();
    assert_eq!(app.texts("SELECT kind || ' ' || state FROM returned ORDER BY id DESC LIMIT 1").await, ["answer open"]);
}

#[tokio::test]
async fn a_saved_mail_is_read_and_the_exit_code_says_how_bad_it_is() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    let mail = "From: Le carnet <carnet@lettres.example.org>\r\nDKIM-Signature: v=1; a=rsa-sha256; d=lettres.example.org; s=one; b=abc\r\n\
                Message-ID: <1@lettres.example.org>\r\nSubject: x\r\n\r\ny\r\n";
    let soft = GOOD.replace("spf=pass", "spf=softfail");
    let cases: &[(String, &[&str], i32, &str)] = &[
        (kept(GOOD, mail), &[], 0, "In order: DKIM one._domainkey.lettres.example.org: the signature holds"),
        (kept(&soft, mail), &[], 1, "Warning: SPF bounces.example.org: the receiver says \u{201c}softfail\u{201d}"),
        (kept(&GOOD.replace("pass", "fail"), mail), &[], 2, "Fault: DMARC lettres.example.org: the receiver says"),
        (kept(GOOD, &mail.replace("DKIM-Signature", "X-Was")), &[], 1, "the mail has no signature"),
        (mail.to_owned(), &[], 1, "wrote no Authentication-Results that could be believed"),
        (kept(GOOD, mail), &["--server", "mx.elsewhere.example"], 1, "wrote no Authentication-Results"),
        (kept(GOOD, mail), &["--server", "MX.boite.example"], 0, "dmarc=pass header.from=lettres.example.org"),
    ];
    for (mail, more, code, words) in cases {
        let arguments = [&["doctor", "--loop", MAILBOX, "--read", "-"][..], *more].concat();
        let out = app.cli_with_input(&arguments, mail).await;
        assert!(out.code == *code && out.stdout.contains(words), "{words}: {out:?}");
    }
    let file = app.folder().join("mail.eml");
    std::fs::write(&file, kept(GOOD, mail)).unwrap();
    let read = ["doctor", "--loop", MAILBOX, "--read", file.to_str().unwrap(), "--json"];
    assert_eq!(app.cli(&read).await.json()["worst"], "ok");
    app.cli(&["doctor", "--loop", MAILBOX, "--read", "/nowhere"]).await.fails(1);
    assert_eq!(app.number("SELECT COUNT(*) FROM letter").await, 0, "nothing is sent");
}

#[tokio::test]
async fn a_mail_that_does_not_come_back_is_waited_for_so_long_and_no_longer() {
    let app = TestApp::builder().stopped().spawn().await;
    app.cli(&["doctor", "--loop", MAILBOX]).await.fails(5);
    app.newsletter("carnet").await;
    app.cli(&["doctor", "--loop", "no address"]).await.fails(2);
    app.cli(&["doctor", "--loop", MAILBOX, "--wait", "0"]).await.fails(2);
    let out = app.cli(&["doctor", "--loop", MAILBOX, "--wait", "1"]).await;
    assert!(out.fails(1).contains("has not left within 1 s") && !out.stderr.contains(MAILBOX), "{}", out.stderr);
    app.newsletter("journal").await;
    assert!(app.cli(&["doctor", "--loop", MAILBOX]).await.fails(2).contains("which one"));
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let (out, _) = tokio::join!(app.cli(&["doctor", "--loop", MAILBOX, "--wait", "6"]), app.mail_to(MAILBOX));
    assert!(out.fails(1).contains("has not come back within 6 s"), "{}", out.stderr);
    app.sink.on(Stage::Rcpt).reply("550 5.1.1 <moi@boite.example>: no such user");
    let out = app.cli(&["doctor", "--loop", MAILBOX, "--wait", "60"]).await;
    assert!(out.fails(2).contains("does not leave") && !out.stderr.contains("moi@"), "{}", out.stderr);
}
